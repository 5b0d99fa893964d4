//! The change feed: what the CRM's own server reads to keep its copy of everything imported.
//!
//! Durable, ordered, at least once, idempotent by key. An entry is stored in the same batch as the record it speaks of; a
//! reader is given each record as it is now, which may be newer than its entry, never older. Where the log is lost, or a
//! part of the cache that it speaks of, a new one begins that names everything here: readers are told so by `reset`.

use crate::catalogue::feed::{self, Entry, Feed, PREFIX, Written};
use crate::catalogue::{Corrupt, FeedKey, Subject};
use crate::desk::cache::state::Shelves;
use crate::desk::sales::transactions::{TransactionRow, row};
use crate::desk::sales::view::SaleView;
use crate::desk::{Desk, Surroundings};
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::json;
use crate::money::Quantity;
use crate::records::availability::StockLevel;
use crate::records::product::{Product, ProductStatus};
use crate::records::purchase::{Arriving, arriving, moved};
use crate::records::sale::{Sale, SaleDetails};
use crate::records::{AccountId, Day, Guid, Timestamp};
use crate::store::{Batch, Store, Table};
use crate::transport::Transport;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// Key of the log of changes.
pub(crate) const FEED: &str = "feed";
/// Most changes that one reading may ask for.
const MOST_CHANGES: usize = 5000;
/// How often the log is read anew when another tab is tidying it up meanwhile.
const TRIES: u32 = 3;

/// What a reader of the feed asks for: `ChangesAsk` in `types.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangesAsk {
    /// The sequence number up to which the reader has read; 0 for nothing.
    pub after: u64,
    /// How many changes at most.
    pub limit: usize,
}

impl ChangesAsk {
    /// Reads an ask from JSON text.
    ///
    /// # Errors
    /// `invalid-input` with everything that is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        let Ok(Value::Object(given)) = serde_json::from_str::<Value>(text) else {
            return Err(Error::invalid("ask", "This is not a plain object."));
        };
        let mut ask = Self { after: 0, limit: 500 };
        let mut details = Vec::new();
        let most = u64::try_from(MOST_CHANGES).unwrap_or(0);
        for (name, value) in given {
            match (name.as_str(), value.as_u64()) {
                ("after", Some(after)) => ask.after = after,
                ("limit", Some(limit)) if (1..=most).contains(&limit) => ask.limit = usize::try_from(limit).unwrap_or(1),
                _ => details.push(Detail::new(name, format!("{value} is not something the feed can be asked for"))),
            }
        }
        if details.is_empty() {
            Ok(ask)
        } else {
            Err(Error::with_details(ErrorCode::InvalidInput, "The feed cannot be read like that.", details))
        }
    }
}

/// JSON that was written before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw(pub String);

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let json: &RawValue = serde_json::from_str(&self.0).map_err(S::Error::custom)?;
        json.serialize(serializer)
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Grows from change to change.
    pub sequence: u64,
    /// What it is about.
    pub kind: Subject,
    /// Names the record among those of its kind.
    pub key: String,
    /// The record as it is now; `None` when it is gone.
    pub record: Option<Raw>,
}

/// A part of the feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// The Cin7 account that all of this is of, as far as accounts are told apart and known.
    pub account: Option<AccountId>,
    /// In order of their sequence numbers.
    pub changes: Vec<Change>,
    /// What to ask on from.
    pub last: u64,
    /// Whether there is more by now.
    pub more: bool,
    /// Whether the number asked from is not of this feed, so that this part is the first of all.
    pub reset: bool,
}

/// A product: `ProductRecord` in `types.ts`.
#[derive(Serialize)]
struct ProductRecord<'a> {
    deprecated: bool,
    #[serde(flatten)]
    product: &'a Product,
}

/// Stock of one product at one location: `StockRecord` in `types.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LevelRecord {
    location: String,
    on_hand: Quantity,
    allocated: Quantity,
    available: Quantity,
    on_order: Quantity,
    in_transit: Quantity,
}

/// More of a product that is on its way: a part of `StockRecord` in `changes.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArrivingRecord {
    location: String,
    quantity: Quantity,
    day: Option<Day>,
    purchases: Vec<String>,
}

/// See [`LevelRecord`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StockRecord {
    product_id: Guid,
    levels: Vec<LevelRecord>,
    arriving: Vec<ArrivingRecord>,
}

/// Records under SKUs that were given up: `RenamedRecord` in `changes.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RenamedRecord {
    product_id: Guid,
    records: Vec<Raw>,
}

/// A sale with its ledger: `SaleRecord` in `changes.ts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SaleRecord {
    sale: SaleView,
    transactions: Vec<TransactionRow>,
}

