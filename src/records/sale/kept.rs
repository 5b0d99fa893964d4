//! The CRM's record of a sale, and the rule by which Cin7 may change it.

use serde::{Deserialize, Serialize};

use super::SaleHead;
use super::figures::Figures;
use super::state::is_word;
use crate::records::Guid;
use crate::records::link::link_of;

/// A sale as the CRM keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// The newest row of the list.
    pub head: SaleHead,
    /// The link of the quote that was confirmed into it; `None` for a sale typed into Cin7.
    pub quote: Option<String>,
    /// What the details came to when they were read last; they may be of an earlier state of the sale.
    pub figures: Option<Figures>,
    /// Whether the details of just this state cannot be read: they are asked for again once the sale has changed.
    pub unreadable: bool,
}

impl Sale {
    /// What is kept after a row of the list: `known` is what was kept so far, `quote` the link of the quote that the row's
    /// key names, if it names one. `None`: nothing is kept, and what was is gone.
    ///
    /// - Drafts and quotes are no orders. A draft that a quote was confirmed into is one, to the CRM.
    /// - A voided sale that was never kept is not added. One typed into Cin7 goes; one made by the CRM stays, voided.
    /// - A sale that is no longer voided is kept again.
    /// - An older row than the one that is kept changes nothing.
    pub fn taken(known: Option<Self>, head: SaleHead, quote: Option<String>) -> Option<Self> {
        if let Some(known) = &known
            && let (Some(had), Some(has)) = (known.head.updated, head.updated)
            && has < had
        {
            return Some(known.clone());
        }
        let quote = quote.or_else(|| known.as_ref().and_then(|known| known.quote.clone()));
        let kept = if head.state().is_voided() { known.is_some() && quote.is_some() } else { is_order(&head, quote.is_some()) };
        if !kept {
            return None;
        }
        let (figures, unreadable) = match known {
            Some(known) => (known.figures, known.unreadable && known.head.updated == head.updated),
            None => (None, false),
        };
        Some(Self { head, quote, figures, unreadable })
    }

    /// Whether Cin7 has voided it.
    pub fn voided(&self) -> bool {
        self.head.state().is_voided()
    }

    /// Whether Cin7 has not listed it yet: it stands here as it was read back when its order was confirmed.
    pub fn unlisted(&self) -> bool {
        self.quote.is_some() && self.head.updated.is_none() && self.head.sale_type.is_empty()
    }

    /// Whether its order is only a draft in Cin7, which holds no stock.
    pub fn draft(&self) -> bool {
        self.head.state().is_draft()
    }

    /// Whether anything is left to ship, to invoice or to pay, as far as the list tells.
    pub fn open(&self) -> bool {
        !self.voided() && !self.head.state().is_finished()
    }

    /// Whether its details have to be read: never so far, or of an earlier state. A voided sale has none that count.
    pub fn wants_details(&self) -> bool {
        let current = self.figures.as_ref().is_some_and(|figures| figures.of == self.head.updated);
        !current && !self.unreadable && !self.voided()
    }
}

fn is_order(head: &SaleHead, ours: bool) -> bool {
    let is_any = |status: &str, words: &[&str]| words.iter().any(|word| is_word(status, word));
    if is_any(&head.order_status, &["", "NOT AVAILABLE"]) || is_any(&head.status, &["DRAFT", "ESTIMATING", "ESTIMATED"]) {
        return false;
    }
    ours || !is_any(&head.order_status, &["DRAFT"])
}

/// A sale in Cin7 that bears a quote's link: `StandingSale` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StandingSale {
    /// Its id.
    pub sale_id: Guid,
    /// Its order number; empty while Cin7 has given none.
    pub order_number: String,
    /// Cin7's word for its state.
    pub status: String,
    /// The key under which it was made: the link, or the link with a number behind `#`.
    pub key: String,
    /// Whether Cin7 has voided it.
    pub voided: bool,
}

impl From<SaleHead> for StandingSale {
    fn from(head: SaleHead) -> Self {
        let voided = head.state().is_voided();
        Self { sale_id: head.id, order_number: head.number, status: head.status, key: head.external_id, voided }
    }
}

