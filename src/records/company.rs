//! Customers and suppliers: Cin7's facts about a company, the CRM's record of it, and the rule that joins them.
//!
//! Part of the record is copied **once**, when the company first arrives (name, phone, contacts, main address): later
//! edits on either side do not travel, and the difference is shown as [`Drift`]. The rest follows Cin7 **constantly**.

pub mod edit;
pub mod new;

use serde::{Deserialize, Serialize};

use super::{Guid, Timestamp};
use crate::money::{Amount, Currency, Price, Rate};

/// Which list a company came from. Never changes once set; the same firm in both lists is two companies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CompanyKind {
    /// From the customer list; may be quoted.
    Customer,
    /// From the supplier list; never offered on a quote.
    Supplier,
}

/// A person at a company.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Name.
    pub name: String,
    /// E-mail address; may be empty.
    pub email: String,
    /// Phone number; may be empty.
    pub phone: String,
    /// Job title; may be empty.
    pub job_title: String,
    /// Whether Cin7 treats this contact as the default.
    pub default: bool,
}

/// Whether a contact of this name is no person: Cin7 calls one that was never entered “No Name”.
pub fn is_nobody(name: &str) -> bool {
    name.trim().is_empty() || name.trim().eq_ignore_ascii_case("No Name")
}

/// The person to ask for: the default contact, else one with an e-mail address, else the first; nobody only when there is no
/// person. Cin7 may have marked several contacts as the default, or none.
pub fn main_contact(contacts: &[Contact]) -> Option<&Contact> {
    let people = || contacts.iter().filter(|contact| !is_nobody(&contact.name));
    let by_mail = || people().find(|contact| !contact.email.trim().is_empty());
    let marked = contacts.iter().find(|contact| contact.default);
    people().find(|contact| contact.default).or_else(by_mail).or_else(|| people().next()).or(marked).or(contacts.first())
}

/// The name of the person to ask for; empty when there is none.
pub fn contact_name(contacts: &[Contact]) -> &str {
    main_contact(contacts).map(|contact| contact.name.as_str()).filter(|name| !is_nobody(name)).unwrap_or_default()
}

/// What an address is for, in Cin7's terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AddressKind {
    /// Where invoices go; the main address.
    Billing,
    /// Where the company sits; the main address when there is no billing one.
    Business,
    /// Where goods go; follows Cin7 constantly.
    Shipping,
    /// A kind this version does not know, in Cin7's word.
    Other(String),
}

/// An address of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Cin7's id; what joins a delivery address to its later versions.
    pub id: Option<Guid>,
    /// What it is for.
    pub kind: AddressKind,
    /// Whether it is the default of its kind.
    pub default: bool,
    /// First line.
    pub line1: String,
    /// Second line; may be empty.
    pub line2: String,
    /// City; may be empty.
    pub city: String,
    /// State or county; may be empty.
    pub state: String,
    /// Postcode; may be empty.
    pub postcode: String,
    /// Country name.
    pub country: String,
}

impl Address {
    /// The whole address in one line, empty parts left out.
    pub fn line(&self) -> String {
        let parts = [&self.line1, &self.line2, &self.city, &self.state, &self.postcode, &self.country];
        let mut line = String::new();
        for part in parts.into_iter().filter(|part| !part.trim().is_empty()) {
            if !line.is_empty() {
                line.push_str(", ");
            }
            line.push_str(part);
        }
        line
    }
}

/// Contacts in one line, each with what is known of it; in order of name, so that a new order alone is no difference.
fn people(contacts: &[Contact]) -> String {
    let mut people: Vec<String> = contacts
        .iter()
        .map(|contact| {
            let known = [&contact.job_title, &contact.email, &contact.phone];
            let known: Vec<&str> = known.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
            if known.is_empty() { contact.name.clone() } else { format!("{} ({})", contact.name, known.join(", ")) }
        })
        .collect();
    people.sort();
    people.join("; ")
}

