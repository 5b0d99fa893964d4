//! Simulated surroundings for a desk: virtual time, tabs that can be killed, frail storage, and a Cin7.
//!
//! Everything runs on one thread. Time stands still while anything can move, and jumps to the next timer when nothing can,
//! so an hour of waiting takes no time and every run is the same.

pub(crate) mod cin7;
pub(crate) mod copy;
pub(crate) mod custody;
pub(crate) mod store;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use cin7_quote_desk::desk::{Desk, Event, Surroundings};
use cin7_quote_desk::outbox::OrderView;
use cin7_quote_desk::quote::{LiveQuote, QuoteBundle};
use cin7_quote_desk::records::{AccountId, Day, Timestamp};
use cin7_quote_desk::settings::Settings;
use cin7_quote_desk::store::memory::MemoryStore;
use cin7_quote_desk::sync::Phase;
use cin7_quote_desk::transport::Clock;

pub(crate) use self::cin7::BAYSIDE;
use self::cin7::{FakeCin7, Line};
use self::custody::Custody;
use self::store::{Fate, FrailStore};

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;

/// Longest that anything may take before a test calls it stuck.
const STUCK: i64 = 48 * 60 * MINUTE;

pub(crate) const LINK: &str = "https://crm.prospect365.com/view/Quote/10452";

pub(crate) type TestDesk = Desk<(FrailStore, Line, Around)>;

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Notes that something can move again.
#[derive(Default)]
struct Stir(AtomicBool);

