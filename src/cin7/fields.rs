//! One value of Cin7's, read leniently, each from its exact text.
//!
//! The same value comes in several dresses: a number as a string, a boolean as `"0"`, nothing as `null`, `""` or a
//! missing key. A field of type [`Loose`] accepts all that are known and keeps whatever is not, until the conversion asks
//! for it by name. So no field costs its record, no record its page, and no number passes through a float.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

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

    pub(crate) fn missing(field: &str) -> Self {
        Self::new(field, "is missing")
    }

    /// The same, about a field within `outer`.
    pub(crate) fn within(self, outer: &str, index: usize) -> Self {
        let dot = if self.field.is_empty() { "" } else { "." };
        Self { field: format!("{outer}[{index}]{dot}{}", self.field), problem: self.problem }
    }
}

/// A field as Cin7 sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Loose<T> {
    /// Not at all, or as `null`.
    #[default]
    Missing,
    /// As something that stands for nothing, such as `""` for a number.
    Blank,
    /// In a dress that is known.
    Told(T),
    /// As something else.
    Odd(Box<Odd>),
}

/// What stands in a field and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Odd {
    /// The field's text, or the beginning of its source.
    words: String,
    /// What it is not.
    problem: &'static str,
}

/// A type that is read from any of its dresses.
pub(crate) trait Dress: Sized {
    /// Reads one well-formed JSON value other than `null`; `None` when it stands for nothing.
    ///
    /// # Errors
    /// What the value is not.
    fn read(json: &str) -> Result<Option<Self>, &'static str>;
}

impl<'de, T: Dress> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(Self::of)
    }
}

impl<T: Dress> Loose<T> {
    /// What stands there.
    pub(crate) fn of(value: &RawValue) -> Self {
        let json = value.get();
        if json == "null" {
            return Self::Missing;
        }
        match T::read(json) {
            Ok(value) => value.map_or(Self::Blank, Self::Told),
            Err(problem) => Self::Odd(Box::new(Odd { words: words(json), problem })),
        }
    }
}

impl<T> Loose<T> {
    /// Whether anything stands there, be it blank or odd.
    pub(crate) const fn is_sent(&self) -> bool {
        !matches!(self, Self::Missing)
    }

    /// The words of what cannot be read.
    pub(crate) fn odd_words(&self) -> Option<&str> {
        match self {
            Self::Odd(odd) => Some(&odd.words),
            _ => None,
        }
    }

    /// The value of the field, whose name is `name`; `None` when there is none.
    pub(crate) fn told(self, name: &str) -> Result<Option<T>, Wrong> {
        match self {
            Self::Missing | Self::Blank => Ok(None),
            Self::Told(value) => Ok(Some(value)),
            Self::Odd(odd) => Err(Wrong::new(name, format!("“{}” {}", excerpt(odd.words.trim()), odd.problem))),
        }
    }

    /// The value of a field that must have one.
    pub(crate) fn needed(self, name: &str) -> Result<T, Wrong> {
        self.told(name)?.ok_or_else(|| Wrong::missing(name))
    }
}

impl Loose<String> {
    /// Whether there are no words in it.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Missing | Self::Blank => true,
            Self::Told(text) => text.trim().is_empty(),
            Self::Odd(_) => false,
        }
    }

    /// Text; empty when there is none.
    pub(crate) fn text(self, name: &str) -> Result<String, Wrong> {
        Ok(self.told(name)?.unwrap_or_default())
    }

    /// Text without the space around it.
    pub(crate) fn trimmed(self, name: &str) -> Result<String, Wrong> {
        Ok(self.text(name)?.trim().to_owned())
    }

    /// The name of something in a reference book; `None` when blank.
    pub(crate) fn name(self, name: &str) -> Result<Option<String>, Wrong> {
        Ok(self.told(name)?.filter(|text| !text.trim().is_empty()))
    }
}

