//! Everything of `GET /sale?ID=` that the CRM keeps: lines, shipments, invoices, credit notes, payments.

use super::super::fields::{Fields, Wrong, address_lines};
use super::super::{NotUnderstood, Notes, first_of, object};
use super::{charge, each, how_many, line, order_of};
use crate::money::Amount;
use crate::records::sale::state::{is_absent, is_word};
use crate::records::sale::{CreditNote, Fulfilment, Invoice, Packed, Parcel, Payment, SaleAddress, SaleDetails, SaleHead};
use crate::records::{BadRecord, Timestamp};

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
    let fields = object(body)?;
    let mut notes = Notes::default();
    let read = sale(&fields, &mut notes, of, read_at);
    let report = |wrong: Wrong| {
        let order = fields.object("Order").ok().flatten();
        let number = order.map(|order| first_of(&order, &["SaleOrderNumber"])).unwrap_or_default();
        let record = if number.is_empty() { first_of(&fields, &["ID"]) } else { number };
        BadRecord { list: "sale".to_owned(), record, field: wrong.field, problem: wrong.problem }
    };
    match read {
        Ok(details) => Ok((details, notes.0.into_iter().map(report).collect())),
        Err(wrong) => Err(DetailsFault::Bad(report(wrong))),
    }
}

fn sale(fields: &Fields<'_>, notes: &mut Notes, of: Option<Timestamp>, read_at: Timestamp) -> Result<SaleDetails, Wrong> {
    let empty = Fields::default();
    let order_fields = fields.object("Order")?.unwrap_or_default();
    let mut of_order = Notes::default();
    let order = order_of(&order_fields, &mut of_order)?;
    notes.0.extend(of_order.0.into_iter().map(|wrong| Wrong { field: format!("Order.{}", wrong.field), ..wrong }));
    let quote = fields.object("Quote")?.unwrap_or_default();
    let text = |name| fields.text(name).map(|text| text.trim().to_owned());
    let delivery = notes.take(fields.object("ShippingAddress")).unwrap_or(empty);
    Ok(SaleDetails {
        head: SaleHead {
            number: order.number,
            status: text("Status")?,
            order_status: order.status,
            external_id: fields.text("ExternalID")?.into_owned(),
            customer: notes.take(fields.id("CustomerID")),
            customer_name: text("Customer")?,
            ordered_on: notes.take(fields.day("SaleOrderDate")),
            sale_type: text("Type")?,
            currency: text("CustomerCurrency")?,
            reference: fields.text("CustomerReference")?.into_owned(),
            shipping_status: text("CombinedShippingStatus")?,
            payment_status: text("CombinedPaymentStatus")?,
            invoice_status: Some(text("CombinedInvoiceStatus")?),
            tracking: text("CombinedTrackingNumbers")?,
            ..SaleHead::new(fields.own_id("ID")?)
        },
        of,
        read_at,
        contact: text("Contact")?,
        phone: text("Phone")?,
        email: text("Email")?,
        terms: text("Terms")?,
        price_tier: text("PriceTier")?,
        location: text("Location")?,
        representative: text("SalesRepresentative")?,
        note: text("Note")?,
        memo: order_fields.text("Memo")?.trim().to_owned(),
        ship_by: notes.take(fields.day("ShipBy")),
        delivery: address(&delivery, notes),
        lines: order.lines,
        charges: order.charges,
        net: order.net,
        tax: order.tax,
        gross: order.gross,
        fulfilments: each(fields, "Fulfilments", notes, fulfilment)?,
        invoices: each(fields, "Invoices", notes, invoice)?,
        credit_notes: each(fields, "CreditNotes", notes, credit_note)?,
        prepayments: each(&quote, "Prepayments", notes, payment)?,
        received: None,
    })
}

fn amount(fields: &Fields<'_>, name: &'static str, notes: &mut Notes) -> Result<Option<Amount>, Wrong> {
    Ok(fields.number(name)?.map(|sent| notes.kept(name, sent, Amount::rounded(sent))))
}

fn owed(fields: &Fields<'_>, name: &'static str, notes: &mut Notes) -> Result<Amount, Wrong> {
    amount(fields, name, notes)?.ok_or_else(|| Wrong::new(name, "is missing"))
}

fn address(fields: &Fields<'_>, notes: &mut Notes) -> Option<SaleAddress> {
    let [line1, line2] = notes.take(address_lines(fields)).map(|line| line.trim().to_owned());
    let mut text = |name| notes.take(fields.text(name).map(|text| text.trim().to_owned()));
    let address = SaleAddress {
        company: text("Company"),
        contact: text("Contact"),
        line1,
        line2,
        city: text("City"),
        state: text("State"),
        postcode: text("Postcode"),
        country: text("Country"),
    };
    (address != SaleAddress::default()).then_some(address)
}

