//! One seed, one history: people, edits and mishaps as the seed likes, then quiet, then the checks.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use cin7_quote_desk::desk::device::cin7_account::Place;
use cin7_quote_desk::store::Table;

use crate::device::{Device, Machine, Tab};
use crate::edits;
use crate::feed;
use crate::planted::Bug;
use crate::quiet::idle;
use crate::receipts::WantedReceipt;
use crate::records::product_id;
use crate::rep::{self, Told, Wanted, WantedAccount, WantedLine};
use crate::world::{HOUR, MINUTE, SECOND, World};

type Rows = BTreeMap<(Table, String), Rc<[u8]>>;

thread_local! {
    /// The cache of a device that has read everything once, and its directory.
    static READ_ONCE: RefCell<Option<(Rows, Rows)>> = const { RefCell::new(None) };
}

/// What a history wants and has.
pub(crate) struct Play {
    pub(crate) world: Rc<World>,
    pub(crate) quotes: Vec<Rc<Wanted>>,
    pub(crate) accounts: Vec<Rc<WantedAccount>>,
}

/// What came of a history.
#[derive(Debug)]
pub struct Outcome {
    /// What was found wrong, in one line; `None` if nothing was.
    pub failure: Option<String>,
    /// What happened, by its words.
    pub counts: BTreeMap<&'static str, u64>,
    /// The most calls that any 60 seconds held.
    pub fullest: usize,
}

/// Plays the history of this seed, with this bug put in.
pub fn play(seed: u64, bug: Option<Bug>, traced: bool) -> Outcome {
    cin7_quote_desk::planted::set(bug.map_or("", Bug::switch));
    let world = World::new(seed, bug, traced);
    let mut play = Play { world: Rc::clone(&world), quotes: Vec::new(), accounts: Vec::new() };
    play.begin();
    let rounds = 6 + world.dice.below(26);
    for _ in 0..rounds {
        play.round();
        if world.failure().is_some() {
            break;
        }
    }
    if world.failure().is_none() {
        play.quiet();
    }
    let calls = world.accounts.iter().map(|account| account.cin7.arrivals.borrow().len()).sum::<usize>();
    world.counts.calls.set(u64::try_from(calls).unwrap_or(0));
    world.counts.steps.set(world.time.steps.get());
    let mut counts = BTreeMap::new();
    world.counts.add_to(&mut counts);
    let outcome = Outcome { failure: world.failure(), counts, fullest: world.fullest.get() };
    // Tasks hold the world, and the world its tasks.
    for machine in world.machines.take() {
        machine.close_all(&world);
    }
    world.devices.take();
    world.time.kill(&world.names.proxy);
    world.time.kill(&world.names.cin7);
    outcome
}

/// The cache of a device that has read everything once, in peace, and its directory.
fn read_once() -> (Rows, Rows) {
    READ_ONCE.with_borrow_mut(|kept| {
        kept.get_or_insert_with(|| {
            let world = World::new(0, None, false);
            world.proxy().start(&world);
            let machine = Machine::new(&world, "first".to_owned());
            let device = machine.at(&world, Place::Unnamed);
            machine.open(&world);
            let read = || device.leading().is_some_and(|tab| idle(&tab) && tab.desk.sync_view().ready);
            assert!(world.until(HOUR, read), "a first reading in peace ends");
            world.pass(2 * MINUTE);
            let rows = (device.cache.holding(), machine.directory.holding());
            machine.close_all(&world);
            rows
        })
        .clone()
    })
}

