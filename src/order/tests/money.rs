//! The problems that prices, taxes and rates bring about.

use super::*;

#[test]
fn inclusive_and_exclusive_prices_do_not_mix() {
    let mut live = changed(|_| {});
    live.set_tax_rule("b", "20% Inclusive").unwrap();
    let problems = live.problems();
    let problem = find(&problems, "tax-mixed");
    assert_eq!(problem.severity, Severity::Stop);
    let gross = live.document_totals().gross;
    for fix in &problem.fixes {
        let mut live = live.clone();
        live.apply_fix(&fix.action, None).unwrap();
        assert_eq!((live.problems(), live.document_totals().gross), (Vec::new(), gross), "{}", fix.label);
    }
    assert_eq!(problem.fixes.len(), 2);
}

#[test]
fn a_zero_rated_line_goes_with_prices_that_contain_tax_and_keeps_its_rule() {
    for (first, second) in [("20% Inclusive", "Zero Rated Income"), ("Zero Rated Income", "20% Inclusive")] {
        let mut live = changed(|context| context.company.cin7.tax_rule = Some("20% (VAT on Income)".into()));
        live.set_tax_rule("a", first).unwrap();
        live.set_tax_rule("b", second).unwrap();
        assert_eq!(live.problems(), []);
        let plan = planned(&live);
        let header = header_of(&plan);
        assert_eq!((&header["TaxInclusive"], &header["TaxRule"]), (&true.into(), &"20% Inclusive".into()));
        let taxes: Vec<String> = plan.lines.iter().map(|line| format!("{} {}", line.tax_rule, line.tax)).collect();
        let [inclusive, zero] = if first == "20% Inclusive" { [0, 1] } else { [1, 0] };
        assert_eq!(taxes[zero], "Zero Rated Income 0.00");
        assert!(taxes[inclusive] == "20% Inclusive 90.00" || taxes[inclusive] == "20% Inclusive 13.75", "{taxes:?}");
    }
    // A rule without one of the same rate is not exchanged for one of another.
    let mut live = changed(|context| context.references.tax_rules[2].percent = "5".parse().unwrap());
    live.set_tax_rule("b", "20% Inclusive").unwrap();
    assert_eq!(find(&live.problems(), "tax-mixed").fixes, []);
}

#[test]
fn a_moved_price_is_a_note_with_the_deliberate_answer() {
    let mut live = changed(|_| {});
    let mut dearer = facts(chair());
    dearer.product.tiers[1] = Some("160".parse().unwrap());
    live.replace_facts(vec![dearer]);
    let problems = live.problems();
    let problem = find(&problems, "price-moved");
    assert_eq!(
        (problem.severity, problem.text.as_str()),
        (Severity::Note, "CHAIR-01 is GBP 160.00 now. This quote keeps GBP 150.00.")
    );
    assert_eq!(order_of(&planned(&live))["Lines"][0]["Price"].to_string(), "150.00");
    live.apply_fix(&problem.fixes[0].action, Some("a")).unwrap();
    assert_eq!(live.line("a").unwrap().price.unwrap().to_string(), "160.00");
}

#[test]
fn rates_that_five_decimals_cannot_hold_are_said() {
    let mut live = empty_in(foreign());
    live.add_line(facts(chair()), "1", "a").unwrap();
    let table =
        [("1.25", None), ("1.17", Some("rate-rounded")), ("21000", Some("rate-imprecise")), ("250000", Some("rate-too-small"))];
    for (rate, code) in table {
        live.edit_header(&format!(r#"{{"exchangeRate":"{rate}"}}"#)).unwrap();
        assert_eq!(codes(&live), code.into_iter().collect::<Vec<_>>(), "{rate}");
    }
}

#[test]
fn a_receipts_rate_is_rounded_once_and_what_four_decimals_cannot_hold_is_said() {
    let mut context = foreign();
    context.settings.sales_type = crate::settings::SalesType::Simple;
    context.settings.receipt_account = Some("090".into());
    let mut live = empty_in(context);
    live.add_line(facts(chair()), "1", "a").unwrap();
    // 1 / 1.1700709 is 0.854649…: 0.8547 only if the five decimals of the sale were rounded again.
    let table = [
        ("1.25", "0.8", None),
        ("1.1700709", "0.8546", None),
        ("190", "0.0053", Some("receipt-rate-imprecise")),
        ("25000", "", Some("receipt-stays")),
    ];
    for (rate, sent, code) in table {
        live.edit_header(&format!(
            r#"{{"exchangeRate":"{rate}","receipt":{{"amount":"10","reference":"CARD-1","date":"2026-03-30"}}}}"#
        ))
        .unwrap();
        let told = codes(&live);
        assert_eq!(told.iter().find(|code| code.starts_with("receipt-")), code.as_ref(), "{rate}");
        if code != Some("receipt-stays") {
            let body = planned(&live).receipt_body(sale_id());
            assert!(body.contains(&format!("\"CurrencyRate\":{sent}}}")), "{rate}: {body}");
        }
    }
}

#[test]
fn a_rules_third_of_a_per_cent_is_said_where_a_line_cuts_it() {
    use crate::records::reference::{DiscountRule, DiscountStep};
    let step = DiscountStep {
        from: "1".parse().unwrap(),
        to: None,
        percent: Some("33.3333".parse().unwrap()),
        amount: None,
        kind: "DiscountPercent".into(),
    };
    let mut context = context();
    context.references.discount_rules =
        vec![DiscountRule { name: "Third".into(), active: true, kind: "QuantityBased".into(), steps: vec![step] }];
    let mut live = empty_in(context);
    let mut bolt = flat(3, "BOLT-03", "90");
    bolt.product.discount_rule = Some("Third".into());
    live.add_line(bolt, "1", "a").unwrap();
    let problems = live.problems();
    let problem = find(&problems, "rule-rounded");
    assert_eq!(problem.text, "BOLT-03: the discount rule “Third” gives 33.3333 %, and a line keeps two decimals: 33.33 %.");
    assert_eq!((problem.severity, live.line("a").unwrap().net.unwrap().to_string()), (Severity::Note, "60.00".into()));
    live.set_discount("a", "10").unwrap();
    assert!(!codes(&live).contains(&"rule-rounded"));
}
