//! `/me` and the reference books, read one by one and put together as the account's [`References`].

use crate::json::Raw;
use rust_decimal::Decimal;
#[cfg(test)]
use serde::{Deserialize, Serialize};

use super::fields::{Fields, Wrong, words};
use super::product::Defaults;
use super::{NotUnderstood, Notes, Page, first_of, object};
use crate::json;
use crate::money::{Price, QUANTITY_PLACES, Quantity, Rate};
use crate::records::BadRecord;
use crate::records::reference::{
    Account, AccountUse, CompanyContact, DiscountRule, DiscountStep, LedgerAccount, Location, PaymentTerm, PriceTier, References,
    TIERS, TaxMethod, TaxRule,
};

/// The account's settings, with what only reading its other records needs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize, Deserialize), serde(rename_all = "camelCase"))]
pub struct Me {
    /// The settings.
    pub account: Account,
    /// Unit of weight of products that name none; may be empty.
    pub weight_unit: String,
}

json::record!(Me { account, weight_unit });

/// Reads `/me`, and what could not be read of it.
///
/// # Errors
/// [`NotUnderstood`] when the body is not an account's settings, or its base currency cannot be read.
pub fn me(body: &[u8]) -> Result<(Me, Vec<BadRecord>), NotUnderstood> {
    let fields = object(body)?;
    let mut notes = Notes::default();
    let account =
        account(&fields, &mut notes).map_err(|wrong| NotUnderstood::new(format!("{} {}", wrong.field, wrong.problem)))?;
    let weight_unit = notes.take(fields.text("DefaultWeightUnits")).trim().to_owned();
    let report = |wrong: Wrong| BadRecord {
        list: "account".to_owned(),
        record: account.company.clone(),
        field: wrong.field,
        problem: wrong.problem,
    };
    let bad = notes.0.drain(..).map(report).collect();
    Ok((Me { account, weight_unit }, bad))
}

const LOCK_DATE: &str = "LockDate";

fn account(fields: &Fields<'_>, notes: &mut Notes) -> Result<Account, Wrong> {
    if fields.raw("Company").is_none() && fields.raw("Currency").is_none() {
        return Err(Wrong::new("Company", "is missing: this is not an account"));
    }
    let currency = fields.text("Currency")?;
    let method = notes.take(fields.text("TaxCalculationMethod"));
    let tax_method = match method.trim() {
        row if row.eq_ignore_ascii_case("Row Total") => TaxMethod::RowTotal,
        "" => TaxMethod::Total,
        total if total.eq_ignore_ascii_case("Total") => TaxMethod::Total,
        other => {
            notes.0.push(Wrong::new("TaxCalculationMethod", format!("“{other}” is not a known method; taken as Total")));
            TaxMethod::Total
        }
    };
    Ok(Account {
        company: fields.text("Company")?.into_owned(),
        base_currency: currency.parse().map_err(|_| Wrong::new("Currency", format!("“{currency}” is not a currency code")))?,
        tax_method,
        default_tax_rule: notes.take(fields.text("DefaultSaleTaxRuleName")).into_owned(),
        quantity_places: quantity_places(fields, notes),
        time_zone: notes.take(fields.name("TimeZone")).map(|zone| zone.trim().to_owned()),
        lock_date_unread: fields.day(LOCK_DATE).is_err().then(|| fields.raw(LOCK_DATE).map(words).unwrap_or_default()),
        lock_date: notes.take(fields.day(LOCK_DATE)),
        applies_discounts: notes.take(fields.flag("AutomaticallyApplyDiscounts")).unwrap_or(false),
        discounts_the_price: discounts_the_price(fields, notes),
    })
}

/// Where a discount rule's discount goes: into the line's discount, unless the account says that it goes into the price.
fn discounts_the_price(fields: &Fields<'_>, notes: &mut Notes) -> bool {
    const NAME: &str = "DiscountRule";
    let word = notes.take(fields.text(NAME));
    let word = word.trim();
    let price = word.eq_ignore_ascii_case("Price");
    if !price && !word.is_empty() && !word.eq_ignore_ascii_case("Discount") {
        notes.0.push(Wrong::new(NAME, format!("“{word}” is not a known word; taken as Discount")));
    }
    price
}

