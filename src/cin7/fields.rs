//! One JSON object of Cin7's, read leniently: every field by its name, every value from its exact text.
//!
//! The same value comes in several dresses: a number as a string, a boolean as `"0"`, nothing as `null`, `""` or a
//! missing key. Each reader here accepts all that are known and refuses, by name of the field, whatever is not. Nothing
//! is converted before it is asked for, and no number passes through a float.

use std::borrow::Cow;
use std::cell::Cell;

use rust_decimal::Decimal;

use crate::json::{Raw, Scanner, unescaped};
use crate::money::parse_decimal;
use crate::records::{Day, Guid, Timestamp};

/// A field that cannot be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The field, nested ones as `ProductPrices[3].Price`; empty when it is the record as a whole.
    pub(crate) field: String,
    /// One sentence.
    pub(crate) problem: String,
}

impl Wrong {
    pub(crate) fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }

    /// The same, about a field within `outer`.
    pub(crate) fn within(self, outer: &str, index: usize) -> Self {
        let dot = if self.field.is_empty() { "" } else { "." };
        Self { field: format!("{outer}[{index}]{dot}{}", self.field), problem: self.problem }
    }
}

/// The fields of one object, in the order in which they came.
#[derive(Default)]
pub(crate) struct Fields<'a> {
    entries: Vec<(Cow<'a, str>, Raw<'a>)>,
    /// Where the last field was found. Readers ask in about the order of the document, so the next is usually near.
    near: Cell<usize>,
}

impl<'a> Fields<'a> {
    /// Reads one JSON object.
    pub(crate) fn of(raw: Raw<'a>) -> Result<Self, Wrong> {
        let mut fields = Self::default();
        fields.read(raw)?;
        Ok(fields)
    }

    /// Reads one JSON object in place of the one held so far.
    pub(crate) fn read(&mut self, raw: Raw<'a>) -> Result<(), Wrong> {
        self.entries.clear();
        self.near.set(0);
        let text = raw.get();
        if !text.starts_with('{') {
            return Err(Wrong::new("", format!("“{}” is not a record", excerpt(text))));
        }
        Scanner::new(text)
            .fields(&mut |name, value| self.entries.push((name, value)))
            .map_err(|error| Wrong::new("", format!("is not a record: {error}")))
    }

    /// The fields with their values, in the order in which they came.
    pub(crate) fn entries(&self) -> &[(Cow<'a, str>, Raw<'a>)] {
        &self.entries
    }

