//! The sale header: its checks, its search, void and undo, payments.

use serde_json::{Value, json};

use super::{BAYSIDE, CHAIR, HARBOUR, LINK, VAT, World, header, lines, order};

#[tokio::test]
async fn a_header_reads_back_with_its_other_words() {
    let world = World::fixture().await;
    let sale = world.post("/sale", header(json!({ "TaxInclusive": "false", "CurrencyRate": "1" }))).await;
    assert_eq!((sale["Type"].as_str(), sale["TaxCalculation"].as_str()), (Some("Advanced Sale"), Some("Exclusive")));
    assert_eq!(
        (sale["Order"]["Status"].as_str(), sale["Order"]["SaleOrderNumber"].as_str()),
        (Some("NOT AVAILABLE"), Some("SO-00451"))
    );
    assert_eq!((sale["Status"].as_str(), sale["Terms"].as_str()), (Some("ESTIMATED"), Some("30 days")));
    assert_eq!((sale["PriceTier"].as_str(), sale["Phone"].as_str()), (Some("Wholesale"), Some("020 7946 0100")));
    assert_eq!(sale["SaleOrderDate"], "2026-03-30T00:00:00");
    let id = sale["ID"].as_str().unwrap();
    assert_eq!(world.get(&format!("/sale?ID={}", id.to_uppercase())).await, sale);

    world.switch("number_at_header", false).await;
    let second = world.post("/sale", header(json!({ "TaxInclusive": true, "SaleType": "Simple" }))).await;
    assert_eq!((second["TaxCalculation"].as_str(), second["Type"].as_str()), (Some("Inclusive"), Some("Simple Sale")));
    assert_eq!(second["Order"]["SaleOrderNumber"], "");
}

#[tokio::test]
async fn headers_are_refused_in_cin7s_words_one_problem_at_a_time() {
    let world = World::fixture().await;
    let cases = [
        (json!({ "CustomerID": "7a8f439b-0000-4000-8000-00000000ffff" }), "was not found in reference book"),
        (json!({ "CustomerID": null }), "Customer or CustomerID is required"),
        (json!({ "CustomerID": HARBOUR }), "Please specify CurrencyRate."),
        (json!({ "Terms": "14 days" }), "Active payment term with name '14 days' was not found in Payment Terms reference book"),
        (json!({ "SalesRepresentative": "Nobody" }), "was not found in Company Contacts reference book"),
        (json!({ "Location": "" }), "Location is required"),
        (json!({ "Location": "Old Shed" }), "Location 'Old Shed' was not found"),
        (json!({ "Location": "Bin A" }), "Location 'Bin A' was not found"),
        (json!({ "TaxRule": "Old VAT 17.5%" }), "TaxRule 'Old VAT 17.5%' not found"),
        (json!({ "PriceTier": "Gold" }), "Price tier 'Gold' was not found"),
        (json!({ "SaleType": "Simple Sale" }), "SaleType 'Simple Sale' is not valid"),
        (json!({ "CurrencyRate": 0.123_456 }), "CurrencyRate can have at most 5 decimal places"),
        (json!({ "ExternalID": "x".repeat(257) }), "ExternalID cannot be longer than 256 characters"),
        (json!({ "Note": "x".repeat(1025) }), "Note cannot be longer than 1024 characters"),
        (json!({ "ShippingAddress": { "Line1": "5 Road", "Country": "" } }), "ShippingAddress.Country is required"),
        (json!({ "ShippingAddress": { "Country": "Ireland" } }), "ShippingAddress.Line1 is required"),
        (
            json!({ "ShippingAddress": { "Line1": "5 Road", "Country": "Ireland", "Postcode": "x".repeat(21) } }),
            "ShippingAddress.Postcode",
        ),
    ];
    for (change, expected) in cases {
        let text = world.refusal("/sale", header(change.clone())).await;
        assert!(text.contains(expected), "{change}: {text}");
    }
    assert_eq!(world.get("/saleList").await["Total"], 0, "nothing refused is stored");
    assert_eq!(
        world.post("/sale", header(json!({ "CustomerID": HARBOUR, "CurrencyRate": 0.8 }))).await["CurrencyRate"].to_string(),
        "0.8"
    );
    let unreadable = world.request("POST", "/ExternalApi/v2/sale", None).body("{\"CustomerID\":");
    let auth = unreadable
        .header("api-auth-accountid", cin7_sandbox::ACCOUNT_ID)
        .header("api-auth-applicationkey", cin7_sandbox::APPLICATION_KEY);
    assert_eq!(super::reply(auth).await.unwrap().status, 500);
}

