//! Quotes whose address is more than its path, and orders that earlier versions made under the path alone.

use cin7_quote_desk::error::ErrorCode;
use cin7_quote_desk::order::Severity;

use crate::world::cin7::{Fault, Sale};
use crate::world::{BAYSIDE, MINUTE, SECOND, Tab, World};

const SEVEN: &str = "https://crm.example.com/app.php?rec=7";
const EIGHT: &str = "https://crm.example.com/app.php?rec=8";
/// What earlier versions kept of both.
const SHORT: &str = "https://crm.example.com/app.php";

/// A sale of a customer's under the short address, made elsewhere.
fn made_elsewhere(world: &World, customer: &str, status: &str) {
    world.cin7.sales.borrow_mut().push(Sale {
        id: "6222cb47-0000-4000-8000-000000000451".into(),
        number: "SO-00451".into(),
        external_id: SHORT.into(),
        customer: customer.into(),
        status: status.into(),
        updated: Some(world.server_now()),
        ..Sale::default()
    });
}

/// What stops a quote for what was ordered before.
fn stop(tab: &Tab, link: &str) -> Option<String> {
    let found = tab.quote(link).problems().into_iter().find(|problem| problem.code == "ordered-before");
    found.filter(|problem| problem.severity == Severity::Stop).map(|problem| problem.text)
}

fn external_ids(world: &World) -> Vec<String> {
    world.cin7.sales.borrow().iter().map(|sale| sale.external_id.clone()).collect()
}

#[test]
fn two_quotes_of_one_page_told_apart_by_a_parameter_become_two_orders() {
    let (world, tab) = World::synced();
    tab.confirm(&tab.quote(SEVEN));
    tab.until_order_of(SEVEN, "confirmed");
    let eight = tab.quote("https://crm.example.com/app.php?utm_source=mail&rec=8");
    assert_eq!((eight.quote().link.as_str(), eight.quote().confirmed), (EIGHT, false));
    tab.confirm(&eight);
    tab.until_order_of(EIGHT, "confirmed");
    assert_eq!(external_ids(&world), [SEVEN, EIGHT]);
}

#[test]
fn an_order_of_an_earlier_version_stops_both_quotes_that_it_may_be_of_until_told_apart() {
    let (world, tab) = World::synced();
    // As an earlier version stored it: still waiting, and then in Cin7.
    world.cin7.fault("GET saleList", 0, 1, Fault::Unreachable);
    tab.confirm(&tab.quote(SHORT));
    assert!(stop(&tab, SEVEN).unwrap().starts_with("quote app.php of Bayside Club was made under"));
    tab.until_order_of(SHORT, "confirmed");
    tab.reads_for(20 * MINUTE);
    let number = world.cin7.sales.borrow()[0].number.clone();
    for link in [SEVEN, EIGHT] {
        assert!(stop(&tab, link).unwrap().starts_with(&format!("{number} of Bayside Club was made under {SHORT}")));
        assert!(!tab.quote(link).quote().confirmed);
    }
    let mut eight = tab.quote(EIGHT);
    let refused = world.run(tab.desk.confirm(&crate::world::document(&eight), None)).unwrap_err();
    assert_eq!(refused.code, ErrorCode::CannotConfirm);
    eight.apply_fix("accept:ordered-before", None).unwrap();
    tab.confirm(&eight);
    tab.until_order_of(EIGHT, "confirmed");
    assert_eq!(external_ids(&world), [SHORT, EIGHT]);
}

#[test]
fn another_customers_order_and_a_voided_one_are_no_obstacle() {
    for (customer, status) in [("7a8f439b-fa87-4795-a085-385ce8b133f8", "ORDERED"), (BAYSIDE, "VOIDED")] {
        let world = World::new();
        made_elsewhere(&world, customer, status);
        let tab = world.tab("first");
        tab.sync();
        assert_eq!(stop(&tab, SEVEN), None, "{status}");
        tab.confirm(&tab.quote(SEVEN));
        tab.until_order_of(SEVEN, "confirmed");
    }
}

#[test]
fn an_order_of_an_earlier_version_that_only_cin7_knows_is_found_before_anything_is_sent() {
    let (world, tab) = World::synced();
    made_elsewhere(&world, BAYSIDE, "ORDERED");
    tab.confirm(&tab.quote(SEVEN));
    let order = tab.until_order_of(SEVEN, "needs-attention");
    assert!(order.sentence.starts_with(&format!("SO-00451 of this customer stands under {SHORT}")), "{}", order.sentence);
    world.pass(60 * SECOND);
    assert_eq!(external_ids(&world), [SHORT], "nothing was sent");
    world.run(tab.desk.retry_order(SEVEN)).unwrap();
    tab.until_order_of(SEVEN, "confirmed");
    assert_eq!(external_ids(&world), [SHORT, SEVEN], "a person said that it is another quote's");
    let found = world.run(tab.desk.look_up_quote(SEVEN)).unwrap();
    assert_eq!(found.iter().map(|sale| sale.key.as_str()).collect::<Vec<_>>(), [SEVEN, SHORT]);
}

