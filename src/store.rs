//! Where records outlive the page: a small transactional store of bytes.
//!
//! Two databases implement [`Store`] side by side. The **cache** holds what can be fetched again (segments and
//! manifests); it may vanish at any time. The **vault** holds what cannot (quotes, orders, and what else is the CRM's own);
//! nothing that wipes or
//! upgrades the cache can touch it. A third one, the **directory**, tells whose they are.
//!
//! # What every store guarantees
//!
//! - A [`Batch`] is written whole or not at all, a crash in the middle included.
//! - [`Store::commit`] returns `Ok` only once the batch is as safe as its [`Durability`] asks: for
//!   [`Durability::Strict`], after the transaction is complete and flushed.
//! - The conditions of a batch are checked in the same transaction that writes it, so that of two tabs only one wins;
//!   the other gets [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) and nothing of its batch is written.
//! - A read sees whole batches only, and the caller's own writes.
//! - Keys come back in ascending order of their UTF-8 bytes.
//! - No transaction stays open while anything else is awaited: bytes are prepared first.

#[cfg(target_arch = "wasm32")]
pub mod indexed_db;
pub mod memory;

use crate::error::Result;

/// A table of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Cache: segments of records, one binary value each.
    Segments,
    /// Cache: which segments are live, progress and watermarks, one value per list.
    Manifests,
    /// Directory: which account's databases are where, and which account each proxy spoke for last.
    Accounts,
    /// Vault: quotes being written.
    Quotes,
    /// Vault: orders, from the moment they are confirmed.
    Orders,
    /// Vault: whatever else is the CRM's own and cannot be fetched again, by a prefix for its kind: `company/<id>` holds the
    /// once-copied fields of a company where they differ from Cin7's, `account/<id>` a customer account being created,
    /// `matrix/<id>` what a company is to each category.
    Own,
}

impl Table {
    /// The name of its object store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Segments => "segments",
            Self::Manifests => "manifests",
            Self::Accounts => "accounts",
            Self::Quotes => "quotes",
            Self::Orders => "orders",
            Self::Own => "own",
        }
    }
}

/// How safe a write must be before it is called done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// May be lost if the machine loses power at once; for what can be fetched again.
    #[default]
    Relaxed,
    /// On disk; for orders.
    Strict,
}

/// What must hold for a batch to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The table.
    pub table: Table,
    /// The key.
    pub key: String,
    /// The bytes that must stand there now; `None` means that nothing may.
    pub expected: Option<Vec<u8>>,
}

/// Writes that happen together or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Checked first, within the same transaction.
    pub conditions: Vec<Condition>,
    /// Deleted next.
    pub deletes: Vec<(Table, String)>,
    /// Written last.
    pub puts: Vec<(Table, String, Vec<u8>)>,
    /// How safe the whole must be.
    pub durability: Durability,
}

impl Batch {
    /// An empty batch for what can be fetched again.
    pub fn relaxed() -> Self {
        Self::default()
    }

    /// An empty batch for what must not be lost.
    pub fn strict() -> Self {
        Self { durability: Durability::Strict, ..Self::default() }
    }

    /// Adds a write.
    #[must_use]
    pub fn put(mut self, table: Table, key: impl Into<String>, bytes: Vec<u8>) -> Self {
        self.puts.push((table, key.into(), bytes));
        self
    }

    /// Adds a deletion; deleting what is not there is no error.
    #[must_use]
    pub fn delete(mut self, table: Table, key: impl Into<String>) -> Self {
        self.deletes.push((table, key.into()));
        self
    }

    /// Adds a condition.
    #[must_use]
    pub fn expect(mut self, table: Table, key: impl Into<String>, expected: Option<Vec<u8>>) -> Self {
        self.conditions.push(Condition { table, key: key.into(), expected });
        self
    }
}

/// A transactional store of bytes; see the module for what it guarantees.
#[expect(async_fn_in_trait, reason = "everything here runs on one thread, in a browser tab")]
pub trait Store {
    /// Whether what is written here is still there when the tab is gone.
    fn outlives_tab(&self) -> bool {
        true
    }

    /// The bytes under `key`.
    ///
    /// # Errors
    /// `storage` when the database cannot be read, also after it was reopened once.
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>>;

    /// Everything whose key starts with `prefix`, in order of key.
    ///
    /// # Errors
    /// As [`Store::get`].
    async fn list(&self, table: Table, prefix: &str) -> Result<Vec<(String, Vec<u8>)>>;

    /// The keys that start with `prefix`, in order.
    ///
    /// # Errors
    /// As [`Store::get`].
    async fn keys(&self, table: Table, prefix: &str) -> Result<Vec<String>>;

    /// Writes a batch.
    ///
    /// # Errors
    /// `conflict` when a condition does not hold, `storage-full` when there is no room, `storage` otherwise. In every
    /// case nothing of the batch has been written.
    async fn commit(&self, batch: Batch) -> Result<()>;
}
