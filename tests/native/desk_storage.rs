//! Storage that refuses writes while an order is on its way, and a cache that rots.

use cin7_quote_desk::error::ErrorCode;
use cin7_quote_desk::store::{Batch, Store, Table};
use futures::executor::block_on;

use crate::desk_orders::assert_one_whole_sale;
use crate::world::store::Fate;
use crate::world::{BAYSIDE, LINK, MINUTE, SECOND, World, document};

/// Commits of an order's life: the confirmation, and a claim and a note of each of four steps.
const COMMITS: u32 = 9;

#[test]
fn a_confirmation_that_cannot_be_stored_confirms_nothing() {
    let (world, first) = World::synced();
    let live = first.quote_10452();
    world.kill("first");
    let tab = world.tab_on("second", Fate::Full(0, 1));
    let error = world.run(tab.desk.confirm(&document(&live), None)).unwrap_err();
    assert_eq!(error.code, ErrorCode::StorageFull);
    world.pass(10 * MINUTE);
    assert!(world.run(tab.desk.orders()).unwrap().is_empty());
    assert!(world.cin7.journal().is_empty(), "what is not stored is not sent");
    assert!(!world.run(tab.desk.open_quote(LINK)).unwrap().quote.confirmed);
    // There is room again.
    tab.confirm(&live);
    tab.until_order("confirmed");
    assert_one_whole_sale(&world);
}

#[test]
fn a_vault_that_refuses_some_writes_neither_loses_nor_doubles_an_order() {
    for from in 1..COMMITS {
        for times in [1, 2, 3, 10] {
            let (world, first) = World::synced();
            let live = first.quote_10452();
            world.kill("first");
            let tab = world.tab_on("second", Fate::Full(from, times));
            tab.confirm(&live);
            tab.until_order("confirmed");
            world.pass(10 * MINUTE);
            assert_one_whole_sale(&world);
            assert_eq!(world.cin7.calls("POST sale").len(), 1, "{times} refused from {from}");
        }
    }
}

#[test]
fn a_vault_that_takes_nothing_more_keeps_the_order_for_the_next_tab() {
    for from in 1..COMMITS {
        let (world, first) = World::synced();
        let live = first.quote_10452();
        world.kill("first");
        let tab = world.tab_on("second", Fate::Full(from, u32::MAX));
        tab.confirm(&live);
        world.pass(10 * MINUTE);
        assert_ne!(tab.order().state, "confirmed");
        assert!(world.cin7.calls("POST sale").len() <= 1, "{from}");
        // Each second commit claims a step; nothing is asked of Cin7 without its being stored first.
        assert_eq!(world.cin7.journal().len(), usize::try_from(from / 2).unwrap());
        world.kill("second");
        let heir = world.tab("heir");
        heir.until_order("confirmed");
        world.pass(10 * SECOND);
        assert_one_whole_sale(&world);
    }
}

#[test]
fn a_rotten_cache_is_fetched_again_and_never_guessed() {
    let (world, _tab) = World::synced();
    world.kill("first");
    let cache = world.cache.borrow().clone();
    let segments = block_on(cache.list(Table::Segments, "")).unwrap();
    let manifests = block_on(cache.list(Table::Manifests, "")).unwrap();
    let all =
        segments.into_iter().map(|row| (Table::Segments, row)).chain(manifests.into_iter().map(|row| (Table::Manifests, row)));
    for (table, (key, bytes)) in all {
        let mut rotten = bytes.clone();
        let middle = rotten.len() / 2;
        rotten[middle] ^= 0x5a;
        rotten.truncate(rotten.len().saturating_sub(3));
        for damage in [Some(rotten), None] {
            let batch = match damage {
                Some(rotten) => Batch::relaxed().put(table, &key, rotten),
                None => Batch::relaxed().delete(table, &key),
            };
            block_on(cache.commit(batch)).unwrap();
            let tab = world.tab("second");
            tab.sync();
            let view = tab.desk.sync_view();
            assert!(view.ready && view.failure.is_none(), "{key}: {view:?}");
            let chair = tab.desk.line_facts(BAYSIDE, "CHAIR-01", "").unwrap_or_else(|error| panic!("{key}: {error}"));
            assert_eq!(chair.stock.levels[0].1.available.to_string(), "12", "{key}");
            assert_eq!(tab.desk.search_customers("bayside", 5).unwrap().len(), 1, "{key}");
            assert!(tab.desk.reference_view().is_ok(), "{key}");
            world.kill("second");
            // And what was fetched again is whole.
            let tab = world.tab("third");
            assert!(tab.desk.sync_view().ready, "{key}");
            assert_eq!(tab.desk.line_facts(BAYSIDE, "LAMP-02", "").unwrap().product.name, "Desk Lamp");
            world.kill("third");
            world.pass(SECOND);
        }
    }
}
