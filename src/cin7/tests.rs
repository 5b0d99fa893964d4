//! Whole answers, with every odd value that has been reported of them.

mod any_bytes;
mod odd;
mod timings;

use serde_json::{Value, json};

use super::*;
use crate::money::Price;
use crate::records::BadRecord;
use crate::records::company::{AddressKind, CompanyFacts};
use crate::records::product::{DropShip, Product, ProductKind, ProductStatus};
use crate::records::reference::{AccountUse, PriceTier, TaxMethod};
use crate::transport::{Failure, FailureKind};

const CHAIR: &str = "c4a10000-0000-4000-8000-000000000001";
const LAMP: &str = "c4a10000-0000-4000-8000-000000000002";
const BAYSIDE: &str = "7a8f439b-fa87-4795-a085-385ce8b133f9";

fn chair() -> Value {
    json!({
        "ID": CHAIR, "SKU": "CHAIR-01", "Name": "Oak Chair", "Category": "Seating", "Brand": null, "Type": "Stock",
        "CostingMethod": "FIFO", "DropShipMode": "No Drop Ship", "DefaultLocation": null, "Weight": 7.5, "UOM": "Each",
        "WeightUnits": "kg", "Barcode": "", "PriceTier1": 200, "PriceTier2": 150, "PriceTier3": 135.5555, "PriceTier4": 0,
        "PriceTier5": 0, "PriceTier6": 0, "PriceTier7": 0, "PriceTier8": 0, "PriceTier9": 0, "PriceTier10": 0,
        "PriceTiers": {"Retail": 200, "Wholesale": 150, "Distributor": 135.5555, "Tier 4": 0}, "AverageCost": 88.1234,
        "ShortDescription": "", "Description": "<p>Solid oak.</p>\r\nOiled.", "Tags": "oak, Indoor ,sale-2026", "Status": "Active",
        "SaleTaxRule": "20% (VAT on Income)", "LastModifiedOn": "2026-03-20T09:00:00Z", "Sellable": true,
    })
}

fn bayside() -> Value {
    json!({
        "ID": BAYSIDE, "Name": "Bayside Club", "Status": "Active", "Currency": "GBP", "PaymentTerm": "30 days",
        "TaxRule": "20% (VAT on Income)", "PriceTier": "Wholesale", "SalesRepresentative": null, "Location": "North Depot",
        "Discount": 0, "Comments": null, "TaxNumber": 5, "CreditLimit": 5000, "IsOnCreditHold": false, "Tags": "",
        "LastModifiedOn": "2026-03-19T10:11:12.5Z",
        "ProductPrices": [{"ProductID": LAMP, "ProductSKU": "LAMP-02", "ProductName": "Desk Lamp", "Price": 41.2500}],
        "Addresses": [
            {"ID": null, "Line1": "1 Quay", "Line2": null, "City": "London", "State": null, "Postcode": "E1 1AA",
             "Country": "United Kingdom", "Type": "Billing", "DefaultForType": true},
            {"Line1": "9 Dock", "Country": "United Kingdom", "Type": "Shipping", "DefaultForType": "true"},
        ],
        "Contacts": [{"Name": "Bob Partridge", "Phone": null, "MobilePhone": "020 7946 0100", "Email": "", "Default": true}],
    })
}

/// The record with one field of another value.
fn with(mut record: Value, field: &str, value: Value) -> Value {
    record[field] = value;
    record
}

fn without(mut record: Value, field: &str) -> Value {
    record.as_object_mut().unwrap().remove(field);
    record
}

fn body(key: &str, records: &[Value]) -> Vec<u8> {
    json!({"Total": records.len(), "Page": 1, key: records}).to_string().into_bytes()
}

fn tiers() -> Vec<PriceTier> {
    let names = ["Retail", "Wholesale", "Distributor", "Tier 4"];
    (1..).zip(names).map(|(ordinal, name)| PriceTier { ordinal, name: name.into() }).collect()
}

