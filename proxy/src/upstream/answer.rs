//! What an answer of Cin7 means. Pure: status, `Retry-After` and body in, verdict out.
//!
//! The status alone proves little. Cin7 has been seen to report the call limit as 429, as 503 and as a
//! validation error with status 400; to answer 200 with an error object, and 200 with an HTML page.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::errors::Cin7Failure;
use crate::members::Members;

/// Cin7's texts are cut to this many characters, and to this many texts.
const LONGEST_MESSAGE: usize = 1000;
const MOST_MESSAGES: usize = 20;
/// An error body longer than this is not searched for texts.
const LONGEST_ERROR: usize = 4 * 1024 * 1024;

/// What a complete answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A JSON document to pass on untouched.
    Good,
    /// The call limit is reached and the call was not processed; how long to pause, if Cin7 said.
    RateLimited(Option<Duration>, Cin7Failure),
    /// Account id or application key are wrong.
    CredentialsRefused,
    /// Cin7 said no.
    Refused(Cin7Failure),
    /// Cin7 failed, or answered with a redirect.
    Failed(Cin7Failure),
    /// Not a JSON document.
    NotJson(Cin7Failure),
}

/// Judges a complete answer. `write` says whether the call could have changed anything in Cin7.
pub fn judge(write: bool, status: u16, retry_after: Option<&str>, body: &[u8]) -> Verdict {
    let shape = shape(body);
    let said = |ambiguous: bool, messages: Vec<String>| Cin7Failure { status: Some(status), messages, ambiguous };
    let success = (200..300).contains(&status);
    // A good document may hold the sentence as somebody's text; an error or a bare text may not.
    let messages = if success && shape == Shape::Document { Vec::new() } else { messages(body) };
    if status == 429 || messages.iter().any(|text| is_limit_sentence(text)) {
        return Verdict::RateLimited(retry_after.and_then(parse_retry_after), said(false, messages));
    }
    match status {
        200..300 => match shape {
            Shape::Document => Verdict::Good,
            // An error that says 500, and a list of errors beside results, do not say that nothing was done.
            Shape::Error { clean } => Verdict::Refused(said(write && !clean, messages)),
            Shape::Scalar | Shape::NotJson => Verdict::NotJson(said(write, messages)),
        },
        401 | 403 => Verdict::CredentialsRefused,
        400..500 => Verdict::Refused(said(false, messages)),
        // Including redirects: they are never followed, and what happened before one is anyone's guess.
        _ => Verdict::Failed(said(write, messages)),
    }
}

/// Cin7's `Retry-After`: `7`, and with a word that HTTP does not know: `60 Seconds`, `30 sec`.
pub fn parse_retry_after(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let per_unit = match unit.trim().trim_end_matches('.').to_ascii_lowercase().as_str() {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        _ => return None,
    };
    number.parse::<u32>().ok().map(|n| Duration::from_secs(u64::from(n) * per_unit))
}

/// A `Retry-After` that is a date, as seconds from the answer's own `Date`, or from `now` where it has none; others as they are.
pub fn in_seconds<'a>(retry_after: &'a str, date: Option<&str>, now: SystemTime) -> Cow<'a, str> {
    let Ok(until) = httpdate::parse_http_date(retry_after.trim()) else { return Cow::Borrowed(retry_after) };
    let from = date.and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
    Cow::Owned(until.duration_since(from).unwrap_or_default().as_millis().div_ceil(1000).to_string())
}

/// `You have reached 60 calls per 60 seconds API limit.`, whatever the numbers.
fn is_limit_sentence(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("you have reached") && text.contains("api limit")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// An object or an array without the marks of an error.
    Document,
    /// `ErrorCode` at top level or in the first element of an array, or a list `Errors` that is not empty.
    Error {
        /// Refused in validation: nothing was done.
        clean: bool,
    },
    /// A bare string, number, boolean or null.
    Scalar,
    /// Empty, HTML, text, cut off, or not UTF-8.
    NotJson,
}

/// Reads the whole body once without building anything of it.
fn shape(body: &[u8]) -> Shape {
    // `serde_json` skips strings without checking their bytes; a body that is not UTF-8 is not JSON.
    let Ok(text) = std::str::from_utf8(body) else { return Shape::NotJson };
    let shape = match text.trim_start().as_bytes().first() {
        Some(b'{') => object(text, true),
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(text).ok().and_then(|list| match list.first() {
            Some(first) if first.get().starts_with('{') => object(first.get(), false),
            _ => Some(Shape::Document),
        }),
        _ => serde_json::from_str::<IgnoredAny>(text).ok().map(|_| Shape::Scalar),
    };
    shape.unwrap_or(Shape::NotJson)
}

