//! Every way in which the proxy can say no, and the one form in which it says so.
//!
//! The browser decides by two fields whether a call may simply be repeated: `code`, from a closed list,
//! and `ambiguous`, which is true when a write may have taken effect in Cin7 although no good answer came
//! back. A wrong `false` here is how an order gets posted twice, so every doubt is answered with `true`.

use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// What a failed call tells about Cin7's side of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cin7Failure {
    /// The status Cin7 answered with; `None` when no answer came.
    pub status: Option<u16>,
    /// Cin7's own words, already cut to a sensible length.
    pub messages: Vec<String>,
    /// The call may have taken effect in Cin7. Never true for a read.
    pub ambiguous: bool,
}

/// A refusal or failure; its display is the `title` of the answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The method and path are not in the table of routes.
    #[error("The proxy does not forward this call.")]
    NotAllowed,
    /// The call comes from a page that may not call, or to a name that is not answered.
    #[error("The proxy does not take calls from this page.")]
    ForeignOrigin(String),
    /// No token, or one that is not good.
    #[error("The proxy does not know who calls: sign in again.")]
    NotSignedIn(String),
    /// The caller is known and may not do this.
    #[error("You may not do this in Cin7.")]
    NotPermitted(String),
    /// The keys that tokens are checked with cannot be had.
    #[error("The proxy cannot check who calls, because it cannot read the CRM's keys.")]
    KeysUnavailable {
        /// Seconds after which another try makes sense.
        retry_after: u64,
    },
    /// The caller takes the proxy to speak for another account. Nothing of the call is sent.
    #[error("The proxy speaks for another Cin7 account than the caller takes it to.")]
    OtherAccount,
    /// One caller asks more than its share.
    #[error("You have sent more calls than the proxy takes from one caller.")]
    TooManyRequests {
        /// Seconds after which another try makes sense.
        retry_after: u64,
    },
    /// The path is known, its parameters, body or headers are not acceptable. One sentence for each.
    #[error("The call is not formed as the proxy expects it.")]
    BadRequest(Vec<String>),
    /// The body is longer than a write may be.
    #[error("The body is larger than the proxy forwards.")]
    BodyTooLarge,
    /// Too many calls wait already, this one has waited too long, or the proxy is stopping.
    #[error("The proxy has too many calls waiting for Cin7; try again shortly.")]
    Busy {
        /// Seconds after which another try makes sense.
        retry_after: u64,
    },
    /// Cin7's call limit is reached. The call was not processed.
    #[error("Cin7's limit of calls per minute is reached.")]
    RateLimited {
        /// Seconds until the proxy calls Cin7 again.
        retry_after: u64,
        /// Cin7's part; no status when the proxy refused without asking.
        upstream: Cin7Failure,
    },
    /// Cin7 does not accept the account id or the application key.
    #[error("Cin7 refused the proxy's account id or application key.")]
    CredentialsRefused {
        /// Seconds until the proxy tries the credentials again.
        retry_after: u64,
        /// Cin7's status; `None` when the proxy refused without asking.
        upstream_status: Option<u16>,
    },
    /// No connection to Cin7 could be made, so nothing was sent.
    #[error("Cin7 cannot be reached.")]
    Unreachable,
    /// The connection was lost after the call, or a part of it, had been sent.
    #[error("The connection to Cin7 was lost before the answer was complete.")]
    Dropped(Cin7Failure),
    /// Cin7 accepted the call and did not answer in time.
    #[error("Cin7 did not answer in time.")]
    Timeout(Cin7Failure),
    /// Cin7 answered and said no.
    #[error("Cin7 refused the call.")]
    Refused(Cin7Failure),
    /// Cin7 answered with a server error or a redirect, or the proxy itself failed after sending.
    #[error("Cin7 failed to process the call.")]
    Failed(Cin7Failure),
    /// Cin7 answered with something that is not the JSON document the call asks for.
    #[error("Cin7's answer is not a JSON document.")]
    NotJson(Cin7Failure),
    /// A call with this key and another body took effect before.
    #[error("A call with this key has already taken effect with other content.")]
    KeyReused,
    /// Another order with this key is in custody; the message says whose.
    #[error("An order with this key and other content is kept already.")]
    OrderReused(String),
    /// The caller has more open orders in custody than are kept.
    #[error("You have too many open orders in the proxy's custody; the order is kept by the browser alone.")]
    CustodyFull,
    /// Several records in Cin7 bear the key of the call; the messages name them.
    #[error("Cin7 holds more than one record with this key.")]
    StandsTwice(Vec<String>),
    /// An earlier call with this key may still take effect, and is not in Cin7 yet.
    #[error("An earlier call with this key may still take effect; it is not sent again yet.")]
    OutcomeUnknown {
        /// Seconds after which another try makes sense.
        retry_after: u64,
        /// Why it could not be found out, if it could not.
        messages: Vec<String>,
    },
    /// The ledger cannot be written or read, so nothing that creates something is sent.
    #[error("The proxy cannot use its ledger of orders, so it sends none; check the disk that holds LEDGER_FILE.")]
    LedgerFailed {
        /// Seconds after which another try makes sense.
        retry_after: u64,
    },
    /// Cin7's answer is longer than the proxy reads.
    #[error("Cin7's answer is larger than the proxy accepts.")]
    TooLarge(Cin7Failure),
}

/// The body of an error answer, `application/problem+json` (RFC 9457).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem<'a> {
    r#type: &'static str,
    title: String,
    status: u16,
    code: &'static str,
    ambiguous: bool,
    retry_after_seconds: Option<u64>,
    messages: &'a [String],
    upstream_status: Option<u16>,
}

