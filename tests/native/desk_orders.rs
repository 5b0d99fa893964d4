//! Confirmed quotes on their way to Cin7: one order each, whatever the network does.

use cin7_quote_desk::desk::Event;
use cin7_quote_desk::outbox::OrderView;

use crate::world::cin7::{Call, Fault};
use crate::world::{LINK, SECOND, World, document};

/// The one sale of quote 10452, with both its lines.
pub(crate) fn assert_one_whole_sale(world: &World) {
    let sales = world.cin7.sales.borrow();
    assert_eq!(sales.len(), 1, "{sales:#?} {:#?}", world.cin7.journal_lines());
    assert_eq!((sales[0].external_id.as_str(), sales[0].lines.len()), (LINK, 2));
}

fn what(calls: &[Call]) -> Vec<&str> {
    calls.iter().map(|call| call.what.as_str()).collect()
}

fn step<'v>(view: &'v OrderView, name: &str) -> (&'v str, &'v str) {
    let step = view.steps.iter().find(|step| step.step == name).unwrap();
    (step.state, &step.text)
}

const fn order_state(event: &Event) -> Option<&'static str> {
    match event {
        Event::Order(order) => Some(order.state),
        _ => None,
    }
}

#[test]
fn quote_10452_becomes_exactly_one_sale_with_these_bytes_and_is_read_back() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    let totals = live.totals();
    assert_eq!(
        (totals.net.to_string(), totals.tax.to_string(), totals.gross.to_string()),
        ("622.50".into(), "124.50".into(), "747.00".into())
    );
    let amounts: Vec<String> = live.lines().iter().map(|line| line.net.unwrap().to_string()).collect();
    assert_eq!(amounts, ["540.00", "82.50"]);

    let saved = tab.confirm(&live);
    assert_eq!((saved.key.as_str(), saved.state), (LINK, "queued"));
    let order = tab.until_order("confirmed");

    let calls = world.cin7.journal();
    assert_eq!(what(&calls), ["GET saleList", "POST sale", "POST sale/order", "GET sale"]);
    assert_eq!(calls[0].query("ExternalID"), Some(LINK));
    assert_eq!(
        calls[1].body,
        concat!(
            r#"{"CustomerID":"7a8f439b-fa87-4795-a085-385ce8b133f9","Contact":"Bob Partridge","Phone":"020 7946 0100","SkipQuote":true,"#,
            r#""SaleType":"Advanced","ShippingAddress":{"Line1":"1 Quay","Line2":"","City":"London","State":"","Postcode":"E1 1AA","#,
            r#""Country":"United Kingdom","Company":"Bayside Club","Contact":"Bob Partridge","ShipToOther":true},"#,
            r#""TaxRule":"20% (VAT on Income)","TaxInclusive":false,"Terms":"30 days","PriceTier":"Wholesale","Location":"North Depot","#,
            r#""SaleOrderDate":"2026-03-30T00:00:00.000","Note":"","CustomerReference":"","#,
            r#""ExternalID":"https://crm.prospect365.com/view/Quote/10452"}"#
        )
    );
    assert_eq!(
        calls[2].body,
        concat!(
            r#"{"SaleID":"6222cb47-0000-4000-8000-000000000001","CombineAdditionalCharges":false,"Memo":"","Status":"AUTHORISED","#,
            r#""AutoPickPackShipMode":"NOPICK","Lines":["#,
            r#"{"ProductID":"00000000-0000-0000-0000-000000000001","SKU":"CHAIR-01","Name":"Oak Chair","Quantity":4,"Price":150.00,"#,
            r#""Discount":10,"Tax":108.00,"TaxRule":"20% (VAT on Income)","Comment":"","Total":540.00},"#,
            r#"{"ProductID":"00000000-0000-0000-0000-000000000002","SKU":"LAMP-02","Name":"Desk Lamp","Quantity":2,"Price":41.25,"#,
            r#""Discount":0,"Tax":16.50,"TaxRule":"20% (VAT on Income)","Comment":"","Total":82.50}],"AdditionalCharges":[]}"#
        )
    );
    assert_one_whole_sale(&world);
    assert_eq!(order.order_number.as_deref(), Some("SO-00451"));
    assert_eq!(order.sentence, "SO-00451 stands in Cin7, as quoted.");
    let actual = order.actual.unwrap();
    assert_eq!((actual.net.to_string(), actual.gross.to_string()), ("622.50".into(), "747.00".into()));
    assert!(order.steps.iter().all(|step| step.state == "done"), "{:#?}", order.steps);
    let told: Vec<&str> = tab.events.borrow().iter().filter_map(order_state).collect();
    assert_eq!(told.first(), Some(&"queued"));
    assert_eq!(told.last(), Some(&"confirmed"), "each step is told: {told:?}");
    assert_eq!(told.len(), 9);
}

