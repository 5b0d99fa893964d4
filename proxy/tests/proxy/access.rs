//! Who gets in: tokens, roles, pages, rates, slow callers.

use cin7_proxy::access::rules::{Rules, Source};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, get_current_timestamp};
use serde_json::json;

use super::*;

const SECRET: &str = "a shared key of more than 32 characters";
const CRM: &str = "https://crm.example.com";
const SALE: &str = r#"{"ExternalID":"q-1"}"#;

fn rules() -> Rules {
    Rules {
        source: Source::Shared(SECRET.into()),
        issuer: CRM.to_owned(),
        audience: "quote-desk".to_owned(),
        roles_claim: "roles".to_owned(),
        cost_role: "cost".to_owned(),
        confirm_role: "confirm".to_owned(),
    }
}

fn token(subject: &str, roles: &[&str]) -> String {
    let claims = json!({"iss": CRM, "aud": "quote-desk", "sub": subject, "exp": get_current_timestamp() + 300, "roles": roles});
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

async fn guarded(change: impl FnOnce(&mut Access)) -> Desk {
    Desk::start_with(|config| {
        config.access.rules = Some(rules());
        change(&mut config.access);
    })
    .await
}

fn sent(desk: &Desk) -> usize {
    desk.fake.seen_but_me().len()
}

#[tokio::test]
async fn without_a_good_token_nothing_is_answered_and_nothing_sent() {
    let desk = guarded(|_| {}).await;
    for path in ["/cin7/product", "/cin7/status", "/cin7/nothing"] {
        let got = desk.get(path).await;
        assert_eq!(got.problem(), problem(401, "not_signed_in", false), "{path}");
        assert_eq!(got.header("www-authenticate"), Some("Bearer"));
        assert!(got.json()["messages"][0].as_str().unwrap().contains("Bearer <token>"), "{}", got.text());
    }
    let good = token("rep-7", &["confirm"]);
    for value in
        [format!("Basic {good}"), good.clone(), "Bearer".to_owned(), "Bearer a.b.c".to_owned(), format!("Bearer {good}x")]
    {
        let request = desk.posting("/cin7/sale", SALE).header("authorization", &value);
        assert_eq!(Got::from(request).await.problem(), problem(401, "not_signed_in", false), "{value}");
    }
    let twice = desk.request(Method::GET, "/cin7/product").bearer_auth(&good).bearer_auth(&good);
    assert_eq!(Got::from(twice).await.status, 401);
    let cookie = desk.request(Method::GET, "/cin7/product").header("cookie", format!("session={good}"));
    assert_eq!(Got::from(cookie).await.status, 401, "no cookie is configured");
    let in_query = format!("/cin7/product?access_token={good}");
    assert_eq!(desk.get(&in_query).await.status, 401);
    assert_eq!(sent(&desk), 0);
    assert_eq!(Got::from(desk.request(Method::GET, "/cin7/product").bearer_auth(&good)).await.status, 200);
    assert_eq!(Got::from(desk.request(Method::GET, "/healthz")).await.text(), "ok", "whether it lives is no secret");
    let log = log();
    assert!(!log.contains(&good) && !log.contains(SECRET), "neither token nor key is logged");
    let seen = desk.fake.seen_but_me().remove(0);
    assert!(!format!("{:?}", seen.headers).contains(&good), "the token is not for Cin7");
}

#[tokio::test]
async fn who_may_not_confirm_reads_and_does_not_write() {
    let desk = guarded(|_| {}).await;
    let reader = token("reader", &["cost"]);
    for (path, body) in [("sale", SALE), ("sale/order", "{}"), ("sale/payment", "{}"), ("nothing", "{}")] {
        let got = Got::from(desk.posting(&format!("/cin7/{path}"), body).bearer_auth(&reader)).await;
        assert_eq!(got.problem(), problem(403, "not_permitted", false), "{path}");
    }
    assert_eq!(sent(&desk), 0);
    assert_eq!(Got::from(desk.request(Method::GET, "/cin7/product").bearer_auth(&reader)).await.status, 200);
    assert_eq!(Got::from(desk.posting("/cin7/sale", SALE).bearer_auth(token("rep", &["confirm"]))).await.status, 200);
}

#[tokio::test]
async fn who_may_not_see_cost_gets_everything_else_byte_for_byte() {
    let desk = guarded(|_| {}).await;
    let product = "{ \"Products\":[ {\"SKU\":\"a\", \"AverageCost\":4.49630,\n \"PriceTiers\":{\"Retail\":1.1000}} ] }";
    let without = "{ \"Products\":[ {\"SKU\":\"a\", \"PriceTiers\":{\"Retail\":1.1000}} ] }";
    let sale = r#"{"ID":"1","COGSAmount":12.5,"Order":{"Lines":[{"Price":2,"AverageCost":1.25}]}}"#;
    let sale_without = r#"{"ID":"1","Order":{"Lines":[{"Price":2}]}}"#;
    let (rep, buyer) = (token("rep", &["confirm"]), token("buyer", &["cost", "confirm"]));
    desk.fake.next([product, product, sale].map(Act::json));
    let read = |token: String| Got::from(desk.request(Method::GET, "/cin7/product").bearer_auth(token));
    let (hidden, shown) = (read(rep.clone()).await, read(buyer.clone()).await);
    assert_eq!((hidden.text().as_str(), shown.text().as_str()), (without, product));
    let post = |token: String| Got::from(desk.posting("/cin7/sale", SALE).bearer_auth(token));
    assert_eq!(post(rep).await.text(), sale_without);
    // The same sale again, out of the ledger, for someone who may see it.
    assert_eq!(post(buyer).await.text(), sale);
}

#[tokio::test]
async fn only_pages_on_the_list_may_call_and_read_the_answer() {
    let desk = Desk::start_with(|config| config.access.origins = vec![CRM.to_owned()]).await;
    let preflight = desk.request(Method::OPTIONS, "/cin7/sale").header("origin", CRM);
    let preflight = preflight.header("access-control-request-method", "POST");
    let allowed = Got::from(preflight.header("access-control-request-headers", "authorization,content-type")).await;
    assert_eq!(allowed.header("access-control-allow-origin"), Some(CRM));
    assert_eq!(allowed.header("access-control-allow-methods"), Some("GET,POST"));
    let headers = allowed.header("access-control-allow-headers").unwrap();
    for header in ["authorization", "x-quote-desk-lane", "x-quote-desk-account"] {
        assert!(headers.contains(header), "{headers}");
    }
    assert_eq!(allowed.header("access-control-allow-credentials"), None, "no cookie, no credentials");
    let from = |method: Method, origin: &'static str| {
        let request = desk.request(method, "/cin7/sale/order").header("origin", origin).header("sec-fetch-site", "cross-site");
        Got::from(request.header("content-type", "application/json").body("{}"))
    };
    let listed = from(Method::POST, CRM).await;
    assert_eq!((listed.status, listed.header("access-control-allow-origin")), (200, Some(CRM)));
    assert!(listed.header("vary").unwrap().contains("origin"));
    let refused = Got::from(desk.request(Method::GET, "/cin7/nothing").header("origin", CRM)).await;
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (404, Some(CRM)), "it can read why");
    assert_eq!(sent(&desk), 1);
    for origin in ["https://evil.example.com", "null", "https://crm.example.com:444", "http://crm.example.com"] {
        for method in [Method::GET, Method::POST] {
            let got = from(method, origin).await;
            assert_eq!(got.problem(), problem(403, "foreign_origin", false), "{origin}");
            assert_eq!(got.header("access-control-allow-origin"), None, "{origin}");
        }
        let preflight = desk.request(Method::OPTIONS, "/cin7/sale").header("origin", origin);
        let answer = Got::from(preflight.header("access-control-request-method", "POST")).await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
    }
    assert_eq!(sent(&desk), 1);
}

