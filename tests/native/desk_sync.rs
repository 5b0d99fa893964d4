//! Reading Cin7: what a run costs, what it keeps, and what it does when it is disturbed.

use std::rc::Rc;

use cin7_quote_desk::desk::ProductAsk;
use cin7_quote_desk::records::Timestamp;
use cin7_quote_desk::store::memory::MemoryStore;
use cin7_quote_desk::sync::{ListState, Phase};

use crate::world::cin7::{Fault, Row, Sale, customer, product, product_id, stock};
use crate::world::store::Fate;
use crate::world::{BAYSIDE, LINK, MINUTE, SECOND, Tab, World};

/// A world with this many products, customers and stock rows, the fixture's among them.
fn large(products: u32, customers: u32, rows: u32) -> Rc<World> {
    let world = World::new();
    let more = (3..=products).map(|number| product(number, &format!("SKU-{number:05}"), "Thing", ["9.9900", "8.8800", "0"]));
    world.cin7.products.borrow_mut().extend(more);
    let more = (2..=customers).map(|number| customer(&format!("c0000000-0000-0000-0000-{number:012x}"), "Somebody Ltd"));
    world.cin7.customers.borrow_mut().extend(more);
    let more = (4..=rows).map(|number| stock(number, &format!("SKU-{number:05}"), "Main Warehouse", "7"));
    world.cin7.stock.borrow_mut().extend(more);
    world
}

fn list<'v>(lists: &'v [ListState], name: &str) -> &'v ListState {
    lists.iter().find(|list| list.list == name).unwrap()
}

/// What is available of a product, warehouse by warehouse.
fn levels(tab: &Tab, sku: &str) -> Vec<(String, String)> {
    let facts = tab.desk.line_facts(BAYSIDE, sku, "").unwrap();
    facts.stock.levels.into_iter().map(|(place, level)| (place, level.available.to_string())).collect()
}

fn pairs(levels: &[(&str, &str)]) -> Vec<(String, String)> {
    levels.iter().map(|(place, available)| ((*place).to_owned(), (*available).to_owned())).collect()
}

#[test]
fn a_first_sync_fills_everything_with_ten_calls_and_one_per_thousand_rows() {
    let world = large(2500, 1200, 3100);
    let tab = world.tab("first");
    assert!(tab.desk.reference_view().is_err(), "nothing is known before");
    tab.sync();
    let calls = world.cin7.journal();
    assert_eq!(calls.len(), 10 + 2 + 3 + 4, "{:#?}", world.cin7.journal_lines());
    for call in calls.iter().filter(|call| !matches!(call.what.as_str(), "GET me" | "GET ref/priceTier")) {
        assert!(call.query("Page").is_some(), "{call:?}");
        assert_eq!(call.query("Limit"), Some("1000"), "{call:?}");
    }
    assert!(world.cin7.calls("GET product").iter().all(|call| call.query("ModifiedSince").is_none()));

    let view = tab.desk.sync_view();
    assert!(view.ready && view.failure.is_none(), "{view:?}");
    let rows = |name| list(&view.lists, name).rows;
    assert_eq!((rows("customers"), rows("products")), (1200, 2500));
    let references: serde_json::Value =
        serde_json::from_str(&cin7_quote_desk::json::to_text(&tab.desk.reference_view().unwrap())).unwrap();
    assert_eq!(references["warehouses"], serde_json::json!(["Main Warehouse", "North Depot"]));
    assert_eq!(references["salesPeople"], serde_json::json!(["Ann Lee"]));
    let ask = ProductAsk { limit: 5, customer: Some(BAYSIDE.parse().unwrap()), ..ProductAsk::default() };
    let hits = tab.desk.search_products("oak ch", &ask).unwrap();
    assert_eq!((hits[0].sku.as_str(), hits[0].price.unwrap().to_string()), ("CHAIR-01", "150.00".into()));
    assert_eq!(tab.desk.search_customers("bayside", 5).unwrap()[0].name, "Bayside Club");
    assert_eq!(levels(&tab, "CHAIR-01"), pairs(&[("Main Warehouse", "12"), ("North Depot", "3")]));
    assert_eq!(levels(&tab, "SKU-02400"), pairs(&[("Main Warehouse", "7")]), "from the third page");

    world.cin7.clear_journal();
    tab.sync();
    assert_eq!(world.cin7.journal().len(), 10 + 1 + 1 + 4, "who asks for a run gets the reference books too");
}

