//! What the CRM holds of Cin7's records, and the pure rules by which a fact from Cin7 may change it.
//!
//! Vendor shapes do not come this far: `cin7` reads them and hands over the facts named here. Each module is one noun:
//!
//! - [`account_id`]: which Cin7 account something belongs to.
//! - [`company`]: customers and suppliers, with what is copied once (name, phone, contacts, main address), what follows
//!   Cin7 constantly (tier, terms, limit, hold, delivery addresses), and the drift between the two.
//! - [`markup`]: plain text out of descriptions.
//! - [`matrix`]: what a company is to each category of products.
//! - [`name`]: what a name means among those that there are.
//! - [`pages`]: that no page of a list comes twice.
//! - [`product`]: products and services with their ten price tiers.
//! - [`availability`]: stock per product and location.
//! - [`purchase`]: purchases on their way, and when a product comes with them.
//! - [`mod@reference`]: the account's own settings and its reference books.
//! - [`sale`]: sales as Cin7 holds them.
//! - [`time`]: instants and calendar days.
//! - [`weight`]: what things weigh, alone and together.

pub mod account_id;
pub mod availability;
pub mod company;
pub mod link;
pub mod markup;
pub mod matrix;
pub mod name;
pub mod pages;
pub mod product;
pub mod purchase;
pub mod reference;
pub mod sale;
pub mod time;
pub mod weight;

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use serde_with::{DeserializeFromStr, SerializeDisplay};

pub use account_id::AccountId;
pub use time::{Day, Timestamp};

/// A Cin7 identifier. Compared without regard to letter case, shown in lower case with hyphens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, SerializeDisplay, DeserializeFromStr)]
pub struct Guid(u128);

impl Guid {
    /// The identifier with these sixteen bytes, most significant first.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// Its sixteen bytes, most significant first.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let v = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            v >> 96,
            (v >> 80) & 0xffff,
            (v >> 64) & 0xffff,
            (v >> 48) & 0xffff,
            v & 0xffff_ffff_ffff
        )
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not an identifier of the form `7a8f439b-fa87-4795-a085-385ce8b133f9`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a Cin7 id")]
pub struct NotAGuid(pub String);

impl FromStr for Guid {
    type Err = NotAGuid;

    fn from_str(text: &str) -> Result<Self, NotAGuid> {
        let wrong = || NotAGuid(text.to_owned());
        let bytes = text.trim().as_bytes();
        if bytes.len() != 36 {
            return Err(wrong());
        }
        let mut value = 0_u128;
        for (at, byte) in bytes.iter().enumerate() {
            match (at, byte) {
                (8 | 13 | 18 | 23, b'-') => {}
                (8 | 13 | 18 | 23, _) => return Err(wrong()),
                (_, digit) => {
                    let digit = char::from(*digit).to_digit(16).ok_or_else(wrong)?;
                    value = (value << 4) | u128::from(digit);
                }
            }
        }
        Ok(Self(value))
    }
}

/// A record of Cin7's that could not be taken over, said by record and field. It is reported, never dropped silently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BadRecord {
    /// Which list it came from, such as `product`.
    pub list: String,
    /// The record's id, SKU or name, whatever could be read of it.
    pub record: String,
    /// The field that was wrong; empty when the record as a whole could not be read.
    pub field: String,
    /// What is wrong, in one sentence.
    pub problem: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_same_in_either_case() {
        let lower: Guid = "7a8f439b-fa87-4795-a085-385ce8b133f9".parse().unwrap();
        let upper: Guid = " 7A8F439B-FA87-4795-A085-385CE8B133F9".parse().unwrap();
        assert_eq!(lower, upper);
        assert_eq!(upper.to_string(), "7a8f439b-fa87-4795-a085-385ce8b133f9");
        assert_eq!(Guid::from_bytes(lower.to_bytes()), lower);
    }

    #[test]
    fn anything_else_is_not_an_id() {
        for text in [
            "",
            "7a8f439b",
            "7a8f439bfa87-4795-a085-385ce8b133f9-",
            "7a8f439b-fa87-4795-a085-385ce8b133fg",
            "7a8f439b-fa87-4795-a085-385ce8b133é",
        ] {
            assert!(text.parse::<Guid>().is_err(), "{text}");
        }
    }
}
