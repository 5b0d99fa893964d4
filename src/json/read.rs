//! Reading.

use std::fmt::Display;

use super::{Unreadable, Value, parse};

/// What a value is read from when its field is missing.
static MISSING: Value = Value::Null;

/// A type that is read from JSON.
pub trait FromJson: Sized {
    /// Reads a value. What cannot be read is said to `faults`, and something blank is handed back, which nobody sees:
    /// [`from_value`] gives the first fault instead. So no reader needs a way out at each of its fields.
    fn read(value: &Value, faults: &mut Faults) -> Self;
}

/// What went wrong while reading; the first counts.
#[derive(Debug, Default)]
pub struct Faults {
    first: Option<Unreadable>,
    /// The name of the field that was missing last.
    missing: &'static str,
}

impl Faults {
    /// The value is not what was expected.
    #[cold]
    #[inline(never)]
    pub fn expected(&mut self, value: &Value, what: &str) {
        if is_missing(value) {
            let name = self.missing;
            self.said(&format_args!("{name} is missing"));
        } else {
            self.said(&format_args!("expected {what}"));
        }
    }

    /// The word is none of these.
    #[cold]
    #[inline(never)]
    pub fn unknown(&mut self, word: &str, words: &[&str]) {
        self.said(&format_args!("{word} is not one of {}", words.join(", ")));
    }

    /// Something is wrong, in these words.
    #[cold]
    #[inline(never)]
    pub fn said(&mut self, words: &dyn Display) {
        if self.first.is_none() {
            self.first = Some(Unreadable(words.to_string().into()));
        }
    }

    /// A text; empty when it is none.
    #[inline(never)]
    pub fn text<'v>(&mut self, value: &'v Value) -> &'v str {
        if let Value::String(text) = value {
            text
        } else {
            self.expected(value, "a string");
            ""
        }
    }

    /// A list; empty when it is none.
    #[inline(never)]
    pub fn list<'v>(&mut self, value: &'v Value) -> &'v [Value] {
        if let Value::Array(elements) = value {
            elements
        } else {
            self.expected(value, "a list");
            &[]
        }
    }

    /// A whole number up to `most`; 0 when it is none.
    #[inline(never)]
    pub fn number(&mut self, value: &Value, most: u64) -> u64 {
        match value.as_u64() {
            Some(number) if number <= most => number,
            _ => {
                self.expected(value, "a whole number in range");
                0
            }
        }
    }

    /// Which of these words it is; 0 when it is none.
    #[inline(never)]
    pub fn word(&mut self, value: &Value, words: &[&str]) -> usize {
        let Value::String(word) = value else {
            self.expected(value, "a word");
            return 0;
        };
        words.iter().position(|own| own == word).unwrap_or_else(|| {
            self.unknown(word, words);
            0
        })
    }
}

/// Whether a value stands for a field that was missing; an explicit null does not.
pub fn is_missing(value: &Value) -> bool {
    std::ptr::eq(value, &raw const MISSING)
}

/// A field of an object. What is missing reads as null.
#[inline(never)]
pub fn member<'v>(object: &'v Value, name: &'static str, faults: &mut Faults) -> &'v Value {
    let Value::Object(entries) = object else {
        faults.expected(object, "an object");
        return &MISSING;
    };
    entries.get(name).unwrap_or_else(|| {
        faults.missing = name;
        &MISSING
    })
}

/// A field of an object, read.
#[inline]
pub fn field<T: FromJson>(object: &Value, name: &'static str, faults: &mut Faults) -> T {
    T::read(member(object, name, faults), faults)
}

/// A field of an object, read; `default` when it is missing.
#[inline]
pub fn field_or<T: FromJson>(object: &Value, name: &'static str, default: T, faults: &mut Faults) -> T {
    let value = member(object, name, faults);
    if is_missing(value) { default } else { T::read(value, faults) }
}

/// The word and the content of a variant: `"word"` or `{"word": content}`. The word is empty when it is neither.
#[inline(never)]
pub fn variant<'v>(value: &'v Value, faults: &mut Faults) -> (&'v str, &'v Value) {
    match value {
        Value::String(word) => (word, &MISSING),
        Value::Object(entries) if entries.len() == 1 => {
            entries.iter().next().map_or(("", value), |(word, content)| (word, content))
        }
        _ => {
            faults.expected(value, "a variant");
            ("", value)
        }
    }
}

/// Reads a value from JSON text.
///
/// # Errors
/// [`Unreadable`] when the text is not JSON, or not of the shape.
pub fn from_str<T: FromJson>(text: &str) -> Result<T, Unreadable> {
    from_value(&parse(text)?)
}

/// Reads a value from JSON text in UTF-8.
///
/// # Errors
/// As [`from_str`].
pub fn from_slice<T: FromJson>(bytes: &[u8]) -> Result<T, Unreadable> {
    from_str(std::str::from_utf8(bytes).map_err(|_| Unreadable("the text is not UTF-8".into()))?)
}

/// Reads a value from parsed JSON.
///
/// # Errors
/// [`Unreadable`] when it is not of the shape.
pub fn from_value<T: FromJson>(value: &Value) -> Result<T, Unreadable> {
    let mut faults = Faults::default();
    let read = T::read(value, &mut faults);
    faults.first.map_or(Ok(read), Err)
}

impl FromJson for String {
    #[inline(never)]
    fn read(value: &Value, faults: &mut Faults) -> Self {
        faults.text(value).to_owned()
    }
}

impl FromJson for bool {
    #[inline(never)]
    fn read(value: &Value, faults: &mut Faults) -> Self {
        value.as_bool().unwrap_or_else(|| {
            faults.expected(value, "true or false");
            false
        })
    }
}

macro_rules! whole_numbers {
    ($($number:ident)+) => {
        $(
            impl FromJson for $number {
                #[expect(clippy::allow_attributes, reason = "some of these casts are no narrowing")]
                #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, trivial_numeric_casts, reason = "checked against the largest")]
                fn read(value: &Value, faults: &mut Faults) -> Self {
                    faults.number(value, $number::MAX as u64) as $number
                }
            }
        )+
    };
}

whole_numbers!(u8 u16 u32 u64 usize);

impl<T: FromJson> FromJson for Option<T> {
    fn read(value: &Value, faults: &mut Faults) -> Self {
        if value.is_null() { None } else { Some(T::read(value, faults)) }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    #[inline(never)]
    fn read(value: &Value, faults: &mut Faults) -> Self {
        let elements = faults.list(value);
        let mut read = Vec::with_capacity(elements.len());
        for element in elements {
            read.push(T::read(element, faults));
        }
        read
    }
}

impl<T: FromJson, const N: usize> FromJson for [T; N] {
    fn read(value: &Value, faults: &mut Faults) -> Self {
        let elements = faults.list(value);
        if elements.len() != N {
            faults.expected(value, "a list of another length");
        }
        std::array::from_fn(|at| T::read(elements.get(at).unwrap_or(&MISSING), faults))
    }
}

impl<A: FromJson, B: FromJson> FromJson for (A, B) {
    fn read(value: &Value, faults: &mut Faults) -> Self {
        if let [a, b] = faults.list(value) {
            (A::read(a, faults), B::read(b, faults))
        } else {
            faults.expected(value, "a pair");
            (A::read(&MISSING, faults), B::read(&MISSING, faults))
        }
    }
}
