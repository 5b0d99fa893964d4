//! Orders of other devices, as `worker.ts` asks for them.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::{Engine, promise};
use crate::js::convert::{answer, to_js};

#[wasm_bindgen]
impl Engine {
    /// `OrderElsewhere[]`.
    #[wasm_bindgen(js_name = ordersElsewhere)]
    pub fn orders_elsewhere(&self) -> Result<JsValue, JsValue> {
        to_js(&self.desk.orders_elsewhere())
    }

    /// Goes on here with an order of another device: `OrderView`.
    #[wasm_bindgen(js_name = takeOver)]
    pub fn take_over(&self, key: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.take_over(&key, true).await) })
    }
}
