//! Everything of `GET /sale?ID=` that the CRM keeps: lines, shipments, invoices, credit notes, payments.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::address::Address;
use super::super::answer::{NotUnderstood, object, text_of};
use super::super::fields::{Entries, List, Loose, Object, Wrong, called};
use super::super::notes::{Notes, all};
use super::super::payment::Payment;
use super::order::{Line, Order};
use crate::money::Amount;
use crate::records::sale::state::{is_absent, is_word};
use crate::records::sale::{self, Packed, Parcel, SaleAddress, SaleDetails, SaleHead};
use crate::records::{BadRecord, Day, Guid, Timestamp};

/// A whole sale as Cin7 sends it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Sale {
    #[serde(rename = "ID")]
    pub(super) id: Loose<Guid>,
    customer: Loose<String>,
    #[serde(rename = "CustomerID")]
    pub(super) customer_id: Loose<Guid>,
    pub(super) status: Loose<String>,
    #[serde(rename = "Type")]
    pub(super) kind: Loose<String>,
    #[serde(rename = "ExternalID")]
    pub(super) external_id: Loose<String>,
    contact: Loose<String>,
    phone: Loose<String>,
    email: Loose<String>,
    terms: Loose<String>,
    price_tier: Loose<String>,
    location: Loose<String>,
    note: Loose<String>,
    #[serde(rename = "SaleOrderDate")]
    ordered_on: Loose<Day>,
    ship_by: Loose<Day>,
    customer_reference: Loose<String>,
    customer_currency: Loose<String>,
    sales_representative: Loose<String>,
    combined_shipping_status: Loose<String>,
    combined_payment_status: Loose<String>,
    combined_invoice_status: Loose<String>,
    combined_tracking_numbers: Loose<String>,
    shipping_address: Loose<Object<Address>>,
    quote: Loose<Object<Quote>>,
    pub(super) order: Loose<Object<Order>>,
    fulfilments: Loose<List<Fulfilment>>,
    invoices: Loose<List<Invoice>>,
    credit_notes: Loose<List<CreditNote>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Quote {
    prepayments: Loose<List<Payment>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Fulfilment {
    fulfillment_number: Loose<String>,
    #[serde(rename = "FulFilmentStatus")]
    status: Loose<String>,
    pick: Loose<Object<Part<Content>>>,
    pack: Loose<Object<Part<Content>>>,
    ship: Loose<Object<Part<Shipment>>>,
}

/// A step of a fulfilment.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default, bound = "L: DeserializeOwned + Default")]
struct Part<L> {
    status: Loose<String>,
    lines: Loose<List<L>>,
}

/// What is picked or packed.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Content {
    #[serde(rename = "ProductID")]
    product: Loose<Guid>,
    #[serde(rename = "SKU")]
    sku: Loose<String>,
    name: Loose<String>,
    quantity: Loose<Decimal>,
    #[serde(rename = "Box")]
    parcel: Loose<String>,
}

/// A box.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Shipment {
    boxes: Loose<String>,
    #[serde(rename = "Box")]
    parcel: Loose<String>,
    carrier: Loose<String>,
    tracking_number: Loose<String>,
    #[serde(rename = "TrackingURL")]
    tracking_url: Loose<String>,
    is_shipped: Loose<bool>,
    #[serde(rename = "ShipmentDate")]
    on: Loose<Day>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Invoice {
    status: Loose<String>,
    #[serde(rename = "InvoiceNumber")]
    number: Loose<String>,
    #[serde(rename = "InvoiceDate")]
    date: Loose<Day>,
    #[serde(rename = "InvoiceDueDate")]
    due: Loose<Day>,
    lines: Loose<List<Line>>,
    additional_charges: Loose<List<Line>>,
    total: Loose<Decimal>,
    paid: Loose<Decimal>,
    payments: Loose<List<Payment>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct CreditNote {
    status: Loose<String>,
    #[serde(rename = "CreditNoteNumber")]
    number: Loose<String>,
    #[serde(rename = "CreditNoteInvoiceNumber")]
    invoice: Loose<String>,
    #[serde(rename = "CreditNoteDate")]
    date: Loose<Day>,
    lines: Loose<List<Line>>,
    additional_charges: Loose<List<Line>>,
    total: Loose<Decimal>,
    refunds: Loose<List<Payment>>,
}

/// Why a sale's details were not taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DetailsFault {
    /// The answer is no sale: Cin7's words, if it gave any.
    NotUnderstood(NotUnderstood),
    /// A figure cannot be read.
    Bad(BadRecord),
}

impl From<NotUnderstood> for DetailsFault {
    fn from(what: NotUnderstood) -> Self {
        Self::NotUnderstood(what)
    }
}