#[test]
fn confirming_twice_makes_one_order() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    tab.confirm(&live);
    tab.confirm(&live);
    tab.until_order("confirmed");
    assert_eq!(tab.confirm(&live).state, "confirmed");
    world.pass(600 * SECOND);
    assert_one_whole_sale(&world);
    assert_eq!(world.run(tab.desk.orders()).unwrap().len(), 1);
    assert_eq!(world.cin7.calls("POST sale").len(), 1);
}

#[test]
fn two_tabs_that_confirm_the_same_quote_at_once_make_one_order() {
    let (world, one) = World::synced();
    let other = world.tab("second");
    let live = one.quote_10452();
    world.cin7.fault("*", 0, 99, Fault::Slow(200, 200));
    let text = document(&live);
    let (first, second) = world.run(async { futures::join!(one.desk.confirm(&text, None), other.desk.confirm(&text, None)) });
    assert_eq!((first.unwrap().key, second.unwrap().key), (LINK.to_owned(), LINK.to_owned()));
    one.until_order("confirmed");
    world.pass(600 * SECOND);
    assert_one_whole_sale(&world);
    let calls = world.cin7.journal();
    let alone = ["GET saleList", "POST sale", "POST sale/order", "GET sale", "GET saleList"];
    assert_eq!(what(&calls), alone, "one tab alone took each step, the second look included");
}

#[test]
fn a_header_whose_answer_is_lost_is_found_by_its_key() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("POST sale", 0, 1, Fault::LostAfter);
    tab.confirm(&live);
    let unknown = tab.until_order("unknown");
    assert!(unknown.sentence.contains("looked up before it is sent again"), "{}", unknown.sentence);
    tab.until_order("confirmed");
    assert_one_whole_sale(&world);
    let calls = world.cin7.journal();
    assert_eq!(what(&calls), ["GET saleList", "POST sale", "GET saleList", "GET sale", "POST sale/order", "GET sale"]);
}

#[test]
fn a_header_that_never_arrived_is_sent_again_only_after_three_looks() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("POST sale", 0, 1, Fault::LostBefore);
    tab.confirm(&live);
    tab.until_order("confirmed");
    assert_one_whole_sale(&world);
    let headers = world.cin7.calls("POST sale");
    assert_eq!(headers.len(), 2);
    let after = |call: &Call| call.at.since(headers[0].at) / SECOND;
    let looks: Vec<i64> = world.cin7.calls("GET saleList").iter().skip(1).map(after).collect();
    assert_eq!(looks, [5, 20, 100]);
    assert_eq!(after(&headers[1]), 100);
}

#[test]
fn a_header_that_cin7_makes_a_minute_after_its_answer_was_lost_is_not_made_again() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    tab.confirm(&live);
    world.cin7.fault("POST sale", 0, 1, Fault::Slow(60 * SECOND, 0));
    let other = world.tab("second");
    world.until("the header is sent", || !world.cin7.calls("POST sale").is_empty());
    // The tab is closed while Cin7 ponders.
    world.kill("first");
    other.desk.online();
    other.until_order("confirmed");
    assert_one_whole_sale(&world);
    assert_eq!(world.cin7.calls("POST sale").len(), 1);
}

