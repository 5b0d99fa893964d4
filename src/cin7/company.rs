//! What customers and suppliers have in common.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::address::Address;
use super::fields::{Entries, List, Loose, Wrong};
use super::notes::{Notes, all, some};
use super::page::Identified;
use crate::money::{Amount, Price, Rate};
use crate::records::company::{self, AddressKind, CompanyFacts, CompanyKind, CustomerPrice};
use crate::records::{Guid, Timestamp};

/// A company as Cin7 sends it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Company {
    #[serde(rename = "ID")]
    id: Loose<Guid>,
    name: Loose<String>,
    currency: Loose<String>,
    payment_term: Loose<String>,
    discount: Loose<Decimal>,
    tax_rule: Loose<String>,
    sales_representative: Loose<String>,
    location: Loose<String>,
    price_tier: Loose<String>,
    tags: Loose<String>,
    status: Loose<String>,
    credit_limit: Loose<Decimal>,
    is_on_credit_hold: Loose<bool>,
    last_modified_on: Loose<Timestamp>,
    addresses: Loose<List<Address>>,
    contacts: Loose<List<Contact>>,
    product_prices: Loose<List<ProductPrice>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Contact {
    name: Loose<String>,
    job_title: Loose<String>,
    phone: Loose<String>,
    mobile_phone: Loose<String>,
    email: Loose<String>,
    default: Loose<bool>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ProductPrice {
    #[serde(rename = "ProductID")]
    product: Loose<Guid>,
    price: Loose<Decimal>,
}

/// Name and id: two companies may share a name.
pub(super) fn label(fields: &Entries<'_>) -> String {
    let name = fields.first_of(&["Name"]);
    match fields.text("ID").parse::<Guid>() {
        Ok(id) if name.is_empty() => id.to_string(),
        Ok(id) => format!("{name} ({id})"),
        Err(_) => name,
    }
}

impl Identified for CompanyFacts {
    fn is_called(&self, record: &str) -> bool {
        record.trim_end_matches(')').ends_with(&self.id.to_string())
    }
}

impl Company {
    pub(super) fn facts(self, kind: CompanyKind, notes: &mut Notes) -> Result<CompanyFacts, Wrong> {
        let name = self.name.name("Name")?.ok_or_else(|| Wrong::missing("Name"))?;
        let currency = self.currency.text("Currency")?;
        let currency = currency.parse().map_err(|_| Wrong::new("Currency", format!("“{currency}” is not a currency code")))?;
        let discount = self.discount.told("Discount")?.unwrap_or_default();
        let own = Rate::rounded(discount).ok_or_else(|| Wrong::new("Discount", format!("“{discount}” is not a percentage")))?;
        let limit = self.credit_limit.told("CreditLimit")?.filter(|limit| !limit.is_zero());
        Ok(CompanyFacts {
            id: self.id.needed("ID")?,
            kind,
            name,
            currency,
            payment_term: self.payment_term.name("PaymentTerm")?,
            discount: notes.kept("Discount", discount, own),
            tax_rule: self.tax_rule.name("TaxRule")?,
            sales_representative: notes.take(self.sales_representative.name("SalesRepresentative")),
            location: notes.take(self.location.name("Location")),
            price_tier: self.price_tier.name("PriceTier")?,
            tags: notes.take(self.tags.text("Tags")),
            deprecated: self.status.text("Status")?.trim().eq_ignore_ascii_case("Deprecated"),
            credit_limit: limit.map(|limit| notes.kept("CreditLimit", limit, Amount::rounded(limit))),
            on_hold: self.is_on_credit_hold.told("IsOnCreditHold")?.unwrap_or(false),
            modified: notes.take(self.last_modified_on.told("LastModifiedOn")),
            addresses: some(self.addresses, "Addresses", notes, |address, _| address.of_company()),
            contacts: some(self.contacts, "Contacts", notes, |contact, _| contact.person()),
            // With one of them left out, its product would be quoted at the tier's price.
            prices: all(self.product_prices, "ProductPrices", notes, ProductPrice::own)?.into_iter().flatten().collect(),
        })
    }
}

impl Address {
    fn of_company(mut self) -> Result<company::Address, Wrong> {
        let [line1, line2] = self.lines()?;
        let word = self.kind.text("Type")?;
        let kind = match word.trim() {
            billing if billing.eq_ignore_ascii_case("Billing") => AddressKind::Billing,
            business if business.eq_ignore_ascii_case("Business") => AddressKind::Business,
            shipping if shipping.eq_ignore_ascii_case("Shipping") => AddressKind::Shipping,
            other => AddressKind::Other(other.to_owned()),
        };
        Ok(company::Address {
            id: self.id.told("ID")?,
            line1,
            line2,
            city: self.city.text("City")?,
            state: self.state.text("State")?,
            postcode: self.postcode.text("Postcode")?,
            country: self.country.text("Country")?,
            kind,
            default: self.default_for_type.told("DefaultForType")?.unwrap_or(false),
        })
    }
}

impl Contact {
    fn person(self) -> Result<company::Contact, Wrong> {
        let phone = match self.phone.name("Phone")? {
            Some(phone) => phone,
            None => self.mobile_phone.text("MobilePhone")?,
        };
        Ok(company::Contact {
            name: self.name.text("Name")?,
            job_title: self.job_title.text("JobTitle")?,
            phone,
            email: self.email.text("Email")?,
            default: self.default.told("Default")?.unwrap_or(false),
        })
    }
}

impl ProductPrice {
    fn own(self, notes: &mut Notes) -> Result<Option<CustomerPrice>, Wrong> {
        let product = self.product.needed("ProductID")?;
        let Some(sent) = self.price.told("Price")? else { return Ok(None) };
        let price = Price::rounded(sent).ok_or_else(|| Wrong::new("Price", format!("“{sent}” is not a price")))?;
        Ok(Some(CustomerPrice { product, price: notes.kept("Price", sent, price) }))
    }
}