/// A price that holds for one customer and one product, above any tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerPrice {
    /// The product.
    pub product: Guid,
    /// The price, in the customer's currency.
    pub price: Price,
}

/// What Cin7 says of a customer or supplier at one reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyFacts {
    /// Cin7's id, the only key between the two systems.
    pub id: Guid,
    /// Which list it came from.
    pub kind: CompanyKind,
    /// Name.
    pub name: String,
    /// Currency of its documents.
    pub currency: Currency,
    /// Name of its price tier; `None` means that none is chosen.
    pub price_tier: Option<String>,
    /// Name of its tax rule.
    pub tax_rule: Option<String>,
    /// Name of its payment term.
    pub payment_term: Option<String>,
    /// Name of its default warehouse.
    pub location: Option<String>,
    /// Name of its sales representative.
    pub sales_representative: Option<String>,
    /// Its own discount on every sale.
    pub discount: Rate,
    /// Credit limit in its currency; `None` means no limit (Cin7 holds 0).
    pub credit_limit: Option<Amount>,
    /// Whether it is on credit hold.
    pub on_hold: bool,
    /// Whether Cin7 has retired it.
    pub deprecated: bool,
    /// Tags, comma-separated.
    pub tags: String,
    /// People.
    pub contacts: Vec<Contact>,
    /// Addresses of every kind.
    pub addresses: Vec<Address>,
    /// Special prices; empty for suppliers.
    pub prices: Vec<CustomerPrice>,
    /// When Cin7 last changed it, by Cin7's clock.
    pub modified: Option<Timestamp>,
}

impl CompanyFacts {
    /// The default contact, else the first.
    pub fn default_contact(&self) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.default).or_else(|| self.contacts.first())
    }

    /// The main address: billing before business, the default of its kind before others.
    pub fn main_address(&self) -> Option<&Address> {
        let of = |kind: &AddressKind| {
            let mut matching = self.addresses.iter().filter(|address| address.kind == *kind);
            let first = matching.clone().next();
            matching.find(|address| address.default).or(first)
        };
        of(&AddressKind::Billing).or_else(|| of(&AddressKind::Business))
    }

    /// Where goods can go, the default first.
    pub fn delivery_addresses(&self) -> Vec<&Address> {
        let mut shipping: Vec<&Address> = self.addresses.iter().filter(|address| address.kind == AddressKind::Shipping).collect();
        shipping.sort_by_key(|address| !address.default);
        shipping
    }
}

/// What is copied once, when a company first arrives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OnceCopied {
    /// Name.
    pub name: String,
    /// Phone of the default contact; may be empty.
    pub phone: String,
    /// People.
    pub contacts: Vec<Contact>,
    /// Main address.
    pub main_address: Option<Address>,
}

impl OnceCopied {
    /// What a first reading copies.
    pub fn of(facts: &CompanyFacts) -> Self {
        Self {
            name: facts.name.clone(),
            phone: facts.default_contact().map(|contact| contact.phone.clone()).unwrap_or_default(),
            contacts: facts.contacts.clone(),
            main_address: facts.main_address().cloned(),
        }
    }
}

/// The CRM's record of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Company {
    /// What was copied when the company first arrived and has been the CRM's own since.
    pub own: OnceCopied,
    /// What Cin7 says now. The constant part of the record is read from here.
    pub cin7: CompanyFacts,
}

/// A difference between what the CRM holds and what Cin7 says now, in a field that does not travel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// `name`, `phone`, `mainAddress` or `contacts`.
    pub field: String,
    /// What Cin7 says now, in one line.
    pub cin7: String,
}

impl Company {
    /// Takes over a reading from Cin7: the whole of a new company, only the constant part of a known one.
    pub fn merged(known: Option<Self>, facts: CompanyFacts) -> Self {
        match known {
            None => Self { own: OnceCopied::of(&facts), cin7: facts },
            // The first list that named the id decides for good: a supplier's facts have no tier and no prices.
            Some(company) if company.cin7.kind != facts.kind => company,
            Some(company) => Self { own: company.own, cin7: facts },
        }
    }

