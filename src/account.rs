//! Customer accounts made from the CRM: a form, checked whole, becomes one customer in Cin7.
//!
//! # The promise
//!
//! A form that was said to be taken makes at most one customer by our doing, and where that cannot be decided by a machine
//! a person is **asked**. Cin7 has no idempotency key for customers; the name is the only thing to look by, and it is to be
//! unique there. So it is the key here too: pressing twice, in one tab or two, is one account.
//!
//! ```text
//! queued -> look up --none--> post --made--> made
//!            |   ^              | no answer
//!            |   +--- unknown <-+        none after every look: lost, and a person decides
//!            +-- found: asks whether that is the customer
//! ```
//!
//! The machine says what is due ([`Account::next`]) and is told what was [`Heard`]; sending and storing are the desk's.

pub mod form;
mod state;
mod view;

use serde::{Deserialize, Serialize};

use crate::records::company::{CompanyFacts, OnceCopied};
use crate::records::name::same_name;
use crate::records::{Guid, Timestamp};
use crate::transport::{Failure, FailureKind};

pub use form::Checked;
pub use state::{State, Step};
pub use view::{AccountView, FoundView};

/// When to look, in milliseconds after it was found that a post brought no clear answer. A proxy gives up on Cin7 after 90
/// seconds; the last look lies beyond that.
pub const SETTLE: [i64; 3] = [5_000, 20_000, 100_000];
/// How long a tab may take over one step before another tab may think it dead, in milliseconds.
pub const LEASE: i64 = 150_000;
/// Shortest and longest pause after a failure that may pass by itself, in milliseconds.
const PAUSE: (i64, i64) = (2_000, 60_000);
/// Pause after the proxy's credentials were refused: someone has to mend them first.
const CREDENTIALS_PAUSE: i64 = 300_000;
/// The number of the stored form.
const FORMAT: u32 = 1;

/// A representative that was asked for and not sent, because Cin7 has no sales contact by exactly that name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnsetRepresentative {
    /// What was given.
    pub given: String,
    /// The contact that was probably meant.
    pub closest: Option<String>,
}

/// A customer account on its way to Cin7, or there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The number of the stored form.
    pub format: u32,
    /// The name as it is compared: what this account is known by here.
    pub key: String,
    /// The name.
    pub name: String,
    /// The body of the post, frozen.
    pub body: String,
    /// The phone number that the CRM holds as its own.
    pub phone: String,
    /// The representative that was not sent.
    pub representative: Option<UnsetRepresentative>,
    /// When the form was taken, by this machine's clock.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// When it was found that a post brought no clear answer; cleared once that is known.
    pub in_doubt: Option<Timestamp>,
    /// How many looks since then found nothing.
    pub looks: usize,
    /// Failures in a row.
    pub failures: u32,
    /// When the next try is due; `None` means at once.
    pub next_try: Option<Timestamp>,
    /// What was said last, in Cin7's own words where there were any.
    pub words: String,
    /// Customers of this name that Cin7 had.
    pub found: Vec<CompanyFacts>,
    /// The customer, once it stands in Cin7.
    pub made: Option<CompanyFacts>,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Take this step now: claim it, send it, and tell what was heard.
    Take(Step),
    /// Nothing before this time.
    Wait(Timestamp),
    /// Nothing until someone acts.
    Rest,
}

/// What a step brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The look-up's rows, whatever names they bear.
    Rows(Vec<CompanyFacts>),
    /// The customer was made.
    Made(Box<CompanyFacts>),
    /// No answer, or a refusal.
    Failed(Failure),
}

