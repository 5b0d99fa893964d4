//! Quotes, and what their lines need to know.

pub mod bundle;
pub(crate) mod cost_visibility;
pub(crate) mod fresh_stock;
pub(crate) mod line_facts;
pub(crate) mod open;
pub(crate) mod reservations;
pub(crate) mod store;
