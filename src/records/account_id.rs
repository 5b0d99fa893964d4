//! Which Cin7 account something belongs to.

use serde_with::{DeserializeFromStr, SerializeDisplay};
use std::fmt;
use std::str::FromStr;

/// A Cin7 account, by the name that the proxy gives it: 32 hexadecimal digits that disclose nothing of its credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, SerializeDisplay, DeserializeFromStr)]
pub struct AccountId(u128);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The text is not the name of an account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not the name of a Cin7 account")]
pub struct NotAnAccount(pub String);

impl FromStr for AccountId {
    type Err = NotAnAccount;

    fn from_str(text: &str) -> Result<Self, NotAnAccount> {
        let digits = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let value = if digits { u128::from_str_radix(text, 16).ok() } else { None };
        value.map(Self).ok_or_else(|| NotAnAccount(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_digit_for_digit_and_anything_else_is_none() {
        for text in ["00000000000000000000000000000000", "0123456789abcdef0123456789abcdef"] {
            assert_eq!(text.parse::<AccountId>().unwrap().to_string(), text);
        }
        for text in
            ["", "0123", "0123456789ABCDEF0123456789ABCDEF", "+123456789abcdef0123456789abcdef", "../../default/vault/0123456789"]
        {
            assert!(text.parse::<AccountId>().is_err(), "{text}");
        }
    }
}
