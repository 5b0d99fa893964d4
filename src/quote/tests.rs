#![expect(clippy::similar_names, reason = "a live quote has lines")]

mod breaks;
mod history;
mod sharing;

use super::fixtures::*;
use super::*;
use crate::money::{Amount, Percent};
use crate::records::product::fixtures::{chair, lamp, product};
use crate::records::reference::TaxMethod;
use crate::settings::DescriptionField;

fn totals(live: &LiveQuote) -> String {
    let DocumentTotals { net, tax, gross } = live.document_totals();
    format!("{net} {tax} {gross}")
}

fn shown(line: &LineView) -> (String, String) {
    (line.price.map_or_else(|| "none".into(), |price| price.to_string()), line.price_reason.clone())
}

#[test]
fn a_new_quote_is_filled_from_the_customer() {
    let header = empty().header();
    assert_eq!(header.number, "10452");
    assert_eq!(
        (header.price_tier, header.price_tier_name.as_deref(), header.price_tier_chosen),
        (Some(2), Some("Wholesale"), false)
    );
    assert_eq!(header.warehouse.as_deref(), Some("North Depot"));
    assert_eq!(header.payment_term.as_deref(), Some("30 days"));
    assert_eq!((header.phone.as_str(), header.contact.as_str()), ("020 7946 0100", "Bob Partridge"));
    assert_eq!(header.delivery.kind, "main");
    assert_eq!(header.delivery.address.unwrap().address.line1, "1 Quay");
}

#[test]
fn a_default_warehouse_that_is_no_longer_in_use_is_not_taken() {
    let mut context = context();
    context.company.cin7.location = Some("Old Shed".into());
    assert_eq!(empty_in(context).header().warehouse, None);
}

#[test]
fn quote_10452_comes_to_747() {
    let live = quote_10452();
    assert_eq!(totals(&live), "622.50 124.50 747.00");
    let lines = live.lines();
    assert_eq!(shown(&lines[0]), ("150.00".into(), "Wholesale".into()));
    assert_eq!(shown(&lines[1]), ("41.25".into(), "customer price".into()));
    let view = live.totals();
    assert!(view.complete);
    assert_eq!(view.taxes[0].rule, "20% (VAT on Income)");
}

#[test]
fn p10_a_line_begins_with_the_products_text_and_keeps_its_own() {
    let described = |text: &str| {
        let mut product = chair();
        text.clone_into(&mut product.long_description);
        facts(product)
    };
    let mut live = empty();
    let line = live.add_line(described("<p>Solid <b>oak</b></p>"), "1", "a").unwrap();
    assert_eq!(line.extended_description, "Solid oak");
    live.set_extended_description("a", "Solid oak, oiled").unwrap();
    live.replace_facts(vec![described("Solid ash")]);
    assert_eq!(live.line("a").unwrap().extended_description, "Solid oak, oiled");
    assert_eq!(live.add_line(described("Solid ash"), "1", "b").unwrap().extended_description, "Solid ash");
    let long = live.add_line(described(&"é😀".repeat(20_000)), "1", "c").unwrap().extended_description;
    assert_eq!(long.encode_utf16().count(), 32_767);
    let mut private = context();
    private.settings.long_description = DescriptionField::InternalNotes;
    let mut live = empty_in(private);
    let line = live.add_line(described("Supplier slow in May"), "1", "a").unwrap();
    assert!(!crate::json::to_text(&live.view()).contains("Supplier slow"), "internal notes are no part of a quote");
    assert_eq!(line.extended_description, "");
}

#[test]
fn the_accounts_method_decides_where_tax_is_rounded() {
    for (method, expected) in [(TaxMethod::Total, "0.99 0.20 1.19"), (TaxMethod::RowTotal, "0.99 0.21 1.20")] {
        let mut context = context();
        context.references.account.tax_method = method;
        let mut live = empty_in(context);
        for (last, sku) in [(4, "NUT-04"), (6, "WASH-06"), (7, "PIN-07")] {
            live.add_line(flat(last, sku, "0.33"), "1", sku).unwrap();
        }
        assert_eq!(totals(&live), expected);
    }
}

