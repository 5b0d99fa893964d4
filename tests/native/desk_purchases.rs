//! Purchases on their way: what reading them costs, and what a product says of them.

use std::rc::Rc;

use cin7_quote_desk::records::purchase::Arriving;
use cin7_quote_desk::store::{Batch, Store as _, Table};
use cin7_quote_desk::sync::ListState;

use crate::world::cin7::{Fault, Purchase};
use crate::world::store::Fate;
use crate::world::{MINUTE, Tab, World};

const CHAIR: u32 = 1;

fn purchase(number: u32, required_by: &str) -> Purchase {
    Purchase {
        id: format!("60b70000-0000-4000-8000-{number:012x}"),
        number: format!("PO-{number:05}"),
        required_by: required_by.to_owned(),
        product: CHAIR,
        ordered: 20,
        received: 0,
        updated: "2026-03-16T10:00:00Z".parse().unwrap(),
    }
}

/// A world with two purchases of 20 chairs.
fn two() -> Rc<World> {
    let world = World::new();
    world.cin7.purchases.replace(vec![purchase(1, "2026-04-17"), purchase(2, "2026-04-24")]);
    world
}

/// Leads, and reads whatever is due for so long.
fn reads(world: &Rc<World>, tab: &Tab, milliseconds: i64) {
    tab.desk.lead();
    tab.desk.start_sync();
    let desk = Rc::clone(&tab.desk);
    tab.spawn(async move { desk.run_sync().await });
    world.pass(milliseconds);
}

fn change(world: &World, number: usize, change: impl FnOnce(&mut Purchase)) {
    let mut purchases = world.cin7.purchases.borrow_mut();
    change(&mut purchases[number]);
    purchases[number].updated = world.server_now();
}

fn next(tab: &Tab) -> Option<String> {
    tab.desk.product("CHAIR-01").unwrap().next_available.map(|day| day.to_string())
}

fn arriving(tab: &Tab) -> Vec<String> {
    let said = |one: Arriving| {
        let day = one.day.map(|day| day.to_string()).unwrap_or_default();
        format!("{} into {} {day}{}", one.quantity, one.warehouse, if one.late { " late" } else { "" })
    };
    tab.desk.product("CHAIR-01").unwrap().arriving.into_iter().map(said).collect()
}

fn details(world: &World) -> usize {
    world.cin7.calls("GET advanced-purchase").len()
}

fn reported(tab: &Tab) -> ListState {
    tab.desk.sync_view().lists.into_iter().find(|list| list.list == "purchases").unwrap()
}

#[test]
fn p06_each_open_purchase_costs_one_call_when_it_has_changed() {
    let world = two();
    let tab = world.tab("first");
    tab.sync();
    assert!(tab.desk.sync_view().ready);
    assert_eq!((details(&world), next(&tab)), (0, None), "lines wait until the run is over");
    reads(&world, &tab, MINUTE);
    assert_eq!(details(&world), 2);
    assert_eq!(next(&tab).as_deref(), Some("2026-04-17"));
    assert_eq!(arriving(&tab), ["20 into North Depot 2026-04-17", "20 into North Depot 2026-04-24"]);
    let warehouses = tab.desk.product("CHAIR-01").unwrap().stock.warehouses;
    assert!(!cin7_quote_desk::json::to_text(&warehouses).contains("2026"), "no warehouse has a day: {warehouses:?}");

    world.pass(40 * MINUTE);
    assert_eq!(details(&world), 2, "nothing has changed");
    change(&world, 0, |purchase| purchase.received = 5);
    world.pass(20 * MINUTE);
    assert_eq!(details(&world), 3);
    assert_eq!(arriving(&tab), ["15 into North Depot 2026-04-17", "20 into North Depot 2026-04-24"]);

    // Nothing is lost with the tab.
    world.kill("first");
    let tab = world.tab("second");
    assert_eq!(arriving(&tab).len(), 2);
    change(&world, 0, |purchase| purchase.received = 20);
    reads(&world, &tab, 20 * MINUTE);
    assert_eq!((details(&world), next(&tab).as_deref()), (3, Some("2026-04-24")), "what has come in full is not read again");
    change(&world, 1, |purchase| purchase.received = 20);
    world.pass(20 * MINUTE);
    assert_eq!((details(&world), next(&tab), reported(&tab).rows), (3, None, 0));
    assert!(arriving(&tab).is_empty());
}

