//! A [`Store`] in the browser's IndexedDB: in pages and in workers.
//!
//! One origin holds two databases for each Cin7 account, `<name>/cache` and `<name>/vault`, so that whatever wipes, upgrades or
//! blocks the cache cannot touch an order; and one that tells whose they are, `<name>/accounts`.
//!
//! # Connections die
//!
//! Browsers close connections under the page: after a crash of their storage process, under memory pressure, when the
//! user clears data, most of all on phones. The handle then fails for ever. So each operation that fails as a dead handle
//! does is run once more on a new connection, once and no more. A batch that failed so has not been written; should the
//! browser have lost only the news of its completion, the second run writes the same bytes again, or, where the batch
//! has conditions, meets its own writes and answers `conflict`, upon which the caller reads again.
//!
//! A database deleted under the page comes back empty. A tab that wants to upgrade or delete is given way at once; if
//! it upgraded, each further operation here says that the page must be reloaded.

mod connection;
mod failure;
mod fallback;
mod protection;
mod schema;
mod transaction;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::JsCast;

pub use self::fallback::BrowserStore;
pub use self::protection::{Protection, Room, protect, protection, room};

use self::connection::{Connection, Outdated};
use self::failure::Failure;
use self::transaction::{Transaction, answer, incoming, outgoing, starting_with};
use super::{Batch, Store, Table};
use crate::error::{Error, ErrorCode, Result};

/// Which of the databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Segments and manifests: can be fetched again.
    Cache,
    /// Quotes and orders: cannot.
    Vault,
    /// Whose these are.
    Directory,
}

impl Kind {
    /// What the browser calls the database of this kind that belongs to `name`.
    pub fn database_name(self, name: &str) -> String {
        match self {
            Self::Cache => format!("{name}/cache"),
            Self::Vault => format!("{name}/vault"),
            Self::Directory => format!("{name}/accounts"),
        }
    }

    const fn holds(self, table: Table) -> bool {
        match self {
            Self::Cache => matches!(table, Table::Segments | Table::Manifests),
            Self::Vault => matches!(table, Table::Quotes | Table::Orders | Table::Own),
            Self::Directory => matches!(table, Table::Accounts),
        }
    }
}

/// One database. Dropping it closes its connection.
#[derive(Debug)]
pub struct IndexedDbStore {
    name: String,
    kind: Kind,
    connection: RefCell<Option<Rc<Connection>>>,
    /// Whether the last write was refused for want of room.
    full: Cell<bool>,
    outdated: Outdated,
}

impl IndexedDbStore {
    /// Opens a database, and creates it first where need be.
    ///
    /// # Errors
    /// `storage` when the browser refuses, when another tab holds it up for some seconds, or when a newer version of the
    /// page has upgraded it.
    pub async fn open(name: &str, kind: Kind) -> Result<Self> {
        let store = Self {
            name: kind.database_name(name),
            kind,
            connection: RefCell::default(),
            full: Cell::default(),
            outdated: Outdated::default(),
        };
        store.on_live_connection(async |_| Ok(())).await?;
        Ok(store)
    }

    /// Whether the last write was refused for want of room. What the browser estimates need not tell: some report a fixed
    /// figure, so that no page learns how full the disk is.
    pub(super) fn is_full(&self) -> bool {
        self.full.get()
    }

    fn on(name: String, kind: Kind, connection: Connection, outdated: Outdated) -> Self {
        Self { name, kind, connection: RefCell::new(Some(Rc::new(connection))), full: Cell::default(), outdated }
    }

    /// Runs an operation, and once more on a new connection if this one turns out to be dead.
    async fn on_live_connection<T>(&self, operation: impl AsyncFn(&Connection) -> Result<T, Failure>) -> Result<T> {
        let outcome = match self.attempt(&operation).await {
            Err(Failure::Lost(_)) => self.attempt(&operation).await,
            first => first,
        };
        outcome.map_err(Failure::into_error)
    }

    async fn attempt<T>(&self, operation: &impl AsyncFn(&Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        let connection = self.connect().await?;
        let outcome = operation(&connection).await;
        if matches!(outcome, Err(Failure::Lost(_))) {
            // Another operation may have replaced it already.
            self.connection.borrow_mut().take_if(|current| Rc::ptr_eq(current, &connection));
        }
        outcome
    }

    async fn connect(&self) -> Result<Rc<Connection>, Failure> {
        if let Some(connection) = self.live() {
            return Ok(connection);
        }
        let opened = Rc::new(Connection::open(&self.name, self.kind, &self.outdated).await?);
        // Two operations may have opened at once; the first one's connection serves both.
        Ok(self.live().unwrap_or_else(|| self.connection.borrow_mut().insert(opened).clone()))
    }

    fn live(&self) -> Option<Rc<Connection>> {
        self.connection.borrow().as_ref().filter(|connection| !connection.is_closed()).cloned()
    }

    fn check(&self, table: Table) -> Result<()> {
        if self.kind.holds(table) {
            return Ok(());
        }
        Err(Error::new(ErrorCode::Internal, format!("There is no table “{}” in {}.", table.name(), self.name)))
    }
}

impl Store for IndexedDbStore {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>> {
        self.check(table)?;
        self.on_live_connection(async |connection| {
            let transaction = Transaction::reading(connection.database(), table)?;
            let value = answer(transaction.table(table)?.get(&key.into())?).await?;
            transaction.end();
            Ok((!value.is_undefined()).then(|| incoming(&value)))
        })
        .await
    }