#[test]
fn bolts_are_not_rounded_before_they_are_multiplied() {
    let mut live = empty();
    let line = live.add_line(flat(3, "BOLT-03", "0.675"), "4", "a").unwrap();
    assert_eq!(line.net.unwrap().to_string(), "2.70");
    assert_eq!(line.price.unwrap().to_string(), "0.675");
}

#[test]
fn a_tier_switch_moves_untouched_lines_and_leaves_typed_ones() {
    let mut live = empty();
    live.add_line(facts(chair()), "1", "a").unwrap();
    live.add_line(facts(chair()), "1", "b").unwrap();
    live.add_line(facts(lamp()), "1", "c").unwrap();
    live.set_price("b", "139.9950").unwrap();
    live.set_price_tier(Some(1)).unwrap();
    let prices: Vec<(String, String)> = live.lines().iter().map(shown).collect();
    let pair = |price: &str, reason: &str| (price.to_owned(), reason.to_owned());
    assert_eq!(prices, [pair("200.00", "Retail"), pair("139.995", "typed"), pair("41.25", "customer price")]);
    live.set_quantity("b", "7").unwrap();
    assert_eq!(live.line("b").unwrap().price_state, PriceState::Typed);
    assert_eq!(shown(&live.reset_price("b").unwrap()), pair("200.00", "Retail"));
    live.set_price_tier(None).unwrap();
    assert_eq!(shown(&live.line("a").unwrap()), pair("150.00", "Wholesale"));
    assert!(!live.header().price_tier_chosen);
    assert!(live.set_price_tier(Some(11)).is_err());
}

#[test]
fn a_tier_without_a_price_leaves_the_line_and_the_totals_open() {
    let mut live = empty();
    let mut lamp = facts(lamp());
    lamp.customer_price = None;
    live.set_price_tier(Some(3)).unwrap();
    let line = live.add_line(lamp, "2", "a").unwrap();
    assert_eq!(
        (line.price, line.price_state, line.price_reason.as_str()),
        (None, PriceState::Missing, "no price on Distributor")
    );
    assert_eq!((line.net, line.gross), (None, None));
    assert!(!live.totals().complete);
    live.set_price("a", "0").unwrap();
    assert!(live.totals().complete, "a typed zero is a price");
}

#[test]
fn a_new_default_tier_does_not_re_price_a_quote() {
    let mut live = quote_10452();
    let mut context = context();
    context.company.cin7.price_tier = Some("Retail".into());
    live.replace_context(context.clone()).unwrap();
    assert_eq!(totals(&live), "622.50 124.50 747.00");
    let added = live.add_line(facts(chair()), "1", "late").unwrap();
    assert_eq!(shown(&added), ("150.00".into(), "Wholesale".into()), "the quote stays on its tier");
    let mut fresh = empty_in(context);
    assert_eq!(shown(&fresh.add_line(facts(chair()), "1", "a").unwrap()), ("200.00".into(), "Retail".into()));
}

#[test]
fn a_renamed_tier_is_the_same_tier() {
    let mut live = quote_10452();
    let mut context = context();
    context.references.price_tiers[1].name = "Trade".into();
    context.company.cin7.price_tier = Some("Trade".into());
    live.replace_context(context).unwrap();
    assert_eq!(live.header().price_tier_name.as_deref(), Some("Trade"));
    assert_eq!(shown(&live.line("a").unwrap()), ("150.00".into(), "Trade".into()));
    assert!(live.problems().iter().all(|problem| problem.code != "tier-changed"));
}

