//! The words of a segment: every distinct folded word once, with the rows that contain it.
//!
//! A catalogue repeats its words; looking a fragment up among the distinct words touches a tenth of the text.

use super::segment::{Count, Encoding, Fixed, Required, Segment, Texts, Writer, is_letter};

/// The three columns of a word index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WordColumns {
    /// The distinct words, sorted.
    pub(crate) words: u16,
    /// Where each word's rows start, and one past the last.
    pub(crate) starts: u16,
    /// Rows, word by word.
    pub(crate) rows: u16,
}

impl WordColumns {
    pub(crate) const fn schema(self) -> [Required; 3] {
        [
            (self.words, Encoding::Text, Count::Any),
            (self.starts, Encoding::Fixed, Count::Any),
            (self.rows, Encoding::Fixed, Count::Any),
        ]
    }

    /// Writes the index of one folded text per row.
    pub(crate) fn write(self, writer: &mut Writer, texts: &[String]) {
        let mut pairs: Vec<(&str, u16)> = Vec::new();
        for (row, text) in (0_u16..).zip(texts) {
            pairs.extend(text.split_whitespace().map(|word| (word, row)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut words: Vec<&str> = Vec::new();
        let mut starts: Vec<u32> = Vec::new();
        for (at, (word, _)) in (0_u32..).zip(&pairs) {
            if words.last() != Some(word) {
                words.push(word);
                starts.push(at);
            }
        }
        starts.push(u32::try_from(pairs.len()).unwrap_or(u32::MAX));
        writer.text(self.words, words.iter().copied());
        writer.fixed(self.starts, starts.iter().map(|start| start.to_le_bytes()));
        writer.fixed(self.rows, pairs.iter().map(|(_, row)| row.to_le_bytes()));
    }

    /// The index, to be searched with the compounds that [`WordColumns::compounds`] found in the same segment.
    pub(crate) fn read<'a>(self, segment: &'a Segment, compounds: &'a [u32]) -> Words<'a> {
        let (starts, rows) = (segment.fixed(self.starts), segment.fixed(self.rows));
        Words { distinct: segment.text(self.words), compounds, starts, rows }
    }

    /// The words that hold a sign before their last byte, such as `tbl-oak`: a start may stand within them.
    pub(crate) fn compounds(self, segment: &Segment) -> Vec<u32> {
        let words = segment.text(self.words);
        let is_compound = |word: &[u8]| word.iter().rev().skip(1).any(|byte| !is_letter(*byte));
        (0_u32..).zip(0..words.len()).filter(|(_, word)| is_compound(words.bytes(*word))).map(|(number, _)| number).collect()
    }

    /// Whether every word names rows that exist.
    pub(crate) fn is_sound(self, segment: &Segment) -> bool {
        let words = self.read(segment, &[]);
        let places = words.starts.values();
        let rising = places.is_sorted_by_key(|place| u32::from_le_bytes(*place));
        let sorted = (1..words.distinct.len()).all(|at| words.distinct.bytes(at - 1) < words.distinct.bytes(at));
        rising
            && sorted
            && places.len() == words.distinct.len() + 1
            && words.starts.place(places.len() - 1) == words.rows.values().len()
            && words.rows.values().iter().all(|row| usize::from(u16::from_le_bytes(*row)) < segment.rows())
    }
}

/// A word index, read in place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) distinct: Texts<'a>,
    /// Numbers of the words in which a start may stand after a sign.
    compounds: &'a [u32],
    starts: Fixed<'a, 4>,
    rows: Fixed<'a, 2>,
}

impl<'a> Words<'a> {
    /// The rows that contain a word.
    pub(crate) fn rows(&self, word: usize) -> impl Iterator<Item = usize> + use<'a> {
        let range = self.starts.place(word)..self.starts.place(word + 1);
        let rows = self.rows.values().get(range).unwrap_or_default();
        rows.iter().map(|row| usize::from(u16::from_le_bytes(*row)))
    }

    /// Reports every word that starts with the needle, or in which it follows a sign; one word may be reported twice.
    ///
    /// The words are sorted, so this touches only those that begin so and the compounds: a letter stands in almost every
    /// word and starts few.
    pub(crate) fn starting(&self, needle: &[u8], mut found: impl FnMut(usize)) {
        let first = self.distinct.partition(|word| word < needle);
        (first..self.distinct.len()).take_while(|word| self.distinct.bytes(*word).starts_with(needle)).for_each(&mut found);
        for &word in self.compounds {
            let word = usize::try_from(word).unwrap_or(usize::MAX);
            let mut rest = self.distinct.bytes(word);
            while let [before, after @ ..] = rest {
                if !is_letter(*before) && after.starts_with(needle) {
                    found(word);
                    break;
                }
                rest = after;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use memchr::memmem::Finder;
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::catalogue::segment::{Kind, Standing};

    const COLUMNS: WordColumns = WordColumns { words: 1, starts: 2, rows: 3 };

    proptest! {
        #[test]
        fn words_are_found_by_their_starts_as_by_a_scan(texts in proptest::collection::vec("[abд-]{1,5}( [abд(]{1,5}){0,3}", 1..20), needle in "[abд(-]{1,3}") {
            let mut writer = Writer::new(Kind::Products, texts.len());
            COLUMNS.write(&mut writer, &texts);
            let segment = Segment::open(writer.finish(), Kind::Products, &COLUMNS.schema()).unwrap();
            let compounds = COLUMNS.compounds(&segment);
            let words = COLUMNS.read(&segment, &compounds);
            let (mut scanned, mut found) = (BTreeSet::new(), BTreeSet::new());
            words.distinct.scan(&Finder::new(needle.as_bytes()), |word, standing| {
                if standing != Standing::Inside {
                    scanned.insert(word);
                }
            });
            words.starting(needle.as_bytes(), |word| {
                found.insert(word);
            });
            prop_assert_eq!(found, scanned);
        }
    }
}
