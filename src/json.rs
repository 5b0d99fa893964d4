//! Our own JSON, read and written in little code.
//!
//! serde compiles a reader and a writer for every struct, each several times: in wasm these copies weighed more than
//! everything else together. Here a text is parsed into a [`Value`] by code that exists once, and a struct says in one line
//! ([`record!`]) what its fields are; each field then costs one call. The names and shapes on the wire are serde's, and the
//! tests hold every type against what serde derives for it.
//!
//! [`Value`] is for what is small and our own: settings, records, quotes, orders, views. Cin7's pages are read in `cin7`,
//! through [`Raw`], which builds nothing.

mod read;
mod scan;
#[cfg(test)]
mod tests;
mod value;
mod write;

use std::fmt;

pub use self::read::{Faults, FromJson, field, field_or, from_slice, from_str, from_value, is_missing, member, variant};
pub use self::scan::{Raw, Scanner, unescaped};
pub use self::value::{Map, Number, Value, parse};
pub use self::write::{ToJson, Writer, to_bytes, to_text};

/// Why a text is not what was asked for.
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

/// How long a field's name is on the wire.
pub(crate) const fn wire_length(field: &str) -> usize {
    let bytes = field.as_bytes();
    let (mut at, mut length) = (0, 0);
    while at < bytes.len() {
        length += (bytes[at] != b'_') as usize;
        at += 1;
    }
    length
}

/// A field's name on the wire: `price_tier` is `priceTier`.
pub(crate) const fn wire_bytes<const N: usize>(field: &str) -> [u8; N] {
    let bytes = field.as_bytes();
    let mut name = [0; N];
    let (mut at, mut length) = (0, 0);
    while at < bytes.len() {
        if bytes[at] != b'_' {
            name[length] = if at > 0 && bytes[at - 1] == b'_' { bytes[at].to_ascii_uppercase() } else { bytes[at] };
            length += 1;
        }
        at += 1;
    }
    name
}

/// The name of a field on the wire, worked out by the compiler.
macro_rules! wire_name {
    ($field:ident) => {{
        const BYTES: &[u8] = &$crate::json::wire_bytes::<{ $crate::json::wire_length(stringify!($field)) }>(stringify!($field));
        const NAME: &str = match ::std::str::from_utf8(BYTES) {
            Ok(name) => name,
            Err(_) => panic!("a field's name is ASCII"),
        };
        NAME
    }};
}

/// A struct that is written as an object of its fields, in this order.
macro_rules! view {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::json::ToJson for $name {
            fn write(&self, out: &mut $crate::json::Writer) {
                let Self { $($field),+ } = self;
                out.open();
                $(out.field($crate::json::wire_name!($field), $field);)+
                out.close();
            }
        }
    };
}

/// A struct that is written as an object of its fields, and read from one. With `or default`, fields may be missing.
macro_rules! record {
    ($name:ident { $($field:ident),+ $(,)? }) => {
        $crate::json::view!($name { $($field),+ });
        impl $crate::json::FromJson for $name {
            fn read(value: &$crate::json::Value, faults: &mut $crate::json::Faults) -> Self {
                Self { $($field: $crate::json::field(value, $crate::json::wire_name!($field), faults)),+ }
            }
        }
    };
    ($name:ident or default { $($field:ident),+ $(,)? }) => {
        $crate::json::view!($name { $($field),+ });
        impl $crate::json::FromJson for $name {
            fn read(value: &$crate::json::Value, faults: &mut $crate::json::Faults) -> Self {
                let Self { $($field),+ } = Self::default();
                Self { $($field: $crate::json::field_or(value, $crate::json::wire_name!($field), $field, faults)),+ }
            }
        }
    };
}

/// An enum whose variants are words.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $crate::json::ToJson for $name {
            fn write(&self, out: &mut $crate::json::Writer) {
                out.text(match self { $(Self::$variant => $word),+ });
            }
        }
        impl $crate::json::FromJson for $name {
            fn read(value: &$crate::json::Value, faults: &mut $crate::json::Faults) -> Self {
                const ALL: &[$name] = &[$($name::$variant),+];
                let at = faults.word(value, &[$($word),+]);
                ALL.get(at).copied().unwrap_or(ALL[0])
            }
        }
    };
}

/// A type that is written as a text and read from one: by `Display` and `FromStr`.
macro_rules! text {
    ($name:ident, $blank:expr) => {
        impl $crate::json::ToJson for $name {
            fn write(&self, out: &mut $crate::json::Writer) {
                out.shown(self);
            }
        }
        impl $crate::json::FromJson for $name {
            fn read(value: &$crate::json::Value, faults: &mut $crate::json::Faults) -> Self {
                match faults.text(value).parse() {
                    Ok(read) => read,
                    Err(error) => {
                        faults.said(&error);
                        $blank
                    }
                }
            }
        }
    };
}

pub(crate) use {record, text, view, wire_name, words};
