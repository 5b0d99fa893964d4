//! The desk inside the tab's worker, as `worker.ts` calls it.

mod companies;
mod custody;
mod orders;
mod sales;

use serde::Serialize;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{future_to_promise, spawn_local};

use super::browser::{Around, Browser, BrowserDatabases};
use super::convert::{answer, done, error_to_js, text, to_js, whole, whole_answer};
use crate::desk::device::change_feed::ChangesAsk;
use crate::desk::device::cin7_account::{Accounts, Guard, Place};
use crate::desk::device::export::Unreadable;
use crate::desk::events::OrderElsewhere;
use crate::desk::{Desk, Event, ProductAsk, Reach};
use crate::planted;
use crate::records::{Day, Guid};
use crate::settings::{Options, Settings};
use crate::store::indexed_db::{BrowserStore, Room, room};
use crate::transport::fetch::FetchTransport;

type BrowserDesk = Desk<(BrowserStore, Guard<FetchTransport, BrowserDatabases>, Browser)>;

/// A promise of what the work comes to. Boxed, because every kind of future would bring its own copy of what a promise needs.
fn promise(work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    let work: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>> = Box::pin(work);
    future_to_promise(work)
}

/// What the `day` event tells.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewDay {
    today: Day,
}

/// What the `records` event tells.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Changed {
    lists: Vec<&'static str>,
}

/// What the `company` event tells.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CompanyChanged {
    key: Guid,
}

/// What the `elsewhere` event tells.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Elsewhere {
    orders: Vec<OrderElsewhere>,
}

/// `StorageView` in `types.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StorageView {
    protection: &'static str,
    refusal: Option<String>,
    used: Option<u64>,
    quota: Option<u64>,
    nearly_full: bool,
    unreadable: Vec<Unreadable>,
}

/// The desk of one tab. Lives in the tab's worker.
#[wasm_bindgen]
pub struct Engine {
    desk: Rc<BrowserDesk>,
    accounts: Rc<Accounts<BrowserDatabases>>,
    place: Place,
    name: String,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("name", &self.name).finish_non_exhaustive()
    }
}

