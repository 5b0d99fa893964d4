//! How much one caller may ask: calls in a minute, and calls at once. A caller is the token's subject, else the address.
//!
//! Cin7's own limit is kept elsewhere and by all together; this keeps one caller from taking the others' places in its lanes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::errors::Error;

/// Callers that are remembered; beyond them those who ask nothing and are owed nothing are forgotten.
const REMEMBERED: usize = 1_000;
const MINUTE: Duration = Duration::from_secs(60);

/// The limits, and who has asked how much.
#[derive(Debug, Clone)]
pub struct Inbound {
    per_minute: u32,
    at_once: u32,
    callers: Arc<Mutex<HashMap<String, Caller>>>,
}

#[derive(Debug)]
struct Caller {
    /// When everything it has asked will have been worked off, at the rate it may ask.
    owes_until: Instant,
    at_once: u32,
}

impl Inbound {
    /// `per_minute` calls in a minute and `at_once` at once, at least one each.
    pub fn new(per_minute: u32, at_once: u32) -> Self {
        Self { per_minute: per_minute.max(1), at_once: at_once.max(1), callers: Arc::default() }
    }

    /// Takes a call in; it counts as under way until the result is dropped.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub fn enter(&self, caller: &str) -> Result<Call, Error> {
        let now = Instant::now();
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= REMEMBERED && !callers.contains_key(caller) {
            callers.retain(|_, other| other.at_once > 0 || other.owes_until > now);
        }
        let step = MINUTE / self.per_minute;
        let its = callers.entry(caller.to_owned()).or_insert(Caller { owes_until: now, at_once: 0 });
        let owes_until = its.owes_until.max(now) + step;
        let debt = owes_until - now;
        if debt > MINUTE {
            let retry_after = debt.saturating_sub(MINUTE).as_millis().div_ceil(1000);
            return Err(Error::TooManyRequests { retry_after: u64::try_from(retry_after).unwrap_or(60).max(1) });
        }
        if its.at_once >= self.at_once {
            return Err(Error::TooManyRequests { retry_after: 1 });
        }
        its.owes_until = owes_until;
        its.at_once += 1;
        Ok(Call { callers: Arc::clone(&self.callers), caller: caller.to_owned() })
    }
}

/// A call under way.
#[derive(Debug)]
pub struct Call {
    callers: Arc<Mutex<HashMap<String, Caller>>>,
    caller: String,
}

impl Drop for Call {
    fn drop(&mut self) {
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(its) = callers.get_mut(&self.caller) {
            its.at_once = its.at_once.saturating_sub(1);
        }
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
        tokio::time::advance(MINUTE).await;
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
        assert!(inbound.callers.lock().unwrap().len() <= REMEMBERED);
    }
}
