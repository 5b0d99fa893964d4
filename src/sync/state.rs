//! What the planner remembers: saved with each page's records, so that a run goes on where it was.

use serde::{Deserialize, Serialize};

use super::history::RunView;
use super::lists::{Group, List};
use crate::records::{BadRecord, Timestamp};

/// Everything the planner remembers. Save it in the same batch as the records of the page it speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SyncState {
    /// One entry per list that was ever read.
    pub(super) marks: Vec<Mark>,
    /// One entry per group that was ever read.
    pub(super) progress: Vec<Progressed>,
    /// The run that is on.
    pub(super) run: Option<Run>,
    /// When the current or last run started, by this machine's clock.
    pub(super) started_at: Option<Timestamp>,
    /// When the last run ended, by this machine's clock.
    pub(super) ended_at: Option<Timestamp>,
    /// When the next run is due, by this machine's clock; `None` means at once.
    pub(super) due: Option<Timestamp>,
    /// The last run's failure in words.
    pub(super) failure: Option<String>,
    /// The list at which the last run failed.
    pub(super) failed_list: Option<List>,
    /// The last runs that have ended, the newest first.
    pub(super) history: Vec<RunView>,
    /// Rows per page while larger pages do not arrive in time; `None` when they do.
    pub(super) limit: Option<u32>,
    /// Whether the run that is on has passed over the reference books.
    pub(super) skips_books: bool,
    /// The next run reads the reference books, however new they are.
    pub(super) wants_books: bool,
    /// How often this was saved: no two savings have the same bytes, so a tab sees by them alone whether it is up to date.
    pub(super) saves: u64,
}

/// How far a list of changes is known, by Cin7's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mark {
    pub(super) list: List,
    /// Cin7's time when the last good run that read this list started.
    pub(super) since: Timestamp,
    /// When the list was last read from its beginning, by this machine's clock.
    pub(super) whole_at: Timestamp,
    /// Whether it was read with pictures.
    pub(super) pictures: bool,
}

/// What a group's view is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Progressed {
    pub(super) group: Group,
    /// Rows kept, as told by the desk.
    pub(super) rows: u64,
    /// Rows read in the current or last run.
    pub(super) read: u64,
    /// Pages read in the current or last run.
    pub(super) page: u32,
    /// Records of the current or last run that could not be taken over.
    pub(super) refused: u64,
    /// Pages of the current or last run, as far as its lists have told.
    pub(super) pages: Option<u32>,
    pub(super) as_of: Option<Timestamp>,
    pub(super) bad: Vec<Bad>,
    /// Reports beyond those that are kept.
    pub(super) bad_beyond: u64,
}

impl Progressed {
    pub(super) const fn new(group: Group) -> Self {
        Self { group, rows: 0, read: 0, page: 0, refused: 0, pages: None, as_of: None, bad: Vec::new(), bad_beyond: 0 }
    }
}

/// A report with the list that it came with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bad {
    pub(super) from: List,
    pub(super) record: BadRecord,
}

/// A run that is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run {
    /// Cin7's time when the run started: the earliest that any of its answers has shown so far.
    pub(super) server: Option<Timestamp>,
    /// The list being read.
    pub(super) list: List,
    /// How it is being read; `None` before its first page is asked for.
    pub(super) reading: Option<Reading>,
    /// Marks to be set when the run ends well.
    pub(super) reached: Vec<Mark>,
    /// When the last page came, by this machine's clock.
    pub(super) moved_at: Timestamp,
    /// Failures of the current page so far.
    pub(super) tries: u32,
    /// Of these, how many suggest that the page is too large.
    pub(super) too_slow: u32,
    /// No request before this.
    pub(super) not_before: Option<Timestamp>,
    /// The first of what this run could not take over, for its history.
    pub(super) errors: Vec<BadRecord>,
}

/// How the current list is being read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Reading {
    /// Changes since, the overlap already taken off; `None` reads the list from its beginning.
    pub(super) since: Option<Timestamp>,
    /// Whether the list was asked for with pictures; the same for all its pages.
    pub(super) pictures: bool,
    /// The page to ask for next.
    pub(super) page: u32,
    /// Rows per page.
    pub(super) limit: u32,
    /// Rows read.
    pub(super) read: u64,
    /// What the first page gave as `Total`.
    pub(super) total: Option<u64>,
    /// Cin7's time for this list's mark.
    pub(super) mark: Option<Timestamp>,
    /// The list changed its length while it was read, so rows may have slipped from one page to another.
    pub(super) shifted: bool,
    /// The list is being read a second time in this run, because it shifted.
    pub(super) again: bool,
    /// What tells the pages that have come from every other.
    pub(super) prints: Vec<u64>,
}
