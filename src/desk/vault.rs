//! What is the CRM's own, and cannot be fetched again.

pub mod category_matrix;
pub(crate) mod company_overrides;
