//! `/saleList`, `/sale` and the answer of `/sale/order`.
//!
//! A sale is read to be compared, penny by penny, with what was ordered; so a figure that cannot be read is an error of
//! the whole sale and never a zero.

mod details;

pub(super) use details::payment;
pub use details::{DetailsFault, details};

use super::fields::{Fields, Wrong};
use super::{NotUnderstood, Page, first_of, object};
use crate::money::{Amount, Percent, Price, Quantity};
use crate::records::Guid;
use crate::records::sale::{SaleFacts, SaleHead, SaleLine};

/// Reads a page of `/saleList`.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of sales.
pub fn list(body: &[u8]) -> Result<Page<SaleHead>, NotUnderstood> {
    super::page(
        body,
        ("sale", "SaleList"),
        |fields| first_of(fields, &["OrderNumber", "SaleID"]),
        |fields, notes| {
            let mut amount = |name| notes.take(fields.number(name)).map(Amount::rounded);
            let (invoiced, paid) = (amount("InvoiceAmount"), amount("PaidAmount"));
            Ok(SaleHead {
                number: fields.text("OrderNumber")?.into_owned(),
                status: fields.text("Status")?.into_owned(),
                ordered_on: notes.take(fields.day("OrderDate")),
                customer_name: fields.text("Customer")?.into_owned(),
                customer: notes.take(fields.id("CustomerID")),
                invoice_number: fields.text("InvoiceNumber")?.into_owned(),
                reference: fields.text("CustomerReference")?.into_owned(),
                invoiced,
                paid,
                currency: fields.text("CustomerCurrency")?.into_owned(),
                updated: notes.take(fields.instant("Updated")),
                order_status: fields.text("OrderStatus")?.into_owned(),
                shipping_status: fields.text("CombinedShippingStatus")?.into_owned(),
                payment_status: fields.text("CombinedPaymentStatus")?.into_owned(),
                invoice_status: Some(fields.text("CombinedInvoiceStatus")?.into_owned()),
                tracking: fields.text("CombinedTrackingNumbers")?.into_owned(),
                sale_type: fields.text("Type")?.into_owned(),
                external_id: fields.text("ExternalID")?.into_owned(),
                ..SaleHead::new(fields.own_id("SaleID")?)
            })
        },
    )
}

/// Reads a whole sale: the answer of `GET /sale?ID=` and of `POST /sale`.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a sale, or a figure of its order cannot be read.
pub fn sale(body: &[u8]) -> Result<SaleFacts, NotUnderstood> {
    let fields = object(body)?;
    facts(&fields).map_err(|wrong| not_understood("sale", &wrong))
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

/// Reads the answer of `POST /sale/order`. It may have taken effect whatever this says.
///
/// # Errors
/// [`NotUnderstood`] when the body is not an order, or a figure of it cannot be read.
pub fn order(body: &[u8]) -> Result<OrderAnswer, NotUnderstood> {
    let fields = object(body)?;
    let answer = order_of(&fields).map_err(|wrong| not_understood("order", &wrong))?;
    if answer.sale.is_none() && fields.raw("Lines").is_none() {
        return Err(NotUnderstood::new("The answer is not an order."));
    }
    Ok(answer)
}

fn not_understood(what: &str, wrong: &Wrong) -> NotUnderstood {
    NotUnderstood::new(format!("The answer is not a {what} that can be read: {} {}", wrong.field, wrong.problem))
}

fn facts(fields: &Fields<'_>) -> Result<SaleFacts, Wrong> {
    let id = fields.own_id("ID")?;
    let order = match fields.object("Order")? {
        Some(order) => order_of(&order)?,
        None => order_of(&Fields::default())?,
    };
    Ok(SaleFacts {
        id,
        customer: fields.id("CustomerID")?,
        status: fields.text("Status")?.into_owned(),
        sale_type: fields.text("Type")?.into_owned(),
        external_id: fields.text("ExternalID")?.into_owned(),
        number: order.number,
        order_status: order.status,
        lines: order.lines,
        charges: order.charges,
        net: order.net,
        tax: order.tax,
        gross: order.gross,
    })
}

fn order_of(fields: &Fields<'_>) -> Result<OrderAnswer, Wrong> {
    let amount = |name| fields.number(name).map(|value| value.map(Amount::rounded));
    Ok(OrderAnswer {
        sale: fields.id("SaleID")?,
        number: fields.text("SaleOrderNumber")?.into_owned(),
        status: fields.text("Status")?.into_owned(),
        lines: lines(fields, "Lines", line)?,
        charges: lines(fields, "AdditionalCharges", charge)?,
        net: amount("TotalBeforeTax")?,
        tax: amount("Tax")?,
        gross: amount("Total")?,
    })
}

fn lines(
    fields: &Fields<'_>,
    name: &'static str,
    convert: fn(&Fields<'_>) -> Result<SaleLine, Wrong>,
) -> Result<Vec<SaleLine>, Wrong> {
    let read = |(index, raw)| Fields::of(raw).and_then(|line| convert(&line)).map_err(|wrong| wrong.within(name, index));
    fields.list(name)?.into_iter().enumerate().map(read).collect()
}

fn line(fields: &Fields<'_>) -> Result<SaleLine, Wrong> {
    let figures = charge(fields)?;
    Ok(SaleLine {
        product: fields.id("ProductID")?,
        sku: fields.text("SKU")?.into_owned(),
        name: fields.text("Name")?.into_owned(),
        backorder: Quantity::rounded(fields.number("BackorderQuantity")?.unwrap_or_default()),
        ..figures
    })
}

fn charge(fields: &Fields<'_>) -> Result<SaleLine, Wrong> {
    let figure = |name| fields.number(name)?.ok_or_else(|| Wrong::new(name, "is missing"));
    let price = figure("Price")?;
    let discount = fields.number("Discount")?.unwrap_or_default();
    Ok(SaleLine {
        product: None,
        sku: String::new(),
        name: fields.text("Description")?.into_owned(),
        price: Price::rounded(price).ok_or_else(|| Wrong::new("Price", format!("“{price}” is not a price")))?,
        quantity: Quantity::rounded(figure("Quantity")?),
        discount: Percent::rounded(discount)
            .ok_or_else(|| Wrong::new("Discount", format!("“{discount}” is not a percentage")))?,
        tax: Amount::rounded(fields.number("Tax")?.unwrap_or_default()),
        total: Amount::rounded(figure("Total")?),
        comment: fields.text("Comment")?.into_owned(),
        backorder: Quantity::ZERO,
    })
}