impl Wake for Stir {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Everything around the desks.
pub(crate) struct World {
    /// Milliseconds since the machine was started.
    elapsed: Cell<i64>,
    /// How far Cin7's clock is ahead of the machine's.
    pub(crate) server_ahead: Cell<i64>,
    timers: RefCell<BTreeMap<i64, Vec<Waker>>>,
    tasks: RefCell<Vec<(String, Task)>>,
    stir: Arc<Stir>,
    /// The tabs that live; `None` when the browser cannot tell.
    pub(crate) alive: RefCell<Option<Vec<String>>>,
    seed: Cell<u32>,
    pub(crate) cin7: FakeCin7,
    /// The account that the proxy speaks for; none for one that does not tell accounts apart.
    pub(crate) account: Cell<Option<AccountId>>,
    /// The account that tabs' requests are meant for.
    pub(crate) meant_for: Cell<Option<AccountId>>,
    /// What the proxy keeps besides.
    pub(crate) custody: Custody,
    pub(crate) cache: RefCell<MemoryStore>,
    /// What becomes of the commits to the cache of tabs that are opened from now on.
    pub(crate) cache_fate: Cell<Fate>,
    pub(crate) vault: MemoryStore,
    /// The vault of tabs that are opened from now on, where they are on another device.
    pub(crate) other_vault: RefCell<Option<MemoryStore>>,
    pub(crate) settings: RefCell<Settings>,
    /// Where the devices are.
    pub(crate) device_zone: Cell<&'static str>,
}

/// A desk in a tab, with what it told.
pub(crate) struct Tab {
    name: String,
    pub(crate) desk: Rc<TestDesk>,
    pub(crate) events: Rc<RefCell<Vec<Event>>>,
    pub(crate) world: Rc<World>,
}

impl World {
    /// The fixture world: its account, customers, products and stock, no sales.
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self {
            elapsed: Cell::new(0),
            server_ahead: Cell::new(0),
            timers: RefCell::default(),
            tasks: RefCell::default(),
            stir: Arc::default(),
            alive: RefCell::new(Some(Vec::new())),
            seed: Cell::new(0x9E37_79B9),
            cin7: FakeCin7::fixture(),
            account: Cell::default(),
            meant_for: Cell::default(),
            custody: Custody::default(),
            cache: RefCell::default(),
            cache_fate: Cell::new(Fate::Sound),
            vault: MemoryStore::default(),
            other_vault: RefCell::default(),
            settings: RefCell::default(),
            device_zone: Cell::new("Europe/London"),
        })
    }

    /// The machine's time.
    pub(crate) fn now(&self) -> Timestamp {
        "2026-03-30T15:00:00Z".parse::<Timestamp>().unwrap().plus_millis(self.elapsed.get())
    }

    /// Cin7's time.
    pub(crate) fn server_now(&self) -> Timestamp {
        self.now().plus_millis(self.server_ahead.get())
    }

    /// Another thing that runs, for as long as `owner` is not killed.
    pub(crate) fn spawn(&self, owner: &str, task: impl Future<Output = ()> + 'static) {
        self.tasks.borrow_mut().push((owner.to_owned(), Box::pin(task)));
        self.stir.0.store(true, Ordering::Relaxed);
    }

    /// A tab is closed in the middle of whatever it does.
    pub(crate) fn kill(&self, tab: &str) {
        self.tasks.borrow_mut().retain(|(owner, _)| owner != tab);
        if let Some(alive) = self.alive.borrow_mut().as_mut() {
            alive.retain(|name| name != tab);
        }
    }

    fn poll_tasks(&self, context: &mut Context<'_>) {
        let mut tasks = self.tasks.take();
        tasks.retain_mut(|(_, task)| task.as_mut().poll(context).is_pending());
        let spawned = self.tasks.replace(tasks);
        self.tasks.borrow_mut().extend(spawned);
    }

    /// Runs until nothing can move without time passing.
    fn settle(&self) {
        let waker = Waker::from(Arc::clone(&self.stir));
        loop {
            self.stir.0.store(false, Ordering::Relaxed);
            self.poll_tasks(&mut Context::from_waker(&waker));
            if !self.stir.0.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    /// Jumps to the next timer, if it is not after `limit`.
    fn jump(&self, limit: i64) -> bool {
        let next = self.timers.borrow().keys().next().copied().filter(|next| *next <= limit);
        let Some(next) = next else { return false };
        self.elapsed.set(self.elapsed.get().max(next));
        let wakers = self.timers.borrow_mut().remove(&next).unwrap_or_default();
        wakers.into_iter().for_each(Waker::wake);
        self.stir.0.store(true, Ordering::Relaxed);
        true
    }

    /// Runs this to its end, and everything else beside it.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let waker = Waker::from(Arc::clone(&self.stir));
        let limit = self.elapsed.get() + STUCK;
        loop {
            self.stir.0.store(false, Ordering::Relaxed);
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            self.poll_tasks(&mut Context::from_waker(&waker));
            assert!(self.stir.0.load(Ordering::Relaxed) || self.jump(limit), "this never ends");
        }
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, milliseconds: i64) {
        let until = self.elapsed.get() + milliseconds;
        self.settle();
        while self.jump(until) {
            self.settle();
        }
        self.elapsed.set(until);
        self.settle();
    }

    /// Lets time pass until this holds.
    pub(crate) fn until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let limit = self.elapsed.get() + STUCK;
        self.settle();
        while !holds() {
            assert!(self.jump(limit), "never came: {what}; {:#?}", self.cin7.journal_lines());
            self.settle();
        }
    }

    /// Opens a desk in a new tab and lets it bring orders to Cin7.
    pub(crate) fn tab(self: &Rc<Self>, name: &str) -> Tab {
        self.tab_on(name, Fate::Sound)
    }

    /// Opens a desk in a new tab whose vault has this fate.
    pub(crate) fn tab_on(self: &Rc<Self>, name: &str, fate: Fate) -> Tab {
        let tab = self.quiet_tab(name, fate);
        let desk = Rc::clone(&tab.desk);
        self.spawn(name, async move { desk.run_orders().await });
        let desk = Rc::clone(&tab.desk);
        self.spawn(name, async move { desk.run_accounts().await });
        let desk = Rc::clone(&tab.desk);
        self.spawn(name, async move { desk.run_custody().await });
        tab
    }

    /// Opens a desk in a new tab that does nothing by itself.
    pub(crate) fn quiet_tab(self: &Rc<Self>, name: &str, fate: Fate) -> Tab {
        if let Some(alive) = self.alive.borrow_mut().as_mut() {
            alive.push(name.to_owned());
        }
        let events: Rc<RefCell<Vec<Event>>> = Rc::default();
        let told = Rc::clone(&events);
        let desk = TestDesk::open(
            FrailStore::new(self.cache.borrow().clone(), self.cache_fate.get()),
            FrailStore::new(self.other_vault.borrow().as_ref().unwrap_or(&self.vault).clone(), fate),
            Line(Rc::clone(self)),
            Around(Rc::clone(self)),
            self.settings.borrow().clone(),
            name.to_owned(),
            Box::new(move |event, _| told.borrow_mut().push(event)),
        );
        let desk = Rc::new(self.run(desk).unwrap());
        Tab { name: name.to_owned(), desk, events, world: Rc::clone(self) }
    }

    /// A world whose cache has been filled, seen from a first tab.
    pub(crate) fn synced() -> (Rc<Self>, Tab) {
        let world = Self::new();
        let tab = world.tab("first");
        tab.sync();
        world.cin7.clear_journal();
        (world, tab)
    }
}

