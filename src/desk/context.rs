//! What every use case is given: stores, transport, surroundings, settings, what is in memory, and the way to tell.
//!
//! No borrow of what is in memory is held across an `await`, so that calls may overlap freely.

use std::cell::{Cell, RefCell};

use crate::desk::cache::detailing::Detailing;
use crate::desk::cache::pictures::Pictures;
use crate::desk::cache::state::Shelves;
use crate::desk::events::{Event, Listener, OrderElsewhere, Reach};
use crate::desk::notify::Bell;
use crate::desk::quotes::reservations::Claims;
use crate::records::{AccountId, Day, Timestamp};
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

/// The kinds of what a desk stands on. Natively it is simulated, whole.
pub trait Environment {
    /// Of its two databases.
    type Store: Store;
    /// Of its way to the proxy.
    type Transport: Transport;
    /// Of what surrounds it besides.
    type Surroundings: Surroundings;
}

impl<S: Store, T: Transport, K: Surroundings> Environment for (S, T, K) {
    type Store = S;
    type Transport = T;
    type Surroundings = K;
}

/// The state of one tab's desk, and what it stands on.
pub(crate) struct Context<E: Environment> {
    /// The database of what can be fetched again.
    pub(crate) cache: E::Store,
    /// The database of quotes, orders and what else is the CRM's own.
    pub(crate) vault: E::Store,
    pub(crate) net: E::Transport,
    pub(crate) around: E::Surroundings,
    /// The settings that it was opened with, defaults included.
    pub(crate) settings: Settings,
    /// The name of this tab, for orders that it takes on.
    pub(crate) owner: String,
    pub(crate) emit: Listener,
    pub(crate) shelves: RefCell<Shelves>,
    pub(crate) pictures: RefCell<Pictures>,
    pub(crate) claims: RefCell<Claims>,
    pub(crate) plan: RefCell<SyncPlan>,
    /// Whether the cadence is on.
    pub(crate) syncing: Cell<bool>,
    /// Whether this tab reads for all.
    pub(crate) leading: Cell<bool>,
    pub(crate) sync_bell: Bell,
    pub(crate) order_bell: Bell,
    pub(crate) picture_bell: Bell,
    /// Where the reading of sales' details stands.
    pub(crate) detailing: RefCell<Detailing>,
    pub(crate) account_bell: Bell,
    pub(crate) custody_bell: Bell,
    /// Orders that wait on other devices.
    pub(crate) elsewhere: RefCell<Vec<OrderElsewhere>>,
}

impl<E: Environment> Context<E> {
    pub(crate) fn new(
        (cache, vault, net, around): (E::Store, E::Store, E::Transport, E::Surroundings),
        settings: Settings,
        owner: String,
        emit: Listener,
        shelves: Shelves,
        plan: SyncPlan,
    ) -> Self {
        Self {
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
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.around.now()
    }

    pub(crate) fn tell(&self, event: Event) {
        (self.emit)(event, Reach::AllTabs);
    }

    pub(crate) fn tell_this_tab(&self, event: Event) {
        (self.emit)(event, Reach::ThisTab);
    }

    pub(crate) fn tell_sync(&self) {
        self.tell(Event::Sync(Box::new(self.sync_view())));
    }

    /// How the sync stands.
    pub(crate) fn sync_view(&self) -> SyncView {
        let mut view = self.plan.borrow().view(self.now());
        view.leader = self.leading.get();
        view
    }

    /// The Cin7 account that it is for, as far as accounts are told apart and known.
    pub(crate) fn account(&self) -> Option<AccountId> {
        self.net.account()
    }

    /// Whether the tab that took an order on may still be at it. This tab drives an order only once at a time, so an order
    /// that it finds taken on by itself was left behind.
    pub(crate) fn may_live(&self, owner: &str, alive: Option<&[String]>) -> bool {
        owner != self.owner && alive.is_none_or(|alive| alive.iter().any(|tab| tab == owner))
    }
}
