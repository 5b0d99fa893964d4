//! Reading the stock of some products from Cin7 now.

use crate::cin7;
use crate::cin7::requests;
use crate::desk::cache::state::STOCK;
use crate::desk::context::{Context, Environment};
use crate::desk::events::Event;
use crate::desk::quotes::line_facts::quote_facts;
use crate::error::Result;
use crate::records::Guid;
use crate::records::availability::AvailabilityRow;
use crate::transport::{Failure, Transport};

/// Most products whose stock is read on demand at once; each costs a call of the shared minute.
const MOST_REFRESHED: usize = 40;

/// Reads the stock of these products from Cin7 now, then says what their lines need to know.
///
/// # Errors
/// `unknown-customer`, `offline`, `rate-limited`, `cin7-refused`, `cin7-failed`; stock that was read before the failure
/// is kept.
pub(crate) async fn refresh_stock<E: Environment>(
    ctx: &Context<E>,
    customer: &str,
    products: &[String],
    link: &str,
) -> Result<crate::desk::quotes::bundle::FreshFacts> {
    let mut asked: Vec<(Guid, String)> = Vec::new();
    for id in products {
        let Ok(id) = id.parse::<Guid>() else { continue };
        let product = ctx.shelves.borrow().products.get(id);
        if let Some(product) = product.filter(|product| product.is_counted() && !asked.iter().any(|(known, _)| *known == id)) {
            asked.push((id, product.sku));
        }
    }
    asked.truncate(MOST_REFRESHED);
    for (id, sku) in asked {
        let began = ctx.now();
        let rows = stock_rows(ctx, &sku).await?;
        ctx.shelves.borrow_mut().stock.refresh(id, began, &rows);
    }
    ctx.tell(Event::Records(vec![STOCK]));
    quote_facts(ctx, customer, products, link).await
}

/// Every availability row that Cin7 finds for a SKU. Its filter matches by prefix, so there may be rows of others.
async fn stock_rows<E: Environment>(ctx: &Context<E>, sku: &str) -> Result<Vec<AvailabilityRow>> {
    let (mut rows, mut seen) = (Vec::new(), Vec::new());
    for page in 1_u32.. {
        let response = ctx.net.send(requests::stock(sku, page)).await?;
        let read = cin7::availability::page(&response.body).map_err(Failure::from)?;
        read.note("ref/productavailability", &mut seen).map_err(Failure::from)?;
        let before = rows.len();
        rows.extend(read.records);
        let all = read.total.is_some_and(|total| u64::try_from(rows.len()).unwrap_or(u64::MAX) >= total);
        if all || rows.len() == before || read.total.is_none() {
            break;
        }
    }
    Ok(rows)
}
