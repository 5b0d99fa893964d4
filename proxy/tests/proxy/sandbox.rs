//! The proxy in front of the sandbox: the oddities of Cin7 as the simulator plays them.

use serde_json::json;

use super::*;

/// A proxy in front of a sandbox with the fixture world.
struct Shop {
    sandbox: cin7_sandbox::Sandbox,
    proxy: Proxy,
    browser: Client,
}

impl Shop {
    async fn open(change: impl FnOnce(&mut Config)) -> Self {
        let sandbox = cin7_sandbox::start(cin7_sandbox::Options::new(cin7_sandbox::Source::Fixture)).await.unwrap();
        let mut config = config(&sandbox.api_url());
        config.upstream = Upstream::Cin7(Account {
            base: parse_base(&sandbox.api_url()).unwrap(),
            id: cin7_sandbox::ACCOUNT_ID.into(),
            key: cin7_sandbox::APPLICATION_KEY.into(),
        });
        change(&mut config);
        let proxy = Proxy::start(config).await.unwrap();
        let shop = Self { sandbox, proxy, browser: Client::builder().no_proxy().build().unwrap() };
        assert!(shop.control(Method::DELETE, "journal", None).await.0 < 300);
        shop
    }

    async fn control(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.browser.request(method, format!("{}{path}", self.sandbox.control_url()));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
    }

    async fn fault(&self, fault: Value) {
        let (status, said) = self.control(Method::POST, "fault", Some(fault.clone())).await;
        assert_eq!(status, 200, "{fault} {said}");
    }

    async fn journal(&self) -> Vec<Value> {
        self.control(Method::GET, "journal", None).await.1.as_array().unwrap().clone()
    }

    async fn get(&self, path: &str) -> Got {
        Got::from(self.browser.get(format!("http://{}/cin7/{path}", self.proxy.address()))).await
    }

    async fn post(&self, path: &str, body: &Value) -> Got {
        let request = self.browser.post(format!("http://{}/cin7/{path}", self.proxy.address()));
        Got::from(request.header("content-type", "application/json").body(body.to_string())).await
    }
}

#[tokio::test]
async fn the_sandboxs_answers_come_through_with_its_own_date() {
    let shop = Shop::open(|_| {}).await;
    let me = shop.get("me").await;
    assert_eq!(me.status, 200, "{}", me.text());
    assert_eq!(me.header("x-cin7-date"), Some("Mon, 30 Mar 2026 15:00:00 GMT"));
    for path in [
        "product?Page=1&Limit=1000&IncludeDeprecated=true",
        "customer?Page=1&Limit=1000",
        "ref/productavailability?Page=1&Limit=1000",
        "ref/priceTier",
        "ref/tax?Page=1&Limit=100",
        "ref/location?Page=1&Limit=100",
        "ref/paymentterm?Page=1&Limit=100",
        "ref/account?Page=1&Limit=100",
        "me/contacts?Page=1&Limit=100",
        "saleList?Page=1&Limit=100&ExternalID=none",
        "purchaseList?Page=1&Limit=100",
    ] {
        let direct = self::direct(&shop, path).await;
        let through = shop.get(path).await;
        assert_eq!((through.status, through.text()), (200, direct), "{path}");
    }
}

/// The same call without the proxy.
async fn direct(shop: &Shop, path: &str) -> String {
    let request = shop.browser.get(format!("{}{path}", shop.sandbox.api_url()));
    let request = request.header("api-auth-accountid", cin7_sandbox::ACCOUNT_ID);
    let response = request.header("api-auth-applicationkey", cin7_sandbox::APPLICATION_KEY).send().await.unwrap();
    response.text().await.unwrap()
}

#[tokio::test]
async fn wrong_credentials_cost_one_call() {
    let shop = Shop::open(|config| {
        let Upstream::Cin7(account) = &mut config.upstream else { panic!("an account") };
        account.key = "5a4db0c5-0000-4000-8000-00000000ffff".into();
    })
    .await;
    // The journal was cleared after the check at start, which was that one call.
    for _ in 0..4 {
        assert_eq!(shop.get("product").await.problem(), problem(502, "credentials_refused", false));
    }
    assert_eq!(shop.journal().await, Vec::<Value>::new());
}

