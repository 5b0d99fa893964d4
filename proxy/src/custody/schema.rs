//! The stored form of the ledger: its tables, and how a file of an earlier form is brought up to it.

/// Marks the file as this program's ("QDLG").
pub(super) const APPLICATION: i32 = 0x5144_4C47;
/// The number of the stored form. Since 2 it holds whole orders too, since 3 what Cin7 refused of them.
pub(super) const FORMAT: i32 = 3;

/// State of a call: it was sent, and nothing is known yet.
pub(super) const SENDING: i64 = 0;
/// It may have taken effect.
pub(super) const UNKNOWN: i64 = 1;
/// It took effect.
pub(super) const MADE: i64 = 2;

/// Part of it since format 1.
pub(super) const CALLS: &str = "CREATE TABLE calls (
    key TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    state INTEGER NOT NULL,
    since INTEGER NOT NULL,
    status INTEGER,
    date TEXT,
    answer BLOB
  ) STRICT;
  CREATE INDEX answers ON calls (since) WHERE answer IS NOT NULL;";

/// Part of it since format 2.
pub(super) const ORDERS: &str = "CREATE TABLE orders (
    key TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    owner TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    about TEXT NOT NULL,
    body TEXT,
    outcome TEXT,
    number TEXT,
    ended_by TEXT,
    ended_at INTEGER,
    refused INTEGER NOT NULL DEFAULT 0,
    former TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX open_orders ON orders (owner, kept_at) WHERE outcome IS NULL;";

/// What the schema of format 2 lacks.
pub(super) const SINCE_3: &str = "ALTER TABLE orders ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE orders ADD COLUMN former TEXT NOT NULL DEFAULT '';";
