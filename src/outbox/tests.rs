//! Histories of orders, told to the machine one step at a time.

use super::*;
use crate::money::Amount;
use crate::records::sale::SaleLine;
use crate::transport::FailureKind;

const KEY: &str = "https://crm.prospect365.com/view/Quote/10452";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_774_882_800_000 + seconds * 1_000)
}

fn guid(last: u8) -> Guid {
    let mut bytes = [7; 16];
    bytes[15] = last;
    Guid::from_bytes(bytes)
}

/// Quote 10452 as one line of 4 CHAIR-01, frozen.
fn plan() -> OrderPlan {
    let json = serde_json::json!({
        "key": KEY, "quoteId": KEY, "quoteNumber": "10452", "customer": guid(1), "customerName": "Bayside Club", "currency": "GBP",
        "expected": { "net": "540.00", "tax": "108.00", "gross": "648.00" }, "status": "AUTHORISED",
        "lines": [{ "lineIds": ["a"], "product": guid(9), "sku": "CHAIR-01", "name": "Oak Chair", "charge": false, "quantity": "4",
            "price": "150.00", "discount": "10", "tax": "108.00", "taxRule": "20% (VAT on Income)", "comment": "", "total": "540.00" }],
        "plannedAt": at(0), "notes": [], "header": "{}", "order": "{}"
    });
    serde_json::from_value(json).unwrap()
}

fn order() -> Order {
    Order::new(plan(), at(0))
}

fn head(last: u8, status: &str) -> SaleHead {
    SaleHead {
        number: format!("SO-004{last:02}"),
        status: status.into(),
        order_status: "NOT AVAILABLE".into(),
        external_id: KEY.into(),
        customer: Some(guid(1)),
        ..SaleHead::new(guid(last))
    }
}

fn header_only() -> SaleFacts {
    SaleFacts {
        id: guid(51),
        number: "SO-00451".into(),
        status: "ESTIMATED".into(),
        order_status: "NOT AVAILABLE".into(),
        sale_type: "Advanced Sale".into(),
        external_id: KEY.into(),
        customer: Some(guid(1)),
        lines: Vec::new(),
        charges: Vec::new(),
        net: None,
        tax: None,
        gross: None,
    }
}

fn whole() -> SaleFacts {
    let amount = |text: &str| -> Amount { text.parse().unwrap() };
    SaleFacts {
        status: "ORDERED".into(),
        order_status: "AUTHORISED".into(),
        lines: vec![SaleLine {
            product: Some(guid(9)),
            sku: "CHAIR-01".into(),
            name: "Oak Chair".into(),
            quantity: "4".parse().unwrap(),
            price: "150".parse().unwrap(),
            discount: "10".parse().unwrap(),
            tax: amount("108.00"),
            total: amount("540.00"),
            backorder: "0".parse().unwrap(),
            comment: String::new(),
        }],
        net: Some(amount("540.00")),
        tax: Some(amount("108.00")),
        gross: Some(amount("648.00")),
        ..header_only()
    }
}

fn failure(kind: FailureKind, ambiguous: bool, words: &str) -> Heard {
    Heard::Failed(Failure { kind, ambiguous, retry_after: None, messages: vec![words.into()] })
}

/// Takes the step that is due, which must be `step`, and tells what was heard.
fn take(order: &mut Order, step: Step, heard: Heard, now: Timestamp) {
    assert_eq!(order.next(now, |_| false), Action::Take(step), "{:?}", order.state);
    order.claim(step, "tab", now);
    order.told(step, heard, now, 0);
}

fn words(order: &Order) -> String {
    order.log.iter().map(|entry| entry.text.as_str()).collect::<Vec<_>>().join(" | ")
}

#[test]
fn an_order_is_looked_up_made_and_read_back() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(1));
    take(&mut order, Step::Header, Heard::Sale(Box::new(header_only())), at(2));
    take(&mut order, Step::Lines, Heard::Posted { number: "SO-00451".into() }, at(3));
    take(&mut order, Step::ReadBack, Heard::Sale(Box::new(whole())), at(4));
    assert_eq!(order.state, State::Confirmed);
    assert_eq!(order.number.as_deref(), Some("SO-00451"));
    assert_eq!(order.next(at(5), |_| false), Action::Wait(at(304)), "nothing is left but the second look");
    assert_eq!(order.view().steps.iter().map(|step| step.state).collect::<Vec<_>>(), ["done"; 5]);
}