#[tokio::test]
async fn every_fault_has_its_code_and_ambiguity() {
    let shop = Shop::open(|config| config.calls_per_minute = 600).await;
    let cases = [
        (json!({"kind":"drop_before"}), 502, "upstream_dropped", true),
        (json!({"kind":"drop_after"}), 502, "upstream_dropped", true),
        (json!({"kind":"delay","ms":1500}), 504, "upstream_timeout", true),
        (json!({"kind":"html"}), 502, "upstream_not_json", true),
        (json!({"kind":"truncated"}), 502, "upstream_not_json", true),
        (json!({"kind":"empty"}), 502, "upstream_not_json", true),
        (json!({"kind":"error200","text":"no"}), 422, "upstream_refused", false),
        (json!({"kind":"endless"}), 502, "upstream_too_large", true),
        (json!({"kind":"status","status":500,"body":"boom"}), 502, "upstream_failed", true),
        (json!({"kind":"status","status":400,"body":[{"ErrorCode":400,"Exception":"no"}]}), 422, "upstream_refused", false),
    ];
    for (mut fault, status, code, ambiguous) in cases {
        fault["times"] = json!(1);
        (fault["method"], fault["path"]) = (json!("GET"), json!("/product"));
        shop.fault(fault.clone()).await;
        assert_eq!(shop.get("product").await.problem(), problem(status, code, false), "reading: {fault}");
        (fault["method"], fault["path"]) = (json!("POST"), json!("/sale/order"));
        shop.fault(fault.clone()).await;
        let got = shop.post("sale/order", &json!({})).await;
        assert_eq!(got.problem(), problem(status, code, ambiguous), "writing: {fault}");
    }
    let writes = shop.journal().await.iter().filter(|call| call["method"] == "POST").count();
    assert_eq!(writes, 10, "each write was made once");
}

#[tokio::test]
async fn every_variant_of_the_limit_closes_the_door() {
    for (variant, retry_after) in [("429", Some(60)), ("503", None), ("400", None)] {
        let shop = Shop::open(|_| {}).await;
        let mut fault = json!({"method":"GET","path":"/product","times":1,"kind":"rate_limit","variant":variant});
        if retry_after.is_some() {
            fault["retry_after"] = json!("60 Seconds");
        }
        shop.fault(fault).await;
        let got = shop.get("product").await;
        assert_eq!(got.problem(), problem(429, "rate_limited", false), "{variant}");
        let said = got.json()["retryAfterSeconds"].as_u64();
        assert!(retry_after.is_none_or(|seconds| said == Some(seconds)), "{said:?}");
        assert_eq!(got.json()["upstreamStatus"], variant.parse::<u16>().unwrap());
        let waiting = shop.get("customer");
        assert!(tokio::time::timeout(Duration::from_millis(300), waiting).await.is_err(), "the door is closed");
        assert_eq!(shop.journal().await.len(), 1);
    }
}

/// The sandbox counts as Cin7 does, on arrival: with sixty calls wanted at once it never has to refuse one.
#[tokio::test]
async fn a_rush_never_meets_cin7s_limit() {
    let shop = Shop::open(|_| {}).await;
    let lanes = ["order", "screen", "background"];
    let mut rush = tokio::task::JoinSet::new();
    for n in 0..90 {
        let request = shop.browser.get(format!("http://{}/cin7/saleList?ExternalID=q-{n}", shop.proxy.address()));
        rush.spawn(Got::from(request.header("x-quote-desk-lane", lanes[n % 3])));
    }
    let mut good = 0;
    while let Ok(Some(got)) = tokio::time::timeout(Duration::from_secs(2), rush.join_next()).await {
        assert_eq!(got.unwrap().status, 200);
        good += 1;
    }
    // The check at start took one of the sixty; background stops at 45, the screen at 55.
    assert!((55..=59).contains(&good), "{good}");
    let refused = shop.journal().await.iter().filter(|call| call["status"] != 200).count();
    assert_eq!(refused, 0);
}

/// The least that the sandbox takes for a sale.
fn sale(external_id: &str) -> Value {
    json!({"CustomerID": "7a8f439b-fa87-4795-a085-385ce8b133f9", "Location": "North Depot", "ExternalID": external_id})
}

#[tokio::test]
async fn an_order_whose_answer_was_lost_stands_once_and_is_answered_as_it_stands() {
    let shop = Shop::open(|_| {}).await;
    shop.fault(json!({"method":"POST","path":"/sale","times":1,"kind":"drop_after"})).await;
    assert_eq!(shop.post("sale", &sale("q-1")).await.problem(), problem(502, "upstream_dropped", true));
    let found = shop.post("sale", &sale("q-1")).await;
    assert_eq!(found.status, 200, "{}", found.text());
    let row = &shop.get("saleList?ExternalID=q-1").await.json()["SaleList"][0];
    assert_eq!((&found.json()["ID"], &found.json()["ExternalID"]), (&row["SaleID"], &json!("q-1")));
    let posts = shop.journal().await.iter().filter(|call| call["method"] == "POST").count();
    assert_eq!(posts, 1);
}