/// Reads a sale with its details, and reports the fields that it is taken without. `of` is the state of the sale that was
/// known when it was asked for, `read_at` the present time.
///
/// # Errors
/// [`DetailsFault`] when the body is not a sale, or an amount or a quantity cannot be read: a debt is never taken for nothing.
pub fn details(body: &[u8], of: Option<Timestamp>, read_at: Timestamp) -> Result<(SaleDetails, Vec<BadRecord>), DetailsFault> {
    let sale: Sale = object(body)?;
    let mut notes = Notes::default();
    let read = sale.details(&mut notes, of, read_at).map_err(|wrong| notes.0 = vec![wrong]);
    let mut bad = notes.reports("sale", called(text_of(body)?, label));
    match read {
        Ok(details) => Ok((details, bad.collect())),
        Err(()) => Err(bad.next().map_or_else(|| NotUnderstood::new("").into(), DetailsFault::Bad)),
    }
}

fn label(fields: &Entries<'_>) -> String {
    let order = fields.get("Order").and_then(|order| Entries::of(order).ok()).unwrap_or_default();
    let number = order.first_of(&["SaleOrderNumber"]);
    if number.is_empty() { fields.first_of(&["ID"]) } else { number }
}

impl Sale {
    fn details(self, notes: &mut Notes, of: Option<Timestamp>, read_at: Timestamp) -> Result<SaleDetails, Wrong> {
        let mut order = self.order.object("Order")?;
        let memo = std::mem::take(&mut order.memo);
        let mut of_order = Notes::default();
        let order = order.answer(&mut of_order)?;
        notes.0.extend(of_order.0.into_iter().map(|wrong| Wrong { field: format!("Order.{}", wrong.field), ..wrong }));
        let quote = self.quote.object("Quote")?;
        let delivery = notes.take(self.shipping_address.object("ShippingAddress"));
        Ok(SaleDetails {
            head: SaleHead {
                number: order.number,
                status: self.status.trimmed("Status")?,
                order_status: order.status,
                external_id: self.external_id.text("ExternalID")?,
                customer: notes.take(self.customer_id.told("CustomerID")),
                customer_name: self.customer.trimmed("Customer")?,
                ordered_on: notes.take(self.ordered_on.told("SaleOrderDate")),
                sale_type: self.kind.trimmed("Type")?,
                currency: self.customer_currency.trimmed("CustomerCurrency")?,
                reference: self.customer_reference.text("CustomerReference")?,
                shipping_status: self.combined_shipping_status.trimmed("CombinedShippingStatus")?,
                payment_status: self.combined_payment_status.trimmed("CombinedPaymentStatus")?,
                invoice_status: Some(self.combined_invoice_status.trimmed("CombinedInvoiceStatus")?),
                tracking: self.combined_tracking_numbers.trimmed("CombinedTrackingNumbers")?,
                ..SaleHead::new(self.id.needed("ID")?)
            },
            of,
            read_at,
            contact: self.contact.trimmed("Contact")?,
            phone: self.phone.trimmed("Phone")?,
            email: self.email.trimmed("Email")?,
            terms: self.terms.trimmed("Terms")?,
            price_tier: self.price_tier.trimmed("PriceTier")?,
            location: self.location.trimmed("Location")?,
            representative: self.sales_representative.trimmed("SalesRepresentative")?,
            note: self.note.trimmed("Note")?,
            memo: memo.trimmed("Memo")?,
            ship_by: notes.take(self.ship_by.told("ShipBy")),
            delivery: delivery.of_sale(notes),
            lines: order.lines,
            charges: order.charges,
            net: order.net,
            tax: order.tax,
            gross: order.gross,
            fulfilments: all(self.fulfilments, "Fulfilments", notes, Fulfilment::record)?.into_iter().flatten().collect(),
            invoices: all(self.invoices, "Invoices", notes, Invoice::record)?.into_iter().flatten().collect(),
            credit_notes: all(self.credit_notes, "CreditNotes", notes, CreditNote::record)?.into_iter().flatten().collect(),
            prepayments: all(quote.prepayments, "Prepayments", notes, Payment::record)?,
            received: None,
        })
    }
}

fn owed(sent: Loose<Decimal>, name: &str, notes: &mut Notes) -> Result<Amount, Wrong> {
    notes.amount(sent, name)?.ok_or_else(|| Wrong::missing(name))
}

impl Address {
    fn of_sale(mut self, notes: &mut Notes) -> Option<SaleAddress> {
        let [line1, line2] = notes.take(self.lines()).map(|line| line.trim().to_owned());
        let mut text = |sent: Loose<String>, name| notes.take(sent.trimmed(name));
        let address = SaleAddress {
            company: text(self.company, "Company"),
            contact: text(self.contact, "Contact"),
            line1,
            line2,
            city: text(self.city, "City"),
            state: text(self.state, "State"),
            postcode: text(self.postcode, "Postcode"),
            country: text(self.country, "Country"),
        };
        (address != SaleAddress::default()).then_some(address)
    }
}