impl Play {
    fn begin(&self) {
        let (world, dice) = (&self.world, &self.world.dice);
        // Where the proxy keeps whole orders too, they make good what its ledger gets wrong: such a bug is looked for without them.
        let of_ledger = world.planted_one(Bug::is_of_the_ledger);
        let ledger = dice.below(4) > 0 || of_ledger;
        let keeps = ledger && dice.below(4) > 0 && !of_ledger;
        for account in &world.accounts {
            account.proxy.keeps_ledger.set(ledger);
            account.proxy.custody.keeps.set(keeps);
        }
        // A proxy that says for which account it speaks keeps a ledger too.
        world.changes.set(ledger && dice.below(4) == 0);
        if world.changes.get() && dice.below(3) == 0 {
            world.speaks.set(1);
        }
        world.limit.set(*dice.pick(&[60, 60, 60, 24]));
        world.storm.set(*dice.pick(&[1, 1, 1, 4]));
        world.beyond.set(dice.below(12) == 0);
        world.proxy().start(world);
        let bare = dice.below(6) == 0;
        if bare {
            // Otherwise it is the one by which the cache was filled.
            world.server_ahead.set(*dice.pick(&[0, 90 * SECOND, -26 * HOUR, 26 * HOUR]));
        }
        let devices = 1 + dice.below(3);
        for number in 0..devices {
            let machine = Machine::new(world, format!("device {number}"));
            machine.skew.set(*dice.pick(&[0, 0, 3 * SECOND, -26 * HOUR, 26 * HOUR]));
            machine.tells_alive.set(dice.below(5) > 0);
            let device = machine.at(world, Place::Unnamed);
            if !bare {
                let (cache, directory) = read_once();
                device.cache.hold(cache);
                // What an earlier version has stored does not say whose it is.
                if dice.below(2) == 0 {
                    machine.directory.hold(directory);
                }
            }
            machine.open(world);
            if dice.below(2) == 0 {
                machine.open(world);
            }
        }
        world.pass(3 * MINUTE);
        world.faulty.set(true);
    }

    fn device(&self) -> Rc<Device> {
        let devices = self.world.devices.borrow();
        Rc::clone(self.world.dice.pick(&devices))
    }

    fn tab(&self) -> Option<(Rc<Device>, Tab)> {
        let device = self.device();
        let tab = device.any_tab(&self.world)?;
        Some((device, tab))
    }

    fn round(&mut self) {
        let world = Rc::clone(&self.world);
        let dice = &world.dice;
        world.pass(dice.time(*dice.pick(&[SECOND, 5 * SECOND, 40 * SECOND])));
        if world.changes.get() && dice.below(12) == 0 {
            world.answers_for(1 - world.speaks.get());
            world.count(|counts| &counts.changes);
        }
        match dice.below(100) {
            0..=20 => self.somebody_confirms(),
            21..=24 => self.somebody_mends(),
            25..=30 => self.somebody_opens_an_account(),
            31..=46 => edits::edit(&world),
            47..=50 => self.somebody_works_in_cin7(),
            51..=70 => self.a_tab_comes_or_goes(),
            71..=75 => self.storage_suffers(),
            76..=80 => self.the_proxy_suffers(),
            81..=84 => self.the_network_suffers(),
            85..=87 => {
                if let Some(tab) = self.device().leading() {
                    tab.desk.sync_now();
                }
            }
            88..=93 => self.the_feed_is_read(),
            94..=96 => self.somebody_looks_at_stock(),
            97 => self.somebody_is_impatient(),
            _ => world.pass(dice.time(4 * MINUTE)),
        }
    }

    fn somebody_confirms(&mut self) {
        let (world, dice) = (&self.world, &self.world.dice);
        let Some((device, tab)) = self.tab() else { return };
        // What no account has claimed yet is the first one's.
        let account = tab.account(world).unwrap_or(0);
        let own = self.quotes.iter().filter(|wanted| wanted.account == account);
        // Two accounts may have orders of one quote.
        let number = 10_000 + own.clone().count();
        // Without a ledger only the device that has an order knows of it.
        let again = own.filter(|wanted| world.proxy().keeps_ledger.get() || wanted.first == device.name);
        let again: Vec<Rc<Wanted>> = again.cloned().collect();
        let wanted = if !again.is_empty() && dice.below(3) == 0 {
            Rc::clone(dice.pick(&again))
        } else {
            let base = world.accounts[account].cin7.base;
            let lines = (0..=dice.below(3)).map(|at| WantedLine {
                product: base + 1 + at % edits::QUOTED,
                quantity: 1 + dice.below(12),
                discount: *dice.pick(&[0, 0, 10, 33]),
            });
            let wanted = Rc::new(Wanted {
                account,
                link: format!("https://crm.prospect365.com/view/Quote/{number}"),
                first: device.name.clone(),
                customer: edits::customer_id(base + dice.below(3)),
                lines: lines.collect(),
                receipt: (dice.below(2) == 0)
                    .then(|| WantedReceipt { amount: 1 + dice.below(20), reference: format!("CARD-{}", dice.below(3)) }),
                attempts: RefCell::default(),
                voided: Cell::new(false),
                foreign: Cell::new(false),
            });
            self.quotes.push(Rc::clone(&wanted));
            wanted
        };
        let times = if dice.below(6) == 0 { 2 } else { 1 };
        for _ in 0..times {
            let work = rep::confirm(Rc::clone(world), device.name.clone(), tab.clone(), Rc::clone(&wanted));
            world.time.spawn(&tab.name, work);
        }
    }

