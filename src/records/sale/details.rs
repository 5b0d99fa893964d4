//! Everything of a sale below its header: lines, shipments, invoices, credit notes and payments.

use serde::{Deserialize, Serialize};

use super::state::{counts, is_word};
use super::{SaleHead, SaleLine};
use crate::money::{Amount, Quantity};
use crate::records::{Day, Guid, Timestamp};

/// A sale's details as they were read at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleDetails {
    /// The header as it came with them. It has no time of the last change: that is the list's to tell.
    pub head: SaleHead,
    /// The state of the sale that they are of: when Cin7 had changed it last, by the list.
    pub of: Option<Timestamp>,
    /// When they were read, by this machine's clock.
    pub read_at: Timestamp,
    /// Contact, phone and e-mail address of the sale.
    pub contact: String,
    /// See `contact`.
    pub phone: String,
    /// See `contact`.
    pub email: String,
    /// Payment term.
    pub terms: String,
    /// Name of the price tier.
    pub price_tier: String,
    /// Name of the location.
    pub location: String,
    /// Sales representative.
    pub representative: String,
    /// Delivery notes: Cin7's comments on the sale.
    pub note: String,
    /// Memo of the order.
    pub memo: String,
    /// Day by which it should ship.
    pub ship_by: Option<Day>,
    /// Where it goes.
    pub delivery: Option<SaleAddress>,
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
    /// Shipments, in order; void ones are left out.
    pub fulfilments: Vec<Fulfilment>,
    /// Invoices, in order, drafts included; void ones are left out.
    pub invoices: Vec<Invoice>,
    /// Credit notes, in order, drafts included; void ones are left out.
    pub credit_notes: Vec<CreditNote>,
    /// Payments taken before there was an invoice.
    pub prepayments: Vec<Payment>,
    /// What Cin7's own list of the sale's payments comes to; `None` where the documents agree with the list of sales, so that
    /// nobody had to ask for it.
    pub received: Option<Received>,
}

/// An address as a sale holds it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SaleAddress {
    /// Company, where it differs from the customer.
    pub company: String,
    /// Person.
    pub contact: String,
    /// First line.
    pub line1: String,
    /// Second line.
    pub line2: String,
    /// City.
    pub city: String,
    /// State or county.
    pub state: String,
    /// Postcode.
    pub postcode: String,
    /// Country.
    pub country: String,
}

/// One shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fulfilment {
    /// Its number within the sale, as Cin7 writes it.
    pub number: String,
    /// State of its shipping, in Cin7's word.
    pub status: String,
    /// What is in it: as packed, or as picked before it is packed.
    pub contents: Vec<Packed>,
    /// How it travels.
    pub parcels: Vec<Parcel>,
}

/// Something in a shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// The product.
    pub product: Option<Guid>,
    /// Its SKU.
    pub sku: String,
    /// Cin7's name of it.
    pub name: String,
    /// How many.
    pub quantity: Quantity,
    /// The box that it is in; may be empty.
    pub parcel: String,
}

/// A box, or several that travel together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// Its name, several joined by commas; may be empty.
    pub name: String,
    /// Who carries it.
    pub carrier: String,
    /// Tracking number; may be empty.
    pub tracking: String,
    /// Where to follow it; may be empty.
    pub url: String,
    /// Whether it has gone. A box with a tracking number may still stand in the warehouse.
    pub shipped: bool,
    /// The day of it.
    pub on: Option<Day>,
}

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Such as `INV-00501`.
    pub number: String,
    /// In Cin7's word: `DRAFT`, `AUTHORISED`, `PAID`.
    pub status: String,
    /// Day of the invoice.
    pub date: Option<Day>,
    /// Day by which it is to be paid.
    pub due: Option<Day>,
    /// Product lines.
    pub lines: Vec<SaleLine>,
    /// Additional charges.
    pub charges: Vec<SaleLine>,
    /// With tax.
    pub total: Amount,
    /// Paid so far.
    pub paid: Amount,
    /// Payments.
    pub payments: Vec<Payment>,
}

/// A credit note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreditNote {
    /// Its number.
    pub number: String,
    /// Number of the invoice that it is about.
    pub invoice: String,
    /// In Cin7's word: `DRAFT`, `AUTHORISED`.
    pub status: String,
    /// Its day.
    pub date: Option<Day>,
    /// Product lines.
    pub lines: Vec<SaleLine>,
    /// Additional charges.
    pub charges: Vec<SaleLine>,
    /// With tax.
    pub total: Amount,
    /// What was paid back.
    pub refunds: Vec<Payment>,
}

/// Money that came in, or went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Free text.
    pub reference: String,
    /// How much.
    pub amount: Amount,
    /// When.
    pub on: Option<Day>,
    /// Code of the account that it went to.
    pub account: String,
}

/// What has been paid on a sale, by Cin7's list of its payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Payments and prepayments less refunds.
    pub net: Amount,
    /// Refunds that hang on no credit note.
    pub refunds: Vec<Payment>,
}

