//! The application: what a CRM's page can ask of its desk, one line for each call.
//!
//! A use case is a function over a `Context`, in the room that it belongs to; nothing here decides. The desk runs the machines
//! (the sync planner, the outbox) and does what they ask: it fetches, stores, waits and tells. It knows nothing of browsers, so
//! the whole of it runs natively against simulated surroundings. From the roof down, each room using what is below it:
//!
//! - [`device`]: whose data is kept here, what is handed over, how it is wiped.
//! - [`sync`]: what reads Cin7 by itself.
//! - [`orders`]: confirmed, brought to Cin7, entered by hand, mended, found again.
//! - [`quotes`], [`customers`], [`sales`]: opened, shown, edited.
//! - [`products`], [`mod@reference`]: found, shown, edited.
//! - [`cache`]: what was read from Cin7, in memory and as the cache keeps it.
//! - [`vault`]: what is the CRM's own, and cannot be fetched again.
//! - [`context`], [`events`], `notify`, `today`: what every use case is given, and the way to tell.

pub mod cache;
pub mod context;
pub mod customers;
pub mod device;
pub mod events;
mod notify;
pub mod orders;
pub mod products;
pub mod quotes;
pub mod reference;
pub mod sales;
pub mod sync;
mod today;
pub mod vault;

use crate::account::AccountView;
use crate::desk::context::Context;
use crate::desk::customers::search::{CompanyList, CustomerHit};
use crate::desk::customers::view::CompanyView;
use crate::desk::device::change_feed::{Changes, ChangesAsk};
use crate::desk::device::export::{Unreadable, WorkExport};
use crate::desk::device::sign_out::{Unsent, UnsentWork};
use crate::desk::events::OrderElsewhere;
use crate::desk::products::search::ProductHit;
use crate::desk::products::view::ProductView;
use crate::desk::quotes::bundle::FreshFacts;
use crate::desk::reference::books::ReferenceView;
use crate::desk::sales::transactions::Transactions;
use crate::desk::sales::view::{SaleAsk, SaleList, SaleView};
use crate::desk::vault::quotes::QuoteSummary;
use crate::error::Result;
use crate::outbox::OrderView;
use crate::quote::{CustomerView, LineFacts, QuoteBundle, SaveAnswer};
use crate::records::matrix::MatrixCell;
use crate::records::reference::LedgerAccount;
use crate::records::sale::{Exposure, StandingSale};
use crate::records::{AccountId, Guid};
use crate::settings::Settings;
use crate::sync::{RunView, SyncView};
use crate::transport::Clock;

pub use context::{Environment, Surroundings};
pub use events::{Event, Listener, Reach};
pub use products::search::ProductAsk;

/// The opened desk of one tab.
pub struct Desk<E: Environment> {
    ctx: Context<E>,
}

impl<E: Environment> std::fmt::Debug for Desk<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("owner", &self.ctx.owner).finish_non_exhaustive()
    }
}

#[expect(clippy::missing_errors_doc, reason = "said where each call is answered")]
impl<E: Environment> Desk<E> {
    /// Opens a desk and loads what was synced before. `owner` names this tab; `emit` is called at every event.
    ///
    /// A cache that cannot be read is not an error: what is missing or damaged is fetched again.
    ///
    /// # Errors
    /// `storage` when the databases cannot be read at all.
    pub async fn open(
        cache: E::Store,
        vault: E::Store,
        net: E::Transport,
        around: E::Surroundings,
        settings: Settings,
        owner: String,
        emit: Listener,
    ) -> Result<Self> {
        let (shelves, plan) = cache::load::load(&cache, &vault, &settings, around.now()).await?;
        let ctx = Context::new((cache, vault, net, around), settings, owner, emit, shelves, plan);
        Ok(Self { ctx })
    }

    /// The database of quotes and orders.
    pub const fn vault(&self) -> &E::Store {
        &self.ctx.vault
    }

    /// The database of what can be fetched again.
    pub const fn cache(&self) -> &E::Store {
        &self.ctx.cache
    }

    /// The Cin7 account that it is for, as far as accounts are told apart and known.
    pub fn account(&self) -> Option<AccountId> {
        self.ctx.account()
    }

    /// The settings that it was opened with, defaults included.
    pub const fn settings(&self) -> &Settings {
        &self.ctx.settings
    }

    /// How the sync stands.
    pub fn sync_view(&self) -> SyncView {
        self.ctx.sync_view()
    }

