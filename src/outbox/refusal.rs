//! What Cin7 refuses, it refuses for good: the order stops with Cin7's words. Save for lines, which may stand there already.

use super::{Attention, Order, PAUSE, State, Step};
use crate::records::Timestamp;
use crate::transport::Failure;

impl Order {
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
