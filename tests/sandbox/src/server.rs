//! Connections, the way of a call through faults, credentials and the rate limit, and the `Date` header.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State as Shared};
use axum::http::header::{CONTENT_TYPE, DATE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum::routing::get;
use http_body_util::BodyExt as _;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use crate::answer::{Answer, HTML_PAGE, Refusal};
use crate::api::{Call, respond};
use crate::clock::header_text;
use crate::collection::Kind;
use crate::credentials::{ACCOUNT_ID, APPLICATION_KEY};
use crate::faults::{Fault, FaultKind};
use crate::handle::{Handle, response};
use crate::odd;
use crate::pictures;
use crate::query::Query;
use crate::state::State;
use crate::switches::ErrorShape;

const API_PREFIX: &str = "/externalapi/v2";

/// Marks an answer whose connection is closed instead.
#[derive(Clone, Copy)]
struct Drop;

/// The connection is closed without an answer.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("connection dropped on purpose")
    }
}

impl std::error::Error for Dropped {}

/// Accepts connections until the task is aborted.
pub(crate) async fn serve(listener: TcpListener, state: State) {
    let handle = Handle::new(state);
    let router = Router::new()
        .merge(crate::control::routes())
        .route("/attachments/{product}/{file}", get(picture))
        .fallback(call)
        .with_state(handle.clone());
    let mut connections = tokio::task::JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        // Small answers to a waiting client: do not hold them back.
        let _ = stream.set_nodelay(true);
        let (router, handle) = (router.clone(), handle.clone());
        connections.spawn(async move {
            let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                let (router, handle) = (router.clone(), handle.clone());
                async move {
                    let answered: Result<Response, Infallible> = router.oneshot(request.map(Body::new)).await;
                    let Ok(mut response) = answered;
                    if response.extensions().get::<Drop>().is_some() {
                        return Err(Dropped);
                    }
                    let now = header_text(handle.lock().clock.now());
                    if let Ok(value) = HeaderValue::from_str(&now) {
                        response.headers_mut().insert(DATE, value);
                    }
                    Ok(response)
                }
            });
            // Clients that go away and connections dropped on purpose end here.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// A file of a product; one that the product has no attachment of is a broken link. Pictures are drawn, whatever their name says.
async fn picture(Shared(handle): Shared<Handle>, Path((product, file)): Path<(String, String)>) -> Response {
    let state = handle.lock();
    let product = state.world.of(Kind::Products).find(&product).map(crate::collection::Record::whole).unwrap_or_default();
    let known = product.list("Attachments").iter().any(|own| own.text_or_empty("FileName") == file);
    let answer = match pictures::draw(&product, &file) {
        _ if !known => Answer::text(404, "No such attachment."),
        Some(svg) => Answer::new(200, "image/svg+xml", svg),
        None if file.to_ascii_lowercase().ends_with(".pdf") => Answer::new(200, "application/pdf", pictures::PDF),
        None => Answer::new(200, "application/octet-stream", ""),
    };
    response(answer)
}

/// One call to the API.
async fn call(Shared(handle): Shared<Handle>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let sent = parts.uri.path();
    let lower = sent.to_ascii_lowercase();
    let Some(path) = lower.strip_prefix(API_PREFIX).filter(|path| path.is_empty() || path.starts_with('/')) else {
        return response(Answer::new(404, "text/html; charset=utf-8", HTML_PAGE));
    };
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    let call = Call { method: parts.method.as_str(), path: path.trim_end_matches('/'), query: &query, body: &body };

    let (answer, fault) = {
        let mut state = handle.lock();
        let now = state.clock.now();
        let noted = state.journal.note(now, call.method, sent[API_PREFIX.len()..].trim_end_matches('/'), &query, &body);
        let fault = state.faults.hit(call.method, call.path, &query);
        let answer = match &fault {
            Some(fault) if !fault.is_processed() => None,
            _ => Some(admitted(&mut state, &parts.headers, &call)),
        };
        let status = outcome_status(answer.as_ref(), fault.as_ref());
        state.journal.conclude(noted, status, fault.as_ref().map(|fault| fault.kind.name()));
        let answer = match &fault {
            Some(fault) => spoiled(&state, fault, answer),
            None => answer,
        };
        (answer, fault)
    };
    let Some(fault) = fault else { return response(answer.unwrap_or_else(Answer::html)) };
    match fault.kind {
        FaultKind::Delay => tokio::time::sleep(Duration::from_millis(fault.ms)).await,
        FaultKind::Endless => return endless(),
        _ => {}
    }
    answer.map_or_else(dropped, response)
}

/// What the journal tells of the call's status: the status sent, or for a dropped call the one that was lost.
fn outcome_status(answer: Option<&Answer>, fault: Option<&Fault>) -> Option<u16> {
    let processed = answer.map(|answer| answer.status);
    let Some(fault) = fault else { return processed };
    match fault.kind {
        FaultKind::DropBefore => None,
        FaultKind::DropAfter | FaultKind::Delay => processed,
        FaultKind::Status => fault.status.or(Some(500)),
        FaultKind::RateLimit => Some(match fault.variant {
            Some(crate::switches::RateLimitVariant::Unavailable) => 503,
            Some(crate::switches::RateLimitVariant::BadRequest) => 400,
            _ => 429,
        }),
        _ => Some(200),
    }
}

/// Credentials first, then the rate limit, then the endpoint.
fn admitted(state: &mut State, headers: &HeaderMap, call: &Call<'_>) -> Answer {
    let is_right = |name: &str, expected: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.trim().eq_ignore_ascii_case(expected))
    };
    if !is_right("api-auth-accountid", ACCOUNT_ID) || !is_right("api-auth-applicationkey", APPLICATION_KEY) {
        return Answer::text(403, "Incorrect credentials!");
    }
    if !state.admit() {
        return Answer::rate_limited(state.switches.rate_limit, &state.switches.retry_after, &state.switches);
    }
    let answer = respond(state, call);
    if call.method == "GET" { odd::written(answer, &state.switches) } else { answer }
}

