//! What a product's discount rule makes of a line, by its quantity.
//!
//! A rule of Cin7's has steps, each from a quantity on. What a step says is carried out when it can be said of one line: a
//! percentage becomes the line's discount, or comes off its price where the account says so; an amount or a markup its price.
//! Everything else (shipping, flat amounts, what holds above an order's total) is *unclear* and is told to the rep, never
//! guessed.

use rust_decimal::Decimal;

use crate::money::{PRICE_PLACES, Price, Quantity, Rate, round};
use crate::records::reference::References;

/// What a rule makes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Nothing at this quantity.
    None,
    /// The line's discount, which keeps two decimals of it.
    Discount(Rate),
    /// The line's unit price.
    Price(Price),
    /// Something that cannot be said of a line, or a rule that the account does not have.
    Unclear,
}

/// Asks the rule of this name. `found` is the price without it; a product without a price gets none from a rule.
pub fn quantity_break(references: &References, rule: Option<&str>, quantity: Quantity, found: Option<Price>) -> Break {
    let Some(name) = rule else { return Break::None };
    let Some(rule) = references.discount_rule(name).one() else { return Break::Unclear };
    if !rule.active {
        return Break::None;
    }
    let Some(step) = rule.step(quantity) else { return Break::None };
    if let Some(percent) = step.percent {
        if !references.account.discounts_the_price {
            return Break::Discount(percent);
        }
        // The account takes it off the price. A product without a price has none to take it off.
        let Some(found) = found else { return Break::None };
        let left = found.decimal() * (Decimal::ONE_HUNDRED - percent.decimal()) / Decimal::ONE_HUNDRED;
        return Price::rounded(round(left, PRICE_PLACES)).map_or(Break::Unclear, Break::Price);
    }
    let (Some(amount), Some(found)) = (step.amount, found) else {
        return if step.amount.is_none() { Break::Unclear } else { Break::None };
    };
    let (found, amount) = (found.decimal(), amount.decimal());
    let price = match step.kind.to_ascii_lowercase().as_str() {
        "priceoverride" => amount,
        // More off than it costs would be a present: it is for somebody to look at.
        "discountamount" => found - amount,
        "markupamount" => found + amount,
        "markuppercent" => found + found * amount / Decimal::ONE_HUNDRED,
        _ => return Break::Unclear,
    };
    Price::rounded(round(price, PRICE_PLACES)).map_or(Break::Unclear, Break::Price)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::fixtures::{quantity, references};
    use crate::records::reference::{DiscountRule, DiscountStep};

    fn step(from: &str, to: &str, kind: &str, amount: &str) -> DiscountStep {
        let percent = (kind == "DiscountPercent").then(|| amount.parse().unwrap());
        DiscountStep {
            from: quantity(from),
            to: (!to.is_empty()).then(|| quantity(to)),
            percent,
            amount: percent.is_none().then(|| amount.parse().ok()).flatten(),
            kind: kind.into(),
        }
    }

    fn books(active: bool, steps: Vec<DiscountStep>) -> References {
        let rule = DiscountRule { name: "10 or more = 5%".into(), active, kind: "QuantityBased".into(), steps };
        References { discount_rules: vec![rule], ..references() }
    }

    fn books_of_a_third(off_the_price: bool) -> References {
        let mut books = books(true, vec![step("10", "", "DiscountPercent", "33.3333")]);
        books.account.discounts_the_price = off_the_price;
        books
    }

    fn ask(books: &References, wanted: &str) -> Break {
        quantity_break(books, Some("10 or MORE = 5%"), quantity(wanted), Some("150".parse().unwrap()))
    }

    #[test]
    fn x10_a_step_holds_from_its_quantity_on() {
        let books = books(true, vec![step("10", "", "DiscountPercent", "5"), step("50", "99", "DiscountPercent", "7.5")]);
        let five = Break::Discount("5".parse().unwrap());
        let table = [("9", Break::None), ("9.99", Break::None), ("10", five), ("49", five), ("100", five)];
        for (wanted, expected) in table {
            assert_eq!(ask(&books, wanted), expected, "{wanted}");
        }
        assert_eq!(ask(&books, "50"), Break::Discount("7.5".parse().unwrap()));
        let third = books_of_a_third(false);
        assert_eq!(ask(&third, "10"), Break::Discount("33.3333".parse().unwrap()), "not cut where it is read");
        assert_eq!(ask(&books_of_a_third(true), "10"), Break::Price("100.0001".parse().unwrap()), "150 less 33.3333 %");
    }

    #[test]
    fn x10_amounts_and_markups_change_the_price_and_the_rest_is_unclear() {
        let price = |text: &str| Break::Price(text.parse().unwrap());
        let table = [
            ("PriceOverride", "99.5", price("99.5")),
            ("DiscountAmount", "12.3456", price("137.6544")),
            ("DiscountAmount", "151", Break::Unclear),
            ("MarkupAmount", "1", price("151")),
            ("MarkupPercent", "3.333", price("154.9995")),
            ("FlatAmount", "5", Break::Unclear),
            ("FreeShipping", "0", Break::Unclear),
        ];
        for (kind, amount, expected) in table {
            assert_eq!(ask(&books(true, vec![step("10", "", kind, amount)]), "10"), expected, "{kind} {amount}");
        }
        let unknown = DiscountStep { amount: None, ..step("10", "", "PriceOverride", "1") };
        assert_eq!(ask(&books(true, vec![unknown]), "10"), Break::Unclear, "what holds above an order's total");
    }

    #[test]
    fn x10_an_account_may_take_a_percentage_off_the_price() {
        let mut books = books(true, vec![step("10", "", "DiscountPercent", "5"), step("50", "", "DiscountPercent", "7.78")]);
        books.account.discounts_the_price = true;
        let price = |text: &str| Break::Price(text.parse().unwrap());
        for (wanted, expected) in [("9", Break::None), ("10", price("142.5")), ("50", price("138.33"))] {
            assert_eq!(ask(&books, wanted), expected, "{wanted}");
        }
        assert_eq!(quantity_break(&books, Some("10 or more = 5%"), quantity("10"), None), Break::None, "nothing to take it off");
    }

    #[test]
    fn x10_no_rule_an_old_rule_and_an_unknown_one() {
        assert_eq!(quantity_break(&references(), None, quantity("10"), None), Break::None);
        assert_eq!(ask(&references(), "10"), Break::Unclear);
        assert_eq!(ask(&books(false, vec![step("10", "", "DiscountPercent", "5")]), "10"), Break::None);
        // A product without a price gets none from its rule.
        let books = books(true, vec![step("10", "", "PriceOverride", "99")]);
        assert_eq!(quantity_break(&books, Some("10 or more = 5%"), quantity("10"), None), Break::None);
    }
}
