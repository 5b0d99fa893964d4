//! An order as the screen shows it: where it stands in one sentence, and its steps as a timeline.

use serde::Serialize;

use super::{Attention, ByHand, Entry, Order, State, Step};
use crate::money::{Amount, Currency};
use crate::order::state;
use crate::records::sale::Sale;
use crate::records::{Guid, Timestamp};

/// What the quote says an order comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpectedTotals {
    /// Currency of the three.
    pub currency: Currency,
    /// Without tax.
    pub net: Amount,
    /// Tax.
    pub tax: Amount,
    /// With tax.
    pub gross: Amount,
}

/// What Cin7 says an order comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActualTotals {
    /// Without tax.
    pub net: Amount,
    /// Tax.
    pub tax: Amount,
    /// With tax.
    pub gross: Amount,
}

/// One step of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderStepView {
    /// `saved`, `kept` once the proxy keeps it too, `mended` once it was changed after a refusal, `looked-up`, `header`,
    /// `lines`, `read-back`, `receipt` where the quote had one, `second-look` once it was taken, and `by-hand` once it was
    /// entered so.
    pub step: &'static str,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: &'static str,
    /// When it last moved.
    pub at: Option<Timestamp>,
    /// What happened.
    pub text: String,
}

/// An order for the screen; see `OrderView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderView {
    /// The key.
    pub key: String,
    /// The quote.
    pub quote_id: String,
    /// Its number.
    pub quote_number: String,
    /// The customer's name when it was confirmed.
    pub customer_name: String,
    /// `queued`, `sending`, `unknown`, `needs-attention`, `confirmed` or `by-hand`.
    pub state: &'static str,
    /// What that means and what happens next.
    pub sentence: String,
    /// The timeline.
    pub steps: Vec<OrderStepView>,
    /// The sale, once known.
    pub sale_id: Option<Guid>,
    /// Its number, once known.
    pub order_number: Option<String>,
    /// Its status, once read.
    pub sale_status: Option<String>,
    /// Whether Cin7's list of sales has told of it.
    pub listed_in_cin7: bool,
    /// Its type as Cin7 lists it now; `None` until it was listed.
    pub sale_type: Option<String>,
    /// Whether Cin7 has voided it since.
    pub voided_in_cin7: bool,
    /// Whether its order is only a draft in Cin7, which holds no stock.
    pub draft_in_cin7: bool,
    /// What the quote says.
    pub expected: ExpectedTotals,
    /// What Cin7 says.
    pub actual: Option<ActualTotals>,
    /// Differences in words.
    pub notes: Vec<String>,
    /// What was said at confirming and did not stop it.
    pub said: Vec<String>,
    /// When it was confirmed.
    pub confirmed_at: Timestamp,
    /// When the next try is due.
    pub next_try_at: Option<Timestamp>,
    /// What was said when it was entered by hand.
    pub by_hand: Option<ByHand>,
    /// `possible` where its quote may be opened for changes, as Cin7 refused it and holds nothing of it but a header; `open`
    /// while it is; else `no`.
    pub mending: &'static str,
}

impl Order {
    /// The order for the screen, as far as it is known by itself.
    pub fn view(&self) -> OrderView {
        self.view_beside(None)
    }

    /// The order for the screen, beside its sale as Cin7 lists it now: what was read back is of its own time.
    pub fn view_beside(&self, sale: Option<&Sale>) -> OrderView {
        let expected = &self.plan.expected;
        let status = sale.map(|sale| sale.head.status.clone()).filter(|status| !status.is_empty());
        let notes = self.notes_beside(sale);
        let voided = sale.map_or_else(|| self.read_back_noted(state::VOIDED), Sale::voided);
        OrderView {
            key: self.plan.key.clone(),
            quote_id: self.plan.quote_id.clone(),
            quote_number: self.plan.quote_number.clone(),
            customer_name: self.plan.customer_name.clone(),
            state: match self.state {
                State::Queued { .. } => "queued",
                State::Sending { .. } => "sending",
                State::Unknown { .. } => "unknown",
                State::NeedsAttention { .. } => "needs-attention",
                State::Confirmed => "confirmed",
                State::ByHand => "by-hand",
            },
            sentence: self.sentence(&notes, voided),
            steps: self.steps(),
            sale_id: self.sale,
            order_number: self.number.clone(),
            sale_status: status.or_else(|| self.sale_status.clone()),
            listed_in_cin7: sale.is_some(),
            sale_type: sale.map(|sale| sale.head.sale_type.clone()).filter(|word| !word.is_empty()),
            voided_in_cin7: voided,
            draft_in_cin7: !voided && sale.map_or_else(|| self.read_back_noted(state::DRAFT), Sale::draft),
            expected: ExpectedTotals {
                currency: self.plan.currency,
                net: expected.net,
                tax: expected.tax,
                gross: expected.gross,
            },
            actual: self.read_back.as_ref().and_then(|read| {
                let actual = read.actual.as_ref()?;
                Some(ActualTotals { net: actual.net, tax: actual.tax, gross: actual.gross })
            }),
            notes,
            said: self.plan.notes.clone(),
            confirmed_at: self.confirmed_at,
            next_try_at: self.next_try,
            by_hand: self.by_hand.clone(),
            mending: match self.mending {
                Some(_) => "open",
                None if self.may_be_mended() => "possible",
                None => "no",
            },
        }
    }

