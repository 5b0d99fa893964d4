//! The change feed: what the CRM's own server reads to keep its copy of everything imported.
//!
//! Durable, ordered, at least once, idempotent by key. An entry is stored in the same batch as the record it speaks of; a
//! reader is given each record as it is now, which may be newer than its entry, never older. Where the log is lost, or a
//! part of the cache that it speaks of, a new one begins that names everything here: readers are told so by `reset`.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::catalogue::feed::{Entry, Feed};
use crate::catalogue::{Corrupt, FeedKey, Subject};
use crate::desk::cache::change_log::{FEED, entries_after, restarted};
use crate::desk::cache::save::reload;
use crate::desk::cache::state::Shelves;
use crate::desk::context::{Context, Environment};
use crate::desk::reference::books::reference_view;
use crate::desk::sales::details::kept_details;
use crate::desk::sales::transactions::{TransactionRow, row};
use crate::desk::sales::view::SaleView;
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::json;
use crate::money::Quantity;
use crate::records::availability::StockLevel;
use crate::records::product::{Product, ProductStatus};
use crate::records::purchase::{Arriving, arriving};
use crate::records::sale::{Sale, SaleDetails};
use crate::records::{AccountId, Day, Guid};
use crate::store::{Batch, Store, Table};

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

impl Shelves {
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
}

/// The changes after a sequence number.
///
/// # Errors
/// `storage`.
pub(crate) async fn changes<E: Environment>(ctx: &Context<E>, ask: ChangesAsk) -> Result<Changes> {
    let mut seen = None;
    for _ in 0..TRIES {
        let stored = ctx.cache.get(Table::Manifests, FEED).await?;
        let Some(feed) = stored.as_deref().and_then(|bytes| Feed::from_bytes(bytes).ok()) else {
            let account = ctx.account();
            return Ok(Changes { account, changes: Vec::new(), last: 0, more: false, reset: ask.after > 0 });
        };
        // Records are read from memory, so memory must be as far as the log is.
        if ctx.shelves.borrow().feed.as_ref().is_none_or(|mine| feed.is_ahead_of(mine)) {
            reload(ctx).await?;
        }
        let reset = feed.offset_of(ask.after).is_none();
        let after = feed.offset_of(ask.after).unwrap_or(0);
        match entries_after(ctx, &feed, after, ask.limit).await? {
            Ok(entries) => {
                if entries.is_empty() || made_lasting(ctx, &feed, stored).await? {
                    return told_changes(ctx, &feed, &entries, ask, reset).await;
                }
                seen = None;
            }
            // Another tab may have put the chunks together in the meantime; if none has, a chunk is lost.
            Err(Corrupt::Manifest) if seen != stored => seen = stored,
            Err(_) => {
                let (everything, before) = {
                    let shelves = ctx.shelves.borrow();
                    (shelves.everything(), shelves.feed_bytes.clone())
                };
                let (feed, bytes) = restarted(&ctx.cache, everything, before, ctx.now()).await?;
                let mut shelves = ctx.shelves.borrow_mut();
                (shelves.feed, shelves.feed_bytes) = (feed, bytes);
            }
        }
    }
    Err(Error::new(ErrorCode::Storage, "The feed of changes cannot be read at the moment."))
}

/// Sees to it that the log as it stands outlives a loss of power. Its numbers would be given to other changes otherwise, and
/// a reader who has been told the lost ones would pass over those. `false` when another tab has written meanwhile.
async fn made_lasting<E: Environment>(ctx: &Context<E>, feed: &Feed, stored: Option<Vec<u8>>) -> Result<bool> {
    if ctx.shelves.borrow().feed_lasts == feed.end() || crate::planted::has("feed may be forgotten") {
        return Ok(true);
    }
    let bytes = stored.clone().unwrap_or_default();
    match ctx.cache.commit(Batch::strict().expect(Table::Manifests, FEED, stored).put(Table::Manifests, FEED, bytes)).await {
        Ok(()) => {
            ctx.shelves.borrow_mut().feed_lasts = feed.end();
            Ok(true)
        }
        Err(error) if error.code == ErrorCode::Conflict => Ok(false),
        Err(error) => Err(error),
    }
}

async fn told_changes<E: Environment>(
    ctx: &Context<E>,
    feed: &Feed,
    entries: &[Entry],
    ask: ChangesAsk,
    reset: bool,
) -> Result<Changes> {
    let more = entries.len() > ask.limit;
    let mut changes = Vec::new();
    for entry in entries.iter().take(ask.limit) {
        let key = match entry.key.subject {
            Subject::References => "references".to_owned(),
            _ => entry.key.id.to_string(),
        };
        let record = record_text(ctx, entry.key).await?.map(Raw);
        changes.push(Change { sequence: feed.sequence(entry.offset), kind: entry.key.subject, key, record });
    }
    let last = match changes.last() {
        Some(change) if more => change.sequence,
        _ => feed.end(),
    };
    Ok(Changes { account: ctx.account(), changes, last, more, reset })
}

/// A record as the feed gives it; `None` when there is none.
async fn record_text<E: Environment>(ctx: &Context<E>, key: FeedKey) -> Result<Option<String>> {
    if key.subject == Subject::Sale {
        let details = kept_details(ctx, key.id).await?;
        let shelves = ctx.shelves.borrow();
        return Ok(shelves.sale(key.id).map(|sale| json::to_text(&shelves.sale_record(sale, details))));
    }
    let shelves = ctx.shelves.borrow();
    match key.subject {
        Subject::References if shelves.references.is_none() => Ok(None),
        Subject::References => Ok(Some(json::to_text(&reference_view(ctx)?))),
        Subject::Company => {
            let company = shelves.companies.get(key.id).map_err(|corrupt| crate::desk::cache::find::damaged(&corrupt))?;
            Ok(company.map(|company| json::to_text(&company)))
        }
        Subject::Product => Ok(shelves.products.get(key.id).map(|product| product_record(ctx, product))),
        Subject::Renamed => {
            let old = shelves.products.given_up(key.id);
            let records: Vec<Raw> = old.into_iter().map(|product| Raw(product_record(ctx, product))).collect();
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
fn product_record<E: Environment>(ctx: &Context<E>, mut product: Product) -> String {
    if !ctx.settings.show_cost {
        product.average_cost = None;
    }
    json::to_text(&ProductRecord { deprecated: product.status == ProductStatus::Deprecated, product: &product })
}

fn arriving_record(arriving: Arriving) -> ArrivingRecord {
    let Arriving { warehouse, quantity, day, purchases, .. } = arriving;
    ArrivingRecord { location: warehouse, quantity, day, purchases }
}

fn level_record((location, level): (String, StockLevel)) -> LevelRecord {
    let StockLevel { on_hand, allocated, available, on_order, in_transit } = level;
    LevelRecord { location, on_hand, allocated, available, on_order, in_transit }
}
