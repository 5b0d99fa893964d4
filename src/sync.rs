//! The sync planner: what to read next, from which moment on, and when.
//!
//! A state machine without effects. It says what to do ([`SyncPlan::next`]) and is told what happened
//! ([`SyncPlan::page_arrived`], [`SyncPlan::failed`]); time and randomness are arguments.
//!
//! # What it guarantees
//!
//! - **A run never overlaps another.** The next is due 15 minutes after the **end** of the last, good or bad.
//! - **No edit is missed.** A list of changes is asked for what changed since the **start** of the last good run that read
//!   it, less two minutes, by Cin7's clock alone; this machine's clock only decides when. A run that fails moves no mark,
//!   save that of a list which had none and was read to its end: a first sync is not begun again for another list's sake.
//! - **Once a week** a list of changes is read from its beginning, so that whatever slipped through is put right.
//! - **Reference books**, which have no list of changes, are read in the first run of an hour, in one that a user asked for,
//!   and in one that meets a record whose names they must explain. An idle run costs one call per list of changes and the
//!   pages of availability.
//! - **A page is read once.** [`SyncPlan::state`], saved in one batch with the page's records, resumes the run at the next.
//! - **A whole list is swapped or left.** Its pages are set aside; [`Progress::finished`] says when they may take its place.
//! - **Failures** that may pass are tried again, a few times per page, after a random wait below a growing ceiling and never
//!   before the moment that Cin7 named; the others end the run at once, with Cin7's words. Pages that do not arrive in time
//!   are asked for in halves, and grow again with each good run.

mod books;
mod failures;
mod history;
mod lists;
mod reports;
mod state;
mod view;

pub use self::history::{RunCount, RunView};
pub use self::lists::{Group, LISTS, List, ListRow};
pub use self::state::SyncState;
pub use self::view::{ListState, Phase, SyncView};

use self::failures::{back_off, sentence};
use self::state::{Bad, Mark, Progressed, Reading, Run};
use crate::records::{self, BadRecord, Timestamp};
use crate::transport::{Failure, FailureKind, Request};

/// From the end of one run to the start of the next, in milliseconds.
pub const CADENCE: i64 = 15 * MINUTE;
/// How far before its mark a list is read again, in milliseconds.
pub const OVERLAP: i64 = 2 * MINUTE;
/// After how long a list of changes is read from its beginning again, in milliseconds.
pub const RECONCILE: i64 = 7 * 24 * 60 * MINUTE;
/// Rows per page; the most that Cin7 gives.
pub const LIMIT: u32 = 1000;
/// Rows per page below which a page is not made smaller.
pub const SMALLEST_LIMIT: u32 = 125;
/// Pages after which a list is taken to have no end.
pub const MOST_PAGES: u32 = 10_000;
/// How often a page is asked for before the run is given up.
pub const TRIES: u32 = 5;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
/// How many reports are kept per group; beyond that they are counted.
const REPORTS: usize = 200;

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Send this request, and tell what came of it.
    Fetch {
        /// The list.
        list: List,
        /// The page, from 1. Page 1 of a list that is read whole begins it anew: what was set aside for it is void.
        page: u32,
        /// The request.
        request: Request,
    },
    /// Nothing to do before this moment; then ask again. A user's wish to run now comes earlier.
    WaitUntil(Timestamp),
    /// Nothing to do until the planner is started.
    Stopped,
}

/// What a page brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageOutcome {
    /// How many rows it had, unreadable ones included.
    pub rows: u64,
    /// Matching records over all pages, where the list says so.
    pub total: Option<u64>,
    /// Cin7's time when it answered.
    pub date: Option<Timestamp>,
    /// What could not be taken over.
    pub bad: Vec<BadRecord>,
    /// What tells a page with these rows from every other, where that is known.
    pub print: Option<u64>,
    /// How many records of this list are kept now; `None` where not every row is.
    pub kept: Option<u64>,
}

