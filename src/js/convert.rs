//! How values and errors cross to JavaScript: one rule for all.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::error::{Detail, Error, ErrorCode, Result};

/// `null` for none and plain objects for maps, so that JavaScript values, stored records and JSON agree.
const SERIALIZER: Serializer = Serializer::json_compatible();

/// A value as plain JavaScript data.
pub(super) fn to_js<T: Serialize + ?Sized>(value: &T) -> std::result::Result<JsValue, JsValue> {
    value.serialize(&SERIALIZER).map_err(|fault| error_to_js(&Error::new(ErrorCode::Internal, fault.to_string())))
}

/// An error in the plain form that `errors.ts` turns into a `QuoteDeskError`.
#[derive(Serialize)]
struct PlainError<'a> {
    code: ErrorCode,
    message: &'a str,
    retryable: bool,
    details: &'a [Detail],
}

/// An error as plain JavaScript data.
pub(super) fn error_to_js(error: &Error) -> JsValue {
    let plain =
        PlainError { code: error.code, message: &error.message, retryable: error.code.retryable(), details: &error.details };
    plain.serialize(&SERIALIZER).unwrap_or_else(|_| JsValue::from_str(&error.message))
}

/// A result as JavaScript sees it: plain data, or a thrown plain error.
pub(super) fn answer<T: Serialize>(result: Result<T>) -> std::result::Result<JsValue, JsValue> {
    match result {
        Ok(value) => to_js(&value),
        Err(error) => Err(error_to_js(&error)),
    }
}

/// A result without a value.
pub(super) fn done(result: Result<()>) -> std::result::Result<(), JsValue> {
    result.map_err(|error| error_to_js(&error))
}

/// A result that crosses as JSON text, for what another wasm instance reads.
pub(super) fn text<T: Serialize>(result: Result<T>) -> std::result::Result<String, JsValue> {
    let value = result.map_err(|error| error_to_js(&error))?;
    serde_json::to_string(&value).map_err(|fault| error_to_js(&Error::new(ErrorCode::Internal, fault.to_string())))
}
