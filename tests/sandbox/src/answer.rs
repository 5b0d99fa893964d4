//! Answers: JSON, Cin7's error bodies, and the odd HTML page.

use std::fmt::Write as _;

use serde::Serialize;

use crate::collection::{Collection, Kind, Record};
use crate::fields::{object, raw};
use crate::query::Page;
use crate::switches::{ErrorShape, RateLimitVariant, Switches};

/// The page that stands for a wrong address.
pub(crate) const HTML_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Page not found</title></head><body><h1>Page not \
 found</h1><p>The page you are looking for does not exist.</p></body></html>\n";

/// The sentence by which every variant of the rate limit is known.
pub(crate) fn rate_limit_sentence(limit: usize) -> String {
    format!("You have reached {limit} calls per 60 seconds API limit.")
}

/// What goes back to the caller.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// A call that was not carried out, in Cin7's words.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: u16,
    pub(crate) text: String,
}

impl Refusal {
    /// A failed validation: 400.
    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self { status: 400, code: 400, text: text.into() }
    }

    pub(crate) fn with_status(status: u16, text: impl Into<String>) -> Self {
        Self { status, code: status, text: text.into() }
    }
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, content_type, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        Self::new(200, "application/json; charset=utf-8", raw(value).get())
    }

    pub(crate) fn text(status: u16, text: impl Into<Vec<u8>>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text)
    }

    pub(crate) fn html() -> Self {
        Self::new(200, "text/html; charset=utf-8", HTML_PAGE)
    }

    pub(crate) fn refused(refusal: &Refusal, shape: ErrorShape) -> Self {
        let error = object! { "ErrorCode" => refusal.code, "Exception" => refusal.text };
        let mut answer = match shape {
            ErrorShape::Array => Self::json(&[error]),
            ErrorShape::Object => Self::json(&error),
        };
        answer.status = refusal.status;
        answer
    }

    pub(crate) fn rate_limited(variant: RateLimitVariant, retry_after: &str, switches: &Switches) -> Self {
        let limit = if switches.calls_per_minute == 0 { 60 } else { switches.calls_per_minute };
        let sentence = rate_limit_sentence(limit);
        match variant {
            RateLimitVariant::TooMany => {
                let mut answer = Self::text(429, sentence);
                answer.headers = vec![
                    ("x-ratelimit-limit".to_owned(), limit.to_string()),
                    ("x-ratelimit-remaining".to_owned(), "0".to_owned()),
                    ("x-ratelimit-reset".to_owned(), "60".to_owned()),
                    ("Retry-After".to_owned(), retry_after.to_owned()),
                ];
                answer
            }
            RateLimitVariant::Unavailable => Self::text(503, sentence),
            RateLimitVariant::BadRequest => Self::refused(&Refusal::invalid(sentence), ErrorShape::Array),
        }
    }
}

/// A list answer in the making: counts every match, renders only the page asked for.
pub(crate) struct Listing {
    key: &'static str,
    page: Page,
    total: usize,
    text: String,
    shown: usize,
}

impl Listing {
    pub(crate) fn new(kind: Kind, page: Page) -> Self {
        Self { key: kind.list_key(), page, total: 0, text: String::new(), shown: 0 }
    }

    /// Counts one matching record and, if it is on the page, has `render` append its JSON.
    pub(crate) fn add(&mut self, render: impl FnOnce(&mut String)) {
        let first = (self.page.number - 1).saturating_mul(self.page.limit);
        if self.total >= first && self.shown < self.page.limit {
            if self.shown > 0 {
                self.text.push(',');
            }
            render(&mut self.text);
            self.shown += 1;
        }
        self.total += 1;
    }

    /// Takes all of `records` as matching without looking at those off the page.
    pub(crate) fn add_all(&mut self, records: &Collection, mut render: impl FnMut(&mut String, &Record)) {
        self.total = records.len();
        let first = (self.page.number - 1).saturating_mul(self.page.limit).min(self.total);
        for at in first..(first + self.page.limit).min(self.total) {
            if at > first {
                self.text.push(',');
            }
            render(&mut self.text, records.at(at));
        }
    }

    pub(crate) fn finish(self) -> Answer {
        self.finish_with(true)
    }

    /// The answer, with or without `Total`: not every endpoint tells it.
    pub(crate) fn finish_with(self, total: bool) -> Answer {
        let mut body = String::with_capacity(self.text.len() + 64);
        body.push('{');
        if total {
            let _ = write!(body, r#""Total":{},"#, self.total);
        }
        let _ = write!(body, r#""Page":{},"{}":["#, self.page.number, self.key);
        body.push_str(&self.text);
        body.push_str("]}");
        Answer::new(200, "application/json; charset=utf-8", body)
    }
}
