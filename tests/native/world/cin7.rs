//! A Cin7 behind a proxy, with faults on demand. What the proxy answers goes through the crate's own reading of answers, as
//! in a browser.

mod records;

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

use cin7_quote_desk::transport::answer::{self, Headers};
use cin7_quote_desk::transport::{Failure, Method, Request, Response, Transport};
use futures::channel::oneshot;

pub(crate) use self::records::{BAYSIDE, Call, Purchase, Records, Row, Sale, customer, product, product_id, stock};
use super::{World, custody};

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is lost before Cin7 has read the request; nobody can tell.
    LostBefore,
    /// Cin7 does what was asked, and its answer is lost.
    LostAfter,
    /// The proxy cannot reach Cin7, and knows it.
    Unreachable,
    /// Cin7 refuses, with these words.
    Refused(&'static str),
    /// The call limit; come back after so many seconds.
    Throttled(u32),
    /// A web page with status 200, in place of doing anything.
    Html,
    /// Cin7's error object with status 200, in place of doing anything.
    Error200(&'static str),
    /// Cin7 reads the request after so many milliseconds, and answers as many after that.
    Slow(i64, i64),
    /// The request never leaves the tab, which dies there.
    DiesBefore,
    /// Cin7 does what was asked; the tab dies before it hears.
    DiesAfter,
}

struct Rule {
    call: &'static str,
    query: Option<(&'static str, String)>,
    skip: u32,
    times: u32,
    fault: Fault,
}

/// The Cin7.
#[derive(Default)]
pub(crate) struct FakeCin7 {
    records: Records,
    journal: RefCell<Vec<Call>>,
    rules: RefCell<Vec<Rule>>,
}

impl Deref for FakeCin7 {
    type Target = Records;

    fn deref(&self) -> &Records {
        &self.records
    }
}

impl FakeCin7 {
    /// The fixture world's.
    pub(crate) fn fixture() -> Self {
        Self { records: Records::fixture(), ..Self::default() }
    }

    /// From now on, `times` calls of this kind (`"*"` for any), after the next `skip`, meet this fault.
    pub(crate) fn fault(&self, call: &'static str, skip: u32, times: u32, fault: Fault) {
        self.rules.borrow_mut().push(Rule { call, query: None, skip, times, fault });
    }

    /// As [`FakeCin7::fault`], for calls with this query parameter only.
    pub(crate) fn fault_with(&self, call: &'static str, query: (&'static str, &str), times: u32, fault: Fault) {
        let query = Some((query.0, query.1.to_owned()));
        self.rules.borrow_mut().push(Rule { call, query, skip: 0, times, fault });
    }

    pub(crate) fn mend(&self) {
        self.rules.borrow_mut().clear();
    }

    pub(crate) fn journal(&self) -> Vec<Call> {
        self.journal.borrow().clone()
    }

    pub(crate) fn clear_journal(&self) {
        self.journal.borrow_mut().clear();
    }

    /// The calls of one kind.
    pub(crate) fn calls(&self, what: &str) -> Vec<Call> {
        self.journal.borrow().iter().filter(|call| call.what == what).cloned().collect()
    }

    /// What was called when, one line each.
    pub(crate) fn journal_lines(&self) -> Vec<String> {
        self.journal.borrow().iter().map(|call| format!("{} {} {:?}", call.at, call.what, call.query)).collect()
    }

    fn meets(&self, call: &Call) -> Option<Fault> {
        let mut rules = self.rules.borrow_mut();
        for rule in rules.iter_mut() {
            let query = rule.query.as_ref().is_none_or(|(name, value)| call.query(name) == Some(value));
            // What the proxy says itself is out of reach only when that is said.
            let any = rule.call == "*" && !call.is_the_proxys();
            if rule.times == 0 || !query || !(any || rule.call == call.what) {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            rule.times -= 1;
            return Some(rule.fault);
        }
        None
    }
}

/// A tab's way to the proxy.
pub(crate) struct Line(pub(crate) Rc<World>);

impl Transport for Line {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let world = &self.0;
        let method = request.method;
        let verb = if method == Method::Get { "GET" } else { "POST" };
        let account = request.account.or(world.meant_for.get());
        let body = request.body.map(|bytes| String::from_utf8(bytes).unwrap()).unwrap_or_default();
        let call = Call { at: world.now(), what: format!("{verb} {}", request.path), query: request.query, body };
        if account.is_some() && world.account.get().is_some_and(|own| account != Some(own)) {
            let problem = br#"{"title":"Another account.","code":"other_account","ambiguous":false}"#;
            let headers = Headers { content_type: "application/problem+json".to_owned(), ..Headers::default() };
            return answer::read(method, 409, &headers, problem.to_vec());
        }
        if !call.is_the_proxys() {
            world.cin7.journal.borrow_mut().push(call.clone());
        }
        let fault = world.cin7.meets(&call);
        if fault == Some(Fault::DiesBefore) {
            return std::future::pending().await;
        }
        let (tell, told) = oneshot::channel();
        let server = Rc::clone(world);
        // What Cin7 has been sent it does, whatever becomes of the tab.
        world.spawn("Cin7", async move {
            let (status, kind, body) = served(&server, &call, fault).await;
            let now = chrono::DateTime::from_timestamp_millis(server.server_now().millis()).unwrap();
            let headers = Headers {
                content_type: kind.to_owned(),
                cin7_date: now.format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
                ..Headers::default()
            };
            let _ = tell.send((status, headers, body));
        });
        let (status, headers, body) = told.await.unwrap();
        if fault == Some(Fault::DiesAfter) {
            return std::future::pending().await;
        }
        answer::read(method, status, &headers, body.into_bytes())
    }
}

/// What the proxy answers in the end.
async fn served(world: &Rc<World>, call: &Call, fault: Option<Fault>) -> (u16, &'static str, String) {
    const JSON: &str = "application/json";
    const PROBLEM: &str = "application/problem+json";
    let problem = |status: u16, code: &str, after: &str, words: &str| {
        let body = format!(r#"{{"title":"{words}","code":"{code}","retryAfterSeconds":{after},"messages":["{words}"]}}"#);
        (status, PROBLEM, body)
    };
    if call.is_the_proxys() && fault.is_none_or(|fault| !matches!(fault, Fault::Unreachable | Fault::LostBefore)) {
        if let Some(Fault::Slow(before, _)) = fault {
            world.wait(before).await;
        }
        if call.what == "GET status" {
            let account = world.account.get().map_or("null".to_owned(), |account| format!("\"{account}\""));
            return (200, JSON, format!(r#"{{"upstream":"cin7","account":{account}}}"#));
        }
        let (status, body) = custody::answer(world, call);
        return (status, if status == 200 { JSON } else { PROBLEM }, body.to_string());
    }
    let does = || match world.cin7.answer(call, world.server_now()) {
        Ok(body) => (200, JSON, body),
        Err(words) => problem(422, "upstream_refused", "null", &words),
    };
    match fault {
        None | Some(Fault::DiesBefore | Fault::DiesAfter) => does(),
        Some(Fault::LostBefore) => problem(502, "upstream_dropped", "null", "The connection to Cin7 was lost."),
        Some(Fault::LostAfter) => {
            let _ = does();
            problem(502, "upstream_dropped", "null", "The connection to Cin7 was lost.")
        }
        Some(Fault::Unreachable) => problem(502, "upstream_unreachable", "null", "Cin7 could not be reached."),
        Some(Fault::Refused(words)) => problem(422, "upstream_refused", "null", words),
        Some(Fault::Throttled(after)) => problem(429, "rate_limited", &after.to_string(), "Cin7's call limit is used up."),
        Some(Fault::Html) => (200, "text/html", "<html><title>Sign in</title></html>".to_owned()),
        Some(Fault::Error200(words)) => (200, JSON, format!(r#"[{{"ErrorCode":400,"Exception":"{words}"}}]"#)),
        Some(Fault::Slow(before, after)) => {
            world.wait(before).await;
            let answer = does();
            world.wait(after).await;
            answer
        }
    }
}
