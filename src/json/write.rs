//! Writing.

use std::fmt::{Display, Write as _};

/// A type that is written as JSON.
pub trait ToJson {
    /// Writes the value.
    fn write(&self, out: &mut Writer);

    /// Whether a field with this value is left out.
    fn is_left_out(&self) -> bool {
        false
    }
}

/// A JSON text being written.
#[derive(Debug, Default)]
pub struct Writer {
    text: String,
}

impl Writer {
    /// Begins an object.
    pub fn open(&mut self) {
        self.text.push('{');
    }

    /// Ends an object.
    pub fn close(&mut self) {
        self.text.push('}');
    }

    /// A field of the object that was begun.
    #[inline(never)]
    pub fn field(&mut self, name: &str, value: &dyn ToJson) {
        if value.is_left_out() {
            return;
        }
        self.separate();
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
        value.write(self);
    }

    /// A field whose name may be anything.
    pub(super) fn named(&mut self, name: &str, value: &dyn ToJson) {
        self.separate();
        self.text(name);
        self.text.push(':');
        value.write(self);
    }

    fn separate(&mut self) {
        if !self.text.ends_with('{') {
            self.text.push(',');
        }
    }

    /// A field that is left out when there is no value.
    pub fn optional<T: ToJson>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }

    /// A variant with content: `{"word": content}`.
    pub fn variant(&mut self, word: &str, content: &dyn ToJson) {
        self.open();
        self.field(word, content);
        self.close();
    }

    /// A variant with fields: `{"word": {…}}`.
    pub fn variant_of(&mut self, word: &str, fields: &[(&str, &dyn ToJson)]) {
        struct Fields<'f>(&'f [(&'f str, &'f dyn ToJson)]);
        impl ToJson for Fields<'_> {
            fn write(&self, out: &mut Writer) {
                out.open();
                for (name, value) in self.0 {
                    out.field(name, *value);
                }
                out.close();
            }
        }
        self.variant(word, &Fields(fields));
    }

    /// A list.
    fn list<T: ToJson>(&mut self, elements: &[T]) {
        self.text.push('[');
        for (at, element) in elements.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            element.write(self);
        }
        self.text.push(']');
    }

    /// A text.
    #[inline(never)]
    pub fn text(&mut self, text: &str) {
        self.text.push('"');
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
            self.text.push_str(&rest[..at]);
            let byte = rest.as_bytes()[at];
            rest = &rest[at + 1..];
            self.text.push('\\');
            match byte {
                b'\n' => self.text.push('n'),
                b'\r' => self.text.push('r'),
                b'\t' => self.text.push('t'),
                8 => self.text.push('b'),
                12 => self.text.push('f'),
                0..b' ' => {
                    self.text.push_str("u00");
                    self.text.push(char::from(b'0' + byte / 16));
                    self.text.push(char::from(b"0123456789abcdef"[usize::from(byte % 16)]));
                }
                _ => self.text.push(char::from(byte)),
            }
        }
        self.text.push_str(rest);
        self.text.push('"');
    }

    /// A text as the value shows itself; for values that show themselves without quotes and controls.
    #[inline(never)]
    pub fn shown(&mut self, value: &dyn Display) {
        self.text.push('"');
        self.raw(value);
        self.text.push('"');
    }

    /// What is JSON already.
    pub(super) fn source(&mut self, json: &str) {
        self.text.push_str(json);
    }

    /// What is JSON already: a number's exact text.
    #[inline(never)]
    pub fn raw(&mut self, value: &dyn Display) {
        // Writing to a `String` does not fail.
        let _ = write!(self.text, "{value}");
    }
}

/// A value as JSON text.
#[inline(never)]
pub fn to_text(value: &dyn ToJson) -> String {
    let mut out = Writer::default();
    value.write(&mut out);
    out.text
}

/// A value as JSON text in UTF-8.
pub fn to_bytes(value: &dyn ToJson) -> Vec<u8> {
    to_text(value).into_bytes()
}

impl ToJson for str {
    fn write(&self, out: &mut Writer) {
        out.text(self);
    }
}

impl ToJson for String {
    fn write(&self, out: &mut Writer) {
        out.text(self);
    }
}

impl ToJson for bool {
    fn write(&self, out: &mut Writer) {
        out.text.push_str(if *self { "true" } else { "false" });
    }
}

macro_rules! whole_numbers {
    ($($number:ident)+) => {
        $(
            impl ToJson for $number {
                fn write(&self, out: &mut Writer) {
                    out.raw(self);
                }
            }
        )+
    };
}

whole_numbers!(u8 u16 u32 u64 usize);

impl<T: ToJson + ?Sized> ToJson for &T {
    fn write(&self, out: &mut Writer) {
        (**self).write(out);
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn write(&self, out: &mut Writer) {
        match self {
            Some(value) => value.write(out),
            None => out.text.push_str("null"),
        }
    }
}

impl<T: ToJson> ToJson for [T] {
    fn write(&self, out: &mut Writer) {
        out.list(self);
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn write(&self, out: &mut Writer) {
        out.list(self);
    }
}

impl<T: ToJson, const N: usize> ToJson for [T; N] {
    fn write(&self, out: &mut Writer) {
        out.list(self);
    }
}

impl<A: ToJson, B: ToJson> ToJson for (A, B) {
    fn write(&self, out: &mut Writer) {
        out.text.push('[');
        self.0.write(out);
        out.text.push(',');
        self.1.write(out);
        out.text.push(']');
    }
}