#[test]
fn a_header_without_an_answer_is_found_and_finished_never_made_twice() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
    take(&mut order, Step::Header, failure(FailureKind::Lost, true, "No answer."), at(0));
    assert_eq!(order.state, State::Unknown { step: Step::Header });
    assert_eq!(order.next(at(1), |_| false), Action::Wait(at(5)), "it settles first");
    take(&mut order, Step::LookUp, Heard::Rows(vec![head(51, "ESTIMATED")]), at(5));
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(header_only())), at(6));
    assert_eq!(order.next(at(6), |_| false), Action::Take(Step::Lines), "the half-made sale gets its lines");
}

/// Two devices confirm one quote at once; the proxy answers the second with the first one's header.
#[test]
fn a_header_that_another_device_made_is_read_before_lines_are_posted() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(Vec::new()), at(0));
    take(&mut order, Step::Header, Heard::Known(Box::new(header_only())), at(1));
    assert_eq!(order.next(at(1), |_| true), Action::Take(Step::Inspect));
    let mut same = order.clone();
    take(&mut same, Step::Inspect, Heard::Sale(Box::new(whole())), at(2));
    assert_eq!(same.state, State::Confirmed, "it stands already, with the same lines");
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(header_only())), at(2));
    assert_eq!(order.next(at(2), |_| true), Action::Take(Step::Lines));
}

#[test]
fn a_header_that_never_arrived_is_sent_again_only_after_three_looks() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
    take(&mut order, Step::Header, failure(FailureKind::Lost, true, "No answer."), at(0));
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(5));
    assert_eq!(order.next(at(6), |_| false), Action::Wait(at(20)));
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(20));
    assert_eq!(order.next(at(21), |_| false), Action::Wait(at(100)));
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(100));
    assert_eq!(order.next(at(100), |_| false), Action::Take(Step::Header));
}

#[test]
fn a_failed_look_proves_nothing() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
    take(&mut order, Step::Header, failure(FailureKind::Lost, true, "No answer."), at(0));
    for round in 0..10 {
        let now = at(200 * (round + 1));
        take(&mut order, Step::LookUp, failure(FailureKind::Failed, false, "Down."), now);
        assert_eq!(order.looks, 0);
        assert_eq!(order.state, State::Unknown { step: Step::Header });
    }
}

#[test]
fn a_tab_that_dies_while_sending_leaves_the_header_in_doubt() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
    order.claim(Step::Header, "dead tab", at(1));
    let stored = serde_json::to_string(&order).unwrap();
    let mut order: Order = serde_json::from_str(&stored).unwrap();
    assert!(matches!(order.next(at(2), |_| true), Action::Wait(_)), "while it may live, hands off");
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(3));
    assert_eq!(order.state, State::Unknown { step: Step::Header });
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(23));
    assert_eq!(order.next(at(24), |_| false), Action::Wait(at(103)), "100 s after the tab was found dead");
}

#[test]
fn a_living_tab_keeps_its_step_only_as_long_as_its_lease() {
    let mut order = order();
    order.claim(Step::LookUp, "other tab", at(0));
    assert_eq!(order.next(at(149), |_| true), Action::Wait(at(150)));
    assert_eq!(order.next(at(150), |_| true), Action::Take(Step::LookUp));
}

#[test]
fn refused_lines_name_the_header_and_a_retry_finishes_the_same_sale() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
    take(&mut order, Step::Header, Heard::Sale(Box::new(header_only())), at(1));
    take(&mut order, Step::Lines, failure(FailureKind::Refused, false, "TaxRule not found"), at(2));
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(header_only())), at(3));
    assert_eq!(order.state, State::NeedsAttention { why: Attention::Refused, step: Step::Lines });
    assert!(words(&order).contains("Header SO-00451 made, lines refused: TaxRule not found"), "{}", words(&order));
    assert_eq!(
        order.view().steps.iter().map(|step| step.state).collect::<Vec<_>>(),
        ["done", "done", "done", "failed", "waiting"]
    );
    assert!(order.retry());
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(header_only())), at(60));
    take(&mut order, Step::Lines, Heard::Posted { number: "SO-00451".into() }, at(61));
    take(&mut order, Step::ReadBack, Heard::Sale(Box::new(whole())), at(62));
    assert_eq!(order.state, State::Confirmed);
}