    /// Asks Cin7 for default pictures whenever one is missing, for as long as the tab lives.
    pub async fn run_pictures(&self) {
        sync::product_images::run_pictures(&self.ctx).await;
    }

    /// The last runs that have ended, the newest first.
    pub fn sync_history(&self) -> Vec<RunView> {
        sync::runner::sync_history(&self.ctx)
    }

    /// Starts the cadence.
    pub fn start_sync(&self) {
        sync::runner::start_sync(&self.ctx);
    }

    /// Ends the cadence after the page that is being read.
    pub fn stop_sync(&self) {
        sync::runner::stop_sync(&self.ctx);
    }

    /// Asks for a run at once, reference books included.
    pub fn sync_now(&self) {
        sync::runner::sync_now(&self.ctx);
    }

    /// This tab reads for all from now on.
    pub fn lead(&self) -> bool {
        sync::runner::lead(&self.ctx)
    }

    /// Reads from Cin7 whenever it is due, for as long as the tab lives and leads.
    pub async fn run_sync(&self) {
        sync::runner::run_sync(&self.ctx).await;
    }

    /// Does what the plan asks for next.
    pub async fn sync_step(&self) {
        sync::runner::sync_step(&self.ctx).await;
    }

    /// The network is back: a sync that failed for want of it runs again, and orders that wait are looked at.
    pub fn online(&self) {
        sync::runner::online(&self.ctx);
    }

    /// Another tab says that `event` happened; `key` names the order, account or company it was about.
    pub async fn hinted(&self, event: &str, key: Option<&str>) -> Result<()> {
        sync::other_tabs::hinted(&self.ctx, event, key).await
    }

    /// Changes the description of a product, named by id, as this tab shows it; `edit` is JSON.
    pub fn edit_product(&self, id: &str, edit: &str) -> Result<ProductView> {
        products::edit::edit_product(&self.ctx, id, edit)
    }

    /// The best matches among products that may be sold, priced.
    pub fn search_products(&self, query: &str, ask: &ProductAsk) -> Result<Vec<ProductHit>> {
        products::search::search_products(&self.ctx, query, ask)
    }

    /// One product, named by SKU or id.
    pub fn product(&self, named: &str) -> Result<ProductView> {
        products::view::product_view(&self.ctx, named)
    }

    /// The categories of what may be sold, in order.
    pub fn categories(&self) -> Vec<String> {
        products::view::categories(&self.ctx)
    }

    /// A link in the place of one that did not load: Cin7's expire.
    pub async fn renew_picture(&self, id: &str, lost: &str) -> Result<Option<String>> {
        products::pictures::renew_picture(&self.ctx, id, lost).await
    }

    /// What screens choose from: only what may be chosen.
    pub fn reference_view(&self) -> Result<ReferenceView> {
        reference::books::reference_view(&self.ctx)
    }

    /// The accounts of the account book, in order of their codes.
    pub async fn ledger_accounts(&self) -> Result<Vec<LedgerAccount>> {
        reference::chart_of_accounts::ledger_accounts(&self.ctx).await
    }

    /// Takes the form of a new customer (`AccountForm` as JSON text), checks it whole and stores it strictly; it is brought to
    /// Cin7 from then on.
    pub async fn create_account(&self, form: &str) -> Result<AccountView> {
        customers::create::create_account(&self.ctx, form).await
    }

    /// Every account whose form was taken here, the last first.
    pub async fn accounts(&self) -> Result<Vec<AccountView>> {
        customers::create::account_views(&self.ctx).await
    }

    /// Tries an account again now; Cin7 is looked through for its name first.
    pub async fn retry_account(&self, key: &str) -> Result<AccountView> {
        customers::create::retry_account(&self.ctx, key).await
    }

    /// The customer with this id, which Cin7 has under the account's name, is the one that was meant: nothing is made.
    pub async fn use_found_customer(&self, key: &str, id: &str) -> Result<AccountView> {
        customers::create::use_found_customer(&self.ctx, key, id).await
    }

    /// Forgets an account of which nothing was made and nothing is on its way.
    pub async fn forget_account(&self, key: &str) -> Result<()> {
        customers::create::forget_account(&self.ctx, key).await
    }

    /// Brings accounts to Cin7, one after the other, for as long as the tab lives.
    pub async fn run_accounts(&self) {
        customers::create::run_accounts(&self.ctx).await;
    }

    /// The best matches among customers and suppliers, retired ones too; for an empty text, the first by name.
    pub fn search_companies(&self, text: &str, ask: &str) -> Result<CompanyList> {
        customers::search::search_companies(&self.ctx, text, ask)
    }

