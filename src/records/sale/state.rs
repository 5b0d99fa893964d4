//! What Cin7's words for the state of a sale and of its documents mean: the one place that decides it.
//!
//! Words come in either letter case, and compound ones such as `COMPLETED / CREDITED` are what they begin with. A word that
//! this version does not know is none of those asked for.

use super::{SaleFacts, SaleHead};

/// The state of a sale: its own word and its order's, which are independent axes in Cin7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaleState<'a> {
    /// `ORDERED`, `BACKORDERED`, `VOIDED`, ….
    pub sale: &'a str,
    /// `NOT AVAILABLE` before it has lines, `DRAFT`, `AUTHORISED`, ….
    pub order: &'a str,
}

impl SaleState<'_> {
    /// Whether nothing of it counts any more: the sale or its order was voided.
    pub fn is_voided(self) -> bool {
        is_word(self.sale, "VOIDED") || is_word(self.order, "VOIDED")
    }

    /// Whether its order is only a draft in Cin7, which holds no stock.
    pub fn is_draft(self) -> bool {
        is_word(self.order, "DRAFT") || is_word(self.sale, "ORDERING")
    }

    /// Whether something of it is short.
    pub fn is_backordered(self) -> bool {
        is_word(self.sale, "BACKORDERED")
    }

    /// Whether nothing is left to ship, to invoice or to pay.
    pub fn is_finished(self) -> bool {
        is_word(self.sale, "COMPLETED") || is_word(self.order, "CLOSED")
    }

    /// Whether the order has been authorised or gone further, so that its lines cannot be posted again.
    pub fn is_authorised(self) -> bool {
        counts(self.order)
    }
}

impl SaleHead {
    /// The state that the list tells.
    pub fn state(&self) -> SaleState<'_> {
        SaleState { sale: &self.status, order: &self.order_status }
    }
}

impl SaleFacts {
    /// The state that the sale itself tells.
    pub fn state(&self) -> SaleState<'_> {
        SaleState { sale: &self.status, order: &self.order_status }
    }
}

/// Whether a document (order, invoice, credit note) in this state counts: a draft is no debt, a void one is nothing.
pub fn counts(status: &str) -> bool {
    !is_absent(status) && !is_any(status, &["", "DRAFT"])
}

/// Whether a document stands in its list without being there.
pub fn is_absent(status: &str) -> bool {
    is_any(status, &["VOIDED", "NOT AVAILABLE"])
}

/// Whether Cin7's word for the payment of the whole says that money is missing, whatever the documents add up to.
pub(super) fn lacks_money(payment_status: &str) -> bool {
    is_any(payment_status, &["PARTIALLY PAID", "UNPAID"])
}

/// Whether a status in Cin7's words is this one.
pub fn is_word(status: &str, word: &str) -> bool {
    status.split('/').next().unwrap_or_default().trim().eq_ignore_ascii_case(word)
}

fn is_any(status: &str, words: &[&str]) -> bool {
    words.iter().any(|word| is_word(status, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sale_is_voided_by_its_own_word_or_its_orders_and_by_no_other() {
        let voided = |sale, order| SaleState { sale, order }.is_voided();
        for (sale, order) in [("VOIDED", "VOIDED"), ("VOIDED", "AUTHORISED"), ("ORDERED", "Voided"), (" voided / CREDITED", "")] {
            assert!(voided(sale, order), "{sale}, {order}");
        }
        for (sale, order) in [("ORDERED", "AUTHORISED"), ("", ""), ("COMPLETED / VOIDED", "CLOSED"), ("AVOIDED", "")] {
            assert!(!voided(sale, order), "{sale}, {order}");
        }
    }
}
