//! Everything that needs a browser. The same tests run in a page and in a dedicated worker: see `scripts/browser-tests.mjs`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

#[path = "../contract/store.rs"]
mod contract;
mod faults;
mod fetch;
mod indexed_db;
mod indexed_db_contract;
mod indexed_db_pace;
