//! The stored form: a segment of some thousand records as one binary value, column by column.
//!
//! ```text
//! magic 4 | format u16 | kind u16 | checksum u64 | rows u32 | columns u32 | directory, 20 bytes per column | columns
//! entry:  id u16 | encoding u8 | width u8 | scale u8 | 0 0 0 | count u32 | offset u32 | length u32
//! ```
//!
//! Everything is little-endian. The checksum is XXH64 over all that follows it, seeded with format and kind. Opening a
//! segment checks it once from end to end; columns are then read where they lie, without building any record.
//! What cannot be read is [`Corrupt`]: the caller fetches it again. Nothing is guessed and nothing here panics.

mod dictionary;
mod writer;

use std::rc::Rc;

use memchr::memmem;
use rust_decimal::Decimal;
use xxhash_rust::xxh64::xxh64;

pub(crate) use dictionary::Dictionary;
pub(crate) use writer::Writer;
#[cfg(test)]
pub(crate) use writer::seal;

const MAGIC: [u8; 4] = *b"QDsg";
/// Raised when the layout changes; segments of any other number are fetched again.
const FORMAT: u16 = 1;
const HEADER: usize = 24;
const ENTRY: usize = 20;
/// Where the checksum ends and what it covers begins.
const COVERED: usize = 16;

/// Why stored bytes cannot be used. The remedy is always the same: drop them and fetch again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Corrupt {
    /// Too short, or not a segment at all.
    #[error("not a segment")]
    NotASegment,
    /// Written by another version of this library; holds its format number.
    #[error("segment of format {0}, not {FORMAT}")]
    Format(u16),
    /// A segment of another list; holds the kind found.
    #[error("segment of another kind ({0})")]
    Kind(u16),
    /// The bytes are not those that were written.
    #[error("segment with a wrong checksum")]
    Checksum,
    /// A column is missing or contradicts itself; holds its number.
    #[error("segment with a broken column {0}")]
    Column(u16),
    /// A record in the segment cannot be read; holds its row.
    #[error("segment with a broken record in row {0}")]
    Record(usize),
    /// A manifest that cannot be read.
    #[error("manifest that cannot be read")]
    Manifest,
}

/// What a segment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Products = 1,
    Companies = 2,
    Stock = 3,
    StagedStock = 4,
    Documents = 5,
    Feed = 6,
}

/// How a column is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `count + 1` offsets of `width` bytes, then UTF-8. Width 0: every text is empty.
    Text = 1,
    /// Signed integers of `width` bytes; the number is the integer over 10^`scale`, the smallest integer is "none".
    /// Width 0: every number is "none".
    Numbers = 2,
    /// Raw values of `width` bytes.
    Fixed = 3,
}

/// How many values a column must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// One per row.
    Rows,
    /// One per row and one more: where each row's part of another column starts.
    RowsAndEnd,
    /// Any number.
    Any,
}

/// A column that a kind of segment must have.
pub(crate) type Required = (u16, Encoding, Count);

#[derive(Debug, Clone, Copy)]
struct Entry {
    id: u16,
    encoding: Encoding,
    width: usize,
    scale: u32,
    count: usize,
    start: usize,
    end: usize,
}

fn bytes_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes_at(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    bytes_at(bytes, at).map(u32::from_le_bytes).and_then(|value| usize::try_from(value).ok())
}

fn checksum(bytes: &[u8], format: u16, kind: u16) -> u64 {
    xxh64(bytes.get(COVERED..).unwrap_or_default(), (u64::from(format) << 16) | u64::from(kind))
}

/// A segment, checked and open for reading in place.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    /// Shared, so that a list can be cloned and worked on piece by piece.
    bytes: Rc<Vec<u8>>,
    rows: usize,
    entries: Vec<Entry>,
}

