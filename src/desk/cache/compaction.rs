//! Writing new bases where deltas have piled up.

use crate::catalogue::feed::Feed;
use crate::catalogue::{Companies, Documents, Products};
use crate::desk::cache::change_log::{FEED, entries_after, with_chunks};
use crate::desk::cache::save::save_with_plan;
use crate::desk::cache::state::{CUSTOMERS, PRODUCTS, SALES, with_swap};
use crate::desk::context::{Context, Environment};
use crate::store::{Batch, Table};
use crate::transport::Clock;

/// Drops entries that later ones have outdated, when that pays.
pub(crate) async fn compact_feed<E: Environment>(ctx: &Context<E>) {
    let (feed, before) = {
        let shelves = ctx.shelves.borrow();
        let Some(feed) = shelves.feed.clone().filter(Feed::wants_compaction) else { return };
        (feed, shelves.feed_bytes.clone())
    };
    let Ok(Ok(entries)) = entries_after(ctx, &feed, 0, usize::MAX - 1).await else { return };
    // Entries that came meanwhile must not be lost; the next run tidies up.
    if ctx.shelves.borrow().feed_bytes != before {
        return;
    }
    let (compacted, written) = feed.compacted(entries);
    let bytes = compacted.to_bytes();
    let mut batch = Batch::relaxed().expect(Table::Manifests, FEED, before);
    for key in feed.chunks_after(0) {
        batch = batch.delete(Table::Segments, key);
    }
    {
        let mut shelves = ctx.shelves.borrow_mut();
        (shelves.feed, shelves.feed_bytes) = (Some(compacted), Some(bytes.clone()));
    }
    // Where this fails, memory is loaded again.
    save_with_plan(ctx, with_chunks(batch, &bytes, written)).await;
}

/// Writes new bases where deltas have piled up. Segment by segment, so that a search need not wait for the whole.
pub(crate) async fn compact_lists<E: Environment>(ctx: &Context<E>) {
    if ctx.shelves.borrow().products.wants_compaction() {
        let products = ctx.shelves.borrow().products.clone();
        let mut segments = Vec::new();
        for segment in products.compaction() {
            segments.push(segment);
            ctx.around.sleep(0).await;
        }
        let swap = ctx.shelves.borrow().manifests.products.replaced(PRODUCTS, segments.len(), products.len());
        let batch = with_swap(Batch::relaxed(), PRODUCTS, &swap, segments.clone());
        if save_with_plan(ctx, batch).await
            && let Ok(compacted) = Products::load(segments)
        {
            let mut shelves = ctx.shelves.borrow_mut();
            (shelves.products, shelves.manifests.products) = (compacted, swap.manifest);
        }
    }
    if ctx.shelves.borrow().companies.wants_compaction() {
        let companies = ctx.shelves.borrow().companies.clone();
        let mut segments = Vec::new();
        for segment in companies.compaction() {
            // A record that cannot be read stays where it is until it is fetched again.
            let Ok(segment) = segment else { return };
            segments.push(segment);
            ctx.around.sleep(0).await;
        }
        let swap = ctx.shelves.borrow().manifests.customers.replaced(CUSTOMERS, segments.len(), companies.len());
        let batch = with_swap(Batch::relaxed(), CUSTOMERS, &swap, segments.clone());
        if save_with_plan(ctx, batch).await
            && let Ok(compacted) = Companies::load(segments)
        {
            let mut shelves = ctx.shelves.borrow_mut();
            (shelves.companies, shelves.manifests.customers) = (compacted, swap.manifest);
        }
    }
    compact_sales(ctx).await;
}

async fn compact_sales<E: Environment>(ctx: &Context<E>) {
    if !ctx.shelves.borrow().sales.wants_compaction() {
        return;
    }
    let sales = ctx.shelves.borrow().sales.clone();
    let mut segments = Vec::new();
    for segment in sales.compaction() {
        segments.push(segment);
        ctx.around.sleep(0).await;
    }
    let swap = ctx.shelves.borrow().manifests.sales.replaced(SALES, segments.len(), sales.len());
    let batch = with_swap(Batch::relaxed(), SALES, &swap, segments.clone());
    if save_with_plan(ctx, batch).await
        && let Ok(compacted) = Documents::load(segments)
    {
        let mut shelves = ctx.shelves.borrow_mut();
        (shelves.sales, shelves.manifests.sales) = (compacted, swap.manifest);
    }
}