/// Reads the log; begins a new one where it is lost or `all_here` says that a list it speaks of is.
///
/// # Errors
/// `storage`.
pub(crate) async fn load<S: Store>(cache: &S, shelves: &mut Shelves, all_here: bool, now: Timestamp) -> Result<()> {
    shelves.feed_bytes = cache.get(Table::Manifests, FEED).await?;
    shelves.feed = shelves.feed_bytes.as_deref().and_then(|bytes| Feed::from_bytes(bytes).ok());
    if (all_here && shelves.feed.is_some()) || (shelves.feed_bytes.is_none() && shelves.is_bare()) {
        return Ok(());
    }
    let (feed, bytes) = restarted(cache, shelves.everything(), shelves.feed_bytes.clone(), now).await?;
    (shelves.feed, shelves.feed_bytes) = (feed, bytes);
    Ok(())
}

/// Begins a new log of these records in place of the one that stands there as `before`. Should another tab do the same, its
/// log is left to stand. Returns the log that stands, and its bytes.
async fn restarted<S: Store>(
    cache: &S,
    everything: Vec<FeedKey>,
    before: Option<Vec<u8>>,
    now: Timestamp,
) -> Result<(Option<Feed>, Option<Vec<u8>>)> {
    let mut feed = Feed::begun(now);
    let written = feed.append(everything);
    let bytes = feed.to_bytes();
    let mut batch = Batch::relaxed().expect(Table::Manifests, FEED, before);
    for key in cache.keys(Table::Segments, PREFIX).await? {
        batch = batch.delete(Table::Segments, key);
    }
    match cache.commit(with_chunks(batch, &bytes, written)).await {
        Ok(()) => Ok((Some(feed), Some(bytes))),
        Err(error) if error.code == ErrorCode::Conflict => {
            let stands = cache.get(Table::Manifests, FEED).await?;
            Ok((stands.as_deref().and_then(|bytes| Feed::from_bytes(bytes).ok()), stands))
        }
        Err(error) => Err(error),
    }
}

fn with_chunks(mut batch: Batch, bytes: &[u8], written: Written) -> Batch {
    for (key, chunk) in written {
        batch = batch.put(Table::Segments, key, chunk);
    }
    batch.put(Table::Manifests, FEED, bytes.to_vec())
}

impl Shelves {
    /// Whether nothing that the feed speaks of is here.
    fn is_bare(&self) -> bool {
        self.references.is_none()
            && self.companies.is_empty()
            && self.products.is_empty()
            && self.stock.is_empty()
            && self.sales.is_empty()
            && self.purchases.is_empty()
    }

    /// The key of every record here.
    fn everything(&self) -> Vec<FeedKey> {
        let references = self.references.iter().map(|_| FeedKey::REFERENCES);
        let companies = self.companies.ids().map(|id| FeedKey::of(Subject::Company, id));
        let products = self.products.iter().map(|product| FeedKey::of(Subject::Product, product.id()));
        let stock = self.stock.ids().map(|id| FeedKey::of(Subject::Stock, id));
        let sales = self.sales.ids().map(|id| FeedKey::of(Subject::Sale, id));
        let arriving = moved(&[], &self.purchases).into_iter().map(|id| FeedKey::of(Subject::Stock, id));
        let renamed = self.products.renamed().map(|(old, _)| FeedKey::of(Subject::Renamed, old.id()));
        references.chain(companies).chain(products).chain(stock).chain(sales).chain(arriving).chain(renamed).collect()
    }

    /// The CRM's name of a company that is known here.
    pub(crate) fn own_name(&self, id: Guid) -> Option<String> {
        self.companies.get(id).ok().flatten().map(|company| company.own.name)
    }

    /// Says that the sales of these customers have changed, because they show their customer's name.
    pub(crate) fn note_sales_of(&mut self, mut customers: Vec<Guid>) {
        if !customers.is_empty() {
            customers.sort();
            let sales = self.sales.ids_of(&customers);
            self.note(Subject::Sale, sales);
        }
    }

    fn sale_record(&self, sale: Sale, details: Option<SaleDetails>) -> SaleRecord {
        let name = self.summary(sale.clone()).customer_name;
        let current = details.as_ref().is_some_and(|details| details.of == sale.head.updated);
        let transactions = match &details {
            Some(details) if !sale.voided() => {
                details.transactions(&sale).into_iter().map(|transaction| row(&sale, &name, transaction)).collect()
            }
            _ => Vec::new(),
        };
        SaleRecord { transactions, sale: self.view(sale, details, current, None) }
    }

