//! How values and errors cross to JavaScript: one rule for all.
//!
//! A value crosses as the objects that serde-wasm-bindgen builds ([`to_js`], [`answer`]), one property at a time. What may be
//! long (a whole quote, a list of records, the feed, whose records are JSON already) crosses as JSON text that the browser
//! parses ([`whole`], [`whole_answer`]): for a quote of a thousand lines that is several times faster. What only another wasm
//! instance reads stays text ([`text`]).

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::error::{Detail, Error, ErrorCode, Result};
use crate::json;

/// A value as plain JavaScript data, `null` where there is none.
pub(super) fn to_js(value: &(impl Serialize + ?Sized)) -> std::result::Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}

/// A value that may be long, as plain JavaScript data.
pub(super) fn whole(value: &(impl Serialize + ?Sized)) -> std::result::Result<JsValue, JsValue> {
    js_sys::JSON::parse(&json::to_text(value))
}

/// A value that the page's own code made.
pub(super) fn given<T: DeserializeOwned>(value: JsValue) -> std::result::Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(|fault| error_to_js(Error::new(ErrorCode::Internal, fault.to_string())))
}

/// An error in the plain form that `errors.ts` turns into a `QuoteDeskError`.
#[derive(Serialize)]
struct PlainError {
    code: ErrorCode,
    message: String,
    retryable: bool,
    details: Vec<Detail>,
}

/// An error as plain JavaScript data.
pub(super) fn error_to_js(error: Error) -> JsValue {
    let Error { code, message, details } = error;
    let plain = PlainError { code, message, retryable: code.retryable(), details };
    to_js(&plain).unwrap_or_else(|fault| fault)
}

/// A result as JavaScript sees it: plain data, or a thrown plain error.
pub(super) fn answer<T: Serialize>(result: Result<T>) -> std::result::Result<JsValue, JsValue> {
    to_js(&result.map_err(error_to_js)?)
}

/// A result that may be long.
pub(super) fn whole_answer<T: Serialize>(result: Result<T>) -> std::result::Result<JsValue, JsValue> {
    whole(&result.map_err(error_to_js)?)
}

/// A result without a value.
pub(super) fn done(result: Result<()>) -> std::result::Result<(), JsValue> {
    result.map_err(error_to_js)
}

/// A result that crosses as JSON text, for what another wasm instance reads.
pub(super) fn text<T: Serialize>(result: Result<T>) -> std::result::Result<String, JsValue> {
    Ok(json::to_text(&result.map_err(error_to_js)?))
}
