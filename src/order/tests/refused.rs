//! Inputs that were refused.

use super::*;
use crate::quote::{LiveQuote, QuoteBundle, RefusedInput};

fn input(field: &str, text: &str, read: Option<&str>) -> RefusedInput {
    RefusedInput { field: field.into(), text: text.into(), read: read.map(str::to_owned) }
}

fn refused(live: &LiveQuote) -> Vec<(Option<String>, Option<String>, String)> {
    let problems = live.problems().into_iter().filter(|problem| problem.code == "input-refused");
    problems.map(|problem| (problem.line_id, problem.field, problem.text)).collect()
}

#[test]
fn a_refused_quantity_stops_the_order_until_it_is_mended() {
    let mut live = quote_10452();
    let totals = live.document_totals();
    live.refuse_inputs(Some("a"), vec![input("quantity", "1,5x0", None)]).unwrap();
    assert_eq!(
        refused(&live),
        [(Some("a".into()), Some("quantity".into()), "Quantity: “1,5x0” could not be read. It is still 4.".into())]
    );
    assert_eq!(live.document_totals(), totals);
    let error = plan(&live, now()).unwrap_err();
    assert_eq!((error.code, error.details.len()), (ErrorCode::CannotConfirm, 1));
    let shown = live.line("a").unwrap();
    assert_eq!((shown.refused_inputs[0].text.as_str(), shown.refused_inputs[0].problem.as_deref()), ("1,5x0", None));
    live.set_quantity("a", "5").unwrap();
    assert!(refused(&live).is_empty() && plan(&live, now()).is_ok());
}

#[test]
fn a_refused_input_can_be_put_back() {
    let mut live = quote_10452();
    let before = live.quote().clone();
    live.refuse_inputs(Some("b"), vec![input("price", "€5", None), input("discount", "101", Some("101"))]).unwrap();
    live.refuse_inputs(None, vec![input("overallDiscount", "-1", Some("-1"))]).unwrap();
    let actions: Vec<(Option<String>, String, String)> = live
        .problems()
        .into_iter()
        .filter(|problem| problem.code == "input-refused")
        .map(|problem| (problem.line_id, problem.fixes[0].action.clone(), problem.fixes[0].label.clone()))
        .collect();
    let labels: Vec<&str> = actions.iter().map(|(.., label)| label.as_str()).collect();
    assert_eq!(labels, ["Put 0 % back", "Put 41.25 back", "Put 0 % back"]);
    for (line, action, _) in &actions {
        live.apply_fix(action, line.as_deref()).unwrap();
    }
    assert_eq!(*live.quote(), before);
}

#[test]
fn what_can_be_read_says_why_it_is_not_taken() {
    for (line, field, read, says) in [
        (Some("a"), "quantity", "-3", "Quantity: “-3” is negative."),
        (Some("a"), "price", "-1", "Price: “-1” is not between"),
        (Some("a"), "discount", "100.5", "Discount: “100.5” is not between 0 and 100."),
        (None, "exchangeRate", "0", "Exchange rate: “0” is not between"),
        (None, "overallDiscount", "101", "Overall discount: “101” is not between 0 and 100."),
    ] {
        let mut live = quote_10452();
        live.refuse_inputs(line, vec![input(field, "as it was typed", Some(read))]).unwrap();
        let problems = refused(&live);
        assert!(problems[0].2.starts_with(says), "{}", problems[0].2);
    }
    let mut live = quote_10452();
    live.refuse_inputs(None, vec![input("memo", &"x".repeat(32_770), None), input("endDate", "", None)]).unwrap();
    let says: Vec<String> = refused(&live).into_iter().map(|(.., text)| text).collect();
    assert_eq!(
        says,
        [
            "Memo: The text has 32770 characters, and 32767 is the most: 3 too many. It is still what it was.",
            "Quote holds until: The date is not complete. It is still what it was.",
        ]
    );
}

