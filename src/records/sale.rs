//! Sales as Cin7 holds them: the row of the sale list, and the whole sale with its order.

use super::{Guid, Timestamp};
use crate::money::{Amount, Percent, Price, Quantity};

/// A row of the sale list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleHead {
    /// Cin7's id of the sale.
    pub id: Guid,
    /// Such as `SO-00451`; may be empty before there is an order.
    pub number: String,
    /// The sale's status, in Cin7's word: `ESTIMATED`, `ORDERED`, `BACKORDERED`, `VOIDED`, ….
    pub status: String,
    /// The order's status, in Cin7's word: `NOT AVAILABLE` before it has lines.
    pub order_status: String,
    /// The key under which it was made; empty for sales made in Cin7.
    pub external_id: String,
    /// The customer.
    pub customer: Option<Guid>,
    /// When Cin7 last changed it.
    pub updated: Option<Timestamp>,
}

/// A product line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleLine {
    /// The product; `None` for an additional charge.
    pub product: Option<Guid>,
    /// The SKU, or empty for an additional charge.
    pub sku: String,
    /// Cin7's name of the product, or the charge's description.
    pub name: String,
    /// How many.
    pub quantity: Quantity,
    /// Unit price.
    pub price: Price,
    /// Per cent.
    pub discount: Percent,
    /// Tax of the line.
    pub tax: Amount,
    /// The line's total by the account's convention.
    pub total: Amount,
    /// How many are on backorder.
    pub backorder: Quantity,
    /// The comment.
    pub comment: String,
}

/// A whole sale with its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleFacts {
    /// Cin7's id of the sale.
    pub id: Guid,
    /// Such as `SO-00451`; may be empty before there is an order.
    pub number: String,
    /// The sale's status, in Cin7's word.
    pub status: String,
    /// The order's status, in Cin7's word.
    pub order_status: String,
    /// `Simple Sale`, `Advanced Sale` or `Service Sale`.
    pub sale_type: String,
    /// The key under which it was made.
    pub external_id: String,
    /// The customer.
    pub customer: Option<Guid>,
    /// Product lines of the order, in order.
    pub lines: Vec<SaleLine>,
    /// Additional charges of the order, in order.
    pub charges: Vec<SaleLine>,
    /// Order total without tax, when the answer has it.
    pub net: Option<Amount>,
    /// Order tax, when the answer has it.
    pub tax: Option<Amount>,
    /// Order total with tax, when the answer has it.
    pub gross: Option<Amount>,
}

/// Whether a status means that the sale has been voided.
pub fn is_voided(status: &str) -> bool {
    status.trim().eq_ignore_ascii_case("VOIDED")
}

impl SaleFacts {
    /// Whether the order has lines or charges.
    pub fn has_lines(&self) -> bool {
        !self.lines.is_empty() || !self.charges.is_empty()
    }

    /// Whether the order has been authorised or gone further, so that its lines cannot be posted again.
    pub fn is_authorised(&self) -> bool {
        !matches!(self.order_status.trim().to_ascii_uppercase().as_str(), "" | "NOT AVAILABLE" | "DRAFT" | "VOIDED")
    }
}
