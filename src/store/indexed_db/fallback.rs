//! The store of a window whose browser may not offer one.

use super::connection::{Connection, Outdated};
use super::failure::Failure;
use super::protection::{self, Protection};
use super::{IndexedDbStore, Kind};
use crate::error::{Error, Result};
use crate::store::memory::MemoryStore;
use crate::store::{Batch, Store, Table};

/// On disk where the browser allows it, in memory where it does not.
#[derive(Debug)]
pub enum BrowserStore {
    /// In IndexedDB.
    Disk(IndexedDbStore),
    /// In this tab's memory, gone with it. The user must be told before an order depends on it.
    Memory {
        /// The rows.
        store: MemoryStore,
        /// Why the browser stores nothing.
        reason: Error,
    },
}

impl BrowserStore {
    /// Opens the database, or a store in memory when the browser refuses this window any storage.
    ///
    /// # Errors
    /// `storage` when there is a database but it cannot be used now: another tab holds it up, it was written by a newer
    /// version of the page, or it failed. Memory would hide orders that are on the disk.
    pub async fn open_or_memory(name: &str, kind: Kind) -> Result<Self> {
        let full_name = kind.database_name(name);
        let outdated = Outdated::default();
        let opened = match Connection::open(&full_name, kind, &outdated).await {
            // The browser may just have restarted its storage; a refusal or a final failure stays what it is.
            Err(Failure::Lost(_)) => Connection::open(&full_name, kind, &outdated).await,
            first => first,
        };
        match opened {
            Ok(connection) => Ok(Self::Disk(IndexedDbStore::on(full_name, kind, connection, outdated))),
            Err(Failure::Refused(reason)) => Ok(Self::Memory { store: MemoryStore::default(), reason }),
            Err(failure) => Err(failure.into_error()),
        }
    }

    /// Why nothing outlives this tab; `None` when it does.
    pub fn refusal(&self) -> Option<&Error> {
        match self {
            Self::Disk(_) => None,
            Self::Memory { reason, .. } => Some(reason),
        }
    }

    /// Calls `listener` when a newer version of the page takes the database over. Nothing can be read or written here from
    /// then on.
    pub fn on_outdated(&self, listener: impl Fn() + 'static) {
        if let Self::Disk(store) = self {
            store.outdated.hear(Box::new(listener));
        }
    }

    /// Whether the last write was refused for want of room.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Disk(store) if store.is_full())
    }

    /// How safe what is written here is from the browser's own housekeeping.
    pub async fn protection(&self) -> Protection {
        match self {
            Self::Disk(_) => protection::protection().await,
            Self::Memory { .. } => Protection::Memory,
        }
    }
}

impl Store for BrowserStore {
    fn outlives_tab(&self) -> bool {
        self.refusal().is_none()
    }

    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Disk(store) => store.get(table, key).await,
            Self::Memory { store, .. } => store.get(table, key).await,
        }
    }

    async fn list(&self, table: Table, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        match self {
            Self::Disk(store) => store.list(table, prefix).await,
            Self::Memory { store, .. } => store.list(table, prefix).await,
        }
    }

    async fn keys(&self, table: Table, prefix: &str) -> Result<Vec<String>> {
        match self {
            Self::Disk(store) => store.keys(table, prefix).await,
            Self::Memory { store, .. } => store.keys(table, prefix).await,
        }
    }

    async fn commit(&self, batch: Batch) -> Result<()> {
        match self {
            Self::Disk(store) => store.commit(batch).await,
            Self::Memory { store, .. } => store.commit(batch).await,
        }
    }
}
