//! What the desk holds in memory of the cache, and how it is loaded.

use crate::catalogue::manifest::{Manifest, prefix};
use crate::catalogue::{Companies, Corrupt, Documents, Feed, FeedKey, Products, Stock, StockBuilder};
use crate::cin7::reference::Books;
use crate::desk::cache::change_feed;
use crate::desk::cache::sales;
use crate::desk::customers::create;
use crate::desk::vault::company_overrides::{self, OwnFields};
use crate::error::{Error, ErrorCode, Result};
use crate::records::company::OnceCopied;
use crate::records::purchase::Purchase;
use crate::records::reference::References;
use crate::records::{Guid, Timestamp};
use crate::settings::Settings;
use crate::stock::ProductStock;
use crate::store::{Batch, Store, Table};
use crate::sync::{Group, SyncPlan, SyncState};
use std::collections::BTreeMap;

/// Key of the reference books in use.
pub(crate) const REFERENCES: &str = "references";
/// Key of the reference books being read.
pub(crate) const BOOKS: &str = "books";
/// Key of the planner's state.
pub(crate) const SYNC: &str = "sync";
/// Lists of segments, and the keys of their manifests.
pub(crate) const PRODUCTS: &str = "products";
/// See [`PRODUCTS`].
pub(crate) const CUSTOMERS: &str = "customers";
/// What screens call the suppliers; they are kept in the segments of [`CUSTOMERS`].
pub(crate) const SUPPLIERS: &str = "suppliers";
/// See [`PRODUCTS`].
pub(crate) const STOCK: &str = "stock";
/// See [`PRODUCTS`].
pub(crate) const SALES: &str = "sales";
/// Key of the purchases that are on their way.
pub(crate) const PURCHASES: &str = "purchases";
/// Pages of the availability list, set aside until the last has come.
pub(crate) const STOCK_STAGED: &str = "stock-staged";
/// How often the cache is read anew when another tab writes it meanwhile, before that is an error.
const TRIES: u32 = 100;

/// The cache, in memory.
#[derive(Debug, Default)]
pub(crate) struct Shelves {
    pub(crate) references: Option<References>,
    /// Reference books as far as this run has read them.
    pub(crate) books: Books,
    pub(crate) products: Products,
    /// Descriptions that were edited here since the products were read.
    pub(crate) edited_products: BTreeMap<Guid, String>,
    pub(crate) companies: Companies,
    /// The CRM's own fields of companies, as the vault holds them.
    pub(crate) own: OwnFields,
    /// Fields that the last page has shown to differ from Cin7's, not yet in the vault.
    pub(crate) drifted: Vec<(Guid, OnceCopied)>,
    pub(crate) stock: Stock,
    pub(crate) stock_as_of: Option<Timestamp>,
    /// Sales of any origin, their headers and what their details come to.
    pub(crate) sales: Documents,
    /// Purchases that are on their way.
    pub(crate) purchases: Vec<Purchase>,
    /// The same as the log of changes knows them.
    pub(crate) told_purchases: Vec<Purchase>,
    /// The keys of this device's orders, as the vault had them when a page of sales was last taken over.
    pub(crate) own_orders: Vec<String>,
    /// Sales that the last page lists as standing under the key of one of these orders.
    pub(crate) own_sales: Vec<(String, Guid)>,
    /// The full read of stock that is under way.
    pub(crate) staged: StockBuilder,
    /// The keys of its pages.
    pub(crate) staged_keys: Vec<String>,
    /// When that read began.
    pub(crate) staged_since: Option<Timestamp>,
    pub(crate) manifests: Manifests,
    /// The log of changes, and its bytes as the cache holds them; none before the first change.
    pub(crate) feed: Option<Feed>,
    /// Records that the batch under way changes, for the log.
    pub(crate) changed: Vec<FeedKey>,
    /// See `feed`; what a batch that adds to it expects to find.
    pub(crate) feed_bytes: Option<Vec<u8>>,
    /// The last number of the log that is known to be on the disk.
    pub(crate) feed_lasts: u64,
    /// The planner's state as the cache holds it; what a batch expects to find.
    pub(crate) sync_bytes: Option<Vec<u8>>,
}

