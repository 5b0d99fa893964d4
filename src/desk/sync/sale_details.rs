//! Reading the details of sales: when someone opens one, else between runs, open and newest first.
//!
//! There is no list of details: each sale costs a call. So each state of a sale is read once, in the proxy's background lane
//! and only while no run is on; what was read is written down some twenty sales at a time. A tab that dies before has read a
//! few in vain, which costs no more than reading them again.

use crate::catalogue::DocumentAsk;
use crate::desk::cache::sales::{OPEN, WANTED, read};
use crate::desk::cache::save::{lost_track, save_with_plan};
use crate::desk::cache::state::{SALES, Shelves};
use crate::desk::context::{Context, Environment};
use crate::desk::events::Event;
use crate::desk::sales::details::{Answer, details_of, kept_details, refused};
use crate::desk::sync::pace::{PAUSE, failed_at, read_well};
use crate::desk::sync::purchases::read_more_purchases;
use crate::records::sale::{Sale, SaleDetails};
use crate::records::{BadRecord, Guid, Timestamp};
use crate::store::Batch;
use crate::sync::List;
use crate::transport::Lane;

/// How many sales' details are written at once.
const AT_ONCE: usize = 20;

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

/// Reads the details of one more sale, if any are wanted and this is the time. Returns whether something was done; else
/// when to look again, where only time can help.
pub(crate) async fn read_more_details<E: Environment>(ctx: &Context<E>) -> std::result::Result<(), Option<Timestamp>> {
    if !ctx.plan.borrow().is_between_runs() {
        return Err(None);
    }
    let not_before = ctx.detailing.borrow().not_before.map(|until| until.min(ctx.now().plus_millis(i64::from(u16::MAX) * 60)));
    if let Some(until) = not_before.filter(|until| *until > ctx.now()) {
        return Err(Some(until));
    }
    if read_more_purchases(ctx).await {
        return Ok(());
    }
    let next = {
        let detailing = ctx.detailing.borrow();
        let mut but_not: Vec<Guid> = detailing.refused.clone();
        but_not.extend(detailing.pending.iter().map(|details| details.head.id));
        ctx.shelves.borrow().wanted_sale(&but_not)
    };
    let Some(sale) = next else {
        return if write_details(ctx).await { Ok(()) } else { Err(None) };
    };
    // Another tab may have read them when someone opened the sale there.
    match kept_details(ctx, sale.head.id).await {
        Ok(Some(details)) if details.of == sale.head.updated => ctx.detailing.borrow_mut().pending.push(details),
        _ => ask_for_details(ctx, &sale).await,
    }
    if ctx.detailing.borrow().pending.len() >= AT_ONCE {
        write_details(ctx).await;
    }
    Ok(())
}

async fn ask_for_details<E: Environment>(ctx: &Context<E>, sale: &Sale) {
    let id = sale.head.id;
    let answer = details_of(ctx, sale, Lane::Background).await;
    match answer {
        Answer::Read(details, bad) => {
            read_well(ctx);
            ctx.detailing.borrow_mut().pending.push(*details);
            told_of_sale(ctx, sale, bad).await;
        }
        Answer::Refused(bad) => {
            ctx.detailing.borrow_mut().refused.push(id);
            told_of_sale(ctx, sale, vec![bad]).await;
        }
        Answer::Unreadable(bad) => {
            let marked = ctx.shelves.borrow_mut().mark_unreadable(id, Batch::relaxed());
            if let Ok(batch) = marked {
                ctx.plan.borrow_mut().report(List::Sales, bad);
                save_with_plan(ctx, batch).await;
                ctx.tell_sync();
            }
        }
        Answer::Failed(failure) => {
            if failed_at(ctx, id, &failure) {
                told_of_sale(ctx, sale, vec![refused(sale, &failure)]).await;
            }
        }
    }
}

/// Replaces what is reported of a sale.
async fn told_of_sale<E: Environment>(ctx: &Context<E>, sale: &Sale, bad: Vec<BadRecord>) {
    let reported = ctx.plan.borrow().has_reports(List::Sales, &sale.head.number);
    if bad.is_empty() && !reported {
        return;
    }
    {
        let mut plan = ctx.plan.borrow_mut();
        plan.mend(List::Sales, |record| record == sale.head.number);
        for bad in bad {
            plan.report(List::Sales, bad);
        }
    }
    save_with_plan(ctx, Batch::relaxed()).await;
    ctx.tell_sync();
}

/// Writes down at once what someone looks at.
pub(crate) async fn write_opened_details<E: Environment>(ctx: &Context<E>) {
    if std::mem::take(&mut ctx.detailing.borrow_mut().urgent) {
        write_details(ctx).await;
    }
}

/// Writes down what was read. Returns whether there was anything.
async fn write_details<E: Environment>(ctx: &Context<E>) -> bool {
    let pending = std::mem::take(&mut ctx.detailing.borrow_mut().pending);
    if pending.is_empty() {
        return false;
    }
    if !keep_details(ctx, &pending).await {
        // Not lost yet: storage may have room again, or another tab's words count now.
        let mut detailing = ctx.detailing.borrow_mut();
        detailing.pending.extend(pending);
        detailing.not_before = Some(ctx.now().plus_millis(PAUSE));
    }
    true
}

/// Writes details down together with what they come to. Returns whether that was done.
async fn keep_details<E: Environment>(ctx: &Context<E>, read: &[SaleDetails]) -> bool {
    let batch = ctx.shelves.borrow_mut().take_details(read, Batch::relaxed());
    let kept = match batch {
        Ok(batch) => save_with_plan(ctx, batch).await,
        Err(corrupt) => {
            lost_track(ctx, &corrupt.to_string()).await;
            false
        }
    };
    if kept {
        ctx.tell(Event::Records(vec![SALES]));
    }
    kept
}
