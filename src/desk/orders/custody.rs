//! Orders in the proxy's custody: handing this device's over, and going on with those of the user's other devices.
//!
//! The proxy keeps an order whole until it has ended, so that a wiped browser, or a machine that is gone, loses none. What an
//! order does here does not depend on it: two devices that hold the same order are two tabs, each of which looks before it
//! sends.

use serde::{Deserialize, Serialize};

use crate::desk::context::{Context, Environment};
use crate::desk::events::{Event, OrderElsewhere};
use crate::desk::orders::confirm::write_new_order;
use crate::desk::orders::content::content;
use crate::desk::orders::show::shown_order;
use crate::desk::vault::orders::{store_order, stored_order};
use crate::desk::vault::quotes::Kept;
use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::money::{Amount, Currency};
use crate::order::OrderPlan;
use crate::outbox::{CustodySaid, Order, OrderView, State};
use crate::quote::Quote;
use crate::records::Timestamp;
use crate::store::{Store, Table};
use crate::transport::{Clock, Failure, FailureKind, Lane, Request, Transport};

/// How often it is asked what waits on other devices, in milliseconds.
const LOOK_EVERY: i64 = 300_000;

/// How soon that is asked again when it failed, in milliseconds.
const LOOK_AGAIN: i64 = 60_000;

/// The longest order that the proxy keeps, in bytes.
pub const LONGEST_KEPT: usize = 16 * 1024 * 1024;

/// How long an order waits for the proxy to take it, in milliseconds. It is sent all the same.
const PATIENCE: u32 = 15_000;

/// What a list shows of an order that another device has.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    quote_number: String,
    customer_name: String,
    currency: Currency,
    gross: Amount,
}

/// An order with all that another device needs to go on with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HandedOver {
    plan: OrderPlan,
    confirmed_at: Timestamp,
    /// The quote, where it is still there.
    quote: Option<Kept>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Keep {
    key: String,
    content: String,
    about: Option<About>,
    order: Option<HandedOver>,
    /// Its end by hand was taken back.
    again: bool,
    /// The refused order whose place it takes.
    follows: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Take {
    key: String,
    now: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finish {
    key: String,
    content: String,
    outcome: &'static str,
    number: Option<String>,
}

/// What the proxy answers about an order.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    state: String,
    durable: bool,
    by: Option<String>,
    outcome: Option<String>,
    number: Option<String>,
    ended_by: Option<String>,
    /// Another order has taken the place of the one that was asked about.
    succeeded: Option<bool>,
    order: Option<HandedOver>,
}

/// An order in the proxy's list.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    key: String,
    by: Option<String>,
    kept_at: u64,
    held_for: u64,
    refused: Option<bool>,
    about: About,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    orders: Vec<Listed>,
}

fn about(plan: &OrderPlan) -> About {
    let (quote_number, customer_name) = (plan.quote_number.clone(), plan.customer_name.clone());
    About { quote_number, customer_name, currency: plan.currency, gross: plan.expected.gross }
}

/// What is said instead of an answer.
fn unsaid(failure: &Failure) -> CustodySaid {
    match failure.kind {
        FailureKind::KeyReused => CustodySaid::Another(failure.words()),
        FailureKind::NotAllowed => CustodySaid::Absent,
        _ => CustodySaid::Silent,
    }
}

/// Hands an order over, or tells the proxy that it is still held here.
pub(crate) async fn hand_over<E: Environment>(ctx: &Context<E>, order: &Order) -> CustodySaid {
    let plan = &order.plan;
    let (key, content) = (plan.key.clone(), content(plan));
    let custody = order.custody.as_ref();
    let again = custody.is_some_and(|custody| custody.again);
    let follows = custody.and_then(|custody| custody.follows.clone());
    if !again && follows.is_none() && custody.is_some_and(|custody| custody.kept.is_some()) {
        let bare = Keep { key: key.clone(), content: content.clone(), about: None, order: None, again, follows: None };
        let said = say_kept(ctx, json::to_bytes(&bare)).await;
        if let Some(said) = said {
            return said;
        }
    }
    let quote = match ctx.vault.get(Table::Quotes, &plan.quote_id).await {
        Ok(Some(bytes)) => Kept::from_bytes(&bytes).ok(),
        _ => None,
    };
    let whole = HandedOver { plan: plan.clone(), confirmed_at: order.confirmed_at, quote };
    let mut keep = Keep { key, content, about: Some(about(plan)), order: Some(whole), again, follows };
    let mut body = json::to_bytes(&keep);
    // What is sent of an order always fits; the quote's own long texts are what may be too much.
    if body.len() > LONGEST_KEPT
        && let Some(whole) = &mut keep.order
    {
        whole.quote = None;
        body = json::to_bytes(&keep);
    }
    say_kept(ctx, body).await.unwrap_or(CustodySaid::Silent)
}

