//! A parsed value.

use std::fmt;

use super::scan::{Scanner, unescaped};
use super::{ToJson, Unreadable, Writer};

/// How deep lists and objects may lie in each other: reading recurses, and wasm's stack is small.
const DEEPEST: u32 = 128;

/// Any JSON value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// An object.
    Object(Map),
}

/// A number as it is written: no number passes through a float.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(Box<str>);

impl Number {
    /// The number if it is whole, not negative and written without point and exponent.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }
}

/// The fields of an object in the order in which they came. Where two have one name, the last counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Map(Vec<(String, Value)>);

impl Map {
    /// No fields.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a field.
    #[inline(never)]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// Whether there is such a field.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Adds a field, or gives one another value.
    pub fn insert(&mut self, name: String, value: Value) {
        self.0.retain(|(own, _)| *own != name);
        self.0.push((name, value));
    }

    /// The fields with their values.
    pub fn iter(&self) -> std::slice::Iter<'_, (String, Value)> {
        self.0.iter()
    }

    /// The names of the fields.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(name, _)| name)
    }
}

impl FromIterator<(String, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl IntoIterator for Map {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'m> IntoIterator for &'m Map {
    type Item = &'m (String, Value);
    type IntoIter = std::slice::Iter<'m, (String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Value {
    /// Whether it is `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The truth value if it is one.
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number if it is one that [`Number::as_u64`] reads.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(number) => number.as_u64(),
            _ => None,
        }
    }

    /// The text if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements if it is a list.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The fields if it is an object.
    pub const fn as_object(&self) -> Option<&Map> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// A field's value; `None` also when it is no object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }
}

/// A field's value; `null` where there is none.
impl std::ops::Index<&str> for Value {
    type Output = Self;

    fn index(&self, name: &str) -> &Self {
        self.get(name).unwrap_or(&Self::Null)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::to_text(self))
    }
}

impl ToJson for Value {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Null => out.source("null"),
            Self::Bool(value) => value.write(out),
            Self::Number(number) => out.source(&number.0),
            Self::String(text) => out.text(text),
            Self::Array(elements) => elements.write(out),
            Self::Object(fields) => {
                out.open();
                for (name, value) in fields {
                    out.named(name, value);
                }
                out.close();
            }
        }
    }
}

/// Parses a text.
///
/// # Errors
/// [`Unreadable`] when it is not JSON.
#[inline(never)]
pub fn parse(text: &str) -> Result<Value, Unreadable> {
    let mut scanner = Scanner::new(text);
    let value = read(&mut scanner, DEEPEST)?;
    scanner.end()?;
    Ok(value)
}

fn read(scanner: &mut Scanner<'_>, depth: u32) -> Result<Value, Unreadable> {
    let Some(depth) = depth.checked_sub(1) else { return Err(Unreadable("it is nested too deeply".into())) };
    let first = scanner.peek();
    match first {
        b'{' => {
            let mut fields = Vec::new();
            let mut more = scanner.enter(first)?;
            while more {
                let name = scanner.name()?.into_owned();
                fields.push((name, read(scanner, depth)?));
                more = scanner.more(first)?;
            }
            Ok(Value::Object(Map(fields)))
        }
        b'[' => {
            let mut elements = Vec::new();
            let mut more = scanner.enter(first)?;
            while more {
                elements.push(read(scanner, depth)?);
                more = scanner.more(first)?;
            }
            Ok(Value::Array(elements))
        }
        b'"' => {
            let (text, whole) = unescaped(scanner.string()?);
            if !whole {
                return Err(Unreadable("a text ends in the middle of a symbol".into()));
            }
            Ok(Value::String(text.into_owned()))
        }
        _ => Ok(match scanner.value()?.get() {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number => Value::Number(Number(number.into())),
        }),
    }
}
