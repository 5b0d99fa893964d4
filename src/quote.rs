//! The quote: a document that is kept, and the live object that works it out while a rep edits it.
//!
//! - [`Quote`] is the document: what the rep decided, with a snapshot of everything a decision rested on (prices,
//!   descriptions, tax rules, the customer's tier). It is stored as JSON and never changes by itself: a new price list, a
//!   new default tier or a rename in Cin7 is *shown* beside it, and taken over only when asked.
//! - [`LiveQuote`] is the document with its [`QuoteContext`] and the [`LineFacts`] of its own products. It keeps every
//!   line worked out and running totals, so that an edit costs the same in a quote of one line and of a thousand.
//!
//! Every edit checks first and changes afterwards: an error means that nothing has changed. A confirmed quote refuses
//! every edit, because its order has been frozen from it.

mod accepted;
mod begun;
mod document;
mod edit;
#[cfg(test)]
pub(crate) mod fixtures;
mod header;
mod history;
mod margin;
mod merge;
mod refused;
mod sharing;
mod typed;
mod view;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::records::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use begun::Begun;
pub use document::{Delivery, DiscountBy, ExchangeRate, FORMAT, PostalAddress, Quote, QuoteLine, Receipt};
pub use history::{Change, ChangeKind};
pub use margin::{Judgement, LineJudged, LineMargin, QuoteFigures, QuoteMargin};
pub use merge::Clash;
pub(crate) use refused::is_of_receipt;
pub use refused::{RefusedInput, RefusedInputView, RefusedInputs};
pub use sharing::{SaveAnswer, Unsaved};
pub use view::{AddressView, CustomerView, DeliveryView, DiscountState, LadderStep, LineKind, LineView, PriceState, QuoteHeader};

use self::history::History;
use self::sharing::Shared;
use crate::error::{Error, ErrorCode, Result};
use crate::money::{Amount, Percent, Price, Quantity};
use crate::pricing::{self, Break, PriceAsk, Priced, TierChoice, TierNames};
use crate::records::company::Company;
pub use crate::records::link::{CanonicalLink, canonical_link};
use crate::records::product::Product;
use crate::records::purchase::Arriving;
use crate::records::reference::References;
use crate::records::sale::StandingSale;
use crate::records::{Guid, Timestamp};
use crate::settings::{QuantityBreaks, Settings};
use crate::stock::ProductStock;
use crate::totals::{DocumentTotals, LineAmounts, RunningTotals, TaxRate, Totals};

/// How much of its credit a customer uses: an estimate, since Cin7 has no balance that could be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreditUse {
    /// What it owes by Cin7's sales.
    pub sales: Amount,
    /// What its orders come to that are on their way.
    pub waiting: Amount,
    /// When the sales were read; `None` before that.
    pub as_of: Option<Timestamp>,
    /// Whether every sale is in it with its details.
    pub complete: bool,
}

/// What a quote is worked out against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteContext {
    /// The account and its reference books.
    pub references: References,
    /// The customer.
    pub company: Company,
    /// System settings.
    pub settings: Settings,
    /// The calendar day where the account is.
    pub today: Day,
    /// The account's time zone where no such zone is known, so that `today` is the device's.
    pub unknown_zone: Option<String>,
    /// How much of its credit the customer uses, this quote aside.
    pub credit: Option<CreditUse>,
    /// The customer's own references of its other open orders, each with what the order is called.
    pub open_references: Vec<(String, String)>,
    /// References of the receipts of other quotes and orders kept here, each with what it is on.
    pub receipt_references: Vec<(String, String)>,
    /// The sales in Cin7 that bear the quote's link, as they were last listed.
    pub standing: Vec<StandingSale>,
    /// What the customer's orders are called that were made under the link that earlier versions gave this quote.
    pub ordered_before: Vec<String>,
    /// What the customer's orders are called, and under which link they were made, that stand under a link which is the quote's
    /// but for its letter case.
    pub ordered_alike: Vec<(String, String)>,
}

/// What is known of a product that is on a quote, for this quote's customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineFacts {
    /// The product as Cin7 states it now.
    pub product: Product,
    /// The customer's own price for it.
    pub customer_price: Option<Price>,
    /// Its stock.
    pub stock: ProductStock,
    /// What is on its way, the earliest first.
    pub arriving: Vec<Arriving>,
}

