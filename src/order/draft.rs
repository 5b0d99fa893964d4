//! The lines of the order to be: merged where the money stays, discounts folded in, and brought to the quote's totals.

use rust_decimal::Decimal;

use crate::money::{Amount, Percent, Price, Quantity};
use crate::quote::{LiveQuote, QuoteLine};
use crate::records::Guid;
use crate::records::product::{DropShip, ProductKind};
use crate::records::reference::TaxMethod;
use crate::totals::{DocumentTotals, LineAmounts, RunningTotals, TaxRate, effective_discount};
use std::collections::BTreeMap;

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
    /// The quote line's price and both discounts together, when other ones come nearer to the quote's total.
    pub(super) before: Option<(Price, Percent)>,
    /// What comes off the price: both discounts together, unless the price has one of them in it.
    pub(super) discount: Percent,
    /// Position of the tax rule.
    pub(super) rule: usize,
    pub(super) comment: String,
    /// What the quote shows for it, and the taxes of its lines.
    shown: (Amount, Amount),
    pub(super) amounts: LineAmounts,
    /// How far it is from what the quote shows, in tax only where that is rounded by line.
    pub(super) off: Decimal,
}

/// Two lines of the quote that hold one product and cannot be one line of the order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clash {
    /// Position of the earlier one.
    pub(super) first: usize,
    /// Position of the later one.
    pub(super) second: usize,
    /// What all lines on these terms come to as one; `None` where the terms differ.
    pub(super) as_one: Option<AsOne>,
}

/// What several lines come to as one, beside what they come to each by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct AsOne {
    pub(super) quantity: Quantity,
    pub(super) one: Amount,
    pub(super) each: Amount,
    /// Whether these are their taxes, and nothing else differs.
    pub(super) by_tax: bool,
}

/// The order to be.
#[derive(Debug)]
pub(super) struct Draft {
    /// Its key.
    pub(super) key: String,
    pub(super) lines: Vec<DraftLine>,
    /// Lines of the quote that hold one product and cannot travel as one.
    pub(super) clashes: Vec<Clash>,
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
    let rates: Vec<TaxRate> = rules.iter().map(TaxRate::from).collect();
    let method = live.context().references.account.tax_method;
    let mut lines: Vec<DraftLine> = Vec::with_capacity(quote.lines.len());
    let mut clashes = Vec::new();
    let mut seen: BTreeMap<Guid, usize> = BTreeMap::new();
    for (at, line) in quote.lines.iter().enumerate() {
        let (Some(facts), Some((rule, amounts)), Some(price)) = (live.facts(at), live.amounts(at), line.priced.price()) else {
            continue;
        };
        let charge = is_charge(&facts.product.kind);
        let comment = comment(line, charge);
        if let Some(known) = seen.get(&line.product).and_then(|known| lines.get_mut(*known)) {
            let first = known.from[0];
            if same_terms(live, first, at) {
                known.from.push(at);
                known.quantity = known.quantity + line.quantity;
                known.shown = (known.shown.0 + amounts.amount, known.shown.1 + amounts.tax);
                continue;
            }
            clashes.push(Clash { first, second: at, as_one: None });
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
            before: None,
            discount: effective_discount(line.discount, quote.overall_discount),
            rule,
            comment,
            shown: (amounts.amount, amounts.tax),
            amounts,
            off: Decimal::ZERO,
        });
    }
    for line in &mut lines {
        line.fit(&quote.lines[line.from[0]], quote.overall_discount, rates[line.rule], method);
    }
    if lines.iter().any(DraftLine::loses_money) {
        lines = lines.into_iter().flat_map(|line| apart(live, line, method, &mut clashes)).collect();
    }
    for (rule, rate) in rates.iter().enumerate() {
        settle(&mut lines, rule, *rate);
    }
    let mut totals = RunningTotals::new(method, rules);
    for line in &lines {
        totals.add(Some((line.rule, line.amounts)));
    }
    Draft { key: quote.order_key(), lines, clashes, totals: totals.document() }
}

/// Whether two lines hold one product on terms that one line of an order can say.
pub(super) fn same_terms(live: &LiveQuote, one: usize, other: usize) -> bool {
    let rule = |at| live.amounts(at).map(|(rule, _)| rule);
    let same_rule = rule(one) == rule(other);
    let (one, other) = (&live.quote().lines[one], &live.quote().lines[other]);
    one.product == other.product
        && same_rule
        && one.priced.price() == other.priced.price()
        && one.discount == other.discount
        && one.extended_description == other.extended_description
}

