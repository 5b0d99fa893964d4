//! Sales of any origin, for the screen.

pub(crate) mod details;
pub(crate) mod show;
pub mod transactions;
pub mod view;
