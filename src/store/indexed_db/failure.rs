//! What the browser's refusals mean.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

use crate::error::{Detail, Error, ErrorCode};

/// Why an operation on a database did not happen; nothing of it has been written.
#[derive(Debug)]
pub(super) enum Failure {
    /// The connection is dead, or may be: the browser closes connections under the page, and the handle then fails for
    /// ever. Worth one more try on a new connection, and no more.
    Lost(Error),
    /// The browser does not let this window store anything.
    Refused(Error),
    /// It will not get better by trying again on a new connection.
    Final(Error),
}

impl Failure {
    /// What a request or transaction failed with.
    pub(super) fn of(cause: &JsValue) -> Self {
        let (name, words) = read(cause);
        match name.as_str() {
            // Chromium says UnknownError, WebKit both, when the process that holds the files went away.
            "InvalidStateError" | "UnknownError" | "AbortError" => Self::Lost(storage("The browser's storage failed.", words)),
            "QuotaExceededError" => Self::Final(Error::with_details(
                ErrorCode::StorageFull,
                "The browser's storage is full.",
                vec![Detail::new("indexedDB", words)],
            )),
            "VersionError" => Self::Final(storage(
                "The stored data was written by a newer version of this page; reload the page to use it.",
                words,
            )),
            _ => Self::Final(storage("The browser's storage failed.", words)),
        }
    }

    /// What opening or deleting a database failed with.
    pub(super) fn of_opening(error: &idb::Error) -> Self {
        let cause = match error {
            idb::Error::IndexedDbNotFound(_) => {
                return Self::Refused(storage("The browser offers no storage to this window.", error.to_string()));
            }
            idb::Error::IndexedDbOpenFailed(cause) | idb::Error::IndexedDbDeleteFailed(cause) => cause,
            idb::Error::DomException(cause) => cause.as_ref(),
            other => return Self::Final(storage("The browser's storage failed.", other.to_string())),
        };
        let (name, words) = read(cause);
        // Firefox reports a window that may not store as InvalidStateError, Chromium as UnknownError with these words.
        let refused = match name.as_str() {
            "SecurityError" | "NotAllowedError" | "InvalidStateError" => true,
            "UnknownError" => words.contains("denied permission"),
            _ => false,
        };
        if refused {
            Self::Refused(storage("The browser does not let this window store anything.", words))
        } else {
            Self::of(cause)
        }
    }

    /// A failure that trying again does not cure, in our own words.
    pub(super) fn because(message: &str) -> Self {
        Self::Final(Error::new(ErrorCode::Storage, message))
    }

    /// What the caller sees.
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Lost(error) | Self::Refused(error) | Self::Final(error) => error,
        }
    }
}

impl From<JsValue> for Failure {
    fn from(cause: JsValue) -> Self {
        Self::of(&cause)
    }
}

fn storage(message: &str, words: String) -> Error {
    Error::with_details(ErrorCode::Storage, message, vec![Detail::new("indexedDB", words)])
}

/// The name to branch on, and the browser's own words.
fn read(cause: &JsValue) -> (String, String) {
    if let Some(exception) = cause.dyn_ref::<DomException>() {
        let name = exception.name();
        let words = format!("{name}: {}", exception.message());
        return (name, words);
    }
    if let Some(error) = cause.dyn_ref::<js_sys::Error>() {
        return (String::from(error.name()), String::from(error.to_string()));
    }
    let words = cause.as_string().or_else(|| js_sys::JSON::stringify(cause).ok()?.as_string());
    (String::new(), words.unwrap_or_default())
}
