//! Products: found, shown, edited.

pub(crate) mod edit;
pub mod search;
pub mod view;
