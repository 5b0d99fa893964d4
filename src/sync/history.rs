//! The runs that have ended, for whoever asks what happened.

use serde::{Deserialize, Serialize};

use super::{Group, List, SyncPlan};
use crate::records::{BadRecord, Timestamp};

/// How many ended runs are remembered: six hours of them.
const RUNS: usize = 24;
/// How many reports a run keeps of what it could not take over.
pub(super) const ERRORS: usize = 5;

/// What a run read of one group of lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCount {
    /// The group, as [`super::ListState::list`].
    pub list: String,
    /// Rows that came.
    pub read: u64,
    /// Of these, how many reports there were of what could not be taken over.
    pub refused: u64,
}

/// A run that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunView {
    /// When it started, by this machine's clock.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Why it failed, Cin7's own words where it gave any; `None` when it ended well.
    pub failure: Option<String>,
    /// The list at which it failed; `None` also where what was read could not be stored.
    #[serde(default)]
    pub failed_list: Option<List>,
    /// What it read, in the order of the lists.
    pub lists: Vec<RunCount>,
    /// The first few of what it could not take over.
    pub errors: Vec<BadRecord>,
}

impl SyncPlan {
    /// The last runs that have ended, the newest first.
    pub fn history(&self) -> &[RunView] {
        &self.state.history
    }

    /// Puts the run that ends now before those that ended earlier.
    pub(super) fn remember(&mut self, errors: Vec<BadRecord>, now: Timestamp) {
        let read = |group: &Group| {
            let progress = self.state.progress.iter().find(|progress| progress.group == *group && progress.page > 0)?;
            Some(RunCount { list: group.word().to_owned(), read: progress.read, refused: progress.refused })
        };
        let lists = Group::ALL.iter().filter_map(read).collect();
        let (failure, failed_list) = (self.state.failure.clone(), self.state.failed_list);
        let started_at = self.state.started_at.unwrap_or(now);
        let run = RunView { started_at, ended_at: now, failure, failed_list, lists, errors };
        self.state.history.insert(0, run);
        self.state.history.truncate(RUNS);
    }
}
