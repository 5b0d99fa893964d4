//! Leaving a device: wiping what is kept there, but never unsent work without saying so.
//!
//! The vault is emptied row by row, on condition that every row is still the one that was looked at: an order that another
//! tab confirms meanwhile is not wiped unseen. The databases themselves stay, empty.

use serde::Serialize;

use crate::account::AccountView;
use crate::desk::context::{Context, Environment};
use crate::desk::orders::show::shown_order;
use crate::desk::sync::runner::stop_sync;
use crate::desk::vault::customer_creations;
use crate::desk::vault::customer_creations::ACCOUNT;
use crate::desk::vault::orders::decode;
use crate::desk::vault::quotes::{Kept, QuoteSummary};
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::outbox::{Order, OrderView};
use crate::store::{Batch, Store, Table};

/// How often other tabs may come in between before it is given up.
const TRIES: usize = 8;

/// What becomes of work that has not reached Cin7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// Nothing is wiped while there is any.
    Refuse,
    /// It stays, and goes on when the desk is opened here again; all else is wiped.
    Keep,
    /// It is wiped too.
    Discard,
}

impl Unsent {
    /// Reads its word.
    ///
    /// # Errors
    /// `invalid-input`.
    pub fn named(word: &str) -> Result<Self> {
        match word {
            "refuse" => Ok(Self::Refuse),
            "keep" => Ok(Self::Keep),
            "discard" => Ok(Self::Discard),
            other => Err(Error::invalid("unsent", format!("“{other}” is none of refuse, keep and discard."))),
        }
    }
}

/// What is kept here and nowhere else: `UnsentWork` in `types.ts`.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnsentWork {
    /// Orders on their way into Cin7, or stopped there.
    pub orders: Vec<OrderView>,
    /// Quotes that are not ordered.
    pub quotes: Vec<QuoteSummary>,
    /// Customer accounts that are not made.
    pub accounts: Vec<AccountView>,
    /// How many orders, quotes and accounts cannot be read.
    pub unreadable: usize,
    /// How many companies have something of the CRM's own here.
    pub companies: usize,
}

impl UnsentWork {
    /// Whether something waits; what is the CRM's own of companies waits for nothing.
    pub(crate) const fn waits(&self) -> bool {
        !self.orders.is_empty() || !self.quotes.is_empty() || !self.accounts.is_empty() || self.unreadable > 0
    }

    /// Whether nothing would be lost.
    pub const fn is_empty(&self) -> bool {
        !self.waits() && self.companies == 0
    }

    /// Each of it in a sentence.
    fn details(&self) -> Vec<Detail> {
        let mut details: Vec<Detail> = Vec::new();
        for order in &self.orders {
            let what = order.order_number.as_deref().unwrap_or("not known to stand in Cin7");
            let (number, customer, money) = (&order.quote_number, &order.customer_name, &order.expected);
            let text = format!("The order of quote {number}, {customer}, {} {}: {what}.", money.currency, money.gross);
            details.push(Detail::new(order.key.clone(), text));
        }
        for quote in &self.quotes {
            let text =
                format!("Quote {}, {}, {} {}: not ordered.", quote.number, quote.customer_name, quote.currency, quote.gross);
            details.push(Detail::new(quote.link.clone(), text));
        }
        for account in &self.accounts {
            details.push(Detail::new(
                account.key.clone(),
                format!("The new customer {}: not known to be made in Cin7.", account.name),
            ));
        }
        if self.unreadable > 0 {
            details.push(Detail::new("", format!("{} kept here cannot be read.", self.unreadable)));
        }
        if self.companies > 0 {
            let text = format!("The CRM’s own names, contacts or categories of {} companies.", self.companies);
            details.push(Detail::new("", text));
        }
        details
    }
}

/// What is kept in a vault, row by row.
pub(crate) type Rows = Vec<(Table, String, Vec<u8>)>;

/// An order as it is stored, where nothing is known of its sale besides.
pub(crate) fn as_stored(order: &Order) -> OrderView {
    order.view()
}

/// What is kept here and nowhere else: leaving this device would lose it.
///
/// # Errors
/// `storage`.
pub(crate) async fn unsent_work<E: Environment>(ctx: &Context<E>) -> Result<UnsentWork> {
    Ok(unsent_of(&rows(&ctx.vault).await?, |order| shown_order(ctx, order)).0)
}

