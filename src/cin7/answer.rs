//! An answer as a whole: whether it is one, and Cin7's words where it is a refusal.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::fields::{Loose, Name, excerpt, record};
use crate::transport::{Failure, FailureKind};

/// The answer is not the one that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct NotUnderstood {
    /// Cin7's own words where it gave any, else what is wrong with the answer.
    pub words: String,
    /// Whether it is Cin7's error object: Cin7 did understand, and refused.
    pub refused: bool,
}

impl NotUnderstood {
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self { words: words.into(), refused: false }
    }

    pub(super) fn refused(words: impl Into<String>) -> Self {
        Self { words: words.into(), refused: true }
    }

    /// As a failure of the request. `ambiguous` for a write: it was answered, but unless Cin7 refused it, nobody knows with
    /// what.
    pub fn into_failure(self, ambiguous: bool) -> Failure {
        let kind = if self.refused { FailureKind::Refused } else { FailureKind::NotUnderstood };
        Failure { kind, ambiguous: ambiguous && !self.refused, retry_after: None, messages: vec![self.words] }
    }
}

impl From<NotUnderstood> for Failure {
    fn from(error: NotUnderstood) -> Self {
        error.into_failure(false)
    }
}

/// Cin7's own words are kept in full up to this many characters, and up to this many messages of one answer: they are shown
/// and stored.
const LONGEST_WORDS: usize = 1000;
const MOST_WORDS: usize = 20;

fn bounded(words: &str) -> String {
    words.chars().take(LONGEST_WORDS).collect()
}

/// Cin7's words if the body is its error object or array of them, whatever the status was.
pub fn refusal(body: &[u8]) -> Option<Vec<String>> {
    let whole: &RawValue = serde_json::from_slice(body).ok()?;
    if !whole.get().starts_with('[') {
        return exception(whole.get()).map(|words| vec![words]);
    }
    let entries: Vec<&RawValue> = serde_json::from_str(whole.get()).ok()?;
    exception(entries.first()?.get())?;
    Some(entries.into_iter().filter_map(|entry| exception(entry.get())).take(MOST_WORDS).collect())
}

/// Cin7's error object.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Refusal {
    error_code: Loose<String>,
    exception: Loose<String>,
}

/// The words of an error object.
pub(super) fn exception(json: &str) -> Option<String> {
    let refusal: Refusal = record(json).ok()?;
    if !refusal.error_code.is_sent() {
        return None;
    }
    let words = refusal.exception.text("").unwrap_or_default();
    if words.trim().is_empty() {
        let code = refusal.error_code.text("").unwrap_or_default();
        return Some(format!("Cin7 answered with error {} and no words.", excerpt(&code)));
    }
    Some(bounded(&words))
}

/// The body as text, without a byte order mark.
pub(super) fn text_of(body: &[u8]) -> Result<&str, NotUnderstood> {
    let text = std::str::from_utf8(body).map_err(|_| NotUnderstood::new("The answer is not text."))?;
    Ok(text.trim_start_matches('\u{feff}').trim())
}

/// What is wrong with a body that is not a JSON object: Cin7's words if it is an error, else what it begins with.
pub(super) fn not_an_object(text: &str) -> NotUnderstood {
    if let Some(words) = refusal(text.as_bytes()) {
        return NotUnderstood::refused(words.join(" "));
    }
    let words = match text.as_bytes().first() {
        None => "The answer is empty.".to_owned(),
        Some(b'<') => format!("The answer is a web page: {}", page_words(text)),
        Some(b'"') => serde_json::from_str(text).map_or_else(|_| excerpt(text), |Name(words)| bounded(words.trim())),
        Some(b'[') => "The answer is a bare list.".to_owned(),
        Some(_) => excerpt(text),
    };
    if words.is_empty() {
        return NotUnderstood::new("The answer is an empty text.");
    }
    NotUnderstood::new(words)
}

/// The title of a web page, else its beginning.
fn page_words(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        let end = start + lower.get(start..)?.find('<')?;
        html.get(start..end)
    });
    excerpt(title.map_or(html, str::trim))
}

/// An answer that is one object.
pub(super) fn object<T: DeserializeOwned>(body: &[u8]) -> Result<T, NotUnderstood> {
    let text = text_of(body)?;
    if !text.starts_with('{') {
        return Err(not_an_object(text));
    }
    let whole: &RawValue = serde_json::from_str(text).map_err(broken)?;
    if let Some(words) = exception(whole.get()) {
        return Err(NotUnderstood::refused(words));
    }
    record(whole.get()).map_err(|wrong| NotUnderstood::new(wrong.problem))
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(super) fn broken(error: serde_json::Error) -> NotUnderstood {
    NotUnderstood::new(format!("The answer is broken off or not JSON: {error}"))
}
