//! Refused inputs: what a person typed into a field and the quote did not take.
//!
//! A refusal is a fact of the quote, not of the widget that shows it: it is kept with the line or the header, stops the order
//! for every host and every way to confirm, and ends when the field is mended or put back. Only what was typed is kept; why it
//! was refused is worked out when it is shown.

use serde::{Deserialize, Serialize};

use super::document::ExchangeRate;
use super::header::{self, LONGEST_TEXT};
use super::typed::{read_discount, sentence, settled, too_long};
use super::{LiveQuote, edit};
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::money::{PRICE_PLACES, Price};
use serde_json::{Map, Value};

/// Fields of a line in which something can be typed.
const LINE_FIELDS: [&str; 6] = ["quantity", "price", "discount", "description", "extendedDescription", "deliveryDate"];
/// Fields of the header in which something can be typed, and the search for products: text that is left there is on no line.
const HEADER_FIELDS: [&str; 13] = [
    "customerReference",
    "deliveryNotes1",
    "deliveryNotes2",
    "memo",
    "phone",
    "contact",
    "exchangeRate",
    "endDate",
    "overallDiscount",
    "receiptAmount",
    "receiptReference",
    "receiptDate",
    "search",
];
/// The parts of a receipt, which are taken together or not at all, with their names in an edit of the header.
const RECEIPT_FIELDS: [(&str, &str); 3] =
    [("receiptAmount", "amount"), ("receiptReference", "reference"), ("receiptDate", "date")];

/// What was typed into one field and not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusedInput {
    /// The field.
    pub field: String,
    /// The text, as it was typed; empty for a day that was left unfinished.
    pub text: String,
    /// The number that it was read as, where it could be read.
    pub read: Option<String>,
}

/// The refused inputs of a line or of the header, one for a field at most.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RefusedInputs(Vec<RefusedInput>);

impl RefusedInputs {
    /// All of them.
    pub fn all(&self) -> &[RefusedInput] {
        &self.0
    }

    /// What was typed into this field.
    pub fn of(&self, field: &str) -> Option<&RefusedInput> {
        self.0.iter().find(|input| input.field == field)
    }

    /// The field was mended or put back.
    pub fn remove(&mut self, field: &str) {
        self.0.retain(|input| input.field != field);
    }

    /// The receipt was mended or put back.
    pub(crate) fn remove_receipt(&mut self) {
        for (field, _) in RECEIPT_FIELDS {
            self.remove(field);
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes over what another version of it has refused, mended or put back since `base`, where this one has not.
    pub(super) fn take(&mut self, base: &Self, theirs: &Self) {
        let fields = [base, theirs].map(|side| side.0.iter().map(|input| input.field.clone()).collect::<Vec<_>>()).concat();
        for field in fields {
            if self.of(&field) == base.of(&field) {
                match theirs.of(&field) {
                    Some(input) => self.put(input.clone()),
                    None => self.remove(&field),
                }
            }
        }
    }

    fn put(&mut self, input: RefusedInput) {
        self.remove(&input.field);
        self.0.push(input);
    }
}

/// A refused input as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusedInputView {
    /// The field.
    pub field: String,
    /// The text, as it was typed.
    pub text: String,
    /// Why it was not taken, in a sentence; `None` where it could not be read as a number.
    pub problem: Option<String>,
}

impl LiveQuote {
    /// Keeps what was typed and not taken, on a line or (`None`) on the header. An input of a part of the receipt replaces
    /// whatever was kept of the receipt before.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`; `invalid-input` when a field is none that can be typed into. Nothing is kept then.
    pub fn refuse_inputs(&mut self, line_id: Option<&str>, inputs: Vec<RefusedInput>) -> Result<()> {
        self.begin_edit()?;
        let at = line_id.map(|id| self.position(id)).transpose()?;
        let fields: &[&str] = if at.is_some() { &LINE_FIELDS } else { &HEADER_FIELDS };
        let unknown = inputs.iter().filter(|input| !fields.contains(&input.field.as_str()));
        let details: Vec<Detail> =
            unknown.map(|input| Detail::new(input.field.as_str(), "There is no such field to type into.")).collect();
        if !details.is_empty() {
            return Err(Error::with_details(ErrorCode::InvalidInput, "There is no such field to type into.", details));
        }
        let kept = match at {
            Some(at) => &mut self.line_mut(at).refused,
            None => &mut self.header_mut().refused,
        };
        if inputs.iter().any(|input| is_of_receipt(&input.field)) {
            kept.remove_receipt();
        }
        for input in inputs {
            kept.put(input);
        }
        Ok(())
    }

