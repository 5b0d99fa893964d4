//! How many calls to Cin7 there may be, and whose turn it is.
//!
//! Cin7 counts 60 calls in 60 seconds for an application key and refuses the rest for up to a minute, so
//! the budget is never overdrawn: not on average, but in **any** window of 60 seconds.
//!
//! **Why a call keeps its place until after its answer.** Cin7 counts when a call arrives, which is some
//! unknown moment between sending and answer. A log of sending times alone would let sixty slow calls arrive
//! together with sixty quick ones sent a minute later. So a place is taken at the moment of sending and
//! given back 60 seconds after the answer (plus [`MARGIN`], for a call that was given up while its bytes
//! were still under way, and for clocks that do not tick quite alike). Whenever the call arrived, it is
//! inside that span.
//!
//! **Lanes.** Order steps go first, then what a person looks at, then background work; first come, first
//! served within a lane. Background leaves a quarter of the budget untouched and the screen a twelfth (15
//! and 5 of 60), so that an order need not wait for a synchronisation that used up the minute. One thing is
//! owed to the background lane: after it has waited [`PATIENCE`], every eighth call that would be the
//! screen's is its own, or a busy screen would keep the catalogue old for ever. It never touches what is
//! kept for orders.
//!
//! A pure state machine: it is told the time and decides.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Serialize;

/// The span over which Cin7 counts.
pub const WINDOW: Duration = Duration::from_secs(60);
/// Added to the window before a place is given back.
pub const MARGIN: Duration = Duration::from_millis(500);
/// How long a background call waits before it is owed a share of the screen's places.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Of so many calls of the screen and the background, one is the background's once it has waited long.
const SHARE: u32 = 8;
/// Calls that may wait in one lane.
const LONGEST_QUEUE: usize = 200;
/// The shortest pause after the limit was hit without a word on how long.
const SHORTEST_PAUSE: Duration = Duration::from_secs(10);
/// The longest pause Cin7 can talk the proxy into.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// Who wants to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// A step of an order.
    Order,
    /// Something a person is looking at.
    Screen,
    /// Synchronisation.
    Background,
}

impl Lane {
    /// All lanes, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Order, Self::Screen, Self::Background];

    /// The lane of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.name() == name)
    }

    /// The name as it stands in the request header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Screen => "screen",
            Self::Background => "background",
        }
    }

    /// How long a call waits for its place before it is told that the proxy is busy.
    pub fn longest_wait(self) -> Duration {
        match self {
            Self::Screen => Duration::from_secs(30),
            Self::Order | Self::Background => Duration::from_secs(120),
        }
    }
}

/// A place in a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    lane: Lane,
    number: u64,
}

/// What a waiting call is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Send now. The place is taken; it must be given back by [`Budget::finished`] or [`Budget::returned`].
    Go,
    /// Ask again at this time, or earlier if anything has changed. `None`: only a change can help.
    Wait(Option<Duration>),
}

/// How full the budget is, for the status page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Calls allowed in any 60 seconds.
    pub limit: usize,
    /// Places taken: calls under way and calls answered less than a minute ago.
    pub used_last_minute: usize,
    /// Calls that wait for a place.
    pub waiting: Waiting,
}

/// Calls that wait, by lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Order steps.
    pub order: usize,
    /// What is on screen.
    pub screen: usize,
    /// Synchronisation.
    pub background: usize,
}

/// The budget. All times are measured from one arbitrary start and never run backwards inside: a clock that
/// does is taken to stand still, which can only make the budget stricter.
#[derive(Debug)]
pub struct Budget {
    limit: usize,
    /// Calls that were told to go and are not finished.
    under_way: usize,
    /// When the places of finished calls come free, in order.
    leaving: VecDeque<Duration>,
    lanes: [VecDeque<(u64, Duration)>; 3],
    closed_until: Duration,
    now: Duration,
    tickets: u64,
    /// Places the screen took since the background lane had one.
    screen_in_a_row: u32,
}

impl Budget {
    /// A budget of `limit` calls in any 60 seconds; at least one.
    pub fn new(limit: usize) -> Self {
        Self {
            limit: limit.max(1),
            under_way: 0,
            leaving: VecDeque::new(),
            lanes: [VecDeque::new(), VecDeque::new(), VecDeque::new()],
            closed_until: Duration::ZERO,
            now: Duration::ZERO,
            tickets: 0,
            screen_in_a_row: 0,
        }
    }

    /// Takes a place at the end of the lane; `None` if the lane is full.
    pub fn join(&mut self, lane: Lane, now: Duration) -> Option<Ticket> {
        self.advance(now);
        let now = self.now;
        let number = self.tickets;
        let queue = self.queue(lane);
        if queue.len() >= LONGEST_QUEUE {
            return None;
        }
        queue.push_back((number, now));
        self.tickets += 1;
        Some(Ticket { lane, number })
    }

