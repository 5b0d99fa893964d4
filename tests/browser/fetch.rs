//! The transport against answers that need no server: data addresses, the test page itself, and a port nobody listens on.

use cin7_quote_desk::transport::fetch::FetchTransport;
use cin7_quote_desk::transport::{FailureKind, Lane, Request, Transport};
use js_sys::{Reflect, eval};
use wasm_bindgen_test::wasm_bindgen_test;

const NOWHERE: &str = "http://127.0.0.1:9/cin7/";

fn transport(url: &str) -> FetchTransport {
    FetchTransport::new(url.to_owned())
}

#[wasm_bindgen_test]
async fn a_success_brings_its_bytes() {
    let request = Request::get(r#"{"Total":497.0000}"#, Lane::Background);
    let response = transport("data:application/json,").send(request).await.unwrap();
    assert_eq!(response.body, br#"{"Total":497.0000}"#);
    assert_eq!(response.date, None);
}

#[wasm_bindgen_test]
async fn query_values_are_encoded() {
    let request = Request::get("{", Lane::Screen).with("Name", "A&B=/ ä?#").with("Page", "1");
    let response = transport("data:application/json,").send(request).await.unwrap();
    assert_eq!(String::from_utf8(response.body).unwrap(), "{?Name=A&B=/ ä?#&Page=1");
}

#[wasm_bindgen_test]
async fn a_page_is_not_an_answer() {
    let failure = transport("data:text/html,").send(Request::get("<p>", Lane::Background)).await.unwrap_err();
    assert_eq!((failure.kind, failure.ambiguous), (FailureKind::NotUnderstood, false));
}

#[wasm_bindgen_test]
async fn a_read_that_reaches_nobody_may_be_tried_again() {
    let failure = transport(NOWHERE).send(Request::get("me", Lane::Background)).await.unwrap_err();
    assert_eq!((failure.kind, failure.ambiguous, failure.retryable()), (FailureKind::Unreachable, false, true));
}

#[wasm_bindgen_test]
async fn a_write_that_reaches_nobody_may_have_reached_someone() {
    let failure = transport(NOWHERE).send(Request::post("sale", b"{}".to_vec(), Lane::Order)).await.unwrap_err();
    assert_eq!((failure.kind, failure.ambiguous), (FailureKind::Lost, true));
}

/// A server whose answer has no end: what is asked for is not fetched for ever, and does not fill the memory.
#[wasm_bindgen_test]
async fn an_answer_without_end_is_given_up() {
    eval(
        "globalThis.ownFetch = globalThis.fetch; globalThis.pulled = 0; globalThis.cancelled = false;
         const pull = (body) => { pulled += 1; body.enqueue(new Uint8Array(1024 * 1024).fill(32)); };
         const cancel = () => { cancelled = true; };
         globalThis.fetch = async () =>
           new Response(new ReadableStream({ pull, cancel }), { headers: { 'content-type': 'application/json' } });",
    )
    .unwrap();
    let read = transport(NOWHERE).send(Request::get("product", Lane::Background)).await.unwrap_err();
    let write = transport(NOWHERE).send(Request::post("sale", b"{}".to_vec(), Lane::Order)).await.unwrap_err();
    let global = |name: &str| Reflect::get(&js_sys::global(), &name.into()).unwrap();
    let (pulled, cancelled) = (global("pulled"), global("cancelled"));
    eval("globalThis.fetch = ownFetch").unwrap();
    assert_eq!((read.kind, read.ambiguous), (FailureKind::NotUnderstood, false));
    assert_eq!(read.words(), "The answer is larger than 32 MiB, or without end.");
    assert!(write.ambiguous, "a write that was answered endlessly may have taken effect");
    assert!(cancelled.is_truthy() && pulled.lt(&100.into()), "pulled {pulled:?} MiB of it");
}

#[wasm_bindgen_test]
async fn an_answer_that_breaks_off_is_lost() {
    eval(
        "globalThis.ownFetch = globalThis.fetch;
         const start = (body) => { body.enqueue(new Uint8Array([123])); setTimeout(() => body.error(new Error('gone')), 10); };
         globalThis.fetch = async () =>
           new Response(new ReadableStream({ start }), { headers: { 'content-type': 'application/json' } });",
    )
    .unwrap();
    let write = transport(NOWHERE).send(Request::post("sale", b"{}".to_vec(), Lane::Order)).await.unwrap_err();
    eval("globalThis.fetch = ownFetch").unwrap();
    assert_eq!((write.kind, write.ambiguous), (FailureKind::Lost, true));
}
