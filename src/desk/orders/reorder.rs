//! Ordering again what was voided in Cin7: only when somebody asks, and only after Cin7 said that nothing stands.

use crate::cin7::requests;
use crate::cin7::requests::SaleFilter;
use crate::desk::context::{Context, Environment};
use crate::desk::quotes::open::{kept_bundle, open_quote};
use crate::desk::vault::orders::stored_order;
use crate::desk::vault::quotes::Kept;
use crate::error::{Error, ErrorCode, Result};
use crate::quote::{QuoteBundle, canonical_link};
use crate::store::{Batch, Store, Table};
use crate::transport::{Lane, Transport};
use crate::{cin7, json};

/// Opens a quote for editing again whose order was voided in Cin7. Its next order has a key of its own: the link with a
/// number behind `#`, looked up like any other. The voided order stays in the list. A quote whose order was made elsewhere,
/// and is voided by the last listing, is opened in the same way.
///
/// # Errors
/// `cannot-confirm` when a sale of this quote stands in Cin7, or none was ever there; `unknown-quote`, `storage`, and
/// what asking Cin7 may bring.
pub(crate) async fn order_again<E: Environment>(ctx: &Context<E>, link: &str) -> Result<QuoteBundle> {
    let link = canonical_link(link)?.link;
    let Some(before) = ctx.vault.get(Table::Quotes, &link).await? else {
        return Err(Error::new(ErrorCode::UnknownQuote, format!("No quote {link} is kept here.")));
    };
    let stands = Kept::from_bytes(&before)?;
    let mut quote = stands.quote.clone();
    let key = quote.order_key();
    let former = stored_order(ctx, &key).await?;
    if let Some((_, order)) = &former
        && let Some(entry) = &order.by_hand
    {
        let text = format!("It was entered by hand as {}. Take that back first.", entry.number);
        return Err(Error::new(ErrorCode::CannotConfirm, text));
    }
    let made_elsewhere =
        || ctx.shelves.borrow().standing(quote.customer, &link).iter().any(|sale| sale.key == key && sale.voided);
    if !quote.confirmed && !made_elsewhere() {
        return open_quote(ctx, &link).await;
    }
    let request = requests::sales(SaleFilter::Link(&key), Lane::Order);
    let body = ctx.net.send(request).await.map_err(Error::from)?.body;
    let page = cin7::sale::list(&body).map_err(|error| Error::from(error.into_failure(false)))?;
    let cannot = |text: String| Err(Error::new(ErrorCode::CannotConfirm, text));
    if !page.bad.is_empty() || page.total.is_some_and(|total| total > u64::try_from(page.rows).unwrap_or(0)) {
        return cannot("Cin7’s list of this quote’s sales cannot be read whole. Look there first.".into());
    }
    let mine: Vec<_> = page.records.iter().filter(|row| row.external_id == key).collect();
    if let Some(standing) = mine.iter().find(|row| !row.state().is_voided()) {
        return cannot(format!("{} of this quote stands in Cin7. Void it there first.", standing.number));
    }
    if mine.is_empty() {
        return cannot("Cin7 has no sale of this quote. Try its order again instead.".into());
    }
    quote.attempt = Some(quote.attempt.unwrap_or(1) + 1);
    (quote.confirmed, quote.begun) = (false, None);
    let kept = Kept::after(Some(&stands), quote, stands.gross, ctx.now());
    let mut batch = Batch::strict().expect(Table::Quotes, &link, Some(before)).put(Table::Quotes, &link, kept.to_bytes());
    // One that was open for changes is open no more: what has become of it is looked up.
    if let Some((before, mut order)) = former.filter(|(_, order)| order.mending.is_some()) {
        order.mending = None;
        order.retry();
        batch = batch.expect(Table::Orders, &key, Some(before)).put(Table::Orders, &key, json::to_bytes(&order));
    }
    match ctx.vault.commit(batch).await {
        // Another tab opened it again a moment ago.
        Err(error) if error.code == ErrorCode::Conflict => open_quote(ctx, &link).await,
        Err(error) => Err(error),
        Ok(()) => {
            ctx.order_bell.ring();
            ctx.tell(kept.written());
            kept_bundle(ctx, kept)
        }
    }
}
