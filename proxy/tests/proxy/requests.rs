//! What reaches Cin7, and what is refused before it.

use super::*;

#[tokio::test]
async fn cin7_gets_the_credentials_and_none_of_the_browsers_headers() {
    let desk = Desk::start().await;
    let request = desk
        .request(Method::GET, "/cin7/SALELIST?externalid=Q%2F7+a&limit=10")
        .header("cookie", "crm=secret")
        .header("authorization", "Bearer crm")
        .header("api-auth-accountid", "someone-else")
        .header("x-forwarded-for", "10.0.0.7")
        .header("x-quote-desk-lane", "order")
        .header("referer", "http://crm.example.com/");
    assert_eq!(Got::from(request).await.status, 200);
    let seen = desk.fake.seen_but_me().remove(0);
    assert_eq!(seen.target, "/ExternalApi/v2/saleList?ExternalID=Q%2F7%20a&Limit=10");
    let mut names: Vec<&str> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let expected =
        ["accept", "accept-encoding", "api-auth-accountid", "api-auth-applicationkey", "content-type", "host", "user-agent"];
    assert_eq!(names, expected);
    let value = |name: &str| seen.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    assert_eq!(value("api-auth-accountid"), Some(ACCOUNT_ID));
    assert_eq!(value("api-auth-applicationkey"), Some(APPLICATION_KEY));
    assert_eq!(value("host"), Some(desk.fake.address.to_string().as_str()));
}

#[tokio::test]
async fn a_body_goes_on_byte_for_byte() {
    let desk = Desk::start().await;
    let body = "{ \"Total\" : 622.5000,\r\n\t\"Note\":\"ä\\u00e4\" , \"Lines\":[ ] }";
    assert_eq!(desk.post("/cin7/sale/order", body).await.status, 200);
    let seen = desk.fake.seen_but_me().remove(0);
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", "/ExternalApi/v2/sale/order"));
    assert_eq!(seen.body, body.as_bytes());
}

#[tokio::test]
async fn what_is_not_in_the_table_is_refused() {
    let desk = Desk::start().await;
    for (method, path) in [
        (Method::GET, "/cin7/products"),
        (Method::GET, "/cin7/"),
        (Method::GET, "/cin7"),
        (Method::GET, "/cin7/sale/"),
        (Method::GET, "/cin7//sale"),
        (Method::GET, "/cin7/webhooks"),
        (Method::GET, "/cin7/me%2F..%2Fproduct"),
        (Method::GET, "/cin7/http:%2F%2Fevil.example.com%2F"),
        (Method::DELETE, "/cin7/sale?ID=5d0c1f2e-0000-4000-8000-0000000000d1&Void=true"),
        (Method::PUT, "/cin7/sale"),
        (Method::PATCH, "/cin7/sale"),
        (Method::POST, "/cin7/product"),
        (Method::PUT, "/cin7/customer"),
        (Method::POST, "/cin7/supplier"),
        (Method::POST, "/cin7/status"),
        (Method::OPTIONS, "/cin7/sale"),
    ] {
        let got = Got::from(desk.request(method.clone(), path)).await;
        assert_eq!(got.problem(), problem(404, "not_allowed", false), "{method} {path}");
    }
    assert!(desk.fake.seen_but_me().is_empty());
}

#[tokio::test]
async fn every_wrong_parameter_is_listed_and_nothing_is_sent() {
    let desk = Desk::start().await;
    let got = desk.get("/cin7/product?Page=x&Limit=5000&ModifiedSinse=2026-11-23T00:00:00").await;
    assert_eq!(got.problem(), problem(400, "bad_request", false));
    assert_eq!(got.json()["messages"].as_array().unwrap().len(), 3);
    let lane = desk.request(Method::GET, "/cin7/product").header("x-quote-desk-lane", "first");
    assert_eq!(Got::from(lane).await.problem(), problem(400, "bad_request", false));
    assert!(desk.fake.seen_but_me().is_empty());
}

