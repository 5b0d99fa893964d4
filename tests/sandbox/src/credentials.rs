//! The one account of the sandbox.

/// The account id that the sandbox accepts as `api-auth-accountid`.
pub const ACCOUNT_ID: &str = "5a4db0c5-0000-4000-8000-00000000a001";
/// The key that the sandbox accepts as `api-auth-applicationkey`.
pub const APPLICATION_KEY: &str = "5a4db0c5-0000-4000-8000-00000000b002";