/// A list of `Errors` counts at the top level alone.
fn object(text: &str, top: bool) -> Option<Shape> {
    let mut shape = Shape::Document;
    for (name, value) in serde_json::from_str::<Members<'_>>(text).ok()?.0 {
        if name.eq_ignore_ascii_case("ErrorCode") {
            shape = Shape::Error { clean: !is_server_error(&serde_json::from_str(value.get()).ok()?) };
        } else if top && name.eq_ignore_ascii_case("Errors") {
            let errors: serde_json::Value = serde_json::from_str(value.get()).ok()?;
            if errors.as_array().is_some_and(|list| !list.is_empty()) {
                shape = Shape::Error { clean: false };
            }
        }
    }
    Some(shape)
}

/// The code may come as a number or as its text.
fn is_server_error(code: &serde_json::Value) -> bool {
    let number = code.as_u64().or_else(|| code.as_str().and_then(|text| text.trim().parse().ok()));
    number.is_some_and(|code| code >= 500)
}

/// Cin7's own words in an answer that is not a good one. An HTML page has none.
fn messages(body: &[u8]) -> Vec<String> {
    if body.len() > LONGEST_ERROR {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(body);
    let mut found = Vec::new();
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => collect(&value, &mut found),
        Err(_) if text.trim_start().starts_with(['<', '{', '[']) => {}
        Err(_) => found.push(text.into_owned()),
    }
    found.into_iter().map(|text| tidy(&text)).filter(|text| !text.is_empty()).take(MOST_MESSAGES).collect()
}

