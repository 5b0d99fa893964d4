//! JSON text of our own types, as serde derives it.

mod scan;

use std::fmt;

use serde::Serialize;

pub use self::scan::{Raw, Scanner, unescaped};

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

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(Box<str>);

impl Unreadable {
    /// For this reason.
    pub fn because(words: &str) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}
