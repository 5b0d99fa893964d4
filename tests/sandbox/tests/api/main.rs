//! The sandbox over HTTP, as a client and as a test author see it.

#![allow(clippy::unwrap_used, reason = "tests may unwrap")]
#![allow(clippy::needless_pass_by_value, reason = "`json!` values are made in place")]

mod back_office;
mod control;
mod customers;
mod faults;
mod goods_in;
mod limits;
mod odd;
mod orders;
mod reads;
mod sales;

use std::time::Duration;

use cin7_sandbox::{ACCOUNT_ID, APPLICATION_KEY, Options, Sandbox, Source, start};
use serde_json::{Value, json};

/// Ids of the fixture world.
const BAYSIDE: &str = "7a8f439b-fa87-4795-a085-385ce8b133f9";
const HARBOUR: &str = "7a8f439b-0000-4000-8000-000000000002";
const CHAIR: &str = "c4a10000-0000-4000-8000-000000000001";
const LAMP: &str = "c4a10000-0000-4000-8000-000000000002";
const VAT: &str = "20% (VAT on Income)";
const LINK: &str = "https://crm.prospect365.com/view/Quote/10452";

/// A sandbox of its own with a client that has the right credentials.
struct World {
    sandbox: Sandbox,
    client: reqwest::Client,
}

/// Status, headers and text of an answer.
struct Reply {
    status: u16,
    headers: reqwest::header::HeaderMap,
    text: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The first exception's text; panics on anything but an error body.
    fn exception(&self) -> String {
        assert_eq!(self.status, 400, "{}", self.text);
        self.json()[0]["Exception"].as_str().unwrap().to_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl World {
    async fn new(source: Source) -> Self {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        World { sandbox: start(Options::new(source)).await.unwrap(), client }
    }

    async fn fixture() -> Self {
        Self::new(Source::Fixture).await
    }

    fn request(&self, method: &str, path: &str, body: Option<&Value>) -> reqwest::RequestBuilder {
        let url = format!("http://{}{path}", self.sandbox.address());
        let request = self.client.request(method.parse().unwrap(), url);
        match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        }
    }

    async fn try_call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Reply, reqwest::Error> {
        let request = self.request(method, &format!("/ExternalApi/v2{path}"), body);
        reply(request.header("api-auth-accountid", ACCOUNT_ID).header("api-auth-applicationkey", APPLICATION_KEY)).await
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        self.try_call(method, path, (!body.is_null()).then_some(&body)).await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        let reply = self.call("GET", path, Value::Null).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let reply = self.call("POST", path, body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }

    /// The text by which Cin7 refuses this call.
    async fn refusal(&self, path: &str, body: Value) -> String {
        self.call("POST", path, body).await.exception()
    }

    async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let reply = reply(self.request(method, &format!("/sandbox/{path}"), (!body.is_null()).then_some(&body))).await.unwrap();
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }

    async fn switch(&self, name: &str, value: impl Into<Value>) {
        self.control("POST", "switches", json!({ name: value.into() })).await;
    }

    /// A new header for Bayside Club; its id.
    async fn header(&self, extra: Value) -> String {
        self.post("/sale", header(extra)).await["ID"].as_str().unwrap().to_owned()
    }
}

async fn reply(request: reqwest::RequestBuilder) -> Result<Reply, reqwest::Error> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Reply { status, headers, text: response.text().await? })
}

/// The header of quote 10452, with changes laid over it.
fn header(extra: Value) -> Value {
    let mut header = json!({
        "CustomerID": BAYSIDE, "SkipQuote": true, "SaleType": "Advanced", "TaxRule": VAT, "TaxInclusive": false,
        "Location": "Main Warehouse", "ExternalID": LINK,
    });
    if let Value::Object(extra) = extra {
        for (name, value) in extra {
            header[name] = value;
        }
    }
    header
}

/// The lines of quote 10452 with `Total` without tax.
fn lines() -> Value {
    json!([
        { "ProductID": CHAIR, "SKU": "CHAIR-01", "Name": "Oak Chair", "Quantity": 4, "Price": 150, "Discount": 10, "Tax": 108,
            "TaxRule": VAT, "Total": 540.00 },
        { "ProductID": LAMP, "SKU": "LAMP-02", "Name": "Desk Lamp", "Quantity": 2, "Price": 41.25, "Discount": 0, "Tax": 16.5,
            "TaxRule": VAT, "Total": 82.50 },
    ])
}

fn order(sale: &str, lines: Value) -> Value {
    json!({ "SaleID": sale, "Status": "AUTHORISED", "Memo": "", "Lines": lines, "AdditionalCharges": [] })
}
