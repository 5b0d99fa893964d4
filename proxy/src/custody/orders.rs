//! The table of orders in custody, in the same `SQLite` file as the calls.
//!
//! What [`Ledger::keep`] said to keep is on the disk before it returns. Rows of orders that have ended stay, without the
//! order: a device that was away for months still learns that its order is not to be sent.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::hand_over::{Finish, Keep, Take};
use super::ledger::{Broken, Ledger};
use super::order::{End, OpenOrder, Order, OrderAnswer, Outcome, Standing};
use crate::clock::now;
use crate::errors::Error;

const COLUMNS: &str = "content, owner, kept_at, touched_at, about, body, outcome, number, ended_by, ended_at, refused, former";

fn row(row: &Row<'_>) -> rusqlite::Result<Order> {
    let outcome: Option<String> = row.get(6)?;
    let outcome = match outcome.as_deref() {
        None => None,
        Some("confirmed") => Some(Outcome::Confirmed),
        Some("voided") => Some(Outcome::Voided),
        // An end of a kind that is not known is an end: nobody sends the order.
        Some(_) => Some(Outcome::ByHand),
    };
    let (number, by, at): (Option<String>, Option<String>, Option<i64>) = (row.get(7)?, row.get(8)?, row.get(9)?);
    Ok(Order {
        content: row.get(0)?,
        owner: row.get(1)?,
        kept_at: row.get(2)?,
        touched_at: row.get(3)?,
        about: row.get(4)?,
        order: row.get(5)?,
        refused: row.get(10)?,
        former: row.get(11)?,
        end: outcome.map(|outcome| End { outcome, number, by: by.unwrap_or_default(), at: at.unwrap_or_default() }),
    })
}

fn find(book: &Connection, key: &str) -> Result<Option<Order>, Broken> {
    Ok(book.query_row(&format!("SELECT {COLUMNS} FROM orders WHERE key = ?1"), [key], row).optional()?)
}