#[test]
fn lines_without_an_answer_are_read_before_they_are_posted_again() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
    take(&mut order, Step::Header, Heard::Sale(Box::new(header_only())), at(1));
    take(&mut order, Step::Lines, failure(FailureKind::NotUnderstood, true, "<html>"), at(2));
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(whole())), at(10));
    assert_eq!(order.state, State::Confirmed, "they had arrived");
}

#[test]
fn a_voided_sale_is_never_adopted_nor_replaced() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![head(51, "VOIDED")]), at(0));
    assert_eq!(order.state, State::NeedsAttention { why: Attention::Voided, step: Step::LookUp });
    assert!(words(&order).contains("SO-00451"));
}

#[test]
fn a_sale_of_another_customer_or_with_other_lines_is_never_adopted() {
    let mut one = order();
    let foreign = SaleHead { customer: Some(guid(2)), ..head(51, "ORDERED") };
    take(&mut one, Step::LookUp, Heard::Rows(vec![foreign]), at(0));
    assert_eq!(one.state, State::NeedsAttention { why: Attention::Foreign, step: Step::LookUp });

    let mut other = order();
    let mut different = whole();
    different.lines[0].quantity = "5".parse().unwrap();
    take(&mut other, Step::LookUp, Heard::Rows(vec![head(51, "ORDERED")]), at(0));
    take(&mut other, Step::Inspect, Heard::Sale(Box::new(different)), at(1));
    assert_eq!(other.state, State::NeedsAttention { why: Attention::Foreign, step: Step::Inspect });
}

#[test]
fn two_sales_under_one_key_are_shown_with_both_numbers() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![head(51, "ORDERED"), head(52, "ORDERED")]), at(0));
    assert_eq!(order.state, State::NeedsAttention { why: Attention::Duplicate, step: Step::LookUp });
    assert!(words(&order).contains("SO-00451") && words(&order).contains("SO-00452"));
}

#[test]
fn rows_with_other_keys_are_none_of_its_business() {
    let mut order = order();
    let longer = SaleHead { external_id: format!("{KEY}1"), ..head(51, "ORDERED") };
    take(&mut order, Step::LookUp, Heard::Rows(vec![longer]), at(0));
    assert_eq!(order.next(at(0), |_| false), Action::Take(Step::Header));
}

#[test]
fn a_key_that_differs_in_letter_case_alone_is_named_before_anything_is_made() {
    let mut order = order();
    let upper = SaleHead { external_id: KEY.to_uppercase(), ..head(52, "ORDERED") };
    take(&mut order, Step::LookUp, Heard::Rows(vec![upper]), at(0));
    assert_eq!(order.state, State::NeedsAttention { why: Attention::OrderedBefore, step: Step::LookUp });
    assert!(words(&order).contains("SO-00452"), "{}", words(&order));
}

#[test]
fn throttling_waits_as_long_as_it_was_told() {
    let mut order = order();
    let throttled = Failure { kind: FailureKind::Throttled, ambiguous: false, retry_after: Some(7), messages: vec![] };
    take(&mut order, Step::LookUp, Heard::Failed(throttled), at(0));
    assert_eq!(order.next(at(6), |_| false), Action::Wait(at(7)));
    assert_eq!(order.next(at(7), |_| false), Action::Take(Step::LookUp));
}

#[test]
fn a_difference_of_a_penny_is_confirmed_and_said() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
    take(&mut order, Step::Header, Heard::Sale(Box::new(header_only())), at(1));
    take(&mut order, Step::Lines, Heard::Posted { number: String::new() }, at(2));
    let dearer = SaleFacts { tax: Some("108.01".parse().unwrap()), gross: Some("648.01".parse().unwrap()), ..whole() };
    take(&mut order, Step::ReadBack, Heard::Sale(Box::new(dearer)), at(3));
    assert_eq!(order.state, State::Confirmed);
    assert!(order.view().sentence.contains("Cin7 says 648.01, quote says 648.00"), "{}", order.view().sentence);
}

#[test]
fn lines_that_cin7_took_and_did_not_keep_are_not_posted_for_ever() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
    take(&mut order, Step::Header, Heard::Sale(Box::new(header_only())), at(1));
    take(&mut order, Step::Lines, Heard::Posted { number: String::new() }, at(2));
    take(&mut order, Step::ReadBack, Heard::Sale(Box::new(header_only())), at(3));
    assert_eq!(order.state, State::NeedsAttention { why: Attention::Refused, step: Step::Lines });
}

