//! Orders that a person enters by hand, told to the machine.

use super::*;
use crate::outbox::{Asked, ByHand};

fn entry(number: &str, sale: Option<u8>, now: Timestamp) -> ByHand {
    ByHand { number: number.into(), by: "Ann".into(), at: now, sale: sale.map(guid), doubts: Vec::new() }
}

/// A sale of this customer that somebody typed into Cin7.
fn typed(last: u8, status: &str) -> SaleHead {
    SaleHead { external_id: String::new(), ..head(last, status) }
}

fn asked(by_key: Vec<SaleHead>, by_number: Vec<SaleHead>) -> Asked {
    Asked { by_key, by_number, sale: Some(Box::new(whole())) }
}

/// Refused lines: a header stands, without lines.
fn half_made() -> Order {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
    take(&mut order, Step::Header, Heard::Sale(Box::new(header_only())), at(1));
    take(&mut order, Step::Lines, failure(FailureKind::Refused, false, "TaxRule not found"), at(2));
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(header_only())), at(3));
    assert!(matches!(order.state, State::NeedsAttention { why: Attention::Refused, .. }));
    order
}

/// A header was sent and brought no answer.
fn in_doubt() -> Order {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
    take(&mut order, Step::Header, failure(FailureKind::Lost, true, "No answer."), at(1));
    order
}

#[test]
fn what_agrees_is_taken_and_never_sent() {
    let mut order = order();
    let judged = order.judge_by_hand("so-00460", Ok(&asked(vec![], vec![typed(60, "ORDERED")])), false);
    assert_eq!((judged.sale, judged.stops.len(), judged.doubts), (Some(guid(60)), 0, Vec::<String>::new()));
    order.mark_by_hand(entry("SO-00460", Some(60), at(5)), at(5));
    assert!(order.is_settled() && !order.retry());
    let view = order.view();
    assert_eq!((view.state, view.order_number.as_deref()), ("by-hand", Some("SO-00460")));
    assert_eq!(view.sentence, "Entered in Cin7 by hand as SO-00460. Nothing of it is sent from here.");
    assert_eq!(
        view.steps.iter().map(|step| (step.step, step.state)).collect::<Vec<_>>(),
        [("saved", "done"), ("by-hand", "done")]
    );
    // It is looked up once more, beyond everything that may have been under way, and then rests.
    assert_eq!(order.next(at(5), |_| false), Action::Wait(at(305)));
    take(&mut order, Step::SecondLook, Heard::Rows(vec![]), at(305));
    assert_eq!((order.next(at(400), |_| false), &order.state), (Action::Rest, &State::ByHand));
    // As it was stored.
    let stored: Order = serde_json::from_slice(&crate::json::to_bytes(&order)).unwrap();
    assert_eq!(stored, order);
}

#[test]
fn what_does_not_agree_is_said_whole() {
    let order = order();
    let stranger = SaleHead {
        customer: Some(guid(2)),
        customer_name: "Corner Cafe".into(),
        external_id: "https://crm/other".into(),
        ..typed(60, "VOIDED")
    };
    let cheaper = SaleFacts { gross: Some("600.00".parse().unwrap()), ..whole() };
    let answer = Asked { by_key: vec![], by_number: vec![stranger], sale: Some(Box::new(cheaper)) };
    let judged = order.judge_by_hand("SO-00460", Ok(&answer), false);
    assert!(judged.stops.is_empty());
    assert_eq!(
        judged.doubts,
        [
            "SO-00460 is voided in Cin7.",
            "SO-00460 belongs to Corner Cafe.",
            "SO-00460 bears the link of another quote: https://crm/other",
            "Cin7 says 600.00 for SO-00460, the quote 648.00.",
        ]
    );
    // A search finds what contains the number; only the very number counts.
    let near = Asked { sale: None, ..asked(vec![], vec![typed(60, "ORDERED")]) };
    assert_eq!(order.judge_by_hand("SO-0046", Ok(&near), false).doubts, ["Cin7 has no order with the number SO-0046."]);
    assert_eq!(order.judge_by_hand("SO-00460", Err("No network."), false).doubts.len(), 1);
}

