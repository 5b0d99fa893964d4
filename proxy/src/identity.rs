//! Which Cin7 account the proxy speaks for, under a name that may be shown.
//!
//! Browsers and the ledger keep what they know under it, so that nothing of one account is ever answered, shown or sent under
//! another. Only the account id counts: a new application key or address leaves the account what it is.

use aws_lc_rs::digest;
use http::HeaderName;
use secrecy::{ExposeSecret, SecretString};

use crate::config::{Account, Upstream};

/// On a call: the account that its caller takes the proxy to speak for.
pub const ACCOUNT: HeaderName = HeaderName::from_static("x-quote-desk-account");

/// The name of an account: 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity(String);

impl Identity {
    /// Of what the proxy calls. Each world of its own sandbox is an account of its own.
    pub fn of(upstream: &Upstream) -> Self {
        match upstream {
            Upstream::Cin7(Account { id, .. }) => Self::of_account(id),
            Upstream::Sandbox { world, args } => Self::hashed("sandbox", &format!("{world} {}", args.join(" "))),
        }
    }

    /// An account id is a random GUID, so that nobody finds it by its hash.
    fn of_account(id: &SecretString) -> Self {
        Self::hashed("account", &id.expose_secret().to_ascii_lowercase())
    }

    fn hashed(kind: &str, what: &str) -> Self {
        let hash = digest::digest(&digest::SHA256, format!("cin7-quote-desk\n{kind}\n{what}").as_bytes());
        let half = hash.as_ref().first_chunk().map_or(0, |half| u128::from_be_bytes(*half));
        Self(format!("{half:032x}"))
    }

    /// Of a world of the sandbox.
    #[cfg(test)]
    pub(crate) fn of_world(world: &str) -> Self {
        Self::of(&Upstream::Sandbox { world: world.into(), args: Vec::new() })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse_base;

    fn account(id: &str, key: &str, base: &str) -> Identity {
        let account = Account { base: parse_base(base).unwrap(), id: id.into(), key: key.into() };
        Identity::of(&Upstream::Cin7(account))
    }

    #[test]
    fn the_account_id_alone_names_an_account_and_cannot_be_read_from_the_name() {
        const ID: &str = "11111111-aaaa-4000-8000-00000000a0a1";
        let name = account(ID, "key", "https://one.example.com/");
        assert_eq!(name, account(&ID.to_uppercase(), "new key", "https://two.example.com/v2"));
        assert_ne!(name, account("11111111-aaaa-4000-8000-00000000a0a2", "key", "https://one.example.com/"));
        assert!(name.as_str().len() == 32 && name.as_str().bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(!name.as_str().contains("a0a1"));
    }

    #[test]
    fn each_world_of_the_sandbox_is_an_account_of_its_own() {
        let world = |world: &str, args: &[&str]| {
            Identity::of(&Upstream::Sandbox { world: world.into(), args: args.iter().map(|arg| (*arg).into()).collect() })
        };
        assert_eq!(world("demo", &[]), world("demo", &[]));
        assert_ne!(world("demo", &[]), world("fixture", &[]));
        assert_ne!(world("bulk", &["--products", "10"]), world("bulk", &["--products", "20"]));
    }
}
