//! The HTTP side: what the browser sends is checked here, and what it gets is put together here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Extension, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use serde::de::IgnoredAny;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use tracing::Instrument as _;

use crate::access::cost::without_cost;
use crate::access::{Access, User};
use crate::config::Config;
use crate::custody::hand_over::{Finish, Keep, LONGEST_ORDER, Take};
use crate::custody::{Creation, Custody};
use crate::errors::{Cin7Failure, Error};
use crate::identity::{ACCOUNT, Identity};
use crate::limits::{Gate, Lane, Slot, Usage};
use crate::routes::{self, Admitted};
use crate::screen;
use crate::upstream::{Answer, Credentials, Upstream};

/// The longest body of a write: an order of some ten thousand lines. Desks stop what would be longer before they send a thing of it.
pub const LONGEST_BODY: usize = 4 * 1024 * 1024;
/// How long the browser may take to send a body.
const BODY_PATIENCE: Duration = Duration::from_secs(30);
const LANE: HeaderName = HeaderName::from_static("x-quote-desk-lane");
const CIN7_DATE: HeaderName = HeaderName::from_static("x-cin7-date");
/// On an answer that was given before and is given again.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) upstream: Arc<Upstream>,
    /// The account that it calls.
    pub(crate) identity: Identity,
    pub(crate) gate: Arc<Gate>,
    /// Calls that create something go through here.
    pub(crate) custody: Custody,
    /// Who may come in.
    pub(crate) access: Access,
    /// The control address of the sandbox, when there is one of our own.
    pub(crate) control: Option<String>,
    /// Writes that were sent; they are waited for, whoever asked for them.
    pub(crate) writes: TaskTracker,
}

/// The whole service. Only the API asks who calls; the screen's own files are nobody's secret.
pub(crate) fn router(config: &Config, shared: Arc<Shared>) -> Router {
    // The policy is made of an origin and constants, so it is a header value.
    let policy = HeaderValue::from_str(&screen::policy(&shared.upstream.origin()))
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    let cors = cors(config);
    let api = Router::new()
        .route("/cin7/status", get(status))
        .route("/cin7/custody/orders", get(open_orders).post(keep))
        .route("/cin7/custody/taken", post(take))
        .route("/cin7/custody/finished", post(finish))
        .route("/cin7/{*path}", any(forward))
        .route("/cin7/", any(refuse))
        .method_not_allowed_fallback(refuse)
        .layer(from_fn_with_state(Arc::clone(&shared), enter))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .with_state(shared);
    // Outside of everything that refuses, so that a page on the list can read why.
    let api = if let Some(cors) = cors { api.layer(cors) } else { api };
    Router::new()
        .merge(api)
        .route("/healthz", get(async || "ok"))
        .fallback_service(screen::files(&config.screen_dir))
        .layer(SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy))
        .layer(SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(SetResponseHeaderLayer::overriding(RESOURCE_POLICY, HeaderValue::from_static("same-origin")))
        .layer(SetResponseHeaderLayer::overriding(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .layer(CatchPanicLayer::custom(|_| failed(false).into_response()))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        // Ours, never the browser's: it is written to the log.
        .layer(axum::middleware::map_request(|mut request: Request| async move {
            request.headers_mut().remove(REQUEST_ID);
            request
        }))
}

/// Lets pages of the listed origins read answers. `None` without a list: then no page but our own can.
fn cors(config: &Config) -> Option<CorsLayer> {
    let listed: Vec<HeaderValue> = config.access.origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    if listed.is_empty() {
        return None;
    }
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(listed))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::ACCEPT, header::AUTHORIZATION, header::CONTENT_TYPE, LANE, ACCOUNT])
        .expose_headers([CIN7_DATE, REPLAYED, REQUEST_ID, header::RETRY_AFTER])
        .max_age(Duration::from_secs(600));
    // Cookies cross only where they are a way to sign in.
    Some(layer.allow_credentials(config.access.cookie.is_some()))
}

