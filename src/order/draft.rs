//! The lines of the order to be: merged, discounts folded in, and brought to the quote's totals.

use rust_decimal::Decimal;

use crate::money::{Amount, PRICE_PLACES, Percent, Price, Quantity, round};
use crate::quote::{LiveQuote, QuoteLine};
use crate::records::Guid;
use crate::records::product::{DropShip, ProductKind};
use crate::sorting::{SortedMap, sort_by};
use crate::totals::{DocumentTotals, LineAmounts, RunningTotals, TaxRate, effective_discount};

use super::text;

/// Longest comment of a product line, in UTF-16 units.
pub(super) const LONGEST_COMMENT: usize = 256;
/// Longest comment of an additional charge, in UTF-16 units.
pub(super) const LONGEST_CHARGE_COMMENT: usize = 1024;

/// A line of the order to be.
#[derive(Debug, Clone)]
pub(super) struct DraftLine {
    /// Positions of the quote's lines in it.
    pub(super) from: Vec<usize>,
    pub(super) product: Guid,
    pub(super) sku: String,
    pub(super) name: String,
    /// Whether it travels as an additional charge.
    pub(super) charge: bool,
    pub(super) drop_ship: Option<bool>,
    pub(super) quantity: Quantity,
    pub(super) price: Price,
    /// The quote line's price, when `price` had to be moved to come to the quote's total.
    pub(super) price_before: Option<Price>,
    /// Both discounts together.
    pub(super) discount: Percent,
    /// Position of the tax rule.
    pub(super) rule: usize,
    pub(super) comment: String,
    /// What the quote shows for it.
    shown: Amount,
    pub(super) amounts: LineAmounts,
}

/// The order to be.
#[derive(Debug)]
pub(super) struct Draft {
    /// Its key.
    pub(super) key: String,
    pub(super) lines: Vec<DraftLine>,
    /// Pairs of the quote's lines that hold one product on different terms, the earlier first.
    pub(super) clashes: Vec<(usize, usize)>,
    /// What the order's lines come to by the account's tax method.
    pub(super) totals: DocumentTotals,
}

/// Whether a line's product travels as an additional charge.
pub(super) fn is_charge(kind: &ProductKind) -> bool {
    *kind == ProductKind::Service
}

/// The comment that travels: whole, or cut.
pub(super) fn comment(line: &QuoteLine, charge: bool) -> String {
    text::cut(&line.extended_description, if charge { LONGEST_CHARGE_COMMENT } else { LONGEST_COMMENT })
}

/// Drafts the order from every line that has a price, a tax rule and a known product; the others are problems elsewhere.
pub(super) fn draft(live: &LiveQuote) -> Draft {
    let quote = live.quote();
    let rules = &live.context().references.tax_rules;
    let mut lines: Vec<DraftLine> = Vec::with_capacity(quote.lines.len());
    let mut clashes = Vec::new();
    let mut seen: SortedMap<Guid, usize> = SortedMap::default();
    for (at, line) in quote.lines.iter().enumerate() {
        let (Some(facts), Some((rule, amounts)), Some(price)) = (live.facts(at), live.amounts(at), line.priced.price()) else {
            continue;
        };
        let charge = is_charge(&facts.product.kind);
        let comment = comment(line, charge);
        if let Some(known) = seen.get(&line.product).and_then(|known| lines.get_mut(*known)) {
            let first = known.from[0];
            if same_terms(&quote.lines[first], line) && known.rule == rule {
                known.from.push(at);
                known.quantity = known.quantity + line.quantity;
                known.shown = known.shown + amounts.amount;
                continue;
            }
            clashes.push((first, at));
        } else {
            seen.insert(line.product, lines.len());
        }
        lines.push(DraftLine {
            from: vec![at],
            product: line.product,
            sku: facts.product.sku.clone(),
            name: facts.product.name.clone(),
            charge,
            drop_ship: match facts.product.drop_ship {
                DropShip::No => None,
                DropShip::Optional => Some(false),
                DropShip::Always => Some(true),
            },
            quantity: line.quantity,
            price,
            price_before: None,
            discount: effective_discount(line.discount, quote.overall_discount),
            rule,
            comment,
            shown: amounts.amount,
            amounts,
        });
    }
    let rates: Vec<TaxRate> = rules.iter().map(TaxRate::from).collect();
    for line in &mut lines {
        line.work_out(rates[line.rule]);
    }
    for (rule, rate) in rates.iter().enumerate() {
        settle(&mut lines, rule, *rate);
    }
    let mut totals = RunningTotals::new(live.context().references.account.tax_method, rules);
    for line in &lines {
        totals.add(Some((line.rule, line.amounts)));
    }
    Draft { key: quote.order_key(), lines, clashes, totals: totals.document() }
}

/// Whether two lines of one product can travel as one, tax rule aside.
fn same_terms(one: &QuoteLine, other: &QuoteLine) -> bool {
    one.priced.price() == other.priced.price()
        && one.discount == other.discount
        && one.extended_description == other.extended_description
}

impl DraftLine {
    fn work_out(&mut self, rate: TaxRate) {
        self.amounts = LineAmounts::new(self.quantity, self.price, self.discount, Percent::ZERO, rate);
    }

    /// The price at which the line comes to `amount`, when four decimals can say it.
    fn price_for(&self, amount: Amount, rate: TaxRate) -> Option<Price> {
        let kept = (Decimal::ONE_HUNDRED - self.discount.decimal()) * self.quantity.decimal() / Decimal::ONE_HUNDRED;
        if amount < Amount::ZERO || kept.is_zero() {
            return None;
        }
        let price = Price::rounded(round(amount.decimal() / kept, PRICE_PLACES))?;
        let comes_to = LineAmounts::new(self.quantity, price, self.discount, Percent::ZERO, rate).amount;
        (comes_to == amount).then_some(price)
    }
}

/// Brings the lines of one tax rule to what the quote shows for them, by moving the price of the largest line that can.
fn settle(lines: &mut [DraftLine], rule: usize, rate: TaxRate) {
    let of_rule = || lines.iter().enumerate().filter(|(_, line)| line.rule == rule);
    let shown: Amount = of_rule().map(|(_, line)| line.shown).sum();
    let sent: Amount = of_rule().map(|(_, line)| line.amounts.amount).sum();
    let missing = shown - sent;
    if missing.is_zero() {
        return;
    }
    let mut largest: Vec<(Amount, usize)> = of_rule().map(|(at, line)| (line.amounts.amount, at)).collect();
    sort_by(&mut largest, |one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    for (amount, at) in largest {
        if let Some(price) = lines[at].price_for(amount + missing, rate) {
            let line = &mut lines[at];
            line.price_before = Some(line.price);
            line.price = price;
            line.work_out(rate);
            return;
        }
    }
}
