//! The closed list of what can go wrong, as callers see it.
//!
//! An [`Error`] has a [`ErrorCode`] to branch on, one sentence to show, and [`Detail`]s: everything that was wrong with
//! an input at once, or the very words Cin7 answered with. Whether trying again may help is decided by the code alone.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What went wrong, as one of a closed list. In JavaScript the kebab-case name, such as `"invalid-input"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// The options given to `open` are unknown, mistyped or contradictory; each is a detail.
    InvalidOptions,
    /// A value given to a method is not acceptable; each is a detail.
    InvalidInput,
    /// No customer with that id has been synced.
    UnknownCustomer,
    /// No product with that id or SKU has been synced.
    UnknownProduct,
    /// No quote with that id is kept here.
    UnknownQuote,
    /// The quote has no line with that id.
    UnknownLine,
    /// No order with that key is kept here.
    UnknownOrder,
    /// The account's reference books have not been read yet; sync first.
    NotReady,
    /// The quote has problems that stop it from becoming an order; each is a detail.
    CannotConfirm,
    /// The quote is already an order; a quote becomes one order, ever.
    AlreadyConfirmed,
    /// Leaving the device would lose work that is kept only here; each is a detail.
    UnsentWork,
    /// What a person says of an order does not agree with what is known of it; each is a detail.
    DoesNotMatch,
    /// The browser's storage failed or is not available.
    Storage,
    /// The browser's storage is full.
    StorageFull,
    /// Another tab changed the same record first; read it again.
    Conflict,
    /// There is no network, or the proxy does not answer.
    Offline,
    /// Cin7's call limit is used up for the moment.
    RateLimited,
    /// Cin7 does not accept the proxy's credentials.
    CredentialsRefused,
    /// The proxy does not know who calls: `token` gave none, or one that is not good any more.
    SignedOut,
    /// The proxy speaks for another Cin7 account than the desk is for; open the desk anew for that one.
    OtherAccount,
    /// Cin7 read the request and refused it; the details are Cin7's own words.
    Cin7Refused,
    /// Cin7 failed, or answered with something that is not an answer.
    Cin7Failed,
    /// The proxy refused the request.
    ProxyRefused,
    /// A file of the package, its wasm or its worker, could not be loaded.
    LoadFailed,
    /// The browser or the page's policy does not let the desk run; the detail's field is the setting that it depends on.
    Blocked,
    /// The desk or quote was closed.
    Closed,
    /// A fault of this library.
    Internal,
}

impl ErrorCode {
    /// Whether the same call may succeed later without any change.
    pub const fn retryable(self) -> bool {
        matches!(
            self,
            Self::Conflict
                | Self::Offline
                | Self::RateLimited
                | Self::SignedOut
                | Self::Cin7Failed
                | Self::NotReady
                | Self::Storage
                | Self::LoadFailed
        )
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// The option, field, line or record that it is about, such as `settings.salesType`; empty when it is about the whole.
    pub field: String,
    /// What is wrong, in one sentence.
    pub problem: String,
}

impl Detail {
    /// A detail about `field`.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

/// What went wrong: a code to branch on, a sentence to show, and every detail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// The code.
    pub code: ErrorCode,
    /// One sentence for the user.
    pub message: String,
    /// Everything that was wrong, not only the first.
    pub details: Vec<Detail>,
}

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error without details.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Vec::new() }
    }

    /// An error that lists everything that is wrong.
    pub fn with_details(code: ErrorCode, message: impl Into<String>, details: Vec<Detail>) -> Self {
        Self { code, message: message.into(), details }
    }

    /// An [`ErrorCode::InvalidInput`] about one field.
    pub fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        let detail = Detail::new(field, problem);
        Self { code: ErrorCode::InvalidInput, message: detail.problem.clone(), details: vec![detail] }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for detail in &self.details {
            if detail.problem != self.message {
                write!(f, "; {}{}{}", detail.field, if detail.field.is_empty() { "" } else { ": " }, detail.problem)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_everything_that_is_wrong() {
        let details = vec![Detail::new("quantity", "“-1” is negative"), Detail::new("discount", "“101” is above 100")];
        let error = Error::with_details(ErrorCode::InvalidInput, "The line cannot be added.", details);
        assert_eq!(error.to_string(), "The line cannot be added.; quantity: “-1” is negative; discount: “101” is above 100");
        assert!(!error.code.retryable());
    }

    #[test]
    fn codes_are_kebab_case_in_javascript() {
        assert_eq!(serde_json::to_string(&ErrorCode::Cin7Refused).unwrap(), "\"cin7-refused\"");
        assert_eq!(serde_json::to_string(&ErrorCode::UnknownCustomer).unwrap(), "\"unknown-customer\"");
    }
}
