//! How the desk stands with Cin7, for the screen. The words are those of `types.ts`.

use serde::{Deserialize, Serialize};

use super::state::Progressed;
use super::{Group, List, SyncPlan};
use crate::records::{BadRecord, Timestamp};

/// What the planner is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Between runs.
    Idle,
    /// Reading.
    Running,
    /// In a run, waiting before another try.
    Waiting,
    /// Nothing will be read until it is started again.
    Stopped,
}

/// Progress of one group of lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListState {
    /// `reference`, `customers`, `suppliers`, `products`, `stock`, `sales` or `purchases`.
    pub list: String,
    /// Rows kept, as last told with [`SyncPlan::kept`](super::SyncPlan::kept).
    pub rows: u64,
    /// Rows read in the current or last run.
    pub read: u64,
    /// Pages read in the current or last run.
    pub page: u32,
    /// How many there are; `None` when unknown.
    pub pages: Option<u32>,
    /// When its content was last known to be whole, by this machine's clock.
    pub as_of: Option<Timestamp>,
    /// What could not be taken over.
    pub bad: Vec<BadRecord>,
}

/// How the desk stands with Cin7.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncView {
    /// What is going on.
    pub phase: Phase,
    /// Whether every list that quoting needs has been read at least once.
    pub ready: bool,
    /// Each group, in order.
    pub lists: Vec<ListState>,
    /// When the current or last run started, by this machine's clock.
    pub started_at: Option<Timestamp>,
    /// When the last run ended; `None` before the first has.
    pub ended_at: Option<Timestamp>,
    /// When the next run is due; `None` while one is on, since it counts from the end.
    pub next_at: Option<Timestamp>,
    /// The last run's failure in words, Cin7's own where it gave any.
    pub failure: Option<String>,
    /// The list at which it failed; `None` also where what was read could not be stored.
    pub failed_list: Option<List>,
    /// Whether this tab reads for all. The planner takes it that it does; the desk knows better.
    pub leader: bool,
}

impl SyncPlan {
    /// How things stand, for the screen.
    pub fn view(&self, now: Timestamp) -> SyncView {
        let waiting = self.state.run.as_ref().is_some_and(|run| run.not_before.is_some_and(|until| until > now));
        let phase = match (&self.state.run, self.stopped) {
            (_, true) => Phase::Stopped,
            (Some(_), false) if waiting => Phase::Waiting,
            (Some(_), false) => Phase::Running,
            (None, false) => Phase::Idle,
        };
        let lists: Vec<ListState> = Group::ALL.iter().map(|group| self.list_state(*group)).collect();
        SyncView {
            phase,
            ready: Group::ALL.iter().filter(|group| group.is_needed_to_quote()).all(|group| self.as_of(*group).is_some()),
            lists,
            started_at: self.state.started_at,
            ended_at: self.state.ended_at,
            next_at: if phase == Phase::Idle { Some(self.due(now).unwrap_or(now)) } else { None },
            failure: self.state.failure.clone(),
            failed_list: self.state.failed_list,
            leader: true,
        }
    }

    /// When a group's content was last known to be whole, by this machine's clock.
    pub fn as_of(&self, group: Group) -> Option<Timestamp> {
        self.state.progress.iter().find(|progress| progress.group == group).and_then(|progress| progress.as_of)
    }

    /// How many rows of a group are kept, as last told with [`SyncPlan::kept`].
    pub fn rows(&self, group: Group) -> u64 {
        self.state.progress.iter().find(|progress| progress.group == group).map_or(0, |progress| progress.rows)
    }

    pub(super) fn list_state(&self, group: Group) -> ListState {
        let nothing = Progressed::new(group);
        let progress = self.state.progress.iter().find(|progress| progress.group == group).unwrap_or(&nothing);
        let mut bad: Vec<BadRecord> = progress.bad.iter().map(|bad| bad.record.clone()).collect();
        if progress.bad_beyond > 0 {
            let problem = format!("and {} more reports that are not listed", progress.bad_beyond);
            bad.push(BadRecord { list: group.word().to_owned(), record: String::new(), field: String::new(), problem });
        }
        ListState {
            list: group.word().to_owned(),
            rows: progress.rows,
            read: progress.read,
            page: progress.page,
            pages: progress.pages,
            as_of: progress.as_of,
            bad,
        }
    }
}
