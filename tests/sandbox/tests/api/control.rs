//! Control endpoints: clock, mutation, journal, state, reset.

use serde_json::{Value, json};

use super::{BAYSIDE, World, header};

async fn mutate(world: &World, mutation: Value) {
    world.control("POST", "mutate", mutation).await;
}

#[tokio::test]
async fn the_clock_starts_ticking_freezes_and_moves() {
    let world = World::fixture().await;
    let start = world.control("GET", "clock", Value::Null).await;
    assert!(start["now"].as_str().unwrap().starts_with("2026-03-30T15:00:0"));
    assert_eq!(start["frozen"], false);
    let set = world.control("POST", "clock", json!({ "now": "2026-03-30T15:05:00Z", "frozen": true })).await;
    assert_eq!(set, json!({ "now": "2026-03-30T15:05:00.000Z", "frozen": true }));
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    assert_eq!(world.control("GET", "clock", Value::Null).await, set);
    let refused = super::reply(world.request("POST", "/sandbox/clock", Some(&json!({ "now": "teatime" })))).await.unwrap();
    assert_eq!((refused.status, refused.json()), (400, json!({ "error": "`teatime` is not a time" })));
}

#[tokio::test]
async fn changed_records_come_in_the_next_delta() {
    let world = World::fixture().await;
    world.control("POST", "clock", json!({ "now": "2026-03-30T15:05:00Z", "frozen": true })).await;
    mutate(&world, json!({ "collection": "customers", "id": BAYSIDE, "set": { "PriceTier": "Retail" } })).await;
    let changed = world.get("/customer?ModifiedSince=2026-03-30T15:05:00.000").await;
    assert_eq!((changed["Total"].as_i64(), changed["CustomerList"][0]["PriceTier"].as_str()), (Some(1), Some("Retail")));
    assert_eq!(world.get("/customer?ModifiedSince=2026-03-30T15:05:01.000").await["Total"], 0);
    mutate(&world, json!({ "collection": "products", "add": { "SKU": "NEW-09", "Name": "New", "Status": "Active" } })).await;
    assert_eq!(world.get("/product?Sku=NEW-09").await["Products"][0]["LastModifiedOn"], "2026-03-30T15:05:00.000Z");
    mutate(&world, json!({ "collection": "availability", "id": "LAMP-02", "remove": true })).await;
    assert_eq!(world.get("/ref/productavailability?Sku=LAMP").await["Total"], 0);
    mutate(
        &world,
        json!({ "collection": "availability", "id": "CHAIR-01", "where": { "Bin": "Bin B" }, "set": { "OnHand": 2 } }),
    )
    .await;
    let rows = world.get("/ref/productavailability?Sku=CHAIR-01").await;
    assert_eq!(rows["ProductAvailabilityList"][1]["Available"], 2);
    assert_eq!(rows["ProductAvailabilityList"][0]["Available"], 7);
}

#[tokio::test]
async fn a_renamed_tier_and_sku_are_carried_on() {
    let world = World::fixture().await;
    mutate(&world, json!({ "collection": "priceTiers", "id": "2", "set": { "Name": "Trade" } })).await;
    assert_eq!(world.get("/customer?Name=Bayside").await["CustomerList"][0]["PriceTier"], "Trade");
    let chair = &world.get("/product?Sku=CHAIR-01").await["Products"][0];
    assert_eq!((chair["PriceTiers"]["Trade"].as_i64(), chair["PriceTiers"].get("Wholesale")), (Some(150), None));
    mutate(&world, json!({ "collection": "products", "id": "CHAIR-01", "set": { "SKU": "CHAIR-01B" } })).await;
    assert_eq!(world.get("/ref/productavailability?Sku=CHAIR-01B").await["Total"], 3);
}

