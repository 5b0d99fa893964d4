//! Opening the quote of an order that Cin7 refused, so that it can be changed and confirmed again.

use crate::cin7::requests;
use crate::cin7::requests::SaleFilter;
use crate::desk::context::{Context, Environment, Surroundings};
use crate::desk::events::Event;
use crate::desk::orders::confirm::planned;
use crate::desk::orders::custody::end_custody;
use crate::desk::orders::runner::retry_order;
use crate::desk::orders::sale_lookup::sales_found;
use crate::desk::orders::show::shown_order;
use crate::desk::quotes::open::{kept_bundle, open_quote};
use crate::desk::vault::orders::kept_order;
use crate::desk::vault::quotes::Kept;
use crate::error::{Error, ErrorCode, Result};
use crate::order::OrderPlan;
use crate::outbox::Order;
use crate::quote::{QuoteBundle, canonical_link};
use crate::store::{Batch, Store, Table};
use crate::transport::{Failure, Lane, Transport};
use crate::{cin7, json};

/// A quote as it is to be stored, and the bytes that it takes the place of.
pub(crate) struct Rewritten {
    pub(crate) before: Vec<u8>,
    pub(crate) kept: Kept,
}

fn cannot(text: impl Into<String>) -> Error {
    Error::new(ErrorCode::CannotConfirm, text)
}

/// Opens the quote with this link for editing again, whose order Cin7 refused. Cin7 is asked first: it must hold nothing of
/// the order, or nothing but a header without lines. Nothing is sent until the quote is confirmed again; then the same sale is
/// finished. Where Cin7 holds more by now, the order is looked up instead.
///
/// # Errors
/// `cannot-confirm` where the order stands, is on its way, waits for an answer or was entered by hand; `unknown-quote`,
/// `unknown-order`, `conflict`, `storage`, and what asking Cin7 may bring.
pub(crate) async fn mend_quote<E: Environment>(ctx: &Context<E>, link: &str) -> Result<QuoteBundle> {
    let link = canonical_link(link)?.link;
    let Some(before) = ctx.vault.get(Table::Quotes, &link).await? else {
        return Err(Error::new(ErrorCode::UnknownQuote, format!("No quote {link} is kept here.")));
    };
    let mut kept = Kept::from_bytes(&before)?;
    let key = kept.quote.order_key();
    let (stored, mut order) = kept_order(ctx, &key).await?;
    if order.mending.is_some() && !kept.quote.confirmed {
        return open_quote(ctx, &link).await;
    }
    if !order.may_be_mended() {
        return Err(cannot("Only the quote of an order that Cin7 refused can be opened again."));
    }
    if let Some(more) = holds_more(ctx, &order).await? {
        retry_order(ctx, &key).await?;
        return Err(cannot(more));
    }
    // Until it knows of the refusal the proxy takes no other order in its place.
    let told = order.custody.as_ref().is_none_or(|custody| custody.refused == Some(true));
    if !told {
        let heard = end_custody(ctx, &order).await;
        if !heard {
            return Err(Error::new(ErrorCode::Offline, "The server could not be told that this order is changed."));
        }
        order.released(heard, ctx.now(), ctx.around.chance());
    }
    order.open_for_mending(ctx.now());
    (kept.quote.confirmed, kept.quote.begun) = (false, order.begun());
    kept.revision = Some(kept.revision() + 1);
    let batch = Batch::strict()
        .expect(Table::Orders, &key, Some(stored))
        .put(Table::Orders, &key, json::to_bytes(&order))
        .expect(Table::Quotes, &link, Some(before))
        .put(Table::Quotes, &link, kept.to_bytes());
    ctx.vault.commit(batch).await?;
    ctx.claims.borrow_mut().order(&order, ctx.now());
    ctx.claims.borrow_mut().quote(&kept.quote);
    ctx.tell(Event::Order(Box::new(shown_order(ctx, &order))));
    ctx.tell(kept.written());
    kept_bundle(ctx, kept)
}

/// What Cin7 holds of a refused order besides a header of it without lines, in words.
async fn holds_more<E: Environment>(ctx: &Context<E>, order: &Order) -> Result<Option<String>> {
    let key = order.key();
    let rows = sales_found(ctx, SaleFilter::Link(key)).await?;
    let mine = || rows.iter().filter(|row| row.external_id == key);
    let mut standing = mine().filter(|row| !row.state().is_voided());
    let (first, second) = (standing.next(), standing.next());
    Ok(match (first, second, order.sale) {
        (None, _, _) if mine().next().is_some() => Some("The sale of this quote was voided in Cin7.".to_owned()),
        (None, _, None) => None,
        (None, _, Some(_)) => Some("Cin7 does not list the sale of this quote now. Try again later.".to_owned()),
        (Some(_), Some(_), _) => Some("More than one sale bears this quote’s link in Cin7.".to_owned()),
        (Some(row), None, own) if own != Some(row.id) => {
            Some(format!("{} bears this quote’s link in Cin7. It is looked at first.", row.number))
        }
        (Some(row), None, _) => {
            let request = requests::sale(row.id, Lane::Screen);
            let body = ctx.net.send(request).await?.body;
            let sale = cin7::sale::sale(&body).map_err(Failure::from)?;
            let more = sale.has_lines() || sale.state().is_authorised();
            more.then(|| format!("{} has its products in Cin7 by now. It is looked at first.", row.number))
        }
    })
}

/// Freezes what an open quote holds now, where its order is entered by hand instead: that is what was meant. A quote that
/// cannot be ordered leaves the order as it was refused.
pub(crate) async fn freeze_open_quote<E: Environment>(ctx: &Context<E>, order: Order) -> Result<(Order, Option<Rewritten>)> {
    if order.mending.is_none() {
        return Ok((order, None));
    }
    let Some(bytes) = ctx.vault.get(Table::Quotes, &order.plan.quote_id).await? else { return Ok((order, None)) };
    let mut kept = Kept::from_bytes(&bytes)?;
    let planned: Result<(Kept, OrderPlan)> = planned(ctx, kept.quote.clone()).await;
    kept.revision = Some(kept.revision() + 1);
    if let Ok((planned, plan)) = planned {
        let kept = Kept { revision: kept.revision, ..planned };
        return Ok((crate::desk::orders::content::mended(order, plan, ctx.now()), Some(Rewritten { before: bytes, kept })));
    }
    kept.quote.confirmed = true;
    Ok((order, Some(Rewritten { before: bytes, kept })))
}