/// What a page or a failure has brought about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// The list that has been read to its end: a whole list's pages take its place now.
    pub finished: Option<List>,
    /// The group whose last list that was.
    pub group: Option<Group>,
    /// Whether the run has ended, well or badly.
    pub run_ended: bool,
}

/// The planner.
#[derive(Debug, Clone)]
pub struct SyncPlan {
    state: SyncState,
    pictures: bool,
    stopped: bool,
}

impl SyncPlan {
    /// A planner that goes on where `state` was saved, or begins. `pictures` is the setting of that name.
    pub fn restored(state: Option<SyncState>, pictures: bool) -> Self {
        Self { state: state.unwrap_or_default(), pictures, stopped: false }
    }

    /// What must be saved, in one batch with the records that it speaks of.
    pub const fn state(&self) -> &SyncState {
        &self.state
    }

    /// Tells that the state is about to be saved.
    pub const fn count_saving(&mut self) {
        self.state.saves = self.state.saves.wrapping_add(1);
    }

    /// What to do next. Asking twice brings the same answer until something is told.
    pub fn next(&mut self, now: Timestamp) -> Step {
        if self.stopped {
            return Step::Stopped;
        }
        if self.state.run.is_none() {
            if let Some(due) = self.due(now).filter(|due| *due > now) {
                return Step::WaitUntil(due);
            }
            self.start_run(now);
        }
        self.renew(now);
        self.fetch(now)
    }

    /// A run that stood still for longer than the cadence, the page having been closed, begins anew: pages of such
    /// different ages do not make one picture. Only the first reading of a long list goes on where it was.
    fn renew(&mut self, now: Timestamp) {
        let stale = |run: &Run| {
            let first_reading = run.reading.as_ref().is_some_and(|reading| reading.since.is_none() && !row(run.list).is_whole());
            now.since(run.moved_at.max(run.not_before.unwrap_or(run.moved_at))) > CADENCE && !first_reading
        };
        if let Some(run) = self.state.run.take_if(|run| stale(run)) {
            self.settle(run.reached, false);
            self.start_run(now);
        }
    }

    /// When the next run is due. A machine clock that was set back does not put it off beyond the cadence.
    fn due(&self, now: Timestamp) -> Option<Timestamp> {
        let due = self.state.due?;
        let longest = self.state.ended_at.map_or(CADENCE, |ended| due.since(ended).max(CADENCE));
        Some(due.min(now.plus_millis(longest)))
    }

    fn start_run(&mut self, now: Timestamp) {
        for progress in &mut self.state.progress {
            (progress.read, progress.page, progress.refused, progress.pages) = (0, 0, 0, None);
        }
        self.state.started_at = Some(now);
        self.state.due = None;
        self.state.skips_books = !self.state.wants_books && self.books_are_fresh(now);
        let first = LISTS.iter().find(|row| !self.state.skips_books || row.group != Group::Reference);
        self.state.run = Some(Run {
            server: None,
            list: first.unwrap_or(&LISTS[0]).list,
            reading: None,
            reached: Vec::new(),
            moved_at: now,
            tries: 0,
            too_slow: 0,
            not_before: None,
            errors: Vec::new(),
        });
    }

    fn fetch(&mut self, now: Timestamp) -> Step {
        let pictures = self.pictures;
        let Some(run) = &mut self.state.run else { return Step::WaitUntil(now.plus_millis(CADENCE)) };
        if let Some(not_before) = run.not_before {
            // The clock may have been set back in the meantime.
            let not_before = not_before.min(now.plus_millis(CADENCE));
            if not_before > now {
                return Step::WaitUntil(not_before);
            }
        }
        let row = row(run.list);
        let (marks, limit) = (&self.state.marks, self.state.limit.unwrap_or(LIMIT));
        let reading = run.reading.get_or_insert_with(|| {
            let mark = marks.iter().find(|mark| mark.list == row.list);
            let usable = mark.filter(|mark| {
                let age = now.since(mark.whole_at);
                age < RECONCILE && (mark.pictures || !pictures || row.list != List::Products)
            });
            Reading {
                since: usable.map(|mark| {
                    let overlap = if crate::planted::has("watermark at the end") { 0 } else { OVERLAP };
                    mark.since.plus_millis(-overlap)
                }),
                pictures,
                page: 1,
                limit,
                read: 0,
                total: None,
                mark: None,
                shifted: false,
                again: false,
                prints: Vec::new(),
            }
        });
        let request = row.request(reading, run.server);
        Step::Fetch { list: row.list, page: reading.page, request }
    }

