//! The sandbox's own clock: real, shifted, or frozen. Every answer's `Date` header comes from it.

use std::time::{Instant, SystemTime};

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, TimeDelta, Utc};

/// A clock that starts where the world says and ticks unless frozen.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    base: DateTime<Utc>,
    since: Instant,
    frozen: bool,
}

impl Clock {
    /// A ticking clock that starts at `start`, or at the real time without one.
    pub(crate) fn starting(start: Option<DateTime<Utc>>) -> Self {
        Self { base: start.unwrap_or_else(|| SystemTime::now().into()), since: Instant::now(), frozen: false }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        if self.frozen {
            return self.base;
        }
        self.base + TimeDelta::from_std(self.since.elapsed()).unwrap_or_default()
    }

    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen
    }

    pub(crate) fn set(&mut self, now: DateTime<Utc>) {
        self.base = now;
        self.since = Instant::now();
    }

    pub(crate) fn advance(&mut self, by: TimeDelta) {
        self.set(self.now() + by);
    }

    pub(crate) fn freeze(&mut self, frozen: bool) {
        self.set(self.now());
        self.frozen = frozen;
    }
}

/// `2026-03-30T15:00:00.000Z`, the form of Cin7's instants.
pub(crate) fn instant_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// `2026-03-30T00:00:00`, the form of Cin7's calendar dates.
pub(crate) fn date_text(at: NaiveDate) -> String {
    at.format("%Y-%m-%dT00:00:00").to_string()
}

/// `Mon, 30 Mar 2026 15:00:00 GMT`, the form of the `Date` header.
pub(crate) fn header_text(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Reads a time as leniently as Cin7 does: with or without zone, with a blank for the `T`, slashes, or a bare date.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim().replace('/', "-");
    if let Ok(at) = DateTime::parse_from_rfc3339(&text) {
        return Some(at.with_timezone(&Utc));
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(&text, form) {
            return Some(at.and_utc());
        }
    }
    let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?;
    Some(day.and_time(chrono::NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_stands_and_moves_only_when_told() {
        let start = parse_instant("2026-03-30T15:00:00Z").unwrap();
        let mut clock = Clock::starting(Some(start));
        clock.freeze(true);
        clock.set(start);
        clock.advance(TimeDelta::seconds(90));
        assert_eq!(instant_text(clock.now()), "2026-03-30T15:01:30.000Z");
        assert_eq!(header_text(clock.now()), "Mon, 30 Mar 2026 15:01:30 GMT");
    }

    #[test]
    fn dates_are_read_in_every_form_clients_send() {
        for text in ["2026-11-30T08:15:00.000", "2026-11-30 08:15:00", "2026/11/30 08:15:00", "2026-11-30T08:15:00Z"] {
            assert_eq!(parse_instant(text), parse_instant("2026-11-30T08:15:00Z"), "{text}");
        }
        assert!(parse_instant("2026-11-30").is_some());
        assert!(parse_instant("next week").is_none());
    }
}