/// The manifest of each list of segments.
#[derive(Debug, Default)]
pub(crate) struct Manifests {
    pub(crate) products: Manifest,
    pub(crate) customers: Manifest,
    pub(crate) stock: Manifest,
    pub(crate) sales: Manifest,
}

impl Shelves {
    /// The reference books.
    ///
    /// # Errors
    /// `not-ready` before they were read.
    pub(crate) fn references(&self) -> Result<&References> {
        self.references
            .as_ref()
            .ok_or_else(|| Error::new(ErrorCode::NotReady, "Cin7's price tiers, taxes and warehouses have not been read yet."))
    }

    /// Stock of one product, with its age.
    pub(crate) fn stock_of(&self, product: Guid) -> ProductStock {
        let as_of = self.stock.refreshed_at(product).or(self.stock_as_of);
        ProductStock { as_of, levels: self.stock.levels(product), claims: Vec::new() }
    }
}

/// Loads everything the cache holds. What is missing or damaged is left empty, and the plan is told to fetch it again.
///
/// # Errors
/// `storage` when cache or vault cannot be read at all.
pub(crate) async fn load<S: Store>(cache: &S, vault: &S, settings: &Settings, now: Timestamp) -> Result<(Shelves, SyncPlan)> {
    let mut loaded = read(cache, vault, settings, now).await;
    for _ in 1..TRIES {
        match &loaded {
            // Another tab wrote between two of the readings: what looks lost was only moved.
            Err(error) if error.code == ErrorCode::Conflict => loaded = read(cache, vault, settings, now).await,
            _ => break,
        }
    }
    loaded
}

async fn read<S: Store>(cache: &S, vault: &S, settings: &Settings, now: Timestamp) -> Result<(Shelves, SyncPlan)> {
    let mut shelves = Shelves { sync_bytes: cache.get(Table::Manifests, SYNC).await?, ..Shelves::default() };
    let state: Option<SyncState> = shelves.sync_bytes.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok());
    let mut plan = SyncPlan::restored(state, settings.pictures);
    let mut lost = Vec::new();

    let books: Option<Books> = json(cache, BOOKS).await?;
    match json(cache, REFERENCES).await? {
        Some(references) => shelves.references = Some(references),
        // Their first reading is still under way.
        None if books.is_some() && plan.as_of(Group::Reference).is_none() => {}
        None => plan.forget(Group::Reference),
    }
    shelves.books = books.unwrap_or_default();

    match segments(cache, PRODUCTS, plan.rows(Group::Products))
        .await?
        .and_then(|(manifest, kept)| Ok((Products::load(kept)?, manifest)))
    {
        Ok((products, manifest)) => (shelves.products, shelves.manifests.products) = (products, manifest),
        Err(_) => lost.push((Group::Products, PRODUCTS)),
    }
    match segments(cache, CUSTOMERS, plan.rows(Group::Customers) + plan.rows(Group::Suppliers))
        .await?
        .and_then(|(manifest, kept)| Ok((Companies::load(kept)?, manifest)))
    {
        Ok((companies, manifest)) => (shelves.companies, shelves.manifests.customers) = (companies, manifest),
        Err(_) => lost.push((Group::Customers, CUSTOMERS)),
    }
    match segments(cache, STOCK, plan.rows(Group::Stock)).await?.and_then(|(manifest, kept)| Ok((Stock::load(kept)?, manifest))) {
        Ok((stock, manifest)) => (shelves.stock, shelves.manifests.stock) = (stock, manifest),
        Err(_) => lost.push((Group::Stock, STOCK)),
    }
    match segments(cache, SALES, plan.rows(Group::Sales))
        .await?
        .and_then(|(manifest, kept)| Ok((Documents::load(kept)?, manifest)))
    {
        // One record written by another version means that all are.
        Ok((sales, manifest)) if sales.iter().next().is_none_or(|record| sales::read(record).is_some()) => {
            (shelves.sales, shelves.manifests.sales) = (sales, manifest);
        }
        _ => lost.push((Group::Sales, SALES)),
    }
    match json::<_, Vec<Purchase>>(cache, PURCHASES).await? {
        Some(purchases) => {
            shelves.told_purchases = purchases.clone();
            shelves.purchases = purchases;
        }
        None if plan.rows(Group::Purchases) == 0 => {}
        None => lost.push((Group::Purchases, PURCHASES)),
    }
    for (key, bytes) in cache.list(Table::Segments, &prefix(STOCK_STAGED)).await? {
        let number = key.rsplit('/').next().and_then(|number| number.parse().ok());
        let taken = number.is_some_and(|number| shelves.staged.add_staged(number, bytes).is_ok());
        shelves.staged_keys.push(key);
        if !taken && !lost.contains(&(Group::Stock, STOCK)) {
            lost.push((Group::Stock, STOCK));
        }
    }
    let all_here = lost.is_empty();
    for (group, list) in lost {
        plan.forget(group);
        if group == Group::Customers {
            plan.forget(Group::Suppliers);
        }
        clear(cache, list, shelves.sync_bytes.as_deref()).await?;
        if group == Group::Stock {
            clear(cache, STOCK_STAGED, shelves.sync_bytes.as_deref()).await?;
            shelves.staged = StockBuilder::default();
            shelves.staged_keys.clear();
        }
    }
    shelves.stock_as_of = plan.as_of(Group::Stock);
    shelves.own = company_overrides::load(vault).await?;
    // A record that cannot be read is reported by whoever looks at it.
    let _ = shelves.companies.set_own(shelves.own.iter());
    create::load(vault, &mut shelves).await?;
    change_feed::load(cache, &mut shelves, all_here, now).await?;
    Ok((shelves, plan))
}

