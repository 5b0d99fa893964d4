//! The proxy as its callers see it: over HTTP, against a Cin7 that misbehaves and against the sandbox.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

mod access;
mod answers;
mod budget;
mod callers;
mod corpus;
mod custody;
mod fake;
mod kept;
mod program;
mod requests;
mod sandbox;
mod screen;
mod stopping;

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use cin7_proxy::Proxy;
use cin7_proxy::config::{Access, Account, Config, Timeouts, Upstream, parse_base};
use fake::{Act, Fake};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

const ACCOUNT_ID: &str = "11111111-aaaa-4000-8000-00000000a0a1";
const APPLICATION_KEY: &str = "22222222-bbbb-4000-8000-00000000b0b2";

/// Everything the proxy logged in this process, at the most talkative level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn log() -> String {
    static LOG: OnceLock<Log> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
        subscriber.with_writer(move || writer.clone()).init();
        log
    });
    String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned()
}

fn config(base: &str) -> Config {
    let _ = log();
    let account = Account { base: parse_base(base).unwrap(), id: ACCOUNT_ID.into(), key: APPLICATION_KEY.into() };
    let timeouts = Timeouts {
        connect: Duration::from_millis(500),
        read: Duration::from_millis(700),
        total: Duration::from_secs(3),
        first_check: Duration::from_millis(500),
        settle: Duration::from_secs(100),
    };
    Config {
        host: [127, 0, 0, 1].into(),
        port: 0,
        upstream: Upstream::Cin7(account),
        calls_per_minute: 60,
        screen_dir: PathBuf::from("no/such/folder"),
        ledger: None,
        access: Access { per_minute: 100_000, at_once: 1_000, ..Access::default() },
        timeouts,
    }
}

/// A proxy in front of a fake, and a browser.
struct Desk {
    fake: Fake,
    proxy: Proxy,
    browser: Client,
}

impl Desk {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let fake = Fake::start().await;
        Self::start_on(fake, change).await
    }

    async fn start_on(fake: Fake, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(&format!("http://{}/ExternalApi/v2", fake.address));
        change(&mut config);
        let proxy = Proxy::start(config).await.unwrap();
        Self { fake, proxy, browser: Client::builder().no_proxy().no_gzip().build().unwrap() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.browser.request(method, format!("http://{}{path}", self.proxy.address()))
    }

    async fn get(&self, path: &str) -> Got {
        Got::from(self.request(Method::GET, path)).await
    }

    async fn post(&self, path: &str, body: &str) -> Got {
        Got::from(self.posting(path, body)).await
    }

    fn posting(&self, path: &str, body: &str) -> RequestBuilder {
        self.request(Method::POST, path).header("content-type", "application/json").body(body.to_owned())
    }

    async fn status(&self) -> Value {
        self.get("/cin7/status").await.json()
    }

    /// Waits until the proxy's state fulfils a condition.
    async fn until(&self, what: &str, condition: impl Fn(&Value) -> bool) {
        for _ in 0..200 {
            if condition(&self.status().await) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never: {what}; {}", self.status().await);
    }
}

/// An answer to the browser. No answer ever holds the credentials: that is checked for each of them.
#[derive(Debug)]
struct Got {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Vec<u8>,
}

impl Got {
    async fn from(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let got = Self { status, headers, body: response.bytes().await.unwrap().to_vec() };
        let whole = format!("{:?} {}", got.headers, got.text()).to_ascii_lowercase();
        assert!(!whole.contains(ACCOUNT_ID) && !whole.contains(APPLICATION_KEY), "credentials in {whole}");
        got
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Checks that this is a well-formed problem; returns status, code and ambiguity.
    fn problem(&self) -> (u16, String, bool) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        assert_eq!(self.header("cache-control"), Some("private, no-store"));
        let problem = self.json();
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], self.status);
        assert!(problem["title"].as_str().is_some_and(|title| title.ends_with('.')), "{problem}");
        let retry_after = self.header("retry-after").map(|seconds| seconds.parse::<u64>().unwrap());
        assert_eq!(problem["retryAfterSeconds"].as_u64(), retry_after);
        assert_eq!(problem.as_object().unwrap().len(), 8, "{problem}");
        (self.status, problem["code"].as_str().unwrap().to_owned(), problem["ambiguous"].as_bool().unwrap())
    }
}

fn problem(status: u16, code: &str, ambiguous: bool) -> (u16, String, bool) {
    (status, code.to_owned(), ambiguous)
}