    fn somebody_opens_an_account(&mut self) {
        let Some((device, tab)) = self.tab() else { return };
        let name = format!("New Customer {}", self.accounts.len());
        let account = tab.account(&self.world).unwrap_or(0);
        let wanted = Rc::new(WantedAccount { account, name, device: device.name.clone(), told: Cell::new(Told::Nothing) });
        self.accounts.push(Rc::clone(&wanted));
        self.world.time.spawn(&tab.name, rep::create_account(Rc::clone(&self.world), tab.clone(), wanted));
    }

    /// A sale of ours is voided, or one is typed in under an order's key.
    fn somebody_works_in_cin7(&self) {
        let (world, dice) = (&self.world, &self.world.dice);
        let (cin7, now) = (world.cin7(), world.server_now());
        let here: Vec<&Rc<Wanted>> = self.quotes.iter().filter(|wanted| wanted.account == world.speaks.get()).collect();
        if here.is_empty() {
            return;
        }
        let wanted = dice.pick(&here);
        let mut sales = cin7.records.sales.borrow_mut();
        if dice.below(2) == 0 {
            if let Some(sale) = sales.iter_mut().find(|sale| sale.external_id == wanted.link) {
                "VOIDED".clone_into(&mut sale.status);
                sale.updated = Some(now);
                wanted.voided.set(true);
                world.count(|counts| &counts.voided);
            }
        } else if !wanted.foreign.replace(true) {
            let number = 9_000 + 10 * cin7.base + u32::try_from(sales.len()).unwrap_or(0);
            let mut sale = edits::typed(cin7, number, &wanted.link, now);
            if dice.below(2) == 0 {
                // No lines yet: the easiest to mistake for one's own.
                sale.lines.clear();
                "ORDERING".clone_into(&mut sale.status);
            }
            sale.customer = edits::customer_id(cin7.base + 5);
            sales.push(sale);
            world.count(|counts| &counts.foreign);
        }
    }

    fn a_tab_comes_or_goes(&self) {
        let (world, dice) = (&self.world, &self.world.dice);
        let machine = &self.device().machine;
        let alive = machine.alive();
        match dice.below(5) {
            0 => machine.open(world),
            1 if !alive.is_empty() => {
                let name = dice.pick(&alive);
                world.close(name);
            }
            // At any await, a little later.
            _ if !alive.is_empty() => {
                let name = dice.pick(&alive);
                world.time.doom(name, dice.below(60));
                if dice.below(2) == 0 {
                    machine.open(world);
                }
            }
            _ => machine.open(world),
        }
    }

