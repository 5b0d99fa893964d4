//! Every problem, by what brings it about, with the fixes it offers.

use super::*;
use crate::quote::LineFacts;
use crate::records::availability::StockLevel;
use crate::records::product::ProductStatus;
use crate::records::sale::StandingSale;
use crate::settings::ExpiredQuotes;

#[test]
fn a_sound_quote_has_no_problems() {
    assert_eq!(changed(|_| {}).problems(), []);
}

#[test]
fn what_the_account_or_the_customer_brings_about() {
    use Severity::{Note, Stop, Warn};
    let table: [(Change, &str, Severity, &str); 16] = [
        (|c| c.company.cin7.on_hold = true, "on-hold", Warn, "Bayside Club is on credit hold"),
        (|c| c.company.cin7.deprecated = true, "customer-retired", Warn, "Bayside Club"),
        (|c| c.references.account.applies_discounts = true, "account-discounts", Warn, "authorised. The order may"),
        (
            |c| {
                c.references.account.applies_discounts = true;
                c.company.cin7.discount = "5".parse().unwrap();
            },
            "account-discounts",
            Warn,
            "Bayside Club has 5 % of its own",
        ),
        (|c| c.references.payment_terms[0].active = false, "term-inactive", Stop, "30 days"),
        (|c| c.references.payment_terms[0].name = "31 days".into(), "unknown-term", Stop, "30 days"),
        (|c| c.references.tax_rules[0].active = false, "tax-rule-inactive", Stop, "20% (VAT on Income)"),
        (|c| c.references.tax_rules[0].for_sale = false, "tax-rule-inactive", Stop, "not meant for sales"),
        (|c| c.references.tax_rules[0].name = "VAT".into(), "no-tax-rule", Stop, "20% (VAT on Income)"),
        (|c| c.references.account.lock_date = Some(c.today), "locked", Stop, "30 Mar 2026"),
        (|c| c.references.account.lock_date_unread = Some("soon".into()), "lock-date-unread", Stop, "lock date “soon” cannot"),
        (|c| c.unknown_zone = Some("Shire".into()), "unknown-time-zone", Note, "Today counts as 30 Mar 2026"),
        (|c| c.company.cin7.currency = "EUR".parse().unwrap(), "currency-changed", Stop, "EUR"),
        (
            |c| c.company.cin7.price_tier = Some("Retail".into()),
            "tier-changed",
            Note,
            "on Retail now. This quote stays on Wholesale",
        ),
        (|c| c.company.cin7.price_tier = None, "tier-changed", Note, "standard price"),
        (|c| c.references.account.lock_date = Some(c.today.plus_days(1)), "locked", Stop, "31 Mar 2026"),
    ];
    for (change, code, severity, words) in table {
        let problems = changed(change).problems();
        let problem = find(&problems, code);
        assert_eq!(problem.severity, severity, "{code}");
        assert!(problem.text.contains(words), "{}", problem.text);
    }
    assert!(!codes(&changed(|c| c.references.account.lock_date = Some(c.today.plus_days(-1)))).contains(&"locked"));
}

#[test]
fn two_tiers_of_the_customers_tier_name_are_both_named_and_none_is_picked() {
    let mut context = context();
    context.references.price_tiers[4].name = "Wholesale".into();
    let live = empty_in(context);
    let problem = live.problems().into_iter().find(|problem| problem.code == "unknown-tier").unwrap();
    let says = "Bayside Club is on the price tier “Wholesale”, and Cin7 has two of that name: “Wholesale” (tier 2) and “Wholesale” (tier 5).";
    assert!(problem.text.starts_with(says), "{}", problem.text);
    assert!(problem.fixes.is_empty());
    assert_eq!(live.quote().tier(), None);
}

#[test]
fn a_quote_without_a_warehouse_asks_for_one() {
    let mut context = context();
    context.company.cin7.location = None;
    let mut live = empty_in(context.clone());
    live.add_line(facts(chair()), "1", "a").unwrap();
    let problems = live.problems();
    let problem = find(&problems, "no-warehouse");
    assert_eq!(problem.severity, Severity::Stop);
    let labels: Vec<&str> = problem.fixes.iter().map(|fix| fix.label.as_str()).collect();
    assert_eq!(labels, ["Use Main Warehouse", "Use North Depot"], "a deprecated one is not offered");
    live.apply_fix(&problem.fixes[1].action, None).unwrap();
    assert_eq!(live.problems(), []);

    context.company.cin7.location = Some("Old Shed".into());
    let live = empty_in(context.clone());
    assert!(find(&live.problems(), "no-warehouse").text.contains("Old Shed"));
    let mut retired = changed(|_| {});
    context.references.locations[0].deprecated = true;
    retired.replace_context(context).unwrap();
    assert!(find(&retired.problems(), "warehouse-retired").text.contains("Main Warehouse"));
}

