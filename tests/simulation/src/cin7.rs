//! Cin7 as the proxy meets it: calls arrive late, take effect late, and their answers may never come.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use bytes::Bytes;
use cin7_proxy::errors::{Cin7Failure, Error};
use cin7_proxy::upstream::{Answer, Verdict, judge};
use cin7_quote_desk::records::Timestamp;
use futures::channel::oneshot;
use futures::future::{Either, select};
use http::HeaderValue;

use crate::edits;
use crate::planted::Bug;
use crate::records::{Call, Records};
use crate::world::World;

/// The proxy gives up on Cin7 after this.
const PATIENCE: i64 = 90_000;
/// The longest from a call's sending until it takes effect, within what is promised.
const LATEST: i64 = 95_000;
/// A page of Cin7's 1,000 rows is one of 8 here, so that small worlds have pages too.
const ROWS_PER_ROW: usize = 125;

/// The Cin7 of a history.
#[derive(Default)]
pub(crate) struct Cin7 {
    pub(crate) records: Records,
    /// When each call arrived.
    pub(crate) arrivals: RefCell<Vec<i64>>,
    /// Keys of headers that took effect later than anyone can promise to wait.
    pub(crate) beyond: RefCell<Vec<String>>,
    /// Headers and customers that were made through the API, by key, in order.
    pub(crate) made: RefCell<Vec<String>>,
    /// Keys of orders of which it refused a step.
    pub(crate) refused: RefCell<Vec<String>>,
    /// Until then nothing gets through to it.
    pub(crate) out_until: Cell<i64>,
    /// Its records are numbered from here on: no two accounts have a record of one id.
    pub(crate) base: u32,
}

impl Cin7 {
    pub(crate) fn new(base: u32) -> Rc<Self> {
        let records = Records::fixture();
        records.other_warehouses.set(base > 0);
        records.next_sale.set(base);
        let cin7 = Self { records, base, ..Self::default() };
        edits::furnish(&cin7);
        Rc::new(cin7)
    }
}

/// Cin7's answer as it leaves it.
struct Said200 {
    status: u16,
    date: Timestamp,
    body: String,
}

/// One call of the proxy's to Cin7, from its sending to its answer. `call.body` is empty for a read.
pub(crate) async fn send(world: &Rc<World>, call: Call) -> Result<Answer, Error> {
    let write = call.what.starts_with("POST");
    let said = |status| Cin7Failure { status, messages: Vec::new(), ambiguous: write };
    let (dice, time, cin7) = (&world.dice, &world.time, Rc::clone(world.cin7()));
    if time.elapsed() < cin7.out_until.get() {
        world.count(|counts| &counts.unreachable);
        time.sleep(dice.time(5_000)).await;
        return Err(Error::Unreachable);
    }
    if world.mishap(15) {
        world.count(|counts| &counts.unreachable);
        time.sleep(dice.time(5_000)).await;
        return Err(Error::Unreachable);
    }
    let (tell, told) = oneshot::channel();
    let server = Rc::clone(world);
    time.spawn(&world.names.cin7, async move {
        let _ = tell.send(serve(&server, &cin7, &call, write).await);
    });
    let lost_after = if world.mishap(40) { dice.time(PATIENCE) } else { PATIENCE };
    let waiting = std::pin::pin!(time.sleep(lost_after));
    let Either::Left((Ok(answer), _)) = select(told, waiting).await else {
        world.count(|counts| &counts.lost_answers);
        return Err(if lost_after == PATIENCE { Error::Timeout(said(None)) } else { Error::Dropped(said(None)) });
    };
    let retry_after = (answer.status == 429).then_some("7 Seconds");
    match judge(write, answer.status, retry_after, answer.body.as_bytes()) {
        Verdict::Good => Ok(Answer { status: answer.status, date: http_date(answer.date), body: Bytes::from(answer.body) }),
        Verdict::RateLimited(pause, upstream) => {
            world.count(|counts| &counts.throttled);
            Err(Error::RateLimited { retry_after: world.proxy().limit_hit(world, pause), upstream })
        }
        Verdict::CredentialsRefused => Err(Error::CredentialsRefused { retry_after: 60, upstream_status: Some(answer.status) }),
        Verdict::Refused(upstream) => Err(Error::Refused(upstream)),
        Verdict::Failed(upstream) => Err(Error::Failed(upstream)),
        Verdict::NotJson(upstream) => Err(Error::NotJson(upstream)),
    }
}

