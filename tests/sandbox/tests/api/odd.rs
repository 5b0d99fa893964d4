//! Answers as oddly as Cin7 writes them, and money given back.

use serde_json::{Value, json};

use super::{BAYSIDE, World, order};

#[tokio::test]
async fn numbers_and_booleans_may_come_in_quotes() {
    let world = World::fixture().await;
    world.switch("numbers_as_strings", true).await;
    let answer = world.get("/product?Sku=CHAIR-01&Page=1&Limit=10").await;
    assert_eq!((answer["Total"].as_i64(), answer["Page"].as_i64()), (Some(1), Some(1)), "the envelope stays");
    let chair = &answer["Products"][0];
    assert_eq!((chair["PriceTier3"].as_str(), chair["PriceTiers"]["Retail"].as_str()), (Some("135.5555"), Some("200")));
    assert_eq!(chair["Sellable"], true);
    let reply = world.call("GET", "/customer?Name=Bayside&IncludeProductPrices=true", Value::Null).await;
    assert!(reply.text.contains(r#""Price":"41.2500""#), "digit for digit: {}", reply.text);
    world.switch("booleans_as_strings", true).await;
    assert_eq!(world.get("/product?Sku=CHAIR-01").await["Products"][0]["Sellable"], "true");
    let sale = world.header(json!({})).await;
    assert_eq!(world.get(&format!("/sale?ID={sale}")).await["SkipQuote"], "true");
}

#[tokio::test]
async fn nothing_may_be_null_or_blank_or_left_out() {
    let world = World::fixture().await;
    let bayside = async || world.get(&format!("/customer?ID={BAYSIDE}")).await["CustomerList"][0].clone();
    world.switch("empty_values", "null").await;
    let own = bayside().await;
    assert!(own["Comments"].is_null() && own["ChildCustomers"].is_null() && own["Addresses"][0]["Line2"].is_null());
    world.switch("empty_values", "blank").await;
    let own = bayside().await;
    assert_eq!((own["Carrier"].as_str(), own["ChildCustomers"].as_array().map(Vec::len)), (Some(""), Some(0)));
    world.switch("empty_values", "missing").await;
    let own = bayside().await;
    assert!(own.get("Comments").is_none() && own.get("ChildCustomers").is_none() && own.get("Carrier").is_none());
    assert_eq!(own["Name"], "Bayside Club");
    let sale = world.header(json!({})).await;
    assert!(world.get(&format!("/sale?ID={sale}")).await.get("Invoices").is_none());
}

#[tokio::test]
async fn ids_instants_and_totals_may_be_odd() {
    let world = World::fixture().await;
    world.control("POST", "scene", json!({ "name": "typed-orders" })).await;
    world.switch("upper_case_ids", true).await;
    let row = &world.get("/saleList?Search=SO-00460").await["SaleList"][0];
    assert_eq!(row["CustomerID"], BAYSIDE.to_uppercase());
    let sale = world.get(&format!("/sale?ID={}", row["SaleID"].as_str().unwrap())).await;
    assert_eq!(
        (&sale["ID"], sale["Order"]["Lines"][0]["ProductID"].as_str()),
        (&row["SaleID"], Some("C4A10000-0000-4000-8000-000000000001"))
    );
    let address = &world.get("/customer?Name=Bayside").await["CustomerList"][0]["Addresses"][0]["ID"];
    assert_eq!(address, "ADD40000-0000-4000-8000-000000000001");
    let modified =
        async || world.get("/product?Sku=CHAIR-01").await["Products"][0]["LastModifiedOn"].as_str().unwrap().to_owned();
    world.switch("instants", "bare").await;
    assert_eq!(modified().await, "2026-03-20T09:00:00");
    world.switch("instants", "seven_digits").await;
    assert_eq!(modified().await, "2026-03-20T09:00:00.0000000Z");
    assert_eq!(world.get("/purchaseList").await["PurchaseList"][0]["RequiredBy"], "2026-04-17T00:00:00", "a date stays a date");
    world.switch("list_total", false).await;
    let list = world.get("/product?Page=1&Limit=2").await;
    assert!(list.get("Total").is_none() && list["Products"].as_array().unwrap().len() == 2);
}

#[tokio::test]
async fn a_single_record_can_be_spoiled() {
    let world = World::fixture().await;
    let spoil = json!({ "collection": "products", "id": "LAMP-02", "set": { "PriceTier1": "n/a", "Status": "On holiday",
        "Name": "<b>Lamp</b>" }, "unset": ["PriceTiers", "LastModifiedOn"] });
    world.control("POST", "mutate", spoil).await;
    let lamp = &world.get("/product?Sku=LAMP-02").await["Products"][0];
    assert_eq!(
        (lamp["PriceTier1"].as_str(), lamp["Status"].as_str(), lamp["Name"].as_str()),
        (Some("n/a"), Some("On holiday"), Some("<b>Lamp</b>"))
    );
    assert!(lamp.get("PriceTiers").is_none() && lamp.get("LastModifiedOn").is_none());
}

#[tokio::test]
async fn money_goes_back_on_a_credit_note_only() {
    let world = World::fixture().await;
    let sale = world.header(json!({ "SaleType": "Simple" })).await;
    world.post("/sale/order", order(&sale, super::lines())).await;
    let act = async |action: &str, with: Value| {
        world.control("POST", "mutate", json!({ "collection": "sales", "id": sale, "do": action, "with": with })).await
    };
    let refund = |task: &Value| {
        json!({ "TaskID": task, "Type": "Refund", "Reference": "BACK-1", "Amount": 50,
        "DatePaid": "2026-04-01", "Account": "090", "CurrencyRate": 1 })
    };
    act("invoice", json!({ "number": "INV-00001" })).await;
    act("pay", json!({ "amount": 747 })).await;
    assert!(world.refusal("/sale/payment", refund(&json!(sale))).await.contains("authorised credit note"));
    let credited = act("credit", json!({ "amount": 50, "number": "CR-00001" })).await;
    assert_eq!(credited["CombinedPaymentStatus"], "NOT REFUNDED");
    let task = &credited["CreditNotes"][0]["TaskID"];
    let answer = world.post("/sale/payment", refund(task)).await;
    assert_eq!((answer["Type"].as_str(), answer["CreditNoteNumber"].as_str()), (Some("Refund"), Some("CR-00001")));
    let all = world.get(&format!("/sale/payment?SaleID={sale}")).await;
    let told: Vec<_> =
        all.as_array().unwrap().iter().map(|own| (own["Type"].as_str().unwrap(), own["Amount"].as_i64().unwrap())).collect();
    assert_eq!(told, [("Payment", 747), ("Refund", 50)]);
    assert_eq!(world.get(&format!("/sale?ID={sale}")).await["CombinedPaymentStatus"], "PAID");
}

#[tokio::test]
async fn a_prepayment_may_move_to_the_invoice() {
    let world = World::fixture().await;
    world.switch("prepayment_moves_to_invoice", true).await;
    let sale = world.header(json!({ "SaleType": "Simple" })).await;
    world.post("/sale/order", order(&sale, super::lines())).await;
    let act = async |action: &str, with: Value| {
        world.control("POST", "mutate", json!({ "collection": "sales", "id": sale, "do": action, "with": with })).await
    };
    let prepaid = act("pay", json!({ "amount": 200, "reference": "CARD-77" })).await;
    assert_eq!(prepaid["Quote"]["Prepayments"][0]["Reference"], "CARD-77");
    let invoiced = act("invoice", json!({})).await;
    assert!(invoiced["Quote"]["Prepayments"].as_array().unwrap().is_empty());
    assert_eq!(
        (invoiced["Invoices"][0]["Payments"][0]["Reference"].as_str(), invoiced["Invoices"][0]["Paid"].as_i64()),
        (Some("CARD-77"), Some(200))
    );
    assert_eq!(invoiced["CombinedPaymentStatus"], "PARTIALLY PAID");
}