    /// Says that these records have changed; the batch that holds them takes the entries along.
    pub(crate) fn note(&mut self, subject: Subject, ids: impl IntoIterator<Item = Guid>) {
        self.changed.extend(ids.into_iter().map(|id| FeedKey::of(subject, id)));
    }

    /// Adds what was noted to the log, by the batch.
    pub(crate) fn log(&mut self, batch: Batch, now: Timestamp) -> Batch {
        let changed = std::mem::take(&mut self.changed);
        if changed.is_empty() {
            return batch;
        }
        let mut feed = self.feed.take().unwrap_or_else(|| Feed::begun(now));
        let written = feed.append(changed);
        let bytes = feed.to_bytes();
        self.feed = Some(feed);
        let before = self.feed_bytes.replace(bytes.clone());
        with_chunks(batch.expect(Table::Manifests, FEED, before), &bytes, written)
    }
}

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// The changes after a sequence number.
    ///
    /// # Errors
    /// `storage`.
    pub async fn changes(&self, ask: ChangesAsk) -> Result<Changes> {
        let mut seen = None;
        for _ in 0..TRIES {
            let stored = self.cache.get(Table::Manifests, FEED).await?;
            let Some(feed) = stored.as_deref().and_then(|bytes| Feed::from_bytes(bytes).ok()) else {
                let account = self.account();
                return Ok(Changes { account, changes: Vec::new(), last: 0, more: false, reset: ask.after > 0 });
            };
            // Records are read from memory, so memory must be as far as the log is.
            if self.shelves.borrow().feed.as_ref().is_none_or(|mine| feed.is_ahead_of(mine)) {
                self.reload().await?;
            }
            let reset = feed.offset_of(ask.after).is_none();
            let after = feed.offset_of(ask.after).unwrap_or(0);
            match self.entries_after(&feed, after, ask.limit).await? {
                Ok(entries) => {
                    if entries.is_empty() || self.made_lasting(&feed, stored).await? {
                        return self.told(&feed, &entries, ask, reset).await;
                    }
                    seen = None;
                }
                // Another tab may have put the chunks together in the meantime; if none has, a chunk is lost.
                Err(Corrupt::Manifest) if seen != stored => seen = stored,
                Err(_) => {
                    let (everything, before) = {
                        let shelves = self.shelves.borrow();
                        (shelves.everything(), shelves.feed_bytes.clone())
                    };
                    let (feed, bytes) = restarted(&self.cache, everything, before, self.now()).await?;
                    let mut shelves = self.shelves.borrow_mut();
                    (shelves.feed, shelves.feed_bytes) = (feed, bytes);
                }
            }
        }
        Err(Error::new(ErrorCode::Storage, "The feed of changes cannot be read at the moment."))
    }

    /// Sees to it that the log as it stands outlives a loss of power. Its numbers would be given to other changes otherwise, and
    /// a reader who has been told the lost ones would pass over those. `false` when another tab has written meanwhile.
    async fn made_lasting(&self, feed: &Feed, stored: Option<Vec<u8>>) -> Result<bool> {
        if self.shelves.borrow().feed_lasts == feed.end() || crate::planted::has("feed may be forgotten") {
            return Ok(true);
        }
        let bytes = stored.clone().unwrap_or_default();
        match self.cache.commit(Batch::strict().expect(Table::Manifests, FEED, stored).put(Table::Manifests, FEED, bytes)).await {
            Ok(()) => {
                self.shelves.borrow_mut().feed_lasts = feed.end();
                Ok(true)
            }
            Err(error) if error.code == ErrorCode::Conflict => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Entries of the log after an offset: one more than `limit` when there are more.
    async fn entries_after(&self, feed: &Feed, after: u32, limit: usize) -> Result<std::result::Result<Vec<Entry>, Corrupt>> {
        let mut found = Vec::new();
        for key in feed.chunks_after(after) {
            let Some(bytes) = self.cache.get(Table::Segments, &key).await? else { return Ok(Err(Corrupt::Manifest)) };
            match feed::entries(bytes) {
                Ok(entries) => found.extend(entries.into_iter().filter(|entry| entry.offset > after)),
                Err(corrupt) => return Ok(Err(corrupt)),
            }
            if found.len() > limit {
                break;
            }
        }
        found.truncate(limit.saturating_add(1));
        Ok(Ok(found))
    }

    async fn told(&self, feed: &Feed, entries: &[Entry], ask: ChangesAsk, reset: bool) -> Result<Changes> {
        let more = entries.len() > ask.limit;
        let mut changes = Vec::new();
        for entry in entries.iter().take(ask.limit) {
            let key = match entry.key.subject {
                Subject::References => "references".to_owned(),
                _ => entry.key.id.to_string(),
            };
            let record = self.record(entry.key).await?.map(Raw);
            changes.push(Change { sequence: feed.sequence(entry.offset), kind: entry.key.subject, key, record });
        }
        let last = match changes.last() {
            Some(change) if more => change.sequence,
            _ => feed.end(),
        };
        Ok(Changes { account: self.account(), changes, last, more, reset })
    }

    /// A record as the feed gives it; `None` when there is none.
    async fn record(&self, key: FeedKey) -> Result<Option<String>> {
        if key.subject == Subject::Sale {
            let details = self.kept_details(key.id).await?;
            let shelves = self.shelves.borrow();
            return Ok(shelves.sale(key.id).map(|sale| json::to_text(&shelves.sale_record(sale, details))));
        }
        let shelves = self.shelves.borrow();
        match key.subject {
            Subject::References if shelves.references.is_none() => Ok(None),
            Subject::References => Ok(Some(json::to_text(&self.reference_view()?))),
            Subject::Company => {
                let company =
                    shelves.companies.get(key.id).map_err(|corrupt| crate::desk::products::search::damaged(&corrupt))?;
                Ok(company.map(|company| json::to_text(&company)))
            }
            Subject::Product => Ok(shelves.products.get(key.id).map(|product| self.product_record(product))),
            Subject::Renamed => {
                let old = shelves.products.given_up(key.id);
                let records: Vec<Raw> = old.into_iter().map(|product| Raw(self.product_record(product))).collect();
                let record = RenamedRecord { product_id: key.id, records };
                Ok(if record.records.is_empty() { None } else { Some(json::to_text(&record)) })
            }
            Subject::Stock => {
                let levels: Vec<LevelRecord> = shelves.stock.full_levels(key.id).into_iter().map(level_record).collect();
                let arriving = arriving(&shelves.purchases, key.id, Day::FIRST).into_iter().map(arriving_record).collect();
                let record = StockRecord { product_id: key.id, levels, arriving };
                Ok(if record.levels.is_empty() && record.arriving.is_empty() { None } else { Some(json::to_text(&record)) })
            }
            Subject::Sale => Ok(None),
        }
    }

    /// A product as copies read it: `ProductRecord` in `changes.ts`. `deprecated` was a field before `status` was, and none is ever left out.
    fn product_record(&self, mut product: Product) -> String {
        if !self.settings.show_cost {
            product.average_cost = None;
        }
        json::to_text(&ProductRecord { deprecated: product.status == ProductStatus::Deprecated, product: &product })
    }

    /// Stores the entries of records that have just changed without a page from Cin7.
    ///
    /// Storage that fails here is no reason to refuse the change: the next reading of the record brings the entry.
    pub(crate) async fn note_now(&self, keys: Vec<FeedKey>) {
        for _ in 0..TRIES {
            self.shelves.borrow_mut().changed.extend_from_slice(&keys);
            if self.save_with_plan(Batch::relaxed()).await {
                return;
            }
        }
    }

    /// Drops entries that later ones have outdated, when that pays.
    pub(crate) async fn compact_feed(&self) {
        let (feed, before) = {
            let shelves = self.shelves.borrow();
            let Some(feed) = shelves.feed.clone().filter(Feed::wants_compaction) else { return };
            (feed, shelves.feed_bytes.clone())
        };
        let Ok(Ok(entries)) = self.entries_after(&feed, 0, usize::MAX - 1).await else { return };
        // Entries that came meanwhile must not be lost; the next run tidies up.
        if self.shelves.borrow().feed_bytes != before {
            return;
        }
        let (compacted, written) = feed.compacted(entries);
        let bytes = compacted.to_bytes();
        let mut batch = Batch::relaxed().expect(Table::Manifests, FEED, before);
        for key in feed.chunks_after(0) {
            batch = batch.delete(Table::Segments, key);
        }
        {
            let mut shelves = self.shelves.borrow_mut();
            (shelves.feed, shelves.feed_bytes) = (Some(compacted), Some(bytes.clone()));
        }
        // Where this fails, memory is loaded again.
        self.save_with_plan(with_chunks(batch, &bytes, written)).await;
    }
}

fn arriving_record(arriving: Arriving) -> ArrivingRecord {
    let Arriving { warehouse, quantity, day, purchases, .. } = arriving;
    ArrivingRecord { location: warehouse, quantity, day, purchases }
}

fn level_record((location, level): (String, StockLevel)) -> LevelRecord {
    let StockLevel { on_hand, allocated, available, on_order, in_transit } = level;
    LevelRecord { location, on_hand, allocated, available, on_order, in_transit }
}
