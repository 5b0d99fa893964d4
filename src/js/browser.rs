//! The browser's clock, waiting and chance, for the core that has none of its own.

use futures::future::try_join;
use js_sys::{Date, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::desk::Surroundings;
use crate::desk::device::cin7_account::{Databases, Place};
use crate::error::Result;
use crate::records::{Day, Timestamp};
use crate::store::indexed_db::{BrowserStore, Kind};
use crate::transport::Clock;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: u32) -> JsValue;

    /// What only the worker's script can tell.
    #[derive(Debug, Clone)]
    pub type Around;

    /// Resolves to the names of the tabs that live, or to nothing where that cannot be known.
    #[wasm_bindgen(method, js_name = tabsAlive, catch)]
    fn tabs_alive(this: &Around) -> Result<Promise, JsValue>;

    /// The calendar day at an instant, in a time zone or the device's own; nothing where there is no zone of the name.
    #[wasm_bindgen(method, js_name = dayIn, catch)]
    fn day_in(this: &Around, zone: Option<&str>, at: &Date) -> Result<Option<String>, JsValue>;
}

/// The instant that a JavaScript time (`Date.now()`) means.
#[expect(
    clippy::disallowed_types,
    clippy::cast_possible_truncation,
    reason = "JavaScript tells the time as a whole number in an f64"
)]
pub(super) fn instant(milliseconds: f64) -> Timestamp {
    Timestamp::from_millis(milliseconds as i64)
}

/// The browser around a desk: its clock, its chance, and its other tabs.
#[derive(Debug, Clone)]
pub(super) struct Browser {
    around: Around,
}

impl Browser {
    pub(super) const fn new(around: Around) -> Self {
        Self { around }
    }
}

impl Clock for Browser {
    fn now(&self) -> Timestamp {
        instant(Date::now())
    }

    async fn sleep(&self, milliseconds: u32) {
        let timer = Promise::new(&mut |resolve, _| {
            set_timeout(&resolve, milliseconds);
        });
        // A timer's promise is never rejected.
        let _ = JsFuture::from(timer).await;
    }
}

impl Surroundings for Browser {
    #[expect(
        clippy::disallowed_types,
        clippy::float_arithmetic,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "Math.random is a float"
    )]
    fn chance(&self) -> u32 {
        (js_sys::Math::random() * f64::from(u32::MAX)) as u32
    }

    #[expect(clippy::disallowed_types, clippy::cast_precision_loss, reason = "JavaScript is told the time in an f64")]
    fn day_in(&self, zone: Option<&str>, at: Timestamp) -> Option<Day> {
        let at = Date::new(&JsValue::from_f64(at.millis() as f64));
        self.around.day_in(zone, &at).ok()??.parse().ok()
    }

    async fn tabs_alive(&self) -> Option<Vec<String>> {
        let names = JsFuture::from(self.around.tabs_alive().ok()?).await.ok()?;
        // Neither a list nor text: then it cannot be known who lives.
        names.dyn_into::<js_sys::Array>().ok()?.iter().map(|name| name.as_string()).collect()
    }
}

/// The databases of this origin under the name that the host gave.
#[derive(Debug, Clone)]
pub(super) struct BrowserDatabases {
    pub(super) name: String,
}

impl BrowserDatabases {
    /// The name of what is at a place: of its databases, and of what tabs tell each other of them.
    pub(super) fn name_at(&self, place: Place) -> String {
        match place {
            Place::Unnamed => self.name.clone(),
            Place::Named(account) => format!("{}/{account}", self.name),
        }
    }
}

impl Databases for BrowserDatabases {
    type Store = BrowserStore;

    async fn directory(&self) -> Result<BrowserStore> {
        BrowserStore::open_or_memory(&self.name, Kind::Directory).await
    }

    async fn at(&self, place: Place) -> Result<(BrowserStore, BrowserStore)> {
        let name = self.name_at(place);
        // At once, as each may wait its time for a browser that does not answer.
        let [cache, vault] = [Kind::Cache, Kind::Vault].map(|kind| BrowserStore::open_or_memory(&name, kind));
        try_join(cache, vault).await
    }
}
