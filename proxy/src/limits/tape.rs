//! Which calls were sent lately, written down beside the ledger, so that a proxy that is started again goes on counting.
//!
//! Without it, sixty calls before a crash and sixty after it would be a hundred and twenty in a minute. A record is written
//! before its call is sent and is in the system's hands then: it outlives the process, whatever ends it. It is not forced to
//! the disk; a machine takes longer to start than a minute lasts, as good as always.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

use super::budget::{MARGIN, WINDOW};

/// Bytes of a record: what happened, and when, in milliseconds since 1970.
const RECORD: usize = 9;
const SENT: u8 = b's';
const ENDED: u8 = b'e';
/// Above this size the tape begins anew as soon as no call is under way.
const LONGEST: u64 = 64 * 1024;

/// The tape.
#[derive(Debug)]
pub struct Tape {
    file: File,
    size: u64,
    under_way: usize,
    /// Said once; whatever is wrong with the disk stays wrong.
    failed: bool,
}

impl Tape {
    /// Opens the tape, making it if there is none, and tells for how much longer each call of an earlier process takes a place,
    /// the shortest first. A call whose end was not seen is taken to end now. What is no record is passed over.
    ///
    /// # Errors
    /// The system's.
    pub fn open(path: &Path, now: i64) -> io::Result<(Self, Vec<Duration>)> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let (mut sent, mut ends) = (0_usize, Vec::new());
        for record in bytes.chunks_exact(RECORD) {
            let at = i64::from_le_bytes(record[1..].try_into().unwrap_or_default());
            match record[0] {
                SENT => sent += 1,
                ENDED => ends.push(at),
                _ => {}
            }
        }
        let lost = sent.saturating_sub(ends.len());
        ends.extend(std::iter::repeat_n(now, lost));
        let whole = WINDOW + MARGIN;
        let mut left: Vec<Duration> = ends
            .iter()
            // A clock that was set back makes nobody wait longer than a minute.
            .map(|&at| whole.saturating_sub(Duration::from_millis(u64::try_from(now.saturating_sub(at)).unwrap_or_default())))
            .filter(|left| !left.is_zero())
            .collect();
        left.sort_unstable();
        let mut tape = Self { file, size: 0, under_way: 0, failed: false };
        // What still counts must outlive a second crash too.
        tape.shorten(now, &left)?;
        Ok((tape, left))
    }

    /// A call is about to be sent.
    pub fn sending(&mut self, now: i64) {
        self.under_way += 1;
        let written = self.write(SENT, now);
        self.note(written);
    }

    /// A call that was sent is over. `taken` are the places that are taken then, by when they come free, counted from now.
    pub fn ended(&mut self, now: i64, taken: impl FnOnce() -> Vec<Duration>) {
        self.under_way = self.under_way.saturating_sub(1);
        let mut written = self.write(ENDED, now);
        if written.is_ok() && self.size > LONGEST && self.under_way == 0 {
            written = self.shorten(now, &taken());
        }
        self.note(written);
    }

    fn shorten(&mut self, now: i64, taken: &[Duration]) -> io::Result<()> {
        self.begin_anew()?;
        for left in taken {
            let spent = (WINDOW + MARGIN).saturating_sub(*left);
            let at = now.saturating_sub(i64::try_from(spent.as_millis()).unwrap_or_default());
            self.write(SENT, at)?;
            self.write(ENDED, at)?;
        }
        Ok(())
    }

    fn begin_anew(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.size = 0;
        Ok(())
    }

    fn write(&mut self, what: u8, at: i64) -> io::Result<()> {
        let mut record = [what; RECORD];
        record[1..].copy_from_slice(&at.to_le_bytes());
        self.file.write_all(&record)?;
        self.size += RECORD as u64;
        Ok(())
    }

    /// A call is not kept from Cin7 for this: at worst a minute after the next start is refused in part.
    fn note(&mut self, written: io::Result<()>) {
        if let (Err(error), false) = (written, self.failed) {
            self.failed = true;
            tracing::error!("the calls of the last minute cannot be written down: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn reopened(path: &Path, now: i64) -> Vec<Duration> {
        Tape::open(path, now).unwrap().1
    }

    #[test]
    fn calls_of_a_process_that_died_go_on_taking_their_places() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("calls");
        let (mut tape, none) = Tape::open(&path, 0).unwrap();
        assert!(none.is_empty());
        tape.sending(1_000);
        tape.ended(2_000, Vec::new);
        tape.sending(50_000);
        drop(tape);
        let whole = WINDOW + MARGIN;
        let after = |seconds| whole.saturating_sub(seconds * SECOND);
        assert_eq!(reopened(&path, 52_000), [after(50), whole], "the second call may only just have arrived");
        assert_eq!(reopened(&path, 53_000), [after(51), after(1)], "a second crash forgets nothing");
        assert_eq!(
            reopened(&path, 40_000),
            [after(38), whole],
            "a clock that was set back holds nobody up for more than a minute"
        );
        assert!(reopened(&path, 200_000).is_empty());
    }

    #[test]
    fn a_torn_tape_is_read_as_far_as_it_goes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("calls");
        let (mut tape, _) = Tape::open(&path, 0).unwrap();
        tape.sending(1_000);
        tape.ended(1_000, Vec::new);
        drop(tape);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.extend([SENT, 1, 2]);
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(reopened(&path, 1_000).len(), 1);
    }

    #[test]
    fn the_tape_stays_short_and_forgets_no_place() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("calls");
        let (mut tape, _) = Tape::open(&path, 0).unwrap();
        for second in 0..20_000 {
            tape.sending(second * 1_000);
            let taken = || (1..=60).map(|left| left * SECOND + MARGIN).collect();
            tape.ended(second * 1_000, taken);
            assert!(tape.size <= LONGEST + 2 * RECORD as u64);
        }
        drop(tape);
        assert_eq!(reopened(&path, 19_999_000).len(), 61, "the half second beyond the window counts too");
    }
}
