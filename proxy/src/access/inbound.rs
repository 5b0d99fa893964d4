//! How much one caller may ask: calls in a minute, and calls at once. A caller is the token's subject, else the address.
//!
//! Cin7's own limit is kept elsewhere and by all together; this keeps one caller from taking the others' places in its lanes.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::errors::{Error, whole_seconds};
use crate::keyed::Keyed;

/// Callers that are remembered; beyond them those who ask nothing and are owed nothing are forgotten.
const REMEMBERED: usize = 1_000;

/// The limits, and who has asked how much.
#[derive(Debug)]
pub struct Inbound {
    rates: RateLimiter<String, HashMapStateStore<String>, Since, NoOpMiddleware<Duration>>,
    at_once: usize,
    under_way: Keyed<Semaphore>,
}

/// The runtime's clock, which tests can turn.
#[derive(Debug, Clone)]
struct Since(Instant);

impl Clock for Since {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Inbound {
    /// `per_minute` calls in a minute and `at_once` at once, at least one each.
    pub fn new(per_minute: u32, at_once: u32) -> Self {
        let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
        let rates = RateLimiter::new(quota, HashMapStateStore::default(), Since(Instant::now()));
        Self { rates, at_once: usize::try_from(at_once.max(1)).unwrap_or(usize::MAX), under_way: Keyed::default() }
    }

    /// Takes a call in; it counts as under way until the result is dropped.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub fn enter(&self, caller: &str) -> Result<OwnedSemaphorePermit, Error> {
        if self.rates.len() >= REMEMBERED {
            self.rates.retain_recent();
        }
        let places: Arc<Semaphore> = self.under_way.of(caller, || Semaphore::new(self.at_once));
        let place = places.try_acquire_owned().map_err(|_| Error::TooManyRequests { retry_after: 1 })?;
        self.rates.check_key(&caller.to_owned()).map_err(|full| Error::TooManyRequests {
            retry_after: whole_seconds(full.wait_time_from(self.rates.clock().now())),
        })?;
        Ok(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_minutes_calls_may_come_at_once_and_then_one_by_one() {
        let inbound = Inbound::new(60, 100);
        for n in 0..60 {
            assert!(inbound.enter("a").is_ok(), "{n}");
        }
        assert_eq!(inbound.enter("a").err(), Some(Error::TooManyRequests { retry_after: 1 }));
        assert!(inbound.enter("b").is_ok(), "others are not held up");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(inbound.enter("a").is_ok());
        assert!(inbound.enter("a").is_err());
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!((0..100).filter(|_| inbound.enter("a").is_ok()).count(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_at_once_are_counted_until_they_end() {
        let inbound = Inbound::new(1000, 2);
        let calls = [inbound.enter("a"), inbound.enter("a")];
        assert!(inbound.enter("a").is_err() && inbound.enter("b").is_ok());
        drop(calls);
        assert!(inbound.enter("a").is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn callers_who_are_gone_are_forgotten() {
        let inbound = Inbound::new(60, 2);
        for n in 0..REMEMBERED * 3 {
            tokio::time::advance(Duration::from_secs(2)).await;
            let _ = inbound.enter(&n.to_string());
        }
        assert!(inbound.rates.len() <= REMEMBERED);
    }
}
