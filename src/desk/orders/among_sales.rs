//! An order of this device and its sale in Cin7's list: each is told of the other.

use crate::desk::cache::save::save_with_plan;
use crate::desk::cache::state::SALES;
use crate::desk::context::{Context, Environment};
use crate::desk::events::Event;
use crate::desk::vault::orders::{kept_order, store_order, stored_order};
use crate::records::Guid;
use crate::store::Batch;
use crate::sync::Group;

/// An order moved, here or in another tab. The tab that reads for all lists it once it is confirmed.
pub(crate) fn order_moved<E: Environment>(ctx: &Context<E>, key: &str, confirmed: bool) {
    if confirmed && ctx.leading.get() {
        ctx.detailing.borrow_mut().confirmed.push(key.to_owned());
        ctx.sync_bell.ring();
    }
}

/// Puts orders that were confirmed meanwhile among the sales. Called by the one loop that writes the cache.
pub(crate) async fn list_confirmed<E: Environment>(ctx: &Context<E>) {
    let keys = std::mem::take(&mut ctx.detailing.borrow_mut().confirmed);
    for key in keys {
        let Ok((_, order)) = kept_order(ctx, &key).await else { continue };
        let taken = ctx.shelves.borrow_mut().take_confirmed(&order, Batch::relaxed());
        let Ok(batch) = taken else { continue };
        if batch.puts.is_empty() {
            continue;
        }
        let rows = u64::try_from(ctx.shelves.borrow().sales.len()).unwrap_or(u64::MAX);
        ctx.plan.borrow_mut().kept(Group::Sales, rows);
        // Where it cannot be written now, the next run brings it.
        if save_with_plan(ctx, batch).await {
            ctx.tell(Event::Records(vec![SALES]));
        }
    }
}

/// Cin7's list shows these sales under keys of orders kept here. An order that has another one is looked up once more.
pub(crate) async fn seen_in_cin7<E: Environment>(ctx: &Context<E>, sales: Vec<(String, Guid)>) {
    for (key, sale) in sales {
        // What cannot be read or written now is seen again when Cin7 lists the sale the next time.
        let Ok(Some((before, mut order))) = stored_order(ctx, &key).await else { continue };
        if order.seen(sale, ctx.now()) && store_order(ctx, &order, before).await.is_ok() {
            ctx.order_bell.ring();
        }
    }
}