/// What an account of this name is known by.
pub fn key_of(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Account {
    /// An account whose form was just taken and is about to be saved. `body` is what will be sent, to the letter.
    pub fn new(checked: Checked, body: String, now: Timestamp) -> Self {
        Self {
            format: FORMAT,
            key: key_of(&checked.customer.name),
            name: checked.customer.name,
            body,
            phone: checked.customer.phone,
            representative: checked.representative,
            created_at: now,
            state: State::Queued { step: Step::LookUp },
            in_doubt: None,
            looks: 0,
            failures: 0,
            next_try: None,
            words: String::new(),
            found: Vec::new(),
            made: None,
        }
    }

    /// Whether another form of the same name may take its place: nothing of this one is in Cin7, and nothing is on its way.
    pub const fn may_be_replaced(&self) -> bool {
        matches!(self.state, State::Refused | State::Lost)
    }

    /// Whether it may be forgotten: nothing is on its way and nothing was made.
    pub const fn may_be_forgotten(&self) -> bool {
        matches!(self.state, State::Refused | State::Lost | State::Asks)
    }

    /// The CRM's own fields of the customer that was made: what was typed, and people and address as Cin7 keeps them.
    pub fn own(&self) -> Option<OnceCopied> {
        let facts = self.made.as_ref()?;
        let copied = OnceCopied::of(facts);
        // A customer that stood there before is copied as any other is.
        Some(if self.found.is_empty() || self.in_doubt.is_some() {
            OnceCopied { name: self.name.clone(), phone: self.phone.clone(), ..copied }
        } else {
            copied
        })
    }

    /// What to do now. `alive` tells whether the tab that took a step on is known to live.
    pub fn next(&self, now: Timestamp, alive: impl Fn(&str) -> bool) -> Action {
        let step = match &self.state {
            State::Queued { step } => *step,
            State::Unknown => Step::LookUp,
            State::Sending { owner, until, .. } if now < *until && alive(owner) => return Action::Wait(*until),
            // Its tab is gone: whatever it sent may have arrived.
            State::Sending { .. } => return Action::Take(Step::LookUp),
            State::Refused | State::Lost | State::Asks | State::Made => return Action::Rest,
        };
        match self.next_try {
            Some(due) if now < due => Action::Wait(due),
            _ => Action::Take(step),
        }
    }

    /// Takes a step on for `owner`. To be stored strictly, on condition that nobody else changed the account, before the step
    /// is sent.
    pub fn claim(&mut self, step: Step, owner: &str, now: Timestamp) {
        if step == Step::Post || matches!(self.state, State::Sending { step: Step::Post, .. }) {
            self.in_doubt = Some(now);
            self.looks = 0;
        }
        self.state = State::Sending { step, owner: owner.to_owned(), until: now.plus_millis(LEASE) };
        self.next_try = None;
    }

    /// Takes in what a step brought. `random` spreads retries.
    pub fn told(&mut self, step: Step, heard: Heard, now: Timestamp, random: u32) {
        match heard {
            Heard::Made(facts) => self.is_made(*facts),
            Heard::Rows(rows) => {
                self.failures = 0;
                let name = &self.name;
                self.found = rows.into_iter().filter(|row| same_name(&row.name, name)).collect();
                if self.found.is_empty() { self.found_nothing(now) } else { self.state = State::Asks }
            }
            Heard::Failed(failure) => self.failed(step, &failure, now, random),
        }
    }

    /// Takes in what a step brought to a tab that was thought dead, when another has taken the account on since: only a
    /// customer that was made counts. Returns whether anything changed.
    pub fn told_late(&mut self, heard: &Heard) -> bool {
        match heard {
            Heard::Made(facts) if self.made.is_none() => {
                self.is_made((**facts).clone());
                true
            }
            _ => false,
        }
    }

    fn is_made(&mut self, facts: CompanyFacts) {
        self.state = State::Made;
        self.made = Some(facts);
        (self.in_doubt, self.next_try) = (None, None);
        self.found.clear();
        self.words.clear();
    }

    fn found_nothing(&mut self, now: Timestamp) {
        let Some(sent) = self.in_doubt else {
            self.state = State::Queued { step: Step::Post };
            return;
        };
        self.looks += 1;
        if let Some(delay) = SETTLE.get(self.looks) {
            self.state = State::Unknown;
            self.next_try = Some(sent.plus_millis(*delay).max(now.plus_millis(SETTLE[0])));
        } else {
            self.in_doubt = None;
            self.state = State::Lost;
        }
    }

    fn failed(&mut self, step: Step, failure: &Failure, now: Timestamp, random: u32) {
        if step == Step::Post {
            // Unless it provably did not arrive, it may do so from now on.
            self.in_doubt = failure.ambiguous.then_some(now);
        }
        self.words = match failure.kind {
            // Another device was faster, and Cin7's list lags behind. It is looked for again until it shows.
            FailureKind::KeyReused => format!(
                "A customer named {} was created a moment ago from another form, with other details, and Cin7 does not list it yet. It is looked for again, and you are asked whether it is the one you mean. No second one is made.",
                self.name
            ),
            _ => failure.words(),
        };
        if matches!(failure.kind, FailureKind::Refused | FailureKind::NotAllowed) && self.in_doubt.is_none() {
            self.state = State::Refused;
            return;
        }
        self.failures += 1;
        let pause = match (failure.kind, failure.retry_after) {
            (FailureKind::Credentials, _) => CREDENTIALS_PAUSE,
            (_, Some(seconds)) => i64::from(seconds) * 1_000,
            _ => {
                let bound = PAUSE.0.saturating_mul(1 << self.failures.min(10)).min(PAUSE.1);
                PAUSE.0 / 2 + i64::from(random) % bound.max(1)
            }
        };
        let first_look = step == Step::Post && failure.ambiguous;
        self.next_try = Some(now.plus_millis(if first_look { SETTLE[0].max(pause) } else { pause }));
        // Nothing is posted without a fresh look.
        self.state = if self.in_doubt.is_some() { State::Unknown } else { State::Queued { step: Step::LookUp } };
    }

    /// Someone asks for another try: Cin7 is looked through first. Returns whether there was anything to try.
    pub fn retry(&mut self) -> bool {
        match self.state {
            State::Refused | State::Lost | State::Asks => {
                self.state = State::Queued { step: Step::LookUp };
                self.next_try = None;
                self.words.clear();
                true
            }
            State::Queued { .. } => {
                self.next_try = None;
                true
            }
            // The settle delay of an unknown outcome is not for a person to skip.
            State::Unknown | State::Sending { .. } | State::Made => false,
        }
    }

    /// Someone says that a customer that was found is the one that was meant. Returns whether it is among those found.
    pub fn use_found(&mut self, id: Guid) -> bool {
        let Some(found) = self.found.iter().find(|found| found.id == id).filter(|_| self.state == State::Asks) else {
            return false;
        };
        self.made = Some(found.clone());
        self.state = State::Made;
        self.next_try = None;
        true
    }
}

#[cfg(test)]
mod tests;
