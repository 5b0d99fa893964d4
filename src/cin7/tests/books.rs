//! The account and its reference books.

use super::*;
use crate::records::reference::{AccountUse, TaxMethod};

#[test]
fn g04_the_account_says_how_tax_is_rounded_and_what_else_it_does() {
    let record = json!({
        "Company": "Oak & Co", "Currency": "gbp", "DefaultWeightUnits": "kg", "LockDate": null, "TaxCalculationMethod": "Row Total",
        "DefaultSaleTaxRuleName": "20% (VAT on Income)", "MaximumDecimalPlacesInQuantity": "N2", "AutomaticallyApplyDiscounts": "true",
    });
    let read = |record: &Value| reference::me(record.to_string().as_bytes()).unwrap();
    let (me, bad) = read(&record);
    assert_eq!(bad, []);
    assert_eq!((me.account.base_currency.code(), me.weight_unit.as_str()), ("GBP", "kg"));
    assert_eq!((me.account.tax_method, me.account.quantity_places, me.account.applies_discounts), (TaxMethod::RowTotal, 2, true));

    let (bare, bad) = read(&json!({"Company": "Oak & Co", "Currency": "GBP"}));
    assert_eq!(bad, [], "older accounts show fewer fields");
    assert_eq!((bare.account.tax_method, bare.account.quantity_places), (TaxMethod::Total, 4));

    let odd = with(with(record.clone(), "TaxCalculationMethod", json!("Per Moon")), "LockDate", json!("01/02"));
    let (me, bad) = read(&with(odd, "MaximumDecimalPlacesInQuantity", json!("Many")));
    assert_eq!((me.account.tax_method, me.account.lock_date, me.account.quantity_places), (TaxMethod::Total, None, 4));
    assert_eq!(me.account.lock_date_unread.as_deref(), Some("01/02"));
    let fields: Vec<&str> = bad.iter().map(|bad| bad.field.as_str()).collect();
    assert_eq!(fields, ["TaxCalculationMethod", "MaximumDecimalPlacesInQuantity", "LockDate"]);

    assert!(reference::me(with(record, "Currency", json!("Pounds")).to_string().as_bytes()).is_err());
    assert!(reference::me(b"{}").is_err());
}

