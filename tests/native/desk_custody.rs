//! Orders that the proxy keeps too: handed over before they are sent, gone on with on another device, ended once.

use std::rc::Rc;

use serde_json::json;

use crate::desk_orders::assert_one_whole_sale;
use crate::world::cin7::Fault;
use crate::world::{LINK, MINUTE, SECOND, Tab, World};
use cin7_quote_desk::quote::LiveQuote;
use cin7_quote_desk::store::memory::MemoryStore;

/// Another device of the same user: nothing is known there.
fn device(world: &Rc<World>, name: &str) -> Tab {
    world.other_vault.replace(Some(MemoryStore::default()));
    world.cache.replace(MemoryStore::default());
    world.tab(name)
}

/// A first device that has confirmed quote 10452 while Cin7 cannot be reached; it is gone, with everything it kept.
fn lost() -> Rc<World> {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("*", 0, u32::MAX, Fault::Unreachable);
    tab.confirm(&live);
    world.pass(SECOND);
    assert_eq!(world.custody.open(), [LINK], "handed over although Cin7 cannot be reached");
    let order = tab.order();
    assert_eq!((order.steps[1].step, order.steps[1].state), ("kept", "done"));
    world.kill("first");
    world
}

#[test]
fn an_order_of_a_wiped_browser_is_gone_on_with_by_itself_and_stands_once() {
    let world = lost();
    let other = device(&world, "other");
    world.pass(MINUTE);
    let waits = other.desk.orders_elsewhere();
    assert_eq!(waits.len(), 1);
    assert_eq!(
        (waits[0].key.as_str(), waits[0].quote_number.as_str(), waits[0].gross.to_string()),
        (LINK, "10452", "747.00".into())
    );
    assert_eq!((waits[0].customer_name.as_str(), waits[0].confirmed_by.as_deref()), ("Bayside Club", Some("ann")));
    assert!(world.run(other.desk.orders()).unwrap().is_empty(), "its own device may be at it");
    world.cin7.mend();
    world.pass(10 * MINUTE);
    let order = other.until_order("confirmed");
    assert!(order.steps.iter().all(|step| step.state == "done"), "{:#?}", order.steps);
    assert_one_whole_sale(&world);
    assert!(other.desk.orders_elsewhere().is_empty());
    assert_eq!(world.custody.end(LINK), Some(("confirmed".to_owned(), json!("SO-00451"))));
    other.sync();
    let quote = LiveQuote::open(world.run(other.desk.open_quote(LINK)).unwrap()).unwrap();
    assert!(quote.quote().confirmed && quote.lines().len() == 2, "the quote has come along");
}

#[test]
fn an_order_is_taken_over_at_once_when_somebody_asks_and_two_devices_make_one_sale() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("*", 0, u32::MAX, Fault::Unreachable);
    tab.confirm(&live);
    world.pass(SECOND);
    let other = device(&world, "other");
    world.pass(SECOND);
    let taken = world.run(other.desk.take_over(LINK, true)).unwrap();
    assert_eq!(taken.confirmed_at, tab.order().confirmed_at);
    world.cin7.mend();
    for tab in [&tab, &other] {
        assert_eq!(tab.until_order("confirmed").order_number.as_deref(), Some("SO-00451"));
    }
    assert_one_whole_sale(&world);
    let again = world.run(device(&world, "third").desk.take_over(LINK, true)).unwrap_err();
    assert!(again.message.contains("SO-00451 has come to its end on another device"), "{}", again.message);
}

#[test]
fn an_order_that_nothing_disturbs_is_handed_over_first_and_its_end_is_told() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    tab.confirm(&live);
    tab.until_order("confirmed");
    world.pass(3600 * SECOND);
    let calls: Vec<String> = world.custody.calls.borrow().iter().map(|call| call.what.clone()).collect();
    let posts: Vec<&str> = calls.iter().filter(|what| what.starts_with("POST")).map(String::as_str).collect();
    assert_eq!(posts, ["POST custody/orders", "POST custody/finished"]);
    assert!(world.custody.open().is_empty());
}

