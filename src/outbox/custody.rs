//! Custody: the proxy keeps the whole order too, so that a browser may lose it, and other devices of the user can go on
//! with it.
//!
//! Before a try begins, the order is handed over, or the proxy is told that it is still held here. That also tells whether the
//! order has ended elsewhere: what somebody typed into Cin7 by hand on another device must not be sent from this one. A
//! proxy that cannot or will not keep it holds nothing up.

use serde::{Deserialize, Serialize};

use super::{Action, Attention, ByHand, CREDENTIALS_PAUSE, Entry, Heard, Order, State, Step, pause_after};
use crate::order::OrderPlan;
use crate::records::Timestamp;

/// How often the proxy is told that an order is still held here, at most, in milliseconds.
const HOLD_EVERY: i64 = 30_000;
/// When a proxy that does not keep orders is asked again, in milliseconds.
const ABSENT_PAUSE: i64 = 3_600_000;

/// How far an order is in the proxy's custody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Custody {
    /// When the proxy first said that it keeps the order.
    pub kept: Option<Timestamp>,
    /// Whether what it keeps outlives its own restart.
    pub durable: bool,
    /// It is not asked again before.
    pub not_before: Option<Timestamp>,
    /// It has been told how the order ended.
    pub ended: bool,
    /// That end was taken back here, which it does not know yet.
    pub again: bool,
    /// Failures in a row to tell it so.
    pub failures: u32,
    /// It has been told that Cin7 refused the order, which waits for a person.
    #[serde(default)]
    pub refused: Option<bool>,
    /// The refused order that this one takes the place of, which it does not know yet.
    #[serde(default)]
    pub follows: Option<String>,
    /// It has said that another device changed this order and confirmed it again.
    #[serde(default)]
    pub succeeded: Option<bool>,
}

impl Custody {
    pub(super) fn succeeded(&self) -> bool {
        self.succeeded == Some(true)
    }
}

/// What the proxy said when an order was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustodySaid {
    /// It keeps the order.
    Kept {
        /// Whether that outlives its restart.
        durable: bool,
    },
    /// The order has ended: `confirmed`, `by-hand` or `voided`.
    Ended {
        /// How.
        outcome: String,
        /// Its number in Cin7, where it has one.
        number: Option<String>,
        /// Who said so.
        by: Option<String>,
        /// It was changed and confirmed again on another device before.
        succeeded: bool,
    },
    /// Another order of the quote is in custody.
    Another(String),
    /// It keeps no orders, or not this one.
    Absent,
    /// It was not reached, or cannot now.
    Silent,
}

impl Order {
    /// An order that another device has confirmed, to go on with here. `from` says whose it is.
    pub fn taken_over(plan: OrderPlan, confirmed_at: Timestamp, from: &str, durable: bool, now: Timestamp) -> Self {
        let mut order = Self::new(plan, confirmed_at);
        if crate::planted::has("receipts taken over are posted") {
            order.receipt_posted = Some(now);
        }
        order.custody = Some(Custody { kept: Some(now), durable, ..Custody::default() });
        let text = format!("Taken over from another device{from}.");
        order.log.push(Entry { step: Step::LookUp, at: now, ok: true, text });
        order
    }

    /// Whether the proxy is to be spoken to before this step.
    pub fn wants_custody(&self, step: Step, now: Timestamp) -> bool {
        let custody = self.custody.as_ref();
        let due = custody.and_then(|custody| custody.not_before).is_none_or(|due| now >= due);
        match step {
            // What follows may be a header: nothing that was heard before counts.
            Step::LookUp => due || custody.is_some_and(|custody| custody.kept.is_some()),
            Step::Inspect => due,
            _ => false,
        }
    }

