//! What the desk holds in memory of the cache, and how it is loaded.

use std::collections::BTreeMap;

use crate::catalogue::manifest::{Manifest, Swap};
use crate::catalogue::{Companies, Documents, Feed, FeedKey, Products, Stock, StockBuilder};
use crate::cin7::reference::Books;
use crate::error::{Error, ErrorCode, Result};
use crate::records::company::OnceCopied;
use crate::records::purchase::Purchase;
use crate::records::reference::References;
use crate::records::{Guid, Timestamp};
use crate::stock::ProductStock;
use crate::store::{Batch, Table};

/// Adds a swap of segments to a batch.
pub(crate) fn with_swap(mut batch: Batch, list: &str, swap: &Swap, segments: Vec<Vec<u8>>) -> Batch {
    for key in &swap.deletes {
        batch = batch.delete(Table::Segments, key);
    }
    for (key, bytes) in swap.writes.iter().zip(segments) {
        batch = batch.put(Table::Segments, key, bytes);
    }
    batch.put(Table::Manifests, list, swap.manifest.to_bytes())
}

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

/// What is kept, by company.
pub(crate) type OwnFields = BTreeMap<Guid, OnceCopied>;
