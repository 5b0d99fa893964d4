//! How a request reaches Cin7 (by way of the proxy), and what is known when it does not.
//!
//! The core never asks the network itself; it is handed a [`Transport`]. What matters about a failure is not its status
//! but two facts: whether the call **may have taken effect** ([`Failure::ambiguous`]), and when another try makes sense.

pub mod answer;
#[cfg(target_arch = "wasm32")]
pub mod fetch;

use crate::error::{Detail, Error, ErrorCode};
use crate::records::{AccountId, Timestamp};

/// The method of a request. Nothing else is ever sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
}

/// Which of the proxy's lanes a request takes; orders go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// A step of an order.
    Order,
    /// For what is on screen now.
    Screen,
    /// Everything else.
    Background,
}

/// A request to Cin7, without host and credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path after the API's base, such as `product` or `ref/tax`.
    pub path: &'static str,
    /// Query parameters, not yet encoded.
    pub query: Vec<(&'static str, String)>,
    /// JSON body of a [`Method::Post`].
    pub body: Option<Vec<u8>>,
    /// The lane.
    pub lane: Lane,
    /// The account that it is meant for; the proxy refuses it if it speaks for another one.
    pub account: Option<AccountId>,
}

impl Request {
    /// A read.
    pub fn get(path: &'static str, lane: Lane) -> Self {
        Self { method: Method::Get, path, query: Vec::new(), body: None, lane, account: None }
    }

    /// A write with a JSON body.
    pub fn post(path: &'static str, body: Vec<u8>, lane: Lane) -> Self {
        Self { method: Method::Post, path, query: Vec::new(), body: Some(body), lane, account: None }
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }
}

/// An answer of Cin7's that was a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The JSON body, byte for byte.
    pub body: Vec<u8>,
    /// Cin7's own clock when it answered; watermarks go by it.
    pub date: Option<Timestamp>,
    /// The proxy has made this call before, for this device or another one, and gives its answer of then.
    pub replayed: bool,
}

/// What kind of failure it was, by what may be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The proxy was not reached, or did not reach Cin7: try again later.
    Unreachable,
    /// The connection was lost or timed out after the request had been sent.
    Lost,
    /// The call limit, or the proxy's own queue: try again after the wait.
    Throttled,
    /// Cin7 does not accept the credentials: no retry until someone mends them.
    Credentials,
    /// The proxy does not know who calls: nothing goes until the host page has a token again.
    SignedOut,
    /// The proxy speaks for another Cin7 account than the request is meant for.
    OtherAccount,
    /// Cin7 read the request and refused it; the same request will be refused again.
    Refused,
    /// Cin7 failed (status 5xx).
    Failed,
    /// The answer was not an answer: HTML, broken JSON, nothing, or without end.
    NotUnderstood,
    /// The proxy knows the key of the request with other content.
    KeyReused,
    /// The proxy does not allow such a request: a fault of this library or a proxy of another version.
    NotAllowed,
}

/// What is known of a request that brought no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind.
    pub kind: FailureKind,
    /// Whether the request may have taken effect in Cin7. Always `false` for reads.
    pub ambiguous: bool,
    /// How long Cin7 or the proxy asked to wait, in seconds.
    pub retry_after: Option<u32>,
    /// Cin7's own words, or the proxy's sentence.
    pub messages: Vec<String>,
}

impl Failure {
    /// The proxy speaks for another account, so nothing was sent.
    pub fn other_account() -> Self {
        let words = "The server works for another Cin7 account now. What is kept here waits for its own.";
        Self { kind: FailureKind::OtherAccount, messages: vec![words.to_owned()], ..Self::not_sent() }
    }

    /// Nothing was sent; another try may be made.
    pub const fn not_sent() -> Self {
        Self { kind: FailureKind::Unreachable, ambiguous: false, retry_after: None, messages: Vec::new() }
    }

    /// Whether the same request may succeed later without any change.
    pub const fn retryable(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::Unreachable
                | FailureKind::Lost
                | FailureKind::Throttled
                | FailureKind::SignedOut
                | FailureKind::Failed
                | FailureKind::KeyReused
                | FailureKind::NotUnderstood
        )
    }

    /// The words to show, joined.
    pub fn words(&self) -> String {
        self.messages.join(" ")
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let (code, sentence) = match failure.kind {
            FailureKind::Unreachable | FailureKind::Lost => (ErrorCode::Offline, "Cin7 could not be reached."),
            FailureKind::Throttled => (ErrorCode::RateLimited, "Cin7's call limit is used up for the moment."),
            FailureKind::Credentials => (ErrorCode::CredentialsRefused, "Cin7 does not accept the proxy's credentials."),
            FailureKind::SignedOut => (ErrorCode::SignedOut, "You are signed out."),
            FailureKind::OtherAccount => {
                (ErrorCode::OtherAccount, "The proxy speaks for another Cin7 account than this desk is for.")
            }
            FailureKind::Refused => (ErrorCode::Cin7Refused, "Cin7 refused this."),
            FailureKind::Failed => (ErrorCode::Cin7Failed, "Cin7 failed."),
            FailureKind::KeyReused => (ErrorCode::Cin7Failed, "This was sent before with other content."),
            FailureKind::NotUnderstood => (ErrorCode::Cin7Failed, "Cin7 did not give an answer that can be read."),
            FailureKind::NotAllowed => (ErrorCode::ProxyRefused, "The proxy does not allow this request."),
        };
        let details = failure.messages.into_iter().map(|words| Detail::new("cin7", words)).collect();
        Error::with_details(code, sentence, details)
    }
}

/// Carries requests to the proxy.
///
/// A transport does not retry: one call is one request. It returns `Ok` only for an answer that Cin7 gave as a success
/// and that is JSON; everything else, an error object with status 200 included, is a [`Failure`].
#[expect(async_fn_in_trait, reason = "everything here runs on one thread, in a browser tab")]
pub trait Transport {
    /// The account that it speaks for, as far as accounts are told apart and known.
    fn account(&self) -> Option<AccountId> {
        None
    }

    /// Sends one request.
    ///
    /// # Errors
    /// A [`Failure`] that says whether the request may have taken effect.
    async fn send(&self, request: Request) -> Result<Response, Failure>;
}

/// The time, and waiting.
#[expect(async_fn_in_trait, reason = "everything here runs on one thread, in a browser tab")]
pub trait Clock {
    /// Now, by this machine's clock. Good for waiting and for ages; never for watermarks.
    fn now(&self) -> Timestamp;

    /// Returns after about `milliseconds`.
    async fn sleep(&self, milliseconds: u32);
}
