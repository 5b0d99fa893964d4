//! The ledger: which creating calls were sent to Cin7, and what became of them. One `SQLite` file, or memory.
//!
//! # What it guarantees
//!
//! - What [`Ledger::write`] wrote is on the disk before it returns, whatever then happens to the process or the machine.
//! - A file belongs to one proxy at a time; a second one does not start on it.
//! - A file that is damaged, emptied or another program's is refused at start, and is not changed. A ledger that silently
//!   began anew would have forgotten exactly the calls it is kept for.
//!
//! It holds no body of a call: a call is known again by its hash. Cin7's answer is kept for a month, as it may name a customer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};

use super::schema::{APPLICATION, CALLS, FORMAT, ORDERS, SENDING, SINCE_3, UNKNOWN};
use crate::clock::now;
use crate::errors::Error;
use crate::identity::Identity;

/// How long the start waits for a proxy that is about to give up the file.
const HANDOVER: Duration = Duration::from_secs(2);

/// When to come back after the ledger could not be written.
const LEDGER_PAUSE: u64 = 10;

/// Why there is no ledger, in one sentence. The file was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NoLedger {
    /// It cannot be opened or made.
    #[error("the ledger {} cannot be opened: {error}", file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// What the system or `SQLite` said.
        error: String,
    },
    /// Another proxy has it.
    #[error("the ledger {} is in use by another proxy: give each its own LEDGER_FILE, or stop the other one first", .0.display())]
    InUse(PathBuf),
    /// It knows the calls of another account.
    #[error(
        "the ledger {} was written for another Cin7 account, whose orders it keeps: give this account a LEDGER_FILE of its own, or \
         the other one's credentials back", .0.display()
    )]
    OtherAccount(PathBuf),
    /// It is not what this program wrote.
    #[error(
        "the ledger {} {what}: put back a copy of it, or move it away to start a new one, which knows nothing of the orders \
         sent so far", file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

/// Writing or reading the ledger failed: a full or failing disk. Nothing may be sent.
#[derive(Debug, thiserror::Error)]
#[error("the ledger cannot be used: {0}")]
pub struct Broken(String);

impl From<rusqlite::Error> for Broken {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<Broken> for Error {
    fn from(_: Broken) -> Self {
        Self::LedgerFailed { retry_after: LEDGER_PAUSE }
    }
}

/// The ledger. Clones share it.
#[derive(Debug, Clone)]
pub struct Ledger {
    pub(super) book: Arc<Mutex<Connection>>,
    durable: bool,
}

impl Ledger {
    /// A ledger that lasts as long as the process.
    ///
    /// # Errors
    /// No memory.
    pub fn in_memory() -> Result<Self, NoLedger> {
        let file = PathBuf::from(":memory:");
        let book = Connection::open_in_memory().map_err(|error| open_error(&file, &error))?;
        create(&book, "").map_err(|error| open_error(&file, &error))?;
        Ok(Self { book: Arc::new(Mutex::new(book)), durable: false })
    }

    /// The ledger of an account in a file, which is made if there is none. One that does not say whose it is was written before
    /// ledgers did, and is this account's from now on. Calls that an earlier process left in flight are of unknown
    /// outcome from now on.
    ///
    /// # Errors
    /// [`NoLedger`], one sentence.
    pub fn open(file: &Path, account: &Identity) -> Result<Self, NoLedger> {
        let new = make(file)?;
        let book = Connection::open(file).map_err(|error| open_error(file, &error))?;
        prepare(&book, file, new, account)?;
        let since = now();
        let open_calls = book
            .execute("UPDATE calls SET state = ?1, since = ?2 WHERE state = ?3", params![UNKNOWN, since, SENDING])
            .map_err(|error| open_error(file, &error))?;
        if new {
            tracing::info!("a new ledger of orders at {}", file.display());
        } else {
            tracing::info!(open_calls, "the ledger of orders is {}", file.display());
        }
        Ok(Self { book: Arc::new(Mutex::new(book)), durable: true })
    }

