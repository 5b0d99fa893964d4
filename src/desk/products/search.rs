//! Finding products from memory.

use serde::Serialize;

use crate::catalogue::{Fit, SearchAsk};
use crate::desk::cache::find::company;
use crate::desk::cache::state::Shelves;
use crate::desk::context::{Context, Environment};
use crate::desk::products::view::ProductState;
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::money::{Price, Quantity};
use crate::pricing;
use crate::pricing::{PriceAsk, TierChoice, TierNames};
use crate::quote::LineKind;
use crate::records::Guid;
use crate::records::reference::TIERS;

/// Most hits that one search may ask for.
pub(crate) const MOST_HITS: usize = 200;

/// For whom a search prices its hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductAsk {
    /// How many at most.
    pub limit: usize,
    /// Prices for this customer.
    pub customer: Option<Guid>,
    /// Prices on this tier, by ordinal, rather than on the customer's own.
    pub price_tier: Option<u8>,
    /// Whose stock is "here".
    pub warehouse: Option<String>,
    /// Only products with these tags, whole, in any letter case.
    pub tags: Vec<String>,
    /// Only products of this category.
    pub category: Option<String>,
    /// Products that may not be sold too, and records under SKUs that were given up; without text, everything by SKU.
    pub everything: bool,
    /// The product whose SKU or barcode the text is first, also where it cannot be quoted.
    pub named: bool,
}

impl Default for ProductAsk {
    fn default() -> Self {
        Self {
            limit: 20,
            customer: None,
            price_tier: None,
            warehouse: None,
            tags: Vec::new(),
            category: None,
            everything: false,
            named: false,
        }
    }
}

impl ProductAsk {
    /// Reads an ask from JSON text: `ProductSearch` in `index.ts`.
    ///
    /// # Errors
    /// `invalid-input` with everything that is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        use serde_json::Value;
        let Ok(Value::Object(given)) = serde_json::from_str(text) else {
            return Err(Error::invalid("ask", "The search is not a plain object."));
        };
        let mut ask = Self::default();
        let mut details = Vec::new();
        let most = u64::try_from(MOST_HITS).unwrap_or(u64::MAX);
        for (name, value) in given {
            let right = match (name.as_str(), &value) {
                ("limit", Value::Number(number)) => match number.as_u64().filter(|limit| (1..=most).contains(limit)) {
                    Some(limit) => {
                        ask.limit = usize::try_from(limit).unwrap_or(MOST_HITS);
                        true
                    }
                    None => false,
                },
                ("customerId", Value::String(id)) => {
                    ask.customer = id.parse().ok();
                    ask.customer.is_some()
                }
                ("priceTier", Value::Number(ordinal)) => {
                    ask.price_tier =
                        ordinal.as_u64().and_then(|o| u8::try_from(o).ok()).filter(|o| (1..=TIERS).contains(&usize::from(*o)));
                    ask.price_tier.is_some()
                }
                ("warehouse", Value::String(name)) => {
                    ask.warehouse = Some(name.clone());
                    true
                }
                ("tag", Value::String(tag)) => {
                    ask.tags = vec![tag.clone()];
                    true
                }
                ("category", Value::String(name)) => {
                    ask.category = Some(name.clone());
                    true
                }
                ("everything", Value::Bool(everything)) => {
                    ask.everything = *everything;
                    true
                }
                ("named", Value::Bool(named)) => {
                    ask.named = *named;
                    true
                }
                ("customerId" | "priceTier" | "warehouse" | "tag" | "category", Value::Null) => true,
                _ => false,
            };
            if !right {
                details.push(Detail::new(name, format!("{value} is not something a search can be asked for")));
            }
        }
        if details.is_empty() {
            Ok(ask)
        } else {
            Err(Error::with_details(ErrorCode::InvalidInput, "The search cannot be made.", details))
        }
    }
}

