//! What Cin7 refuses, it refuses for good: the order stops with Cin7's words. Save for lines, which may stand there already.

use super::{Attention, Order, State, Step};
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