    /// Whether it outlives the process.
    pub fn durable(&self) -> bool {
        self.durable
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// [`Broken`].
    pub(super) async fn clear(&self) -> Result<(), Broken> {
        self.run(|book| {
            book.execute_batch("DELETE FROM calls; DELETE FROM orders;")?;
            Ok(())
        })
        .await
    }

    /// Off the threads that serve: a commit waits for the disk.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Broken> + Send + 'static,
    ) -> Result<T, Broken> {
        let book = Arc::clone(&self.book);
        // Every statement is a transaction of its own, so a panic leaves nothing half done.
        let work = move || work(&book.lock().unwrap_or_else(PoisonError::into_inner));
        let result = tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(Broken(error.to_string())));
        if let Err(error) = &result {
            tracing::error!("{error}");
        }
        result
    }
}

/// Makes the file if there is none, readable by its owner only; returns whether it did.
fn make(file: &Path) -> Result<bool, NoLedger> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Ok(_) => return Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(NoLedger::Open { file: file.to_owned(), error: error.to_string() }),
    }
    match std::fs::metadata(file) {
        // SQLite takes an empty file for a new database. The log beside it may still hold all of it.
        Ok(found) if found.len() == 0 && !beside(file, "-wal").exists() => {
            Err(NoLedger::Damaged { file: file.to_owned(), what: "is empty".to_owned() })
        }
        Ok(found) if !found.is_file() => Err(NoLedger::Open { file: file.to_owned(), error: "it is not a file".to_owned() }),
        Ok(_) => Ok(false),
        Err(error) => Err(NoLedger::Open { file: file.to_owned(), error: error.to_string() }),
    }
}

/// The file of that name with `suffix` at its end.
pub fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn prepare(book: &Connection, file: &Path, new: bool, account: &Identity) -> Result<(), NoLedger> {
    let failed = |error: rusqlite::Error| open_error(file, &error);
    book.busy_timeout(HANDOVER).map_err(failed)?;
    // Before anything is read: the file is this connection's alone until the process ends.
    book.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(failed)?;
    if new {
        create(book, &owned_by(account)).map_err(failed)?;
    } else {
        check(book, file)?;
        if owner(book).map_err(failed)?.is_some_and(|owner| owner != account.as_str()) {
            return Err(NoLedger::OtherAccount(file.to_owned()));
        }
    }
    book.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
    // Each commit waits until the disk has it.
    book.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    let lacks = match book.pragma_query_value(None, "user_version", |row| row.get::<_, i32>(0)).map_err(failed)? {
        1 => Some(ORDERS),
        2 => Some(SINCE_3),
        _ => None,
    };
    if let Some(lacks) = lacks {
        book.execute_batch(&format!("BEGIN IMMEDIATE; {lacks} PRAGMA user_version = {FORMAT}; COMMIT;")).map_err(failed)?;
    }
    if owner(book).map_err(failed)?.is_none() {
        book.execute_batch(&format!("BEGIN IMMEDIATE; {} COMMIT;", owned_by(account))).map_err(failed)?;
    }
    Ok(())
}

/// Writes down whose calls the ledger knows, in a table of its own that versions before it pass over.
fn owned_by(account: &Identity) -> String {
    format!("CREATE TABLE account (name TEXT NOT NULL) STRICT; INSERT INTO account VALUES ('{}');", account.as_str())
}

/// The account whose calls it knows, where it says so.
fn owner(book: &Connection) -> rusqlite::Result<Option<String>> {
    let says = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'account'";
    if book.query_row(says, [], |_| Ok(())).optional()?.is_none() {
        return Ok(None);
    }
    book.query_row("SELECT name FROM account", [], |row| row.get(0)).optional()
}

fn check(book: &Connection, file: &Path) -> Result<(), NoLedger> {
    let failed = |error: rusqlite::Error| open_error(file, &error);
    let damaged = |what: String| NoLedger::Damaged { file: file.to_owned(), what };
    let number = |name: &str| book.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(failed);
    let (application, format) = (number("application_id")?, number("user_version")?);
    if application != APPLICATION {
        return Err(damaged("is not a ledger of this program".to_owned()));
    }
    if !(1..=FORMAT).contains(&format) {
        return Err(damaged(format!("has the format {format}, and this version reads format {FORMAT}")));
    }
    let verdict: String = book.pragma_query_value(None, "quick_check", |row| row.get(0)).map_err(failed)?;
    if verdict != "ok" {
        let first = verdict.lines().next().unwrap_or_default();
        return Err(damaged(format!("is damaged ({first})")));
    }
    Ok(())
}