impl<T: Default> Loose<Object<T>> {
    /// A nested object; one without fields when there is none.
    pub(crate) fn object(self, name: &str) -> Result<T, Wrong> {
        Ok(self.told(name)?.map(|object| object.0).unwrap_or_default())
    }
}

impl<T> Loose<List<T>> {
    /// The elements of a list, those that are no records as what is wrong with them; none when there is no list.
    pub(crate) fn list(self, name: &str) -> Result<Vec<Result<T, Wrong>>, Wrong> {
        Ok(self.told(name)?.map(|list| list.0).unwrap_or_default())
    }
}

/// Text. Numbers and booleans in a text field keep their spelling.
impl Dress for String {
    fn read(json: &str) -> Result<Option<Self>, &'static str> {
        text(json).map(|text| Some(text.into_owned())).ok_or("is not text")
    }
}

/// A number from its exact text.
impl Dress for Decimal {
    fn read(json: &str) -> Result<Option<Self>, &'static str> {
        let text = text(json).unwrap_or(Cow::Borrowed(json));
        let text = text.trim();
        if text.is_empty() { Ok(None) } else { parse_decimal(text).map(Some).map_err(|_| "is not a number") }
    }
}

/// Yes or no.
impl Dress for bool {
    fn read(json: &str) -> Result<Option<Self>, &'static str> {
        let text = text(json).unwrap_or(Cow::Borrowed(json));
        match text.trim() {
            "" => Ok(None),
            "1" => Ok(Some(true)),
            "0" => Ok(Some(false)),
            word if word.eq_ignore_ascii_case("true") => Ok(Some(true)),
            word if word.eq_ignore_ascii_case("false") => Ok(Some(false)),
            _ => Err("is neither true nor false"),
        }
    }
}

/// An id in either letter case; the empty id is none.
impl Dress for Guid {
    fn read(json: &str) -> Result<Option<Self>, &'static str> {
        const PROBLEM: &str = "is not a Cin7 id";
        let text = text(json).ok_or(PROBLEM)?;
        if text.trim().is_empty() {
            return Ok(None);
        }
        let id: Self = text.parse().map_err(|_| PROBLEM)?;
        Ok((id != Self::from_bytes([0; 16])).then_some(id))
    }
}

/// An instant, with or without `Z`.
impl Dress for Timestamp {
    fn read(json: &str) -> Result<Option<Self>, &'static str> {
        time(json, instant).map_err(|()| "is not an instant")
    }
}

/// A calendar day, whatever time of day is written behind it.
impl Dress for Day {
    fn read(json: &str) -> Result<Option<Self>, &'static str> {
        time(json, day).map_err(|()| "is not a day that can be read for certain")
    }
}

fn time<T>(json: &str, read: fn(&str) -> Option<T>) -> Result<Option<T>, ()> {
    let text = text(json).unwrap_or_default();
    let text = text.trim();
    if text.is_empty() && json.starts_with('"') { Ok(None) } else { read(text).map(Some).ok_or(()) }
}

/// An object within a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object<T>(T);

impl<T: DeserializeOwned> Dress for Object<T> {
    fn read(json: &str) -> Result<Option<Self>, &'static str> {
        if json == "\"\"" {
            return Ok(None);
        }
        record(json).map(|object| Some(Self(object))).map_err(|_| "is not an object")
    }
}

/// An object within a record that is read only where it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source(String);

impl Source {
    /// Its fields.
    pub(crate) fn entries(&self) -> Entries<'_> {
        Entries::of(&self.0).unwrap_or_default()
    }
}

impl Dress for Source {
    fn read(json: &str) -> Result<Option<Self>, &'static str> {
        match json {
            "\"\"" => Ok(None),
            _ if json.starts_with('{') => Ok(Some(Self(json.to_owned()))),
            _ => Err("is not an object"),
        }
    }
}

/// A list of records within a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List<T>(Vec<Result<T, Wrong>>);

