//! Virtual time and the scheduler: which of the things that can go on goes on next is the seed's choice.
//!
//! Everything runs on one thread. Time stands still while anything can move, and jumps to the next timer when nothing can. A
//! task belongs to an owner (a tab, the proxy, Cin7), which can be killed between any two of its steps.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::dice::Dice;

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// The numbers of tasks that can move.
#[derive(Debug, Default)]
struct Ready(Mutex<Vec<u64>>);

impl Ready {
    fn list(&self) -> std::sync::MutexGuard<'_, Vec<u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Woken {
    task: u64,
    ready: Arc<Ready>,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        let mut ready = self.ready.list();
        if !ready.contains(&self.task) {
            ready.push(self.task);
        }
    }
}

struct Task {
    owner: Rc<str>,
    work: Option<Work>,
    waker: Waker,
}

/// Virtual time and all that runs in it.
#[derive(Default)]
pub(crate) struct Time {
    /// Milliseconds since the beginning.
    elapsed: Cell<i64>,
    timers: RefCell<BTreeMap<(i64, u64), Waker>>,
    tasks: RefCell<BTreeMap<u64, Task>>,
    ready: Arc<Ready>,
    numbers: Cell<u64>,
    /// Owners that die after so many more of their steps.
    doomed: RefCell<BTreeMap<Rc<str>, u32>>,
    /// Owners whose number of steps has been reached.
    dead: RefCell<Vec<Rc<str>>>,
    pub(crate) steps: Cell<u64>,
}

impl Time {
    pub(crate) fn elapsed(&self) -> i64 {
        self.elapsed.get()
    }

    fn number(&self) -> u64 {
        self.numbers.replace(self.numbers.get() + 1)
    }

    /// Another thing that runs, for as long as its owner is not killed.
    pub(crate) fn spawn(&self, owner: &Rc<str>, work: impl Future<Output = ()> + 'static) {
        let number = self.number();
        let waker = Waker::from(Arc::new(Woken { task: number, ready: Arc::clone(&self.ready) }));
        self.tasks.borrow_mut().insert(number, Task { owner: Rc::clone(owner), work: Some(Box::pin(work)), waker });
        self.ready.list().push(number);
    }

    /// Ends everything that this owner does, in the middle of it.
    pub(crate) fn kill(&self, owner: &str) {
        self.doomed.borrow_mut().remove(owner);
        let gone: Vec<Task> = {
            let mut tasks = self.tasks.borrow_mut();
            let numbers: Vec<u64> = tasks.iter().filter(|(_, task)| &*task.owner == owner).map(|(number, _)| *number).collect();
            numbers.iter().filter_map(|number| tasks.remove(number)).collect()
        };
        drop(gone);
    }

    /// Kills this owner after so many more of its steps. [`Time::take_dead`] tells when it has come to that.
    pub(crate) fn doom(&self, owner: &Rc<str>, steps: u32) {
        self.doomed.borrow_mut().insert(Rc::clone(owner), steps);
    }

    /// Nobody dies any more who has not yet.
    pub(crate) fn spare_all(&self) {
        self.doomed.borrow_mut().clear();
    }

    /// The owners whose time has come since the last time.
    pub(crate) fn take_dead(&self) -> Vec<Rc<str>> {
        self.dead.take()
    }

    /// One step of one task that can move; whether there was one.
    fn step(&self, dice: &Dice) -> bool {
        let number = {
            let mut ready = self.ready.list();
            if ready.is_empty() {
                return false;
            }
            let at = dice.at(ready.len());
            ready.swap_remove(at)
        };
        let taken = {
            let mut tasks = self.tasks.borrow_mut();
            tasks.get_mut(&number).and_then(|task| Some((Rc::clone(&task.owner), task.work.take()?, task.waker.clone())))
        };
        let Some((owner, mut work, waker)) = taken else { return true };
        if self.dies(&owner) {
            drop(work);
            self.kill(&owner);
            self.dead.borrow_mut().push(owner);
            return true;
        }
        self.steps.set(self.steps.get() + 1);
        let done = work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        let mut tasks = self.tasks.borrow_mut();
        if done {
            tasks.remove(&number);
        } else if let Some(task) = tasks.get_mut(&number) {
            task.work = Some(work);
            return true;
        }
        drop(tasks);
        true
    }

    fn dies(&self, owner: &Rc<str>) -> bool {
        let mut doomed = self.doomed.borrow_mut();
        let Some(left) = doomed.get_mut(owner) else { return false };
        if *left > 0 {
            *left -= 1;
            return false;
        }
        doomed.remove(owner);
        true
    }

    /// Goes on until an owner has died, or everything rests until after `limit` (then false, and it is `limit`).
    pub(crate) fn run_until(&self, dice: &Dice, limit: i64) -> bool {
        loop {
            while self.step(dice) {
                if !self.dead.borrow().is_empty() {
                    return true;
                }
            }
            let next = self.timers.borrow().first_key_value().map(|(key, _)| *key).filter(|(at, _)| *at <= limit);
            let Some(key) = next else {
                self.elapsed.set(self.elapsed.get().max(limit));
                return false;
            };
            self.elapsed.set(self.elapsed.get().max(key.0));
            let waker = self.timers.borrow_mut().remove(&key);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    /// Waits for so many milliseconds.
    pub(crate) fn sleep(&self, milliseconds: i64) -> Sleep<'_> {
        Sleep { time: self, key: (self.elapsed.get() + milliseconds.max(0), self.number()) }
    }
}

/// See [`Time::sleep`]. Has one timer, however often it is asked, and none once it is dropped.
pub(crate) struct Sleep<'t> {
    time: &'t Time,
    key: (i64, u64),
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.time.elapsed.get() >= self.key.0 {
            return Poll::Ready(());
        }
        self.time.timers.borrow_mut().insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        self.time.timers.borrow_mut().remove(&self.key);
    }
}

/// Lets others go first.
pub(crate) async fn turn() {
    let mut asked = false;
    poll_fn(|context| {
        if std::mem::replace(&mut asked, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
