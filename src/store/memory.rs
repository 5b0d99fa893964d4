//! A [`Store`] in memory: for native tests, and for windows in which the browser refuses storage.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Batch, Store, Table};
use crate::error::{Error, ErrorCode, Result};
use std::collections::BTreeMap;

/// A store that lives as long as its last handle.
///
/// A clone is a second handle on the same rows, as a second tab has on the same database.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    rows: Rc<RefCell<Rows>>,
}

type Rows = BTreeMap<(Table, String), Vec<u8>>;

fn under<'a>(rows: &'a Rows, table: Table, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
    rows.range((table, prefix.to_owned())..)
        .map(|((t, key), bytes)| (*t, key.as_str(), bytes.as_slice()))
        .take_while(move |(t, key, _)| *t == table && key.starts_with(prefix))
        .map(|(_, key, bytes)| (key, bytes))
}

impl Store for MemoryStore {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.rows.borrow().get(&(table, key.to_owned())).cloned())
    }

    async fn list(&self, table: Table, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let rows = self.rows.borrow();
        Ok(under(&rows, table, prefix).map(|(key, bytes)| (key.to_owned(), bytes.to_owned())).collect())
    }

    async fn keys(&self, table: Table, prefix: &str) -> Result<Vec<String>> {
        let rows = self.rows.borrow();
        Ok(under(&rows, table, prefix).map(|(key, _)| key.to_owned()).collect())
    }

    async fn commit(&self, batch: Batch) -> Result<()> {
        let mut rows = self.rows.borrow_mut();
        for condition in &batch.conditions {
            if rows.get(&(condition.table, condition.key.clone())) != condition.expected.as_ref() {
                return Err(Error::new(ErrorCode::Conflict, "Another tab changed this first."));
            }
        }
        for key in batch.deletes {
            rows.remove(&key);
        }
        for (table, key, bytes) in batch.puts {
            rows.insert((table, key), bytes);
        }
        Ok(())
    }
}
