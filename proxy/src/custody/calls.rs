//! The table of creating calls in the ledger.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use rusqlite::{OptionalExtension as _, params};

use super::call::{Entry, Fate, Note};
use super::ledger::{Broken, Ledger};
use super::schema::{MADE, SENDING, UNKNOWN};
use crate::clock::now;
use crate::upstream::Answer;

/// How long an answer of Cin7 is kept. The call's key is kept for ever.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// An answer longer than this is not kept; what stands is then asked of Cin7.
const LONGEST_KEPT: usize = 256 * 1024;

impl Ledger {
    /// How many calls are of unknown outcome.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn unknown(&self) -> Result<u64, Broken> {
        self.run(|book| {
            let count = book.query_row("SELECT count(*) FROM calls WHERE state <> ?1", [MADE], |row| row.get::<_, i64>(0))?;
            Ok(u64::try_from(count).unwrap_or_default())
        })
        .await
    }

    /// What is known about a key. To be asked only while nobody has a call with it in flight: one that was not finished is of
    /// unknown outcome from now on.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn find(&self, key: &str) -> Result<Option<Entry>, Broken> {
        let key = key.to_owned();
        self.run(move |book| {
            let since = now();
            // A clock that was set back must not make anyone wait for hours; counting from now is never too short.
            let sql = "UPDATE calls SET state = ?1, since = ?2 WHERE key = ?3 AND (state = ?4 OR (state = ?1 AND since > ?2))";
            book.execute(sql, params![UNKNOWN, since, key, SENDING])?;
            let sql = "SELECT body, state, since, status, date, answer FROM calls WHERE key = ?1";
            let entry = book.query_row(sql, [&key], |row| {
                let fate = if row.get::<_, i64>(1)? == MADE {
                    let (status, date): (Option<u16>, Option<String>) = (row.get(3)?, row.get(4)?);
                    let body: Option<Vec<u8>> = row.get(5)?;
                    let date = date.and_then(|date| HeaderValue::from_str(&date).ok());
                    let answer = status.zip(body).map(|(status, body)| Answer { status, date, body: Bytes::from(body) });
                    Fate::Made(row.get(2)?, answer)
                } else {
                    Fate::Unknown(row.get(2)?)
                };
                Ok(Entry { body: row.get(0)?, fate })
            });
            Ok(entry.optional()?)
        })
        .await
    }

    /// Writes down what is known of a call with a body of this hash. When this returns, it is on the disk. Answers that have been
    /// kept long enough are dropped.
    ///
    /// # Errors
    /// [`Broken`]; what was to be sent must not be, and what was sent counts as being of unknown outcome.
    pub async fn write(&self, key: &str, hash: &[u8], note: &Note) -> Result<(), Broken> {
        let (key, hash, note) = (key.to_owned(), hash.to_vec(), note.clone());
        self.run(move |book| {
            match note {
                Note::Sending => {
                    let sql = "INSERT INTO calls (key, body, state, since) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key)
                               DO UPDATE SET body = ?2, state = ?3, since = ?4, status = NULL, date = NULL, answer = NULL";
                    book.execute(sql, params![key, hash, SENDING, now()])?
                }
                Note::Made(Answer { status, date, body }) => {
                    let date = date.as_ref().and_then(|date| date.to_str().ok());
                    let body = (body.len() <= LONGEST_KEPT).then_some(&body[..]);
                    let sql = "UPDATE calls SET state = ?1, since = ?2, status = ?3, date = ?4, answer = ?5 WHERE key = ?6";
                    book.execute(sql, params![MADE, now(), status, date, body, key])?;
                    let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
                    let sql = "UPDATE calls SET answer = NULL WHERE answer IS NOT NULL AND since < ?1";
                    book.execute(sql, [now().saturating_sub(kept)])?
                }
                Note::Doubtful(since) => {
                    let since = since.unwrap_or_else(now);
                    book.execute("UPDATE calls SET state = ?1, since = ?2 WHERE key = ?3", params![UNKNOWN, since, key])?
                }
                Note::Forget => book.execute("DELETE FROM calls WHERE key = ?1", [key])?,
            };
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;

    fn answer(body: &str) -> Answer {
        let date = Some(HeaderValue::from_static("Mon, 30 Mar 2026 15:00:00 GMT"));
        Answer { status: 200, date, body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    #[tokio::test]
    async fn what_was_written_is_there_after_another_start() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ledger");
        let ledger = Ledger::open(&file, &Identity::of_world("one")).unwrap();
        for key in ["made", "lost", "sent", "gone"] {
            ledger.write(key, key.as_bytes(), &Note::Sending).await.unwrap();
        }
        ledger.write("made", b"", &Note::Made(answer("{\"ID\":\"1\"}"))).await.unwrap();
        ledger.write("lost", b"", &Note::Doubtful(Some(1))).await.unwrap();
        ledger.write("gone", b"", &Note::Forget).await.unwrap();
        assert_eq!(ledger.unknown().await.unwrap(), 2);
        drop(ledger);

        let before = now();
        let ledger = Ledger::open(&file, &Identity::of_world("one")).unwrap();
        let made = ledger.find("made").await.unwrap().unwrap();
        assert_eq!(made.body, b"made");
        let Fate::Made(_, Some(kept)) = made.fate else { panic!("{made:?}") };
        assert_eq!((kept.status, &kept.body[..]), (200, &b"{\"ID\":\"1\"}"[..]));
        assert_eq!(kept.date.unwrap(), "Mon, 30 Mar 2026 15:00:00 GMT");
        assert!(matches!(ledger.find("lost").await.unwrap().unwrap().fate, Fate::Unknown(1)));
        let Fate::Unknown(since) = ledger.find("sent").await.unwrap().unwrap().fate else { panic!("not unknown") };
        assert!(since >= before, "it may have been sent until the very end");
        assert!(ledger.find("gone").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_clock_that_was_set_back_counts_from_now() {
        let ledger = Ledger::in_memory().unwrap();
        ledger.write("key", b"", &Note::Sending).await.unwrap();
        ledger.write("key", b"", &Note::Doubtful(Some(now() + 86_400_000))).await.unwrap();
        let Fate::Unknown(since) = ledger.find("key").await.unwrap().unwrap().fate else { panic!("not unknown") };
        assert!(since <= now());
    }

    #[tokio::test]
    async fn an_answer_is_kept_for_a_month_and_the_key_for_ever() {
        let ledger = Ledger::in_memory().unwrap();
        for key in ["old", "new"] {
            ledger.write(key, b"", &Note::Sending).await.unwrap();
            ledger.write(key, b"", &Note::Made(answer("{}"))).await.unwrap();
            let month = i64::try_from(KEPT.as_millis()).unwrap();
            let aged = params![now() - month - 1, "old"];
            ledger.book.lock().unwrap().execute("UPDATE calls SET since = ?1 WHERE key = ?2", aged).unwrap();
        }
        assert!(matches!(ledger.find("old").await.unwrap().unwrap().fate, Fate::Made(_, None)));
        assert!(matches!(ledger.find("new").await.unwrap().unwrap().fate, Fate::Made(_, Some(_))));
    }

    #[tokio::test]
    async fn a_full_disk_is_an_error_before_anything_is_sent() {
        let ledger = Ledger::in_memory().unwrap();
        ledger.book.lock().unwrap().pragma_update(None, "max_page_count", 6).unwrap();
        let mut written = 0;
        while ledger.write(&format!("sale {written}"), &[7; 2000], &Note::Sending).await.is_ok() {
            written += 1;
            assert!(written < 100, "the limit is never reached");
        }
        assert_eq!(ledger.unknown().await.unwrap(), written);
    }
}
