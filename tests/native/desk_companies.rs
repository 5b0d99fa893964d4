//! Companies of both lists, and what the CRM keeps of them as its own.

use cin7_quote_desk::store::memory::MemoryStore;

use crate::world::cin7::customer;
use crate::world::{BAYSIDE, SECOND, Tab, World};

const NORDIC_CUSTOMER: &str = "7a8f439b-0000-4000-8000-000000000011";
const NORDIC_SUPPLIER: &str = "7a8f439b-0000-4000-8000-000000000012";

fn offered(tab: &Tab, text: &str) -> Vec<String> {
    tab.desk.search_customers(text, 9).unwrap().into_iter().map(|hit| hit.id.to_string()).collect()
}

#[test]
fn c02_a_name_that_differs_from_cin7s_outlives_the_cache() {
    let (world, tab) = World::synced();
    let mut renamed = customer(BAYSIDE, "Bayside Club Ltd");
    renamed.modified = world.server_now();
    world.cin7.customers.replace(vec![renamed]);
    tab.sync();
    assert_eq!(tab.desk.customer(BAYSIDE).unwrap().name, "Bayside Club");
    world.kill("first");

    // The cache is gone, and everything is read anew.
    world.cache.replace(MemoryStore::default());
    let second = world.tab("second");
    assert!(second.desk.customer(BAYSIDE).is_err());
    second.sync();
    let bayside = second.desk.customer(BAYSIDE).unwrap();
    assert_eq!(bayside.name, "Bayside Club");
    assert_eq!(bayside.drift.len(), 1, "{:?}", bayside.drift);
    assert_eq!(bayside.drift[0].cin7, "Bayside Club Ltd");
    assert_eq!(offered(&second, "club ltd"), [BAYSIDE], "found by Cin7's name too");
}

#[test]
fn c02_what_agrees_with_cin7_is_not_kept_twice() {
    let (world, tab) = World::synced();
    tab.sync();
    let kept =
        futures::executor::block_on(cin7_quote_desk::store::Store::keys(&world.vault, cin7_quote_desk::store::Table::Own, ""));
    assert_eq!(kept.unwrap(), Vec::<String>::new());
}

#[test]
fn c04_a_firm_in_both_lists_is_two_records_in_either_order() {
    for first in [NORDIC_CUSTOMER, NORDIC_SUPPLIER] {
        let world = World::new();
        let supplier = customer(NORDIC_SUPPLIER, "Nordic Timber");
        let both = customer(NORDIC_CUSTOMER, "Nordic Timber");
        if first == NORDIC_CUSTOMER {
            world.cin7.customers.borrow_mut().push(both.clone());
        } else {
            world.cin7.suppliers.borrow_mut().push(supplier.clone());
        }
        let tab = world.tab("first");
        tab.sync();
        world.pass(SECOND);
        let now = |mut row: crate::world::cin7::Row| {
            row.modified = world.server_now();
            row
        };
        world.cin7.customers.replace(vec![customer(BAYSIDE, "Bayside Club"), now(both)]);
        world.cin7.suppliers.replace(vec![now(supplier)]);
        tab.sync();
        tab.sync();
        let view = tab.desk.sync_view();
        let rows = |name: &str| view.lists.iter().find(|list| list.list == name).unwrap().rows;
        assert_eq!((rows("customers"), rows("suppliers")), (2, 1), "{first} first");
        assert_eq!(offered(&tab, "nordic"), [NORDIC_CUSTOMER]);
        world.kill("first");
        let reloaded = world.tab("second");
        assert_eq!(offered(&reloaded, "nordic"), [NORDIC_CUSTOMER]);
        assert!(world.run(reloaded.desk.create_quote("https://crm/1", NORDIC_SUPPLIER)).is_err());
    }
}
