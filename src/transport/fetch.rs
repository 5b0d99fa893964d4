//! A [`Transport`] over the browser's `fetch`, in a window or a worker.

use gloo_net::http::RequestBuilder;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStream, ReadableStreamDefaultReader, RequestCache, RequestRedirect};

use super::answer::{self, Headers};
use super::{Failure, Lane, Method, Request, Response, Transport};

/// How long a read may take, in milliseconds: longer than the proxy itself waits for Cin7.
const READ_LIMIT: u32 = 100_000;
/// How long a write may take, in milliseconds; after that nobody knows whether it has taken effect.
const WRITE_LIMIT: u32 = 120_000;

/// The longest answer that is read, in bytes, unpacked; the proxy hands on no longer one.
const LONGEST_ANSWER: usize = 32 * 1024 * 1024;

/// Why a body was not read to its end.
enum Unread {
    /// It broke off.
    Lost,
    /// It is longer than any answer; the rest was not fetched.
    TooLong,
}

/// Reads a body piece by piece, so that one without end is noticed before it fills the memory.
async fn read_whole(stream: Option<ReadableStream>) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    let Some(stream) = stream else { return Ok(body) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let step = JsFuture::from(reader.read()).await.map_err(|_| Unread::Lost)?;
        let part = |name: &str| Reflect::get(&step, &JsValue::from_str(name)).unwrap_or_default();
        if part("done").is_truthy() {
            return Ok(body);
        }
        let chunk: Uint8Array = part("value").unchecked_into();
        let before = body.len();
        let length = before + usize::try_from(chunk.length()).unwrap_or(LONGEST_ANSWER);
        if length > LONGEST_ANSWER {
            // Ends the download; whether that succeeds does not matter any more.
            let _ = reader.cancel();
            return Err(Unread::TooLong);
        }
        body.resize(length, 0);
        chunk.copy_to(&mut body[before..]);
    }
}

/// Sends requests to the proxy.
#[derive(Debug, Clone)]
pub struct FetchTransport {
    proxy_url: String,
}

impl FetchTransport {
    /// A transport to the proxy at `proxy_url`, which ends with a slash. A relative address is relative to the page or, in
    /// a worker, to the worker's script.
    pub const fn new(proxy_url: String) -> Self {
        Self { proxy_url }
    }

    fn url(&self, request: &Request) -> String {
        let mut url = format!("{}{}", self.proxy_url, request.path);
        for (at, (name, value)) in request.query.iter().enumerate() {
            url.push(if at == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            url.push_str(&String::from(js_sys::encode_uri_component(value)));
        }
        url
    }
}

const fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::Order => "order",
        Lane::Screen => "screen",
        Lane::Background => "background",
    }
}

impl Transport for FetchTransport {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let method = request.method;
        let (http_method, limit) = match method {
            Method::Get => (gloo_net::http::Method::GET, READ_LIMIT),
            Method::Post => (gloo_net::http::Method::POST, WRITE_LIMIT),
        };
        let signal = AbortSignal::timeout_with_u32(limit);
        let builder = RequestBuilder::new(&self.url(&request))
            .method(http_method)
            .header("x-quote-desk-lane", lane(request.lane))
            .header("accept", "application/json")
            .cache(RequestCache::NoStore)
            // The proxy never redirects; what does is not the proxy, and a redirected write is not the same write.
            .redirect(RequestRedirect::Manual)
            .abort_signal(Some(&signal));
        let builder = match request.account {
            Some(account) => builder.header("x-quote-desk-account", &account.to_string()),
            None => builder,
        };
        let built = match request.body {
            None => builder.build(),
            Some(body) => builder.header("content-type", "application/json").body(js_sys::Uint8Array::from(body.as_slice())),
        };
        // An address that is not one; nothing has been sent.
        let Ok(built) = built else { return Err(Failure { ambiguous: false, ..answer::no_answer(Method::Get) }) };
        let Ok(response) = built.send().await else {
            return Err(if signal.aborted() { answer::timed_out(method) } else { answer::no_answer(method) });
        };
        let status = response.status();
        let header = |name| response.headers().get(name).unwrap_or_default();
        let headers = Headers {
            content_type: header("content-type"),
            cin7_date: header("x-cin7-date"),
            // Another origin's is not told.
            date: Some(header("date"))
                .filter(|date| !date.is_empty())
                .unwrap_or_else(|| js_sys::Date::new_0().to_utc_string().into()),
            retry_after: header("retry-after"),
            replayed: header("idempotency-replayed"),
        };
        match read_whole(response.body()).await {
            Ok(body) => answer::read(method, status, &headers, body),
            Err(Unread::TooLong) => Err(answer::too_long(method)),
            Err(Unread::Lost) if signal.aborted() => Err(answer::timed_out(method)),
            Err(Unread::Lost) => Err(answer::broken_off(method)),
        }
    }
}