fn collect(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => found.push(text.clone()),
        serde_json::Value::Array(list) => list.iter().for_each(|entry| collect(entry, found)),
        serde_json::Value::Object(map) => {
            for (key, entry) in map {
                match key.to_ascii_lowercase().as_str() {
                    "exception" | "message" | "error" | "errors" => collect(entry, found),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn tidy(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_MESSAGE).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCE: &str = "You have reached 60 calls per 60 seconds API limit.";

    fn read(status: u16, body: &str) -> Verdict {
        judge(false, status, None, body.as_bytes())
    }

    fn write(status: u16, body: &str) -> Verdict {
        judge(true, status, None, body.as_bytes())
    }

    fn upstream(status: u16, messages: &[&str], ambiguous: bool) -> Cin7Failure {
        Cin7Failure { status: Some(status), messages: messages.iter().map(|&m| m.to_owned()).collect(), ambiguous }
    }

    #[test]
    fn good_documents() {
        for body in [
            "{}",
            "[]",
            r#" {"Products":[{"SKU":"a","Price":1.10}],"Total":1} "#,
            r#"[{"ID":"1"},{"ErrorCode":1}]"#,
            r#"{"Errors":[]}"#,
            r#"{"Products":[{"ErrorCode":400}]}"#,
            r#"{"Note":"You have reached 60 calls per 60 seconds API limit."}"#,
        ] {
            assert_eq!(write(200, body), Verdict::Good, "{body}");
        }
    }

    #[test]
    fn errors_with_status_200() {
        for body in [
            r#"[{"ErrorCode":400,"Exception":"no"}]"#,
            r#"{"ErrorCode":400,"Exception":"no"}"#,
            r#"{"Exception":"no","errorcode":"400"}"#,
        ] {
            assert_eq!(write(200, body), Verdict::Refused(upstream(200, &["no"], false)), "{body}");
        }
        assert_eq!(write(200, r#"[{"ErrorCode":500,"Exception":"boom"}]"#), Verdict::Refused(upstream(200, &["boom"], true)));
        assert_eq!(write(200, r#"{"Errors":["first","second"]}"#), Verdict::Refused(upstream(200, &["first", "second"], true)));
        assert_eq!(read(200, r#"{"Errors":["x"]}"#), Verdict::Refused(upstream(200, &["x"], false)));
    }

    #[test]
    fn not_json() {
        let page = "<!DOCTYPE html><html><body>Page not found</body></html>";
        for body in ["", "  ", page, r#"{"Products":[{"SKU":"#, r#"{"a":1}{"b":2}"#, "null", "7"] {
            assert_eq!(write(200, body), Verdict::NotJson(upstream(200, &[], true)), "{body}");
            assert_eq!(read(200, body), Verdict::NotJson(upstream(200, &[], false)), "{body}");
        }
        assert_eq!(write(204, ""), Verdict::NotJson(upstream(204, &[], true)));
        assert_eq!(judge(true, 200, None, b"{\"a\":\"\xff\"}"), Verdict::NotJson(upstream(200, &[], true)));
        assert_eq!(read(200, "maintenance"), Verdict::NotJson(upstream(200, &["maintenance"], false)));
    }

    #[test]
    fn the_limit_under_every_guise() {
        let array = format!(r#"[{{"ErrorCode":400,"Exception":"{SENTENCE}"}}]"#);
        let object = format!(r#"{{"ErrorCode":400,"Exception":"{SENTENCE}"}}"#);
        let string = format!("\"{SENTENCE}\"");
        for body in [SENTENCE, &array, &object, &string] {
            for status in [200, 400, 403, 429, 500, 503] {
                let verdict = Verdict::RateLimited(None, upstream(status, &[SENTENCE], false));
                assert_eq!(write(status, body), verdict, "{status} {body}");
            }
        }
        assert_eq!(
            judge(true, 429, Some("60 Seconds"), b""),
            Verdict::RateLimited(Some(Duration::from_secs(60)), upstream(429, &[], false))
        );
        assert_eq!(write(503, "maintenance"), Verdict::Failed(upstream(503, &["maintenance"], true)));
    }

    #[test]
    fn refusals_and_failures() {
        assert_eq!(read(403, "Incorrect credentials!"), Verdict::CredentialsRefused);
        assert_eq!(read(401, ""), Verdict::CredentialsRefused);
        assert_eq!(
            write(400, r#"[{"ErrorCode":400,"Exception":"a"},{"ErrorCode":400,"Exception":"b\nc"}]"#),
            Verdict::Refused(upstream(400, &["a", "b c"], false))
        );
        assert_eq!(write(404, "<html></html>"), Verdict::Refused(upstream(404, &[], false)));
        assert_eq!(write(500, r#"{"ErrorCode":500,"Exception":"x"}"#), Verdict::Failed(upstream(500, &["x"], true)));
        assert_eq!(read(502, "<html>"), Verdict::Failed(upstream(502, &[], false)));
        assert_eq!(write(302, ""), Verdict::Failed(upstream(302, &[], true)));
    }

    #[test]
    fn retry_after_in_all_its_forms() {
        let seconds = |text| parse_retry_after(text).map(|pause| pause.as_secs());
        assert_eq!(seconds("7"), Some(7));
        assert_eq!(seconds("60 Seconds"), Some(60));
        assert_eq!(seconds(" 30 sec"), Some(30));
        assert_eq!(seconds("1 minute"), Some(60));
        for text in ["", "Seconds", "-5", "1.5", "Mon, 23 Nov 2026 08:00:00 GMT", "99999999999"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_retry_after_that_is_a_date_counts_from_the_answers_own() {
        let now = httpdate::parse_http_date("Mon, 23 Nov 2026 07:59:00 GMT").unwrap();
        let date = Some("Mon, 23 Nov 2026 07:59:30 GMT");
        for (text, date, seconds) in [
            ("Mon, 23 Nov 2026 08:00:00 GMT", date, "30"),
            ("Mon, 23 Nov 2026 08:00:00 GMT", None, "60"),
            ("Mon, 23 Nov 2026 08:00:00 GMT", Some("soon"), "60"),
            ("Monday, 23-Nov-26 08:00:00 GMT", date, "30"),
            ("Mon, 23 Nov 2026 07:00:00 GMT", date, "0"),
            ("60 Seconds", date, "60 Seconds"),
        ] {
            assert_eq!(in_seconds(text, date, now), seconds, "{text}");
        }
    }

    #[test]
    fn deep_nesting_neither_overflows_nor_passes_unread() {
        let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(read(200, &format!(r#"{{"a":{deep}}}"#)), Verdict::Good);
        assert!(matches!(read(400, &deep), Verdict::Refused(_)));
        assert!(matches!(read(200, &"[".repeat(200_000)), Verdict::NotJson(_)));
    }
}
