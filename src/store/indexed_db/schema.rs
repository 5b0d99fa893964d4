//! How each database came to its present shape: one step for each version, in order.
//!
//! The version of a database is the number of its steps, so a step can be added and never changed or removed. A step
//! runs inside the upgrade transaction and awaits nothing. Both databases hold bytes that carry their own format number:
//! a new layout of a record is no new version here; only a new table is.
//!
//! The vault may only ever gain tables. An order written by yesterday's page must be found by today's.

use idb::{Database, ObjectStoreParams, Transaction};

use super::Kind;
use crate::store::Table;

type Step = fn(&Database, &Transaction) -> Result<(), idb::Error>;

const CACHE: &[Step] = &[cache_1];
const VAULT: &[Step] = &[vault_1, vault_2];
const DIRECTORY: &[Step] = &[directory_1];

const fn steps(kind: Kind) -> &'static [Step] {
    match kind {
        Kind::Cache => CACHE,
        Kind::Vault => VAULT,
        Kind::Directory => DIRECTORY,
    }
}

/// The version that this build reads and writes.
pub(super) fn version(kind: Kind) -> u32 {
    u32::try_from(steps(kind).len()).unwrap_or(u32::MAX)
}

/// Brings a database from version `from` (0 when it is new) to [`version`].
pub(super) fn upgrade(kind: Kind, from: u32, database: &Database, transaction: &Transaction) -> Result<(), idb::Error> {
    let done = usize::try_from(from).unwrap_or(usize::MAX);
    steps(kind).iter().skip(done).try_for_each(|step| step(database, transaction))
}

/// Segments and manifests.
fn cache_1(database: &Database, _: &Transaction) -> Result<(), idb::Error> {
    create(database, Table::Segments)?;
    create(database, Table::Manifests)
}

/// Quotes and orders.
fn vault_1(database: &Database, _: &Transaction) -> Result<(), idb::Error> {
    create(database, Table::Quotes)?;
    create(database, Table::Orders)
}

/// What else is the CRM's own.
fn vault_2(database: &Database, _: &Transaction) -> Result<(), idb::Error> {
    create(database, Table::Own)
}

/// Whose the other databases are.
fn directory_1(database: &Database, _: &Transaction) -> Result<(), idb::Error> {
    create(database, Table::Accounts)
}

/// A table of binary values under keys of text that stand outside the value.
fn create(database: &Database, table: Table) -> Result<(), idb::Error> {
    database.create_object_store(table.name(), ObjectStoreParams::new()).map(drop)
}
