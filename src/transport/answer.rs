//! What an answer means: status, headers and body of whatever the proxy, or something in its place, sent back.
//!
//! Pure, so that every answer can be tried without a network.

use serde::Deserialize;

use super::{Failure, FailureKind, Method, Response};
use crate::cin7;
use crate::records::Timestamp;

/// The headers that matter; empty where missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// `content-type`.
    pub content_type: String,
    /// `x-cin7-date`, Cin7's own clock.
    pub cin7_date: String,
    /// `date`, else the device's own time in the same form.
    pub date: String,
    /// `retry-after`.
    pub retry_after: String,
    /// `idempotency-replayed`.
    pub replayed: String,
}

/// An error of the proxy's.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    #[serde(default)]
    title: String,
    code: String,
    ambiguous: Option<bool>,
    retry_after_seconds: Option<u32>,
    #[serde(default)]
    messages: Vec<String>,
}

/// Bodies longer than this are lists; an error object is never so long.
const LONGEST_REFUSAL: usize = 64 * 1024;

/// Reads an answer.
///
/// # Errors
/// A [`Failure`] for everything that is not Cin7's success in JSON. A write whose fate is not known for certain is
/// ambiguous: so is every answer from something that is not the proxy, unless its status says that it let nothing through.
pub fn read(method: Method, status: u16, headers: &Headers, body: Vec<u8>) -> Result<Response, Failure> {
    if is(&headers.content_type, "application/problem+json")
        && let Ok(problem) = serde_json::from_slice::<Problem>(&body)
    {
        return Err(refused_by_proxy(method, status, headers, problem));
    }
    if !(200..300).contains(&status) {
        return Err(not_the_proxy(method, status, headers));
    }
    let start = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let is_json = is(&headers.content_type, "application/json") && matches!(start, Some(b'{' | b'['));
    if !is_json {
        let words = match start {
            None => "The answer is empty.",
            Some(b'<') => "The answer is a web page.",
            Some(_) => "The answer is not JSON.",
        };
        return Err(failure(method, FailureKind::NotUnderstood, true, words));
    }
    if body.len() <= LONGEST_REFUSAL
        && let Some(messages) = cin7::refusal(&body)
    {
        return Err(Failure { kind: FailureKind::Refused, ambiguous: false, retry_after: None, messages });
    }
    Ok(Response { body, date: Timestamp::from_http_date(&headers.cin7_date), replayed: headers.replayed == "true" })
}

/// A request that brought no answer because the time was up.
pub fn timed_out(method: Method) -> Failure {
    failure(method, FailureKind::Lost, true, "There was no answer in time.")
}

/// A request that brought no answer because the network failed. A write may have left before it did.
pub fn no_answer(method: Method) -> Failure {
    match method {
        Method::Get => failure(method, FailureKind::Unreachable, false, "The proxy could not be reached."),
        Method::Post => failure(method, FailureKind::Lost, true, "The connection was lost."),
    }
}

/// An answer that broke off.
pub fn broken_off(method: Method) -> Failure {
    failure(method, FailureKind::Lost, true, "The connection was lost in the middle of the answer.")
}

/// An answer that was not read to its end, because no answer is so long.
pub fn too_long(method: Method) -> Failure {
    failure(method, FailureKind::NotUnderstood, true, "The answer is larger than 32 MiB, or without end.")
}

fn failure(method: Method, kind: FailureKind, ambiguous: bool, words: &str) -> Failure {
    Failure { kind, ambiguous: ambiguous && method == Method::Post, retry_after: None, messages: vec![words.to_owned()] }
}

fn refused_by_proxy(method: Method, status: u16, headers: &Headers, problem: Problem) -> Failure {
    let (kind, may_have_happened) = match problem.code.as_str() {
        "not_allowed" | "bad_request" | "body_too_large" | "foreign_origin" | "not_permitted" => (FailureKind::NotAllowed, false),
        "busy" | "rate_limited" | "too_many_requests" => (FailureKind::Throttled, false),
        "not_signed_in" => (FailureKind::SignedOut, false),
        // Passes by itself or is resolved by looking: what stands under the key is there to be found.
        "keys_unavailable" | "stands_twice" | "ledger_failed" | "custody_full" => (FailureKind::Failed, false),
        "key_reused" => (FailureKind::KeyReused, false),
        "credentials_refused" => (FailureKind::Credentials, false),
        "upstream_unreachable" => (FailureKind::Unreachable, false),
        "upstream_dropped" | "upstream_timeout" | "outcome_unknown" => (FailureKind::Lost, true),
        "upstream_refused" => (FailureKind::Refused, false),
        "upstream_failed" => (FailureKind::Failed, true),
        "upstream_not_json" | "upstream_too_large" => (FailureKind::NotUnderstood, true),
        // A proxy of another version: it does not know less than this library does of what became of a write.
        _ if status < 500 => (FailureKind::NotAllowed, true),
        _ => (FailureKind::Failed, true),
    };
    if problem.code == "other_account" {
        return Failure::other_account();
    }
    let messages = if problem.messages.is_empty() { vec![problem.title] } else { problem.messages };
    Failure {
        kind,
        ambiguous: method == Method::Post && problem.ambiguous.unwrap_or(may_have_happened),
        retry_after: problem.retry_after_seconds.or_else(|| wait(headers)),
        messages,
    }
}

