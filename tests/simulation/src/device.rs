//! A machine with its clock and its tabs, and what it keeps for each Cin7 account.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cin7_quote_desk::desk::device::cin7_account::{Accounts, Databases, Guard, Place};
use cin7_quote_desk::desk::{Desk, Event, Reach, Surroundings};
use cin7_quote_desk::error::Result;
use cin7_quote_desk::records::{Day, Timestamp};
use cin7_quote_desk::settings::{SalesType, Settings};
use cin7_quote_desk::transport::Clock;

use crate::disk::{Disk, Handle};
use crate::feed::Consumer;
use crate::wire::Wire;
use crate::world::World;

/// Where every page calls its proxy.
const ADDRESS: &str = "/cin7/";

pub(crate) type SimDesk = Desk<(Handle, Guard<Wire, Disks>, Around)>;

/// A tab whose desk has opened.
#[derive(Clone)]
pub(crate) struct Tab {
    pub(crate) name: Rc<str>,
    pub(crate) desk: Rc<SimDesk>,
    pub(crate) accounts: Rc<Accounts<Disks>>,
}

impl Tab {
    /// Whose it is, where that is known.
    pub(crate) fn account(&self, world: &World) -> Option<usize> {
        let id = self.desk.account();
        // Where the proxy does not tell accounts apart, there is one.
        let only = (!world.proxy().keeps_ledger.get()).then_some(0);
        world.accounts.iter().position(|account| Some(account.id) == id).or(only)
    }
}

/// A machine.
pub(crate) struct Machine {
    pub(crate) name: String,
    /// How far its clock is ahead.
    pub(crate) skew: Cell<i64>,
    pub(crate) offline: Cell<bool>,
    /// Whether tabs can tell which others live.
    pub(crate) tells_alive: Cell<bool>,
    /// Whose its databases are.
    pub(crate) directory: Rc<Disk>,
    /// Tabs that live, also those whose desk has not opened yet.
    alive: RefCell<Vec<Rc<str>>>,
    opened: Cell<u32>,
}

/// The databases of a machine at one place, and the tabs that have them open.
pub(crate) struct Device {
    pub(crate) name: String,
    pub(crate) machine: Rc<Machine>,
    pub(crate) place: Place,
    pub(crate) cache: Rc<Disk>,
    pub(crate) vault: Rc<Disk>,
    pub(crate) tabs: RefCell<Vec<Tab>>,
    leader: RefCell<Option<Rc<str>>>,
    /// Its vault was wiped once.
    pub(crate) wiped: Cell<bool>,
    /// A CRM's server that reads the feed from this device.
    pub(crate) consumer: RefCell<Consumer>,
}

impl Machine {
    /// A new one in this world.
    pub(crate) fn new(world: &World, name: String) -> Rc<Self> {
        let machine = Rc::new(Self {
            name,
            skew: Cell::new(0),
            offline: Cell::new(false),
            tells_alive: Cell::new(true),
            directory: Rc::default(),
            alive: RefCell::default(),
            opened: Cell::new(0),
        });
        world.machines.borrow_mut().push(Rc::clone(&machine));
        machine
    }

    /// Its databases at this place.
    pub(crate) fn at(self: &Rc<Self>, world: &World, place: Place) -> Rc<Device> {
        let mut devices = world.devices.borrow_mut();
        let known = devices.iter().find(|device| Rc::ptr_eq(&device.machine, self) && device.place == place);
        if let Some(device) = known {
            return Rc::clone(device);
        }
        let name = match place {
            Place::Unnamed => self.name.clone(),
            Place::Named(account) => format!("{} of {account}", self.name),
        };
        let device = Rc::new(Device {
            name,
            machine: Rc::clone(self),
            place,
            cache: Rc::default(),
            vault: Rc::default(),
            tabs: RefCell::default(),
            leader: RefCell::default(),
            wiped: Cell::new(false),
            consumer: RefCell::default(),
        });
        devices.push(Rc::clone(&device));
        device
    }

    /// Opens a tab: its desk loads, then brings orders to Cin7 and, where it leads, reads from there.
    pub(crate) fn open(self: &Rc<Self>, world: &Rc<World>) {
        let number = self.opened.replace(self.opened.get() + 1);
        let name: Rc<str> = format!("{} tab {number}", self.name).into();
        self.alive.borrow_mut().push(Rc::clone(&name));
        world.trace(|| format!("{name} is opened"));
        let (machine, inside, own) = (Rc::clone(self), Rc::clone(world), Rc::clone(&name));
        world.time.spawn(&name, async move { machine.load(inside, own).await });
    }

