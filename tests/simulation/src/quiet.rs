//! When everything works again: each account's orders come to rest and its records are read, and then it is checked.

use std::rc::Rc;

use cin7_quote_desk::sync::Phase;

use crate::checks;
use crate::device::{Device, Machine, Tab};
use crate::history::Play;
use crate::world::{HOUR, MINUTE, SECOND};

/// Whether this desk reads nothing.
pub(crate) fn idle(tab: &Tab) -> bool {
    tab.desk.sync_view().phase == Phase::Idle
}

impl Play {
    /// Everything works again, for one account after the other.
    pub(crate) fn quiet(&self) {
        let world = &self.world;
        world.faulty.set(false);
        world.time.spare_all();
        for machine in world.machines.borrow().iter() {
            machine.offline.set(false);
        }
        for device in world.devices.borrow().iter() {
            device.vault.refuses.set(0);
            device.cache.refuses.set(0);
        }
        let first = world.speaks.get();
        for number in [first, 1 - first] {
            let account = &world.accounts[number];
            account.cin7.out_until.set(0);
            if number != first && account.cin7.arrivals.borrow().is_empty() {
                continue;
            }
            if number != first {
                world.answers_for(number);
            } else if !account.proxy.up.get() {
                account.proxy.start(world);
            }
            let devices = self.homes(number);
            if number == first {
                checks::waiting(self, &devices);
            }
            self.settle(&devices);
            if world.failure().is_none() {
                checks::all(self, number, &devices);
            }
            if world.failure().is_some() {
                return;
            }
        }
    }

    /// Opens a tab on every machine, and returns where each keeps what is this account's.
    fn homes(&self, number: usize) -> Vec<Rc<Device>> {
        let world = &self.world;
        let machines = world.machines.borrow().clone();
        for machine in &machines {
            machine.open(world);
        }
        for device in world.devices.borrow().iter() {
            for tab in device.tabs.borrow().iter() {
                tab.desk.online();
            }
        }
        let is_home =
            |device: &Rc<Device>| device.leading().is_some_and(|tab| tab.account(world).is_some_and(|own| own == number));
        let home = |machine: &Rc<Machine>| machine.devices(world).into_iter().find(is_home);
        if !world.until(HOUR, || machines.iter().all(|machine| home(machine).is_some())) {
            world.fails(format!("not every device has a desk for account {number}"));
        }
        machines.iter().filter_map(home).collect()
    }

    /// Goes on until nothing of these is on its way.
    fn settle(&self, devices: &[Rc<Device>]) {
        let world = &self.world;
        // Whatever may still take effect in Cin7 has done so by then.
        world.pass(if world.beyond.get() { 10 * MINUTE } else { SECOND });
        // What no device has, one takes over.
        world.pass(if world.proxy().custody.keeps.get() { 25 * MINUTE } else { 0 });
        if !world.until(6 * HOUR, || devices.iter().all(|device| checks::at_rest(world, device))) {
            let state = devices.iter().map(|device| checks::standing(world, device)).collect::<Vec<_>>();
            return world.fails(format!("orders never come to rest: {}", state.join("; ")));
        }
        for round in 0..2 {
            for device in devices {
                let Some(tab) = device.leading() else { return world.fails(format!("{} has no leader", device.name)) };
                let settled = || device.leading().is_some_and(|tab| idle(&tab));
                if !world.until(2 * HOUR, settled) {
                    return world.fails(format!("{} never stops reading: {:?}", device.name, tab.desk.sync_view()));
                }
                let before = tab.desk.sync_view();
                let read = || {
                    let Some(tab) = device.leading() else { return false };
                    let view = tab.desk.sync_view();
                    let done = view.started_at != before.started_at && view.ended_at != before.ended_at;
                    // A wish is lost where another tab wrote at the same moment; whoever wishes presses again.
                    if view.phase == Phase::Idle && !done {
                        tab.desk.sync_now();
                    }
                    done && view.phase == Phase::Idle
                };
                if !world.until(2 * HOUR, read) {
                    return world.fails(format!("{} never stops reading: {:?}", device.name, tab.desk.sync_view()));
                }
                if round > 0
                    && let Some(why) = tab.desk.sync_view().failure
                {
                    return world.fails(format!("{} reads badly in peace: {why}", device.name));
                }
            }
        }
        // A second look that the list of sales has asked for is taken by then.
        world.pass(4 * MINUTE);
    }
}
