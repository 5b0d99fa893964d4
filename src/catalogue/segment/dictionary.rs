//! A column of texts that repeat: each distinct one once, and its number for every row.

use super::{Numbers, Texts};

/// A column of texts that repeat.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dictionary<'a> {
    values: Texts<'a>,
    codes: Numbers<'a>,
}

impl<'a> Dictionary<'a> {
    pub(super) const fn new(values: Texts<'a>, codes: Numbers<'a>) -> Self {
        Self { values, codes }
    }

    pub(crate) fn get(&self, at: usize) -> &'a str {
        self.values.get(self.codes.index(at))
    }

    /// The values, in no particular order.
    pub(crate) fn values(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let values = self.values;
        (0..values.len()).map(move |at| values.get(at))
    }

    /// Which value a row has.
    pub(crate) fn code(&self, at: usize) -> usize {
        self.codes.index(at)
    }

    /// Whether every one of `count` codes names a value.
    pub(crate) fn is_sound(&self, count: usize) -> bool {
        let values = i128::try_from(self.values.len()).unwrap_or(0);
        match self.codes.range() {
            (Some((low, high)), none) => !none && low >= 0 && high < values,
            (None, _) => count == 0,
        }
    }
}
