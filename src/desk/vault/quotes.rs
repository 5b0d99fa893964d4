//! Quotes, as the vault keeps them.

use serde::{Deserialize, Serialize};

use crate::desk::events::{Event, QuoteWritten};
use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::money::{Amount, Currency};
use crate::quote::Quote;
use crate::records::{Guid, Timestamp};

/// A row of the list of quotes; see `QuoteSummary` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteSummary {
    /// The quote's name here: its link.
    pub id: String,
    /// The link.
    pub link: String,
    /// The number at the end of the link.
    pub number: String,
    /// The customer.
    pub customer_id: Guid,
    /// The customer's name when the quote was started.
    pub customer_name: String,
    /// Its currency.
    pub currency: Currency,
    /// What it comes to, tax included.
    pub gross: Amount,
    /// How many lines it has.
    pub lines: usize,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Whether it has become an order.
    pub confirmed: bool,
}

/// A quote as it is kept, with what the list of quotes shows of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    pub(crate) quote: Quote,
    pub(crate) gross: Amount,
    pub(crate) changed_at: Timestamp,
    /// How often it has been written; `None` is from a time when nobody counted.
    #[serde(default)]
    pub(crate) revision: Option<u32>,
}

impl Kept {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        json::to_bytes(self)
    }

    pub(crate) fn revision(&self) -> u32 {
        self.revision.unwrap_or(0)
    }

    /// What comes after it, written now. A first one counts on from the second it is written in: a quote that was removed and
    /// is made again has no revision that a tab of the former could hold.
    pub(crate) fn after(before: Option<&Self>, quote: Quote, gross: Amount, now: Timestamp) -> Self {
        let second = || u32::try_from(now.millis() / 1000).unwrap_or(0);
        Self { quote, gross, changed_at: now, revision: Some(before.map_or_else(second, Self::revision) + 1) }
    }

    pub(crate) fn written(&self) -> Event {
        Event::Quote(Box::new(QuoteWritten { key: self.quote.link.clone(), revision: self.revision() }))
    }

    pub(crate) fn summary(self) -> QuoteSummary {
        let Self { quote, gross, changed_at, .. } = self;
        QuoteSummary {
            id: quote.id,
            link: quote.link,
            number: quote.number,
            customer_id: quote.customer,
            customer_name: quote.customer_name,
            currency: quote.currency,
            gross,
            lines: quote.lines.len(),
            changed_at,
            confirmed: quote.confirmed,
        }
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        serde_json::from_slice(bytes)
            .map_err(|fault| Error::new(ErrorCode::Storage, format!("A quote kept here cannot be read: {fault}")))
    }
}

/// Reads a quote from its document.
pub(crate) fn read_document(document: &str) -> Result<Quote> {
    serde_json::from_str(document).map_err(|fault| Error::invalid("document", format!("This is not a quote: {fault}")))
}
