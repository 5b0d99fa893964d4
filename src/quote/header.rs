//! Edits of the quote's header: JSON from the screen, checked whole before anything changes.

use crate::records::Day;

use super::document::{Delivery, ExchangeRate, PostalAddress};
use super::typed::{read_discount, too_long};
use super::view::QuoteHeader;
use super::{LiveQuote, Quote, Receipt};
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::money::{Amount, Percent};
use crate::records::Guid;
use serde_json::{Map, Value};

/// Longest text of the header in UTF-16 units, as the CRM keeps its memo. What Cin7 takes is checked with the order: a text
/// that is too long for that is kept whole until it is shortened.
pub(super) const LONGEST_TEXT: usize = 32_767;
/// Longest reference of a receipt, in UTF-16 units.
const LONGEST_RECEIPT: usize = 128;
/// Parts of a typed address, with the name on the parcel.
const ADDRESS_PARTS: [&str; 7] = ["line1", "line2", "city", "state", "postcode", "country", "company"];

impl LiveQuote {
    /// Changes the parts of the header that `json` (a `HeaderEdit`) names.
    ///
    /// # Errors
    /// `already-confirmed`; `invalid-input` with one detail for every unknown name, wrong type or value that cannot be
    /// taken. Nothing is changed then.
    pub fn edit_header(&mut self, json: &str) -> Result<QuoteHeader> {
        self.begin_edit()?;
        let Ok(Value::Object(edit)) = serde_json::from_str::<Value>(json) else {
            return Err(Error::invalid("", "The edit is not a plain object."));
        };
        self.edit_parts(&edit)
    }

    /// As [`LiveQuote::edit_header`], the parts given by name.
    pub(crate) fn edit_parts(&mut self, edit: &Map<String, Value>) -> Result<QuoteHeader> {
        self.begin_edit()?;
        let mut details = Vec::new();
        // The lines stay aside: an edit of the header must not cost a copy of a thousand of them.
        let lines = std::mem::take(&mut self.quote.lines);
        let mut next = self.quote.clone();
        self.quote.lines = lines;
        for (name, value) in edit {
            let sent = self.sent(name).map(|problem| (problem, next.clone()));
            let taken = self.take(&mut next, name, value, &mut details);
            let sent = sent.filter(|(_, before)| *before != next).map_or(Ok(()), |(problem, _)| Err(problem));
            if let Err(problem) = taken.and(sent) {
                details.push(Detail::new(name.as_str(), problem));
            }
        }
        if !details.is_empty() {
            return Err(Error::with_details(ErrorCode::InvalidInput, "The header cannot be changed like this.", details));
        }
        for name in edit.keys() {
            if name == "receipt" {
                next.refused.remove_receipt();
            } else {
                next.refused.remove(name);
            }
        }
        let discount_changed = next.overall_discount != self.quote.overall_discount;
        next.lines = std::mem::take(&mut self.header_mut().lines);
        self.quote = next;
        if discount_changed {
            self.work_out_all();
        }
        Ok(self.header())
    }

    fn take(&self, next: &mut Quote, name: &str, value: &Value, details: &mut Vec<Detail>) -> std::result::Result<(), String> {
        match name {
            "customerReference" => next.customer_reference = text(value, LONGEST_TEXT)?,
            "deliveryNotes1" => next.delivery_notes1 = text(value, LONGEST_TEXT)?,
            "deliveryNotes2" => next.delivery_notes2 = text(value, LONGEST_TEXT)?,
            "memo" => {
                next.memo = text(value, LONGEST_TEXT)?;
                next.accepted.remove("memo-too-long");
            }
            "phone" => next.phone = text(value, LONGEST_TEXT)?,
            "contact" => next.contact = text(value, LONGEST_TEXT)?,
            "paymentTerm" => next.payment_term = or_null(value, |value| self.payment_term(value))?,
            "salesPerson" => {
                next.sales_person = or_null(value, |value| text(value, LONGEST_TEXT))?.filter(|name| !name.trim().is_empty());
            }
            "delivery" => {
                if let Some(delivery) = self.delivery(value, details) {
                    next.delivery = delivery;
                }
            }
            "exchangeRate" => {
                next.exchange_rate =
                    or_null(value, |value| number(value)?.parse::<ExchangeRate>().map_err(|error| format!("{error}.")))?;
                next.accepted.remove("rate-imprecise");
            }
            "endDate" => next.end_date = or_null(value, day)?,
            "reserveStock" => {
                let Value::Bool(reserve) = value else { return Err(format!("{value} is neither true nor false.")) };
                next.reserved_on = reserve.then(|| next.reserved_on.unwrap_or(self.context.today));
            }
            "receipt" => {
                if value.is_null() {
                    next.receipt = None;
                } else if let Some(receipt) = receipt(value, details) {
                    next.receipt = Some(receipt);
                }
                next.accepted.remove("receipt-too-large");
                next.accepted.remove("receipt-twice");
            }
            "overallDiscount" => {
                next.overall_discount = discount(value)?;
                next.accepted.remove("totals-differ");
            }
            _ => return Err("There is no such part of the header.".into()),
        }
        Ok(())
    }

    fn payment_term(&self, value: &Value) -> std::result::Result<String, String> {
        let name = text(value, LONGEST_TEXT)?;
        let found = self.context.references.payment_term(&name);
        let term = found.or_say(&name, |term| &term.name, || format!("Cin7 has no payment term “{name}”."))?;
        if term.active {
            Ok(term.name.clone())
        } else {
            Err(format!("The payment term {} is no longer active in Cin7.", term.name))
        }
    }

