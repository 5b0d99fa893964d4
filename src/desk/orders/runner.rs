//! Bringing orders to Cin7: the outbox's hands.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use crate::cin7;
use crate::cin7::requests;
use crate::cin7::requests::SaleFilter;
use crate::desk::context::{Context, Environment, Surroundings};
use crate::desk::events::Event;
use crate::desk::orders::among_sales::order_moved;
use crate::desk::orders::custody::{end_custody, hand_over};
use crate::desk::orders::show::shown_order;
use crate::desk::vault::orders::{decode, kept_order, store_order, stored_order};
use crate::error::{ErrorCode, Result};
use crate::outbox::{Action, Heard, Order, OrderView, State, Step};
use crate::records::Timestamp;
use crate::records::sale::SaleHead;
use crate::store::{Store, Table};
use crate::transport::{Clock, Failure, FailureKind, Lane, Request, Transport};

/// Shortest pause, in milliseconds, before an order is looked at again that another tab took over from this one.
const LOST_PAUSE: u32 = 500;

/// How soon an order is looked at again after storage failed under it, in milliseconds.
const STORAGE_PAUSE: i64 = 5_000;

/// An order that this tab is at.
struct UnderWay<'d> {
    key: String,
    work: Pin<Box<dyn Future<Output = ()> + 'd>>,
}

/// Tries an order again now. It is looked up in Cin7 before anything is sent. One that is moved at the same moment, here or
/// in another tab, is tried as it stands then.
///
/// # Errors
/// `unknown-order`, `storage`.
pub(crate) async fn retry_order<E: Environment>(ctx: &Context<E>, key: &str) -> Result<OrderView> {
    let order = loop {
        let (bytes, mut order) = kept_order(ctx, key).await?;
        if !order.retry() {
            break order;
        }
        match store_order(ctx, &order, bytes).await {
            Ok(_) => {
                ctx.tell(Event::Order(Box::new(shown_order(ctx, &order))));
                break order;
            }
            Err(error) if error.code == ErrorCode::Conflict => {}
            Err(error) => return Err(error),
        }
    };
    ctx.order_bell.ring();
    Ok(shown_order(ctx, &order))
}

/// Brings orders to Cin7, for as long as the tab lives. Orders do not wait for each other.
pub(crate) async fn run_orders<E: Environment>(ctx: &Context<E>) {
    let mut under_way: Vec<UnderWay<'_>> = Vec::new();
    loop {
        let at_it: Vec<&str> = under_way.iter().map(|order| order.key.as_str()).collect();
        let wake = match due_orders(ctx, &at_it).await {
            Ok((due, next)) => {
                for key in due {
                    let work = Box::pin(drive_or_rest(ctx, key.clone()));
                    under_way.push(UnderWay { key, work });
                }
                next
            }
            // The vault cannot be read now; it may be later.
            Err(_) => Some(ctx.now().plus_millis(STORAGE_PAUSE)),
        };
        let mut bell = std::pin::pin!(ctx.order_bell.rung_or(&ctx.around, wake));
        poll_fn(|context| {
            let before = under_way.len();
            under_way.retain_mut(|order| order.work.as_mut().poll(context).is_pending());
            if under_way.len() < before { Poll::Ready(()) } else { bell.as_mut().poll(context) }
        })
        .await;
    }
}

/// Drives an order; after storage failed under it, rests a while before it is looked at again.
async fn drive_or_rest<E: Environment>(ctx: &Context<E>, key: String) {
    if drive(ctx, &key).await.is_err() {
        ctx.around.sleep(u32::try_from(STORAGE_PAUSE).unwrap_or(0)).await;
    }
}

/// The orders that are due now and not under way here, and when the next of the others is.
async fn due_orders<E: Environment>(ctx: &Context<E>, under_way: &[&str]) -> Result<(Vec<String>, Option<Timestamp>)> {
    let mut due = Vec::new();
    let mut wake: Option<Timestamp> = None;
    let orders = ctx.vault.list(Table::Orders, "").await?;
    let alive = ctx.around.tabs_alive().await;
    for (key, bytes) in orders {
        // One order that cannot be read must not hold up the rest; listing them reports it.
        let Ok(order) = decode(&bytes) else { continue };
        if under_way.contains(&key.as_str()) {
            continue;
        }
        match order.next(ctx.now(), |owner| ctx.may_live(owner, alive.as_deref())) {
            Action::Take(_) | Action::Release => due.push(key),
            Action::Wait(until) => wake = Some(wake.map_or(until, |earlier| earlier.min(until))),
            Action::Rest => {}
        }
    }
    Ok((due, wake))
}

