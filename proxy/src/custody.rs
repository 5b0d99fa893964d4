//! Custody of what is created: each thing once, whoever asks and however often.
//!
//! Cin7 has no idempotency key, so the proxy keeps a [`Ledger`] of the calls that create something. A call is written down
//! before it leaves, and only one call with a key is under way at a time. A key that comes again gets
//!
//! - **the first result**, when the call took effect and its body is the same;
//! - `key_reused`, when it took effect with another body;
//! - **what stands in Cin7**, when its outcome is not known (a lost answer, a crash) and Cin7 has it;
//! - `outcome_unknown`, when Cin7 does not have it yet: the call may still be under way there;
//! - one new call, when Cin7 still does not have it after the settle time.
//!
//! A call that provably did not take effect leaves nothing behind: it may be mended and sent again.
//!
//! What it cannot know: a call that Cin7 carries out later than the settle time after its answer was lost.

mod creation;
mod ledger;
mod resets;

pub use creation::{Creation, Found};
pub use ledger::{Broken, Entry, Fate, Ledger, NoLedger};
pub use resets::Resets;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest;
use bytes::Bytes;
use http::Method;
use tokio::sync::OwnedMutexGuard;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::errors::{Error, Upstream as Said};
use crate::limits::Lane;
use crate::routes::{self, Admitted};
use crate::upstream::{Answer, Upstream};

/// When to come back after a look-up that failed without a word on how long.
const LOOK_AGAIN: u64 = 5;
/// When to come back after the ledger could not be written.
const LEDGER_PAUSE: u64 = 10;

/// What a creating call brought.
#[derive(Debug)]
pub struct Result {
    /// Cin7's answer, of now or of the first time.
    pub answer: Answer,
    /// The call was not made now.
    pub replayed: bool,
}

/// The keeper.
#[derive(Debug)]
pub struct Custody {
    ledger: Ledger,
    upstream: Arc<Upstream>,
    writes: TaskTracker,
    settle: Duration,
    resets: Option<Resets>,
    keys: Keys,
}