fn fulfilment(fields: &Fields<'_>, notes: &mut Notes) -> Result<Option<Fulfilment>, Wrong> {
    let part = |name| Ok::<_, Wrong>(fields.object(name)?.unwrap_or_default());
    let (pick, boxed, ship) = (part("Pick")?, part("Pack")?, part("Ship")?);
    let status = ship.text("Status")?.trim().to_owned();
    if is_word(&fields.text("FulFilmentStatus")?, "VOIDED") || is_word(&status, "VOIDED") {
        return Ok(None);
    }
    let live = |part: &Fields<'_>| Ok::<_, Wrong>(!is_absent(&part.text("Status")?));
    let mut contents = if live(&boxed)? { each(&boxed, "Lines", notes, packed)? } else { Vec::new() };
    if contents.is_empty() && live(&pick)? {
        contents = each(&pick, "Lines", notes, packed)?;
    }
    let mut parcels = each(&ship, "Lines", notes, parcel)?;
    // Where Cin7 leaves the flag of each box out, the state of the shipment tells.
    if status.eq_ignore_ascii_case("AUTHORISED") && parcels.iter().all(|(_, said)| !said) {
        for (parcel, _) in &mut parcels {
            parcel.shipped = true;
        }
    }
    let parcels = parcels.into_iter().map(|(parcel, _)| parcel).collect();
    Ok(Some(Fulfilment { number: fields.text("FulfillmentNumber")?.into_owned(), status, contents, parcels }))
}

fn packed(fields: &Fields<'_>, notes: &mut Notes) -> Result<Option<Packed>, Wrong> {
    Ok(Some(Packed {
        product: fields.id("ProductID")?,
        sku: fields.text("SKU")?.into_owned(),
        name: fields.text("Name")?.into_owned(),
        quantity: how_many(fields, "Quantity", notes)?.ok_or_else(|| Wrong::new("Quantity", "is missing"))?,
        parcel: fields.text("Box")?.into_owned(),
    }))
}

/// A box, and whether it says of itself that it has gone or not.
fn parcel(fields: &Fields<'_>, notes: &mut Notes) -> Result<Option<(Parcel, bool)>, Wrong> {
    let shipped = notes.take(fields.flag("IsShipped"));
    let mut name = fields.text("Boxes")?.trim().to_owned();
    if name.is_empty() {
        fields.text("Box")?.trim().clone_into(&mut name);
    }
    let parcel = Parcel {
        name,
        carrier: fields.text("Carrier")?.trim().to_owned(),
        tracking: fields.text("TrackingNumber")?.trim().to_owned(),
        url: fields.text("TrackingURL")?.trim().to_owned(),
        shipped: shipped == Some(true),
        on: notes.take(fields.day("ShipmentDate")),
    };
    Ok(Some((parcel, shipped.is_some())))
}

pub(in crate::cin7) fn payment(fields: &Fields<'_>, notes: &mut Notes) -> Result<Option<Payment>, Wrong> {
    Ok(Some(Payment {
        reference: fields.text("Reference")?.trim().to_owned(),
        amount: owed(fields, "Amount", notes)?,
        on: notes.take(fields.day("DatePaid")),
        account: fields.text("Account")?.trim().to_owned(),
    }))
}

fn invoice(fields: &Fields<'_>, notes: &mut Notes) -> Result<Option<Invoice>, Wrong> {
    let status = fields.text("Status")?.trim().to_owned();
    if is_absent(&status) {
        return Ok(None);
    }
    let payments = each(fields, "Payments", notes, payment)?;
    Ok(Some(Invoice {
        number: fields.text("InvoiceNumber")?.trim().to_owned(),
        date: notes.take(fields.day("InvoiceDate")),
        due: notes.take(fields.day("InvoiceDueDate")),
        lines: each(fields, "Lines", notes, line)?,
        charges: each(fields, "AdditionalCharges", notes, charge)?,
        total: owed(fields, "Total", notes)?,
        paid: amount(fields, "Paid", notes)?.unwrap_or_else(|| payments.iter().map(|payment| payment.amount).sum()),
        payments,
        status,
    }))
}

fn credit_note(fields: &Fields<'_>, notes: &mut Notes) -> Result<Option<CreditNote>, Wrong> {
    let status = fields.text("Status")?.trim().to_owned();
    if is_absent(&status) {
        return Ok(None);
    }
    Ok(Some(CreditNote {
        number: fields.text("CreditNoteNumber")?.trim().to_owned(),
        invoice: fields.text("CreditNoteInvoiceNumber")?.trim().to_owned(),
        date: notes.take(fields.day("CreditNoteDate")),
        lines: each(fields, "Lines", notes, line)?,
        charges: each(fields, "AdditionalCharges", notes, charge)?,
        total: owed(fields, "Total", notes)?,
        refunds: each(fields, "Refunds", notes, payment)?,
        status,
    }))
}

#[cfg(test)]
mod tests;
