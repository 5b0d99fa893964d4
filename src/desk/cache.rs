//! What was read from Cin7: in memory, and as the cache keeps it.

pub(crate) mod apply_page;
pub(crate) mod change_log;
pub(crate) mod compaction;
pub(crate) mod detailing;
pub(crate) mod find;
pub(crate) mod load;
pub(crate) mod pictures;
pub(crate) mod purchases;
pub(crate) mod sales;
pub(crate) mod save;
pub(crate) mod state;
