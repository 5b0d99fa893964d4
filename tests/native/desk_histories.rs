//! Orders under any history: calls that fail in every way, tabs that come and go, and tabs wrongly thought dead.

use crate::desk_orders::assert_one_whole_sale;
use crate::world::cin7::Fault;
use crate::world::{LINK, SECOND, World};

/// How many histories are tried.
const HISTORIES: u64 = 600;

/// A small generator, so that a history is known by its number.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(bound)).unwrap()
    }

    fn fault(&mut self) -> Fault {
        let wait = |dice: &mut Self| i64::from(dice.below(40)) * SECOND + i64::from(dice.below(1000));
        match self.below(10) {
            0 => Fault::LostBefore,
            1 => Fault::LostAfter,
            2 => Fault::Unreachable,
            3 => Fault::Throttled(1 + self.below(30)),
            4 => Fault::Html,
            // Less than the time after which a proxy gives up.
            _ => Fault::Slow(wait(self), wait(self)),
        }
    }
}

/// Whatever happens, in the end there is one sale with its lines, and the order says that it stands.
#[test]
fn after_any_history_one_whole_sale_stands() {
    for number in 0..HISTORIES {
        let mut dice = Dice(number);
        let (world, first) = World::synced();
        let live = first.quote_10452();
        for _ in 0..dice.below(12) {
            let (skip, fault) = (dice.below(3), dice.fault());
            world.cin7.fault("*", skip, 1, fault);
        }
        first.confirm(&live);
        let mut tabs = vec![("first".to_owned(), first)];
        for round in 0..dice.below(10) {
            world.pass(i64::from(dice.below(30_000)));
            match dice.below(5) {
                0 | 1 => {
                    let name = format!("tab {round}");
                    let tab = world.tab(&name);
                    tabs.push((name, tab));
                }
                2 if tabs.len() > 1 => {
                    let at = usize::try_from(dice.below(u32::try_from(tabs.len()).unwrap())).unwrap();
                    let (name, _) = tabs.remove(at);
                    world.kill(&name);
                }
                3 => {
                    // All but the newest are thought dead, and are not.
                    let newest = tabs.last().unwrap().0.clone();
                    world.alive.replace(Some(vec![newest]));
                    tabs.last().unwrap().1.desk.online();
                }
                _ => {}
            }
        }
        world.pass(600 * SECOND);
        for (name, _) in &tabs {
            world.kill(name);
        }
        world.cin7.mend();
        world.alive.replace(Some(Vec::new()));
        let heir = world.tab("heir");
        world.pass(600 * SECOND);
        let order = heir.order();
        assert_eq!(order.state, "confirmed", "history {number}: {order:#?} {:#?}", world.cin7.journal_lines());
        assert_eq!(order.key, LINK);
        assert_one_whole_sale(&world);
    }
}
