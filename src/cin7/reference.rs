//! `/me` and the reference books, read one by one and put together as the account's [`References`].

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::answer::{NotUnderstood, object};
use super::fields::{Entries, List, Loose, Wrong};
use super::notes::{Notes, some};
use super::page::{Page, page};
use super::product::Defaults;
use crate::money::{Price, QUANTITY_PLACES, Quantity, Rate};
use crate::records::reference::{
    Account, AccountUse, CompanyContact, DiscountRule, DiscountStep, LedgerAccount, Location, PaymentTerm, PriceTier, References,
    TIERS, TaxMethod, TaxRule,
};
use crate::records::{BadRecord, Day, Guid};

/// The account's settings, with what only reading its other records needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The settings.
    pub account: Account,
    /// Unit of weight of products that name none; may be empty.
    pub weight_unit: String,
}

/// The account as Cin7 sends it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Settings {
    company: Loose<String>,
    currency: Loose<String>,
    tax_calculation_method: Loose<String>,
    default_sale_tax_rule_name: Loose<String>,
    maximum_decimal_places_in_quantity: Loose<String>,
    time_zone: Loose<String>,
    lock_date: Loose<Day>,
    automatically_apply_discounts: Loose<bool>,
    discount_rule: Loose<String>,
    default_weight_units: Loose<String>,
}

/// Reads `/me`, and what could not be read of it.
///
/// # Errors
/// [`NotUnderstood`] when the body is not an account's settings, or its base currency cannot be read.
pub fn me(body: &[u8]) -> Result<(Me, Vec<BadRecord>), NotUnderstood> {
    let settings: Settings = object(body)?;
    let mut notes = Notes::default();
    let me = settings.me(&mut notes).map_err(|wrong| NotUnderstood::new(format!("{} {}", wrong.field, wrong.problem)))?;
    let bad = notes.reports("account", me.account.company.clone()).collect();
    Ok((me, bad))
}

impl Settings {
    fn me(self, notes: &mut Notes) -> Result<Me, Wrong> {
        if !self.company.is_sent() && !self.currency.is_sent() {
            return Err(Wrong::new("Company", "is missing: this is not an account"));
        }
        let currency = self.currency.text("Currency")?;
        let account = Account {
            tax_method: tax_method(self.tax_calculation_method, notes),
            company: self.company.text("Company")?,
            base_currency: currency
                .parse()
                .map_err(|_| Wrong::new("Currency", format!("“{currency}” is not a currency code")))?,
            default_tax_rule: notes.take(self.default_sale_tax_rule_name.text("DefaultSaleTaxRuleName")),
            quantity_places: quantity_places(self.maximum_decimal_places_in_quantity, notes),
            time_zone: notes.take(self.time_zone.name("TimeZone")).map(|zone| zone.trim().to_owned()),
            lock_date_unread: self.lock_date.odd_words().map(str::to_owned),
            lock_date: notes.take(self.lock_date.told("LockDate")),
            applies_discounts: notes
                .take(self.automatically_apply_discounts.told("AutomaticallyApplyDiscounts"))
                .unwrap_or(false),
            discounts_the_price: discounts_the_price(self.discount_rule, notes),
        };
        Ok(Me { account, weight_unit: notes.take(self.default_weight_units.trimmed("DefaultWeightUnits")) })
    }
}

fn tax_method(sent: Loose<String>, notes: &mut Notes) -> TaxMethod {
    const NAME: &str = "TaxCalculationMethod";
    let method = notes.take(sent.text(NAME));
    match method.trim() {
        row if row.eq_ignore_ascii_case("Row Total") => TaxMethod::RowTotal,
        "" => TaxMethod::Total,
        total if total.eq_ignore_ascii_case("Total") => TaxMethod::Total,
        other => {
            notes.0.push(Wrong::new(NAME, format!("“{other}” is not a known method; taken as Total")));
            TaxMethod::Total
        }
    }
}

/// Where a discount rule's discount goes: into the line's discount, unless the account says that it goes into the price.
fn discounts_the_price(sent: Loose<String>, notes: &mut Notes) -> bool {
    const NAME: &str = "DiscountRule";
    let word = notes.take(sent.trimmed(NAME));
    let price = word.eq_ignore_ascii_case("Price");
    if !price && !word.is_empty() && !word.eq_ignore_ascii_case("Discount") {
        notes.0.push(Wrong::new(NAME, format!("“{word}” is not a known word; taken as Discount")));
    }
    price
}