#[test]
fn a_quote_that_an_earlier_version_kept_under_the_short_address_is_named_and_opens() {
    let (world, tab) = World::synced();
    world.run(tab.desk.create_quote(SHORT, BAYSIDE)).unwrap();
    let unknown = world.run(tab.desk.open_quote(SEVEN)).unwrap_err();
    assert_eq!(unknown.code, ErrorCode::UnknownQuote);
    let [detail] = unknown.details.as_slice() else { panic!("{unknown}") };
    assert_eq!(detail.field, SHORT);
    assert!(detail.problem.starts_with("A quote for Bayside Club is kept under"), "{}", detail.problem);
    assert_eq!(world.run(tab.desk.open_quote(&detail.field)).unwrap().quote.link, SHORT);
}

/// The fixture's quote, and a link that is its link but for the letter case.
const QUOTE: &str = "https://crm.prospect365.com/view/Quote/10452";
const ALIKE: &str = "https://crm.prospect365.com/view/quote/10452";

#[test]
fn a_sale_whose_link_differs_in_letter_case_alone_is_named_before_a_second_is_made() {
    let (world, tab) = World::synced();
    // Named while it waits on this device, and when Cin7's list of sales has it.
    world.cin7.fault("GET saleList", 0, 1, Fault::Unreachable);
    tab.confirm(&tab.quote(ALIKE));
    assert!(
        stop(&tab, QUOTE).unwrap().starts_with(&format!("quote 10452 of Bayside Club was made under {ALIKE}, which differs"))
    );
    tab.until_order_of(ALIKE, "confirmed");
    tab.reads_for(20 * MINUTE);
    let number = world.cin7.sales.borrow()[0].number.clone();
    let text = stop(&tab, QUOTE).unwrap();
    assert!(text.starts_with(&format!("{number} of Bayside Club was made under {ALIKE}, which differs")), "{text}");
    let mut live = tab.quote(QUOTE);
    assert_eq!(world.run(tab.desk.confirm(&crate::world::document(&live), None)).unwrap_err().code, ErrorCode::CannotConfirm);
    live.apply_fix("accept:ordered-before", None).unwrap();
    tab.confirm(&live);
    tab.until_order_of(QUOTE, "confirmed");
    assert_eq!(external_ids(&world), [ALIKE, QUOTE], "a person said that it is another quote's");
}

#[test]
fn a_sale_under_a_link_in_another_letter_case_that_only_cin7_knows_stops_the_order() {
    let (world, tab) = World::synced();
    made_elsewhere(&world, BAYSIDE, "ORDERED");
    world.cin7.sales.borrow_mut()[0].external_id = ALIKE.into();
    world.cin7.any_case.set(true);
    tab.confirm(&tab.quote(QUOTE));
    let order = tab.until_order_of(QUOTE, "needs-attention");
    assert!(
        order.sentence.starts_with(&format!("SO-00451 of this customer stands under {ALIKE}, which differs")),
        "{}",
        order.sentence
    );
    world.pass(60 * SECOND);
    assert_eq!(external_ids(&world), [ALIKE], "nothing was sent");
    assert_eq!(world.run(tab.desk.look_up_quote(QUOTE)).unwrap()[0].key, ALIKE);
    world.run(tab.desk.retry_order(QUOTE)).unwrap();
    tab.until_order_of(QUOTE, "confirmed");
    assert_eq!(external_ids(&world), [ALIKE, QUOTE]);
}

#[test]
fn stock_read_for_no_quote_of_a_customer_with_sales_is_answered() {
    let (world, tab) = World::synced();
    world.cin7.sales.borrow_mut().push(Sale {
        id: "6222cb47-0000-4000-8000-000000000451".into(),
        number: "SO-00451".into(),
        customer: BAYSIDE.into(),
        status: "ORDERED".into(),
        lines: vec![r#"{"ProductID":"00000000-0000-0000-0000-000000000001","SKU":"CHAIR-01","Name":"Oak Chair","Quantity":1,"Price":1,"Discount":0,"Tax":0,"TaxRule":"x","Comment":"","Total":1}"#.into()],
        updated: Some(world.server_now()),
        ..Sale::default()
    });
    tab.sync();
    world.run(tab.desk.refresh_stock(BAYSIDE, &["00000000-0000-0000-0000-000000000001".into()], "")).unwrap();
}
