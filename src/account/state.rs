//! Where an account stands, as it is stored.

#[cfg(test)]
use serde::{Deserialize, Serialize};

use crate::json::{self, Faults, FromJson, ToJson, Value, Writer};
use crate::records::Timestamp;

/// One call towards the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize, Deserialize), serde(rename_all = "kebab-case"))]
pub enum Step {
    /// Search Cin7 for the name.
    LookUp,
    /// Make the customer.
    Post,
}

json::words!(Step { LookUp = "look-up", Post = "post" });

/// Where an account stands.
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
    /// It was posted and may have taken effect.
    Unknown,
    /// Cin7 refused it.
    Refused,
    /// It was posted, no answer came, and every look found nothing.
    Lost,
    /// Cin7 has a customer of this name: is it the one?
    Asks,
    /// The customer stands in Cin7.
    Made,
}

impl State {
    /// Its word in a view.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Queued { .. } => "queued",
            Self::Sending { .. } => "sending",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::Lost => "lost",
            Self::Asks => "asks",
            Self::Made => "made",
        }
    }
}

impl ToJson for State {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Queued { step } => out.variant_of("queued", &[("step", step)]),
            Self::Sending { step, owner, until } => {
                out.variant_of("sending", &[("step", step), ("owner", owner), ("until", until)]);
            }
            _ => out.text(self.word()),
        }
    }
}

impl FromJson for State {
    fn read(value: &Value, faults: &mut Faults) -> Self {
        let (word, inside) = json::variant(value, faults);
        match word {
            "queued" => Self::Queued { step: json::field(inside, "step", faults) },
            "sending" => Self::Sending {
                step: json::field(inside, "step", faults),
                owner: json::field(inside, "owner", faults),
                until: json::field(inside, "until", faults),
            },
            "unknown" => Self::Unknown,
            "refused" => Self::Refused,
            "lost" => Self::Lost,
            "asks" => Self::Asks,
            "made" => Self::Made,
            _ => {
                faults.unknown(word, &["queued", "sending", "unknown", "refused", "lost", "asks", "made"]);
                Self::Unknown
            }
        }
    }
}
