//! What screens choose from.

use serde::Serialize;

use crate::desk::context::{Context, Environment};
use crate::error::Result;
use crate::money::{Currency, Rate};
use crate::records::reference::{PriceTier, TaxMethod};
use crate::settings::SalesPerson;

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

/// What screens choose from: only what may be chosen.
///
/// # Errors
/// `not-ready` before the reference books were read.
pub(crate) fn reference_view<E: Environment>(ctx: &Context<E>) -> Result<ReferenceView> {
    let shelves = ctx.shelves.borrow();
    let books = shelves.references()?;
    Ok(ReferenceView {
        company: books.account.company.clone(),
        base_currency: books.account.base_currency,
        quantity_places: books.account.quantity_places,
        tax_method: books.account.tax_method,
        price_tiers: books.price_tiers.clone(),
        warehouses: books.locations.iter().filter(|l| !l.deprecated).map(|l| l.name.clone()).collect(),
        payment_terms: books.payment_terms.iter().filter(|t| t.active).map(|t| t.name.clone()).collect(),
        people: ctx.settings.sales_people.clone(),
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
