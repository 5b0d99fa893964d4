use super::*;
use crate::money::parse_decimal;
use crate::quote::fixtures::references;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const EXCLUSIVE_20: TaxRate = TaxRate { percent: Rate::ZERO, inclusive: false };

fn rate(percent: &str, inclusive: bool) -> TaxRate {
    TaxRate { percent: percent.parse().unwrap(), ..TaxRate { inclusive, ..EXCLUSIVE_20 } }
}

fn line(quantity: &str, price: &str, discount: &str, rate: TaxRate) -> LineAmounts {
    overall(quantity, price, discount, "0", rate)
}

fn overall(quantity: &str, price: &str, discount: &str, overall: &str, rate: TaxRate) -> LineAmounts {
    LineAmounts::new(quantity.parse().unwrap(), price.parse().unwrap(), discount.parse().unwrap(), overall.parse().unwrap(), rate)
}

fn foot(method: TaxMethod, lines: &[(usize, LineAmounts)]) -> String {
    let mut totals = RunningTotals::new(method, &references().tax_rules);
    for line in lines {
        totals.add(Some(*line));
    }
    let DocumentTotals { net, tax, gross } = totals.document();
    format!("{net} {tax} {gross}")
}

#[test]
fn a_line_is_rounded_once() {
    let table = [
        ("4", "0.675", "0", "2.70"),
        ("3", "14.3333", "0", "43.00"),
        ("4", "150", "10", "540.00"),
        ("2", "41.25", "0", "82.50"),
        ("1", "158", "0", "158.00"),
        ("1", "0.33", "12.35", "0.29"),
        ("1.23", "9.99", "0", "12.29"),
        ("1", "100", "100", "0.00"),
    ];
    for (quantity, price, discount, amount) in table {
        assert_eq!(
            line(quantity, price, discount, rate("20", false)).amount.to_string(),
            amount,
            "{quantity} x {price} less {discount}"
        );
    }
}

#[test]
fn quote_10452_comes_to_747() {
    let lines = [(0, line("4", "150", "10", rate("20", false))), (0, line("2", "41.25", "0", rate("20", false)))];
    assert_eq!(foot(TaxMethod::Total, &lines), "622.50 124.50 747.00");
    assert_eq!(foot(TaxMethod::RowTotal, &lines), "622.50 124.50 747.00");
}

#[test]
fn three_times_33_pence_are_taxed_once_or_three_times() {
    let lines = [(0, line("1", "0.33", "0", rate("20", false))); 3];
    assert_eq!(foot(TaxMethod::Total, &lines), "0.99 0.20 1.19");
    assert_eq!(foot(TaxMethod::RowTotal, &lines), "0.99 0.21 1.20");
}

#[test]
fn an_inclusive_price_contains_its_tax() {
    let inclusive = line("1", "120", "0", rate("20", true));
    assert_eq!(
        (inclusive.net().to_string(), inclusive.tax.to_string(), inclusive.gross().to_string()),
        ("100.00".into(), "20.00".into(), "120.00".into())
    );
    assert_eq!(foot(TaxMethod::Total, &[(2, inclusive)]), "100.00 20.00 120.00");
    let odd = line("1", "0.10", "0", rate("20", true));
    assert_eq!(foot(TaxMethod::Total, &[(2, odd); 3]), "0.25 0.05 0.30");
    assert_eq!(foot(TaxMethod::RowTotal, &[(2, odd); 3]), "0.24 0.06 0.30");
}

