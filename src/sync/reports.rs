//! What is reported of records that could not be taken over, beside what the pages bring.

use super::state::Bad;
use super::{List, REPORTS, SyncPlan, row};
use crate::records::BadRecord;

impl SyncPlan {
    /// Takes back reports about records that have since come in good order: `taken` is asked with what a report calls its
    /// record. Tell it before [`SyncPlan::page_arrived`].
    pub fn mend(&mut self, list: List, taken: impl Fn(&str) -> bool) {
        self.progress(row(list).group).bad.retain(|bad| bad.from != list || !taken(&bad.record.record));
    }

    /// Reports a record of a list outside its pages, such as one whose details cannot be read; what was said of it before
    /// counts no longer.
    pub fn report(&mut self, list: List, bad: BadRecord) {
        let progress = self.progress(row(list).group);
        progress.bad.retain(|had| had.from != list || had.record.record != bad.record);
        if progress.bad.len() < REPORTS {
            progress.bad.push(Bad { from: list, record: bad });
        } else {
            progress.bad_beyond += 1;
        }
    }

    /// Whether anything is reported of a record of a list.
    pub fn has_reports(&self, list: List, record: &str) -> bool {
        let mut progress = self.state.progress.iter();
        progress.any(|progress| progress.bad.iter().any(|bad| bad.from == list && bad.record.record == record))
    }
}
