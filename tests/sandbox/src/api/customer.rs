//! `POST /customer`: a new customer, checked one problem at a time.

use rust_decimal::Decimal;

use super::checks::{check_lengths, check_named, check_places};
use super::lists::render;
use crate::answer::{Answer, Listing, Refusal};
use crate::clock::instant_text;
use crate::collection::{Kind, Record};
use crate::fields::{Fields, Number, object};
use crate::query::Page;
use crate::state::State;
use crate::switches::UnknownRep;

/// Longest texts, in UTF-16 units.
const LENGTHS: &[(&str, usize)] = &[("Name", 256), ("DisplayName", 256), ("Currency", 3), ("Comments", 2000)];
const ADDRESS_LENGTHS: &[(&str, usize)] = &[("Line1", 256), ("Line2", 256), ("City", 256), ("State", 256), ("Postcode", 20)];
const CONTACT_LENGTHS: &[(&str, usize)] =
    &[("Name", 256), ("Phone", 50), ("MobilePhone", 50), ("Fax", 50), ("Email", 256), ("Website", 256), ("Comment", 256)];
const REQUIRED: [&str; 7] = ["Name", "Status", "Currency", "PaymentTerm", "AccountReceivable", "RevenueAccount", "TaxRule"];

fn invalid<T>(text: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::invalid(text))
}

pub(super) fn post(state: &mut State, body: &Fields) -> Result<Answer, Refusal> {
    for name in REQUIRED {
        if body.is_blank(name) {
            return invalid(format!("{name} is required"));
        }
    }
    check_lengths(body, LENGTHS, "")?;
    let name = body.text_or_empty("Name");
    if state.switches.customer_name_unique && state.world.of(Kind::Customers).named(&name).is_some() {
        return invalid(format!("Customer with name '{name}' already exists"));
    }
    let status = body.text_or_empty("Status");
    if !matches!(status.as_str(), "Active" | "Deprecated") {
        return invalid(format!("Status '{status}' is not valid. Valid values are: Active, Deprecated"));
    }
    check_references(state, body)?;
    let rep = representative(state, body)?;
    let discount = number(body, "Discount", 2)?;
    if discount < Decimal::ZERO || discount > Decimal::ONE_HUNDRED {
        return invalid("Discount must be between 0 and 100");
    }
    let limit = number(body, "CreditLimit", 4)?;
    let addresses = addresses(state, body)?;
    let contacts = contacts(state, body)?;
    let prices = prices(state, body)?;

    let own = |key: &str| body.text(key);
    let mut customer = object! {
        "ID" => state.new_id(), "Name" => name, "DisplayName" => own("DisplayName"), "Currency" => own("Currency"),
        "PaymentTerm" => own("PaymentTerm"),
        "Discount" => Number(discount), "TaxRule" => own("TaxRule"), "Carrier" => own("Carrier"), "SalesRepresentative" => rep,
        "Location" => own("Location"), "Comments" => body.text_or_empty("Comments"),
        "AccountReceivable" => own("AccountReceivable"),
        "RevenueAccount" => own("RevenueAccount"), "PriceTier" => own("PriceTier"),
        "TaxNumber" => body.text_or_empty("TaxNumber"),
        "AttributeSet" => own("AttributeSet"),
    };
    for number in 1..=10 {
        // Attributes are kept only under a set of attributes.
        let key = format!("AdditionalAttribute{number}");
        customer.set(&key, &own(&key).filter(|_| !body.is_blank("AttributeSet")));
    }
    customer.append(object! {
        "Tags" => body.text_or_empty("Tags"), "Status" => status, "CreditLimit" => Number(limit),
        "IsOnCreditHold" => body.flag("IsOnCreditHold").unwrap_or(false),
        "IsLegalEntity" => body.flag("IsLegalEntity").unwrap_or(false), "CustomerParentID" => own("CustomerParentID"),
        "CustomerParentName" => own("CustomerParentName"), "IsBillParent" => body.flag("IsBillParent").unwrap_or(false),
        "LastModifiedOn" => instant_text(state.clock.now()), "Addresses" => addresses, "Contacts" => contacts,
        "ChildCustomers" => [(); 0],
        "ProductPrices" => prices,
    });
    let record = Record::of(Kind::Customers, customer.clone());
    let mut listing = Listing::new(Kind::Customers, Page { number: 1, limit: 1 });
    listing.add(|text| render(text, &record, Kind::Customers, &["ProductPrices"], state));
    state.world.of_mut(Kind::Customers).add(customer);
    Ok(listing.finish())
}