#[test]
fn what_was_synced_is_there_after_a_reload_without_a_call() {
    let (world, tab) = World::synced();
    drop(tab);
    world.kill("first");
    let tab = world.tab("second");
    assert!(tab.desk.sync_view().ready);
    assert_eq!(tab.desk.line_facts(BAYSIDE, "CHAIR-01", "").unwrap().product.name, "Oak Chair");
    assert_eq!(levels(&tab, "LAMP-02"), pairs(&[("Main Warehouse", "8")]));
    assert!(world.cin7.journal().is_empty());
}

#[test]
fn the_second_run_asks_for_changes_since_the_start_of_the_first_by_cin7s_clock() {
    for ahead in [26 * 60 * MINUTE, -26 * 60 * MINUTE, 0] {
        let world = World::new();
        world.server_ahead.set(ahead);
        // The run takes three minutes in all.
        world.cin7.fault("*", 0, 9, Fault::Slow(10 * SECOND, 10 * SECOND));
        let tab = world.tab("first");
        let (from, started) = (world.now(), world.server_now());
        tab.sync();
        assert_eq!(world.now().since(from), 3 * MINUTE);
        world.cin7.clear_journal();
        world.pass(MINUTE);
        tab.sync();
        for list in ["GET customer", "GET product"] {
            let calls = world.cin7.calls(list);
            let since: Timestamp = format!("{}Z", calls[0].query("ModifiedSince").unwrap()).parse().unwrap();
            let lead = started.since(since);
            assert!((0..=4 * MINUTE).contains(&lead), "{list}: {since}, but the first run started at {started}");
        }
    }
}

#[test]
fn an_edit_made_while_its_list_was_being_read_comes_with_the_next_run() {
    let world = World::new();
    let tab = world.tab("first");
    world.cin7.fault("GET ref/productavailability", 0, 1, Fault::Slow(5 * SECOND, 0));
    let server = Rc::clone(&world);
    world.spawn("Cin7", async move {
        server.wait(2 * SECOND).await;
        let json = product(1, "CHAIR-01", "Oak Armchair", ["210.0000", "160.0000", "0"]).json;
        server.cin7.products.borrow_mut()[0] = Row { modified: server.server_now(), json };
    });
    tab.sync();
    assert_eq!(tab.desk.line_facts(BAYSIDE, "CHAIR-01", "").unwrap().product.name, "Oak Chair");
    tab.sync();
    let facts = tab.desk.line_facts(BAYSIDE, "CHAIR-01", "").unwrap();
    assert_eq!((facts.product.name.as_str(), facts.product.tiers[1].unwrap().to_string()), ("Oak Armchair", "160.00".into()));
}

#[test]
fn stock_is_swapped_whole_or_left_as_it_was() {
    let world = large(2, 1, 2500);
    let tab = world.tab("first");
    tab.sync();
    let before = pairs(&[("Main Warehouse", "12"), ("North Depot", "3")]);
    assert_eq!(levels(&tab, "CHAIR-01"), before);
    {
        let mut rows = world.cin7.stock.borrow_mut();
        rows[0] = stock(1, "CHAIR-01", "Main Warehouse", "99");
        // The lamp's last row is gone: it has had no stock since.
        rows.remove(2);
    }
    let age = |tab: &Tab| list(&tab.desk.sync_view().lists, "stock").as_of.unwrap();
    let read = age(&tab);
    world.pass(MINUTE);
    world.cin7.fault_with("GET ref/productavailability", ("Page", "3"), 1, Fault::Refused("No."));
    tab.sync();
    assert_eq!(tab.desk.sync_view().failure.as_deref(), Some("No."));
    assert_eq!(levels(&tab, "CHAIR-01"), before, "two pages of three do not make a picture");
    assert_eq!(age(&tab), read);
    world.kill("first");
    let tab = world.tab("second");
    assert_eq!(levels(&tab, "CHAIR-01"), before, "nor after a reload");

    world.pass(MINUTE);
    tab.sync();
    assert_eq!(tab.desk.sync_view().failure, None);
    assert_eq!(levels(&tab, "CHAIR-01"), pairs(&[("Main Warehouse", "99"), ("North Depot", "3")]));
    let lamp = tab.desk.line_facts(BAYSIDE, "LAMP-02", "").unwrap().stock;
    assert!(lamp.levels.is_empty() && lamp.as_of.is_some(), "none, and that is known: {lamp:?}");
    assert!(age(&tab) > read);
    world.kill("second");
    let tab = world.tab("third");
    assert_eq!(levels(&tab, "CHAIR-01"), pairs(&[("Main Warehouse", "99"), ("North Depot", "3")]));
}

