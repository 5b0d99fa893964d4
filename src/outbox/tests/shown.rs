//! What an order says of itself, beside what Cin7 has made of its sale since.

use super::*;
use crate::records::sale::Sale;
use crate::settings::OrderStatus;

fn listed(status: &str, order_status: &str) -> Sale {
    let head = SaleHead { order_status: order_status.into(), ..head(51, status) };
    Sale { head, quote: Some(KEY.into()), figures: None, unreadable: false }
}

/// An order that was read back as this sale.
fn read_back_as(sale: SaleFacts, status: OrderStatus) -> Order {
    let mut order = order();
    order.plan.status = status;
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(1));
    take(&mut order, Step::Header, Heard::Sale(Box::new(header_only())), at(2));
    take(&mut order, Step::Lines, Heard::Posted { number: "SO-00451".into() }, at(3));
    take(&mut order, Step::ReadBack, Heard::Sale(Box::new(sale)), at(4));
    order
}

#[test]
fn a_draft_that_cin7_authorised_since_says_nothing_of_a_draft() {
    let draft = SaleFacts { status: "ORDERING".into(), order_status: "DRAFT".into(), ..whole() };
    let order = read_back_as(draft, OrderStatus::Draft);
    let view = order.view();
    assert!(view.draft_in_cin7 && view.sentence.ends_with("draft in Cin7: no stock is reserved."), "{}", view.sentence);
    let view = order.view_beside(Some(&listed("ORDERED", "AUTHORISED")));
    assert_eq!((view.sentence.as_str(), view.draft_in_cin7), ("SO-00451 stands in Cin7, as quoted.", false));
    let undone = read_back_as(whole(), OrderStatus::Authorised).view_beside(Some(&listed("ORDERING", "DRAFT")));
    assert!(undone.draft_in_cin7 && undone.sentence.contains("no stock is reserved"), "{}", undone.sentence);
}

#[test]
fn a_voided_order_stands_nowhere_and_a_sale_brought_back_stands_again() {
    let order = read_back_as(whole(), OrderStatus::Authorised);
    let view = order.view_beside(Some(&listed("VOIDED", "VOIDED")));
    assert_eq!(view.sentence, "SO-00451 was voided in Cin7: nothing of it counts any more.");
    assert!(view.voided_in_cin7 && !view.draft_in_cin7);
    assert_eq!(order.view_beside(Some(&listed("ORDERED", "AUTHORISED"))).sentence, "SO-00451 stands in Cin7, as quoted.");
}

#[test]
fn a_backorder_is_said_only_as_long_as_something_is_short() {
    let mut short = SaleFacts { status: "BACKORDERED".into(), ..whole() };
    short.lines[0].backorder = "1".parse().unwrap();
    let order = read_back_as(short, OrderStatus::Authorised);
    let said = |sale: Sale| order.view_beside(Some(&sale)).sentence;
    assert_eq!(said(listed("BACKORDERED", "AUTHORISED")), "SO-00451 stands in Cin7, as quoted. 1 CHAIR-01 on backorder.");
    assert_eq!(said(listed("ORDERED", "AUTHORISED")), "SO-00451 stands in Cin7, as quoted.");
}

#[test]
fn a_header_found_after_a_lost_answer_speaks_of_the_sale_and_not_of_the_answer() {
    let mut order = order();
    take(&mut order, Step::LookUp, Heard::Rows(vec![]), at(0));
    take(&mut order, Step::Header, failure(FailureKind::Lost, true, "The connection was lost."), at(1));
    let shown = |order: &Order| order.view().steps.into_iter().find(|step| step.step == "header").unwrap();
    assert!(shown(&order).text.contains("The connection was lost."));
    take(&mut order, Step::LookUp, Heard::Rows(vec![head(51, "ESTIMATED")]), at(6));
    take(&mut order, Step::Inspect, Heard::Sale(Box::new(header_only())), at(7));
    take(&mut order, Step::Lines, Heard::Posted { number: "SO-00451".into() }, at(8));
    let header = shown(&order);
    assert_eq!((header.state, header.text.as_str(), header.at), ("done", "SO-00451 was found in Cin7.", Some(at(6))));
}
