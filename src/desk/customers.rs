//! Customers and suppliers, and the CRM's own fields of them.

pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod overrides;
pub mod search;
pub mod view;
