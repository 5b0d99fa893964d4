//! Steps that failed. What may pass is tried again later, and looked up first where it may have taken effect. What Cin7 refuses,
//! it refuses for good: the order stops with Cin7's words; save for lines, which may stand there already.

use super::{Attention, CREDENTIALS_PAUSE, Order, PAUSE, SETTLE, State, Step};
use crate::records::Timestamp;
use crate::transport::{Failure, FailureKind};

impl Order {
    pub(super) fn failed(&mut self, step: Step, failure: &Failure, now: Timestamp, random: u32) {
        if step == Step::Header {
            // Unless it provably did not arrive, it may do so from now on.
            self.header_in_doubt = failure.ambiguous.then_some(now);
        }
        if step == Step::Receipt {
            self.receipt_in_doubt = failure.ambiguous.then_some(now);
            if failure.ambiguous && crate::planted::has("receipt sent is posted") {
                return self.receipt_taken(now);
            }
        }
        if failure.kind == FailureKind::Refused || failure.kind == FailureKind::NotAllowed {
            return self.refused(step, failure, now);
        }
        self.failures += 1;
        let text = if failure.words().is_empty() { "Cin7 did not answer.".to_owned() } else { failure.words() };
        self.log(step, false, text, now);
        let pause = match (failure.kind, failure.retry_after) {
            (FailureKind::Credentials, _) => CREDENTIALS_PAUSE,
            (_, Some(seconds)) => i64::from(seconds) * 1_000,
            _ => pause_after(self.failures, random),
        };
        if failure.ambiguous && step.writes() {
            self.state = State::Unknown { step };
            self.next_try = Some(now.plus_millis(SETTLE[0].max(if failure.retry_after.is_some() { pause } else { 0 })));
        } else {
            let again = match step {
                // Nothing is posted without a fresh look.
                Step::Header => Step::LookUp,
                Step::Lines => Step::Inspect,
                Step::Receipt => Step::ReceiptLookUp,
                other => other,
            };
            self.state = if self.header_in_doubt.is_some() {
                State::Unknown { step: Step::Header }
            } else if self.receipt_in_doubt.is_some() {
                State::Unknown { step: Step::Receipt }
            } else {
                State::Queued { step: again }
            };
            self.next_try = Some(now.plus_millis(pause));
        }
    }

    pub(super) fn refused(&mut self, step: Step, failure: &Failure, now: Timestamp) {
        let text = match (step, &self.number) {
            (Step::Lines, Some(number)) => format!("Header {number} made, lines refused: {}", failure.words()),
            (Step::Lines, None) => format!("Header made, lines refused: {}", failure.words()),
            (Step::Receipt | Step::ReceiptLookUp, _) => format!("Receipt refused: {}", failure.words()),
            (Step::Header, _) => format!("Header refused: {}", failure.words()),
            _ => failure.words(),
        };
        if step != Step::Lines {
            return self.stop(Attention::Refused, step, text, now);
        }
        // An earlier try, slow or given up for lost, may have brought them: the sale is read before this is believed.
        self.log(step, false, text.clone(), now);
        self.lines_refused = Some(text);
        self.state = State::Queued { step: Step::Inspect };
    }
}

/// Full jitter: a random time up to a bound that doubles with every failure.
pub(super) fn pause_after(failures: u32, random: u32) -> i64 {
    let bound = PAUSE.0.saturating_mul(1 << failures.min(10)).min(PAUSE.1);
    PAUSE.0 / 2 + i64::from(random) % bound.max(1)
}
