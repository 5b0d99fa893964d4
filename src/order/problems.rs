//! Every check before an order is made, all at once. Each problem says in one sentence what it is and what it means.

mod begun;
mod header;
mod lines;
mod money;
mod refused;

use serde::Serialize;

use super::draft::{Draft, draft};
use crate::quote::{LiveQuote, QuoteLine};

pub(super) use header::representative;
pub(super) use money::receipt_stays;

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// There can be no order as it is.
    Stop,
    /// The order can be made; somebody should look first.
    Warn,
    /// The order can be made; this will be different from what is on the quote.
    Note,
}

/// Something that can be done about a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// What the button says.
    pub label: String,
    /// Names the fix to [`LiveQuote::apply_fix`].
    pub action: String,
}

/// Something that would stop the order, change it, or be lost in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Closed kebab-case word, such as `no-price`.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// The line it is about; `None` for the quote.
    pub line_id: Option<String>,
    /// The field that shows the text, where it is about one that was typed and not taken.
    pub field: Option<String>,
    /// What it is and what it means.
    pub text: String,
    /// What can be done about it, best first.
    pub fixes: Vec<Fix>,
}

/// Problems that a rep may accept as they stand, by the action `accept:<code>`.
pub(super) const ACCEPTABLE: &[&str] = &[
    "not-sellable",
    "short-stock",
    "below-one",
    "comment-too-long",
    "memo-too-long",
    "totals-differ",
    "rate-imprecise",
    "split-dates",
    "receipt-too-large",
    "receipt-twice",
    "margin-unknown",
    "low-margin",
    "ordered-before",
    "lock-date-unread",
];

impl LiveQuote {
    /// Everything that would stop the order, change it or be lost in it: the worst first, then by line.
    pub fn problems(&self) -> Vec<Problem> {
        find(self, &draft(self))
    }
}

/// As [`LiveQuote::problems`], for a draft that is already there.
pub(super) fn find(live: &LiveQuote, draft: &Draft) -> Vec<Problem> {
    let mut found = Findings { live, problems: Vec::new() };
    refused::check(&mut found);
    header::check(&mut found, draft);
    lines::check(&mut found, draft);
    begun::check(&mut found);
    // Stable: within one severity the quote comes before its lines, and the lines in their order.
    found.problems.sort_by_key(|problem| problem.severity);
    found.problems
}

struct Findings<'a> {
    live: &'a LiveQuote,
    problems: Vec<Problem>,
}

impl<'a> Findings<'a> {
    fn quote(&mut self, code: &'static str, severity: Severity, text: impl Into<String>, fixes: Vec<Fix>) {
        let accepted = self.live.quote().accepted.contains(code);
        self.push(code, severity, None, text.into(), fixes, accepted);
    }

    fn line(&mut self, line: &'a QuoteLine, code: &'static str, severity: Severity, text: impl Into<String>, fixes: Vec<Fix>) {
        self.push(code, severity, Some(&line.id), text.into(), fixes, line.accepted.contains(code));
    }

    /// What stops a line whatever was accepted.
    fn stops(&mut self, line: &'a QuoteLine, code: &'static str, text: String) {
        self.push(code, Severity::Stop, Some(&line.id), text, Vec::new(), false);
    }

    /// What has been accepted stays visible, as a note.
    fn push(
        &mut self,
        code: &'static str,
        severity: Severity,
        line: Option<&str>,
        text: String,
        fixes: Vec<Fix>,
        accepted: bool,
    ) {
        let (severity, fixes) = if accepted { (Severity::Note, Vec::new()) } else { (severity, fixes) };
        self.problems.push(Problem { code, severity, line_id: line.map(str::to_owned), field: None, text, fixes });
    }
}

fn fix(label: impl Into<String>, action: impl Into<String>) -> Fix {
    Fix { label: label.into(), action: action.into() }
}

fn accept(code: &str, label: &str) -> Fix {
    debug_assert!(ACCEPTABLE.contains(&code), "{code} can be accepted");
    fix(label, format!("accept:{code}"))
}
