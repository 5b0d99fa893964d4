//! The whole desk, played from a seed.
//!
//! One seed makes one history: devices with tabs, clocks and storage of their own; people who confirm quotes, open accounts and
//! close tabs; the proxy with its limiter and its ledger; a Cin7 that is edited meanwhile; and everything that goes wrong between
//! them. Desks run as they are; the proxy's decisions (which calls it lets in, the budget, custody) are the proxy's own code.
//! When it has become quiet, [`checks`] holds what stands in Cin7 against what people were told.
//!
//! The address of the proxy may come to answer for another Cin7 account, and go back: what is one account's waits for it, and is
//! neither shown nor sent under the other one.
//!
//! What it promises to survive, and what it does not, is said where the faults are: a write takes effect within 95 seconds after
//! it was sent, but for headers where a history is told to go beyond; then a duplicate must be shown.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may unwrap"))]

mod accounts;
mod checks;
mod cin7;
mod counts;
mod custody;
mod device;
mod dice;
mod disk;
mod edits;
mod feed;
mod history;
mod planted;
mod proxy;
mod quiet;
mod receipts;
#[path = "../../native/world/cin7/records.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "shared with the native tests, which use more of it and may unwrap")]
mod records;
mod rep;
mod time;
mod wire;
mod world;

pub use history::{Outcome, play};
pub use planted::Bug;
