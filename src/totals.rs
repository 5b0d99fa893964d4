//! Line, tax and document totals, in the one documented order, equal to the penny with what Cin7 shows.
//!
//! 1. A line's amount is quantity × price × (1 - discount) × (1 - overall discount), rounded **once**, to two decimals.
//!    Nothing before it is rounded: 0.675 × 4 is 2.70.
//! 2. Under a tax rule whose prices leave tax out, the amount is the line's net, and its tax is the *unrounded* amount ×
//!    rate, rounded. Under an inclusive rule the amount is the line's gross, and tax is amount × rate / (100 + rate).
//! 3. The document's tax is, by the account's [`TaxMethod`], either worked out once per tax rule on the sum of the
//!    amounts (`Total`) or the sum of the lines' own taxes (`Row Total`).
//!
//! [`RunningTotals`] keeps sums per tax rule, so that an edit takes out one line and puts it back: the cost of an edit
//! does not depend on the number of lines.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::{Amount, Currency, Percent, Price, Quantity, Rate};
use crate::records::reference::{TaxMethod, TaxRule};

/// How a line is taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxRate {
    /// Per cent.
    pub percent: Rate,
    /// Whether prices contain the tax.
    pub inclusive: bool,
}

impl From<&TaxRule> for TaxRate {
    fn from(rule: &TaxRule) -> Self {
        Self { percent: rule.percent, inclusive: rule.inclusive }
    }
}

/// A line's amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineAmounts {
    /// Quantity × price less discounts: the net, or under an inclusive rule the gross.
    pub amount: Amount,
    /// The line's own tax.
    pub tax: Amount,
    /// Whether `amount` contains `tax`.
    pub inclusive: bool,
}

impl LineAmounts {
    /// Works out a line. `overall` is the discount on the whole quote, which comes off after the line's own.
    pub fn new(quantity: Quantity, price: Price, discount: Percent, overall: Percent, rate: TaxRate) -> Self {
        let exact = discounted(discounted(quantity.decimal() * price.decimal(), discount), overall);
        let amount = Amount::rounded(exact);
        let tax = if rate.inclusive {
            contained_tax(amount, rate.percent)
        } else {
            Amount::rounded(percent_of(exact, rate.percent.into()))
        };
        Self { amount, tax, inclusive: rate.inclusive }
    }

    /// Without tax.
    pub fn net(&self) -> Amount {
        if self.inclusive { self.amount - self.tax } else { self.amount }
    }

    /// With tax.
    pub fn gross(&self) -> Amount {
        if self.inclusive { self.amount } else { self.amount + self.tax }
    }
}

fn discounted(value: Decimal, discount: Percent) -> Decimal {
    if discount.is_zero() { value } else { percent_of(value, left(discount)) }
}

/// Exact: moves the decimal point where that is all there is to do.
fn percent_of(value: Decimal, percent: Decimal) -> Decimal {
    let mut product = value * percent;
    let scale = product.scale() + 2;
    if product.set_scale(scale).is_err() {
        product /= Decimal::ONE_HUNDRED;
    }
    product
}

fn contained_tax(gross: Amount, percent: Rate) -> Amount {
    if percent.is_zero() {
        return Amount::ZERO;
    }
    Amount::rounded(gross.decimal() * percent.decimal() / (Decimal::ONE_HUNDRED + percent.decimal()))
}

/// What is left of a hundred after taking this percentage off.
fn left(discount: Percent) -> Decimal {
    Decimal::ONE_HUNDRED - discount.decimal()
}

/// The discount that both discounts together come to, at the two decimals Cin7 keeps: 1 - (1 - line)(1 - overall).
pub fn effective_discount(line: Percent, overall: Percent) -> Percent {
    if overall.is_zero() {
        return line;
    }
    let kept = percent_of(left(line), left(overall));
    Percent::rounded(Decimal::ONE_HUNDRED - kept).unwrap_or(Percent::HUNDRED)
}

/// The three figures at the foot of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentTotals {
    /// Without tax.
    pub net: Amount,
    /// Tax.
    pub tax: Amount,
    /// With tax.
    pub gross: Amount,
}