    /// Takes in what the proxy said. Returns what is to be heard instead of an answer where nothing may be sent from here.
    pub fn custody_said(&mut self, said: CustodySaid, now: Timestamp) -> Option<Heard> {
        let custody = self.custody.get_or_insert_default();
        match said {
            CustodySaid::Kept { durable } => {
                custody.kept = custody.kept.or(Some(now));
                (custody.durable, custody.not_before) = (durable, Some(now.plus_millis(HOLD_EVERY)));
                (custody.ended, custody.again) = (false, false);
                (custody.refused, custody.follows) = (None, None);
                None
            }
            // What stands in Cin7, voided or not, the look-up will find.
            CustodySaid::Ended { outcome, number, by, succeeded } => {
                (custody.ended, custody.succeeded) = (true, succeeded.then_some(true));
                (outcome == "by-hand").then(|| {
                    Heard::EnteredElsewhere(ByHand {
                        number: number.unwrap_or_default(),
                        by: by.map_or_else(|| "another device".to_owned(), |by| format!("{by} on another device")),
                        at: now,
                        sale: None,
                        doubts: Vec::new(),
                    })
                })
            }
            CustodySaid::Another(words) => Some(Heard::Elsewhere(words)),
            CustodySaid::Absent => {
                custody.not_before = Some(now.plus_millis(ABSENT_PAUSE));
                None
            }
            CustodySaid::Silent => None,
        }
    }

    /// How the order ended, where it has; `refused` where it may be mended.
    pub fn outcome(&self) -> Option<&'static str> {
        match &self.state {
            State::NeedsAttention { .. } if self.may_be_mended() => Some("refused"),
            State::Confirmed => Some("confirmed"),
            State::ByHand => Some("by-hand"),
            State::NeedsAttention { why: Attention::Voided, .. } => Some("voided"),
            _ => None,
        }
    }

    /// What an order that has ended has to do about its custody.
    fn release_due(&self, now: Timestamp) -> Action {
        match &self.custody {
            Some(custody) if self.untold(custody) => match custody.not_before {
                Some(due) if custody.failures > 0 && now < due => Action::Wait(due),
                _ => Action::Release,
            },
            _ => Action::Rest,
        }
    }

    /// Whether the proxy is still to be told how the order stands.
    fn untold(&self, custody: &Custody) -> bool {
        match self.outcome() {
            // Also where it never said that it keeps the order: until it knows of the refusal it takes no other in its place.
            Some("refused") => custody.refused.is_none(),
            Some(_) => custody.kept.is_some() && !custody.ended,
            None => false,
        }
    }

    /// What an order has to do that is not to be sent: it stands, was entered by hand, or waits for a person.
    pub(super) fn when_it_rests(&self, now: Timestamp) -> Action {
        match (self.release_due(now), self.second_look_due(now)) {
            (Action::Wait(one), Action::Wait(other)) => Action::Wait(one.min(other)),
            (Action::Rest | Action::Wait(_), look @ Action::Take(_)) | (Action::Rest, look) => look,
            (release, _) => release,
        }
    }

    /// Its end was taken back.
    pub(super) fn reopen_custody(&mut self) {
        if let Some(custody) = &mut self.custody {
            (custody.again, custody.ended, custody.not_before) = (custody.kept.is_some(), false, None);
        }
    }

    /// The proxy was told how the order ended, and heard it or not. `random` spreads retries.
    pub fn released(&mut self, heard: bool, now: Timestamp, random: u32) {
        let refused = self.outcome() == Some("refused");
        let custody = self.custody.get_or_insert_default();
        if heard {
            custody.failures = 0;
            if refused {
                custody.refused = Some(true);
            } else {
                custody.ended = true;
            }
        } else {
            custody.failures += 1;
            // Whoever takes it over meanwhile finds it standing.
            let pause = if custody.failures > 5 { CREDENTIALS_PAUSE } else { pause_after(custody.failures, random) };
            custody.not_before = Some(now.plus_millis(pause));
        }
    }

    /// What the timeline says of the custody.
    pub(super) fn kept_by_server(&self) -> Option<(Timestamp, String)> {
        let custody = self.custody.as_ref()?;
        let until = if custody.durable {
            "even if this browser loses it"
        } else {
            "even if this browser loses it, until the server is restarted"
        };
        custody.kept.map(|at| (at, format!("The server keeps it too: it arrives {until}.")))
    }
}
