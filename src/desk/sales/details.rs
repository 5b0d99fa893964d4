//! The details of one sale: as they are kept, or as Cin7 has them now. Each sale costs a call.

use crate::cin7::sale::{DetailsFault, details};
use crate::cin7::{payment, requests};
use crate::desk::cache::sales::details_key;
use crate::desk::context::{Context, Environment};
use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::records::sale::{Sale, SaleDetails};
use crate::records::{BadRecord, Guid};
use crate::store::{Batch, Store, Table};
use crate::transport::{Failure, FailureKind, Lane, Transport};

/// What came of asking for a sale.
pub(crate) enum Answer {
    Read(Box<SaleDetails>, Vec<BadRecord>),
    /// Cin7 answered, and it was not the sale.
    Refused(BadRecord),
    /// It cannot be read as it is.
    Unreadable(BadRecord),
    Failed(Failure),
}

/// The details of a sale as they are kept, of whatever state.
///
/// # Errors
/// `storage` when the cache cannot be read.
pub(crate) async fn kept_details<E: Environment>(ctx: &Context<E>, id: Guid) -> Result<Option<SaleDetails>> {
    let pending = ctx.detailing.borrow().pending.iter().find(|details| details.head.id == id).cloned();
    if pending.is_some() {
        return Ok(pending);
    }
    let bytes = ctx.cache.get(Table::Segments, &details_key(id)).await?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Reads a sale's details from Cin7 now, because someone looks at it, and keeps them if the sale is kept.
///
/// # Errors
/// `unknown-sale` in Cin7's words, `offline`, `rate-limited`, `cin7-failed`.
pub(crate) async fn open_details<E: Environment>(ctx: &Context<E>, sale: &Sale) -> Result<SaleDetails> {
    let read = match details_of(ctx, sale, Lane::Screen).await {
        Answer::Read(details, _) => *details,
        Answer::Refused(bad) | Answer::Unreadable(bad) => {
            let field = if bad.field.is_empty() { String::new() } else { format!("{}: ", bad.field) };
            return Err(Error::new(ErrorCode::Cin7Refused, format!("{field}{}", bad.problem)));
        }
        Answer::Failed(failure) => return Err(failure.into()),
    };
    if ctx.shelves.borrow().sale(sale.head.id).is_none() {
        return Ok(read);
    }
    if ctx.leading.get() {
        // Written by the one loop that writes the cache: two writers of one tab would take each other for other tabs.
        let mut detailing = ctx.detailing.borrow_mut();
        detailing.pending.retain(|details| details.head.id != read.head.id);
        detailing.pending.push(read.clone());
        detailing.urgent = true;
        drop(detailing);
        ctx.sync_bell.ring();
    } else {
        // The tab that reads for all takes them over from here.
        let batch = Batch::relaxed().put(Table::Segments, details_key(sale.head.id), json::to_bytes(&read));
        let _: Result<()> = ctx.cache.commit(batch).await;
    }
    Ok(read)
}

/// Reads a sale, and its payments where the documents tell of other money than the list of sales.
pub(crate) async fn details_of<E: Environment>(ctx: &Context<E>, sale: &Sale, lane: Lane) -> Answer {
    let mut answer = documents_of(ctx, sale, lane).await;
    let Answer::Read(details, _) = &mut answer else { return answer };
    if sale.voided() || !details.disagrees_with(&sale.head) {
        return answer;
    }
    let request = requests::payments(sale.head.id, lane);
    match ctx.net.send(request).await {
        Ok(response) => match payment::all(&response.body) {
            Ok(payments) => details.settle(payments),
            Err(what) => return Answer::Unreadable(bad_record(sale, what.words)),
        },
        Err(failure) if failure.kind == FailureKind::Refused => return Answer::Refused(refused(sale, &failure)),
        Err(failure) => return Answer::Failed(failure),
    }
    answer
}

async fn documents_of<E: Environment>(ctx: &Context<E>, sale: &Sale, lane: Lane) -> Answer {
    let request = requests::sale(sale.head.id, lane);
    match ctx.net.send(request).await {
        Ok(response) => match details(&response.body, sale.head.updated, ctx.now()) {
            Ok((details, bad)) if details.head.id == sale.head.id => Answer::Read(Box::new(details), bad),
            Ok(_) => Answer::Refused(bad_record(sale, "Cin7 answered with another sale.".to_owned())),
            Err(DetailsFault::Bad(bad)) => Answer::Unreadable(bad),
            Err(DetailsFault::NotUnderstood(what)) if what.refused => Answer::Refused(bad_record(sale, what.words)),
            Err(DetailsFault::NotUnderstood(what)) => Answer::Failed(what.into()),
        },
        Err(failure) if failure.kind == FailureKind::Refused => Answer::Refused(refused(sale, &failure)),
        Err(failure) => Answer::Failed(failure),
    }
}

pub(crate) fn refused(sale: &Sale, failure: &Failure) -> BadRecord {
    bad_record(sale, failure.words())
}

fn bad_record(sale: &Sale, problem: String) -> BadRecord {
    let number = &sale.head.number;
    let record = if number.is_empty() { sale.head.id.to_string() } else { number.clone() };
    BadRecord { list: "sale".to_owned(), record, field: String::new(), problem }
}
