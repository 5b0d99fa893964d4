//! `/customer`: customers with their special prices, addresses and contacts, and the body that makes one.

use serde::Serialize;

use super::answer::NotUnderstood;
use super::company::{Company, label};
use super::page::{Page, page as read};
use crate::records::company::new::NewCustomer;
use crate::records::company::{CompanyFacts, CompanyKind, Contact};

/// Reads a page of customers.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of customers.
pub fn page(body: &[u8]) -> Result<Page<CompanyFacts>, NotUnderstood> {
    let facts = |company: Company, notes: &mut _| company.facts(CompanyKind::Customer, notes);
    read(body, ("customer", "CustomerList"), label, facts)
}

/// `POST /customer`, as Cin7 spells it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    name: &'a str,
    status: &'static str,
    currency: &'a str,
    payment_term: &'a str,
    account_receivable: &'a str,
    revenue_account: &'a str,
    tax_rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_tier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sales_representative: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'a str>,
    addresses: [AddressBody<'a>; 1],
    contacts: Vec<ContactBody<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AddressBody<'a> {
    line1: &'a str,
    line2: &'a str,
    city: &'a str,
    state: &'a str,
    postcode: &'a str,
    country: &'a str,
    #[serde(rename = "Type")]
    kind: &'static str,
    default_for_type: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ContactBody<'a> {
    name: &'a str,
    job_title: &'a str,
    phone: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile_phone: Option<&'a str>,
    email: &'a str,
    default: bool,
}

/// The body that makes a customer.
///
/// # Panics
/// Never: texts and truth values can be written as JSON.
pub fn body(customer: &NewCustomer) -> String {
    let address = &customer.address;
    let body = Body {
        name: &customer.name,
        status: "Active",
        currency: &customer.currency,
        payment_term: &customer.payment_term,
        account_receivable: &customer.receivable,
        revenue_account: &customer.revenue,
        tax_rule: &customer.tax_rule,
        price_tier: customer.price_tier.as_deref(),
        sales_representative: customer.representative.as_deref(),
        location: customer.warehouse.as_deref(),
        addresses: [AddressBody {
            line1: &address.line1,
            line2: &address.line2,
            city: &address.city,
            state: &address.state,
            postcode: &address.postcode,
            country: &address.country,
            kind: "Billing",
            default_for_type: true,
        }],
        contacts: customer.contacts.iter().map(|contact| contact_body(contact, &customer.phone)).collect(),
    };
    serde_json::to_string(&body).expect("texts and truth values can be written as JSON")
}

/// The default contact carries the company's phone number; a number of its own then goes where Cin7 keeps mobiles.
fn contact_body<'a>(contact: &'a Contact, company_phone: &'a str) -> ContactBody<'a> {
    let own = contact.phone.as_str();
    let (phone, mobile_phone) = if !contact.default || company_phone.is_empty() {
        (own, None)
    } else {
        (company_phone, Some(own).filter(|own| !own.is_empty() && *own != company_phone))
    };
    ContactBody {
        name: &contact.name,
        job_title: &contact.job_title,
        phone,
        mobile_phone,
        email: &contact.email,
        default: contact.default,
    }
}
