//! The calls to Cin7: credentials added last, one attempt, every outcome named.
//!
//! Nothing here tries again. A repeated read would use up the budget behind the planner's back; a repeated
//! write could make a second order.

mod answer;

pub use answer::{Verdict, in_seconds, judge, parse_retry_after};

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, header};
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use tokio::time::Instant;

use crate::config::{Account, Timeouts};
use crate::errors::{Cin7Failure, Error, whole_seconds};
use crate::limits::{Gate, Lane, NoSlot, Slot};
use crate::loopback;
use crate::routes::Admitted;

/// The longest answer that is read; 1,000 products with everything included stay well below.
pub const LONGEST_ANSWER: usize = 32 * 1024 * 1024;
/// After Cin7 refused the credentials it is asked once in this time: wrong credentials do not get better by
/// repetition, and Cin7 counts the tries.
const CREDENTIALS_PAUSE: Duration = Duration::from_secs(60);

/// What is known about the account id and the application key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Credentials {
    /// No call has come back yet.
    Unknown,
    /// Cin7 accepted them.
    Ok,
    /// Cin7 refused them.
    Refused,
}

/// A good answer of Cin7.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Cin7's status, 200 to 299.
    pub status: u16,
    /// Cin7's `Date` header as it came.
    pub date: Option<HeaderValue>,
    /// A JSON document, byte for byte.
    pub body: Bytes,
}

/// The door to Cin7.
#[derive(Debug)]
pub struct Upstream {
    base: Url,
    id: SecretString,
    key: SecretString,
    reads: Client,
    writes: Client,
    gate: Arc<Gate>,
    refused_until: Mutex<(Credentials, Option<Instant>)>,
    timeouts: Timeouts,
}

impl Upstream {
    /// # Errors
    /// The TLS set-up of this machine cannot be used.
    pub fn new(account: Account, timeouts: Timeouts, gate: Arc<Gate>) -> Result<Self, reqwest::Error> {
        let local = loopback::is_url(&account.base);
        let client = || {
            let builder = Client::builder()
                // A redirect would carry the credentials to another host.
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .connect_timeout(timeouts.connect)
                .read_timeout(timeouts.read)
                .timeout(timeouts.total)
                .gzip(true)
                .user_agent(concat!("cin7-quote-desk/", env!("CARGO_PKG_VERSION")));
            // The environment's proxy knows nothing of this machine's own addresses.
            if local { builder.no_proxy() } else { builder }
        };
        let reads = client().pool_idle_timeout(Duration::from_secs(30)).build()?;
        // A connection kept from an earlier call may be dead by now, and the HTTP client underneath sends a
        // request again, unasked, when it finds a kept connection closed. It believes to know that the first
        // one was not processed; a second order is too high a price for being wrong. No connection is kept,
        // so none is found dead. A write pays one handshake.
        let writes = client().pool_max_idle_per_host(0).build()?;
        let refused_until = Mutex::new((Credentials::Unknown, None));
        Ok(Self { base: account.base, id: account.id, key: account.key, reads, writes, gate, refused_until, timeouts })
    }

