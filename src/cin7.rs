//! Cin7 Core's shapes, and the end of them: bytes of its answers go in, the project's nouns come out.
//!
//! Cin7's documentation and its answers disagree with each other and with themselves; so each field is read leniently
//! (see [`fields`]) and converted explicitly. Three things can be wrong with an answer:
//!
//! - **A field** that nothing depends on cannot be read (a weight, a picture): the record is taken without it and the
//!   field is reported.
//! - **A record** cannot be taken over, because its identity or its money cannot be read: it is reported by list, record
//!   and field, and the next one is read. An unreadable price is never a price of zero, nor a reason to use another.
//! - **The page** is not an answer (HTML, an error object with status 200, no list): [`NotUnderstood`], and the run stops.
//!
//! Words of enumerations that this version does not know keep their spelling.

mod company;
mod fields;

pub mod availability;
pub mod customer;
pub mod payment;
pub mod product;
pub mod purchase;
pub mod reference;
pub mod sale;
pub mod supplier;

use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use xxhash_rust::xxh64::xxh64;

use self::fields::{Fields, Wrong, excerpt};
use crate::json::{Raw, Scanner, Unreadable};
use crate::records::{BadRecord, pages};
use crate::transport::{Failure, FailureKind};

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Matching records over all pages, where the list says so.
    pub total: Option<u64>,
    /// How many rows the page had, those that could not be read included. A page with fewer than were asked for is the last.
    pub rows: usize,
    /// What tells a page with these rows from every other: a list that gives it a second time passes rows over.
    pub print: u64,
    /// The records, in the page's order.
    pub records: Vec<T>,
    /// What could not be taken over: whole records, and single fields of records that were taken without them.
    pub bad: Vec<BadRecord>,
}

impl<T> Page<T> {
    /// Notes the page among those `seen` of its list.
    ///
    /// # Errors
    /// When it has come before.
    pub fn note(&self, list: &str, seen: &mut Vec<u64>) -> Result<(), NotUnderstood> {
        pages::take(seen, self.print, list).map_err(NotUnderstood::new)
    }
}

impl<T: Identified> Page<T> {
    /// Whether the page has, in good order, the record that a [`BadRecord`] calls `record`.
    pub fn holds(&self, record: &str) -> bool {
        self.records.iter().any(|own| own.is_called(record))
    }
}

/// A record that reports of bad records can be matched with.
pub trait Identified {
    /// Whether this is the record that a [`BadRecord`] calls `record`.
    fn is_called(&self, record: &str) -> bool;
}

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

    fn refused(words: impl Into<String>) -> Self {
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
    let text = std::str::from_utf8(body).ok()?;
    let raw = Raw::of(text).ok()?;
    let exception = |raw: Raw<'_>| -> Option<String> {
        let fields = Fields::of(raw).ok()?;
        fields.raw("ErrorCode")?;
        Some(exception_of(&fields))
    };
    if raw.get().starts_with('[') {
        let entries = raw.elements().ok()?;
        exception(*entries.first()?)?;
        return Some(entries.into_iter().filter_map(exception).take(MOST_WORDS).collect());
    }
    exception(raw).map(|words| vec![words])
}

fn exception_of(fields: &Fields<'_>) -> String {
    let words = fields.text("Exception").unwrap_or_default();
    if words.trim().is_empty() {
        let code = fields.text("ErrorCode").unwrap_or_default();
        return format!("Cin7 answered with error {} and no words.", excerpt(&code));
    }
    bounded(&words)
}

/// The body as text, without a byte order mark.
fn text_of(body: &[u8]) -> Result<&str, NotUnderstood> {
    let text = std::str::from_utf8(body).map_err(|_| NotUnderstood::new("The answer is not text."))?;
    Ok(text.trim_start_matches('\u{feff}').trim())
}

