//! The proxy: its own decisions (which calls it admits, the budget, custody), played with a ledger that outlives its crashes.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use cin7_proxy::custody::{self, Creation, Effect, Entry, Fate, Note, Response};
use cin7_proxy::errors::{Cin7Failure, Error};
use cin7_proxy::limits::{Budget, Lane, Turn};
use cin7_proxy::routes::{self, Admitted};
use cin7_proxy::upstream::Answer;
use cin7_quote_desk::transport::{self, Method, Request};
use futures::future::select;

use crate::cin7;
use crate::custody::{self as kept, Custody};
use crate::planted::Bug;
use crate::records::Call;
use crate::world::World;

/// As the proxy's own.
const SETTLE: i64 = 100_000;

// What desks take for the proxy's limits is what the proxy has.
const _: () = assert!(
    cin7_proxy::LONGEST_BODY == cin7_quote_desk::order::LONGEST_BODY
        && cin7_proxy::LONGEST_ORDER == cin7_quote_desk::desk::orders::custody::LONGEST_KEPT
);

/// What the proxy answers.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) date: String,
    pub(crate) replayed: bool,
    pub(crate) body: Vec<u8>,
}

/// A row of the ledger.
#[derive(Debug, Clone)]
struct Row {
    body: Vec<u8>,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Sending,
    Unknown(i64),
    Made(i64, Answer),
}

/// The proxy of a history.
pub(crate) struct Proxy {
    /// Whether it keeps a ledger. One of an earlier version does not.
    pub(crate) keeps_ledger: Cell<bool>,
    pub(crate) up: Cell<bool>,
    /// Whole orders.
    pub(crate) custody: Custody,
    /// The disk.
    ledger: RefCell<BTreeMap<String, Row>>,
    /// What else is on it: the limiter's places.
    places: RefCell<Vec<i64>>,
    budget: RefCell<Budget>,
    changed: RefCell<Vec<Waker>>,
    /// Keys that have a call under way, and who waits for them.
    keys: RefCell<BTreeMap<String, VecDeque<u64>>>,
    tickets: Cell<u64>,
}

impl Default for Proxy {
    fn default() -> Self {
        Self {
            keeps_ledger: Cell::new(true),
            up: Cell::new(true),
            custody: Custody::default(),
            ledger: RefCell::default(),
            places: RefCell::default(),
            budget: RefCell::new(Budget::new(60)),
            changed: RefCell::default(),
            keys: RefCell::default(),
            tickets: Cell::new(0),
        }
    }
}

fn since(world: &World) -> Duration {
    Duration::from_millis(u64::try_from(world.time.elapsed()).unwrap_or(0))
}

/// Milliseconds after 1970 by the proxy's clock.
fn now(world: &World) -> i64 {
    world.now().millis()
}

impl Proxy {
    /// It starts, with what is on the disk.
    pub(crate) fn start(&self, world: &World) {
        let limit = usize::try_from(world.limit.get()).unwrap_or(60) + usize::from(world.planted(Bug::OneCallTooMany));
        let mut budget = Budget::new(limit);
        if !world.planted(Bug::LimiterForgets) {
            for place in self.places.borrow().iter() {
                let at = Duration::from_millis(u64::try_from(*place).unwrap_or(0));
                budget.resume(at, since(world));
            }
        }
        self.budget.replace(budget);
        self.keys.borrow_mut().clear();
        self.changed.borrow_mut().clear();
        if world.planted(Bug::CustodyForgets) {
            self.custody.rows.borrow_mut().clear();
        }
        if world.planted(Bug::LedgerForgets) {
            self.ledger.borrow_mut().clear();
        }
        for row in self.ledger.borrow_mut().values_mut() {
            if matches!(row.state, State::Sending) {
                row.state = State::Unknown(now(world));
            }
        }
        self.up.set(true);
        world.trace(|| "the proxy starts".to_owned());
    }

    /// It is gone, in the middle of everything.
    pub(crate) fn crashed(&self, world: &World) {
        self.up.set(false);
        world.count(|counts| &counts.proxy_crashes);
    }

    /// Cin7 said that the limit is reached; for how many seconds the door is closed.
    pub(crate) fn limit_hit(&self, world: &World, pause: Option<Duration>) -> u64 {
        let mut budget = self.budget.borrow_mut();
        budget.limit_hit(pause, since(world));
        budget.closed_for(since(world)).as_secs() + 1
    }

    fn stir(&self) {
        self.changed.take().into_iter().for_each(Waker::wake);
    }

    /// Waits for a change, or for so many milliseconds.
    async fn changed(&self, world: &World, milliseconds: Option<i64>) {
        let mut asked = false;
        let change = poll_fn(|context| {
            if std::mem::replace(&mut asked, true) {
                return Poll::Ready(());
            }
            self.changed.borrow_mut().push(context.waker().clone());
            Poll::Pending
        });
        let change = std::pin::pin!(change);
        match milliseconds {
            None => change.await,
            Some(milliseconds) => {
                let sleep = std::pin::pin!(world.time.sleep(milliseconds));
                let _ = select(change, sleep).await;
            }
        }
    }