#[tokio::test]
async fn a_write_must_be_one_json_object_of_reasonable_size() {
    let desk = Desk::start().await;
    for body in ["", "[]", "[{}]", "\"{}\"", "{", "{}{}", "null", "{\"a\":01}", "ID=1"] {
        assert_eq!(desk.post("/cin7/sale", body).await.problem(), problem(400, "bad_request", false), "{body}");
    }
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"] {
        let request = desk.request(Method::POST, "/cin7/sale").header("content-type", media_type).body("{}");
        assert_eq!(Got::from(request).await.problem(), problem(400, "bad_request", false), "{media_type}");
    }
    let filled = |length: usize| format!("{{\"ExternalID\":\"q\",\"a\":\"{}\"}}", "x".repeat(length - 25));
    let long = filled(cin7_proxy::LONGEST_BODY + 1);
    assert_eq!(desk.post("/cin7/sale", &long).await.problem(), problem(413, "body_too_large", false));
    assert!(desk.fake.seen_but_me().is_empty());
    assert_eq!(desk.post("/cin7/sale", &filled(cin7_proxy::LONGEST_BODY)).await.status, 200);
    let request = desk.request(Method::POST, "/cin7/sale").header("content-type", "application/json; charset=utf-8");
    assert_eq!(Got::from(request.body(r#"{"ExternalID":"r"}"#)).await.status, 200);
}

#[tokio::test]
async fn a_call_meant_for_another_account_is_refused_before_anything_is_sent() {
    let desk = Desk::start().await;
    let own = desk.status().await["account"].as_str().unwrap().to_owned();
    assert!(own.len() == 32 && !own.contains("a0a1"), "{own}");
    let sale = r#"{"ExternalID":"q/1"}"#;
    let order = r#"{"key":"q/1","content":"a1","about":{},"order":{}}"#;
    for (method, path, body) in [
        (Method::GET, "/cin7/product", ""),
        (Method::GET, "/cin7/custody/orders", ""),
        (Method::POST, "/cin7/sale", sale),
        (Method::POST, "/cin7/custody/orders", order),
    ] {
        let asked = |account: &str| {
            let request = desk.request(method.clone(), path).header("content-type", "application/json");
            Got::from(request.header("x-quote-desk-account", account).body(body))
        };
        let before = desk.fake.seen().len();
        let other = asked("0123456789abcdef0123456789abcdef").await;
        assert_eq!(other.problem(), problem(409, "other_account", false), "{path}");
        assert_eq!(desk.fake.seen().len(), before, "{path}");
        assert_eq!(asked(&own).await.status, 200, "{path}");
    }
    let kept = desk.get("/cin7/custody/orders").await.json();
    assert_eq!(kept["orders"].as_array().map(Vec::len), Some(1), "only the order that was meant for this account");
}

#[tokio::test]
async fn an_order_of_ten_thousand_lines_goes_through_and_can_be_kept_whole() {
    let desk = Desk::start().await;
    let line = r#"{"ProductID":"c4a10000-0000-4000-8000-000000000001","SKU":"CHAIR-01-OAK-NATURAL","Name":"Oak Chair, natural, without arms",
        "Quantity":4,"Price":150.00,"Discount":10,"Tax":108.00,"TaxRule":"20% (VAT on Income)","Comment":"For the terrace","Total":540.00}"#;
    let order = format!(r#"{{"SaleID":"s","Lines":[{}]}}"#, vec![line; 10_000].join(","));
    assert!(order.len() > 2_000_000);
    assert_eq!(desk.post("/cin7/sale/order", &order).await.status, 200);
    assert_eq!(desk.fake.seen_but_me().len(), 1);
    let kept = serde_json::json!({"key": "k", "content": "a", "about": {}, "order": {"lines": vec![line; 100], "order": order}});
    assert_eq!(desk.post("/cin7/custody/orders", &kept.to_string()).await.json()["state"], "kept");
}

#[tokio::test]
async fn neither_answers_nor_logs_show_the_credentials_or_what_was_asked_for() {
    let desk = Desk::start().await;
    let echo = format!(r#"[{{"ErrorCode":400,"Exception":"unknown key {}"}}]"#, APPLICATION_KEY.to_uppercase());
    let body = r#"{"Customer":"Zwetschkenbaum"}"#;
    desk.fake.next([Act::status(400, &echo), Act::json(body), Act::Drop, Act::Hang]);
    let got = desk.post("/cin7/sale", r#"{"ExternalID":"q","Note":"Zwetschkenbaum"}"#).await;
    assert_eq!(got.json()["messages"], serde_json::json!(["(a text that quotes the credentials)"]));
    for _ in 0..3 {
        desk.get("/cin7/customer?Name=Zwetschkenbaum").await;
    }
    assert_eq!(desk.fake.seen_but_me().len(), 4);
    let log = log();
    assert!(log.contains("Cin7 answered") && log.contains("TRACE"), "the log was captured");
    let lower = log.to_ascii_lowercase();
    for secret in [ACCOUNT_ID, APPLICATION_KEY] {
        assert!(!lower.contains(secret), "the log holds {secret}");
    }
    let ours: Vec<&str> = log.lines().filter(|line| line.contains("Zwetschkenbaum")).collect();
    assert!(ours.is_empty(), "{ours:#?}");
}