fn http_date(at: Timestamp) -> Option<HeaderValue> {
    let at = chrono::DateTime::from_timestamp_millis(at.millis())?;
    HeaderValue::from_str(&at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
}

/// What Cin7 does with a call, whatever has become of whoever sent it.
async fn serve(world: &Rc<World>, cin7: &Cin7, call: &Call, write: bool) -> Said200 {
    let (dice, time) = (&world.dice, &world.time);
    let faulty = world.faulty.get();
    let sent = time.elapsed();
    time.sleep(dice.time(300)).await;
    let now = time.elapsed();
    world.trace(|| format!("Cin7 <- {} {:?} {:.100}", call.what, call.query, call.body));
    let answer = |status: u16, body: &str| Said200 { status, date: world.server_now(), body: body.to_owned() };
    arrived(world, cin7, now);
    if faulty && dice.per_mille(12) {
        return answer(429, r#"{"Message":"You have reached 60 calls per 60 seconds API limit."}"#);
    }
    if world.mishap(12) {
        world.count(|counts| &counts.garbage);
        let (status, body) = *dice.pick(&[
            (200, "<html><title>Sign in</title></html>"),
            (200, ""),
            (502, "<html>Bad gateway</html>"),
            (500, r#"[{"ErrorCode":500,"Exception":"Object reference not set."}]"#),
            (200, r#"{"Total":3,"Page":1,"Prod"#),
        ]);
        // Half of the time it has done what it was asked all the same.
        if write && dice.below(2) == 0 {
            let _ = does(world, cin7, call);
        }
        return answer(status, body);
    }
    let step = matches!(call.what.as_str(), "POST sale" | "POST sale/order" | "POST sale/payment");
    if faulty && step && dice.per_mille(80) {
        world.count(|counts| &counts.refused);
        let own = crate::world::text_of(&call.body, "ExternalID");
        let id = ["SaleID", "TaskID"].map(|name| crate::world::text_of(&call.body, name)).concat();
        let of = |id: &str| cin7.records.sales.borrow().iter().find(|sale| sale.id == id).map(|sale| sale.external_id.clone());
        cin7.refused.borrow_mut().push(if own.is_empty() { of(&id).unwrap_or_default() } else { own });
        return answer(400, r#"[{"ErrorCode":400,"Exception":"TaxRule not found"}]"#);
    }
    // Reads take a while at times, writes a long while.
    let slow = world.mishap(if write { 120 } else { 40 });
    let header = call.what == "POST sale";
    if slow && header && world.beyond_promise() {
        time.sleep(LATEST + 30_000 + dice.time(400_000)).await;
        cin7.beyond.borrow_mut().push(crate::world::text_of(&call.body, "ExternalID"));
        world.count(|counts| &counts.beyond);
    } else if slow {
        world.count(|counts| &counts.slow);
        time.sleep(dice.time(LATEST - (now - sent))).await;
    } else {
        time.sleep(dice.time(200)).await;
    }
    let (status, body) = if faulty && call.what == "POST sale/order" && dice.per_mille(15) {
        // Lines that are said to be taken and are not kept.
        world.count(|counts| &counts.dropped_lines);
        let sale = crate::world::text_of(&call.body, "SaleID");
        let body = serde_json::json!({ "SaleID": sale, "SaleOrderNumber": "", "Status": "AUTHORISED", "Lines": [] });
        (200, body.to_string())
    } else {
        does(world, cin7, call)
    };
    let date = world.server_now();
    time.sleep(if slow { dice.time(60_000) } else { dice.time(100) }).await;
    Said200 { status, date, body }
}

/// The effect and the answer.
fn does(world: &World, cin7: &Cin7, call: &Call) -> (u16, String) {
    let mut call = call.clone();
    for (name, value) in &mut call.query {
        let rows: usize = value.parse().unwrap_or(0);
        if *name == "Limit" && rows >= ROWS_PER_ROW {
            *value = (rows / ROWS_PER_ROW).to_string();
        }
    }
    match call.what.as_str() {
        "POST sale" => cin7.made.borrow_mut().push(crate::world::text_of(&call.body, "ExternalID")),
        "POST sale/payment" => {
            let sale = crate::world::text_of(&call.body, "TaskID");
            if cin7.records.sales.borrow().iter().any(|one| one.id == sale && one.lines.is_empty()) {
                world.fails(format!("{sale} is paid for before it has lines"));
            }
        }
        "POST customer" => cin7.made.borrow_mut().push(crate::world::text_of(&call.body, "Name")),
        _ => {}
    }
    if call.what == "POST sale/order" && world.planted(Bug::LinesDoubled) {
        let body = call.body.clone();
        if let (Some(from), Some(to)) = (body.find("\"Lines\":["), body.find("],\"AdditionalCharges\"")) {
            let lines = &body[from + 9..to];
            call.body = format!("{}{lines},{}", &body[..from + 9], &body[from + 9..]);
        }
    }
    match cin7.records.answer(&call, world.server_now()) {
        Ok(body) => (200, body),
        Err(words) => (400, serde_json::json!([{ "ErrorCode": 400, "Exception": words }]).to_string()),
    }
}

/// Counts a call, and the calls of the minute before it.
fn arrived(world: &World, cin7: &Cin7, now: i64) {
    let mut arrivals = cin7.arrivals.borrow_mut();
    arrivals.push(now);
    let within = arrivals.iter().rev().take_while(|at| now - **at < 60_000).count();
    let limit = usize::try_from(world.limit.get()).unwrap_or(0);
    world.fullest.set(world.fullest.get().max(within));
    if within > limit {
        world.fails(format!("{within} calls in 60 seconds, and {limit} are allowed"));
    }
}
