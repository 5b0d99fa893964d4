//! `/sale/order`: totals, refusals, backorders, drafts.

use serde_json::{Value, json};

use super::{CHAIR, LAMP, VAT, World, header, lines, order};

const DELIVERY: &str = "c4a10000-0000-4000-8000-000000000008";

fn small(sku: &str) -> Value {
    json!({ "SKU": sku, "Quantity": 1, "Price": 0.33, "Discount": 0, "Tax": 0.07, "TaxRule": VAT, "Total": 0.33 })
}

fn chair(change: Value) -> Value {
    let mut line = lines()[0].clone();
    for (name, value) in change.as_object().unwrap() {
        line[name] = value.clone();
    }
    line
}

#[tokio::test]
async fn quote_10452_becomes_one_order_with_its_totals() {
    let world = World::fixture().await;
    let sale = world.header(json!({})).await;
    let answer = world.post("/sale/order", order(&sale, lines())).await;
    assert_eq!(answer["SaleOrderNumber"], "SO-00451");
    let totals = ["TotalBeforeTax", "Tax", "Total"].map(|name| answer[name].to_string());
    assert_eq!(totals, ["622.5", "124.5", "747"]);
    assert_eq!(answer["Lines"][0]["Total"].to_string(), "540");
    assert_eq!(answer["Lines"][1]["Total"].to_string(), "82.5");
    let stored = world.get(&format!("/sale?ID={sale}")).await;
    assert_eq!((stored["Status"].as_str(), stored["Order"]["Status"].as_str()), (Some("ORDERED"), Some("AUTHORISED")));
    assert_eq!(world.get(&format!("/sale/order?SaleID={sale}")).await, answer);
    let rows = world.get("/ref/productavailability?Sku=CHAIR-01&Location=Main%20Warehouse").await;
    let bin_a = &rows["ProductAvailabilityList"][0];
    assert_eq!((bin_a["OnHand"].as_i64(), bin_a["Allocated"].as_i64(), bin_a["Available"].as_i64()), (Some(9), Some(6), Some(3)));
}

#[tokio::test]
async fn tax_is_rounded_on_the_total_or_on_each_row() {
    for (method, tax, total) in [("Total", "0.2", "1.19"), ("Row Total", "0.21", "1.2")] {
        let world = World::fixture().await;
        world.control("POST", "mutate", json!({ "collection": "company", "set": { "TaxCalculationMethod": method } })).await;
        let sale = world.header(json!({})).await;
        let lines = json!([small("NUT-04"), small("WASH-06"), small("PIN-07")]);
        let answer = world.post("/sale/order", order(&sale, lines)).await;
        assert_eq!((answer["Tax"].to_string(), answer["Total"].to_string()), (tax.to_owned(), total.to_owned()), "{method}");
    }
}

#[tokio::test]
async fn the_line_total_is_checked_in_the_mode_that_is_switched() {
    let world = World::fixture().await;
    let sale = world.header(json!({})).await;
    let gross = json!([chair(json!({ "Total": 648.00 }))]);
    let text = world.refusal("/sale/order", order(&sale, gross.clone())).await;
    assert!(text.contains("attribute 'Total' doesn't match") && text.ends_with("Expected value is: 540.00"), "{text}");
    world.switch("line_total", "gross").await;
    let text = world.refusal("/sale/order", order(&sale, lines())).await;
    assert!(text.ends_with("Expected value is: 648.00"), "{text}");
    let answer = world.post("/sale/order", order(&sale, gross)).await;
    assert_eq!((answer["TotalBeforeTax"].to_string(), answer["Tax"].to_string()), ("540".to_owned(), "108".to_owned()));

    world.switch("line_total", "net").await;
    world.switch("total_tolerance", "0.01").await;
    let other = world.header(json!({ "ExternalID": "tolerant" })).await;
    world.post("/sale/order", order(&other, json!([chair(json!({ "Total": 540.01 }))]))).await;
}

