//! Receipts: posted once, after the order stands.

use super::*;

/// The plan of an order with a receipt of 200.00 under `CARD-77`; `stays` says why it is not posted.
pub(super) fn with_receipt(stays: Option<&str>) -> Order {
    let mut json = serde_json::to_value(plan()).unwrap();
    json["receipt"] =
        serde_json::json!({ "amount": "200.00", "reference": "CARD-77", "stays": stays, "body": "{\"Amount\":200.00}" });
    Order::new(serde_json::from_value(json).unwrap(), at(0))
}

/// The order stands and was read back.
fn standing(stays: Option<&str>) -> Order {
    let mut order = with_receipt(stays);
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(1));
    take(&mut order, Step::Header, Heard::Sale(Box::new(header_only())), at(2));
    take(&mut order, Step::Lines, Heard::Posted { number: "SO-00451".into() }, at(3));
    take(&mut order, Step::ReadBack, Heard::Sale(Box::new(whole())), at(4));
    order
}

fn paid(references: &[&str]) -> Heard {
    Heard::Paid(references.iter().map(|&reference| reference.to_owned()).collect())
}

#[test]
fn s13_a_receipt_is_looked_for_posted_and_done() {
    let mut order = standing(None);
    assert_eq!(order.view().sentence, "SO-00451 stands in Cin7. Its receipt is on the way.");
    take(&mut order, Step::ReceiptLookUp, paid(&["CARD-7"]), at(5));
    take(&mut order, Step::Receipt, Heard::Receipt, at(6));
    assert_eq!(order.state, State::Confirmed);
    assert_eq!(order.plan.receipt_body(guid(51)), format!("{{\"TaskID\":\"{}\",\"Amount\":200.00}}", guid(51)));
    let view = order.view();
    let last = view.steps.last().unwrap();
    assert_eq!((last.step, last.state, last.text.as_str()), ("receipt", "done", "Receipt CARD-77 of 200.00 posted."));
}

#[test]
fn s13_an_unclear_answer_is_resolved_by_looking() {
    let mut order = standing(None);
    take(&mut order, Step::ReceiptLookUp, paid(&[]), at(5));
    take(&mut order, Step::Receipt, failure(FailureKind::Lost, true, ""), at(6));
    assert_eq!(order.next(at(7), |_| false), Action::Wait(at(11)));
    take(&mut order, Step::ReceiptLookUp, paid(&["CARD-77"]), at(11));
    assert_eq!(order.state, State::Confirmed);
}

#[test]
fn s13_it_is_posted_again_only_after_every_look_found_nothing() {
    let mut order = standing(None);
    take(&mut order, Step::ReceiptLookUp, paid(&[]), at(5));
    take(&mut order, Step::Receipt, failure(FailureKind::Lost, true, ""), at(6));
    for (look, now) in [(1, 11), (2, 26), (3, 106)] {
        assert_eq!(order.looks, look - 1);
        take(&mut order, Step::ReceiptLookUp, paid(&[]), at(now));
    }
    take(&mut order, Step::Receipt, Heard::Receipt, at(107));
    assert_eq!(order.state, State::Confirmed);
}

#[test]
fn s13_a_tab_that_dies_while_posting_leaves_a_doubt() {
    let mut order = standing(None);
    take(&mut order, Step::ReceiptLookUp, paid(&[]), at(5));
    order.claim(Step::Receipt, "tab", at(6));
    assert_eq!(order.next(at(7), |_| false), Action::Take(Step::ReceiptLookUp));
    order.claim(Step::ReceiptLookUp, "other", at(7));
    order.told(Step::ReceiptLookUp, paid(&[]), at(7), 0);
    assert_eq!(order.state, State::Unknown { step: Step::Receipt }, "looked for again before it is posted");
}

#[test]
fn s13_a_refused_receipt_leaves_the_order_standing_and_can_be_tried_again() {
    let mut order = standing(None);
    take(&mut order, Step::ReceiptLookUp, paid(&[]), at(5));
    take(&mut order, Step::Receipt, failure(FailureKind::Refused, false, "Account not found"), at(6));
    let sentence = order.view().sentence;
    assert!(
        sentence.starts_with("SO-00451 stands in Cin7. Its receipt does not: Receipt refused: Account not found"),
        "{sentence}"
    );
    assert!(order.retry());
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(whole())), at(7));
    take(&mut order, Step::ReceiptLookUp, paid(&[]), at(8));
    take(&mut order, Step::Receipt, Heard::Receipt, at(9));
    assert_eq!(order.state, State::Confirmed);
}

#[test]
fn s13_a_receipt_that_stays_is_said_and_nothing_is_asked() {
    let order = standing(Some("advanced sale"));
    assert_eq!(order.state, State::Confirmed);
    assert_eq!(order.view().steps.last().unwrap().text, "receipt not posted: advanced sale");
}

#[test]
fn s13_orders_kept_before_there_were_receipts_are_read() {
    let mut json = serde_json::to_value(order()).unwrap();
    for gone in ["receiptInDoubt", "receiptPosted"] {
        json.as_object_mut().unwrap().remove(gone);
    }
    for gone in ["receipt", "warehouse", "reference"] {
        json["plan"].as_object_mut().unwrap().remove(gone);
    }
    let kept: Order = serde_json::from_str(&json.to_string()).unwrap();
    assert_eq!(kept, order());
}
