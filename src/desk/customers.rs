//! Customers and suppliers, and the CRM's own fields of them.

pub mod create;
pub mod view;