fn products(body: &[u8]) -> Result<Page<Product>, NotUnderstood> {
    product::page(body, product::Defaults { tiers: &tiers(), weight_unit: "kg" }).map(|read| read.page)
}

fn one_product(record: Value) -> Product {
    let mut page = products(&body("Products", &[record])).unwrap();
    assert_eq!(page.bad, [], "nothing is wrong with it");
    page.records.remove(0)
}

fn one_customer(record: Value) -> CompanyFacts {
    let mut page = customer::page(&body("CustomerList", &[record])).unwrap();
    assert_eq!(page.bad, [], "nothing is wrong with it");
    page.records.remove(0)
}

fn price(text: &str) -> Option<Price> {
    text.parse().ok()
}

/// What a page of one bad and one good product reports of the bad one.
fn reported(record: Value) -> (String, String) {
    let good = with(with(chair(), "SKU", json!("GOOD")), "ID", json!(LAMP));
    let page = products(&body("Products", &[record, good])).unwrap();
    assert_eq!(page.rows, 2);
    assert_eq!(page.records.iter().map(|product| product.sku.as_str()).collect::<Vec<_>>(), ["GOOD"], "the next one is read");
    assert_eq!(page.bad.len(), 1);
    assert_eq!(page.bad[0].list, "product");
    (page.bad[0].record.clone(), page.bad[0].field.clone())
}

#[test]
fn a_product_arrives_with_its_ladder() {
    let chair = one_product(chair());
    assert_eq!(chair.id.to_string(), CHAIR);
    assert_eq!(chair.tiers[..4], [price("200"), price("150"), price("135.5555"), None]);
    assert_eq!(chair.average_cost, price("88.1234"));
    assert_eq!(chair.weight.unwrap().value.to_string(), "7.5");
    assert_eq!(chair.long_description, "<p>Solid oak.</p>\r\nOiled.");
    assert_eq!(chair.sale_tax_rule.as_deref(), Some("20% (VAT on Income)"));
    assert_eq!((chair.kind, chair.drop_ship, chair.sellable, chair.brand.as_str()), (ProductKind::Stock, DropShip::No, true, ""));
}

#[test]
fn p04_a_zero_tier_is_not_a_price() {
    for zero in [json!(0), json!("0.0000"), json!(null), json!(""), json!("0e-4")] {
        assert_eq!(one_product(with(chair(), "PriceTier1", zero)).tiers[0], None);
    }
}

#[test]
fn p04_an_unreadable_price_reports_the_record_and_is_never_a_price() {
    for odd in [json!("abc"), json!("1,200.00"), json!(-5), json!({}), json!([200]), json!(true), json!("12 GBP")] {
        let (record, field) = reported(with(chair(), "PriceTier2", odd.clone()));
        assert_eq!((record.as_str(), field.as_str()), ("CHAIR-01", "PriceTier2"), "{odd}");
    }
}

