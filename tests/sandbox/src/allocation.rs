//! What an order holds of the stock.

use rust_decimal::Decimal;

/// A quantity held on one availability row.
#[derive(Clone, Debug)]
pub(crate) struct Allocation {
    pub(crate) product: String,
    pub(crate) location: String,
    pub(crate) bin: Option<String>,
    pub(crate) batch: Option<String>,
    pub(crate) quantity: Decimal,
}