#[test]
fn a_run_goes_on_after_a_reload_and_no_page_is_fetched_twice() {
    let undisturbed = large(1500, 1100, 2100);
    undisturbed.tab("only").sync();
    let calls = undisturbed.cin7.journal().len();
    for closed_at in 0..u32::try_from(calls).unwrap() {
        let world = large(1500, 1100, 2100);
        let first = world.tab("first");
        // The tab is closed before the page is asked for: a page on its way would be fetched again, rightly.
        world.cin7.fault("*", closed_at, 1, Fault::DiesBefore);
        first.desk.start_sync();
        let desk = Rc::clone(&first.desk);
        world.spawn("first", async move { desk.run_sync().await });
        world.pass(MINUTE);
        assert_eq!(world.cin7.journal().len(), usize::try_from(closed_at).unwrap() + 1);
        world.kill("first");

        let second = world.tab("second");
        second.sync();
        let mut pages: Vec<String> =
            world.cin7.journal().iter().map(|call| format!("{} {:?}", call.what, call.query("Page"))).collect();
        pages.remove(usize::try_from(closed_at).unwrap());
        assert_eq!(pages.len(), calls, "closed at call {closed_at}: {pages:#?}");
        pages.sort();
        pages.dedup();
        assert_eq!(pages.len(), calls, "closed at call {closed_at}: {pages:#?}");
        let view = second.desk.sync_view();
        assert!(view.ready, "{view:?}");
        assert_eq!(list(&view.lists, "products").rows, 1500);
        assert_eq!(levels(&second, "CHAIR-01"), pairs(&[("Main Warehouse", "12"), ("North Depot", "3")]));
        assert_eq!(levels(&second, "SKU-01456"), pairs(&[("Main Warehouse", "7")]));
    }
}

#[test]
fn with_the_cache_removed_an_order_that_waits_is_still_listed_and_the_catalogue_refills() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("*", 0, u32::MAX, Fault::Unreachable);
    tab.confirm(&live);
    world.pass(10 * SECOND);
    world.kill("first");
    world.cache.replace(MemoryStore::default());

    let tab = world.tab("second");
    let orders = world.run(tab.desk.orders()).unwrap();
    assert_eq!((orders.len(), orders[0].key.as_str(), orders[0].state), (1, LINK, "queued"));
    assert!(!tab.desk.sync_view().ready);
    world.cin7.mend();
    tab.sync();
    assert!(tab.desk.sync_view().ready);
    assert_eq!(tab.desk.line_facts(BAYSIDE, "CHAIR-01", "").unwrap().product.name, "Oak Chair");
    tab.until_order("confirmed");
    assert_eq!(world.cin7.sales.borrow().len(), 1);
}

#[test]
fn a_product_that_cannot_be_read_is_reported_by_its_sku_and_comes_in_when_it_is_mended() {
    let world = World::new();
    let good = product(3, "BENCH-03", "Bench", ["300.0000", "250.0000", "0"]);
    let bad = Row { json: good.json.replace("300.0000", "\"a lot\""), ..good.clone() };
    world.cin7.products.borrow_mut().insert(1, bad);
    let tab = world.tab("first");
    tab.sync();
    let view = tab.desk.sync_view();
    let products = list(&view.lists, "products");
    assert!(view.failure.is_none(), "one record does not stop the run");
    assert_eq!(products.rows, 2, "its neighbours are there");
    let report = &products.bad[0];
    assert_eq!((report.record.as_str(), report.field.as_str()), ("BENCH-03", "PriceTier1"));
    assert!(report.problem.contains("a lot"), "{report:?}");

    world.pass(15 * MINUTE);
    world.cin7.products.borrow_mut()[1] = Row { modified: world.server_now(), ..good };
    tab.sync();
    let view = tab.desk.sync_view();
    let products = list(&view.lists, "products");
    assert_eq!((products.rows, products.bad.len()), (3, 0), "{products:?}");
    assert_eq!(tab.desk.line_facts(BAYSIDE, "BENCH-03", "").unwrap().product.name, "Bench");
}