    /// The scheme, host and port of Cin7, for pictures.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// What is known about the credentials.
    pub fn credentials(&self) -> Credentials {
        self.refused_until.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Asks Cin7 once who it takes us for, and leaves the result in [`Self::credentials`].
    pub async fn check_credentials(&self) {
        let Ok(admitted) = crate::routes::admit(&Method::GET, "me", None) else { return };
        let check = async {
            let slot = self.enter(Lane::Screen).await?;
            self.send(slot, &admitted, Bytes::new()).await
        };
        match tokio::time::timeout(self.timeouts.first_check, check).await {
            Ok(Ok(_) | Err(Error::CredentialsRefused { .. })) => {}
            Ok(Err(error)) => tracing::warn!(code = error.code(), "the credentials could not be checked: {error}"),
            Err(_) => tracing::warn!("the credentials could not be checked: Cin7 does not answer"),
        }
    }

    /// Waits for the right to make one call. Dropping the future costs nothing.
    ///
    /// # Errors
    /// `busy`, `rate_limited` or `credentials_refused`; Cin7 was not asked.
    pub async fn enter(&self, lane: Lane) -> Result<Slot, Error> {
        self.not_refused(false)?;
        let slot = self.gate.enter(lane).await.map_err(|no_slot| match no_slot {
            NoSlot::Busy { retry_after } => Error::Busy { retry_after: whole_seconds(retry_after) },
            NoSlot::Closed { retry_after } => {
                Error::RateLimited { retry_after: whole_seconds(retry_after), upstream: Cin7Failure::default() }
            }
        })?;
        // Others may have been refused while this call waited.
        self.not_refused(true)?;
        Ok(slot)
    }

    /// Makes the call. The answer's outcome is logged; its content never is.
    ///
    /// # Errors
    /// Any but `not_allowed`, `bad_request`, `body_too_large` and `busy`.
    pub async fn send(&self, slot: Slot, call: &Admitted, body: Bytes) -> Result<Answer, Error> {
        let start = Instant::now();
        let result = self.attempt(slot, call, body).await;
        let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (method, path) = (&call.route.method, call.route.path);
        match &result {
            Ok(answer) => tracing::info!(%method, path, status = answer.status, ms, "Cin7 answered"),
            Err(error) => tracing::warn!(
                %method,
                path,
                status = error.upstream_status(),
                code = error.code(),
                ambiguous = error.ambiguous(),
                ms,
                "Cin7 call failed"
            ),
        }
        result
    }

    async fn attempt(&self, mut slot: Slot, call: &Admitted, body: Bytes) -> Result<Answer, Error> {
        let write = call.route.method != Method::GET;
        let client = if write { &self.writes } else { &self.reads };
        let mut request = client
            .request(call.route.method.clone(), format!("{}{}", self.base, call.target))
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json")
            .headers(self.credential_headers()?);
        if write {
            request = request.body(body);
        }
        slot.sending();
        let mut response = request.send().await.map_err(|error| lost(error, write, None))?;
        let status = response.status().as_u16();
        let said = || Cin7Failure { status: Some(status), messages: Vec::new(), ambiguous: write };
        let date = response.headers().get(header::DATE).cloned();
        let retry_after = response.headers().get(header::RETRY_AFTER).cloned();
        let mut bytes = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) if bytes.len() + chunk.len() > LONGEST_ANSWER => return Err(Error::TooLarge(said())),
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Err(error) => return Err(lost(error, write, Some(status))),
            }
        }
        let answered = date.as_ref().and_then(|value| value.to_str().ok());
        let retry_after = retry_after.as_ref().and_then(|value| value.to_str().ok());
        let retry_after = retry_after.map(|text| in_seconds(text, answered, std::time::SystemTime::now()));
        let verdict = judge(write, status, retry_after.as_deref(), &bytes);
        if matches!(verdict, Verdict::Good | Verdict::Refused(_)) {
            self.accepted();
        }
        match verdict {
            Verdict::Good => Ok(Answer { status, date, body: bytes.freeze() }),
            Verdict::RateLimited(pause, upstream) => {
                // Before the slot is dropped: this call is not one that fills the window.
                let retry_after = whole_seconds(self.gate.limit_hit(pause));
                Err(Error::RateLimited { retry_after, upstream: self.scrubbed(upstream) })
            }
            Verdict::CredentialsRefused => {
                self.refused();
                let retry_after = CREDENTIALS_PAUSE.as_secs();
                Err(Error::CredentialsRefused { retry_after, upstream_status: Some(status) })
            }
            Verdict::Refused(upstream) => Err(Error::Refused(self.scrubbed(upstream))),
            Verdict::Failed(upstream) => Err(Error::Failed(self.scrubbed(upstream))),
            Verdict::NotJson(upstream) => Err(Error::NotJson(self.scrubbed(upstream))),
        }
    }

    /// Made anew for each call, so that they live no longer than it. Marked, so that they are not printed.
    fn credential_headers(&self) -> Result<HeaderMap, Error> {
        let mut headers = HeaderMap::new();
        for (name, secret) in [("api-auth-accountid", &self.id), ("api-auth-applicationkey", &self.key)] {
            // Checked when the configuration was read; nothing was sent if it fails all the same.
            let mut value = HeaderValue::from_str(secret.expose_secret()).map_err(|_| Error::Unreachable)?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(headers)
    }

    /// An error text of Cin7 that quotes the credentials does not pass.
    fn scrubbed(&self, mut upstream: Cin7Failure) -> Cin7Failure {
        for text in &mut upstream.messages {
            let lower = text.to_ascii_lowercase();
            let quotes = |secret: &SecretString| lower.contains(&secret.expose_secret().to_ascii_lowercase());
            if quotes(&self.id) || quotes(&self.key) {
                "(a text that quotes the credentials)".clone_into(text);
            }
        }
        upstream
    }

    /// Refuses while the credentials stand refused. Once the pause is over, `claim` makes this caller the one
    /// who tries them again, and starts the next pause for everyone else.
    fn not_refused(&self, claim: bool) -> Result<(), Error> {
        let mut known = self.refused_until.lock().unwrap_or_else(PoisonError::into_inner);
        let (Credentials::Refused, Some(until)) = *known else { return Ok(()) };
        let now = Instant::now();
        if now < until {
            let retry_after = whole_seconds(until - now);
            return Err(Error::CredentialsRefused { retry_after, upstream_status: None });
        }
        if claim {
            known.1 = Some(now + CREDENTIALS_PAUSE);
        }
        Ok(())
    }

    fn refused(&self) {
        let mut known = self.refused_until.lock().unwrap_or_else(PoisonError::into_inner);
        *known = (Credentials::Refused, Some(Instant::now() + CREDENTIALS_PAUSE));
        drop(known);
        tracing::error!(
            "Cin7 refused the account id or application key; check CIN7_ACCOUNT_ID and CIN7_APPLICATION_KEY. \
             It is asked again in {} seconds at the earliest.",
            CREDENTIALS_PAUSE.as_secs()
        );
    }

    fn accepted(&self) {
        *self.refused_until.lock().unwrap_or_else(PoisonError::into_inner) = (Credentials::Ok, None);
    }
}

