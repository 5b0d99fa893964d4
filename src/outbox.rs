//! The outbox: how one quote becomes one sale in Cin7, whatever happens on the way.
//!
//! # The promise
//!
//! An order that was once said to be *saved* is never lost, and never stands in Cin7 twice by our doing. Where that cannot
//! be decided by a machine, the order stops and says so; it never guesses.
//!
//! # How
//!
//! Confirming freezes the payload together with its key, the quote's canonical link, and writes both strictly before
//! anything is sent. From then on the order is this state machine, written down before and after every step:
//!
//! ```text
//!            +---------------------- settle, look again -----------------------+
//!            v                                                                 |
//! queued -> look up --none--> header --made--> lines --made--> read back -> confirmed
//!            |   |               |               |                 |
//!            |   +--found: read the sale; half-made: go on at its lines        |
//!            |                   +---- no answer: unknown -------------- - - --+
//!            +-- voided, foreign or twice: needs attention
//! ```
//!
//! - **Every try begins with a look-up** by `ExternalID`. Cin7 has no idempotency key; the look-up is the only guard.
//! - **`unknown` is a state of its own.** A step that was sent and brought no clear answer may have taken effect, also
//!   when the tab died while it was waiting. It is resolved by looking, several times with growing pauses
//!   ([`SETTLE`]), and a new header is posted only after every look found nothing.
//! - **A half-made sale is finished**, not doubled: a header without lines gets its lines. Posting lines replaces what
//!   stands there and is refused once authorised, so it cannot double anything.
//! - **Nothing is adopted silently.** A sale under our key that is voided, belongs to another customer, or carries other
//!   lines stops the order for a person to decide; so do two sales under one key.
//! - **It is looked up once more** when it stands: [`SECOND_LOOK`] later, and when Cin7's list of sales shows another sale with
//!   its key. Two are said, with both numbers.
//! - **What a person has entered by hand is never sent**; see [`ByHand`].
//! - **The proxy keeps it too** ([`Custody`]), and says before each try whether it ended on another device.
//! - **A refusal is final** until someone acts: the same payload would be refused again. Cin7's words are kept, and the quote may
//!   be changed and confirmed again while Cin7 holds nothing but a header ([`Order::may_be_mended`]).
//! - Orders do not wait for each other.
//!
//! # What it cannot promise
//!
//! A header that Cin7 commits later than the last look (more than 100 seconds after its answer was lost)
//! would be posted again. Then two sales stand, until the second look or the list of sales shows the other one, and a person
//! voids one of them.
//!
//! The machine asks for an [`Action`] and is told what was [`Heard`]; sending, storing and waiting are the desk's.

mod by_hand;
mod custody;
mod late;
mod look_up;
mod mending;
mod receipt;
mod refusal;
mod second_look;
mod state;
mod view;

use serde::{Deserialize, Serialize};

use crate::order::{OrderPlan, ReadBack};
use crate::records::sale::{SaleFacts, SaleHead};
use crate::records::{Guid, Timestamp};
use crate::transport::Failure;
use refusal::pause_after;

pub use by_hand::{Asked, ByHand, Judged};
pub use custody::{Custody, CustodySaid};
pub use second_look::SECOND_LOOK;
pub use state::{Attention, State, Step};
pub use view::{ExpectedTotals, OrderStepView, OrderView};

/// When to look, in milliseconds after it was found that a header brought no clear answer. A proxy gives up on Cin7 after
/// 90 seconds; the last look lies beyond that.
pub const SETTLE: [i64; 3] = [5_000, 20_000, 100_000];

/// Shortest and longest pause after a failure that may pass by itself, in milliseconds.
const PAUSE: (i64, i64) = (2_000, 60_000);

/// Pause after the proxy's credentials were refused: someone has to mend them first.
const CREDENTIALS_PAUSE: i64 = 300_000;

/// How long a tab may take over one step before another tab may think it dead, in milliseconds. Above the longest time a
/// write may take.
pub const LEASE: i64 = 150_000;