    fn delivery(&self, value: &Value, details: &mut Vec<Detail>) -> Option<Delivery> {
        let mut wrong = |field: &str, problem: String| details.push(Detail::new(field, problem));
        let only = value.as_object().filter(|object| object.len() == 1).and_then(|object| object.iter().next());
        match only.map(|(kind, value)| (kind.as_str(), value)) {
            Some(("main", Value::Bool(true))) => {
                let main = self.context.company.own.main_address.as_ref();
                if main.is_none() {
                    wrong("delivery.main", format!("{} has no main address.", self.quote.customer_name));
                }
                main.map(|address| Delivery::Main { address: address.into() })
            }
            Some(("savedId", Value::String(id))) => {
                let id: Option<Guid> = id.parse().ok();
                let addresses = self.context.company.cin7.delivery_addresses();
                let saved =
                    id.and_then(|id| addresses.into_iter().find(|address| address.id == Some(id)).map(|address| (id, address)));
                if saved.is_none() {
                    wrong("delivery.savedId", "The customer has no saved delivery address with this id.".into());
                }
                saved.map(|(id, address)| Delivery::Saved { id, address: address.into() })
            }
            Some(("typed", Value::Object(typed))) => typed_address(typed, &mut wrong),
            _ => {
                wrong("delivery", "Say { savedId }, { main: true } or { typed: { … } }.".into());
                None
            }
        }
    }
}

/// Parts of a receipt.
const RECEIPT_PARTS: [&str; 3] = ["amount", "reference", "date"];

pub(super) fn receipt(value: &Value, details: &mut Vec<Detail>) -> Option<Receipt> {
    let before = details.len();
    let mut wrong = |field: &str, problem: String| details.push(Detail::new(field, problem));
    let Value::Object(parts) = value else {
        wrong("receipt", "Say { amount, reference, date }.".into());
        return None;
    };
    for name in parts.keys().filter(|name| !RECEIPT_PARTS.contains(&name.as_str())) {
        wrong(&format!("receipt.{name}"), "There is no such part of a receipt.".into());
    }
    let part = |name: &str| parts.get(name).unwrap_or(&Value::Null);
    let amount = match number(part("amount")).map(|text| Amount::owed_from(text).map_err(|error| format!("{error}."))) {
        Ok(Ok(amount)) if amount > Amount::ZERO => amount,
        Ok(Ok(amount)) => {
            wrong("receipt.amount", format!("{amount} is not above zero."));
            Amount::ZERO
        }
        Ok(Err(problem)) | Err(problem) => {
            wrong("receipt.amount", problem);
            Amount::ZERO
        }
    };
    let reference = match text(part("reference"), LONGEST_RECEIPT) {
        Ok(reference) if !reference.trim().is_empty() => reference.trim().to_owned(),
        Ok(_) => {
            // Without one, a payment that was posted could not be told from one that was not.
            wrong("receipt.reference", "A receipt needs a reference, such as the number of the card payment.".into());
            String::new()
        }
        Err(problem) => {
            wrong("receipt.reference", problem);
            String::new()
        }
    };
    let date = day(part("date")).map_err(|problem| wrong("receipt.date", problem));
    date.ok().filter(|_| details.len() == before).map(|date| Receipt { amount, reference, date })
}

fn typed_address(typed: &Map<String, Value>, wrong: &mut impl FnMut(&str, String)) -> Option<Delivery> {
    let mut right = true;
    for name in typed.keys().filter(|name| !ADDRESS_PARTS.contains(&name.as_str())) {
        wrong(&format!("delivery.typed.{name}"), "There is no such part of an address.".into());
        right = false;
    }
    let parts = ADDRESS_PARTS.map(|name| match typed.get(name).map(|value| text(value, LONGEST_TEXT)) {
        Some(Ok(part)) => part,
        Some(Err(problem)) => {
            wrong(&format!("delivery.typed.{name}"), problem);
            right = false;
            String::new()
        }
        None => {
            wrong(&format!("delivery.typed.{name}"), "is missing".into());
            right = false;
            String::new()
        }
    });
    let [line1, line2, city, state, postcode, country, company] = parts;
    right.then_some(Delivery::Typed { address: PostalAddress { line1, line2, city, state, postcode, country }, company })
}

fn text(value: &Value, longest: usize) -> std::result::Result<String, String> {
    let Value::String(text) = value else { return Err(format!("{value} is not a text.")) };
    too_long(text, longest).map_or_else(|| Ok(text.clone()), Err)
}

fn number(value: &Value) -> std::result::Result<&str, String> {
    value.as_str().ok_or_else(|| format!("{value} is not a number as text, such as \"1.25\"."))
}

fn discount(value: &Value) -> std::result::Result<Percent, String> {
    read_discount(number(value)?)
}

fn day(value: &Value) -> std::result::Result<Day, String> {
    let day = value.as_str().filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
    day.ok_or_else(|| format!("{value} is not a day such as \"2026-04-17\"."))
}

fn or_null<T>(
    value: &Value,
    read: impl FnOnce(&Value) -> std::result::Result<T, String>,
) -> std::result::Result<Option<T>, String> {
    if value.is_null() { Ok(None) } else { read(value).map(Some) }
}