    fn read_back_noted(&self, note: &str) -> bool {
        self.read_back.as_ref().is_some_and(|read| read.notes.iter().any(|own| own == note))
    }

    /// What was noted when the sale was read back, less what does not hold any more.
    fn notes_beside(&self, sale: Option<&Sale>) -> Vec<String> {
        let mut notes = self.read_back.as_ref().map(|read| read.notes.clone()).unwrap_or_default();
        let Some(sale) = sale else { return notes };
        let short = sale.head.state().is_backordered();
        notes.retain(|note| match note.as_str() {
            state::DRAFT | state::LEFT_AS_DRAFT => sale.draft(),
            state::VOIDED => sale.voided(),
            note => short || !note.ends_with(state::ON_BACKORDER),
        });
        if sale.draft() && !sale.voided() && self.state == State::Confirmed && !notes.iter().any(|note| note == state::DRAFT) {
            notes.push(state::DRAFT.to_owned());
        }
        notes
    }

    fn sentence(&self, notes: &[String], voided: bool) -> String {
        let number = self.number.as_deref().unwrap_or("The sale");
        let last = self.log.last().filter(|entry| !entry.ok).map(|entry| entry.text.as_str());
        match (&self.state, last) {
            (State::Queued { step } | State::Sending { step, .. } | State::Unknown { step }, _) if shown(*step) == "receipt" => {
                format!("{number} stands in Cin7. Its receipt is on the way.")
            }
            (State::NeedsAttention { step, .. }, words) if shown(*step) == "receipt" => {
                let words = words.unwrap_or_default();
                format!("{number} stands in Cin7. Its receipt does not: {words} Mend that and retry, or enter it in Cin7.")
            }
            (State::Queued { .. }, Some(words)) => format!("Saved here and waiting. {words}"),
            (State::Queued { .. }, None) => "Saved here; on its way to Cin7.".into(),
            (State::Sending { .. }, _) => "Saved here; being sent to Cin7.".into(),
            (State::Unknown { .. }, _) => {
                "Cin7 did not answer. The order is saved here and will be looked up before it is sent again.".into()
            }
            (State::NeedsAttention { why, .. }, words) => {
                let words = words.unwrap_or("It stopped").trim_end_matches('.');
                let next = match why {
                    Attention::Refused => &*self.after_refusal(words),
                    Attention::Voided => "Nothing is sent again by itself.",
                    Attention::Foreign => "Nothing is sent until that is put right in Cin7.",
                    Attention::Duplicate => "Void one of them in Cin7, then look again.",
                    Attention::Elsewhere => "Nothing of this one is sent from this device.",
                    Attention::OrderedBefore => {
                        "If it is this quote's order, mark that one as entered by hand. If not, try again: then this one is sent."
                    }
                };
                let refused = if *why == Attention::Refused { "Cin7 refused this order. " } else { "" };
                format!("{refused}{words}. {next}")
            }
            (State::ByHand, _) => format!("Entered in Cin7 by hand as {number}. Nothing of it is sent from here."),
            (State::Confirmed, _) if voided => format!("{number} was voided in Cin7: nothing of it counts any more."),
            (State::Confirmed, _) => {
                let as_quoted = if self.read_back.as_ref().is_none_or(|read| read.agrees) { ", as quoted" } else { "" };
                let said: Vec<String> = notes.iter().map(|note| format!(" {note}.")).collect();
                format!("{number} stands in Cin7{as_quoted}.{}", said.concat())
            }
        }
    }