#[test]
fn a_moved_price_is_shown_and_taken_only_when_asked() {
    let mut live = quote_10452();
    let mut dearer = chair();
    dearer.tiers[1] = Some("160".parse().unwrap());
    dearer.average_cost = Some("95".parse().unwrap());
    dearer.name = "Oak Chair Mk2".into();
    live.replace_facts(vec![facts(dearer)]);
    let line = live.line("a").unwrap();
    assert_eq!(line.price.unwrap().to_string(), "150.00");
    assert_eq!(line.price_now.unwrap().to_string(), "160.00");
    assert_eq!(line.description, "Oak Chair");
    assert_eq!(live.quote().lines[0].cost.unwrap().to_string(), "88.1234");
    assert_eq!(totals(&live), "622.50 124.50 747.00");
    live.set_price("a", "155").unwrap();
    assert_eq!(live.line("a").unwrap().price_now, None, "a typed price has been decided");
    let taken = live.accept_new_price("a").unwrap();
    assert_eq!((taken.price.unwrap().to_string(), taken.price_now), ("160.00".into(), None));
    assert_eq!(live.quote().lines[0].cost.unwrap().to_string(), "95.00");
    assert_eq!(totals(&live), "658.50 131.70 790.20");
}

#[test]
fn typed_numbers_settle() {
    let mut live = quote_10452();
    for (typed, kept) in [("1.234", "1.23"), ("1.235", "1.24"), (" 2 ", "2"), ("1e1", "10"), ("0.5", "0.5")] {
        assert_eq!(live.set_quantity("a", typed).unwrap().quantity.to_string(), kept);
    }
    for (typed, kept) in [("12.345", "12.35"), ("0", "0"), ("100", "100")] {
        assert_eq!(live.set_discount("a", typed).unwrap().discount.to_string(), kept);
    }
    for (typed, kept) in [("139.9950", "139.995"), ("0", "0.00"), ("1.23455", "1.2346")] {
        assert_eq!(live.set_price("a", typed).unwrap().price.unwrap().to_string(), kept);
    }
}

#[test]
fn what_cannot_be_taken_is_said_and_changes_nothing() {
    let mut live = quote_10452();
    let before = live.quote().clone();
    let fails = |result: Result<LineView>, field: &str, words: &str| {
        let error = result.unwrap_err();
        assert_eq!((error.code, error.details[0].field.as_str()), (ErrorCode::InvalidInput, field));
        assert!(error.details[0].problem.contains(words), "{error}");
    };
    for (text, words) in [
        ("0", "comes to 0"),
        ("-1", "negative"),
        ("0.001", "comes to 0"),
        ("x", "not a number"),
        ("", "not a number"),
        ("1,5", "not a number"),
        ("1000000001", "more than"),
        ("1.23456", "more than 4 decimals"),
    ] {
        fails(live.set_quantity("a", text), "quantity", words);
    }
    for text in ["101", "-5", "100.004", "-0.001", "ten"] {
        fails(live.set_discount("a", text), "discount", text);
    }
    for text in ["-1", "free", "1e30"] {
        fails(live.set_price("a", text), "price", text);
    }
    assert_eq!(live.set_quantity("zz", "1").unwrap_err().code, ErrorCode::UnknownLine);
    let error = live.add_line(facts(chair()), "-1", "a").unwrap_err();
    let fields: Vec<&str> = error.details.iter().map(|detail| detail.field.as_str()).collect();
    assert_eq!(fields, ["id", "quantity"]);
    assert!(live.set_warehouse(Some("Old Shed")).is_err() && live.set_warehouse(Some("Nowhere")).is_err());
    assert_eq!(*live.quote(), before);
}

#[test]
fn lines_are_taken_out_put_back_and_moved() {
    let mut live = quote_10452();
    live.remove_line("a").unwrap();
    assert_eq!(totals(&live), "82.50 16.50 99.00");
    assert_eq!(live.line("a").unwrap_err().code, ErrorCode::UnknownLine);
    assert_eq!(live.restore_line("a").unwrap().number, 1);
    assert_eq!(totals(&live), "622.50 124.50 747.00");
    assert_eq!(live.restore_line("a").unwrap_err().code, ErrorCode::UnknownLine);
    live.remove_line("a").unwrap();
    live.add_line(facts(chair()), "1", "a").unwrap();
    assert_eq!(live.restore_line("a").unwrap_err().code, ErrorCode::UnknownLine, "its id is taken");
    live.remove_line("a").unwrap();
    live.set_price_tier(Some(1)).unwrap();
    assert_eq!(shown(&live.restore_line("a").unwrap()).0, "200.00", "a line that is put back is on the quote's tier");
    live.remove_line("a").unwrap();
    live.set_price_tier(None).unwrap();
    live.restore_line("a").unwrap();
    live.set_quantity("a", "4").unwrap();
    live.set_discount("a", "10").unwrap();
    assert_eq!(live.move_line("a", 9).unwrap().number, 2);
    assert_eq!(live.quote().lines[0].id, "b");
    assert_eq!(totals(&live), "622.50 124.50 747.00");
    assert!(live.move_line("a", 0).is_err());
}