    /// Whether any once-copied field differs from what Cin7 says now.
    pub fn has_drifted(&self) -> bool {
        self.own != OnceCopied::of(&self.cin7)
    }

    /// Where the once-copied fields differ from what Cin7 says now.
    pub fn drift(&self) -> Vec<Drift> {
        let now = OnceCopied::of(&self.cin7);
        let mut drift = Vec::new();
        let mut note = |field: &str, own: &str, cin7: String| {
            if own != cin7 {
                drift.push(Drift { field: field.into(), cin7 });
            }
        };
        note("name", &self.own.name, now.name);
        note("phone", &self.own.phone, now.phone);
        let line = |address: &Option<Address>| address.as_ref().map(Address::line).unwrap_or_default();
        note("mainAddress", &line(&self.own.main_address), line(&now.main_address));
        note("contacts", &people(&self.own.contacts), people(&now.contacts));
        drift
    }
}

#[cfg(test)]
pub(crate) mod fixtures {
    //! Companies of the fixture world, for tests of other modules.

    use super::*;

    /// Bayside Club: GBP, Wholesale, North Depot, 30 days, limit 5000, LAMP-02 at 41.25.
    pub(crate) fn bayside() -> CompanyFacts {
        let address = |kind, line1: &str, last: u8, default| {
            let mut id = [0xad; 16];
            id[15] = last;
            Address {
                id: Some(Guid::from_bytes(id)),
                kind,
                default,
                line1: line1.into(),
                line2: String::new(),
                city: "London".into(),
                state: String::new(),
                postcode: "E1 1AA".into(),
                country: "United Kingdom".into(),
            }
        };
        CompanyFacts {
            id: "7a8f439b-fa87-4795-a085-385ce8b133f9".parse().unwrap(),
            kind: CompanyKind::Customer,
            name: "Bayside Club".into(),
            currency: "GBP".parse().unwrap(),
            price_tier: Some("Wholesale".into()),
            tax_rule: Some("20% (VAT on Income)".into()),
            payment_term: Some("30 days".into()),
            location: Some("North Depot".into()),
            sales_representative: None,
            discount: Rate::default(),
            credit_limit: Some("5000".parse().unwrap()),
            on_hold: false,
            deprecated: false,
            tags: String::new(),
            contacts: vec![Contact {
                name: "Bob Partridge".into(),
                phone: "020 7946 0100".into(),
                default: true,
                ..Contact::default()
            }],
            addresses: vec![
                address(AddressKind::Billing, "1 Quay", 1, true),
                address(AddressKind::Shipping, "9 Dock", 2, true),
                address(AddressKind::Shipping, "Unit 4", 3, false),
            ],
            prices: vec![CustomerPrice { product: super::super::product::fixtures::lamp().id, price: "41.25".parse().unwrap() }],
            modified: None,
        }
    }

    #[test]
    fn a_rename_in_cin7_is_shown_and_not_taken_over() {
        let first = Company::merged(None, bayside());
        let renamed = CompanyFacts { name: "Bayside Club Ltd".into(), price_tier: Some("Retail".into()), ..bayside() };
        let after = Company::merged(Some(first), renamed);
        assert_eq!(after.own.name, "Bayside Club");
        assert_eq!(after.cin7.price_tier.as_deref(), Some("Retail"), "the tier follows constantly");
        assert_eq!(after.drift(), vec![Drift { field: "name".into(), cin7: "Bayside Club Ltd".into() }]);
    }

    #[test]
    fn the_main_address_is_frozen_and_delivery_addresses_follow() {
        let first = Company::merged(None, bayside());
        let mut moved = bayside();
        moved.addresses[0].line1 = "2 Quay".into();
        moved.addresses[1].line1 = "10 Dock".into();
        let after = Company::merged(Some(first), moved);
        assert_eq!(after.own.main_address.as_ref().unwrap().line1, "1 Quay");
        assert_eq!(after.cin7.delivery_addresses()[0].line1, "10 Dock");
    }
}
