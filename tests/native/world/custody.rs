//! The proxy's custody of whole orders, as its description has it: a table that outlives devices.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cin7::Call;
use super::{MINUTE, World};

/// How long a device that holds an order may be silent.
const LEASE: i64 = 10 * MINUTE;

#[derive(Debug, Clone)]
pub(crate) struct Row {
    content: String,
    /// Cin7 refused it, and nobody has spoken of it since.
    refused: bool,
    /// What was refused and changed before it.
    former: Vec<String>,
    pub(crate) order: Value,
    about: Value,
    kept_at: i64,
    touched_at: i64,
    /// How it ended, and its number.
    pub(crate) end: Option<(String, Value)>,
}

/// The table, and whether this proxy has one at all.
#[derive(Default)]
pub(crate) struct Custody {
    pub(crate) rows: RefCell<BTreeMap<String, Row>>,
    pub(crate) absent: Cell<bool>,
    pub(crate) calls: RefCell<Vec<Call>>,
}

impl Custody {
    /// The open orders' keys.
    pub(crate) fn open(&self) -> Vec<String> {
        self.rows.borrow().iter().filter(|(_, row)| row.end.is_none()).map(|(key, _)| key.clone()).collect()
    }

    /// The end of an order, if it has one.
    pub(crate) fn end(&self, key: &str) -> Option<(String, Value)> {
        self.rows.borrow().get(key).and_then(|row| row.end.clone())
    }
}

/// What the proxy answers, with its status.
pub(crate) fn answer(world: &World, call: &Call) -> (u16, Value) {
    let custody = &world.custody;
    custody.calls.borrow_mut().push(call.clone());
    let problem = |status: u16, code: &str, words: &str| {
        (status, json!({"title": words, "code": code, "ambiguous": false, "messages": [words]}))
    };
    if custody.absent.get() {
        return problem(404, "not_allowed", "The proxy does not forward this call.");
    }
    let now = world.server_now().millis();
    let mut rows = custody.rows.borrow_mut();
    let said = |state: &str, row: Option<&Row>| {
        let end = row.and_then(|row| row.end.clone());
        let (outcome, number) = end.map_or((Value::Null, Value::Null), |(outcome, number)| (json!(outcome), number));
        json!({"state": state, "durable": true, "by": "ann", "keptAt": row.map(|row| row.kept_at), "heldFor": null,
            "outcome": outcome, "number": number, "endedBy": "ann"})
    };
    if call.what == "GET custody/orders" {
        let open = rows.iter().filter(|(_, row)| row.end.is_none());
        let orders: Vec<Value> = open
            .map(|(key, row)| {
                let held = if row.refused { LEASE } else { (row.touched_at + LEASE - now).max(0) };
                json!({"refused": row.refused, "key": key, "by": "ann", "keptAt": row.kept_at, "heldFor": held,
                    "about": row.about})
            })
            .collect();
        return (200, json!({ "orders": orders }));
    }
    let body: Value = serde_json::from_str(&call.body).unwrap();
    let key = body["key"].as_str().unwrap().to_owned();
    let known = rows.get(&key).cloned();
    match (call.what.as_str(), known) {
        ("POST custody/orders", Some(_)) if body["again"] == true => {
            let row = rows.get_mut(&key).unwrap();
            (row.end, row.touched_at) = (None, now);
            (200, said("kept", Some(row)))
        }
        (_, Some(row)) if row.end.is_some() => {
            let mut answer = said("ended", Some(&row));
            answer["succeeded"] = json!(row.former.iter().any(|content| body["content"] == content.as_str()));
            (200, answer)
        }
        ("POST custody/orders", Some(row)) if row.refused && body["follows"] == row.content.as_str() => {
            let row = rows.get_mut(&key).unwrap();
            row.former.push(std::mem::replace(&mut row.content, body["content"].as_str().unwrap().to_owned()));
            (row.order, row.about, row.touched_at, row.refused) = (body["order"].clone(), body["about"].clone(), now, false);
            (200, said("kept", Some(row)))
        }
        ("POST custody/orders", Some(row)) if body["content"] != row.content.as_str() => {
            problem(409, "key_reused", "Another order of this quote was confirmed by ann, 0 minutes earlier.")
        }
        ("POST custody/orders", Some(_)) => {
            let row = rows.get_mut(&key).unwrap();
            (row.touched_at, row.refused) = (now, false);
            (200, said("kept", Some(row)))
        }
        ("POST custody/orders", None) if body["order"].is_null() => (200, said("unknown", None)),
        ("POST custody/orders", None) => {
            let content = body["content"].as_str().unwrap().to_owned();
            let (order, about) = (body["order"].clone(), body["about"].clone());
            let (refused, former) = (false, Vec::new());
            let row = Row { content, refused, former, order, about, kept_at: now, touched_at: now, end: None };
            let answer = said("kept", Some(&row));
            rows.insert(key, row);
            (200, answer)
        }
        ("POST custody/taken", Some(row)) if body["now"] == false && (row.refused || row.touched_at + LEASE > now) => {
            (200, said("held", Some(&row)))
        }
        ("POST custody/taken", Some(row)) => {
            rows.get_mut(&key).unwrap().touched_at = now;
            let mut answer = said("kept", Some(&row));
            answer["order"] = row.order;
            (200, answer)
        }
        ("POST custody/finished", Some(row)) if body["content"] == row.content.as_str() => {
            let row = rows.get_mut(&key).unwrap();
            if body["outcome"] == "refused" {
                row.refused = true;
                return (200, said("kept", Some(row)));
            }
            row.end = Some((body["outcome"].as_str().unwrap().to_owned(), body["number"].clone()));
            (200, said("ended", Some(row)))
        }
        _ => (200, said("unknown", None)),
    }
}