    /// Waits for the right to make one call.
    async fn enter(&self, world: &World, lane: Lane) -> Result<(), Error> {
        let closed = self.budget.borrow_mut().closed_for(since(world));
        if closed > lane.longest_wait() {
            return Err(Error::RateLimited { retry_after: closed.as_secs() + 1, upstream: Cin7Failure::default() });
        }
        let Some(ticket) = self.budget.borrow_mut().join(lane, since(world)) else {
            return Err(Error::Busy { retry_after: 5 });
        };
        let until = since(world) + lane.longest_wait();
        loop {
            let turn = self.budget.borrow_mut().turn(ticket, since(world));
            let at = match turn {
                Turn::Go => {
                    self.stir();
                    return Ok(());
                }
                Turn::Wait(at) => at.unwrap_or(until).min(until),
            };
            if since(world) >= until {
                self.budget.borrow_mut().leave(ticket);
                self.stir();
                world.count(|counts| &counts.waited_in_vain);
                return Err(Error::Busy { retry_after: 5 });
            }
            let wait = i64::try_from(at.saturating_sub(since(world)).as_millis()).unwrap_or(1).max(1);
            self.changed(world, Some(wait)).await;
        }
    }

    /// Makes one call, for which [`Proxy::enter`] has given the right.
    async fn send(&self, world: &Rc<World>, call: Call) -> Result<Answer, Error> {
        self.note_places(world);
        let answer = cin7::send(world, call).await;
        if matches!(answer, Err(Error::Unreachable)) && world.dice.below(2) == 0 {
            // Nothing was sent at all.
            self.budget.borrow_mut().returned();
        } else {
            self.budget.borrow_mut().finished(since(world));
        }
        self.note_places(world);
        self.stir();
        answer
    }

    /// Writes down which places of the limit are taken, for the next start.
    fn note_places(&self, world: &World) {
        let taken = self.budget.borrow_mut().taken(since(world));
        self.places.replace(taken.into_iter().map(|at| i64::try_from(at.as_millis()).unwrap_or(0)).collect());
    }

    async fn lock(&self, world: &World, key: &str) -> Key<'_> {
        let ticket = self.tickets.replace(self.tickets.get() + 1);
        self.keys.borrow_mut().entry(key.to_owned()).or_default().push_back(ticket);
        let key = Key { proxy: self, name: key.to_owned(), ticket };
        while !world.planted(Bug::NoSingleFlight)
            && self.keys.borrow().get(&key.name).and_then(|queue| queue.front()).is_some_and(|first| *first != ticket)
        {
            self.changed(world, None).await;
        }
        key
    }

    fn find(&self, world: &World, key: &str) -> Option<Entry> {
        let mut ledger = self.ledger.borrow_mut();
        let row = ledger.get_mut(key)?;
        if matches!(row.state, State::Sending) {
            row.state = State::Unknown(now(world));
        }
        let fate = match &row.state {
            State::Sending => return None,
            State::Unknown(since) => Fate::Unknown(*since),
            State::Made(at, answer) => Fate::Made(*at, Some(answer.clone())),
        };
        Some(Entry { body: row.body.clone(), fate })
    }

    fn write(&self, world: &World, key: &str, body: &[u8], note: Note) {
        let now = now(world);
        let mut ledger = self.ledger.borrow_mut();
        let state = match note {
            Note::Forget => {
                ledger.remove(key);
                return;
            }
            Note::Sending => {
                ledger.insert(key.to_owned(), Row { body: body.to_vec(), state: State::Sending });
                return;
            }
            Note::Made(answer) => State::Made(now, answer),
            Note::Doubtful(since) => State::Unknown(since.unwrap_or(now)),
        };
        if world.planted(Bug::LedgerAfterSending) {
            ledger.insert(key.to_owned(), Row { body: body.to_vec(), state });
        } else if let Some(row) = ledger.get_mut(key) {
            row.state = state;
        }
    }

    /// Makes a creating call once, whoever asks and however often.
    async fn create(&self, world: &Rc<World>, creation: &Creation, admitted: &Admission) -> Result<custody::Reply, Error> {
        let key = creation.key();
        let mut hash = DefaultHasher::new();
        admitted.call.body.hash(&mut hash);
        let settle = if world.planted(Bug::ProxyDoesNotSettle) { 0 } else { SETTLE };
        let mut steps = custody::Call::new(creation.clone(), hash.finish().to_be_bytes().to_vec(), settle);
        let _turn = self.lock(world, &key).await;
        let mut next = steps.begin();
        loop {
            // A commit, or a moment between two lines: the proxy may die in it.
            world.time.sleep(world.dice.time(4)).await;
            let response = match next {
                Effect::Find => Response::Found(Ok(self.find(world, &key))),
                Effect::Read { path, query } => {
                    let call = Call { at: world.now(), what: format!("GET {path}"), query, body: String::new() };
                    Response::Answer(match self.enter(world, admitted.lane).await {
                        Ok(()) => self.send(world, call).await,
                        Err(error) => Err(error),
                    })
                }
                Effect::Enter => Response::Entered(self.enter_for(world, admitted).await),
                Effect::Write(Note::Sending) if world.planted(Bug::LedgerAfterSending) => Response::Written(Ok(())),
                Effect::Write(note) => {
                    self.write(world, &key, steps.body(), note);
                    Response::Written(Ok(()))
                }
                Effect::Send => Response::Answer(self.send(world, admitted.call.clone()).await),
                Effect::End(result) => return result,
            };
            next = steps.on_response(response, now(world));
        }
    }

    /// Waits for a place; one who has gone away by then sends nothing.
    async fn enter_for(&self, world: &World, admitted: &Admission) -> Result<(), Error> {
        self.enter(world, admitted.lane).await?;
        if admitted.gone.get() {
            self.budget.borrow_mut().returned();
            self.stir();
            return Err(Error::Unreachable);
        }
        Ok(())
    }
}