#[test]
fn p06_a_day_that_passes_is_late_and_counts_no_longer() {
    let world = two();
    let tab = world.tab("first");
    tab.sync();
    reads(&world, &tab, MINUTE);
    change(&world, 0, |purchase| purchase.required_by = "2026-03-29".into());
    world.pass(20 * MINUTE);
    assert_eq!(next(&tab).as_deref(), Some("2026-04-24"));
    assert_eq!(arriving(&tab), ["20 into North Depot 2026-03-29 late", "20 into North Depot 2026-04-24"]);
}

#[test]
fn p06_without_the_standard_stock_calculation_no_lines_are_read_and_there_is_no_date() {
    let world = two();
    let tab = world.tab("first");
    tab.sync();
    reads(&world, &tab, MINUTE);
    assert_eq!(next(&tab).as_deref(), Some("2026-04-17"));
    world.kill("first");
    world.cin7.clear_journal();
    world.settings.borrow_mut().standard_stock = false;
    change(&world, 0, |purchase| purchase.received = 5);
    let tab = world.tab("second");
    reads(&world, &tab, 20 * MINUTE);
    assert_eq!((details(&world), next(&tab)), (0, None));
    assert!(arriving(&tab).is_empty());
}

#[test]
fn p06_a_purchase_that_cin7_will_not_give_is_reported_and_asked_for_after_the_next_run() {
    let world = two();
    world.cin7.fault("GET advanced-purchase", 0, 1, Fault::Refused("Not now."));
    let tab = world.tab("first");
    tab.sync();
    reads(&world, &tab, 10 * MINUTE);
    assert_eq!(details(&world), 2, "the others do not wait for it");
    assert_eq!(arriving(&tab), ["20 into North Depot 2026-04-24"]);
    let bad = reported(&tab).bad;
    let said: Vec<_> = bad.iter().map(|bad| (bad.record.as_str(), bad.problem.as_str())).collect();
    assert_eq!(said, [("PO-00001", "Not now.")]);
    world.pass(10 * MINUTE);
    assert_eq!((details(&world), arriving(&tab).len()), (3, 2));
    assert!(reported(&tab).bad.is_empty());
}

#[test]
fn p06_a_lost_book_is_read_again_from_its_beginning() {
    let world = two();
    let tab = world.tab("first");
    tab.sync();
    reads(&world, &tab, MINUTE);
    for damage in [None, Some(b"[{]".to_vec())] {
        world.kill("first");
        let cache = world.cache.borrow().clone();
        let batch = match damage {
            None => Batch::relaxed().delete(Table::Manifests, "purchases"),
            Some(bytes) => Batch::relaxed().put(Table::Manifests, "purchases", bytes),
        };
        world.run(cache.commit(batch)).unwrap();
        let tab = world.tab("first");
        assert_eq!((next(&tab), tab.desk.sync_view().ready), (None, true), "quoting does not wait for it");
        reads(&world, &tab, MINUTE);
        assert_eq!(next(&tab).as_deref(), Some("2026-04-17"));
        assert_eq!(arriving(&tab).len(), 2);
    }
}

#[test]
fn p06_a_cache_that_is_full_does_not_cost_the_same_calls_for_ever() {
    let world = two();
    let tab = world.tab("first");
    tab.sync();
    world.cache_fate.set(Fate::Full(0, u32::MAX));
    world.cin7.clear_journal();
    reads(&world, &tab, 14 * MINUTE);
    assert_eq!(details(&world), 2, "{:#?}", world.cin7.journal_lines());
}