/// A row of Cin7's list of a sale's payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalePayment {
    /// Whether the money went back to the customer.
    pub refund: bool,
    /// Number of the credit note that it hangs on; may be empty.
    pub credit_note: String,
    /// The money.
    pub payment: Payment,
}

impl Invoice {
    /// Whether it is owed: drafts are not.
    pub fn counts(&self) -> bool {
        counts(&self.status)
    }

    /// What is still to be paid by its own figures; see [`SaleDetails::owed`].
    pub fn open(&self) -> Amount {
        if is_word(&self.status, "PAID") { Amount::ZERO } else { self.total - self.paid }
    }

    /// The day of the last payment.
    pub fn last_paid_on(&self) -> Option<Day> {
        self.payments.iter().filter_map(|payment| payment.on).max()
    }
}

impl CreditNote {
    /// Whether it is given: drafts are not.
    pub fn counts(&self) -> bool {
        counts(&self.status)
    }

    /// What of it has not been paid back.
    pub fn open(&self) -> Amount {
        self.total - self.refunded()
    }

    fn refunded(&self) -> Amount {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }
}

impl Fulfilment {
    /// Whether all of it has gone.
    pub fn is_shipped(&self) -> bool {
        if self.parcels.is_empty() { is_word(&self.status, "AUTHORISED") } else { self.parcels.iter().all(|one| one.shipped) }
    }

    /// What of it has gone: all, or the contents of the boxes that have.
    pub fn gone(&self) -> impl Iterator<Item = &Packed> {
        let all = self.is_shipped();
        let in_box = |packed: &Packed| {
            let mut names = self.parcels.iter().filter(|one| one.shipped).flat_map(|one| one.name.split(','));
            !packed.parcel.is_empty() && names.any(|name| name.trim().eq_ignore_ascii_case(packed.parcel.trim()))
        };
        self.contents.iter().filter(move |packed| all || in_box(packed))
    }

    /// The last day on which something of it went.
    pub fn shipped_on(&self) -> Option<Day> {
        self.parcels.iter().filter(|one| one.shipped).filter_map(|one| one.on).max()
    }
}

impl SaleDetails {
    /// Whether the row of the list of sales tells of other money than these documents: then [`SaleDetails::settle`] is due.
    pub fn disagrees_with(&self, listed: &SaleHead) -> bool {
        match (self.figures().open, listed.invoiced, listed.paid) {
            (Some(open), Some(invoiced), Some(paid)) => open != invoiced - paid,
            _ => false,
        }
    }

    /// Lets Cin7's list of the sale's payments say what was paid, where its documents do not add up to that.
    pub fn settle(&mut self, rows: Vec<SalePayment>) {
        let mut noted: Vec<&Payment> = self.credit_notes.iter().flat_map(|note| &note.refunds).collect();
        let mut received = Received { net: Amount::ZERO, refunds: Vec::new() };
        for SalePayment { refund, credit_note, payment } in rows {
            if !refund {
                received.net = received.net + payment.amount;
                continue;
            }
            received.net = received.net - payment.amount;
            let known = noted.iter().position(|own| **own == payment);
            if let Some(at) = known {
                noted.swap_remove(at);
            } else if credit_note.is_empty() {
                received.refunds.push(payment);
            }
        }
        self.received = Some(received);
    }

    /// The invoices that count, in order, each with what is still to be paid of it. Money that their own figures do not show,
    /// such as a refund without a credit note, opens the last of them again; more of it closes the first.
    pub fn owed(&self) -> Vec<(&Invoice, Amount)> {
        let mut owed: Vec<_> =
            self.invoices.iter().filter(|invoice| invoice.counts()).map(|invoice| (invoice, invoice.open())).collect();
        let Some(received) = &self.received else { return owed };
        let refunded: Amount = self.credit_notes.iter().filter(|note| note.counts()).map(CreditNote::refunded).sum();
        let invoiced: Amount = owed.iter().map(|(invoice, _)| invoice.total).sum();
        let mut missing = invoiced - (received.net + refunded) - owed.iter().map(|(_, open)| *open).sum();
        for (_, open) in &mut owed {
            let closed = (*open).min(Amount::ZERO - missing).max(Amount::ZERO);
            (*open, missing) = (*open - closed, missing + closed);
        }
        if let Some((_, open)) = owed.last_mut() {
            *open = *open + missing;
        }
        owed
    }

    /// The lines and charges of the sale: the order's, or those of its invoices where the order has none.
    pub fn rows(&self) -> impl Iterator<Item = &SaleLine> {
        let own = !self.lines.is_empty() || !self.charges.is_empty();
        let instead = self.invoices.iter().filter(move |invoice| !own && invoice.counts());
        let others = instead.flat_map(|invoice| invoice.lines.iter().chain(&invoice.charges));
        self.lines.iter().chain(&self.charges).chain(others)
    }

    /// Every tracking number once, in the order of shipments and boxes.
    pub fn tracking(&self) -> Vec<&str> {
        let mut numbers: Vec<&str> = Vec::new();
        for one in self.fulfilments.iter().flat_map(|fulfilment| &fulfilment.parcels) {
            let number = one.tracking.trim();
            if !number.is_empty() && !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers
    }
}