/// Everything that makes a [`LiveQuote`]; crosses from where quotes are stored to where they are edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteBundle {
    /// The document.
    pub quote: Quote,
    /// What it is worked out against.
    pub context: QuoteContext,
    /// Facts of its products; one that is missing here is not among the synced products.
    pub facts: Vec<LineFacts>,
    /// How the lines' margins compare with the least that is asked for, where costs are left out; `None` where they are not.
    pub judged: Option<Vec<LineJudged>>,
    /// How often the document had been written when it was read.
    pub revision: u32,
}

impl QuoteBundle {
    fn check(&self) -> Result<()> {
        if self.quote.format > FORMAT {
            let format = self.quote.format;
            let problem = format!("This quote was kept by a later version (format {format}). Reload the page to update.");
            return Err(Error::invalid("format", problem));
        }
        if self.quote.customer != self.context.company.cin7.id {
            return Err(Error::new(ErrorCode::Internal, "The quote and its customer do not belong together."));
        }
        Ok(())
    }
}

/// What has been worked out of one line.
#[derive(Debug, Clone)]
struct Worked {
    facts: Option<Arc<LineFacts>>,
    /// Position of its tax rule in the account's list, with the amounts; `None` while there is no price or no such rule.
    amounts: Option<(usize, LineAmounts)>,
}

/// A line that was taken out and may be put back.
#[derive(Debug, Clone)]
struct Removed {
    at: usize,
    line: QuoteLine,
    facts: Option<Arc<LineFacts>>,
}

/// A quote being edited: the document, worked out.
#[derive(Debug, Clone)]
pub struct LiveQuote {
    quote: Quote,
    context: QuoteContext,
    /// One for each line of the document, in its order.
    worked: Vec<Worked>,
    totals: RunningTotals,
    removed: Vec<Removed>,
    /// What is known of the lines' margins where no cost is; `None` where they are worked out.
    judged: Option<Vec<LineJudged>>,
    history: History,
    shared: Shared,
}

impl LiveQuote {
    /// Works out a quote. Prices on its lines stay as they are kept.
    ///
    /// # Errors
    /// `internal` when the context is another customer's, `invalid-input` when the document is of a later format than
    /// this version knows.
    pub fn open(bundle: QuoteBundle) -> Result<Self> {
        bundle.check()?;
        let QuoteBundle { quote, context, facts, judged, revision } = bundle;
        let totals = new_totals(&context);
        let (history, shared) = (History::default(), Shared::new(quote.clone(), revision));
        let mut live = Self { quote, context, worked: Vec::new(), totals, removed: Vec::new(), judged, history, shared };
        let facts = by_product(facts);
        let worked = |line: &QuoteLine| Worked { facts: facts.get(&line.product).cloned(), amounts: None };
        live.worked = live.quote.lines.iter().map(worked).collect();
        live.work_out_all();
        Ok(live)
    }

    /// The document, to be stored.
    pub const fn quote(&self) -> &Quote {
        &self.quote
    }

    /// What the quote is worked out against.
    pub const fn context(&self) -> &QuoteContext {
        &self.context
    }

