//! Stock per product and location: the sum over bins and batches.

use serde::{Deserialize, Serialize};

use super::Guid;
use crate::money::Quantity;

/// Stock of one product at one location. Quantities may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StockLevel {
    /// Physically there.
    pub on_hand: Quantity,
    /// Reserved by authorised orders.
    pub allocated: Quantity,
    /// On hand less allocated, as Cin7 states it.
    pub available: Quantity,
    /// On purchase orders into this location.
    pub on_order: Quantity,
    /// Between locations.
    pub in_transit: Quantity,
}

impl StockLevel {
    /// Adds another row of the same product and location.
    pub fn add(&mut self, row: &Self) {
        self.on_hand = self.on_hand + row.on_hand;
        self.allocated = self.allocated + row.allocated;
        self.available = self.available + row.available;
        self.on_order = self.on_order + row.on_order;
        self.in_transit = self.in_transit + row.in_transit;
    }
}

/// One row of Cin7's availability list: a product at a location, in one bin and batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailabilityRow {
    /// The product.
    pub product: Guid,
    /// The product's SKU at the time of reading; the on-demand filter matches by prefix, so readers compare it.
    pub sku: String,
    /// The location's name.
    pub location: String,
    /// The row's own figures.
    pub level: StockLevel,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    #[test]
    fn bins_of_one_location_are_summed() {
        let mut main =
            StockLevel { on_hand: quantity("9"), allocated: quantity("2"), available: quantity("7"), ..StockLevel::default() };
        main.add(&StockLevel { on_hand: quantity("5"), available: quantity("5"), ..StockLevel::default() });
        assert_eq!((main.on_hand, main.allocated, main.available), (quantity("14"), quantity("2"), quantity("12")));
    }
}
