//! A sale line by line, for the company's ledger: what was invoiced, what is still only ordered, what was credited.

use serde::Serialize;

use super::details::SaleDetails;
use super::figures::is_counted;
use super::state::counts;
use super::{Sale, SaleLine};
use crate::money::{Amount, Percent, Price, Quantity};
use crate::records::Day;
use rust_decimal::Decimal;

/// What a row of the ledger stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TransactionKind {
    /// Ordered and not invoiced yet.
    Order,
    /// A line of an invoice.
    Invoice,
    /// A line of a credit note.
    Credit,
}

/// A row of the ledger, without what all rows of its sale share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// What it stands for.
    pub kind: TransactionKind,
    /// Number of the invoice or credit note; empty for an order.
    pub document: String,
    /// Its day.
    pub date: Option<Day>,
    /// The SKU; empty for a charge.
    pub sku: String,
    /// The product's name, or the charge's.
    pub name: String,
    /// How many; below zero when credited.
    pub quantity: Quantity,
    /// How many of them have gone.
    pub delivered: Quantity,
    /// Unit price.
    pub price: Price,
    /// Per cent.
    pub discount: Percent,
    /// By the account's convention; below zero when credited.
    pub total: Amount,
    /// Whether the whole document is paid. Partly paid is not paid.
    pub paid: bool,
    /// The day of the payment that settled it.
    pub paid_on: Option<Day>,
    /// What is open of the whole document; `None` before there is one.
    pub open: Option<Amount>,
}

/// Takes up to `wanted` of a product out of what is left of it, over all entries.
fn take(left: &mut [(&SaleLine, Quantity)], row: &SaleLine, wanted: Quantity) -> Quantity {
    let mut taken = Quantity::ZERO;
    for (of, amount) in left {
        if is_same(of, row) && taken < wanted && *amount > Quantity::ZERO {
            let part = (*amount).min(wanted - taken);
            (*amount, taken) = (*amount - part, taken + part);
        }
    }
    taken
}

fn is_same(one: &SaleLine, other: &SaleLine) -> bool {
    if is_counted(one) || is_counted(other) {
        one.product == other.product && (one.product.is_some() || one.sku == other.sku)
    } else {
        one.name.trim().eq_ignore_ascii_case(other.name.trim())
    }
}

impl SaleDetails {
    /// The rows of the ledger: invoices first, in their order, then what is ordered and not invoiced, then credits. None for
    /// a voided sale, and none for an order that is only a draft.
    pub fn transactions(&self, sale: &Sale) -> Vec<Transaction> {
        let mut rows = Vec::new();
        if sale.voided() {
            return rows;
        }
        let mut delivered: Vec<(&SaleLine, Quantity)> = self.rows().zip(self.delivered()).collect();
        let mut ordered: Vec<(&SaleLine, Quantity)> =
            self.lines.iter().chain(&self.charges).map(|row| (row, row.quantity)).collect();
        for (invoice, open) in self.owed() {
            let paid = open <= Amount::ZERO;
            for line in invoice.lines.iter().chain(&invoice.charges) {
                take(&mut ordered, line, line.quantity);
                rows.push(Transaction {
                    document: invoice.number.clone(),
                    date: invoice.date,
                    delivered: take(&mut delivered, line, line.quantity),
                    paid,
                    paid_on: invoice.last_paid_on().filter(|_| paid),
                    open: Some(open),
                    ..row(TransactionKind::Invoice, line, line.quantity, line.total)
                });
            }
        }
        if counts(&sale.head.order_status) && !sale.draft() {
            for (line, left) in ordered.into_iter().filter(|(_, left)| *left > Quantity::ZERO) {
                let total = if left == line.quantity { line.total } else { part_of(line, left) };
                rows.push(Transaction {
                    date: sale.head.ordered_on,
                    delivered: take(&mut delivered, line, left),
                    ..row(TransactionKind::Order, line, left, total)
                });
            }
        }
        for note in self.credit_notes.iter().filter(|note| note.counts()) {
            for line in note.lines.iter().chain(&note.charges) {
                rows.push(Transaction {
                    document: note.number.clone(),
                    date: note.date,
                    paid: note.open() <= Amount::ZERO,
                    open: Some(Amount::ZERO - note.open()),
                    ..row(TransactionKind::Credit, line, Quantity::ZERO - line.quantity, Amount::ZERO - line.total)
                });
            }
        }
        rows
    }
}

/// What a part of a line comes to at its price.
fn part_of(line: &SaleLine, quantity: Quantity) -> Amount {
    let left = Decimal::ONE_HUNDRED - line.discount.decimal();
    Amount::rounded(quantity.decimal() * line.price.decimal() * left / Decimal::ONE_HUNDRED)
}

fn row(kind: TransactionKind, line: &SaleLine, quantity: Quantity, total: Amount) -> Transaction {
    Transaction {
        kind,
        document: String::new(),
        date: None,
        sku: line.sku.clone(),
        name: line.name.clone(),
        quantity,
        delivered: Quantity::ZERO,
        price: line.price,
        discount: line.discount,
        total,
        paid: false,
        paid_on: None,
        open: None,
    }
}
