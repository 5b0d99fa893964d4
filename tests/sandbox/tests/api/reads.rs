//! Lists, paging, filters, and what the fixture world holds.

use cin7_sandbox::{BulkSize, Source};
use serde_json::{Value, json};

use super::{BAYSIDE, CHAIR, World};

fn names(list: &Value, field: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|record| record[field].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn the_fixture_world_is_the_one_the_scenarios_speak_of() {
    let world = World::fixture().await;
    let me = world.get("/me").await;
    assert_eq!((me["Currency"].as_str(), me["TaxCalculationMethod"].as_str()), (Some("GBP"), Some("Total")));
    assert_eq!(me["MaximumDecimalPlacesInQuantity"], "N2");
    assert_eq!(me["DefaultSaleTaxRuleName"], "20% (VAT on Income)");
    assert!(me["LockDate"].is_null());

    let tiers = world.get("/ref/priceTier").await;
    assert!(tiers.get("Total").is_none());
    assert_eq!(names(&tiers["PriceTiers"], "Name")[..4], ["Retail", "Wholesale", "Distributor", "Tier 4"]);
    assert_eq!(tiers["PriceTiers"].as_array().unwrap().len(), 10);

    let active = world.get("/ref/tax?IsActive=true&Page=1&Limit=100").await;
    assert_eq!(names(&active["TaxRuleList"], "Name"), ["20% (VAT on Income)", "Zero Rated Income", "20% Inclusive"]);
    let terms = world.get("/ref/paymentterm?IsActive=true").await;
    assert_eq!(names(&terms["PaymentTermList"], "Name"), ["30 days", "7 days"]);
    let people = world.get("/me/contacts?Type=Sale").await;
    assert_eq!(names(&people["MeContactsList"], "Name"), ["Ann Lee", "Bob Stone"]);

    let bayside = &world.get("/customer?Name=bayside&IncludeProductPrices=true").await["CustomerList"][0];
    assert_eq!((bayside["ID"].as_str(), bayside["PriceTier"].as_str()), (Some(BAYSIDE), Some("Wholesale")));
    assert_eq!((bayside["Location"].as_str(), bayside["CreditLimit"].as_i64()), (Some("North Depot"), Some(5000)));
    assert_eq!(bayside["Contacts"][0]["Phone"], "020 7946 0100");
    assert_eq!(bayside["ProductPrices"][0]["ProductSKU"], "LAMP-02");
    let hotels = &world.get("/customer?Name=Harbour").await["CustomerList"][0];
    assert_eq!((hotels["Currency"].as_str(), hotels["IsOnCreditHold"].as_bool()), (Some("EUR"), Some(true)));
    assert_eq!(world.get("/supplier").await["SupplierList"][0]["Name"], "Nordic Timber");

    let chair = &world.get("/product?Sku=CHAIR-01").await["Products"][0];
    assert_eq!(chair["ID"], CHAIR);
    assert_eq!(chair["PriceTiers"]["Distributor"].to_string(), "135.5555");
    assert_eq!(
        (chair["AverageCost"].to_string(), chair["Tags"].as_str()),
        ("88.1234".to_owned(), Some("oak, Indoor ,sale-2026"))
    );
    assert_eq!(world.get("/product?Sku=OLD-05").await["Products"][0]["Sellable"], false);
    assert_eq!(world.get("/product?Sku=DELIVERY").await["Products"][0]["Type"], "Service");

    let rows = world.get("/ref/productavailability?Sku=CHAIR-01").await;
    let available: i64 =
        rows["ProductAvailabilityList"].as_array().unwrap().iter().map(|row| row["Available"].as_i64().unwrap()).sum();
    assert_eq!((rows["Total"].as_i64(), available), (Some(3), 15));
    let purchases = world.get("/purchaseList?OrderStatus=AUTHORISED").await;
    assert_eq!(purchases["Total"], 3);
    assert_eq!(purchases["PurchaseList"][0]["CombinedReceivingStatus"], "NOT RECEIVED");
    let id = purchases["PurchaseList"][0]["ID"].as_str().unwrap();
    let purchase = world.get(&format!("/advanced-purchase?ID={id}")).await;
    assert_eq!(
        (purchase["RequiredBy"].as_str(), purchase["Order"]["Lines"][0]["Quantity"].as_i64()),
        (Some("2026-04-17T00:00:00"), Some(20))
    );
}

#[tokio::test]
async fn exact_number_text_reaches_the_client() {
    let world = World::fixture().await;
    let reply = world.call("GET", "/customer?Name=Bayside&IncludeProductPrices=true", Value::Null).await;
    assert!(reply.text.contains("41.2500"), "{}", reply.text);
}

#[tokio::test]
async fn pages_cover_every_record_once_and_tell_the_total() {
    let world = World::new(Source::Bulk(BulkSize { products: 2_300, customers: 10, locations: 1, ..BulkSize::default() })).await;
    let mut skus = Vec::new();
    for (page, expected) in [(1, 1000), (2, 1000), (3, 300), (4, 0)] {
        let answer = world.get(&format!("/product?Page={page}&Limit=1000")).await;
        assert_eq!((answer["Total"].as_i64(), answer["Page"].as_i64()), (Some(2_300), Some(page)));
        assert_eq!(answer["Products"].as_array().unwrap().len(), expected);
        skus.extend(names(&answer["Products"], "SKU"));
    }
    skus.sort_unstable();
    skus.dedup();
    assert_eq!(skus.len(), 2_300);
    // Filtered pages are cut by another path than whole ones.
    let filtered = world.get("/product?Name=oak&Page=2&Limit=10").await;
    assert_eq!(filtered["Products"].as_array().unwrap().len(), 10);
    assert!(filtered["Total"].as_i64().unwrap() > 20);
    assert_eq!(world.get("/product").await["Products"].as_array().unwrap().len(), 100);
    assert_eq!(world.get("/product?Limit=5000&Page=1").await["Products"].as_array().unwrap().len(), 1000);
}

#[tokio::test]
async fn a_page_without_a_limit_repeats_the_first_products() {
    let world = World::new(Source::Bulk(BulkSize { products: 150, customers: 1, locations: 1, ..BulkSize::default() })).await;
    assert_eq!(world.get("/product?Page=2").await["Page"], 1);
    assert_eq!(world.get("/product?Page=2&Limit=100").await["Products"].as_array().unwrap().len(), 50);
    world.switch("product_page_needs_limit", false).await;
    assert_eq!(world.get("/product?Page=2").await["Products"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn paths_and_query_names_are_matched_in_any_case_and_unknown_names_ignored() {
    let world = World::fixture().await;
    let reply = super::reply(
        world
            .request("GET", "/externalapi/V2/PRODUCT?PAGE=1&limit=2&SKU=chair", None)
            .header("API-AUTH-ACCOUNTID", cin7_sandbox::ACCOUNT_ID)
            .header("api-auth-applicationkey", cin7_sandbox::APPLICATION_KEY),
    )
    .await
    .unwrap();
    assert_eq!(reply.json()["Total"], 1);
    assert_eq!(world.get("/product?Skuu=CHAIR-01&Limit=100").await["Total"], 8);
}

#[tokio::test]
async fn sku_filters_match_parts_or_beginnings_by_switch() {
    let world = World::fixture().await;
    assert_eq!(world.get("/product?Sku=air-0").await["Total"], 1);
    world.switch("product_match", "prefix").await;
    assert_eq!(world.get("/product?Sku=air-0").await["Total"], 0);
    assert_eq!(world.get("/ref/productavailability?Sku=AIR").await["Total"], 0);
    assert_eq!(world.get("/ref/productavailability?Sku=CHAI").await["Total"], 3);
    world.switch("availability_match", "contains").await;
    assert_eq!(world.get("/ref/productavailability?Sku=AIR&Location=north%20depot").await["Total"], 1);
}

#[tokio::test]
async fn deprecated_records_are_left_out_of_default_lists() {
    let world = World::fixture().await;
    let change = |name: &str, id: &str| json!({ "collection": name, "id": id, "set": { "Status": "Deprecated" } });
    world.control("POST", "mutate", change("products", "BOLT-03")).await;
    world.control("POST", "mutate", change("customers", BAYSIDE)).await;
    assert_eq!(world.get("/product?Limit=100").await["Total"], 7);
    assert_eq!(world.get("/product?Limit=100&IncludeDeprecated=true").await["Total"], 8);
    assert_eq!(world.get("/customer").await["Total"], 3);
    let since = "2026-03-30T15:00:00.000";
    let changed = world.get(&format!("/product?IncludeDeprecated=true&ModifiedSince={since}&Limit=100")).await;
    assert_eq!(names(&changed["Products"], "SKU"), ["BOLT-03"]);

    let shown = |answer: Value| names(&answer["LocationList"], "Name");
    assert_eq!(shown(world.get("/ref/location").await), ["Main Warehouse", "North Depot", "Bin A", "Bin B"]);
    assert_eq!(shown(world.get("/ref/location?Deprecated=true").await).len(), 5);
    world.switch("locations_deprecated", "only").await;
    assert_eq!(shown(world.get("/ref/location?Deprecated=true").await), ["Old Shed"]);
}

#[tokio::test]
async fn flagged_arrays_come_only_when_asked_for() {
    let world = World::fixture().await;
    let attachment = json!({ "ID": "x", "ContentType": "image/svg+xml", "IsDefault": "true", "FileName": "front.svg",
        "DownloadUrl": format!("/attachments/{CHAIR}/front.svg") });
    world
        .control("POST", "mutate", json!({ "collection": "products", "id": "CHAIR-01", "set": { "Attachments": [attachment] } }))
        .await;
    let plain = &world.get("/product?Sku=CHAIR-01").await["Products"][0];
    assert_eq!((&plain["Attachments"], &plain["CustomPrices"]), (&json!([]), &json!([])));
    let full = &world.get("/product?Sku=CHAIR-01&IncludeAttachments=true").await["Products"][0];
    assert!(full["Attachments"][0].get("IsDefault").is_none());
    let url = full["Attachments"][0]["DownloadUrl"].as_str().unwrap().to_owned();
    let picture = super::reply(world.client.get(&url)).await.unwrap();
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/svg+xml")));
    assert!(picture.text.starts_with("<svg"));
    assert_eq!(world.get(&format!("/product/attachments?ProductID={CHAIR}")).await[0]["IsDefault"], "true");

    let priced = &world.get("/product?Sku=LAMP-02&IncludeCustomPrices=true").await["Products"][0];
    assert_eq!(priced["CustomPrices"][0]["CustomerID"], BAYSIDE);
    world.switch("flagged_arrays", "missing").await;
    assert!(world.get("/product?Sku=CHAIR-01").await["Products"][0].get("Attachments").is_none());
}

#[tokio::test]
async fn an_unknown_account_code_is_an_error_and_not_an_empty_list() {
    let world = World::fixture().await;
    assert_eq!(world.get("/ref/account?Code=610").await["AccountsList"][0]["SystemAccountCode"], "DEBTORS");
    let reply = world.call("GET", "/ref/account?Code=999", Value::Null).await;
    assert_eq!(reply.exception(), "Account with specified ID not found");
}

#[tokio::test]
async fn what_is_not_simulated_says_so() {
    let world = World::fixture().await;
    for (method, path, status) in [
        ("GET", "/webhooks", 501),
        ("POST", "/sale/quote", 501),
        ("PUT", "/product", 501),
        ("PUT", "/customer", 501),
        ("DELETE", "/product", 405),
    ] {
        let reply = world.call(method, path, Value::Null).await;
        assert_eq!(reply.status, status, "{method} {path}");
        assert_eq!(reply.json()[0]["ErrorCode"], status);
    }
    let page = world.call("GET", "/products", Value::Null).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    world.switch("unknown_path", "not_found").await;
    assert_eq!(world.call("GET", "/products", Value::Null).await.status, 404);
}
