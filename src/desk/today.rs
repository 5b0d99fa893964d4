//! Which day it is: the calendar day where the account is, as its settings name its time zone.
//!
//! Everything that says today asks here: validity, order date, lock date, lateness, reservations, arrival. No day is ever taken
//! from an instant of UTC.

use crate::desk::cache::state::Shelves;
use crate::desk::context::{Context, Environment, Surroundings};
use crate::desk::events::Event;
use crate::records::Day;
use crate::records::time::offset_minutes;
use crate::transport::Clock;

/// How often it is looked whether another day has begun, in milliseconds. A timer for midnight itself would miss it where the
/// device slept or its clock was set.
const LOOK_EVERY: u32 = 60_000;

/// Today where the account is; where its time zone is not known, as the device says.
pub(crate) fn today<E: Environment>(ctx: &Context<E>, shelves: &Shelves) -> Day {
    let now = ctx.now();
    let zone = shelves.references.as_ref().and_then(|references| references.account.time_zone.as_deref());
    let named = zone.and_then(|zone| match offset_minutes(zone) {
        Some(minutes) => Some(now.day_at(minutes)),
        None => ctx.around.day_in(Some(zone), now),
    });
    named.or_else(|| ctx.around.day_in(None, now)).unwrap_or_else(|| now.day_at(0))
}

/// The account's time zone where nobody here knows one of that name.
pub(crate) fn unknown_zone<E: Environment>(ctx: &Context<E>, shelves: &Shelves) -> Option<String> {
    let zone = shelves.references.as_ref()?.account.time_zone.as_deref()?;
    let known = offset_minutes(zone).is_some() || ctx.around.day_in(Some(zone), ctx.now()).is_some();
    (!known).then(|| zone.to_owned())
}

/// Tells when another day has begun, for as long as the tab lives.
pub(crate) async fn run_days<E: Environment>(ctx: &Context<E>) {
    let mut before = today(ctx, &ctx.shelves.borrow());
    loop {
        ctx.around.sleep(LOOK_EVERY).await;
        let today = today(ctx, &ctx.shelves.borrow());
        if today != before {
            before = today;
            ctx.tell_this_tab(Event::Day(today));
        }
    }
}
