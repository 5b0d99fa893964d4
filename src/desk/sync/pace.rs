//! How failures hold up what is read call by call between runs.

use crate::desk::context::{Context, Environment};
use crate::records::Guid;
use crate::transport::{Failure, FailureKind};

/// Shortest pause after a failure that may pass by itself, in milliseconds.
pub(crate) const PAUSE: i64 = 30_000;

/// How often a sale is asked for in vain before others have their turn.
const TRIES: u32 = 3;

/// A run has ended: sales that Cin7 would not give may be asked for again.
pub(crate) fn forgive_refused_sales<E: Environment>(ctx: &Context<E>) {
    ctx.detailing.borrow_mut().refused.clear();
}

/// Cin7 answers.
pub(crate) fn read_well<E: Environment>(ctx: &Context<E>) {
    let mut detailing = ctx.detailing.borrow_mut();
    (detailing.failing, detailing.not_before) = (None, None);
}

/// Notes a failure that may pass, and puts off what comes next. Returns whether the sale is given up until the next run.
pub(crate) fn failed_at<E: Environment>(ctx: &Context<E>, id: Guid, failure: &Failure) -> bool {
    let mut detailing = ctx.detailing.borrow_mut();
    let tries = detailing.failing.filter(|(failing, _)| *failing == id).map_or(0, |(_, tries)| tries) + 1;
    detailing.failing = Some((id, tries));
    let pause = failure.retry_after.map_or(PAUSE, |seconds| (i64::from(seconds) * 1_000).max(PAUSE));
    detailing.not_before = Some(ctx.now().plus_millis(pause));
    // Where the network and the limit are not to blame, it may be this one sale.
    let general = matches!(
        failure.kind,
        FailureKind::Unreachable
            | FailureKind::Throttled
            | FailureKind::Credentials
            | FailureKind::SignedOut
            | FailureKind::OtherAccount
    );
    if tries < TRIES || general {
        return false;
    }
    detailing.refused.push(id);
    true
}