/// Wipes what is kept on this device. The desk is of no use afterwards and is to be closed.
///
/// # Errors
/// As [`wipe`].
pub(crate) async fn sign_out<E: Environment>(ctx: &Context<E>, unsent: Unsent) -> Result<()> {
    stop_sync(ctx);
    wipe(&ctx.cache, &ctx.vault, unsent, |order| shown_order(ctx, order)).await
}

/// What is kept in this vault and nowhere else.
///
/// # Errors
/// `storage`.
pub(crate) async fn unsent_in<S: Store>(vault: &S) -> Result<UnsentWork> {
    Ok(unsent_of(&rows(vault).await?, as_stored).0)
}

/// Wipes a cache and a vault.
///
/// # Errors
/// `unsent-work` with one detail for everything that would be lost, and then nothing was wiped; `conflict` when other
/// tabs write too fast; `storage`.
pub(crate) async fn wipe<S: Store>(cache: &S, vault: &S, unsent: Unsent, shown: impl Fn(&Order) -> OrderView) -> Result<()> {
    for _ in 0..TRIES {
        let rows = rows(vault).await?;
        let (work, kept) = unsent_of(&rows, &shown);
        let details = work.details();
        if unsent == Unsent::Refuse && !details.is_empty() {
            let message = "Work that is kept only here would be lost.";
            return Err(Error::with_details(ErrorCode::UnsentWork, message, details));
        }
        let goes = |row: &usize| unsent == Unsent::Discard || !kept.contains(row);
        let going: Vec<usize> = (0..rows.len()).filter(goes).collect();
        if going.is_empty() {
            return wipe_cache(cache).await;
        }
        let mut batch = Batch::strict();
        for at in going {
            let (table, key, bytes) = &rows[at];
            batch = batch.expect(*table, key, Some(bytes.clone())).delete(*table, key);
        }
        match vault.commit(batch).await {
            // Whatever was added meanwhile is looked at too.
            Ok(()) => {}
            Err(error) if error.code == ErrorCode::Conflict => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::new(ErrorCode::Conflict, "Another tab goes on writing. Close the other tabs first."))
}

async fn wipe_cache<S: Store>(cache: &S) -> Result<()> {
    let mut batch = Batch::relaxed();
    for table in [Table::Segments, Table::Manifests] {
        for key in cache.keys(table, "").await? {
            batch = batch.delete(table, key);
        }
    }
    cache.commit(batch).await
}

/// Everything that a vault keeps.
///
/// # Errors
/// `storage`.
pub(crate) async fn rows<S: Store>(vault: &S) -> Result<Rows> {
    let mut rows = Vec::new();
    for table in [Table::Orders, Table::Quotes, Table::Own] {
        rows.extend(vault.list(table, "").await?.into_iter().map(|(key, bytes)| (table, key, bytes)));
    }
    Ok(rows)
}

/// What of these rows is kept nowhere else, and which of them that takes.
fn unsent_of(rows: &Rows, shown: impl Fn(&Order) -> OrderView) -> (UnsentWork, Vec<usize>) {
    let mut work = UnsentWork::default();
    let mut kept = Vec::new();
    let mut companies: Vec<&str> = Vec::new();
    for (at, (table, key, bytes)) in rows.iter().enumerate() {
        let stays = match table {
            Table::Orders => match decode(bytes) {
                Ok(order) if order.is_settled() => false,
                Ok(order) => {
                    work.orders.push(shown(&order));
                    true
                }
                Err(_) => unreadable(&mut work),
            },
            Table::Quotes => match Kept::from_bytes(bytes) {
                // The order of a confirmed quote is judged by itself, before it; while that one stays, so does its quote.
                Ok(own) if own.quote.confirmed => {
                    let key = own.quote.order_key();
                    kept.iter().any(|row: &usize| rows[*row].0 == Table::Orders && rows[*row].1 == key)
                }
                Ok(own) => {
                    work.quotes.push(own.summary());
                    true
                }
                Err(_) => unreadable(&mut work),
            },
            _ if key.starts_with(ACCOUNT) => match customer_creations::decode(bytes) {
                Ok(account) if account.made.is_some() => false,
                Ok(account) => {
                    work.accounts.push(account.view());
                    true
                }
                Err(_) => unreadable(&mut work),
            },
            _ => {
                let id = key.split_once('/').map_or(key.as_str(), |(_, id)| id);
                if !companies.contains(&id) {
                    companies.push(id);
                }
                true
            }
        };
        if stays {
            kept.push(at);
        }
    }
    work.companies = companies.len();
    (work, kept)
}

fn unreadable(work: &mut UnsentWork) -> bool {
    work.unreadable += 1;
    true
}