/// From which page, as whom, how often: asked of every call before it is looked at.
async fn enter(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let access = &shared.access;
    access.door.admit(request.headers())?;
    let write = !request.method().is_safe();
    let address = address.ip().to_string();
    let user = match access.user(write, request.headers()).await {
        Ok(user) => user,
        // Guessing is limited too.
        Err(error) => return Err(access.inbound.enter(&address).err().unwrap_or(error)),
    };
    if write && !user.may_confirm {
        return Err(Error::NotPermitted("Your account in the CRM may not confirm orders.".to_owned()));
    }
    let _call = access.inbound.enter(user.subject.as_deref().unwrap_or(&address))?;
    // Before anything is looked at: what one account's desk reads or sends is nothing for another one's.
    if request.headers().get(ACCOUNT).is_some_and(|account| account != shared.identity.as_str()) {
        return Err(Error::OtherAccount);
    }
    request.extensions_mut().insert(user);
    Ok(next.run(request).await)
}

/// Path without query: the query may hold a customer's name.
fn span(request: &http::Request<Body>) -> tracing::Span {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or("-");
    let path: String = request.uri().path().chars().take(100).collect();
    tracing::info_span!("request", id, method = %request.method(), path)
}

async fn refuse() -> Error {
    Error::NotAllowed
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status<'a> {
    upstream: &'static str,
    account: &'a str,
    credentials: Credentials,
    budget: Usage,
    ledger: LedgerStatus,
    control_url: Option<&'a str>,
}

#[derive(Serialize)]
struct LedgerStatus {
    /// It outlives the process.
    durable: bool,
    /// Calls of unknown outcome, those under way included; `null` if the ledger cannot be read.
    unknown: Option<u64>,
}

/// The proxy's own state; Cin7 is not asked.
async fn status(State(shared): State<Arc<Shared>>) -> Response {
    let status = Status {
        upstream: if shared.control.is_some() { "sandbox" } else { "cin7" },
        account: shared.identity.as_str(),
        credentials: shared.upstream.credentials(),
        budget: shared.gate.usage(),
        ledger: LedgerStatus {
            durable: shared.custody.ledger().durable(),
            unknown: shared.custody.ledger().unknown().await.ok(),
        },
        control_url: shared.control.as_deref(),
    };
    ([(header::CACHE_CONTROL, "private, no-store")], Json(status)).into_response()
}

async fn forward(
    State(shared): State<Arc<Shared>>,
    Extension(user): Extension<User>,
    request: Request,
) -> Result<Response, Error> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().strip_prefix("/cin7/").unwrap_or_default();
    let call = routes::admit(&parts.method, path, parts.uri.query())?;
    let lane = lane(&parts.headers, &call)?;
    let path = call.route.path;
    let answered = |answer: Answer| answered(seen_by(&user, path, answer));
    if parts.method == Method::GET {
        // When the browser goes away this future is dropped, and the call with it.
        let slot = shared.upstream.enter(lane).await?;
        return shared.upstream.send(slot, &call, Bytes::new()).await.map(answered);
    }
    let body = json_object(&parts.headers, body, LONGEST_BODY).await?;
    if let Some(creation) = Creation::of(call.route.path, &body)? {
        let result = shared.custody.post(&creation, lane, call, body).await?;
        let mut response = answered(result.answer);
        if result.replayed {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        return Ok(response);
    }
    let slot = shared.upstream.enter(lane).await?;
    write(&shared, slot, call, body).await.map(answered)
}

/// A device hands an order over. Cin7 is not asked, here and below.
async fn keep(State(shared): State<Arc<Shared>>, Extension(user): Extension<User>, request: Request) -> Result<Response, Error> {
    let ask: Keep = asked(request).await?;
    ask.check()?;
    Ok(told(shared.custody.orders().await?.keep(ask, user.subject.unwrap_or_default()).await?))
}

