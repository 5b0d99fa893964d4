//! A tab's way to the proxy: requests that get lost, answers that do, pages that are something else, deliveries that repeat.

use std::cell::Cell;
use std::rc::Rc;

use cin7_quote_desk::transport::answer::{self, Headers};
use cin7_quote_desk::transport::{Failure, Method, Request, Response, Transport};
use futures::channel::oneshot;
use futures::future::{Either, select};

use crate::device::Machine;
use crate::proxy::{Reply, serve};
use crate::world::World;

/// How long the browser waits, as the package's own limits.
const READ_LIMIT: i64 = 100_000;
const WRITE_LIMIT: i64 = 120_000;

#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) world: Rc<World>,
    pub(crate) machine: Rc<Machine>,
}

/// Tells the proxy that the browser has gone away.
struct Gone {
    told: Rc<Cell<bool>>,
    noticed: bool,
}

impl Drop for Gone {
    fn drop(&mut self) {
        if self.noticed {
            self.told.set(true);
        }
    }
}

impl Transport for Wire {
    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let (world, method) = (&self.world, request.method);
        let (dice, time) = (&world.dice, &world.time);
        time.sleep(dice.time(40)).await;
        if self.machine.offline.get() || !world.proxy().up.get() {
            world.count(|counts| &counts.offline);
            time.sleep(dice.time(2_000)).await;
            return Err(answer::no_answer(method));
        }
        if world.mishap(25) {
            world.count(|counts| &counts.lost_requests);
            return Err(answer::no_answer(method));
        }
        if world.mishap(15) {
            world.count(|counts| &counts.garbage);
            return page(method);
        }
        // Without a ledger nobody but the browser knows what waits in the proxy, so there the proxy must notice.
        let noticed = !world.proxy().keeps_ledger.get() || dice.below(2) == 0;
        let told = Rc::new(Cell::new(false));
        let _gone = Gone { told: Rc::clone(&told), noticed };
        let limit = if method == Method::Get { READ_LIMIT } else { WRITE_LIMIT };
        let lost_after = if world.mishap(40) { dice.time(limit) } else { limit };
        let mut reply = deliver(world, &request, &told);
        if world.proxy().keeps_ledger.get() && world.mishap(30) {
            // Something on the way sends the request again: at once, or later, and the last answer counts.
            world.count(|counts| &counts.repeated);
            time.sleep(dice.time(3_000)).await;
            reply = deliver(world, &request, &told);
        }
        let waiting = std::pin::pin!(time.sleep(lost_after));
        let reply = match select(reply, waiting).await {
            Either::Left((Ok(reply), _)) => reply,
            // The proxy died.
            Either::Left((Err(_), _)) => return Err(answer::no_answer(method)),
            Either::Right(_) if lost_after == limit => return Err(answer::timed_out(method)),
            Either::Right(_) => {
                world.count(|counts| &counts.lost_answers);
                return Err(answer::no_answer(method));
            }
        };
        time.sleep(dice.time(40)).await;
        if world.mishap(30) {
            world.count(|counts| &counts.lost_answers);
            return Err(answer::broken_off(method));
        }
        if world.mishap(10) {
            world.count(|counts| &counts.garbage);
            return page(method);
        }
        if self.machine.offline.get() {
            return Err(answer::no_answer(method));
        }
        let headers = Headers {
            content_type: reply.content_type.to_owned(),
            cin7_date: reply.date,
            date: String::new(),
            retry_after: String::new(),
            replayed: if reply.replayed { "true".to_owned() } else { String::new() },
        };
        answer::read(method, reply.status, &headers, reply.body)
    }
}

/// Hands a request to the proxy, which deals with it whatever becomes of the tab.
fn deliver(world: &Rc<World>, request: &Request, gone: &Rc<Cell<bool>>) -> oneshot::Receiver<Reply> {
    let (tell, told) = oneshot::channel();
    let (server, request, gone) = (Rc::clone(world), request.clone(), Rc::clone(gone));
    world.time.spawn(&world.names.proxy, async move {
        let _ = tell.send(serve(&server, request, gone).await);
    });
    told
}

/// A page of a hotel's network.
fn page(method: Method) -> Result<Response, Failure> {
    let headers = Headers { content_type: "text/html".to_owned(), ..Headers::default() };
    answer::read(method, 200, &headers, b"<html><title>Sign in</title></html>".to_vec())
}
