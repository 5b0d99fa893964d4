//! Whole orders in custody: kept, listed, taken over and ended, over HTTP.

use serde_json::json;

use super::*;

const LINK: &str = "https://crm.example.com/view/Quote/10452";

fn order(key: &str, content: &str) -> String {
    json!({"key": key, "content": content, "about": {"quoteNumber": "10452"}, "order": {"plan": {"header": "{}"}}}).to_string()
}

async fn say(desk: &Desk, path: &str, body: &str) -> Value {
    let got = desk.post(path, body).await;
    assert_eq!((got.status, got.header("cache-control")), (200, Some("private, no-store")), "{}", got.text());
    got.json()
}

#[tokio::test]
async fn an_order_in_custody_is_listed_taken_over_and_ended_without_a_call_to_cin7() {
    let desk = Desk::start().await;
    let kept = say(&desk, "/cin7/custody/orders", &order(LINK, "a1")).await;
    assert_eq!((&kept["state"], &kept["durable"], &kept["by"]), (&json!("kept"), &json!(false), &Value::Null));
    let listed = desk.get("/cin7/custody/orders").await.json();
    let [one] = &listed["orders"].as_array().unwrap()[..] else { panic!("{listed}") };
    assert_eq!((&one["key"], &one["about"]["quoteNumber"]), (&json!(LINK), &json!("10452")));
    assert!((590_000..=600_000).contains(&one["heldFor"].as_i64().unwrap()), "{listed}");

    let held = say(&desk, "/cin7/custody/taken", &json!({"key": LINK, "now": false}).to_string()).await;
    assert_eq!((&held["state"], held.get("order")), (&json!("held"), None));
    let taken = say(&desk, "/cin7/custody/taken", &json!({"key": LINK, "now": true}).to_string()).await;
    assert_eq!((&taken["state"], &taken["order"]), (&json!("kept"), &json!({"plan": {"header": "{}"}})));

    let end = json!({"key": LINK, "content": "a1", "outcome": "by-hand", "number": "SO-460"}).to_string();
    assert_eq!(say(&desk, "/cin7/custody/finished", &end).await["state"], "ended");
    let again = say(&desk, "/cin7/custody/orders", &order(LINK, "a1")).await;
    assert_eq!((&again["state"], &again["outcome"], &again["number"]), (&json!("ended"), &json!("by-hand"), &json!("SO-460")));
    assert_eq!(desk.get("/cin7/custody/orders").await.json(), json!({"orders": []}));
    assert!(desk.fake.seen_but_me().is_empty(), "Cin7 was asked");
}

#[tokio::test]
async fn the_key_with_another_order_is_refused_and_says_why() {
    let desk = Desk::start().await;
    say(&desk, "/cin7/custody/orders", &order(LINK, "a1")).await;
    let got = desk.post("/cin7/custody/orders", &order(LINK, "b2")).await;
    assert_eq!(got.problem(), problem(409, "key_reused", false));
    assert_eq!(got.json()["messages"][0], "Another order of this quote was confirmed, 0 minutes earlier.");
}

#[tokio::test]
async fn what_is_not_formed_as_it_should_be_is_refused() {
    let desk = Desk::start().await;
    for body in
        ["{}", r#"{"key":"","content":"a"}"#, r#"{"key":"k","content":"a","order":{}}"#, r#"{"key":"k","content":"a","x":1}"#]
    {
        assert_eq!(desk.post("/cin7/custody/orders", body).await.problem(), problem(400, "bad_request", false), "{body}");
    }
    let unknown = json!({"key": "k", "content": "a", "outcome": "lost", "number": null}).to_string();
    assert_eq!(desk.post("/cin7/custody/finished", &unknown).await.problem(), problem(400, "bad_request", false));
    let huge =
        json!({"key": "k", "content": "a", "about": {}, "order": {"x": "y".repeat(cin7_proxy::LONGEST_ORDER)}}).to_string();
    assert_eq!(desk.post("/cin7/custody/orders", &huge).await.problem(), problem(413, "body_too_large", false));
    for path in ["/cin7/custody", "/cin7/custody/", "/cin7/custody/orders/1", "/cin7/custody/taken"] {
        assert_eq!(desk.get(path).await.problem().0, 404, "{path}");
    }
    let large = json!({"key": "k", "content": "a", "about": {}, "order": {"x": "y".repeat(1024 * 1024)}}).to_string();
    assert_eq!(say(&desk, "/cin7/custody/orders", &large).await["state"], "kept", "a quote of a thousand lines");
}
