//! `/saleList`, `/sale` and the answer of `/sale/order`.
//!
//! A sale is read to be compared, penny by penny, with what was ordered; so a figure that cannot be read is an error of
//! the whole sale and never a zero.

mod details;

pub(super) use details::payment;
pub use details::{DetailsFault, details};

use super::fields::{Fields, Wrong};
use super::{NotUnderstood, Notes, Page, first_of, object};
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
            let mut amount = |name| {
                let sent = notes.take(fields.number(name))?;
                Some(notes.kept(name, sent, Amount::rounded(sent)))
            };
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
    let answer = order_of(&fields, &mut Notes::default()).map_err(|wrong| not_understood("order", &wrong))?;
    if answer.sale.is_none() && fields.raw("Lines").is_none() {
        return Err(NotUnderstood::new("The answer is not an order."));
    }
    Ok(answer)
}

fn not_understood(what: &str, wrong: &Wrong) -> NotUnderstood {
    NotUnderstood::new(format!("The answer is not a {what} that can be read: {} {}", wrong.field, wrong.problem))
}

/// What is compared, to the penny, with what was sent. Digits beyond what Cin7 documents are reported when the details are read.
fn facts(fields: &Fields<'_>) -> Result<SaleFacts, Wrong> {
    let id = fields.own_id("ID")?;
    let order = order_of(&fields.object("Order")?.unwrap_or_default(), &mut Notes::default())?;
    let owed = |amount: Option<Amount>| amount.map(Amount::owed);
    let rows = |rows: Vec<SaleLine>| {
        rows.into_iter().map(|row| SaleLine { tax: row.tax.owed(), total: row.total.owed(), ..row }).collect()
    };
    Ok(SaleFacts {
        id,
        customer: fields.id("CustomerID")?,
        status: fields.text("Status")?.into_owned(),
        sale_type: fields.text("Type")?.into_owned(),
        external_id: fields.text("ExternalID")?.into_owned(),
        number: order.number,
        order_status: order.status,
        lines: rows(order.lines),
        charges: rows(order.charges),
        net: owed(order.net),
        tax: owed(order.tax),
        gross: owed(order.gross),
    })
}

fn order_of(fields: &Fields<'_>, notes: &mut Notes) -> Result<OrderAnswer, Wrong> {
    let (lines, charges) = (each(fields, "Lines", notes, line)?, each(fields, "AdditionalCharges", notes, charge)?);
    let mut amount = |name| told(fields, name, notes);
    Ok(OrderAnswer {
        sale: fields.id("SaleID")?,
        number: fields.text("SaleOrderNumber")?.into_owned(),
        status: fields.text("Status")?.into_owned(),
        lines,
        charges,
        net: amount("TotalBeforeTax")?,
        tax: amount("Tax")?,
        gross: amount("Total")?,
    })
}

/// Reads what of a list there is to take; what is wrong is said with its place in the list.
fn each<T>(
    fields: &Fields<'_>,
    name: &'static str,
    notes: &mut Notes,
    convert: fn(&Fields<'_>, &mut Notes) -> Result<Option<T>, Wrong>,
) -> Result<Vec<T>, Wrong> {
    let mut taken = Vec::new();
    for (index, raw) in fields.list(name)?.into_iter().enumerate() {
        let mut inner = Notes::default();
        let read = Fields::of(raw).and_then(|element| convert(&element, &mut inner));
        notes.0.extend(inner.0.into_iter().map(|wrong| wrong.within(name, index)));
        taken.extend(read.map_err(|wrong| wrong.within(name, index))?);
    }
    Ok(taken)
}

/// An amount as it is told: what is owed of it is worked out elsewhere.
fn told(fields: &Fields<'_>, name: &'static str, notes: &mut Notes) -> Result<Option<Amount>, Wrong> {
    Ok(fields.number(name)?.map(|sent| notes.kept(name, sent, Amount::told(sent))))
}

fn how_many(fields: &Fields<'_>, name: &'static str, notes: &mut Notes) -> Result<Option<Quantity>, Wrong> {
    Ok(fields.number(name)?.map(|sent| notes.kept(name, sent, Quantity::rounded(sent))))
}

fn line(fields: &Fields<'_>, notes: &mut Notes) -> Result<Option<SaleLine>, Wrong> {
    let Some(figures) = charge(fields, notes)? else { return Ok(None) };
    Ok(Some(SaleLine {
        product: fields.id("ProductID")?,
        sku: fields.text("SKU")?.into_owned(),
        name: fields.text("Name")?.into_owned(),
        backorder: how_many(fields, "BackorderQuantity", notes)?.unwrap_or_default(),
        ..figures
    }))
}

fn charge(fields: &Fields<'_>, notes: &mut Notes) -> Result<Option<SaleLine>, Wrong> {
    let missing = |name| move || Wrong::new(name, "is missing");
    let sent = fields.number("Price")?.ok_or_else(missing("Price"))?;
    let price = Price::rounded(sent).ok_or_else(|| Wrong::new("Price", format!("“{sent}” is not a price")))?;
    let price = notes.kept("Price", sent, price);
    let sent = fields.number("Discount")?.unwrap_or_default();
    let discount = Percent::rounded(sent).ok_or_else(|| Wrong::new("Discount", format!("“{sent}” is not a percentage")))?;
    Ok(Some(SaleLine {
        product: None,
        sku: String::new(),
        name: fields.text("Description")?.into_owned(),
        price,
        quantity: how_many(fields, "Quantity", notes)?.ok_or_else(missing("Quantity"))?,
        discount: notes.kept("Discount", sent, discount),
        tax: told(fields, "Tax", notes)?.unwrap_or_default(),
        total: told(fields, "Total", notes)?.ok_or_else(missing("Total"))?,
        comment: fields.text("Comment")?.into_owned(),
        backorder: Quantity::ZERO,
    }))
}
