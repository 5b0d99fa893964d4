//! What was read from Cin7: in memory, and as the cache keeps it.

pub(crate) mod apply_page;
pub mod change_feed;
pub(crate) mod sales;
pub(crate) mod state;
