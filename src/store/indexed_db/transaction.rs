//! One transaction: it completes as a whole, or leaves nothing.
//!
//! IndexedDB commits a transaction that is merely let go of. [`Transaction`] turns that round: dropped before
//! [`Transaction::complete`], by an error or by a cancelled future, it aborts.
//!
//! A transaction dies as soon as the browser finds no request pending in it, so nothing else may be awaited while one is
//! open: no timer, no fetch. All bytes are made ready before it begins.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction};

use super::failure::Failure;
use crate::store::{Durability, Table};

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase` with the third argument of `transaction`, which web-sys has only behind its unstable flag.
    type DurableDatabase;

    #[wasm_bindgen(method, catch)]
    fn transaction(
        this: &DurableDatabase,
        tables: &Array,
        mode: &str,
        options: &Object,
    ) -> std::result::Result<IdbTransaction, JsValue>;
}

/// Bytes on their way into a database.
///
/// A copy outside wasm: the browser would store a view together with the whole wasm memory behind it.
pub(super) fn outgoing(bytes: &[u8]) -> Uint8Array {
    Uint8Array::from(bytes)
}

/// Bytes that came out of a database. Something that this page cannot have written comes as no bytes at all: whoever reads
/// the record finds it spoiled, as it would after any other damage, and the records beside it are read all the same.
pub(super) fn incoming(value: &JsValue) -> Vec<u8> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).unwrap_or_default()
}

/// Every key that starts with `prefix`.
///
/// IndexedDB orders text by UTF-16 units and [`Store`](crate::store::Store) by UTF-8 bytes; keys are ASCII, where the
/// two agree, and every ASCII key that starts with the prefix lies below the prefix followed by U+FFFF.
pub(super) fn starting_with(prefix: &str) -> Result<IdbKeyRange, Failure> {
    Ok(IdbKeyRange::bound(&prefix.into(), &format!("{prefix}\u{ffff}").into())?)
}

/// A transaction that aborts when it is dropped before it is complete.
#[derive(Debug)]
pub(super) struct Transaction {
    inner: IdbTransaction,
    settled: bool,
}

impl Transaction {
    /// Begins to read.
    pub(super) fn reading(database: &IdbDatabase, table: Table) -> Result<Self, Failure> {
        Self::begin(database, &[table], "readonly", "default")
    }

    /// Begins to write.
    pub(super) fn writing(database: &IdbDatabase, tables: &[Table], durability: Durability) -> Result<Self, Failure> {
        // Asked for by name, either way: the default is relaxed in some browsers and strict in others.
        let durability = match durability {
            Durability::Relaxed => "relaxed",
            Durability::Strict => "strict",
        };
        Self::begin(database, tables, "readwrite", durability)
    }

    fn begin(database: &IdbDatabase, tables: &[Table], mode: &str, durability: &str) -> Result<Self, Failure> {
        let names: Array = tables.iter().map(|table| JsValue::from(table.name())).collect();
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &durability.into())?;
        let inner = database.unchecked_ref::<DurableDatabase>().transaction(&names, mode, &options)?;
        Ok(Self { inner, settled: false })
    }

    /// A table of this transaction.
    pub(super) fn table(&self, table: Table) -> Result<IdbObjectStore, Failure> {
        Ok(self.inner.object_store(table.name())?)
    }

    /// Lets a transaction that has only read end by itself.
    pub(super) fn end(mut self) {
        self.settled = true;
    }

    /// Waits until everything asked for is written as safely as it was asked to be.
    ///
    /// The success of a single write means nothing: lack of room may show only here, with no request at fault.
    pub(super) async fn complete(mut self) -> Result<(), Failure> {
        let finished = JsFuture::from(Promise::new(&mut |resolve, reject| {
            self.inner.set_oncomplete(Some(&resolve));
            self.inner.set_onabort(Some(&reject));
        }));
        // Nothing more follows; without this the browser first waits for the answers to be delivered.
        #[expect(deprecated, reason = "left out of IndexedDB 2.0, back in 3.0, and in every browser since 2021")]
        self.inner.commit()?;
        let outcome = finished.await;
        self.settled = true;
        match outcome {
            Ok(_) => Ok(()),
            Err(_) => Err(self.inner.error().map_or_else(
                || Failure::Lost(Failure::because("The browser gave up a write.").into_error()),
                |cause| Failure::of(&cause),
            )),
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.settled {
            // Fails only when the browser has aborted it already.
            let _ = self.inner.abort();
        }
    }
}

/// The answer to a request. The handlers are in place before this returns; awaiting may begin later.
pub(super) fn answer(request: IdbRequest) -> impl Future<Output = Result<JsValue, Failure>> {
    let settled = JsFuture::from(Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    }));
    async move {
        match settled.await {
            Ok(_) => Ok(request.result()?),
            Err(_) => Err(match request.error()? {
                Some(cause) => Failure::of(&cause),
                None => Failure::because("The browser's storage failed without a reason."),
            }),
        }
    }
}