/// What is wrong with a body that is not a JSON object: Cin7's words if it is an error, else what it begins with.
fn not_an_object(text: &str) -> NotUnderstood {
    if let Some(words) = refusal(text.as_bytes()) {
        return NotUnderstood::refused(words.join(" "));
    }
    let words = match text.as_bytes().first() {
        None => "The answer is empty.".to_owned(),
        Some(b'<') => format!("The answer is a web page: {}", page_words(text)),
        Some(b'"') => Raw::of(text).map_or_else(|_| excerpt(text), |raw| bounded(fields::words(raw).trim())),
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
fn object(body: &[u8]) -> Result<Fields<'_>, NotUnderstood> {
    let text = text_of(body)?;
    if !text.starts_with('{') {
        return Err(not_an_object(text));
    }
    let raw = Raw::of(text).map_err(|error| broken(&error))?;
    let fields = Fields::of(raw).map_err(|wrong| NotUnderstood::new(wrong.problem))?;
    if fields.raw("ErrorCode").is_some() {
        return Err(NotUnderstood::refused(exception_of(&fields)));
    }
    Ok(fields)
}

fn broken(error: &Unreadable) -> NotUnderstood {
    NotUnderstood::new(format!("The answer is broken off or not JSON: {error}"))
}

/// Walks an answer that is a list in an envelope, and returns its `Total`.
fn walk<'a>(body: &'a [u8], key: &str, each: &mut dyn FnMut(Raw<'a>)) -> Result<Option<u64>, NotUnderstood> {
    let text = text_of(body)?;
    if !text.starts_with('{') {
        return Err(not_an_object(text));
    }
    let seen = envelope(&mut Scanner::new(text), key, each).map_err(|error| broken(&error))?;
    if seen.refused {
        let fields = object(body)?;
        return Err(NotUnderstood::refused(exception_of(&fields)));
    }
    if !seen.found {
        return Err(NotUnderstood::new(format!("The answer has no {key}.")));
    }
    Ok(seen.total)
}

#[derive(Default)]
struct Seen {
    total: Option<u64>,
    found: bool,
    refused: bool,
}

fn envelope<'a>(json: &mut Scanner<'a>, key: &str, each: &mut dyn FnMut(Raw<'a>)) -> Result<Seen, Unreadable> {
    let mut seen = Seen::default();
    let mut more = json.enter(b'{')?;
    while more {
        let name = json.name()?;
        // `null` and `""` are empty lists.
        if name == key && json.peek() == b'[' {
            seen.found = true;
            json.elements(each)?;
        } else {
            let value = json.value()?;
            match &*name {
                own if own == key => {
                    if !matches!(value.get(), "null" | "\"\"") {
                        return Err(Unreadable::because("something else stands where a list should"));
                    }
                    seen.found = true;
                }
                "Total" => seen.total = fields::number(value).ok().flatten().and_then(|total| total.to_u64()),
                "ErrorCode" if value.get() != "null" => seen.refused = true,
                _ => {}
            }
        }
        more = json.more(b'{')?;
    }
    json.end()?;
    Ok(seen)
}

/// What is found wrong with a record that is taken nevertheless.
#[derive(Default)]
struct Notes(Vec<Wrong>);

impl Notes {
    /// The value, or nothing and a note.
    fn take<T: Default>(&mut self, read: Result<T, Wrong>) -> T {
        read.unwrap_or_else(|wrong| {
            self.0.push(wrong);
            T::default()
        })
    }

    /// What is kept of a number; digits that this cuts are noted, never lost in silence.
    fn kept<T: Copy + fmt::Display + Into<Decimal>>(&mut self, name: &str, sent: Decimal, kept: T) -> T {
        if sent != kept.into() {
            let words = format!("“{}” has more decimals than Cin7 documents; taken as {kept}", sent.normalize());
            self.0.push(Wrong::new(name, words));
        }
        kept
    }
}

/// Reads a page: each row is converted by `convert`, and what is wrong is reported under the first of the `names` that
/// the row has.
fn page<T>(
    body: &[u8],
    (list, key): (&'static str, &str),
    label: fn(&Fields<'_>) -> String,
    mut convert: impl FnMut(&Fields<'_>, &mut Notes) -> Result<T, Wrong>,
) -> Result<Page<T>, NotUnderstood> {
    let mut records = Vec::new();
    let page = rows(body, (list, key), label, &mut |fields, notes| convert(fields, notes).map(|record| records.push(record)))?;
    Ok(Page { total: page.total, rows: page.rows, print: page.print, records, bad: page.bad })
}

/// As [`page`], for all kinds of records alike: `take` keeps what it converts. The page's own records stay empty.
#[inline(never)]
fn rows(
    body: &[u8],
    (list, key): (&'static str, &str),
    label: fn(&Fields<'_>) -> String,
    take: &mut dyn FnMut(&Fields<'_>, &mut Notes) -> Result<(), Wrong>,
) -> Result<Page<()>, NotUnderstood> {
    let mut page = Page { total: None, rows: 0, print: 0, records: Vec::new(), bad: Vec::new() };
    let mut fields = Fields::default();
    let mut notes = Notes::default();
    let total = walk(body, key, &mut |row| {
        page.rows += 1;
        let converted = fields.read(row).and_then(|()| take(&fields, &mut notes));
        // A product's pictures have addresses of their own in each answer; its SKU is no other product's.
        page.print = match list {
            "product" => xxh64(label(&fields).as_bytes(), page.print),
            _ => xxh64(row.get().as_bytes(), page.print),
        };
        let mut report = |wrong: Wrong| {
            let mut record = label(&fields);
            if record.is_empty() {
                record = format!("row {}", page.rows);
            }
            page.bad.push(BadRecord { list: list.to_owned(), record, field: wrong.field, problem: wrong.problem });
        };
        match converted {
            Ok(()) => notes.0.drain(..).for_each(report),
            Err(wrong) => {
                notes.0.clear();
                report(wrong);
            }
        }
    })?;
    page.total = total;
    Ok(page)
}

/// The first of `names` that the record has as text.
fn first_of(fields: &Fields<'_>, names: &[&str]) -> String {
    names
        .iter()
        .find_map(|name| fields.text(name).ok().filter(|text| !text.trim().is_empty()))
        .map(|text| excerpt(text.trim()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