    /// The field's JSON text; `None` when it is missing or null.
    pub(crate) fn raw(&self, name: &str) -> Option<Raw<'a>> {
        let near = self.near.get();
        let (before, after) = self.entries.split_at(near.min(self.entries.len()));
        let found = after.iter().chain(before).position(|(key, _)| key == name)?;
        let at = (near + found) % self.entries.len();
        self.near.set(at);
        let value = self.entries[at].1;
        (value.get() != "null").then_some(value)
    }

    /// Text; empty when there is none. Numbers and booleans in a text field keep their spelling.
    pub(crate) fn text(&self, name: &str) -> Result<Cow<'a, str>, Wrong> {
        let Some(raw) = self.raw(name) else { return Ok(Cow::Borrowed("")) };
        plain(raw.get()).ok_or_else(|| wrong(name, raw, "is not text"))
    }

    /// The name of something in a reference book; `None` when blank.
    pub(crate) fn name(&self, name: &str) -> Result<Option<String>, Wrong> {
        let text = self.text(name)?;
        Ok((!text.trim().is_empty()).then(|| text.into_owned()))
    }

    /// A number from its exact text; `None` when there is none.
    pub(crate) fn number(&self, name: &str) -> Result<Option<Decimal>, Wrong> {
        self.raw(name).map_or(Ok(None), |raw| number(raw).map_err(|problem| Wrong::new(name, problem)))
    }

    /// Yes or no; `None` when there is none.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Wrong> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let text = plain(raw.get()).unwrap_or(Cow::Borrowed(raw.get()));
        match text.trim() {
            "" => Ok(None),
            "1" => Ok(Some(true)),
            "0" => Ok(Some(false)),
            word if word.eq_ignore_ascii_case("true") => Ok(Some(true)),
            word if word.eq_ignore_ascii_case("false") => Ok(Some(false)),
            _ => Err(wrong(name, raw, "is neither true nor false")),
        }
    }

    /// An id in either letter case; `None` when there is none, or it is the empty id.
    pub(crate) fn id(&self, name: &str) -> Result<Option<Guid>, Wrong> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let text = plain(raw.get()).ok_or_else(|| wrong(name, raw, "is not a Cin7 id"))?;
        if text.trim().is_empty() {
            return Ok(None);
        }
        let id: Guid = text.parse().map_err(|_| wrong(name, raw, "is not a Cin7 id"))?;
        Ok((id != Guid::from_bytes([0; 16])).then_some(id))
    }

    /// The record's own id.
    pub(crate) fn own_id(&self, name: &str) -> Result<Guid, Wrong> {
        self.id(name)?.ok_or_else(|| Wrong::new(name, "is missing"))
    }

    /// An instant, with or without `Z`; `None` when there is none.
    pub(crate) fn instant(&self, name: &str) -> Result<Option<Timestamp>, Wrong> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let text = plain(raw.get()).unwrap_or_default();
        if text.trim().is_empty() && raw.get().starts_with('"') {
            return Ok(None);
        }
        instant(&text).map(Some).ok_or_else(|| wrong(name, raw, "is not an instant"))
    }

    /// A calendar day, whatever time of day is written behind it; `None` when there is none.
    pub(crate) fn day(&self, name: &str) -> Result<Option<Day>, Wrong> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let text = plain(raw.get()).unwrap_or_default();
        if text.trim().is_empty() && raw.get().starts_with('"') {
            return Ok(None);
        }
        day(text.trim()).map(Some).ok_or_else(|| wrong(name, raw, "is not a day that can be read for certain"))
    }

    /// The elements of an array; none when it is missing, null or `""`.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<Raw<'a>>, Wrong> {
        let Some(raw) = self.raw(name).filter(|raw| raw.get() != "\"\"") else { return Ok(Vec::new()) };
        raw.elements().map_err(|_| wrong(name, raw, "is not a list"))
    }

    /// A nested object; `None` when it is missing, null or `""`.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Fields<'a>>, Wrong> {
        let Some(raw) = self.raw(name).filter(|raw| raw.get() != "\"\"") else { return Ok(None) };
        Fields::of(raw).map(Some).map_err(|_| wrong(name, raw, "is not an object"))
    }
}

/// The first two lines of an address. Where Cin7 sends all its structured fields empty, the two lines that it displays in their
/// place.
pub(crate) fn address_lines(fields: &Fields<'_>) -> Result<[String; 2], Wrong> {
    let text = |name| fields.text(name).map(Cow::into_owned);
    for name in ["Line1", "Line2", "City", "State", "Postcode", "Country"] {
        if !fields.text(name)?.trim().is_empty() {
            return Ok([text("Line1")?, text("Line2")?]);
        }
    }
    Ok([text("DisplayAddressLine1")?, text("DisplayAddressLine2")?])
}

/// The text of a JSON string, or the spelling of a number or boolean; `None` for objects and arrays.
fn plain(json: &str) -> Option<Cow<'_, str>> {
    match json.as_bytes().first()? {
        b'"' => {
            // Half a symbol that was cut becomes a replacement character instead of an error.
            Some(unescaped(json.get(1..json.len().checked_sub(1)?)?).0)
        }
        b'{' | b'[' => None,
        _ => Some(Cow::Borrowed(json)),
    }
}

/// The text of any JSON value: its words if it is text, else its source.
pub(crate) fn words(json: Raw<'_>) -> String {
    plain(json.get()).map_or_else(|| excerpt(json.get()), Cow::into_owned)
}

/// A number or a string that holds one.
pub(crate) fn number(raw: Raw<'_>) -> Result<Option<Decimal>, String> {
    let json = raw.get();
    let text = plain(json).unwrap_or(Cow::Borrowed(json));
    let text = text.trim();
    if text.is_empty() || json == "null" {
        return Ok(None);
    }
    parse_decimal(text).map(Some).map_err(|_| format!("“{}” is not a number", excerpt(text)))
}

