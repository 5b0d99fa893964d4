//! Asking Cin7 for the sales of an order.

use crate::cin7;
use crate::cin7::requests;
use crate::cin7::requests::SaleFilter;
use crate::desk::context::{Context, Environment};
use crate::error::Result;
use crate::records::sale::SaleHead;
use crate::transport::{Failure, Lane, Transport};

pub(crate) async fn sales_found<E: Environment>(ctx: &Context<E>, filter: SaleFilter<'_>) -> Result<Vec<SaleHead>, Failure> {
    let page = cin7::sale::list(&ctx.net.send(requests::sales(filter, Lane::Screen)).await?.body)?;
    let whole = page.records.len() == page.rows && page.total.is_none_or(|total| total <= page.rows as u64);
    // A row of the key that cannot be read might be the sale.
    if matches!(filter, SaleFilter::Link(_)) && !whole {
        return Err(cin7::NotUnderstood::new("Cin7's list of this quote's sales cannot be read whole.").into_failure(false));
    }
    Ok(page.records)
}
