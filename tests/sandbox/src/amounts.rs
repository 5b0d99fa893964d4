//! Line and document amounts as Cin7 computes them, by the account's tax method.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::switches::LineTotal;

/// Quantity, price, discount and tax rate of a line or an additional charge.
#[derive(Clone, Debug)]
pub(crate) struct Amounts {
    pub(crate) quantity: Decimal,
    pub(crate) price: Decimal,
    /// Percent, 0 to 100.
    pub(crate) discount: Decimal,
    /// Percent, 20 for 20%.
    pub(crate) rate: Decimal,
    pub(crate) rule: String,
}

/// Totals of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) before_tax: Decimal,
    pub(crate) tax: Decimal,
    pub(crate) total: Decimal,
}

/// How a document's totals are computed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TotalsRule {
    /// Prices hold the tax.
    pub(crate) inclusive: bool,
    /// `Row Total`: tax is rounded on each row, not on the document.
    pub(crate) per_row: bool,
    /// Added to the tax, to play a Cin7 that rounds differently.
    pub(crate) adjustment: Decimal,
}

/// To two places, half away from zero.
#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox computes for itself: sharing the product's rounding would share its mistakes"
)]
pub(crate) fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

impl Amounts {
    fn extended(&self) -> Decimal {
        self.quantity * self.price * (Decimal::ONE_HUNDRED - self.discount) / Decimal::ONE_HUNDRED
    }

    /// The row's amount in two places: without tax on exclusive sales, with it on inclusive ones.
    pub(crate) fn row(&self) -> Decimal {
        cents(self.extended())
    }

    /// The row's own tax in two places.
    pub(crate) fn tax(&self, inclusive: bool) -> Decimal {
        tax_of(if inclusive { self.row() } else { self.extended() }, self.rate, inclusive)
    }

    /// The `Total` that a caller must send for this row.
    pub(crate) fn expected_total(&self, inclusive: bool, mode: LineTotal) -> Decimal {
        match mode {
            LineTotal::Gross if !inclusive => self.row() + self.tax(false),
            _ => self.row(),
        }
    }
}

fn tax_of(amount: Decimal, rate: Decimal, inclusive: bool) -> Decimal {
    cents(if inclusive { amount * rate / (Decimal::ONE_HUNDRED + rate) } else { amount * rate / Decimal::ONE_HUNDRED })
}

/// Totals over lines and charges. With the method `Total`, tax is taken once per tax rule.
pub(crate) fn totals(rows: &[Amounts], rule: TotalsRule) -> Totals {
    let sum: Decimal = rows.iter().map(Amounts::row).sum();
    let mut tax: Decimal = if rule.per_row {
        rows.iter().map(|row| row.tax(rule.inclusive)).sum()
    } else {
        let mut by_rule: Vec<(&str, Decimal, Decimal)> = Vec::new();
        for row in rows {
            match by_rule.iter_mut().find(|(name, _, _)| *name == row.rule) {
                Some((_, _, amount)) => *amount += row.row(),
                None => by_rule.push((&row.rule, row.rate, row.row())),
            }
        }
        by_rule.iter().map(|(_, rate, amount)| tax_of(*amount, *rate, rule.inclusive)).sum()
    };
    tax += rule.adjustment;
    if rule.inclusive {
        Totals { before_tax: sum - tax, tax, total: sum }
    } else {
        Totals { before_tax: sum, tax, total: sum + tax }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(quantity: &str, price: &str, discount: &str) -> Amounts {
        let number = |text| crate::fields::decimal(text).unwrap();
        Amounts {
            quantity: number(quantity),
            price: number(price),
            discount: number(discount),
            rate: number("20"),
            rule: "20%".to_owned(),
        }
    }

    fn rule(per_row: bool, inclusive: bool) -> TotalsRule {
        TotalsRule { inclusive, per_row, adjustment: Decimal::ZERO }
    }

    fn shown(totals: Totals) -> String {
        format!("{:.2} {:.2} {:.2}", totals.before_tax, totals.tax, totals.total)
    }

    #[test]
    fn quote_10452() {
        let rows = [row("4", "150", "10"), row("2", "41.25", "0")];
        assert_eq!(rows[0].expected_total(false, LineTotal::Net), Decimal::from(540));
        assert_eq!(rows[0].expected_total(false, LineTotal::Gross), Decimal::from(648));
        assert_eq!(shown(totals(&rows, rule(false, false))), "622.50 124.50 747.00");
    }

    #[test]
    fn tax_on_the_document_and_on_each_row_differ_by_a_penny() {
        let rows = [row("1", "0.33", "0"), row("1", "0.33", "0"), row("1", "0.33", "0")];
        assert_eq!(shown(totals(&rows, rule(false, false))), "0.99 0.20 1.19");
        assert_eq!(shown(totals(&rows, rule(true, false))), "0.99 0.21 1.20");
    }

    #[test]
    fn a_rate_of_three_decimals_is_taken_whole() {
        let mut rows = [row("4", "500", "0")];
        rows[0].rate = crate::fields::decimal("7.1250000000").unwrap();
        for per_row in [false, true] {
            assert_eq!(shown(totals(&rows, rule(per_row, false))), "2000.00 142.50 2142.50");
        }
        assert_eq!(rows[0].expected_total(false, LineTotal::Gross).normalize().to_string(), "2142.5");
    }

    #[test]
    fn inclusive_prices_hold_their_tax() {
        assert_eq!(shown(totals(&[row("1", "120", "0")], rule(false, true))), "100.00 20.00 120.00");
        assert_eq!(shown(totals(&[row("1", "120", "0")], rule(true, true))), "100.00 20.00 120.00");
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(cents(crate::fields::decimal("0.125").unwrap()).to_string(), "0.13");
        assert_eq!(cents(crate::fields::decimal("-0.125").unwrap()).to_string(), "-0.13");
        assert_eq!(format!("{:.2}", row("4", "0.675", "0").row()), "2.70");
    }
}