/// A line of several that come to something else together is taken apart again: the order's money is the quote's.
fn apart(live: &LiveQuote, merged: DraftLine, method: TaxMethod, clashes: &mut Vec<Clash>) -> Vec<DraftLine> {
    if !merged.loses_money() {
        return vec![merged];
    }
    let quote = live.quote();
    let rate = TaxRate::from(&live.context().references.tax_rules[merged.rule]);
    let (one, each) = ((merged.amounts.amount, merged.amounts.tax), merged.shown);
    let by_tax = one.0 == each.0;
    let (one, each) = if by_tax { (one.1, each.1) } else { (one.0, each.0) };
    let as_one = Some(AsOne { quantity: merged.quantity, one, each, by_tax });
    clashes.extend(merged.from.iter().skip(1).map(|second| Clash { first: merged.from[0], second: *second, as_one }));
    let single = |at: &usize| {
        let (own, amounts) = (&quote.lines[*at], live.amounts(*at).map_or(merged.amounts, |(_, amounts)| amounts));
        let mut single = DraftLine {
            from: vec![*at],
            quantity: own.quantity,
            price: own.priced.price().unwrap_or(merged.price),
            before: None,
            shown: (amounts.amount, amounts.tax),
            ..merged.clone()
        };
        single.fit(own, quote.overall_discount, rate, method);
        single
    };
    merged.from.iter().map(single).collect()
}

impl DraftLine {
    /// Chooses the price and the discount, as Cin7 keeps them, that come nearest to what the quote shows: first both discounts
    /// together, then that with the price moved, then one of them or both taken off the price.
    fn fit(&mut self, line: &QuoteLine, overall: Percent, rate: TaxRate, method: TaxMethod) {
        let (price, both) = (self.price, effective_discount(line.discount, overall));
        self.take(price, both, rate, method);
        if self.off.is_zero() {
            return;
        }
        let less = |price: Price, discount: Percent| {
            let kept = Decimal::ONE_HUNDRED - discount.decimal();
            Price::rounded(price.decimal() * kept / Decimal::ONE_HUNDRED).unwrap_or(price)
        };
        let net = price.decimal() * (Decimal::ONE_HUNDRED - line.discount.decimal()) / Decimal::ONE_HUNDRED;
        let net = Price::rounded(net * (Decimal::ONE_HUNDRED - overall.decimal()) / Decimal::ONE_HUNDRED).unwrap_or(price);
        let moved = self.price_near(self.shown.0).unwrap_or(price);
        let others =
            [(moved, both), (less(price, overall), line.discount), (less(price, line.discount), overall), (net, Percent::ZERO)];
        let mut best = self.clone();
        for (other, discount) in others {
            self.take(other, discount, rate, method);
            if self.off < best.off {
                best = Self { before: Some((price, both)), ..self.clone() };
            }
        }
        *self = best;
    }

    /// Whether lines of the quote come to something else in it than each by itself.
    fn loses_money(&self) -> bool {
        self.from.len() > 1 && !self.off.is_zero()
    }

    fn take(&mut self, price: Price, discount: Percent, rate: TaxRate, method: TaxMethod) {
        (self.price, self.discount) = (price, discount);
        self.work_out(rate);
        let (amount, tax) = self.shown;
        let of_tax = if method == TaxMethod::RowTotal { self.amounts.tax - tax } else { Amount::ZERO };
        self.off = (self.amounts.amount - amount).decimal().abs() + of_tax.decimal().abs();
    }

    fn work_out(&mut self, rate: TaxRate) {
        self.amounts = LineAmounts::new(self.quantity, self.price, self.discount, Percent::ZERO, rate);
    }

    /// The price at which the line comes nearest to `amount` under its discount.
    fn price_near(&self, amount: Amount) -> Option<Price> {
        let kept = (Decimal::ONE_HUNDRED - self.discount.decimal()) * self.quantity.decimal() / Decimal::ONE_HUNDRED;
        if amount < Amount::ZERO || kept.is_zero() {
            return None;
        }
        Price::rounded(amount.decimal() / kept)
    }

    /// The price at which the line comes to `amount`, when four decimals can say it.
    fn price_for(&self, amount: Amount, rate: TaxRate) -> Option<Price> {
        let price = self.price_near(amount)?;
        let comes_to = LineAmounts::new(self.quantity, price, self.discount, Percent::ZERO, rate).amount;
        (comes_to == amount).then_some(price)
    }
}

/// Brings the lines of one tax rule to what the quote shows for them, by moving the price of the largest line that can.
fn settle(lines: &mut [DraftLine], rule: usize, rate: TaxRate) {
    let of_rule = || lines.iter().enumerate().filter(|(_, line)| line.rule == rule);
    let shown: Amount = of_rule().map(|(_, line)| line.shown.0).sum();
    let sent: Amount = of_rule().map(|(_, line)| line.amounts.amount).sum();
    let missing = shown - sent;
    if missing.is_zero() {
        return;
    }
    let mut largest: Vec<(Amount, usize)> = of_rule().map(|(at, line)| (line.amounts.amount, at)).collect();
    largest.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    for (amount, at) in largest {
        if let Some(price) = lines[at].price_for(amount + missing, rate) {
            let line = &mut lines[at];
            line.before = line.before.or(Some((line.price, line.discount)));
            line.price = price;
            line.work_out(rate);
            return;
        }
    }
}