/// A JSON record of the cache; one that cannot be read counts as absent.
async fn json<S: Store, R: serde::de::DeserializeOwned>(cache: &S, key: &str) -> Result<Option<R>> {
    Ok(cache.get(Table::Manifests, key).await?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// A list's manifest and the segments that it names, oldest first. A list of which no `rows` are known was never stored,
/// and is empty and whole.
async fn segments<S: Store>(cache: &S, list: &str, rows: u64) -> Result<Result<(Manifest, Vec<Vec<u8>>), Corrupt>> {
    let bytes = match cache.get(Table::Manifests, list).await? {
        Some(bytes) => bytes,
        None if rows == 0 => return Ok(Ok((Manifest::default(), Vec::new()))),
        None => return Ok(Err(Corrupt::Manifest)),
    };
    let manifest = match Manifest::from_bytes(&bytes) {
        Ok(manifest) => manifest,
        Err(corrupt) => return Ok(Err(corrupt)),
    };
    let mut present = cache.list(Table::Segments, &prefix(list)).await?;
    present.retain(|(key, _)| manifest.segments.contains(key));
    if present.len() != manifest.segments.len() {
        return Ok(Err(Corrupt::Manifest));
    }
    Ok(Ok((manifest, present.into_iter().map(|(_, bytes)| bytes).collect())))
}

/// Deletes a list's segments and manifest.
///
/// # Errors
/// `conflict` when the planner's state is not `sync` any more: then another tab has written since it was read.
async fn clear<S: Store>(cache: &S, list: &str, sync: Option<&[u8]>) -> Result<()> {
    let mut batch = Batch::relaxed().delete(Table::Manifests, list).expect(Table::Manifests, SYNC, sync.map(<[u8]>::to_vec));
    for key in cache.keys(Table::Segments, &prefix(list)).await? {
        batch = batch.delete(Table::Segments, key);
    }
    cache.commit(batch).await
}
