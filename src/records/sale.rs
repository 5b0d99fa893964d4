//! Sales as Cin7 holds them: the row of the sale list, the whole sale with its order, and what the CRM keeps of both.
//!
//! - [`kept`]: the CRM's record of a sale, and the rule by which a row of the list may change it.
//! - [`details`]: everything below the header: lines, shipments, invoices, credit notes, payments.
//! - [`state`]: what Cin7's words for its state mean.
//! - [`figures`]: what the details come to: how much has gone, how much is owed.
//! - [`transactions`]: the same line by line, for the company's ledger.

pub mod details;
pub mod figures;
pub mod kept;
pub mod state;
pub mod transactions;

use serde::{Deserialize, Serialize};

use super::{Day, Guid, Timestamp};
use crate::money::{Amount, Percent, Price, Quantity};

pub use details::{CreditNote, Fulfilment, Invoice, Packed, Parcel, Payment, Received, SaleAddress, SaleDetails, SalePayment};
pub use figures::{Exposure, Figures};
pub use kept::{Sale, StandingSale};
pub use state::SaleState;
pub use transactions::{Transaction, TransactionKind};

/// A row of the sale list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    /// Its name when Cin7 answered.
    pub customer_name: String,
    /// When Cin7 last changed it.
    pub updated: Option<Timestamp>,
    /// Day of the order.
    pub ordered_on: Option<Day>,
    /// `Simple Sale`, `Advanced Sale`, `Service Sale`, ….
    pub sale_type: String,
    /// Currency of its amounts; empty when the answer has none.
    pub currency: String,
    /// The customer's own reference.
    pub reference: String,
    /// Number of its last invoice.
    pub invoice_number: String,
    /// Invoices less credit notes, with tax; `None` when the figure cannot be read.
    pub invoiced: Option<Amount>,
    /// What was paid less what was refunded.
    pub paid: Option<Amount>,
    /// Shipping as a whole, in Cin7's word: `SHIPPED`, `PARTIALLY SHIPPED`, ….
    pub shipping_status: String,
    /// Payment as a whole, in Cin7's word: `PAID`, `PARTIALLY PAID`, `PREPAID`, ….
    pub payment_status: String,
    /// Invoicing as a whole, in Cin7's word: `NOT INVOICED`, `INVOICED / CREDITED`, …; `None` in what an earlier version kept.
    pub invoice_status: Option<String>,
    /// All tracking numbers as Cin7 joins them.
    pub tracking: String,
}

impl SaleHead {
    /// A sale of which nothing but its id is known.
    pub const fn new(id: Guid) -> Self {
        Self {
            id,
            number: String::new(),
            status: String::new(),
            order_status: String::new(),
            external_id: String::new(),
            customer: None,
            customer_name: String::new(),
            updated: None,
            ordered_on: None,
            sale_type: String::new(),
            currency: String::new(),
            reference: String::new(),
            invoice_number: String::new(),
            invoiced: None,
            paid: None,
            shipping_status: String::new(),
            payment_status: String::new(),
            invoice_status: None,
            tracking: String::new(),
        }
    }
}

/// A product line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl SaleFacts {
    /// Whether the order has lines or charges.
    pub fn has_lines(&self) -> bool {
        !self.lines.is_empty() || !self.charges.is_empty()
    }
}
