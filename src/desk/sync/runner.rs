//! Reading Cin7 page by page into the catalogue and the cache: the sync plan's hands.

use crate::desk::cache::apply_page::NotTaken;
use crate::desk::cache::compaction::{compact_feed, compact_lists};
use crate::desk::cache::save::{is_current, lost_track, reload, save_with_plan};
use crate::desk::cache::state::{CUSTOMERS, PRODUCTS, PURCHASES, REFERENCES, SALES, STOCK, SUPPLIERS};
use crate::desk::context::{Context, Environment, Surroundings};
use crate::desk::customers::overrides::keep_drifted;
use crate::desk::events::Event;
use crate::desk::orders::among_sales::{list_confirmed, seen_in_cin7};
use crate::desk::sync::pace::forgive_refused_sales;
use crate::desk::sync::sale_details::{read_more_details, write_opened_details};
use crate::records::Timestamp;
use crate::store::{Batch, Store, Table};
use crate::sync::{Group, List, Progress, RunView, Step};
use crate::transport::{Failure, Response, Transport};

/// What may have changed for those who look, when the whole cache was loaded.
pub(crate) const EVERY_LIST: [&str; 7] = [REFERENCES, CUSTOMERS, SUPPLIERS, PRODUCTS, STOCK, SALES, PURCHASES];

/// The last runs that have ended, the newest first.
pub(crate) fn sync_history<E: Environment>(ctx: &Context<E>) -> Vec<RunView> {
    ctx.plan.borrow().history().to_vec()
}

/// Starts the cadence.
pub(crate) fn start_sync<E: Environment>(ctx: &Context<E>) {
    ctx.plan.borrow_mut().start();
    ctx.syncing.set(true);
    ctx.tell_sync();
    ctx.sync_bell.ring();
}

/// Ends the cadence after the page that is being read.
pub(crate) fn stop_sync<E: Environment>(ctx: &Context<E>) {
    ctx.plan.borrow_mut().stop();
    ctx.syncing.set(false);
    ctx.tell_sync();
    ctx.sync_bell.ring();
}

/// Asks for a run at once, reference books included.
pub(crate) fn sync_now<E: Environment>(ctx: &Context<E>) {
    ctx.plan.borrow_mut().run_now(ctx.now());
    run_soon(ctx);
}

fn run_soon<E: Environment>(ctx: &Context<E>) {
    ctx.syncing.set(true);
    ctx.tell_sync();
    ctx.sync_bell.ring();
}

/// This tab reads for all from now on. Returns whether that is new.
pub(crate) fn lead<E: Environment>(ctx: &Context<E>) -> bool {
    let new = !ctx.leading.replace(true);
    ctx.sync_bell.ring();
    new
}

/// Reads from Cin7 whenever it is due, for as long as the tab lives and leads.
pub(crate) async fn run_sync<E: Environment>(ctx: &Context<E>) {
    // Another tab may have led before and gone further. Loading everything again would keep searches waiting.
    if !is_current(ctx).await.unwrap_or(false) && reload(ctx).await.is_ok() {
        ctx.tell(Event::Records(EVERY_LIST.to_vec()));
    }
    loop {
        write_opened_details(ctx).await;
        list_confirmed(ctx).await;
        if !ctx.syncing.get() {
            ctx.sync_bell.rung().await;
            continue;
        }
        sync_step(ctx).await;
    }
}

/// Does what the plan asks for next.
pub(crate) async fn sync_step<E: Environment>(ctx: &Context<E>) {
    let step = ctx.plan.borrow_mut().next(ctx.now());
    match step {
        Step::Fetch { list, page, request } => {
            ctx.tell_sync();
            let asked = ctx.now();
            match ctx.net.send(request).await {
                Ok(response) => take_page(ctx, list, page, asked, response).await,
                Err(failure) => read_failed(ctx, &failure).await,
            }
        }
        Step::WaitUntil(until) => {
            let until = match read_more_details(ctx).await {
                Ok(()) => return,
                Err(again) => again.map_or(until, |again| again.min(until)),
            };
            ctx.tell_sync();
            ctx.sync_bell.rung_or(&ctx.around, Some(until)).await;
        }
        Step::Stopped => ctx.sync_bell.rung().await,
    }
}

async fn take_page<E: Environment>(ctx: &Context<E>, list: List, page: u32, asked: Timestamp, response: Response) {
    if list == List::Sales
        && let Ok(keys) = ctx.vault.keys(Table::Orders, "").await
    {
        // Which sales came from quotes of this device. A vault that cannot be read now says what it said before.
        ctx.shelves.borrow_mut().own_orders = keys;
    }
    let taken = {
        let (mut shelves, mut plan) = (ctx.shelves.borrow_mut(), ctx.plan.borrow_mut());
        shelves.take(&mut plan, (list, page, asked), &response, ctx.now())
    };
    let (progress, batch) = match taken {
        Ok(taken) => taken,
        Err(NotTaken::NotUnderstood(what)) => return read_failed(ctx, &what.into()).await,
        Err(NotTaken::Corrupt(corrupt)) => return lost_track(ctx, &corrupt.to_string()).await,
    };
    let own_sales = std::mem::take(&mut ctx.shelves.borrow_mut().own_sales);
    seen_in_cin7(ctx, own_sales).await;
    // Before the cache: what it may lose must stand in the vault by then.
    let drifted = std::mem::take(&mut ctx.shelves.borrow_mut().drifted);
    keep_drifted(ctx, drifted).await;
    if save_with_plan(ctx, batch).await {
        ctx.tell_sync();
        if let Some(name) = changed_list(list, progress) {
            ctx.tell(Event::Records(vec![name]));
        }
        if progress.run_ended {
            forgive_refused_sales(ctx);
            compact_lists(ctx).await;
            compact_feed(ctx).await;
        }
    }
}

async fn read_failed<E: Environment>(ctx: &Context<E>, failure: &Failure) {
    let _: Progress = ctx.plan.borrow_mut().failed(failure, ctx.now(), ctx.around.chance());
    save_with_plan(ctx, Batch::relaxed()).await;
    ctx.tell_sync();
}

/// The network is back: a sync that failed for want of it runs again, and orders that wait are looked at.
pub(crate) fn online<E: Environment>(ctx: &Context<E>) {
    if ctx.sync_view().failure.is_some() && ctx.syncing.get() {
        ctx.plan.borrow_mut().hasten(ctx.now());
        run_soon(ctx);
    }
    ctx.order_bell.ring();
    ctx.account_bell.ring();
    ctx.custody_bell.ring();
}

/// The list that a page has changed for those who look at it: a list of changes with every page, others at their end.
fn changed_list(list: List, progress: Progress) -> Option<&'static str> {
    match (list, progress.group) {
        (List::Customers, _) => Some(CUSTOMERS),
        (List::Suppliers, _) => Some(SUPPLIERS),
        (List::Products, _) => Some(PRODUCTS),
        (List::Sales, _) => Some(SALES),
        (List::Purchases, _) => Some(PURCHASES),
        (_, Some(Group::Stock)) => Some(STOCK),
        (_, Some(Group::Reference)) => Some(REFERENCES),
        _ => None,
    }
}
