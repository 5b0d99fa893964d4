//! A device: its storage, its clock, and its tabs.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cin7_quote_desk::desk::{Desk, Event, Reach, Surroundings};
use cin7_quote_desk::records::{Day, Timestamp};
use cin7_quote_desk::settings::Settings;
use cin7_quote_desk::transport::Clock;

use crate::disk::{Disk, Handle};
use crate::feed::Consumer;
use crate::wire::Wire;
use crate::world::World;

pub(crate) type SimDesk = Desk<(Handle, Wire, Around)>;

/// A tab whose desk has opened.
#[derive(Clone)]
pub(crate) struct Tab {
    pub(crate) name: Rc<str>,
    pub(crate) desk: Rc<SimDesk>,
}

/// A device.
pub(crate) struct Device {
    pub(crate) name: String,
    /// How far its clock is ahead.
    pub(crate) skew: Cell<i64>,
    pub(crate) offline: Cell<bool>,
    /// Whether tabs can tell which others live.
    pub(crate) tells_alive: Cell<bool>,
    pub(crate) cache: Rc<Disk>,
    pub(crate) vault: Rc<Disk>,
    pub(crate) tabs: RefCell<Vec<Tab>>,
    /// Tabs that live, also those whose desk has not opened yet.
    alive: RefCell<Vec<Rc<str>>>,
    leader: RefCell<Option<Rc<str>>>,
    opened: Cell<u32>,
    /// Its vault was wiped once.
    pub(crate) wiped: Cell<bool>,
    /// A CRM's server that reads the feed from this device.
    pub(crate) consumer: RefCell<Consumer>,
}

impl Device {
    pub(crate) fn new(name: String) -> Rc<Self> {
        Rc::new(Self {
            name,
            skew: Cell::new(0),
            offline: Cell::new(false),
            tells_alive: Cell::new(true),
            cache: Rc::default(),
            vault: Rc::default(),
            tabs: RefCell::default(),
            alive: RefCell::default(),
            leader: RefCell::default(),
            opened: Cell::new(0),
            wiped: Cell::new(false),
            consumer: RefCell::default(),
        })
    }

    /// Opens a tab: its desk loads, then brings orders to Cin7 and, where it leads, reads from there.
    pub(crate) fn open(self: &Rc<Self>, world: &Rc<World>) -> Rc<str> {
        let number = self.opened.replace(self.opened.get() + 1);
        let name: Rc<str> = format!("{} tab {number}", self.name).into();
        self.alive.borrow_mut().push(Rc::clone(&name));
        world.trace(|| format!("{name} is opened"));
        let (device, inside, own) = (Rc::clone(self), Rc::clone(world), Rc::clone(&name));
        world.time.spawn(&name, async move { device.load(inside, own).await });
        name
    }

    async fn load(self: Rc<Self>, world: Rc<World>, name: Rc<str>) {
        let handle = |disk: &Rc<Disk>| Handle { disk: Rc::clone(disk), world: Rc::clone(&world), owner: Rc::clone(&name) };
        let (device, inside, own) = (Rc::clone(&self), Rc::clone(&world), Rc::clone(&name));
        let settings =
            Settings { receivable_account: Some("610".into()), revenue_account: Some("200".into()), ..Settings::default() };
        let desk = loop {
            let (told, within, teller) = (Rc::clone(&device), Rc::clone(&inside), Rc::clone(&own));
            let opened = SimDesk::open(
                handle(&self.cache),
                handle(&self.vault),
                Wire { world: Rc::clone(&world), device: Rc::clone(&self) },
                Around { world: Rc::clone(&world), device: Rc::clone(&self) },
                settings.clone(),
                name.to_string(),
                Box::new(move |event, reach| told.heard(&within, &teller, &event, reach)),
            );
            match opened.await {
                Ok(desk) => break Rc::new(desk),
                // The page says that storage failed, and its user tries again.
                Err(_) => world.time.sleep(3_000).await,
            }
        };
        self.tabs.borrow_mut().push(Tab { name: Rc::clone(&name), desk: Rc::clone(&desk) });
        let orders = Rc::clone(&desk);
        world.time.spawn(&name, async move { orders.run_orders().await });
        let accounts = Rc::clone(&desk);
        world.time.spawn(&name, async move { accounts.run_accounts().await });
        let custody = Rc::clone(&desk);
        world.time.spawn(&name, async move { custody.run_custody().await });
        desk.start_sync();
        self.elect(&world);
    }