impl Segment {
    /// Checks the bytes from end to end and keeps them.
    pub(crate) fn open(bytes: Vec<u8>, kind: Kind, schema: &[Required]) -> Result<Self, Corrupt> {
        let (Some(magic), Some(format), Some(found)) = (bytes_at(&bytes, 0), u16_at(&bytes, 4), u16_at(&bytes, 6)) else {
            return Err(Corrupt::NotASegment);
        };
        if magic != MAGIC || bytes.len() < HEADER {
            return Err(Corrupt::NotASegment);
        }
        if format != FORMAT {
            return Err(Corrupt::Format(format));
        }
        if found != kind as u16 {
            return Err(Corrupt::Kind(found));
        }
        let intact = bytes_at(&bytes, 8).map(u64::from_le_bytes) == Some(checksum(&bytes, format, found));
        if !intact && !crate::planted::has("no checksum") {
            return Err(Corrupt::Checksum);
        }
        let (Some(rows), Some(columns)) = (u32_at(&bytes, 16), u32_at(&bytes, 20)) else {
            return Err(Corrupt::NotASegment);
        };
        let directory = columns.checked_mul(ENTRY).and_then(|length| bytes.get(HEADER..HEADER.checked_add(length)?));
        let directory = directory.ok_or(Corrupt::NotASegment)?;
        let entries: Result<Vec<Entry>, Corrupt> =
            directory.chunks_exact(ENTRY).map(|entry| check_entry(entry, &bytes)).collect();
        let segment = Self { rows, entries: entries?, bytes: Rc::new(bytes) };
        for &(id, encoding, count) in schema {
            let right = segment.entry(id).is_some_and(|entry| {
                entry.encoding == encoding
                    && match count {
                        Count::Rows => entry.count == rows,
                        Count::RowsAndEnd => entry.count.checked_sub(1) == Some(rows),
                        Count::Any => true,
                    }
            });
            if !right {
                return Err(Corrupt::Column(id));
            }
        }
        Ok(segment)
    }

    /// How many records it holds.
    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    /// The bytes as stored.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn entry(&self, id: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    fn column(&self, id: u16) -> (&[u8], Option<&Entry>) {
        let entry = self.entry(id);
        (entry.and_then(|entry| self.bytes.get(entry.start..entry.end)).unwrap_or_default(), entry)
    }

    pub(crate) fn has(&self, id: u16) -> bool {
        self.entry(id).is_some()
    }

    /// How many values a column has.
    pub(crate) fn count(&self, id: u16) -> usize {
        self.entry(id).map_or(0, |entry| entry.count)
    }

    pub(crate) fn text(&self, id: u16) -> Texts<'_> {
        let (bytes, entry) = self.column(id);
        let (count, width) = entry.map_or((0, 0), |entry| (entry.count, entry.width));
        let (offsets, data) = bytes.split_at_checked(if width == 0 { 0 } else { (count + 1) * width }).unwrap_or_default();
        Texts { offsets, data, width, count }
    }

    pub(crate) fn numbers(&self, id: u16) -> Numbers<'_> {
        let (bytes, entry) = self.column(id);
        entry.map_or(Numbers { bytes, width: 0, scale: 0 }, |entry| Numbers { bytes, width: entry.width, scale: entry.scale })
    }

    pub(crate) fn fixed<const N: usize>(&self, id: u16) -> Fixed<'_, N> {
        Fixed { values: self.column(id).0.as_chunks().0 }
    }

    pub(crate) fn dictionary(&self, id: u16) -> Dictionary<'_> {
        Dictionary::new(self.text(id | VALUES), self.numbers(id))
    }
}

