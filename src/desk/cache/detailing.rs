//! Where the reading of sales' details stands.

use crate::records::sale::SaleDetails;
use crate::records::{Guid, Timestamp};

/// Where the reading of details stands.
#[derive(Debug, Default)]
pub(crate) struct Detailing {
    /// Read, and not written down yet.
    pub(crate) pending: Vec<SaleDetails>,
    /// Whether someone looks at one of them: then it is written down at once.
    pub(crate) urgent: bool,
    /// Sales and purchases that Cin7 would not give; they are asked for again after the next run.
    pub(crate) refused: Vec<Guid>,
    /// The sale or purchase that failed last, and how often.
    pub(crate) failing: Option<(Guid, u32)>,
    /// Nothing is asked for before this.
    pub(crate) not_before: Option<Timestamp>,
    /// Keys of orders that were confirmed and are not among the sales yet.
    pub(crate) confirmed: Vec<String>,
    /// Purchases whose lines were read and not written down yet.
    pub(crate) purchases: Vec<Guid>,
}
