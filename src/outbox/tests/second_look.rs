//! Orders that stand, and the sale that Cin7 makes of them too late.

use super::*;

/// The order, confirmed as SO-00451 at second 4.
fn confirmed() -> Order {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(1));
    take(&mut order, Step::Header, Heard::Sale(Box::new(header_only())), at(2));
    take(&mut order, Step::Lines, Heard::Posted { number: "SO-00451".into() }, at(3));
    take(&mut order, Step::ReadBack, Heard::Sale(Box::new(whole())), at(4));
    order
}

fn last_step(order: &Order) -> (&'static str, &'static str, String) {
    let step = order.view().steps.pop().unwrap();
    (step.step, step.state, step.text)
}

#[test]
fn an_order_that_stands_is_looked_up_once_more_and_then_never() {
    let order = confirmed();
    assert_eq!(order.next(at(303), |_| false), Action::Wait(at(304)));
    let mut order: Order = serde_json::from_slice(&crate::json::to_bytes(&order)).unwrap();
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ORDERED")]), at(304));
    assert_eq!(order.state, State::Confirmed);
    assert_eq!(order.next(at(100_000), |_| false), Action::Rest);
    assert_eq!(last_step(&order), ("second-look", "done", "No other sale bears this quote's link.".into()));
    assert_eq!(order.view().sentence, "SO-00451 stands in Cin7, as quoted.");
}

#[test]
fn a_second_sale_is_said_with_both_numbers_and_retried_once_one_is_voided() {
    let mut order = confirmed();
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ORDERED"), head(52, "ORDERED")]), at(304));
    assert_eq!(order.state, State::NeedsAttention { why: Attention::Duplicate, step: Step::SecondLook });
    let sentence = order.view().sentence;
    assert!(sentence.contains("SO-00451 and SO-00452 bear this quote's link"), "{sentence}");
    assert_eq!(last_step(&order).1, "failed");
    // The one that this order knew is the one that was voided: the other one is its sale now.
    assert!(order.retry());
    take(&mut order, Step::LookUp, Heard::Rows(vec![head(51, "VOIDED"), head(52, "ORDERED")]), at(400));
    let other = SaleFacts { id: guid(52), number: "SO-00452".into(), ..whole() };
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(other)), at(401));
    assert_eq!((&order.state, order.number.as_deref()), (&State::Confirmed, Some("SO-00452")));
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "VOIDED"), head(52, "ORDERED")]), at(701));
    assert_eq!(order.state, State::Confirmed);
}

#[test]
fn another_sale_where_this_one_is_not_listed_is_one_too_many() {
    let mut order = confirmed();
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(52, "ORDERED")]), at(304));
    assert!(words(&order).contains("SO-00451 and SO-00452"), "{}", words(&order));
}

#[test]
fn what_is_voided_or_bears_another_key_is_no_second_sale() {
    for other in [head(52, "VOIDED"), SaleHead { external_id: format!("{KEY}#2"), ..head(52, "ORDERED") }] {
        let mut order = confirmed();
        take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ORDERED"), other]), at(304));
        assert_eq!(order.state, State::Confirmed);
    }
}

#[test]
fn a_look_that_fails_leaves_the_order_standing_and_is_taken_again() {
    let mut order = confirmed();
    take(&mut order, Step::SecondLook, failure(FailureKind::Unreachable, false, "Down."), at(304));
    assert_eq!((&order.state, order.view().next_try_at), (&State::Confirmed, None));
    let Action::Wait(again) = order.next(at(304), |_| false) else { panic!("{order:#?}") };
    take(&mut order, Step::SecondLook, failure(FailureKind::Refused, false, "No."), again);
    assert_eq!(order.next(again, |_| false), Action::Wait(again.plus_millis(300_000)));
    order.claim(Step::SecondLook, "a tab that dies", at(1000));
    assert_eq!(order.state, State::Confirmed);
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ORDERED")]), at(1150));
    assert_eq!(order.next(at(1151), |_| false), Action::Rest);
}

#[test]
fn another_sale_in_cin7s_list_asks_for_a_look_at_any_time() {
    let mut order = confirmed();
    assert!(!order.seen(guid(51), at(10)), "its own");
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ORDERED")]), at(304));
    assert!(order.seen(guid(52), at(9000)));
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ORDERED"), head(52, "ORDERED")]), at(9000));
    assert_eq!(order.state, State::NeedsAttention { why: Attention::Duplicate, step: Step::SecondLook });
    assert!(!order.seen(guid(52), at(9001)), "it is said already");
}

#[test]
fn a_receipt_is_posted_once_also_when_another_sale_takes_the_place_of_its_own() {
    let mut order = super::receipts::with_receipt(None);
    take(&mut order, Step::LookUp, Heard::Rows(vec![head(51, "ORDERED")]), at(1));
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(whole())), at(2));
    take(&mut order, Step::ReceiptLookUp, Heard::Paid(vec![]), at(3));
    take(&mut order, Step::Receipt, Heard::Receipt, at(4));
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ORDERED"), head(52, "ORDERED")]), at(304));
    assert!(order.retry());
    take(&mut order, Step::LookUp, Heard::Rows(vec![head(52, "ORDERED")]), at(400));
    let other = SaleFacts { id: guid(52), number: "SO-00452".into(), ..whole() };
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(other)), at(401));
    assert_eq!(order.state, State::Confirmed);
    assert!(words(&order).contains("was posted to SO-00451, not to SO-00452: move it in Cin7"), "{}", words(&order));
}

#[test]
fn a_twin_is_looked_for_also_where_cin7_refused_the_receipt() {
    let mut order = super::receipts::with_receipt(None);
    take(&mut order, Step::LookUp, Heard::Rows(vec![head(51, "ORDERED")]), at(1));
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(whole())), at(2));
    take(&mut order, Step::ReceiptLookUp, Heard::Paid(vec![]), at(3));
    take(&mut order, Step::Receipt, failure(FailureKind::Refused, false, "Account not found"), at(4));
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ORDERED")]), at(304));
    assert!(!order.seen(guid(51), at(9000)), "its own");
    assert!(order.seen(guid(52), at(9000)));
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ORDERED"), head(52, "ORDERED")]), at(9000));
    assert_eq!(order.state, State::NeedsAttention { why: Attention::Duplicate, step: Step::SecondLook });
}