    /// One company in full.
    pub fn company_view(&self, id: &str) -> Result<CompanyView> {
        customers::view::company_view(&self.ctx, id)
    }

    /// Changes the CRM's own fields of a company (`edit` is JSON of `CompanyEdit`).
    pub async fn edit_company(&self, id: &str, edit: &str) -> Result<CompanyView> {
        customers::edit::edit_company(&self.ctx, id, edit).await
    }

    /// Takes Cin7's word for one of the fields that do not travel: `name`, `phone`, `mainAddress` or `contacts`.
    pub async fn accept_company(&self, id: &str, field: &str) -> Result<CompanyView> {
        customers::edit::accept_company(&self.ctx, id, field).await
    }

    /// The best matches among customers that may be quoted.
    pub fn search_customers(&self, query: &str, limit: usize) -> Result<Vec<CustomerHit>> {
        customers::search::search_customers(&self.ctx, query, limit)
    }

    /// One customer.
    pub fn customer(&self, id: &str) -> Result<CustomerView> {
        customers::search::customer_view(&self.ctx, id)
    }

    /// Sales of any origin, newest first.
    pub fn sales(&self, ask: &SaleAsk) -> Result<SaleList> {
        sales::show::sale_list(&self.ctx, ask)
    }

    /// One sale, with the details that are kept of it; those of a sale that nothing is kept of are read from Cin7 now.
    pub async fn sale(&self, id: &str) -> Result<SaleView> {
        sales::show::sale_view(&self.ctx, id).await
    }

    /// As [`Self::sale`], with the details as they stand in Cin7 now unless those that are kept are of the sale's last state.
    pub async fn refresh_sale(&self, id: &str) -> Result<SaleView> {
        sales::show::refreshed_sale_view(&self.ctx, id).await
    }

    /// A part of the ledger of a customer, or of all: after `limit` rows no further sale is begun.
    pub async fn transactions(&self, customer: Option<Guid>, from: usize, limit: usize) -> Result<Transactions> {
        sales::transactions::transactions(&self.ctx, customer, from, limit).await
    }

    /// What a customer owes, named by id as callers give it.
    pub fn exposure_of(&self, customer: &str) -> Result<Exposure> {
        sales::transactions::exposure_of(&self.ctx, customer)
    }

    /// Starts the quote with this link for a customer, or opens the one that is kept under it.
    pub async fn create_quote(&self, link: &str, customer: &str) -> Result<QuoteBundle> {
        quotes::open::create_quote(&self.ctx, link, customer).await
    }

    /// Opens the quote that is kept under this link.
    pub async fn open_quote(&self, link: &str) -> Result<QuoteBundle> {
        quotes::open::open_quote(&self.ctx, link).await
    }

    /// The quote with this link where it was written again since `revision`; `None` where it was not, or is not kept here.
    pub async fn newer_quote(&self, link: &str, revision: u32) -> Result<Option<QuoteBundle>> {
        quotes::open::newer_quote(&self.ctx, link, revision).await
    }

    /// Writes a quote down, given as its document; `gross` is what it comes to, for the list of quotes.
    pub async fn save_quote(&self, document: &str, gross: &str, base: Option<u32>) -> Result<SaveAnswer> {
        quotes::store::save_quote(&self.ctx, document, gross, base).await
    }

    /// Every quote kept here, the last changed first.
    pub async fn quotes(&self) -> Result<Vec<QuoteSummary>> {
        quotes::open::quote_summaries(&self.ctx).await
    }

    /// Forgets a quote.
    pub async fn remove_quote(&self, link: &str) -> Result<()> {
        quotes::store::remove_quote(&self.ctx, link).await
    }

    /// What a new line for this customer needs to know of a product, named by SKU or id.
    pub fn line_facts(&self, customer: &str, product: &str, link: &str) -> Result<LineFacts> {
        quotes::line_facts::line_facts(&self.ctx, customer, product, link)
    }

    /// What the lines of a quote need to know now; products that are no longer known are left out.
    pub async fn quote_facts(&self, customer: &str, products: &[String], link: &str) -> Result<FreshFacts> {
        quotes::line_facts::quote_facts(&self.ctx, customer, products, link).await
    }

    /// Reads the stock of these products from Cin7 now, then says what their lines need to know.
    pub async fn refresh_stock(&self, customer: &str, products: &[String], link: &str) -> Result<FreshFacts> {
        quotes::fresh_stock::refresh_stock(&self.ctx, customer, products, link).await
    }