#[tokio::test]
async fn a_foreign_page_reaches_nothing_not_even_by_a_name_of_its_own() {
    let desk = Desk::start().await;
    for site in ["cross-site", "same-site"] {
        for request in [desk.request(Method::GET, "/cin7/product"), desk.posting("/cin7/sale", SALE)] {
            let got = Got::from(request.header("sec-fetch-site", site)).await;
            assert_eq!(got.problem(), problem(403, "foreign_origin", false), "{site}");
            assert_eq!(got.header("cross-origin-resource-policy"), Some("same-origin"));
        }
    }
    let rebound =
        desk.request(Method::GET, "/cin7/customer").header("host", "evil.example.com").header("sec-fetch-site", "same-origin");
    assert_eq!(Got::from(rebound).await.problem(), problem(403, "foreign_origin", false));
    assert_eq!(sent(&desk), 0);
    // A link to a quote may come from anywhere.
    let page = desk.request(Method::GET, "/quote/10452").header("sec-fetch-site", "cross-site");
    assert_ne!(Got::from(page).await.status, 403);
}

#[tokio::test]
async fn a_cookie_may_carry_the_token_and_then_a_write_must_say_its_page() {
    let desk = guarded(|access| {
        access.cookie = Some("__Host-crm".to_owned());
        access.origins = vec![CRM.to_owned()];
    })
    .await;
    let cookie = format!("other=1; __Host-crm={}", token("rep", &["confirm"]));
    let read = desk.request(Method::GET, "/cin7/product").header("cookie", &cookie);
    assert_eq!(Got::from(read).await.status, 200);
    let write = || desk.posting("/cin7/sale/order", "{}").header("cookie", &cookie);
    assert_eq!(Got::from(write()).await.problem(), problem(403, "foreign_origin", false), "no word of a page");
    let foreign = write().header("origin", "https://evil.example.com").header("sec-fetch-site", "cross-site");
    assert_eq!(Got::from(foreign).await.problem(), problem(403, "foreign_origin", false));
    assert_eq!(sent(&desk), 1);
    assert_eq!(Got::from(write().header("sec-fetch-site", "same-origin")).await.status, 200);
    let listed = Got::from(write().header("origin", CRM).header("sec-fetch-site", "cross-site")).await;
    assert_eq!((listed.status, listed.header("access-control-allow-credentials")), (200, Some("true")));
    assert_eq!(listed.header("access-control-allow-origin"), Some(CRM), "never a wildcard with credentials");
}

