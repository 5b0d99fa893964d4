//! Writes a segment: each column in the smallest width that holds its values.

use rust_decimal::Decimal;

use super::{COVERED, ENTRY, Encoding, Entry, FORMAT, HEADER, Kind, MAGIC, VALUES, checksum};

/// Builds a segment.
#[derive(Debug)]
pub(crate) struct Writer {
    kind: Kind,
    rows: usize,
    entries: Vec<Entry>,
    body: Vec<u8>,
}

impl Writer {
    pub(crate) const fn new(kind: Kind, rows: usize) -> Self {
        Self { kind, rows, entries: Vec::new(), body: Vec::new() }
    }

    fn entry(&mut self, id: u16, encoding: Encoding, width: usize, scale: u32, count: usize, start: usize) {
        self.entries.push(Entry { id, encoding, width, scale, count, start, end: self.body.len() });
    }

    // Each kind of column takes any iterator, and is written by code that exists once, from a list.

    pub(crate) fn text<'t>(&mut self, id: u16, texts: impl Iterator<Item = &'t str>) {
        self.texts(id, &texts.collect::<Vec<_>>());
    }

    fn texts(&mut self, id: u16, texts: &[&str]) {
        let length = texts.iter().map(|text| text.len()).sum::<usize>();
        let start = self.body.len();
        let width = if length == 0 {
            0
        } else if u16::try_from(length).is_ok() {
            2
        } else {
            4
        };
        if width > 0 {
            let mut offset = 0_u32;
            let lengths = texts.iter().map(|text| text.len()).chain([0]);
            for length in lengths {
                self.body.extend_from_slice(offset.to_le_bytes().get(..width).unwrap_or_default());
                offset = offset.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
            }
            for text in texts {
                self.body.extend_from_slice(text.as_bytes());
            }
        }
        self.entry(id, Encoding::Text, width, 0, texts.len(), start);
    }

    /// Decimals with four places at most, which is what every number type of the crate keeps.
    pub(crate) fn decimals(&mut self, id: u16, numbers: impl Iterator<Item = Option<Decimal>>) {
        self.decimals_of(id, &numbers.collect::<Vec<_>>());
    }

    fn decimals_of(&mut self, id: u16, numbers: &[Option<Decimal>]) {
        let bare: Vec<Option<(i128, u32)>> = numbers.iter().map(|number| number.map(without_zeros)).collect();
        let scale = bare.iter().flatten().map(|(_, scale)| *scale).max().unwrap_or(0);
        let integers: Vec<Option<i128>> =
            bare.iter().map(|number| number.map(|(integer, own)| integer * 10_i128.pow(scale - own))).collect();
        self.integers_of_scale(id, scale, &integers);
    }

    pub(crate) fn integers(&mut self, id: u16, numbers: impl Iterator<Item = Option<i64>>) {
        self.integers_of_scale(id, 0, &numbers.map(|number| number.map(i128::from)).collect::<Vec<_>>());
    }

    fn integers_of_scale(&mut self, id: u16, scale: u32, integers: &[Option<i128>]) {
        let range = integers.iter().flatten().fold(None, |range, &integer| {
            let (low, high) = range.unwrap_or((integer, integer));
            Some((integer.min(low), integer.max(high)))
        });
        // The smallest integer of each width means "none".
        let width = match range {
            None => 0,
            Some((low, high)) => [1_usize, 2, 4, 8]
                .into_iter()
                .find(|width| {
                    let most = (1_i128 << (width * 8 - 1)) - 1;
                    low >= -most && high <= most
                })
                .unwrap_or(16),
        };
        let start = self.body.len();
        let none = if width == 16 { i128::MIN } else { -(1_i128 << (width * 8).saturating_sub(1)) };
        for integer in integers {
            self.body.extend_from_slice(integer.unwrap_or(none).to_le_bytes().get(..width).unwrap_or_default());
        }
        self.entry(id, Encoding::Numbers, width, scale, integers.len(), start);
    }

    pub(crate) fn fixed<const N: usize>(&mut self, id: u16, values: impl Iterator<Item = [u8; N]>) {
        let (start, mut count) = (self.body.len(), 0);
        for value in values {
            self.body.extend_from_slice(&value);
            count += 1;
        }
        self.entry(id, Encoding::Fixed, N, 0, count, start);
    }

    pub(crate) fn dictionary<'t>(&mut self, id: u16, texts: impl Iterator<Item = &'t str>) {
        self.dictionary_of(id, &texts.collect::<Vec<_>>());
    }

    fn dictionary_of(&mut self, id: u16, texts: &[&str]) {
        let mut values = texts.to_vec();
        values.sort_unstable();
        values.dedup();
        let codes = texts.iter().map(|text| values.binary_search(text).ok().and_then(|code| i64::try_from(code).ok()));
        self.integers(id, codes);
        self.text(id | VALUES, values.iter().copied());
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        let small = |value: usize| u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes();
        let base = HEADER + self.entries.len() * ENTRY;
        let mut bytes = Vec::with_capacity(base + self.body.len());
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&(self.kind as u16).to_le_bytes());
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(&small(self.rows));
        bytes.extend_from_slice(&small(self.entries.len()));
        for entry in &self.entries {
            bytes.extend_from_slice(&entry.id.to_le_bytes());
            let [width, scale] = [entry.width, entry.scale as usize].map(|byte| u8::try_from(byte).unwrap_or(u8::MAX));
            bytes.extend_from_slice(&[entry.encoding as u8, width, scale, 0, 0, 0]);
            for value in [entry.count, base + entry.start, entry.end - entry.start] {
                bytes.extend_from_slice(&small(value));
            }
        }
        bytes.extend_from_slice(&self.body);
        sign(&mut bytes, FORMAT, self.kind as u16);
        bytes
    }
}

/// The number as an integer and a scale, without zeros at the end.
fn without_zeros(number: Decimal) -> (i128, u32) {
    let mut scale = number.scale();
    let Ok(mut small) = i64::try_from(number.mantissa()) else {
        let number = number.normalize();
        return (number.mantissa(), number.scale());
    };
    while scale > 0 && small % 10 == 0 {
        (small, scale) = (small / 10, scale - 1);
    }
    (i128::from(small), scale)
}

fn sign(bytes: &mut [u8], format: u16, kind: u16) {
    let sum = checksum(bytes, format, kind).to_le_bytes();
    if let Some(place) = bytes.get_mut(8..COVERED) {
        place.copy_from_slice(&sum);
    }
}

/// Makes any bytes a segment by its magic, format, kind and checksum, for tests of what lies behind them.
#[cfg(test)]
pub(crate) fn seal(bytes: &mut [u8]) {
    if let Some(head) = bytes.get_mut(..8) {
        head[..6].copy_from_slice(&[b'Q', b'D', b's', b'g', 1, 0]);
        let kind = u16::from_le_bytes([head[6], head[7]]);
        sign(bytes, FORMAT, kind);
    }
}
