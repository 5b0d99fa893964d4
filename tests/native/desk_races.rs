//! Orders and tabs that get in each other's way.

use std::rc::Rc;

use crate::world::cin7::Fault;
use crate::world::store::Fate;
use crate::world::{SECOND, World};

#[test]
fn an_order_whose_storage_fails_does_not_hold_up_another() {
    let (world, first) = World::synced();
    let other = "https://crm.prospect365.com/view/Quote/10453";
    let (one, two) = (first.quote_10452(), first.quote(other));
    world.kill("first");
    // Commits 0 and 1 confirm, 2 claims the look-up of the first order.
    let tab = world.quiet_tab("second", Fate::Full(2, 1));
    tab.confirm(&one);
    tab.confirm(&two);
    let began = world.now();
    let desk = Rc::clone(&tab.desk);
    world.spawn("second", async move { desk.run_orders().await });
    tab.until_order_of(other, "confirmed");
    assert!(world.now().since(began) < SECOND, "{} ms", world.now().since(began));
    tab.until_order("confirmed");
    assert_eq!(world.cin7.sales.borrow().len(), 2);
}

/// A tab that is wrongly thought dead hears from Cin7 at the same moment as the tab that took its order over.
#[test]
fn a_late_answer_to_a_tab_thought_dead_does_not_double_the_order() {
    for (header, look) in [(2_000, 2_500), (2_000, 1_000), (500, 4_000), (30_000, 1_000), (90_000, 1_000), (200_000, 1_000)] {
        let (world, one) = World::synced();
        let live = one.quote_10452();
        // Cin7 makes the header after this long; it answers the other tab's first look from what it knew before.
        world.cin7.fault("POST sale", 0, 1, Fault::Slow(header, 0));
        world.cin7.fault("GET saleList", 1, 1, Fault::Slow(100, look));
        one.confirm(&live);
        world.until("the header is sent", || !world.cin7.calls("POST sale").is_empty());
        world.alive.borrow_mut().as_mut().unwrap().retain(|tab| tab != "first");
        let other = world.tab("second");
        world.pass(1200 * SECOND);
        let order = other.order();
        let sales = world.cin7.sales.borrow();
        if header > 100_000 {
            // Beyond what can be promised; but it must be said, with the one that has the lines left alone.
            assert_eq!(sales.len(), 2);
            assert_eq!(sales.iter().filter(|sale| !sale.lines.is_empty()).count(), 1, "{sales:#?}");
            assert_eq!(order.state, "needs-attention", "{order:#?}");
        } else {
            assert_eq!(sales.len(), 1, "{header} {look}: {:#?}", world.cin7.journal_lines());
            assert_eq!(sales[0].lines.len(), 2);
            assert_eq!(order.state, "confirmed", "{header} {look}: {order:#?}");
        }
    }
}

/// The first try's lines are slow and their answer is lost; the second try's are refused, because the first have come.
#[test]
fn lines_that_are_refused_because_they_stand_there_already_confirm_the_order() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("POST sale/order", 0, 1, Fault::Slow(10 * SECOND, 3600 * SECOND));
    world.cin7.fault("POST sale/order", 0, 1, Fault::Slow(20 * SECOND, 0));
    tab.confirm(&live);
    world.until("the lines are sent", || !world.cin7.calls("POST sale/order").is_empty());
    world.kill("first");
    let heir = world.tab("heir");
    let order = heir.until_order("confirmed");
    assert_eq!(world.cin7.calls("POST sale/order").len(), 2);
    assert_eq!(world.cin7.sales.borrow().len(), 1);
    assert_eq!(order.sentence, "SO-00451 stands in Cin7, as quoted.");
}
