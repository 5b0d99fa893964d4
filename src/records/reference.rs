//! The account's own settings and its reference books, read whole about once an hour.

use crate::records::Day;
use serde::{Deserialize, Serialize};

use super::Guid;
use super::name::{Named, named};
use crate::money::{Currency, Price, Quantity, Rate};

/// How many price tiers every account has.
pub const TIERS: usize = 10;

/// How the account works out tax. Kept as the account states it; an unknown word is read as [`TaxMethod::Total`] and reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TaxMethod {
    /// Tax is rounded once per tax rule, on the document (`Total`).
    Total,
    /// Tax is rounded on each line and the lines are summed (`Row Total`).
    RowTotal,
}

/// The account: `/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The company's name.
    pub company: String,
    /// The base currency, in which costs are kept.
    pub base_currency: Currency,
    /// How tax is rounded.
    pub tax_method: TaxMethod,
    /// Name of the tax rule that applies when neither product nor customer names one.
    pub default_tax_rule: String,
    /// Decimal places that quantities keep (`N2` is 2).
    pub quantity_places: u32,
    /// Name of its time zone, as it stands there: `Europe/London`.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// No document dated on or before this day can be made.
    pub lock_date: Option<Day>,
    /// What stands there in place of a lock date that can be read.
    #[serde(default)]
    pub lock_date_unread: Option<String>,
    /// Whether Cin7 may change discounts by itself when an order is authorised.
    pub applies_discounts: bool,
    /// Whether what a discount rule takes off comes off the price (`DiscountRule` is `Price`), and not as the line's discount.
    pub discounts_the_price: bool,
}

/// A sale tax rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaxRule {
    /// The name, by which documents refer to it.
    pub name: String,
    /// Total percentage.
    pub percent: Rate,
    /// Whether prices under this rule contain the tax.
    pub inclusive: bool,
    /// Whether it may still be used.
    pub active: bool,
    /// Whether it is meant for sales.
    pub for_sale: bool,
}

impl TaxRule {
    /// Whether prices under this rule contain the tax; `None` at 0 %, where both say the same.
    pub fn tax_in_price(&self) -> Option<bool> {
        (!self.percent.is_zero()).then_some(self.inclusive)
    }
}

/// The name of one of the ten price tiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceTier {
    /// 1 to 10; what joins products, customers and quotes. Names may change, ordinals do not.
    pub ordinal: u8,
    /// The account's name for it.
    pub name: String,
}

/// A warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// Cin7's id.
    pub id: Guid,
    /// The name, by which stock and sales refer to it.
    pub name: String,
    /// Whether it is the account's default.
    pub default: bool,
    /// Whether it is no longer in use; its stock may still stand.
    pub deprecated: bool,
}

/// A payment term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentTerm {
    /// The name, by which customers and sales refer to it.
    pub name: String,
    /// Whether it may still be used; Cin7 refuses inactive ones.
    pub active: bool,
    /// Whether it is the account's default.
    pub default: bool,
}

/// A company contact. Those of type `Sale` are the sales representatives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyContact {
    /// The exact name, by which sales refer to it.
    pub name: String,
    /// The contact's type, in Cin7's word: `Sale`, `Employee`, `Billing`, ….
    pub kind: String,
}

/// What an account of the account book can be used for here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AccountUse {
    /// Customers' debts are kept on it.
    Receivable,
    /// Sales are booked to it.
    Revenue,
    /// Money that comes in can be booked to it.
    Payments,
}

/// An account of the account book, and what it can be used for here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LedgerAccount {
    /// The code, by which settings refer to it.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether it may still be used.
    pub active: bool,
    /// What it is for.
    pub uses: Vec<AccountUse>,
}

/// One step of a discount rule: what holds from a quantity on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscountStep {
    /// The least quantity.
    pub from: Quantity,
    /// The largest quantity, itself included; `None` is open.
    pub to: Option<Quantity>,
    /// The discount, where it is a percentage of the line; `None` for every other kind.
    pub percent: Option<Rate>,
    /// The number of every other kind that can be said of one line; `None` for what depends on the whole order.
    pub amount: Option<Price>,
    /// What kind of step it is, in Cin7's word: `DiscountPercent`, `PriceOverride`, ….
    pub kind: String,
}

/// A discount rule. Products refer to theirs by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscountRule {
    /// The name.
    pub name: String,
    /// Whether it may still be used.
    pub active: bool,
    /// Its type, in Cin7's word: `Simple`, `QuantityBased`, `FreeShipping`.
    pub kind: String,
    /// Its steps, in Cin7's order.
    pub steps: Vec<DiscountStep>,
}

impl DiscountRule {
    /// The step that holds for a quantity: of those it falls into, the one that begins last.
    pub fn step(&self, quantity: Quantity) -> Option<&DiscountStep> {
        let holds = |step: &&DiscountStep| step.from <= quantity && step.to.is_none_or(|to| quantity <= to);
        self.steps.iter().filter(holds).max_by_key(|step| step.from)
    }
}

/// The account with its reference books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct References {
    /// The account's settings.
    pub account: Account,
    /// The ten tiers, in order of ordinal.
    pub price_tiers: Vec<PriceTier>,
    /// Every tax rule, inactive ones too, so that a saved quote's rule can be named.
    pub tax_rules: Vec<TaxRule>,
    /// Every warehouse, deprecated ones too; bins are not warehouses.
    pub locations: Vec<Location>,
    /// Every payment term, inactive ones too.
    pub payment_terms: Vec<PaymentTerm>,
    /// Every company contact.
    pub contacts: Vec<CompanyContact>,
    /// Every discount rule, inactive ones too.
    pub discount_rules: Vec<DiscountRule>,
}

/// Tiers that share a name, by what tells them apart: `tier 2 or tier 5`.
pub fn ordinals(tiers: &[&PriceTier]) -> String {
    tiers.iter().map(|tier| format!("tier {}", tier.ordinal)).collect::<Vec<_>>().join(" or ")
}

impl References {
    /// The tier with this name.
    pub fn tier_named(&self, name: &str) -> Named<&PriceTier> {
        named(name, self.price_tiers.iter(), |tier| &tier.name)
    }

    /// The tier with this ordinal.
    pub fn tier(&self, ordinal: u8) -> Option<&PriceTier> {
        self.price_tiers.iter().find(|tier| tier.ordinal == ordinal)
    }

    /// The tax rule with this name.
    pub fn tax_rule(&self, name: &str) -> Named<&TaxRule> {
        named(name, self.tax_rules.iter(), |rule| &rule.name)
    }

    /// The rule of the same rate whose prices contain the tax where those of `rule` do not, or the other way round.
    pub fn counterpart(&self, rule: &TaxRule) -> Option<&TaxRule> {
        let usable = self.tax_rules.iter().filter(|other| other.active && other.for_sale);
        usable.into_iter().find(|other| other.percent == rule.percent && other.inclusive != rule.inclusive)
    }

    /// The warehouse with this name.
    pub fn location(&self, name: &str) -> Named<&Location> {
        named(name, self.locations.iter(), |location| &location.name)
    }

    /// The payment term with this name.
    pub fn payment_term(&self, name: &str) -> Named<&PaymentTerm> {
        named(name, self.payment_terms.iter(), |term| &term.name)
    }

    /// The discount rule with this name.
    pub fn discount_rule(&self, name: &str) -> Named<&DiscountRule> {
        named(name, self.discount_rules.iter(), |rule| &rule.name)
    }
}
