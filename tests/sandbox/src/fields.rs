//! A JSON object that keeps the order of its keys and the exact text of its numbers.
//!
//! Cin7 sends `41.2500` and `497.0`; a simulator that answered `41.25` and `497` would hide what a client does with them.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// An object's keys and values, in the order they were written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<(String, Box<RawValue>)>);

/// A decimal that is written as a JSON number, digit for digit, without trailing zeros.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) Decimal);

/// Any serializable value as raw JSON text.
pub(crate) fn raw<T: Serialize + ?Sized>(value: &T) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).expect("values built here have string keys and cannot fail to serialize")
}

/// Reads a decimal from a JSON number's text or from a string that holds one (`"0.00"`).
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim().trim_matches('"').trim();
    Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

/// Builds [`Fields`] from `"Key" => value` pairs, in that order.
macro_rules! object {
    ($($key:expr => $value:expr),* $(,)?) => {{
        let mut fields = $crate::fields::Fields::default();
        $(fields.push($key, &$value);)*
        fields
    }};
}
pub(crate) use object;

impl Fields {
    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("raw JSON under string keys cannot fail to serialize")
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_ref()))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&RawValue> {
        self.0.iter().find(|(own, _)| own == key).map(|(_, value)| value.as_ref())
    }

    pub(crate) fn set<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) {
        let value = raw(value);
        match self.0.iter_mut().find(|(own, _)| own == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// Appends a key that is not there yet.
    pub(crate) fn push<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) {
        self.0.push((key.to_owned(), raw(value)));
    }

    /// Appends all keys of an object that shares none with this one.
    pub(crate) fn append(&mut self, mut other: Fields) {
        self.0.append(&mut other.0);
    }

    pub(crate) fn take(&mut self, key: &str) -> Option<Box<RawValue>> {
        let at = self.0.iter().position(|(own, _)| own == key)?;
        Some(self.0.remove(at).1)
    }

    /// Whether the key is missing, `null`, `""`, or blank: Cin7 uses all of them for "no value".
    pub(crate) fn is_blank(&self, key: &str) -> bool {
        self.get(key).is_none_or(|value| matches!(value.get().trim(), "null" | "\"\""))
            || self.text(key).is_some_and(|text| text.trim().is_empty())
    }

    /// The string under `key`; a number is given as its text, `null` as nothing.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let value = self.get(key)?.get();
        if value.starts_with('"') {
            serde_json::from_str(value).ok()
        } else if value == "null" || value.starts_with(['{', '[']) {
            None
        } else {
            Some(value.to_owned())
        }
    }

    /// The string under `key`, or an empty one.
    pub(crate) fn text_or_empty(&self, key: &str) -> String {
        self.text(key).unwrap_or_default()
    }

    /// The decimal under `key`, written as a number or as a string.
    pub(crate) fn number(&self, key: &str) -> Option<Decimal> {
        decimal(self.get(key)?.get())
    }

    pub(crate) fn number_or_zero(&self, key: &str) -> Decimal {
        self.number(key).unwrap_or_default()
    }

    /// The boolean under `key`, written as a boolean or as a string.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key)?.get().trim_matches('"').to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    pub(crate) fn object(&self, key: &str) -> Option<Fields> {
        let value = self.get(key)?.get();
        value.starts_with('{').then(|| Fields::parse(value).ok()).flatten()
    }

    /// The objects of the array under `key`; anything else is an empty list.
    pub(crate) fn list(&self, key: &str) -> Vec<Fields> {
        self.get(key).and_then(|value| serde_json::from_str(value.get()).ok()).unwrap_or_default()
    }

    /// Lays `patch` over this object: objects merge, everything else is replaced.
    pub(crate) fn merge(&mut self, patch: &Fields) {
        for (key, value) in patch.iter() {
            match (self.object(key), value.get().starts_with('{').then(|| Fields::parse(value.get()))) {
                (Some(mut own), Some(Ok(inner))) => {
                    own.merge(&inner);
                    self.set(key, &own);
                }
                _ => self.set(key, value),
            }
        }
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::with_capacity(map.size_hint().unwrap_or(16));
                while let Some(entry) = map.next_entry::<String, Box<RawValue>>()? {
                    fields.push(entry);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl Number {
    /// The number as JSON text.
    pub(crate) fn text(self) -> String {
        self.0.normalize().to_string()
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.text()).expect("a decimal's text is a JSON number").serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_order_survive_word_for_word() {
        let text = r#"{"b":41.2500,"a":"x","c":[1.10,2],"d":{"e":497.0}}"#;
        let mut fields = Fields::parse(text).unwrap();
        assert_eq!(fields.to_text(), text);
        fields.merge(&Fields::parse(r#"{"d":{"f":null},"a":"y"}"#).unwrap());
        assert_eq!(fields.to_text(), r#"{"b":41.2500,"a":"y","c":[1.10,2],"d":{"e":497.0,"f":null}}"#);
    }

    #[test]
    fn numbers_may_come_as_strings_and_booleans_too() {
        let fields = Fields::parse(r#"{"rate":"1","on":"true","off":false,"none":null,"blank":" "}"#).unwrap();
        assert_eq!(fields.number("rate"), Some(Decimal::ONE));
        assert_eq!(fields.flag("on"), Some(true));
        assert_eq!(fields.flag("off"), Some(false));
        assert!(fields.is_blank("none") && fields.is_blank("missing") && fields.is_blank("blank"));
    }
}