    async fn load(self: Rc<Self>, world: Rc<World>, name: Rc<str>) {
        let (device, desk, accounts) = loop {
            match self.try_open(&world, &name).await {
                Ok(opened) => break opened,
                // The page says that storage failed, and its user tries again.
                Err(_) => world.time.sleep(3_000).await,
            }
        };
        let desk = Rc::new(desk);
        device.tabs.borrow_mut().push(Tab { name: Rc::clone(&name), desk: Rc::clone(&desk), accounts });
        let orders = Rc::clone(&desk);
        world.time.spawn(&name, async move { orders.run_orders().await });
        let customers = Rc::clone(&desk);
        world.time.spawn(&name, async move { customers.run_accounts().await });
        let custody = Rc::clone(&desk);
        world.time.spawn(&name, async move { custody.run_custody().await });
        desk.start_sync();
        device.elect(&world);
    }

    /// Opens a desk for the account that the address answers for, as far as can be told.
    async fn try_open(self: &Rc<Self>, world: &Rc<World>, name: &Rc<str>) -> Result<(Rc<Device>, SimDesk, Rc<Accounts<Disks>>)> {
        let disks = Disks { world: Rc::clone(world), machine: Rc::clone(self), owner: Rc::clone(name) };
        let net = Wire { world: Rc::clone(world), machine: Rc::clone(self) };
        let around = Around { world: Rc::clone(world), machine: Rc::clone(self) };
        let settings = Settings {
            receivable_account: Some("610".into()),
            revenue_account: Some("200".into()),
            sales_type: SalesType::Simple,
            receipt_account: Some("090".into()),
            ..Settings::default()
        };
        let accounts = Rc::new(Accounts::open(disks, ADDRESS).await?);
        let (place, account) = accounts.find(&net, &around).await?;
        let (cache, vault) = accounts.at(place).await?;
        let (machine, inside, own) = (Rc::clone(self), Rc::clone(world), Rc::clone(name));
        let other = move || machine.meets_another_account(&inside, &own);
        let net = Guard::new(net, Rc::clone(&accounts), account, Box::new(other));
        let device = self.at(world, place);
        let (told, within, teller) = (Rc::clone(&device), Rc::clone(world), Rc::clone(name));
        let tell = move |event: Event, reach| told.heard(&within, &teller, &event, reach);
        let desk = SimDesk::open(cache, vault, net, around, settings, name.to_string(), Box::new(tell)).await?;
        Ok((device, desk, accounts))
    }

    /// The page says so, and its user loads it again or goes on with what is there.
    fn meets_another_account(self: &Rc<Self>, world: &Rc<World>, tab: &Rc<str>) {
        world.count(|counts| &counts.other_account);
        if world.faulty.get() && world.dice.below(2) == 0 {
            world.time.doom(tab, world.dice.below(60));
            self.open(world);
        }
    }

    pub(crate) fn close_all(&self, world: &Rc<World>) {
        for name in self.alive() {
            world.close(&name);
        }
    }

    pub(crate) fn alive(&self) -> Vec<Rc<str>> {
        self.alive.borrow().clone()
    }

    /// Its databases, place by place.
    pub(crate) fn devices(self: &Rc<Self>, world: &World) -> Vec<Rc<Device>> {
        world.devices.borrow().iter().filter(|device| Rc::ptr_eq(&device.machine, self)).cloned().collect()
    }
}

impl World {
    /// A tab is closed in the middle of whatever it does.
    pub(crate) fn close(self: &Rc<Self>, tab: &str) {
        self.time.kill(tab);
        self.trace(|| format!("{tab} is closed"));
        self.count(|counts| &counts.closed);
        self.died(tab);
    }

    /// A tab is gone.
    pub(crate) fn died(self: &Rc<Self>, tab: &str) {
        for machine in self.machines.borrow().iter() {
            machine.alive.borrow_mut().retain(|name| &**name != tab);
        }
        for device in self.devices.borrow().clone() {
            device.died(self, tab);
        }
    }
}

impl Device {
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

    /// A tab is gone, if it was one of this device's.
    fn died(&self, world: &Rc<World>, tab: &str) {
        self.tabs.borrow_mut().retain(|open| &*open.name != tab);
        if self.leader.borrow().as_deref() == Some(tab) {
            self.leader.replace(None);
            self.elect(world);
        }
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
    machine: Rc<Machine>,
}

impl Clock for Around {
    fn now(&self) -> Timestamp {
        self.world.now().plus_millis(self.machine.skew.get())
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
        if !self.machine.tells_alive.get() {
            return None;
        }
        Some(self.machine.alive().iter().map(ToString::to_string).collect())
    }
}

/// The databases of a machine, as one of its tabs opens them.
pub(crate) struct Disks {
    world: Rc<World>,
    machine: Rc<Machine>,
    owner: Rc<str>,
}

impl Disks {
    fn handle(&self, disk: &Rc<Disk>) -> Handle {
        Handle { disk: Rc::clone(disk), world: Rc::clone(&self.world), owner: Rc::clone(&self.owner) }
    }
}

impl Databases for Disks {
    type Store = Handle;

    async fn directory(&self) -> Result<Handle> {
        Ok(self.handle(&self.machine.directory))
    }

    async fn at(&self, place: Place) -> Result<(Handle, Handle)> {
        let device = self.machine.at(&self.world, place);
        Ok((self.handle(&device.cache), self.handle(&device.vault)))
    }
}
