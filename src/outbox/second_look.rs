//! The look at an order that stands: whether it still stands alone.
//!
//! A header that Cin7 commits later than the last look before a new one was posted makes a second sale, and nothing tells of
//! it. So the key is looked up once more when nothing of the order can be under way any longer, and again whenever Cin7's list
//! of sales shows another sale that bears it.

use super::{Action, Attention, CREDENTIALS_PAUSE, LEASE, Order, State, Step, named, pause_after};
use crate::records::sale::SaleHead;
use crate::records::{Guid, Timestamp};
use crate::transport::Failure;

/// How long after it was found to stand an order is looked up once more, in milliseconds. Beyond the time in which a tab or a
/// proxy may still be at one of its calls, and the time that a lost one is given to settle.
pub const SECOND_LOOK: i64 = 300_000;

const _: () = assert!(SECOND_LOOK > LEASE);

impl Order {
    /// What an order that stands has to do.
    pub(super) fn second_look_due(&self, now: Timestamp) -> Action {
        match self.look_again {
            None => Action::Rest,
            Some(due) if now < due => Action::Wait(due),
            Some(_) => Action::Take(Step::SecondLook),
        }
    }

    /// Cin7's list of sales shows this sale under the order's key, and it is not voided. Returns whether that asks for a look.
    pub fn seen(&mut self, sale: Guid, now: Timestamp) -> bool {
        // A sale of which Cin7 refused the lines or the receipt may have a twin too.
        let refused = matches!(self.state, State::NeedsAttention { why: Attention::Refused, .. }) && self.sale.is_some();
        let another = (self.is_settled() || refused) && self.sale != Some(sale);
        if another {
            self.look_again = Some(now);
        }
        another
    }

    pub(super) fn looked_again(&mut self, rows: &[SaleHead], now: Timestamp) {
        (self.look_again, self.failures) = (None, 0);
        if self.by_hand.is_some() {
            return self.looked_beside(rows, now);
        }
        let others: Vec<String> = self
            .standing(rows)
            .iter()
            .filter(|row| self.sale.is_some_and(|known| known != row.id))
            .map(|row| named(&row.number))
            .collect();
        if others.is_empty() {
            if self.is_settled() {
                self.log(Step::SecondLook, true, "No other sale bears this quote's link.".into(), now);
            }
            return;
        }
        let mut numbers = vec![self.name().to_owned()];
        numbers.extend(others);
        self.stop_twice(Step::SecondLook, &numbers, now);
    }

    /// A look that failed proves nothing, and holds nothing up: the order stands.
    pub(super) fn second_look_failed(&mut self, failure: &Failure, now: Timestamp, random: u32) {
        self.failures += 1;
        let asked_for = failure.retry_after.map_or(0, |seconds| i64::from(seconds) * 1_000);
        let pause = if failure.retryable() { pause_after(self.failures, random) } else { CREDENTIALS_PAUSE };
        self.look_again = Some(now.plus_millis(pause.max(asked_for)));
    }

    /// The rows that bear the very key and are not voided: Cin7's filter may match loosely.
    pub(super) fn standing<'r>(&self, rows: &'r [SaleHead]) -> Vec<&'r SaleHead> {
        rows.iter().filter(|row| row.external_id == self.plan.key && !row.state().is_voided()).collect()
    }

    /// More than one sale stands where one should.
    pub(super) fn stop_twice(&mut self, step: Step, numbers: &[String], now: Timestamp) {
        let text = format!("{} bear this quote's link. One of them is too many.", numbers.join(" and "));
        self.stop(Attention::Duplicate, step, text, now);
    }
}