    /// Gives up what was typed into a field: the value from before holds. `receipt` is the whole of it.
    pub(crate) fn put_back(&mut self, field: &str, line_id: Option<&str>) -> Result<()> {
        self.begin_edit()?;
        match line_id {
            Some(id) => {
                let at = self.position(id)?;
                self.line_mut(at).refused.remove(field);
            }
            None if field == "receipt" => self.header_mut().refused.remove_receipt(),
            None => self.header_mut().refused.remove(field),
        }
        Ok(())
    }

    /// The refused inputs of the line at this position, or of the header.
    pub(crate) fn refused_view(&self, at: Option<usize>) -> Vec<RefusedInputView> {
        let kept = at.map_or(&self.quote.refused, |at| &self.quote.lines[at].refused);
        let show = |input: &RefusedInput| {
            let problem = if is_of_receipt(&input.field) { self.why_no_receipt() } else { self.why_refused(input) };
            RefusedInputView { field: input.field.clone(), text: input.text.clone(), problem }
        };
        kept.all().iter().map(show).collect()
    }

    /// Why an input is not taken, where that is more than that it could not be read.
    pub(crate) fn why_refused(&self, input: &RefusedInput) -> Option<String> {
        let number = || input.read.as_deref();
        let longer = |longest| too_long(&input.text, longest);
        match input.field.as_str() {
            "quantity" => self.read_quantity(number()?).err(),
            "price" => settled::<Price>(number()?, PRICE_PLACES).err(),
            "discount" | "overallDiscount" => read_discount(number()?).err(),
            "exchangeRate" => number()?.parse::<ExchangeRate>().map_err(|error| sentence(&error)).err(),
            "description" => longer(edit::LONGEST_DESCRIPTION),
            "extendedDescription" => longer(edit::LONGEST_EXTENDED),
            "endDate" | "deliveryDate" => Some("The date is not complete.".to_owned()),
            "search" => Some(format!("“{}” is on no line. Add it, or leave it out.", input.text)),
            _ => longer(LONGEST_TEXT),
        }
    }

    /// Why what was typed of a receipt makes none.
    pub(crate) fn why_no_receipt(&self) -> Option<String> {
        let typed = |field: &str| self.quote.refused.of(field).filter(|input| !input.text.is_empty());
        let missing: Vec<&str> =
            RECEIPT_FIELDS.iter().filter(|(field, _)| typed(field).is_none()).map(|(_, name)| *name).collect();
        if let [first, rest @ ..] = missing.as_slice() {
            let words = rest.iter().fold((*first).to_owned(), |words, next| format!("{words} and {next}"));
            let verb = if rest.is_empty() { "is" } else { "are" };
            return Some(format!("A receipt needs an amount, a reference and a date; {words} {verb} missing."));
        }
        let part = |(field, name): (&str, &str)| {
            let input = typed(field);
            let text = input.map(|input| input.read.as_ref().unwrap_or(&input.text).clone()).unwrap_or_default();
            (name.to_owned(), Value::String(text))
        };
        let parts: Map<String, Value> = RECEIPT_FIELDS.map(part).into_iter().collect();
        let mut details = Vec::new();
        header::receipt(&Value::Object(parts), &mut details);
        let problems: Vec<String> = details.into_iter().map(|detail| detail.problem).collect();
        Some(problems.join(" ")).filter(|text| !text.is_empty())
    }
}

/// Whether the field is a part of the receipt.
pub(crate) fn is_of_receipt(field: &str) -> bool {
    RECEIPT_FIELDS.iter().any(|(own, _)| *own == field)
}