impl Error {
    /// The name from the closed list that programs decide by.
    pub fn code(&self) -> &'static str {
        self.row().0
    }

    /// The status of the proxy's own answer.
    pub fn status(&self) -> StatusCode {
        self.row().1
    }

    /// Code and status, as `README.md` lists them.
    fn row(&self) -> (&'static str, StatusCode) {
        use StatusCode as S;
        match self {
            Self::NotAllowed => ("not_allowed", S::NOT_FOUND),
            Self::ForeignOrigin(_) => ("foreign_origin", S::FORBIDDEN),
            Self::NotSignedIn(_) => ("not_signed_in", S::UNAUTHORIZED),
            Self::NotPermitted(_) => ("not_permitted", S::FORBIDDEN),
            Self::OtherAccount => ("other_account", S::CONFLICT),
            Self::KeysUnavailable { .. } => ("keys_unavailable", S::SERVICE_UNAVAILABLE),
            Self::TooManyRequests { .. } => ("too_many_requests", S::TOO_MANY_REQUESTS),
            Self::BadRequest(_) => ("bad_request", S::BAD_REQUEST),
            Self::BodyTooLarge => ("body_too_large", S::PAYLOAD_TOO_LARGE),
            Self::Busy { .. } => ("busy", S::SERVICE_UNAVAILABLE),
            Self::RateLimited { .. } => ("rate_limited", S::TOO_MANY_REQUESTS),
            Self::CredentialsRefused { .. } => ("credentials_refused", S::BAD_GATEWAY),
            Self::Unreachable => ("upstream_unreachable", S::BAD_GATEWAY),
            Self::Dropped(_) => ("upstream_dropped", S::BAD_GATEWAY),
            Self::Timeout(_) => ("upstream_timeout", S::GATEWAY_TIMEOUT),
            Self::Refused(_) => ("upstream_refused", S::UNPROCESSABLE_ENTITY),
            Self::Failed(_) => ("upstream_failed", S::BAD_GATEWAY),
            Self::NotJson(_) => ("upstream_not_json", S::BAD_GATEWAY),
            Self::KeyReused | Self::OrderReused(_) => ("key_reused", S::CONFLICT),
            Self::CustodyFull => ("custody_full", S::INSUFFICIENT_STORAGE),
            Self::StandsTwice(_) => ("stands_twice", S::CONFLICT),
            Self::OutcomeUnknown { .. } => ("outcome_unknown", S::SERVICE_UNAVAILABLE),
            Self::LedgerFailed { .. } => ("ledger_failed", S::SERVICE_UNAVAILABLE),
            Self::TooLarge(_) => ("upstream_too_large", S::BAD_GATEWAY),
        }
    }

    /// Whether the call may have taken effect in Cin7.
    pub fn ambiguous(&self) -> bool {
        match self {
            Self::OutcomeUnknown { .. } => true,
            other => other.upstream().is_some_and(|upstream| upstream.ambiguous),
        }
    }

    /// Seconds after which another try makes sense, where known.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Busy { retry_after }
            | Self::KeysUnavailable { retry_after }
            | Self::TooManyRequests { retry_after }
            | Self::RateLimited { retry_after, .. }
            | Self::CredentialsRefused { retry_after, .. }
            | Self::OutcomeUnknown { retry_after, .. }
            | Self::LedgerFailed { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    /// The status Cin7 answered with, if it answered.
    pub fn upstream_status(&self) -> Option<u16> {
        match self {
            Self::CredentialsRefused { upstream_status, .. } => *upstream_status,
            other => other.upstream().and_then(|upstream| upstream.status),
        }
    }

    fn upstream(&self) -> Option<&Cin7Failure> {
        match self {
            Self::RateLimited { upstream, .. }
            | Self::Dropped(upstream)
            | Self::Timeout(upstream)
            | Self::Refused(upstream)
            | Self::Failed(upstream)
            | Self::NotJson(upstream)
            | Self::TooLarge(upstream) => Some(upstream),
            _ => None,
        }
    }

    /// The body of the answer, JSON.
    pub fn body(&self) -> Vec<u8> {
        let problem = Problem {
            r#type: "about:blank",
            title: self.to_string(),
            status: self.status().as_u16(),
            code: self.code(),
            ambiguous: self.ambiguous(),
            retry_after_seconds: self.retry_after(),
            messages: self.messages(),
            upstream_status: self.upstream_status(),
        };
        // Strings and integers only: this cannot fail, and an empty body would still carry the status.
        serde_json::to_vec(&problem).unwrap_or_default()
    }

    /// Cin7's words, or what is wrong with the call.
    pub fn messages(&self) -> &[String] {
        match self {
            Self::ForeignOrigin(why) | Self::NotSignedIn(why) | Self::NotPermitted(why) | Self::OrderReused(why) => {
                std::slice::from_ref(why)
            }
            Self::BadRequest(messages) | Self::StandsTwice(messages) | Self::OutcomeUnknown { messages, .. } => messages,
            other => other.upstream().map_or(&[], |upstream| &upstream.messages),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let body = self.body();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        if matches!(self, Self::NotSignedIn(_)) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// For `retry_after`: rounded up, at least one: nobody is asked to come back too early.
pub(crate) fn whole_seconds(duration: Duration) -> u64 {
    (duration.as_secs() + u64::from(duration.subsec_nanos() > 0)).max(1)
}
