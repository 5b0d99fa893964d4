//! `/sale/payment`: what has been paid on a sale.

use super::fields::Fields;
use super::{NotUnderstood, Notes};
use crate::json::Raw;
use crate::records::sale::SalePayment;

/// Reads the answer of `GET /sale/payment`: every payment, prepayment and refund of a sale.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a list of payments, or an amount cannot be read: then nobody knows what has been paid.
pub fn all(body: &[u8]) -> Result<Vec<SalePayment>, NotUnderstood> {
    let mut payments = Vec::new();
    for fields in rows(body)? {
        let credit_note = fields.text("CreditNoteNumber").map_err(|_| unread())?.trim().to_owned();
        let read = super::sale::payment(&fields, &mut Notes::default()).map_err(|_| unread())?;
        payments.extend(read.map(|payment| SalePayment { refund: is_refund(&fields), credit_note, payment }));
    }
    Ok(payments)
}

/// Reads the answer of `GET /sale/payment`: the reference of every payment and prepayment of a sale. Refunds are none.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a list of payments.
pub fn references(body: &[u8]) -> Result<Vec<String>, NotUnderstood> {
    let rows = rows(body)?;
    let paid = rows.iter().filter(|fields| !is_refund(fields));
    paid.map(|fields| fields.text("Reference").map(|text| text.trim().to_owned()).map_err(|_| unread())).collect()
}

fn rows(body: &[u8]) -> Result<Vec<Fields<'_>>, NotUnderstood> {
    if let Some(words) = super::refusal(body) {
        return Err(NotUnderstood::refused(words.join(" ")));
    }
    let rows = Raw::of(super::text_of(body)?).and_then(Raw::elements).map_err(|_| unread())?;
    rows.into_iter().map(|row| Fields::of(row).map_err(|_| unread())).collect()
}

fn unread() -> NotUnderstood {
    NotUnderstood::new("The answer is not a list of payments that can be read.")
}

/// The documentation writes the type in capitals, its examples do not.
fn is_refund(fields: &Fields<'_>) -> bool {
    fields.text("Type").is_ok_and(|word| word.trim().eq_ignore_ascii_case("REFUND"))
}

/// Reads the answer of `POST /sale/payment`. It may have taken effect whatever this says.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a payment.
pub fn posted(body: &[u8]) -> Result<(), NotUnderstood> {
    let fields = super::object(body)?;
    match (fields.raw("Amount"), fields.raw("ID")) {
        (Some(_), Some(_)) => Ok(()),
        _ => Err(NotUnderstood::new("The answer is not a payment.")),
    }
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
