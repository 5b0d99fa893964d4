//! `/saleList`, `/sale` and the answer of `/sale/order`.
//!
//! A sale is read to be compared, penny by penny, with what was ordered; so a figure that cannot be read is an error of
//! the whole sale and never a zero.

mod details;
mod order;

use self::details::Sale;
pub use self::details::{DetailsFault, details};
use self::order::Order;
pub use self::order::OrderAnswer;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::answer::{NotUnderstood, object};
use super::fields::{Entries, Loose, Wrong};
use super::notes::Notes;
use super::page::{Page, page};
use crate::money::Amount;
use crate::records::sale::{SaleFacts, SaleHead, SaleLine};
use crate::records::{Day, Guid, Timestamp};

/// A row of the list as Cin7 sends it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Row {
    #[serde(rename = "SaleID")]
    id: Loose<Guid>,
    order_number: Loose<String>,
    status: Loose<String>,
    order_date: Loose<Day>,
    customer: Loose<String>,
    #[serde(rename = "CustomerID")]
    customer_id: Loose<Guid>,
    invoice_number: Loose<String>,
    customer_reference: Loose<String>,
    invoice_amount: Loose<Decimal>,
    paid_amount: Loose<Decimal>,
    customer_currency: Loose<String>,
    updated: Loose<Timestamp>,
    order_status: Loose<String>,
    combined_shipping_status: Loose<String>,
    combined_payment_status: Loose<String>,
    combined_invoice_status: Loose<String>,
    combined_tracking_numbers: Loose<String>,
    #[serde(rename = "Type")]
    kind: Loose<String>,
    #[serde(rename = "ExternalID")]
    external_id: Loose<String>,
}

/// Reads a page of `/saleList`.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of sales.
pub fn list(body: &[u8]) -> Result<Page<SaleHead>, NotUnderstood> {
    let label = |fields: &Entries<'_>| fields.first_of(&["OrderNumber", "SaleID"]);
    page(body, ("sale", "SaleList"), label, |row: Row, notes| {
        let mut amount = |sent: Loose<Decimal>, name| {
            let sent = notes.take(sent.told(name))?;
            Some(notes.kept(name, sent, Amount::rounded(sent)))
        };
        let (invoiced, paid) = (amount(row.invoice_amount, "InvoiceAmount"), amount(row.paid_amount, "PaidAmount"));
        Ok(SaleHead {
            number: row.order_number.text("OrderNumber")?,
            status: row.status.text("Status")?,
            ordered_on: notes.take(row.order_date.told("OrderDate")),
            customer_name: row.customer.text("Customer")?,
            customer: notes.take(row.customer_id.told("CustomerID")),
            invoice_number: row.invoice_number.text("InvoiceNumber")?,
            reference: row.customer_reference.text("CustomerReference")?,
            invoiced,
            paid,
            currency: row.customer_currency.text("CustomerCurrency")?,
            updated: notes.take(row.updated.told("Updated")),
            order_status: row.order_status.text("OrderStatus")?,
            shipping_status: row.combined_shipping_status.text("CombinedShippingStatus")?,
            payment_status: row.combined_payment_status.text("CombinedPaymentStatus")?,
            invoice_status: Some(row.combined_invoice_status.text("CombinedInvoiceStatus")?),
            tracking: row.combined_tracking_numbers.text("CombinedTrackingNumbers")?,
            sale_type: row.kind.text("Type")?,
            external_id: row.external_id.text("ExternalID")?,
            ..SaleHead::new(row.id.needed("SaleID")?)
        })
    })
}

/// Reads a whole sale: the answer of `GET /sale?ID=` and of `POST /sale`.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a sale, or a figure of its order cannot be read.
pub fn sale(body: &[u8]) -> Result<SaleFacts, NotUnderstood> {
    let sale: Sale = object(body)?;
    sale.facts().map_err(|wrong| not_understood("sale", &wrong))
}

/// Reads the answer of `POST /sale/order`. It may have taken effect whatever this says.
///
/// # Errors
/// [`NotUnderstood`] when the body is not an order, or a figure of it cannot be read.
pub fn order(body: &[u8]) -> Result<OrderAnswer, NotUnderstood> {
    let order: Order = object(body)?;
    let has_lines = order.lines.is_sent();
    let answer = order.answer(&mut Notes::default()).map_err(|wrong| not_understood("order", &wrong))?;
    if answer.sale.is_none() && !has_lines {
        return Err(NotUnderstood::new("The answer is not an order."));
    }
    Ok(answer)
}

fn not_understood(what: &str, wrong: &Wrong) -> NotUnderstood {
    NotUnderstood::new(format!("The answer is not a {what} that can be read: {} {}", wrong.field, wrong.problem))
}

impl Sale {
    /// What is compared, to the penny, with what was sent. Digits beyond what Cin7 documents are reported when the details are read.
    fn facts(self) -> Result<SaleFacts, Wrong> {
        let order = self.order.object("Order")?.answer(&mut Notes::default())?;
        let owed = |amount: Option<Amount>| amount.map(Amount::owed);
        let rows = |rows: Vec<SaleLine>| {
            rows.into_iter().map(|row| SaleLine { tax: row.tax.owed(), total: row.total.owed(), ..row }).collect()
        };
        Ok(SaleFacts {
            id: self.id.needed("ID")?,
            customer: self.customer_id.told("CustomerID")?,
            status: self.status.text("Status")?,
            sale_type: self.kind.text("Type")?,
            external_id: self.external_id.text("ExternalID")?,
            number: order.number,
            order_status: order.status,
            lines: rows(order.lines),
            charges: rows(order.charges),
            net: owed(order.net),
            tax: owed(order.tax),
            gross: owed(order.gross),
        })
    }
}
