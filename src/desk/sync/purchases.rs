//! Purchases that are on their way: kept as one small book, their lines read between runs.
//!
//! As with sales there is no list of lines: each open purchase costs a call when it has changed. They are few, so they come
//! before the sales, and only where the CRM's standard stock calculation wants them.

use crate::catalogue::Subject;
use crate::cin7::{purchase, requests};
use crate::desk::cache::state::{PURCHASES, Shelves};
use crate::desk::{Desk, Event, Surroundings};
use crate::json;
use crate::records::purchase::{Purchase, PurchaseHead, moved, take_heads};
use crate::records::{BadRecord, Guid};
use crate::store::{Batch, Store, Table};
use crate::sync::{List, SyncPlan};
use crate::transport::{FailureKind, Transport};

/// How many purchases' lines are written at once.
const AT_ONCE: usize = 20;

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

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// Reads the lines of one more purchase, or writes down what was read. Returns whether anything was done.
    pub(crate) async fn read_more_purchases(&self) -> bool {
        if !self.settings.standard_stock {
            return false;
        }
        let next = {
            let (shelves, detailing) = (self.shelves.borrow(), self.detailing.borrow());
            shelves.purchases.iter().find(|open| open.wanted && !detailing.refused.contains(&open.id)).cloned()
        };
        let Some(next) = next else { return self.write_purchases().await };
        self.read_purchase(&next).await;
        if self.detailing.borrow().purchases.len() >= AT_ONCE {
            self.write_purchases().await;
        }
        true
    }

    async fn read_purchase(&self, open: &Purchase) {
        let request = requests::purchase(open.id);
        let bad = match self.net.send(request).await {
            Err(failure) if failure.kind == FailureKind::Refused => {
                self.detailing.borrow_mut().refused.push(open.id);
                vec![bad_record(open, failure.words())]
            }
            Err(failure) => {
                if self.failed_at(open.id, &failure) {
                    self.told_of_purchase(open, vec![bad_record(open, failure.words())]).await;
                }
                return;
            }
            Ok(response) => match purchase::details(&response.body) {
                Ok((details, bad)) if details.id == open.id => {
                    self.change_purchase(open.id, |kept| kept.take_details(&details));
                    bad
                }
                other => {
                    // What it brings is not known any more, and it is asked for again after the next run.
                    self.change_purchase(open.id, |kept| kept.goods.clear());
                    self.detailing.borrow_mut().refused.push(open.id);
                    let words = other.err().map(|what| what.words);
                    vec![bad_record(open, words.unwrap_or_else(|| "Cin7 answered with another purchase.".to_owned()))]
                }
            },
        };
        self.read_well();
        self.told_of_purchase(open, bad).await;
    }

    fn change_purchase(&self, id: Guid, change: impl FnOnce(&mut Purchase)) {
        if let Some(kept) = self.shelves.borrow_mut().purchases.iter_mut().find(|kept| kept.id == id) {
            change(kept);
            self.detailing.borrow_mut().purchases.push(id);
        }
    }

    /// Replaces what is reported of a purchase.
    async fn told_of_purchase(&self, open: &Purchase, bad: Vec<BadRecord>) {
        if bad.is_empty() && !self.plan.borrow().has_reports(List::Purchases, &open.number) {
            return;
        }
        {
            let mut plan = self.plan.borrow_mut();
            plan.mend(List::Purchases, |record| record == open.number);
            for bad in bad {
                plan.report(List::Purchases, bad);
            }
        }
        self.write_with_purchases().await;
        self.tell_sync();
    }

    /// Writes down what was read of purchases. Returns whether there was anything.
    async fn write_purchases(&self) -> bool {
        let any = !self.detailing.borrow().purchases.is_empty();
        if any {
            self.write_with_purchases().await;
        }
        any
    }

    async fn write_with_purchases(&self) {
        let read = std::mem::take(&mut self.detailing.borrow_mut().purchases);
        let batch = self.shelves.borrow_mut().shelve_purchases(Batch::relaxed());
        if self.save_with_plan(batch).await {
            self.tell(Event::Records(vec![PURCHASES]));
        } else {
            // The book was loaded as it was. Reading it again before the next run would cost the same calls for ever.
            self.detailing.borrow_mut().refused.extend(read);
        }
    }
}

fn bad_record(open: &Purchase, problem: String) -> BadRecord {
    let record = if open.number.is_empty() { open.id.to_string() } else { open.number.clone() };
    BadRecord { list: "purchase".to_owned(), record, field: String::new(), problem }
}
