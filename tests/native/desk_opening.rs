//! Which Cin7 account a desk is opened for, and that nothing of one reaches another.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use cin7_quote_desk::desk::device::cin7_account::{Accounts, Databases, Guard, Place};
use cin7_quote_desk::error::Result;
use cin7_quote_desk::records::AccountId;
use cin7_quote_desk::store::memory::MemoryStore;
use cin7_quote_desk::store::{Batch, Store, Table};
use cin7_quote_desk::transport::{Failure, FailureKind, Lane, Request, Response, Transport};
use futures::future::join;

use crate::world::cin7::{Fault, Line};
use crate::world::store::{Fate, FrailStore, turn};
use crate::world::{Around, LINK, MINUTE, SECOND, Tab, World};

const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const PROXY: &str = "/cin7/";

fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

/// A browser's disk.
#[derive(Clone, Default)]
struct Disk {
    directory: MemoryStore,
    places: Rc<RefCell<BTreeMap<String, (MemoryStore, MemoryStore)>>>,
}

/// As a database answers: others may go first.
fn patient(store: MemoryStore) -> FrailStore {
    FrailStore::new(store, Fate::Sound)
}

impl Databases for Disk {
    type Store = FrailStore;

    async fn directory(&self) -> Result<FrailStore> {
        Ok(patient(self.directory.clone()))
    }

    async fn at(&self, place: Place) -> Result<(FrailStore, FrailStore)> {
        let (cache, vault) = self.places.borrow_mut().entry(place.text()).or_default().clone();
        Ok((patient(cache), patient(vault)))
    }
}

/// A line whose answers are taken up so many turns late.
struct Late(Line, u32);

impl Transport for Late {
    async fn send(&self, request: Request) -> std::result::Result<Response, Failure> {
        let answer = self.0.send(request).await;
        for _ in 0..self.1 {
            turn().await;
        }
        answer
    }
}

impl Disk {
    fn accounts(&self, world: &World) -> Rc<Accounts<Self>> {
        Rc::new(world.run(Accounts::open(self.clone(), PROXY)).unwrap())
    }

    /// Where a desk is opened, and for whom.
    fn opened(&self, world: &Rc<World>) -> (String, Option<AccountId>) {
        let accounts = self.accounts(world);
        let (place, account) = world.run(accounts.find(&Line(Rc::clone(world)), &Around(Rc::clone(world)))).unwrap();
        (place.text(), account)
    }

    /// What a synced desk of an earlier version has left, with an order that waits.
    fn of_before(world: &Rc<World>, tab: &Tab) -> Self {
        let live = tab.quote_10452();
        world.cin7.fault("*", 0, u32::MAX, Fault::Unreachable);
        tab.confirm(&live);
        world.pass(SECOND);
        world.kill("first");
        world.cin7.mend();
        let disk = Self::default();
        disk.places.borrow_mut().insert(String::new(), (world.cache.borrow().clone(), world.vault.clone()));
        disk
    }
}

#[test]
fn the_first_account_has_the_databases_without_a_name_and_each_other_its_own() {
    let (world, disk) = (World::new(), Disk::default());
    for (account, place) in [(A, ""), (B, B), (A, ""), (B, B)] {
        world.account.set(Some(id(account)));
        assert_eq!(disk.opened(&world), (place.to_owned(), Some(id(account))));
    }
    assert!(world.cin7.journal_lines().is_empty(), "Cin7 is not asked for that");
}

#[test]
fn two_tabs_that_are_the_first_of_an_account_at_once_have_the_same_databases() {
    for late in 0..8 {
        let (world, disk) = (World::new(), Disk::default());
        world.account.set(Some(id(A)));
        let accounts = disk.accounts(&world);
        let (line, around) = (|| Line(Rc::clone(&world)), Around(Rc::clone(&world)));
        let (first, second) = (Late(line(), 0), Late(line(), late));
        let (one, other) = world.run(join(accounts.find(&first, &around), accounts.find(&second, &around)));
        let both = [one.unwrap().0, other.unwrap().0, world.run(accounts.find(&first, &around)).unwrap().0];
        assert_eq!(both, [Place::Unnamed; 3], "{late} turns late");
    }
}

#[test]
fn a_proxy_that_says_nothing_is_taken_to_speak_for_the_account_of_last_time() {
    let (world, disk) = (World::new(), Disk::default());
    world.cin7.fault("GET status", 0, u32::MAX, Fault::Unreachable);
    assert_eq!(disk.opened(&world), (String::new(), None), "never heard of any");
    world.cin7.mend();
    for account in [A, B] {
        world.account.set(Some(id(account)));
        disk.opened(&world);
    }
    for fault in [Fault::Unreachable, Fault::Slow(MINUTE, 0)] {
        world.cin7.fault("GET status", 0, 1, fault);
        let began = world.now();
        assert_eq!(disk.opened(&world), (B.to_owned(), Some(id(B))));
        assert!(world.now().since(began) <= 2 * SECOND, "it does not wait for ever");
    }
    // A version of it that knows nothing of accounts.
    world.account.set(None);
    assert_eq!(disk.opened(&world), (B.to_owned(), Some(id(B))));
}

#[test]
fn data_of_an_earlier_version_goes_to_the_account_whose_warehouses_it_knows() {
    let (world, tab) = World::synced();
    let disk = Disk::of_before(&world, &tab);
    world.account.set(Some(id(A)));
    assert_eq!(disk.opened(&world), (String::new(), Some(id(A))));
    assert_eq!(world.cin7.calls("GET ref/location").len(), 1);
    assert_eq!(disk.opened(&world), (String::new(), Some(id(A))));
    assert_eq!(world.cin7.calls("GET ref/location").len(), 1, "it has proved to be so for good");
}

