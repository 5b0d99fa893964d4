//! Instants and calendar days, in the few written forms that we and Cin7 use.
//!
//! chrono does the calendar. Its own parsing and printing are left out on purpose: they understand every format there is,
//! and weigh a tenth of the whole download.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use serde_with::{DeserializeFromStr, SerializeDisplay};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The number that `text` writes in decimal digits alone.
fn digits(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// A calendar day, of no time zone. Crosses JSON as `2026-04-17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, SerializeDisplay, DeserializeFromStr)]
pub struct Day(NaiveDate);

impl Day {
    /// The first day of the calendar.
    pub const FIRST: Self = Self(NaiveDate::MIN);

    /// The day of this date; `None` when there is no such date.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    /// The day this many days later (earlier when negative); the same where the calendar ends.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.0.checked_add_signed(TimeDelta::days(days)).map_or(self, Self)
    }

    /// The day as a reader writes it: `17 Apr 2026`.
    pub fn spoken(self) -> String {
        format!("{} {} {}", self.0.day(), MONTHS[self.0.month0() as usize], self.0.year())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

/// The text is not a day such as `2026-04-17`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a day")]
pub struct NotADay(pub String);

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let read = || {
            let (year, rest) = text.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            let right = year.len() == 4 && month.len() == 2 && day.len() == 2;
            let year = i32::try_from(digits(year)?).ok()?;
            right.then_some(Self::new(year, digits(month)?, digits(day)?)).flatten()
        };
        read().ok_or_else(|| NotADay(text.to_owned()))
    }
}

/// An instant in whole milliseconds of UTC. Crosses JSON as `2026-03-30T15:00:00.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, SerializeDisplay, DeserializeFromStr)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `milliseconds` after the start of 1970.
    pub const fn from_millis(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since the start of 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The instant `milliseconds` later (earlier when negative).
    #[must_use]
    pub const fn plus_millis(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to this instant.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// The calendar day where clocks are so many minutes ahead of UTC. There is no day of an instant without a place.
    pub fn day_at(self, minutes: i32) -> Day {
        Day(self.plus_millis(i64::from(minutes) * 60_000).utc().date_naive())
    }

    /// The instant of a header such as `Date: Mon, 30 Mar 2026 15:00:00 GMT`.
    pub fn from_http_date(text: &str) -> Option<Self> {
        let mut words = text.trim().split(' ').skip(1);
        let (day, month, year) = (digits(words.next()?)?, words.next()?, digits(words.next()?)?);
        let month = (1..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
        let time = time_of_day(words.next()?)?;
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        matches!((words.next(), words.next()), (Some("GMT"), None))
            .then(|| Self(date.and_time(time).and_utc().timestamp_millis()))
    }
}

/// How many minutes ahead of UTC clocks are in a time zone that is told by its offset: `+10:00`, `UTC-8`, or as Windows shows its
/// own, `(UTC+05:30) Chennai, Mumbai`; `None` for a name.
pub fn offset_minutes(zone: &str) -> Option<i32> {
    let zone = zone.trim();
    let inside = zone.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(zone, |(inside, _)| inside).trim();
    let bare = inside.strip_prefix("UTC").or_else(|| inside.strip_prefix("GMT"));
    let offset = bare.unwrap_or(inside).trim();
    if offset.is_empty() {
        return bare.map(|_| 0);
    }
    let ahead = offset.strip_prefix('+');
    let (hours, minutes) = {
        let rest = ahead.or_else(|| offset.strip_prefix('-'))?;
        rest.split_once(':').unwrap_or((rest, "0"))
    };
    let (hours, minutes) = (digits(hours).filter(|hours| *hours <= 14)?, digits(minutes).filter(|minutes| *minutes < 60)?);
    let minutes = i32::try_from(hours * 60 + minutes).ok()?;
    Some(if ahead.is_some() { minutes } else { -minutes })
}

/// `15:04:05`, with any fraction.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = whole.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let right = parts.next().is_none() && [hour, minute, second].iter().all(|part| part.len() == 2);
    let (hour, minute, second) = (digits(hour)?, digits(minute)?, digits(second)?);
    let plain = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    // Padded so that the first three digits are the milliseconds.
    let milliseconds = digits(format!("{fraction}00").get(..3)?)?;
    if right && plain { NaiveTime::from_hms_milli_opt(hour, minute, second, milliseconds) } else { None }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.utc().time();
        let milliseconds = time.nanosecond() / 1_000_000;
        write!(f, "{}T{:02}:{:02}:{:02}.{milliseconds:03}Z", self.day_at(0), time.hour(), time.minute(), time.second())
    }
}

/// The text is not an instant such as `2026-03-30T15:00:00.000Z`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an instant")]
pub struct NotAnInstant(pub String);

impl FromStr for Timestamp {
    type Err = NotAnInstant;

