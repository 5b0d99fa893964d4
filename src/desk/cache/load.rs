//! Loading what the cache holds into memory.

use crate::catalogue::manifest::{Manifest, prefix};
use crate::catalogue::{Companies, Corrupt, Documents, Products, Stock, StockBuilder, Subject};
use crate::cin7::reference::Books;
use crate::desk::cache::state::{BOOKS, CUSTOMERS, PRODUCTS, PURCHASES, REFERENCES, SALES, STOCK, STOCK_STAGED, SYNC, Shelves};
use crate::desk::cache::{change_log, sales};
use crate::desk::vault::company_overrides;
use crate::desk::vault::customer_creations::{ACCOUNT, decode};
use crate::error::{ErrorCode, Result};
use crate::records::Timestamp;
use crate::records::purchase::Purchase;
use crate::settings::Settings;
use crate::store::{Batch, Store, Table};
use crate::sync::{Group, SyncPlan, SyncState};

/// How often the cache is read anew when another tab writes it meanwhile, before that is an error.
const TRIES: u32 = 100;

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
    load_made_customers(vault, &mut shelves).await?;
    change_log::load(cache, &mut shelves, all_here, now).await?;
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

/// Puts the customers that were made here and that the cache does not know yet into memory, and notes them for the feed: who
/// made them may have been closed before their entries were written.
///
/// # Errors
/// `storage` when the vault cannot be read at all.
async fn load_made_customers<S: Store>(vault: &S, shelves: &mut Shelves) -> Result<()> {
    for (_, bytes) in vault.list(Table::Own, ACCOUNT).await? {
        // One that cannot be read is reported by listing them.
        let Some(made) = decode(&bytes).ok().and_then(|account| account.made) else { continue };
        if matches!(shelves.companies.get(made.id), Ok(None)) {
            let id = made.id;
            let _ = shelves.companies.take(vec![made], &shelves.own);
            shelves.note(Subject::Company, [id]);
        }
    }
    Ok(())
}
