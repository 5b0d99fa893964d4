//! Orders, handing them over, and leaving the device, as `worker.ts` calls them.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::{Engine, promise};
use crate::desk::device::sign_out::Unsent;
use crate::js::convert::{answer, done, error_to_js, whole_answer};

#[wasm_bindgen]
impl Engine {
    /// Confirms a quote that stands at `revision`: `OrderView`, once it is safely stored.
    pub fn confirm(&self, document: String, revision: u32) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.confirm(&document, Some(revision)).await) })
    }

    /// `OrderView[]`.
    pub fn orders(&self) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { whole_answer(desk.orders().await) })
    }

    /// `OrderView`.
    pub fn order(&self, key: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.order(&key).await) })
    }

    /// Tries an order again: `OrderView`.
    #[wasm_bindgen(js_name = retryOrder)]
    pub fn retry_order(&self, key: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.retry_order(&key).await) })
    }

    /// Marks an order as entered by hand; `ask` is JSON: `OrderView`.
    #[wasm_bindgen(js_name = enterByHand)]
    pub fn enter_by_hand(&self, key: String, ask: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.enter_by_hand(&key, &ask).await) })
    }

    /// Takes that back; `ask` is JSON: `OrderView`.
    #[wasm_bindgen(js_name = undoByHand)]
    pub fn undo_by_hand(&self, key: String, ask: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.undo_by_hand(&key, &ask).await) })
    }

    /// Hands over orders, those with these keys or every one that waits: `WorkExport`.
    #[wasm_bindgen(js_name = exportOrders)]
    pub fn export_orders(&self, keys: Option<Vec<String>>) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { whole_answer(desk.export_orders(keys).await) })
    }

    /// Hands over quotes that are not ordered, those with these links or all: `WorkExport`.
    #[wasm_bindgen(js_name = exportQuotes)]
    pub fn export_quotes(&self, links: Option<Vec<String>>) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { whole_answer(desk.export_quotes(links).await) })
    }

    /// What is kept only here: `UnsentWork`.
    pub fn unsent(&self) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.unsent().await) })
    }

    /// What waits here for other accounts: `OtherAccountWork[]`.
    #[wasm_bindgen(js_name = otherAccounts)]
    pub fn other_accounts(&self) -> Promise {
        let (accounts, place) = (Rc::clone(&self.accounts), self.place);
        promise(async move { answer(accounts.waiting(place).await) })
    }

    /// Wipes what is kept here; `unsent` is one of `refuse`, `keep` and `discard`.
    pub fn leave(&self, unsent: String) -> Promise {
        let (desk, accounts, place) = (Rc::clone(&self.desk), Rc::clone(&self.accounts), self.place);
        promise(async move {
            let unsent = Unsent::named(&unsent).map_err(error_to_js)?;
            let lost = desk.unsent().await.map_err(error_to_js)?;
            if unsent != Unsent::Refuse || lost.is_empty() {
                // First, so that as little time as can be lies between the wiping and the word to the other tabs.
                done(accounts.leave(place, unsent == Unsent::Keep && !lost.is_empty()).await)?;
            }
            done(desk.leave(unsent).await).map(|()| JsValue::UNDEFINED)
        })
    }
}
