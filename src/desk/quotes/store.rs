//! Writing quotes down, and forgetting them.

use crate::desk::context::{Context, Environment};
use crate::desk::quotes::cost_visibility::{judged, with_costs};
use crate::desk::quotes::open::kept_bundle;
use crate::desk::vault::category_matrix::{rise_in_matrix, tell_rise};
use crate::desk::vault::orders::stored_order;
use crate::desk::vault::quotes::{Kept, read_document};
use crate::error::{Error, ErrorCode, Result};
use crate::quote::{SaveAnswer, canonical_link};
use crate::records::matrix::MatrixState;
use crate::store::{Batch, Store, Table};

/// Writes a quote down, given as its document; `gross` is what it comes to, for the list of quotes. What its lines are of
/// becomes an opportunity with the customer. `base` is the revision that the document began from: where another stands,
/// nothing is written and that one is handed back. Without it, whatever stands is written over.
///
/// # Errors
/// `invalid-input` for a text that is no quote, `already-confirmed`, `storage`, `storage-full`.
pub(crate) async fn save_quote<E: Environment>(
    ctx: &Context<E>,
    document: &str,
    gross: &str,
    base: Option<u32>,
) -> Result<SaveAnswer> {
    let quote = with_costs(ctx, read_document(document)?).await?;
    let gross = gross.parse().map_err(|error: crate::money::NumberError| Error::invalid("gross", error.to_string()))?;
    let key = quote.link.clone();
    loop {
        let before = ctx.vault.get(Table::Quotes, &key).await?;
        let stands = before.as_deref().and_then(|bytes| Kept::from_bytes(bytes).ok());
        if let Some(stands) = &stands {
            if stands.quote.confirmed {
                let text = "This quote has become an order and cannot be changed.";
                return Err(Error::new(ErrorCode::AlreadyConfirmed, text));
            }
            if base.is_some_and(|base| base != stands.revision()) {
                // A save that was made twice meets what it wrote itself.
                if stands.quote == quote {
                    let judged = judged(ctx, &quote).unwrap_or_default();
                    return Ok(SaveAnswer::Saved { revision: stands.revision(), judged });
                }
                return kept_bundle(ctx, stands.clone()).map(|bundle| SaveAnswer::Moved(Box::new(bundle)));
            }
        }
        let kept = Kept::after(stands.as_ref(), quote.clone(), gross, ctx.now());
        // On condition that it is still the quote that was looked at: a tab that writes or confirms it right now must win.
        let mut batch = Batch::relaxed().expect(Table::Quotes, &key, before).put(Table::Quotes, &key, kept.to_bytes());
        let rise = rise_in_matrix(ctx, &kept.quote, MatrixState::Opportunity).await;
        if let Some(rise) = &rise {
            batch = rise.join(batch);
        }
        match ctx.vault.commit(batch).await {
            Err(error) if error.code == ErrorCode::Conflict => {}
            other => {
                ctx.claims.borrow_mut().quote(&kept.quote);
                other?;
                tell_rise(ctx, rise);
                ctx.tell(kept.written());
                // It is written down whatever can be said of its margins.
                let judged = judged(ctx, &kept.quote).unwrap_or_default();
                return Ok(SaveAnswer::Saved { revision: kept.revision(), judged });
            }
        }
    }
}

/// Another tab wrote this quote.
pub(crate) async fn quote_hinted<E: Environment>(ctx: &Context<E>, link: &str) -> Result<()> {
    let Some(bytes) = ctx.vault.get(Table::Quotes, link).await? else { return Ok(()) };
    let kept = Kept::from_bytes(&bytes)?;
    ctx.claims.borrow_mut().quote(&kept.quote);
    ctx.tell_this_tab(kept.written());
    Ok(())
}

/// Forgets a quote.
///
/// # Errors
/// `already-confirmed` when it has become an order, `storage`.
pub(crate) async fn remove_quote<E: Environment>(ctx: &Context<E>, link: &str) -> Result<()> {
    let link = canonical_link(link)?.link;
    let Some(before) = ctx.vault.get(Table::Quotes, &link).await? else { return Ok(()) };
    let ordered = match Kept::from_bytes(&before) {
        // Also while it is open for changes.
        Ok(Kept { quote, .. }) => quote.confirmed || stored_order(ctx, &quote.order_key()).await?.is_some(),
        Err(_) => false,
    };
    if ordered {
        return Err(Error::new(ErrorCode::AlreadyConfirmed, "This quote has become an order and stays."));
    }
    ctx.claims.borrow_mut().forget_quote(&link);
    ctx.vault.commit(Batch::relaxed().expect(Table::Quotes, &link, Some(before)).delete(Table::Quotes, &link)).await
}