#[test]
fn four_at_500_and_7_125_per_cent_are_taxed_142_50() {
    let mut rules = references().tax_rules;
    for (percent, inclusive, shown) in [
        ("7.125", false, "2000.00 142.50 2142.50"),
        ("7.125", true, "1866.98 133.02 2000.00"),
        ("7.1250000001", false, "2000.00 142.50 2142.50"),
        ("7.1252500001", false, "2000.00 142.51 2142.51"),
        ("0.00025", false, "2000.00 0.01 2000.01"),
        ("0.0002499999", false, "2000.00 0.00 2000.00"),
    ] {
        (rules[0].percent, rules[0].inclusive) = (percent.parse().unwrap(), inclusive);
        for method in [TaxMethod::Total, TaxMethod::RowTotal] {
            let mut totals = RunningTotals::new(method, &rules);
            totals.add(Some((0, line("4", "500", "0", rate(percent, inclusive)))));
            let DocumentTotals { net, tax, gross } = totals.document();
            assert_eq!(format!("{net} {tax} {gross}"), shown, "{percent} % {method:?}");
        }
    }
}

#[test]
fn each_rule_is_taxed_by_itself() {
    let lines = [(0, line("1", "10.02", "0", rate("20", false))), (1, line("1", "5", "0", rate("0", false)))];
    assert_eq!(foot(TaxMethod::Total, &lines), "15.02 2.00 17.02");
    let mut totals = RunningTotals::new(TaxMethod::Total, &references().tax_rules);
    for line in lines {
        totals.add(Some(line));
    }
    totals.add(None);
    let view = totals.view("GBP".parse().unwrap(), &references().tax_rules);
    let taxes: Vec<(&str, String, String)> =
        view.taxes.iter().map(|tax| (tax.rule.as_str(), tax.net.to_string(), tax.tax.to_string())).collect();
    assert_eq!(
        taxes,
        [("20% (VAT on Income)", "10.02".into(), "2.00".into()), ("Zero Rated Income", "5.00".into(), "0.00".into())]
    );
    assert!(!view.complete, "a line without a price is open");
}

#[test]
fn both_discounts_come_off_one_after_the_other() {
    let effective = |line: &str, overall: &str| effective_discount(line.parse().unwrap(), overall.parse().unwrap()).to_string();
    assert_eq!(effective("10", "5"), "14.5");
    assert_eq!(effective("0", "5"), "5");
    assert_eq!(effective("12.35", "5"), "16.73");
    assert_eq!(effective("100", "5"), "100");
    assert_eq!(overall("4", "150", "10", "5", rate("20", false)).amount.to_string(), "513.00");
    assert_eq!(overall("2", "41.25", "0", "5", rate("20", false)).amount.to_string(), "78.38");
    // Rounded once, from the exact discounts: 16.7325 % and not 16.73 %.
    assert_eq!(overall("1", "100000", "12.35", "5", rate("20", false)).amount.to_string(), "83267.50");
}

/// The same arithmetic in whole units of the last decimal, by schoolbook rules.
mod oracle {
    /// Half away from zero.
    pub(super) fn divided(numerator: i128, denominator: i128) -> i128 {
        let (whole, rest) = (numerator / denominator, numerator % denominator);
        if rest.abs() * 2 >= denominator { whole + numerator.signum() } else { whole }
    }

    /// Amount and tax in hundredths. Quantity and price in ten-thousandths, percentages in hundredths of a per cent.
    pub(super) fn line(
        quantity: i128,
        price: i128,
        discount: i128,
        overall: i128,
        percent: i128,
        inclusive: bool,
    ) -> (i128, i128) {
        let exact = quantity * price * (10_000 - discount) * (10_000 - overall);
        let amount = divided(exact, 100_000_000_000_000);
        let tax = if inclusive { contained(amount, percent) } else { divided(exact * percent, 1_000_000_000_000_000_000) };
        (amount, tax)
    }

    pub(super) fn contained(amount: i128, percent: i128) -> i128 {
        divided(amount * percent, 10_000 + percent)
    }

    pub(super) fn tax(amount: i128, percent: i128) -> i128 {
        divided(amount * percent, 10_000)
    }
}

fn hundredths(amount: Amount) -> i128 {
    let mut value = amount.decimal();
    value.rescale(2);
    value.mantissa()
}

fn four(units: i64) -> Decimal {
    Decimal::new(units, 4)
}

