//! A quote that is open in more than one place: what of it is written down, what came from elsewhere, and what the two
//! disagree on.
//!
//! A save carries the revision that it began from. Where something newer stands, it is handed back instead of being written
//! over, and made one with what was done here. What both sides changed differently stays as it is here, and as it is there in
//! what is written, until a person chooses.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::merge::{self, Clash, Place};
use super::{LineFacts, LineJudged, LiveQuote, Quote, QuoteBundle, by_product, price_of};
use crate::error::{Error, ErrorCode, Result};
use crate::money::Amount;
use crate::records::Guid;

/// What a live quote knows of its stored version.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    /// The document as it stands where it is kept, by what is known here.
    base: Quote,
    revision: u32,
    /// What is on its way to be written.
    sent: Option<Quote>,
    clashes: Vec<Place>,
    /// What was done here and came too late for an order that was made elsewhere.
    too_late: Vec<Clash>,
}

impl Shared {
    pub(super) const fn new(base: Quote, revision: u32) -> Self {
        Self { base, revision, sent: None, clashes: Vec::new(), too_late: Vec::new() }
    }
}

/// What has to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsaved {
    /// The document.
    pub document: Quote,
    /// What it comes to.
    pub gross: Amount,
    /// The revision that it began from.
    pub revision: u32,
}

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SaveAnswer {
    /// It is written down.
    Saved {
        /// How often the document has been written now.
        revision: u32,
        /// What the page cannot tell of the lines' margins.
        judged: Vec<LineJudged>,
    },
    /// Nothing was written: this is newer than what the save began from.
    Moved(Box<QuoteBundle>),
}

impl LiveQuote {
    /// How often the document had been written when it was last read or written here.
    pub const fn revision(&self) -> u32 {
        self.shared.revision
    }

    /// What is to be written down, apart from what [`LiveQuote::clashes`]; `None` when that is nothing. Its answer goes to
    /// [`LiveQuote::saved`].
    pub fn unsaved(&mut self) -> Option<Unsaved> {
        if self.quote.confirmed {
            return None;
        }
        let (document, gross) = if self.shared.clashes.is_empty() {
            if self.quote == self.shared.base {
                return None;
            }
            (self.quote.clone(), self.document_totals().gross)
        } else {
            let mut other = self.clone();
            other.quote = merge::without(&self.shared.clashes, &self.quote, &self.shared.base);
            other.match_facts();
            if other.quote == self.shared.base {
                return None;
            }
            let gross = other.document_totals().gross;
            (other.quote, gross)
        };
        self.shared.sent = Some(document.clone());
        Some(Unsaved { document, gross, revision: self.shared.revision })
    }

    /// Hears what became of a save. Returns whether anything on the quote moved by it.
    ///
    /// # Errors
    /// As [`LiveQuote::take_over`].
    pub fn saved(&mut self, answer: SaveAnswer) -> Result<bool> {
        match answer {
            SaveAnswer::Moved(bundle) => self.take_over(*bundle),
            SaveAnswer::Saved { revision, judged } => {
                if let Some(sent) = self.shared.sent.take() {
                    self.shared.base = sent;
                }
                self.shared.revision = revision;
                Ok(self.take_judged(judged))
            }
        }
    }

    /// Makes a version that was written elsewhere one with what was done here. Returns whether anything on the quote moved by it.
    /// An order that was made of it elsewhere ends all editing: what was done here is then too late, and is told.
    ///
    /// # Errors
    /// As [`LiveQuote::open`]; nothing is changed then.
    pub fn take_over(&mut self, bundle: QuoteBundle) -> Result<bool> {
        bundle.check()?;
        if bundle.quote.link != self.quote.link {
            return Err(Error::new(ErrorCode::Internal, "This is another quote."));
        }
        self.close_step();
        let QuoteBundle { quote: theirs, context, facts, judged, revision } = bundle;
        let (before, clashed) = (self.quote.clone(), self.clashes());
        if theirs.confirmed || self.quote.confirmed {
            if theirs.confirmed && !self.quote.confirmed {
                self.shared.too_late = merge::not_taken(&self.shared.base, &self.quote, &theirs);
            }
            self.quote.clone_from(&theirs);
            self.shared.clashes.clear();
            self.forget_history();
        } else {
            let merged = merge::merge(&self.shared.base, &self.quote, &theirs, &self.shared.clashes);
            (self.quote, self.shared.clashes) = (merged.quote, merged.clashes);
        }
        let base = std::mem::replace(&mut self.shared.base, theirs);
        (self.shared.revision, self.shared.sent) = (revision, None);
        (self.context, self.judged) = (context, judged.or_else(|| self.judged.take()));
        let facts = by_product(facts);
        for removed in &mut self.removed {
            removed.facts = facts.get(&removed.line.product).cloned().or_else(|| removed.facts.take());
        }
        let known = |product: Guid| facts.get(&product).cloned().or_else(|| self.known_facts(product));
        self.worked = self.quote.lines.iter().map(|line| super::Worked { facts: known(line.product), amounts: None }).collect();
        if !self.quote.confirmed {
            self.settle(&base, &before);
        }
        self.work_out_all();
        Ok(before != self.quote || clashed != self.clashes())
    }

