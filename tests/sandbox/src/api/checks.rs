//! What more than one endpoint refuses.

use rust_decimal::Decimal;

use crate::answer::Refusal;
use crate::collection::Kind;
use crate::fields::Fields;
use crate::state::State;

/// Refuses the first text that is too long.
pub(super) fn check_lengths(fields: &Fields, limits: &[(&str, usize)], place: &str) -> Result<(), Refusal> {
    for (name, limit) in limits {
        let length = fields.text_or_empty(name).encode_utf16().count();
        if length > *limit {
            return Err(Refusal::invalid(format!("{place}{name} cannot be longer than {limit} characters, it has {length}")));
        }
    }
    Ok(())
}

/// Refuses a decimal with more places than Cin7 takes, or more digits than it could keep.
pub(super) fn check_places(name: &str, value: Decimal, places: u32) -> Result<(), Refusal> {
    if value.normalize().scale() > places {
        return Err(Refusal::invalid(format!("{name} can have at most {places} decimal places")));
    }
    if value.abs() >= Decimal::from(100_000_000_000_i64) {
        return Err(Refusal::invalid(format!("{name} is too large")));
    }
    Ok(())
}

pub(super) fn invalid<T>(text: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::invalid(text))
}

/// Refuses a name that its reference book does not hold; no name is always good.
pub(super) fn check_named(
    state: &State,
    kind: Kind,
    name: &str,
    active: Option<&str>,
    text: impl Fn(&str) -> String,
) -> Result<(), Refusal> {
    if name.trim().is_empty() {
        return Ok(());
    }
    let known = state
        .world
        .of(kind)
        .named(name)
        .is_some_and(|record| active.is_none_or(|flag| record.fields().flag(flag).unwrap_or(true)));
    if known { Ok(()) } else { invalid(text(name)) }
}
