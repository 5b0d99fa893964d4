//! Answering searches and look-ups from memory.

use serde::Serialize;

use crate::catalogue::{CompanyHit, Corrupt, Fit, Rank, SearchAsk};
use crate::desk::cache::state::Shelves;
use crate::desk::products::view::ProductState;
use crate::desk::{Desk, Surroundings};
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::money::{Currency, Price, Quantity, Rate};
use crate::pricing::{self, PriceAsk, TierChoice, TierNames};
use crate::quote::{CustomerView, LineKind};
use crate::records::Guid;
use crate::records::name::{Named, meant};
use crate::records::reference::{PriceTier, TIERS, TaxMethod};
use crate::settings::SalesPerson;
use crate::store::Store;
use crate::transport::Transport;

/// Most hits that one search may ask for.
const MOST_HITS: usize = 200;

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

/// A row of the customer picker; see `CustomerHit` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerHit {
    /// The customer.
    pub id: Guid,
    /// The CRM's name for it.
    pub name: String,
    /// How the text names it.
    pub fit: Fit,
    /// Its currency.
    pub currency: Currency,
    /// Its tier.
    pub price_tier: Option<String>,
    /// City of its main address.
    pub city: String,
    /// Whether it is on credit hold.
    pub on_hold: bool,
    /// Matched parts of the name.
    pub marks: Vec<(u32, u32)>,
}

/// A tax rule that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaxRuleView {
    name: String,
    percent: Rate,
    inclusive: bool,
}

/// What screens choose from; see `ReferenceView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferenceView {
    company: String,
    base_currency: Currency,
    quantity_places: u32,
    tax_method: TaxMethod,
    price_tiers: Vec<PriceTier>,
    warehouses: Vec<String>,
    payment_terms: Vec<String>,
    default_payment_term: Option<String>,
    sales_people: Vec<String>,
    people: Vec<SalesPerson>,
    tax_rules: Vec<TaxRuleView>,
    default_tax_rule: Option<String>,
}

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// What screens choose from: only what may be chosen.
    ///
    /// # Errors
    /// `not-ready` before the reference books were read.
    pub fn reference_view(&self) -> Result<ReferenceView> {
        let shelves = self.shelves.borrow();
        let books = shelves.references()?;
        Ok(ReferenceView {
            company: books.account.company.clone(),
            base_currency: books.account.base_currency,
            quantity_places: books.account.quantity_places,
            tax_method: books.account.tax_method,
            price_tiers: books.price_tiers.clone(),
            warehouses: books.locations.iter().filter(|l| !l.deprecated).map(|l| l.name.clone()).collect(),
            payment_terms: books.payment_terms.iter().filter(|t| t.active).map(|t| t.name.clone()).collect(),
            people: self.settings.sales_people.clone(),
            default_payment_term: books.payment_terms.iter().find(|t| t.active && t.default).map(|t| t.name.clone()),
            default_tax_rule: books
                .tax_rule(&books.account.default_tax_rule)
                .one()
                .filter(|rule| rule.active && rule.for_sale)
                .map(|rule| rule.name.clone()),
            sales_people: books.contacts.iter().filter(|c| c.kind.eq_ignore_ascii_case("sale")).map(|c| c.name.clone()).collect(),
            tax_rules: books
                .tax_rules
                .iter()
                .filter(|rule| rule.active && rule.for_sale)
                .map(|rule| TaxRuleView { name: rule.name.clone(), percent: rule.percent, inclusive: rule.inclusive })
                .collect(),
        })
    }

    /// The best matches among products that may be sold, priced.
    ///
    /// # Errors
    /// `unknown-customer`, `not-ready`.
    pub fn search_products(&self, query: &str, ask: &ProductAsk) -> Result<Vec<ProductHit>> {
        let company = ask.customer.map(|id| self.company(&id.to_string())).transpose()?;
        let shelves = self.shelves.borrow();
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
                standard_tier: self.settings.standard_tier,
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

    /// The best matches among customers that may be quoted.
    ///
    /// # Errors
    /// `storage` when the record of a match is damaged.
    pub fn search_customers(&self, query: &str, limit: usize) -> Result<Vec<CustomerHit>> {
        let hits = self.shelves.borrow().companies.search(query, limit.min(MOST_HITS)).map_err(|corrupt| damaged(&corrupt))?;
        let whole = hits.iter().filter(|hit| hit.rank == Rank::Exact).map(|hit| &hit.company).collect();
        let named = meant(whole, |company| company.own.name.trim() == query.trim()).map(|company| company.cin7.id);
        let fit = |id, rank| match (&named, rank) {
            (_, Rank::Typo) => Fit::Alike,
            (Named::One(one), _) if *one == id => Fit::Exact,
            (Named::Several(several), _) if several.contains(&id) => Fit::Several,
            _ => Fit::Part,
        };
        let rows = hits.into_iter().map(|CompanyHit { company, rank, name_marks }| CustomerHit {
            id: company.cin7.id,
            fit: fit(company.cin7.id, rank),
            name: company.own.name,
            currency: company.cin7.currency,
            price_tier: company.cin7.price_tier,
            city: company.own.main_address.map(|address| address.city).unwrap_or_default(),
            on_hold: company.cin7.on_hold,
            marks: name_marks,
        });
        Ok(rows.collect())
    }

    /// One customer.
    ///
    /// # Errors
    /// `unknown-customer`.
    pub fn customer(&self, id: &str) -> Result<CustomerView> {
        Ok(CustomerView::from(&self.company(id)?))
    }
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

/// A record of the cache that passed its checksum and still cannot be read.
pub(crate) fn damaged(corrupt: &Corrupt) -> Error {
    Error::new(ErrorCode::Storage, format!("A record kept here cannot be read: {corrupt}"))
}