    async fn list(&self, table: Table, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        self.check(table)?;
        self.on_live_connection(async |connection| {
            let range = starting_with(prefix)?;
            let transaction = Transaction::reading(connection.database(), table)?;
            let rows = transaction.table(table)?;
            // Both asked at once, in one transaction: the n-th key is that of the n-th value.
            let keys = answer(rows.get_all_keys_with_key(&range)?);
            let values = answer(rows.get_all_with_key(&range)?);
            let (keys, values) = (Array::from(&keys.await?), Array::from(&values.await?));
            transaction.end();
            keys.iter().zip(values.iter()).map(|(key, value)| Ok((text(&key)?, incoming(&value)))).collect()
        })
        .await
    }

    async fn keys(&self, table: Table, prefix: &str) -> Result<Vec<String>> {
        self.check(table)?;
        self.on_live_connection(async |connection| {
            let range = starting_with(prefix)?;
            let transaction = Transaction::reading(connection.database(), table)?;
            let keys = Array::from(&answer(transaction.table(table)?.get_all_keys_with_key(&range)?).await?);
            transaction.end();
            keys.iter().map(|key| text(&key)).collect()
        })
        .await
    }

    async fn commit(&self, batch: Batch) -> Result<()> {
        let tables = tables(&batch);
        tables.iter().try_for_each(|table| self.check(*table))?;
        if tables.is_empty() {
            return Ok(());
        }
        let written = self.on_live_connection(async |connection| write(connection, self.kind, &tables, &batch).await).await;
        match &written {
            Ok(()) => self.full.set(false),
            Err(error) if error.code == ErrorCode::StorageFull => self.full.set(true),
            Err(_) => {}
        }
        written
    }
}

/// Checks and writes a batch in one transaction; whatever fails, nothing is written.
///
/// In the cache the writes are asked for together with the values that the conditions need, which spares each page of a
/// sync a turn to the browser and back. The browser answers in order: when a condition turns out not to hold, the answers
/// to the writes are still to come, so that the transaction cannot have committed and is aborted. In the vault no write is
/// asked for before the conditions are known to hold.
async fn write(connection: &Connection, kind: Kind, tables: &[Table], batch: &Batch) -> Result<(), Failure> {
    let values: Vec<_> = batch.puts.iter().map(|(_, _, bytes)| outgoing(bytes)).collect();
    let transaction = Transaction::writing(connection.database(), tables, batch.durability)?;
    let mut standing = Vec::with_capacity(batch.conditions.len());
    for condition in &batch.conditions {
        standing.push(answer(transaction.table(condition.table)?.get(&condition.key.as_str().into())?));
    }
    let ask = || -> Result<(), Failure> {
        for (table, key) in &batch.deletes {
            transaction.table(*table)?.delete(&key.as_str().into())?;
        }
        // None is awaited singly: a failed write aborts the whole, and completion answers for all.
        for ((table, key, _), value) in batch.puts.iter().zip(&values) {
            transaction.table(*table)?.put_with_key(value.unchecked_ref(), &key.as_str().into())?;
        }
        Ok(())
    };
    let at_once = kind == Kind::Cache;
    if at_once {
        ask()?;
    }
    for (condition, value) in batch.conditions.iter().zip(standing) {
        let value = value.await?;
        let found = (!value.is_undefined()).then(|| incoming(&value));
        if found != condition.expected {
            return Err(Failure::Final(Error::new(ErrorCode::Conflict, "Another tab changed this first.")));
        }
    }
    if !at_once {
        ask()?;
    }
    transaction.complete().await
}

/// The tables that a batch touches, each once.
fn tables(batch: &Batch) -> Vec<Table> {
    let conditions = batch.conditions.iter().map(|condition| condition.table);
    let deletes = batch.deletes.iter().map(|(table, _)| *table);
    let puts = batch.puts.iter().map(|(table, _, _)| *table);
    let mut tables: Vec<_> = conditions.chain(deletes).chain(puts).collect();
    tables.sort();
    tables.dedup();
    tables
}

fn text(key: &wasm_bindgen::JsValue) -> Result<String, Failure> {
    key.as_string().ok_or_else(|| Failure::because("The browser's storage holds something that this page has not written."))
}

/// Deletes a database and all that is in it; that it does not exist is no error. Other tabs give way by themselves.
///
/// # Errors
/// `storage` when another tab still holds it open after some seconds. It is then deleted as soon as that tab lets go.
pub async fn delete_database(name: &str, kind: Kind) -> Result<()> {
    connection::delete(&kind.database_name(name)).await.map_err(Failure::into_error)
}