fn check_entry(entry: &[u8], bytes: &[u8]) -> Result<Entry, Corrupt> {
    let id = u16_at(entry, 0).ok_or(Corrupt::NotASegment)?;
    let broken = Corrupt::Column(id);
    let read = || {
        let encoding = match entry.get(2)? {
            1 => Encoding::Text,
            2 => Encoding::Numbers,
            3 => Encoding::Fixed,
            _ => return None,
        };
        let (width, scale) = (usize::from(*entry.get(3)?), u32::from(*entry.get(4)?));
        let (count, start, length) = (u32_at(entry, 8)?, u32_at(entry, 12)?, u32_at(entry, 16)?);
        let end = start.checked_add(length)?;
        let column = bytes.get(start..end)?;
        let right = match encoding {
            Encoding::Text => are_texts(column, count, width),
            Encoding::Numbers => {
                let whole = count.checked_mul(width) == Some(length) && matches!(width, 0 | 1 | 2 | 4 | 8 | 16);
                // Every number must be one that a decimal can hold, so that reading it later cannot fail.
                let numbers = Numbers { bytes: column, width, scale };
                whole && scale <= Decimal::MAX_SCALE && (width < 16 || (0..count).all(|at| numbers.is_readable(at)))
            }
            Encoding::Fixed => count.checked_mul(width) == Some(length) && width > 0,
        };
        // A column without width takes no room: its count alone could keep a reader busy for ever.
        let right = right && count <= bytes.len();
        right.then_some(Entry { id, encoding, width, scale, count, start, end })
    };
    read().ok_or(broken)
}

fn are_texts(column: &[u8], count: usize, width: usize) -> bool {
    if width == 0 {
        return column.is_empty();
    }
    let Some(length) = count.checked_add(1).and_then(|offsets| offsets.checked_mul(width)) else {
        return false;
    };
    let (Some((offsets, data)), 2 | 4) = (column.split_at_checked(length), width) else {
        return false;
    };
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    let ascii = text.is_ascii();
    let texts = Texts { offsets, data, width, count };
    let mut last = 0;
    (0..=count).all(|at| {
        let offset = texts.offset(at);
        let fine = offset >= last && if ascii { offset <= data.len() } else { text.is_char_boundary(offset) };
        last = offset;
        fine
    }) && texts.offset(0) == 0
        && last == data.len()
}

/// A column of texts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Texts<'a> {
    offsets: &'a [u8],
    data: &'a [u8],
    width: usize,
    count: usize,
}

impl<'a> Texts<'a> {
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    fn offset(&self, at: usize) -> usize {
        let offset = if self.width == 2 { u16_at(self.offsets, at * 2).map(usize::from) } else { u32_at(self.offsets, at * 4) };
        offset.unwrap_or_default()
    }

    pub(crate) fn bytes(&self, at: usize) -> &'a [u8] {
        if self.width == 0 || at >= self.count {
            return &[];
        }
        self.data.get(self.offset(at)..self.offset(at + 1)).unwrap_or_default()
    }

    pub(crate) fn get(&self, at: usize) -> &'a str {
        std::str::from_utf8(self.bytes(at)).unwrap_or_default()
    }

    /// The first place from `low` on whose text does not satisfy `before`, in a column sorted accordingly.
    pub(crate) fn partition(&self, before: impl Fn(&[u8]) -> bool) -> usize {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low.midpoint(high);
            if before(self.bytes(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Reports every place where the needle stands within a text: the text's number, and the best way it stands there.
    pub(crate) fn scan(&self, finder: &memmem::Finder<'_>, mut found: impl FnMut(usize, Standing)) {
        let needle = finder.needle().len();
        let (mut from, mut at, mut end) = (0, 0, if self.count > 0 { self.offset(1) } else { 0 });
        let mut reported: Option<(usize, Standing)> = None;
        while let Some(place) = self.data.get(from..).and_then(|rest| finder.find(rest)) {
            let place = from + place;
            while place >= end && at + 1 < self.count {
                at += 1;
                end = self.offset(at + 1);
            }
            from = place + 1;
            if place + needle > end {
                continue;
            }
            let standing = if place == self.offset(at) {
                if place + needle == end { Standing::Whole } else { Standing::Start }
            } else if self.data.get(place - 1).is_some_and(|&before| is_letter(before)) {
                Standing::Inside
            } else {
                Standing::WordStart
            };
            if standing == Standing::Inside {
                // A better place may follow in the same text.
                if let Some(last) = reported.replace((at, standing)).filter(|last| last.0 != at) {
                    found(last.0, last.1);
                }
            } else {
                if let Some(last) = reported.take().filter(|last| last.0 != at) {
                    found(last.0, last.1);
                }
                found(at, standing);
                from = end;
            }
        }
        if let Some((at, standing)) = reported {
            found(at, standing);
        }
    }
}

/// How a needle stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It is the whole text.
    Whole,
    /// The text starts with it.
    Start,
    /// It follows something that is neither letter nor digit.
    WordStart,
    /// It is a fragment.
    Inside,
}

/// Whether a byte of folded text belongs to a letter or digit; every letter beyond ASCII does.
pub(crate) const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// A column of decimal numbers, each may be "none".
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers<'a> {
    bytes: &'a [u8],
    width: usize,
    scale: u32,
}

