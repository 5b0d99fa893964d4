//! `/ref/productavailability`: stock rows per product, location, bin and batch.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::answer::NotUnderstood;
use super::fields::{Loose, Wrong};
use super::notes::Notes;
use super::page::{Page, page as read};
use crate::records::Guid;
use crate::records::availability::{AvailabilityRow, StockLevel};

/// A row as Cin7 sends it. `StockOnHand` is not read: it is a value in money, whatever its name says. Nor is `NextDeliveryDate`:
/// it counts simple purchases and days that have passed, and a warehouse has no such date here; the product's comes from purchases.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Row {
    #[serde(rename = "ID")]
    id: Loose<Guid>,
    #[serde(rename = "SKU")]
    sku: Loose<String>,
    location: Loose<String>,
    on_hand: Loose<Decimal>,
    allocated: Loose<Decimal>,
    available: Loose<Decimal>,
    on_order: Loose<Decimal>,
    in_transit: Loose<Decimal>,
}

/// Reads a page of stock rows.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of stock rows.
pub fn page(body: &[u8]) -> Result<Page<AvailabilityRow>, NotUnderstood> {
    read(body, ("availability", "ProductAvailabilityList"), |fields| fields.first_of(&["SKU", "ID", "Name"]), row)
}

fn row(row: Row, notes: &mut Notes) -> Result<AvailabilityRow, Wrong> {
    let mut quantity = |sent, name| notes.quantity(sent, name).map(Option::unwrap_or_default);
    let level = StockLevel {
        on_hand: quantity(row.on_hand, "OnHand")?,
        allocated: quantity(row.allocated, "Allocated")?,
        available: quantity(row.available, "Available")?,
        on_order: quantity(row.on_order, "OnOrder")?,
        in_transit: quantity(row.in_transit, "InTransit")?,
    };
    Ok(AvailabilityRow {
        product: row.id.needed("ID")?,
        sku: row.sku.text("SKU")?,
        location: row.location.name("Location")?.ok_or_else(|| Wrong::missing("Location"))?,
        level,
    })
}