/// Names and codes that must stand in a reference book.
fn check_references(state: &State, body: &Fields) -> Result<(), Refusal> {
    check_named(state, Kind::PaymentTerms, &body.text_or_empty("PaymentTerm"), Some("IsActive"), |name| {
        format!("Active payment term with name '{name}' was not found in Payment Terms reference book")
    })?;
    for (key, system) in [("AccountReceivable", Some("DEBTORS")), ("RevenueAccount", None)] {
        let code = body.text_or_empty(key);
        let account = state.world.of(Kind::Accounts).find(&code).map(Record::fields);
        let is_right = account.is_some_and(|own| system.is_none_or(|wanted| own.text_or_empty("SystemAccountCode") == wanted));
        if !is_right {
            return invalid(format!("{key} with code '{code}' was not found in Chart of Accounts"));
        }
    }
    let rule = body.text_or_empty("TaxRule");
    check_named(state, Kind::TaxRules, &rule, Some("IsActive"), |name| format!("TaxRule '{name}' not found"))?;
    check_named(state, Kind::PriceTiers, &body.text_or_empty("PriceTier"), None, |name| {
        format!("Price tier '{name}' was not found")
    })?;
    check_named(state, Kind::Locations, &body.text_or_empty("Location"), None, |name| {
        format!("Location '{name}' was not found in Locations reference book")
    })
}

/// The representative to keep: a company contact of exactly this name, else nobody or a refusal.
fn representative(state: &State, body: &Fields) -> Result<Option<String>, Refusal> {
    let Some(name) = body.text("SalesRepresentative").filter(|name| !name.trim().is_empty()) else { return Ok(None) };
    let is_contact = state.world.of(Kind::Contacts).iter().any(|contact| contact.fields().text_or_empty("Name") == name);
    match state.switches.customer_rep {
        _ if is_contact => Ok(Some(name)),
        UnknownRep::Empty => Ok(None),
        UnknownRep::Refused => invalid(format!("Sales representative '{name}' was not found in Company Contacts reference book")),
    }
}

fn number(body: &Fields, name: &str, places: u32) -> Result<Decimal, Refusal> {
    if body.is_blank(name) {
        return Ok(Decimal::ZERO);
    }
    let value = body.number(name).ok_or_else(|| Refusal::invalid(format!("{name} must be a number")))?;
    check_places(name, value, places)?;
    Ok(value)
}

fn addresses(state: &mut State, body: &Fields) -> Result<Vec<Fields>, Refusal> {
    let mut kept = Vec::new();
    for address in body.list("Addresses") {
        for name in ["Line1", "Country", "Type"] {
            if address.is_blank(name) {
                return invalid(format!("Addresses.{name} is required"));
            }
        }
        check_lengths(&address, ADDRESS_LENGTHS, "Addresses.")?;
        let kind = address.text_or_empty("Type");
        if !matches!(kind.as_str(), "Billing" | "Business" | "Shipping") {
            return invalid(format!("Addresses.Type '{kind}' is not valid. Valid values are: Billing, Business, Shipping"));
        }
        let own = |key: &str| address.text(key);
        kept.push(object! {
            "ID" => state.new_id(), "Line1" => own("Line1"), "Line2" => own("Line2"), "City" => own("City"),
            "State" => own("State"),
            "Postcode" => own("Postcode"), "Country" => own("Country"), "Type" => kind,
            "DefaultForType" => address.flag("DefaultForType").unwrap_or(false),
        });
    }
    Ok(kept)
}

fn contacts(state: &mut State, body: &Fields) -> Result<Vec<Fields>, Refusal> {
    let mut kept = Vec::new();
    for contact in body.list("Contacts") {
        if contact.is_blank("Name") {
            return invalid("Contacts.Name is required");
        }
        check_lengths(&contact, CONTACT_LENGTHS, "Contacts.")?;
        let consent = number(&contact, "MarketingConsent", 0)?;
        let own = |key: &str| contact.text(key);
        kept.push(object! {
            "ID" => state.new_id(), "Name" => own("Name"), "JobTitle" => own("JobTitle"), "Phone" => own("Phone"),
            "MobilePhone" => own("MobilePhone"), "Fax" => own("Fax"), "Email" => own("Email"), "Website" => own("Website"),
            "Default" => contact.flag("Default").unwrap_or(false), "Comment" => own("Comment"),
            "IncludeInEmail" => contact.flag("IncludeInEmail").unwrap_or(false),
            "MarketingConsent" => Number(if consent.is_zero() { Decimal::ONE } else { consent }),
        });
    }
    Ok(kept)
}

fn prices(state: &State, body: &Fields) -> Result<Vec<Fields>, Refusal> {
    let products = state.world.of(Kind::Products);
    let mut kept = Vec::new();
    for price in body.list("ProductPrices") {
        let (id, sku) = (price.text_or_empty("ProductID"), price.text_or_empty("ProductSKU").to_lowercase());
        let found = products.find(&id).or_else(|| products.iter().find(|own| !sku.is_empty() && *own.keys.code == *sku));
        let Some(product) = found.map(Record::fields) else { return invalid("Product of ProductPrices was not found") };
        let own = |key: &str| product.text(key);
        kept.push(object! {
            "ProductID" => own("ID"), "ProductSKU" => own("SKU"), "ProductName" => own("Name"), "Price" => Number(number(&price,
            "Price", 4)?),
        });
    }
    Ok(kept)
}