#[tokio::test]
async fn switches_open_and_close_the_uncertain_checks() {
    let world = World::fixture().await;
    world.switch("require_location", false).await;
    assert_eq!(world.post("/sale", header(json!({ "Location": null }))).await["Location"], "North Depot");
    world.switch("refuse_credit_hold", true).await;
    let held = world.refusal("/sale", header(json!({ "CustomerID": HARBOUR, "CurrencyRate": 0.8 }))).await;
    assert!(held.contains("credit hold"), "{held}");
    world.switch("external_id_unique", true).await;
    assert!(world.refusal("/sale", header(json!({}))).await.contains("already exists"));
    world.switch("skip_quote_default", false).await;
    let sale = world.header(json!({ "SkipQuote": null, "ExternalID": "other" })).await;
    assert!(world.refusal("/sale/order", order(&sale, lines())).await.contains("Quote must be AUTHORISED"));
    world.control("POST", "mutate", json!({ "collection": "company", "set": { "LockDate": "2026-03-31T00:00:00" } })).await;
    assert!(world.refusal("/sale", header(json!({ "ExternalID": "late" }))).await.contains("lock date"));
    // In the account's own format the day is first.
    world.control("POST", "mutate", json!({ "collection": "company", "set": { "LockDate": "05/04/2026" } })).await;
    assert!(world.refusal("/sale", header(json!({ "ExternalID": "late" }))).await.contains("lock date 2026-04-05"));
}

#[tokio::test]
async fn only_a_new_first_line_without_ship_to_other_is_saved_on_the_customer() {
    let world = World::fixture().await;
    let saved = async |world: &World| {
        world.get(&format!("/customer?ID={BAYSIDE}")).await["CustomerList"][0]["Addresses"].as_array().unwrap().len()
    };
    let before = saved(&world).await;
    let address = |line: &str, other: bool| {
        json!({ "ShippingAddress": { "Line1": line, "City": "Leeds",
        "Country": "United Kingdom", "ShipToOther": other, "Company": "Bayside" } })
    };
    let sale = world.post("/sale", header(address("5 Festival Site", true))).await;
    assert_eq!(
        (sale["ShippingAddress"]["ShipToOther"].as_bool(), sale["ShippingAddress"]["Line1"].as_str()),
        (Some(true), Some("5 Festival Site"))
    );
    world.post("/sale", header(address("9 Dock", false))).await;
    let by_id = json!({ "ShippingAddress": { "ID": "add40000-0000-4000-8000-000000000003" } });
    assert_eq!(world.post("/sale", header(by_id)).await["ShippingAddress"]["Line1"], "Unit 4");
    assert_eq!(saved(&world).await, before);
    world.post("/sale", header(address("5 Festival Site", false))).await;
    assert_eq!(saved(&world).await, before + 1);
    let changed = world.get("/customer?ModifiedSince=2026-03-30T15:00:00").await;
    assert_eq!(changed["CustomerList"][0]["ID"], BAYSIDE);
}

#[tokio::test]
async fn the_external_id_is_found_exactly_and_by_switch_late_or_in_any_case() {
    let world = World::fixture().await;
    world.control("POST", "clock", json!({ "frozen": true })).await;
    world.switch("external_id_lag_seconds", 20).await;
    world.header(json!({})).await;
    let found =
        async |id: &str| world.get(&format!("/saleList?ExternalID={id}&Page=1&Limit=100")).await["Total"].as_i64().unwrap();
    assert_eq!(found(LINK).await, 0);
    world.control("POST", "clock", json!({ "advance_seconds": 19 })).await;
    assert_eq!(found(LINK).await, 0);
    world.control("POST", "clock", json!({ "advance_seconds": 1 })).await;
    assert_eq!(found(LINK).await, 1);
    assert_eq!(found(&LINK[..LINK.len() - 1]).await, 0);
    assert_eq!(found(&LINK.to_lowercase()).await, 0);
    world.switch("external_id_ignore_case", true).await;
    assert_eq!(found(&LINK.to_lowercase()).await, 1);
}

#[tokio::test]
async fn sales_are_listed_by_text_time_and_status() {
    let world = World::fixture().await;
    world.control("POST", "clock", json!({ "frozen": true, "now": "2026-03-30T16:00:00Z" })).await;
    let first = world.header(json!({ "CustomerReference": "PO 000123 / A" })).await;
    world.control("POST", "clock", json!({ "advance_seconds": 60 })).await;
    world.header(json!({ "ExternalID": "second" })).await;
    let total = async |query: &str| world.get(&format!("/saleList?{query}")).await["Total"].as_i64().unwrap();
    assert_eq!(total("Search=bayside").await, 2);
    assert_eq!(total("Search=so-00452").await, 1);
    assert_eq!(total("Search=000123").await, 1);
    assert_eq!(total("UpdatedSince=2026-03-30T16:01:00.000").await, 1);
    assert_eq!(total("UpdatedUntil=2026-03-30T16:00:30.000").await, 1);
    assert_eq!(total("OrderStatus=AUTHORISED").await, 0);
    world.post("/sale/order", order(&first, lines())).await;
    assert_eq!(total("OrderStatus=AUTHORISED&Status=ORDERED").await, 1);
    assert_eq!(total("OrderStatus=AUTHORISED,DRAFT").await, 0, "lists of values match nothing");
}

