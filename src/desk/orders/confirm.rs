//! Confirming quotes: every check, and an order that is stored before anything is sent.

use crate::desk::context::{Context, Environment};
use crate::desk::events::Event;
use crate::desk::orders::content::mended;
use crate::desk::orders::show::{order_view, shown_order};
use crate::desk::quotes::bundle::live_quote;
use crate::desk::quotes::cost_visibility::with_costs;
use crate::desk::vault::category_matrix::{rise_in_matrix, tell_rise};
use crate::desk::vault::orders::stored_order;
use crate::desk::vault::quotes::{Kept, read_document};
use crate::error::{Error, ErrorCode, Result};
use crate::order::OrderPlan;
use crate::outbox::{Order, OrderView};
use crate::quote::Quote;
use crate::records::matrix::MatrixState;
use crate::store::{Batch, Store, Table};
use crate::{json, order};

/// Confirms a quote, given as its document: runs every check, freezes the payload and stores it strictly. The order is
/// sent from then on, whatever becomes of this tab. A quote becomes one order, ever: confirming again gives the same, also
/// once it was opened again after Cin7 refused it, with what it holds now.
///
/// The order is made of what the document says. Where `base` is given, the quote must still stand at that revision: nobody
/// orders what another tab has changed without having seen it.
///
/// # Errors
/// `cannot-confirm` with everything that stops it; `conflict` where another revision stands; `storage` or `storage-full`.
/// Nothing was confirmed then.
pub(crate) async fn confirm<E: Environment>(ctx: &Context<E>, document: &str, base: Option<u32>) -> Result<OrderView> {
    let mut quote = read_document(document)?;
    let (before, former) = match stored_order(ctx, &quote.order_key()).await? {
        Some((before, order)) if order.mending.is_some() && !quote.confirmed => (Some(before), Some(order)),
        Some((_, order)) => return Ok(shown_order(ctx, &order)),
        None => (None, None),
    };
    quote.begun = former.as_ref().and_then(Order::begun);
    let (kept, plan) = planned(ctx, quote).await?;
    let order = match former {
        Some(former) => mended(former, plan, ctx.now()),
        None => Order::new(plan, ctx.now()),
    };
    write_new_order(ctx, Some(kept), base, order, before).await
}

/// Runs every check on a quote and freezes it.
pub(crate) async fn planned<E: Environment>(ctx: &Context<E>, quote: Quote) -> Result<(Kept, OrderPlan)> {
    let live = live_quote(ctx, with_costs(ctx, quote).await?)?;
    let plan = order::plan(&live, ctx.now())?;
    let quote = Quote { confirmed: true, ..live.quote().clone() };
    Ok((Kept::after(None, quote, plan.expected.gross, ctx.now()), plan))
}

/// Writes down an order with its quote, if what is kept here of the order is still what it was `before`, and the quote stands
/// at revision `base`, where that is given. What another tab has written meanwhile stands.
pub(crate) async fn write_new_order<E: Environment>(
    ctx: &Context<E>,
    mut kept: Option<Kept>,
    base: Option<u32>,
    order: Order,
    before: Option<Vec<u8>>,
) -> Result<OrderView> {
    let key = order.key().to_owned();
    let new = Batch::strict().expect(Table::Orders, &key, before.clone()).put(Table::Orders, &key, json::to_bytes(&order));
    let mut tries = 0;
    let rise = loop {
        let mut batch = new.clone();
        if let Some(kept) = &mut kept {
            let link = kept.quote.link.clone();
            let stood = ctx.vault.get(Table::Quotes, &link).await?;
            let stands = stood.as_deref().and_then(|bytes| Kept::from_bytes(bytes).ok());
            let moved = stands.as_ref().zip(base).is_some_and(|(stands, base)| stands.revision() != base);
            if moved && ctx.vault.get(Table::Orders, &key).await? == before {
                let text = "The quote was changed in another tab a moment ago. Look at it, then confirm again.";
                return Err(Error::new(ErrorCode::Conflict, text));
            }
            kept.revision = Some(stands.as_ref().map_or(0, Kept::revision) + 1);
            batch = batch.expect(Table::Quotes, &link, stood).put(Table::Quotes, &link, kept.to_bytes());
        }
        // The matrix may be moved by another tab once and again; the order does not wait for it a third time.
        let rise = match &kept {
            Some(kept) if tries < 2 => rise_in_matrix(ctx, &kept.quote, MatrixState::Bought).await,
            _ => None,
        };
        if let Some(rise) = &rise {
            batch = rise.join(batch);
        }
        match ctx.vault.commit(batch).await {
            Ok(()) => break rise,
            Err(error) if error.code == ErrorCode::Conflict => {
                if ctx.vault.get(Table::Orders, &key).await? != before {
                    // Another tab confirmed the same quote a moment ago: its order is this order.
                    return order_view(ctx, &key).await;
                }
                // Each conflict is another tab's write that went through.
                tries += 1;
            }
            Err(error) => return Err(error),
        }
    };
    if let Some(kept) = &kept {
        ctx.claims.borrow_mut().quote(&kept.quote);
        ctx.tell(kept.written());
    }
    ctx.claims.borrow_mut().order(&order, ctx.now());
    ctx.tell(Event::Order(Box::new(shown_order(ctx, &order))));
    tell_rise(ctx, rise);
    ctx.order_bell.ring();
    Ok(shown_order(ctx, &order))
}