#[test]
fn a_proxy_that_keeps_no_orders_or_never_answers_holds_nothing_up() {
    for absent in [true, false] {
        let (world, tab) = World::synced();
        let live = tab.quote_10452();
        world.custody.absent.set(absent);
        if !absent {
            world.cin7.fault("POST custody/orders", 0, u32::MAX, Fault::Slow(24 * 60 * MINUTE, 0));
        }
        tab.confirm(&live);
        let began = world.now();
        let order = tab.until_order("confirmed");
        assert!(world.now().since(began) <= 20 * SECOND);
        assert_one_whole_sale(&world);
        assert!(order.steps.iter().all(|step| step.step != "kept"), "{:#?}", order.steps);
    }
}

#[test]
fn a_tab_closed_at_any_word_with_the_proxy_leaves_one_sale_and_one_end() {
    for call in ["POST custody/orders", "POST custody/finished"] {
        for fault in [Fault::DiesBefore, Fault::DiesAfter] {
            let (world, tab) = World::synced();
            let live = tab.quote_10452();
            world.cin7.fault(call, 0, 1, fault);
            tab.confirm(&live);
            world.pass(10 * SECOND);
            world.kill("first");
            world.tab("heir").until_order("confirmed");
            world.pass(600 * SECOND);
            assert_one_whole_sale(&world);
            assert!(world.custody.open().is_empty(), "{call} {fault:?}");
        }
    }
}

#[test]
fn what_was_entered_by_hand_on_another_device_is_never_sent_from_this_one() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("*", 0, u32::MAX, Fault::Unreachable);
    tab.confirm(&live);
    world.pass(SECOND);
    world.custody.rows.borrow_mut().get_mut(LINK).unwrap().end = Some(("by-hand".into(), json!("SO-00460")));
    world.cin7.mend();
    let order = tab.until_order("by-hand");
    assert_eq!(order.order_number.as_deref(), Some("SO-00460"));
    assert!(order.steps.iter().any(|step| step.text.contains("as SO-00460, says ann on another device")), "{:#?}", order.steps);
    world.run(tab.desk.retry_order(LINK)).unwrap();
    world.pass(3600 * SECOND);
    assert!(world.cin7.sales.borrow().is_empty() && world.cin7.calls("POST sale").is_empty());
    // It was a mistake: taken back, the order is sent, and other devices may go on with it again.
    world.run(tab.desk.undo_by_hand(LINK, r#"{"by":"ann","despite":false}"#)).unwrap();
    tab.until_order("confirmed");
    assert_one_whole_sale(&world);
    assert_eq!(world.custody.end(LINK), Some(("confirmed".to_owned(), json!("SO-00451"))));
}

#[test]
fn another_order_of_the_quote_is_not_sent_while_the_first_is_open() {
    let world = lost();
    let other = device(&world, "other");
    world.cin7.mend();
    other.sync();
    let mut live = other.quote_10452();
    live.set_discount("a", "15").unwrap();
    other.confirm(&live);
    let order = other.until_order("needs-attention");
    assert!(order.sentence.contains("Another order of this quote was confirmed by ann"), "{}", order.sentence);
    world.pass(3600 * SECOND);
    assert!(world.cin7.calls("POST sale").is_empty());
    // The first has come to nothing.
    world.custody.rows.borrow_mut().get_mut(LINK).unwrap().end = Some(("voided".into(), json!(null)));
    world.run(other.desk.retry_order(LINK)).unwrap();
    other.until_order("confirmed");
    assert_one_whole_sale(&world);
}

#[test]
fn an_order_that_cin7_refused_here_waits_until_somebody_goes_on_with_it_elsewhere() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("POST sale/order", 0, 1, Fault::Refused("TaxRule not found"));
    tab.confirm(&live);
    tab.until_order("needs-attention");
    let other = device(&world, "other");
    world.pass(SECOND);
    assert_eq!(other.desk.orders_elsewhere().len(), 1);
    world.pass(12 * MINUTE);
    assert!(world.run(other.desk.orders()).unwrap().is_empty(), "what was refused is for a person");
    world.run(other.desk.take_over(LINK, false)).unwrap_err();
    world.run(other.desk.take_over(LINK, true)).unwrap();
    other.until_order("confirmed");
    world.pass(6 * MINUTE);
    assert_eq!(tab.order().state, "confirmed");
    assert_one_whole_sale(&world);
}

#[test]
fn a_proxy_that_has_lost_its_ledger_is_handed_the_order_again() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("*", 0, u32::MAX, Fault::Unreachable);
    tab.confirm(&live);
    world.pass(SECOND);
    world.custody.rows.borrow_mut().clear();
    world.pass(3 * MINUTE);
    assert_eq!(world.custody.open(), [LINK]);
}
