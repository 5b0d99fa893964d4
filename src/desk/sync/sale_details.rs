//! Reading the details of sales: when someone opens one, else between runs, open and newest first.
//!
//! There is no list of details: each sale costs a call. So each state of a sale is read once, in the proxy's background lane
//! and only while no run is on; what was read is written down some twenty sales at a time. A tab that dies before has read a
//! few in vain, which costs no more than reading them again.

use crate::catalogue::DocumentAsk;
use crate::cin7::sale::{DetailsFault, details};
use crate::cin7::{payment, requests};
use crate::desk::cache::sales::{OPEN, WANTED, details_key, read};
use crate::desk::cache::state::{SALES, Shelves};
use crate::desk::{Desk, Event, Surroundings};
use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::records::sale::{Sale, SaleDetails};
use crate::records::{BadRecord, Guid, Timestamp};
use crate::store::{Batch, Store, Table};
use crate::sync::List;
use crate::transport::{Failure, FailureKind, Lane, Transport};

/// How many sales' details are written at once.
const AT_ONCE: usize = 20;
/// Shortest pause after a failure that may pass by itself, in milliseconds.
const PAUSE: i64 = 30_000;
/// How often a sale is asked for in vain before others have their turn.
const TRIES: u32 = 3;

/// Where the reading of details stands.
#[derive(Debug, Default)]
pub(crate) struct Detailing {
    /// Read, and not written down yet.
    pending: Vec<SaleDetails>,
    /// Whether someone looks at one of them: then it is written down at once.
    urgent: bool,
    /// Sales and purchases that Cin7 would not give; they are asked for again after the next run.
    pub(crate) refused: Vec<Guid>,
    /// The sale or purchase that failed last, and how often.
    failing: Option<(Guid, u32)>,
    /// Nothing is asked for before this.
    not_before: Option<Timestamp>,
    /// Keys of orders that were confirmed and are not among the sales yet.
    pub(crate) confirmed: Vec<String>,
    /// Purchases whose lines were read and not written down yet.
    pub(crate) purchases: Vec<Guid>,
}

/// What came of asking for a sale.
enum Answer {
    Read(Box<SaleDetails>, Vec<BadRecord>),
    /// Cin7 answered, and it was not the sale.
    Refused(BadRecord),
    /// It cannot be read as it is.
    Unreadable(BadRecord),
    Failed(Failure),
}

