//! `/customer`: customers with their special prices, addresses and contacts.

use super::answer::NotUnderstood;
use super::company::{Company, label};
use super::page::{Page, page as read};
use crate::records::company::{CompanyFacts, CompanyKind};

/// Reads a page of customers.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of customers.
pub fn page(body: &[u8]) -> Result<Page<CompanyFacts>, NotUnderstood> {
    let facts = |company: Company, notes: &mut _| company.facts(CompanyKind::Customer, notes);
    read(body, ("customer", "CustomerList"), label, facts)
}
