//! Tabs that are closed in the middle of an order, at every place where they can be.

use crate::desk_orders::assert_one_whole_sale;
use crate::world::cin7::Fault;
use crate::world::store::Fate;
use crate::world::{LINK, SECOND, Tab, World, document};
use std::rc::Rc;

/// The calls and the commits of an order that nothing disturbs: look-up, header, lines, read-back; the confirmation, a
/// claim and a note of each of the four, and that the proxy was told of the end.
const CALLS: u32 = 4;
const COMMITS: u32 = 1 + 2 * CALLS + 1;

/// Opens a tab after another was closed and lets it bring the order to its end.
fn taken_over(world: &Rc<World>) -> Tab {
    let tab = world.tab("heir");
    tab.until_order("confirmed");
    world.pass(600 * SECOND);
    tab
}

#[test]
fn a_tab_closed_at_any_call_leaves_exactly_one_whole_sale() {
    for fault in [Fault::DiesBefore, Fault::DiesAfter] {
        for call in 0..CALLS {
            let (world, tab) = World::synced();
            let live = tab.quote_10452();
            world.cin7.fault("*", call, 1, fault);
            tab.confirm(&live);
            world.pass(10 * SECOND);
            assert_eq!(tab.order().state, "sending", "the tab hangs at call {call}");
            world.kill("first");
            let heir = taken_over(&world);
            assert_one_whole_sale(&world);
            assert_eq!(heir.order().order_number.as_deref(), Some("SO-00451"), "{fault:?} at call {call}");
        }
    }
}

#[test]
fn a_tab_closed_at_any_commit_leaves_exactly_one_whole_sale_or_nothing_confirmed() {
    for dies_after in [false, true] {
        for commit in 0..COMMITS {
            let (world, first) = World::synced();
            let live = first.quote_10452();
            world.kill("first");
            let fate = if dies_after { Fate::DiesAfter(commit) } else { Fate::DiesBefore(commit) };
            let tab = world.tab_on("second", fate);
            let (desk, text) = (Rc::clone(&tab.desk), document(&live));
            world.spawn("second", async move {
                let _ = desk.confirm(&text, None).await;
            });
            world.pass(10 * SECOND);
            world.kill("second");
            if commit == 0 && !dies_after {
                let heir = world.tab("heir");
                world.pass(600 * SECOND);
                assert!(world.run(heir.desk.orders()).unwrap().is_empty());
                assert!(world.cin7.sales.borrow().is_empty(), "nothing was confirmed, nothing is sent");
            } else {
                taken_over(&world);
                assert_one_whole_sale(&world);
            }
        }
    }
}

#[test]
fn the_numbers_of_calls_and_commits_above_are_those_of_an_order() {
    let (world, first) = World::synced();
    let live = first.quote_10452();
    world.kill("first");
    let tab = world.tab("second");
    tab.confirm(&live);
    tab.until_order("confirmed");
    assert_eq!(world.cin7.journal().len(), usize::try_from(CALLS).unwrap());
    assert_eq!(tab.desk.vault().commits(), COMMITS);
}

/// Every heir dies too, one call further on, until one lives.
#[test]
fn an_order_survives_a_row_of_tabs_that_die_one_after_the_other() {
    for fault in [Fault::DiesBefore, Fault::DiesAfter] {
        let (world, first) = World::synced();
        let live = first.quote_10452();
        let text = document(&live);
        world.run(first.desk.confirm(&text, None)).unwrap();
        world.kill("first");
        for number in 0..8 {
            world.cin7.mend();
            world.cin7.fault("*", number % 3, 1, fault);
            let name = format!("heir {number}");
            let _tab = world.tab(&name);
            world.pass(3 * SECOND);
            world.kill(&name);
        }
        world.cin7.mend();
        taken_over(&world);
        assert_one_whole_sale(&world);
    }
}

#[test]
fn a_tab_that_cannot_tell_who_lives_takes_an_order_over_when_its_lease_has_ended() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.alive.replace(None);
    world.cin7.fault("POST sale", 0, 1, Fault::DiesAfter);
    tab.confirm(&live);
    world.pass(SECOND);
    world.kill("first");
    let heir = world.tab("heir");
    world.pass(100 * SECOND);
    assert_eq!(heir.order().state, "sending", "the other may live");
    heir.until_order("confirmed");
    assert_one_whole_sale(&world);
    assert_eq!(world.cin7.calls("POST sale").len(), 1);
}

#[test]
fn with_everything_wiped_a_quote_that_is_confirmed_again_finds_its_sale() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    tab.confirm(&live);
    tab.until_order("confirmed");
    // The same account in another browser: nothing is known there of the order.
    let elsewhere = World::new();
    elsewhere.cin7.sales.replace(world.cin7.sales.borrow().clone());
    let other = elsewhere.tab("other");
    other.sync();
    let again = other.quote_10452();
    other.confirm(&again);
    let order = other.until_order("confirmed");
    assert_one_whole_sale(&elsewhere);
    assert!(elsewhere.cin7.calls("POST sale").is_empty() && elsewhere.cin7.calls("POST sale/order").is_empty());
    assert_eq!((order.key.as_str(), order.order_number.as_deref()), (LINK, Some("SO-00451")));
}