    /// Works anew out what neither side could: prices under a tier, breaks over lines, and warehouses that name the quote's own.
    fn settle(&mut self, base: &Quote, mine: &Quote) {
        self.follow_tier();
        let wanted = |quote: &Quote| {
            let mut wanted: Vec<(Guid, String, String)> =
                quote.lines.iter().map(|line| (line.product, line.id.clone(), line.quantity.to_string())).collect();
            wanted.sort();
            wanted
        };
        // Only a product of which both sides changed lines counts otherwise than on either side.
        let (base, mine, theirs) = (wanted(base), wanted(mine), wanted(&self.shared.base));
        let changed = |side: &[(Guid, String, String)], product: Guid| {
            let of = |all: &[(Guid, String, String)]| -> Vec<(Guid, String, String)> {
                all.iter().filter(|(own, ..)| *own == product).cloned().collect()
            };
            of(side) != of(&base)
        };
        for at in 0..self.quote.lines.len() {
            let product = self.quote.lines[at].product;
            let has_rule = self.facts(at).is_some_and(|facts| facts.product.discount_rule.is_some());
            if has_rule && changed(&mine, product) && changed(&theirs, product) {
                self.apply_break(at);
            }
        }
        let own = self.quote.warehouse.clone();
        for line in self.quote.lines.iter_mut().filter(|line| line.warehouse.is_some() && line.warehouse == own) {
            line.warehouse = None;
        }
        // What the two versions had in common is no edit of this tab's.
        self.drop_pending();
    }

    /// Works out lines that were put in or taken out of the document itself.
    fn match_facts(&mut self) {
        let facts: Vec<_> = self.quote.lines.iter().map(|line| self.known_facts(line.product)).collect();
        self.worked = facts.into_iter().map(|facts| super::Worked { facts, amounts: None }).collect();
        self.follow_tier();
        self.work_out_all();
    }

    /// What is known of a product that is on the quote, or was.
    pub(super) fn known_facts(&self, product: Guid) -> Option<Arc<LineFacts>> {
        let on_it = self.worked.iter().filter_map(|worked| worked.facts.as_ref());
        let off_it = self.removed.iter().filter_map(|removed| removed.facts.as_ref());
        on_it.chain(off_it).find(|facts| facts.product.id == product).cloned()
    }

    /// Prices the lines that were last priced on another tier than the quote is on now, as those of another tab may have been.
    pub(super) fn follow_tier(&mut self) {
        for at in 0..self.quote.lines.len() {
            self.follow_tier_at(at);
        }
    }

    /// As [`LiveQuote::follow_tier`], for the line at `at`.
    pub(super) fn follow_tier_at(&mut self, at: usize) {
        let line = &self.quote.lines[at];
        if line.priced.quote_tier.map(|offer| offer.tier) == self.quote.chosen_tier {
            return;
        }
        if let Some(facts) = self.worked[at].facts.clone() {
            let priced = price_of(&self.quote, &self.context, &facts, self.counted(at, &facts), line.priced.typed);
            self.quote.lines[at].priced = priced;
        }
    }

    /// What was changed here and elsewhere to different values: a person chooses by [`LiveQuote::choose`].
    pub fn clashes(&self) -> Vec<Clash> {
        let Shared { base, clashes, .. } = &self.shared;
        let open = clashes.iter().filter(|place| merge::differs(place, &self.quote, base));
        open.map(|place| merge::shown(place, &self.quote, base)).collect()
    }

    /// What was done here and came too late: the order was made elsewhere without it.
    pub fn too_late(&self) -> &[Clash] {
        &self.shared.too_late
    }

    /// Ends a clash: what is here stays, or what is there is taken.
    ///
    /// # Errors
    /// `already-confirmed`; `invalid-input` when there is no such clash.
    pub fn choose(&mut self, line_id: Option<&str>, field: &str, take_theirs: bool) -> Result<()> {
        self.begin_edit()?;
        let place = Place::named(line_id, field);
        let Some(at) = self.shared.clashes.iter().position(|open| Some(open) == place.as_ref()) else {
            return Err(Error::invalid("field", format!("“{field}” was not changed in two places.")));
        };
        let place = self.shared.clashes.remove(at);
        if take_theirs {
            self.touch_all();
            if let Some(id) = &place.line {
                self.line_comes(id);
                if let Some(at) = self.position(id).ok().filter(|_| !self.shared.base.lines.iter().any(|line| line.id == *id)) {
                    self.take_out(at);
                    return Ok(());
                }
            }
            merge::put(&place, &self.shared.base, &mut self.quote);
            self.match_facts();
        }
        Ok(())
    }
}
