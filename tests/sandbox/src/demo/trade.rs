//! Stock and open purchases of the demo world.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::books::{WAREHOUSES, bin, rate};
use super::chance::Chance;
use crate::clock::{date_text, instant_text};
use crate::fields::{Fields, Number, object};

/// What is on its way to a location: quantity and earliest date, by product id and location.
type Incoming = HashMap<(String, &'static str), (u32, NaiveDate)>;

const ADVANCED: u32 = 42;
const SIMPLE: u32 = 12;

/// Open purchases due within the next weeks, and what they bring where.
pub(super) fn purchases(
    chance: &mut Chance,
    products: &[Fields],
    suppliers: &[Fields],
    now: DateTime<Utc>,
) -> (Vec<Fields>, Incoming) {
    let stocked: Vec<&Fields> = products
        .iter()
        .filter(|product| product.text_or_empty("Type") == "Stock" && product.text_or_empty("Status") == "Active")
        .collect();
    let mut incoming = Incoming::new();
    let mut purchases = Vec::new();
    for number in 0..ADVANCED + SIMPLE {
        let supplier = chance.pick(suppliers);
        let location = WAREHOUSES[chance.below(4) as usize].0;
        let ordered = (now - TimeDelta::days(i64::from(chance.between(3, 30)))).date_naive();
        let required = (now + TimeDelta::days(i64::from(chance.between(2, 45)))).date_naive();
        let undated = chance.is(5);
        let mut lines: Vec<Fields> = Vec::new();
        for _ in 0..chance.between(2, 9) {
            let product = chance.pick(&stocked);
            let id = product.text_or_empty("ID");
            if lines.iter().any(|line| line.text_or_empty("ProductID") == id) {
                continue;
            }
            let quantity = chance.between(1, 20) * 10;
            let price = product.number_or_zero("AverageCost").trunc_with_scale(2);
            let total = price * Decimal::from(quantity);
            lines.push(object! {
                "ProductID" => id, "SKU" => product.text_or_empty("SKU"), "Name" => product.text_or_empty("Name"),
                "Quantity" => quantity,
                "Price" => Number(price), "Discount" => 0, "Tax" => 0, "TaxRule" => "Zero Rated Income", "SupplierSKU" => "",
                "Comment" => "",
                "Total" => Number(total),
            });
            let arriving = incoming.entry((id, location)).or_insert((0, required));
            arriving.0 += quantity;
            arriving.1 = arriving.1.min(required);
        }
        let total: Decimal = lines.iter().map(|line| line.number_or_zero("Total")).sum();
        let currency = supplier.text_or_empty("Currency");
        purchases.push(object! {
            "ID" => chance.id(), "SupplierID" => supplier.text_or_empty("ID"), "Supplier" => supplier.text_or_empty("Name"),
            "OrderNumber" => format!("PO-{:05}", 801 + number), "OrderDate" => date_text(ordered),
            "RequiredBy" => (!undated).then(|| date_text(required)), "Location" => location, "Status" => "ORDERED",
            "Type" => if number < ADVANCED { "Advanced Purchase" } else { "Simple Purchase" }, "IsServiceOnly" => false,
            "BlindReceipt" => false,
            "RelatedDropShipSaleTask" => None::<&str>, "BaseCurrency" => "GBP", "SupplierCurrency" => currency,
            "CurrencyRate" => Number(rate(&currency)),
            "LastUpdatedDate" => instant_text(now - TimeDelta::hours(i64::from(chance.between(4, 400)))),
            "Order" => object! {
                "Memo" => "", "Status" => "AUTHORISED", "Lines" => lines, "AdditionalCharges" => [(); 0],
                "TotalBeforeTax" => Number(total), "Tax" => 0, "Total" => Number(total),
            },
            "StockReceived" => [(); 0], "PutAway" => [(); 0], "Invoice" => [(); 0], "CreditNote" => [(); 0],
        });
    }
    (purchases, incoming)
}

/// One availability row.
pub(super) struct Stock<'a> {
    pub(crate) product: &'a Fields,
    pub(crate) location: &'a str,
    pub(crate) bin: Option<String>,
    pub(crate) on_hand: i64,
    pub(crate) allocated: i64,
    pub(crate) on_order: u32,
    pub(crate) next: Option<NaiveDate>,
}

impl Stock<'_> {
    pub(crate) fn fields(&self) -> Fields {
        let own = |key: &str| self.product.get(key).map(ToOwned::to_owned);
        let value = (self.product.number_or_zero("AverageCost") * Decimal::from(self.on_hand.max(0))).trunc_with_scale(4);
        object! {
            "ID" => own("ID"), "SKU" => own("SKU"), "Name" => own("Name"), "Barcode" => own("Barcode"),
            "Location" => self.location, "Bin" => self.bin,
            "Batch" => None::<&str>, "ExpiryDate" => None::<&str>, "OnHand" => self.on_hand, "Allocated" => self.allocated,
            "Available" => self.on_hand - self.allocated, "OnOrder" => self.on_order, "StockOnHand" => Number(value),
            "InTransit" => 0,
            "NextDeliveryDate" => self.next.map(date_text),
        }
    }
}

/// Availability rows: bins where a warehouse has them, some empty, some below zero, products without any.
pub(super) fn availability(chance: &mut Chance, products: &[Fields], mut incoming: Incoming) -> Vec<Fields> {
    let mut rows = Vec::new();
    for product in products.iter().filter(|product| product.text_or_empty("Type") == "Stock") {
        let id = product.text_or_empty("ID");
        // Small goods lie in hundreds, sofas in ones.
        let scale = match product.number_or_zero("PriceTier1") {
            price if price < Decimal::TEN => 600,
            price if price < Decimal::ONE_HUNDRED => 90,
            _ => 14,
        };
        for (at, (location, _, _, _, bins, deprecated)) in WAREHOUSES.into_iter().enumerate() {
            let arriving = incoming.remove(&(id.clone(), location));
            let kept = chance.is([88, 66, 42, 24, 2][at]);
            if !kept && arriving.is_none() {
                continue;
            }
            let split = bins > 0 && !deprecated && chance.is(30);
            for part in 0..if split { 2 } else { 1 } {
                let on_hand = match chance.below(20) {
                    _ if !kept => 0,
                    0 | 1 => 0,
                    2 => -i64::from(chance.between(1, 3)),
                    _ => i64::from(chance.between(1, scale)),
                };
                let allocated = if on_hand > 0 && chance.is(30) {
                    i64::from(chance.below(u32::try_from(on_hand).unwrap_or(1) + 3))
                } else {
                    0
                };
                let (on_order, next) = if part == 0 { arriving.unwrap_or_default() } else { (0, NaiveDate::default()) };
                rows.push(
                    Stock {
                        product,
                        location,
                        bin: (bins > 0).then(|| bin(chance.below(bins))),
                        on_hand,
                        allocated,
                        on_order,
                        next: (on_order > 0).then_some(next),
                    }
                    .fields(),
                );
            }
        }
    }
    rows
}
