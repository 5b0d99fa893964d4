//! What a person does with an order: asks for another try, or enters it in Cin7 by hand.
//!
//! An order that was entered by hand is never sent again. What was sent of it before may yet turn up, so its key is looked up
//! as that of a confirmed one is; a sale under it that is not the one which was entered makes two of one quote, and both are
//! said.

use serde::{Deserialize, Serialize};

use super::second_look::SECOND_LOOK;
use super::{Attention, Order, SETTLE, State, Step, named};
use crate::records::sale::{SaleFacts, SaleHead};
use crate::records::{Guid, Timestamp};

/// What a person said when an order was entered by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ByHand {
    /// The number that Cin7 gave the order.
    pub number: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Cin7's id of the sale, where it could be found.
    pub sale: Option<Guid>,
    /// What did not agree, and was accepted.
    pub doubts: Vec<String>,
}

/// What Cin7 answered about a number.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Rows under the order's key.
    pub by_key: Vec<SaleHead>,
    /// Rows that a search for the number brought.
    pub by_number: Vec<SaleHead>,
    /// The one sale of that number, read whole.
    pub sale: Option<Box<SaleFacts>>,
}

/// What is to be thought of a number that a person gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// The sale.
    pub sale: Option<Guid>,
    /// Why it cannot be taken.
    pub stops: Vec<String>,
    /// What does not agree; a person may know better.
    pub doubts: Vec<String>,
}

fn is_number(row: &SaleHead, number: &str) -> bool {
    row.number.trim().eq_ignore_ascii_case(number.trim())
}

impl Asked {
    /// The one sale that bears this number and stands; else any that does.
    fn of<'a>(&'a self, number: &'a str) -> Option<&'a SaleHead> {
        let mut rows = self.by_number.iter().filter(|row| is_number(row, number));
        let first = rows.next();
        first.filter(|row| !row.state().is_voided()).or_else(|| rows.find(|row| !row.state().is_voided())).or(first)
    }

    /// The id of the sale that is to be read whole.
    pub fn to_read(&self, number: &str) -> Option<Guid> {
        self.of(number).map(|row| row.id)
    }
}

impl Order {
    /// Whether nothing of it is left to do: it needs neither Cin7 nor a person.
    pub const fn is_settled(&self) -> bool {
        matches!(self.state, State::Confirmed | State::ByHand)
    }

    /// Someone asks for another try: the order is looked up first, then goes on where it stopped.
    ///
    /// Returns whether there was anything to retry.
    pub fn retry(&mut self) -> bool {
        if self.mending.is_some() {
            return false;
        }
        match &self.state {
            // It is not for sending: whether another sale of it still stands is looked up at once.
            State::NeedsAttention { .. } if self.by_hand.is_some() => {
                self.state = State::ByHand;
                self.look_again = self.by_hand.as_ref().map(|entry| entry.at);
                true
            }
            State::NeedsAttention { why, .. } => {
                // Which of two sales was left standing only a look-up can tell.
                let known = self.sale.is_some() && *why != Attention::Duplicate;
                let step = if known { Step::Inspect } else { Step::LookUp };
                if *why == Attention::OrderedBefore {
                    (self.plan.earlier_key, self.plan.told_apart) = (None, Some(true));
                }
                self.state = State::Queued { step };
                (self.next_try, self.lines_refused) = (None, None);
                // Whether it has ended elsewhere is asked anew.
                if let Some(custody) = &mut self.custody {
                    (custody.not_before, custody.refused) = (None, None);
                }
                true
            }
            State::Queued { .. } => {
                self.next_try = None;
                true
            }
            // The settle delay of an unknown outcome is not for a person to skip.
            State::Unknown { .. } | State::Sending { .. } | State::Confirmed | State::ByHand => false,
        }
    }

    /// What is to be thought of it when a person says that this order was entered in Cin7 under a number. `asked` is what
    /// Cin7 said, or why it could not be asked; `sending` tells whether a tab is at one of its steps right now.
    pub fn judge_by_hand(&self, number: &str, asked: Result<&Asked, &str>, sending: bool) -> Judged {
        let mut judged = Judged::default();
        if self.state == State::Confirmed {
            judged.stops.push(format!("{} of this order stands in Cin7 already.", self.name()));
            return judged;
        }
        if sending {
            judged.stops.push("It is being sent to Cin7 right now. Wait for the answer, then look again.".into());
            return judged;
        }
        let asked = match asked {
            Ok(asked) => asked,
            Err(why) => {
                // What was made of it may still stand.
                let made = self.number.as_deref().filter(|own| self.sale.is_some() && !own.eq_ignore_ascii_case(number));
                let voided = matches!(self.state, State::NeedsAttention { why: Attention::Voided, .. });
                match made {
                    Some(own) if self.by_hand.is_none() && !voided => judged.stops.push(format!(
                        "{own} of this order was made in Cin7, and Cin7 cannot be asked whether it still stands. {why}"
                    )),
                    _ => judged.doubts.push(format!("Cin7 could not be asked for {number}. {why}")),
                }
                return judged;
            }
        };
        for row in self.standing(&asked.by_key).into_iter().filter(|row| !is_number(row, number)) {
            let own = named(&row.number);
            judged
                .stops
                .push(format!("{own} bears this quote's link and stands in Cin7. Void it there first, or give its number."));
        }
        let Some(row) = asked.of(number) else {
            judged.doubts.push(format!("Cin7 has no order with the number {number}."));
            return judged;
        };
        judged.sale = Some(row.id);
        if row.state().is_voided() {
            judged.doubts.push(format!("{number} is voided in Cin7."));
        }
        if row.customer.is_some_and(|customer| customer != self.plan.customer) {
            judged.doubts.push(format!("{number} belongs to {}.", row.customer_name));
        }
        if !row.external_id.is_empty() && row.external_id != self.plan.key {
            judged.doubts.push(format!("{number} bears the link of another quote: {}", row.external_id));
        }
        let gross = asked.sale.as_ref().and_then(|sale| sale.gross);
        if gross != Some(self.plan.expected.gross) {
            let says = gross.map_or_else(|| "no total yet".to_owned(), |gross| gross.to_string());
            judged.doubts.push(format!("Cin7 says {says} for {number}, the quote {}.", self.plan.expected.gross));
        }
        judged
    }