#[test]
fn a_receipt_that_is_half_written_is_one_stop_and_is_kept_whole() {
    let mut live = quote_10452();
    live.refuse_inputs(None, vec![input("receiptAmount", "£200", Some("200"))]).unwrap();
    let says = |live: &LiveQuote| refused(live).into_iter().map(|(.., text)| text).collect::<Vec<_>>();
    assert_eq!(says(&live), ["Receipt: A receipt needs an amount, a reference and a date; reference and date are missing."]);
    let all = |amount: &str| {
        vec![
            input("receiptAmount", amount, Some(amount)),
            input("receiptReference", "CARD-77", None),
            input("receiptDate", "2026-03-30", None),
        ]
    };
    live.refuse_inputs(None, all("0")).unwrap();
    assert_eq!(says(&live), ["Receipt: 0.00 is not above zero."]);
    live.refuse_inputs(None, vec![input("receiptReference", "CARD-77", None)]).unwrap();
    assert_eq!(live.header().refused_inputs.len(), 1, "one part replaces whatever was kept of the receipt");
    live.edit_header(r#"{"receipt":{"amount":"200","reference":"CARD-77","date":"2026-03-30"}}"#).unwrap();
    assert!(says(&live).is_empty());
    live.refuse_inputs(None, all("none")).unwrap();
    live.apply_fix("put-back:receipt", None).unwrap();
    assert!(says(&live).is_empty() && live.quote().receipt.is_some());
}

#[test]
fn a_refused_input_is_stored_and_goes_with_its_line() {
    let mut live = quote_10452();
    live.refuse_inputs(Some("a"), vec![input("quantity", "4x", None)]).unwrap();
    live.remove_line("a").unwrap();
    assert!(refused(&live).is_empty());
    live.restore_line("a").unwrap();
    assert_eq!(refused(&live).len(), 1);
    let text = crate::json::to_text(live.quote());
    let quote = serde_json::from_str(&text).unwrap();
    assert_eq!(quote, *live.quote());
    let opened =
        LiveQuote::open(QuoteBundle { quote, context: context(), facts: Vec::new(), judged: None, revision: 0 }).unwrap();
    assert_eq!(refused(&opened).len(), 1);
    // A document of an earlier version has none.
    live.apply_fix("put-back:quantity", Some("a")).unwrap();
    assert!(!crate::json::to_text(live.quote()).contains("refused"));
}

#[test]
fn only_fields_that_can_be_typed_into_keep_what_was_refused() {
    let mut live = quote_10452();
    let before = live.quote().clone();
    let inputs = || vec![input("quantity", "x", None), input("net", "x", None)];
    let error = live.refuse_inputs(Some("a"), inputs()).unwrap_err();
    assert_eq!((error.code, error.details.len(), error.details[0].field.as_str()), (ErrorCode::InvalidInput, 1, "net"));
    assert_eq!(live.refuse_inputs(None, inputs()).unwrap_err().details.len(), 2);
    assert_eq!(live.refuse_inputs(Some("z"), inputs()).unwrap_err().code, ErrorCode::UnknownLine);
    assert_eq!(*live.quote(), before);
    live.confirm();
    assert_eq!(live.refuse_inputs(Some("a"), vec![input("price", "x", None)]).unwrap_err().code, ErrorCode::AlreadyConfirmed);
}

#[test]
fn a_fix_that_would_write_over_a_refused_input_is_refused_and_changes_nothing() {
    let mut live = quote_10452();
    live.set_tax_rule("b", "20% Inclusive").unwrap();
    let chair = live.facts(0).unwrap().clone();
    live.add_line(chair, "2", "c").unwrap();
    live.refuse_inputs(Some("a"), vec![input("price", "6 5.5", None), input("quantity", "1,5x0", None)]).unwrap();
    let before = live.quote().clone();
    for action in ["tax-in-prices:yes", "one-line:a"] {
        assert_eq!(live.apply_fix(action, None).unwrap_err().code, ErrorCode::InvalidInput, "{action}");
        assert_eq!(*live.quote(), before, "{action}");
    }
}