#[tokio::test]
async fn inclusive_prices_hold_their_tax() {
    let world = World::fixture().await;
    let sale = world.header(json!({ "TaxInclusive": true, "TaxRule": "20% Inclusive" })).await;
    let line = json!({ "ProductID": LAMP, "Quantity": 1, "Price": 120, "Discount": 0, "Tax": 20, "TaxRule": "20% Inclusive",
        "Total": 120.00 });
    let answer = world.post("/sale/order", order(&sale, json!([line]))).await;
    let totals = ["TotalBeforeTax", "Tax", "Total"].map(|name| answer[name].to_string());
    assert_eq!(totals, ["100", "20", "120"]);
}

#[tokio::test]
async fn cin7_may_round_tax_differently() {
    let world = World::fixture().await;
    world.switch("tax_adjustment", "0.01").await;
    let sale = world.header(json!({})).await;
    let answer = world.post("/sale/order", order(&sale, lines())).await;
    assert_eq!((answer["Tax"].to_string(), answer["Total"].to_string()), ("124.51".to_owned(), "747.01".to_owned()));
}

#[tokio::test]
async fn lines_are_refused_in_cin7s_words() {
    let world = World::fixture().await;
    let sale = world.header(json!({})).await;
    let delivery = json!({ "ProductID": DELIVERY, "Quantity": 1, "Price": 12.5, "TaxRule": VAT, "Total": 12.5 });
    let cases = [
        (
            json!([chair(json!({})), chair(json!({ "Quantity": 1, "Total": 135 }))]),
            "It is impossible to use product with one SKU more once in Lines",
        ),
        (json!([chair(json!({ "TaxRule": "No such rule" }))]), "TaxRule 'No such rule' not found"),
        (json!([chair(json!({ "TaxRule": "Old VAT 17.5%" }))]), "TaxRule 'Old VAT 17.5%' not found"),
        (json!([chair(json!({ "ProductID": DELIVERY.replace("0008", "0099") }))]), "was not found"),
        (json!([chair(json!({ "SKU": "CHAIR-01B" }))]), "has SKU 'CHAIR-01', not 'CHAIR-01B'"),
        (json!([chair(json!({ "Quantity": 1.00001 }))]), "Quantity can have at most 4 decimal places"),
        (json!([chair(json!({ "Discount": 33.333 }))]), "Discount can have at most 2 decimal places"),
        (json!([chair(json!({ "Discount": 101 }))]), "Discount must be between 0 and 100"),
        (json!([chair(json!({ "Quantity": 0 }))]), "Quantity is too small"),
        (json!([chair(json!({ "Total": null }))]), "Total is required"),
        (json!([chair(json!({ "Comment": "x".repeat(257) }))]), "Comment cannot be longer than 256 characters"),
        (json!([delivery]), "can be used only in AdditionalCharges"),
        (json!([]), "Lines cannot be empty"),
    ];
    for (lines, expected) in cases {
        let text = world.refusal("/sale/order", order(&sale, lines)).await;
        assert!(text.contains(expected), "{text}");
    }
    let mut picked = order(&sale, lines());
    picked["AutoPickPackShipMode"] = json!("AUTOPICK");
    assert_eq!(world.call("POST", "/sale/order", picked).await.status, 501);
    let stored = world.get(&format!("/sale?ID={sale}")).await;
    assert_eq!(
        (stored["Order"]["Status"].as_str(), stored["Order"]["Lines"].as_array().map(Vec::len)),
        (Some("NOT AVAILABLE"), Some(0))
    );
}

