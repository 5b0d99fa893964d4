//! The order of a sale: what is compared, penny by penny, with what was sent.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::super::fields::{List, Loose, Wrong};
use super::super::notes::{Notes, all};
use crate::money::{Amount, Percent, Price, Quantity};
use crate::records::Guid;
use crate::records::sale::SaleLine;

/// The order of a sale, and the answer of `POST /sale/order`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Order {
    #[serde(rename = "SaleID")]
    sale: Loose<Guid>,
    sale_order_number: Loose<String>,
    status: Loose<String>,
    pub(super) memo: Loose<String>,
    pub(super) lines: Loose<List<Line>>,
    additional_charges: Loose<List<Line>>,
    total_before_tax: Loose<Decimal>,
    tax: Loose<Decimal>,
    total: Loose<Decimal>,
}

/// A product line or an additional charge of an order, an invoice or a credit note.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Line {
    #[serde(rename = "ProductID")]
    product: Loose<Guid>,
    #[serde(rename = "SKU")]
    sku: Loose<String>,
    name: Loose<String>,
    description: Loose<String>,
    quantity: Loose<Decimal>,
    price: Loose<Decimal>,
    discount: Loose<Decimal>,
    tax: Loose<Decimal>,
    total: Loose<Decimal>,
    comment: Loose<String>,
    backorder_quantity: Loose<Decimal>,
}

/// What `POST /sale/order` answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderAnswer {
    /// The sale, where the answer names it.
    pub sale: Option<Guid>,
    /// Such as `SO-00451`; may be empty.
    pub number: String,
    /// The order's status, in Cin7's word.
    pub status: String,
    /// Product lines, in order.
    pub lines: Vec<SaleLine>,
    /// Additional charges, in order.
    pub charges: Vec<SaleLine>,
    /// Total without tax, when the answer has it.
    pub net: Option<Amount>,
    /// Tax, when the answer has it.
    pub tax: Option<Amount>,
    /// Total with tax, when the answer has it.
    pub gross: Option<Amount>,
}

impl Order {
    pub(super) fn answer(self, notes: &mut Notes) -> Result<OrderAnswer, Wrong> {
        Ok(OrderAnswer {
            lines: all(self.lines, "Lines", notes, Line::of_product)?,
            charges: all(self.additional_charges, "AdditionalCharges", notes, Line::charge)?,
            sale: self.sale.told("SaleID")?,
            number: self.sale_order_number.text("SaleOrderNumber")?,
            status: self.status.text("Status")?,
            net: told(self.total_before_tax, "TotalBeforeTax", notes)?,
            tax: told(self.tax, "Tax", notes)?,
            gross: told(self.total, "Total", notes)?,
        })
    }
}

/// An amount as it is told: what is owed of it is worked out elsewhere.
fn told(sent: Loose<Decimal>, name: &str, notes: &mut Notes) -> Result<Option<Amount>, Wrong> {
    Ok(sent.told(name)?.map(|sent| notes.kept(name, sent, Amount::told(sent))))
}

impl Line {
    pub(super) fn of_product(mut self, notes: &mut Notes) -> Result<SaleLine, Wrong> {
        use std::mem::take;
        let (product, sku, name) = (take(&mut self.product), take(&mut self.sku), take(&mut self.name));
        let backorder = take(&mut self.backorder_quantity);
        let charge = self.charge(notes)?;
        Ok(SaleLine {
            product: product.told("ProductID")?,
            sku: sku.text("SKU")?,
            name: name.text("Name")?,
            backorder: notes.quantity(backorder, "BackorderQuantity")?.unwrap_or_default(),
            ..charge
        })
    }

    pub(super) fn charge(self, notes: &mut Notes) -> Result<SaleLine, Wrong> {
        let sent = self.price.needed("Price")?;
        let price = Price::rounded(sent).ok_or_else(|| Wrong::new("Price", format!("“{sent}” is not a price")))?;
        let price = notes.kept("Price", sent, price);
        let sent = self.discount.told("Discount")?.unwrap_or_default();
        let discount = Percent::rounded(sent).ok_or_else(|| Wrong::new("Discount", format!("“{sent}” is not a percentage")))?;
        Ok(SaleLine {
            product: None,
            sku: String::new(),
            name: self.description.text("Description")?,
            price,
            quantity: notes.quantity(self.quantity, "Quantity")?.ok_or_else(|| Wrong::missing("Quantity"))?,
            discount: notes.kept("Discount", sent, discount),
            tax: told(self.tax, "Tax", notes)?.unwrap_or_default(),
            total: told(self.total, "Total", notes)?.ok_or_else(|| Wrong::missing("Total"))?,
            comment: self.comment.text("Comment")?,
            backorder: Quantity::ZERO,
        })
    }
}
