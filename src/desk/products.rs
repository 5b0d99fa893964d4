//! Products: found, shown, edited.

pub(crate) mod edit;
pub(crate) mod pictures;
pub mod search;
pub mod view;