impl Custody {
    /// `settle` is how long after a lost answer Cin7 may still carry the call out; writes under way are tracked by `writes`;
    /// `resets` is there in front of a sandbox.
    pub fn new(ledger: Ledger, upstream: Arc<Upstream>, writes: TaskTracker, settle: Duration, resets: Option<Resets>) -> Self {
        Self { ledger, upstream, writes, settle, resets, keys: Keys::default() }
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Makes a creating call, or tells what became of it. Dropping the future before the call is sent costs nothing; a call
    /// that is sent is finished and written down, whoever still waits.
    ///
    /// # Errors
    /// Those of the call; `key_reused`, `stands_twice`, `outcome_unknown`, `ledger_failed`.
    pub async fn post(&self, creation: &Creation, lane: Lane, call: Admitted, body: Bytes) -> std::result::Result<Result, Error> {
        let key = creation.key();
        let hash = digest::digest(&digest::SHA256, &body).as_ref().to_vec();
        let turn = self.keys.lock(&key).await;
        if let Some(resets) = &self.resets {
            resets.follow(&self.ledger).await?;
        }
        let mut doubt = None;
        if let Some(entry) = self.ledger.find(&key).await? {
            let same = entry.body == hash;
            match self.known(creation, lane, &key, entry).await? {
                Known::Stands(_) if !same => return Err(Error::KeyReused),
                Known::Stands(answer) => return Ok(Result { answer, replayed: true }),
                Known::NotThere { since } => doubt = Some(since),
            }
        }
        let slot = self.upstream.enter(lane).await?;
        let (ledger, upstream) = (self.ledger.clone(), Arc::clone(&self.upstream));
        let task = async move {
            let _turn: OwnedMutexGuard<()> = turn;
            ledger.sending(&key, &hash).await?;
            let outcome = upstream.send(slot, &call, body).await;
            // Should this fail, the entry still says that the call was sent, and what stands is looked up.
            let _ = match (&outcome, doubt) {
                (Ok(answer), _) => ledger.made(&key, answer).await,
                (Err(error), _) if error.ambiguous() => ledger.doubtful(&key, None).await,
                (Err(_), Some(since)) => ledger.doubtful(&key, Some(since)).await,
                (Err(_), None) => ledger.forget(&key).await,
            };
            outcome
        };
        match self.writes.spawn(task.in_current_span()).await {
            Ok(outcome) => outcome.map(|answer| Result { answer, replayed: false }),
            Err(error) => {
                tracing::error!("a write ended without a result: {error}");
                Err(Error::Failed(Said { ambiguous: true, ..Said::default() }))
            }
        }
    }

    /// What is known of a call that was sent before.
    async fn known(&self, creation: &Creation, lane: Lane, key: &str, entry: Entry) -> std::result::Result<Known, Error> {
        // Taken before Cin7 is asked: what it does not have by then, it had not got when the time was up.
        let now = ledger::now();
        let settle = i64::try_from(self.settle.as_millis()).unwrap_or(i64::MAX);
        let in_doubt = matches!(entry.fate, Fate::Unknown(_));
        let since = match entry.fate {
            Fate::Made(at, Some(answer)) if creation.is_for_ever() || now.saturating_sub(at) < settle => {
                return Ok(Known::Stands(answer));
            }
            Fate::Made(at, _) if !creation.is_for_ever() => Some(at),
            Fate::Made(..) => None,
            Fate::Unknown(since) => Some(since),
        };
        let stands = match self.stands(creation, lane).await {
            Ok(stands) => stands,
            Err(error @ Error::StandsTwice(_)) => return Err(error),
            Err(error) => return Err(undecided(&error)),
        };
        match (stands, since) {
            (Some(answer), _) => {
                if in_doubt {
                    tracing::info!("a call of unknown outcome was found to stand in Cin7");
                    let _ = self.ledger.made(key, &answer).await;
                }
                Ok(Known::Stands(answer))
            }
            (None, Some(since)) if now.saturating_sub(since) >= settle => {
                if in_doubt {
                    tracing::warn!("a call of unknown outcome is not in Cin7 after the settle time; it is sent once more");
                }
                Ok(Known::NotThere { since })
            }
            (None, Some(since)) => {
                let left = u64::try_from(settle.saturating_sub(now.saturating_sub(since))).unwrap_or_default();
                Err(Error::OutcomeUnknown { retry_after: left.div_ceil(1000).max(1), messages: Vec::new() })
            }
            // It took effect once. That it cannot be found now does not make it undone.
            (None, None) => Err(Error::OutcomeUnknown {
                retry_after: LOOK_AGAIN,
                messages: vec!["It took effect, and Cin7 does not show it any more.".to_owned()],
            }),
        }
    }

    /// What bears the key in Cin7, as the creating call would have answered it.
    async fn stands(&self, creation: &Creation, lane: Lane) -> std::result::Result<Option<Answer>, Error> {
        let (path, query) = creation.look_up();
        let list = self.read(lane, path, &query).await?;
        let Some(found) = creation.found(&list.body) else {
            return Err(Error::NotJson(Said { status: Some(list.status), ..Said::default() }));
        };
        let standing: Vec<&Found> = found.iter().filter(|one| !one.voided).collect();
        let one = match (&standing[..], &found[..]) {
            ([], []) => return Ok(None),
            ([], [voided, ..]) => voided,
            ([one], _) => one,
            (several, _) => return Err(Error::StandsTwice(several.iter().map(|one| one.shown.clone()).collect())),
        };
        match &one.read {
            Some((path, id)) => self.read(lane, path, &[("ID", id)]).await.map(Some),
            None => Ok(Some(Answer { status: 200, date: list.date, body: one.record.clone() })),
        }
    }

    async fn read(&self, lane: Lane, path: &str, query: &[(&str, &str)]) -> std::result::Result<Answer, Error> {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let call = routes::admit(&Method::GET, path, Some(&query))?;
        let slot = self.upstream.enter(lane).await?;
        self.upstream.send(slot, &call, Bytes::new()).await
    }
}

enum Known {
    /// It stands in Cin7.
    Stands(Answer),
    /// It does not, and will not: its answer was lost long enough ago, at `since`.
    NotThere { since: i64 },
}

/// The look-up failed, so that it is still not known what became of the call.
fn undecided(error: &Error) -> Error {
    let messages = std::iter::once(error.to_string()).chain(error.messages().iter().cloned()).collect();
    Error::OutcomeUnknown { retry_after: error.retry_after().unwrap_or(LOOK_AGAIN), messages }
}

impl From<Broken> for Error {
    fn from(_: Broken) -> Self {
        Self::LedgerFailed { retry_after: LEDGER_PAUSE }
    }
}

/// One lock for each key that is in use.
#[derive(Debug, Default)]
struct Keys(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Keys {
    async fn lock(&self, key: &str) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // A lock that only this map holds is nobody's.
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            Arc::clone(locks.entry(key.to_owned()).or_default())
        };
        lock.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_has_one_holder_and_leaves_nothing_behind() {
        let keys = Keys::default();
        let first = keys.lock("a").await;
        let other = keys.lock("b").await;
        let patience = Duration::from_millis(20);
        assert!(tokio::time::timeout(patience, keys.lock("a")).await.is_err(), "in use");
        drop((first, other));
        let again = tokio::time::timeout(patience, keys.lock("a")).await;
        assert!(again.is_ok());
        assert_eq!(keys.0.lock().unwrap().len(), 1);
    }
}
