//! Answers that come to a tab which was thought dead, when another has taken its order on.

use super::{Heard, Order, State, Step, named};
use crate::records::Timestamp;

impl Order {
    /// Takes in what a step brought to a tab that was thought dead, when another has taken the order on since. Only what
    /// Cin7 did counts: a look may be older than what stands here, and its failure was reckoned with when the order was
    /// taken over. Returns whether anything changed.
    pub fn told_late(&mut self, step: Step, heard: &Heard, now: Timestamp) -> bool {
        let stopped = matches!(self.state, State::NeedsAttention { .. });
        match (step, heard) {
            (Step::Header, Heard::Sale(sale)) if self.by_hand.is_some() => {
                if !self.beside_by_hand(step, sale.id, &sale.number, now) {
                    return false;
                }
            }
            (Step::Header, Heard::Sale(sale)) => match self.sale {
                Some(known) if known == sale.id => return false,
                Some(_) => self.stop_twice(step, &[self.name().to_owned(), named(&sale.number)], now),
                None if stopped => self.sale_known(sale.id, &sale.number),
                None => self.heard_sale(step, sale, now),
            },
            (Step::Lines, Heard::Posted { .. }) if !stopped && !self.is_settled() => {
                self.told(step, heard.clone(), now, 0);
            }
            _ => return false,
        }
        true
    }
}