mod histories {
    //! Random histories against a Cin7 of one key that loses answers, commits late and forgets nothing.

    use super::*;
    use proptest::prelude::*;

    /// What happens to one request.
    #[derive(Debug, Clone, Copy)]
    enum Fate {
        Answered,
        LostBefore,
        LostAfter,
        TabDies,
        TabDiesAfter,
        Refused,
        Throttled,
    }

    fn fate() -> impl Strategy<Value = Fate> {
        prop_oneof![
            4 => Just(Fate::Answered),
            1 => Just(Fate::LostBefore),
            1 => Just(Fate::LostAfter),
            1 => Just(Fate::TabDies),
            1 => Just(Fate::TabDiesAfter),
            1 => Just(Fate::Refused),
            1 => Just(Fate::Throttled),
        ]
    }

    proptest! {
        #[test]
        fn an_order_and_its_receipt_stand_at_most_once_and_are_never_lost(fates in proptest::collection::vec(fate(), 1..60), random in any::<u32>()) {
            let mut order = super::receipts::with_receipt(None);
            let mut sales: Vec<SaleFacts> = Vec::new();
            let mut paid = 0;
            let mut now = at(0);
            let mut fates = fates.into_iter();
            // After the troubles everything is answered, so the history must end.
            for _ in 0..400 {
                let step = match order.next(now, |_| false) {
                    Action::Take(step) => step,
                    Action::Wait(until) => { now = until; continue }
                    Action::Release => { order.released(true, now, random); continue }
                    Action::Rest => {
                        if order.state == State::Confirmed { break }
                        if random % 2 == 0 && order.may_be_mended() {
                            order.open_for_mending(now);
                            prop_assert!(!order.retry(), "an open one is not sent");
                            let plan = order.plan.clone();
                            order = order.mended(plan, "former".into(), now);
                            continue;
                        }
                        prop_assert!(order.retry(), "a refused order can be retried");
                        continue;
                    }
                };
                order.claim(step, "tab", now);
                let fate = fates.next().unwrap_or(Fate::Answered);
                let reaches = !matches!(fate, Fate::LostBefore | Fate::TabDies | Fate::Refused | Fate::Throttled);
                let mut answer = None;
                if reaches {
                    match step {
                        Step::LookUp | Step::SecondLook | Step::ByHand | Step::Mend => answer = Some(Heard::Rows(sales.iter().enumerate().map(|(n, _)| head(51 + u8::try_from(n).unwrap(), "ORDERED")).collect())),
                        Step::Header => { sales.push(header_only()); answer = Some(Heard::Sale(Box::new(header_only()))) }
                        Step::Lines => { sales[0] = whole(); answer = Some(Heard::Posted { number: "SO-00451".into() }) }
                        Step::ReceiptLookUp => answer = Some(Heard::Paid(vec!["CARD-77".to_owned(); paid])),
                        Step::Receipt => { paid += 1; answer = Some(Heard::Receipt) }
                        Step::Inspect | Step::ReadBack => answer = Some(Heard::Sale(Box::new(sales[0].clone()))),
                    }
                }
                prop_assert!(sales.len() <= 1 && paid <= 1, "posted twice");
                match fate {
                    Fate::Answered => order.told(step, answer.unwrap(), now, random),
                    Fate::LostBefore | Fate::LostAfter => order.told(step, failure(FailureKind::Lost, step.writes(), "Lost."), now, random),
                    // The machine as it was stored when the step was claimed.
                    Fate::TabDies | Fate::TabDiesAfter => order = serde_json::from_str(&serde_json::to_string(&order).unwrap()).unwrap(),
                    Fate::Refused => order.told(step, failure(FailureKind::Refused, false, "No."), now, random),
                    Fate::Throttled => order.told(step, failure(FailureKind::Throttled, false, "Slow down."), now, random),
                }
                now = now.plus_millis(500);
            }
            prop_assert_eq!(&order.state, &State::Confirmed);
            prop_assert_eq!((sales.len(), paid), (1, 1));
        }
    }
}

mod by_hand;
mod mending;
mod receipts;
mod second_look;
mod shown;
