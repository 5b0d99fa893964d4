//! A customer that is not in Cin7 yet.

use super::Contact;

/// A new customer, in the names of the account's books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCustomer {
    /// The name.
    pub name: String,
    /// Code of its currency.
    pub currency: String,
    /// Payment terms.
    pub payment_term: String,
    /// The account that it owes on.
    pub receivable: String,
    /// The account that its sales go to.
    pub revenue: String,
    /// Tax rule.
    pub tax_rule: String,
    /// Price tier, where one was chosen.
    pub price_tier: Option<String>,
    /// Sales representative, where there is one that Cin7 takes.
    pub representative: Option<String>,
    /// Warehouse, where one was chosen.
    pub warehouse: Option<String>,
    /// The company's phone number; may be empty.
    pub phone: String,
    /// Its main address.
    pub address: NewAddress,
    /// Its people.
    pub contacts: Vec<Contact>,
}

/// The main address of a new customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewAddress {
    /// First line.
    pub line1: String,
    /// Second line; may be empty.
    pub line2: String,
    /// Town; may be empty.
    pub city: String,
    /// County; may be empty.
    pub state: String,
    /// Postcode; may be empty.
    pub postcode: String,
    /// Country.
    pub country: String,
}
