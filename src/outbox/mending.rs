//! Mending an order that Cin7 refused: its quote is opened, changed and confirmed again, under the same key.
//!
//! Only where Cin7 holds nothing of it, or nothing but a header that has no lines, and nothing of it is on its way or in doubt.
//! What was mended is looked up like any other order before anything is sent, so that a header which stands is finished and
//! never made twice. What went with that header stays as it is.

use super::{Attention, Custody, Order, State, Step};
use crate::money::Amount;
use crate::order::{OrderPlan, PlannedLine};
use crate::quote::Begun;
use crate::records::Timestamp;

impl Order {
    /// Whether its quote may be opened again: Cin7 refused it, and holds nothing of it but a header without lines.
    pub fn may_be_mended(&self) -> bool {
        let refused = matches!(self.state, State::NeedsAttention { why: Attention::Refused, step: Step::Header | Step::Lines });
        refused && self.by_hand.is_none() && self.header_in_doubt.is_none() && self.read_back.is_none()
    }

    /// The header that stands in Cin7 without lines, where there is one.
    pub fn begun(&self) -> Option<Begun> {
        let number = self.number.clone().unwrap_or_default();
        self.sale.map(|sale| Begun { sale, number, inclusive: self.plan.contains_tax() })
    }

    /// Its quote is opened: nothing of it is sent until that is confirmed again.
    pub const fn open_for_mending(&mut self, now: Timestamp) {
        self.mending = Some(now);
    }

    /// The order that comes of it when the quote, changed or not, is confirmed again. `former` names what was refused in custody.
    #[must_use]
    pub fn mended(self, plan: OrderPlan, former: String, now: Timestamp) -> Self {
        let plan = if self.sale.is_some() { plan.with_header_of(&self.plan) } else { plan };
        let refused = self.log.iter().rev().find(|entry| !entry.ok).map(|entry| entry.text.trim_end_matches('.').to_owned());
        let mut order = Self::new(plan, now);
        (order.sale, order.number, order.sale_status, order.log) = (self.sale, self.number, self.sale_status, self.log);
        let after = refused.map(|text| format!(", after: {text}")).unwrap_or_default();
        order.log(Step::Mend, true, format!("Changed and confirmed again{after}."), now);
        // Also where the proxy never said that it keeps the refused one: its answer may have been lost.
        let custody = self.custody.unwrap_or_default();
        order.custody =
            Some(Custody { kept: custody.kept, durable: custody.durable, follows: Some(former), ..Custody::default() });
        if crate::planted::has("mends without a look") {
            (order.sale, order.state) = (None, State::Queued { step: Step::Header });
        }
        order
    }

    /// What a person can do about a refusal, with what was sent and what Cin7 expected where its words tell.
    pub(super) fn after_refusal(&self, words: &str) -> String {
        let told = self.named_line(words).map(|line| about(line, expected(words))).unwrap_or_default();
        let what = match (self.may_be_mended(), self.mending, &self.number) {
            (false, ..) => "Put that right in Cin7, then try again: nothing is sent twice.".to_owned(),
            (true, Some(_), _) => "Its quote is open: change it, then confirm it again.".to_owned(),
            (true, None, Some(number)) if self.sale.is_some() => {
                format!("Change the quote and confirm it again: {number} is finished then, and nothing is made twice.")
            }
            (true, None, _) => "Change the quote and confirm it again: nothing of it is in Cin7 so far.".to_owned(),
        };
        format!("{told}{what}")
    }

    /// The line that Cin7's words are about: the one whose SKU or name they say in quotation marks, or the only one.
    fn named_line(&self, words: &str) -> Option<&PlannedLine> {
        let said = |name: &str| !name.is_empty() && words.contains(&format!("'{name}'"));
        let lines = &self.plan.lines;
        lines
            .iter()
            .find(|line| said(&line.sku) || said(&line.product.to_string()) || (line.charge && said(&line.name)))
            .or_else(|| lines.first().filter(|_| lines.len() == 1 && expected(words).is_some()))
    }
}

/// The total that Cin7 expected, by its words for a line whose total it works out otherwise.
fn expected(words: &str) -> Option<Amount> {
    let (_, rest) = words.split_once("Expected value is")?;
    let number = rest.trim_start_matches([':', ' ']);
    let end = number.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(number.len());
    number[..end].trim_end_matches('.').parse().ok()
}

fn about(line: &PlannedLine, expected: Option<Amount>) -> String {
    let name = if line.charge { &line.name } else { &line.sku };
    let (quantity, price, total) = (line.quantity, line.price, line.total);
    let discount = if line.discount.is_zero() { String::new() } else { format!(" less {} %", line.discount) };
    let sent = format!("{name} was sent as {quantity} at {price}{discount}, total {total}");
    match expected {
        None => format!("{sent}. "),
        Some(expected) if expected == total + line.tax => {
            format!("{sent}; Cin7 expected {expected}, which is with tax: choose line totals with tax in the settings. ")
        }
        Some(expected) if expected == total - line.tax => {
            format!("{sent}; Cin7 expected {expected}, which is without tax: choose line totals without tax in the settings. ")
        }
        Some(expected) => format!("{sent}; Cin7 expected {expected}. "),
    }
}
