//! Storage of a device: what is on the disk, what only seems to be, and what refuses.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use cin7_quote_desk::error::{Error, ErrorCode, Result};
use cin7_quote_desk::store::{Batch, Durability, Store, Table};

use crate::planted::Bug;
use crate::time::turn;
use crate::world::World;

type Rows = BTreeMap<(Table, String), Rc<[u8]>>;

/// A database of one device, shared by its tabs.
#[derive(Default)]
pub(crate) struct Disk {
    /// As the tabs see it.
    rows: RefCell<Rows>,
    /// As it is found after the power was lost.
    safe: RefCell<Rows>,
    /// How many commits in a thousand are refused for want of room.
    pub(crate) refuses: Cell<u32>,
}

impl Disk {
    pub(crate) fn holding(&self) -> Rows {
        self.rows.borrow().clone()
    }

    pub(crate) fn hold(&self, rows: Rows) {
        self.safe.replace(rows.clone());
        self.rows.replace(rows);
    }

    /// The power goes: what was not on the disk is as it was before.
    pub(crate) fn lose_power(&self) {
        self.rows.replace(self.safe.borrow().clone());
    }

    /// Something happens to what is stored: a bit of a segment turns, an end is missing, a value is. What is no segment has no
    /// checksum; there only what cannot be read is found. Details of sales are left alone: the list says that they are there.
    pub(crate) fn tear(&self, world: &World) {
        let mut rows = self.rows.borrow_mut();
        if rows.is_empty() {
            return;
        }
        let dice = &world.dice;
        let whole: Vec<&(Table, String)> = rows.keys().filter(|(_, key)| !key.starts_with("sale-details/")).collect();
        if whole.is_empty() {
            return;
        }
        let key = (*dice.pick(&whole)).clone();
        let mut bytes = rows.get(&key).map(|bytes| bytes.to_vec()).unwrap_or_default();
        match dice.below(4) {
            0 => {
                rows.remove(&key);
            }
            1 => {
                bytes.truncate(dice.at(bytes.len()));
                rows.insert(key, bytes.into());
            }
            _ if bytes.is_empty() || key.0 != Table::Segments => {}
            _ => {
                let at = dice.at(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
                rows.insert(key, bytes.into());
            }
        }
    }
}

/// A tab's handle on a database.
#[derive(Clone)]
pub(crate) struct Handle {
    pub(crate) disk: Rc<Disk>,
    pub(crate) world: Rc<World>,
    pub(crate) owner: Rc<str>,
}

impl Handle {
    /// Databases take their time, and now and then a little more.
    async fn pause(&self) {
        turn().await;
        if self.world.dice.below(16) == 0 {
            self.world.time.sleep(1 + self.world.dice.time(30)).await;
        }
    }

    fn write(&self, batch: Batch) -> Result<()> {
        let mut rows = self.disk.rows.borrow_mut();
        for condition in batch.conditions {
            let stands = rows.get(&(condition.table, condition.key)).map(|bytes| &**bytes);
            if stands != condition.expected.as_deref() {
                return Err(Error::new(ErrorCode::Conflict, "Another tab changed this first."));
            }
        }
        for key in batch.deletes {
            rows.remove(&key);
        }
        for (table, key, bytes) in batch.puts {
            rows.insert((table, key), bytes.into());
        }
        let strict = batch.durability == Durability::Strict && !self.world.planted(Bug::StrictIsRelaxed);
        if strict || self.world.dice.below(4) == 0 {
            self.disk.safe.replace(rows.clone());
        }
        Ok(())
    }
}

impl Store for Handle {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>> {
        self.pause().await;
        Ok(self.disk.rows.borrow().get(&(table, key.to_owned())).map(|bytes| bytes.to_vec()))
    }

    async fn list(&self, table: Table, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        self.world.trace(|| format!("{} lists {table:?} {prefix}", self.owner));
        self.pause().await;
        let rows = self.disk.rows.borrow();
        let from = rows.range((table, prefix.to_owned())..);
        let under = from.take_while(|((its, key), _)| *its == table && key.starts_with(prefix));
        Ok(under.map(|((_, key), bytes)| (key.clone(), bytes.to_vec())).collect())
    }

    async fn keys(&self, table: Table, prefix: &str) -> Result<Vec<String>> {
        Ok(self.list(table, prefix).await?.into_iter().map(|(key, _)| key).collect())
    }

    async fn commit(&self, mut batch: Batch) -> Result<()> {
        self.pause().await;
        let world = &self.world;
        if world.dice.per_mille(self.disk.refuses.get()) {
            world.count(|counts| &counts.refused_writes);
            return if world.planted(Bug::RefusedIsDone) {
                Ok(())
            } else {
                Err(Error::new(ErrorCode::StorageFull, "There is no room."))
            };
        }
        if world.planted(Bug::ClaimsUnconditional) {
            batch.conditions.retain(|condition| condition.table != Table::Orders || condition.expected.is_none());
        }
        if let Some(first) = Bug::split(world, &mut batch) {
            self.write(first)?;
            self.pause().await;
        }
        let named = batch.puts.iter().map(|(_, key, _)| key.clone()).collect::<Vec<_>>();
        world.trace(|| format!("{} writes {named:?}", self.owner));
        self.write(batch)?;
        // Who dies here has written and does not know.
        self.pause().await;
        Ok(())
    }
}
