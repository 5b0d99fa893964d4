//! Walking through JSON text without building anything: where each value begins and ends, checked on the way.

use std::borrow::Cow;

use super::Unreadable;

/// One JSON value as it is written, well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// The only value of a text.
    ///
    /// # Errors
    /// [`Unreadable`] when the text is not one JSON value.
    pub fn of(text: &'a str) -> Result<Self, Unreadable> {
        let mut scanner = Scanner::new(text);
        let value = scanner.value()?;
        scanner.end()?;
        Ok(value)
    }

    /// The JSON text, without space around it.
    pub const fn get(self) -> &'a str {
        self.0
    }

    /// The elements of a list.
    ///
    /// # Errors
    /// [`Unreadable`] when it is none.
    pub fn elements(self) -> Result<Vec<Self>, Unreadable> {
        let mut elements = Vec::new();
        Scanner::new(self.0).elements(&mut |element| elements.push(element))?;
        Ok(elements)
    }
}

/// A place in a JSON text.
///
/// Recursion is left to whoever builds something: [`Scanner::value`] passes over any depth of nesting in constant space.
#[derive(Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// At the beginning of a text.
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What comes next after any space: 0 at the end of the text.
    #[inline(never)]
    pub fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return *byte;
            }
            self.at += 1;
        }
        0
    }

    /// Passes over `byte`, which must come next.
    #[inline(never)]
    fn pass(&mut self, byte: u8) -> Result<(), Unreadable> {
        if self.peek() != byte {
            return Err(self.broken());
        }
        self.at += 1;
        Ok(())
    }

    /// Enters an object (`{`) or a list (`[`): whether anything is in it.
    ///
    /// # Errors
    /// [`Unreadable`] when something else comes next.
    pub fn enter(&mut self, opening: u8) -> Result<bool, Unreadable> {
        self.pass(opening)?;
        let empty = self.peek() == closing(opening);
        self.at += usize::from(empty);
        Ok(!empty)
    }

    /// After an element of what was entered: whether another one follows.
    ///
    /// # Errors
    /// [`Unreadable`] when neither a comma nor the end comes next.
    pub fn more(&mut self, opening: u8) -> Result<bool, Unreadable> {
        let next = self.peek();
        if next != b',' && next != closing(opening) {
            return Err(self.broken());
        }
        self.at += 1;
        Ok(next == b',')
    }

    /// The name of a field, and the colon behind it.
    ///
    /// # Errors
    /// [`Unreadable`] when none comes next.
    pub fn name(&mut self) -> Result<Cow<'a, str>, Unreadable> {
        let name = self.string()?;
        self.pass(b':')?;
        Ok(unescaped(name).0)
    }

    /// Hands on the fields of the object that comes next, in their order.
    ///
    /// # Errors
    /// [`Unreadable`] when it is none.
    pub fn fields(&mut self, each: &mut dyn FnMut(Cow<'a, str>, Raw<'a>)) -> Result<(), Unreadable> {
        let mut more = self.enter(b'{')?;
        while more {
            each(self.name()?, self.value()?);
            more = self.more(b'{')?;
        }
        Ok(())
    }

    /// Hands on the elements of the list that comes next.
    ///
    /// # Errors
    /// [`Unreadable`] when it is none.
    pub fn elements(&mut self, each: &mut dyn FnMut(Raw<'a>)) -> Result<(), Unreadable> {
        let mut more = self.enter(b'[')?;
        while more {
            each(self.value()?);
            more = self.more(b'[')?;
        }
        Ok(())
    }

    /// Passes over a text, which must come next: what is between its quotes, escapes unresolved.
    #[inline(never)]
    fn string(&mut self) -> Result<&'a str, Unreadable> {
        self.pass(b'"')?;
        let bytes = self.text.as_bytes();
        let start = self.at;
        loop {
            match bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    self.at += 1;
                    match bytes.get(self.at) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                        Some(b'u') if hex(bytes, self.at + 1).is_some() => self.at += 5,
                        _ => return Err(self.broken()),
                    }
                }
                Some(b' '..) => self.at += 1,
                _ => return Err(self.broken()),
            }
        }
        let string = &self.text[start..self.at];
        self.at += 1;
        Ok(string)
    }

    /// Passes over one value.
    ///
    /// # Errors
    /// [`Unreadable`] when none comes next.
    #[inline(never)]
    pub fn value(&mut self) -> Result<Raw<'a>, Unreadable> {
        self.peek();
        let start = self.at;
        // What was entered and not left yet.
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek() {
                bracket @ (b'{' | b'[') => {
                    if self.enter(bracket)? {
                        open.push(bracket);
                        if bracket == b'{' {
                            self.string()?;
                            self.pass(b':')?;
                        }
                        continue;
                    }
                }
                b'"' => drop(self.string()?),
                b'-' | b'0'..=b'9' => self.number()?,
                _ => self.word()?,
            }
            // A value has ended, and with it perhaps what it stands in.
            loop {
                let Some(&bracket) = open.last() else { return Ok(Raw(&self.text[start..self.at])) };
                if self.more(bracket)? {
                    if bracket == b'{' {
                        self.string()?;
                        self.pass(b':')?;
                    }
                    break;
                }
                open.pop();
            }
        }
    }

    /// Nothing may follow.
    ///
    /// # Errors
    /// [`Unreadable`] when something does.
    pub fn end(&mut self) -> Result<(), Unreadable> {
        self.peek();
        if self.at < self.text.len() { Err(self.broken()) } else { Ok(()) }
    }

    fn word(&mut self) -> Result<(), Unreadable> {
        for word in ["true", "false", "null"] {
            if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(());
            }
        }
        Err(self.broken())
    }

    fn number(&mut self) -> Result<(), Unreadable> {
        let bytes = self.text.as_bytes();
        let next = |at: usize| bytes.get(at).copied().unwrap_or(0);
        self.at += usize::from(next(self.at) == b'-');
        if next(self.at) == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if next(self.at) == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(next(self.at), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(next(self.at), b'+' | b'-'));
            self.digits()?;
        }
        Ok(())
    }

    /// One digit or more.
    #[inline(never)]
    fn digits(&mut self) -> Result<(), Unreadable> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        while bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == start { Err(self.broken()) } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn broken(&self) -> Unreadable {
        let what = if self.at < self.text.len() { "it is not JSON from byte " } else { "it ends too early, at byte " };
        Unreadable([what, &self.at.to_string()].concat().into())
    }
}

