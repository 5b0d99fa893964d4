//! What customers and suppliers have in common.

use super::fields::{Fields, Wrong, address_lines};
use super::{Identified, Notes};
use crate::json::Raw;
use crate::money::{Amount, Price, Rate};
use crate::records::company::{Address, AddressKind, CompanyFacts, CompanyKind, Contact, CustomerPrice};

/// Name and id: two companies may share a name.
pub(super) fn label(fields: &Fields<'_>) -> String {
    let name = super::first_of(fields, &["Name"]);
    match fields.id("ID") {
        Ok(Some(id)) if name.is_empty() => id.to_string(),
        Ok(Some(id)) => format!("{name} ({id})"),
        _ => name,
    }
}

impl Identified for CompanyFacts {
    fn is_called(&self, record: &str) -> bool {
        record.trim_end_matches(')').ends_with(&self.id.to_string())
    }
}

pub(super) fn company(fields: &Fields<'_>, kind: CompanyKind, notes: &mut Notes) -> Result<CompanyFacts, Wrong> {
    let name = fields.name("Name")?.ok_or_else(|| Wrong::new("Name", "is missing"))?;
    let currency = fields.text("Currency")?;
    let currency = currency.parse().map_err(|_| Wrong::new("Currency", format!("“{currency}” is not a currency code")))?;
    let discount = fields.number("Discount")?.unwrap_or_default();
    let own = Rate::rounded(discount).ok_or_else(|| Wrong::new("Discount", format!("“{discount}” is not a percentage")))?;
    let limit = fields.number("CreditLimit")?.filter(|limit| !limit.is_zero());
    Ok(CompanyFacts {
        id: fields.own_id("ID")?,
        kind,
        name,
        currency,
        payment_term: fields.name("PaymentTerm")?,
        discount: notes.kept("Discount", discount, own),
        tax_rule: fields.name("TaxRule")?,
        sales_representative: notes.take(fields.name("SalesRepresentative")),
        location: notes.take(fields.name("Location")),
        price_tier: fields.name("PriceTier")?,
        tags: notes.take(fields.text("Tags")).into_owned(),
        deprecated: fields.text("Status")?.trim().eq_ignore_ascii_case("Deprecated"),
        credit_limit: limit.map(|limit| notes.kept("CreditLimit", limit, Amount::rounded(limit))),
        on_hold: fields.flag("IsOnCreditHold")?.unwrap_or(false),
        modified: notes.take(fields.instant("LastModifiedOn")),
        addresses: each(fields, "Addresses", notes, address),
        contacts: each(fields, "Contacts", notes, contact),
        prices: prices(fields, notes)?,
    })
}

/// The elements that can be read; the others are noted.
fn each<T>(fields: &Fields<'_>, name: &'static str, notes: &mut Notes, convert: fn(&Fields<'_>) -> Result<T, Wrong>) -> Vec<T> {
    let read = |(index, raw): (usize, Raw<'_>)| -> Option<T> {
        match Fields::of(raw).and_then(|fields| convert(&fields)) {
            Ok(element) => Some(element),
            Err(wrong) => {
                notes.0.push(wrong.within(name, index));
                None
            }
        }
    };
    match fields.list(name) {
        Ok(elements) => elements.into_iter().enumerate().filter_map(read).collect(),
        Err(wrong) => {
            notes.0.push(wrong);
            Vec::new()
        }
    }
}

fn address(fields: &Fields<'_>) -> Result<Address, Wrong> {
    let word = fields.text("Type")?;
    let kind = match word.trim() {
        billing if billing.eq_ignore_ascii_case("Billing") => AddressKind::Billing,
        business if business.eq_ignore_ascii_case("Business") => AddressKind::Business,
        shipping if shipping.eq_ignore_ascii_case("Shipping") => AddressKind::Shipping,
        other => AddressKind::Other(other.to_owned()),
    };
    let [line1, line2] = address_lines(fields)?;
    Ok(Address {
        id: fields.id("ID")?,
        line1,
        line2,
        city: fields.text("City")?.into_owned(),
        state: fields.text("State")?.into_owned(),
        postcode: fields.text("Postcode")?.into_owned(),
        country: fields.text("Country")?.into_owned(),
        kind,
        default: fields.flag("DefaultForType")?.unwrap_or(false),
    })
}

fn contact(fields: &Fields<'_>) -> Result<Contact, Wrong> {
    let phone = match fields.name("Phone")? {
        Some(phone) => phone,
        None => fields.text("MobilePhone")?.into_owned(),
    };
    Ok(Contact {
        name: fields.text("Name")?.into_owned(),
        job_title: fields.text("JobTitle")?.into_owned(),
        phone,
        email: fields.text("Email")?.into_owned(),
        default: fields.flag("Default")?.unwrap_or(false),
    })
}

/// The special prices, all or none: with one of them left out, its product would be quoted at the tier's price.
fn prices(fields: &Fields<'_>, notes: &mut Notes) -> Result<Vec<CustomerPrice>, Wrong> {
    let mut prices = Vec::new();
    for (index, raw) in fields.list("ProductPrices")?.into_iter().enumerate() {
        let within = |wrong: Wrong| wrong.within("ProductPrices", index);
        let entry = Fields::of(raw).map_err(within)?;
        let product = entry.own_id("ProductID").map_err(within)?;
        let Some(value) = entry.number("Price").map_err(within)? else { continue };
        let price = Price::rounded(value).ok_or_else(|| within(Wrong::new("Price", format!("“{value}” is not a price"))))?;
        let price = notes.kept(&format!("ProductPrices[{index}].Price"), value, price);
        prices.push(CustomerPrice { product, price });
    }
    Ok(prices)
}