impl Numbers<'_> {
    /// Decimal places that the column keeps.
    pub(crate) const fn scale(&self) -> u32 {
        self.scale
    }

    /// The number as a multiple of 10^-scale.
    pub(crate) fn integer(&self, at: usize) -> Option<i128> {
        macro_rules! integer {
            ($type:ty) => {
                bytes_at(self.bytes, at * self.width).map(<$type>::from_le_bytes).filter(|v| *v != <$type>::MIN).map(i128::from)
            };
        }
        match self.width {
            1 => integer!(i8),
            2 => integer!(i16),
            4 => integer!(i32),
            8 => integer!(i64),
            16 => integer!(i128),
            _ => None,
        }
    }

    pub(crate) fn decimal(&self, at: usize) -> Option<Decimal> {
        let (mut integer, mut scale) = (self.integer(at)?, self.scale);
        if let Ok(small) = i64::try_from(integer) {
            return Some(Decimal::new(small, scale));
        }
        // The common scale of a column may lend a number zeros that a decimal has no room for.
        while scale > 0 && integer % 10 == 0 {
            (integer, scale) = (integer / 10, scale - 1);
        }
        Decimal::try_from_i128_with_scale(integer, scale).ok()
    }

    /// The smallest and the largest number, and whether some are "none".
    pub(crate) fn range(&self) -> (Option<(i128, i128)>, bool) {
        macro_rules! range {
            ($type:ty) => {{
                let (mut low, mut high, mut none) = (<$type>::MAX, <$type>::MIN, false);
                for value in self.bytes.as_chunks().0 {
                    let value = <$type>::from_le_bytes(*value);
                    none |= value == <$type>::MIN;
                    low = low.min(if value == <$type>::MIN { <$type>::MAX } else { value });
                    high = high.max(value);
                }
                ((low <= high).then(|| (i128::from(low), i128::from(high))), none)
            }};
        }
        match self.width {
            1 => range!(i8),
            2 => range!(i16),
            4 => range!(i32),
            8 => range!(i64),
            16 => range!(i128),
            _ => (None, true),
        }
    }

    fn is_readable(&self, at: usize) -> bool {
        self.integer(at).is_none() || self.decimal(at).is_some()
    }

    pub(crate) fn index(&self, at: usize) -> usize {
        self.integer(at).and_then(|integer| usize::try_from(integer).ok()).unwrap_or(usize::MAX)
    }
}

/// A column of raw values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fixed<'a, const N: usize> {
    values: &'a [[u8; N]],
}

impl<'a, const N: usize> Fixed<'a, N> {
    pub(crate) const fn values(&self) -> &'a [[u8; N]] {
        self.values
    }

    pub(crate) fn get(&self, at: usize) -> [u8; N] {
        self.values.get(at).copied().unwrap_or([0; N])
    }
}

impl Fixed<'_, 2> {
    pub(crate) fn row(&self, at: usize) -> usize {
        usize::from(u16::from_le_bytes(self.get(at)))
    }
}

impl Fixed<'_, 4> {
    pub(crate) fn place(&self, at: usize) -> usize {
        usize::try_from(u32::from_le_bytes(self.get(at))).unwrap_or(usize::MAX)
    }
}

/// The bit that turns the number of a dictionary column into that of its distinct values.
pub(crate) const VALUES: u16 = 0x8000;
