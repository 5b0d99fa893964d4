//! Starting, opening and listing quotes.

use crate::desk::context::{Context, Environment};
use crate::desk::quotes::bundle::{quote_bundle, read_claims};
use crate::desk::quotes::cost_visibility::without_costs;
use crate::desk::quotes::line_facts::quotable;
use crate::desk::vault::quotes::{Kept, QuoteSummary};
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::money::Amount;
use crate::quote::{Quote, QuoteBundle, canonical_link};
use crate::records::link::shortened;
use crate::store::{Batch, Store, Table};

/// Starts the quote with this link for a customer, or opens the one that is kept under it.
///
/// # Errors
/// `invalid-input` for a link that is none, `unknown-customer`, `not-ready` before the first sync, `storage`.
pub(crate) async fn create_quote<E: Environment>(ctx: &Context<E>, link: &str, customer: &str) -> Result<QuoteBundle> {
    let link = canonical_link(link)?;
    read_claims(ctx).await?;
    if ctx.vault.get(Table::Quotes, &link.link).await?.is_some() {
        return open_quote(ctx, &link.link).await;
    }
    let company = quotable(ctx, customer)?;
    let quote = {
        let shelves = ctx.shelves.borrow();
        Quote::new(link.link.clone(), &link, &company, shelves.references()?, ctx.now())
    };
    let kept = Kept::after(None, quote, Amount::ZERO, ctx.now());
    let batch = Batch::relaxed().expect(Table::Quotes, &link.link, None).put(Table::Quotes, &link.link, kept.to_bytes());
    match ctx.vault.commit(batch).await {
        // Another tab started it in the meantime; that one stands.
        Err(error) if error.code == ErrorCode::Conflict => open_quote(ctx, &link.link).await,
        Err(error) => Err(error),
        Ok(()) => kept_bundle(ctx, kept),
    }
}

/// Opens the quote that is kept under this link.
///
/// # Errors
/// `unknown-quote`, `unknown-customer`, `not-ready`, `storage`.
pub(crate) async fn open_quote<E: Environment>(ctx: &Context<E>, link: &str) -> Result<QuoteBundle> {
    let link = canonical_link(link)?.link;
    read_claims(ctx).await?;
    match ctx.vault.get(Table::Quotes, &link).await? {
        Some(bytes) => kept_bundle(ctx, Kept::from_bytes(&bytes)?),
        None => Err(not_kept(ctx, &link).await?),
    }
}

/// No quote is kept under this link, though perhaps under the one that earlier versions would have given it.
async fn not_kept<E: Environment>(ctx: &Context<E>, link: &str) -> Result<Error> {
    let mut error = Error::new(ErrorCode::UnknownQuote, format!("No quote {link} is kept here."));
    if let Some(short) = shortened(link)
        && let Some(bytes) = ctx.vault.get(Table::Quotes, short).await?
        && let Ok(Kept { quote, .. }) = Kept::from_bytes(&bytes)
    {
        let text = format!(
            "A quote for {} is kept under {short}: earlier versions kept no more of an address, so it may be this one.",
            quote.customer_name
        );
        error.details.push(Detail::new(short, text));
    }
    Ok(error)
}

/// The quote with this link where it was written again since `revision`; `None` where it was not, or is not kept here.
///
/// # Errors
/// As [`open_quote`].
pub(crate) async fn newer_quote<E: Environment>(ctx: &Context<E>, link: &str, revision: u32) -> Result<Option<QuoteBundle>> {
    let Some(bytes) = ctx.vault.get(Table::Quotes, link).await? else { return Ok(None) };
    let kept = Kept::from_bytes(&bytes)?;
    if kept.revision() == revision { Ok(None) } else { kept_bundle(ctx, kept).map(Some) }
}

/// Every quote kept here, the last changed first.
///
/// # Errors
/// `storage`.
pub(crate) async fn quote_summaries<E: Environment>(ctx: &Context<E>) -> Result<Vec<QuoteSummary>> {
    let mut summaries = Vec::new();
    for (_, bytes) in ctx.vault.list(Table::Quotes, "").await? {
        // One that cannot be read must not hide the others; `storage` tells of it.
        summaries.extend(Kept::from_bytes(&bytes).map(Kept::summary));
    }
    summaries.sort_by_key(|summary| std::cmp::Reverse(summary.changed_at));
    Ok(summaries)
}

/// What is kept of a quote, as the page may have it.
pub(crate) fn kept_bundle<E: Environment>(ctx: &Context<E>, kept: Kept) -> Result<QuoteBundle> {
    let revision = kept.revision();
    without_costs(ctx, QuoteBundle { revision, ..quote_bundle(ctx, kept.quote)? })
}