    /// Any number of fractional digits; `Z` or an offset such as `+02:00`.
    fn from_str(text: &str) -> Result<Self, NotAnInstant> {
        let read = || {
            let (day, rest) = text.trim().split_once(['T', 't', ' '])?;
            let (time, offset) = if let Some(time) = rest.strip_suffix(['Z', 'z']) {
                (time, 0)
            } else {
                let (time, offset) = rest.split_at(rest.rfind(['+', '-'])?);
                let (hours, minutes) = offset.get(1..)?.split_once(':')?;
                let hours = digits(hours).filter(|hours| *hours < 24)?;
                let minutes = i64::from(hours * 60 + digits(minutes).filter(|minutes| *minutes < 60)?);
                (time, if offset.starts_with('-') { -minutes } else { minutes })
            };
            let day: Day = day.parse().ok()?;
            let local = day.0.and_time(time_of_day(time)?).and_utc().timestamp_millis();
            Some(Self(local - offset * 60_000))
        };
        read().ok_or_else(|| NotAnInstant(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn instants_are_read_with_any_fraction_and_shown_in_milliseconds() {
        for (given, shown) in [
            ("2026-03-04T05:07:46Z", "2026-03-04T05:07:46.000Z"),
            ("2026-03-04T05:07:46.5Z", "2026-03-04T05:07:46.500Z"),
            ("2026-03-04T05:07:46.52Z", "2026-03-04T05:07:46.520Z"),
            ("2026-03-04T05:07:30.6407568Z", "2026-03-04T05:07:30.640Z"),
            ("2026-03-04T05:07:30+02:00", "2026-03-04T03:07:30.000Z"),
            ("2026-03-04 05:07:30-00:30", "2026-03-04T05:37:30.000Z"),
        ] {
            assert_eq!(given.parse::<Timestamp>().map(|instant| instant.to_string()).as_deref(), Ok(shown));
        }
        for wrong in [
            "",
            "2026-03-04",
            "2026-03-04T05:07:46",
            "2026-13-04T05:07:46Z",
            "2026-03-04T25:07:46Z",
            "2026-03-04T05:07:46.Z",
            "2026-03-04T5:07:46Z",
            "2026-03-04T05:07:46.5x5Z",
        ] {
            assert!(wrong.parse::<Timestamp>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_are_four_two_and_two_digits() {
        assert_eq!(
            "2026-04-17".parse::<Day>().map(|day| (day.to_string(), day.spoken())),
            Ok(("2026-04-17".into(), "17 Apr 2026".into()))
        );
        for wrong in ["2026-4-17", "2026-02-30", "17-04-2026", "2026-04-17T00:00:00", "+026-04-17", ""] {
            assert!(wrong.parse::<Day>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_day_of_an_instant_is_one_of_a_place() {
        let at: Timestamp = "2026-12-01T03:44:00Z".parse().unwrap();
        for (zone, day) in [
            ("-08:00", Some("2026-11-30")),
            ("UTC-8", Some("2026-11-30")),
            ("(UTC-08:00) Pacific Time (US & Canada)", Some("2026-11-30")),
            ("GMT-03:45", Some("2026-11-30")),
            ("GMT-03:44", Some("2026-12-01")),
            ("UTC", Some("2026-12-01")),
            ("(UTC) Dublin, Edinburgh, Lisbon, London", Some("2026-12-01")),
            ("(GMT+13:00) Auckland", Some("2026-12-01")),
            ("America/Los_Angeles", None),
            ("Pacific Standard Time", None),
            ("Etc/GMT+8", None),
            ("UTC+15", None),
            ("UTC+1:75", None),
            ("+", None),
            ("()", None),
            ("", None),
        ] {
            let read = offset_minutes(zone).map(|minutes| at.day_at(minutes).to_string());
            assert_eq!(read.as_deref(), day, "{zone}");
        }
    }

    #[test]
    fn the_date_header_is_read() {
        let read = Timestamp::from_http_date("Mon, 30 Mar 2026 15:00:01 GMT");
        assert_eq!(read.map(|instant| instant.to_string()).as_deref(), Some("2026-03-30T15:00:01.000Z"));
        for wrong in
            ["", "Mon, 30 Foo 2026 15:00:00 GMT", "Mon, 30 Mar 2026 15:00:00 CET", "Monday", "Mon, 30 Mar 2026 15:00:00 GMT x"]
        {
            assert_eq!(Timestamp::from_http_date(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_instant_survives_its_own_text(millis in -62_135_596_800_000_i64..253_402_300_799_000) {
            let instant = Timestamp::from_millis(millis);
            prop_assert_eq!(instant.to_string().parse::<Timestamp>(), Ok(instant));
        }

        #[test]
        fn no_text_makes_reading_panic(text in ".{0,40}", almost in "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.+Zé-]{0,16}") {
            for text in [text, almost] {
                let _ = (text.parse::<Timestamp>(), text.parse::<Day>(), Timestamp::from_http_date(&text));
            }
        }
    }
}
