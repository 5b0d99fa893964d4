//! What was asked of the API, in order, without the credentials.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::clock::instant_text;
use crate::credentials::{ACCOUNT_ID, APPLICATION_KEY};
use crate::fields::raw;
use crate::query::Query;

/// One call as the journal tells it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    n: u64,
    at: String,
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    body: Option<Box<RawValue>>,
    status: Option<u16>,
    fault: Option<&'static str>,
}

/// The calls since start, reset or clearing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<Entry>,
    last: u64,
}

/// Credentials that strayed into a path, query or body are blotted out.
fn blot(text: &str) -> String {
    let mut text = text.to_owned();
    for secret in [ACCOUNT_ID, APPLICATION_KEY] {
        while let Some(at) = text.to_ascii_lowercase().find(secret) {
            text.replace_range(at..at + secret.len(), "[credential]");
        }
    }
    text
}

fn body_value(body: &[u8]) -> Option<Box<RawValue>> {
    if body.is_empty() {
        return None;
    }
    let text = blot(&String::from_utf8_lossy(body));
    Some(match serde_json::from_str::<&RawValue>(&text) {
        Ok(json) => json.to_owned(),
        Err(_) => raw(&text),
    })
}

impl Journal {
    /// Notes an arriving call; its outcome is told later with [`Journal::conclude`].
    pub(crate) fn note(&mut self, at: DateTime<Utc>, method: &str, path: &str, query: &Query, body: &[u8]) -> u64 {
        self.last += 1;
        self.entries.push(Entry {
            n: self.last,
            at: instant_text(at),
            method: method.to_owned(),
            path: blot(path),
            query: query.iter().map(|(name, value)| (blot(name), blot(value))).collect(),
            body: body_value(body),
            status: None,
            fault: None,
        });
        self.last
    }

    pub(crate) fn conclude(&mut self, n: u64, status: Option<u16>, fault: Option<&'static str>) {
        if let Some(entry) = self.entries.iter_mut().rev().find(|entry| entry.n == n) {
            entry.status = status;
            entry.fault = fault;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