/// The number of the stored form.
const FORMAT: u32 = 1;

/// Something that happened, for the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The step.
    pub step: Step,
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// Whether it went well.
    pub ok: bool,
    /// What happened, with Cin7's own words where there were any.
    pub text: String,
}

/// An order, from the moment it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// The number of the stored form.
    pub format: u32,
    /// What will be sent, frozen.
    pub plan: OrderPlan,
    /// When it was confirmed, by this machine's clock.
    pub confirmed_at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// The sale, once known.
    pub sale: Option<Guid>,
    /// The order's number in Cin7, once known.
    pub number: Option<String>,
    /// When it was found that a header brought no clear answer; cleared when the sale is known, or known not to be.
    pub header_in_doubt: Option<Timestamp>,
    /// How many looks since then found nothing.
    pub looks: usize,
    /// Failures in a row.
    pub failures: u32,
    /// When the next try is due; `None` means at once, unless it needs attention.
    pub next_try: Option<Timestamp>,
    /// Cin7's words when it refused the lines, until the sale was read.
    #[serde(default)]
    pub lines_refused: Option<String>,
    /// When it was found that posting the receipt brought no clear answer; cleared when it was found, or known not to be there.
    #[serde(default)]
    pub receipt_in_doubt: Option<Timestamp>,
    /// When it was known that the receipt stands in Cin7.
    #[serde(default)]
    pub receipt_posted: Option<Timestamp>,
    /// What reading back showed.
    pub read_back: Option<ReadBack>,
    /// Cin7's status of the sale when it was last read.
    pub sale_status: Option<String>,
    /// When the order, which stands, is to be looked up once more.
    #[serde(default)]
    pub look_again: Option<Timestamp>,
    /// What was said when it was entered by hand.
    #[serde(default)]
    pub by_hand: Option<ByHand>,
    /// How far it is in the proxy's custody; `None` before it was asked.
    #[serde(default)]
    pub custody: Option<Custody>,
    /// Since when its quote is open for changes, after Cin7 refused it; nothing is sent meanwhile.
    #[serde(default)]
    pub mending: Option<Timestamp>,
    /// The timeline, oldest first. Repeats of the same failure are kept once, with their last time.
    pub log: Vec<Entry>,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Take this step now: claim it, send it, and tell what was heard.
    Take(Step),
    /// Nothing before this time.
    Wait(Timestamp),
    /// Tell the proxy how the order ended, and then what came of that ([`Order::released`]). Needs no claim.
    Release,
    /// Nothing until someone acts.
    Rest,
}

/// What a step brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The look-up's rows, whatever keys they bear.
    Rows(Vec<SaleHead>),
    /// The sale, as the header or a reading answered it.
    Sale(Box<SaleFacts>),
    /// The sale as a header answered it that was made before, perhaps by another device, which may be giving it lines.
    Known(Box<SaleFacts>),
    /// The lines were taken; what stands is read back.
    Posted {
        /// The order's number, where the answer has it.
        number: String,
    },
    /// References of what has been paid on the sale.
    Paid(Vec<String>),
    /// The receipt was taken.
    Receipt,
    /// Another order of the quote is on its way from another device; nothing was asked.
    Elsewhere(String),
    /// It was entered by hand on another device; nothing was asked.
    EnteredElsewhere(ByHand),
    /// No answer, or a refusal.
    Failed(Failure),
}

impl Order {
    /// An order that has just been confirmed and is about to be saved.
    pub fn new(plan: OrderPlan, now: Timestamp) -> Self {
        Self {
            format: FORMAT,
            plan,
            confirmed_at: now,
            state: State::Queued { step: Step::LookUp },
            sale: None,
            number: None,
            header_in_doubt: None,
            looks: 0,
            failures: 0,
            next_try: None,
            lines_refused: None,
            receipt_in_doubt: None,
            receipt_posted: None,
            read_back: None,
            sale_status: None,
            look_again: None,
            by_hand: None,
            custody: None,
            mending: None,
            log: Vec::new(),
        }
    }

