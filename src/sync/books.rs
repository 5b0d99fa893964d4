//! When a run reads the reference books, which have no list of changes.

use super::{Group, List, MINUTE, RECONCILE, SyncPlan};
use crate::records::Timestamp;

/// After how long the reference books are read again though nothing asks for them, in milliseconds.
const FRESH: i64 = 60 * MINUTE;

impl SyncPlan {
    /// Whether the reference books are new enough for a run without them. One that reads the customers from their beginning
    /// needs them in any case.
    pub(super) fn books_are_fresh(&self, now: Timestamp) -> bool {
        // Of a machine clock that was set back they look as if they were yet to come.
        let recent = |at: Timestamp, age: i64| (0..age).contains(&now.since(at));
        let customers = self.state.marks.iter().any(|mark| mark.list == List::Customers && recent(mark.whole_at, RECONCILE));
        customers && self.as_of(Group::Reference).is_some_and(|as_of| recent(as_of, FRESH))
    }

    /// A page has come whose names mean what the reference books say **now**. Where the run has passed over the books, it
    /// begins again with them, the page is to be left alone, and the answer is yes. Names may have changed places since the
    /// books were read, so that a known name is no proof.
    pub fn needs_books(&mut self) -> bool {
        let needs = self.state.run.is_some() && self.state.skips_books;
        if needs && let Some(started_at) = self.state.started_at {
            self.state.wants_books = true;
            self.start_run(started_at);
        }
        needs
    }

    /// The user wants a run now, reference books and all. Nothing changes for one that is on: it never overlaps another, and
    /// the waits within it are there because Cin7 or the network needs them.
    pub const fn run_now(&mut self, now: Timestamp) {
        self.hasten(now);
        if self.state.run.is_none() || self.state.skips_books {
            self.state.wants_books = true;
        }
    }
}