    fn storage_suffers(&self) {
        let (world, dice) = (&self.world, &self.world.dice);
        let device = self.device();
        let machine = &device.machine;
        match dice.below(6) {
            0 => {
                machine.close_all(world);
                machine.directory.lose_power();
                for device in machine.devices(world) {
                    device.cache.lose_power();
                    device.vault.lose_power();
                }
                world.count(|counts| &counts.power);
            }
            1 => {
                // Signed out, or the browser wanted the room.
                machine.close_all(world);
                device.cache.hold(BTreeMap::new());
                world.count(|counts| &counts.wiped);
            }
            2 => {
                machine.close_all(world);
                for _ in 0..=dice.below(3) {
                    device.cache.tear(world);
                    world.count(|counts| &counts.torn);
                }
            }
            // Everything goes, as a browser clears a site: what the proxy keeps is all that is left.
            3 if world.proxy().custody.keeps.get() => {
                machine.close_all(world);
                machine.directory.hold(BTreeMap::new());
                for device in machine.devices(world) {
                    device.cache.hold(BTreeMap::new());
                    device.vault.hold(BTreeMap::new());
                    device.wiped.set(true);
                    if world.changes.get() {
                        // Its place may be another account's from now on.
                        device.consumer.take();
                    }
                }
                world.count(|counts| &counts.vaults);
            }
            4 => device.vault.refuses.set(if device.vault.refuses.get() == 0 { 300 } else { 0 }),
            _ => device.cache.refuses.set(if device.cache.refuses.get() == 0 { 200 } else { 0 }),
        }
        if dice.below(2) == 0 {
            machine.open(world);
        }
    }

    fn the_proxy_suffers(&self) {
        let (world, dice) = (&self.world, &self.world.dice);
        if !world.proxy().up.get() {
            world.proxy().start(world);
        } else if dice.below(3) == 0 {
            world.time.kill(&world.names.proxy);
            world.proxy().start(world);
            world.count(|counts| &counts.restarts);
        } else {
            // At any await, a little later.
            world.time.doom(&world.names.proxy, dice.below(40));
        }
    }

    fn the_network_suffers(&self) {
        let (world, dice) = (&self.world, &self.world.dice);
        let device = self.device();
        let machine = &device.machine;
        match dice.below(4) {
            0 => world.cin7().out_until.set(world.time.elapsed() + dice.time(3 * MINUTE)),
            // Without a ledger the desk's own clock is all there is to wait by.
            1 if world.proxy().keeps_ledger.get() => {
                let jump = dice.time(20 * MINUTE) - 10 * MINUTE;
                machine.skew.set(machine.skew.get() + jump);
                world.count(|counts| &counts.clock_jumps);
            }
            _ => {
                machine.offline.set(!machine.offline.get());
                if !machine.offline.get() {
                    for tab in device.tabs.borrow().iter() {
                        tab.desk.online();
                    }
                }
            }
        }
    }

    fn the_feed_is_read(&self) {
        let (world, dice) = (&self.world, &self.world.dice);
        let Some((device, tab)) = self.tab() else { return };
        let (limit, parts) = (1 + dice.at(40), 1 + dice.at(6));
        let inside = Rc::clone(world);
        world.time.spawn(&Rc::clone(&tab.name), async move {
            feed::read(&inside, &device, &tab.desk, limit, parts).await;
        });
    }

    fn somebody_looks_at_stock(&self) {
        let (world, dice) = (&self.world, &self.world.dice);
        let Some((_, tab)) = self.tab() else { return };
        let base = world.accounts[tab.account(world).unwrap_or(0)].cin7.base;
        let products: Vec<String> = (1..=dice.below(40)).map(|number| product_id(base + number)).collect();
        world.time.spawn(&Rc::clone(&tab.name), async move {
            let _ = tab.desk.refresh_stock(&edits::customer_id(base), &products, "").await;
        });
    }

    fn somebody_is_impatient(&self) {
        let (world, dice) = (&self.world, &self.world.dice);
        let Some((_, tab)) = self.tab() else { return };
        if self.quotes.is_empty() {
            return;
        }
        let wanted = Rc::clone(dice.pick(&self.quotes));
        world.time.spawn(&Rc::clone(&tab.name), async move {
            let _ = tab.desk.retry_order(&wanted.link).await;
        });
    }

    /// Somebody changes an order that Cin7 refused.
    fn somebody_mends(&self) {
        let world = &self.world;
        let refused = |wanted: &&Rc<Wanted>| world.accounts[wanted.account].cin7.refused.borrow().contains(&wanted.link);
        for wanted in self.quotes.iter().filter(refused) {
            let Some((device, tab)) = self.tab() else { return };
            if tab.account(world) != Some(wanted.account) {
                continue;
            }
            let work = rep::mend(Rc::clone(world), device.name.clone(), tab.clone(), Rc::clone(wanted));
            world.time.spawn(&tab.name, work);
        }
    }
}
