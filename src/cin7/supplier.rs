//! `/supplier`: suppliers, which may be the same firms as customers and are never offered on a quote.

use super::company::{company, label};
use super::{NotUnderstood, Page};
use crate::records::company::{CompanyFacts, CompanyKind};

/// Reads a page of suppliers.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of suppliers.
pub fn page(body: &[u8]) -> Result<Page<CompanyFacts>, NotUnderstood> {
    super::page(body, ("supplier", "SupplierList"), label, |fields, notes| company(fields, CompanyKind::Supplier, notes))
}
