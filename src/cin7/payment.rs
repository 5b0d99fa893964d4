//! `/sale/payment`: what has been paid on a sale.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::{NotUnderstood, object, refusal, text_of};
use super::fields::{Loose, Wrong, record};
use super::notes::Notes;
use crate::records::Day;
use crate::records::sale::{self, SalePayment};

/// A payment as Cin7 sends it, here and within a sale.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Payment {
    #[serde(rename = "Type")]
    kind: Loose<String>,
    reference: Loose<String>,
    amount: Loose<Decimal>,
    date_paid: Loose<Day>,
    account: Loose<String>,
    credit_note_number: Loose<String>,
}

impl Payment {
    /// The documentation writes the type in capitals, its examples do not.
    fn is_refund(&self) -> bool {
        matches!(&self.kind, Loose::Told(word) if word.trim().eq_ignore_ascii_case("REFUND"))
    }

    pub(super) fn record(self, notes: &mut Notes) -> Result<sale::Payment, Wrong> {
        Ok(sale::Payment {
            reference: self.reference.trimmed("Reference")?,
            amount: notes.amount(self.amount, "Amount")?.ok_or_else(|| Wrong::missing("Amount"))?,
            on: notes.take(self.date_paid.told("DatePaid")),
            account: self.account.trimmed("Account")?,
        })
    }
}

/// Reads the answer of `GET /sale/payment`: every payment, prepayment and refund of a sale.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a list of payments, or an amount cannot be read: then nobody knows what has been paid.
pub fn all(body: &[u8]) -> Result<Vec<SalePayment>, NotUnderstood> {
    let own = |mut row: Payment| {
        Ok(SalePayment {
            refund: row.is_refund(),
            credit_note: std::mem::take(&mut row.credit_note_number).trimmed("CreditNoteNumber")?,
            payment: row.record(&mut Notes::default())?,
        })
    };
    rows(body)?.into_iter().map(|row| own(row).map_err(|_: Wrong| unread())).collect()
}

/// Reads the answer of `GET /sale/payment`: the reference of every payment and prepayment of a sale. Refunds are none.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a list of payments.
pub fn references(body: &[u8]) -> Result<Vec<String>, NotUnderstood> {
    let paid = rows(body)?.into_iter().filter(|row| !row.is_refund());
    paid.map(|row| row.reference.trimmed("Reference").map_err(|_| unread())).collect()
}

fn rows(body: &[u8]) -> Result<Vec<Payment>, NotUnderstood> {
    if let Some(words) = refusal(body) {
        return Err(NotUnderstood::refused(words.join(" ")));
    }
    let rows: Vec<&RawValue> = serde_json::from_str(text_of(body)?).map_err(|_| unread())?;
    rows.into_iter().map(|row| record(row.get()).map_err(|_| unread())).collect()
}

fn unread() -> NotUnderstood {
    NotUnderstood::new("The answer is not a list of payments that can be read.")
}

/// Reads the answer of `POST /sale/payment`. It may have taken effect whatever this says.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a payment.
pub fn posted(body: &[u8]) -> Result<(), NotUnderstood> {
    let Posted { id, amount } = object(body)?;
    if id.is_sent() && amount.is_sent() { Ok(()) } else { Err(NotUnderstood::new("The answer is not a payment.")) }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Posted {
    #[serde(rename = "ID")]
    id: Loose<String>,
    amount: Loose<Decimal>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s13_payments_are_known_by_their_references() {
        let body = br#"[{"Type":"Prepayment","Reference":" CARD-77 ","Amount":200},{"Type":"Payment","Reference":null},{"Type":"Refund","Reference":"CARD-78"}]"#;
        assert_eq!(references(body).unwrap(), ["CARD-77", ""]);
        assert!(references(b"[]").unwrap().is_empty());
        assert!(references(b"<html>").is_err());
        assert!(references(b"{}").is_err(), "an object says nothing about payments");
        assert!(references(br#"[{"ErrorCode":400,"Exception":"Sale not found"}]"#).unwrap_err().refused);
        assert!(posted(br#"{"ID":"6d99","Amount":200}"#).is_ok());
        assert!(posted(b"{}").is_err());
    }
}