#[test]
fn refused_lines_are_said_in_cin7s_words_and_a_retry_finishes_the_same_sale() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("POST sale/order", 0, 1, Fault::Refused("TaxRule not found"));
    tab.confirm(&live);
    let order = tab.until_order("needs-attention");
    assert_eq!(step(&order, "lines"), ("failed", "Header SO-00451 made, lines refused: TaxRule not found"));
    assert_eq!(step(&order, "header").0, "done");
    world.pass(3600 * SECOND);
    assert_eq!(world.cin7.calls("POST sale/order").len(), 1, "nothing is sent until someone acts");

    world.run(tab.desk.retry_order(LINK)).unwrap();
    tab.until_order("confirmed");
    assert_one_whole_sale(&world);
    assert_eq!(world.cin7.calls("POST sale").len(), 1);
}

#[test]
fn a_web_page_or_an_error_with_status_200_confirms_nothing() {
    for fault in [Fault::Html, Fault::Error200("Location is required")] {
        for call in ["GET saleList", "POST sale", "POST sale/order", "GET sale"] {
            let (world, tab) = World::synced();
            let live = tab.quote_10452();
            world.cin7.fault(call, 0, u32::MAX, fault);
            tab.confirm(&live);
            world.pass(30 * SECOND);
            let order = tab.order();
            assert_ne!(order.state, "confirmed", "{call} {fault:?}");
            let words = if fault == Fault::Html { "web page" } else { "Location is required" };
            assert!(order.steps.iter().any(|step| step.text.contains(words)), "{call} {fault:?}: {:#?}", order.steps);
            assert!(world.cin7.sales.borrow().len() <= 1);

            world.cin7.mend();
            let _ = world.run(tab.desk.retry_order(LINK)).unwrap();
            tab.until_order("confirmed");
            assert_one_whole_sale(&world);
        }
    }
}

#[test]
fn after_429_with_retry_after_7_the_next_call_leaves_no_sooner() {
    for call in ["GET saleList", "POST sale", "POST sale/order", "GET sale"] {
        let (world, tab) = World::synced();
        let live = tab.quote_10452();
        world.cin7.fault(call, 0, 1, Fault::Throttled(7));
        tab.confirm(&live);
        tab.until_order("confirmed");
        let calls = world.cin7.journal();
        let at = calls.iter().position(|made| made.what == call).unwrap();
        let pause = calls[at + 1].at.since(calls[at].at);
        assert!((7 * SECOND..10 * SECOND).contains(&pause), "{call}: {pause} ms");
        if call.starts_with("POST") {
            assert!(calls[at + 1].what.starts_with("GET"), "looked before it was sent again: {:?}", what(&calls));
        }
        assert_one_whole_sale(&world);
    }
}

#[test]
fn offline_the_order_waits_and_is_sent_once_when_the_network_is_back() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("*", 0, u32::MAX, Fault::Unreachable);
    tab.confirm(&live);
    world.pass(3 * 3600 * SECOND);
    let order = tab.order();
    assert_eq!(order.state, "queued");
    assert!(order.sentence.starts_with("Saved here and waiting. "), "{}", order.sentence);
    let tries = world.cin7.journal().len();
    assert!((150..2000).contains(&tries), "{tries} tries in three hours");
    world.cin7.mend();
    tab.until_order("confirmed");
    assert_one_whole_sale(&world);
}

#[test]
fn an_order_that_is_stuck_does_not_hold_up_another() {
    let (world, tab) = World::synced();
    let other = "https://crm.prospect365.com/view/Quote/10453";
    let (first, second) = (tab.quote_10452(), tab.quote(other));
    world.cin7.fault_with("GET saleList", ("ExternalID", LINK), 1, Fault::Slow(3600 * SECOND, 0));
    tab.confirm(&first);
    let began = world.now();
    tab.confirm(&second);
    tab.until_order_of(other, "confirmed");
    assert!(world.now().since(began) < SECOND);
    assert_eq!(tab.order().state, "sending");
}

