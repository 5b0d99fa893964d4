//! Orders, for the screen.

use crate::desk::context::{Context, Environment};
use crate::desk::vault::orders::{decode, kept_order};
use crate::error::Result;
use crate::outbox::{Order, OrderView};
use crate::store::{Store, Table};

/// Every order kept here, the last confirmed first. One that cannot be read must not hide the others: `storage` tells
/// of it.
///
/// # Errors
/// `storage`.
pub(crate) async fn order_views<E: Environment>(ctx: &Context<E>) -> Result<Vec<OrderView>> {
    let mut orders = Vec::new();
    for (_, bytes) in ctx.vault.list(Table::Orders, "").await? {
        orders.extend(decode(&bytes));
    }
    orders.sort_by_key(|order: &Order| std::cmp::Reverse(order.confirmed_at));
    Ok(orders.iter().map(|order| shown_order(ctx, order)).collect())
}

/// One order.
///
/// # Errors
/// `unknown-order`, `storage`.
pub(crate) async fn order_view<E: Environment>(ctx: &Context<E>, key: &str) -> Result<OrderView> {
    kept_order(ctx, key).await.map(|(_, order)| shown_order(ctx, &order))
}

/// An order as it stands here, with what Cin7 has made of its sale since.
pub(crate) fn shown_order<E: Environment>(ctx: &Context<E>, order: &Order) -> OrderView {
    let sale = order.sale.and_then(|id| ctx.shelves.borrow().sale(id));
    let mut view = order.view_beside(sale.as_ref());
    if !ctx.vault.outlives_tab() {
        view.steps[0].text = "Kept in this tab only: it is lost when the tab is closed.".into();
    }
    view
}
