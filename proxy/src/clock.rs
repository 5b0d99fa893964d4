//! The machine's clock: the only one that two processes, and two starts of one, have in common.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970; 0 on a machine that is older than it.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|past| i64::try_from(past.as_millis()).ok()).unwrap_or_default()
}