/// `N2` is two places. An account that does not say keeps as many as Cin7 takes.
fn quantity_places(fields: &Fields<'_>, notes: &mut Notes) -> u32 {
    const NAME: &str = "MaximumDecimalPlacesInQuantity";
    let code = notes.take(fields.text(NAME));
    let code = code.trim();
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

/// Reads `/ref/priceTier`, in order of ordinal.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a list of tiers.
pub fn price_tiers(body: &[u8]) -> Result<Page<PriceTier>, NotUnderstood> {
    let label = |fields: &Fields<'_>| first_of(fields, &["Name", "Code"]);
    let mut page = super::page(body, ("priceTier", "PriceTiers"), label, |fields, _| {
        let code = fields.text("Code")?;
        let ordinal = code.trim().parse().ok().filter(|ordinal: &u8| (1..=TIERS).contains(&usize::from(*ordinal)));
        let ordinal = ordinal.ok_or_else(|| Wrong::new("Code", format!("“{code}” is not a tier from 1 to {TIERS}")))?;
        let name = fields.name("Name")?.unwrap_or_else(|| format!("Tier {ordinal}"));
        Ok(PriceTier { ordinal, name })
    })?;
    crate::sorting::sort_by_key(&mut page.records, |tier| tier.ordinal);
    Ok(page)
}

/// Reads a page of `/ref/tax`, inactive and purchase rules included.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of tax rules.
pub fn tax_rules(body: &[u8]) -> Result<Page<TaxRule>, NotUnderstood> {
    super::page(body, ("taxRule", "TaxRuleList"), named, |fields, notes| {
        let sent = fields.number("TaxPercent")?.ok_or_else(|| Wrong::new("TaxPercent", "is missing"))?;
        let percent = Rate::rounded(sent).ok_or_else(|| Wrong::new("TaxPercent", format!("“{sent}” is not a percentage")))?;
        let percent = notes.kept("TaxPercent", sent, percent);
        if let Some(sum) = components(fields, notes).filter(|sum| *sum != sent) {
            let words = format!("{} is not what its components come to, {}", sent.normalize(), sum.normalize());
            notes.0.push(Wrong::new("TaxPercent", words));
        }
        Ok(TaxRule {
            name: own_name(fields)?,
            active: fields.flag("IsActive")?.unwrap_or(true),
            inclusive: fields.flag("TaxInclusive")?.unwrap_or(false),
            percent,
            for_sale: fields.flag("IsTaxForSale")?.unwrap_or(true),
        })
    })
}

/// What the parts of a tax come to, where each is taken of the net alone: how others combine is not documented.
fn components(fields: &Fields<'_>, notes: &mut Notes) -> Option<Decimal> {
    let parts = notes.take(fields.list("Components"));
    let mut sum = Decimal::ZERO;
    for part in &parts {
        let part = Fields::of(*part).ok()?;
        if part.flag("Compound").ok()?.unwrap_or(false) {
            return None;
        }
        sum = sum.checked_add(part.number("Percent").ok()??)?;
    }
    (!parts.is_empty()).then_some(sum)
}

/// Reads a page of `/ref/location`, deprecated ones included. Bins, which come as rows of their own, count as rows of the
/// page but are not warehouses.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of locations.
pub fn locations(body: &[u8]) -> Result<Page<Location>, NotUnderstood> {
    let page = super::page(body, ("location", "LocationList"), named, |fields, _| {
        if fields.id("ParentID")?.is_some() {
            return Ok(None);
        }
        let deprecated = match fields.flag("IsDeprecated")? {
            None => fields.flag("Deprecated")?,
            told => told,
        };
        Ok(Some(Location {
            id: fields.own_id("ID")?,
            name: own_name(fields)?,
            default: fields.flag("IsDefault")?.unwrap_or(false),
            deprecated: deprecated.unwrap_or(false),
        }))
    })?;
    let warehouses = page.records.into_iter().flatten().collect();
    Ok(Page { total: page.total, rows: page.rows, print: page.print, records: warehouses, bad: page.bad })
}

/// Reads a page of `/ref/paymentterm`, inactive ones included.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of payment terms.
pub fn payment_terms(body: &[u8]) -> Result<Page<PaymentTerm>, NotUnderstood> {
    super::page(body, ("paymentTerm", "PaymentTermList"), named, |fields, _| {
        Ok(PaymentTerm {
            name: own_name(fields)?,
            active: fields.flag("IsActive")?.unwrap_or(true),
            default: fields.flag("IsDefault")?.unwrap_or(false),
        })
    })
}

/// Reads a page of `/ref/account`. An account without a status may be used.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of the account book.
pub fn ledger_accounts(body: &[u8]) -> Result<Page<LedgerAccount>, NotUnderstood> {
    let label = |fields: &Fields<'_>| first_of(fields, &["Code", "Name"]);
    super::page(body, ("account", "AccountsList"), label, |fields, notes| {
        let code = fields.name("Code")?.ok_or_else(|| Wrong::new("Code", "is missing"))?;
        let mut is = |field: &str, word: &str| notes.take(fields.text(field)).trim().eq_ignore_ascii_case(word);
        let (debtors, told) = (is("SystemAccountCode", "DEBTORS"), is("SystemAccount", "Accounts receivable"));
        let (revenue, bank) = (is("Class", "REVENUE"), is("Type", "BANK"));
        let active = is("Status", "ACTIVE") || is("Status", "");
        let payments = bank || notes.take(fields.flag("ForPayments")).unwrap_or(false);
        let name = notes.take(fields.text("Name")).trim().to_owned();
        // Older texts of Cin7's show the code in the field of the words.
        let receivable = debtors || told || notes.take(fields.text("SystemAccount")).trim().eq_ignore_ascii_case("DEBTORS");
        let known = [(AccountUse::Receivable, receivable), (AccountUse::Revenue, revenue), (AccountUse::Payments, payments)];
        let uses = known.into_iter().filter(|(_, is)| *is).map(|(own, _)| own).collect();
        Ok(LedgerAccount { code: code.trim().to_owned(), name, active, uses })
    })
}

/// Reads a page of `/me/contacts`, of every type.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of company contacts.
pub fn contacts(body: &[u8]) -> Result<Page<CompanyContact>, NotUnderstood> {
    super::page(body, ("contact", "MeContactsList"), named, |fields, _| {
        Ok(CompanyContact { name: own_name(fields)?, kind: fields.text("Type")?.trim().to_owned() })
    })
}

/// Reads a page of `/reference/discount`, inactive rules included. A step that cannot be read is reported and left out.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of discount rules.
pub fn discount_rules(body: &[u8]) -> Result<Page<DiscountRule>, NotUnderstood> {
    super::page(body, ("discountRule", "DiscountRules"), named, |fields, notes| {
        let mut steps = Vec::new();
        for (index, raw) in notes.take(fields.list("DiscountLines")).into_iter().enumerate() {
            let mut own = Notes::default();
            let read = discount_step(raw, &mut own);
            notes.0.extend(own.0.into_iter().map(|wrong| wrong.within("DiscountLines", index)));
            match read {
                Ok(step) => steps.push(step),
                Err(wrong) => notes.0.push(wrong.within("DiscountLines", index)),
            }
        }
        Ok(DiscountRule {
            name: own_name(fields)?,
            active: fields.flag("IsActive")?.unwrap_or(true),
            kind: notes.take(fields.text("Type")).trim().to_owned(),
            steps,
        })
    })
}

fn discount_step(raw: Raw<'_>, notes: &mut Notes) -> Result<DiscountStep, Wrong> {
    let fields = Fields::of(raw)?;
    let kind = fields.text("DiscountType")?.trim().to_owned();
    // An upper end of 0 is one that was not entered.
    let mut quantity = |name| -> Result<Option<Quantity>, Wrong> {
        let sent = fields.number(name)?.filter(|sent| !sent.is_zero());
        Ok(sent.map(|sent| notes.kept(name, sent, Quantity::rounded(sent))))
    };
    let (from, to) = (quantity("MinValue")?.unwrap_or_default(), quantity("MaxValue")?);
    // What holds only above an amount of the whole order cannot be told from a line.
    let of_order = fields.number("OrderExceeds")?.is_some_and(|over| !over.is_zero());
    let amount = fields.number("Amount")?.unwrap_or_default();
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

fn named(fields: &Fields<'_>) -> String {
    first_of(fields, &["Name", "ID", "ContactID"])
}

fn own_name(fields: &Fields<'_>) -> Result<String, Wrong> {
    fields.name("Name")?.ok_or_else(|| Wrong::new("Name", "is missing"))
}

/// The reference books as far as they have been read. Serialisable, so that a run can go on after a reload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize, Deserialize), serde(rename_all = "camelCase"))]
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

json::record!(Books { me, price_tiers, tax_rules, locations, payment_terms, contacts, discount_rules });

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