#[tokio::test]
async fn the_journal_tells_calls_but_never_credentials() {
    let world = World::fixture().await;
    world.get("/product?Page=1&Limit=10").await;
    world.post("/sale", header(json!({ "CurrencyRate": 1, "Note": cin7_sandbox::APPLICATION_KEY }))).await;
    world.get(&format!("/me?key={}", cin7_sandbox::ACCOUNT_ID.to_uppercase())).await;
    let journal = world.control("GET", "journal", Value::Null).await;
    assert_eq!(
        (&journal[0]["n"], &journal[0]["method"], &journal[0]["path"], &journal[0]["status"]),
        (&json!(1), &json!("GET"), &json!("/product"), &json!(200))
    );
    assert_eq!(journal[0]["query"], json!({ "Page": "1", "Limit": "10" }));
    assert!(journal[0]["body"].is_null());
    assert_eq!(journal[1]["body"]["CustomerID"], BAYSIDE);
    let text = journal.to_string().to_lowercase();
    assert!(!text.contains(cin7_sandbox::ACCOUNT_ID) && !text.contains(cin7_sandbox::APPLICATION_KEY), "{text}");
    world.control("DELETE", "journal", Value::Null).await;
    assert_eq!(world.control("GET", "journal", Value::Null).await, json!([]));
}

#[tokio::test]
async fn reset_brings_back_the_world_as_loaded() {
    let world = World::fixture().await;
    let before = world.control("GET", "state", Value::Null).await;
    let switches = world.control("GET", "switches", Value::Null).await;
    let first = world.header(json!({})).await;
    mutate(&world, json!({ "collection": "products", "id": "CHAIR-01", "set": { "Name": "Other" } })).await;
    world.switch("line_total", "gross").await;
    world.control("POST", "fault", json!({ "path": "/me", "kind": "html", "times": 9 })).await;
    world.control("POST", "clock", json!({ "now": "2030-01-01T00:00:00Z", "frozen": true })).await;
    assert_eq!(world.control("GET", "reset", Value::Null).await, json!({"resets": 0}));
    world.control("POST", "reset", Value::Null).await;
    assert_eq!(world.control("GET", "reset", Value::Null).await, json!({"resets": 1}));
    assert_eq!(world.control("GET", "state", Value::Null).await, before);
    assert_eq!(world.control("GET", "switches", Value::Null).await, switches);
    assert_eq!(world.control("GET", "journal", Value::Null).await, json!([]));
    assert_eq!(world.control("GET", "clock", Value::Null).await["frozen"], false);
    assert_eq!(world.get("/me").await["Currency"], "GBP");
    assert_eq!(world.header(json!({})).await, first, "ids repeat after a reset");
}

#[tokio::test]
async fn state_names_every_collection() {
    let world = World::fixture().await;
    let state = world.control("GET", "state", Value::Null).await;
    let expected = [
        ("priceTiers", 10),
        ("taxRules", 4),
        ("locations", 5),
        ("paymentTerms", 3),
        ("contacts", 3),
        ("discountRules", 1),
        ("customers", 4),
        ("suppliers", 1),
        ("products", 8),
        ("availability", 4),
        ("sales", 0),
        ("purchases", 3),
        ("accounts", 7),
    ];
    for (name, count) in expected {
        assert_eq!(state[name].as_array().unwrap().len(), count, "{name}");
    }
    assert_eq!(state["company"]["Currency"], "GBP");
    let unknown = super::reply(world.request("GET", "/sandbox/state/unicorns", None)).await.unwrap();
    assert_eq!(unknown.status, 400);
}

#[tokio::test]
async fn switches_refuse_names_and_values_that_do_not_exist() {
    let world = World::fixture().await;
    for patch in [json!({ "line_totals": "net" }), json!({ "line_total": "netto" }), json!({ "tax_adjustment": "a penny" })] {
        let reply = super::reply(world.request("POST", "/sandbox/switches", Some(&patch))).await.unwrap();
        assert_eq!(reply.status, 400, "{patch}");
    }
}

#[tokio::test]
async fn a_world_can_be_a_folder_of_saved_answers() {
    let folder = std::env::temp_dir().join(format!("cin7-sandbox-world-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let saved = r#"{"Total":1,"Page":1,"Products":[{"ID":"AAAA0000-0000-4000-8000-000000000001","SKU":"X-1","Name":"X","PriceTier1":497.0000}]}"#;
    std::fs::write(folder.join("products.json"), saved).unwrap();
    std::fs::write(folder.join("company.json"), r#"{"Company":"Mine","Currency":"EUR"}"#).unwrap();
    let world = World::new(cin7_sandbox::Source::Folder(folder.clone())).await;
    let reply = world.call("GET", "/product?ID=aaaa0000-0000-4000-8000-000000000001", Value::Null).await;
    assert!(reply.text.contains(r#""PriceTier1":497.0000"#), "{}", reply.text);
    assert_eq!(world.get("/me").await["Company"], "Mine");
    std::fs::remove_dir_all(folder).unwrap();
}
