//! JSON in little code.
//!
//! `serde_json` reads a struct by code that it compiles for that struct alone, for lists as well as objects, once for
//! every kind of input: in wasm these copies weighed more than everything else together. Here the text is first parsed
//! into a [`Value`], by code that exists once; a struct is then read from that by the few instructions that are its own.
//! What is read this way is small and our own: settings, records, quotes, orders. Cin7's pages are read in `cin7`.

use std::fmt;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde_json::Value;

/// Why a text is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(Box<str>);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    #[inline(never)]
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self(words.to_string().into())
    }

    // The default words would drag the printing of floats along.
    #[inline(never)]
    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("expected {expected}").into())
    }

    #[inline(never)]
    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("expected {expected}").into())
    }

    #[inline(never)]
    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self(format!("expected {expected}").into())
    }

    #[inline(never)]
    fn unknown_variant(word: &str, words: &'static [&'static str]) -> Self {
        Self(format!("{word} is not one of {}", words.join(", ")).into())
    }

    #[inline(never)]
    fn unknown_field(name: &str, _: &'static [&'static str]) -> Self {
        Self(format!("unknown field {name}").into())
    }

    #[inline(never)]
    fn missing_field(name: &'static str) -> Self {
        Self(format!("{name} is missing").into())
    }

    #[inline(never)]
    fn duplicate_field(name: &'static str) -> Self {
        Self(format!("{name} stands twice").into())
    }
}

/// Parses a text.
///
/// # Errors
/// [`Unreadable`] when it is not JSON.
#[inline(never)]
pub fn parse(text: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(text).map_err(|error| Unreadable(error.to_string().into()))
}

/// Reads a value from JSON text.
///
/// # Errors
/// [`Unreadable`] when the text is not JSON, or not of the shape.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    from_value(&parse(text)?)
}

/// Reads a value from JSON text in UTF-8.
///
/// # Errors
/// As [`from_str`].
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    from_str(std::str::from_utf8(bytes).map_err(|_| Unreadable("the text is not UTF-8".into()))?)
}

/// Reads a value from parsed JSON.
///
/// # Errors
/// [`Unreadable`] when it is not of the shape.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, Unreadable> {
    T::deserialize(Reader(value))
}

#[derive(Clone, Copy)]
struct Reader<'v>(&'v Value);

impl Reader<'_> {
    #[cold]
    #[inline(never)]
    fn not(self, expected: &dyn Expected) -> Unreadable {
        let _ = self;
        de::Error::invalid_type(Unexpected::Other(""), expected)
    }
}

macro_rules! integers {
    ($($method:ident)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
                self.deserialize_i64(visitor)
            }
        )*
    };
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(_) => self.deserialize_i64(visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Bool(flag) => visitor.visit_bool(*flag),
            _ => Err(self.not(&visitor)),
        }
    }

    integers!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64);

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => Err(self.not(&visitor)),
            },
            _ => Err(self.not(&visitor)),
        }
    }

    /// Nothing of ours is a float.
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        Err(self.not(&visitor))
    }

    /// Nothing of ours is a float.
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        Err(self.not(&visitor))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::String(text) => visitor.visit_borrowed_str(text),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        Err(self.not(&visitor))
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        Err(self.not(&visitor))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Array(elements) => visitor.visit_seq(Elements(elements.iter())),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Object(entries) => visitor.visit_map(Entries { entries: entries.iter(), value: &Value::Null }),
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::String(word) => visitor.visit_enum(Variant { word, content: None }),
            Value::Object(entries) if entries.len() == 1 => match entries.iter().next() {
                Some((word, content)) => visitor.visit_enum(Variant { word, content: Some(content) }),
                None => Err(self.not(&visitor)),
            },
            _ => Err(self.not(&visitor)),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }
}

struct Elements<'v>(std::slice::Iter<'v, Value>);

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        self.0.next().map(|element| seed.deserialize(Reader(element))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'v> {
    entries: serde_json::map::Iter<'v>,
    value: &'v Value,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        let Some((name, value)) = self.entries.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(name.as_str().into_deserializer()).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
        seed.deserialize(Reader(self.value))
    }
}

struct Variant<'v> {
    word: &'v str,
    content: Option<&'v Value>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Unreadable> {
        Ok((seed.deserialize(self.word.into_deserializer())?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        match self.content {
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(de::Error::custom("expected a word alone")),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Unreadable> {
        seed.deserialize(Reader(self.content.unwrap_or(&Value::Null)))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        Reader(self.content.unwrap_or(&Value::Null)).deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unreadable> {
        Reader(self.content.unwrap_or(&Value::Null)).deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::money::Price;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Sample {
        name: String,
        price: Option<Price>,
        counts: Vec<u32>,
        pair: [Option<i64>; 2],
        #[serde(default)]
        flag: bool,
        kind: Kind,
        other: Kind,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Kind {
        Plain,
        Named(String),
        Full { step: u8 },
    }

    fn sample() -> Sample {
        Sample {
            name: "Oak “Chair” 🪑".into(),
            price: Some("135.5555".parse().unwrap()),
            counts: vec![0, 1, u32::MAX],
            pair: [Some(-5), None],
            flag: true,
            kind: Kind::Named("x".into()),
            other: Kind::Full { step: 3 },
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        let text = serde_json::to_string(&sample()).unwrap();
        assert_eq!(from_str::<Sample>(&text), Ok(sample()));
        assert_eq!(from_slice::<Sample>(text.as_bytes()), Ok(sample()));
        assert_eq!(serde_json::from_str::<Sample>(&text).unwrap(), sample(), "and as serde_json reads it");
    }

    #[test]
    fn a_word_alone_is_a_variant_and_unknown_names_are_passed_over() {
        let text = r#"{"name":"","price":null,"counts":[],"pair":[1,2],"kind":"plain","other":"plain","new":{"a":[1]}}"#;
        let read: Sample = from_str(text).unwrap();
        assert_eq!((read.kind, read.flag), (Kind::Plain, false));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(from_str::<Sample>("{}").unwrap_err().to_string(), "name is missing");
        assert_eq!(from_str::<Kind>(r#""odd""#).unwrap_err().to_string(), "odd is not one of plain, named, full");
        for text in ["", "[]", "nul", "{", "{\"name\":1}", "3", "{\"kind\":{\"named\":1}}"] {
            assert!(from_str::<Sample>(text).is_err(), "{text}");
        }
        assert!(from_slice::<Sample>(b"\"\xff\"").is_err());
        assert!(from_str::<u8>("300").is_err());
        assert!(from_str::<i64>("1.5").is_err());
    }
}