/// An instant with any fraction; without an offset it is UTC.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    // Webhooks and some lists leave the Z out, and a day alone is its midnight.
    let written = if text.len() == 10 { format!("{text}T00:00:00Z") } else { format!("{text}Z") };
    written.parse().ok()
}

/// A day as `2026-12-04`, alone or before a time. Otherwise the day comes first, as Cin7 writes it in its own format: `05/12/2026`
/// is the fifth of December; only where no month has the number is it the other way round.
pub(crate) fn day(text: &str) -> Option<Day> {
    let date = text.split(['T', 't', ' ']).next()?;
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let [one, two, three] = parts[..] else { return None };
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    let year = |text: &str| i32::try_from(number(text)?).ok();
    match (one.len(), two.len(), three.len()) {
        (4, 2, 2) => Day::new(year(one)?, number(two)?, number(three)?),
        (1 | 2, 1 | 2, 4) => {
            let (year, one, two) = (year(three)?, number(one)?, number(two)?);
            Day::new(year, two, one).or_else(|| Day::new(year, one, two))
        }
        _ => None,
    }
}

/// The beginning of a text, short enough for a sentence.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn wrong(field: &str, raw: Raw<'_>, problem: &str) -> Wrong {
    Wrong::new(field, format!("“{}” {problem}", excerpt(&words(raw))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Fields<'_> {
        Fields::of(Raw::of(json).unwrap()).unwrap()
    }

    #[test]
    fn null_empty_and_missing_all_mean_no_value() {
        for json in [r#"{"A":null}"#, r#"{"A":""}"#, "{}"] {
            let fields = fields(json);
            assert_eq!(fields.text("A").unwrap(), "");
            assert_eq!(fields.name("A").unwrap(), None);
            assert_eq!(fields.number("A").unwrap(), None);
            assert_eq!(fields.flag("A").unwrap(), None);
            assert_eq!(fields.id("A").unwrap(), None);
            assert_eq!(fields.instant("A").unwrap(), None);
            assert_eq!(fields.day("A").unwrap(), None);
            assert!(fields.list("A").unwrap().is_empty());
            assert!(fields.object("A").unwrap().is_none());
        }
    }

    #[test]
    fn numbers_come_plain_quoted_with_trailing_zeros_or_with_an_exponent() {
        let cases = [
            ("8", "8"),
            ("497.0000", "497"),
            (r#""0.00""#, "0"),
            (r#""10.0000000000""#, "10"),
            (r#"" 1 ""#, "1"),
            ("1e-3", "0.001"),
            ("1.5E+2", "150"),
            ("-4.25", "-4.25"),
            ("0.1", "0.1"),
        ];
        for (json, expected) in cases {
            let json = format!(r#"{{"N":{json}}}"#);
            assert_eq!(fields(&json).number("N").unwrap().unwrap().normalize().to_string(), expected, "{json}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_refused_by_name() {
        for json in [r#""1,000.00""#, r#""abc""#, "true", "{}", "[1]", "1e400", "123456789012345678901234567890.5"] {
            let json = format!(r#"{{"N":{json}}}"#);
            let wrong = fields(&json).number("N").unwrap_err();
            assert_eq!(wrong.field, "N", "{json}");
            assert!(wrong.problem.ends_with("is not a number"), "{}", wrong.problem);
        }
    }

    #[test]
    fn booleans_come_as_words_or_digits_too() {
        for (json, expected) in
            [("true", true), (r#""true""#, true), (r#""True""#, true), ("1", true), (r#""1""#, true), ("0", false)]
        {
            let json = format!(r#"{{"F":{json}}}"#);
            assert_eq!(fields(&json).flag("F").unwrap(), Some(expected), "{json}");
        }
        for json in [r#"{"F":"false"}"#, r#"{"F":"0"}"#, r#"{"F":false}"#] {
            assert_eq!(fields(json).flag("F").unwrap(), Some(false), "{json}");
        }
        assert!(fields(r#"{"F":"maybe"}"#).flag("F").is_err());
        assert!(fields(r#"{"F":2}"#).flag("F").is_err());
    }

    #[test]
    fn ids_come_in_upper_case_and_the_empty_id_is_none() {
        let fields =
            fields(r#"{"A":"7A8F439B-FA87-4795-A085-385CE8B133F9","B":"00000000-0000-0000-0000-000000000000","C":"x","D":5}"#);
        assert_eq!(fields.id("A").unwrap().unwrap().to_string(), "7a8f439b-fa87-4795-a085-385ce8b133f9");
        assert_eq!(fields.id("B").unwrap(), None);
        assert!(fields.id("C").is_err());
        assert!(fields.id("D").is_err());
        assert_eq!(fields.own_id("B").unwrap_err().problem, "is missing");
    }

    #[test]
    fn instants_have_up_to_seven_fractional_digits_and_may_lack_the_z() {
        let cases = [
            ("2026-03-04T05:07:46Z", "2026-03-04T05:07:46.000Z"),
            ("2026-03-04T05:07:46.5Z", "2026-03-04T05:07:46.500Z"),
            ("2026-03-04T05:07:46.52Z", "2026-03-04T05:07:46.520Z"),
            ("2026-03-04T05:07:46.917Z", "2026-03-04T05:07:46.917Z"),
            ("2026-03-04T05:07:30.6407568Z", "2026-03-04T05:07:30.640Z"),
            ("2026-02-07T07:22:37.21", "2026-02-07T07:22:37.210Z"),
            ("2026-02-07T07:22:37", "2026-02-07T07:22:37.000Z"),
            ("2026-02-07", "2026-02-07T00:00:00.000Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(instant(text).unwrap().to_string(), expected, "{text}");
        }
        assert!(fields(r#"{"I":"yesterday"}"#).instant("I").is_err());
        assert!(fields(r#"{"I":5}"#).instant("I").is_err());
        assert!(fields(r#"{"I":{}}"#).instant("I").is_err());
    }

    #[test]
    fn days_are_never_shifted_and_slashed_ones_are_day_first() {
        let date = |y, m, d| Day::new(y, m, d);
        assert_eq!(day("2026-12-04T00:00:00"), date(2026, 12, 4));
        assert_eq!(day("2026-12-04T23:30:00Z"), date(2026, 12, 4));
        assert_eq!(day("2026-12-04"), date(2026, 12, 4));
        assert_eq!(day("2026/11/30"), date(2026, 11, 30));
        assert_eq!(day("29/01/2026"), date(2026, 1, 29));
        assert_eq!(day("01/29/2026"), date(2026, 1, 29));
        assert_eq!(day("05/05/2026"), date(2026, 5, 5));
        assert_eq!(day("05/06/2026"), date(2026, 6, 5), "the day is first");
        assert_eq!(day("5/12/2026 00:00:00"), date(2026, 12, 5));
        assert_eq!(day("31.12.2026"), date(2026, 12, 31));
        assert_eq!(day("2026-12"), None);
        assert_eq!(day("05/12/26"), None);
        assert_eq!(day("5 Dec 2026"), None);
        assert_eq!(day("30/02/2026"), None);
        assert_eq!(day("2026-13-04"), None);
        assert_eq!(day("2026-12-0é"), None);
        assert!(fields(r#"{"D":"soon"}"#).day("D").is_err());
    }

    #[test]
    fn text_keeps_line_breaks_markup_and_halves_of_symbols() {
        let fields = fields(r#"{"A":"<b>Oak\r\nChair</b>","B":5,"C":"caf\u00e9 \ud83d","D":true,"E":{"x":1}}"#);
        assert_eq!(fields.text("A").unwrap(), "<b>Oak\r\nChair</b>");
        assert_eq!(fields.text("B").unwrap(), "5");
        assert!(fields.text("C").unwrap().starts_with("café \u{fffd}"));
        assert_eq!(fields.text("D").unwrap(), "true");
        assert_eq!(fields.text("E").unwrap_err().field, "E");
    }

    #[test]
    fn fields_are_found_in_any_order() {
        let fields = fields(r#"{"A":1,"B":2,"C":3}"#);
        for name in ["C", "A", "B", "A", "C", "C"] {
            assert!(fields.raw(name).is_some(), "{name}");
        }
        assert!(fields.raw("D").is_none());
    }
}
