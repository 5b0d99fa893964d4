//! Orders that a person enters in Cin7 by hand: checked there, kept as such, never sent.

use cin7_quote_desk::error::{Error, ErrorCode};
use cin7_quote_desk::outbox::OrderView;
use cin7_quote_desk::quote::LiveQuote;

use crate::world::cin7::{Fault, Sale};
use crate::world::{BAYSIDE, LINK, SECOND, Tab, World};

/// Types the order of quote 10452 into Cin7, under this number, with this total of its one line and its tax.
fn typed(world: &World, number: &str, total: (&str, &str)) {
    let line = format!(
        r#"{{"ProductID":"00000000-0000-0000-0000-000000000001","SKU":"CHAIR-01","Name":"Oak Chair","Quantity":4,"Price":1,"Discount":0,"Tax":{},"TaxRule":"","Comment":"","Total":{},"BackorderQuantity":0}}"#,
        total.1, total.0
    );
    world.cin7.sales.borrow_mut().push(Sale {
        id: format!("6222cb47-0000-4000-8000-0000000{}", number.trim_start_matches("SO-")),
        number: number.into(),
        external_id: String::new(),
        customer: BAYSIDE.into(),
        status: "ORDERED".into(),
        lines: vec![line],
        updated: Some(world.server_now()),
        more: String::new(),
    });
}

