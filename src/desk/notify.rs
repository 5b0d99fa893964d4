//! A bell that wakes whoever waits for it, once per ring or for many rings together.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

use futures::future::{Either, select};

use crate::records::Timestamp;
use crate::transport::Clock;

/// Rung to say "look again". A ring while nobody waits is kept for the next who does.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rung: Cell<bool>,
    waiting: RefCell<Option<Waker>>,
}

impl Bell {
    /// Wakes the one who waits.
    pub(crate) fn ring(&self) {
        self.rung.set(true);
        if let Some(waker) = self.waiting.borrow_mut().take() {
            waker.wake();
        }
    }

    /// Returns at the next ring.
    pub(crate) async fn rung(&self) {
        poll_fn(|context| {
            if self.rung.replace(false) {
                return Poll::Ready(());
            }
            *self.waiting.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Returns at the next ring, or at `until` if that is earlier; `None` waits for the ring alone.
    pub(crate) async fn rung_or(&self, clock: &impl Clock, until: Option<Timestamp>) {
        let Some(until) = until else { return self.rung().await };
        // Timers fire late when a tab sleeps, never early; and none runs longer than about 24 days.
        let milliseconds = until.since(clock.now()).clamp(0, 1_000_000_000);
        let sleep = std::pin::pin!(clock.sleep(u32::try_from(milliseconds).unwrap_or(0)));
        match select(std::pin::pin!(self.rung()), sleep).await {
            Either::Left(_) | Either::Right(_) => {}
        }
    }
}
