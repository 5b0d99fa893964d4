//! Inputs that were refused: each stops the order until it is mended or put back, so that no order leaves with the value from
//! before while the screen shows another.

use super::{Findings, Problem, Severity, fix};
use crate::quote::{LiveQuote, QuoteLine, RefusedInput, is_of_receipt};
use crate::records::Day;

/// How much of a refused text a sentence repeats, in characters.
const SHOWN: usize = 40;

pub(super) fn check(found: &mut Findings<'_>) {
    let live = found.live;
    let quote = live.quote();
    let mut of_receipt = false;
    for input in quote.refused.all() {
        if !is_of_receipt(&input.field) {
            push(found, None, &input.field, refusal(live, None, input));
        } else if !of_receipt {
            of_receipt = true;
            let why = live.why_no_receipt().unwrap_or_default();
            push(found, None, "receipt", (format!("Receipt: {why}"), "Put back".to_owned()));
        }
    }
    for line in &quote.lines {
        for input in line.refused.all() {
            push(found, Some(line), &input.field, refusal(live, Some(line), input));
        }
    }
}

fn push(found: &mut Findings<'_>, line: Option<&QuoteLine>, field: &str, (text, label): (String, String)) {
    found.problems.push(Problem {
        code: "input-refused",
        severity: Severity::Stop,
        line_id: line.map(|line| line.id.clone()),
        field: Some(field.to_owned()),
        text,
        fixes: vec![fix(label, format!("put-back:{field}"))],
    });
}

/// What was typed, why it was not taken and what holds instead; with what puts that back.
fn refusal(quoted: &LiveQuote, line: Option<&QuoteLine>, input: &RefusedInput) -> (String, String) {
    let why = quoted.why_refused(input).unwrap_or_else(|| format!("“{}” could not be read.", excerpt(&input.text)));
    let label = label(&input.field);
    if input.field == "search" {
        return (format!("{label}: {why}"), "Leave it out".to_owned());
    }
    match holding(quoted, line, &input.field) {
        Some(value) => (format!("{label}: {why} It is still {value}."), format!("Put {value} back")),
        None => (format!("{label}: {why} It is still what it was."), "Put back".to_owned()),
    }
}

fn excerpt(text: &str) -> String {
    if text.chars().count() <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// What a field is called on the screen.
fn label(field: &str) -> &'static str {
    match field {
        "quantity" => "Quantity",
        "price" => "Price",
        "discount" => "Discount",
        "description" => "Description",
        "extendedDescription" => "Extended description",
        "deliveryDate" => "Deliver on",
        "customerReference" => "Reference",
        "deliveryNotes1" | "deliveryNotes2" => "Delivery notes",
        "memo" => "Memo",
        "phone" => "Phone",
        "contact" => "Contact",
        "exchangeRate" => "Exchange rate",
        "endDate" => "Quote holds until",
        "search" => "Search",
        _ => "Overall discount",
    }
}

/// The value that holds, where it is short enough to be said and there is one.
fn holding(quoted: &LiveQuote, line: Option<&QuoteLine>, field: &str) -> Option<String> {
    let quote = quoted.quote();
    match (field, line) {
        ("quantity", Some(line)) => Some(line.quantity.to_string()),
        ("price", Some(line)) => line.priced.price().map(|price| price.to_string()),
        ("discount", Some(line)) => Some(format!("{} %", line.discount)),
        ("deliveryDate", Some(line)) => line.delivery_date.map(Day::spoken),
        ("exchangeRate", None) => quote.exchange_rate.map(|rate| rate.to_string()),
        ("endDate", None) => quote.end_date.map(Day::spoken),
        ("overallDiscount", None) => Some(format!("{} %", quote.overall_discount)),
        _ => None,
    }
}
