//! What needs a browser, in a page.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[path = "suite.rs"]
mod suite;