#[tokio::test]
async fn one_caller_cannot_take_the_others_share() {
    let desk = guarded(|access| access.per_minute = 5).await;
    let (greedy, other) = (token("greedy", &[]), token("other", &[]));
    let ask = |token: &str| Got::from(desk.request(Method::GET, "/cin7/status").bearer_auth(token));
    for _ in 0..5 {
        assert_eq!(ask(&greedy).await.status, 200);
    }
    let got = ask(&greedy).await;
    assert_eq!(got.problem(), problem(429, "too_many_requests", false));
    assert!((1..=12).contains(&got.json()["retryAfterSeconds"].as_u64().unwrap()));
    // Another token of the same person is the same person.
    assert_eq!(ask(&token("greedy", &["cost"])).await.status, 429);
    assert_eq!(ask(&other).await.status, 200);
    // Guesses count by address.
    let mut guesses = Vec::new();
    for _ in 0..7 {
        guesses.push(ask("a.b.c").await.status);
    }
    assert_eq!(guesses, [401, 401, 401, 401, 401, 429, 429]);
}

#[tokio::test]
async fn calls_at_once_are_limited_too() {
    let desk = Desk::start_with(|config| config.access.at_once = 2).await;
    desk.fake.next([
        Act::Late(Duration::from_millis(600), Box::new(Act::json("{}"))),
        Act::Late(Duration::from_millis(600), Box::new(Act::json("{}"))),
    ]);
    let slow: Vec<_> = (0..2).map(|_| tokio::spawn(Got::from(desk.request(Method::GET, "/cin7/product")))).collect();
    while sent(&desk) < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(desk.get("/cin7/product").await.problem(), problem(429, "too_many_requests", false));
    for call in slow {
        assert_eq!(call.await.unwrap().status, 200);
    }
    assert_eq!(desk.get("/cin7/product").await.status, 200);
}

/// The keys' address answers, and not with keys.
#[tokio::test]
async fn keys_without_end_let_nobody_in_and_hold_nothing_up() {
    let crm = Fake::start().await;
    crm.next([Act::Endless, Act::Endless]);
    let desk = Desk::start_with(|config| {
        let url = format!("http://{}/keys", crm.address).parse().unwrap();
        config.access.rules = Some(Rules { source: Source::Url(url), ..rules() });
    })
    .await;
    let got = Got::from(desk.request(Method::GET, "/cin7/product").bearer_auth(token("rep", &["confirm"]))).await;
    assert_eq!(got.problem(), problem(503, "keys_unavailable", false));
    assert_eq!((sent(&desk), crm.seen().len(), crm.hung_up()), (0, 2, 2));
}