    /// Tells that the page last asked for has arrived and its records are about to be saved with [`SyncPlan::state`].
    /// A page of another list than the current one is an echo from before a reload or a stop, and is passed over.
    pub fn page_arrived(&mut self, list: List, outcome: PageOutcome, now: Timestamp) -> Progress {
        let row = row(list);
        let Some(run) = self.state.run.as_mut().filter(|run| run.list == list) else { return Progress::default() };
        let Some(reading) = &mut run.reading else { return Progress::default() };

        if let Some(date) = outcome.date {
            run.server = Some(run.server.map_or(date, |earlier| earlier.min(date)));
            if crate::planted::has("watermark at the end") {
                run.server = Some(date);
            }
        }
        if reading.page == 1 || crate::planted::has("watermark at the end") {
            // Only a time seen by now is certain to lie before everything that this list has to show.
            reading.mark = run.server;
            reading.total = outcome.total;
        }
        reading.shifted |= reading.total.is_some() && outcome.total.is_some() && reading.total != outcome.total;
        reading.read += outcome.rows;
        let bad = u64::try_from(outcome.bad.len()).unwrap_or(0);
        let repeated = outcome.print.and_then(|print| records::pages::take(&mut reading.prints, print, row.path).err());
        let total = outcome.total.or(reading.total);
        let more = row.paged
            && outcome.rows > 0
            && match total {
                // A short page before the end is not the last: either rows have gone, or Cin7 gives fewer than were asked for.
                Some(total) => reading.read < total,
                None => outcome.rows >= u64::from(reading.limit),
            };
        let (first, limit) = (reading.page == 1, reading.limit);
        run.moved_at = now;
        (run.tries, run.too_slow, run.not_before) = (0, 0, None);
        reading.page += 1;

        let to_come = match (more, total) {
            (false, _) => Some(0),
            (true, Some(total)) => Some(pages(total.saturating_sub(reading.read), reading.limit)),
            (true, None) => None,
        };
        let endless = more && reading.page > MOST_PAGES;
        // A row that moved to the end while pages were read let another slip by, and the total does not tell. But whoever has
        // read a list from its beginning to its end must have as many records as it names, save those that were reported.
        let slipped = |refused: u64| {
            let all = outcome.kept.zip(total).is_none_or(|(kept, total)| kept + refused >= total);
            !more && reading.since.is_none() && !all
        };
        let group = |progress: &&Progressed| progress.group == row.group;
        reading.shifted |= slipped(self.state.progress.iter().find(group).map_or(0, |progress| progress.refused) + bad);
        // Rows that slipped from a page yet to be read onto one already read were not seen. A list that is read whole each
        // time puts that right in the next run; a list of changes would not, so it is read once more.
        let again = !more && reading.shifted && !reading.again && !row.is_whole();
        let fully = reading.since.is_none();
        if again {
            let prints = Vec::new();
            *reading = Reading { page: 1, read: 0, total: None, shifted: false, again: true, prints, ..reading.clone() };
        }
        let finished = !more && !again;
        let to_come = if again { Some(pages(outcome.total.unwrap_or_default(), limit)) } else { to_come };
        self.count(row, outcome, to_come, first && fully);
        if let Some(words) = repeated.or_else(|| endless.then(|| format!("Cin7's list {} has no end.", row.path))) {
            self.end_run(Some(words), now, CADENCE);
            return Progress { run_ended: true, ..Progress::default() };
        }
        if finished { self.finish_list(row, now) } else { Progress::default() }
    }

