//! Orders that Cin7 refused: the quote is opened, changed and confirmed again, and one sale comes of it.

use cin7_quote_desk::error::{ErrorCode, Result};
use cin7_quote_desk::outbox::OrderView;
use cin7_quote_desk::quote::{LiveQuote, SaveAnswer};
use cin7_quote_desk::settings::{LineTotal, Settings};
use cin7_quote_desk::store::memory::MemoryStore;

use crate::world::cin7::{Call, Fault};
use crate::world::store::turn;
use crate::world::{LINK, MINUTE, SECOND, Tab, World, document};
use std::rc::Rc;

const REFUSAL: &str = "Product with ID '00000000-0000-0000-0000-000000000002' has SKU 'LAMP-02B', not 'LAMP-02'";

/// A first tab with quote 10452, refused once at this call.
fn refused_at(call: &'static str) -> (Rc<World>, Tab) {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault(call, 0, 1, Fault::Refused(REFUSAL));
    tab.confirm(&live);
    tab.until_order("needs-attention");
    (world, tab)
}

fn mend(tab: &Tab) -> Result<LiveQuote> {
    tab.world.run(tab.desk.mend_quote(LINK)).map(|bundle| LiveQuote::open(bundle).unwrap())
}

fn save(tab: &Tab, live: &LiveQuote) {
    tab.world.run(tab.desk.save_quote(&document(live), &live.totals().gross.to_string(), None)).unwrap();
}

fn posted(world: &World, what: &str) -> Vec<String> {
    world.cin7.calls(what).into_iter().map(|call: Call| call.body).collect()
}

fn texts(order: &OrderView) -> String {
    let steps = order.steps.iter().map(|step| format!("{} {}: {}", step.step, step.state, step.text));
    steps.collect::<Vec<_>>().join("\n")
}

/// One sale, with the chairs alone at this quantity.
fn assert_one_sale_of_chairs(world: &World, quantity: &str) {
    let sales = world.cin7.sales.borrow();
    assert_eq!(sales.len(), 1, "{sales:#?}");
    assert_eq!(sales[0].lines.len(), 1, "{sales:#?}");
    assert!(sales[0].lines[0].contains(&format!("\"Quantity\":{quantity},")), "{sales:#?}");
}

