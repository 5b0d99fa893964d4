//! After storage was lost: what stands in Cin7 for a quote that this browser may have ordered before.

use super::{Desk, Surroundings};
use crate::cin7;
use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::quote::canonical_link;
use crate::records::Guid;
use crate::store::Store;
use crate::transport::{Failure, Lane, Request, Transport};

/// A sale that bears a quote's link: `StandingSale` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingSale {
    /// Its id.
    pub sale_id: Guid,
    /// Its order number; empty while Cin7 has given none.
    pub order_number: String,
    /// Cin7's word for its state.
    pub status: String,
}

json::view!(StandingSale { sale_id, order_number, status });

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// Asks Cin7 which sales bear this quote's link. Nothing is written, here or there.
    ///
    /// # Errors
    /// `invalid-input` for a link that is none; `offline`, `rate-limited`, `cin7-refused`, `cin7-failed`.
    pub async fn look_up_quote(&self, link: &str) -> Result<Vec<StandingSale>> {
        let link = canonical_link(link)?.link;
        let request = Request::get("saleList", Lane::Screen).with("ExternalID", &*link).with("Page", "1").with("Limit", "100");
        let response = self.net.send(request).await?;
        let page = cin7::sale::list(&response.body).map_err(Failure::from)?;
        if !page.bad.is_empty() {
            return Err(Error::new(ErrorCode::Cin7Failed, "A sale in Cin7's list cannot be read."));
        }
        let mine = page.records.into_iter().filter(|row| row.external_id.split('#').next() == Some(&*link));
        Ok(mine.map(|row| StandingSale { sale_id: row.id, order_number: row.number, status: row.status }).collect())
    }
}