#[test]
fn the_warehouse_changes_the_stock_that_is_shown_and_no_price() {
    let mut live = quote_10452();
    assert_eq!(live.line("a").unwrap().stock.sentence, "North Depot 3. Main Warehouse 12. 4 wanted.");
    live.set_warehouse(Some("main warehouse")).unwrap();
    assert_eq!(live.header().warehouse.as_deref(), Some("Main Warehouse"));
    assert_eq!(live.line("a").unwrap().stock.sentence, "Main Warehouse 12. North Depot 3.");
    assert_eq!(totals(&live), "622.50 124.50 747.00");
}

#[test]
fn of_names_that_differ_in_letter_case_the_exact_one_is_taken_and_no_other() {
    let mut context = context();
    let books = &mut context.references;
    let (mut location, mut term, mut rule) =
        (books.locations[1].clone(), books.payment_terms[1].clone(), books.tax_rules[1].clone());
    (location.name, term.name, rule.name) = ("NORTH DEPOT".into(), "7 DAYS".into(), "ZERO RATED INCOME".into());
    books.locations.insert(0, location);
    books.payment_terms.insert(0, term);
    books.tax_rules.insert(0, rule);
    let mut live = empty_in(context);
    live.add_line(facts(chair()), "4", "a").unwrap();
    let refused = |error: Error, both: [&str; 2]| {
        let words = format!("can mean “{}” or “{}”. Spell it exactly as Cin7 does.", both[0], both[1]);
        assert!(error.details[0].problem.ends_with(&words), "{error}");
    };
    refused(live.set_warehouse(Some("north depot")).unwrap_err(), ["NORTH DEPOT", "North Depot"]);
    refused(live.edit_header(r#"{"paymentTerm":"7 Days"}"#).unwrap_err(), ["7 DAYS", "7 days"]);
    refused(live.set_tax_rule("a", "zero rated income").unwrap_err(), ["ZERO RATED INCOME", "Zero Rated Income"]);
    for names in [["North Depot", "7 days", "Zero Rated Income"], ["NORTH DEPOT", "7 DAYS", "ZERO RATED INCOME"]] {
        live.set_warehouse(Some(names[0])).unwrap();
        live.edit_header(&format!(r#"{{"paymentTerm":"{}"}}"#, names[1])).unwrap();
        live.set_tax_rule("a", names[2]).unwrap();
        let header = live.header();
        assert_eq!([header.warehouse.unwrap(), header.payment_term.unwrap(), live.line("a").unwrap().tax_rule], names);
    }
    live.set_warehouse(Some("MAIN warehouse")).unwrap();
    assert_eq!(live.header().warehouse.as_deref(), Some("Main Warehouse"), "it is alone");
}

#[test]
fn the_tax_rule_is_the_products_else_the_customers_else_the_accounts() {
    let mut live = empty();
    let mut zero = facts(chair());
    zero.product.sale_tax_rule = Some("Zero Rated Income".into());
    assert_eq!(live.add_line(zero, "1", "a").unwrap().tax_rule, "Zero Rated Income");
    assert_eq!(live.add_line(facts(lamp()), "1", "b").unwrap().tax_rule, "20% (VAT on Income)");
    let mut context = context();
    context.company.cin7.tax_rule = None;
    context.references.account.default_tax_rule = "20% Inclusive".into();
    let line = empty_in(context).add_line(flat(8, "BOX", "120"), "1", "a").unwrap();
    let text = |amount: Option<Amount>| amount.unwrap().to_string();
    assert_eq!((text(line.net), text(line.tax), text(line.gross)), ("100.00".into(), "20.00".into(), "120.00".into()));
}

#[test]
fn the_header_is_changed_whole_or_not_at_all() {
    let mut live = quote_10452();
    let header = live
        .edit_header(
            r#"{"customerReference":"PO 000123 / A","deliveryNotes1":"Ring bell","memo":"Fragile","paymentTerm":"7 DAYS","salesPerson":null,
                "exchangeRate":"1.25","endDate":"2026-04-17","overallDiscount":"5","delivery":{"typed":{"line1":"5 Festival Site",
                "line2":"","city":"Bath","state":"","postcode":"BA1","country":"United Kingdom","company":"Bayside Tent"}}}"#,
        )
        .unwrap();
    assert_eq!(header.customer_reference, "PO 000123 / A");
    assert_eq!(header.payment_term.as_deref(), Some("7 days"));
    assert_eq!(header.exchange_rate.unwrap().to_string(), "1.25");
    assert_eq!((header.delivery.kind, header.delivery.company.as_str()), ("typed", "Bayside Tent"));
    assert_eq!(header.overall_discount, "5".parse::<Percent>().unwrap());
    assert_eq!(totals(&live), "591.38 118.28 709.66");

    let before = live.quote().clone();
    let error = live
        .edit_header(
            r#"{"customerReference":1,"memos":"x","paymentTerm":"14 days","exchangeRate":1.25,"endDate":"17/04/2026",
                "overallDiscount":"101","delivery":{"typed":{"line1":"a","street":"b"}},"phone":"fine"}"#,
        )
        .unwrap_err();
    let mut fields: Vec<&str> = error.details.iter().map(|detail| detail.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "customerReference",
            "delivery.typed.city",
            "delivery.typed.company",
            "delivery.typed.country",
            "delivery.typed.line2",
            "delivery.typed.postcode",
            "delivery.typed.state",
            "delivery.typed.street",
            "endDate",
            "exchangeRate",
            "memos",
            "overallDiscount",
            "paymentTerm",
        ]
    );
    assert_eq!(*live.quote(), before);
    for wrong in ["[]", "{", r#"{"delivery":{"main":false}}"#, r#"{"delivery":{"savedId":"x"}}"#, r#"{"exchangeRate":"0"}"#] {
        assert!(live.edit_header(wrong).is_err(), "{wrong}");
    }
    assert_eq!(*live.quote(), before);
}

#[test]
fn a_saved_address_is_kept_as_it_was_chosen() {
    let mut live = quote_10452();
    let saved = live.customer().delivery_addresses[1].clone();
    live.edit_header(&format!(r#"{{"delivery":{{"savedId":"{}"}}}}"#, saved.id.unwrap())).unwrap();
    assert!(live.header().delivery.still_saved);
    let mut context = context();
    context.company.cin7.addresses.retain(|address| address.id != saved.id);
    live.replace_context(context).unwrap();
    let delivery = live.header().delivery;
    assert_eq!((delivery.kind, delivery.still_saved), ("saved", false));
    assert_eq!(delivery.address.unwrap().address.line1, "Unit 4");
}

#[test]
fn a_confirmed_quote_refuses_every_edit() {
    let mut live = quote_10452();
    live.confirm();
    let before = live.quote().clone();
    let mut codes = vec![
        live.add_line(facts(chair()), "1", "c").unwrap_err().code,
        live.remove_line("a").unwrap_err().code,
        live.restore_line("a").unwrap_err().code,
        live.move_line("a", 2).unwrap_err().code,
        live.set_quantity("a", "1").unwrap_err().code,
        live.set_price("a", "1").unwrap_err().code,
        live.reset_price("a").unwrap_err().code,
        live.set_discount("a", "1").unwrap_err().code,
        live.set_description("a", "x").unwrap_err().code,
        live.set_extended_description("a", "x").unwrap_err().code,
        live.set_tax_rule("a", "Zero Rated Income").unwrap_err().code,
        live.set_price_tier(None).unwrap_err().code,
        live.set_warehouse(None).unwrap_err().code,
        live.edit_header("{}").unwrap_err().code,
        live.accept_new_price("a").unwrap_err().code,
        live.apply_fix("remove-line", Some("a")).unwrap_err().code,
    ];
    codes.dedup();
    assert_eq!(codes, [ErrorCode::AlreadyConfirmed]);
    assert_eq!(*live.quote(), before);
}

#[test]
fn a_stored_quote_opens_as_it_was() {
    let mut live = quote_10452();
    live.set_price("b", "39.99").unwrap();
    live.edit_header(r#"{"exchangeRate":"1.25","overallDiscount":"2.5"}"#).unwrap();
    let bundle = QuoteBundle {
        quote: live.quote().clone(),
        context: context(),
        facts: vec![facts(chair()), facts(lamp())],
        judged: None,
        revision: 0,
    };
    let text = serde_json::to_string(&bundle).unwrap();
    let opened = LiveQuote::open(serde_json::from_str(&text).unwrap()).unwrap();
    assert_eq!(opened.quote(), live.quote());
    let view = opened.view();
    assert!(!view.can_undo, "edits are undone where they were made");
    assert_eq!(crate::order::QuoteView { can_undo: true, ..view }, live.view());
    let mut later = bundle.clone();
    later.quote.format = FORMAT + 1;
    assert_eq!(LiveQuote::open(later).unwrap_err().code, ErrorCode::InvalidInput);
    let without = QuoteBundle { facts: Vec::new(), ..bundle };
    let opened = LiveQuote::open(without).unwrap();
    assert_eq!(totals(&opened), totals(&live), "a quote whose products are not synced keeps its totals");
    assert!(opened.problems().iter().any(|problem| problem.code == "product-missing"));
}

#[test]
fn running_totals_agree_with_opening_the_quote_again() {
    let mut live = quote_10452();
    live.add_line(flat(3, "BOLT-03", "0.675"), "7", "c").unwrap();
    live.set_price_tier(Some(3)).unwrap();
    live.remove_line("b").unwrap();
    live.set_tax_rule("c", "Zero Rated Income").unwrap();
    live.set_quantity("a", "3.33").unwrap();
    live.restore_line("b").unwrap();
    live.edit_header(r#"{"overallDiscount":"3.21"}"#).unwrap();
    live.move_line("c", 1).unwrap();
    assert_eq!(live.quote().totals(&references()), (live.document_totals(), true));
    let bundle = QuoteBundle { quote: live.quote().clone(), context: context(), facts: Vec::new(), judged: None, revision: 0 };
    assert_eq!(totals(&LiveQuote::open(bundle).unwrap()), totals(&live));
}

#[test]
fn a_tier_that_the_account_does_not_have_prices_nothing() {
    let mut context = context();
    context.company.cin7.price_tier = Some("Trade Club".into());
    let mut live = empty_in(context);
    let line = live.add_line(facts(chair()), "1", "a").unwrap();
    assert_eq!((line.price, line.price_reason.as_str()), (None, "no price on Trade Club"));
    assert!(live.problems().iter().any(|problem| problem.code == "unknown-tier"));
}

/// How long edits of a large quote take; prints, and asserts only what no machine should miss.
#[test]
fn edits_of_a_thousand_lines_are_quick() {
    let mut live = empty();
    for n in 0..1_000_u32 {
        let mut facts = facts(product(1, "X", "Some product with a name", &["200", "150", "135.5555"]));
        facts.product.id = Guid::from_bytes(u128::from(n).to_be_bytes());
        live.add_line(facts, "3", &format!("line-{n}")).unwrap();
    }
    let clock = std::time::Instant::now();
    for n in 0..1_000_u32 {
        live.set_quantity(&format!("line-{n}"), "5").unwrap();
        live.document_totals();
    }
    let edit = clock.elapsed() / 1_000;
    let clock = std::time::Instant::now();
    live.set_price_tier(Some(3)).unwrap();
    let switch = clock.elapsed();
    let clock = std::time::Instant::now();
    let problems = live.problems().len();
    let checks = clock.elapsed();
    println!("1,000 lines: one edit {edit:?}, tier switch {switch:?}, {problems} problems in {checks:?}");
    assert!(edit.as_millis() < 20 && switch.as_millis() < 500);
}
