//! The one state behind the server: the world, and everything a test can turn.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::clock::Clock;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::switches::Switches;
use crate::world::World;

/// World, clock, switches, faults, journal; and what the world as loaded was.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) switches: Switches,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    /// When each sale was made here, by sale id.
    pub(crate) created: HashMap<String, DateTime<Utc>>,
    /// `http://127.0.0.1:PORT`
    pub(crate) origin: String,
    /// How often everything was put back as it was.
    pub(crate) resets: u64,
    loaded: World,
    calls: VecDeque<DateTime<Utc>>,
    ids: ChaCha8Rng,
}

const ID_SEED: u64 = 7;

impl State {
    pub(crate) fn new(world: World, origin: String) -> Self {
        Self::seeded(world, origin, ID_SEED)
    }

    /// As [`State::new`] with ids of another seed, for what makes worlds: their ids must not come again.
    pub(crate) fn seeded(world: World, origin: String, seed: u64) -> Self {
        State {
            clock: Clock::starting(world.start),
            loaded: world.clone(),
            world,
            switches: Switches::default(),
            faults: Faults::default(),
            journal: Journal::default(),
            created: HashMap::new(),
            resets: 0,
            origin,
            calls: VecDeque::new(),
            ids: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// Everything as it was when the sandbox started.
    pub(crate) fn reset(&mut self) {
        let resets = self.resets + 1;
        *self = State { resets, ..State::new(self.loaded.clone(), self.origin.clone()) };
    }

    /// Counts a call against the limit; false if it must be refused. Refused calls do not count.
    pub(crate) fn admit(&mut self) -> bool {
        let limit = self.switches.calls_per_minute;
        if limit == 0 {
            return true;
        }
        let now = self.clock.now();
        // A clock that was set back leaves calls in the future; they are forgotten.
        self.calls.retain(|at| *at <= now && now - *at < TimeDelta::seconds(60));
        if self.calls.len() >= limit {
            return false;
        }
        self.calls.push_back(now);
        true
    }

    /// A new GUID; the same ones in the same order after each reset.
    pub(crate) fn new_id(&mut self) -> String {
        guid(&mut self.ids)
    }
}

/// A version 4 GUID in lower case.
pub(crate) fn guid(random: &mut impl RngCore) -> String {
    let high = random.next_u64();
    let low = random.next_u64();
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff
    )
}
