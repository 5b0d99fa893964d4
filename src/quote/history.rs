//! Undoing edits and doing them again, without limit until the quote is confirmed.
//!
//! An edit that begins closes the one before it as a [`Step`]: what it touched, as it was and as it became. So a step costs
//! what the edit touched, never the whole quote. Undoing merges the way back into the quote as it stands: what another tab has
//! changed since stays.

use serde::Serialize;
use std::mem;

use super::merge::{line_decided_same, same_header, take_header, take_line};
use super::{LiveQuote, Quote, QuoteLine, Removed, Worked};
use crate::error::{Error, ErrorCode, Result};

/// A line with its position.
type Placed = (usize, QuoteLine);

/// What an edit did to a line: `None` where there was, or is, none.
#[derive(Debug, Clone)]
struct Touched {
    id: String,
    was: Option<Placed>,
    became: Option<Placed>,
}

/// One edit.
#[derive(Debug, Clone)]
struct Step {
    /// The header, its lines left out, as it was and as it became.
    header: Option<Box<(Quote, Quote)>>,
    lines: Vec<Touched>,
}

/// Which way a step is gone.
#[derive(Debug, Clone, Copy)]
enum Way {
    Back,
    Forth,
}

impl Way {
    /// Where it begins and where it ends.
    const fn of<'t, T>(self, was: &'t T, became: &'t T) -> (&'t T, &'t T) {
        match self {
            Self::Back => (became, was),
            Self::Forth => (was, became),
        }
    }
}

/// What the edit that is under way, or was the last, has touched, as it was before.
#[derive(Debug, Clone, Default)]
struct Pending {
    header: Option<Box<Quote>>,
    lines: Vec<(String, Option<Placed>)>,
}

/// Every edit since the quote was opened.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    undo: Vec<Step>,
    redo: Vec<Step>,
    pending: Pending,
    /// The next edit belongs to the one before.
    amend: bool,
    /// How many edits the edit that is under way lies in.
    within: u32,
}

/// A part of a quote that was undone or done again: `QuoteChange` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The line; `None` is the header.
    pub line_id: Option<String>,
    /// The line's SKU.
    pub sku: Option<String>,
    /// `changed`, `added` or `removed`.
    pub kind: ChangeKind,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// It is there, otherwise than before.
    Changed,
    /// The line is on the quote again.
    Added,
    /// The line is off the quote.
    Removed,
}

/// The header alone.
fn header_of(quote: &mut Quote) -> Box<Quote> {
    let lines = mem::take(&mut quote.lines);
    let header = Box::new(quote.clone());
    quote.lines = lines;
    header
}

impl LiveQuote {
    /// # Errors
    /// `already-confirmed`.
    pub(crate) fn editable(&self) -> Result<()> {
        if self.quote.confirmed {
            let text = format!("Quote {} has become an order and cannot be edited.", self.quote.number);
            return Err(Error::new(ErrorCode::AlreadyConfirmed, text));
        }
        Ok(())
    }

    /// Begins an edit.
    ///
    /// # Errors
    /// `already-confirmed`.
    pub(crate) fn begin_edit(&mut self) -> Result<()> {
        self.editable()?;
        if self.history.within == 0 && !mem::take(&mut self.history.amend) {
            self.close_step();
        }
        Ok(())
    }

    /// Makes one edit of those that `edit` consists of.
    pub(crate) fn as_one_edit<T>(&mut self, edit: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.begin_edit()?;
        self.history.within += 1;
        let result = edit(self);
        self.history.within -= 1;
        result
    }

    /// Makes the next edit a part of the last one, so that both are undone together: for a number that is still being typed.
    pub const fn amend(&mut self) {
        self.history.amend = true;
    }

    /// The line at position `at`, to be changed.
    pub(super) fn line_mut(&mut self, at: usize) -> &mut QuoteLine {
        let line = &self.quote.lines[at];
        if !self.history.pending.lines.iter().any(|(id, _)| *id == line.id) {
            self.history.pending.lines.push((line.id.clone(), Some((at, line.clone()))));
        }
        &mut self.quote.lines[at]
    }

    /// The header, to be changed.
    pub(super) fn header_mut(&mut self) -> &mut Quote {
        if self.history.pending.header.is_none() {
            self.history.pending.header = Some(header_of(&mut self.quote));
        }
        &mut self.quote
    }

    /// Every line and the header, to be changed.
    pub(super) fn touch_all(&mut self) {
        self.header_mut();
        if self.history.pending.lines.is_empty() {
            let lines = self.quote.lines.iter().enumerate();
            self.history.pending.lines = lines.map(|(at, line)| (line.id.clone(), Some((at, line.clone())))).collect();
        } else {
            for at in 0..self.quote.lines.len() {
                self.line_mut(at);
            }
        }
    }

    /// Forgets what the edit under way has touched: it was none of the user's.
    pub(super) fn drop_pending(&mut self) {
        self.history.pending = Pending::default();
    }

    /// A line that was not there is about to be put in.
    pub(super) fn line_comes(&mut self, id: &str) {
        if !self.history.pending.lines.iter().any(|(known, _)| known == id) {
            self.history.pending.lines.push((id.to_owned(), None));
        }
    }

    /// Ends the last edit.
    pub(super) fn close_step(&mut self) {
        let Pending { header, lines } = mem::take(&mut self.history.pending);
        let header = header.map(|was| Box::new((*was, *header_of(&mut self.quote)))).filter(|both| both.0 != both.1);
        let lines = lines.into_iter().filter_map(|(id, was)| {
            let became = self.place_of(&id, was.as_ref()).map(|at| (at, self.quote.lines[at].clone()));
            (was != became).then_some(Touched { id, was, became })
        });
        let lines: Vec<Touched> = lines.collect();
        if header.is_some() || !lines.is_empty() {
            self.history.undo.push(Step { header, lines });
            self.history.redo.clear();
        }
    }

