//! The application: a desk over two stores, a transport and its surroundings.
//!
//! The desk runs the machines (the sync planner, the outbox) and does what they ask: it fetches, stores, waits and tells.
//! It knows nothing of browsers, so the whole of it runs natively against simulated surroundings. Its parts:
//!
//! - [`syncing`]: reads Cin7 page by page into the catalogue and the cache.
//! - [`looking`]: answers searches and look-ups from memory.
//! - [`companies`]: shows customers and suppliers, and keeps the CRM's own edits of them.
//! - [`products`]: one product with everything that is known of it.
//! - [`creating`]: makes customer accounts in Cin7.
//! - [`quoting`]: keeps quotes, and hands out what their lines need to know.
//! - [`ordering`]: confirms quotes and brings orders to Cin7.
//! - `mending`: opens the quote of an order that Cin7 refused.
//! - [`exporting`]: hands over orders and quotes as files.
//! - [`opening`]: tells the Cin7 accounts apart, whose data is kept here, and lets nothing of one reach another.
//! - [`leaving`]: wipes a device, but no unsent work unsaid.
//! - [`custody`]: hands orders over to the proxy, and goes on with those of other devices.
//! - [`selling`]: keeps sales of any origin, and reads their details.
//! - `today`: says which day it is.
//! - `own`: keeps what is the CRM's own of companies.
//! - [`matrix`]: keeps what a company is to each category.
//!
//! Between them stand `shelves`, the cache in memory, and `taking`, which takes a page over into it.
//!
//! No borrow of the desk's state is held across an `await`, so that calls may overlap freely.

mod account_book;
mod again;
mod bell;
mod by_hand;
mod claims;
pub mod companies;
mod costs;
pub mod creating;
pub mod custody;
pub mod exporting;
pub mod feeding;
pub mod leaving;
pub mod looking;
pub mod matrix;
mod mending;
pub mod opening;
pub mod ordering;
mod own;
mod pictures;
mod product_edits;
pub mod products;
mod purchasing;
pub mod quoting;
pub mod recovering;
pub mod selling;
mod shelves;
pub mod syncing;
mod taking;
mod today;

use std::cell::{Cell, RefCell};

pub use looking::ProductAsk;

use self::bell::Bell;
use self::claims::Claims;
use self::selling::details::Detailing;
use self::shelves::Shelves;
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
    Elsewhere(Vec<custody::OrderElsewhere>),
    /// A company has come further with a category.
    Matrix(Box<matrix::MatrixChange>),
    /// A quote was written.
    Quote(Box<quoting::QuoteWritten>),
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
    pictures: RefCell<pictures::Pictures>,
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
    elsewhere: RefCell<Vec<custody::OrderElsewhere>>,
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
        let (shelves, plan) = shelves::load(&cache, &vault, &settings, around.now()).await?;
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