/// `N2` is two places. An account that does not say keeps as many as Cin7 takes.
fn quantity_places(sent: Loose<String>, notes: &mut Notes) -> u32 {
    const NAME: &str = "MaximumDecimalPlacesInQuantity";
    let code = notes.take(sent.trimmed(NAME));
    if code.is_empty() {
        return QUANTITY_PLACES;
    }
    let places = code.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).parse::<u32>();
    places.map_or_else(
        |_| {
            notes.0.push(Wrong::new(NAME, format!("“{code}” is not a known code; taken as N{QUANTITY_PLACES}")));
            QUANTITY_PLACES
        },
        |places| places.min(QUANTITY_PLACES),
    )
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct TierRow {
    code: Loose<String>,
    name: Loose<String>,
}

/// Reads `/ref/priceTier`, in order of ordinal.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a list of tiers.
pub fn price_tiers(body: &[u8]) -> Result<Page<PriceTier>, NotUnderstood> {
    let label = |fields: &Entries<'_>| fields.first_of(&["Name", "Code"]);
    let mut page = page(body, ("priceTier", "PriceTiers"), label, |row: TierRow, _| {
        let code = row.code.text("Code")?;
        let ordinal = code.trim().parse().ok().filter(|ordinal: &u8| (1..=TIERS).contains(&usize::from(*ordinal)));
        let ordinal = ordinal.ok_or_else(|| Wrong::new("Code", format!("“{code}” is not a tier from 1 to {TIERS}")))?;
        let name = row.name.name("Name")?.unwrap_or_else(|| format!("Tier {ordinal}"));
        Ok(PriceTier { ordinal, name })
    })?;
    page.records.sort_by_key(|tier| tier.ordinal);
    Ok(page)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct TaxRow {
    name: Loose<String>,
    tax_percent: Loose<Decimal>,
    is_active: Loose<bool>,
    tax_inclusive: Loose<bool>,
    is_tax_for_sale: Loose<bool>,
    components: Loose<List<TaxComponent>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct TaxComponent {
    percent: Loose<Decimal>,
    compound: Loose<bool>,
}

/// Reads a page of `/ref/tax`, inactive and purchase rules included.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of tax rules.
pub fn tax_rules(body: &[u8]) -> Result<Page<TaxRule>, NotUnderstood> {
    page(body, ("taxRule", "TaxRuleList"), named, |row: TaxRow, notes| {
        let sent = row.tax_percent.needed("TaxPercent")?;
        let percent = Rate::rounded(sent).ok_or_else(|| Wrong::new("TaxPercent", format!("“{sent}” is not a percentage")))?;
        let percent = notes.kept("TaxPercent", sent, percent);
        let components = notes.take(row.components.list("Components"));
        if let Some(sum) = sum(components).filter(|sum| *sum != sent) {
            let words = format!("{} is not what its components come to, {}", sent.normalize(), sum.normalize());
            notes.0.push(Wrong::new("TaxPercent", words));
        }
        Ok(TaxRule {
            name: own_name(row.name)?,
            active: row.is_active.told("IsActive")?.unwrap_or(true),
            inclusive: row.tax_inclusive.told("TaxInclusive")?.unwrap_or(false),
            percent,
            for_sale: row.is_tax_for_sale.told("IsTaxForSale")?.unwrap_or(true),
        })
    })
}

/// What the parts of a tax come to, where each is taken of the net alone: how others combine is not documented.
fn sum(parts: Vec<Result<TaxComponent, Wrong>>) -> Option<Decimal> {
    let mut sum = None;
    for part in parts {
        let part = part.ok()?;
        if part.compound.told("Compound").ok()?.unwrap_or(false) {
            return None;
        }
        sum = Some(sum.unwrap_or(Decimal::ZERO).checked_add(part.percent.told("Percent").ok()??)?);
    }
    sum
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct LocationRow {
    #[serde(rename = "ID")]
    id: Loose<Guid>,
    #[serde(rename = "ParentID")]
    parent: Loose<Guid>,
    name: Loose<String>,
    is_default: Loose<bool>,
    is_deprecated: Loose<bool>,
    deprecated: Loose<bool>,
}

/// Reads a page of `/ref/location`, deprecated ones included. Bins, which come as rows of their own, count as rows of the
/// page but are not warehouses.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of locations.
pub fn locations(body: &[u8]) -> Result<Page<Location>, NotUnderstood> {
    let page = page(body, ("location", "LocationList"), named, |row: LocationRow, _| {
        if row.parent.told("ParentID")?.is_some() {
            return Ok(None);
        }
        let deprecated = match row.is_deprecated.told("IsDeprecated")? {
            None => row.deprecated.told("Deprecated")?,
            told => told,
        };
        Ok(Some(Location {
            id: row.id.needed("ID")?,
            name: own_name(row.name)?,
            default: row.is_default.told("IsDefault")?.unwrap_or(false),
            deprecated: deprecated.unwrap_or(false),
        }))
    })?;
    let warehouses = page.records.into_iter().flatten().collect();
    Ok(Page { total: page.total, rows: page.rows, print: page.print, records: warehouses, bad: page.bad })
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct TermRow {
    name: Loose<String>,
    is_active: Loose<bool>,
    is_default: Loose<bool>,
}

/// Reads a page of `/ref/paymentterm`, inactive ones included.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of payment terms.
pub fn payment_terms(body: &[u8]) -> Result<Page<PaymentTerm>, NotUnderstood> {
    page(body, ("paymentTerm", "PaymentTermList"), named, |row: TermRow, _| {
        Ok(PaymentTerm {
            name: own_name(row.name)?,
            active: row.is_active.told("IsActive")?.unwrap_or(true),
            default: row.is_default.told("IsDefault")?.unwrap_or(false),
        })
    })
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct LedgerRow {
    code: Loose<String>,
    name: Loose<String>,
    status: Loose<String>,
    system_account_code: Loose<String>,
    system_account: Loose<String>,
    class: Loose<String>,
    #[serde(rename = "Type")]
    kind: Loose<String>,
    for_payments: Loose<bool>,
}

/// Reads a page of `/ref/account`. An account without a status may be used.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of the account book.
pub fn ledger_accounts(body: &[u8]) -> Result<Page<LedgerAccount>, NotUnderstood> {
    let label = |fields: &Entries<'_>| fields.first_of(&["Code", "Name"]);
    page(body, ("account", "AccountsList"), label, |row: LedgerRow, notes| {
        let code = row.code.name("Code")?.ok_or_else(|| Wrong::missing("Code"))?;
        let mut word = |sent: Loose<String>, name| notes.take(sent.trimmed(name)).to_ascii_uppercase();
        let status = word(row.status, "Status");
        let (system_code, system) =
            (word(row.system_account_code, "SystemAccountCode"), word(row.system_account, "SystemAccount"));
        let (class, kind) = (word(row.class, "Class"), word(row.kind, "Type"));
        // Older texts of Cin7's show the code in the field of the words.
        let receivable = system_code == "DEBTORS" || matches!(system.as_str(), "ACCOUNTS RECEIVABLE" | "DEBTORS");
        let payments = kind == "BANK" || notes.take(row.for_payments.told("ForPayments")).unwrap_or(false);
        let known =
            [(AccountUse::Receivable, receivable), (AccountUse::Revenue, class == "REVENUE"), (AccountUse::Payments, payments)];
        Ok(LedgerAccount {
            code: code.trim().to_owned(),
            name: notes.take(row.name.trimmed("Name")),
            active: matches!(status.as_str(), "ACTIVE" | ""),
            uses: known.into_iter().filter(|(_, is)| *is).map(|(own, _)| own).collect(),
        })
    })
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ContactRow {
    name: Loose<String>,
    #[serde(rename = "Type")]
    kind: Loose<String>,
}

/// Reads a page of `/me/contacts`, of every type.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of company contacts.
pub fn contacts(body: &[u8]) -> Result<Page<CompanyContact>, NotUnderstood> {
    page(body, ("contact", "MeContactsList"), named, |row: ContactRow, _| {
        Ok(CompanyContact { name: own_name(row.name)?, kind: row.kind.trimmed("Type")? })
    })
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct DiscountRow {
    name: Loose<String>,
    is_active: Loose<bool>,
    #[serde(rename = "Type")]
    kind: Loose<String>,
    discount_lines: Loose<List<DiscountLine>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct DiscountLine {
    discount_type: Loose<String>,
    min_value: Loose<Decimal>,
    max_value: Loose<Decimal>,
    order_exceeds: Loose<Decimal>,
    amount: Loose<Decimal>,
}

/// Reads a page of `/reference/discount`, inactive rules included. A step that cannot be read is reported and left out.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of discount rules.
pub fn discount_rules(body: &[u8]) -> Result<Page<DiscountRule>, NotUnderstood> {
    page(body, ("discountRule", "DiscountRules"), named, |row: DiscountRow, notes| {
        let steps = some(row.discount_lines, "DiscountLines", notes, DiscountLine::step);
        Ok(DiscountRule {
            name: own_name(row.name)?,
            active: row.is_active.told("IsActive")?.unwrap_or(true),
            kind: notes.take(row.kind.trimmed("Type")),
            steps,
        })
    })
}

impl DiscountLine {
    fn step(self, notes: &mut Notes) -> Result<DiscountStep, Wrong> {
        let kind = self.discount_type.trimmed("DiscountType")?;
        // An upper end of 0 is one that was not entered.
        let mut quantity = |sent: Loose<Decimal>, name| -> Result<Option<Quantity>, Wrong> {
            let sent = sent.told(name)?.filter(|sent| !sent.is_zero());
            Ok(sent.map(|sent| notes.kept(name, sent, Quantity::rounded(sent))))
        };
        let (from, to) = (quantity(self.min_value, "MinValue")?.unwrap_or_default(), quantity(self.max_value, "MaxValue")?);
        // What holds only above an amount of the whole order cannot be told from a line.
        let of_order = self.order_exceeds.told("OrderExceeds")?.is_some_and(|over| !over.is_zero());
        let amount = self.amount.told("Amount")?.unwrap_or_default();
        let percent = if kind.eq_ignore_ascii_case("DiscountPercent") && !of_order {
            let wrong = || Wrong::new("Amount", format!("“{amount}” is not a discount in per cent"));
            Some(notes.kept("Amount", amount, Rate::rounded(amount).ok_or_else(wrong)?))
        } else {
            None
        };
        let price = Price::rounded(amount).filter(|_| percent.is_none() && !of_order);
        let amount = price.map(|price| notes.kept("Amount", amount, price));
        Ok(DiscountStep { from, to, percent, amount, kind })
    }
}

fn named(fields: &Entries<'_>) -> String {
    fields.first_of(&["Name", "ID", "ContactID"])
}

fn own_name(sent: Loose<String>) -> Result<String, Wrong> {
    sent.name("Name")?.ok_or_else(|| Wrong::missing("Name"))
}

/// The reference books as far as they have been read. Serialisable, so that a run can go on after a reload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Books {
    /// The account.
    pub me: Option<Me>,
    /// The tiers.
    pub price_tiers: Vec<PriceTier>,
    /// The tax rules.
    pub tax_rules: Vec<TaxRule>,
    /// The warehouses.
    pub locations: Vec<Location>,
    /// The payment terms.
    pub payment_terms: Vec<PaymentTerm>,
    /// The company contacts.
    pub contacts: Vec<CompanyContact>,
    /// The discount rules.
    pub discount_rules: Vec<DiscountRule>,
}

impl Books {
    /// What decoding products needs of the account.
    pub fn product_defaults(&self) -> Defaults<'_> {
        Defaults { tiers: &self.price_tiers, weight_unit: self.me.as_ref().map_or("", |me| &me.weight_unit) }
    }

    /// The account with its books; `None` before the account has been read. Tiers that the account did not name get their
    /// usual names, so that there are always ten.
    pub fn references(&self) -> Option<References> {
        let me = self.me.as_ref()?;
        let price_tiers = (1_u8..)
            .take(TIERS)
            .map(|ordinal| {
                let told = self.price_tiers.iter().find(|tier| tier.ordinal == ordinal);
                told.cloned().unwrap_or_else(|| PriceTier { ordinal, name: format!("Tier {ordinal}") })
            })
            .collect();
        Some(References {
            account: me.account.clone(),
            price_tiers,
            tax_rules: unique(&self.tax_rules, |rule| &rule.name),
            locations: unique(&self.locations, |location| &location.name),
            payment_terms: unique(&self.payment_terms, |term| &term.name),
            contacts: self.contacts.clone(),
            discount_rules: unique(&self.discount_rules, |rule| &rule.name),
        })
    }
}

/// The entries without repetitions: a list that shifted between two pages names some of them twice, the later one newer.
fn unique<T: Clone>(entries: &[T], name: fn(&T) -> &String) -> Vec<T> {
    let mut kept: Vec<T> = Vec::with_capacity(entries.len());
    for entry in entries {
        match kept.iter_mut().find(|other| name(other).trim() == name(entry).trim()) {
            Some(earlier) => *earlier = entry.clone(),
            None => kept.push(entry.clone()),
        }
    }
    kept
}
