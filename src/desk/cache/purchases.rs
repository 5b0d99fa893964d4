//! Purchases that are on their way, as one small book of the cache.

use crate::catalogue::Subject;
use crate::desk::cache::state::{PURCHASES, Shelves};
use crate::json;
use crate::records::purchase::{PurchaseHead, moved, take_heads};
use crate::store::{Batch, Table};
use crate::sync::{List, SyncPlan};

impl Shelves {
    /// Takes over a page of purchases.
    pub(crate) fn take_purchases(&mut self, heads: Vec<PurchaseHead>, plan: &mut SyncPlan) {
        let numbers: Vec<String> = heads.iter().map(|head| head.number.clone()).collect();
        take_heads(&mut self.purchases, heads);
        // What is reported of its lines stands until they have been read.
        let settled = |record: &str| !self.purchases.iter().any(|open| open.wanted && open.number == record);
        plan.mend(List::Purchases, |record| numbers.iter().any(|number| number == record) && settled(record));
    }

    /// Adds the book of purchases to a batch.
    pub(crate) fn shelve_purchases(&mut self, batch: Batch) -> Batch {
        self.note(Subject::Stock, moved(&self.told_purchases, &self.purchases));
        self.told_purchases.clone_from(&self.purchases);
        batch.put(Table::Manifests, PURCHASES, json::to_bytes(&self.purchases))
    }
}
