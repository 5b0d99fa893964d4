//! Confirming quotes, and bringing orders to Cin7: the outbox's hands.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use crate::cin7::requests::SaleFilter;
use crate::cin7::{self, requests};
use crate::desk::orders::custody::mended;
use crate::desk::quotes::open::{Kept, read_document};
use crate::desk::{Desk, Event, Surroundings};
use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::order::{self, OrderPlan};
use crate::outbox::{Action, Heard, Order, OrderView, State, Step};
use crate::quote::Quote;
use crate::records::matrix::MatrixState;
use crate::records::sale::SaleHead;
use crate::records::{Guid, Timestamp};
use crate::store::{Batch, Store, Table};
use crate::transport::{Failure, FailureKind, Lane, Request, Transport};

/// Shortest pause, in milliseconds, before an order is looked at again that another tab took over from this one.
const LOST_PAUSE: u32 = 500;
/// How soon an order is looked at again after storage failed under it, in milliseconds.
const STORAGE_PAUSE: i64 = 5_000;

pub(crate) fn decode(bytes: &[u8]) -> Result<Order> {
    serde_json::from_slice(bytes)
        .map_err(|fault| Error::new(ErrorCode::Storage, format!("An order kept here cannot be read: {fault}")))
}

/// An order that this tab is at.
struct UnderWay<'d> {
    key: String,
    work: Pin<Box<dyn Future<Output = ()> + 'd>>,
}

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// Confirms a quote, given as its document: runs every check, freezes the payload and stores it strictly. The order is
    /// sent from then on, whatever becomes of this tab. A quote becomes one order, ever: confirming again gives the same, also
    /// once it was opened again after Cin7 refused it, with what it holds now.
    ///
    /// The order is made of what the document says. Where `base` is given, the quote must still stand at that revision: nobody
    /// orders what another tab has changed without having seen it.
    ///
    /// # Errors
    /// `cannot-confirm` with everything that stops it; `conflict` where another revision stands; `storage` or `storage-full`.
    /// Nothing was confirmed then.
    pub async fn confirm(&self, document: &str, base: Option<u32>) -> Result<OrderView> {
        let mut quote = read_document(document)?;
        let (before, former) = match self.stored_order(&quote.order_key()).await? {
            Some((before, order)) if order.mending.is_some() && !quote.confirmed => (Some(before), Some(order)),
            Some((_, order)) => return Ok(self.shown(&order)),
            None => (None, None),
        };
        quote.begun = former.as_ref().and_then(Order::begun);
        let (kept, plan) = self.planned(quote).await?;
        let order = match former {
            Some(former) => mended(former, plan, self.now()),
            None => Order::new(plan, self.now()),
        };
        self.write_new_order(Some(kept), base, order, before).await
    }

    /// Runs every check on a quote and freezes it.
    pub(crate) async fn planned(&self, quote: Quote) -> Result<(Kept, OrderPlan)> {
        let live = self.live(self.with_costs(quote).await?)?;
        let plan = order::plan(&live, self.now())?;
        let quote = Quote { confirmed: true, ..live.quote().clone() };
        Ok((Kept::after(None, quote, plan.expected.gross, self.now()), plan))
    }

    /// Writes down an order with its quote, if what is kept here of the order is still what it was `before`, and the quote stands
    /// at revision `base`, where that is given. What another tab has written meanwhile stands.
    pub(crate) async fn write_new_order(
        &self,
        mut kept: Option<Kept>,
        base: Option<u32>,
        order: Order,
        before: Option<Vec<u8>>,
    ) -> Result<OrderView> {
        let key = order.key().to_owned();
        let new = Batch::strict().expect(Table::Orders, &key, before.clone()).put(Table::Orders, &key, json::to_bytes(&order));
        let mut tries = 0;
        let rise = loop {
            let mut batch = new.clone();
            if let Some(kept) = &mut kept {
                let link = kept.quote.link.clone();
                let stood = self.vault.get(Table::Quotes, &link).await?;
                let stands = stood.as_deref().and_then(|bytes| Kept::from_bytes(bytes).ok());
                let moved = stands.as_ref().zip(base).is_some_and(|(stands, base)| stands.revision() != base);
                if moved && self.vault.get(Table::Orders, &key).await? == before {
                    let text = "The quote was changed in another tab a moment ago. Look at it, then confirm again.";
                    return Err(Error::new(ErrorCode::Conflict, text));
                }
                kept.revision = Some(stands.as_ref().map_or(0, Kept::revision) + 1);
                batch = batch.expect(Table::Quotes, &link, stood).put(Table::Quotes, &link, kept.to_bytes());
            }
            // The matrix may be moved by another tab once and again; the order does not wait for it a third time.
            let rise = match &kept {
                Some(kept) if tries < 2 => self.rise(&kept.quote, MatrixState::Bought).await,
                _ => None,
            };
            if let Some(rise) = &rise {
                batch = rise.join(batch);
            }
            match self.vault.commit(batch).await {
                Ok(()) => break rise,
                Err(error) if error.code == ErrorCode::Conflict => {
                    if self.vault.get(Table::Orders, &key).await? != before {
                        // Another tab confirmed the same quote a moment ago: its order is this order.
                        return self.order(&key).await;
                    }
                    // Each conflict is another tab's write that went through.
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        };
        if let Some(kept) = &kept {
            self.claims.borrow_mut().quote(&kept.quote);
            self.tell(kept.written());
        }
        self.claims.borrow_mut().order(&order, self.now());
        self.tell(Event::Order(Box::new(self.shown(&order))));
        self.tell_rise(rise);
        self.order_bell.ring();
        Ok(self.shown(&order))
    }

    /// Every order kept here, the last confirmed first. One that cannot be read must not hide the others: `storage` tells
    /// of it.
    ///
    /// # Errors
    /// `storage`.
    pub async fn orders(&self) -> Result<Vec<OrderView>> {
        let mut orders = Vec::new();
        for (_, bytes) in self.vault.list(Table::Orders, "").await? {
            orders.extend(decode(&bytes));
        }
        orders.sort_by_key(|order: &Order| std::cmp::Reverse(order.confirmed_at));
        Ok(orders.iter().map(|order| self.shown(order)).collect())
    }

    /// One order.
    ///
    /// # Errors
    /// `unknown-order`, `storage`.
    pub async fn order(&self, key: &str) -> Result<OrderView> {
        self.kept_order(key).await.map(|(_, order)| self.shown(&order))
    }

    /// One order, which must be kept here, with its bytes.
    pub(crate) async fn kept_order(&self, key: &str) -> Result<(Vec<u8>, Order)> {
        let unknown = || Error::new(ErrorCode::UnknownOrder, format!("No order for {key} is kept here."));
        self.stored_order(key).await?.ok_or_else(unknown)
    }

    /// An order as it stands here, with what Cin7 has made of its sale since.
    pub(crate) fn shown(&self, order: &Order) -> OrderView {
        let sale = order.sale.and_then(|id| self.shelves.borrow().sale(id));
        let mut view = order.view_beside(sale.as_ref());
        if !self.vault.outlives_tab() {
            view.steps[0].text = "Kept in this tab only: it is lost when the tab is closed.".into();
        }
        view
    }

    /// Tries an order again now. It is looked up in Cin7 before anything is sent. One that is moved at the same moment, here or
    /// in another tab, is tried as it stands then.
    ///
    /// # Errors
    /// `unknown-order`, `storage`.
    pub async fn retry_order(&self, key: &str) -> Result<OrderView> {
        let order = loop {
            let (bytes, mut order) = self.kept_order(key).await?;
            if !order.retry() {
                break order;
            }
            match self.store_order(&order, bytes).await {
                Ok(_) => {
                    self.tell(Event::Order(Box::new(self.shown(&order))));
                    break order;
                }
                Err(error) if error.code == ErrorCode::Conflict => {}
                Err(error) => return Err(error),
            }
        };
        self.order_bell.ring();
        Ok(self.shown(&order))
    }

    /// Brings orders to Cin7, for as long as the tab lives. Orders do not wait for each other.
    pub async fn run_orders(&self) {
        let mut under_way: Vec<UnderWay<'_>> = Vec::new();
        loop {
            let at_it: Vec<&str> = under_way.iter().map(|order| order.key.as_str()).collect();
            let wake = match self.due_orders(&at_it).await {
                Ok((due, next)) => {
                    for key in due {
                        let work = Box::pin(self.drive_or_rest(key.clone()));
                        under_way.push(UnderWay { key, work });
                    }
                    next
                }
                // The vault cannot be read now; it may be later.
                Err(_) => Some(self.now().plus_millis(STORAGE_PAUSE)),
            };
            let mut bell = std::pin::pin!(self.order_bell.rung_or(&self.around, wake));
            poll_fn(|context| {
                let before = under_way.len();
                under_way.retain_mut(|order| order.work.as_mut().poll(context).is_pending());
                if under_way.len() < before { Poll::Ready(()) } else { bell.as_mut().poll(context) }
            })
            .await;
        }
    }

    /// Drives an order; after storage failed under it, rests a while before it is looked at again.
    async fn drive_or_rest(&self, key: String) {
        if self.drive(&key).await.is_err() {
            self.around.sleep(u32::try_from(STORAGE_PAUSE).unwrap_or(0)).await;
        }
    }

    /// The orders that are due now and not under way here, and when the next of the others is.
    async fn due_orders(&self, under_way: &[&str]) -> Result<(Vec<String>, Option<Timestamp>)> {
        let mut due = Vec::new();
        let mut wake: Option<Timestamp> = None;
        let orders = self.vault.list(Table::Orders, "").await?;
        let alive = self.around.tabs_alive().await;
        for (key, bytes) in orders {
            // One order that cannot be read must not hold up the rest; listing them reports it.
            let Ok(order) = decode(&bytes) else { continue };
            if under_way.contains(&key.as_str()) {
                continue;
            }
            match order.next(self.now(), |owner| self.may_live(owner, alive.as_deref())) {
                Action::Take(_) | Action::Release => due.push(key),
                Action::Wait(until) => wake = Some(wake.map_or(until, |earlier| earlier.min(until))),
                Action::Rest => {}
            }
        }
        Ok((due, wake))
    }

    /// Whether the tab that took an order on may still be at it. This tab drives an order only once at a time, so an order
    /// that it finds taken on by itself was left behind.
    pub(crate) fn may_live(&self, owner: &str, alive: Option<&[String]>) -> bool {
        owner != self.owner && alive.is_none_or(|alive| alive.iter().any(|tab| tab == owner))
    }

    /// Takes one order's steps until it has to wait or rests.
    ///
    /// # Errors
    /// `storage`: the order stays as it was stored last.
    pub async fn drive(&self, key: &str) -> Result<()> {
        loop {
            let Some((before, mut order)) = self.stored_order(key).await? else { return Ok(()) };
            let alive = self.around.tabs_alive().await;
            let step = match order.next(self.now(), |owner| self.may_live(owner, alive.as_deref())) {
                Action::Take(step) => step,
                Action::Release => {
                    let heard = self.end_custody(&order).await;
                    order.released(heard, self.now(), self.around.chance());
                    match self.store_order(&order, before).await {
                        Err(error) if error.code != ErrorCode::Conflict => return Err(error),
                        // Another tab was faster; see what it left to do.
                        _ => continue,
                    }
                }
                Action::Wait(_) | Action::Rest => return Ok(()),
            };
            order.claim(step, &self.owner, self.now());
            let claimed = match self.store_order(&order, before).await {
                Ok(bytes) => bytes,
                // Another tab was faster; see what it left to do.
                Err(error) if error.code == ErrorCode::Conflict => continue,
                Err(error) => return Err(error),
            };
            self.tell(Event::Order(Box::new(self.shown(&order))));
            let said = if order.wants_custody(step, self.now()) { Some(self.hand_over(&order).await) } else { None };
            let heard = match said.and_then(|said| order.custody_said(said, self.now())) {
                Some(heard) => heard,
                None => self.take(step, &order).await,
            };
            if !self.write_down(order, claimed, step, heard).await? {
                // Whoever has it now thinks this tab dead, and this tab may think so of the other: two that took the order from
                // each other in turn would never get on.
                self.around.sleep(LOST_PAUSE + self.around.chance() % (8 * LOST_PAUSE)).await;
            }
        }
    }

    /// Writes down what a step brought. Where another tab has taken the order over meanwhile, what counts of it is told to
    /// whatever stands there now. Returns whether the order was still this tab's.
    async fn write_down(&self, mut order: Order, mut before: Vec<u8>, step: Step, heard: Heard) -> Result<bool> {
        order.told(step, heard.clone(), self.now(), self.around.chance());
        let sent = order.plan.clone();
        let mut own = true;
        loop {
            match self.store_order(&order, before).await {
                Ok(_) => {
                    self.tell(Event::Order(Box::new(self.shown(&order))));
                    self.order_moved(order.key(), order.state == State::Confirmed);
                    return Ok(own);
                }
                Err(error) if error.code == ErrorCode::Conflict => match self.stored_order(order.key()).await? {
                    Some((bytes, current)) => (before, order) = (bytes, current),
                    None => return Ok(true),
                },
                Err(error) => return Err(error),
            }
            own = false;
            // Lines that were mended since are not those that were taken.
            if (step == Step::Lines && order.plan != sent) || !order.told_late(step, &heard, self.now()) {
                return Ok(false);
            }
        }
    }

    async fn take(&self, step: Step, order: &Order) -> Heard {
        let request = match (step, order.sale) {
            (Step::LookUp, _) => return self.look_up(order).await,
            (Step::SecondLook | Step::ByHand | Step::Mend, _) => by_key(order.key(), Lane::Background),
            (Step::Header, _) => requests::make_sale(order.plan.header_body()),
            (Step::Inspect | Step::ReadBack, Some(sale)) => requests::sale(sale, Lane::Order),
            (Step::ReceiptLookUp, Some(sale)) => requests::payments(sale, Lane::Order),
            (Step::Receipt, Some(sale)) => requests::make_payment(&order.plan.receipt_body(sale)),
            (Step::Lines, Some(sale)) => requests::make_order(&order.plan.lines_body(sale)),
            (_, None) => return Heard::Failed(failure(FailureKind::NotAllowed, false, "The sale's id is not known.")),
        };
        let (body, replayed) = match self.net.send(request).await {
            Ok(response) => (response.body, response.replayed),
            Err(failure) => return Heard::Failed(failure),
        };
        // An answer that cannot be read says nothing about whether a write took effect.
        let unread = |words: String| Heard::Failed(failure(FailureKind::NotUnderstood, step.writes(), &words));
        match step {
            Step::LookUp | Step::SecondLook | Step::ByHand | Step::Mend => listed(&body).map_or_else(Heard::Failed, Heard::Rows),
            Step::ReceiptLookUp => match cin7::payment::references(&body) {
                Ok(references) => Heard::Paid(references),
                Err(error) => unread(error.words),
            },
            Step::Receipt => match cin7::payment::posted(&body) {
                Ok(()) => Heard::Receipt,
                Err(error) => unread(error.words),
            },
            Step::Lines => match cin7::sale::order(&body) {
                Ok(answer) => Heard::Posted { number: answer.number },
                Err(error) => unread(error.words),
            },
            Step::Inspect | Step::Header | Step::ReadBack => match cin7::sale::sale(&body) {
                Ok(sale) if replayed => Heard::Known(Box::new(sale)),
                Ok(sale) => Heard::Sale(Box::new(sale)),
                Err(error) => unread(error.words),
            },
        }
    }

    /// Looks for the order's own key, then for the one that an earlier version would have given it.
    async fn look_up(&self, order: &Order) -> Heard {
        let mut rows = Vec::new();
        for key in [Some(order.key()), order.plan.earlier_key.as_deref()].into_iter().flatten() {
            let answer = self.net.send(by_key(key, Lane::Order)).await;
            match answer.and_then(|response| listed(&response.body)) {
                Ok(found) => rows.extend(found),
                Err(failure) => return Heard::Failed(failure),
            }
        }
        Heard::Rows(rows)
    }

    /// Cin7's list shows these sales under keys of orders kept here. An order that has another one is looked up once more.
    pub(crate) async fn seen_in_cin7(&self, sales: Vec<(String, Guid)>) {
        for (key, sale) in sales {
            // What cannot be read or written now is seen again when Cin7 lists the sale the next time.
            let Ok(Some((before, mut order))) = self.stored_order(&key).await else { continue };
            if order.seen(sale, self.now()) && self.store_order(&order, before).await.is_ok() {
                self.order_bell.ring();
            }
        }
    }

    pub(crate) async fn stored_order(&self, key: &str) -> Result<Option<(Vec<u8>, Order)>> {
        match self.vault.get(Table::Orders, key).await? {
            Some(bytes) => decode(&bytes).map(|order| Some((bytes, order))),
            None => Ok(None),
        }
    }

    /// Stores an order strictly, if nobody changed it since `before` was read. Returns its new bytes.
    pub(crate) async fn store_order(&self, order: &Order, before: Vec<u8>) -> Result<Vec<u8>> {
        self.store_order_with(order, before, Batch::strict()).await
    }

    /// As [`Desk::store_order`], together with what the batch holds.
    pub(crate) async fn store_order_with(&self, order: &Order, before: Vec<u8>, batch: Batch) -> Result<Vec<u8>> {
        let bytes = json::to_bytes(order);
        let batch = batch.expect(Table::Orders, order.key(), Some(before)).put(Table::Orders, order.key(), bytes.clone());
        match self.vault.commit(batch).await {
            // A store that lost the news of its own write tries again, and meets what it wrote.
            Err(error) if error.code == ErrorCode::Conflict => match self.vault.get(Table::Orders, order.key()).await? {
                Some(stands) if stands == bytes => Ok(bytes),
                _ => Err(error),
            },
            other => {
                self.claims.borrow_mut().order(order, self.now());
                other.map(|()| bytes)
            }
        }
    }
}

/// Asks for the sales that bear this key.
fn by_key(key: &str, lane: Lane) -> Request {
    requests::sales(SaleFilter::Link(key), lane)
}

/// The sales of a list that is asked for by a key. A row that cannot be read, or rows beyond the page, might be the one: then
/// nothing was found out.
fn listed(body: &[u8]) -> std::result::Result<Vec<SaleHead>, Failure> {
    let unread = |words: &str| Err(failure(FailureKind::NotUnderstood, false, words));
    match cin7::sale::list(body) {
        Ok(page) if page.records.len() < page.rows || page.bad.iter().any(|bad| bad.field == "CustomerID") => {
            unread("A sale in Cin7's list cannot be read.")
        }
        Ok(page) if page.total.is_some_and(|total| total > u64::try_from(page.rows).unwrap_or(0)) => {
            unread("Cin7 listed more sales than one order can have.")
        }
        Ok(page) => Ok(page.records),
        Err(error) => unread(&error.words),
    }
}

fn failure(kind: FailureKind, ambiguous: bool, words: &str) -> Failure {
    Failure { kind, ambiguous, retry_after: None, messages: vec![words.to_owned()] }
}
