//! The asynchronous door in front of the budget.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::budget::{Budget, Lane, Ticket, Turn, Usage};
use super::tape::Tape;
use crate::clock;

/// Why a call got no place. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSlot {
    /// The lane is full, the wait was too long, or the proxy is stopping.
    Busy {
        /// When to ask again.
        retry_after: Duration,
    },
    /// The limit was hit, and the door stays closed longer than a call of this lane waits.
    Closed {
        /// When the door opens.
        retry_after: Duration,
    },
}

/// The door: calls wait here for their turn, in the order the [`Budget`] decides.
#[derive(Debug)]
pub struct Gate {
    budget: Mutex<Budget>,
    changed: Notify,
    start: Instant,
    stopping: CancellationToken,
    /// Where sent calls are written down, if they are.
    tape: Option<Mutex<Tape>>,
}

impl Gate {
    /// A door with a budget of `limit` calls in any 60 seconds. Once `stopping` is cancelled nobody who
    /// waits gets through any more.
    pub fn new(limit: usize, stopping: CancellationToken) -> Arc<Self> {
        Self::resumed(limit, stopping, None)
    }

    /// The same, which goes on with the places that calls of an earlier process take, each for so much longer, and writes its
    /// own down for the next one.
    pub fn resumed(limit: usize, stopping: CancellationToken, tape: Option<(Tape, Vec<Duration>)>) -> Arc<Self> {
        let mut budget = Budget::new(limit);
        let (tape, taken) = tape.map_or((None, Vec::new()), |(tape, taken)| (Some(Mutex::new(tape)), taken));
        for left in taken {
            budget.resume(left, Duration::ZERO);
        }
        Arc::new(Self { budget: Mutex::new(budget), changed: Notify::new(), start: Instant::now(), stopping, tape })
    }

    /// Waits for a place. Dropping the future gives up the place in the lane and costs nothing.
    ///
    /// # Errors
    /// [`NoSlot`] when waiting makes no sense or took too long.
    pub async fn enter(self: &Arc<Self>, lane: Lane) -> Result<Slot, NoSlot> {
        let waiter = {
            let now = self.now();
            let mut budget = self.budget();
            let closed = budget.closed_for(now);
            if closed > lane.longest_wait() {
                return Err(NoSlot::Closed { retry_after: closed });
            }
            let Some(ticket) = budget.join(lane, now) else {
                return Err(NoSlot::Busy { retry_after: budget.next_place_in(now) });
            };
            Waiter { gate: self, ticket }
        };
        let busy = |gate: &Self| {
            let now = gate.now();
            Err(NoSlot::Busy { retry_after: gate.budget().next_place_in(now) })
        };
        tokio::select! {
            biased;
            () = self.stopping.cancelled() => busy(self),
            slot = waiter.turn() => Ok(slot),
            () = tokio::time::sleep(lane.longest_wait()) => {
                let now = self.now();
                let closed = self.budget().closed_for(now);
                if closed > Duration::ZERO { Err(NoSlot::Closed { retry_after: closed }) } else { busy(self) }
            }
        }
    }

    /// Cin7 said that the limit is reached; returns how long the door is closed now.
    pub fn limit_hit(&self, pause: Option<Duration>) -> Duration {
        let now = self.now();
        let mut budget = self.budget();
        budget.limit_hit(pause, now);
        budget.closed_for(now)
    }