/// A key that is held, or waited for.
struct Key<'p> {
    proxy: &'p Proxy,
    name: String,
    ticket: u64,
}

impl Drop for Key<'_> {
    fn drop(&mut self) {
        let mut keys = self.proxy.keys.borrow_mut();
        if let Some(queue) = keys.get_mut(&self.name) {
            queue.retain(|ticket| *ticket != self.ticket);
            if queue.is_empty() {
                keys.remove(&self.name);
            }
        }
        drop(keys);
        self.proxy.stir();
    }
}

/// A request that was let in.
struct Admission {
    lane: Lane,
    call: Call,
    /// The browser has gone away, and the proxy has noticed.
    gone: Rc<Cell<bool>>,
}

/// What the proxy does with a request.
pub(crate) async fn serve(world: &Rc<World>, request: Request, gone: Rc<Cell<bool>>) -> Reply {
    match forward(world, request, gone).await {
        Ok((answer, replayed)) => Reply {
            status: answer.status,
            content_type: "application/json",
            date: answer.date.as_ref().and_then(|date| date.to_str().ok()).unwrap_or_default().to_owned(),
            replayed,
            body: answer.body.to_vec(),
        },
        Err(error) => {
            let nothing = world.planted(Bug::LostIsNothing) && error.ambiguous();
            let error = if nothing { Error::Unreachable } else { error };
            Reply {
                status: error.status().as_u16(),
                content_type: "application/problem+json",
                date: String::new(),
                replayed: false,
                body: error.body(),
            }
        }
    }
}

async fn forward(world: &Rc<World>, request: Request, gone: Rc<Cell<bool>>) -> Result<(Answer, bool), Error> {
    let proxy = world.proxy();
    // One of an earlier version knows of no accounts.
    if proxy.keeps_ledger.get() {
        let own = world.account().id;
        if request.account.is_some_and(|account| account != own) {
            return Err(Error::OtherAccount);
        }
        if request.path == "status" {
            let body = Bytes::from(format!(r#"{{"account":"{own}"}}"#));
            return Ok((Answer { status: 200, date: None, body }, false));
        }
    }
    if proxy.custody.keeps.get() && request.path.starts_with("custody/") {
        // A commit: the proxy may die in it.
        world.time.sleep(world.dice.time(4)).await;
        let answer = kept::serve(world, &request);
        world.time.sleep(world.dice.time(4)).await;
        return answer.map(|answer| (answer, false));
    }
    let (verb, method) = match request.method {
        Method::Get => ("GET", http::Method::GET),
        Method::Post => ("POST", http::Method::POST),
    };
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&request.query).finish();
    let query = (!query.is_empty()).then_some(query.as_str());
    let admitted: Admitted = routes::admit(&method, request.path, query)?;
    let lane = match request.lane {
        transport::Lane::Order if admitted.may_be_order => Lane::Order,
        transport::Lane::Order | transport::Lane::Screen => Lane::Screen,
        transport::Lane::Background => Lane::Background,
    };
    let body = Bytes::from(request.body.unwrap_or_default());
    let text = String::from_utf8_lossy(&body).into_owned();
    let query = request.query.into_iter().collect();
    let call = Call { at: world.now(), what: format!("{verb} {}", request.path), query, body: text };
    let admission = Admission { lane, call, gone };
    if request.method == Method::Post
        && let Some(creation) = Creation::of(request.path, &body)?
        && proxy.keeps_ledger.get()
        && !(world.planted(Bug::PaymentsUnkeyed) && request.path == "sale/payment")
    {
        return proxy.create(world, &creation, &admission).await.map(|result| (result.answer, result.replayed));
    }
    proxy.enter_for(world, &admission).await?;
    proxy.send(world, admission.call).await.map(|answer| (answer, false))
}
