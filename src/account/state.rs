//! Where an account stands, as it is stored.

use serde::{Deserialize, Serialize};

use crate::records::Timestamp;

/// One call towards the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Search Cin7 for the name.
    LookUp,
    /// Make the customer.
    Post,
}

/// Where an account stands.
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