#[test]
fn an_empty_quote_and_one_of_services_only_cannot_be_ordered() {
    assert!(codes(&empty()).contains(&"no-lines"));
    let mut live = empty();
    live.add_line(service(), "1", "a").unwrap();
    assert_eq!(live.line("a").unwrap().stock.sentence, "service");
    assert_eq!(codes(&live), ["services-only"]);
    live.add_line(facts(chair()), "1", "b").unwrap();
    assert_eq!(live.problems(), []);
}

#[test]
fn a_line_without_a_price_says_which_tier_has_none() {
    let mut live = empty();
    live.set_price_tier(Some(3)).unwrap();
    live.add_line(LineFacts { customer_price: None, ..facts(lamp()) }, "1", "a").unwrap();
    let problems = live.problems();
    let problem = find(&problems, "no-price");
    assert_eq!(problem.text, "LAMP-02: No price on Distributor. Type a price or choose another tier.");
    assert_eq!((problem.severity, problem.line_id.as_deref()), (Severity::Stop, Some("a")));
}

#[test]
fn short_stock_names_the_figures_and_offers_what_has_enough() {
    let mut live = quote_10452();
    live.remove_line("b").unwrap();
    let problems = live.problems();
    let problem = find(&problems, "short-stock");
    assert_eq!(problem.text, "North Depot has 3, Main Warehouse 12. 4 CHAIR-01 wanted. The rest becomes a backorder.");
    let labels: Vec<&str> = problem.fixes.iter().map(|fix| fix.label.as_str()).collect();
    assert_eq!(labels, ["Use Main Warehouse", "Keep"]);
    live.apply_fix("accept:short-stock", Some("a")).unwrap();
    assert_eq!(find(&live.problems(), "short-stock").severity, Severity::Note);
    live.set_warehouse(Some("Main Warehouse")).unwrap();
    live.set_quantity("a", "14").unwrap();
    let problems = live.problems();
    let problem = find(&problems, "short-stock");
    assert!(problem.text.starts_with("Main Warehouse has 12, North Depot 3. 14 CHAIR-01 wanted."), "{}", problem.text);
    assert_eq!(problem.severity, Severity::Warn, "what was accepted was another quantity");
    assert_eq!(problem.fixes.len(), 1);
}

#[test]
fn a_product_on_two_lines_is_short_once_and_together() {
    let mut live = empty();
    live.set_warehouse(Some("Main Warehouse")).unwrap();
    live.add_line(facts(chair()), "8", "a").unwrap();
    live.add_line(facts(chair()), "8", "b").unwrap();
    let short: Vec<Problem> = live.problems().into_iter().filter(|problem| problem.code == "short-stock").collect();
    assert_eq!(short.len(), 1);
    assert!(short[0].text.contains("16 CHAIR-01 wanted"));
}

#[test]
fn stock_that_was_never_read_is_no_shortage() {
    let mut live = empty();
    let mut chair = facts(chair());
    chair.stock = crate::stock::ProductStock::default();
    live.add_line(chair, "100", "a").unwrap();
    assert_eq!(live.problems(), []);
}

