//! Company pages, as `worker.ts` calls them.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::{Engine, promise};
use crate::js::convert::{answer, done, whole_answer};

#[wasm_bindgen]
impl Engine {
    /// `CompanyList`; `ask` is JSON.
    #[wasm_bindgen(js_name = searchCompanies)]
    pub fn search_companies(&self, text: &str, ask: &str) -> Result<JsValue, JsValue> {
        whole_answer(self.desk.search_companies(text, ask))
    }

    /// `CompanyView`.
    pub fn company(&self, id: &str) -> Result<JsValue, JsValue> {
        answer(self.desk.company_view(id))
    }

    /// `MatrixCell[]`.
    pub fn matrix(&self, id: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.matrix(&id).await) })
    }

    /// Changes the CRM's own fields; `edit` is JSON: `CompanyView`.
    #[wasm_bindgen(js_name = editCompany)]
    pub fn edit_company(&self, id: String, edit: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.edit_company(&id, &edit).await) })
    }

    /// Takes the form of a new customer, as JSON: `AccountView`.
    #[wasm_bindgen(js_name = createAccount)]
    pub fn create_account(&self, form: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.create_account(&form).await) })
    }

    /// `AccountView[]`.
    pub fn accounts(&self) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { whole_answer(desk.accounts().await) })
    }

    /// Tries an account again: `AccountView`.
    #[wasm_bindgen(js_name = retryAccount)]
    pub fn retry_account(&self, key: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.retry_account(&key).await) })
    }

    /// Says that a found customer is the one: `AccountView`.
    #[wasm_bindgen(js_name = useFoundCustomer)]
    pub fn use_found_customer(&self, key: String, id: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.use_found_customer(&key, &id).await) })
    }

    /// Forgets an account that is not made.
    #[wasm_bindgen(js_name = forgetAccount)]
    pub fn forget_account(&self, key: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { done(desk.forget_account(&key).await).map(|()| JsValue::UNDEFINED) })
    }

    /// Takes Cin7's word for a field: `CompanyView`.
    #[wasm_bindgen(js_name = acceptCompany)]
    pub fn accept_company(&self, id: String, field: String) -> Promise {
        let desk = Rc::clone(&self.desk);
        promise(async move { answer(desk.accept_company(&id, &field).await) })
    }
}