#[test]
fn a_refused_header_mended_to_6_chairs_becomes_one_sale_under_the_same_key() {
    let (world, tab) = refused_at("POST sale");
    let order = tab.order();
    assert_eq!(order.mending, "possible");
    assert!(order.sentence.contains("LAMP-02 was sent as 2 at 41.25, total 82.50. Change the quote"), "{}", order.sentence);
    let mut live = mend(&tab).unwrap();
    assert!(!live.quote().confirmed && tab.order().mending == "open");
    live.remove_line("b").unwrap();
    live.set_quantity("a", "6").unwrap();
    live.set_warehouse(Some("Main Warehouse")).unwrap();
    save(&tab, &live);
    let saved = tab.confirm(&live);
    assert_eq!((saved.key.as_str(), saved.state), (LINK, "queued"));
    let order = tab.until_order("confirmed");
    assert_eq!(order.sentence, "SO-00451 stands in Cin7, as quoted.");
    assert!(texts(&order).contains("mended done: Changed and confirmed again, after: Header refused"), "{}", texts(&order));
    assert_one_sale_of_chairs(&world, "6");
    assert!(posted(&world, "POST sale").last().unwrap().contains(r#""Location":"Main Warehouse""#));
    assert!(world.run(tab.desk.open_quote(LINK)).unwrap().quote.confirmed);
}

#[test]
fn refused_lines_mended_without_the_lamp_finish_the_same_sale() {
    let (world, tab) = refused_at("POST sale/order");
    let mut live = mend(&tab).unwrap();
    assert_eq!(live.quote().begun.as_ref().unwrap().number, "SO-00451");
    live.remove_line("b").unwrap();
    world.cin7.clear_journal();
    tab.confirm(&live);
    let order = tab.until_order("confirmed");
    assert_one_sale_of_chairs(&world, "4");
    let calls: Vec<String> = world.cin7.journal().into_iter().map(|call| call.what).collect();
    assert_eq!(calls, ["GET saleList", "GET sale", "POST sale/order", "GET sale"], "looked up, finished, read back");
    assert!(order.steps.iter().all(|step| step.state == "done"), "{}", texts(&order));
}

#[test]
fn what_went_with_the_header_stays_and_the_rest_may_be_changed() {
    let (_world, tab) = refused_at("POST sale/order");
    let mut live = mend(&tab).unwrap();
    let error = live.edit_header(r#"{"customerReference":"PO 7","contact":"Mia","memo":"new"}"#).unwrap_err();
    assert_eq!((error.code, error.details.len()), (ErrorCode::InvalidInput, 2), "{error:?}");
    assert!(error.details[0].problem.contains("SO-00451"), "{error:?}");
    assert!(live.set_warehouse(Some("Main Warehouse")).is_err() && live.set_price_tier(Some(1)).is_err());
    assert!(live.set_warehouse(Some("North Depot")).is_ok(), "what is as it was");
    live.edit_header(r#"{"memo":"new","overallDiscount":"5","contact":"Bob Partridge"}"#).unwrap();
}

#[test]
fn lines_refused_under_a_wrong_line_total_are_planned_anew_under_the_right_one() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    let words = "Line with SKU 'CHAIR-01': attribute 'Total' doesn't match the value calculated for validation. Expected value \
     is: 648.00";
    world.cin7.fault("POST sale/order", 0, 1, Fault::Refused(words));
    tab.confirm(&live);
    let order = tab.until_order("needs-attention");
    let said = "CHAIR-01 was sent as 4 at 150.00 less 10 %, total 540.00; Cin7 expected 648.00, which is with tax: choose line \
     totals with tax in the settings.";
    assert!(order.sentence.contains(said), "{}", order.sentence);
    assert!(
        order.sentence.ends_with("Change the quote and confirm it again: SO-00451 is finished then, and nothing is made twice.")
    );
    world.kill("first");
    world.settings.replace(Settings { line_total: LineTotal::Gross, ..Settings::default() });
    let tab = world.tab("later");
    let live = mend(&tab).unwrap();
    tab.confirm(&live);
    tab.world.pass(MINUTE);
    let bodies = posted(&world, "POST sale/order");
    assert!(bodies[0].contains(r#""Total":540.00"#) && bodies[1].contains(r#""Total":648.00"#), "{bodies:#?}");
    assert_eq!(posted(&world, "POST sale").len(), 1);
}

#[test]
fn a_sku_renamed_since_is_sent_as_it_is_called_now() {
    let (world, tab) = refused_at("POST sale/order");
    let renamed = crate::world::cin7::product(2, "LAMP-02B", "Desk Lamp", ["60.0000", "45.0000", "0"]);
    world.cin7.products.borrow_mut()[1] = crate::world::cin7::Row { modified: world.server_now(), ..renamed };
    tab.sync();
    let live = mend(&tab).unwrap();
    tab.confirm(&live);
    tab.until_order("confirmed");
    assert!(posted(&world, "POST sale/order")[1].contains(r#""SKU":"LAMP-02B""#));
    assert_eq!(world.cin7.sales.borrow().len(), 1);
}

#[test]
fn an_order_that_stands_is_on_its_way_or_waits_for_an_answer_never_opens() {
    for (call, fault, state) in [
        ("GET sale", Fault::Slow(10, 10), "confirmed"),
        ("POST sale", Fault::LostBefore, "unknown"),
        ("POST sale/order", Fault::LostAfter, "unknown"),
        ("GET saleList", Fault::Unreachable, "queued"),
        ("GET sale", Fault::Refused("Not now"), "needs-attention"),
    ] {
        let (world, tab) = World::synced();
        let live = tab.quote_10452();
        world.cin7.fault(call, 0, 1, fault);
        tab.confirm(&live);
        let order = tab.until_order(state);
        assert_eq!(order.mending, "no", "{call} {fault:?}");
        let error = mend(&tab).unwrap_err();
        assert_eq!(error.code, ErrorCode::CannotConfirm, "{call} {fault:?}: {error:?}");
    }
}

#[test]
fn a_sale_that_has_got_lines_since_does_not_open_and_is_looked_at() {
    let (world, tab) = refused_at("POST sale/order");
    let other = world.tab("second");
    world.run(other.desk.retry_order(LINK)).unwrap();
    // Another device would do the same; this one has not heard of it.
    let error = mend(&tab);
    other.until_order("confirmed");
    assert!(error.is_err() || tab.order().state == "confirmed");
    assert!(mend(&tab).is_err());
    assert_eq!(world.cin7.sales.borrow().len(), 1);

    let (world, tab) = refused_at("POST sale/order");
    {
        let mut sales = world.cin7.sales.borrow_mut();
        sales[0].lines = vec![r#"{"ProductID":"00000000-0000-0000-0000-000000000001","SKU":"CHAIR-01","Name":"Oak Chair","Quantity":1,"Price":1,"Discount":0,"Tax":0,"TaxRule":"x","Comment":"","Total":1}"#.to_owned()];
        "ORDERED".clone_into(&mut sales[0].status);
    }
    let error = mend(&tab).unwrap_err();
    assert!(error.message.contains("SO-00451 has its products in Cin7 by now"), "{}", error.message);
    world.pass(MINUTE);
    assert!(tab.order().sentence.contains("has other lines than this quote"), "{}", tab.order().sentence);
}

#[test]
fn an_open_order_is_not_sent_by_a_retry_a_new_tab_or_the_passing_of_time() {
    let (world, tab) = refused_at("POST sale/order");
    mend(&tab).unwrap();
    world.cin7.clear_journal();
    assert!(world.run(tab.desk.retry_order(LINK)).unwrap().mending == "open");
    world.kill("first");
    let heir = world.tab("heir");
    world.pass(3600 * SECOND);
    assert!(world.cin7.calls("POST sale/order").is_empty());
    heir.sync();
    let live = LiveQuote::open(world.run(heir.desk.open_quote(LINK)).unwrap()).unwrap();
    assert!(!live.quote().confirmed, "it is open still");
    assert!(world.run(heir.desk.remove_quote(LINK)).is_err(), "its order is here");
    heir.confirm(&live);
    heir.until_order("confirmed");
    assert_eq!(world.cin7.sales.borrow().len(), 1);
}

#[test]
fn two_tabs_that_confirm_a_mended_quote_at_once_send_one_of_them() {
    let (world, tab) = refused_at("POST sale/order");
    let other = world.tab("second");
    let mut live = mend(&tab).unwrap();
    live.remove_line("b").unwrap();
    let (one, two) = (document(&live), {
        live.set_quantity("a", "9").unwrap();
        document(&live)
    });
    let (first, second) = world.run(async { futures::join!(tab.desk.confirm(&one, None), other.desk.confirm(&two, None)) });
    assert_eq!(first.unwrap().expected, second.unwrap().expected, "both are told of the one that was written");
    tab.until_order("confirmed");
    world.pass(3600 * SECOND);
    let sales = world.cin7.sales.borrow();
    assert_eq!((sales.len(), sales[0].lines.len()), (1, 1));
}

#[test]
fn a_tab_that_dies_at_any_call_of_a_mended_order_leaves_one_whole_sale() {
    for refused in ["POST sale", "POST sale/order"] {
        for call in ["GET saleList", "POST sale", "GET sale", "POST sale/order"] {
            for fault in [Fault::DiesBefore, Fault::DiesAfter] {
                let (world, tab) = refused_at(refused);
                let mut live = mend(&tab).unwrap();
                live.remove_line("b").unwrap();
                world.cin7.fault(call, 0, 1, fault);
                tab.confirm(&live);
                world.pass(20 * SECOND);
                world.kill("first");
                let heir = world.tab("heir");
                heir.until_order("confirmed");
                world.pass(600 * SECOND);
                assert_one_sale_of_chairs(&world, "4");
            }
        }
    }
}

#[test]
fn a_mended_order_takes_the_place_of_the_refused_one_at_the_server_and_on_other_devices() {
    let (world, tab) = refused_at("POST sale/order");
    world.pass(SECOND);
    // No device goes on with a refused order by itself, however long its own is silent.
    world.other_vault.replace(Some(MemoryStore::default()));
    let other = world.tab("other");
    world.pass(30 * MINUTE);
    assert!(other.desk.orders_elsewhere()[0].refused);
    assert!(world.run(other.desk.orders()).unwrap().is_empty());
    // Somebody takes it over there; it is refused again.
    world.cin7.fault("POST sale/order", 0, 1, Fault::Refused(REFUSAL));
    world.run(other.desk.take_over(LINK, true)).unwrap();
    other.until_order("needs-attention");
    world.pass(SECOND);
    let mut live = mend(&tab).unwrap();
    live.remove_line("b").unwrap();
    tab.confirm(&live);
    tab.until_order("confirmed");
    world.pass(10 * MINUTE);
    assert_one_sale_of_chairs(&world, "4");
    let there = other.order();
    assert_eq!(there.state, "confirmed", "{}", there.sentence);
    assert!(there.sentence.contains("Changed and confirmed again on another device"), "{}", there.sentence);
}

#[test]
fn a_mended_order_waits_while_another_device_tries_the_refused_one() {
    let (world, tab) = refused_at("POST sale/order");
    world.pass(SECOND);
    let mut live = mend(&tab).unwrap();
    live.remove_line("b").unwrap();
    world.other_vault.replace(Some(MemoryStore::default()));
    let other = world.tab("other");
    world.cin7.fault("POST sale/order", 0, 1, Fault::Slow(MINUTE, 0));
    world.run(other.desk.take_over(LINK, true)).unwrap();
    world.pass(20 * SECOND);
    tab.confirm(&live);
    world.pass(20 * SECOND);
    assert!(tab.order().sentence.contains("Nothing of this one is sent from this device"), "{}", tab.order().sentence);
    other.until_order("confirmed");
    world.pass(600 * SECOND);
    let sales = world.cin7.sales.borrow();
    assert_eq!((sales.len(), sales[0].lines.len()), (1, 2), "the one that was under way stands");
}

#[test]
fn a_refused_order_that_is_entered_by_hand_while_it_is_open_is_never_sent() {
    let (world, tab) = refused_at("POST sale");
    let mut live = mend(&tab).unwrap();
    live.remove_line("b").unwrap();
    save(&tab, &live);
    let ask = r#"{"number":"SO-9","by":"ann","despite":true}"#;
    let order = world.run(tab.desk.enter_by_hand(LINK, ask)).unwrap();
    assert_eq!((order.state, order.mending, order.expected.gross.to_string()), ("by-hand", "no", "648.00".to_owned()));
    assert!(world.run(tab.desk.open_quote(LINK)).unwrap().quote.confirmed);
    assert_eq!(tab.confirm(&live).state, "by-hand");
    world.pass(600 * SECOND);
    assert!(world.cin7.sales.borrow().is_empty());
}

#[test]
fn an_edit_saved_while_its_order_is_entered_by_hand_is_frozen_with_it_or_refused() {
    let mut outcomes = [0, 0];
    for turns in 0..60 {
        let (world, tab) = refused_at("POST sale");
        let other = world.tab("second");
        let revision = mend(&tab).unwrap().revision();
        let mut live = LiveQuote::open(world.run(other.desk.open_quote(LINK)).unwrap()).unwrap();
        live.set_quantity("a", "9").unwrap();
        let (text, gross) = (document(&live), live.totals().gross);
        let edit = async {
            for _ in 0..turns {
                turn().await;
            }
            other.desk.save_quote(&text, &gross.to_string(), Some(revision)).await
        };
        let entry = r#"{"number":"SO-9","by":"ann","despite":true}"#;
        let (marked, saved) = world.run(async { futures::join!(tab.desk.enter_by_hand(LINK, entry), edit) });
        let frozen = world.run(tab.desk.open_quote(LINK)).unwrap().quote;
        let taken = matches!(saved, Ok(SaveAnswer::Saved { .. }));
        assert_eq!(taken, frozen.lines[0].quantity.to_string() == "9", "after {turns} turns: {saved:?}");
        assert_eq!(taken, marked.unwrap().expected.gross == gross, "after {turns} turns the order is not the quote");
        outcomes[usize::from(taken)] += 1;
    }
    assert!(outcomes.iter().all(|times| *times > 0), "{outcomes:?}");
}

#[test]
fn a_begun_sale_that_was_voided_is_ordered_again_under_a_key_of_its_own() {
    let (world, tab) = refused_at("POST sale/order");
    let live = mend(&tab).unwrap();
    "VOIDED".clone_into(&mut world.cin7.sales.borrow_mut()[0].status);
    tab.confirm(&live);
    let order = tab.until_order("needs-attention");
    assert!(order.sentence.contains("was voided in Cin7") && order.mending == "no", "{}", order.sentence);
    let again = world.run(tab.desk.order_again(LINK)).unwrap();
    assert!(again.quote.begun.is_none() && !again.quote.confirmed);
    tab.confirm(&LiveQuote::open(again).unwrap());
    let key = format!("{LINK}#2");
    tab.until_order_of(&key, "confirmed");
    assert_eq!(world.cin7.sales.borrow().iter().filter(|sale| sale.status != "VOIDED").count(), 1);
}
