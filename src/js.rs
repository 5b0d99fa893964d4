//! Everything that is exported to JavaScript. Each method converts, calls and converts; what needs deciding is decided
//! elsewhere.
//!
//! Two classes cross: [`Engine`] lives in the tab's worker and holds the desk; [`LiveQuote`] lives where the screen is and
//! holds one quote, so that an edit needs no message. `index.ts` and `quote.ts` beside this file wrap them for callers.
#![expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands optional texts and lists over by value")]
#![expect(
    clippy::missing_errors_doc,
    reason = "every error thrown is the plain form of `crate::error::Error`; `index.ts` says which"
)]

mod browser;
mod convert;
mod engine;
mod panic;
mod quote;

pub use engine::Engine;
pub use panic::on_panic;
pub use quote::LiveQuote;

use serde::Serialize;
use wasm_bindgen::prelude::*;

/// talc is smaller and faster than the default allocator here.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Versions {
    package: &'static str,
    wasm_bindgen: &'static str,
}

/// The versions of this package's parts.
#[wasm_bindgen]
pub fn versions() -> Result<JsValue, JsValue> {
    convert::to_js(&Versions { package: env!("CARGO_PKG_VERSION"), wasm_bindgen: "0.2.130" })
}
