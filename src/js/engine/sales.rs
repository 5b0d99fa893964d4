//! Sales of any origin, as `worker.ts` calls them.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::{Engine, promise};
use crate::desk::sales::view::SaleAsk;
use crate::js::convert::{answer, whole_answer};

#[wasm_bindgen]
impl Engine {
    /// `SaleList`; `ask` is JSON.
    pub fn sales(&self, ask: &str) -> Result<JsValue, JsValue> {
        whole_answer(SaleAsk::from_json(ask).and_then(|ask| self.desk.sales(&ask)))
    }

    /// `SaleView`, as it is kept.
    pub fn sale(&self, id: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.sale(&id).await) })
    }

    /// `SaleView`, as it stands in Cin7.
    #[wasm_bindgen(js_name = refreshSale)]
    pub fn refresh_sale(&self, id: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.refresh_sale(&id).await) })
    }

    /// `Transactions`; `ask` is JSON.
    pub fn transactions(&self, ask: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move {
            whole_answer(match SaleAsk::from_json(&ask) {
                Ok(ask) => desk.transactions(ask.customer, ask.offset, ask.limit).await,
                Err(error) => Err(error),
            })
        })
    }

    /// `ExposureView`.
    pub fn exposure(&self, customer: &str) -> Result<JsValue, JsValue> {
        answer(self.desk.exposure_of(customer))
    }
}
