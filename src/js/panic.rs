//! What a panic says, on its way to whoever called.
//!
//! Nothing unwinds on wasm: after a panic the instance traps, and what was borrowed stays borrowed.

use std::panic::set_hook;

use js_sys::Function;
use wasm_bindgen::prelude::*;

/// From now on a panic's words go to the console, and to `hear` before the instance traps.
#[wasm_bindgen(js_name = onPanic)]
pub fn on_panic(hear: Function) {
    set_hook(Box::new(move |panic| {
        console_error_panic_hook::hook(panic);
        // Whether somebody heard it changes nothing any more.
        let _ = hear.call1(&JsValue::NULL, &panic.to_string().into());
    }));
}