    /// Forgets every edit: from here there is no way back.
    pub(super) fn forget_history(&mut self) {
        self.history = History::default();
    }

    /// Where a line stands, most often where it stood.
    fn place_of(&self, id: &str, was: Option<&Placed>) -> Option<usize> {
        let there = was.map(|(at, _)| *at).filter(|at| self.quote.lines.get(*at).is_some_and(|line| line.id == id));
        there.or_else(|| self.position(id).ok())
    }

    fn pending_changed(&self) -> bool {
        let Pending { header, lines } = &self.history.pending;
        let line_changed = |(id, was): &(String, Option<Placed>)| match (was, self.place_of(id, was.as_ref())) {
            (None, None) => false,
            (Some((was_at, was)), Some(at)) => *was_at != at || *was != self.quote.lines[at],
            _ => true,
        };
        header.as_ref().is_some_and(|was| !same_header(was, &self.quote)) || lines.iter().any(line_changed)
    }

    /// Whether there is an edit to undo.
    pub fn can_undo(&self) -> bool {
        !self.quote.confirmed && (!self.history.undo.is_empty() || self.pending_changed())
    }

    /// Whether there is an undone edit to do again.
    pub fn can_redo(&self) -> bool {
        !self.quote.confirmed && !self.history.redo.is_empty() && !self.pending_changed()
    }

    /// Undoes the last edit, but for what has been changed in another tab since. One of which nothing is left to undo is
    /// passed over. Returns what moved.
    ///
    /// # Errors
    /// `already-confirmed`.
    pub fn undo(&mut self) -> Result<Vec<Change>> {
        self.begin_edit()?;
        while let Some(step) = self.history.undo.pop() {
            let changes = self.take_step(&step, Way::Back);
            self.history.redo.push(step);
            if !changes.is_empty() {
                return Ok(changes);
            }
        }
        Ok(Vec::new())
    }

    /// Does again what was undone last. Returns what moved.
    ///
    /// # Errors
    /// `already-confirmed`.
    pub fn redo(&mut self) -> Result<Vec<Change>> {
        self.begin_edit()?;
        while let Some(step) = self.history.redo.pop() {
            let changes = self.take_step(&step, Way::Forth);
            self.history.undo.push(step);
            if !changes.is_empty() {
                return Ok(changes);
            }
        }
        Ok(Vec::new())
    }

    /// Goes a step's way in everything that still is as that way begins.
    fn take_step(&mut self, step: &Step, way: Way) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut all = false;
        if let Some(header) = &step.header {
            let (from, to) = way.of(&header.0, &header.1);
            let before = header_of(&mut self.quote);
            take_header(from, &mut self.quote, to);
            if !same_header(&before, &self.quote) {
                all = true;
                changes.push(Change { line_id: None, sku: None, kind: ChangeKind::Changed });
            }
        }
        // Lines come back from the first on, so that each finds the place that it had.
        let mut lines: Vec<&Touched> = step.lines.iter().collect();
        lines.sort_by_key(|touched| way.of(&touched.was, &touched.became).1.as_ref().map_or(0, |(at, _)| *at));
        for Touched { id, was, became } in lines {
            let (from, to) = way.of(was, became);
            let at = self.position(id).ok();
            let kind = match (at, from, to) {
                (Some(at), Some((from_at, from)), Some((to_at, to))) => {
                    let before = self.quote.lines[at].clone();
                    take_line(Some(from), &mut self.quote.lines[at], to);
                    self.follow_tier_at(at);
                    let moves = from_at != to_at && at == *from_at;
                    if !moves && before == self.quote.lines[at] {
                        continue;
                    }
                    self.figure(at);
                    if moves {
                        self.put_at(at, *to_at);
                    }
                    ChangeKind::Changed
                }
                (Some(at), Some((_, from)), None) => {
                    if !line_decided_same(&self.quote.lines[at], from) {
                        continue;
                    }
                    self.take_out(at);
                    ChangeKind::Removed
                }
                (None, None, Some((at, line))) => {
                    self.put_in(*at, line.clone());
                    ChangeKind::Added
                }
                _ => continue,
            };
            let sku = to.as_ref().or(from.as_ref()).map(|(_, line)| line.sku.clone());
            changes.push(Change { line_id: Some(id.clone()), sku, kind });
        }
        if all {
            self.follow_tier();
            self.work_out_all();
        }
        changes
    }

    /// Takes the line at `at` out, to be restored.
    pub(super) fn take_out(&mut self, at: usize) {
        let line = self.quote.lines.remove(at);
        self.removed.retain(|removed| removed.line.id != line.id);
        let worked = self.worked.remove(at);
        self.totals.remove(worked.amounts);
        self.removed.push(Removed { at, line, facts: worked.facts });
    }

    /// Puts a line in at `at`, or at the end of a quote that has become shorter, with what is known of its product.
    pub(super) fn put_in(&mut self, at: usize, line: QuoteLine) {
        let at = at.min(self.quote.lines.len());
        let facts = self.known_facts(line.product);
        self.quote.lines.insert(at, line);
        self.totals.add(None);
        self.worked.insert(at, Worked { facts, amounts: None });
        self.follow_tier_at(at);
        self.figure(at);
    }

    /// Moves the line at `from` so that it stands at `to`.
    pub(super) fn put_at(&mut self, from: usize, to: usize) {
        let to = to.min(self.quote.lines.len() - 1);
        let line = self.quote.lines.remove(from);
        self.quote.lines.insert(to, line);
        let worked = self.worked.remove(from);
        self.worked.insert(to, worked);
    }
}