/// The answer as the fault leaves it; nothing if the connection is to be closed.
fn spoiled(state: &State, fault: &Fault, answer: Option<Answer>) -> Option<Answer> {
    match fault.kind {
        FaultKind::Delay => answer.or_else(|| Some(Answer::json(&()))),
        FaultKind::DropBefore | FaultKind::DropAfter | FaultKind::Endless => None,
        FaultKind::Html => Some(Answer::html()),
        FaultKind::Empty => Some(Answer::new(200, "application/json; charset=utf-8", "")),
        FaultKind::Truncated => {
            let whole = answer.map_or_else(|| br#"{"Total":0,"Page":1}"#.to_vec(), |answer| answer.body);
            Some(Answer::new(200, "application/json; charset=utf-8", &whole[..whole.len() / 2]))
        }
        FaultKind::Error200 => {
            let text = fault.text.clone().unwrap_or_else(|| "An error occurred.".to_owned());
            let mut answer = Answer::refused(&Refusal::invalid(text), ErrorShape::Array);
            answer.status = 200;
            Some(answer)
        }
        FaultKind::RateLimit => {
            let retry_after = match &fault.retry_after {
                Some(serde_json::Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => state.switches.retry_after.clone(),
            };
            Some(Answer::rate_limited(fault.variant.unwrap_or(state.switches.rate_limit), &retry_after, &state.switches))
        }
        FaultKind::Status => Some(status_answer(fault)),
    }
}

fn status_answer(fault: &Fault) -> Answer {
    let status = fault.status.unwrap_or(500);
    let mut answer = match &fault.body {
        None => Answer::new(status, "text/plain; charset=utf-8", ""),
        Some(serde_json::Value::String(text)) => Answer::text(status, text.clone()),
        Some(json) => {
            let mut answer = Answer::json(json);
            answer.status = status;
            answer
        }
    };
    answer.headers = fault.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    answer
}

fn dropped() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Drop);
    response
}

/// A body that begins like a list and never ends.
fn endless() -> Response {
    let chunk = axum::body::Bytes::from_static(&[b' '; 16 * 1024]);
    let first =
        futures::stream::iter([Ok::<_, Infallible>(axum::body::Bytes::from_static(br#"{"Total":1,"Page":1,"Products":["#))]);
    let rest = futures::stream::repeat_with(move || Ok(chunk.clone()));
    let mut response = Response::new(Body::from_stream(futures::StreamExt::chain(first, rest)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
