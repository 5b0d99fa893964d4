//! The log of changes: an entry is stored in the same batch as the record it speaks of.
//!
//! Where it is lost, or a part of the cache that it speaks of, a new one begins that names everything here.

use crate::catalogue::feed::{Entry, Feed, PREFIX, Written};
use crate::catalogue::{Corrupt, FeedKey, Subject, feed};
use crate::desk::cache::state::Shelves;
use crate::desk::context::{Context, Environment};
use crate::error::{ErrorCode, Result};
use crate::records::purchase::moved;
use crate::records::{Guid, Timestamp};
use crate::store::{Batch, Store, Table};

/// Key of the log of changes.
pub(crate) const FEED: &str = "feed";

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
pub(crate) async fn restarted<S: Store>(
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

pub(crate) fn with_chunks(mut batch: Batch, bytes: &[u8], written: Written) -> Batch {
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
    pub(crate) fn everything(&self) -> Vec<FeedKey> {
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

/// Entries of the log after an offset: one more than `limit` when there are more.
pub(crate) async fn entries_after<E: Environment>(
    ctx: &Context<E>,
    feed: &Feed,
    after: u32,
    limit: usize,
) -> Result<std::result::Result<Vec<Entry>, Corrupt>> {
    let mut found = Vec::new();
    for key in feed.chunks_after(after) {
        let Some(bytes) = ctx.cache.get(Table::Segments, &key).await? else { return Ok(Err(Corrupt::Manifest)) };
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