#[test]
fn the_next_run_begins_a_quarter_of_an_hour_after_the_end_of_the_last() {
    let world = World::new();
    let tab = world.tab("first");
    world.cin7.fault("*", 0, 11, Fault::Slow(30 * SECOND, 0));
    tab.desk.lead();
    tab.desk.start_sync();
    let desk = Rc::clone(&tab.desk);
    world.spawn("first", async move { desk.run_sync().await });
    world.pass(30 * MINUTE);
    let starts = world.cin7.calls("GET customer");
    // Four calls of 30 s from the customers on, then the pause.
    assert_eq!(starts.len(), 2);
    assert_eq!(starts[1].at.since(starts[0].at), 4 * 30 * SECOND + 15 * MINUTE);
    tab.desk.stop_sync();
    world.pass(60 * MINUTE);
    assert_eq!(world.cin7.calls("GET customer").len(), 2, "stopped is stopped");
    assert_eq!(tab.desk.sync_view().phase, Phase::Stopped);
    tab.desk.sync_now();
    world.pass(SECOND);
    assert_eq!(world.cin7.calls("GET customer").len(), 3);
}

#[test]
fn a_throttled_page_is_asked_for_again_after_the_wait_and_none_is_lost() {
    let world = large(2500, 1, 10);
    world.cin7.fault_with("GET product", ("Page", "2"), 1, Fault::Throttled(7));
    world.cin7.fault_with("GET product", ("Page", "3"), 1, Fault::Html);
    let tab = world.tab("first");
    tab.sync();
    let view = tab.desk.sync_view();
    assert_eq!((view.failure, list(&view.lists, "products").rows), (None, 2500));
    let calls = world.cin7.calls("GET product");
    let pages: Vec<&str> = calls.iter().filter_map(|call| call.query("Page")).collect();
    assert_eq!(pages, ["1", "2", "2", "3", "3"]);
    assert!(calls[2].at.since(calls[1].at) >= 7 * SECOND);
}

#[test]
fn two_tabs_that_both_read_end_with_the_same_catalogue() {
    let world = large(2500, 1200, 2100);
    world.cin7.fault("*", 0, 60, Fault::Slow(SECOND, SECOND));
    let tabs = [world.tab("first"), world.tab("second")];
    for (number, tab) in tabs.iter().enumerate() {
        tab.desk.start_sync();
        let (desk, around) = (Rc::clone(&tab.desk), Rc::clone(&world));
        let task = async move {
            around.wait(700 * i64::try_from(number).unwrap()).await;
            desk.run_sync().await;
        };
        tab.spawn(task);
    }
    let phase = |tab: &Tab| tab.desk.sync_view().phase;
    world.until("both at rest", || tabs.iter().all(|tab| phase(tab) == Phase::Idle && tab.desk.sync_view().ready));
    for name in ["first", "second"] {
        world.kill(name);
    }
    let third = world.tab("third");
    let view = third.desk.sync_view();
    assert!(view.ready && view.failure.is_none(), "{view:?}");
    assert_eq!((list(&view.lists, "products").rows, list(&view.lists, "customers").rows), (2500, 1200));
    assert_eq!(levels(&third, "SKU-02000"), pairs(&[("Main Warehouse", "7")]));
}

#[test]
fn stock_read_for_a_quote_outlives_a_full_reading_that_began_before() {
    let (world, tab) = World::synced();
    world.cin7.fault("GET ref/productavailability", 0, 1, Fault::Slow(0, 10 * SECOND));
    let desk = Rc::clone(&tab.desk);
    tab.desk.sync_now();
    tab.desk.start_sync();
    world.spawn("first", async move { desk.run_sync().await });
    world.pass(SECOND);
    // The full reading has its answer on the way; meanwhile somebody sells ten chairs.
    world.cin7.stock.borrow_mut()[0] = stock(1, "CHAIR-01", "Main Warehouse", "2");
    let fresh = world.run(tab.desk.refresh_stock(BAYSIDE, &[product_id(1)], "")).unwrap();
    assert_eq!(fresh.facts[0].stock.levels[0].1.available.to_string(), "2");
    world.pass(MINUTE);
    assert_eq!(levels(&tab, "CHAIR-01")[0].1, "2", "the later reading stands");
}

#[test]
fn a_cache_without_room_is_said_and_what_is_in_memory_of_before_stays() {
    let (world, tab) = World::synced();
    drop(tab);
    world.kill("first");
    world.cache_fate.set(Fate::Full(0, u32::MAX));
    let tab = world.tab("second");
    world.cin7.stock.borrow_mut()[0] = stock(1, "CHAIR-01", "Main Warehouse", "99");
    tab.sync();
    let failure = tab.desk.sync_view().failure.unwrap();
    assert!(failure.contains("could not be stored"), "{failure}");
    assert_eq!(levels(&tab, "CHAIR-01")[0].1, "12");
    world.kill("second");

    world.cache_fate.set(Fate::Sound);
    let tab = world.tab("third");
    tab.sync();
    assert_eq!(levels(&tab, "CHAIR-01")[0].1, "99");
}