#[test]
fn a_price_is_read_from_its_text_and_not_by_way_of_a_float() {
    for (json, expected) in [("135.55550", "135.5555"), ("1.3e2", "130"), ("\"497.0000\"", "497"), ("0.00005", "0.0001")] {
        let body = format!(r#"{{"Products":[{{"ID":"{CHAIR}","SKU":"A","PriceTier1":{json}}}]}}"#);
        assert_eq!(products(body.as_bytes()).unwrap().records[0].tiers[0], price(expected), "{json}");
    }
}

#[test]
fn prices_come_by_tier_name_where_the_account_leaves_the_numbers_out() {
    let mut record = chair();
    for tier in 1..=10 {
        record = without(record, &format!("PriceTier{tier}"));
    }
    let by_name = with(record.clone(), "PriceTiers", json!({" distributor": "135.5555", "Retail": 200, "Wholesale": 0}));
    assert_eq!(one_product(by_name).tiers[..4], [price("200"), None, price("135.5555"), None]);

    let renamed = with(record.clone(), "PriceTiers", json!({"Retail": 200, "Trade": 150, "Tier 9": 0}));
    let page = products(&body("Products", &[renamed])).unwrap();
    assert_eq!(page.records[0].tiers[..2], [price("200"), None]);
    assert_eq!(
        (page.bad[0].field.as_str(), page.bad[0].problem.as_str()),
        ("PriceTiers", "there is no price tier called “Trade”")
    );

    let unreadable = with(record.clone(), "PriceTiers", json!({"Retail": "x"}));
    assert_eq!(reported(unreadable).1, "PriceTiers");
    assert_eq!(one_product(without(record, "PriceTiers")).tiers, [None; 10], "no prices at all is no fault");
}

#[test]
fn p15_a_cost_of_zero_is_unknown() {
    for none in [json!(0), json!(null), json!("")] {
        assert_eq!(one_product(with(chair(), "AverageCost", none)).average_cost, None);
    }
    let page = products(&body("Products", &[with(chair(), "AverageCost", json!("n/a"))])).unwrap();
    assert_eq!(page.records[0].average_cost, None);
    assert_eq!(page.bad[0].field, "AverageCost", "the product is taken, the field is reported");
}

#[test]
fn p12_a_weight_of_zero_is_not_entered_and_a_missing_unit_is_the_accounts() {
    assert_eq!(one_product(with(chair(), "Weight", json!(0))).weight, None);
    assert_eq!(one_product(with(chair(), "WeightUnits", json!(null))).weight.unwrap().unit, "kg");
    assert_eq!(one_product(with(chair(), "WeightUnits", json!("oz"))).weight.unwrap().unit, "oz");
    let page = products(&body("Products", &[with(chair(), "Weight", json!("heavy"))])).unwrap();
    assert_eq!((page.records[0].weight.clone(), page.bad[0].field.as_str()), (None, "Weight"));
}

#[test]
fn a_product_is_sellable_unless_it_says_otherwise_or_is_deprecated() {
    assert!(one_product(without(chair(), "Sellable")).sellable);
    assert!(!one_product(with(chair(), "Sellable", json!("false"))).sellable);
    assert!(!one_product(with(chair(), "Status", json!("DEPRECATED"))).sellable);
    let unfinished = one_product(with(chair(), "Status", json!("Setup required")));
    assert!(unfinished.sellable && unfinished.status == ProductStatus::SetupRequired);
    assert_eq!(reported(with(chair(), "Sellable", json!("perhaps"))).1, "Sellable");
}

#[test]
fn unknown_words_keep_their_spelling() {
    assert_eq!(one_product(with(chair(), "Type", json!("Non Inventory"))).kind, ProductKind::Other("Non Inventory".into()));
    assert_eq!(one_product(with(chair(), "Type", json!("SERVICE"))).kind, ProductKind::Service);
    let page = products(&body("Products", &[with(chair(), "DropShipMode", json!("Sometimes"))])).unwrap();
    assert_eq!((page.records[0].drop_ship, page.bad[0].field.as_str()), (DropShip::No, "DropShipMode"));
    let mut club = bayside();
    club["Addresses"][0]["Type"] = json!("Legal");
    assert_eq!(one_customer(club).addresses[0].kind, AddressKind::Other("Legal".into()));
}

#[test]
fn p07_the_picture_is_the_default_image_else_the_first_and_never_another_file() {
    let attachment =
        |kind: &str, address: &str, default: Value| json!({"ContentType": kind, "DownloadUrl": address, "IsDefault": default});
    let of = |attachments: Value| one_product(with(chair(), "Attachments", attachments)).images;
    let manual = attachment("application/pdf", "https://x/manual", json!("true"));
    let one = attachment("image/jpeg", "https://x/1", json!(null));
    let two = attachment("IMAGE/png", "https://x/2", json!("true"));
    let of_product = json!([manual, one, two]).to_string();
    let asked = super::product::attachments(of_product.as_bytes()).unwrap();
    assert_eq!((asked.addresses, asked.chosen), (vec!["https://x/2".to_owned(), "https://x/1".to_owned()], true));
    assert!(super::product::attachments(b"{}").is_err());
    assert!(super::product::attachments(br#"[{"ErrorCode":400,"Exception":"no"}]"#).is_err());
    assert_eq!(of(json!([manual, one])), ["https://x/1"]);
    assert_eq!(of(json!([manual, one, two])), ["https://x/2", "https://x/1"]);
    for none in [json!([manual]), json!([]), json!(null), json!("")] {
        assert_eq!(of(none), [""; 0]);
    }
    let page = products(&body("Products", &[with(chair(), "Attachments", json!([5, one]))])).unwrap();
    assert_eq!((page.records[0].image(), page.bad[0].field.as_str()), (Some("https://x/1"), "Attachments[0]"));
}

#[test]
fn a_record_without_identity_is_reported_by_what_it_has() {
    assert_eq!(reported(with(chair(), "ID", json!("?"))), ("CHAIR-01".into(), "ID".into()));
    assert_eq!(reported(without(chair(), "SKU")), (CHAIR.into(), "SKU".into()));
    assert_eq!(reported(json!(null)), ("row 1".into(), String::new()));
    assert_eq!(reported(json!("<p>")), ("row 1".into(), String::new()));
    assert_eq!(reported(json!({})), ("row 1".into(), "ID".into()));
}

#[test]
fn a_report_is_matched_with_the_record_that_mends_it() {
    let page = products(&body("Products", &[chair()])).unwrap();
    assert!(page.holds("CHAIR-01") && page.holds(CHAIR));
    assert!(!page.holds("CHAIR-010"));
    let bad = customer::page(&body("CustomerList", &[with(bayside(), "Currency", json!("?"))])).unwrap().bad;
    assert_eq!(bad[0].record, format!("Bayside Club ({BAYSIDE})"));
    let page = customer::page(&body("CustomerList", &[bayside()])).unwrap();
    assert!(page.holds(&bad[0].record));
    assert!(!page.holds("Bayside Club (7a8f439b-0000-4000-8000-000000000009)"));
}

#[test]
fn a_customer_arrives_with_prices_addresses_and_contacts() {
    let club = one_customer(bayside());
    assert_eq!(club.id.to_string(), BAYSIDE);
    assert_eq!(club.prices[0].price.to_string(), "41.25");
    assert_eq!(club.main_address().unwrap().line1, "1 Quay");
    assert_eq!(club.delivery_addresses()[0].line1, "9 Dock");
    assert_eq!(club.default_contact().unwrap().phone, "020 7946 0100");
    assert_eq!(club.credit_limit.unwrap().to_string(), "5000.00");
    assert_eq!((club.sales_representative.as_deref(), club.deprecated), (None, false));
    assert_eq!(club.modified.unwrap().to_string(), "2026-03-19T10:11:12.500Z");
}

#[test]
fn c01_an_id_in_upper_case_is_the_same_customer() {
    assert_eq!(one_customer(with(bayside(), "ID", json!(BAYSIDE.to_uppercase()))).id, one_customer(bayside()).id);
}

#[test]
fn customers_without_people_addresses_tier_or_limit_are_customers() {
    let mut bare = with(with(bayside(), "PriceTier", json!("")), "CreditLimit", json!("0.0000"));
    for field in ["Addresses", "Contacts", "ProductPrices"] {
        bare = without(bare, field);
    }
    let bare = one_customer(with(with(bare, "Discount", json!("1.0000")), "Status", json!("Deprecated")));
    assert_eq!((bare.price_tier, bare.credit_limit, bare.contacts.len(), bare.addresses.len()), (None, None, 0, 0));
    assert_eq!((bare.discount.to_string().as_str(), bare.deprecated), ("1", true));
}

#[test]
fn a_customer_whose_money_cannot_be_read_is_reported_and_not_taken() {
    let mut special = bayside();
    special["ProductPrices"][0]["Price"] = json!("dear");
    let mut anonymous = bayside();
    anonymous["ProductPrices"][0]["ProductID"] = json!(null);
    let cases = [
        (special, "ProductPrices[0].Price"),
        (anonymous, "ProductPrices[0].ProductID"),
        (with(bayside(), "Discount", json!(150)), "Discount"),
        (with(bayside(), "CreditLimit", json!("none")), "CreditLimit"),
        (with(bayside(), "IsOnCreditHold", json!("?")), "IsOnCreditHold"),
        (with(bayside(), "Currency", json!(null)), "Currency"),
        (with(bayside(), "Name", json!(" ")), "Name"),
    ];
    for (record, field) in cases {
        let page = customer::page(&body("CustomerList", &[record, bayside()])).unwrap();
        assert_eq!((page.records.len(), page.bad[0].field.as_str()), (1, field));
    }
}

#[test]
fn a_contact_or_address_that_cannot_be_read_does_not_cost_the_customer() {
    let mut club = bayside();
    club["Contacts"] = json!([null, {"Name": "Ann"}]);
    club["Addresses"][1]["ID"] = json!("dock");
    let page = customer::page(&body("CustomerList", &[club])).unwrap();
    assert_eq!((page.records[0].contacts.len(), page.records[0].addresses.len()), (1, 1));
    let fields: Vec<&str> = page.bad.iter().map(|bad| bad.field.as_str()).collect();
    assert_eq!(fields, ["Addresses[1].ID", "Contacts[0]"]);
}

#[test]
fn a_supplier_is_a_company_of_its_own_kind() {
    let record = json!({"ID": BAYSIDE, "Name": "Northern Ceramics", "Currency": "USD", "Status": "Active", "Addresses": [], "Contacts": null});
    let page = supplier::page(&body("SupplierList", &[record])).unwrap();
    assert_eq!(page.bad, []);
    assert_eq!(page.records[0].kind, crate::records::company::CompanyKind::Supplier);
}

#[test]
fn p05_stock_rows_have_quantities_and_never_the_value_in_money() {
    let row = json!({
        "ID": CHAIR, "SKU": "CHAIR-01", "Name": "Oak Chair", "Location": "Main Warehouse", "Bin": "A", "OnHand": 9, "Allocated": "2.0000",
        "Available": 7, "OnOrder": null, "StockOnHand": 793.11, "NextDeliveryDate": "2026-04-17T00:00:00",
    });
    let odd = with(row.clone(), "Available", json!("seven"));
    let negative = with(with(row.clone(), "Available", json!(-3)), "NextDeliveryDate", json!("soon"));
    let nowhere = with(row.clone(), "Location", json!(null));
    let page = availability::page(&body("ProductAvailabilityList", &[row, odd, negative, nowhere])).unwrap();
    assert_eq!((page.rows, page.total, page.records.len()), (4, Some(4), 2));
    let level = &page.records[0].level;
    let figures = [level.on_hand, level.allocated, level.available, level.on_order, level.in_transit];
    assert_eq!(figures.map(|figure| figure.to_string()), ["9", "2", "7", "0", "0"]);
    assert_eq!(page.records[1].level.available.to_string(), "-3");
    let fields: Vec<&str> = page.bad.iter().map(|bad| bad.field.as_str()).collect();
    assert_eq!(fields, ["Available", "Location"]);
}

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

/// What a page reports, each as `field: problem`.
fn said(bad: &[crate::records::BadRecord]) -> Vec<String> {
    bad.iter().map(|bad| format!("{}: {}", bad.field, bad.problem)).collect()
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
        let rule: crate::records::reference::TaxRule = crate::json::from_str(&stored).unwrap();
        assert_eq!(crate::json::to_text(&rule), stored);
    }
}

#[test]
fn every_decimal_has_the_places_of_its_field_and_a_cut_is_reported() {
    let product = json!({"ID": CHAIR, "SKU": "SCREW", "PriceTier1": "14.33335", "AverageCost": 4.49635, "Weight": 0.00027});
    let page = products(&body("Products", &[product])).unwrap();
    let screw = &page.records[0];
    assert_eq!((screw.tiers[0], screw.average_cost), (price("14.3334"), price("4.4964")));
    assert_eq!(screw.weight.as_ref().unwrap().value.to_string(), "0.00027", "no places are documented for weights");
    let taken = "has more decimals than Cin7 documents; taken as";
    assert_eq!(
        said(&page.bad),
        [format!("PriceTier1: “14.33335” {taken} 14.3334"), format!("AverageCost: “4.49635” {taken} 4.4964")]
    );

    let customer = json!({"ID": BAYSIDE, "Name": "Bayside", "Currency": "GBP", "Discount": "12.3456", "CreditLimit": "2500.005",
        "ProductPrices": [{"ProductID": CHAIR, "Price": 9.99999}]});
    let page = customer::page(&body("CustomerList", &[customer])).unwrap();
    let bayside = &page.records[0];
    assert_eq!((bayside.discount.to_string(), bayside.credit_limit.unwrap().to_string()), ("12.3456".into(), "2500.01".into()));
    assert_eq!(bayside.prices[0].price.to_string(), "10.00");
    assert_eq!(
        said(&page.bad),
        [format!("CreditLimit: “2500.005” {taken} 2500.01"), format!("ProductPrices[0].Price: “9.99999” {taken} 10.00")]
    );

    let rule = json!({"Name": "R", "Type": "QuantityBased", "DiscountLines": [
        {"MinValue": "1.00005", "DiscountType": "DiscountPercent", "Amount": "33.3333"},
        {"MinValue": 5, "DiscountType": "MarkupPercent", "Amount": "3.33335"}]});
    let page = reference::discount_rules(&body("DiscountRules", &[rule])).unwrap();
    let steps = &page.records[0].steps;
    assert_eq!(
        (steps[0].percent.unwrap().to_string(), steps[1].amount.unwrap().to_string()),
        ("33.3333".into(), "3.3334".into())
    );
    assert_eq!(
        said(&page.bad),
        [
            format!("DiscountLines[0].MinValue: “1.00005” {taken} 1.0001"),
            format!("DiscountLines[1].Amount: “3.33335” {taken} 3.3334")
        ]
    );

    let row = json!({"ID": CHAIR, "SKU": "SCREW", "Location": "Main", "OnHand": "7.00004", "Available": "7.0000"});
    let page = availability::page(&body("ProductAvailabilityList", &[row])).unwrap();
    assert_eq!(said(&page.bad), [format!("OnHand: “7.00004” {taken} 7")]);
}

#[test]
fn a_sales_line_keeps_the_four_decimals_of_its_tax_and_a_comparison_is_to_the_penny() {
    let line = json!({"ProductID": CHAIR, "SKU": "A", "Quantity": 3, "Price": 14.3333, "Discount": 33.335, "Tax": 8.5999, "Total": 42.9999});
    let order = json!({"SaleOrderNumber": "SO-1", "Status": "AUTHORISED", "Lines": [line], "TotalBeforeTax": 42.9999, "Tax": 8.5999, "Total": "51.59985"});
    let body = json!({"ID": LAMP, "Order": order}).to_string();
    let compared = sale::sale(body.as_bytes()).unwrap();
    assert_eq!((compared.lines[0].total.to_string(), compared.gross.unwrap().to_string()), ("43.00".into(), "51.60".into()));
    let (details, bad) = sale::details(body.as_bytes(), None, crate::quote::fixtures::now()).unwrap();
    assert_eq!((details.lines[0].tax.to_string(), details.lines[0].total.to_string()), ("8.5999".into(), "42.9999".into()));
    assert_eq!(
        (details.net.unwrap().to_string(), details.figures().total.unwrap().to_string()),
        ("42.9999".into(), "51.60".into())
    );
    let taken = "has more decimals than Cin7 documents; taken as";
    assert_eq!(
        said(&bad),
        [format!("Order.Lines[0].Discount: “33.335” {taken} 33.34"), format!("Order.Total: “51.59985” {taken} 51.5999")]
    );
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

fn sale_body() -> Value {
    json!({
        "ID": "6222cb47-0000-4000-8000-000000000091", "Customer": "Bayside Club", "CustomerID": BAYSIDE, "Status": "BACKORDERED",
        "Type": "Advanced Sale", "ExternalID": "https://crm.prospect365.com/view/Quote/10452",
        "Order": {
            "SaleOrderNumber": "SO-00451", "Status": "AUTHORISED", "TotalBeforeTax": 622.5, "Tax": 124.50, "Total": "747.0000",
            "Lines": [
                {"ProductID": CHAIR, "SKU": "CHAIR-01", "Name": "Oak Chair", "Quantity": 4, "Price": 150, "Discount": 10, "Tax": 108,
                 "Total": 540, "BackorderQuantity": 1, "Comment": null},
            ],
            "AdditionalCharges": [{"Description": "Delivery", "Quantity": 1, "Price": 12.5, "Tax": 2.5, "Total": 12.5}],
        },
    })
}

#[test]
fn a_sale_is_read_whole() {
    let sale = sale::sale(sale_body().to_string().as_bytes()).unwrap();
    assert_eq!(
        (sale.number.as_str(), sale.status.as_str(), sale.order_status.as_str()),
        ("SO-00451", "BACKORDERED", "AUTHORISED")
    );
    assert_eq!(sale.gross.unwrap().to_string(), "747.00");
    assert_eq!((sale.lines[0].discount.to_string(), sale.lines[0].backorder.to_string()), ("10".into(), "1".into()));
    assert_eq!((sale.charges[0].name.as_str(), sale.charges[0].product), ("Delivery", None));
    assert!(sale.has_lines() && sale.state().is_authorised());
}

#[test]
fn a_sale_just_made_has_no_lines() {
    for order in [json!({"Status": "NOT AVAILABLE", "Lines": [], "SaleOrderNumber": null}), json!(null)] {
        let sale = sale::sale(with(sale_body(), "Order", order).to_string().as_bytes()).unwrap();
        assert!(!sale.has_lines() && !sale.state().is_authorised());
        assert_eq!(sale.gross, None);
    }
}

#[test]
fn a_sale_with_a_figure_that_cannot_be_read_is_not_a_sale_with_a_zero() {
    for (field, value) in [("Price", json!("?")), ("Total", json!(null)), ("Quantity", json!([])), ("Discount", json!(120))] {
        let mut sale = sale_body();
        sale["Order"]["Lines"][0][field] = value;
        let error = sale::sale(sale.to_string().as_bytes()).unwrap_err();
        assert!(error.words.contains(&format!("Lines[0].{field}")), "{}", error.words);
    }
    assert!(sale::sale(br#"{"Status":"ORDERED"}"#).is_err(), "a 200 without the expected id is a failure");
}

#[test]
fn the_answer_to_an_order_is_read() {
    let mut answer = sale_body()["Order"].clone();
    answer["SaleID"] = json!("6222CB47-0000-4000-8000-000000000091");
    let order = sale::order(answer.to_string().as_bytes()).unwrap();
    assert_eq!((order.number.as_str(), order.lines.len(), order.charges.len()), ("SO-00451", 1, 1));
    assert_eq!(order.sale.unwrap().to_string(), "6222cb47-0000-4000-8000-000000000091");
    assert!(sale::order(br#"{"Success":true}"#).is_err());
}

#[test]
fn the_sale_list_keeps_statuses_that_nobody_knows() {
    let row = json!({"SaleID": LAMP.to_uppercase(), "OrderNumber": "SO-1", "Status": "COMPLETED / CREDIT NOTE CLOSED", "OrderStatus": "",
        "CustomerID": BAYSIDE, "Updated": "2026-11-02T04:11:09.13Z", "ExternalID": null});
    let odd = json!({"SaleID": CHAIR, "OrderNumber": "SO-2", "CustomerID": "?", "Updated": "late"});
    let page = sale::list(&body("SaleList", &[row, odd])).unwrap();
    assert_eq!(page.records[0].status, "COMPLETED / CREDIT NOTE CLOSED");
    assert_eq!((page.records[0].id.to_string().as_str(), page.records[0].external_id.as_str()), (LAMP, ""));
    assert_eq!(page.records[1].customer, None);
    let fields: Vec<&str> = page.bad.iter().map(|bad| bad.field.as_str()).collect();
    assert_eq!(fields, ["CustomerID", "Updated"]);
    assert_eq!(page.bad[0].record, "SO-2");
}

#[test]
fn a_missing_total_is_none_and_an_empty_list_may_be_null() {
    for body in [r#"{"Products":null}"#, r#"{"Products":[]}"#, r#"{"Products":"","Total":"many"}"#, "\u{feff} {\"Products\":[]}"]
    {
        let page = products(body.as_bytes()).unwrap();
        assert_eq!((page.total, page.rows), (None, 0), "{body}");
    }
    assert_eq!(products(br#"{"Products":[],"Total":"12"}"#).unwrap().total, Some(12));
}

#[test]
fn x03_what_is_not_an_answer_stops_the_run_with_its_words() {
    let cases: &[(&[u8], &str, bool)] = &[
        (br#"[{"ErrorCode":400,"Exception":"First."},{"ErrorCode":400,"Exception":"Second."}]"#, "First. Second.", true),
        (br#"{"ErrorCode":404,"Exception":"Category not found."}"#, "Category not found.", true),
        (br#"{"Products":[],"ErrorCode":"400","Exception":""}"#, "Cin7 answered with error 400 and no words.", true),
        (b"\"Incorrect credentials!\"", "Incorrect credentials!", false),
        (b"You have reached 60 calls per 60 seconds API limit.", "You have reached 60 calls per 60 seconds API limit.", false),
        (b"<!DOCTYPE html><html><head><title>Page not found</title>", "The answer is a web page: Page not found", false),
        (b"<p>Maintenance", "The answer is a web page: <p>Maintenance", false),
        (b"", "The answer is empty.", false),
        (b" \r\n", "The answer is empty.", false),
        (b"\"  \"", "The answer is an empty text.", false),
        (b"[]", "The answer is a bare list.", false),
        (br#"{"Total":0}"#, "The answer has no Products.", false),
        (br#"{"Success":true}"#, "The answer has no Products.", false),
        (b"\xff\xfe", "The answer is not text.", false),
    ];
    for (body, words, refused) in cases {
        let error = products(body).unwrap_err();
        assert_eq!((error.words.as_str(), error.refused), (*words, *refused));
        let kind = if *refused { FailureKind::Refused } else { FailureKind::NotUnderstood };
        let failure = Failure::from(error);
        assert_eq!((failure.kind, failure.ambiguous, failure.words().as_str()), (kind, false, *words));
    }
    for broken in [r#"{"Products":[{"ID":"#, r#"{"Products":5}"#, r#"{"Products":{}}"#, r#"{"Products":[]} trailing"#] {
        assert!(products(broken.as_bytes()).unwrap_err().words.starts_with("The answer is broken off or not JSON"), "{broken}");
    }
}

#[test]
fn an_answer_to_a_write_that_cannot_be_read_leaves_it_unknown_but_a_refusal_does_not() {
    assert!(sale::order(b"<html>").unwrap_err().into_failure(true).ambiguous);
    let refusal = br#"[{"ErrorCode":400,"Exception":"Please specify CurrencyRate."}]"#;
    assert!(!sale::order(refusal).unwrap_err().into_failure(true).ambiguous);
}

#[test]
fn a_refusal_is_told_from_a_list() {
    assert_eq!(refusal(br#"{"ErrorCode":400,"Exception":"No."}"#), Some(vec!["No.".to_owned()]));
    for body in [&b"[]"[..], b"{}", b"[1]", b"", b"\xff", br#"{"ErrorCode":null}"#, br#"[{"ID":1},{"ErrorCode":400}]"#] {
        assert_eq!(refusal(body), None);
    }
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