    /// The products on the quote, each once.
    pub fn product_ids(&self) -> Vec<Guid> {
        let mut ids: Vec<Guid> = self.quote.lines.iter().map(|line| line.product).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// The totals, by the account's own tax method.
    pub fn totals(&self) -> Totals {
        self.totals.view(self.quote.currency, &self.context.references.tax_rules)
    }

    /// The figures at the foot alone; cheaper than [`LiveQuote::totals`].
    pub fn document_totals(&self) -> DocumentTotals {
        self.totals.document()
    }

    /// Whether every line has been worked out.
    pub const fn complete(&self) -> bool {
        self.totals.complete()
    }

    /// The sale that stands in Cin7, or stood there until it was voided, under the key of a quote that is not ordered here.
    pub fn standing(&self) -> Option<&StandingSale> {
        let key = self.quote.order_key();
        let begun = self.quote.begun.as_ref();
        // The header that it was begun with stands for nothing else; once voided it does.
        let own = |sale: &&StandingSale| begun.is_some_and(|begun| begun.sale == sale.sale_id) && !sale.voided;
        let mine = || self.context.standing.iter().filter(|sale| sale.key == key && !self.quote.confirmed && !own(sale));
        mine().find(|sale| !sale.voided).or_else(|| mine().next())
    }

    /// Marks the quote as confirmed: from now on it refuses every edit.
    pub fn confirm(&mut self) {
        self.quote.confirmed = true;
        self.forget_history();
    }

    /// Takes over new versions of products and their stock. Prices on lines do not move; `priceNow` shows the difference.
    pub fn replace_facts(&mut self, facts: Vec<LineFacts>) {
        let facts = by_product(facts);
        let lines = self.quote.lines.iter().zip(&mut self.worked).map(|(line, worked)| (line.product, &mut worked.facts));
        let removed = self.removed.iter_mut().map(|removed| (removed.line.product, &mut removed.facts));
        for (product, known) in lines.chain(removed) {
            if let Some(new) = facts.get(&product) {
                *known = Some(Arc::clone(new));
            }
        }
    }

    /// Takes over new reference books, settings or a new version of the customer. Prices on lines do not move; amounts
    /// follow tax rates, because the order's will.
    ///
    /// # Errors
    /// `internal` when the context is another customer's.
    pub fn replace_context(&mut self, context: QuoteContext) -> Result<()> {
        if self.quote.customer != context.company.cin7.id {
            return Err(Error::new(ErrorCode::Internal, "The quote and its customer do not belong together."));
        }
        self.context = context;
        self.work_out_all();
        Ok(())
    }

    /// Facts of the line at position `at`, when its product is among the synced ones.
    pub(crate) fn facts(&self, at: usize) -> Option<&LineFacts> {
        self.worked.get(at).and_then(|worked| worked.facts.as_deref())
    }

    /// Amounts of the line at position `at`, with the position of its tax rule.
    pub(crate) fn amounts(&self, at: usize) -> Option<(usize, LineAmounts)> {
        self.worked.get(at).and_then(|worked| worked.amounts)
    }

    /// What the lines want of each product.
    pub(crate) fn wanted_by_product(&self) -> BTreeMap<Guid, Quantity> {
        let mut wanted = BTreeMap::new();
        for line in &self.quote.lines {
            let sum = wanted.entry(line.product).or_default();
            *sum = *sum + line.quantity;
        }
        wanted
    }

    /// What all lines of this product want together.
    pub(crate) fn wanted(&self, product: Guid) -> Quantity {
        self.quote
            .lines
            .iter()
            .filter(|line| line.product == product)
            .fold(Quantity::ZERO, |sum, line| if sum.is_zero() { line.quantity } else { sum + line.quantity })
    }

    /// What the line would cost if it were priced now, without a typed price; `None` when its product is not synced.
    pub(crate) fn priced_now(&self, at: usize) -> Option<Priced> {
        self.facts(at).map(|facts| price_of(&self.quote, &self.context, facts, self.counted(at, facts), None))
    }

    /// What the product's discount rule makes of the line now.
    pub(crate) fn break_now(&self, at: usize) -> Break {
        let line = &self.quote.lines[at];
        self.facts(at).map_or(Break::None, |facts| break_of(&self.context, facts, self.counted(at, facts), line.priced.found()))
    }

    /// What a discount rule counts for the line: all lines of the product, or this one. A product without a rule counts its own,
    /// so that long quotes are not gone through for nothing.
    fn counted(&self, at: usize, facts: &LineFacts) -> Quantity {
        match self.context.settings.quantity_breaks {
            QuantityBreaks::Product if facts.product.discount_rule.is_some() => self.wanted(facts.product.id),
            _ => self.quote.lines[at].quantity,
        }
    }

    /// Puts the discount rule's word on a product's lines after one of them, at `changed`, was added or changed, or one left.
    /// Where each line counts by itself, no other is touched.
    fn apply_breaks(&mut self, product: Guid, changed: Option<usize>) {
        if let Some(at) = changed {
            self.apply_break(at);
        }
        if self.context.settings.quantity_breaks == QuantityBreaks::Line {
            return;
        }
        for at in 0..self.quote.lines.len() {
            if Some(at) == changed || self.quote.lines[at].product != product {
                continue;
            }
            let word = |line: &QuoteLine| (line.priced.quantity, line.discount, line.discount_by);
            let before = word(&self.quote.lines[at]);
            self.apply_break(at);
            if before != word(&self.quote.lines[at]) {
                self.work_out(at);
            }
        }
    }

    /// Puts the discount rule's discount or price on the line, where nobody typed one. Other prices stay as they are kept.
    fn apply_break(&mut self, at: usize) {
        // What is not known now must not take away what was found.
        if self.facts(at).is_none() {
            return;
        }
        let found = self.break_now(at);
        let line = self.line_mut(at);
        line.priced.quantity = if let Break::Price(price) = found { Some(price) } else { None };
        if !line.discount_is_typed() {
            (line.discount, line.discount_by) = match found {
                Break::Discount(rate) => (rate.of_line(), Some(DiscountBy::Rule)),
                Break::None | Break::Price(_) | Break::Unclear => (Percent::ZERO, None),
            };
        }
    }

    /// The words for this quote's tiers.
    pub(crate) fn tier_names(&self) -> TierNames<'_> {
        TierNames::new(&self.context.references, self.quote.customer_tier_name.as_deref().unwrap_or_default())
    }