fn write(book: &Connection, key: &str, row: &Order) -> Result<(), Broken> {
    let end = row.end.as_ref();
    let sql =
        format!("INSERT OR REPLACE INTO orders (key, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
    let outcome = end.map(|end| end.outcome.word());
    let (number, by, at) = (end.and_then(|end| end.number.as_ref()), end.map(|end| &end.by), end.map(|end| end.at));
    let values = params![
        key,
        row.content,
        row.owner,
        row.kept_at,
        row.touched_at,
        row.about,
        row.order,
        outcome,
        number,
        by,
        at,
        row.refused,
        row.former
    ];
    book.execute(&sql, values)?;
    Ok(())
}

/// Reads the row, decides and writes it, with nobody in between: the book has one holder at a time.
fn change(
    book: &Connection,
    key: &str,
    decide: impl FnOnce(Option<Order>) -> (Option<Order>, Standing),
) -> Result<(Option<Order>, Standing), Broken> {
    let before = find(book, key)?;
    let (after, said) = decide(before.clone());
    if let Some(after) = &after {
        write(book, key, after)?;
    }
    Ok((after.or(before), said))
}

impl Ledger {
    /// A device hands an order over, or still holds it.
    ///
    /// # Errors
    /// `key_reused`, `custody_full`, `ledger_failed`.
    pub async fn keep(&self, ask: Keep, who: String) -> Result<OrderAnswer, Error> {
        let decided = self.run(move |book| {
            let before = find(book, &ask.key)?;
            let open = "SELECT count(*) FROM orders WHERE owner = ?1 AND outcome IS NULL";
            let open = book.query_row(open, [&who], |row| row.get::<_, i64>(0))?;
            Ok(match ask.decide(before.clone(), &who, usize::try_from(open).unwrap_or(usize::MAX), now()) {
                Ok((after, said)) => {
                    if let Some(after) = &after {
                        write(book, &ask.key, after)?;
                    }
                    Ok((after.or(before), said))
                }
                Err(error) => Err(error),
            })
        });
        let (row, said) = decided.await??;
        Ok(OrderAnswer::new(row.as_ref(), &said, self.durable()))
    }

    /// A device wants to go on with an order.
    ///
    /// # Errors
    /// `ledger_failed`.
    pub async fn take(&self, ask: Take, who: String) -> Result<OrderAnswer, Error> {
        let (row, said) = self.run(move |book| change(book, &ask.key, |row| ask.decide(row, &who, now()))).await?;
        Ok(OrderAnswer::new(row.as_ref(), &said, self.durable()).with_order(row))
    }

    /// An order has ended.
    ///
    /// # Errors
    /// `ledger_failed`.
    pub async fn finish(&self, ask: Finish, who: String) -> Result<OrderAnswer, Error> {
        let (row, said) = self.run(move |book| change(book, &ask.key, |row| ask.decide(row, &who, now()))).await?;
        Ok(OrderAnswer::new(row.as_ref(), &said, self.durable()))
    }

    /// The open orders of a user, oldest first.
    ///
    /// # Errors
    /// `ledger_failed`.
    pub async fn open_orders(&self, who: String) -> Result<Vec<OpenOrder>, Error> {
        let listed = self.run(move |book| {
            let now = now();
            let sql = format!("SELECT {COLUMNS}, key FROM orders WHERE owner = ?1 AND outcome IS NULL ORDER BY kept_at");
            let mut statement = book.prepare(&sql)?;
            let rows = statement.query_map([&who], |found| Ok((found.get::<_, String>(12)?, row(found)?)))?;
            let mut listed = Vec::new();
            for found in rows {
                let (key, row) = found?;
                listed.push(OpenOrder::new(key, &row, now));
            }
            Ok(listed)
        });
        Ok(listed.await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custody::call::Note;

    fn open(file: &std::path::Path) -> Result<Ledger, crate::custody::ledger::NoLedger> {
        Ledger::open(file, &crate::identity::Identity::of_world("one"))
    }

    fn keep(key: &str) -> Keep {
        let text = format!(r#"{{"key":"{key}","content":"a1","about":{{"n":"1"}},"order":{{"plan":1.10}}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[tokio::test]
    async fn an_order_is_there_after_another_start_and_ends_once() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ledger");
        let ledger = open(&file).unwrap();
        assert_eq!(ledger.keep(keep("q/1"), "ann".into()).await.unwrap().state, "kept");
        ledger.keep(keep("q/2"), "ben".into()).await.unwrap();
        drop(ledger);

        let ledger = open(&file).unwrap();
        let keys = |listed: Vec<OpenOrder>| listed.into_iter().map(|one| one.key).collect::<Vec<_>>();
        assert_eq!(keys(ledger.open_orders("ann".into()).await.unwrap()), ["q/1"]);
        let taken = ledger.take(Take { key: "q/1".into(), now: true }, "ann".into()).await.unwrap();
        assert_eq!((taken.state, taken.order.unwrap().get()), ("kept", r#"{"plan":1.10}"#));
        let end = |number: &str| Finish {
            key: "q/1".into(),
            content: "a1".into(),
            outcome: Outcome::Confirmed,
            number: Some(number.into()),
        };
        for number in ["SO-451", "SO-999"] {
            let told = ledger.finish(end(number), "ann".into()).await.unwrap();
            assert_eq!((told.state, told.number.as_deref()), ("ended", Some("SO-451")));
        }
        assert!(ledger.open_orders("ann".into()).await.unwrap().is_empty());
        assert_eq!(ledger.keep(keep("q/1"), "ann".into()).await.unwrap().state, "ended");
        assert!(find(&ledger.book.lock().unwrap(), "q/1").unwrap().unwrap().order.is_none());
    }

    #[tokio::test]
    async fn a_ledger_of_the_format_before_keeps_its_calls_and_learns_orders() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ledger");
        let ledger = open(&file).unwrap();
        ledger.write("sale\nq/1", b"hash", &Note::Sending).await.unwrap();
        ledger.book.lock().unwrap().execute_batch("DROP TABLE orders; PRAGMA user_version = 1;").unwrap();
        drop(ledger);
        let ledger = open(&file).unwrap();
        assert!(ledger.find("sale\nq/1").await.unwrap().is_some());
        assert_eq!(ledger.keep(keep("q/1"), String::new()).await.unwrap().state, "kept");
    }

    #[tokio::test]
    async fn an_order_kept_by_the_format_before_is_taken_up_and_may_be_refused_and_changed() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ledger");
        let ledger = open(&file).unwrap();
        ledger.keep(keep("q/1"), "ann".into()).await.unwrap();
        let back = "ALTER TABLE orders DROP COLUMN refused; ALTER TABLE orders DROP COLUMN former; PRAGMA user_version = 2;";
        ledger.book.lock().unwrap().execute_batch(back).unwrap();
        drop(ledger);
        let ledger = open(&file).unwrap();
        let refused = Finish { key: "q/1".into(), content: "a1".into(), outcome: Outcome::Refused, number: None };
        assert_eq!(ledger.finish(refused, "ann".into()).await.unwrap().state, "kept");
        let mut changed = keep("q/1");
        (changed.content, changed.follows) = ("b2".into(), Some("a1".into()));
        assert_eq!(ledger.keep(changed, "ann".into()).await.unwrap().state, "kept");
        drop(ledger);
        let row = find(&open(&file).unwrap().book.lock().unwrap(), "q/1").unwrap().unwrap();
        assert_eq!((row.content.as_str(), row.former.trim(), row.refused), ("b2", "a1", false));
    }
}
