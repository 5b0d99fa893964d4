//! What a person does with an order.

use super::{Attention, Order, State, Step};

impl Order {
    /// Whether nothing of it is left to do: it needs neither Cin7 nor a person.
    pub const fn is_settled(&self) -> bool {
        matches!(self.state, State::Confirmed)
    }

    /// Someone asks for another try: the order is looked up first, then goes on where it stopped.
    ///
    /// Returns whether there was anything to retry.
    pub fn retry(&mut self) -> bool {
        match &self.state {
            State::NeedsAttention { why, .. } => {
                // Which of two sales was left standing only a look-up can tell.
                let known = self.sale.is_some() && *why != Attention::Duplicate;
                let step = if known { Step::Inspect } else { Step::LookUp };
                self.state = State::Queued { step };
                (self.next_try, self.lines_refused) = (None, None);
                true
            }
            State::Queued { .. } => {
                self.next_try = None;
                true
            }
            // The settle delay of an unknown outcome is not for a person to skip.
            State::Unknown { .. } | State::Sending { .. } | State::Confirmed => false,
        }
    }
}