impl Shelves {
    /// The next sale whose details are to be read: open ones first, then the newest.
    fn wanted_sale(&self, but_not: &[Guid]) -> Option<Sale> {
        for flags in [WANTED | OPEN, WANTED] {
            let ask = DocumentAsk { flags, limit: but_not.len() + 1, ..DocumentAsk::default() };
            let next = self.sales.list(ask).records.into_iter().filter_map(read).find(|sale| !but_not.contains(&sale.head.id));
            if next.is_some() {
                return next;
            }
        }
        None
    }
}

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// Reads the details of one more sale, if any are wanted and this is the time. Returns whether something was done; else
    /// when to look again, where only time can help.
    pub(crate) async fn read_more_details(&self) -> std::result::Result<(), Option<Timestamp>> {
        if !self.plan.borrow().is_between_runs() {
            return Err(None);
        }
        let not_before =
            self.detailing.borrow().not_before.map(|until| until.min(self.now().plus_millis(i64::from(u16::MAX) * 60)));
        if let Some(until) = not_before.filter(|until| *until > self.now()) {
            return Err(Some(until));
        }
        if self.read_more_purchases().await {
            return Ok(());
        }
        let next = {
            let detailing = self.detailing.borrow();
            let mut but_not: Vec<Guid> = detailing.refused.clone();
            but_not.extend(detailing.pending.iter().map(|details| details.head.id));
            self.shelves.borrow().wanted_sale(&but_not)
        };
        let Some(sale) = next else {
            return if self.write_details().await { Ok(()) } else { Err(None) };
        };
        // Another tab may have read them when someone opened the sale there.
        match self.kept_details(sale.head.id).await {
            Ok(Some(details)) if details.of == sale.head.updated => self.detailing.borrow_mut().pending.push(details),
            _ => self.ask_for_details(&sale).await,
        }
        if self.detailing.borrow().pending.len() >= AT_ONCE {
            self.write_details().await;
        }
        Ok(())
    }

    /// A run has ended: sales that Cin7 would not give may be asked for again.
    pub(crate) fn forgive_refused_sales(&self) {
        self.detailing.borrow_mut().refused.clear();
    }

    async fn ask_for_details(&self, sale: &Sale) {
        let id = sale.head.id;
        let answer = self.details_of(sale, Lane::Background).await;
        match answer {
            Answer::Read(details, bad) => {
                self.read_well();
                self.detailing.borrow_mut().pending.push(*details);
                self.told_of_sale(sale, bad).await;
            }
            Answer::Refused(bad) => {
                self.detailing.borrow_mut().refused.push(id);
                self.told_of_sale(sale, vec![bad]).await;
            }
            Answer::Unreadable(bad) => {
                let marked = self.shelves.borrow_mut().mark_unreadable(id, Batch::relaxed());
                if let Ok(batch) = marked {
                    self.plan.borrow_mut().report(List::Sales, bad);
                    self.save_with_plan(batch).await;
                    self.tell_sync();
                }
            }
            Answer::Failed(failure) => {
                if self.failed_at(id, &failure) {
                    self.told_of_sale(sale, vec![refused(sale, &failure)]).await;
                }
            }
        }
    }

    /// Cin7 answers.
    pub(crate) fn read_well(&self) {
        let mut detailing = self.detailing.borrow_mut();
        (detailing.failing, detailing.not_before) = (None, None);
    }

    /// Notes a failure that may pass, and puts off what comes next. Returns whether the sale is given up until the next run.
    pub(crate) fn failed_at(&self, id: Guid, failure: &Failure) -> bool {
        let mut detailing = self.detailing.borrow_mut();
        let tries = detailing.failing.filter(|(failing, _)| *failing == id).map_or(0, |(_, tries)| tries) + 1;
        detailing.failing = Some((id, tries));
        let pause = failure.retry_after.map_or(PAUSE, |seconds| (i64::from(seconds) * 1_000).max(PAUSE));
        detailing.not_before = Some(self.now().plus_millis(pause));
        // Where the network and the limit are not to blame, it may be this one sale.
        let general = matches!(
            failure.kind,
            FailureKind::Unreachable
                | FailureKind::Throttled
                | FailureKind::Credentials
                | FailureKind::SignedOut
                | FailureKind::OtherAccount
        );
        if tries < TRIES || general {
            return false;
        }
        detailing.refused.push(id);
        true
    }

    /// Replaces what is reported of a sale.
    async fn told_of_sale(&self, sale: &Sale, bad: Vec<BadRecord>) {
        let reported = self.plan.borrow().has_reports(List::Sales, &sale.head.number);
        if bad.is_empty() && !reported {
            return;
        }
        {
            let mut plan = self.plan.borrow_mut();
            plan.mend(List::Sales, |record| record == sale.head.number);
            for bad in bad {
                plan.report(List::Sales, bad);
            }
        }
        self.save_with_plan(Batch::relaxed()).await;
        self.tell_sync();
    }

    /// Writes down at once what someone looks at.
    pub(crate) async fn write_opened_details(&self) {
        if std::mem::take(&mut self.detailing.borrow_mut().urgent) {
            self.write_details().await;
        }
    }

    /// Writes down what was read. Returns whether there was anything.
    async fn write_details(&self) -> bool {
        let pending = std::mem::take(&mut self.detailing.borrow_mut().pending);
        if pending.is_empty() {
            return false;
        }
        if !self.keep_details(&pending).await {
            // Not lost yet: storage may have room again, or another tab's words count now.
            let mut detailing = self.detailing.borrow_mut();
            detailing.pending.extend(pending);
            detailing.not_before = Some(self.now().plus_millis(PAUSE));
        }
        true
    }

    /// Writes details down together with what they come to. Returns whether that was done.
    async fn keep_details(&self, read: &[SaleDetails]) -> bool {
        let batch = self.shelves.borrow_mut().take_details(read, Batch::relaxed());
        let kept = match batch {
            Ok(batch) => self.save_with_plan(batch).await,
            Err(corrupt) => {
                self.lost_track(&corrupt.to_string()).await;
                false
            }
        };
        if kept {
            self.tell(Event::Records(vec![SALES]));
        }
        kept
    }

    /// The details of a sale as they are kept, of whatever state.
    ///
    /// # Errors
    /// `storage` when the cache cannot be read.
    pub(crate) async fn kept_details(&self, id: Guid) -> Result<Option<SaleDetails>> {
        let pending = self.detailing.borrow().pending.iter().find(|details| details.head.id == id).cloned();
        if pending.is_some() {
            return Ok(pending);
        }
        let bytes = self.cache.get(Table::Segments, &details_key(id)).await?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Reads a sale's details from Cin7 now, because someone looks at it, and keeps them if the sale is kept.
    ///
    /// # Errors
    /// `unknown-sale` in Cin7's words, `offline`, `rate-limited`, `cin7-failed`.
    pub(crate) async fn open_details(&self, sale: &Sale) -> Result<SaleDetails> {
        let read = match self.details_of(sale, Lane::Screen).await {
            Answer::Read(details, _) => *details,
            Answer::Refused(bad) | Answer::Unreadable(bad) => {
                let field = if bad.field.is_empty() { String::new() } else { format!("{}: ", bad.field) };
                return Err(Error::new(ErrorCode::Cin7Refused, format!("{field}{}", bad.problem)));
            }
            Answer::Failed(failure) => return Err(failure.into()),
        };
        if self.shelves.borrow().sale(sale.head.id).is_none() {
            return Ok(read);
        }
        if self.leading.get() {
            // Written by the one loop that writes the cache: two writers of one tab would take each other for other tabs.
            let mut detailing = self.detailing.borrow_mut();
            detailing.pending.retain(|details| details.head.id != read.head.id);
            detailing.pending.push(read.clone());
            detailing.urgent = true;
            drop(detailing);
            self.sync_bell.ring();
        } else {
            // The tab that reads for all takes them over from here.
            let batch = Batch::relaxed().put(Table::Segments, details_key(sale.head.id), json::to_bytes(&read));
            let _: Result<()> = self.cache.commit(batch).await;
        }
        Ok(read)
    }

    /// Reads a sale, and its payments where the documents tell of other money than the list of sales.
    async fn details_of(&self, sale: &Sale, lane: Lane) -> Answer {
        let mut answer = self.documents_of(sale, lane).await;
        let Answer::Read(details, _) = &mut answer else { return answer };
        if sale.voided() || !details.disagrees_with(&sale.head) {
            return answer;
        }
        let request = requests::payments(sale.head.id, lane);
        match self.net.send(request).await {
            Ok(response) => match payment::all(&response.body) {
                Ok(payments) => details.settle(payments),
                Err(what) => return Answer::Unreadable(bad_record(sale, what.words)),
            },
            Err(failure) if failure.kind == FailureKind::Refused => return Answer::Refused(refused(sale, &failure)),
            Err(failure) => return Answer::Failed(failure),
        }
        answer
    }

    async fn documents_of(&self, sale: &Sale, lane: Lane) -> Answer {
        let request = requests::sale(sale.head.id, lane);
        match self.net.send(request).await {
            Ok(response) => match details(&response.body, sale.head.updated, self.now()) {
                Ok((details, bad)) if details.head.id == sale.head.id => Answer::Read(Box::new(details), bad),
                Ok(_) => Answer::Refused(bad_record(sale, "Cin7 answered with another sale.".to_owned())),
                Err(DetailsFault::Bad(bad)) => Answer::Unreadable(bad),
                Err(DetailsFault::NotUnderstood(what)) if what.refused => Answer::Refused(bad_record(sale, what.words)),
                Err(DetailsFault::NotUnderstood(what)) => Answer::Failed(what.into()),
            },
            Err(failure) if failure.kind == FailureKind::Refused => Answer::Refused(refused(sale, &failure)),
            Err(failure) => Answer::Failed(failure),
        }
    }
}

fn refused(sale: &Sale, failure: &Failure) -> BadRecord {
    bad_record(sale, failure.words())
}

fn bad_record(sale: &Sale, problem: String) -> BadRecord {
    let number = &sale.head.number;
    let record = if number.is_empty() { sale.head.id.to_string() } else { number.clone() };
    BadRecord { list: "sale".to_owned(), record, field: String::new(), problem }
}
