//! Where an order stands: the steps, and the states between them.

use serde::{Deserialize, Serialize};

use crate::records::Timestamp;

/// A step of an order on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Search Cin7 for the key.
    LookUp,
    /// Read the sale that was found under the key.
    Inspect,
    /// Make the sale's header.
    Header,
    /// Post the order's lines.
    Lines,
    /// Read the sale back and compare.
    ReadBack,
    /// Look for the receipt among what has been paid on the sale.
    ReceiptLookUp,
    /// Post the receipt.
    Receipt,
    /// Search Cin7 for the key once more, when the order stands.
    SecondLook,
    /// A person entered it; never sent.
    ByHand,
    /// A person changed it after it was refused; never sent.
    Mend,
}

impl Step {
    /// Whether the step changes anything in Cin7.
    pub const fn writes(self) -> bool {
        matches!(self, Self::Header | Self::Lines | Self::Receipt)
    }

    /// What comes first when nobody knows how far the step got.
    pub(super) const fn recovery(self) -> Self {
        match self {
            Self::LookUp | Self::Header | Self::Mend => Self::LookUp,
            Self::Inspect | Self::Lines => Self::Inspect,
            Self::ReadBack => Self::ReadBack,
            Self::ReceiptLookUp | Self::Receipt => Self::ReceiptLookUp,
            Self::SecondLook | Self::ByHand => Self::SecondLook,
        }
    }
}

/// Why an order needs a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attention {
    /// Cin7 refused a step.
    Refused,
    /// A sale under this key was voided.
    Voided,
    /// A sale under this key is not this order: another customer, or other lines.
    Foreign,
    /// Two sales or more stand under this key.
    Duplicate,
    /// Another order of the quote is on its way from another device.
    Elsewhere,
    /// A sale stands under the key that earlier versions would have given the order.
    OrderedBefore,
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Saved; this step is due.
    Queued {
        /// The step.
        step: Step,
    },
    /// A tab has taken this step on, until its lease ends.
    Sending {
        /// The step.
        step: Step,
        /// Which tab.
        owner: String,
        /// Until when.
        until: Timestamp,
    },
    /// This step was sent and may have taken effect.
    Unknown {
        /// The step.
        step: Step,
    },
    /// Stopped until someone acts.
    NeedsAttention {
        /// Why.
        why: Attention,
        /// The step at which it stopped.
        step: Step,
    },
    /// The sale stands in Cin7 with its lines and was read back.
    Confirmed,
    /// A person entered it in Cin7: nothing is sent.
    ByHand,
}
