//! `/supplier`: suppliers, which may be the same firms as customers and are never offered on a quote.

use super::answer::NotUnderstood;
use super::company::{Company, label};
use super::page::{Page, page as read};
use crate::records::company::{CompanyFacts, CompanyKind};

/// Reads a page of suppliers.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of suppliers.
pub fn page(body: &[u8]) -> Result<Page<CompanyFacts>, NotUnderstood> {
    let facts = |company: Company, notes: &mut _| company.facts(CompanyKind::Supplier, notes);
    read(body, ("supplier", "SupplierList"), label, facts)
}