#[test]
fn the_reference_books_come_together() {
    let mut books = reference::Books::default();
    assert_eq!(books.references(), None);
    books.me = Some(reference::me(br#"{"Company":"Oak & Co","Currency":"GBP"}"#).unwrap().0);

    let told = reference::price_tiers(
        br#"{"PriceTiers":[{"Code":"2","Name":"Wholesale"},{"Code":1,"Name":"Retail"},{"Code":11,"Name":"?"}]}"#,
    );
    let told = told.unwrap();
    assert_eq!((told.total, told.rows, told.bad[0].field.as_str()), (None, 3, "Code"));
    books.price_tiers = told.records;

    let rules = json!([
        {"Name": "20% (VAT on Income)", "TaxPercent": 20, "IsActive": true, "TaxInclusive": false, "IsTaxForSale": true,
         "Components": [{"ID": "B115", "Percent": "20.0000000000", "ComponentOrder": "1"}]},
        {"Name": "Old VAT 17.5%", "TaxPercent": "17.5", "IsActive": "false", "IsTaxForSale": "1"},
        {"Name": "Odd", "TaxPercent": null},
    ]);
    let rules = reference::tax_rules(&body("TaxRuleList", rules.as_array().unwrap())).unwrap();
    assert_eq!(rules.bad.len(), 1);
    assert_eq!((rules.bad[0].record.as_str(), rules.bad[0].field.as_str()), ("Odd", "TaxPercent"));
    books.tax_rules = rules.records;

    let locations = json!([
        {"ID": LAMP, "Name": "Main Warehouse", "IsDefault": true, "IsDeprecated": false, "Bins": null, "ParentID": null},
        {"ID": CHAIR, "Name": "A-04", "ParentID": LAMP},
        {"ID": BAYSIDE, "Name": "Old Shed", "Deprecated": true, "ParentID": "00000000-0000-0000-0000-000000000000"},
    ]);
    let locations = reference::locations(&body("LocationList", locations.as_array().unwrap())).unwrap();
    assert_eq!((locations.rows, locations.records.len(), locations.bad.len()), (3, 2, 0), "a bin is no warehouse");
    books.locations = locations.records;

    let terms = json!([{"Name": "14 days", "IsActive": false}, {"Name": "30 days", "IsActive": true, "IsDefault": "true"}]);
    books.payment_terms = reference::payment_terms(&body("PaymentTermList", terms.as_array().unwrap())).unwrap().records;
    let people = json!([{"Name": "Ann Lee", "Type": "Sale"}, {"ContactID": LAMP, "Name": null}]);
    let people = reference::contacts(&body("MeContactsList", people.as_array().unwrap())).unwrap();
    assert_eq!(people.bad[0].record, LAMP);
    books.contacts = people.records;
    let rules = json!([{"ID": LAMP, "Name": "Ten or more", "IsActive": "true", "Type": "QuantityBased", "DiscountLines": [
        {"MinValue": 10, "MaxValue": 0, "DiscountType": "DiscountPercent", "Amount": "5.0000"}]}, {"ID": CHAIR, "Name": ""}]);
    let rules = reference::discount_rules(&body("DiscountRules", rules.as_array().unwrap())).unwrap();
    assert_eq!((rules.records.len(), rules.bad[0].record.as_str(), rules.bad[0].field.as_str()), (1, CHAIR, "Name"));
    books.discount_rules = rules.records;

    let saved = serde_json::to_string(&books).unwrap();
    assert_eq!(serde_json::from_str::<reference::Books>(&saved).unwrap(), books);
    let references = books.references().unwrap();
    let names: Vec<&str> = references.price_tiers.iter().map(|tier| tier.name.as_str()).collect();
    assert_eq!(names, ["Retail", "Wholesale", "Tier 3", "Tier 4", "Tier 5", "Tier 6", "Tier 7", "Tier 8", "Tier 9", "Tier 10"]);
    assert_eq!(references.tax_rule("old vat 17.5%").one().unwrap().percent.to_string(), "17.5");
    assert!(!references.tax_rule("Old VAT 17.5%").one().unwrap().active);
    assert!(references.location("Old Shed").one().unwrap().deprecated);
    assert!(
        references.payment_term("30 days").one().unwrap().default && !references.payment_term("14 days").one().unwrap().active
    );
    assert_eq!(references.contacts[0].kind, "Sale");
    let rule = references.discount_rule(" ten or MORE").one().unwrap();
    assert_eq!(rule.step("10".parse().unwrap()).unwrap().percent.unwrap().to_string(), "5");
    assert_eq!(rule.step("9.99".parse().unwrap()), None);
}

#[test]
fn a_tax_keeps_ten_decimals_and_a_digit_more_is_reported() {
    let part = |percent: &str, compound: &str| json!({"Percent": percent, "Compound": compound});
    let rules = json!([
        {"Name": "State", "TaxPercent": 7.125, "Components": [part("4.1250000000", "0"), part("3.0000000000", "0")]},
        {"Name": "Fine", "TaxPercent": "8.8750000001"},
        {"Name": "Finer", "TaxPercent": "8.87500000005"},
        {"Name": "Rounded", "TaxPercent": 7.13, "Components": [part("7.1250000000", "0")]},
        {"Name": "Compound", "TaxPercent": 14.975, "Components": [part("5.0000000000", "0"), part("9.5000000000", "1")]},
    ]);
    let page = reference::tax_rules(&body("TaxRuleList", rules.as_array().unwrap())).unwrap();
    let kept: Vec<String> = page.records.iter().map(|rule| rule.percent.to_string()).collect();
    assert_eq!(kept, ["7.125", "8.8750000001", "8.8750000001", "7.13", "14.975"]);
    assert_eq!(
        said(&page.bad),
        [
            "TaxPercent: “8.87500000005” has more decimals than Cin7 documents; taken as 8.8750000001",
            "TaxPercent: 7.13 is not what its components come to, 7.125"
        ]
    );
    // What was stored with two decimals opens, and what is stored now keeps all.
    for percent in ["17.5", "7.13", "8.8750000001"] {
        let stored = format!(r#"{{"name":"A","percent":"{percent}","inclusive":false,"active":true,"forSale":true}}"#);
        let rule: crate::records::reference::TaxRule = serde_json::from_str(&stored).unwrap();
        assert_eq!(crate::json::to_text(&rule), stored);
    }
}

#[test]
fn x10_steps_of_a_discount_rule_are_read_whatever_they_are() {
    let rule = |lines: Value| {
        let rule = json!({"Name": "R", "IsActive": true, "Type": "QuantityBased", "DiscountLines": lines});
        reference::discount_rules(&body("DiscountRules", &[rule])).unwrap()
    };
    let step = |kind: &str, from: Value, to: Value, amount: Value| json!({"ID": LAMP, "MinValue": from, "MaxValue": to, "DiscountType": kind, "Amount": amount, "OrderExceeds": null});
    let page = rule(json!([
        step("discountpercent", json!("5"), json!(9.0), json!(2.5)),
        step("DiscountPercent", json!(null), json!(null), json!("101")),
        step("PriceOverride", json!(10), json!(null), json!(99.5)),
    ]));
    assert_eq!(page.bad[0].field, "DiscountLines[1].Amount", "more than all of it is no discount");
    let read = &page.records[0];
    let told = |quantity: &str| {
        let step = read.step(quantity.parse().unwrap())?;
        Some(step.percent.map_or_else(|| step.kind.clone(), |percent| percent.to_string()))
    };
    let told: Vec<_> = ["4.99", "5", "9", "9.5", "10", "5000"].map(told).to_vec();
    let some = |word: &str| Some(word.to_owned());
    assert_eq!(told, [None, some("2.5"), some("2.5"), None, some("PriceOverride"), some("PriceOverride")]);
    assert!(rule(json!(null)).records[0].steps.is_empty());
    let over = rule(json!([{"MinValue": 1, "DiscountType": "DiscountPercent", "Amount": 5, "OrderExceeds": 500}]));
    assert_eq!(over.records[0].steps[0].percent, None, "what depends on the whole order is not a line's discount");
}

#[test]
fn a_page_that_shifted_names_an_entry_once() {
    let mut books =
        reference::Books { me: Some(reference::me(br#"{"Company":"x","Currency":"GBP"}"#).unwrap().0), ..Default::default() };
    let term = |active: bool| crate::records::reference::PaymentTerm { name: "30 days".into(), active, default: false };
    books.payment_terms = vec![term(true), term(false)];
    assert_eq!(books.references().unwrap().payment_terms, [term(false)]);
}

#[test]
fn x01_the_account_book_says_what_each_account_is_for() {
    let rows = json!([
        {"Code": "610", "Name": "Accounts Receivable", "Type": "CURRENT", "Status": "ACTIVE", "Class": "ASSET", "SystemAccountCode": "DEBTORS", "ForPayments": false},
        {"Code": "611", "Name": "Debtors of old", "Status": "ARCHIVED", "SystemAccount": "DEBTORS"},
        {"Code": " 200 ", "Name": "Sales", "Class": "revenue", "ForPayments": "false"},
        {"Code": "090", "Name": null, "Type": "BANK", "Status": "ACTIVE"},
        {"Code": "095", "Name": "Card machine", "Type": "CURRENT", "Status": "Active", "ForPayments": "true"},
        {"Code": "", "Name": "Nobody's"},
    ]);
    let page = reference::ledger_accounts(&body("AccountsList", rows.as_array().unwrap())).unwrap();
    let said: Vec<_> = page.records.iter().map(|one| (one.code.as_str(), one.active, one.uses.as_slice())).collect();
    assert_eq!(
        said,
        [
            ("610", true, &[AccountUse::Receivable][..]),
            ("611", false, &[AccountUse::Receivable]),
            ("200", true, &[AccountUse::Revenue]),
            ("090", true, &[AccountUse::Payments]),
            ("095", true, &[AccountUse::Payments]),
        ]
    );
    assert_eq!((page.rows, page.bad.len(), page.bad[0].record.as_str(), page.bad[0].field.as_str()), (6, 1, "Nobody's", "Code"));
}
