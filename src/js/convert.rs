//! How values and errors cross to JavaScript: one rule for all.
//!
//! A value crosses as JSON text that the browser parses: for a quote of a thousand lines that is several times faster than
//! building the objects one property at a time, and it needs no second writer for every view.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::error::{Detail, Error, ErrorCode, Result};
use crate::json;

/// JSON text as plain JavaScript data.
pub(super) fn parsed(text: &str) -> std::result::Result<JsValue, JsValue> {
    js_sys::JSON::parse(text)
}

/// A value as plain JavaScript data.
pub(super) fn to_js(value: &(impl Serialize + ?Sized)) -> std::result::Result<JsValue, JsValue> {
    parsed(&json::to_text(value))
}

/// An error in the plain form that `errors.ts` turns into a `QuoteDeskError`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
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
    match result {
        Ok(value) => to_js(&value),
        Err(error) => Err(error_to_js(error)),
    }
}

/// A result without a value.
pub(super) fn done(result: Result<()>) -> std::result::Result<(), JsValue> {
    result.map_err(error_to_js)
}

/// A result that crosses as JSON text, for what another wasm instance reads.
pub(super) fn text<T: Serialize>(result: Result<T>) -> std::result::Result<String, JsValue> {
    match result {
        Ok(value) => Ok(json::to_text(&value)),
        Err(error) => Err(error_to_js(error)),
    }
}
