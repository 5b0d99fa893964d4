//! A quote with all that its lines need to know.

use serde::Serialize;

use crate::desk::cache::find::company;
use crate::desk::cache::state::Shelves;
use crate::desk::context::{Context, Environment};
use crate::desk::products::pictures::order_pictures;
use crate::desk::quotes::reservations::Claims;
use crate::desk::sales::transactions::exposure;
use crate::desk::today::{today, unknown_zone};
use crate::desk::vault::quotes::Kept;
use crate::error::Result;
use crate::outbox::Order;
use crate::quote::{CreditUse, LineFacts, LiveQuote, Quote, QuoteBundle, QuoteContext};
use crate::records::Day;
use crate::records::company::Company;
use crate::records::link::shortened;
use crate::records::product::Product;
use crate::records::purchase::arriving;
use crate::settings::DescriptionField;
use crate::store::{Store, Table};

/// What an open quote takes over after a sync: its context and its lines' facts.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FreshFacts {
    /// The account, the customer and the settings.
    pub context: QuoteContext,
    /// One for every product that is known.
    pub facts: Vec<LineFacts>,
}

pub(crate) fn fresh_facts<E: Environment>(
    ctx: &Context<E>,
    customer: &str,
    products: &[String],
    link: &str,
) -> Result<FreshFacts> {
    let company = company(ctx, customer)?;
    let shelves = ctx.shelves.borrow();
    let today = today(ctx, &shelves);
    let facts = products
        .iter()
        .filter_map(|id| shelves.products.get(id.parse().ok()?))
        .map(|product| facts_of(ctx, product, &company, &shelves, (link, today)))
        .collect();
    Ok(FreshFacts { context: quote_context(ctx, company, &shelves, link)?, facts })
}

/// A quote with its context and facts, alive.
pub(crate) fn live_quote<E: Environment>(ctx: &Context<E>, quote: Quote) -> Result<LiveQuote> {
    LiveQuote::open(quote_bundle(ctx, quote)?)
}

pub(crate) fn quote_bundle<E: Environment>(ctx: &Context<E>, quote: Quote) -> Result<QuoteBundle> {
    let products: Vec<String> = quote.lines.iter().map(|line| line.product.to_string()).collect();
    let FreshFacts { context, facts } = fresh_facts(ctx, &quote.customer.to_string(), &products, &quote.link)?;
    Ok(QuoteBundle { quote, context, facts, judged: None, revision: 0 })
}

fn quote_context<E: Environment>(ctx: &Context<E>, company: Company, shelves: &Shelves, link: &str) -> Result<QuoteContext> {
    let references = shelves.references()?.clone();
    let (today, unknown_zone) = (today(ctx, shelves), unknown_zone(ctx, shelves));
    let customer = company.cin7.id;
    let exposure = exposure(ctx, customer);
    let claims = ctx.claims.borrow();
    let credit = CreditUse {
        sales: exposure.amount,
        waiting: claims.owed_by(customer, link, exposure.as_of),
        as_of: exposure.as_of,
        complete: exposure.complete,
    };
    let mut open_references = claims.references(customer, link);
    for (reference, number) in shelves.open_references(customer, link) {
        if !open_references.iter().any(|(_, known)| *known == number) {
            open_references.push((reference, number));
        }
    }
    let receipt_references = claims.receipts(link);
    let standing = shelves.standing(customer, link);
    let mut ordered_before = Vec::new();
    if let Some(short) = shortened(link) {
        ordered_before = shelves.ordered_under(customer, short);
        let own = claims.ordered_under(customer, short).into_iter().filter(|name| !ordered_before.contains(name));
        ordered_before.extend(own.collect::<Vec<_>>());
    }
    let mut ordered_alike = shelves.ordered_alike(customer, link);
    let own = claims.ordered_alike(customer, link).into_iter().filter(|own| !ordered_alike.contains(own));
    ordered_alike.extend(own.collect::<Vec<_>>());
    let (settings, credit) = (ctx.settings.clone(), Some(credit));
    Ok(QuoteContext {
        references,
        company,
        settings,
        today,
        unknown_zone,
        credit,
        open_references,
        receipt_references,
        standing,
        ordered_before,
        ordered_alike,
    })
}

/// What a line needs to know of a product. Of its descriptions only what may stand on a line leaves the worker.
pub(crate) fn facts_of<E: Environment>(
    ctx: &Context<E>,
    mut product: Product,
    company: &Company,
    shelves: &Shelves,
    (link, today): (&str, Day),
) -> LineFacts {
    if ctx.settings.long_description != DescriptionField::ExtendedDescription {
        product.long_description.clear();
    }
    if ctx.settings.short_description != DescriptionField::ExtendedDescription {
        product.short_description.clear();
    }
    order_pictures(ctx, &mut product);
    let customer_price = company.cin7.prices.iter().find(|price| price.product == product.id).map(|price| price.price);
    let mut stock = shelves.stock_of(product.id);
    if ctx.settings.standard_stock {
        stock.claims = ctx.claims.borrow().of(product.id, link, today, stock.as_of);
    }
    let arriving = if ctx.settings.standard_stock { arriving(&shelves.purchases, product.id, today) } else { Vec::new() };
    LineFacts { product, customer_price, stock, arriving }
}

/// Reads the index anew: other tabs may have written.
///
/// # Errors
/// `storage`.
pub(crate) async fn read_claims<E: Environment>(ctx: &Context<E>) -> Result<()> {
    let (quotes, orders) = (ctx.vault.list(Table::Quotes, "").await?, ctx.vault.list(Table::Orders, "").await?);
    let mut claims = Claims::default();
    for (_, bytes) in quotes {
        // One that cannot be read is reported by the list of quotes.
        if let Ok(kept) = Kept::from_bytes(&bytes) {
            claims.quote(&kept.quote);
        }
    }
    for (_, bytes) in orders {
        if let Ok(order) = serde_json::from_slice::<Order>(&bytes) {
            let moved = order.log.last().map_or(order.confirmed_at, |entry| entry.at);
            claims.order(&order, moved);
        }
    }
    ctx.claims.replace(claims);
    Ok(())
}
