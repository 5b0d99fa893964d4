//! Storage that fails when told to.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::task::Poll;

use cin7_quote_desk::error::{Error, ErrorCode, Result};
use cin7_quote_desk::store::memory::MemoryStore;
use cin7_quote_desk::store::{Batch, Store, Table};

/// What becomes of a store's commits, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing goes wrong.
    Sound,
    /// This many commits, from the first number on, are refused for want of room.
    Full(u32, u32),
    /// The tab dies before this commit is written.
    DiesBefore(u32),
    /// The tab dies when this commit is written, before it hears of it.
    DiesAfter(u32),
}

/// A handle on a store in memory, with a fate of its own.
#[derive(Clone)]
pub(crate) struct FrailStore {
    inner: MemoryStore,
    fate: Fate,
    commits: Rc<Cell<u32>>,
}

impl FrailStore {
    pub(crate) fn new(inner: MemoryStore, fate: Fate) -> Self {
        Self { inner, fate, commits: Rc::default() }
    }

    /// How many commits were tried.
    pub(crate) fn commits(&self) -> u32 {
        self.commits.get()
    }
}

/// Lets others go first, as a database does.
pub(crate) async fn turn() {
    let mut asked = false;
    poll_fn(|context| {
        if std::mem::replace(&mut asked, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl Store for FrailStore {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>> {
        turn().await;
        self.inner.get(table, key).await
    }

    async fn list(&self, table: Table, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        turn().await;
        self.inner.list(table, prefix).await
    }

    async fn keys(&self, table: Table, prefix: &str) -> Result<Vec<String>> {
        self.inner.keys(table, prefix).await
    }

    async fn commit(&self, batch: Batch) -> Result<()> {
        turn().await;
        let number = self.commits.replace(self.commits.get() + 1);
        match self.fate {
            Fate::Full(from, times) if number >= from && number - from < times => {
                Err(Error::new(ErrorCode::StorageFull, "There is no room."))
            }
            Fate::DiesBefore(at) if number == at => pending().await,
            Fate::DiesAfter(at) if number == at => {
                self.inner.commit(batch).await?;
                pending().await
            }
            _ => self.inner.commit(batch).await,
        }
    }
}