/// `None` when the proxy needs the order whole.
async fn say_kept<E: Environment>(ctx: &Context<E>, keep: Vec<u8>) -> Option<CustodySaid> {
    let send = std::pin::pin!(ask_custody(ctx, "custody/orders", keep));
    let patience = std::pin::pin!(ctx.around.sleep(PATIENCE));
    let answer = match futures::future::select(send, patience).await {
        futures::future::Either::Left((answer, _)) => answer,
        futures::future::Either::Right(_) => return Some(CustodySaid::Silent),
    };
    Some(match answer {
        Ok(told) if told.state == "kept" => CustodySaid::Kept { durable: told.durable },
        Ok(told) if told.state == "ended" => {
            let succeeded = told.succeeded.unwrap_or_default();
            CustodySaid::Ended { outcome: told.outcome.unwrap_or_default(), number: told.number, by: told.ended_by, succeeded }
        }
        Ok(told) if told.state == "unknown" => return None,
        Ok(_) => CustodySaid::Silent,
        Err(failure) => unsaid(&failure),
    })
}

async fn ask_custody<E: Environment>(ctx: &Context<E>, path: &'static str, body: Vec<u8>) -> std::result::Result<Told, Failure> {
    let response = ctx.net.send(Request::post(path, body, Lane::Order)).await?;
    serde_json::from_slice(&response.body).map_err(|fault| Failure {
        kind: FailureKind::NotUnderstood,
        ambiguous: false,
        retry_after: None,
        messages: vec![format!("What the server keeps cannot be read: {fault}")],
    })
}

/// Tells the proxy how an order ended. Returns whether it need not be told again.
pub(crate) async fn end_custody<E: Environment>(ctx: &Context<E>, order: &Order) -> bool {
    let Some(outcome) = order.outcome() else { return true };
    let finish = Finish { key: order.plan.key.clone(), content: content(&order.plan), outcome, number: order.number.clone() };
    match ask_custody(ctx, "custody/finished", json::to_bytes(&finish)).await {
        Ok(_) => true,
        Err(failure) => failure.kind == FailureKind::NotAllowed,
    }
}

/// Looks what waits on other devices, for as long as the tab lives.
pub(crate) async fn run_custody<E: Environment>(ctx: &Context<E>) {
    loop {
        let wake = look_elsewhere(ctx).await;
        ctx.custody_bell.rung_or(&ctx.around, Some(wake)).await;
    }
}

/// The orders of this user that other devices have and that have not ended, oldest first, as they were last read.
pub(crate) fn orders_elsewhere<E: Environment>(ctx: &Context<E>) -> Vec<OrderElsewhere> {
    ctx.elsewhere.borrow().clone()
}

/// Reads them, and goes on with those whose device has been silent. Returns when to look again.
async fn look_elsewhere<E: Environment>(ctx: &Context<E>) -> Timestamp {
    let answer = ctx.net.send(Request::get("custody/orders", Lane::Background)).await;
    let list = match answer {
        Ok(response) => serde_json::from_slice::<List>(&response.body).ok(),
        Err(failure) => {
            let absent = failure.kind == FailureKind::NotAllowed;
            return ctx.now().plus_millis(if absent { 12 * LOOK_EVERY } else { LOOK_AGAIN });
        }
    };
    let (Some(list), Ok(own)) = (list, ctx.vault.keys(Table::Orders, "").await) else {
        return ctx.now().plus_millis(LOOK_AGAIN);
    };
    follow_ends(ctx, &list.orders).await;
    let now = ctx.now();
    let (mut elsewhere, mut wake) = (Vec::new(), now.plus_millis(LOOK_EVERY));
    for listed in list.orders {
        if own.contains(&listed.key) {
            continue;
        }
        let held_for = i64::try_from(listed.held_for).unwrap_or(LOOK_EVERY);
        if held_for <= 0 && !crate::planted::has("takes nothing over") && take_over(ctx, &listed.key, false).await.is_ok() {
            continue;
        }
        wake = wake.min(now.plus_millis(held_for.max(LOOK_AGAIN)));
        elsewhere.push(OrderElsewhere {
            key: listed.key,
            quote_number: listed.about.quote_number,
            customer_name: listed.about.customer_name,
            currency: listed.about.currency,
            gross: listed.about.gross,
            confirmed_by: listed.by,
            confirmed_at: Timestamp::from_millis(i64::try_from(listed.kept_at).unwrap_or_default()),
            taken_over_at: now.plus_millis(held_for),
            refused: listed.refused.unwrap_or_default(),
        });
    }
    know_elsewhere(ctx, elsewhere);
    wake
}

