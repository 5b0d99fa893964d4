//! What is wrong with a record that is taken nevertheless, and with the elements of its lists.

use std::fmt;

use rust_decimal::Decimal;

use super::fields::{List, Loose, Wrong};
use crate::money::{Amount, Quantity};
use crate::records::BadRecord;

/// What is found wrong with a record that is taken nevertheless.
#[derive(Default)]
pub(super) struct Notes(pub(super) Vec<Wrong>);

impl Notes {
    /// The value, or nothing and a note.
    pub(super) fn take<T: Default>(&mut self, read: Result<T, Wrong>) -> T {
        read.unwrap_or_else(|wrong| {
            self.0.push(wrong);
            T::default()
        })
    }

    /// What is kept of a number; digits that this cuts are noted, never lost in silence.
    pub(super) fn kept<T: Copy + fmt::Display + Into<Decimal>>(&mut self, name: &str, sent: Decimal, kept: T) -> T {
        if sent != kept.into() {
            let words = format!("“{}” has more decimals than Cin7 documents; taken as {kept}", sent.normalize());
            self.0.push(Wrong::new(name, words));
        }
        kept
    }

    /// An amount to the penny; `None` when there is none.
    pub(super) fn amount(&mut self, sent: Loose<Decimal>, name: &str) -> Result<Option<Amount>, Wrong> {
        Ok(sent.told(name)?.map(|sent| self.kept(name, sent, Amount::rounded(sent))))
    }

    /// A quantity; `None` when there is none.
    pub(super) fn quantity(&mut self, sent: Loose<Decimal>, name: &str) -> Result<Option<Quantity>, Wrong> {
        Ok(sent.told(name)?.map(|sent| self.kept(name, sent, Quantity::rounded(sent))))
    }

    /// What was noted within an element of a list.
    pub(super) fn within(&mut self, list: &str, index: usize, inner: Self) {
        self.0.extend(inner.0.into_iter().map(|wrong| wrong.within(list, index)));
    }

    /// Each as a report of a `record` of a list.
    pub(super) fn reports(self, list: &str, record: String) -> impl Iterator<Item = BadRecord> {
        let list = list.to_owned();
        self.0.into_iter().map(move |Wrong { field, problem }| BadRecord {
            list: list.clone(),
            record: record.clone(),
            field,
            problem,
        })
    }
}

/// Converts the elements of a list, and notes for each what is wrong within it: the ones that can be taken, and why the others cannot.
pub(super) fn each<T, R>(
    list: Loose<List<T>>,
    name: &str,
    notes: &mut Notes,
    mut convert: impl FnMut(T, &mut Notes) -> Result<R, Wrong>,
) -> Result<Vec<Result<R, Wrong>>, Wrong> {
    let convert = |(index, element): (usize, Result<T, Wrong>)| {
        let mut inner = Notes::default();
        let read = element.and_then(|element| convert(element, &mut inner));
        notes.within(name, index, inner);
        read.map_err(|wrong| wrong.within(name, index))
    };
    Ok(list.list(name)?.into_iter().enumerate().map(convert).collect())
}

/// As [`each`], all or none.
pub(super) fn all<T, R>(
    list: Loose<List<T>>,
    name: &str,
    notes: &mut Notes,
    convert: impl FnMut(T, &mut Notes) -> Result<R, Wrong>,
) -> Result<Vec<R>, Wrong> {
    each(list, name, notes, convert)?.into_iter().collect()
}

/// As [`each`], without those that cannot be taken; they are noted.
pub(super) fn some<T, R>(
    list: Loose<List<T>>,
    name: &str,
    notes: &mut Notes,
    convert: impl FnMut(T, &mut Notes) -> Result<R, Wrong>,
) -> Vec<R> {
    let read = each(list, name, notes, convert);
    let read = notes.take(read);
    read.into_iter().filter_map(|element| notes.take(element.map(Some))).collect()
}