/// In one transaction: a crash leaves the whole schema or an empty file.
fn create(book: &Connection, more: &str) -> rusqlite::Result<()> {
    book.execute_batch(&format!(
        "BEGIN IMMEDIATE;
         {CALLS}
         {ORDERS}
         {more}
         PRAGMA application_id = {APPLICATION};
         PRAGMA user_version = {FORMAT};
         COMMIT;"
    ))
}

fn open_error(file: &Path, error: &rusqlite::Error) -> NoLedger {
    let file = file.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => NoLedger::InUse(file),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            NoLedger::Damaged { file, what: format!("is damaged ({error})") }
        }
        _ => NoLedger::Open { file, error: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custody::call::Note;

    fn open(file: &Path) -> Result<Ledger, NoLedger> {
        Ledger::open(file, &Identity::of_world("one"))
    }

    fn refused(file: &Path) -> String {
        open(file).map(|_| ()).expect_err("refused").to_string()
    }

    #[tokio::test]
    async fn a_damaged_ledger_is_refused_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ledger");
        let ledger = open(&file).unwrap();
        for n in 0..400 {
            ledger.write(&format!("sale {n}"), &[7; 200], &Note::Sending).await.unwrap();
        }
        drop(ledger);
        let whole = std::fs::read(&file).unwrap();
        let mut torn = whole.clone();
        torn.iter_mut().skip(4096).for_each(|byte| *byte = 0x5a);
        let half = whole[..whole.len() / 2].to_vec();
        for (what, bytes) in [("torn", torn), ("cut off", half), ("text", b"key,state\n".repeat(100)), ("empty", Vec::new())] {
            std::fs::write(&file, &bytes).unwrap();
            let said = refused(&file);
            assert!(said.contains("move it away to start a new one"), "{what}: {said}");
            assert_eq!(said.lines().count(), 1, "{what}: {said}");
            assert_eq!(std::fs::read(&file).unwrap(), bytes, "{what}: not changed");
        }
        std::fs::write(&file, &whole).unwrap();
        assert!(open(&file).unwrap().find("sale 7").await.unwrap().is_some());
    }

    #[tokio::test]
    async fn another_programs_database_and_another_format_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let other = dir.path().join("other");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE calls (a)").unwrap();
        assert!(refused(&other).contains("is not a ledger of this program"));
        let newer = dir.path().join("newer");
        drop(open(&newer).unwrap());
        Connection::open(&newer).unwrap().pragma_update(None, "user_version", 4).unwrap();
        assert!(refused(&newer).contains("has the format 4, and this version reads format 3"));
    }

    #[test]
    fn two_proxies_do_not_share_a_ledger() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ledger");
        let first = open(&file).unwrap();
        assert!(refused(&file).contains("is in use by another proxy"), "{}", refused(&file));
        drop(first);
        assert!(open(&file).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ledger");
        let _ledger = open(&file).unwrap();
        for name in ["ledger", "ledger-wal"] {
            assert_eq!(std::fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
    }

    #[tokio::test]
    async fn a_ledger_answers_no_account_but_the_one_it_was_written_for() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ledger");
        let ledger = open(&file).unwrap();
        ledger.write("sale q/1", b"hash", &Note::Sending).await.unwrap();
        drop(ledger);
        let other = || Ledger::open(&file, &Identity::of_world("two"));
        let refusal = other().map(|_| ()).unwrap_err().to_string();
        assert!(refusal.contains("was written for another Cin7 account"), "{refusal}");
        let ledger = open(&file).unwrap();
        assert!(ledger.find("sale q/1").await.unwrap().is_some(), "refusing has changed nothing");
        // One that was written before ledgers said whose they are.
        ledger.book.lock().unwrap().execute_batch("DROP TABLE account").unwrap();
        drop(ledger);
        assert!(other().unwrap().find("sale q/1").await.unwrap().is_some(), "it is the account's that is in use");
        assert!(open(&file).is_err(), "and nobody else's from then on");
    }
}