impl Tab {
    /// Runs this for as long as the tab lives.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.world.spawn(&self.name, task);
    }

    /// One run of the sync, to its end.
    pub(crate) fn sync(&self) {
        self.desk.sync_now();
        self.world.run(async {
            self.desk.sync_step().await;
            while matches!(self.desk.sync_view().phase, Phase::Running | Phase::Waiting) {
                self.desk.sync_step().await;
            }
        });
    }

    /// Reads whatever is due and what is left to read between runs, for so long.
    pub(crate) fn reads_for(&self, milliseconds: i64) {
        self.desk.lead();
        self.desk.start_sync();
        let reading = pin!(self.desk.run_sync());
        let end = pin!(self.world.wait(milliseconds));
        self.world.run(futures::future::select(reading, end));
    }

    /// Starts quote 10452 and puts its two lines on it: 4 chairs less 10 %, 2 lamps at the customer's own price.
    pub(crate) fn quote_10452(&self) -> LiveQuote {
        self.quote(LINK)
    }

    /// As [`Tab::quote_10452`] under another link.
    pub(crate) fn quote(&self, link: &str) -> LiveQuote {
        let bundle: QuoteBundle = self.world.run(self.desk.create_quote(link, BAYSIDE)).unwrap();
        let mut live = LiveQuote::open(bundle).unwrap();
        live.add_line(self.desk.line_facts(BAYSIDE, "CHAIR-01", "").unwrap(), "4", "a").unwrap();
        live.set_discount("a", "10").unwrap();
        live.add_line(self.desk.line_facts(BAYSIDE, "LAMP-02", "").unwrap(), "2", "b").unwrap();
        live
    }

    /// Confirms a quote and returns its order as it was saved.
    pub(crate) fn confirm(&self, live: &LiveQuote) -> OrderView {
        self.world.run(self.desk.confirm(&document(live), None)).unwrap()
    }

    /// The order of quote 10452 as it stands.
    pub(crate) fn order(&self) -> OrderView {
        self.order_of(LINK)
    }

    /// The order of this quote as it stands.
    pub(crate) fn order_of(&self, link: &str) -> OrderView {
        self.world.run(self.desk.order(link)).unwrap()
    }

    /// Lets time pass until the order of quote 10452 is in this state.
    pub(crate) fn until_order(&self, state: &str) -> OrderView {
        self.until_order_of(LINK, state)
    }

    /// Lets time pass until the order of this quote is in this state.
    pub(crate) fn until_order_of(&self, link: &str, state: &str) -> OrderView {
        self.world.until(state, || futures::executor::block_on(self.desk.order(link)).is_ok_and(|order| order.state == state));
        self.order_of(link)
    }
}

/// A quote as the page sends it.
pub(crate) fn document(live: &LiveQuote) -> String {
    cin7_quote_desk::json::to_text(live.quote())
}

/// The clock and the chance of a tab.
pub(crate) struct Around(pub(crate) Rc<World>);

impl Clock for Around {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep(&self, milliseconds: u32) {
        let until = self.0.elapsed.get() + i64::from(milliseconds);
        poll_fn(|context| {
            if self.0.elapsed.get() >= until {
                return Poll::Ready(());
            }
            self.0.timers.borrow_mut().entry(until).or_default().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl Surroundings for Around {
    fn day_in(&self, zone: Option<&str>, at: Timestamp) -> Option<Day> {
        let hours = match zone.unwrap_or(self.0.device_zone.get()) {
            "America/Los_Angeles" => -8,
            "Europe/London" => 0,
            "Pacific/Auckland" => 13,
            _ => return None,
        };
        Some(at.day_at(hours * 60))
    }

    fn chance(&self) -> u32 {
        let mut seed = self.0.seed.get();
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        self.0.seed.set(seed);
        seed
    }

    async fn tabs_alive(&self) -> Option<Vec<String>> {
        self.0.alive.borrow().clone()
    }
}

impl World {
    /// Waits in virtual time.
    pub(crate) async fn wait(self: &Rc<Self>, milliseconds: i64) {
        Around(Rc::clone(self)).sleep(u32::try_from(milliseconds).unwrap()).await;
    }
}
