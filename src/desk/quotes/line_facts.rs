//! What the lines of a quote need to know.

use crate::desk::cache::find::{company, the_product};
use crate::desk::context::{Context, Environment};
use crate::desk::quotes::bundle::{FreshFacts, facts_of, fresh_facts, read_claims};
use crate::desk::quotes::cost_visibility::hide_costs;
use crate::desk::today::today;
use crate::error::{Error, ErrorCode, Result};
use crate::quote::LineFacts;
use crate::records::company::{Company, CompanyKind};

/// What a new line for this customer needs to know of a product, named by SKU or id.
///
/// # Errors
/// `unknown-product`, `unknown-customer`; `not-ready` before their lists were read; `invalid-input` where the SKU could mean several.
pub(crate) fn line_facts<E: Environment>(ctx: &Context<E>, customer: &str, product: &str, link: &str) -> Result<LineFacts> {
    let company = quotable(ctx, customer)?;
    let shelves = ctx.shelves.borrow();
    let found = the_product(ctx, product, shelves.products.named(product), |row| row.sku())?;
    let mut facts = facts_of(ctx, found.product(), &company, &shelves, (link, today(ctx, &shelves)));
    hide_costs(ctx, std::slice::from_mut(&mut facts));
    Ok(facts)
}

/// What the lines of a quote need to know now; products that are no longer known are left out.
///
/// # Errors
/// `unknown-customer`, `not-ready`, `storage`.
pub(crate) async fn quote_facts<E: Environment>(
    ctx: &Context<E>,
    customer: &str,
    products: &[String],
    link: &str,
) -> Result<FreshFacts> {
    read_claims(ctx).await?;
    let mut fresh = fresh_facts(ctx, customer, products, link)?;
    hide_costs(ctx, &mut fresh.facts);
    Ok(fresh)
}

/// A customer that may be quoted.
pub(crate) fn quotable<E: Environment>(ctx: &Context<E>, id: &str) -> Result<Company> {
    let company = company(ctx, id)?;
    if company.cin7.kind != CompanyKind::Customer {
        return Err(Error::new(ErrorCode::UnknownCustomer, format!("{} is a supplier, not a customer.", company.own.name)));
    }
    Ok(company)
}
