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

mod call;
mod calls;
mod creation;
pub mod hand_over;
mod ledger;
pub mod order;
mod orders;
mod resets;
mod schema;

pub use call::{Call, Effect, Entry, Fate, Note, Reply, Response};
pub use creation::{Creation, Found};
pub use ledger::{Broken, Ledger, NoLedger, beside};
pub use resets::Resets;

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use bytes::Bytes;
use http::Method;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::clock;
use crate::errors::{Cin7Failure, Error};
use crate::keyed::Keyed;
use crate::limits::Lane;
use crate::routes::{self, Admitted};
use crate::upstream::{Answer, Upstream};

/// The keeper.
#[derive(Debug)]
pub struct Custody {
    ledger: Ledger,
    upstream: Arc<Upstream>,
    writes: TaskTracker,
    settle: Duration,
    resets: Option<Resets>,
    /// One lock for each key that has a call under way.
    keys: Keyed<Mutex<()>>,
}

impl Custody {
    /// `settle` is how long after a lost answer Cin7 may still carry the call out; writes under way are tracked by `writes`;
    /// `resets` is there in front of a sandbox.
    pub fn new(ledger: Ledger, upstream: Arc<Upstream>, writes: TaskTracker, settle: Duration, resets: Option<Resets>) -> Self {
        Self { ledger, upstream, writes, settle, resets, keys: Keyed::default() }
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The ledger for whole orders; it begins anew with the sandbox.
    ///
    /// # Errors
    /// `ledger_failed`.
    pub async fn orders(&self) -> Result<&Ledger, Error> {
        if let Some(resets) = &self.resets {
            resets.follow(&self.ledger).await?;
        }
        Ok(&self.ledger)
    }

    /// Makes a creating call, or tells what became of it. Dropping the future before the call is sent costs nothing; a call
    /// that is sent is finished and written down, whoever still waits.
    ///
    /// # Errors
    /// Those of the call; `key_reused`, `stands_twice`, `outcome_unknown`, `ledger_failed`.
    pub async fn post(&self, creation: &Creation, lane: Lane, call: Admitted, body: Bytes) -> Result<Reply, Error> {
        let key = creation.key();
        let hash = digest::digest(&digest::SHA256, &body).as_ref().to_vec();
        let turn = self.keys.of(&key, Mutex::default).lock_owned().await;
        self.orders().await?;
        let settle = i64::try_from(self.settle.as_millis()).unwrap_or(i64::MAX);
        let mut steps = Call::new(creation.clone(), hash, settle);
        let mut next = steps.begin();
        let slot = loop {
            let response = match next {
                Effect::Find => Response::Found(self.ledger.find(&key).await.map_err(Error::from)),
                Effect::Read { path, query } => Response::Answer(self.read(lane, path, &query).await),
                Effect::Write(note) => Response::Written(self.ledger.write(&key, steps.body(), &note).await.map_err(Error::from)),
                Effect::Enter => match self.upstream.enter(lane).await {
                    Ok(slot) => break slot,
                    Err(error) => Response::Entered(Err(error)),
                },
                Effect::Send => unreachable!("a call enters before it is sent"),
                Effect::End(result) => return result,
            };
            next = steps.on_response(response, clock::now());
        };
        let (ledger, upstream) = (self.ledger.clone(), Arc::clone(&self.upstream));
        let task = async move {
            let _turn: OwnedMutexGuard<()> = turn;
            let mut sending = Some((slot, body));
            let mut response = Response::Entered(Ok(()));
            loop {
                response = match (steps.on_response(response, clock::now()), sending.take()) {
                    (Effect::Write(note), kept) => {
                        sending = kept;
                        Response::Written(ledger.write(&key, steps.body(), &note).await.map_err(Error::from))
                    }
                    (Effect::Send, Some((slot, body))) => Response::Answer(upstream.send(slot, &call, body).await),
                    (Effect::End(result), _) => return result,
                    (other, _) => unreachable!("{other:?} comes before a call is sent"),
                };
            }
        };
        match self.writes.spawn(task.in_current_span()).await {
            Ok(result) => result,
            Err(error) => {
                tracing::error!("a write ended without a result: {error}");
                Err(Error::Failed(Cin7Failure { ambiguous: true, ..Cin7Failure::default() }))
            }
        }
    }

    async fn read(&self, lane: Lane, path: &str, query: &[(&str, String)]) -> Result<Answer, Error> {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let call = routes::admit(&Method::GET, path, Some(&query))?;
        let slot = self.upstream.enter(lane).await?;
        self.upstream.send(slot, &call, Bytes::new()).await
    }
}
