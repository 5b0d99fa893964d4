//! Reading Cin7 page by page into the catalogue and the cache: the sync plan's hands.

use crate::catalogue::{Companies, Documents, Products};
use crate::cin7::{self, requests};
use crate::desk::cache::apply_page::{NotTaken, with_swap};
use crate::desk::cache::state::{CUSTOMERS, PRODUCTS, PURCHASES, REFERENCES, SALES, STOCK, SUPPLIERS, SYNC, load};
use crate::desk::{Desk, Event, Surroundings};
use crate::error::{ErrorCode, Result};
use crate::records::availability::AvailabilityRow;
use crate::records::{Guid, Timestamp};
use crate::store::{Batch, Store, Table};
use crate::sync::{Group, List, Progress, RunView, Step, SyncView};
use crate::transport::{Failure, Response, Transport};

/// What may have changed for those who look, when the whole cache was loaded.
const EVERY_LIST: [&str; 7] = [REFERENCES, CUSTOMERS, SUPPLIERS, PRODUCTS, STOCK, SALES, PURCHASES];
/// Most products whose stock is read on demand at once; each costs a call of the shared minute.
const MOST_REFRESHED: usize = 40;

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// How the sync stands.
    pub fn sync_view(&self) -> SyncView {
        let mut view = self.plan.borrow().view(self.now());
        view.leader = self.leading.get();
        view
    }

    /// The last runs that have ended, the newest first.
    pub fn sync_history(&self) -> Vec<RunView> {
        self.plan.borrow().history().to_vec()
    }

    /// Starts the cadence.
    pub fn start_sync(&self) {
        self.plan.borrow_mut().start();
        self.syncing.set(true);
        self.tell_sync();
        self.sync_bell.ring();
    }

    /// Ends the cadence after the page that is being read.
    pub fn stop_sync(&self) {
        self.plan.borrow_mut().stop();
        self.syncing.set(false);
        self.tell_sync();
        self.sync_bell.ring();
    }

    /// Asks for a run at once, reference books included.
    pub fn sync_now(&self) {
        self.plan.borrow_mut().run_now(self.now());
        self.run_soon();
    }

    fn run_soon(&self) {
        self.syncing.set(true);
        self.tell_sync();
        self.sync_bell.ring();
    }

    /// This tab reads for all from now on. Returns whether that is new.
    pub fn lead(&self) -> bool {
        let new = !self.leading.replace(true);
        self.sync_bell.ring();
        new
    }

    /// Reads from Cin7 whenever it is due, for as long as the tab lives and leads.
    pub async fn run_sync(&self) {
        // Another tab may have led before and gone further. Loading everything again would keep searches waiting.
        if !self.is_current().await.unwrap_or(false) && self.reload().await.is_ok() {
            self.tell(Event::Records(EVERY_LIST.to_vec()));
        }
        loop {
            self.write_opened_details().await;
            self.list_confirmed().await;
            if !self.syncing.get() {
                self.sync_bell.rung().await;
                continue;
            }
            self.sync_step().await;
        }
    }

    /// Does what the plan asks for next.
    pub async fn sync_step(&self) {
        let step = self.plan.borrow_mut().next(self.now());
        match step {
            Step::Fetch { list, page, request } => {
                self.tell_sync();
                let asked = self.now();
                match self.net.send(request).await {
                    Ok(response) => self.page(list, page, asked, response).await,
                    Err(failure) => self.read_failed(&failure).await,
                }
            }
            Step::WaitUntil(until) => {
                let until = match self.read_more_details().await {
                    Ok(()) => return,
                    Err(again) => again.map_or(until, |again| again.min(until)),
                };
                self.tell_sync();
                self.sync_bell.rung_or(&self.around, Some(until)).await;
            }
            Step::Stopped => self.sync_bell.rung().await,
        }
    }

    async fn page(&self, list: List, page: u32, asked: Timestamp, response: Response) {
        if list == List::Sales
            && let Ok(keys) = self.vault.keys(Table::Orders, "").await
        {
            // Which sales came from quotes of this device. A vault that cannot be read now says what it said before.
            self.shelves.borrow_mut().own_orders = keys;
        }
        let taken = {
            let (mut shelves, mut plan) = (self.shelves.borrow_mut(), self.plan.borrow_mut());
            shelves.take(&mut plan, (list, page, asked), &response, self.now())
        };
        let (progress, batch) = match taken {
            Ok(taken) => taken,
            Err(NotTaken::NotUnderstood(what)) => return self.read_failed(&what.into()).await,
            Err(NotTaken::Corrupt(corrupt)) => return self.lost_track(&corrupt.to_string()).await,
        };
        let own_sales = std::mem::take(&mut self.shelves.borrow_mut().own_sales);
        self.seen_in_cin7(own_sales).await;
        // Before the cache: what it may lose must stand in the vault by then.
        let drifted = std::mem::take(&mut self.shelves.borrow_mut().drifted);
        self.keep_drifted(drifted).await;
        if self.save_with_plan(batch).await {
            self.tell_sync();
            if let Some(name) = changed_list(list, progress) {
                self.tell(Event::Records(vec![name]));
            }
            if progress.run_ended {
                self.forgive_refused_sales();
                self.compact().await;
                self.compact_feed().await;
            }
        }
    }

    async fn read_failed(&self, failure: &Failure) {
        let _: Progress = self.plan.borrow_mut().failed(failure, self.now(), self.around.chance());
        self.save_with_plan(Batch::relaxed()).await;
        self.tell_sync();
    }

    /// Commits a batch together with the plan's state, provided no other tab has moved it. Returns whether it was written.
    pub(crate) async fn save_with_plan(&self, batch: Batch) -> bool {
        self.plan.borrow_mut().count_saving();
        let state = crate::json::to_bytes(self.plan.borrow().state());
        let before = self.shelves.borrow().sync_bytes.clone();
        let batch = self.shelves.borrow_mut().log(batch, self.now());
        let batch = batch.expect(Table::Manifests, SYNC, before).put(Table::Manifests, SYNC, state.clone());
        match self.cache.commit(batch).await {
            Ok(()) => {
                self.shelves.borrow_mut().sync_bytes = Some(state);
                true
            }
            Err(error) if error.code == ErrorCode::Conflict => {
                // Another tab reads too. What it wrote stands; go on from there.
                if self.reload().await.is_err() {
                    self.around.sleep(1_000).await;
                }
                false
            }
            Err(error) => {
                self.lost_track(&error.message).await;
                false
            }
        }
    }

    /// Memory and cache have parted: what the cache holds counts, and the run ends with the reason.
    pub(crate) async fn lost_track(&self, why: &str) {
        let reloaded = self.reload().await;
        let words = match reloaded {
            Ok(()) => format!("What was read could not be stored: {why}"),
            Err(error) => format!("What was read could not be stored: {why} {}", error.message),
        };
        self.plan.borrow_mut().give_up(words, self.now());
        self.tell_sync();
    }

    /// Whether memory holds what the cache holds.
    async fn is_current(&self) -> Result<bool> {
        let stored = self.cache.get(Table::Manifests, SYNC).await?;
        Ok(stored == self.shelves.borrow().sync_bytes)
    }

    /// Loads everything from the cache again.
    pub(crate) async fn reload(&self) -> Result<()> {
        let (mut shelves, mut plan) = load(&self.cache, &self.vault, &self.settings, self.now()).await?;
        if !self.syncing.get() {
            plan.stop();
        }
        // What was read on demand is not stored; it is still the newest there is.
        let before = self.shelves.take();
        if let Some(as_of) = shelves.stock_as_of {
            shelves.stock.keep_newer(&before.stock, as_of, self.now());
        }
        self.shelves.replace(shelves);
        self.plan.replace(plan);
        Ok(())
    }

    /// The network is back: a sync that failed for want of it runs again, and orders that wait are looked at.
    pub fn online(&self) {
        if self.sync_view().failure.is_some() && self.syncing.get() {
            self.plan.borrow_mut().hasten(self.now());
            self.run_soon();
        }
        self.order_bell.ring();
        self.account_bell.ring();
        self.custody_bell.ring();
    }

    /// Another tab says that `event` happened; `key` names the order, account or company it was about.
    ///
    /// # Errors
    /// `storage`.
    pub async fn hinted(&self, event: &str, key: Option<&str>) -> Result<()> {
        if let ("order", Some(key)) = (event, key) {
            let order = self.order(key).await?;
            self.order_moved(key, order.state == "confirmed");
            self.tell_this_tab(Event::Order(Box::new(order)));
            self.order_bell.ring();
        } else if let ("account", Some(key)) = (event, key) {
            self.account_hinted(key).await?;
        } else if let ("quote", Some(key)) = (event, key) {
            self.quote_hinted(key).await?;
        } else if let ("company", Some(Ok(id))) = (event, key.map(str::parse)) {
            self.company_changed(id).await?;
            self.tell_this_tab(Event::Company(id));
            self.tell_this_tab(Event::Records(vec![CUSTOMERS, SUPPLIERS]));
        } else if matches!(event, "records" | "sync") && !self.leading.get() && !self.is_current().await? {
            self.reload().await?;
            self.tell_this_tab(Event::Sync(Box::new(self.sync_view())));
            self.tell_this_tab(Event::Records(EVERY_LIST.to_vec()));
        }
        Ok(())
    }

    /// Writes new bases where deltas have piled up. Segment by segment, so that a search need not wait for the whole.
    async fn compact(&self) {
        if self.shelves.borrow().products.wants_compaction() {
            let products = self.shelves.borrow().products.clone();
            let mut segments = Vec::new();
            for segment in products.compaction() {
                segments.push(segment);
                self.around.sleep(0).await;
            }
            let swap = self.shelves.borrow().manifests.products.replaced(PRODUCTS, segments.len(), products.len());
            let batch = with_swap(Batch::relaxed(), PRODUCTS, &swap, segments.clone());
            if self.save_with_plan(batch).await
                && let Ok(compacted) = Products::load(segments)
            {
                let mut shelves = self.shelves.borrow_mut();
                (shelves.products, shelves.manifests.products) = (compacted, swap.manifest);
            }
        }
        if self.shelves.borrow().companies.wants_compaction() {
            let companies = self.shelves.borrow().companies.clone();
            let mut segments = Vec::new();
            for segment in companies.compaction() {
                // A record that cannot be read stays where it is until it is fetched again.
                let Ok(segment) = segment else { return };
                segments.push(segment);
                self.around.sleep(0).await;
            }
            let swap = self.shelves.borrow().manifests.customers.replaced(CUSTOMERS, segments.len(), companies.len());
            let batch = with_swap(Batch::relaxed(), CUSTOMERS, &swap, segments.clone());
            if self.save_with_plan(batch).await
                && let Ok(compacted) = Companies::load(segments)
            {
                let mut shelves = self.shelves.borrow_mut();
                (shelves.companies, shelves.manifests.customers) = (compacted, swap.manifest);
            }
        }
        self.compact_sales().await;
    }

    async fn compact_sales(&self) {
        if !self.shelves.borrow().sales.wants_compaction() {
            return;
        }
        let sales = self.shelves.borrow().sales.clone();
        let mut segments = Vec::new();
        for segment in sales.compaction() {
            segments.push(segment);
            self.around.sleep(0).await;
        }
        let swap = self.shelves.borrow().manifests.sales.replaced(SALES, segments.len(), sales.len());
        let batch = with_swap(Batch::relaxed(), SALES, &swap, segments.clone());
        if self.save_with_plan(batch).await
            && let Ok(compacted) = Documents::load(segments)
        {
            let mut shelves = self.shelves.borrow_mut();
            (shelves.sales, shelves.manifests.sales) = (compacted, swap.manifest);
        }
    }

    /// Reads the stock of these products from Cin7 now, then says what their lines need to know.
    ///
    /// # Errors
    /// `unknown-customer`, `offline`, `rate-limited`, `cin7-refused`, `cin7-failed`; stock that was read before the failure
    /// is kept.
    pub async fn refresh_stock(
        &self,
        customer: &str,
        products: &[String],
        link: &str,
    ) -> Result<crate::desk::quotes::open::FreshFacts> {
        let mut asked: Vec<(Guid, String)> = Vec::new();
        for id in products {
            let Ok(id) = id.parse::<Guid>() else { continue };
            let product = self.shelves.borrow().products.get(id);
            if let Some(product) = product.filter(|product| product.is_counted() && !asked.iter().any(|(known, _)| *known == id))
            {
                asked.push((id, product.sku));
            }
        }
        asked.truncate(MOST_REFRESHED);
        for (id, sku) in asked {
            let began = self.now();
            let rows = self.stock_rows(&sku).await?;
            self.shelves.borrow_mut().stock.refresh(id, began, &rows);
        }
        self.tell(Event::Records(vec![STOCK]));
        self.quote_facts(customer, products, link).await
    }

    /// Every availability row that Cin7 finds for a SKU. Its filter matches by prefix, so there may be rows of others.
    async fn stock_rows(&self, sku: &str) -> Result<Vec<AvailabilityRow>> {
        let (mut rows, mut seen) = (Vec::new(), Vec::new());
        for page in 1_u32.. {
            let response = self.net.send(requests::stock(sku, page)).await?;
            let read = cin7::availability::page(&response.body).map_err(Failure::from)?;
            read.note("ref/productavailability", &mut seen).map_err(Failure::from)?;
            let before = rows.len();
            rows.extend(read.records);
            let all = read.total.is_some_and(|total| u64::try_from(rows.len()).unwrap_or(u64::MAX) >= total);
            if all || rows.len() == before || read.total.is_none() {
                break;
            }
        }
        Ok(rows)
    }

    pub(crate) fn tell_sync(&self) {
        self.tell(Event::Sync(Box::new(self.sync_view())));
    }
}

/// The list that a page has changed for those who look at it: a list of changes with every page, others at their end.
fn changed_list(list: List, progress: Progress) -> Option<&'static str> {
    match (list, progress.group) {
        (List::Customers, _) => Some(CUSTOMERS),
        (List::Suppliers, _) => Some(SUPPLIERS),
        (List::Products, _) => Some(PRODUCTS),
        (List::Sales, _) => Some(SALES),
        (List::Purchases, _) => Some(PURCHASES),
        (_, Some(Group::Stock)) => Some(STOCK),
        (_, Some(Group::Reference)) => Some(REFERENCES),
        _ => None,
    }
}
