//! Company pages, as `worker.ts` calls them.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::{Engine, promise};
use crate::js::convert::answer;

#[wasm_bindgen]
impl Engine {
    /// `CompanyList`; `ask` is JSON.
    #[wasm_bindgen(js_name = searchCompanies)]
    pub fn search_companies(&self, text: &str, ask: &str) -> Result<JsValue, JsValue> {
        answer(self.desk.search_companies(text, ask))
    }

    /// `CompanyView`.
    pub fn company(&self, id: &str) -> Result<JsValue, JsValue> {
        answer(self.desk.company_view(id))
    }

    /// Changes the CRM's own fields; `edit` is JSON: `CompanyView`.
    #[wasm_bindgen(js_name = editCompany)]
    pub fn edit_company(&self, id: String, edit: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.edit_company(&id, &edit).await) })
    }

    /// Takes Cin7's word for a field: `CompanyView`.
    #[wasm_bindgen(js_name = acceptCompany)]
    pub fn accept_company(&self, id: String, field: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.accept_company(&id, &field).await) })
    }
}