/// A row of the product search; see `ProductHit` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductHit {
    /// The product.
    pub id: Guid,
    /// Its SKU.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: String,
    /// How the text names it.
    pub fit: Fit,
    /// Whether it can be quoted.
    pub state: ProductState,
    /// The SKU that the product has now, when this is the record under one that was given up.
    pub renamed_to: Option<String>,
    /// What kind of thing it is.
    pub kind: LineKind,
    /// Address of its picture.
    pub image: Option<String>,
    /// Its price for whom it was asked.
    pub price: Option<Price>,
    /// Why.
    pub price_reason: String,
    /// Available at the quote's warehouse.
    pub available_here: Option<Quantity>,
    /// Available elsewhere.
    pub available_elsewhere: Option<Quantity>,
    /// Matched parts of the SKU.
    pub sku_marks: Vec<(u32, u32)>,
    /// Matched parts of the name.
    pub name_marks: Vec<(u32, u32)>,
}

/// The best matches among products that may be sold, priced.
///
/// # Errors
/// `unknown-customer`, `not-ready`.
pub(crate) fn search_products<E: Environment>(ctx: &Context<E>, query: &str, ask: &ProductAsk) -> Result<Vec<ProductHit>> {
    let company = ask.customer.map(|id| company(ctx, &id.to_string())).transpose()?;
    let shelves = ctx.shelves.borrow();
    let books = shelves.references()?;
    let tier_name = company.as_ref().and_then(|company| company.cin7.price_tier.as_deref());
    let names = TierNames::new(books, tier_name.unwrap_or_default());
    let customer_tier = pricing::customer_tier(books, tier_name);
    let own_prices = company.as_ref().map_or(&[][..], |company| &company.cin7.prices);
    let asked = SearchAsk {
        text: query,
        limit: ask.limit,
        everything: ask.everything,
        tags: &ask.tags,
        category: ask.category.as_deref(),
        named: ask.named,
    };
    let hits = shelves.products.search(asked);
    let rows = hits.into_iter().map(|hit| {
        let product = hit.product;
        let id = product.id();
        let priced = pricing::price(&PriceAsk {
            typed: None,
            customer: own_prices.iter().find(|own| own.product == id).map(|own| own.price),
            quote_tier: ask.price_tier.map_or(TierChoice::None, TierChoice::Tier),
            customer_tier,
            standard_tier: ctx.settings.standard_tier,
            tiers: &product.tiers(),
        });
        let kind = LineKind::from(&product.kind());
        let (available_here, available_elsewhere) = match hit.renamed_to {
            // A record that no longer changes has no stock of its own.
            Some(_) => (None, None),
            None => available(id, kind, ask.warehouse.as_deref(), &shelves),
        };
        let state = match hit.renamed_to {
            Some(_) => ProductState::Renamed,
            None => ProductState::of(product.sellable(), product.status()),
        };
        let edited = shelves.edited_products.get(&id);
        ProductHit {
            id,
            sku: product.sku().to_owned(),
            name: edited.map_or_else(|| product.name().to_owned(), Clone::clone),
            category: product.category().to_owned(),
            fit: hit.fit,
            state,
            renamed_to: hit.renamed_to.map(|now| now.sku().to_owned()),
            kind,
            image: product.image().map(str::to_owned),
            price: priced.price(),
            price_reason: priced.reason(names).into_owned(),
            available_here,
            available_elsewhere,
            sku_marks: hit.sku_marks,
            // What matched is Cin7's text.
            name_marks: if edited.is_some() { Vec::new() } else { hit.name_marks },
        }
    });
    Ok(rows.collect())
}

/// What is available of a counted product at a warehouse, and at all others together.
fn available(id: Guid, kind: LineKind, warehouse: Option<&str>, shelves: &Shelves) -> (Option<Quantity>, Option<Quantity>) {
    if kind != LineKind::Stock {
        return (None, None);
    }
    let stock = shelves.stock_of(id);
    let here = warehouse.map_or(Quantity::ZERO, |warehouse| stock.at(warehouse).available);
    (Some(here), Some(stock.total_available() - here))
}