#[test]
fn a_sale_that_was_made_of_it_is_not_left_beside_another() {
    let half = half_made();
    let both = asked(vec![head(51, "ESTIMATED")], vec![typed(60, "ORDERED")]);
    let judged = half.judge_by_hand("SO-00460", Ok(&both), false);
    assert_eq!(judged.stops, ["SO-00451 bears this quote's link and stands in Cin7. Void it there first, or give its number."]);
    // Its own number, after somebody gave it its lines in Cin7; and another one, once it was voided.
    let own = asked(vec![head(51, "ORDERED")], vec![head(51, "ORDERED")]);
    let judged = half.judge_by_hand("SO-00451", Ok(&own), false);
    assert!(judged.stops.is_empty() && judged.doubts.is_empty(), "{judged:?}");
    let voided = asked(vec![head(51, "VOIDED")], vec![typed(60, "ORDERED")]);
    assert!(half.judge_by_hand("SO-00460", Ok(&voided), false).stops.is_empty());
    // Without a network nobody knows whether it still stands.
    assert_eq!(half.judge_by_hand("SO-00460", Err("No network."), false).stops.len(), 1);
    assert!(half.judge_by_hand("SO-00451", Err("No network."), false).stops.is_empty());
}

#[test]
fn it_is_not_marked_while_it_is_sent_or_stands() {
    let mut order = order();
    order.claim(Step::LookUp, "tab", at(0));
    assert_eq!(order.judge_by_hand("SO-00460", Err("No network."), true).stops.len(), 1);
    let mut done = half_made();
    done.state = State::Confirmed;
    assert_eq!(
        done.judge_by_hand("SO-00460", Err("No network."), false).stops,
        ["SO-00451 of this order stands in Cin7 already."]
    );
}

#[test]
fn a_header_in_doubt_that_turns_up_beside_it_is_said_with_both_numbers() {
    let mut order = in_doubt();
    order.mark_by_hand(entry("SO-00460", Some(60), at(10)), at(10));
    assert_eq!(order.next(at(10), |_| false), Action::Wait(at(15)), "it is looked for soon");
    take(&mut order, Step::SecondLook, Heard::Rows(vec![]), at(15));
    assert_eq!(order.next(at(16), |_| false), Action::Wait(at(310)), "and once more, when it can no longer come");
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "ESTIMATED")]), at(310));
    assert!(matches!(order.state, State::NeedsAttention { why: Attention::Duplicate, .. }));
    let sentence = order.view().sentence;
    assert!(sentence.contains("SO-00451") && sentence.contains("SO-00460"), "{sentence}");
    // Once the other one was voided, a retry finds that out, and sends nothing.
    assert!(order.retry());
    take(&mut order, Step::SecondLook, Heard::Rows(vec![head(51, "VOIDED")]), at(400));
    assert_eq!((order.next(at(401), |_| false), &order.state), (Action::Rest, &State::ByHand));
}

#[test]
fn an_answer_that_comes_late_is_not_lost() {
    for (number, state) in [("SO-00451", "by-hand"), ("SO-00460", "needs-attention")] {
        let mut order = order();
        take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
        // The tab that sent the header is thought dead.
        order.claim(Step::Header, "tab", at(1));
        order.mark_by_hand(entry(number, None, at(200)), at(200));
        order.told_late(Step::Header, &Heard::Sale(Box::new(header_only())), at(201));
        assert_eq!(order.view().state, state, "{}", words(&order));
        assert!(!order.told_late(Step::Lines, &Heard::Posted { number: "SO-00451".into() }, at(202)), "it is not taken up again");
        assert_eq!(order.view().state, state);
    }
}

#[test]
fn it_is_taken_back_only_while_that_number_does_not_stand() {
    let mut order = in_doubt();
    order.mark_by_hand(entry("SO-00460", Some(60), at(10)), at(10));
    assert_eq!(order.judge_unmark(&asked(vec![], vec![typed(60, "ORDERED")])).stops.len(), 1);
    assert!(order.judge_unmark(&asked(vec![], vec![typed(60, "VOIDED")])).stops.is_empty());
    let cheaper = SaleFacts { gross: Some("600.00".parse().unwrap()), ..whole() };
    let other = Asked { by_key: vec![], by_number: vec![typed(60, "ORDERED")], sale: Some(Box::new(cheaper)) };
    let judged = order.judge_unmark(&other);
    assert_eq!((judged.stops.len(), judged.doubts.len()), (0, 1));
    order.unmark_by_hand("Ann", at(20));
    // What was in doubt settles first.
    assert_eq!(order.state, State::Unknown { step: Step::Header });
    take(&mut order, Step::LookUp, Heard::Rows(vec![head(51, "ESTIMATED")]), at(20));
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(header_only())), at(21));
    take(&mut order, Step::Lines, Heard::Posted { number: "SO-00451".into() }, at(22));
    take(&mut order, Step::ReadBack, Heard::Sale(Box::new(whole())), at(23));
    assert_eq!(order.state, State::Confirmed);
    let mut never = super::order();
    never.unmark_by_hand("Ann", at(1));
    assert_eq!(never, super::order());
}
