//! Merging, folded discounts, and the comparison with what Cin7 made of it.

use super::*;
use crate::money::{Amount, Quantity};
use crate::records::reference::TaxMethod;
use crate::totals::DocumentTotals;
use proptest::prelude::*;

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

/// What the sandbox of a Cin7 that agrees would answer.
fn sale(plan: &OrderPlan) -> SaleFacts {
    let lines = |charge: bool| {
        let lines = plan.lines.iter().filter(move |line| line.charge == charge);
        lines.map(move |line| SaleLine {
            product: (!charge).then_some(line.product),
            sku: if charge { String::new() } else { line.sku.clone() },
            name: line.name.clone(),
            quantity: line.quantity,
            price: line.price,
            discount: line.discount,
            tax: line.tax,
            total: line.total,
            backorder: Quantity::ZERO,
            comment: line.comment.clone(),
        })
    };
    SaleFacts {
        id: sale_id(),
        number: "SO-00451".into(),
        status: "ORDERED".into(),
        order_status: "AUTHORISED".into(),
        sale_type: "Advanced Sale".into(),
        external_id: plan.key.clone(),
        customer: Some(plan.customer),
        lines: lines(false).collect(),
        charges: lines(true).collect(),
        net: Some(plan.expected.net),
        tax: Some(plan.expected.tax),
        gross: Some(plan.expected.gross),
    }
}

#[test]
fn equal_lines_of_one_product_travel_as_one() {
    let mut live = empty();
    live.add_line(facts(chair()), "2", "a").unwrap();
    live.add_line(facts(lamp()), "1", "b").unwrap();
    live.add_line(facts(chair()), "3", "c").unwrap();
    let plan = planned(&live);
    assert_eq!(plan.lines.len(), 2);
    assert_eq!(
        (plan.lines[0].quantity.to_string(), plan.lines[0].line_ids.clone()),
        ("5".into(), vec!["a".to_owned(), "c".to_owned()])
    );
    assert_eq!(live.lines().len(), 3, "the quote keeps its lines");
}

#[test]
fn lines_of_one_product_on_different_terms_stop_the_order() {
    for edit in ["price", "discount", "comment", "tax"] {
        let mut live = empty();
        live.add_line(facts(chair()), "2", "a").unwrap();
        live.add_line(facts(chair()), "3", "b").unwrap();
        live.set_extended_description("a", "first").unwrap();
        live.set_extended_description("b", "first").unwrap();
        match edit {
            "price" => live.set_price("b", "140"),
            "discount" => live.set_discount("b", "1"),
            "comment" => live.set_extended_description("b", "second"),
            _ => live.set_tax_rule("b", "Zero Rated Income"),
        }
        .unwrap();
        let problems = live.problems();
        let problem = find(&problems, "product-twice");
        assert_eq!((problem.severity, problem.line_id.as_deref()), (Severity::Stop, Some("b")));
        assert_eq!(plan(&live, now()).unwrap_err().code, ErrorCode::CannotConfirm);
        live.apply_fix(&problem.fixes[0].action, Some("b")).unwrap();
        let plan = planned(&live);
        assert_eq!(plan.lines.len(), 1, "{edit}");
        let comment = if edit == "comment" { "first\nsecond" } else { "first" };
        assert_eq!(plan.lines[0].comment, comment, "no comment is lost");
    }
}