fn know_elsewhere<E: Environment>(ctx: &Context<E>, elsewhere: Vec<OrderElsewhere>) {
    let keys = |orders: &[OrderElsewhere]| -> Vec<String> { orders.iter().map(|order| order.key.clone()).collect() };
    let changed = keys(&ctx.elsewhere.borrow()) != keys(&elsewhere);
    ctx.elsewhere.replace(elsewhere);
    if changed {
        ctx.tell_this_tab(Event::Elsewhere(orders_elsewhere(ctx)));
    }
}

/// An order that stopped here and is not open in custody any more may have ended on another device: it is looked at again.
async fn follow_ends<E: Environment>(ctx: &Context<E>, open: &[Listed]) {
    let Ok(orders) = ctx.vault.list(Table::Orders, "").await else { return };
    for (key, bytes) in orders {
        let Ok(mut order) = serde_json::from_slice::<Order>(&bytes) else { continue };
        let stopped = matches!(order.state, State::NeedsAttention { .. });
        let kept = order.custody.as_ref().is_some_and(|custody| custody.kept.is_some() && !custody.ended);
        if !stopped || !kept || open.iter().any(|listed| listed.key == key) {
            continue;
        }
        let asked = Keep { key, content: content(&order.plan), about: None, order: None, again: false, follows: None };
        if let Some(CustodySaid::Ended { .. }) = say_kept(ctx, json::to_bytes(&asked)).await
            && order.retry()
            && store_order(ctx, &order, bytes).await.is_ok()
        {
            ctx.order_bell.ring();
        }
    }
}

/// Goes on here with an order of another device: at once, or else only when that one has been silent.
///
/// # Errors
/// `unknown-order` when it is not in custody, or has ended; `conflict` while its own device is at it; `offline` and what
/// else the proxy may answer; `storage`.
pub(crate) async fn take_over<E: Environment>(ctx: &Context<E>, key: &str, at_once: bool) -> Result<OrderView> {
    if let Some((_, order)) = stored_order(ctx, key).await? {
        return Ok(shown_order(ctx, &order));
    }
    let told = ask_custody(ctx, "custody/taken", json::to_bytes(&Take { key: key.to_owned(), now: at_once })).await?;
    let from = told.by.as_ref().map(|by| format!(", confirmed by {by}")).unwrap_or_default();
    let order = match (told.state.as_str(), told.order) {
        ("kept", Some(order)) => order,
        ("held", _) => return Err(Error::new(ErrorCode::Conflict, "Another device is at this order.")),
        ("ended", _) => {
            ctx.custody_bell.ring();
            let number = told.number.unwrap_or_else(|| "the order".to_owned());
            return Err(Error::new(ErrorCode::UnknownOrder, format!("{number} has come to its end on another device.")));
        }
        _ => return Err(Error::new(ErrorCode::UnknownOrder, "The server does not keep this order.")),
    };
    if order.plan.key != key {
        return Err(Error::new(ErrorCode::UnknownOrder, "The server keeps another order under this name."));
    }
    let HandedOver { plan, confirmed_at, quote } = order;
    // What is open here of the same quote was never ordered, and cannot be any more.
    let quote = quote.map(|kept| Kept { quote: Quote { confirmed: true, ..kept.quote }, ..kept });
    let order = Order::taken_over(plan, confirmed_at, &from, told.durable, ctx.now());
    let view = write_new_order(ctx, quote, None, order, None).await?;
    let left = orders_elsewhere(ctx).into_iter().filter(|other| other.key != key).collect();
    know_elsewhere(ctx, left);
    Ok(view)
}