#[wasm_bindgen]
impl Engine {
    /// Opens the databases and loads what was synced before. `emit(event, data, beganHere)` is called at every event; `around` is
    /// what the core cannot know of the browser by itself; `tab` names this one, for orders that it takes on. Which
    /// account's databases they are the proxy says; a worker that stands in for another one is given the `place` of the
    /// first, for the page goes on with what it had from there.
    pub async fn open(
        options: String,
        emit: Function,
        around: Around,
        tab: String,
        place: Option<String>,
    ) -> Result<Engine, JsValue> {
        let options = Options::from_json(&options).map_err(error_to_js)?;
        let databases = BrowserDatabases { name: options.database_name };
        let (net, around) = (FetchTransport::new(options.proxy_url.clone()), Browser::new(around));
        let accounts = Accounts::open(databases.clone(), &options.proxy_url).await.map_err(error_to_js)?;
        let (place, account) = match place.as_deref().and_then(Place::of) {
            Some(place) => (place, accounts.owner(place).await.map_err(error_to_js)?),
            None => accounts.find(&net, &around).await.map_err(error_to_js)?,
        };
        let name = databases.name_at(place);
        let (cache, vault) = accounts.at(place).await.map_err(error_to_js)?;
        let tell_tab = |event: &'static str| {
            let emit = emit.clone();
            move || {
                let nothing = js_sys::Object::new();
                let _ = emit.call3(&JsValue::NULL, &event.into(), &nothing, &JsValue::FALSE);
            }
        };
        vault.on_outdated(tell_tab("outdated"));
        let accounts = Rc::new(accounts);
        let net = Guard::new(net, Rc::clone(&accounts), account, Box::new(tell_tab("otherAccount")));
        let tell = move |event: Event, reach: Reach| {
            let data = match &event {
                Event::Sync(view) => to_js(&**view),
                Event::Order(view) => to_js(&**view),
                Event::Day(today) => to_js(&NewDay { today: *today }),
                Event::Records(lists) => to_js(&Changed { lists: lists.clone() }),
                Event::Account(view) => to_js(&**view),
                Event::Matrix(change) => to_js(&**change),
                Event::Quote(written) => to_js(&**written),
                Event::Elsewhere(orders) => to_js(&Elsewhere { orders: orders.clone() }),
                Event::Company(id) => to_js(&CompanyChanged { key: *id }),
            };
            if let Ok(data) = data {
                // A listener that throws is the page's fault, and no reason to stop.
                let began_here = JsValue::from_bool(reach == Reach::AllTabs);
                let _ = emit.call3(&JsValue::NULL, &JsValue::from_str(event.name()), &data, &began_here);
            }
        };
        let desk = BrowserDesk::open(cache, vault, net, around, options.settings, tab, Box::new(tell)).await;
        let desk = Rc::new(desk.map_err(error_to_js)?);
        let orders = Rc::clone(&desk);
        spawn_local(async move { orders.run_orders().await });
        let customers = Rc::clone(&desk);
        spawn_local(async move { customers.run_accounts().await });
        let custody = Rc::clone(&desk);
        spawn_local(async move { custody.run_custody().await });
        let pictures = Rc::clone(&desk);
        spawn_local(async move { pictures.run_pictures().await });
        let days = Rc::clone(&desk);
        spawn_local(async move { days.run_days().await });
        Ok(Self { desk, accounts, place, name })
    }

    /// The database name, for the tabs' lock and hints.
    pub fn name(&self) -> String {
        self.name.clone()
    }

    /// The Cin7 account that it is for, if that is known.
    pub fn account(&self) -> Option<String> {
        self.desk.account().map(|account| account.to_string())
    }

    /// Where its databases are, for a worker that has to stand in for this one.
    pub fn place(&self) -> String {
        self.place.text()
    }

    /// This tab now reads from Cin7 for all tabs.
    pub fn lead(&self) {
        if self.desk.lead() {
            let sync = Rc::clone(&self.desk);
            spawn_local(async move { sync.run_sync().await });
        }
    }

    /// Another tab says that `event` happened; `key` names the order it was about.
    pub fn hinted(&self, event: String, key: Option<String>) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { done(desk.hinted(&event, key.as_deref()).await).map(|()| JsValue::UNDEFINED) })
    }

    /// The network is back: what waits for it is tried now.
    pub fn online(&self) {
        self.desk.online();
    }

    /// Starts the cadence.
    #[wasm_bindgen(js_name = startSync)]
    pub fn start_sync(&self) {
        self.desk.start_sync();
    }

    /// Ends the cadence.
    #[wasm_bindgen(js_name = stopSync)]
    pub fn stop_sync(&self) {
        self.desk.stop_sync();
    }

    /// Asks for a run at once.
    #[wasm_bindgen(js_name = syncNow)]
    pub fn sync_now(&self) {
        self.desk.sync_now();
    }

    /// How the sync stands: `SyncView`.
    #[wasm_bindgen(js_name = syncState)]
    pub fn sync_state(&self) -> Result<JsValue, JsValue> {
        to_js(&self.desk.sync_view())
    }

    /// The last runs that have ended: `RunView[]`.
    #[wasm_bindgen(js_name = syncHistory)]
    pub fn sync_history(&self) -> Result<JsValue, JsValue> {
        to_js(&self.desk.sync_history())
    }

    /// The settings that the desk was opened with, defaults included.
    pub fn settings(&self) -> Result<JsValue, JsValue> {
        to_js(self.desk.settings())
    }

    /// Checks settings, given as JSON text.
    #[wasm_bindgen(js_name = checkSettings)]
    pub fn check_settings(&self, settings: &str) -> Result<(), JsValue> {
        done(Settings::from_json(settings).map(drop))
    }

    /// `LedgerAccount[]`: Cin7's account book.
    #[wasm_bindgen(js_name = ledgerAccounts)]
    pub fn ledger_accounts(&self) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { whole_answer(desk.ledger_accounts().await) })
    }

    /// `StandingSale[]`: the sales in Cin7 that bear a quote's link.
    #[wasm_bindgen(js_name = lookUpQuote)]
    pub fn look_up_quote(&self, link: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move {
            planted::panic_at(&link);
            answer(desk.look_up_quote(&link).await)
        })
    }

    /// A part of the change feed: `Changes`; `ask` is JSON.
    pub fn changes(&self, ask: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move {
            let ask = ChangesAsk::from_json(&ask).map_err(error_to_js)?;
            whole_answer(desk.changes(ask).await)
        })
    }

    /// How safe storage is: `StorageView`.
    pub fn storage(&self) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move {
            let protection = desk.vault().protection().await.name();
            let refusal = desk
                .vault()
                .refusal()
                .map(|error| error.details.first().map_or(&error.message, |detail| &detail.problem).clone());
            // What is in memory is limited by nothing that could be asked.
            let full = desk.vault().is_full() || desk.cache().is_full();
            let room = if refusal.is_none() { room().await } else { None };
            answer(desk.unreadable().await.map(|unreadable| StorageView {
                protection,
                refusal,
                used: room.map(|room| room.used),
                quota: room.map(|room| room.quota),
                nearly_full: full || room.is_some_and(Room::is_nearly_full),
                unreadable,
            }))
        })
    }

    /// What screens choose from: `ReferenceView`.
    pub fn references(&self) -> Result<JsValue, JsValue> {
        whole_answer(self.desk.reference_view())
    }

    /// `ProductHit[]`; `ask` is JSON.
    #[wasm_bindgen(js_name = searchProducts)]
    pub fn search_products(&self, query: &str, ask: &str) -> Result<JsValue, JsValue> {
        planted::panic_at(query);
        whole_answer(ProductAsk::from_json(ask).and_then(|ask| self.desk.search_products(query, &ask)))
    }

    /// Changes a product's description as this tab shows it; `edit` is JSON: `ProductView`.
    #[wasm_bindgen(js_name = editProduct)]
    pub fn edit_product(&self, id: &str, edit: &str) -> Result<JsValue, JsValue> {
        answer(self.desk.edit_product(id, edit))
    }

    /// Another address for a picture of the product that did not load, or `null`.
    #[wasm_bindgen(js_name = renewPicture)]
    pub fn renew_picture(&self, id: String, lost: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.renew_picture(&id, &lost).await) })
    }

    /// `ProductView`, by SKU or id.
    pub fn product(&self, named: &str) -> Result<JsValue, JsValue> {
        answer(self.desk.product(named))
    }

    /// The names of categories.
    pub fn categories(&self) -> Result<JsValue, JsValue> {
        whole(&self.desk.categories())
    }

    /// `CustomerHit[]`.
    #[wasm_bindgen(js_name = searchCustomers)]
    pub fn search_customers(&self, query: &str, limit: usize) -> Result<JsValue, JsValue> {
        whole_answer(self.desk.search_customers(query, limit))
    }

    /// `CustomerView`.
    pub fn customer(&self, id: &str) -> Result<JsValue, JsValue> {
        answer(self.desk.customer(id))
    }

    /// Starts or opens the quote with this link: a bundle for `LiveQuote.open`, as JSON text.
    #[wasm_bindgen(js_name = createQuote)]
    pub fn create_quote(&self, link: String, customer: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { text(desk.create_quote(&link, &customer).await).map(JsValue::from) })
    }

    /// Opens the quote with this link: a bundle as JSON text.
    #[wasm_bindgen(js_name = openQuote)]
    pub fn open_quote(&self, link: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { text(desk.open_quote(&link).await).map(JsValue::from) })
    }

    /// Opens a quote again whose order was voided in Cin7: a bundle as JSON text.
    #[wasm_bindgen(js_name = orderAgain)]
    pub fn order_again(&self, link: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { text(desk.order_again(&link).await).map(JsValue::from) })
    }

    /// Opens the quote of an order that Cin7 refused: a bundle as JSON text.
    #[wasm_bindgen(js_name = mendQuote)]
    pub fn mend_quote(&self, link: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { text(desk.mend_quote(&link).await).map(JsValue::from) })
    }

    /// The quote with this link if it was written again since `revision`: a bundle as JSON text, or `null`.
    #[wasm_bindgen(js_name = newerQuote)]
    pub fn newer_quote(&self, link: String, revision: u32) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { text(desk.newer_quote(&link, revision).await).map(JsValue::from) })
    }

    /// Writes a quote down that began from `revision`; `document` is JSON text, `gross` what it comes to, for the list of quotes.
    /// Answers a `SaveAnswer` as JSON text.
    #[wasm_bindgen(js_name = saveQuote)]
    pub fn save_quote(&self, document: String, gross: String, revision: u32) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { text(desk.save_quote(&document, &gross, Some(revision)).await).map(JsValue::from) })
    }

    /// `QuoteSummary[]`.
    pub fn quotes(&self) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { whole_answer(desk.quotes().await) })
    }

    /// Forgets a quote.
    #[wasm_bindgen(js_name = removeQuote)]
    pub fn remove_quote(&self, link: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { done(desk.remove_quote(&link).await).map(|()| JsValue::UNDEFINED) })
    }

    /// What a new line needs to know of a product (by SKU or id), as JSON text.
    #[wasm_bindgen(js_name = lineFacts)]
    pub fn line_facts(&self, customer: &str, product: &str, link: &str) -> Result<String, JsValue> {
        text(self.desk.line_facts(customer, product, link))
    }

    /// What a quote's lines need to know now, as JSON text.
    #[wasm_bindgen(js_name = quoteFacts)]
    pub fn quote_facts(&self, customer: String, products: Vec<String>, link: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { text(desk.quote_facts(&customer, &products, &link).await).map(JsValue::from) })
    }

    /// Reads the stock of these products from Cin7, then answers as `quoteFacts`.
    #[wasm_bindgen(js_name = refreshStock)]
    pub fn refresh_stock(&self, customer: String, products: Vec<String>, link: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { text(desk.refresh_stock(&customer, &products, &link).await).map(JsValue::from) })
    }
}
