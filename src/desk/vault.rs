//! What is the CRM's own, and cannot be fetched again.

pub(crate) mod category_matrix;
pub(crate) mod company_overrides;
pub(crate) mod customer_creations;
pub(crate) mod orders;
pub mod quotes;
