//! Sales line by line, and what a customer owes.

use serde::Serialize;

use crate::catalogue::DocumentAsk;
use crate::desk::cache::find::company;
use crate::desk::cache::sales::read;
use crate::desk::context::{Context, Environment};
use crate::desk::sales::details::kept_details;
use crate::error::Result;
use crate::money::{Amount, Percent, Price, Quantity};
use crate::records::sale::{Exposure, Sale, Transaction, TransactionKind};
use crate::records::{Day, Guid};
use crate::sync::Group;

/// Most rows after which a part begins no further sale, and most sales that it looks at.
const MOST_ROWS: usize = 2_000;

/// A row of the ledger; see `TransactionRow` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionRow {
    /// The sale.
    pub sale_id: Guid,
    /// Its number.
    pub order_number: String,
    /// The customer.
    pub customer_id: Option<Guid>,
    /// Its name.
    pub customer_name: String,
    /// The quote that was confirmed into the sale.
    pub quote_link: Option<String>,
    /// What the row stands for.
    pub kind: TransactionKind,
    /// Number of the invoice or credit note.
    pub document: Option<String>,
    /// Its day, or that of the order.
    pub date: Option<Day>,
    /// The SKU; empty for a charge.
    pub sku: String,
    /// The product's name, or the charge's.
    pub name: String,
    /// How many; below zero when credited.
    pub quantity: Quantity,
    /// How many of them have gone.
    pub quantity_delivered: Quantity,
    /// Unit price.
    pub price: Price,
    /// Per cent.
    pub discount: Percent,
    /// By the account's convention; below zero when credited.
    pub total: Amount,
    /// Currency of the amounts.
    pub currency: String,
    /// Whether the whole document is paid. Partly paid is not paid.
    pub paid: bool,
    /// The day of the payment that settled it.
    pub paid_date: Option<Day>,
    /// What is open of the whole document; `None` before there is one.
    pub open: Option<Amount>,
}

/// The ledger, as far as it is known; see `Transactions` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transactions {
    /// The newest sale first; its invoices, what is still only ordered, its credits.
    pub rows: Vec<TransactionRow>,
    /// Sales that are not among them yet: their details are still to be read.
    pub unread: usize,
    /// What to ask on from; `None` when this is the end.
    pub next: Option<usize>,
}

/// A part of the ledger of a customer, or of all: after `limit` rows no further sale is begun. `from` is 0, or what the
/// part before has as `next`; it counts sales, so that one which comes meanwhile may bring the last of that part again.
///
/// # Errors
/// `storage` when the cache cannot be read.
pub(crate) async fn transactions<E: Environment>(
    ctx: &Context<E>,
    customer: Option<Guid>,
    from: usize,
    limit: usize,
) -> Result<Transactions> {
    let limit = limit.min(MOST_ROWS);
    let (sales, total): (Vec<(Sale, String)>, usize) = {
        let shelves = ctx.shelves.borrow();
        let ask = DocumentAsk { owner: customer, offset: from, limit: MOST_ROWS, ..DocumentAsk::default() };
        let listed = shelves.sales.list(ask);
        let named = |sale: Sale| (sale.clone(), shelves.summary(sale).customer_name);
        (listed.records.into_iter().filter_map(read).map(named).collect(), listed.total)
    };
    let mut found = Transactions { rows: Vec::new(), unread: 0, next: None };
    let mut at = from;
    for (sale, name) in &sales {
        if found.rows.len() >= limit {
            break;
        }
        at += 1;
        if sale.voided() {
            continue;
        }
        match kept_details(ctx, sale.head.id).await? {
            Some(details) => {
                let row = |transaction| row(sale, name, transaction);
                found.rows.extend(details.transactions(sale).into_iter().map(row));
            }
            None => found.unread += 1,
        }
    }
    found.next = (at < total).then_some(at);
    Ok(found)
}

/// What a customer owes, named by id as callers give it.
///
/// # Errors
/// `unknown-customer`, `not-ready`.
pub(crate) fn exposure_of<E: Environment>(ctx: &Context<E>, customer: &str) -> Result<Exposure> {
    Ok(exposure(ctx, company(ctx, customer)?.cin7.id))
}

/// What a customer owes, as far as the sales tell. Works on what is in memory alone.
pub(crate) fn exposure<E: Environment>(ctx: &Context<E>, customer: Guid) -> Exposure {
    let as_of = ctx.plan.borrow().as_of(Group::Sales);
    let mut exposure = Exposure { amount: Amount::ZERO, as_of, complete: as_of.is_some() };
    let shelves = ctx.shelves.borrow();
    let ask = DocumentAsk { owner: Some(customer), limit: usize::MAX, ..DocumentAsk::default() };
    for sale in shelves.sales.list(ask).records.into_iter().filter_map(read).filter(|sale| !sale.voided() && !sale.unlisted()) {
        exposure.add(&sale.head, sale.figures.as_ref(), !sale.wants_details() && !sale.unreadable);
    }
    exposure
}

/// A transaction of a sale for the screen.
pub(crate) fn row(sale: &Sale, customer_name: &str, row: Transaction) -> TransactionRow {
    TransactionRow {
        sale_id: sale.head.id,
        order_number: sale.head.number.clone(),
        customer_id: sale.head.customer,
        customer_name: customer_name.to_owned(),
        quote_link: sale.quote.clone(),
        kind: row.kind,
        document: Some(row.document).filter(|number| !number.is_empty()),
        date: row.date,
        sku: row.sku,
        name: row.name,
        quantity: row.quantity,
        quantity_delivered: row.delivered,
        price: row.price,
        discount: row.discount,
        total: row.total,
        currency: sale.head.currency.clone(),
        paid: row.paid,
        paid_date: row.paid_on,
        open: row.open,
    }
}
