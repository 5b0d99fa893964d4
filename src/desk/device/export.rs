//! Handing over what is kept here, so that a person or another tool can go on with it.
//!
//! Nothing is changed, and nothing is left out: an order or a quote that cannot be read is handed over as the text it is.

use serde::Serialize;

use crate::desk::context::{Context, Environment};
use crate::desk::orders::show::shown_order;
use crate::desk::vault::orders::{decode, kept_order};
use crate::desk::vault::quotes::Kept;
use crate::error::{Error, ErrorCode, Result};
use crate::money::{Amount, Price};
use crate::order::PlannedLine;
use crate::outbox::{Entry, Order, OrderView};
use crate::quote::{Quote, canonical_link};
use crate::records::{Guid, Timestamp};
use crate::store::{Store, Table};

/// What is kept under a key and cannot be read: `Unreadable` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unreadable {
    /// `order` or `quote`.
    pub kind: &'static str,
    /// Its key: the quote's link.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
    /// What is kept, as text.
    pub text: String,
}

/// What a customer has paid on an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PaidExport {
    /// How much.
    pub amount: Amount,
    /// By which it is found again.
    pub reference: String,
}

/// An order with everything that entering it again takes: `OrderExport` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderExport {
    /// Where it stands.
    pub order: OrderView,
    /// The customer's id in Cin7.
    pub customer_id: Guid,
    /// The customer's own reference.
    pub reference: String,
    /// The warehouse that it ships from.
    pub warehouse: String,
    /// What was ordered.
    pub lines: Vec<PlannedLine>,
    /// What the customer has paid.
    pub receipt: Option<PaidExport>,
    /// The JSON of `POST /sale`, byte by byte.
    pub sale_body: String,
    /// The JSON of `POST /sale/order`, which lacks only the `SaleID` that the first one answers.
    pub order_body: String,
    /// Everything that has happened, oldest first.
    pub log: Vec<Entry>,
}

/// A quote that is not ordered: `QuoteExport` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteExport {
    /// What it comes to, tax included.
    pub gross: Amount,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// The price of each line, in their order.
    pub prices: Vec<Option<Price>>,
    /// The quote as it is kept.
    pub document: Quote,
}

/// What is handed over: `WorkExport` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkExport {
    /// When.
    pub exported_at: Timestamp,
    /// The orders, the last confirmed first.
    pub orders: Vec<OrderExport>,
    /// The quotes, the last changed first.
    pub quotes: Vec<QuoteExport>,
    /// What could not be read, as it is.
    pub unreadable: Vec<Unreadable>,
}

/// Hands over orders: those with these keys, or every one that waits, and then also what cannot be read.
///
/// # Errors
/// `unknown-order` for a key that is none, `storage`.
pub(crate) async fn export_orders<E: Environment>(ctx: &Context<E>, keys: Option<Vec<String>>) -> Result<WorkExport> {
    let mut orders: Vec<Order> = Vec::new();
    let mut unreadable = Vec::new();
    if let Some(keys) = keys {
        for key in keys {
            orders.push(kept_order(ctx, &key).await?.1);
        }
    } else {
        for (_, bytes) in ctx.vault.list(Table::Orders, "").await? {
            orders.extend(decode(&bytes).ok().filter(|order| !order.is_settled()));
        }
        unreadable = unreadable_work(ctx).await?;
        unreadable.retain(|one| one.kind == "order");
    }
    orders.sort_by_key(|order: &Order| std::cmp::Reverse(order.confirmed_at));
    let orders = orders.iter().map(|order| handed_over(ctx, order)).collect();
    Ok(WorkExport { exported_at: ctx.now(), orders, quotes: Vec::new(), unreadable })
}

/// Hands over quotes that are not ordered: those with these links, or all of them, and then also what cannot be read.
///
/// # Errors
/// `unknown-quote` for a link that is none of theirs, `storage`.
pub(crate) async fn export_quotes<E: Environment>(ctx: &Context<E>, links: Option<Vec<String>>) -> Result<WorkExport> {
    let mut quotes: Vec<QuoteExport> = Vec::new();
    let mut take = |bytes: &[u8]| {
        if let Some(Kept { quote, gross, changed_at, .. }) = Kept::from_bytes(bytes).ok().filter(|kept| !kept.quote.confirmed) {
            let prices = quote.lines.iter().map(|line| line.priced.price()).collect();
            quotes.push(QuoteExport { gross, changed_at, prices, document: quote });
        }
    };
    let mut unreadable = Vec::new();
    if let Some(links) = links {
        for link in links {
            let link = canonical_link(&link)?.link;
            let unknown = || Error::new(ErrorCode::UnknownQuote, format!("No quote {link} is kept here."));
            take(&ctx.vault.get(Table::Quotes, &link).await?.ok_or_else(unknown)?);
        }
    } else {
        for (_, bytes) in ctx.vault.list(Table::Quotes, "").await? {
            take(&bytes);
        }
        unreadable = unreadable_work(ctx).await?;
        unreadable.retain(|one| one.kind == "quote");
    }
    quotes.sort_by_key(|quote: &QuoteExport| std::cmp::Reverse(quote.changed_at));
    Ok(WorkExport { exported_at: ctx.now(), orders: Vec::new(), quotes, unreadable })
}

/// Orders and quotes that are kept here and cannot be read. Nothing is done with them.
///
/// # Errors
/// `storage`.
pub(crate) async fn unreadable_work<E: Environment>(ctx: &Context<E>) -> Result<Vec<Unreadable>> {
    let mut unreadable = Vec::new();
    for (table, kind) in [(Table::Orders, "order"), (Table::Quotes, "quote")] {
        for (key, bytes) in ctx.vault.list(table, "").await? {
            let read = if kind == "order" { decode(&bytes).map(drop) } else { Kept::from_bytes(&bytes).map(drop) };
            if let Err(error) = read {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                unreadable.push(Unreadable { kind, key, problem: error.message, text });
            }
        }
    }
    Ok(unreadable)
}

fn handed_over<E: Environment>(ctx: &Context<E>, order: &Order) -> OrderExport {
    let plan = &order.plan;
    let paid =
        |receipt: &crate::order::PlannedReceipt| PaidExport { amount: receipt.amount, reference: receipt.reference.clone() };
    OrderExport {
        order: shown_order(ctx, order),
        customer_id: plan.customer,
        reference: plan.reference.clone().unwrap_or_default(),
        warehouse: plan.warehouse.clone().unwrap_or_default(),
        lines: plan.lines.clone(),
        receipt: plan.receipt.as_ref().map(paid),
        sale_body: plan.header_body().to_owned(),
        order_body: plan.order_body().to_owned(),
        log: order.log.clone(),
    }
}