const fn closing(opening: u8) -> u8 {
    // `{` and `}`, `[` and `]` stand two apart.
    opening + 2
}

/// Four hexadecimal digits.
fn hex(bytes: &[u8], at: usize) -> Option<u16> {
    let mut value = 0;
    for byte in bytes.get(at..at + 4)? {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' | b'A'..=b'F' => (byte | 0x20) - b'a' + 10,
            _ => return None,
        };
        value = value * 16 + u16::from(digit);
    }
    Some(value)
}

/// What a [well-formed](Scanner) string says, and whether it says it in full: half a surrogate pair, which is what is left
/// when a name is cut in the middle of a symbol, becomes a replacement character.
#[inline(never)]
pub fn unescaped(string: &str) -> (Cow<'_, str>, bool) {
    let mut rest = string;
    let Some(mut at) = memchr::memchr(b'\\', rest.as_bytes()) else { return (Cow::Borrowed(string), true) };
    let mut text = String::with_capacity(string.len());
    let mut whole = true;
    loop {
        text.push_str(&rest[..at]);
        let escape = rest.as_bytes().get(at + 1).copied().unwrap_or(b'\\');
        let (character, length) = match escape {
            b'n' => ('\n', 2),
            b'r' => ('\r', 2),
            b't' => ('\t', 2),
            b'b' => ('\u{8}', 2),
            b'f' => ('\u{c}', 2),
            b'u' => {
                let first = hex(rest.as_bytes(), at + 2).unwrap_or(0xd800);
                let second = rest.as_bytes()[at + 6..].starts_with(b"\\u").then(|| hex(rest.as_bytes(), at + 8)).flatten();
                if let (0xd800..=0xdbff, Some(second @ 0xdc00..=0xdfff)) = (first, second) {
                    let code = 0x1_0000 + ((u32::from(first) - 0xd800) << 10) + (u32::from(second) - 0xdc00);
                    (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
                } else {
                    let character = char::from_u32(u32::from(first));
                    whole &= character.is_some();
                    (character.unwrap_or(char::REPLACEMENT_CHARACTER), 6)
                }
            }
            other => (char::from(other), 2),
        };
        text.push(character);
        rest = &rest[at + length..];
        at = match memchr::memchr(b'\\', rest.as_bytes()) {
            Some(at) => at,
            None => break,
        };
    }
    text.push_str(rest);
    (Cow::Owned(text), whole)
}
