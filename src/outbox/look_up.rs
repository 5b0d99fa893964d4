//! What a look-up found: nothing, the order's own sale, or one that stops it.

use super::{Attention, Order, SETTLE, State, Step, named};
use crate::records::Timestamp;
use crate::records::link::{is_alike, link_of};
use crate::records::sale::SaleHead;

impl Order {
    /// What Cin7 has under the order's key decides how it goes on.
    pub(super) fn looked_up(&mut self, rows: &[SaleHead], now: Timestamp) {
        // The filter may match loosely; only the very key counts.
        let mine: Vec<&SaleHead> = rows.iter().filter(|row| row.external_id == self.plan.key).collect();
        let standing = self.standing(rows);
        match (standing.as_slice(), mine.as_slice()) {
            ([], []) => match self.made_before(rows) {
                Some(text) => self.stop(Attention::OrderedBefore, Step::LookUp, text, now),
                None => self.found_nothing(now),
            },
            ([], [voided, ..]) => {
                let text = format!("{} bears this quote's link and was voided in Cin7.", named(&voided.number));
                self.stop(Attention::Voided, Step::LookUp, text, now);
            }
            ([one], _)
                if one.customer.is_some_and(|customer| customer != self.plan.customer)
                    && !crate::planted::has("adopts foreign sales") =>
            {
                let text = format!("{} bears this quote's link but belongs to another customer.", named(&one.number));
                self.stop(Attention::Foreign, Step::LookUp, text, now);
            }
            ([one], _) => {
                self.log(Step::LookUp, true, format!("Found {} in Cin7.", named(&one.number)), now);
                if self.sale.is_some_and(|known| known != one.id) {
                    self.receipt_left_behind(&named(&one.number), now);
                }
                self.sale_known(one.id, &one.number);
                self.state = State::Queued { step: Step::Inspect };
            }
            (several, _) => {
                let numbers: Vec<String> = several.iter().map(|row| named(&row.number)).collect();
                self.stop_twice(Step::LookUp, &numbers, now);
            }
        }
    }

    /// What a sale of the customer is called that may be this quote's: made by an earlier version, or under a link that is the
    /// quote's but for its letter case. Only a person can tell.
    fn made_before(&self, rows: &[SaleHead]) -> Option<String> {
        let ours =
            |row: &&SaleHead| row.customer.is_none_or(|customer| customer == self.plan.customer) && !row.state().is_voided();
        let earlier = self.plan.earlier_key.as_deref();
        let before = |row: &&SaleHead| earlier == Some(row.external_id.as_str());
        if let (Some(row), Some(key)) = (rows.iter().filter(ours).find(before), earlier) {
            let number = named(&row.number);
            return Some(format!(
                "{number} of this customer stands under {key}: earlier versions kept no more of a quote's address."
            ));
        }
        let link = link_of(&self.plan.key);
        let alike = |row: &&SaleHead| self.plan.told_apart != Some(true) && is_alike(&row.external_id, link);
        let row = rows.iter().filter(ours).find(alike)?;
        let (number, other) = (named(&row.number), link_of(&row.external_id));
        Some(format!(
            "{number} of this customer stands under {other}, which differs from this quote's link in letter case alone."
        ))
    }

    fn found_nothing(&mut self, now: Timestamp) {
        let Some(sent) = self.header_in_doubt else {
            self.log(Step::LookUp, true, "Not in Cin7 yet.".into(), now);
            self.state = State::Queued { step: Step::Header };
            return;
        };
        self.looks += if crate::planted::has("settles once") { SETTLE.len() } else { 1 };
        if let Some(delay) = SETTLE.get(self.looks) {
            self.log(Step::LookUp, true, "Not in Cin7 so far; looking again before anything is sent.".into(), now);
            self.state = State::Unknown { step: Step::Header };
            self.next_try = Some(sent.plus_millis(*delay).max(now.plus_millis(SETTLE[0])));
        } else {
            self.log(Step::LookUp, true, "Looked several times: not in Cin7. Sending again.".into(), now);
            self.header_in_doubt = None;
            self.state = State::Queued { step: Step::Header };
        }
    }
}
