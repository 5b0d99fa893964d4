//! After storage was lost: what stands in Cin7 for a quote that this browser may have ordered before.

use crate::cin7;
use crate::cin7::requests;
use crate::cin7::requests::SaleFilter;
use crate::desk::context::{Context, Environment};
use crate::error::{Error, ErrorCode, Result};
use crate::records::link::{canonical_link, is_alike, shortened};
use crate::records::sale::StandingSale;
use crate::transport::{Failure, Lane, Transport};

/// Asks Cin7 which sales bear this quote's link in any letter case, or the one that earlier versions gave it. Nothing is written, here or there.
///
/// # Errors
/// `invalid-input` for a link that is none; `offline`, `rate-limited`, `cin7-refused`, `cin7-failed`.
pub(crate) async fn look_up_quote<E: Environment>(ctx: &Context<E>, link: &str) -> Result<Vec<StandingSale>> {
    let link = canonical_link(link)?.link;
    let mut sales = Vec::new();
    for key in [Some(&*link), shortened(&link)].into_iter().flatten() {
        let request = requests::sales(SaleFilter::Link(key), Lane::Screen);
        let response = ctx.net.send(request).await?;
        let page = cin7::sale::list(&response.body).map_err(Failure::from)?;
        if !page.bad.is_empty() {
            return Err(Error::new(ErrorCode::Cin7Failed, "A sale in Cin7's list cannot be read."));
        }
        sales.extend(
            page.records.into_iter().filter(|row| row.bears(key) || is_alike(&row.external_id, key)).map(StandingSale::from),
        );
    }
    Ok(sales)
}
