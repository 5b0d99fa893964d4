//! Where an order stands: the steps, and the states between them.

#[cfg(test)]
use serde::{Deserialize, Serialize};

use crate::json::{self, Faults, FromJson, ToJson, Value, Writer};
use crate::records::Timestamp;

/// A step of an order on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize, Deserialize), serde(rename_all = "kebab-case"))]
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

json::words!(Step { LookUp = "look-up", Inspect = "inspect", Header = "header", Lines = "lines", ReadBack = "read-back",
    ReceiptLookUp = "receipt-look-up", Receipt = "receipt", SecondLook = "second-look", ByHand = "by-hand", Mend = "mend" });

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize, Deserialize), serde(rename_all = "kebab-case"))]
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

json::words!(Attention { Refused = "refused", Voided = "voided", Foreign = "foreign", Duplicate = "duplicate",
    Elsewhere = "elsewhere", OrderedBefore = "ordered-before" });

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize, Deserialize), serde(rename_all = "camelCase"))]
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

impl ToJson for State {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Queued { step } => out.variant_of("queued", &[("step", step)]),
            Self::Sending { step, owner, until } => {
                out.variant_of("sending", &[("step", step), ("owner", owner), ("until", until)]);
            }
            Self::Unknown { step } => out.variant_of("unknown", &[("step", step)]),
            Self::NeedsAttention { why, step } => out.variant_of("needsAttention", &[("why", why), ("step", step)]),
            Self::Confirmed => out.text("confirmed"),
            Self::ByHand => out.text("byHand"),
        }
    }
}

impl FromJson for State {
    fn read(value: &Value, faults: &mut Faults) -> Self {
        let (word, inside) = json::variant(value, faults);
        if word == "confirmed" {
            return Self::Confirmed;
        }
        if word == "byHand" {
            return Self::ByHand;
        }
        let step = json::field(inside, "step", faults);
        match word {
            "queued" => Self::Queued { step },
            "sending" => {
                Self::Sending { step, owner: json::field(inside, "owner", faults), until: json::field(inside, "until", faults) }
            }
            "unknown" => Self::Unknown { step },
            "needsAttention" => Self::NeedsAttention { why: json::field(inside, "why", faults), step },
            _ => {
                faults.unknown(word, &["queued", "sending", "unknown", "needsAttention", "confirmed", "byHand"]);
                Self::Queued { step }
            }
        }
    }
}