    fn position(&self, line_id: &str) -> Result<usize> {
        self.quote
            .lines
            .iter()
            .position(|line| line.id == line_id)
            .ok_or_else(|| Error::new(ErrorCode::UnknownLine, format!("The quote has no line “{line_id}”.")))
    }

    /// Works out one line anew after an edit.
    fn work_out(&mut self, at: usize) {
        // What was accepted of a margin held for the figures as they were.
        self.quote.lines[at].accepted.remove("low-margin");
        self.figure(at);
        // A difference was accepted for the figures as they were.
        self.quote.accepted.remove("totals-differ");
    }

    /// Takes a line's old amounts out of the totals and puts its new ones in.
    fn figure(&mut self, at: usize) {
        let amounts = amounts_of(&self.quote, &self.quote.lines[at], &self.context.references);
        let worked = &mut self.worked[at];
        self.totals.remove(worked.amounts);
        worked.amounts = amounts;
        self.totals.add(amounts);
    }

    fn work_out_all(&mut self) {
        self.totals = new_totals(&self.context);
        let rules = &self.context.references;
        // Neighbouring lines nearly always share their tax rule: look its name up once for each run of them.
        let mut known: Option<(&str, Option<usize>)> = None;
        for (line, worked) in self.quote.lines.iter().zip(&mut self.worked) {
            let rule = match known {
                Some((name, rule)) if name == line.tax_rule => rule,
                _ => rule_position(rules, &line.tax_rule),
            };
            known = Some((&line.tax_rule, rule));
            worked.amounts = amounts_under(&self.quote, line, rules, rule);
            self.totals.add(worked.amounts);
        }
    }
}

impl Quote {
    /// What the quote comes to, from the document and the reference books alone; `false` beside it while a line has no
    /// price or no known tax rule.
    pub fn totals(&self, references: &References) -> (DocumentTotals, bool) {
        let mut totals = RunningTotals::new(references.account.tax_method, &references.tax_rules);
        for line in &self.lines {
            totals.add(amounts_of(self, line, references));
        }
        (totals.document(), totals.complete())
    }
}

fn by_product(facts: Vec<LineFacts>) -> BTreeMap<Guid, Arc<LineFacts>> {
    let mut known = BTreeMap::new();
    for facts in facts {
        known.insert(facts.product.id, Arc::new(facts));
    }
    known
}

fn new_totals(context: &QuoteContext) -> RunningTotals {
    RunningTotals::new(context.references.account.tax_method, &context.references.tax_rules)
}

fn rule_position(references: &References, name: &str) -> Option<usize> {
    let rules = &references.tax_rules;
    let rule = references.tax_rule(name).one()?;
    rules.iter().position(|other| std::ptr::eq(other, rule))
}

fn amounts_of(quote: &Quote, line: &QuoteLine, references: &References) -> Option<(usize, LineAmounts)> {
    amounts_under(quote, line, references, rule_position(references, &line.tax_rule))
}

fn amounts_under(quote: &Quote, line: &QuoteLine, references: &References, rule: Option<usize>) -> Option<(usize, LineAmounts)> {
    let (price, at) = (line.priced.price()?, rule?);
    let rate = TaxRate::from(references.tax_rules.get(at)?);
    Some((at, LineAmounts::new(line.quantity, price, line.discount, quote.overall_discount, rate)))
}

fn price_of(quote: &Quote, context: &QuoteContext, facts: &LineFacts, quantity: Quantity, typed: Option<Price>) -> Priced {
    let mut priced = pricing::price(&PriceAsk {
        typed,
        customer: facts.customer_price,
        quote_tier: quote.chosen_tier.map_or(TierChoice::None, TierChoice::Tier),
        customer_tier: quote.customer_tier,
        standard_tier: context.settings.standard_tier,
        tiers: &facts.product.tiers,
    });
    if let Break::Price(price) = break_of(context, facts, quantity, priced.found()) {
        priced.quantity = Some(price);
    }
    priced
}

fn break_of(context: &QuoteContext, facts: &LineFacts, quantity: Quantity, found: Option<Price>) -> Break {
    pricing::quantity_break(&context.references, facts.product.discount_rule.as_deref(), quantity, found)
}
