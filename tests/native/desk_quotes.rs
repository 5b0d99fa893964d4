//! Quotes as the desk keeps them.

use cin7_quote_desk::error::ErrorCode;
use cin7_quote_desk::quote::LiveQuote;
use cin7_quote_desk::settings::{LowMargins, Settings};

use crate::world::cin7::{Fault, Row, product};
use crate::world::store::Fate;
use crate::world::{BAYSIDE, LINK, MINUTE, World, document};

fn gross(live: &LiveQuote) -> String {
    live.totals().gross.to_string()
}

#[test]
fn before_the_first_sync_whatever_is_looked_up_by_name_is_not_ready() {
    let world = World::new();
    let tab = world.tab("first");
    let missing = [
        world.run(tab.desk.create_quote(LINK, BAYSIDE)).map(drop),
        tab.desk.line_facts(BAYSIDE, "CHAIR-01", LINK).map(drop),
        tab.desk.product("CHAIR-01").map(drop),
        tab.desk.customer(BAYSIDE).map(drop),
        tab.desk.company_view(BAYSIDE).map(drop),
        tab.desk.exposure_of(BAYSIDE).map(drop),
        tab.desk.edit_product(BAYSIDE, r#"{"description":"Oak"}"#).map(drop),
    ];
    for answer in missing {
        let error = answer.unwrap_err();
        assert_eq!((error.code, error.code.retryable()), (ErrorCode::NotReady, true), "{error}");
    }
    assert!(world.run(tab.desk.quotes()).unwrap().is_empty());
}

#[test]
fn after_the_first_sync_what_is_not_there_is_unknown() {
    let (world, tab) = World::synced();
    let nobody = "00000000-0000-4000-8000-000000000000";
    assert_eq!(world.run(tab.desk.create_quote(LINK, nobody)).unwrap_err().code, ErrorCode::UnknownCustomer);
    assert_eq!(tab.desk.exposure_of(nobody).unwrap_err().code, ErrorCode::UnknownCustomer);
    assert_eq!(tab.desk.exposure_of("none").unwrap_err().code, ErrorCode::UnknownCustomer);
    assert_eq!(tab.desk.line_facts(BAYSIDE, "NONE", LINK).unwrap_err().code, ErrorCode::UnknownProduct);
}

#[test]
fn a_quote_survives_a_reload_to_the_letter() {
    let (world, tab) = World::synced();
    let mut live = tab.quote_10452();
    live.edit_header(r#"{"memo":"Fragile","customerReference":"PO 7"}"#).unwrap();
    let text = document(&live);
    world.run(tab.desk.save_quote(&text, &gross(&live), None)).unwrap();
    drop(tab);
    world.kill("first");

    let tab = world.tab("second");
    let again = LiveQuote::open(world.run(tab.desk.open_quote(LINK)).unwrap()).unwrap();
    assert_eq!(document(&again), text);
    assert_eq!(gross(&again), "747.00");
    let list = world.run(tab.desk.quotes()).unwrap();
    assert_eq!((list.len(), list[0].number.as_str(), list[0].lines), (1, "10452", 2));
    assert_eq!((list[0].gross.to_string(), list[0].confirmed), ("747.00".into(), false));
    // However the link is written, it is the same quote.
    let same = world.run(tab.desk.create_quote(" HTTPS://CRM.prospect365.com:443/view/Quote/10452/?tab=2 ", BAYSIDE)).unwrap();
    assert_eq!(same.quote.lines.len(), 2);
}

#[test]
fn the_receipts_of_other_quotes_are_known_and_its_own_is_none_of_them() {
    let (world, tab) = World::synced();
    let mut live = tab.quote_10452();
    live.edit_header(r#"{"receipt":{"amount":"200.00","reference":"CARD-77","date":"2026-03-16"}}"#).unwrap();
    world.run(tab.desk.save_quote(&document(&live), &gross(&live), None)).unwrap();
    let other = world.run(tab.desk.create_quote("https://crm.prospect365.com/view/Quote/10453", BAYSIDE)).unwrap();
    assert_eq!(other.context.receipt_references, [("CARD-77".to_owned(), "quote 10452 of Bayside Club".to_owned())]);
    assert!(world.run(tab.desk.open_quote(LINK)).unwrap().context.receipt_references.is_empty());
}

#[test]
fn a_new_price_list_moves_no_price_on_a_kept_quote() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.run(tab.desk.save_quote(&document(&live), &gross(&live), None)).unwrap();
    let json = product(1, "CHAIR-01", "Oak Chair", ["220.0000", "170.0000", "0"]).json;
    world.pass(MINUTE);
    world.cin7.products.borrow_mut()[0] = Row { modified: world.server_now(), json };
    tab.sync();
    let again = LiveQuote::open(world.run(tab.desk.open_quote(LINK)).unwrap()).unwrap();
    assert_eq!(gross(&again), "747.00");
    assert_eq!(again.lines()[0].price_now.unwrap().to_string(), "170.00", "the new one is shown beside it");
}

#[test]
fn a_quote_confirmed_in_one_tab_cannot_be_saved_over_by_another() {
    let (world, one) = World::synced();
    let other = world.tab("second");
    let live = one.quote_10452();
    let text = document(&live);
    world.run(one.desk.save_quote(&text, "747.00", None)).unwrap();
    let mut edited = LiveQuote::open(world.run(other.desk.open_quote(LINK)).unwrap()).unwrap();
    edited.set_quantity("a", "40").unwrap();
    one.confirm(&live);

    let error = world.run(other.desk.save_quote(&document(&edited), &gross(&edited), None)).unwrap_err();
    assert_eq!(error.code, ErrorCode::AlreadyConfirmed);
    let error = world.run(other.desk.remove_quote(LINK)).unwrap_err();
    assert_eq!(error.code, ErrorCode::AlreadyConfirmed);
    // Confirming the edited one gives the order that there is.
    assert_eq!(other.confirm(&edited).expected.gross.to_string(), "747.00");
    one.until_order("confirmed");
    let kept = world.run(other.desk.create_quote(LINK, BAYSIDE)).unwrap().quote;
    assert!(kept.confirmed);
    assert_eq!(kept.lines[0].quantity.to_string(), "4");
    assert_eq!(world.cin7.sales.borrow().len(), 1);
}

#[test]
fn saving_and_confirming_at_the_same_moment_leaves_the_confirmed_quote() {
    let (world, one) = World::synced();
    let other = world.tab("second");
    let live = one.quote_10452();
    world.run(one.desk.save_quote(&document(&live), "747.00", None)).unwrap();
    let mut edited = live.clone();
    edited.set_quantity("a", "40").unwrap();
    let (text, edited) = (document(&live), document(&edited));
    let (saved, confirmed) =
        world.run(async { futures::join!(other.desk.save_quote(&edited, "1.00", None), one.desk.confirm(&text, None)) });
    confirmed.unwrap();
    let kept = world.run(other.desk.open_quote(LINK)).unwrap().quote;
    assert!(kept.confirmed, "the save, which came to {saved:?}, did not undo it");
    assert_eq!(kept.lines[0].quantity.to_string(), "4");
}

#[test]
fn of_skus_that_differ_in_letter_case_the_exact_one_is_quoted_and_no_other() {
    let world = World::new();
    world
        .cin7
        .products
        .borrow_mut()
        .extend([product(98, "kx-9", "Small", ["1.0000", "0", "0"]), product(99, "KX-9", "Large", ["2.0000", "0", "0"])]);
    let tab = world.tab("first");
    tab.sync();
    for sku in ["kx-9", "KX-9"] {
        assert_eq!(tab.desk.line_facts(BAYSIDE, sku, LINK).unwrap().product.sku, sku);
        assert_eq!(tab.desk.product(sku).unwrap().sku, sku);
    }
    for error in [tab.desk.line_facts(BAYSIDE, "Kx-9", LINK).unwrap_err(), tab.desk.product("Kx-9").unwrap_err()] {
        assert_eq!(error.code, ErrorCode::InvalidInput);
        let problem = &error.details[0].problem;
        assert!(
            problem.starts_with("“Kx-9” can mean “") && ["“kx-9”", "“KX-9”"].iter().all(|own| problem.contains(own)),
            "{problem}"
        );
    }
    assert_eq!(tab.desk.product("chair-01").unwrap().sku, "CHAIR-01", "it is alone");
    assert_eq!(tab.desk.product("KX-8").unwrap_err().code, ErrorCode::UnknownProduct);
}

#[test]
fn a_quote_that_cannot_be_confirmed_says_why_and_nothing_is_sent() {
    let (world, tab) = World::synced();
    let mut live = tab.quote_10452();
    live.set_warehouse(None).unwrap();
    let error = world.run(tab.desk.confirm(&document(&live), None)).unwrap_err();
    assert_eq!(error.code, ErrorCode::CannotConfirm);
    assert!(!error.details.is_empty());
    world.pass(10 * MINUTE);
    assert!(world.run(tab.desk.orders()).unwrap().is_empty());
    assert!(world.cin7.journal().is_empty());
    assert!(!world.run(tab.desk.open_quote(LINK)).unwrap().quote.confirmed);
}

#[test]
fn quoting_works_offline_on_what_was_synced() {
    let (world, tab) = World::synced();
    world.cin7.fault("*", 0, u32::MAX, Fault::Unreachable);
    drop(tab);
    world.kill("first");
    world.pass(90 * MINUTE);
    let tab = world.tab("second");
    let live = tab.quote_10452();
    assert_eq!(gross(&live), "747.00");
    let age = world.now().since(tab.desk.line_facts(BAYSIDE, "CHAIR-01", "").unwrap().stock.as_of.unwrap());
    assert!(age >= 90 * MINUTE, "stock has its true age: {age} ms");
    let error = world.run(tab.desk.refresh_stock(BAYSIDE, &["00000000-0000-0000-0000-000000000001".into()], "")).unwrap_err();
    assert_eq!(error.code, ErrorCode::Offline);
}

#[test]
fn a_vault_without_room_refuses_to_save_and_says_so() {
    let (world, first) = World::synced();
    let live = first.quote_10452();
    world.kill("first");
    let tab = world.tab_on("second", Fate::Full(0, 1));
    let error = world.run(tab.desk.save_quote(&document(&live), "747.00", None)).unwrap_err();
    assert_eq!(error.code, ErrorCode::StorageFull);
    world.run(tab.desk.save_quote(&document(&live), "747.00", None)).unwrap();
}

/// The chair at another average cost, as Cin7 lists it from now on.
fn chair_costs(world: &World, cost: &str) {
    let json = product(1, "CHAIR-01", "Oak Chair", ["200.0000", "150.0000", "135.5555"]).json;
    let json = json.replacen("\"Brand\":null", &format!("\"Brand\":null,\"AverageCost\":{cost}"), 1);
    world.pass(MINUTE);
    world.cin7.products.borrow_mut()[0] = Row { modified: world.server_now(), json };
}

#[test]
fn p15_costs_stay_with_the_desk_of_who_may_not_see_them_and_lines_keep_theirs() {
    let (world, tab) = World::synced();
    chair_costs(&world, "88.1234");
    tab.sync();
    let mut live = tab.quote_10452();
    assert!(!document(&live).contains("88.1234"), "the page was told the cost");
    let ids: Vec<String> = live.product_ids().iter().map(ToString::to_string).collect();
    let facts = tab.world.run(tab.desk.quote_facts(BAYSIDE, &ids, LINK)).unwrap();
    assert_eq!(facts.facts.len(), 2);
    assert!(facts.facts.iter().all(|facts| facts.product.average_cost.is_none()));
    world.run(tab.desk.save_quote(&document(&live), &gross(&live), None)).unwrap();
    // The chair becomes dearer; what was kept with the line when it was made stays.
    chair_costs(&world, "95");
    tab.sync();
    live.set_quantity("a", "5").unwrap();
    world.run(tab.desk.save_quote(&document(&live), &gross(&live), None)).unwrap();
    let opened = world.run(tab.desk.open_quote(LINK)).unwrap().quote;
    assert!(opened.lines.iter().all(|line| line.cost.is_none()));
    drop(tab);
    world.kill("first");

    world.settings.replace(Settings { show_cost: true, ..Settings::default() });
    let seeing = world.tab("second");
    let again = LiveQuote::open(world.run(seeing.desk.open_quote(LINK)).unwrap()).unwrap();
    let margin = again.lines()[0].margin.clone().unwrap();
    assert_eq!((margin.cost.unwrap().to_string(), margin.percent.unwrap().to_string()), ("88.1234".into(), "34.72".into()));
    assert_eq!(margin.cost_now.unwrap().to_string(), "95.00");
}

#[test]
fn p15_margins_are_judged_where_the_costs_are() {
    let (world, _) = World::synced();
    world.kill("first");
    let least = Some("40".parse().unwrap());
    world.settings.replace(Settings { minimum_margin: least, low_margins: LowMargins::Stop, ..Settings::default() });
    let tab = world.tab("second");
    chair_costs(&world, "88.1234");
    tab.sync();
    let mut live = tab.quote_10452();
    let stops = |live: &LiveQuote| {
        live.problems()
            .into_iter()
            .filter(|one| one.code.contains("margin"))
            .map(|one| (one.code, one.line_id))
            .collect::<Vec<_>>()
    };
    assert_eq!(stops(&live), [], "the page cannot tell");
    let judged = world.run(tab.desk.save_quote(&document(&live), &gross(&live), None)).unwrap();
    assert!(live.saved(judged.clone()).unwrap());
    let (low, unknown) = (("low-margin", Some("a".to_owned())), ("margin-unknown", Some("b".to_owned())));
    assert_eq!(stops(&live), [low, unknown], "34.72 per cent of the chair, and the lamp's cost is unknown");
    assert!(!live.saved(judged).unwrap(), "no news");
    // Without waiting for the page's word, the order is refused where the costs are.
    let error = world.run(tab.desk.confirm(&document(&live), None)).unwrap_err();
    assert_eq!(error.code, ErrorCode::CannotConfirm);
    live.set_discount("a", "0").unwrap();
    live.remove_line("b").unwrap();
    let judged = world.run(tab.desk.save_quote(&document(&live), &gross(&live), None)).unwrap();
    assert!(live.saved(judged).unwrap());
    assert_eq!(stops(&live), []);
    assert_eq!(tab.confirm(&live).state, "queued");
}
