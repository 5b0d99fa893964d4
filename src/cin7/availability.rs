//! `/ref/productavailability`: stock rows per product, location, bin and batch.

use super::fields::{Fields, Wrong};
use super::{NotUnderstood, Notes, Page, first_of};
use crate::money::Quantity;
use crate::records::availability::{AvailabilityRow, StockLevel};

/// Reads a page of stock rows. `StockOnHand` is not read: it is a value in money, whatever its name says. Nor is `NextDeliveryDate`:
/// it counts simple purchases and days that have passed, and a warehouse has no such date here; the product's comes from purchases.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of stock rows.
pub fn page(body: &[u8]) -> Result<Page<AvailabilityRow>, NotUnderstood> {
    super::page(body, ("availability", "ProductAvailabilityList"), |fields| first_of(fields, &["SKU", "ID", "Name"]), row)
}

fn row(fields: &Fields<'_>, notes: &mut Notes) -> Result<AvailabilityRow, Wrong> {
    let mut quantity = |name| {
        let sent = fields.number(name)?.unwrap_or_default();
        Ok::<_, Wrong>(notes.kept(name, sent, Quantity::rounded(sent)))
    };
    let [on_hand, allocated, available, on_order, in_transit] =
        [quantity("OnHand")?, quantity("Allocated")?, quantity("Available")?, quantity("OnOrder")?, quantity("InTransit")?];
    Ok(AvailabilityRow {
        product: fields.own_id("ID")?,
        sku: fields.text("SKU")?.into_owned(),
        location: fields.name("Location")?.ok_or_else(|| Wrong::new("Location", "is missing"))?,
        level: StockLevel { on_hand, allocated, available, on_order, in_transit },
    })
}
