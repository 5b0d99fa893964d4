//! Quotes, and what their lines need to know.

pub(crate) mod cost_visibility;
pub mod open;
pub(crate) mod reservations;
