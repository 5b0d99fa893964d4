//! The lists of customers and suppliers.

use serde::Serialize;

use crate::catalogue::{CompanyHit, Fit, Rank};
use crate::desk::cache::find::{company, damaged};
use crate::desk::context::{Context, Environment};
use crate::desk::products::search::MOST_HITS;
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::money::Currency;
use crate::quote::CustomerView;
use crate::records::Guid;
use crate::records::company::CompanyKind;
use crate::records::name::{Named, meant};

/// Most rows that one search may ask for.
const MOST_ROWS: usize = 1_000;

/// A row of the list of companies; see `CompanyRow` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyRow {
    /// Cin7's id.
    pub id: Guid,
    /// Which list it came from.
    pub kind: CompanyKind,
    /// The CRM's name for it.
    pub name: String,
    /// City of its main address.
    pub city: String,
    /// Its phone number.
    pub phone: String,
    /// Its currency.
    pub currency: Currency,
    /// Its tier.
    pub price_tier: Option<String>,
    /// Its payment term.
    pub payment_term: Option<String>,
    /// Whether it is on credit hold.
    pub on_hold: bool,
    /// Whether Cin7 has retired it.
    pub deprecated: bool,
    /// Whether Cin7 differs in a field that does not travel.
    pub drifted: bool,
    /// Matched parts of the name.
    pub marks: Vec<(u32, u32)>,
}

/// What a search among companies finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyList {
    /// How many there are to search among, of the kind that was asked for.
    pub total: usize,
    /// The best matches; for an empty text, the first by name.
    pub rows: Vec<CompanyRow>,
}

/// What a search among companies is asked for: JSON of `CompanySearch` in `index.ts`.
fn read_ask(text: &str) -> Result<(Option<CompanyKind>, usize)> {
    let (mut kind, mut limit, mut details) = (None, 50, Vec::new());
    let ask = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
    let Some(given) = ask.as_object() else { return Err(Error::invalid("ask", "The search is not a plain object.")) };
    for (name, value) in given {
        let right = match (name.as_str(), value.as_str(), value.as_u64().and_then(|number| usize::try_from(number).ok())) {
            ("kind", Some("customer"), _) => kind.replace(CompanyKind::Customer).is_none(),
            ("kind", Some("supplier"), _) => kind.replace(CompanyKind::Supplier).is_none(),
            ("kind", ..) => value.is_null(),
            ("limit", _, Some(number)) if (1..=MOST_ROWS).contains(&number) => {
                limit = number;
                true
            }
            _ => false,
        };
        if !right {
            details.push(Detail::new(name.as_str(), format!("{value} is not something a search can be asked for")));
        }
    }
    if details.is_empty() {
        Ok((kind, limit))
    } else {
        Err(Error::with_details(ErrorCode::InvalidInput, "The search cannot be made.", details))
    }
}

/// The best matches among customers and suppliers, retired ones too; for an empty text, the first by name. `ask` is JSON.
///
/// # Errors
/// `invalid-input`; `storage` when the record of a match is damaged.
pub(crate) fn search_companies<E: Environment>(ctx: &Context<E>, text: &str, ask: &str) -> Result<CompanyList> {
    let (kind, limit) = read_ask(ask)?;
    let shelves = ctx.shelves.borrow();
    let hits = shelves.companies.browse(text, kind, limit).map_err(|corrupt| damaged(&corrupt))?;
    let rows = hits.into_iter().map(|CompanyHit { company, name_marks, .. }| CompanyRow {
        id: company.cin7.id,
        kind: company.cin7.kind,
        drifted: company.has_drifted(),
        name: company.own.name,
        city: company.own.main_address.map(|address| address.city).unwrap_or_default(),
        phone: company.own.phone,
        currency: company.cin7.currency,
        price_tier: company.cin7.price_tier,
        payment_term: company.cin7.payment_term,
        on_hold: company.cin7.on_hold,
        deprecated: company.cin7.deprecated,
        marks: name_marks,
    });
    let suppliers = shelves.companies.suppliers();
    let total = match kind {
        None => shelves.companies.len(),
        Some(CompanyKind::Supplier) => suppliers,
        Some(CompanyKind::Customer) => shelves.companies.len() - suppliers,
    };
    Ok(CompanyList { total, rows: rows.collect() })
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

/// The best matches among customers that may be quoted.
///
/// # Errors
/// `storage` when the record of a match is damaged.
pub(crate) fn search_customers<E: Environment>(ctx: &Context<E>, query: &str, limit: usize) -> Result<Vec<CustomerHit>> {
    let hits = ctx.shelves.borrow().companies.search(query, limit.min(MOST_HITS)).map_err(|corrupt| damaged(&corrupt))?;
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
pub(crate) fn customer_view<E: Environment>(ctx: &Context<E>, id: &str) -> Result<CustomerView> {
    Ok(CustomerView::from(&company(ctx, id)?))
}
