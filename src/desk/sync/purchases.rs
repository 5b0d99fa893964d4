//! Purchases that are on their way: kept as one small book, their lines read between runs.
//!
//! As with sales there is no list of lines: each open purchase costs a call when it has changed. They are few, so they come
//! before the sales, and only where the CRM's standard stock calculation wants them.

use crate::cin7::{purchase, requests};
use crate::desk::cache::save::save_with_plan;
use crate::desk::cache::state::PURCHASES;
use crate::desk::context::{Context, Environment};
use crate::desk::events::Event;
use crate::desk::sync::pace::{failed_at, read_well};
use crate::records::purchase::Purchase;
use crate::records::{BadRecord, Guid};
use crate::store::Batch;
use crate::sync::List;
use crate::transport::{FailureKind, Transport};

/// How many purchases' lines are written at once.
const AT_ONCE: usize = 20;

/// Reads the lines of one more purchase, or writes down what was read. Returns whether anything was done.
pub(crate) async fn read_more_purchases<E: Environment>(ctx: &Context<E>) -> bool {
    if !ctx.settings.standard_stock {
        return false;
    }
    let next = {
        let (shelves, detailing) = (ctx.shelves.borrow(), ctx.detailing.borrow());
        shelves.purchases.iter().find(|open| open.wanted && !detailing.refused.contains(&open.id)).cloned()
    };
    let Some(next) = next else { return write_purchases(ctx).await };
    read_purchase(ctx, &next).await;
    if ctx.detailing.borrow().purchases.len() >= AT_ONCE {
        write_purchases(ctx).await;
    }
    true
}

async fn read_purchase<E: Environment>(ctx: &Context<E>, open: &Purchase) {
    let request = requests::purchase(open.id);
    let bad = match ctx.net.send(request).await {
        Err(failure) if failure.kind == FailureKind::Refused => {
            ctx.detailing.borrow_mut().refused.push(open.id);
            vec![bad_record(open, failure.words())]
        }
        Err(failure) => {
            if failed_at(ctx, open.id, &failure) {
                told_of_purchase(ctx, open, vec![bad_record(open, failure.words())]).await;
            }
            return;
        }
        Ok(response) => match purchase::details(&response.body) {
            Ok((details, bad)) if details.id == open.id => {
                change_purchase(ctx, open.id, |kept| kept.take_details(&details));
                bad
            }
            other => {
                // What it brings is not known any more, and it is asked for again after the next run.
                change_purchase(ctx, open.id, |kept| kept.goods.clear());
                ctx.detailing.borrow_mut().refused.push(open.id);
                let words = other.err().map(|what| what.words);
                vec![bad_record(open, words.unwrap_or_else(|| "Cin7 answered with another purchase.".to_owned()))]
            }
        },
    };
    read_well(ctx);
    told_of_purchase(ctx, open, bad).await;
}

fn change_purchase<E: Environment>(ctx: &Context<E>, id: Guid, change: impl FnOnce(&mut Purchase)) {
    if let Some(kept) = ctx.shelves.borrow_mut().purchases.iter_mut().find(|kept| kept.id == id) {
        change(kept);
        ctx.detailing.borrow_mut().purchases.push(id);
    }
}

/// Replaces what is reported of a purchase.
async fn told_of_purchase<E: Environment>(ctx: &Context<E>, open: &Purchase, bad: Vec<BadRecord>) {
    if bad.is_empty() && !ctx.plan.borrow().has_reports(List::Purchases, &open.number) {
        return;
    }
    {
        let mut plan = ctx.plan.borrow_mut();
        plan.mend(List::Purchases, |record| record == open.number);
        for bad in bad {
            plan.report(List::Purchases, bad);
        }
    }
    write_with_purchases(ctx).await;
    ctx.tell_sync();
}

/// Writes down what was read of purchases. Returns whether there was anything.
async fn write_purchases<E: Environment>(ctx: &Context<E>) -> bool {
    let any = !ctx.detailing.borrow().purchases.is_empty();
    if any {
        write_with_purchases(ctx).await;
    }
    any
}

async fn write_with_purchases<E: Environment>(ctx: &Context<E>) {
    let read = std::mem::take(&mut ctx.detailing.borrow_mut().purchases);
    let batch = ctx.shelves.borrow_mut().shelve_purchases(Batch::relaxed());
    if save_with_plan(ctx, batch).await {
        ctx.tell(Event::Records(vec![PURCHASES]));
    } else {
        // The book was loaded as it was. Reading it again before the next run would cost the same calls for ever.
        ctx.detailing.borrow_mut().refused.extend(read);
    }
}

fn bad_record(open: &Purchase, problem: String) -> BadRecord {
    let record = if open.number.is_empty() { open.id.to_string() } else { open.number.clone() };
    BadRecord { list: "purchase".to_owned(), record, field: String::new(), problem }
}
