//! Everything around the desks of one history.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cin7_quote_desk::records::Timestamp;
use rust_decimal::Decimal;

use crate::accounts::{self, Account};
use crate::counts::Counts;
use crate::device::{Device, Machine};
use crate::dice::Dice;
use crate::planted::Bug;
use crate::time::Time;

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// Owners of tasks that are no tabs.
pub(crate) struct Names {
    pub(crate) proxy: Rc<str>,
    pub(crate) cin7: Rc<str>,
}

/// The surroundings.
pub(crate) struct World {
    pub(crate) time: Time,
    pub(crate) dice: Dice,
    pub(crate) accounts: [Account; 2],
    /// Which of them the address answers for.
    pub(crate) speaks: Cell<usize>,
    /// Whether it changes between them.
    pub(crate) changes: Cell<bool>,
    pub(crate) names: Names,
    pub(crate) machines: RefCell<Vec<Rc<Machine>>>,
    pub(crate) devices: RefCell<Vec<Rc<Device>>>,
    /// Whether things go wrong.
    pub(crate) faulty: Cell<bool>,
    /// How much more often than usual something goes wrong on the way: two mishaps that meet are rare on other days.
    pub(crate) storm: Cell<u32>,
    /// Whether headers may take effect later than anyone can promise to wait.
    pub(crate) beyond: Cell<bool>,
    /// Calls that Cin7 takes in any 60 seconds.
    pub(crate) limit: Cell<u32>,
    /// The most calls that any 60 seconds held.
    pub(crate) fullest: Cell<usize>,
    /// How far Cin7's clock is ahead.
    pub(crate) server_ahead: Cell<i64>,
    bug: Option<Bug>,
    /// Whether what happens is printed.
    traced: bool,
    pub(crate) counts: Counts,
    /// The first thing that was found wrong.
    failed: RefCell<Option<String>>,
}

impl World {
    pub(crate) fn new(seed: u64, bug: Option<Bug>, traced: bool) -> Rc<Self> {
        Rc::new(Self {
            time: Time::default(),
            dice: Dice::new(seed),
            accounts: accounts::both(),
            speaks: Cell::new(0),
            changes: Cell::new(false),
            names: Names { proxy: "proxy".into(), cin7: "cin7".into() },
            machines: RefCell::default(),
            devices: RefCell::default(),
            faulty: Cell::new(false),
            storm: Cell::new(1),
            beyond: Cell::new(false),
            limit: Cell::new(60),
            fullest: Cell::new(0),
            server_ahead: Cell::new(0),
            bug,
            traced,
            counts: Counts::default(),
            failed: RefCell::default(),
        })
    }

    /// The time as it is.
    pub(crate) fn now(&self) -> Timestamp {
        let start = Timestamp::from_millis(1_774_882_800_000);
        start.plus_millis(self.time.elapsed())
    }

    /// Cin7's time.
    pub(crate) fn server_now(&self) -> Timestamp {
        self.now().plus_millis(self.server_ahead.get())
    }

    /// Whether this bug was planted.
    pub(crate) fn planted(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    /// Whether something goes wrong that does so often in a thousand times, on a usual day.
    pub(crate) fn mishap(&self, often: u32) -> bool {
        self.faulty.get() && self.dice.per_mille(often * self.storm.get())
    }

    /// Whether the bug that was planted is one of these.
    pub(crate) fn planted_one(&self, is_one: impl Fn(Bug) -> bool) -> bool {
        self.bug.is_some_and(is_one)
    }

    pub(crate) fn beyond_promise(&self) -> bool {
        self.beyond.get() && self.dice.below(2) == 0
    }

    pub(crate) fn count(&self, which: impl Fn(&Counts) -> &Cell<u64>) {
        let cell = which(&self.counts);
        cell.set(cell.get() + 1);
    }

    /// Prints what happens, where somebody wants to see it.
    pub(crate) fn trace(&self, what: impl FnOnce() -> String) {
        if self.traced {
            println!("{:>10.3} {}", Decimal::new(self.time.elapsed(), 3), what());
        }
    }

    /// Something is wrong; the first word of it is kept.
    pub(crate) fn fails(&self, what: String) {
        self.failed.borrow_mut().get_or_insert(what);
    }

    pub(crate) fn failure(&self) -> Option<String> {
        self.failed.borrow().clone()
    }

    /// Lets time pass, and buries what dies on the way.
    pub(crate) fn pass(self: &Rc<Self>, milliseconds: i64) {
        let until = self.time.elapsed() + milliseconds;
        while self.time.run_until(&self.dice, until) {
            for owner in self.time.take_dead() {
                self.count(|counts| &counts.kills);
                self.trace(|| format!("{owner} dies"));
                if owner == self.names.proxy {
                    self.proxy().crashed(self);
                    continue;
                }
                self.died(&owner);
            }
        }
    }

    /// Lets time pass until this holds, for `longest` at most. Returns whether it does.
    pub(crate) fn until(self: &Rc<Self>, longest: i64, holds: impl Fn() -> bool) -> bool {
        let limit = self.time.elapsed() + longest;
        let mut step = 200;
        while !holds() {
            if self.time.elapsed() >= limit {
                return false;
            }
            self.pass(step);
            step = (step * 2).min(20 * SECOND);
        }
        true
    }
}

/// A text of a JSON object.
pub(crate) fn text_of(json: &str, name: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    value[name].as_str().unwrap_or_default().to_owned()
}