/// An error that is not the proxy's own: a gateway before it, a sign-in page, another server at its address.
fn not_the_proxy(method: Method, status: u16, headers: &Headers) -> Failure {
    let words = format!("Something else than the proxy answered, with status {status}.");
    let (kind, ambiguous) = match status {
        429 => (FailureKind::Throttled, false),
        401 | 403 | 404 | 405 | 413 => (FailureKind::NotAllowed, false),
        400..500 => (FailureKind::NotAllowed, true),
        500.. => (FailureKind::Failed, true),
        // Zero is a redirect that was not followed.
        _ => (FailureKind::NotUnderstood, true),
    };
    Failure { retry_after: wait(headers), ..failure(method, kind, ambiguous, &words) }
}

fn is(content_type: &str, wanted: &str) -> bool {
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted)
}

/// The seconds of a `Retry-After`: a number, a unit behind it or not, or a date, counted from the answer's own.
fn wait(headers: &Headers) -> Option<u32> {
    let text = headers.retry_after.trim();
    if let Some(until) = Timestamp::from_http_date(text) {
        let milliseconds = until.since(Timestamp::from_http_date(&headers.date)?).max(0);
        return u32::try_from(milliseconds / 1_000).ok();
    }
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(content_type: &str) -> Headers {
        Headers { content_type: content_type.into(), ..Headers::default() }
    }

    fn problem(method: Method, status: u16, body: &str) -> Failure {
        read(method, status, &headers("application/problem+json"), body.into()).unwrap_err()
    }

    #[test]
    fn a_success_keeps_its_bytes_and_cin7s_clock() {
        let headers = Headers { cin7_date: "Mon, 30 Mar 2026 15:00:00 GMT".into(), ..headers("application/json; charset=utf-8") };
        let response = read(Method::Get, 200, &headers, b" {\"Total\":1e-3} ".to_vec()).unwrap();
        assert_eq!(response.body, b" {\"Total\":1e-3} ");
        assert_eq!(response.date.unwrap().to_string(), "2026-03-30T15:00:00.000Z");
        assert!(!response.replayed);
        let again = Headers { replayed: "true".into(), ..headers };
        assert!(read(Method::Post, 200, &again, b"{}".to_vec()).unwrap().replayed);
    }

    #[test]
    fn a_date_that_cannot_be_read_is_no_date() {
        let headers = Headers { cin7_date: "today".into(), ..headers("application/json") };
        assert_eq!(read(Method::Get, 200, &headers, b"{}".to_vec()).unwrap().date, None);
    }

    #[test]
    fn every_code_of_the_proxy_has_its_kind() {
        use FailureKind::{
            Credentials, Failed, KeyReused, Lost, NotAllowed, NotUnderstood, OtherAccount, Refused, SignedOut, Throttled,
            Unreachable,
        };
        let cases = [
            ("not_allowed", 404, NotAllowed, false),
            ("bad_request", 400, NotAllowed, false),
            ("body_too_large", 413, NotAllowed, false),
            ("busy", 503, Throttled, false),
            ("rate_limited", 429, Throttled, false),
            ("credentials_refused", 502, Credentials, false),
            ("too_many_requests", 429, Throttled, false),
            ("foreign_origin", 403, NotAllowed, false),
            ("not_permitted", 403, NotAllowed, false),
            ("not_signed_in", 401, SignedOut, false),
            ("other_account", 409, OtherAccount, false),
            ("keys_unavailable", 503, Failed, false),
            ("key_reused", 409, KeyReused, false),
            ("custody_full", 507, Failed, false),
            ("stands_twice", 409, Failed, false),
            ("ledger_failed", 503, Failed, false),
            ("outcome_unknown", 503, Lost, true),
            ("upstream_unreachable", 502, Unreachable, false),
            ("upstream_dropped", 502, Lost, true),
            ("upstream_timeout", 504, Lost, true),
            ("upstream_refused", 422, Refused, false),
            ("upstream_failed", 502, Failed, true),
            ("upstream_not_json", 502, NotUnderstood, true),
            ("upstream_too_large", 502, NotUnderstood, true),
            ("of_another_version", 502, Failed, true),
        ];
        for (code, status, kind, ambiguous) in cases {
            let told = format!(
                r#"{{"type":"about:blank","title":"T.","status":{status},"code":"{code}","ambiguous":{ambiguous},"retryAfterSeconds":null,"messages":[],"upstreamStatus":null}}"#
            );
            let failure = problem(Method::Post, status, &told);
            assert_eq!((failure.kind, failure.ambiguous), (kind, ambiguous), "{code}");
            if kind != OtherAccount {
                assert_eq!(failure.messages, ["T."], "{code}");
            }
            let untold = format!(r#"{{"title":"T.","code":"{code}"}}"#);
            assert_eq!(problem(Method::Post, status, &untold).ambiguous, ambiguous, "{code} without a word of it");
            assert!(!problem(Method::Get, status, &told).ambiguous, "a read is never ambiguous: {code}");
        }
    }

    #[test]
    fn cin7s_own_words_and_waits_come_through() {
        let body = r#"{"title":"Refused.","code":"upstream_refused","messages":["Please specify CurrencyRate.","Second."]}"#;
        assert_eq!(problem(Method::Post, 422, body).words(), "Please specify CurrencyRate. Second.");
        let body = r#"{"title":"Wait.","code":"rate_limited","retryAfterSeconds":7}"#;
        assert_eq!(problem(Method::Get, 429, body).retry_after, Some(7));
        let header = Headers { retry_after: "60 Seconds".into(), ..headers("application/problem+json") };
        let body = br#"{"title":"Wait.","code":"rate_limited"}"#.to_vec();
        assert_eq!(read(Method::Get, 429, &header, body).unwrap_err().retry_after, Some(60));
    }

    #[test]
    fn a_wait_may_be_given_as_a_date_which_is_counted_from_the_answers_own() {
        let until = |retry_after: &str, date: &str| {
            let header = Headers { retry_after: retry_after.into(), date: date.into(), ..headers("text/html") };
            read(Method::Get, 429, &header, b"Slow down".to_vec()).unwrap_err().retry_after
        };
        let date = "Mon, 30 Mar 2026 15:00:00 GMT";
        assert_eq!(until("Mon, 30 Mar 2026 15:01:30 GMT", date), Some(90));
        assert_eq!(until("Mon, 30 Mar 2026 14:59:00 GMT", date), Some(0), "it has passed");
        assert_eq!(until("Mon, 30 Mar 2026 15:01:30 GMT", ""), None);
        assert_eq!(until("soon", date), None);
        assert_eq!(until("90", ""), Some(90));
    }

    #[test]
    fn an_error_object_with_status_200_is_a_refusal() {
        let body = br#"[{"ErrorCode":400,"Exception":"Customer not found."},{"ErrorCode":400,"Exception":"Nor that."}]"#;
        let failure = read(Method::Post, 200, &headers("application/json"), body.to_vec()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Refused);
        assert_eq!(failure.messages, ["Customer not found.", "Nor that."]);
    }

    #[test]
    fn what_is_not_the_proxys_leaves_a_write_unknown() {
        let html = b"<!DOCTYPE html><title>Sign in</title>".to_vec();
        for (status, body) in
            [(200, html.clone()), (200, Vec::new()), (200, b"{}".to_vec()), (0, Vec::new()), (504, html.clone())]
        {
            let failure = read(Method::Post, status, &headers("text/html"), body.clone()).unwrap_err();
            assert!(failure.ambiguous, "{status}");
            assert!(!read(Method::Get, status, &headers("text/html"), body).unwrap_err().ambiguous, "{status}");
        }
        let failure = read(Method::Post, 401, &headers("text/html"), html).unwrap_err();
        assert_eq!((failure.kind, failure.ambiguous), (FailureKind::NotAllowed, false));
        let failure = read(Method::Get, 200, &headers("application/json"), b"\"words\"".to_vec()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::NotUnderstood);
    }

    #[test]
    fn silence_leaves_a_write_unknown_and_a_read_unread() {
        assert_eq!(no_answer(Method::Get).kind, FailureKind::Unreachable);
        for failure in [no_answer(Method::Post), timed_out(Method::Post), broken_off(Method::Post)] {
            assert_eq!((failure.kind, failure.ambiguous), (FailureKind::Lost, true));
        }
        for failure in [no_answer(Method::Get), timed_out(Method::Get), broken_off(Method::Get)] {
            assert!(!failure.ambiguous && failure.retryable());
        }
    }
}