#[tokio::test]
async fn charges_name_a_service() {
    let world = World::fixture().await;
    let sale = world.header(json!({})).await;
    let with = |description: &str| {
        let mut body = order(&sale, lines());
        body["AdditionalCharges"] = json!([{ "Description": description, "Quantity": 1, "Price": 12.5, "Discount": 0,
            "Tax": 2.5, "TaxRule": VAT, "Total": 12.5 }]);
        body
    };
    assert!(
        world.refusal("/sale/order", with("Oak Chair")).await.contains("Service product with name 'Oak Chair' was not found")
    );
    let answer = world.post("/sale/order", with("Delivery")).await;
    assert_eq!((answer["TotalBeforeTax"].as_i64(), answer["Total"].as_i64()), (Some(635), Some(762)));
    assert_eq!(answer["AdditionalCharges"][0]["Description"], "Delivery");
    let combined = world.get(&format!("/sale?ID={sale}&CombineAdditionalCharges=true")).await;
    assert_eq!(combined["Order"]["Lines"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn more_than_is_there_is_backordered_without_a_word() {
    for (switched, expected) in [(true, -2), (false, 0)] {
        let world = World::fixture().await;
        world.switch("allocate_backorders", switched).await;
        let sale = world.header(json!({})).await;
        let lines = json!([chair(json!({ "Quantity": 14, "Total": 1890 }))]);
        let answer = world.post("/sale/order", order(&sale, lines)).await;
        assert_eq!(answer["Lines"][0]["BackorderQuantity"], 2);
        assert_eq!(world.get(&format!("/sale?ID={sale}")).await["Status"], "BACKORDERED");
        let rows = world.get("/ref/productavailability?Sku=CHAIR-01&Location=Main%20Warehouse").await;
        let left: i64 =
            rows["ProductAvailabilityList"].as_array().unwrap().iter().map(|row| row["Available"].as_i64().unwrap()).sum();
        assert_eq!(left, expected);
        world.call("DELETE", &format!("/sale?ID={sale}&Void=true"), Value::Null).await;
        let state = world.control("GET", "state/availability", Value::Null).await;
        assert_eq!((state[0]["Allocated"].as_i64(), state[0]["Available"].as_i64()), (Some(2), Some(7)), "all is given back");
    }
}

#[tokio::test]
async fn a_draft_reserves_nothing_and_is_replaced_as_a_whole() {
    let world = World::fixture().await;
    let sale = world.header(json!({})).await;
    let before = world.control("GET", "state/availability", Value::Null).await;
    let mut draft = order(&sale, lines());
    draft["Status"] = json!("DRAFT");
    draft["Memo"] = json!("Fragile");
    assert_eq!(world.post("/sale/order", draft.clone()).await["Memo"], "Fragile");
    draft["Lines"] = json!([chair(json!({}))]);
    let answer = world.post("/sale/order", draft).await;
    assert_eq!((answer["Lines"].as_array().unwrap().len(), answer["Status"].as_str()), (1, Some("DRAFT")));
    assert_eq!(world.get(&format!("/sale?ID={sale}")).await["Status"], "ORDERING");
    assert_eq!(world.control("GET", "state/availability", Value::Null).await, before);
    let service = world.header(json!({ "ServiceOnly": true, "ExternalID": "service" })).await;
    assert!(world.refusal("/sale/order", order(&service, lines())).await.contains("service-only"));
    assert_eq!(header(json!({}))["CustomerID"], super::BAYSIDE);
}

#[tokio::test]
async fn uncertain_product_checks_are_switches() {
    let world = World::fixture().await;
    world
        .control(
            "POST",
            "mutate",
            json!({ "collection": "products", "id": CHAIR, "set": { "Sellable": false, "Status": "Deprecated" } }),
        )
        .await;
    let sale = world.header(json!({})).await;
    world.switch("refuse_unsellable_product", true).await;
    assert!(world.refusal("/sale/order", order(&sale, lines())).await.contains("not sellable"));
    world.switch("refuse_deprecated_product", true).await;
    assert!(world.refusal("/sale/order", order(&sale, lines())).await.contains("deprecated"));
    world
        .control(
            "POST",
            "switches",
            json!({ "refuse_unsellable_product": false, "refuse_deprecated_product": false, "line_tax": "recompute" }),
        )
        .await;
    let wrong_tax = json!([chair(json!({ "Tax": 1 }))]);
    assert_eq!(world.post("/sale/order", order(&sale, wrong_tax)).await["Lines"][0]["Tax"], 108);
}