impl SaleHead {
    /// Whether its key is a quote's link, with or without a number behind `#`.
    pub fn bears(&self, link: &str) -> bool {
        link_of(&self.external_id) == link
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Timestamp;

    const LINK: &str = "https://crm.prospect365.com/view/Quote/10452";

    fn head(status: &str, order_status: &str) -> SaleHead {
        SaleHead { status: status.into(), order_status: order_status.into(), ..SaleHead::new(Guid::from_bytes([6; 16])) }
    }

    fn ours() -> String {
        LINK.to_owned()
    }

    #[test]
    fn s01_drafts_and_quotes_only_are_not_orders() {
        let cases = [
            ("ORDERED", "AUTHORISED", false, true),
            ("BACKORDERED", "AUTHORISED", false, true),
            ("COMPLETED / CREDITED", "CLOSED", false, true),
            ("PUT ASIDE", "AUTH_NO_ALLOC", false, true),
            ("DRAFT", "NOT AVAILABLE", false, false),
            ("ESTIMATING", "NOT AVAILABLE", false, false),
            ("ESTIMATED", "NOT AVAILABLE", true, false),
            ("ORDERED", "NOT AVAILABLE", false, false),
            ("ORDERED", "", true, false),
            ("ORDERING", "DRAFT", false, false),
            ("ORDERING", "DRAFT", true, true),
        ];
        for (status, order_status, confirmed, kept) in cases {
            let quote = if confirmed { Some(ours()) } else { None };
            let taken = Sale::taken(None, head(status, order_status), quote);
            assert_eq!(taken.is_some(), kept, "{status}, {order_status}, confirmed {confirmed}");
        }
    }

    #[test]
    fn s14_a_voided_sale_goes_or_stays_by_its_origin_and_comes_back() {
        let standing = head("ORDERED", "AUTHORISED");
        let voided = head("VOIDED", "VOIDED");
        assert_eq!(Sale::taken(None, voided.clone(), None), None, "never kept, not added");
        assert_eq!(Sale::taken(None, voided.clone(), Some(ours())), None, "never kept, not added");
        let typed = Sale::taken(None, standing.clone(), None);
        assert_eq!(Sale::taken(typed, voided.clone(), None), None);
        let made = Sale::taken(None, standing.clone(), Some(ours()));
        let made = Sale::taken(made, voided, Some(ours())).unwrap();
        assert!(made.voided() && !made.open() && !made.wants_details());
        let back = Sale::taken(Some(made), standing, None).unwrap();
        assert!(!back.voided() && back.open());
        assert_eq!(back.quote, Some(ours()), "where it came from is not forgotten");
    }

    #[test]
    fn an_older_row_changes_nothing_and_a_newer_one_asks_for_the_details_again() {
        let at = |minute: i64| Some(Timestamp::from_millis(minute * 60_000));
        let row = |minute, sale_type: &str| SaleHead {
            updated: at(minute),
            sale_type: sale_type.into(),
            ..head("ORDERED", "AUTHORISED")
        };
        let mut sale = Sale::taken(None, row(5, "Simple Sale"), None).unwrap();
        assert!(sale.wants_details());
        sale.figures = Some(Figures { of: at(5), ..Figures::default() });
        assert!(!sale.wants_details());
        assert_eq!(Sale::taken(Some(sale.clone()), row(4, "Simple Sale"), None), Some(sale.clone()));
        let newer = Sale::taken(Some(sale.clone()), row(6, "Advanced Sale"), None).unwrap();
        assert_eq!(newer.head.sale_type, "Advanced Sale", "a simple sale may become an advanced one");
        assert!(newer.wants_details() && newer.figures == sale.figures, "the last figures stand until the new ones are read");
        let broken = Sale { unreadable: true, ..newer };
        assert!(!broken.wants_details());
        assert!(Sale::taken(Some(broken), row(7, "Advanced Sale"), None).unwrap().wants_details());
    }
}
