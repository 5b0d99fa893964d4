//! JSON text of our own types, as serde derives it.

use serde::Serialize;

/// A value as JSON text.
///
/// # Panics
/// Never for types of this crate: each is text, numbers, lists and structs, and no map has a key that is no text.
pub fn to_text<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("our own types can be written as JSON")
}

/// A value as JSON text in UTF-8.
///
/// # Panics
/// Never, as [`to_text`].
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    to_text(value).into_bytes()
}
