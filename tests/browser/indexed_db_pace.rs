//! How fast the store is, printed for a person to read; the bars are the benchmark's.
#![expect(clippy::float_arithmetic, reason = "milliseconds by the browser's clock")]

use cin7_quote_desk::store::indexed_db::{IndexedDbStore, Kind, delete_database};
use cin7_quote_desk::store::{Batch, Store, Table};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::contract::bytes;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the page began.
    #[expect(clippy::disallowed_types, reason = "the browser's clock")]
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

const SEGMENTS: usize = 100;
const SEGMENT_BYTES: usize = 200_000;
const ORDERS: u8 = 50;

#[wasm_bindgen_test]
async fn a_catalogue_and_orders_are_written_and_read() {
    for kind in [Kind::Cache, Kind::Vault] {
        delete_database("pace", kind).await.unwrap();
    }
    let cache = IndexedDbStore::open("pace", Kind::Cache).await.unwrap();
    let batch = (0..SEGMENTS)
        .fold(Batch::relaxed(), |batch, n| batch.put(Table::Segments, format!("products/{n:05}"), bytes(n, SEGMENT_BYTES)));
    let written = batch.puts.clone();
    let start = now();
    cache.commit(batch).await.unwrap();
    console_log!("measured: {SEGMENTS} segments of {SEGMENT_BYTES} bytes written, relaxed: {:.1} ms", now() - start);

    let start = now();
    let read = cache.list(Table::Segments, "products/").await.unwrap();
    console_log!("measured: {SEGMENTS} segments read back: {:.1} ms", now() - start);
    assert!(read.len() == SEGMENTS && read.iter().zip(&written).all(|(found, put)| (&found.0, &found.1) == (&put.1, &put.2)));

    drop(cache);
    let start = now();
    let cache = IndexedDbStore::open("pace", Kind::Cache).await.unwrap();
    let read = cache.list(Table::Segments, "products/").await.unwrap();
    console_log!("measured: opened again and read: {:.1} ms", now() - start);
    assert_eq!(read.len(), SEGMENTS);

    let vault = IndexedDbStore::open("pace", Kind::Vault).await.unwrap();
    let mut times = Vec::new();
    for n in 0..ORDERS {
        let key = format!("order/{n}");
        let batch = Batch::strict().expect(Table::Orders, key.clone(), None).put(Table::Orders, key, bytes(n.into(), 3_000));
        let start = now();
        vault.commit(batch).await.unwrap();
        times.push(now() - start);
    }
    #[expect(clippy::disallowed_types, reason = "milliseconds by the browser's clock")]
    times.sort_by(f64::total_cmp);
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    console_log!("measured: one order of 3000 bytes, strict, with its condition: median {median:.1} ms, worst {worst:.1} ms");
    assert_eq!(vault.keys(Table::Orders, "order/").await.unwrap().len(), usize::from(ORDERS));
}