#[tokio::test]
async fn voiding_frees_the_stock_and_undoing_takes_it_again() {
    let world = World::fixture().await;
    let sale = world.header(json!({})).await;
    world.post("/sale/order", order(&sale, lines())).await;
    let available = async || {
        let rows = world.get("/ref/productavailability?Sku=CHAIR-01&Location=Main%20Warehouse").await;
        rows["ProductAvailabilityList"].as_array().unwrap().iter().map(|row| row["Available"].as_i64().unwrap()).sum::<i64>()
    };
    assert_eq!(available().await, 8);
    let voided = world.call("DELETE", &format!("/sale?ID={sale}&Void=true"), Value::Null).await.json();
    assert_eq!((voided["Status"].as_str(), voided["Order"]["Status"].as_str()), (Some("VOIDED"), Some("VOIDED")));
    assert_eq!(available().await, 12);
    assert_eq!(world.get("/saleList?Status=VOIDED").await["Total"], 1);
    let back = world.call("DELETE", &format!("/sale?ID={sale}&Void=false"), Value::Null).await.json();
    assert_eq!((back["Status"].as_str(), back["Order"]["Status"].as_str()), (Some("ORDERED"), Some("AUTHORISED")));
    assert_eq!(available().await, 8);

    // Undoing an authorised order opens it again; it can then be posted anew.
    assert!(world.refusal("/sale/order", order(&sale, lines())).await.contains("AUTHORISED"));
    let open = world.call("DELETE", &format!("/sale?ID={sale}"), Value::Null).await.json();
    assert_eq!((open["Status"].as_str(), open["Order"]["Status"].as_str()), (Some("ORDERING"), Some("DRAFT")));
    assert_eq!(available().await, 12);
    assert_eq!(world.post("/sale/order", order(&sale, lines())).await["SaleOrderNumber"], "SO-00451");
    world.control("POST", "mutate", json!({ "collection": "sales", "id": "SO-00451", "do": "void" })).await;
    assert_eq!(available().await, 12);
    assert!(world.refusal("/sale/order", order(&sale, lines())).await.contains("VOIDED"));
}

#[tokio::test]
async fn a_prepayment_keeps_its_reference() {
    let world = World::fixture().await;
    let sale = world.header(json!({ "SaleType": "Simple" })).await;
    world.post("/sale/order", order(&sale, lines())).await;
    let payment = |change: Value| {
        let mut payment = json!({ "TaskID": sale, "Type": "Prepayment", "Reference": "CARD-77", "Amount": 200.00,
            "DatePaid": "2026-03-30", "Account": "090", "CurrencyRate": 1 });
        for (name, value) in change.as_object().unwrap() {
            payment[name] = value.clone();
        }
        payment
    };
    assert!(world.refusal("/sale/payment", payment(json!({ "Account": "200" }))).await.contains("Payment account"));
    assert!(world.refusal("/sale/payment", payment(json!({ "Amount": 1.234 }))).await.contains("2 decimal places"));
    assert!(world.refusal("/sale/payment", payment(json!({ "Type": "Payment" }))).await.contains("authorised invoice"));
    world.post("/sale/payment", payment(json!({}))).await;
    let payments = world.get(&format!("/sale/payment?SaleID={sale}")).await;
    assert_eq!((payments.as_array().unwrap().len(), payments[0]["Reference"].as_str()), (1, Some("CARD-77")));
    let row = &world.get("/saleList").await["SaleList"][0];
    assert_eq!((row["PaidAmount"].as_i64(), row["CombinedPaymentStatus"].as_str()), (Some(200), Some("PREPAID")));
    world.switch("prepayment_after_order", false).await;
    assert!(world.refusal("/sale/payment", payment(json!({}))).await.contains("only before"));

    let invoice = json!([{ "TaskID": "1e5a0000-0000-4000-8000-000000000001", "InvoiceNumber": "INV-00501",
        "Status": "AUTHORISED", "Total": 747, "Paid": 0 }]);
    world.control("POST", "mutate", json!({ "collection": "sales", "id": sale, "set": { "Invoices": invoice } })).await;
    let on_invoice = payment(json!({ "TaskID": "1E5A0000-0000-4000-8000-000000000001", "Type": "PAYMENT", "Amount": 547 }));
    assert_eq!(world.post("/sale/payment", on_invoice).await["InvoiceNumber"], "INV-00501");
    assert_eq!(world.get(&format!("/sale?ID={sale}")).await["CombinedPaymentStatus"], "PAID");
}

#[tokio::test]
async fn an_unknown_sale_is_answered_by_switch() {
    let world = World::fixture().await;
    let status = async || world.call("GET", &format!("/sale?ID={CHAIR}"), Value::Null).await;
    assert_eq!(status().await.status, 400);
    world.switch("unknown_sale", "404").await;
    assert_eq!(status().await.status, 404);
    world.switch("unknown_sale", "empty").await;
    assert_eq!((status().await.status, status().await.text.as_str()), (200, ""));
    assert_eq!(VAT, world.get("/me").await["DefaultSaleTaxRuleName"]);
}
