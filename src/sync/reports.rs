//! What is reported of records that could not be taken over, beside what the pages bring.

use super::history::ERRORS;
use super::state::Bad;
use super::{Group, List, REPORTS, SyncPlan, row};
use crate::records::BadRecord;

impl SyncPlan {
    /// Takes back reports about records that have since come in good order: `taken` is asked with what a report calls its
    /// record. Tell it before [`SyncPlan::page_arrived`].
    pub fn mend(&mut self, list: List, taken: impl Fn(&str) -> bool) {
        self.progress(row(list).group).bad.retain(|bad| bad.from != list || !taken(&bad.record.record));
    }

    /// Reports a record of a list outside its pages, such as one whose details cannot be read; what was said of it before
    /// counts no longer. Between runs it counts among the errors of the last one, which brought the record.
    pub fn report(&mut self, list: List, bad: BadRecord) {
        self.count_error(row(list).group, &bad);
        let progress = self.progress(row(list).group);
        progress.bad.retain(|had| had.from != list || had.record.record != bad.record);
        if progress.bad.len() < REPORTS {
            progress.bad.push(Bad { from: list, record: bad });
        } else {
            progress.bad_beyond += 1;
        }
    }

    fn count_error(&mut self, group: Group, bad: &BadRecord) {
        let errors = match (&mut self.state.run, self.state.history.first_mut()) {
            (Some(run), _) => &mut run.errors,
            (None, Some(last)) => {
                if last.errors.contains(bad) {
                    return;
                }
                if let Some(count) = last.lists.iter_mut().find(|count| count.list == group.word()) {
                    count.refused += 1;
                }
                &mut last.errors
            }
            (None, None) => return,
        };
        if errors.len() < ERRORS {
            errors.push(bad.clone());
        }
        self.progress(group).refused += 1;
    }

    /// Whether anything is reported of a record of a list.
    pub fn has_reports(&self, list: List, record: &str) -> bool {
        let mut progress = self.state.progress.iter();
        progress.any(|progress| progress.bad.iter().any(|bad| bad.from == list && bad.record.record == record))
    }
}