    /// How full the budget is.
    pub fn usage(&self) -> Usage {
        let now = self.now();
        self.budget().usage(now)
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn tape(&self) -> Option<MutexGuard<'_, Tape>> {
        self.tape.as_ref().map(|tape| tape.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn budget(&self) -> MutexGuard<'_, Budget> {
        // No code under the lock leaves the budget half changed.
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stands in a lane; leaves it when dropped.
struct Waiter<'a> {
    gate: &'a Arc<Gate>,
    ticket: Ticket,
}

impl Waiter<'_> {
    async fn turn(&self) -> Slot {
        loop {
            // Registered before asking: a change between the question and the wait is not missed.
            let changed = self.gate.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let now = self.gate.now();
            let turn = self.gate.budget().turn(self.ticket, now);
            match turn {
                Turn::Go => {
                    // Someone else is first in line now.
                    self.gate.changed.notify_waiters();
                    return Slot { gate: Arc::clone(self.gate), sent: false };
                }
                Turn::Wait(None) => changed.await,
                Turn::Wait(Some(at)) => {
                    // Not before the next tick of the timer, or a rounded-down sleep would spin.
                    let sleep = at.saturating_sub(now).max(Duration::from_millis(1));
                    let _ = tokio::time::timeout(sleep, changed).await;
                }
            }
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.gate.budget().leave(self.ticket);
        self.gate.changed.notify_waiters();
    }
}

/// The right to make one call. Dropped without [`Slot::sending`] it costs nothing; after it, the place stays
/// taken until a minute after the drop.
#[derive(Debug)]
pub struct Slot {
    gate: Arc<Gate>,
    sent: bool,
}

impl Slot {
    /// To be called right before the call is sent.
    pub fn sending(&mut self) {
        self.sent = true;
        if let Some(mut tape) = self.gate.tape() {
            tape.sending(clock::now());
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let now = self.gate.now();
        {
            let mut budget = self.gate.budget();
            if self.sent {
                budget.finished(now);
            } else {
                budget.returned();
            }
            if let (Some(mut tape), true) = (self.gate.tape(), self.sent) {
                tape.ended(clock::now(), || budget.taken(now).iter().map(|until| until.saturating_sub(now)).collect());
            }
        }
        self.gate.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn settle() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    async fn take(gate: &Arc<Gate>, lane: Lane) -> Slot {
        let mut slot = gate.enter(lane).await.expect("a place");
        slot.sending();
        slot
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_who_goes_away_costs_nothing() {
        let gate = Gate::new(1, CancellationToken::new());
        drop(take(&gate, Lane::Screen).await);
        let waiting = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.enter(Lane::Background).await.map(drop) }
        });
        settle().await;
        assert_eq!(gate.usage().waiting.background, 1);
        waiting.abort();
        settle().await;
        assert_eq!(gate.usage().waiting.background, 0);
        assert_eq!(gate.usage().used_last_minute, 1);
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(gate.usage().used_last_minute, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slot_never_used_is_free_at_once() {
        let gate = Gate::new(1, CancellationToken::new());
        drop(gate.enter(Lane::Order).await.expect("a place"));
        assert_eq!(gate.usage().used_last_minute, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_are_woken_in_the_order_of_the_lanes() {
        let gate = Gate::new(1, CancellationToken::new());
        drop(take(&gate, Lane::Order).await);
        let order = Arc::new(Mutex::new(Vec::new()));
        let tasks: Vec<_> = [Lane::Background, Lane::Order, Lane::Order]
            .into_iter()
            .enumerate()
            .map(|(n, lane)| {
                let (gate, order) = (Arc::clone(&gate), Arc::clone(&order));
                tokio::spawn(async move {
                    if let Ok(mut slot) = gate.enter(lane).await {
                        slot.sending();
                        order.lock().expect("not poisoned").push(n);
                    }
                })
            })
            .collect();
        settle().await;
        for _ in 0..3 {
            tokio::time::advance(Duration::from_millis(39_900)).await;
            settle().await;
            tokio::time::advance(Duration::from_millis(20_700)).await;
            settle().await;
        }
        for task in tasks {
            task.await.expect("no panic");
        }
        // The background call gave up after its two minutes: the two orders used the two places there were.
        assert_eq!(*order.lock().expect("not poisoned"), [1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_pause_is_said_at_once_and_a_short_one_is_waited_out() {
        let gate = Gate::new(10, CancellationToken::new());
        gate.limit_hit(Some(Duration::from_secs(45)));
        assert_eq!(gate.enter(Lane::Screen).await.map(drop), Err(NoSlot::Closed { retry_after: Duration::from_secs(45) }));
        let before = Instant::now();
        drop(gate.enter(Lane::Order).await.expect("waits out the pause"));
        assert_eq!(before.elapsed().as_secs(), 45);
    }

    #[tokio::test(start_paused = true)]
    async fn stopping_sends_the_waiting_away() {
        let stopping = CancellationToken::new();
        let gate = Gate::new(1, stopping.clone());
        drop(take(&gate, Lane::Order).await);
        let waiting = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.enter(Lane::Order).await.map(drop) }
        });
        settle().await;
        stopping.cancel();
        assert!(matches!(waiting.await.expect("no panic"), Err(NoSlot::Busy { .. })));
    }
}
