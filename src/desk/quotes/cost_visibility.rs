//! What things cost, for users who may not see it: costs stay with the desk and never reach the page.
//!
//! The page is given its quotes without a cost, in lines and facts alike, and is told of each line how its margin compares
//! with the least that is asked for. What it writes down is given its lines' costs again, each as it was when the line was
//! made. Who may see cost works the same out on the page.

use crate::desk::context::{Context, Environment};
use crate::desk::quotes::bundle::live_quote;
use crate::desk::vault::quotes::Kept;
use crate::error::Result;
use crate::quote::{LineFacts, LineJudged, Quote, QuoteBundle};
use crate::store::{Store, Table};

/// A bundle as the page may have it.
pub(crate) fn without_costs<E: Environment>(ctx: &Context<E>, mut bundle: QuoteBundle) -> Result<QuoteBundle> {
    if ctx.settings.show_cost {
        return Ok(bundle);
    }
    bundle.judged = Some(judged(ctx, &bundle.quote)?);
    for line in &mut bundle.quote.lines {
        line.cost = None;
    }
    hide_costs(ctx, &mut bundle.facts);
    Ok(bundle)
}

/// Facts as the page may have them.
pub(crate) fn hide_costs<E: Environment>(ctx: &Context<E>, facts: &mut [LineFacts]) {
    if !ctx.settings.show_cost {
        for facts in facts {
            facts.product.average_cost = None;
        }
    }
}

/// How the margins of a quote's lines compare with the least that is asked for, where the page cannot tell.
///
/// # Errors
/// As opening the quote.
pub(crate) fn judged<E: Environment>(ctx: &Context<E>, quote: &Quote) -> Result<Vec<LineJudged>> {
    if ctx.settings.show_cost || ctx.settings.minimum_margin.is_none() {
        return Ok(Vec::new());
    }
    Ok(live_quote(ctx, quote.clone())?.judged_lines())
}

/// Gives the lines of a quote that the page has written the costs that it was not given: as they were when the line was
/// made, else as they are now.
///
/// # Errors
/// `storage`.
pub(crate) async fn with_costs<E: Environment>(ctx: &Context<E>, mut quote: Quote) -> Result<Quote> {
    if ctx.settings.show_cost {
        return Ok(quote);
    }
    let kept = ctx.vault.get(Table::Quotes, &quote.link).await?;
    let kept = kept.and_then(|bytes| Kept::from_bytes(&bytes).ok()).map(|kept| kept.quote.lines).unwrap_or_default();
    let shelves = ctx.shelves.borrow();
    for line in &mut quote.lines {
        let before = kept.iter().find(|known| known.id == line.id && known.product == line.product);
        let now = || shelves.products.get(line.product).and_then(|product| product.average_cost);
        line.cost = before.and_then(|known| known.cost).or_else(now);
    }
    Ok(quote)
}
