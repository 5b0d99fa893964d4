//! A page of one of Cin7's lists: rows in an envelope.

use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::value::RawValue;
use xxhash_rust::xxh64::xxh64;

use super::answer::{NotUnderstood, broken, exception, not_an_object, text_of};
use super::fields::{Label, Loose, Name, Wrong, called, record};
use super::notes::Notes;
use crate::records::{BadRecord, pages};

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

/// Reads a page: each row is converted by `convert`, and what is wrong with one is reported under its `label`.
pub(super) fn page<R: DeserializeOwned, T>(
    body: &[u8],
    names: (&'static str, &str),
    label: Label,
    convert: impl FnMut(R, &mut Notes) -> Result<T, Wrong>,
) -> Result<Page<T>, NotUnderstood> {
    page_told_by(|_| None, body, names, label, convert)
}

/// As [`page`], of rows that are told from each other by their `print`, where they have one, instead of by all that they say.
pub(super) fn page_told_by<R: DeserializeOwned, T>(
    print: fn(&R) -> Option<&str>,
    body: &[u8],
    (list, key): (&'static str, &str),
    label: Label,
    mut convert: impl FnMut(R, &mut Notes) -> Result<T, Wrong>,
) -> Result<Page<T>, NotUnderstood> {
    let (rows, total) = envelope(body, key)?;
    let mut page = Page { total, rows: rows.len(), print: 0, records: Vec::with_capacity(rows.len()), bad: Vec::new() };
    for (row, number) in rows.into_iter().map(RawValue::get).zip(1..) {
        let mut notes = Notes::default();
        let read = record(row);
        page.print = xxh64(read.as_ref().ok().and_then(print).unwrap_or(row).as_bytes(), page.print);
        match read.and_then(|row| convert(row, &mut notes)) {
            Ok(record) => page.records.push(record),
            Err(wrong) => notes.0 = vec![wrong],
        }
        if !notes.0.is_empty() {
            let told = called(row, label);
            page.bad.extend(notes.reports(list, if told.is_empty() { format!("row {number}") } else { told }));
        }
    }
    Ok(page)
}

/// The rows of an answer that is a list called `key` in an envelope, as they are written, and its `Total`.
fn envelope<'a>(body: &'a [u8], key: &str) -> Result<(Vec<&'a RawValue>, Option<u64>), NotUnderstood> {
    let text = text_of(body)?;
    if !text.starts_with('{') {
        return Err(not_an_object(text));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let seen = Envelope { key }.deserialize(&mut json).and_then(|seen| json.end().map(|()| seen)).map_err(broken)?;
    if seen.refused {
        return Err(NotUnderstood::refused(exception(text).unwrap_or_default()));
    }
    let rows = seen.rows.ok_or_else(|| NotUnderstood::new(format!("The answer has no {key}.")))?;
    Ok((rows, seen.total))
}

/// Reads the fields around a list.
struct Envelope<'k> {
    key: &'k str,
}

#[derive(Default)]
struct Seen<'a> {
    rows: Option<Vec<&'a RawValue>>,
    total: Option<u64>,
    refused: bool,
}

impl<'de> DeserializeSeed<'de> for Envelope<'_> {
    type Value = Seen<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = Seen<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen<'de>, A::Error> {
        let mut seen = Seen::default();
        while let Some(Name(name)) = map.next_key()? {
            match name.as_str() {
                key if key == self.key => seen.rows.get_or_insert_default().append(&mut map.next_value::<Rows<'de>>()?.0),
                "Total" => {
                    let total: Loose<Decimal> = map.next_value()?;
                    seen.total = total.told(&name).ok().flatten().and_then(|total| total.to_u64());
                }
                "ErrorCode" => seen.refused |= map.next_value::<Loose<String>>()?.is_sent(),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(seen)
    }
}

/// The rows of a list; `null` and `""` are empty lists.
struct Rows<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Rows<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Rows<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_unit<E: de::Error>(self) -> Result<Rows<'de>, E> {
                Ok(Rows(Vec::new()))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Rows<'de>, E> {
                if text.is_empty() { Ok(Rows(Vec::new())) } else { Err(E::invalid_type(Unexpected::Str(text), &self)) }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rows<'de>, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = list.next_element()? {
                    rows.push(row);
                }
                Ok(Rows(rows))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