    /// Whether the holder of the ticket may send now. After `Go` the ticket is used up.
    pub fn turn(&mut self, ticket: Ticket, now: Duration) -> Turn {
        self.advance(now);
        if self.now < self.closed_until {
            return Turn::Wait(Some(self.closed_until));
        }
        let Some(lane) = self.next_lane() else { return Turn::Wait(self.next_change()) };
        let first = self.queue(lane).front().is_some_and(|&(number, _)| number == ticket.number);
        if lane != ticket.lane || !first {
            return Turn::Wait(self.next_change());
        }
        self.queue(lane).pop_front();
        self.under_way += 1;
        match lane {
            Lane::Order => {}
            Lane::Screen => self.screen_in_a_row = self.screen_in_a_row.saturating_add(1),
            Lane::Background => self.screen_in_a_row = 0,
        }
        Turn::Go
    }

    /// Gives up a ticket that was not used.
    pub fn leave(&mut self, ticket: Ticket) {
        self.queue(ticket.lane).retain(|&(number, _)| number != ticket.number);
    }

    /// A call that was sent is over, answered or given up.
    pub fn finished(&mut self, now: Duration) {
        self.advance(now);
        self.under_way = self.under_way.saturating_sub(1);
        self.leaving.push_back(self.now + WINDOW + MARGIN);
    }

    /// A call that was told to go was never sent.
    pub fn returned(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }

    /// Cin7 said that the limit is reached. To be told before the refused call is reported as finished.
    ///
    /// Closes for `pause` if Cin7 named one, else until every other call of ours has left the window, at
    /// least ten seconds: then someone else used up the budget, or Cin7 counts differently.
    pub fn limit_hit(&mut self, pause: Option<Duration>, now: Duration) {
        self.advance(now);
        let until = pause.map_or(self.window_clear().max(self.now + SHORTEST_PAUSE), |pause| self.now + pause.min(LONGEST_PAUSE));
        self.closed_until = self.closed_until.max(until);
    }

    /// How long the door stays closed after the limit was hit; zero when it is open.
    pub fn closed_for(&mut self, now: Duration) -> Duration {
        self.advance(now);
        self.closed_until.saturating_sub(self.now)
    }

    /// When the next place comes free, counted from now; zero if it cannot be known or one is free.
    pub fn next_place_in(&mut self, now: Duration) -> Duration {
        self.advance(now);
        self.leaving.front().map_or(Duration::ZERO, |at| at.saturating_sub(self.now))
    }

    /// When the places that are taken come free, those of calls under way as if they ended now: what a proxy that starts after
    /// this one has to know.
    pub fn taken(&mut self, now: Duration) -> Vec<Duration> {
        self.advance(now);
        let ending = std::iter::repeat_n(self.now + WINDOW + MARGIN, self.under_way);
        self.leaving.iter().copied().chain(ending).collect()
    }

    /// Takes a place that an earlier process had taken, until then; not for longer than a call of now would have it. Places are
    /// resumed in the order in which they come free.
    pub fn resume(&mut self, until: Duration, now: Duration) {
        self.advance(now);
        let until = until.min(self.now + WINDOW + MARGIN);
        if until > self.now {
            self.leaving.push_back(until);
        }
    }

    /// How full the budget is.
    pub fn usage(&mut self, now: Duration) -> Usage {
        self.advance(now);
        let [order, screen, background] = &self.lanes;
        Usage {
            limit: self.limit,
            used_last_minute: self.used(),
            waiting: Waiting { order: order.len(), screen: screen.len(), background: background.len() },
        }
    }

    fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        while self.leaving.front().is_some_and(|&at| at <= self.now) {
            self.leaving.pop_front();
        }
    }

    /// When all calls but the one under way that was just refused have left the window.
    fn window_clear(&self) -> Duration {
        if self.under_way > 1 { self.now + WINDOW + MARGIN } else { self.leaving.back().copied().unwrap_or_default() }
    }

    fn used(&self) -> usize {
        self.under_way + self.leaving.len()
    }

    fn queue(&mut self, lane: Lane) -> &mut VecDeque<(u64, Duration)> {
        let [order, screen, background] = &mut self.lanes;
        match lane {
            Lane::Order => order,
            Lane::Screen => screen,
            Lane::Background => background,
        }
    }

    /// Whose turn it is, if there is a place for anyone who waits.
    fn next_lane(&self) -> Option<Lane> {
        let [order, screen, background] = &self.lanes;
        let used = self.used();
        let kept_for_orders = self.limit / 12;
        let kept_from_background = self.limit / 4;
        if !order.is_empty() {
            return (used < self.limit).then_some(Lane::Order);
        }
        if used + kept_for_orders < self.limit {
            let overdue =
                self.screen_in_a_row + 1 >= SHARE && background.front().is_some_and(|&(_, since)| since + PATIENCE <= self.now);
            if overdue {
                return Some(Lane::Background);
            }
            if !screen.is_empty() {
                return Some(Lane::Screen);
            }
        }
        (!background.is_empty() && used + kept_from_background < self.limit).then_some(Lane::Background)
    }

    /// The next time at which the answer of [`Self::turn`] can change by itself.
    fn next_change(&self) -> Option<Duration> {
        let [.., background] = &self.lanes;
        let overdue = background.front().map(|&(_, since)| since + PATIENCE).filter(|&at| at > self.now);
        self.leaving.front().copied().into_iter().chain(overdue).min()
    }
}

#[cfg(test)]
mod tests;