#[test]
fn comments_are_counted_as_cin7_counts_and_cut_only_when_accepted() {
    let mut live = changed(|_| {});
    live.set_extended_description("a", &"x".repeat(256)).unwrap();
    assert_eq!(live.problems(), []);
    assert_eq!(order_of(&planned(&live))["Lines"][0]["Comment"], "x".repeat(256));
    let long = "x".repeat(257);
    live.set_extended_description("a", &long).unwrap();
    let problems = live.problems();
    let problem = find(&problems, "comment-too-long");
    assert!(problem.text.contains("257") && problem.text.contains("1 too many"), "{}", problem.text);
    assert_eq!(problem.severity, Severity::Stop);
    live.apply_fix(&problem.fixes[0].action, Some("a")).unwrap();
    let accepted = find(&live.problems(), "comment-too-long").text.clone();
    assert_eq!(accepted, "The extended description of CHAIR-01 will be cut to the 256 characters of Cin7’s comment.");
    assert_eq!(order_of(&planned(&live))["Lines"][0]["Comment"], format!("{}…", "x".repeat(255)));
    assert_eq!(live.line("a").unwrap().extended_description, long, "the text on the quote stays whole");
    live.set_extended_description("a", &format!("{long}y")).unwrap();
    assert_eq!(find(&live.problems(), "comment-too-long").severity, Severity::Stop, "another text was accepted");
    live.apply_fix("shorten-comment", Some("a")).unwrap();
    assert_eq!(live.problems(), []);

    let mut live = empty();
    live.add_line(facts(chair()), "1", "a").unwrap();
    live.add_line(service(), "1", "b").unwrap();
    live.set_extended_description("b", &"x".repeat(1024)).unwrap();
    assert_eq!(live.problems(), [], "a charge takes 1,024");
    live.set_extended_description("b", &"😀".repeat(513)).unwrap();
    assert!(find(&live.problems(), "comment-too-long").text.contains("1026"));
}

#[test]
fn texts_that_do_not_fit_stop_the_order() {
    let edits = [
        ("memo-too-long", "memo", 1024),
        ("reference-too-long", "customerReference", 256),
        ("phone-too-long", "phone", 50),
        ("contact-too-long", "contact", 256),
        ("notes-too-long", "deliveryNotes1", 1024),
    ];
    for (code, field, limit) in edits {
        let mut live = changed(|_| {});
        let edit = |length: usize| serde_json::json!({ field: "x".repeat(length) }).to_string();
        live.edit_header(&edit(limit)).unwrap();
        assert_eq!(live.problems(), [], "{field}");
        live.edit_header(&edit(limit + 1)).unwrap();
        assert_eq!(find(&live.problems(), code).severity, Severity::Stop);
    }
    let mut live = changed(|_| {});
    live.edit_header(&serde_json::json!({ "memo": "x".repeat(1025) }).to_string()).unwrap();
    live.apply_fix("accept:memo-too-long", None).unwrap();
    let accepted = find(&live.problems(), "memo-too-long").text.clone();
    assert_eq!(accepted, "The memo will be cut to the 1024 characters that Cin7 takes.");
    assert_eq!(order_of(&planned(&live))["Memo"], format!("{}…", "x".repeat(1023)));
    live.apply_fix("shorten-memo", None).unwrap();
    assert_eq!(live.problems(), []);
}

#[test]
fn addresses_are_checked_for_what_cin7_requires() {
    let mut live = changed(|_| {});
    let typed = |line1: &str, postcode: &str, country: &str| {
        serde_json::json!({"delivery": {"typed": {"line1": line1, "line2": "", "city": "", "state": "", "postcode": postcode, "country": country, "company": ""}}}).to_string()
    };
    let table = [
        (typed("a", "", "UK"), None),
        (typed("a", "", " "), Some("no-country")),
        (typed("", "", "UK"), Some("no-address-line")),
        (typed("a", &"9".repeat(20), "UK"), None),
        (typed("a", &"9".repeat(21), "UK"), Some("postcode-too-long")),
        (typed(&"a".repeat(257), "", "UK"), Some("address-too-long")),
    ];
    for (edit, code) in table {
        live.edit_header(&edit).unwrap();
        assert_eq!(codes(&live), code.into_iter().collect::<Vec<_>>(), "{edit}");
    }
    let mut context = context();
    context.company.own.main_address = None;
    context.company.cin7.addresses.clear();
    assert!(codes(&empty_in(context)).contains(&"no-delivery-address"));
}

