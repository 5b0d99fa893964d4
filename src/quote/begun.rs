//! A quote whose order has been begun in Cin7: a sale stands there under its key, without lines, as Cin7 refused them.
//!
//! What went with the sale's header cannot be taken back from here: it stays on the quote as it is there.

use serde::{Deserialize, Serialize};

use super::LiveQuote;
use crate::error::{Error, Result};
use crate::records::Guid;

/// Parts of the quote's header that travel with the header of the sale.
const SENT: [&str; 11] = [
    "customerReference",
    "deliveryNotes1",
    "deliveryNotes2",
    "phone",
    "contact",
    "paymentTerm",
    "salesPerson",
    "delivery",
    "exchangeRate",
    "priceTier",
    "warehouse",
];

/// The sale that an earlier try at a quote's order has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Begun {
    /// Its id.
    pub sale: Guid,
    /// Its number; may be empty.
    pub number: String,
    /// Whether it was made for prices that contain tax.
    pub inclusive: bool,
}

impl Begun {
    /// What it is called.
    pub fn name(&self) -> &str {
        if self.number.is_empty() { "the sale" } else { &self.number }
    }
}

impl LiveQuote {
    /// Why a part of the header cannot be changed any more; `None` while it can.
    pub(super) fn sent(&self, part: &str) -> Option<String> {
        let begun = self.quote.begun.as_ref().filter(|_| SENT.contains(&part))?;
        Some(format!("This went to Cin7 with {} and stays. To change it, void {0} there and order again.", begun.name()))
    }

    /// # Errors
    /// `invalid-input` when this part of the header has been sent.
    pub(super) fn unsent(&self, part: &str) -> Result<()> {
        self.sent(part).map_or(Ok(()), |problem| Err(Error::invalid(part, problem)))
    }

    /// Whether a fix would change what has been sent.
    pub(crate) fn fixes_what_was_sent(&self, action: &str) -> bool {
        let part = match action.split_once(':').unwrap_or((action, "")) {
            ("one-warehouse", name) if self.quote.warehouse.as_deref() == Some(name) => return false,
            ("use-warehouse" | "one-warehouse", _) => "warehouse",
            ("use-tier", _) => "priceTier",
            ("use-term", _) => "paymentTerm",
            ("use-representative", _) => "salesPerson",
            ("use-saved-delivery", _) => "delivery",
            _ => return false,
        };
        self.sent(part).is_some()
    }
}