impl Fulfilment {
    fn record(self, notes: &mut Notes) -> Result<Option<sale::Fulfilment>, Wrong> {
        let (pick, boxed, ship) = (self.pick.object("Pick")?, self.pack.object("Pack")?, self.ship.object("Ship")?);
        let status = ship.status.trimmed("Status")?;
        if is_word(&self.status.text("FulFilmentStatus")?, "VOIDED") || is_word(&status, "VOIDED") {
            return Ok(None);
        }
        let mut contents = boxed.contents(notes)?;
        if contents.is_empty() {
            contents = pick.contents(notes)?;
        }
        let mut parcels = all(ship.lines, "Lines", notes, Shipment::record)?;
        // Where Cin7 leaves the flag of each box out, the state of the shipment tells.
        if status.eq_ignore_ascii_case("AUTHORISED") && parcels.iter().all(|(_, said)| !said) {
            for (parcel, _) in &mut parcels {
                parcel.shipped = true;
            }
        }
        let parcels = parcels.into_iter().map(|(parcel, _)| parcel).collect();
        Ok(Some(sale::Fulfilment { number: self.fulfillment_number.text("FulfillmentNumber")?, status, contents, parcels }))
    }
}

impl Part<Content> {
    /// What it holds; nothing where the step was not taken.
    fn contents(self, notes: &mut Notes) -> Result<Vec<Packed>, Wrong> {
        if is_absent(&self.status.text("Status")?) { Ok(Vec::new()) } else { all(self.lines, "Lines", notes, Content::record) }
    }
}

impl Content {
    fn record(self, notes: &mut Notes) -> Result<Packed, Wrong> {
        Ok(Packed {
            product: self.product.told("ProductID")?,
            sku: self.sku.text("SKU")?,
            name: self.name.text("Name")?,
            quantity: notes.quantity(self.quantity, "Quantity")?.ok_or_else(|| Wrong::missing("Quantity"))?,
            parcel: self.parcel.text("Box")?,
        })
    }
}

impl Shipment {
    /// The box, and whether it says of itself that it has gone or not.
    fn record(self, notes: &mut Notes) -> Result<(Parcel, bool), Wrong> {
        let shipped = notes.take(self.is_shipped.told("IsShipped"));
        let mut name = self.boxes.trimmed("Boxes")?;
        if name.is_empty() {
            name = self.parcel.trimmed("Box")?;
        }
        let parcel = Parcel {
            name,
            carrier: self.carrier.trimmed("Carrier")?,
            tracking: self.tracking_number.trimmed("TrackingNumber")?,
            url: self.tracking_url.trimmed("TrackingURL")?,
            shipped: shipped == Some(true),
            on: notes.take(self.on.told("ShipmentDate")),
        };
        Ok((parcel, shipped.is_some()))
    }
}

impl Invoice {
    fn record(self, notes: &mut Notes) -> Result<Option<sale::Invoice>, Wrong> {
        let status = self.status.trimmed("Status")?;
        if is_absent(&status) {
            return Ok(None);
        }
        let payments = all(self.payments, "Payments", notes, Payment::record)?;
        Ok(Some(sale::Invoice {
            number: self.number.trimmed("InvoiceNumber")?,
            date: notes.take(self.date.told("InvoiceDate")),
            due: notes.take(self.due.told("InvoiceDueDate")),
            lines: all(self.lines, "Lines", notes, Line::of_product)?,
            charges: all(self.additional_charges, "AdditionalCharges", notes, Line::charge)?,
            total: owed(self.total, "Total", notes)?,
            paid: notes.amount(self.paid, "Paid")?.unwrap_or_else(|| payments.iter().map(|payment| payment.amount).sum()),
            payments,
            status,
        }))
    }
}

impl CreditNote {
    fn record(self, notes: &mut Notes) -> Result<Option<sale::CreditNote>, Wrong> {
        let status = self.status.trimmed("Status")?;
        if is_absent(&status) {
            return Ok(None);
        }
        Ok(Some(sale::CreditNote {
            number: self.number.trimmed("CreditNoteNumber")?,
            invoice: self.invoice.trimmed("CreditNoteInvoiceNumber")?,
            date: notes.take(self.date.told("CreditNoteDate")),
            lines: all(self.lines, "Lines", notes, Line::of_product)?,
            charges: all(self.additional_charges, "AdditionalCharges", notes, Line::charge)?,
            total: owed(self.total, "Total", notes)?,
            refunds: all(self.refunds, "Refunds", notes, Payment::record)?,
            status,
        }))
    }
}

#[cfg(test)]
mod tests;