/// Takes one order's steps until it has to wait or rests.
///
/// # Errors
/// `storage`: the order stays as it was stored last.
pub(crate) async fn drive<E: Environment>(ctx: &Context<E>, key: &str) -> Result<()> {
    loop {
        let Some((before, mut order)) = stored_order(ctx, key).await? else { return Ok(()) };
        let alive = ctx.around.tabs_alive().await;
        let step = match order.next(ctx.now(), |owner| ctx.may_live(owner, alive.as_deref())) {
            Action::Take(step) => step,
            Action::Release => {
                let heard = end_custody(ctx, &order).await;
                order.released(heard, ctx.now(), ctx.around.chance());
                match store_order(ctx, &order, before).await {
                    Err(error) if error.code != ErrorCode::Conflict => return Err(error),
                    // Another tab was faster; see what it left to do.
                    _ => continue,
                }
            }
            Action::Wait(_) | Action::Rest => return Ok(()),
        };
        order.claim(step, &ctx.owner, ctx.now());
        let claimed = match store_order(ctx, &order, before).await {
            Ok(bytes) => bytes,
            // Another tab was faster; see what it left to do.
            Err(error) if error.code == ErrorCode::Conflict => continue,
            Err(error) => return Err(error),
        };
        ctx.tell(Event::Order(Box::new(shown_order(ctx, &order))));
        let said = if order.wants_custody(step, ctx.now()) { Some(hand_over(ctx, &order).await) } else { None };
        let heard = match said.and_then(|said| order.custody_said(said, ctx.now())) {
            Some(heard) => heard,
            None => take_step(ctx, step, &order).await,
        };
        if !write_down(ctx, order, claimed, step, heard).await? {
            // Whoever has it now thinks this tab dead, and this tab may think so of the other: two that took the order from
            // each other in turn would never get on.
            ctx.around.sleep(LOST_PAUSE + ctx.around.chance() % (8 * LOST_PAUSE)).await;
        }
    }
}

/// Writes down what a step brought. Where another tab has taken the order over meanwhile, what counts of it is told to
/// whatever stands there now. Returns whether the order was still this tab's.
async fn write_down<E: Environment>(
    ctx: &Context<E>,
    mut order: Order,
    mut before: Vec<u8>,
    step: Step,
    heard: Heard,
) -> Result<bool> {
    order.told(step, heard.clone(), ctx.now(), ctx.around.chance());
    let sent = order.plan.clone();
    let mut own = true;
    loop {
        match store_order(ctx, &order, before).await {
            Ok(_) => {
                ctx.tell(Event::Order(Box::new(shown_order(ctx, &order))));
                order_moved(ctx, order.key(), order.state == State::Confirmed);
                return Ok(own);
            }
            Err(error) if error.code == ErrorCode::Conflict => match stored_order(ctx, order.key()).await? {
                Some((bytes, current)) => (before, order) = (bytes, current),
                None => return Ok(true),
            },
            Err(error) => return Err(error),
        }
        own = false;
        // Lines that were mended since are not those that were taken.
        if (step == Step::Lines && order.plan != sent) || !order.told_late(step, &heard, ctx.now()) {
            return Ok(false);
        }
    }
}

async fn take_step<E: Environment>(ctx: &Context<E>, step: Step, order: &Order) -> Heard {
    let request = match (step, order.sale) {
        (Step::LookUp, _) => return look_up(ctx, order).await,
        (Step::SecondLook | Step::ByHand | Step::Mend, _) => by_key(order.key(), Lane::Background),
        (Step::Header, _) => requests::make_sale(order.plan.header_body()),
        (Step::Inspect | Step::ReadBack, Some(sale)) => requests::sale(sale, Lane::Order),
        (Step::ReceiptLookUp, Some(sale)) => requests::payments(sale, Lane::Order),
        (Step::Receipt, Some(sale)) => requests::make_payment(&order.plan.receipt_body(sale)),
        (Step::Lines, Some(sale)) => requests::make_order(&order.plan.lines_body(sale)),
        (_, None) => return Heard::Failed(failure(FailureKind::NotAllowed, false, "The sale's id is not known.")),
    };
    let (body, replayed) = match ctx.net.send(request).await {
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
async fn look_up<E: Environment>(ctx: &Context<E>, order: &Order) -> Heard {
    let mut rows = Vec::new();
    for key in [Some(order.key()), order.plan.earlier_key.as_deref()].into_iter().flatten() {
        let answer = ctx.net.send(by_key(key, Lane::Order)).await;
        match answer.and_then(|response| listed(&response.body)) {
            Ok(found) => rows.extend(found),
            Err(failure) => return Heard::Failed(failure),
        }
    }
    Heard::Rows(rows)
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
