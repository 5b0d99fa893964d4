//! Credentials, the rate limit in its three shapes, and the clock behind it.

use serde_json::{Value, json};

use super::World;

#[tokio::test]
async fn wrong_credentials_are_refused_in_plain_text() {
    let world = World::fixture().await;
    for headers in [
        vec![],
        vec![("api-auth-accountid", cin7_sandbox::ACCOUNT_ID)],
        vec![("api-auth-accountid", "x"), ("api-auth-applicationkey", "y")],
    ] {
        let mut request = world.request("GET", "/ExternalApi/v2/me", None);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let reply = super::reply(request).await.unwrap();
        assert_eq!((reply.status, reply.text.as_str()), (403, "Incorrect credentials!"));
    }
}

#[tokio::test]
async fn sixty_calls_in_sixty_seconds_of_the_sandboxs_clock() {
    let world = World::fixture().await;
    world.control("POST", "clock", json!({ "frozen": true })).await;
    for _ in 0..60 {
        world.get("/me").await;
    }
    let refused = world.call("GET", "/me", Value::Null).await;
    assert_eq!((refused.status, refused.text.as_str()), (429, "You have reached 60 calls per 60 seconds API limit."));
    assert_eq!((refused.header("retry-after"), refused.header("x-ratelimit-remaining")), (Some("60 Seconds"), Some("0")));

    world.switch("rate_limit", "503").await;
    let refused = world.call("GET", "/me", Value::Null).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, None));
    world.switch("rate_limit", "400").await;
    let refused = world.call("GET", "/me", Value::Null).await;
    assert_eq!(refused.exception(), "You have reached 60 calls per 60 seconds API limit.");

    world.control("POST", "clock", json!({ "advance_seconds": 60 })).await;
    world.get("/me").await;
}

#[tokio::test]
async fn the_limit_is_a_number_and_zero_is_none() {
    let world = World::fixture().await;
    world.control("POST", "switches", json!({ "calls_per_minute": 2, "retry_after": "7" })).await;
    world.get("/me").await;
    world.get("/me").await;
    let refused = world.call("GET", "/me", Value::Null).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("7")));
    world.switch("calls_per_minute", 0).await;
    for _ in 0..70 {
        world.get("/me").await;
    }
}

#[tokio::test]
async fn every_answer_carries_the_sandboxs_own_date() {
    let world = World::fixture().await;
    world.control("POST", "clock", json!({ "frozen": true, "now": "2026-03-30T15:12:00Z" })).await;
    let expected = Some("Mon, 30 Mar 2026 15:12:00 GMT");
    assert_eq!(world.call("GET", "/me", Value::Null).await.header("date"), expected);
    assert_eq!(world.call("GET", "/nowhere", Value::Null).await.header("date"), expected);
    assert_eq!(super::reply(world.request("GET", "/sandbox/clock", None)).await.unwrap().header("date"), expected);
}
