//! Orders: confirmed, brought to Cin7, entered by hand, mended, found again.

pub mod custody;
pub(crate) mod manual_entry;
pub(crate) mod mending;
pub mod recovery;
pub(crate) mod reorder;
pub mod runner;