/// Tax by rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleTotals {
    /// The rule's name.
    pub rule: String,
    /// Its rate.
    pub percent: Rate,
    /// Net of the lines under it.
    pub net: Amount,
    /// Their tax.
    pub tax: Amount,
}

/// Totals of a quote as the screen shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// The quote's currency.
    pub currency: Currency,
    /// Without tax.
    pub net: Amount,
    /// Tax.
    pub tax: Amount,
    /// With tax.
    pub gross: Amount,
    /// Tax by rule; rules without a line are left out.
    pub taxes: Vec<RuleTotals>,
    /// False while a line has no price or no known tax rule; such a line is left out.
    pub complete: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct RuleSum {
    lines: usize,
    amount: Amount,
    row_tax: Amount,
}

/// Sums per tax rule, kept current by adding and removing single lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningTotals {
    method: TaxMethod,
    rates: Vec<TaxRate>,
    sums: Vec<RuleSum>,
    open: usize,
}

impl RunningTotals {
    /// No lines yet. `rules` are the account's tax rules; lines refer to them by position.
    pub fn new(method: TaxMethod, rules: &[TaxRule]) -> Self {
        Self { method, rates: rules.iter().map(TaxRate::from).collect(), sums: vec![RuleSum::default(); rules.len()], open: 0 }
    }

    /// Adds a line under the rule at position `rule`; `None` counts a line that cannot be worked out yet.
    ///
    /// # Panics
    /// When there is no rule at that position.
    pub fn add(&mut self, line: Option<(usize, LineAmounts)>) {
        match line {
            None => self.open += 1,
            Some((rule, amounts)) => {
                let sum = &mut self.sums[rule];
                sum.lines += 1;
                sum.amount = sum.amount + amounts.amount;
                sum.row_tax = sum.row_tax + amounts.tax;
            }
        }
    }

    /// Takes out a line that was added before, exactly as it was added.
    ///
    /// # Panics
    /// When there is no rule at that position.
    pub fn remove(&mut self, line: Option<(usize, LineAmounts)>) {
        match line {
            None => self.open -= 1,
            Some((rule, amounts)) => {
                let sum = &mut self.sums[rule];
                sum.lines -= 1;
                sum.amount = sum.amount - amounts.amount;
                sum.row_tax = sum.row_tax - amounts.tax;
            }
        }
    }

    /// Whether every line has been worked out.
    pub const fn complete(&self) -> bool {
        self.open == 0
    }

    /// The figures at the foot.
    pub fn document(&self) -> DocumentTotals {
        let mut totals = DocumentTotals::default();
        for (rate, sum) in self.rates.iter().zip(&self.sums).filter(|(_, sum)| sum.lines > 0) {
            let (net, tax) = self.rule(*rate, sum);
            totals.net = totals.net + net;
            totals.tax = totals.tax + tax;
        }
        totals.gross = totals.net + totals.tax;
        totals
    }

    /// Net and tax of the rule at position `rule`.
    pub fn of_rule(&self, rule: usize) -> Option<(Amount, Amount)> {
        let sum = self.sums.get(rule).filter(|sum| sum.lines > 0)?;
        Some(self.rule(*self.rates.get(rule)?, sum))
    }

    /// The totals as the screen shows them; `rules` as given to [`RunningTotals::new`].
    pub fn view(&self, currency: Currency, rules: &[TaxRule]) -> Totals {
        let DocumentTotals { net, tax, gross } = self.document();
        let taxes = rules
            .iter()
            .enumerate()
            .filter_map(|(at, rule)| {
                self.of_rule(at).map(|(net, tax)| RuleTotals { rule: rule.name.clone(), percent: rule.percent, net, tax })
            })
            .collect();
        Totals { currency, net, tax, gross, taxes, complete: self.complete() }
    }

    fn rule(&self, rate: TaxRate, sum: &RuleSum) -> (Amount, Amount) {
        let tax = match self.method {
            TaxMethod::RowTotal => sum.row_tax,
            TaxMethod::Total if rate.inclusive => contained_tax(sum.amount, rate.percent),
            TaxMethod::Total => Amount::rounded(percent_of(sum.amount.decimal(), rate.percent.into())),
        };
        (if rate.inclusive { sum.amount - tax } else { sum.amount }, tax)
    }
}

#[cfg(test)]
mod tests;
