//! Ordering again what was voided in Cin7: only when somebody asks, and only after Cin7 said that nothing stands.

use crate::cin7::requests::SaleFilter;
use crate::cin7::{self, requests};
use crate::desk::quotes::open::Kept;
use crate::desk::{Desk, Surroundings};
use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::quote::{QuoteBundle, canonical_link};
use crate::store::{Batch, Store, Table};
use crate::transport::{Lane, Transport};

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// Opens a quote for editing again whose order was voided in Cin7. Its next order has a key of its own: the link with a
    /// number behind `#`, looked up like any other. The voided order stays in the list. A quote whose order was made elsewhere,
    /// and is voided by the last listing, is opened in the same way.
    ///
    /// # Errors
    /// `cannot-confirm` when a sale of this quote stands in Cin7, or none was ever there; `unknown-quote`, `storage`, and
    /// what asking Cin7 may bring.
    pub async fn order_again(&self, link: &str) -> Result<QuoteBundle> {
        let link = canonical_link(link)?.link;
        let Some(before) = self.vault.get(Table::Quotes, &link).await? else {
            return Err(Error::new(ErrorCode::UnknownQuote, format!("No quote {link} is kept here.")));
        };
        let stands = Kept::from_bytes(&before)?;
        let mut quote = stands.quote.clone();
        let key = quote.order_key();
        let former = self.stored_order(&key).await?;
        if let Some((_, order)) = &former
            && let Some(entry) = &order.by_hand
        {
            let text = format!("It was entered by hand as {}. Take that back first.", entry.number);
            return Err(Error::new(ErrorCode::CannotConfirm, text));
        }
        let made_elsewhere =
            || self.shelves.borrow().standing(quote.customer, &link).iter().any(|sale| sale.key == key && sale.voided);
        if !quote.confirmed && !made_elsewhere() {
            return self.open_quote(&link).await;
        }
        let request = requests::sales(SaleFilter::Link(&key), Lane::Order);
        let body = self.net.send(request).await.map_err(Error::from)?.body;
        let page = cin7::sale::list(&body).map_err(|error| Error::from(error.into_failure(false)))?;
        let cannot = |text: String| Err(Error::new(ErrorCode::CannotConfirm, text));
        if !page.bad.is_empty() || page.total.is_some_and(|total| total > u64::try_from(page.rows).unwrap_or(0)) {
            return cannot("Cin7’s list of this quote’s sales cannot be read whole. Look there first.".into());
        }
        let mine: Vec<_> = page.records.iter().filter(|row| row.external_id == key).collect();
        if let Some(standing) = mine.iter().find(|row| !row.state().is_voided()) {
            return cannot(format!("{} of this quote stands in Cin7. Void it there first.", standing.number));
        }
        if mine.is_empty() {
            return cannot("Cin7 has no sale of this quote. Try its order again instead.".into());
        }
        quote.attempt = Some(quote.attempt.unwrap_or(1) + 1);
        (quote.confirmed, quote.begun) = (false, None);
        let kept = Kept::after(Some(&stands), quote, stands.gross, self.now());
        let mut batch = Batch::strict().expect(Table::Quotes, &link, Some(before)).put(Table::Quotes, &link, kept.to_bytes());
        // One that was open for changes is open no more: what has become of it is looked up.
        if let Some((before, mut order)) = former.filter(|(_, order)| order.mending.is_some()) {
            order.mending = None;
            order.retry();
            batch = batch.expect(Table::Orders, &key, Some(before)).put(Table::Orders, &key, json::to_bytes(&order));
        }
        match self.vault.commit(batch).await {
            // Another tab opened it again a moment ago.
            Err(error) if error.code == ErrorCode::Conflict => self.open_quote(&link).await,
            Err(error) => Err(error),
            Ok(()) => {
                self.order_bell.ring();
                self.tell(kept.written());
                self.kept_bundle(kept)
            }
        }
    }
}
