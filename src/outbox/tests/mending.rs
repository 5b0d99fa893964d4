//! What is said of a refusal, and when an order may be mended.

use super::*;

fn refused(words: &str) -> Order {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(Vec::new()), at(1));
    take(&mut order, Step::Header, Heard::Sale(Box::new(header_only())), at(2));
    take(&mut order, Step::Lines, failure(FailureKind::Refused, false, words), at(3));
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(header_only())), at(4));
    order
}

#[test]
fn a_total_that_cin7_expects_otherwise_is_said_beside_what_was_sent() {
    let said = |number: &str| {
        let words = format!("Line with SKU 'CHAIR-01': attribute 'Total' doesn't match. Expected value is: {number}");
        refused(&words).view().sentence
    };
    let sent = "CHAIR-01 was sent as 4 at 150.00 less 10 %, total 540.00; Cin7 expected";
    assert!(
        said("648.00").contains(&format!("{sent} 648.00, which is with tax: choose line totals with tax")),
        "{}",
        said("648.00")
    );
    assert!(said("432").contains(&format!("{sent} 432.00, which is without tax")), "{}", said("432"));
    assert!(said("539.99").contains(&format!("{sent} 539.99. Change the quote")), "{}", said("539.99"));
    assert!(!said("a lot").contains("expected a"), "{}", said("a lot"));
}

#[test]
fn a_refused_order_may_be_mended_until_something_of_it_is_in_doubt() {
    let mut order = refused("No.");
    assert!(order.may_be_mended());
    assert_eq!(order.begun().map(|begun| (begun.sale, begun.number)), Some((guid(51), "SO-00451".to_owned())));
    order.retry();
    assert!(!order.may_be_mended());
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(header_only())), at(5));
    take(&mut order, Step::Lines, failure(FailureKind::Lost, true, "Lost."), at(6));
    take(&mut order, Step::Inspect, failure(FailureKind::Refused, false, "Not now."), at(20));
    assert!(!order.may_be_mended(), "its lines may stand: {:?}", order.state);
}

#[test]
fn what_an_earlier_version_kept_of_an_order_has_no_mending() {
    let mut value = serde_json::to_value(refused("No.")).unwrap();
    value.as_object_mut().unwrap().remove("mending");
    let order: Order = serde_json::from_str(&value.to_string()).unwrap();
    assert!(order.mending.is_none() && order.may_be_mended());
}

#[test]
fn a_second_header_that_cin7_lists_beside_a_refused_one_is_said_with_both_numbers() {
    let mut order = refused("No.");
    order.custody = None;
    assert!(!order.seen(guid(51), at(9)), "its own");
    assert!(order.seen(guid(52), at(9)));
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ESTIMATED")]), at(10));
    assert!(order.view().sentence.contains("Cin7 refused this order"), "gone again: {}", order.view().sentence);
    assert!(order.seen(guid(52), at(11)));
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ESTIMATED"), head(52, "ESTIMATED")]), at(12));
    assert!(order.view().sentence.contains("SO-00451 and SO-00452 bear this quote's link"), "{}", order.view().sentence);
    assert!(!order.may_be_mended());
}