#[test]
fn data_of_an_earlier_version_waits_while_another_account_is_open() {
    let (world, tab) = World::synced();
    let disk = Disk::of_before(&world, &tab);
    world.cin7.other_warehouses.set(true);
    world.account.set(Some(id(B)));
    assert_eq!(disk.opened(&world), (B.to_owned(), Some(id(B))));
    let accounts = disk.accounts(&world);
    let waiting = world.run(accounts.waiting(Place::Named(id(B)))).unwrap();
    let [waits] = &waiting[..] else { panic!("{waiting:?}") };
    assert_eq!((waits.account, waits.company.as_str(), waits.work.orders[0].key.as_str()), (None, "Fixture", LINK));
    // Leaving the device takes nothing of it away, and its customers still tell whose it is.
    world.run(accounts.leave(Place::Named(id(B)), false)).unwrap();
    world.cin7.other_warehouses.set(false);
    world.account.set(Some(id(A)));
    assert_eq!(disk.opened(&world), (String::new(), Some(id(A))));
    assert!(world.run(disk.accounts(&world).waiting(Place::Unnamed)).unwrap().is_empty());
}

#[test]
fn while_it_cannot_be_proved_whose_stored_data_is_nothing_of_it_is_sent() {
    let (world, tab) = World::synced();
    let disk = Disk::of_before(&world, &tab);
    world.account.set(Some(id(B)));
    world.cin7.other_warehouses.set(true);
    world.cin7.fault("GET ref/location", 0, 1, Fault::Unreachable);
    let accounts = disk.accounts(&world);
    let (place, account) = world.run(accounts.find(&Line(Rc::clone(&world)), &Around(Rc::clone(&world)))).unwrap();
    assert_eq!((place, account), (Place::Unnamed, None), "shown as before");
    world.cin7.clear_journal();
    let guard = Guard::new(Line(Rc::clone(&world)), accounts, account, Box::new(|| {}));
    let failure = world.run(guard.send(Request::post("sale", b"{}".to_vec(), Lane::Order))).unwrap_err();
    assert_eq!((failure.kind, failure.ambiguous), (FailureKind::OtherAccount, false));
    assert_eq!(world.cin7.journal_lines().len(), 1, "the warehouses alone were asked for");
}

#[test]
fn a_new_device_opened_offline_learns_its_account_with_the_first_request() {
    let (world, disk) = (World::new(), Disk::default());
    world.account.set(Some(id(A)));
    world.cin7.fault("GET status", 0, 1, Fault::Unreachable);
    let accounts = disk.accounts(&world);
    let (place, account) = world.run(accounts.find(&Line(Rc::clone(&world)), &Around(Rc::clone(&world)))).unwrap();
    assert_eq!((place, account), (Place::Unnamed, None));
    let guard = Guard::new(Line(Rc::clone(&world)), Rc::clone(&accounts), account, Box::new(|| {}));
    // What a run that failed writes down is no data of an account.
    let (cache, _) = world.run(accounts.at(place)).unwrap();
    world.run(cache.commit(Batch::relaxed().put(Table::Manifests, "sync", b"{}".to_vec()))).unwrap();
    assert!(world.run(guard.send(Request::get("me", Lane::Screen))).is_ok());
    assert_eq!(guard.account(), Some(id(A)));
    assert_eq!(disk.opened(&world), (String::new(), Some(id(A))));
}

#[test]
fn an_account_that_changes_between_two_calls_is_noticed_before_the_second_leaves() {
    let (world, disk) = (World::new(), Disk::default());
    world.account.set(Some(id(A)));
    let accounts = disk.accounts(&world);
    let (_, account) = world.run(accounts.find(&Line(Rc::clone(&world)), &Around(Rc::clone(&world)))).unwrap();
    let times = Rc::new(Cell::new(0));
    let count = Rc::clone(&times);
    let guard = Guard::new(Line(Rc::clone(&world)), accounts, account, Box::new(move || count.set(count.get() + 1)));
    let ask = || world.run(guard.send(Request::get("me", Lane::Screen)));
    assert!(ask().is_ok());
    world.account.set(Some(id(B)));
    world.cin7.clear_journal();
    for _ in 0..2 {
        assert_eq!(ask().unwrap_err().kind, FailureKind::OtherAccount);
    }
    assert!(world.cin7.journal_lines().is_empty());
    assert_eq!(times.get(), 1, "told once");
    world.account.set(Some(id(A)));
    assert!(ask().is_ok(), "and it goes on when its own is back");
}

#[test]
fn an_order_whose_account_is_exchanged_after_its_look_up_waits_and_stands_once_in_its_own() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.account.set(Some(id(A)));
    world.meant_for.set(Some(id(A)));
    world.cin7.fault("GET saleList", 0, 1, Fault::Slow(SECOND, SECOND));
    tab.confirm(&live);
    world.pass(SECOND + SECOND / 2);
    assert_eq!(world.cin7.calls("GET saleList").len(), 1, "it is being looked up");
    world.account.set(Some(id(B)));
    world.pass(MINUTE);
    assert!(world.cin7.calls("POST sale").is_empty());
    let order = tab.order();
    assert!(order.steps.iter().any(|step| step.text.contains("works for another Cin7 account")), "{order:#?}");
    assert_eq!(order.state, "queued");
    world.account.set(Some(id(A)));
    tab.until_order("confirmed");
    assert_eq!(world.cin7.calls("POST sale").len(), 1);
}
