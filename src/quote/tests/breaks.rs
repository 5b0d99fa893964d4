//! Quantity breaks on a whole quote.

use super::super::fixtures::*;
use super::super::*;
use crate::records::product::fixtures::chair;
use crate::records::reference::{DiscountRule, DiscountStep};
use crate::settings::QuantityBreaks;

/// The chair under a rule of 5 per cent from 10 on.
fn ruled(breaks: QuantityBreaks, discounts_the_price: bool) -> LiveQuote {
    let step = DiscountStep {
        from: quantity("10"),
        to: None,
        percent: Some("5".parse().unwrap()),
        amount: None,
        kind: "DiscountPercent".into(),
    };
    let rule = DiscountRule { name: "10 or more = 5%".into(), active: true, kind: "QuantityBased".into(), steps: vec![step] };
    let mut context = context();
    context.references.discount_rules = vec![rule];
    context.references.account.discounts_the_price = discounts_the_price;
    context.settings.quantity_breaks = breaks;
    empty_in(context)
}

fn ruled_chair() -> LineFacts {
    facts(Product { discount_rule: Some("10 or more = 5%".into()), ..chair() })
}

/// Price and discount of every line.
fn terms(live: &LiveQuote) -> Vec<(String, String)> {
    live.lines().iter().map(|line| (line.price.unwrap().to_string(), line.discount.to_string())).collect()
}

#[test]
fn x10_a_break_counts_all_lines_of_the_product_or_each_by_itself() {
    let plain = |count| vec![("150.00".to_owned(), "0".to_owned()); count];
    let less = |count| vec![("150.00".to_owned(), "5".to_owned()); count];
    let mut live = ruled(QuantityBreaks::Product, false);
    live.add_line(ruled_chair(), "6", "a").unwrap();
    assert_eq!(terms(&live), plain(1));
    live.add_line(ruled_chair(), "6", "b").unwrap();
    assert_eq!(terms(&live), less(2), "twelve together, on the line that was there as well");
    assert_eq!(live.totals().net.to_string(), "1710.00");
    live.set_quantity("b", "3").unwrap();
    assert_eq!(terms(&live), plain(2));
    live.set_quantity("b", "4").unwrap();
    assert_eq!(terms(&live), less(2));
    live.remove_line("b").unwrap();
    assert_eq!(terms(&live), plain(1));
    live.restore_line("b").unwrap();
    assert_eq!(terms(&live), less(2));
    assert_eq!(live.totals().net.to_string(), "1425.00");
    // What was typed stays, whatever the other lines do, and a tier switch keeps the break.
    live.set_discount("a", "1").unwrap();
    live.set_quantity("b", "9").unwrap();
    live.set_price_tier(Some(1)).unwrap();
    assert_eq!(terms(&live), [("200.00".to_owned(), "1".to_owned()), ("200.00".to_owned(), "5".to_owned())]);

    let mut live = ruled(QuantityBreaks::Line, false);
    live.add_line(ruled_chair(), "6", "a").unwrap();
    live.add_line(ruled_chair(), "6", "b").unwrap();
    assert_eq!(terms(&live), plain(2));
    live.set_quantity("b", "10").unwrap();
    assert_eq!(terms(&live), [plain(1), less(1)].concat());
}

#[test]
fn x10_where_the_account_discounts_the_price_a_break_is_in_the_price() {
    let mut live = ruled(QuantityBreaks::Product, true);
    live.add_line(ruled_chair(), "6", "a").unwrap();
    live.add_line(ruled_chair(), "6", "b").unwrap();
    let less = ("142.50".to_owned(), "0".to_owned());
    assert_eq!(terms(&live), [less.clone(), less]);
    let [line, _] = &live.lines()[..] else { panic!("two lines") };
    assert_eq!((line.price_reason.as_str(), line.price_now), ("quantity break", None));
    live.set_price_tier(Some(1)).unwrap();
    assert_eq!(terms(&live)[0].0, "190.00");
    live.set_price("a", "180").unwrap();
    live.set_quantity("a", "1").unwrap();
    assert_eq!(terms(&live), [("180.00".to_owned(), "0".to_owned()), ("200.00".to_owned(), "0".to_owned())]);

    // The account comes to discount the price instead of the line: what is found now never takes off twice.
    let mut live = ruled(QuantityBreaks::Product, false);
    live.add_line(ruled_chair(), "10", "a").unwrap();
    let other = ruled(QuantityBreaks::Product, true).context().clone();
    live.replace_context(other).unwrap();
    live.accept_new_price("a").unwrap();
    assert_eq!(terms(&live), [("142.50".to_owned(), "0".to_owned())]);
}
