//! Serves the built quote screen, with the headers that keep other scripts and frames out of it.

use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::handler::HandlerWithoutStateExt;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};
use tower_service::Service;

use crate::errors::Error;

/// The screen's own pages besides `/`. They are one document that reads its address; a quote's address stands in Cin7 as the
/// sale's `ExternalID`, and must open there too.
const PAGES: [&str; 10] = [
    "/companies",
    "/companies/new",
    "/company/{id}",
    "/order/{id}",
    "/orders",
    "/product/{id}",
    "/products",
    "/quote/{number}",
    "/settings",
    "/sync",
];

/// Everything that is not an API path: files of `dir`, `index.html` for the screen's pages, a refusal for the rest. Who comes by a
/// mistyped address reads that in the screen's words, with 404 all the same.
pub(crate) fn files(dir: &Path) -> Router {
    let page = ServeFile::new(dir.join("index.html"));
    let refuse = move |request: Request| lost(page.clone(), request);
    // A `.br` or `.gz` beside a file is served as it is; otherwise the layer compresses on the way out.
    let files = ServeDir::new(dir).precompressed_br().precompressed_gzip().fallback(refuse.into_service());
    let index = ServeFile::new(dir.join("index.html"));
    let pages = PAGES.into_iter().fold(Router::new(), |pages, page| pages.route_service(page, index.clone()));
    pages.fallback_service(files).layer(from_fn(cached)).layer(CompressionLayer::new())
}

async fn lost(mut page: ServeFile, request: Request) -> Response {
    let accepts = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if request.method() != Method::GET || !accepts.contains("text/html") {
        return Error::NotAllowed.into_response();
    }
    match page.call(request).await {
        Ok(mut response) if response.status().is_success() => {
            *response.status_mut() = StatusCode::NOT_FOUND;
            response.map(Body::new)
        }
        _ => Error::NotAllowed.into_response(),
    }
}

/// The content security policy; pictures come from the upstream's origin too.
pub(crate) fn policy(upstream_origin: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; \
         img-src 'self' data: https: {upstream_origin}; style-src 'self'; object-src 'none'; \
         base-uri 'none'; frame-ancestors 'self'"
    )
}

/// Files under `/assets` carry a hash of their content in their name; everything else is asked for again.
async fn cached(request: Request, next: Next) -> Response {
    let hashed = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    if matches!(response.status().as_u16(), 200 | 206 | 304) {
        let value = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
}
