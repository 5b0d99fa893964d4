//! What a page that failed is said to have failed of, and how long the next try waits.

use super::{MINUTE, SECOND};
use crate::transport::FailureKind;

/// A random wait below a ceiling that doubles with each try (full jitter), so that many desks do not come back together.
pub(super) fn back_off(kind: FailureKind, tries: u32, random: u32) -> i64 {
    // The call limit counts over a minute; anything shorter than seconds only uses up tries.
    let first = if kind == FailureKind::Throttled { 15 * SECOND } else { 2 * SECOND };
    let ceiling = (first << tries.saturating_sub(1).min(5)).min(MINUTE);
    ceiling * i64::from(random) / i64::from(u32::MAX)
}

/// What is said of a failure that came without words.
pub(super) const fn sentence(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Unreachable => "Cin7 could not be reached.",
        FailureKind::Lost => "The connection to Cin7 was lost.",
        FailureKind::Throttled => "Cin7's call limit is used up for the moment.",
        FailureKind::Credentials => "Cin7 does not accept the proxy's credentials.",
        FailureKind::SignedOut => "You are signed out.",
        FailureKind::OtherAccount => "The server works for another Cin7 account now.",
        FailureKind::Refused => "Cin7 refused the request.",
        FailureKind::Failed | FailureKind::KeyReused => "Cin7 failed.",
        FailureKind::NotUnderstood => "Cin7 did not give an answer that can be read.",
        FailureKind::NotAllowed => "The proxy does not allow the request.",
    }
}
