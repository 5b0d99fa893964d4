//! `/sale/payment`: what has been paid on a sale.

use super::NotUnderstood;
use super::fields::Fields;
use crate::json::Raw;

/// Reads the answer of `GET /sale/payment`: the reference of every payment and prepayment of a sale. Refunds are none.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a list of payments: then nobody knows what has been paid.
pub fn references(body: &[u8]) -> Result<Vec<String>, NotUnderstood> {
    if let Some(words) = super::refusal(body) {
        return Err(NotUnderstood::refused(words.join(" ")));
    }
    let unread = || NotUnderstood::new("The answer is not a list of payments that can be read.");
    let rows = Raw::of(super::text_of(body)?).and_then(Raw::elements).map_err(|_| unread())?;
    let mut references = Vec::with_capacity(rows.len());
    for row in rows {
        let fields = Fields::of(row).map_err(|_| unread())?;
        let text = |name| fields.text(name).map_err(|_| unread());
        if !text("Type")?.trim().eq_ignore_ascii_case("REFUND") {
            references.push(text("Reference")?.trim().to_owned());
        }
    }
    Ok(references)
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
