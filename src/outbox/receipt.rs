//! The receipt of an order: posted once, after the order stands, and never without a look for its reference.
//!
//! A payment cannot carry the order's key, and Cin7 takes the same one twice. So every try begins with a look at what has
//! been paid on the sale, and an unclear answer is resolved by looking: several times, with the pauses of [`SETTLE`].

use super::{Order, SETTLE, State, Step};
use crate::records::Timestamp;

impl Order {
    /// The order stands and was read back: what is left is its receipt, where it has one.
    pub(super) fn settled(&mut self, now: Timestamp) {
        self.state = match &self.plan.receipt {
            Some(receipt) if self.receipt_posted.is_none() => match &receipt.stays {
                Some(why) => {
                    let text = format!("receipt not posted: {why}");
                    self.log(Step::Receipt, true, text, now);
                    State::Confirmed
                }
                None => State::Queued { step: Step::ReceiptLookUp },
            },
            _ => State::Confirmed,
        };
    }

    /// What has been paid on the sale, by its references.
    pub(super) fn receipts_seen(&mut self, references: &[String], now: Timestamp) {
        let Some(receipt) = &self.plan.receipt else { return };
        if references.contains(&receipt.reference) {
            let text = format!("Receipt {} of {} is in Cin7.", receipt.reference, receipt.amount);
            self.receipt_posted = Some(now);
            (self.receipt_in_doubt, self.looks, self.next_try) = (None, 0, None);
            self.log(Step::Receipt, true, text, now);
            self.state = State::Confirmed;
            return;
        }
        let Some(sent) = self.receipt_in_doubt else {
            self.state = State::Queued { step: Step::Receipt };
            return;
        };
        self.looks += 1;
        if let Some(delay) = SETTLE.get(self.looks) {
            self.log(Step::ReceiptLookUp, true, "Receipt not in Cin7 so far; looking again before it is posted.".into(), now);
            self.state = State::Unknown { step: Step::Receipt };
            self.next_try = Some(sent.plus_millis(*delay).max(now.plus_millis(SETTLE[0])));
        } else {
            self.log(
                Step::ReceiptLookUp,
                true,
                "Looked several times: the receipt is not in Cin7. Posting it again.".into(),
                now,
            );
            self.receipt_in_doubt = None;
            self.state = State::Queued { step: Step::Receipt };
        }
    }

    /// Cin7 took the payment.
    pub(super) fn receipt_taken(&mut self, now: Timestamp) {
        let Some(receipt) = &self.plan.receipt else { return };
        let text = format!("Receipt {} of {} posted.", receipt.reference, receipt.amount);
        self.receipt_posted = Some(now);
        (self.receipt_in_doubt, self.looks) = (None, 0);
        self.log(Step::Receipt, true, text, now);
        self.state = State::Confirmed;
    }

    /// Another sale is this order's from now on. Money is posted once: what stands on the former one is for a person to move.
    pub(super) fn receipt_left_behind(&mut self, now_on: &str, now: Timestamp) {
        let (Some(receipt), true) = (&self.plan.receipt, self.receipt_posted.is_some()) else { return };
        let (reference, amount, before) = (&receipt.reference, receipt.amount, self.name());
        let text = format!("Receipt {reference} of {amount} was posted to {before}, not to {now_on}: move it in Cin7.");
        self.log(Step::Receipt, true, text, now);
    }
}
