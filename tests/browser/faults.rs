//! Faults of a browser's storage, provoked on purpose: each replaces one method until it is dropped.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Ends the fault of a test that failed: a panic runs no destructors here, and would take the tests after it along.
pub(crate) fn end_leftover() {
    Function::new_no_args("globalThis.endFault?.();").call0(&JsValue::NULL).unwrap();
}

/// A method that misbehaves while this lives.
pub(crate) struct Fault {
    handle: JsValue,
}

impl Fault {
    /// `body` is JavaScript that sees `self` (the object), `given` (the arguments), `real` (the real method, to be
    /// applied), `call` (1 for the first call since the fault began) and `notes` (an array read back by [`Fault::notes`]).
    fn of(owner: &str, method: &str, body: &str) -> Self {
        let script = format!(
            "const owner = {owner}, real = owner.{method}, notes = []; let calls = 0;
             owner.{method} = function (...given) {{
               const self = this, call = ++calls;
               {body}
             }};
             const restore = () => {{ owner.{method} = real; globalThis.endFault = undefined; }};
             globalThis.endFault = restore;
             return {{ calls: () => String(calls), notes, restore }};"
        );
        end_leftover();
        Self { handle: Function::new_no_args(&script).call0(&JsValue::NULL).unwrap() }
    }

    /// The next `times` transactions find their connection closed.
    pub(crate) fn connection_closed(times: u32) -> Self {
        let body = format!("if (call <= {times}) self.close(); return real.apply(self, given);");
        Self::of("IDBDatabase.prototype", "transaction", &body)
    }

    /// Every transaction finds that the browser lost its storage process, in the words of Safari.
    pub(crate) fn server_lost() -> Self {
        Self::of(
            "IDBDatabase.prototype",
            "transaction",
            "throw new DOMException('Connection to Indexed Database server lost. Refresh the page to try again', \
             'UnknownError');",
        )
    }

    /// Notes the durability of every transaction that the browser begins.
    pub(crate) fn note_durability() -> Self {
        Self::of(
            "IDBDatabase.prototype",
            "transaction",
            "const begun = real.apply(self, given); notes.push(`${begun.mode} ${begun.durability}`); return begun;",
        )
    }

    /// The `nth` write finds no room.
    pub(crate) fn no_room_for_put(nth: u32) -> Self {
        let body = format!(
            "if (call === {nth}) throw new DOMException('no room', 'QuotaExceededError'); return real.apply(self, given);"
        );
        Self::of("IDBObjectStore.prototype", "put", &body)
    }

    /// The first `times` transactions are aborted by the browser as they are to be committed, for want of room when
    /// `cause` says so.
    pub(crate) fn aborted_at_commit(times: u32, cause: Option<&str>) -> Self {
        let error = cause.map_or_else(|| "null".to_owned(), |cause| format!("new DOMException('fault', '{cause}')"));
        let body = format!(
            "if (call > {times}) return real.apply(self, given);
             Object.defineProperty(self, 'error', {{ get: () => {error} }});
             self.abort();"
        );
        Self::of("IDBTransaction.prototype", "commit", &body)
    }

    /// The browser does not let this window open a database.
    pub(crate) fn opening_refused() -> Self {
        Self::of("IDBFactory.prototype", "open", "throw new DOMException('The operation is insecure.', 'SecurityError');")
    }

    /// Opening fails with an error that says nothing about permission.
    pub(crate) fn opening_fails() -> Self {
        Self::of(
            "IDBFactory.prototype",
            "open",
            "throw new DOMException('Internal error opening backing store', 'UnknownError');",
        )
    }

    /// How often the method was called since the fault began.
    pub(crate) fn calls(&self) -> u32 {
        let calls = self.function("calls").call0(&JsValue::NULL).unwrap();
        calls.as_string().unwrap().parse().unwrap()
    }

    /// What the fault noted down.
    pub(crate) fn notes(&self) -> Vec<String> {
        let notes = Reflect::get(&self.handle, &"notes".into()).unwrap();
        Array::from(&notes).iter().map(|note| note.as_string().unwrap()).collect()
    }

    fn function(&self, name: &str) -> Function {
        Reflect::get(&self.handle, &name.into()).unwrap().unchecked_into()
    }
}

impl Drop for Fault {
    fn drop(&mut self) {
        self.function("restore").call0(&JsValue::NULL).unwrap();
    }
}