/// Names a call that got no complete answer.
fn lost(error: reqwest::Error, write: bool, status: Option<u16>) -> Error {
    let (connect, timeout, garbled) = (error.is_connect(), error.is_timeout(), is_garbled(&error));
    // The address holds the query, and with it perhaps a customer's name.
    tracing::debug!(error = %Chain(&error.without_url()), "the call to Cin7 was lost");
    let said = Cin7Failure { status, messages: Vec::new(), ambiguous: write };
    if connect {
        // No connection, no call. Also when making it took too long.
        Error::Unreachable
    } else if timeout {
        Error::Timeout(said)
    } else if garbled {
        Error::NotJson(said)
    } else {
        Error::Dropped(said)
    }
}

/// Whether the answer came and cannot be unpacked. The client calls a connection that was lost within a body a
/// decoding error as well; only the unpacker complains of wrong data.
fn is_garbled(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(current) = cause {
        let kind = current.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if matches!(kind, Some(std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput)) {
            return true;
        }
        cause = current.source();
    }
    false
}

/// An error with its causes in one line.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut error = Some(self.0);
        let mut separator = "";
        while let Some(current) = error {
            write!(f, "{separator}{current}")?;
            separator = ": ";
            error = current.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn refused_credentials_are_tried_again_by_one_caller_a_minute() {
        let base = crate::config::parse_base("http://localhost:1/").expect("an address");
        let account = Account { base, id: "id".into(), key: "key".into() };
        let gate = Gate::new(60, CancellationToken::new());
        let upstream = Upstream::new(account, Timeouts::default(), gate).expect("a client");
        upstream.refused();
        for _ in 0..3 {
            let refused = |retry_after| Some(Error::CredentialsRefused { retry_after, upstream_status: None });
            assert_eq!(upstream.enter(Lane::Order).await.err(), refused(60));
            tokio::time::advance(Duration::from_secs(60)).await;
            assert!(upstream.enter(Lane::Order).await.is_ok(), "one may try");
            assert_eq!(upstream.enter(Lane::Order).await.err(), refused(60));
        }
        upstream.accepted();
        assert!(upstream.enter(Lane::Order).await.is_ok());
        assert_eq!(upstream.credentials(), Credentials::Ok);
    }
}