    /// Marks it as entered by hand: nothing of it is sent from now on.
    pub fn mark_by_hand(&mut self, entry: ByHand, now: Timestamp) {
        let doubts: String = entry.doubts.iter().flat_map(|doubt| [" ", doubt.as_str()]).collect();
        self.log(Step::ByHand, true, format!("Entered by hand as {}, says {}.{doubts}", entry.number, entry.by), now);
        let pause = if self.header_in_doubt.is_some() { SETTLE[0] } else { SECOND_LOOK };
        (self.look_again, self.next_try) = (Some(now.plus_millis(pause)), None);
        (self.sale, self.number) = (entry.sale, Some(entry.number.clone()));
        self.read_back = None;
        (self.by_hand, self.mending) = (Some(entry), None);
        self.state = State::ByHand;
    }

    /// What is to be thought of it when a person takes that back, by what Cin7 says of the number that was given.
    pub fn judge_unmark(&self, asked: &Asked) -> Judged {
        let mut judged = Judged::default();
        let Some(entry) = &self.by_hand else {
            judged.stops.push("This order is not marked as entered by hand.".into());
            return judged;
        };
        let number = &entry.number;
        let Some(row) = asked.of(number).filter(|row| !row.state().is_voided()) else { return judged };
        if row.customer.is_some_and(|customer| customer != self.plan.customer) {
            return judged;
        }
        if asked.sale.as_ref().is_some_and(|sale| sale.gross == Some(self.plan.expected.gross)) {
            judged.stops.push(format!("{number} stands in Cin7 with this order's total. Void it there first."));
        } else {
            judged.doubts.push(format!("{number} of this customer stands in Cin7. If this order is sent, both count."));
        }
        judged
    }

    /// Takes the mark back: the order is looked up, and sent where nothing is found.
    pub fn unmark_by_hand(&mut self, by: &str, now: Timestamp) {
        if self.by_hand.take().is_none() {
            return;
        }
        self.log(Step::ByHand, true, format!("Not entered by hand after all, says {by}."), now);
        (self.sale, self.number, self.look_again, self.next_try) = (None, None, None, None);
        self.reopen_custody();
        // What was in doubt before is in doubt again, and settles first.
        self.state = if self.header_in_doubt.is_some() {
            State::Unknown { step: Step::Header }
        } else {
            State::Queued { step: Step::LookUp }
        };
    }

    /// Whether this row is the sale that was entered by hand.
    fn entered(&self, id: Guid, number: &str) -> bool {
        self.by_hand
            .as_ref()
            .is_some_and(|entry| entry.sale == Some(id) || entry.number.trim().eq_ignore_ascii_case(number.trim()))
    }

    /// A sale of it is found though it was entered by hand. Returns whether it is another one.
    pub(super) fn beside_by_hand(&mut self, step: Step, id: Guid, number: &str, now: Timestamp) -> bool {
        if self.entered(id, number) {
            self.sale = Some(id);
            return false;
        }
        let entered = self.by_hand.as_ref().map(|entry| entry.number.clone()).unwrap_or_default();
        let text = format!(
            "{} bears this quote's link and stands beside {entered}, which was entered by hand. One of them is too many.",
            named(number)
        );
        self.stop(Attention::Duplicate, step, text, now);
        true
    }

    /// The look at the key of an order that was entered by hand.
    pub(super) fn looked_beside(&mut self, rows: &[SaleHead], now: Timestamp) {
        self.look_again = None;
        let found: Vec<(Guid, String)> = self.standing(rows).iter().map(|row| (row.id, row.number.clone())).collect();
        for (id, number) in found {
            if self.beside_by_hand(Step::SecondLook, id, &number, now) {
                return;
            }
        }
        self.log(Step::SecondLook, true, "No other sale bears this quote's link.".into(), now);
        let last = self.by_hand.as_ref().map(|entry| entry.at.plus_millis(SECOND_LOOK));
        self.look_again = last.filter(|last| *last > now);
    }
}