fn mark(tab: &Tab, number: &str, despite: bool) -> Result<OrderView, Error> {
    let ask = format!(r#"{{"number":"{number}","by":"Ann Lee","despite":{despite}}}"#);
    tab.world.run(tab.desk.enter_by_hand(LINK, &ask))
}

fn undo(tab: &Tab, despite: bool) -> Result<OrderView, Error> {
    let ask = format!(r#"{{"by":"Ann Lee","despite":{despite}}}"#);
    tab.world.run(tab.desk.undo_by_hand(LINK, &ask))
}

fn doubts(error: &Error) -> Vec<(&str, &str)> {
    assert_eq!(error.code, ErrorCode::DoesNotMatch, "{error}");
    error.details.iter().map(|detail| (detail.field.as_str(), detail.problem.as_str())).collect()
}

/// Cin7 does not take the header, for good.
fn refused() -> (std::rc::Rc<World>, Tab) {
    let (world, tab) = World::synced();
    refuse(&tab, &tab.quote_10452());
    (world, tab)
}

fn refuse(tab: &Tab, live: &LiveQuote) {
    tab.world.cin7.fault("POST sale", 0, u32::MAX, Fault::Refused("Customer is on hold"));
    tab.confirm(live);
    tab.until_order("needs-attention");
}

#[test]
fn a_refused_order_that_was_entered_by_hand_is_checked_and_never_sent() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    refuse(&tab, &live);
    typed(&world, "SO-00460", ("622.50", "124.50"));
    let order = mark(&tab, " SO-00460 ", false).unwrap();
    assert_eq!((order.state, order.order_number.as_deref()), ("by-hand", Some("SO-00460")));
    let said = order.by_hand.unwrap();
    assert_eq!((said.by.as_str(), said.doubts.len()), ("Ann Lee", 0));
    assert!(order.sale_id.is_some());

    world.cin7.mend();
    let posts = world.cin7.calls("POST sale").len();
    let _ = world.run(tab.desk.retry_order(LINK)).unwrap();
    world.pass(3600 * SECOND);
    assert_eq!(world.cin7.calls("POST sale").len(), posts, "it is never sent again");
    assert_eq!(tab.order().state, "by-hand");
    assert_eq!(world.cin7.sales.borrow().len(), 1);
    // Confirming the quote again gives this same order, and it is not ordered again either.
    assert_eq!(tab.confirm(&live).state, "by-hand");
    let again = world.run(tab.desk.order_again(LINK)).unwrap_err();
    assert!(again.to_string().contains("entered by hand as SO-00460"), "{again}");
    assert!(world.run(tab.desk.export_orders(None)).unwrap().orders.is_empty(), "it waits no more");
}

#[test]
fn what_does_not_agree_is_said_and_taken_only_in_spite_of_it() {
    let (world, tab) = refused();
    typed(&world, "SO-00461", ("600.00", "120.00"));
    assert_eq!(doubts(&mark(&tab, "SO-00999", false).unwrap_err()), [("doubt", "Cin7 has no order with the number SO-00999.")]);
    let differs = mark(&tab, "SO-00461", false).unwrap_err();
    assert_eq!(doubts(&differs), [("doubt", "Cin7 says 720.00 for SO-00461, the quote 747.00.")]);
    assert_eq!(tab.order().state, "needs-attention", "nothing was changed");
    let order = mark(&tab, "SO-00461", true).unwrap();
    assert_eq!(order.by_hand.unwrap().doubts.len(), 1, "what was accepted is kept");

    // Nobody, and no number.
    let empty = world.run(tab.desk.enter_by_hand(LINK, r#"{"number":" ","by":""}"#)).unwrap_err();
    assert_eq!(empty.details.iter().map(|detail| detail.field.as_str()).collect::<Vec<_>>(), ["number", "by"]);
    let unknown = world.run(tab.desk.enter_by_hand("https://crm/9", r#"{"number":"SO-1","by":"Ann"}"#)).unwrap_err();
    assert_eq!(unknown.code, ErrorCode::UnknownOrder);
}

#[test]
fn without_a_network_it_can_be_marked_in_spite_of_that() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("*", 0, u32::MAX, Fault::LostBefore);
    tab.confirm(&live);
    world.pass(2 * SECOND);
    let blind = mark(&tab, "SO-00460", false).unwrap_err();
    assert!(doubts(&blind)[0].1.starts_with("Cin7 could not be asked"), "{blind}");
    mark(&tab, "SO-00460", true).unwrap();
    // It is taken back only where Cin7 can say that this number does not stand.
    assert!(undo(&tab, true).is_err());
    world.cin7.mend();
    typed(&world, "SO-00460", ("622.50", "124.50"));
    assert_eq!(
        doubts(&undo(&tab, true).unwrap_err()),
        [("stop", "SO-00460 stands in Cin7 with this order's total. Void it there first.")]
    );
    world.cin7.sales.borrow_mut()[0].status = "VOIDED".into();
    undo(&tab, false).unwrap();
    tab.until_order("confirmed");
    assert_eq!(world.cin7.sales.borrow().iter().filter(|sale| sale.external_id == LINK).count(), 1);
}

#[test]
fn it_is_not_marked_while_a_tab_is_sending_it() {
    let (world, tab) = World::synced();
    let other = world.tab("second");
    let live = tab.quote_10452();
    typed(&world, "SO-00460", ("622.50", "124.50"));
    world.cin7.fault("POST sale", 0, 1, Fault::Slow(20 * SECOND, 0));
    tab.confirm(&live);
    world.until("the header is sent", || !world.cin7.calls("POST sale").is_empty());
    for tab in [&tab, &other] {
        let refused = mark(tab, "SO-00460", true).unwrap_err();
        assert!(doubts(&refused)[0].1.contains("being sent to Cin7 right now"), "{refused}");
    }
    tab.until_order("confirmed");
    let stands = mark(&tab, "SO-00460", true).unwrap_err();
    assert!(doubts(&stands)[0].1.ends_with("of this order stands in Cin7 already."), "{stands}");
}

#[test]
fn a_header_that_arrives_after_it_was_marked_is_said_with_both_numbers_and_gets_no_lines() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    typed(&world, "SO-00460", ("622.50", "124.50"));
    // No answer in time; Cin7 makes the sale a minute later.
    world.cin7.fault("POST sale", 0, 1, Fault::Slow(60 * SECOND, 0));
    tab.confirm(&live);
    world.until("the header is sent", || !world.cin7.calls("POST sale").is_empty());
    world.kill("first");
    let next = world.tab("second");
    let order = mark(&next, "SO-00460", false).unwrap();
    assert_eq!(order.state, "by-hand");
    next.until_order("needs-attention");
    let order = next.order();
    let own = world.cin7.sales.borrow().iter().find(|sale| sale.external_id == LINK).unwrap().number.clone();
    assert!(order.sentence.contains(&own) && order.sentence.contains("SO-00460"), "{}", order.sentence);
    assert!(world.cin7.calls("POST sale/order").is_empty());
    // The rep voids one and looks again.
    for sale in world.cin7.sales.borrow_mut().iter_mut().filter(|sale| sale.external_id == LINK) {
        sale.status = "VOIDED".into();
    }
    world.run(next.desk.retry_order(LINK)).unwrap();
    next.until_order("by-hand");
    world.pass(3600 * SECOND);
    assert_eq!(world.cin7.calls("POST sale").len(), 1);
}

#[test]
fn two_tabs_that_mark_and_retry_at_once_agree() {
    for order_of in [true, false] {
        let (world, tab) = refused();
        let other = world.tab("second");
        typed(&world, "SO-00460", ("622.50", "124.50"));
        world.cin7.mend();
        let ask = r#"{"number":"SO-00460","by":"Ann Lee"}"#;
        let (marked, retried) = world.run(async {
            if order_of {
                futures::join!(tab.desk.enter_by_hand(LINK, ask), other.desk.retry_order(LINK))
            } else {
                let (retried, marked) = futures::join!(other.desk.retry_order(LINK), tab.desk.enter_by_hand(LINK, ask));
                (marked, retried)
            }
        });
        let _ = retried;
        world.pass(3600 * SECOND);
        let state = tab.order().state;
        let sent = world.cin7.sales.borrow().iter().filter(|sale| sale.external_id == LINK).count();
        match marked {
            // Marked: nothing was sent, or what was sent is said.
            Ok(_) => assert!((state == "by-hand" && sent == 0) || state == "needs-attention", "{state} {sent}"),
            Err(error) => {
                assert_eq!(error.code, ErrorCode::DoesNotMatch, "{error}");
                assert_eq!((state, sent), ("confirmed", 1));
            }
        }
    }
}