fn percent(hundredths: i64) -> Percent {
    Percent::rounded(Decimal::new(hundredths, 2)).unwrap()
}

prop_compose! {
    fn any_line()(quantity in 1_i64..100_000_000, price in 0_i64..100_000_000_000, discount in 0_i64..=10_000, rule in 0_usize..4)
        -> (i64, i64, i64, usize) { (quantity, price, discount, rule) }
}

fn work_out((quantity, price, discount, rule): (i64, i64, i64, usize), overall: i64) -> (usize, LineAmounts) {
    let rate = TaxRate::from(&references().tax_rules[rule]);
    let (quantity, price) = (Quantity::rounded(four(quantity)), Price::rounded(four(price)).unwrap());
    (rule, LineAmounts::new(quantity, price, percent(discount), percent(overall), rate))
}

proptest! {
    #[test]
    fn a_line_is_what_whole_numbers_say(line in any_line(), overall in 0_i64..=10_000) {
        let (quantity, price, discount, rule) = line;
        let books = references();
        let rule = &books.tax_rules[rule];
        let rate = (rule.percent.decimal() * Decimal::ONE_HUNDRED).normalize().mantissa();
        let (_, worked) = work_out(line, overall);
        let (amount, tax) = oracle::line(quantity.into(), price.into(), discount.into(), overall.into(), rate, rule.inclusive);
        prop_assert_eq!(hundredths(worked.amount), amount);
        prop_assert_eq!(hundredths(worked.tax), tax);
        prop_assert_eq!(worked.net() + worked.tax, worked.gross());
    }

    #[test]
    fn no_discount_makes_a_negative_line(line in any_line(), overall in 0_i64..=10_000) {
        let (_, worked) = work_out(line, overall);
        prop_assert!(worked.amount >= Amount::ZERO && worked.tax >= Amount::ZERO && worked.net() >= Amount::ZERO);
    }

    #[test]
    fn running_totals_are_what_starting_over_gives(
        lines in prop::collection::vec(any_line(), 1..30),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any_line(), any::<bool>()), 0..60),
        row_total in any::<bool>(),
    ) {
        let method = if row_total { TaxMethod::RowTotal } else { TaxMethod::Total };
        let books = references();
        let mut kept: Vec<Option<(usize, LineAmounts)>> = lines.into_iter().map(|line| Some(work_out(line, 0))).collect();
        let mut running = RunningTotals::new(method, &books.tax_rules);
        for line in &kept {
            running.add(*line);
        }
        for (index, line, priced) in edits {
            let slot = index.get_mut(&mut kept);
            running.remove(*slot);
            *slot = priced.then(|| work_out(line, 0));
            running.add(*slot);
        }
        let mut afresh = RunningTotals::new(method, &books.tax_rules);
        for line in &kept {
            afresh.add(*line);
        }
        prop_assert_eq!(running.document(), afresh.document());
        prop_assert_eq!(running.complete(), kept.iter().all(Option::is_some));
        let expected: i128 = books.tax_rules.iter().enumerate().map(|(at, rule)| {
            let rate = (rule.percent.decimal() * Decimal::ONE_HUNDRED).normalize().mantissa();
            let lines = kept.iter().flatten().filter(|(of, _)| *of == at);
            if row_total {
                return lines.map(|(_, line)| hundredths(line.tax)).sum();
            }
            let sum: i128 = lines.map(|(_, line)| hundredths(line.amount)).sum();
            if rule.inclusive { oracle::contained(sum, rate) } else { oracle::tax(sum, rate) }
        }).sum();
        prop_assert_eq!(hundredths(running.document().tax), expected);
    }
}

#[test]
fn figures_far_above_any_order_do_not_overflow() {
    let most = overall("1000000000", "1000000000000", "0", "0", rate("100", false));
    assert_eq!(most.gross().decimal(), parse_decimal("2000000000000000000000").unwrap());
}
