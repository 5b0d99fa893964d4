//! Whole answers, with every odd value that has been reported of them.

mod any_bytes;
mod books;
mod odd;
mod sales;
mod timings;

use serde_json::{Value, json};

use super::*;
use crate::money::Price;
use crate::records::BadRecord;
use crate::records::company::{AddressKind, CompanyFacts};
use crate::records::product::{DropShip, Product, ProductKind, ProductStatus};
use crate::records::reference::PriceTier;
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

/// What a page reports, each as `field: problem`.
fn said(bad: &[crate::records::BadRecord]) -> Vec<String> {
    bad.iter().map(|bad| format!("{}: {}", bad.field, bad.problem)).collect()
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