async fn take(State(shared): State<Arc<Shared>>, Extension(user): Extension<User>, request: Request) -> Result<Response, Error> {
    let ask: Take = asked(request).await?;
    ask.check()?;
    Ok(told(shared.custody.orders().await?.take(ask, user.subject.unwrap_or_default()).await?))
}

async fn finish(
    State(shared): State<Arc<Shared>>,
    Extension(user): Extension<User>,
    request: Request,
) -> Result<Response, Error> {
    let ask: Finish = asked(request).await?;
    ask.check()?;
    Ok(told(shared.custody.orders().await?.finish(ask, user.subject.unwrap_or_default()).await?))
}

#[derive(Serialize)]
struct OpenOrders<T> {
    orders: T,
}

async fn open_orders(State(shared): State<Arc<Shared>>, Extension(user): Extension<User>) -> Result<Response, Error> {
    let orders = shared.custody.orders().await?.open_orders(user.subject.unwrap_or_default()).await?;
    Ok(told(OpenOrders { orders }))
}

/// What is asked of the proxy itself.
async fn asked<T: serde::de::DeserializeOwned>(request: Request) -> Result<T, Error> {
    let (parts, body) = request.into_parts();
    let body = json_object(&parts.headers, body, LONGEST_ORDER).await?;
    serde_json::from_slice(&body).map_err(|error| Error::BadRequest(vec![format!("The body is not what it should be: {error}.")]))
}

/// An answer of the proxy's own.
fn told(answer: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, "private, no-store")], Json(answer)).into_response()
}

/// The answer as this caller may see it.
fn seen_by(user: &User, path: &str, answer: Answer) -> Answer {
    if user.may_see_cost { answer } else { Answer { body: without_cost(path, answer.body), ..answer } }
}

/// A write that is sent is finished, whether or not anyone still waits for it: its answer says whether there
/// is an order now, and at least the log shall hold it.
async fn write(shared: &Shared, slot: Slot, call: Admitted, body: Bytes) -> Result<Answer, Error> {
    let upstream = Arc::clone(&shared.upstream);
    let task = async move { upstream.send(slot, &call, body).await };
    match shared.writes.spawn(task.in_current_span()).await {
        Ok(result) => result,
        Err(error) => {
            tracing::error!("a write ended without a result: {error}");
            Err(failed(true))
        }
    }
}

/// The proxy's own failure.
fn failed(ambiguous: bool) -> Error {
    Error::Failed(Cin7Failure { ambiguous, ..Cin7Failure::default() })
}

/// Cin7's body and status; of its headers only the date.
fn answered(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Some(date) = answer.date {
        headers.insert(CIN7_DATE, date);
    }
    response
}

/// The lane the call asks for. A call that is no part of an order waits with the screen's.
fn lane(headers: &HeaderMap, call: &Admitted) -> Result<Lane, Error> {
    let Some(value) = headers.get(LANE) else { return Ok(Lane::Background) };
    match value.to_str().ok().and_then(Lane::named) {
        Some(Lane::Order) if !call.may_be_order => Ok(Lane::Screen),
        Some(lane) => Ok(lane),
        None => Err(Error::BadRequest(vec![format!("`{LANE}` must be `order`, `screen` or `background`.")])),
    }
}

/// Reads the body of a write. It is only looked at: the bytes go on as they came.
async fn json_object(headers: &HeaderMap, body: Body, longest: usize) -> Result<Bytes, Error> {
    let wrong = |sentence: &str| Error::BadRequest(vec![sentence.to_owned()]);
    // Also what keeps a form on a foreign page from posting here: this type needs the browser's preflight.
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Err(wrong("`content-type` must be `application/json`."));
    }
    let collected = tokio::time::timeout(BODY_PATIENCE, Limited::new(body, longest).collect());
    let bytes = match collected.await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Error::BodyTooLarge),
        Ok(Err(_)) | Err(_) => return Err(wrong("The body did not arrive completely.")),
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("The body must be UTF-8."))?;
    let object = text.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok();
    if object { Ok(bytes) } else { Err(wrong("The body must be one JSON object.")) }
}
