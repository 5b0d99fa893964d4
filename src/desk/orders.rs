//! Orders: confirmed, brought to Cin7, entered by hand, mended, found again.

pub(crate) mod among_sales;
pub(crate) mod confirm;
pub(crate) mod content;
pub mod custody;
pub(crate) mod manual_entry;
pub(crate) mod mending;
pub(crate) mod recovery;
pub(crate) mod reorder;
pub(crate) mod runner;
pub(crate) mod sale_lookup;
pub(crate) mod show;