#[test]
fn a_cache_that_can_never_be_written_costs_one_call_per_cadence() {
    let world = World::new();
    world.cache_fate.set(Fate::Full(0, u32::MAX));
    let tab = world.tab("first");
    tab.desk.start_sync();
    let desk = Rc::clone(&tab.desk);
    tab.spawn(async move { desk.run_sync().await });
    world.pass(61 * MINUTE);
    assert_eq!(world.cin7.journal().len(), 5, "{:#?}", world.cin7.journal_lines());
    assert!(tab.desk.sync_view().failure.is_some());
}

/// The numbers that an account of some size costs.
#[test]
fn a_fresh_account_costs_one_call_per_thousand_rows_and_an_idle_run_one_per_list_of_changes() {
    let world = large(20_000, 5_000, 25_000);
    let supplier =
        |number| format!(r#"{{"ID":"50000000-0000-0000-0000-{number:012x}","Name":"Mill {number}","Currency":"GBP"}}"#);
    let rows = |count: u32| (1..=count).map(|number| Row { modified: world.server_now(), json: supplier(number) }).collect();
    world.cin7.suppliers.replace(rows(1_100));
    let sale = |number: u32| Sale {
        id: format!("6222cb47-0000-4000-9000-{number:012x}"),
        number: format!("SO-{number:05}"),
        customer: BAYSIDE.to_owned(),
        status: "ORDERED".into(),
        updated: Some(world.server_now()),
        ..Sale::default()
    };
    world.cin7.sales.replace((1..=10_000).map(sale).collect());
    // Everything is older than the account's first run.
    world.pass(10 * MINUTE);
    let tab = world.tab("first");
    tab.sync();
    assert!(tab.desk.sync_view().ready);
    let calls = |what: &str| world.cin7.calls(what).len();
    let books = [
        "GET me",
        "GET ref/priceTier",
        "GET ref/tax",
        "GET ref/location",
        "GET ref/paymentterm",
        "GET me/contacts",
        "GET reference/discount",
    ];
    let lists =
        ["GET customer", "GET supplier", "GET product", "GET ref/productavailability", "GET saleList", "GET purchaseList"];
    assert_eq!(books.map(calls), [1; 7], "{:#?}", world.cin7.journal_lines());
    assert_eq!(lists.map(calls), [5, 2, 20, 25, 10, 1]);
    assert_eq!(world.cin7.journal().len(), 7 + 63, "the sum of rows / 1000, rounded up for each list, and nothing else");

    // An hour of runs in which nothing has changed, the first a quarter of an hour after the one above.
    tab.desk.lead();
    tab.desk.start_sync();
    let desk = Rc::clone(&tab.desk);
    tab.spawn(async move { desk.run_sync().await });
    world.cin7.clear_journal();
    world.pass(60 * MINUTE);
    // Four runs; the last of them, an hour after the books were read, reads them again.
    assert_eq!(lists.map(calls), [4, 4, 4, 4 * 25, 4, 4], "{:#?}", world.cin7.journal_lines());
    assert_eq!(books.map(calls), [1; 7]);
    assert_eq!(world.cin7.journal().len(), 4 * (5 + 25) + 7);
}

#[test]
fn c10_tiers_that_exchange_their_names_between_two_readings_of_the_books_price_nobody_wrongly() {
    let world = World::new();
    let tab = world.tab("first");
    tab.sync();
    world.pass(20 * MINUTE);
    // Retail and Wholesale exchange their names; then somebody puts Bayside, which had Wholesale, on what is now called so.
    world.cin7.tiers.replace(vec!["Wholesale".into(), "Retail".into(), "Distributor".into()]);
    let row = Row { modified: world.server_now(), ..customer(BAYSIDE, "Bayside Club") };
    world.cin7.customers.borrow_mut()[0] = row;
    world.cin7.clear_journal();
    tab.desk.start_sync();
    let desk = Rc::clone(&tab.desk);
    world.run(async move {
        desk.sync_step().await;
        while desk.sync_view().phase != Phase::Idle {
            desk.sync_step().await;
        }
    });
    assert_eq!(world.cin7.calls("GET me").len(), 1, "the books were read because a customer had changed");
    assert_eq!(world.cin7.calls("GET customer").len(), 2, "its page was left alone until then");
    assert_eq!(tab.desk.customer(BAYSIDE).unwrap().price_tier.as_deref(), Some("Wholesale"));
    let facts = tab.desk.line_facts(BAYSIDE, "CHAIR-01", "").unwrap();
    assert_eq!(facts.product.tiers[0].unwrap().to_string(), "200.00");
}
