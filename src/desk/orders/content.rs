//! What an order sends, as a hash: what differs is another order.

use xxhash_rust::xxh64::xxh64;

use crate::order::OrderPlan;
use crate::outbox::Order;
use crate::records::{Guid, Timestamp};

/// The bytes that an order sends, as a hash: what differs is another order.
pub(crate) fn content(plan: &OrderPlan) -> String {
    // No sale yet, so none is named.
    let sale = Guid::from_bytes([0; 16]);
    let sent = [plan.header_body(), "\n", &plan.lines_body(sale), "\n", &plan.receipt_body(sale)].concat();
    format!("{:016x}", xxh64(sent.as_bytes(), 0))
}

/// The order that a refused one becomes when its quote is confirmed again with this plan.
pub(crate) fn mended(former: Order, plan: OrderPlan, now: Timestamp) -> Order {
    let refused = content(&former.plan);
    former.mended(plan, refused, now)
}
