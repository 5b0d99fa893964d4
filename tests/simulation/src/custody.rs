//! The proxy's custody of whole orders: its own decisions, over a table that outlives its crashes.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use cin7_proxy::custody::hand_over::{Finish, Keep, Take};
use cin7_proxy::custody::order::{OpenOrder, Order, OrderAnswer, Standing};
use cin7_proxy::errors::Error;
use cin7_proxy::upstream::Answer;
use cin7_quote_desk::transport::Request;
use serde_json::json;

use crate::world::World;

/// Everybody is one user.
const WHO: &str = "ann";

#[derive(Default)]
pub(crate) struct Custody {
    /// Whether this proxy keeps orders. One of an earlier version does not.
    pub(crate) keeps: Cell<bool>,
    /// The disk.
    pub(crate) rows: RefCell<BTreeMap<String, Order>>,
    /// Orders of which it has said that it keeps them: what people were promised.
    pub(crate) promised: RefCell<BTreeSet<String>>,
}

impl Custody {
    /// Whether nobody has to be waited for to go on with this order: it has ended, or waits for a person.
    pub(crate) fn rests(&self, key: &str) -> bool {
        self.rows.borrow().get(key).is_some_and(|row| row.end.is_some() || row.refused)
    }
}

fn asked<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| Error::BadRequest(vec![error.to_string()]))
}

/// What it answers to a request that is about custody.
pub(crate) fn serve(world: &World, request: &Request) -> Result<Answer, Error> {
    let (custody, now) = (&world.proxy().custody, world.now().millis());
    let body = request.body.clone().unwrap_or_default();
    let before = |key: &str| custody.rows.borrow().get(key).cloned();
    let answer = match (request.path, body.is_empty()) {
        ("custody/orders", true) => {
            let rows = custody.rows.borrow();
            let open = rows.iter().filter(|(_, row)| row.end.is_none()).map(|(key, row)| OpenOrder::new(key.clone(), row, now));
            json!({ "orders": open.collect::<Vec<_>>() })
        }
        ("custody/orders", false) => {
            let ask: Keep = asked(&body)?;
            ask.check()?;
            let (after, said) = ask.decide(before(&ask.key), WHO, 0, now)?;
            if said == Standing::Kept {
                custody.promised.borrow_mut().insert(ask.key.clone());
            }
            json!(told(world, &ask.key, after, &said))
        }
        ("custody/taken", _) => {
            let ask: Take = asked(&body)?;
            let (after, said) = ask.decide(before(&ask.key), WHO, now);
            if said == Standing::Kept {
                world.count(|counts| &counts.taken_over);
            }
            json!(told(world, &ask.key, after, &said).with_order(before(&ask.key)))
        }
        _ => {
            let ask: Finish = asked(&body)?;
            ask.check()?;
            let (after, said) = ask.decide(before(&ask.key), WHO, now);
            json!(told(world, &ask.key, after, &said))
        }
    };
    Ok(Answer { status: 200, date: None, body: Bytes::from(answer.to_string()) })
}

fn told(world: &World, key: &str, after: Option<Order>, said: &Standing) -> OrderAnswer {
    let mut rows = world.proxy().custody.rows.borrow_mut();
    if let Some(after) = after {
        rows.insert(key.to_owned(), after);
    }
    OrderAnswer::new(rows.get(key), said, true)
}