#[test]
fn an_overall_discount_is_folded_in() {
    let mut live = quote_10452();
    live.edit_header(r#"{"overallDiscount":"5"}"#).unwrap();
    let plan = planned(&live);
    let discounts: Vec<String> = plan.lines.iter().map(|line| line.discount.to_string()).collect();
    assert_eq!(discounts, ["14.5", "5"]);
    assert_eq!(plan.expected.net.to_string(), "591.38");
    let sent: Amount = plan.lines.iter().map(|line| line.total).sum();
    assert_eq!(sent, plan.expected.net);
}

#[test]
fn a_penny_between_quote_and_order_is_put_right_in_the_fourth_decimal() {
    let mut live = empty();
    live.add_line(flat(8, "BOX", "1000"), "1", "a").unwrap();
    live.add_line(flat(9, "LID", "10"), "1", "b").unwrap();
    live.set_discount("a", "12.35").unwrap();
    live.edit_header(r#"{"overallDiscount":"5"}"#).unwrap();
    // 832.675 shown as 832.68 less nothing; 16.73 % would make it 832.70.
    assert_eq!(live.line("a").unwrap().net.unwrap(), amount("832.68"));
    let plan = planned(&live);
    assert_eq!((plan.lines[0].discount.to_string(), plan.lines[0].price.to_string()), ("16.73".into(), "999.976".into()));
    assert_eq!(plan.lines[0].total, amount("832.68"));
    assert_eq!(plan.lines[1].price.to_string(), "10.00");
    assert!(find(&live.problems(), "price-adjusted").text.contains("999.976"));
}

#[test]
fn a_penny_that_merging_would_lose_is_kept() {
    let mut live = empty();
    live.add_line(flat(3, "BOLT-03", "0.675"), "1", "a").unwrap();
    live.add_line(flat(3, "BOLT-03", "0.675"), "1", "b").unwrap();
    assert_eq!(live.document_totals().net, amount("1.36"));
    let plan = planned(&live);
    assert_eq!(
        (plan.lines[0].quantity.to_string(), plan.lines[0].price.to_string(), plan.lines[0].total),
        ("2".into(), "0.68".into(), amount("1.36"))
    );
}

#[test]
fn lines_that_would_lose_a_cent_of_tax_as_one_are_not_merged() {
    let mut context = context();
    context.references.account.tax_method = TaxMethod::RowTotal;
    context.references.tax_rules[0].percent = "10".parse().unwrap();
    let mut live = empty_in(context);
    for id in ["a", "b", "c"] {
        live.add_line(flat(3, "BOLT-03", "8.75"), "1", id).unwrap();
    }
    assert_eq!(live.document_totals().gross, amount("28.89"));
    let problems = live.problems();
    assert!(!problems.iter().any(|problem| problem.code == "totals-differ"), "no discount is to blame");
    let problem = find(&problems, "product-twice");
    assert_eq!((problem.severity, problem.line_id.as_deref()), (Severity::Stop, Some("b")));
    let words = "As one line of 3 its tax is 2.63 instead of 2.64, as tax is rounded on each line.";
    assert!(problem.text.ends_with(words), "{}", problem.text);
    live.apply_fix(&problem.fixes[0].action, Some("b")).unwrap();
    assert_eq!((live.lines().len(), live.document_totals().gross), (1, amount("28.88")));
    assert!(!codes(&live).contains(&"product-twice"));
    assert_eq!(planned(&live).lines[0].quantity.to_string(), "3");

    // Two at 0.5 are 1.00 each way: these are merged under either method.
    for method in [TaxMethod::RowTotal, TaxMethod::Total] {
        let mut context = crate::quote::fixtures::context();
        context.references.account.tax_method = method;
        let mut live = empty_in(context);
        live.add_line(flat(3, "BOLT-03", "5"), "1", "a").unwrap();
        live.add_line(flat(3, "BOLT-03", "5"), "1", "b").unwrap();
        assert_eq!(planned(&live).lines.len(), 1);
    }
}

#[test]
fn a_service_that_would_lose_a_cent_as_one_stays_two_charges() {
    let mut context = context();
    context.references.account.tax_method = TaxMethod::RowTotal;
    context.references.tax_rules[0].percent = "10".parse().unwrap();
    let mut live = empty_in(context);
    live.add_line(flat(3, "BOLT-03", "5"), "1", "a").unwrap();
    for id in ["b", "c"] {
        live.add_line(service(), "1", id).unwrap();
        live.set_price(id, "8.75").unwrap();
    }
    let plan = planned(&live);
    let taxes: Vec<String> = plan.lines.iter().map(|line| line.tax.to_string()).collect();
    assert_eq!(taxes, ["0.50", "0.88", "0.88"]);
    assert_eq!(find(&live.problems(), "service-twice").severity, Severity::Warn);
}

#[test]
fn a_large_lines_price_cannot_take_in_the_cents_of_merging_and_nothing_is_lost() {
    let mut live = empty();
    for id in ["a", "b"] {
        live.add_line(flat(3, "BOLT-03", "0.6751"), "33333.5", id).unwrap();
    }
    let shown = live.document_totals().net;
    let one = Amount::rounded(rust_decimal::Decimal::new(66667, 0) * rust_decimal::Decimal::new(6751, 4));
    assert_ne!(shown, one, "the case is worth its name");
    let problems = live.problems();
    let words = format!("As one line of 66667 it comes to {one} instead of {shown}, as each line is rounded by itself.");
    assert!(find(&problems, "product-twice").text.ends_with(&words), "{problems:?}");
}

#[test]
fn both_discounts_go_into_price_and_discount_where_two_decimals_cannot_say_them() {
    let mut live = empty();
    live.add_line(flat(3, "BOLT-03", "100"), "1000", "a").unwrap();
    live.set_discount("a", "12.35").unwrap();
    live.edit_header(r#"{"overallDiscount":"7.5"}"#).unwrap();
    assert_eq!(live.document_totals().net, amount("81076.25"));
    let problems = live.problems();
    assert!(!problems.iter().any(|problem| problem.code == "totals-differ"));
    let words =
        "BOLT-03 goes to Cin7 at 92.50 less 12.35 % instead of 100.00 less 18.92 %, so that the order comes to the same total.";
    assert_eq!(find(&problems, "price-adjusted").text, words);
    let sent = &planned(&live).lines[0];
    assert_eq!(
        (sent.price.to_string(), sent.discount.to_string(), sent.total),
        ("92.50".into(), "12.35".into(), amount("81076.25"))
    );
}

#[test]
fn a_difference_that_no_price_can_put_right_is_shown() {
    let mut live = empty();
    live.add_line(flat(3, "BOLT-03", "0.675"), "100000", "a").unwrap();
    live.set_discount("a", "12.35").unwrap();
    live.edit_header(r#"{"overallDiscount":"5.01"}"#).unwrap();
    let problems = live.problems();
    let problem = find(&problems, "totals-differ");
    assert_eq!(problem.severity, Severity::Warn);
    let plan = planned(&live);
    let sent: Amount = plan.lines.iter().map(|line| line.total).sum();
    assert_ne!(sent, plan.expected.net);
    // The nearest that there is, and what remains.
    assert_eq!((plan.expected.net, sent), (amount("56199.65"), amount("56200.00")));
    let words = "Two decimals of a discount and four of a price cannot say both discounts of BOLT-03: the order will say GBP 67,440.00, the quote GBP 67,439.58.";
    assert_eq!(problem.text, words);
    let words = "BOLT-03 goes to Cin7 at 0.562 instead of 0.675 less 16.74 %, which comes nearest to the quote.";
    assert_eq!(find(&problems, "price-adjusted").text, words);
    live.apply_fix("accept:totals-differ", None).unwrap();
    assert_eq!(find(&live.problems(), "totals-differ").severity, Severity::Note);
}

#[test]
fn a_sale_that_is_what_was_sent_agrees() {
    let mut live = quote_10452();
    live.add_line(service(), "1", "c").unwrap();
    let plan = planned(&live);
    let read = read_back(&plan, &sale(&plan));
    assert_eq!((read.agrees, read.lines_match, read.notes), (true, true, Vec::<String>::new()));
    assert_eq!(read.actual, Some(plan.expected));
}

#[test]
fn every_difference_is_said() {
    let plan = planned(&quote_10452());
    let mut answer = sale(&plan);
    answer.tax = Some(amount("124.51"));
    answer.gross = Some(amount("747.01"));
    answer.lines[0].backorder = "2".parse().unwrap();
    answer.status = "BACKORDERED".into();
    let read = read_back(&plan, &answer);
    assert_eq!(read.notes, ["Cin7 says 747.01, quote says 747.00", "2 CHAIR-01 on backorder"]);
    assert!(read.lines_match && !read.agrees);

    let mut answer = sale(&plan);
    answer.order_status = "DRAFT".into();
    answer.lines[1].quantity = "3".parse().unwrap();
    answer.lines[0].product = Some(Guid::from_bytes([7; 16]));
    let read = read_back(&plan, &answer);
    assert!(!read.agrees && !read.lines_match);
    assert_eq!(
        read.notes,
        [
            "CHAIR-01 is missing in Cin7",
            "LAMP-02: Cin7 says quantity 3, 2 was sent",
            "CHAIR-01 is in Cin7’s order and was not sent",
            "draft in Cin7: no stock is reserved",
            "Cin7 left the order as a draft, although it was sent to be authorised",
        ]
    );
    let mut silent = sale(&plan);
    (silent.net, silent.tax, silent.gross) = (None, None, None);
    let read = read_back(&plan, &silent);
    assert_eq!((read.actual, read.agrees, read.lines_match), (None, false, true));
}

#[test]
fn totals_that_leave_charges_out_are_completed() {
    let mut live = quote_10452();
    live.add_line(service(), "1", "c").unwrap();
    let plan = planned(&live);
    let mut answer = sale(&plan);
    answer.net = Some(amount("622.50"));
    answer.tax = Some(amount("124.50"));
    answer.gross = Some(amount("747.00"));
    assert!(read_back(&plan, &answer).agrees);
    answer.gross = Some(amount("746.99"));
    assert!(!read_back(&plan, &answer).agrees);
}

proptest! {
    #[test]
    fn the_order_comes_to_what_the_quote_shows_or_says_so(
        lines in prop::collection::vec((1_u8..6, 1_u32..400, 1_u32..5_000_000, 0_u32..=10_000), 1..8),
        overall in 0_u32..=10_000,
        row_total in any::<bool>(),
        inclusive in any::<bool>(),
    ) {
        let mut context = context();
        context.company.cin7.tax_rule = inclusive.then(|| "20% Inclusive".into());
        context.references.account.tax_method = if row_total { TaxMethod::RowTotal } else { TaxMethod::Total };
        let mut live = empty_in(context);
        for (n, (product, quantity, price, discount)) in lines.into_iter().enumerate() {
            let id = n.to_string();
            live.add_line(flat(product, &format!("P-{product}"), "1"), &quantity.to_string(), &id).unwrap();
            live.set_price(&id, &format!("{}.{:04}", price / 10_000, price % 10_000)).unwrap();
            live.set_discount(&id, &format!("{}.{:02}", discount / 100, discount % 100)).unwrap();
        }
        live.edit_header(&format!(r#"{{"overallDiscount":"{}.{:02}"}}"#, overall / 100, overall % 100)).unwrap();
        if let Ok(plan) = plan(&live, now()) {
            let mut sent = DocumentTotals::default();
            for line in &plan.lines {
                sent.net = sent.net + line.total;
                prop_assert!(line.total >= Amount::ZERO);
            }
            // Every line is under one rule of 20 %; with tax in the price, a sixth of it is tax.
            let share = |amount: Amount| {
                let amount = amount.decimal();
                Amount::rounded(if inclusive { amount / rust_decimal::Decimal::from(6) } else { amount * rust_decimal::Decimal::new(2, 1) })
            };
            let of_rows = plan.lines.iter().map(|line| line.tax).sum();
            sent.tax = if row_total { of_rows } else { share(sent.net) };
            if inclusive {
                sent.net = sent.net - sent.tax;
            }
            sent.gross = sent.net + sent.tax;
            let differs = codes(&live).contains(&"totals-differ");
            prop_assert_eq!(differs, sent != plan.expected, "{:?}", plan.lines);
            let ids: usize = plan.lines.iter().map(|line| line.line_ids.len()).sum();
            prop_assert_eq!(ids, live.lines().len(), "every line is in the order once");
        } else {
            prop_assert!(codes(&live).contains(&"product-twice"));
        }
    }
}