    /// The key: the quote's canonical link.
    pub fn key(&self) -> &str {
        &self.plan.key
    }

    /// What to do now. `alive` tells whether the tab that took a step on is known to live.
    pub fn next(&self, now: Timestamp, alive: impl Fn(&str) -> bool) -> Action {
        let step = match &self.state {
            State::Unknown { step: Step::Header } if crate::planted::has("no look before a header") => Step::Header,
            State::Unknown { step: Step::Receipt } if crate::planted::has("receipt without a look") => Step::Receipt,
            State::Queued { step } => *step,
            State::Unknown { step: Step::Lines } => Step::Inspect,
            State::Unknown { step: Step::Receipt } => Step::ReceiptLookUp,
            State::Unknown { .. } => Step::LookUp,
            State::Sending { owner, until, .. } if now < *until && alive(owner) => return Action::Wait(*until),
            // Its tab is gone: whatever it sent may have arrived.
            State::Sending { step, .. } if crate::planted::has("no recovery") => return Action::Take(*step),
            State::Sending { step, .. } => return Action::Take(step.recovery()),
            State::NeedsAttention { .. } | State::Confirmed | State::ByHand => return self.when_it_rests(now),
        };
        match self.next_try {
            Some(due) if now < due => Action::Wait(due),
            _ => Action::Take(step),
        }
    }

    /// Takes a step on for `owner`. To be stored strictly, on condition that nobody else changed the order, before the
    /// step is sent.
    pub fn claim(&mut self, step: Step, owner: &str, now: Timestamp) {
        if step == Step::SecondLook {
            // It stands, whatever the look brings. Another tab looks in its place when this one dies.
            self.look_again = Some(now.plus_millis(LEASE));
            return;
        }
        // A header is in doubt until an answer says otherwise, also when the tab dies before one comes. When a dead tab's
        // header left is not known: count from when that was found.
        if step == Step::Header || matches!(self.state, State::Sending { step: Step::Header, .. }) {
            self.header_in_doubt = Some(now);
            self.looks = 0;
        }
        if step == Step::Receipt || matches!(self.state, State::Sending { step: Step::Receipt, .. }) {
            self.receipt_in_doubt = Some(now);
            self.looks = 0;
        }
        self.state = State::Sending { step, owner: owner.to_owned(), until: now.plus_millis(LEASE) };
        self.next_try = None;
    }

    /// Takes in what a step brought. `random` spreads retries.
    pub fn told(&mut self, step: Step, heard: Heard, now: Timestamp, random: u32) {
        match heard {
            Heard::Failed(failure) if step == Step::SecondLook => self.second_look_failed(&failure, now, random),
            Heard::Rows(rows) if step == Step::SecondLook => self.looked_again(&rows, now),
            Heard::Elsewhere(words) => self.stop(Attention::Elsewhere, step, words, now),
            Heard::EnteredElsewhere(entry) => self.mark_by_hand(entry, now),
            Heard::Failed(failure) => self.failed(step, &failure, now, random),
            Heard::Rows(rows) => {
                self.failures = 0;
                self.looked_up(&rows, now);
            }
            Heard::Sale(sale) => {
                self.failures = 0;
                self.heard_sale(step, &sale, now);
            }
            Heard::Known(sale) => {
                self.failures = 0;
                self.sale_known(sale.id, &sale.number);
                self.log(step, true, format!("Header {} was made before.", self.name()), now);
                // What has become of it since is read before anything is sent.
                self.state = State::Queued { step: Step::Inspect };
            }
            Heard::Paid(references) => {
                self.failures = 0;
                self.receipts_seen(&references, now);
            }
            Heard::Receipt => {
                self.failures = 0;
                self.receipt_taken(now);
            }
            Heard::Posted { number } => {
                self.failures = 0;
                if !number.is_empty() {
                    self.number = Some(number);
                }
                self.log(step, true, format!("Lines of {} posted.", self.name()), now);
                self.state = State::Queued { step: Step::ReadBack };
                if crate::planted::has("no read-back") {
                    self.state = State::Confirmed;
                }
            }
        }
    }