#[test]
fn what_cin7_makes_of_the_order_is_shown_beside_the_quote() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("GET sale", 0, 1, Fault::Slow(SECOND, 0));
    tab.confirm(&live);
    world.until("read back", || !world.cin7.calls("GET sale").is_empty());
    // Cin7 rounds the lamp's tax up.
    for lamp in &mut world.cin7.sales.borrow_mut()[0].lines[1..] {
        *lamp = lamp.replace(r#""Tax":16.50"#, r#""Tax":16.51"#);
    }
    let order = tab.until_order("confirmed");
    assert!(order.sentence.contains("Cin7 says 747.01, quote says 747.00"), "{}", order.sentence);
}

#[test]
fn a_sale_that_was_voided_in_cin7_is_not_made_again_by_itself() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("POST sale", 0, 1, Fault::LostAfter);
    tab.confirm(&live);
    tab.until_order("unknown");
    world.cin7.sales.borrow_mut()[0].status = "VOIDED".into();
    let order = tab.until_order("needs-attention");
    assert!(order.sentence.contains("SO-00451 bears this quote's link and was voided"), "{}", order.sentence);
    world.pass(3600 * SECOND);
    assert_eq!(world.cin7.calls("POST sale").len(), 1);
}

#[test]
fn a_header_that_cin7_makes_after_the_order_stood_is_said_with_both_numbers() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("POST sale", 0, 1, Fault::Slow(250 * SECOND, 0));
    tab.confirm(&live);
    world.until("the header is sent", || !world.cin7.calls("POST sale").is_empty());
    world.kill("first");
    let heir = world.tab("heir");
    heir.until_order("confirmed");
    assert_one_whole_sale(&world);
    // The order stands, and the tab is loaded again before the second look is due.
    world.kill("heir");
    let later = world.tab("later");
    world.pass(600 * SECOND);
    assert_eq!(world.cin7.sales.borrow().len(), 2);
    let order = later.order();
    assert_eq!(order.state, "needs-attention");
    assert!(order.sentence.contains("SO-00451 and SO-00452 bear this quote's link"), "{}", order.sentence);
    assert_eq!(step(&order, "second-look").0, "failed");
    assert_eq!(later.events.borrow().iter().filter_map(order_state).next_back(), Some("needs-attention"));

    world.cin7.sales.borrow_mut().iter_mut().find(|sale| sale.lines.is_empty()).unwrap().status = "VOIDED".into();
    world.run(later.desk.retry_order(LINK)).unwrap();
    assert_eq!(later.until_order("confirmed").order_number.as_deref(), Some("SO-00451"));
}

#[test]
fn a_second_sale_that_cin7s_list_shows_is_found_however_late() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    tab.confirm(&live);
    tab.until_order("confirmed");
    world.pass(3600 * SECOND);
    assert_eq!(world.cin7.calls("GET saleList").len(), 2, "the first look and the second one");
    let mut other = world.cin7.sales.borrow()[0].clone();
    (other.id, other.number) = ("6222cb47-0000-4000-8000-0000000000ff".into(), "SO-00499".into());
    other.updated = Some(world.server_now());
    world.cin7.sales.borrow_mut().push(other);
    tab.sync();
    let order = tab.until_order("needs-attention");
    assert!(order.sentence.contains("SO-00451 and SO-00499"), "{}", order.sentence);
}

#[test]
fn a_second_look_that_fails_holds_nothing_up_and_is_taken_again() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    tab.confirm(&live);
    tab.until_order("confirmed");
    world.cin7.fault("*", 0, u32::MAX, Fault::Unreachable);
    world.pass(3600 * SECOND);
    assert_eq!(tab.order().state, "confirmed");
    let tries = world.cin7.calls("GET saleList").len();
    assert!((50..400).contains(&tries), "{tries} tries in an hour");
    world.cin7.mend();
    world.pass(120 * SECOND);
    assert_eq!(step(&tab.order(), "second-look"), ("done", "No other sale bears this quote's link."));
}