    /// One of the tabs reads from Cin7 for all.
    fn elect(&self, world: &Rc<World>) {
        if self.leader.borrow().is_some() {
            return;
        }
        let Some(tab) = self.tabs.borrow().first().cloned() else { return };
        self.leader.replace(Some(Rc::clone(&tab.name)));
        tab.desk.lead();
        world.time.spawn(&tab.name, async move { tab.desk.run_sync().await });
    }

    /// A desk has something to tell the other tabs.
    fn heard(self: &Rc<Self>, world: &Rc<World>, teller: &str, event: &Event, reach: Reach) {
        if reach == Reach::ThisTab {
            return;
        }
        let key = match event {
            Event::Order(order) => Some(order.key.clone()),
            Event::Account(account) => Some(account.key.clone()),
            Event::Company(id) => Some(id.to_string()),
            _ => None,
        };
        let others = self.tabs.borrow().clone().into_iter().filter(|tab| &*tab.name != teller);
        for tab in others {
            let (inside, name, key) = (Rc::clone(world), event.name(), key.clone());
            world.time.spawn(&Rc::clone(&tab.name), async move {
                inside.time.sleep(inside.dice.time(20)).await;
                let _ = tab.desk.hinted(name, key.as_deref()).await;
            });
        }
    }

    /// A tab is closed in the middle of whatever it does.
    pub(crate) fn close(&self, world: &Rc<World>, tab: &str) {
        world.time.kill(tab);
        world.trace(|| format!("{tab} is closed"));
        world.count(|counts| &counts.closed);
        self.died(world, tab);
    }

    /// A tab is gone, if it was one of this device's.
    pub(crate) fn died(&self, world: &Rc<World>, tab: &str) {
        self.alive.borrow_mut().retain(|name| &**name != tab);
        self.tabs.borrow_mut().retain(|open| &*open.name != tab);
        if self.leader.borrow().as_deref() == Some(tab) {
            self.leader.replace(None);
            self.elect(world);
        }
    }

    pub(crate) fn close_all(&self, world: &Rc<World>) {
        for name in self.alive() {
            self.close(world, &name);
        }
    }

    pub(crate) fn alive(&self) -> Vec<Rc<str>> {
        self.alive.borrow().clone()
    }

    /// The desk that reads for all.
    pub(crate) fn leading(&self) -> Option<Tab> {
        let leader = self.leader.borrow().clone()?;
        self.tabs.borrow().iter().find(|tab| tab.name == leader).cloned()
    }

    /// Any tab whose desk has opened.
    pub(crate) fn any_tab(&self, world: &World) -> Option<Tab> {
        let tabs = self.tabs.borrow();
        if tabs.is_empty() { None } else { Some(world.dice.pick(&tabs).clone()) }
    }
}

/// The clock and the chance of a tab.
pub(crate) struct Around {
    world: Rc<World>,
    device: Rc<Device>,
}

impl Clock for Around {
    fn now(&self) -> Timestamp {
        self.world.now().plus_millis(self.device.skew.get())
    }

    async fn sleep(&self, milliseconds: u32) {
        self.world.time.sleep(i64::from(milliseconds)).await;
    }
}

impl Surroundings for Around {
    fn chance(&self) -> u32 {
        self.world.dice.below(u32::MAX)
    }

    fn day_in(&self, zone: Option<&str>, at: Timestamp) -> Option<Day> {
        // Devices are where UTC is told.
        zone.is_none().then(|| at.day_at(0))
    }

    async fn tabs_alive(&self) -> Option<Vec<String>> {
        if !self.device.tells_alive.get() {
            return None;
        }
        Some(self.device.alive().iter().map(ToString::to_string).collect())
    }
}
