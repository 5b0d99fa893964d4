//! Every kind of fault, and what of the call takes effect.

use serde_json::{Value, json};

use super::{World, header};

async fn arm(world: &World, fault: Value) {
    assert!(world.control("POST", "fault", fault).await["id"].is_u64());
}

async fn stored(world: &World) -> usize {
    world.control("GET", "state/sales", Value::Null).await.as_array().unwrap().len()
}

#[tokio::test]
async fn a_dropped_call_takes_effect_or_not_as_told() {
    let world = World::fixture().await;
    arm(&world, json!({ "method": "POST", "path": "/sale", "kind": "drop_before" })).await;
    assert!(world.try_call("POST", "/sale", Some(&header(json!({})))).await.is_err());
    assert_eq!(stored(&world).await, 0);
    arm(&world, json!({ "method": "POST", "path": "/Sale", "kind": "drop_after" })).await;
    assert!(world.try_call("POST", "/sale", Some(&header(json!({})))).await.is_err());
    assert_eq!(stored(&world).await, 1);
    let journal = world.control("GET", "journal", Value::Null).await;
    assert_eq!((&journal[0]["fault"], &journal[0]["status"]), (&json!("drop_before"), &Value::Null));
    assert_eq!((&journal[1]["fault"], &journal[1]["status"]), (&json!("drop_after"), &json!(200)));
    assert_eq!(world.call("POST", "/sale", header(json!({}))).await.status, 200, "a fault hits once");
}

#[tokio::test]
async fn faults_are_skipped_counted_and_narrowed_by_query() {
    let world = World::fixture().await;
    arm(
        &world,
        json!({ "method": "GET", "path": "/ref/productavailability", "query": { "page": "2" }, "skip": 1, "times": 2,
        "kind": "status", "status": 503, "body": "Down" }),
    )
    .await;
    let status = async |page: u32| world.call("GET", &format!("/ref/productavailability?Page={page}"), Value::Null).await.status;
    assert_eq!([status(1).await, status(2).await, status(2).await, status(2).await, status(2).await], [200, 200, 503, 503, 200]);
    arm(&world, json!({ "path": "/me", "times": 5, "kind": "empty" })).await;
    world.control("DELETE", "fault", Value::Null).await;
    assert_ne!(world.call("GET", "/me", Value::Null).await.text, "");
}

#[tokio::test]
async fn answers_are_spoiled_in_every_way() {
    let world = World::fixture().await;
    let hit = async |kind: Value| {
        let mut fault = json!({ "path": "/me" });
        for (name, value) in kind.as_object().unwrap() {
            fault[name] = value.clone();
        }
        arm(&world, fault).await;
        world.call("GET", "/me", Value::Null).await
    };
    let page = hit(json!({ "kind": "html" })).await;
    assert_eq!((page.status, page.text.starts_with("<!DOCTYPE html>")), (200, true));
    let half = hit(json!({ "kind": "truncated" })).await;
    assert_eq!(half.status, 200);
    assert!(half.text.starts_with('{') && serde_json::from_str::<Value>(&half.text).is_err());
    let error = hit(json!({ "kind": "error200", "text": "Category not found." })).await;
    assert_eq!((error.status, &error.json()), (200, &json!([{ "ErrorCode": 400, "Exception": "Category not found." }])));
    let limited = hit(json!({ "kind": "rate_limit", "retry_after": "7 Seconds" })).await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("7 Seconds")));
    assert_eq!(hit(json!({ "kind": "rate_limit", "variant": "503" })).await.status, 503);
    assert_eq!(hit(json!({ "kind": "rate_limit", "variant": "400" })).await.json()[0]["ErrorCode"], 400);
    let empty = hit(json!({ "kind": "empty" })).await;
    assert_eq!((empty.status, empty.text.as_str()), (200, ""));
    let plain =
        hit(json!({ "kind": "status", "status": 502, "body": [{ "ErrorCode": 502 }], "headers": { "x-hop": "gateway" } })).await;
    assert_eq!((plain.status, plain.header("x-hop"), plain.json()[0]["ErrorCode"].as_i64()), (502, Some("gateway"), Some(502)));
    let started = std::time::Instant::now();
    let late = hit(json!({ "kind": "delay", "ms": 300 })).await;
    assert!(started.elapsed().as_millis() >= 300 && late.json()["Currency"] == "GBP");
}

#[tokio::test]
async fn a_delayed_write_is_stored_even_if_the_caller_has_gone() {
    let world = World::fixture().await;
    arm(&world, json!({ "method": "POST", "path": "/sale", "kind": "delay", "ms": 5000 })).await;
    let body = header(json!({}));
    let hurried = tokio::time::timeout(std::time::Duration::from_millis(400), world.try_call("POST", "/sale", Some(&body))).await;
    assert!(hurried.is_err());
    assert_eq!(stored(&world).await, 1);
}

#[tokio::test]
async fn a_write_can_take_effect_behind_any_spoiled_answer() {
    let world = World::fixture().await;
    arm(&world, json!({ "method": "POST", "path": "/sale", "kind": "status", "status": 500, "processed": true })).await;
    assert_eq!(world.call("POST", "/sale", header(json!({}))).await.status, 500);
    assert_eq!(stored(&world).await, 1);
    arm(&world, json!({ "method": "POST", "path": "/sale", "kind": "html" })).await;
    world.call("POST", "/sale", header(json!({}))).await;
    assert_eq!(stored(&world).await, 1);
}

#[tokio::test]
async fn an_endless_body_goes_on_until_the_client_has_enough() {
    let world = World::fixture().await;
    arm(&world, json!({ "path": "/product", "kind": "endless" })).await;
    let request = world
        .request("GET", "/ExternalApi/v2/product", None)
        .header("api-auth-accountid", cin7_sandbox::ACCOUNT_ID)
        .header("api-auth-applicationkey", cin7_sandbox::APPLICATION_KEY);
    let mut response = request.send().await.unwrap();
    let mut read = 0;
    while read < 2_000_000 {
        read += response.chunk().await.unwrap().expect("the body does not end").len();
    }
}
