//! Orders, as the vault keeps them.

use crate::desk::context::{Context, Environment};
use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::outbox::Order;
use crate::store::{Batch, Store, Table};

pub(crate) fn decode(bytes: &[u8]) -> Result<Order> {
    serde_json::from_slice(bytes)
        .map_err(|fault| Error::new(ErrorCode::Storage, format!("An order kept here cannot be read: {fault}")))
}

/// One order, which must be kept here, with its bytes.
pub(crate) async fn kept_order<E: Environment>(ctx: &Context<E>, key: &str) -> Result<(Vec<u8>, Order)> {
    let unknown = || Error::new(ErrorCode::UnknownOrder, format!("No order for {key} is kept here."));
    stored_order(ctx, key).await?.ok_or_else(unknown)
}

pub(crate) async fn stored_order<E: Environment>(ctx: &Context<E>, key: &str) -> Result<Option<(Vec<u8>, Order)>> {
    match ctx.vault.get(Table::Orders, key).await? {
        Some(bytes) => decode(&bytes).map(|order| Some((bytes, order))),
        None => Ok(None),
    }
}

/// Stores an order strictly, if nobody changed it since `before` was read. Returns its new bytes.
pub(crate) async fn store_order<E: Environment>(ctx: &Context<E>, order: &Order, before: Vec<u8>) -> Result<Vec<u8>> {
    store_order_with(ctx, order, before, Batch::strict()).await
}

/// As [`store_order`], together with what the batch holds.
pub(crate) async fn store_order_with<E: Environment>(
    ctx: &Context<E>,
    order: &Order,
    before: Vec<u8>,
    batch: Batch,
) -> Result<Vec<u8>> {
    let bytes = json::to_bytes(order);
    let batch = batch.expect(Table::Orders, order.key(), Some(before)).put(Table::Orders, order.key(), bytes.clone());
    match ctx.vault.commit(batch).await {
        // A store that lost the news of its own write tries again, and meets what it wrote.
        Err(error) if error.code == ErrorCode::Conflict => match ctx.vault.get(Table::Orders, order.key()).await? {
            Some(stands) if stands == bytes => Ok(bytes),
            _ => Err(error),
        },
        other => {
            ctx.claims.borrow_mut().order(order, ctx.now());
            other.map(|()| bytes)
        }
    }
}
