//! An order in custody, how it ends, and what is said of it.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// How long the device that holds an order may be silent, in milliseconds. Longer than it pauses between two tries.
pub const LEASE: i64 = 10 * 60 * 1000;

/// An order in custody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which bytes it sends to Cin7, as a hash of the desk's own: what differs is another order.
    pub content: String,
    /// The user who confirmed it; empty without authentication.
    pub owner: String,
    /// When it came, in milliseconds since 1970.
    pub kept_at: i64,
    /// When a device that holds it spoke of it last.
    pub touched_at: i64,
    /// What a list shows of it, as a JSON object.
    pub about: String,
    /// The order, as a JSON object; `None` once it has ended.
    pub order: Option<String>,
    /// Cin7 refused it, and nobody has tried it since.
    pub refused: bool,
    /// Contents of refused orders whose place it took, joined by blanks.
    pub former: String,
    /// How it ended.
    pub end: Option<End>,
}

impl Order {
    /// How much longer it is its holder's alone, in milliseconds.
    pub fn held_for(&self, now: i64) -> i64 {
        // What was refused would be refused again: no device goes on with it by itself.
        if self.refused {
            return LEASE;
        }
        // A clock that was set back makes nobody wait longer than a lease.
        (self.touched_at.min(now) + LEASE - now).max(0)
    }

    pub(super) fn succeeds(&self, content: &str) -> bool {
        self.former.split(' ').any(|former| former == content)
    }
}

/// The end of an order: nobody sends it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// How.
    pub outcome: Outcome,
    /// Its number in Cin7, where it has one.
    pub number: Option<String>,
    /// Who said so; empty without authentication.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// How an order ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It stands in Cin7 and was read back.
    Confirmed,
    /// Somebody typed it into Cin7.
    ByHand,
    /// It was voided in Cin7.
    Voided,
    /// Cin7 refused it: it waits for a person, and may be changed. No end.
    Refused,
}

impl Outcome {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::ByHand => "by-hand",
            Self::Voided => "voided",
            Self::Refused => "refused",
        }
    }
}

/// What is said of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is not known here.
    Unknown,
    /// It is in custody.
    Kept,
    /// Another device holds it, for so many milliseconds more.
    Held(i64),
    /// It has ended.
    Ended,
    /// It has ended, and is another one by then: the one that was asked about was changed after it was refused.
    EndedChanged,
}

/// What is answered about an order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderAnswer {
    /// `unknown`, `kept`, `held` or `ended`.
    pub state: &'static str,
    /// Whether it outlives the proxy.
    pub durable: bool,
    /// Who confirmed it; `null` without authentication.
    pub by: Option<String>,
    /// When it came, in milliseconds since 1970.
    pub kept_at: Option<i64>,
    /// For how many milliseconds more it is another device's alone.
    pub held_for: Option<i64>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Its number in Cin7.
    pub number: Option<String>,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// It was changed, after Cin7 had refused what was asked about.
    pub succeeded: bool,
    /// The order itself, for who took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Box<RawValue>>,
}

impl OrderAnswer {
    /// What is said of an order; `durable`: whether what is kept here outlives the proxy.
    pub fn new(row: Option<&Order>, standing: &Standing, durable: bool) -> Self {
        let row = row.filter(|_| *standing != Standing::Unknown);
        let end = row.and_then(|row| row.end.as_ref());
        Self {
            state: match standing {
                Standing::Unknown => "unknown",
                Standing::Kept => "kept",
                Standing::Held(_) => "held",
                Standing::Ended | Standing::EndedChanged => "ended",
            },
            durable,
            by: row.and_then(|row| named(&row.owner)),
            kept_at: row.map(|row| row.kept_at),
            held_for: if let Standing::Held(left) = standing { Some(*left) } else { None },
            outcome: end.map(|end| end.outcome),
            number: end.and_then(|end| end.number.clone()),
            ended_by: end.and_then(|end| named(&end.by)),
            succeeded: *standing == Standing::EndedChanged,
            order: None,
        }
    }

    /// With the order itself, for a device that goes on with it.
    #[must_use]
    pub fn with_order(self, row: Option<Order>) -> Self {
        let order = row.and_then(|row| row.order).filter(|_| self.state == "kept");
        Self { order: order.and_then(|order| RawValue::from_string(order).ok()), ..self }
    }
}

/// An open order in a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenOrder {
    pub(super) key: String,
    by: Option<String>,
    kept_at: i64,
    held_for: i64,
    refused: bool,
    about: Box<RawValue>,
}

impl OpenOrder {
    /// As it stands `now`.
    pub fn new(key: String, row: &Order, now: i64) -> Self {
        Self {
            key,
            by: named(&row.owner),
            kept_at: row.kept_at,
            held_for: row.held_for(now),
            refused: row.refused,
            about: RawValue::from_string(row.about.clone()).unwrap_or_default(),
        }
    }
}

fn named(user: &str) -> Option<String> {
    (!user.is_empty()).then(|| user.to_owned())
}