    /// Looks what waits on other devices, for as long as the tab lives.
    pub async fn run_custody(&self) {
        orders::custody::run_custody(&self.ctx).await;
    }

    /// The orders of this user that other devices have and that have not ended, oldest first, as they were last read.
    pub fn orders_elsewhere(&self) -> Vec<OrderElsewhere> {
        orders::custody::orders_elsewhere(&self.ctx)
    }

    /// Goes on here with an order of another device: at once, or else only when that one has been silent.
    pub async fn take_over(&self, key: &str, at_once: bool) -> Result<OrderView> {
        orders::custody::take_over(&self.ctx, key, at_once).await
    }

    /// Marks an order as entered in Cin7 by hand; `ask` is JSON (`EnteredByHand`).
    pub async fn enter_by_hand(&self, key: &str, ask: &str) -> Result<OrderView> {
        orders::manual_entry::enter_by_hand(&self.ctx, key, ask).await
    }

    /// Takes that back; `ask` is JSON, without a number.
    pub async fn undo_by_hand(&self, key: &str, ask: &str) -> Result<OrderView> {
        orders::manual_entry::undo_by_hand(&self.ctx, key, ask).await
    }

    /// Opens the quote with this link for editing again, whose order Cin7 refused.
    pub async fn mend_quote(&self, link: &str) -> Result<QuoteBundle> {
        orders::mending::mend_quote(&self.ctx, link).await
    }

    /// Asks Cin7 which sales bear this quote's link in any letter case, or the one that earlier versions gave it.
    pub async fn look_up_quote(&self, link: &str) -> Result<Vec<StandingSale>> {
        orders::recovery::look_up_quote(&self.ctx, link).await
    }

    /// Opens a quote for editing again whose order was voided in Cin7.
    pub async fn order_again(&self, link: &str) -> Result<QuoteBundle> {
        orders::reorder::order_again(&self.ctx, link).await
    }

    /// Confirms a quote, given as its document: runs every check, freezes the payload and stores it strictly.
    pub async fn confirm(&self, document: &str, base: Option<u32>) -> Result<OrderView> {
        orders::confirm::confirm(&self.ctx, document, base).await
    }

    /// Every order kept here, the last confirmed first.
    pub async fn orders(&self) -> Result<Vec<OrderView>> {
        orders::show::order_views(&self.ctx).await
    }

    /// One order.
    pub async fn order(&self, key: &str) -> Result<OrderView> {
        orders::show::order_view(&self.ctx, key).await
    }

    /// Tries an order again now.
    pub async fn retry_order(&self, key: &str) -> Result<OrderView> {
        orders::runner::retry_order(&self.ctx, key).await
    }

    /// Brings orders to Cin7, for as long as the tab lives.
    pub async fn run_orders(&self) {
        orders::runner::run_orders(&self.ctx).await;
    }

    /// The changes after a sequence number.
    pub async fn changes(&self, ask: ChangesAsk) -> Result<Changes> {
        device::change_feed::changes(&self.ctx, ask).await
    }

    /// Hands over orders: those with these keys, or every one that waits, and then also what cannot be read.
    pub async fn export_orders(&self, keys: Option<Vec<String>>) -> Result<WorkExport> {
        device::export::export_orders(&self.ctx, keys).await
    }

    /// Hands over quotes that are not ordered: those with these links, or all of them, and then also what cannot be read.
    pub async fn export_quotes(&self, links: Option<Vec<String>>) -> Result<WorkExport> {
        device::export::export_quotes(&self.ctx, links).await
    }

    /// Orders and quotes that are kept here and cannot be read.
    pub async fn unreadable(&self) -> Result<Vec<Unreadable>> {
        device::export::unreadable_work(&self.ctx).await
    }

    /// What is kept here and nowhere else: leaving this device would lose it.
    pub async fn unsent(&self) -> Result<UnsentWork> {
        device::sign_out::unsent_work(&self.ctx).await
    }

    /// Wipes what is kept on this device.
    pub async fn leave(&self, unsent: Unsent) -> Result<()> {
        device::sign_out::sign_out(&self.ctx, unsent).await
    }

    /// What a company is to each category that it is aware of, in order of their names.
    pub async fn matrix(&self, company: &str) -> Result<Vec<MatrixCell>> {
        vault::category_matrix::category_matrix(&self.ctx, company).await
    }

    /// Tells when another day has begun, for as long as the tab lives.
    pub async fn run_days(&self) {
        today::run_days(&self.ctx).await;
    }
}