    fn sale_known(&mut self, id: Guid, number: &str) {
        self.sale = Some(id);
        if !number.is_empty() {
            self.number = Some(number.to_owned());
        }
        self.header_in_doubt = None;
        self.looks = 0;
    }

    fn heard_sale(&mut self, step: Step, sale: &SaleFacts, now: Timestamp) {
        self.sale_known(sale.id, &sale.number);
        self.sale_status = Some(sale.status.clone());
        if sale.state().is_voided() {
            let text = format!("{} was voided in Cin7.", named(&sale.number));
            return self.stop(Attention::Voided, step, text, now);
        }
        if step == Step::Header {
            self.log(step, true, format!("Header {} made.", self.name()), now);
            self.state = State::Queued { step: Step::Lines };
        } else {
            self.compared(step, sale, now);
        }
    }

    fn name(&self) -> &str {
        self.number.as_deref().unwrap_or("of the sale")
    }

    /// The sale was read: finish it, or confirm it, or stop because it is not ours.
    fn compared(&mut self, step: Step, sale: &SaleFacts, now: Timestamp) {
        if sale.customer.is_some_and(|customer| customer != self.plan.customer) && !crate::planted::has("adopts foreign sales") {
            let text = format!("{} bears this quote's link but belongs to another customer.", named(&sale.number));
            return self.stop(Attention::Foreign, step, text, now);
        }
        if !sale.has_lines() && !sale.state().is_authorised() {
            let text = format!("{} has no lines yet.", named(&sale.number));
            if step == Step::ReadBack {
                // The lines were said to be taken, and are not there. Posting them again cannot double anything, but a Cin7
                // that drops them every time must not be asked for ever.
                return self.stop(Attention::Refused, Step::Lines, format!("{text} Cin7 took them and did not keep them."), now);
            }
            if let Some(words) = self.lines_refused.take() {
                return self.stop(Attention::Refused, Step::Lines, words, now);
            }
            self.log(Step::Inspect, true, text, now);
            self.state = State::Queued { step: Step::Lines };
            return;
        }
        let mut read_back = crate::order::read_back(&self.plan, sale);
        let succeeded = self.custody.as_ref().is_some_and(Custody::succeeded);
        if step == Step::Inspect && !read_back.lines_match && !succeeded {
            let text = format!("{} bears this quote's link but has other lines than this quote.", named(&sale.number));
            self.read_back = Some(read_back);
            return self.stop(Attention::Foreign, step, text, now);
        }
        if succeeded && !read_back.lines_match {
            read_back.notes.insert(0, "Changed and confirmed again on another device".to_owned());
        }
        let mut text = if read_back.agrees { "Read back: the totals agree.".to_owned() } else { "Read back.".to_owned() };
        for note in &read_back.notes {
            text = format!("{text} {note}.");
        }
        self.log(Step::ReadBack, true, text, now);
        self.read_back = Some(read_back);
        (self.next_try, self.lines_refused) = (None, None);
        self.look_again = Some(now.plus_millis(SECOND_LOOK));
        if succeeded {
            // Its receipt is that other order's too.
            self.state = State::Confirmed;
            return;
        }
        self.settled(now);
    }

    fn stop(&mut self, why: Attention, step: Step, text: String, now: Timestamp) {
        self.log(step, false, text, now);
        self.next_try = None;
        self.state = State::NeedsAttention { why, step };
    }

    fn log(&mut self, step: Step, ok: bool, text: String, now: Timestamp) {
        match self.log.last_mut() {
            Some(last) if last.step == step && last.ok == ok && last.text == text => last.at = now,
            _ => self.log.push(Entry { step, at: now, ok, text }),
        }
    }
}

fn named(number: &str) -> String {
    if number.is_empty() { "A sale".to_owned() } else { number.to_owned() }
}

#[cfg(test)]
mod tests;