#[test]
fn a_saved_address_that_changed_or_went_is_said() {
    let mut live = changed(|_| {});
    let saved = live.customer().delivery_addresses[0].id.unwrap();
    live.edit_header(&format!(r#"{{"delivery":{{"savedId":"{saved}"}}}}"#)).unwrap();
    let mut moved = context();
    moved.company.cin7.addresses[1].line1 = "10 Dock".into();
    live.replace_context(moved).unwrap();
    assert_eq!(find(&live.problems(), "delivery-address-changed").fixes[0].label, "Use 10 Dock");
    let mut gone = context();
    gone.company.cin7.addresses.remove(1);
    live.replace_context(gone).unwrap();
    assert!(find(&live.problems(), "delivery-address-gone").text.contains("no longer saved in Cin7"));
}

#[test]
fn an_expired_quote_is_stopped_or_allowed_by_setting() {
    for (setting, severity) in [(ExpiredQuotes::Stop, Severity::Stop), (ExpiredQuotes::Allow, Severity::Warn)] {
        let mut context = context();
        context.settings.expired_quotes = setting;
        let mut live = changed(|_| {});
        live.replace_context(context).unwrap();
        live.edit_header(r#"{"endDate":"2026-03-30"}"#).unwrap();
        assert_eq!(live.problems(), [], "it holds through its last day");
        live.edit_header(r#"{"endDate":"2026-03-29"}"#).unwrap();
        let problems = live.problems();
        let problem = find(&problems, "expired");
        assert_eq!((problem.severity, problem.text.as_str()), (severity, "The quote held until 29 Mar 2026."));
        live.apply_fix(&problem.fixes[0].action, None).unwrap();
        assert_eq!(live.problems(), []);
    }
}

#[test]
fn a_receipt_that_is_on_another_quote_asks_before_it_is_posted_again() {
    let mut live = changed(|context| {
        context.settings.sales_type = crate::settings::SalesType::Simple;
        context.settings.receipt_account = Some("090".into());
        let other = |reference: &str| (reference.to_owned(), "quote 10451 of Bayside Club".to_owned());
        context.receipt_references = vec![other("CARD-77"), other("CARD-70")];
    });
    let receipt =
        |reference: &str| format!(r#"{{"receipt":{{"amount":"200.00","reference":"{reference}","date":"2026-03-16"}}}}"#);
    live.edit_header(&receipt("CARD-78")).unwrap();
    assert!(!codes(&live).contains(&"receipt-twice"));
    live.edit_header(&receipt("CARD-77 ")).unwrap();
    let problem = find(&live.problems(), "receipt-twice").clone();
    assert_eq!(problem.severity, Severity::Warn);
    assert!(problem.text.starts_with("The receipt “CARD-77” is on quote 10451 of Bayside Club too."), "{}", problem.text);
    live.apply_fix(&problem.fixes[0].action, None).unwrap();
    assert_eq!(find(&live.problems(), "receipt-twice").severity, Severity::Note);
    // What was accepted was that receipt, not any other.
    live.edit_header(&receipt("CARD-70")).unwrap();
    assert_eq!(find(&live.problems(), "receipt-twice").severity, Severity::Warn);
}

#[test]
fn a_product_that_is_still_to_be_set_up_in_cin7_is_noted() {
    let mut live = changed(|_| {});
    let mut unfinished = facts(chair());
    unfinished.product.status = ProductStatus::SetupRequired;
    live.replace_facts(vec![unfinished]);
    let problem = find(&live.problems(), "setup-required").clone();
    assert_eq!((problem.severity, problem.line_id.as_deref()), (Severity::Note, Some("a")));
    assert!(problem.text.starts_with("CHAIR-01 is not fully set up in Cin7"), "{}", problem.text);
}

#[test]
fn a_product_that_is_not_for_sale_stays_and_asks() {
    let mut live = changed(|_| {});
    let mut retired = facts(chair());
    retired.product.sellable = false;
    live.replace_facts(vec![retired]);
    let problems = live.problems();
    let problem = find(&problems, "not-sellable");
    assert_eq!(problem.severity, Severity::Stop);
    live.apply_fix(&problem.fixes[0].action, Some("a")).unwrap();
    assert_eq!(find(&live.problems(), "not-sellable").severity, Severity::Note);
    assert_eq!(planned(&live).lines.len(), 2);
}

#[test]
fn an_edited_description_is_said_to_stay_and_can_become_the_comment() {
    let mut live = changed(|_| {});
    live.set_description("a", "Oak Chair, engraved").unwrap();
    live.set_extended_description("a", "by May").unwrap();
    let problems = live.problems();
    let problem = find(&problems, "description-stays");
    assert!(problem.text.contains("“Oak Chair, engraved” will not travel"));
    assert_eq!(order_of(&planned(&live))["Lines"][0]["Name"], "Oak Chair");
    live.apply_fix(&problem.fixes[0].action, Some("a")).unwrap();
    assert_eq!(order_of(&planned(&live))["Lines"][0]["Comment"], "Oak Chair, engraved\nby May");
    assert_eq!(live.problems(), []);
}

#[test]
fn less_than_one_is_warned_about() {
    let mut live = changed(|_| {});
    live.add_line(service(), "0.5", "c").unwrap();
    let problems = live.problems();
    let problem = find(&problems, "below-one");
    assert_eq!((problem.severity, problem.line_id.as_deref()), (Severity::Warn, Some("c")));
    live.apply_fix("set-quantity:1", Some("c")).unwrap();
    assert_eq!(live.problems(), []);
}

#[test]
fn all_stops_are_said_at_once_and_worst_first() {
    let mut live = quote_10452();
    live.set_price_tier(Some(4)).unwrap();
    live.set_warehouse(None).unwrap();
    live.edit_header(r#"{"endDate":"2026-01-01"}"#).unwrap();
    let problems = live.problems();
    assert!(problems.is_sorted_by_key(|problem| problem.severity));
    let error = plan(&live, now()).unwrap_err();
    assert_eq!((error.code, error.details.len()), (ErrorCode::CannotConfirm, 3));
    assert_eq!(error.message, "3 things stop this order.");
    let fields: Vec<&str> = error.details.iter().map(|detail| detail.field.as_str()).collect();
    assert_eq!(fields, ["", "", "a"]);
    live.confirm();
    assert_eq!(plan(&live, now()).unwrap_err().code, ErrorCode::AlreadyConfirmed);
}

#[test]
fn every_fix_that_is_offered_can_be_carried_out() {
    let mut live = changed(|c| {
        c.references.payment_terms[0].active = false;
        c.references.tax_rules[0].active = false;
        c.company.cin7.price_tier = Some("Retail".into());
        c.settings.send_sales_person = true;
    });
    live.edit_header(r#"{"endDate":"2026-01-01","salesPerson":"ann  lee"}"#).unwrap();
    live.edit_header(&serde_json::json!({ "memo": "x".repeat(2000) }).to_string()).unwrap();
    live.set_warehouse(None).unwrap();
    live.add_line(facts(chair()), "0.5", "c").unwrap();
    live.set_price("c", "1").unwrap();
    live.set_description("c", "mine").unwrap();
    live.set_extended_description("c", &"x".repeat(300)).unwrap();
    let mut moved = facts(chair());
    moved.product.sku = "CHAIR-02".into();
    moved.product.sellable = false;
    moved.product.tiers[1] = Some("1".parse().unwrap());
    moved.stock.levels = vec![("Main Warehouse".into(), StockLevel::default())];
    live.replace_facts(vec![moved]);
    let problems = live.problems();
    assert!(problems.len() > 12, "{problems:#?}");
    let mut carried_out = 0;
    for problem in &problems {
        for fix in &problem.fixes {
            let mut copy = live.clone();
            copy.apply_fix(&fix.action, problem.line_id.as_deref()).unwrap_or_else(|error| panic!("{fix:?}: {error}"));
            assert_ne!(copy.problems(), problems, "{fix:?} changes something");
            carried_out += 1;
        }
    }
    assert!(carried_out > 20, "{carried_out}");
    for wrong in
        ["", "fly", "accept:everything", "accept:no-price", "use-tier:x", "use-tier:12", "remove-line:a", "use-warehouse:Moon"]
    {
        assert!(live.apply_fix(wrong, None).is_err(), "{wrong}");
    }
}

#[test]
fn s17_a_key_that_is_taken_in_cin7_is_told_and_after_a_void_stops() {
    let sale = |key: &str, voided| StandingSale {
        sale_id: crate::records::Guid::from_bytes([4; 16]),
        order_number: "SO-00451".into(),
        status: if voided { "VOIDED" } else { "ORDERED" }.into(),
        key: key.into(),
        voided,
    };
    let link = "https://crm.prospect365.com/view/Quote/10452";
    let again = format!("{link}#2");
    let table = [
        (vec![], None),
        (vec![sale(link, false)], Some(("already-ordered", Severity::Warn))),
        (vec![sale(link, true)], Some(("order-voided", Severity::Stop))),
        (vec![sale(link, true), sale(link, false)], Some(("already-ordered", Severity::Warn))),
        // Another key of the same quote is another order.
        (vec![sale(&again, false)], None),
    ];
    for (standing, expected) in table {
        let mut live = quote_10452();
        live.replace_context(QuoteContext { standing: standing.clone(), ..context() }).unwrap();
        let about = |problem: &Problem| ["already-ordered", "order-voided"].contains(&problem.code);
        let said = live.problems().into_iter().find(about).map(|problem| (problem.code, problem.severity));
        assert_eq!(said, expected, "{standing:?}");
        live.confirm();
        assert_eq!(live.standing(), None, "a confirmed quote has its own order");
    }
}