    /// Brings the group's progress up to date. `to_come`: how many pages the list still has. `anew`: what was reported at
    /// earlier readings of the list no longer counts.
    fn count(&mut self, row: &ListRow, outcome: PageOutcome, to_come: Option<u32>, anew: bool) {
        let after = LISTS.iter().skip_while(|other| other.list != row.list).skip(1);
        let lists_to_come = u32::try_from(after.filter(|other| other.group == row.group).count()).unwrap_or(0);
        let progress = self.progress(row.group);
        progress.read += outcome.rows;
        progress.page += 1;
        progress.refused += u64::try_from(outcome.bad.len()).unwrap_or(0);
        progress.pages = to_come.map(|pages| progress.page + pages + lists_to_come);
        if anew {
            progress.bad.retain(|bad| bad.from != row.list);
            if progress.bad.is_empty() {
                progress.bad_beyond = 0;
            }
        }
        // A record that comes bad again replaces what was said of it before.
        progress.bad.retain(|bad| !outcome.bad.iter().any(|new| bad.from == row.list && bad.record.record == new.record));
        if let Some(run) = &mut self.state.run {
            let room = history::ERRORS.saturating_sub(run.errors.len());
            run.errors.extend(outcome.bad.iter().take(room).cloned());
        }
        let progress = self.progress(row.group);
        for record in outcome.bad {
            if progress.bad.len() < REPORTS {
                progress.bad.push(Bad { from: row.list, record });
            } else {
                progress.bad_beyond += 1;
            }
        }
    }

    fn progress(&mut self, group: Group) -> &mut Progressed {
        let at = self.state.progress.iter().position(|progress| progress.group == group).unwrap_or_else(|| {
            self.state.progress.push(Progressed::new(group));
            self.state.progress.len() - 1
        });
        &mut self.state.progress[at]
    }

    fn finish_list(&mut self, row: &ListRow, now: Timestamp) -> Progress {
        let after = LISTS.iter().skip_while(|other| other.list != row.list).nth(1);
        let group = after.is_none_or(|next| next.group != row.group).then_some(row.group);
        if let Some(group) = group {
            self.progress(group).as_of = Some(now);
        }
        if group == Some(Group::Reference) {
            self.state.wants_books = false;
        }
        if let Some(run) = &mut self.state.run {
            let reading = run.reading.take();
            if let Some(reading) = reading.filter(|_| !row.is_whole())
                && let Some(since) = reading.mark
            {
                let former = self.state.marks.iter().find(|mark| mark.list == row.list);
                let whole_at = former.filter(|_| reading.since.is_some()).map_or(now, |mark| mark.whole_at);
                let mark = Mark { list: row.list, since, whole_at, pictures: reading.pictures };
                run.reached.push(mark);
            }
            if let Some(next) = after {
                run.list = next.list;
            }
        }
        if after.is_none() {
            self.end_run(None, now, CADENCE);
        }
        Progress { finished: Some(row.list), group, run_ended: after.is_none() }
    }

    /// Sets the marks that a run has reached. A run that was not good leaves a mark where it stood.
    fn settle(&mut self, reached: Vec<Mark>, good: bool) {
        for reached in reached {
            match self.state.marks.iter_mut().find(|mark| mark.list == reached.list) {
                None => self.state.marks.push(reached),
                Some(mark) if good => *mark = reached,
                Some(mark) => (mark.whole_at, mark.pictures) = (reached.whole_at, reached.pictures),
            }
        }
    }

    /// Ends the run: well, or by a failure at the list that it has come to.
    fn end_run(&mut self, failure: Option<String>, now: Timestamp, pause: i64) {
        let failed_list = self.state.run.as_ref().map(|run| run.list).filter(|_| failure.is_some());
        self.end(failure, failed_list, now, pause);
    }

    fn end(&mut self, failure: Option<String>, failed_list: Option<List>, now: Timestamp, pause: i64) {
        let Some(run) = self.state.run.take() else { return };
        self.settle(run.reached, failure.is_none());
        if failure.is_none() {
            self.state.limit = self.state.limit.map(|limit| limit * 2).filter(|limit| *limit < LIMIT);
        }
        (self.state.failure, self.state.failed_list) = (failure, failed_list);
        self.remember(run.errors, now);
        self.state.ended_at = Some(now);
        self.state.due = Some(now.plus_millis(pause));
    }