impl<T: DeserializeOwned> Dress for List<T> {
    fn read(json: &str) -> Result<Option<Self>, &'static str> {
        if json == "\"\"" {
            return Ok(None);
        }
        let elements: Vec<&RawValue> = serde_json::from_str(json).map_err(|_| "is not a list")?;
        Ok(Some(Self(elements.into_iter().map(|element| record(element.get())).collect())))
    }
}

/// Reads one well-formed JSON value as a record.
pub(crate) fn record<T: DeserializeOwned>(json: &str) -> Result<T, Wrong> {
    if !json.starts_with('{') {
        return Err(Wrong::new("", format!("“{}” is not a record", excerpt(json))));
    }
    // serde refuses a name that comes twice, of which the last counts, and one that ends in the middle of a symbol.
    serde_json::from_str(json)
        .or_else(|_| serde_json::from_str(&serde_json::to_string(&Entries::of(json)?)?))
        .map_err(|error: serde_json::Error| Wrong::new("", format!("is not a record: {error}")))
}

/// The fields of an object in the order in which they came, each name once.
#[derive(Debug, Default)]
pub(crate) struct Entries<'a>(pub(crate) Vec<(String, &'a RawValue)>);

impl<'a> Entries<'a> {
    /// Reads one JSON object.
    pub(crate) fn of(json: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(json)
    }

    /// A field as it is written; `None` when it is missing or null.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        let (_, json) = self.0.iter().find(|(own, _)| own == name)?;
        Some(json.get()).filter(|json| *json != "null")
    }

    /// The words of a field; empty when it has none.
    pub(crate) fn text(&self, name: &str) -> String {
        self.get(name).and_then(text).unwrap_or_default().into_owned()
    }

    /// The first of `names` that has words.
    pub(crate) fn first_of(&self, names: &[&str]) -> String {
        let mut texts = names.iter().map(|name| self.text(name));
        texts.find(|text| !text.trim().is_empty()).map(|text| excerpt(text.trim())).unwrap_or_default()
    }
}

/// What a report calls a record with these fields.
pub(crate) type Label = fn(&Entries<'_>) -> String;

/// What a report calls the record of this text; empty when it is none.
pub(crate) fn called(json: &str, label: Label) -> String {
    Entries::of(json).map(|fields| label(&fields)).unwrap_or_default()
}

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Entries::default();
                while let Some(Name(name)) = map.next_key()? {
                    let value = map.next_value()?;
                    entries.0.retain(|(own, _)| *own != name);
                    entries.0.push((name, value));
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, json)| (name, json)))
    }
}

/// A text of which half a symbol may be left, as where a name was cut: it becomes a replacement character instead of an error.
pub(crate) struct Name(pub(crate) String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Name, E> {
                let mut text = String::with_capacity(bytes.len());
                for chunk in bytes.utf8_chunks() {
                    text.push_str(chunk.valid());
                    // Half a symbol is three bytes, of which each is a chunk; this is the first.
                    if chunk.invalid() == [0xED] {
                        text.push(char::REPLACEMENT_CHARACTER);
                    }
                }
                Ok(Name(text))
            }
        }
        deserializer.deserialize_bytes(Reader)
    }
}

/// The text of a JSON string, or the spelling of a number or boolean; `None` for objects and arrays.
fn text(json: &str) -> Option<Cow<'_, str>> {
    match json.as_bytes().first()? {
        b'"' if json.contains('\\') => serde_json::from_str(json).ok().map(|Name(text)| Cow::Owned(text)),
        b'"' => json.get(1..json.len() - 1).map(Cow::Borrowed),
        b'{' | b'[' => None,
        _ => Some(Cow::Borrowed(json)),
    }
}

/// The text of any JSON value: its words if it is text, else its source.
pub(crate) fn words(json: &str) -> String {
    text(json).map_or_else(|| excerpt(json), Cow::into_owned)
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

#[cfg(test)]
mod tests;
