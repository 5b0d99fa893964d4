//! `/customer`: customers with their special prices, addresses and contacts.

use super::company::{company, label};
use super::{NotUnderstood, Page};
use crate::records::company::{CompanyFacts, CompanyKind};

/// Reads a page of customers.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of customers.
pub fn page(body: &[u8]) -> Result<Page<CompanyFacts>, NotUnderstood> {
    super::page(body, ("customer", "CustomerList"), label, |fields, notes| company(fields, CompanyKind::Customer, notes))
}
