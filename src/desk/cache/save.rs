//! Writing the cache: a batch together with the plan's state and the log of changes, unless another tab was faster.

use crate::catalogue::FeedKey;
use crate::desk::cache::load::load;
use crate::desk::cache::state::SYNC;
use crate::desk::context::{Context, Environment};
use crate::error::{ErrorCode, Result};
use crate::store::{Batch, Store, Table};
use crate::transport::Clock;

/// How often records that have just changed are noted anew when another tab writes meanwhile.
const NOTE_TRIES: u32 = 3;

/// Stores the entries of records that have just changed without a page from Cin7.
///
/// Storage that fails here is no reason to refuse the change: the next reading of the record brings the entry.
pub(crate) async fn note_now<E: Environment>(ctx: &Context<E>, keys: Vec<FeedKey>) {
    for _ in 0..NOTE_TRIES {
        ctx.shelves.borrow_mut().changed.extend_from_slice(&keys);
        if save_with_plan(ctx, Batch::relaxed()).await {
            return;
        }
    }
}

/// Commits a batch together with the plan's state, provided no other tab has moved it. Returns whether it was written.
pub(crate) async fn save_with_plan<E: Environment>(ctx: &Context<E>, batch: Batch) -> bool {
    ctx.plan.borrow_mut().count_saving();
    let state = crate::json::to_bytes(ctx.plan.borrow().state());
    let before = ctx.shelves.borrow().sync_bytes.clone();
    let batch = ctx.shelves.borrow_mut().log(batch, ctx.now());
    let batch = batch.expect(Table::Manifests, SYNC, before).put(Table::Manifests, SYNC, state.clone());
    match ctx.cache.commit(batch).await {
        Ok(()) => {
            ctx.shelves.borrow_mut().sync_bytes = Some(state);
            true
        }
        Err(error) if error.code == ErrorCode::Conflict => {
            // Another tab reads too. What it wrote stands; go on from there.
            if reload(ctx).await.is_err() {
                ctx.around.sleep(1_000).await;
            }
            false
        }
        Err(error) => {
            lost_track(ctx, &error.message).await;
            false
        }
    }
}

/// Memory and cache have parted: what the cache holds counts, and the run ends with the reason.
pub(crate) async fn lost_track<E: Environment>(ctx: &Context<E>, why: &str) {
    let reloaded = reload(ctx).await;
    let words = match reloaded {
        Ok(()) => format!("What was read could not be stored: {why}"),
        Err(error) => format!("What was read could not be stored: {why} {}", error.message),
    };
    ctx.plan.borrow_mut().give_up(words, ctx.now());
    ctx.tell_sync();
}

/// Whether memory holds what the cache holds.
pub(crate) async fn is_current<E: Environment>(ctx: &Context<E>) -> Result<bool> {
    let stored = ctx.cache.get(Table::Manifests, SYNC).await?;
    Ok(stored == ctx.shelves.borrow().sync_bytes)
}

/// Loads everything from the cache again.
pub(crate) async fn reload<E: Environment>(ctx: &Context<E>) -> Result<()> {
    let (mut shelves, mut plan) = load(&ctx.cache, &ctx.vault, &ctx.settings, ctx.now()).await?;
    if !ctx.syncing.get() {
        plan.stop();
    }
    // What was read on demand is not stored; it is still the newest there is.
    let before = ctx.shelves.take();
    if let Some(as_of) = shelves.stock_as_of {
        shelves.stock.keep_newer(&before.stock, as_of, ctx.now());
    }
    ctx.shelves.replace(shelves);
    ctx.plan.replace(plan);
    Ok(())
}