    /// Tells that the request last asked for has failed. `random` is any number, evenly distributed over all.
    pub fn failed(&mut self, failure: &Failure, now: Timestamp, random: u32) -> Progress {
        let Some(run) = &mut self.state.run else { return Progress::default() };
        run.tries += 1;
        let asked = i64::from(failure.retry_after.unwrap_or(0)) * SECOND;
        if !failure.retryable() || run.tries >= TRIES || asked > CADENCE {
            let words = failure.words();
            let words = if words.trim().is_empty() { sentence(failure.kind).to_owned() } else { words };
            self.end_run(Some(words), now, asked.max(CADENCE));
            return Progress { run_ended: true, ..Progress::default() };
        }
        run.not_before = Some(now.plus_millis(asked.max(back_off(failure.kind, run.tries, random))));
        if matches!(failure.kind, FailureKind::Lost | FailureKind::NotUnderstood) {
            run.too_slow += 1;
            if run.too_slow % 2 == 0
                && let Some(reading) = &mut run.reading
                && row(run.list).paged
                && reading.limit / 2 >= SMALLEST_LIMIT
            {
                // The rows read so far fill twice as many pages of half the size.
                reading.limit /= 2;
                reading.page = (reading.page - 1) * 2 + 1;
                self.state.limit = Some(reading.limit);
            }
        }
        Progress::default()
    }

    /// Tells that what was read cannot be kept: the run ends, and so does one that this planner, restored to what was kept
    /// before, knows nothing of. Without that it would begin again at once, and for ever.
    pub fn give_up(&mut self, why: String, now: Timestamp) {
        if self.state.run.is_none() {
            self.start_run(now);
        }
        // No list is to blame for that.
        self.end(Some(why), None, now, CADENCE);
    }

    /// The next run comes now, for a reason that the reference books have nothing to do with.
    pub const fn hasten(&mut self, now: Timestamp) {
        self.stopped = false;
        if self.state.run.is_none() {
            self.state.due = Some(now);
        }
    }

    /// Nothing more is asked for until [`SyncPlan::start`]; a run that is on stays where it is.
    pub const fn stop(&mut self) {
        self.stopped = true;
    }

    /// Goes on after [`SyncPlan::stop`].
    pub const fn start(&mut self) {
        self.stopped = false;
    }

    /// Tells how many rows of a group are kept, for the view.
    pub fn kept(&mut self, group: Group, rows: u64) {
        self.progress(group).rows = rows;
    }

    /// The kept content of a group is lost: it is read from its beginning, at once or in the run that is on, and is not
    /// ready until then.
    pub fn forget(&mut self, group: Group) {
        let of_group = |list: List| row(list).group == group;
        self.state.marks.retain(|mark| !of_group(mark.list));
        self.state.progress.retain(|progress| progress.group != group);
        self.state.due = None;
        let Some(run) = &mut self.state.run else { return };
        run.reached.retain(|mark| !of_group(mark.list));
        // A run that has come to the group or passed it goes back to the group's first list.
        let first = LISTS.iter().take_while(|row| row.list != run.list).find(|row| row.group == group);
        if let Some(first) = first {
            run.list = first.list;
            run.reading = None;
        } else if of_group(run.list) {
            run.reading = None;
        }
    }

    /// Whether it waits for the next run to be due, so that what is left of the call limit is free for other work.
    pub const fn is_between_runs(&self) -> bool {
        self.state.run.is_none() && !self.stopped
    }
}

/// The table's row for a list; every list has one.
fn row(list: List) -> &'static ListRow {
    LISTS.iter().find(|row| row.list == list).unwrap_or(&LISTS[0])
}

fn pages(rows: u64, limit: u32) -> u32 {
    u32::try_from(rows.div_ceil(u64::from(limit))).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
