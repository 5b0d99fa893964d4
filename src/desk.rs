//! The application: a desk over two stores, a transport and its surroundings.
//!
//! The desk runs the machines (the sync planner, the outbox) and does what they ask: it fetches, stores, waits and tells.
//! It knows nothing of browsers, so the whole of it runs natively against simulated surroundings. Its parts:
//!
//! - [`cache`]: what was read from Cin7: in memory, and as the cache keeps it.
//! - [`customers`]: customers and suppliers, and the CRM's own fields of them.
//! - [`device`]: what concerns the device: whose data it keeps, what it hands over, how it is wiped.
//! - [`orders`]: orders: confirmed, brought to Cin7, entered by hand, mended, found again.
//! - [`products`]: products: found, shown, edited.
//! - [`quotes`]: quotes, and what their lines need to know.
//! - [`reference`]: Cin7's reference books.
//! - [`sales`]: sales of any origin, for the screen.
//! - [`sync`]: what reads Cin7 by itself.
//! - [`vault`]: what is the CRM's own, and cannot be fetched again.
//! - `today`: says which day it is.
//!
//! No borrow of the desk's state is held across an `await`, so that calls may overlap freely.

pub mod cache;
pub mod customers;
pub mod device;
mod notify;
pub mod orders;
pub mod products;
pub mod quotes;
pub mod reference;
pub mod sales;
pub mod sync;
mod today;
pub mod vault;

use std::cell::{Cell, RefCell};

pub use products::search::ProductAsk;

use self::cache::state::Shelves;
use self::notify::Bell;
use self::quotes::reservations::Claims;
use self::sync::sale_details::Detailing;
use crate::account::AccountView;
use crate::error::Result;
use crate::outbox::OrderView;
use crate::records::{AccountId, Day, Guid, Timestamp};
use crate::settings::Settings;
use crate::store::Store;
use crate::sync::{SyncPlan, SyncView};
use crate::transport::{Clock, Transport};

/// What surrounds a desk besides stores and network: time, chance, and the other tabs.
#[expect(async_fn_in_trait, reason = "everything here runs on one thread, in a browser tab")]
pub trait Surroundings: Clock {
    /// A number nobody can foresee, for spreading retries.
    fn chance(&self) -> u32;

    /// The calendar day at an instant, in the time zone of this name; for `None` in the device's own. `None` where no zone of the
    /// name is known.
    fn day_in(&self, zone: Option<&str>, at: Timestamp) -> Option<Day>;

    /// The names of the tabs that live, this one included; `None` when that cannot be known. Only speeds recovery up: an
    /// order taken on by a tab wrongly thought dead is looked up before anything is sent again.
    async fn tabs_alive(&self) -> Option<Vec<String>>;
}

/// Something that callers may want to show.
#[derive(Debug, Clone)]
pub enum Event {
    /// The sync moved.
    Sync(Box<SyncView>),
    /// An order moved.
    Order(Box<OrderView>),
    /// Another day has begun where the account is.
    Day(Day),
    /// Records of these lists changed.
    Records(Vec<&'static str>),
    /// The CRM's own fields of this company changed.
    Company(Guid),
    /// A customer account moved.
    Account(Box<AccountView>),
    /// The orders that wait on other devices are these.
    Elsewhere(Vec<orders::custody::OrderElsewhere>),
    /// A company has come further with a category.
    Matrix(Box<vault::category_matrix::MatrixChange>),
    /// A quote was written.
    Quote(Box<quotes::open::QuoteWritten>),
}

impl Event {
    /// Its name in `DeskEvents`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sync(_) => "sync",
            Self::Order(_) => "order",
            Self::Day(_) => "day",
            Self::Records(_) => "records",
            Self::Company(_) => "company",
            Self::Account(_) => "account",
            Self::Matrix(_) => "matrix",
            Self::Elsewhere(_) => "elsewhere",
            Self::Quote(_) => "quote",
        }
    }
}

/// Who should hear of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every tab: it began here.
    AllTabs,
    /// This tab alone: another one told of it.
    ThisTab,
}

/// Is called at every event.
pub type Listener = Box<dyn Fn(Event, Reach)>;

/// The opened desk of one tab.
pub struct Desk<S, T, K> {
    cache: S,
    vault: S,
    net: T,
    around: K,
    settings: Settings,
    /// The name of this tab, for orders that it takes on.
    owner: String,
    emit: Listener,
    shelves: RefCell<Shelves>,
    pictures: RefCell<sync::product_images::Pictures>,
    claims: RefCell<Claims>,
    plan: RefCell<SyncPlan>,
    /// Whether the cadence is on.
    syncing: Cell<bool>,
    /// Whether this tab reads for all.
    leading: Cell<bool>,
    sync_bell: Bell,
    order_bell: Bell,
    picture_bell: Bell,
    /// Where the reading of sales' details stands.
    detailing: RefCell<Detailing>,
    account_bell: Bell,
    custody_bell: Bell,
    /// Orders that wait on other devices.
    elsewhere: RefCell<Vec<orders::custody::OrderElsewhere>>,
}

impl<S, T, K> std::fmt::Debug for Desk<S, T, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("owner", &self.owner).finish_non_exhaustive()
    }
}

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// Opens a desk and loads what was synced before. `owner` names this tab; `emit` is called at every event.
    ///
    /// A cache that cannot be read is not an error: what is missing or damaged is fetched again.
    ///
    /// # Errors
    /// `storage` when the databases cannot be read at all.
    pub async fn open(cache: S, vault: S, net: T, around: K, settings: Settings, owner: String, emit: Listener) -> Result<Self> {
        let (shelves, plan) = cache::state::load(&cache, &vault, &settings, around.now()).await?;
        Ok(Self {
            cache,
            vault,
            net,
            around,
            settings,
            owner,
            emit,
            shelves: RefCell::new(shelves),
            pictures: RefCell::default(),
            claims: RefCell::default(),
            plan: RefCell::new(plan),
            syncing: Cell::new(false),
            leading: Cell::new(false),
            sync_bell: Bell::default(),
            order_bell: Bell::default(),
            picture_bell: Bell::default(),
            detailing: RefCell::default(),
            account_bell: Bell::default(),
            custody_bell: Bell::default(),
            elsewhere: RefCell::default(),
        })
    }

    /// The database of quotes and orders.
    pub const fn vault(&self) -> &S {
        &self.vault
    }

    /// The database of what can be fetched again.
    pub const fn cache(&self) -> &S {
        &self.cache
    }

    /// The Cin7 account that it is for, as far as accounts are told apart and known.
    pub fn account(&self) -> Option<AccountId> {
        self.net.account()
    }

    /// The settings that it was opened with, defaults included.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    fn now(&self) -> Timestamp {
        self.around.now()
    }

    fn tell(&self, event: Event) {
        (self.emit)(event, Reach::AllTabs);
    }

    fn tell_this_tab(&self, event: Event) {
        (self.emit)(event, Reach::ThisTab);
    }
}
