//! A [`Store`] in memory: for native tests, and for windows in which the browser refuses storage.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Batch, Store, Table};
use crate::error::{Error, ErrorCode, Result};

/// A store that lives as long as the value.
#[derive(Debug, Default)]
pub struct MemoryStore {
    rows: RefCell<BTreeMap<(Table, String), Vec<u8>>>,
}

impl Store for MemoryStore {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.rows.borrow().get(&(table, key.to_owned())).cloned())
    }

    async fn list(&self, table: Table, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let rows = self.rows.borrow();
        let from = rows.range((table, prefix.to_owned())..);
        Ok(from
            .take_while(|((t, key), _)| *t == table && key.starts_with(prefix))
            .map(|((_, key), bytes)| (key.clone(), bytes.clone()))
            .collect())
    }

    async fn keys(&self, table: Table, prefix: &str) -> Result<Vec<String>> {
        Ok(self.list(table, prefix).await?.into_iter().map(|(key, _)| key).collect())
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