    /// The steps a rep follows. Reading a found sale belongs to the look-up.
    fn steps(&self) -> Vec<OrderStepView> {
        let mut steps = vec![OrderStepView {
            step: "saved",
            state: "done",
            at: Some(self.confirmed_at),
            text: "Saved here. Closing the tab is safe.".into(),
        }];
        if let Some((at, text)) = self.kept_by_server() {
            steps.push(OrderStepView { step: "kept", state: "done", at: Some(at), text });
        }
        // What was refused before it was mended is told there, and not of the steps that are still to come.
        let mended = self.log.iter().rposition(|entry| entry.step == Step::Mend);
        if let Some(entry) = mended.and_then(|at| self.log.get(at)) {
            steps.push(OrderStepView { step: "mended", state: "done", at: Some(entry.at), text: entry.text.clone() });
        }
        let since = mended.unwrap_or_default();
        let current = match &self.state {
            State::Queued { step } | State::Unknown { step } => Some((shown(*step), "waiting")),
            State::Sending { step, .. } => Some((shown(*step), "running")),
            State::NeedsAttention { step, .. } => Some((shown(*step), "failed")),
            State::Confirmed | State::ByHand => None,
        };
        let mut order = vec!["looked-up", "header", "lines", "read-back"];
        if self.plan.receipt.is_some() {
            order.push("receipt");
        }
        if self.log.iter().any(|entry| entry.step == Step::SecondLook) {
            order.push("second-look");
        }
        if self.log.iter().any(|entry| entry.step == Step::ByHand) {
            order.push("by-hand");
        }
        // A look-up in the middle of things must not make later steps look undone, nor earlier ones.
        let reached = order
            .iter()
            .rposition(|name| *name != "by-hand" && self.log.iter().any(|entry| entry.ok && shown(entry.step) == *name));
        for (place, name) in order.iter().copied().enumerate() {
            let told = self.log.iter().enumerate().filter(|(at, entry)| entry.ok || *at >= since).map(|(_, entry)| entry);
            let last: Option<&Entry> = told.rev().find(|entry| shown(entry.step) == name);
            let done = self.state == State::Confirmed
                || last.is_some_and(|entry| entry.ok)
                || reached.is_some_and(|reached| place < reached);
            // Of what was entered by hand only what was tried is shown, as it ended.
            if self.by_hand.is_some() && last.is_none() {
                continue;
            }
            let state = match current {
                _ if self.by_hand.is_some() => {
                    if last.is_some_and(|entry| entry.ok) {
                        "done"
                    } else {
                        "failed"
                    }
                }
                Some((at, state)) if at == name && !(state == "waiting" && done) => match last {
                    Some(entry) if !entry.ok && state == "waiting" => "failed",
                    _ => state,
                },
                _ if done => "done",
                _ if last.is_some() => "failed",
                _ => "waiting",
            };
            // What failed and stands all the same was found by a look: of that it speaks, not of the answer that was lost.
            let (at, text) = match last {
                Some(entry) if state == "done" && !entry.ok => (self.proved_after(entry.at), self.found(name)),
                Some(entry) => (Some(entry.at), entry.text.clone()),
                None => (None, String::new()),
            };
            steps.push(OrderStepView { step: name, state, at, text });
        }
        steps
    }

    /// When the first look after this told what has become of a step.
    fn proved_after(&self, then: Timestamp) -> Option<Timestamp> {
        self.log.iter().find(|entry| entry.ok && entry.at >= then).map(|entry| entry.at)
    }

    fn found(&self, step: &str) -> String {
        let number = self.number.as_deref().unwrap_or("The sale");
        match step {
            "header" => format!("{number} was found in Cin7."),
            "lines" => format!("The lines were found on {number}."),
            "receipt" => "The receipt was found in Cin7.".to_owned(),
            _ => String::new(),
        }
    }
}

fn shown(step: Step) -> &'static str {
    match step {
        Step::LookUp | Step::Inspect => "looked-up",
        Step::Header => "header",
        Step::Lines => "lines",
        Step::ReadBack => "read-back",
        Step::ReceiptLookUp | Step::Receipt => "receipt",
        Step::SecondLook => "second-look",
        Step::ByHand => "by-hand",
        Step::Mend => "mended",
    }
}
