//! The store in IndexedDB keeps what every store promises.

use cin7_quote_desk::store::Table;
use cin7_quote_desk::store::indexed_db::{IndexedDbStore, Kind, delete_database};
use wasm_bindgen_test::wasm_bindgen_test;

use super::contract;
use super::faults::end_leftover;

macro_rules! on_indexed_db {
    ($($rule:ident),* $(,)?) => {
        $(#[wasm_bindgen_test]
        async fn $rule() {
            end_leftover();
            let name = concat!("contract-", stringify!($rule));
            for (kind, tables) in [(Kind::Cache, [Table::Segments, Table::Manifests]), (Kind::Vault, [Table::Quotes,
                Table::Orders]), (Kind::Vault, [Table::Own, Table::Orders])] {
                delete_database(name, kind).await.unwrap();
                let one = IndexedDbStore::open(name, kind).await.unwrap();
                let two = IndexedDbStore::open(name, kind).await.unwrap();
                contract::$rule(&one, &two, tables).await;
                drop((one, two));
                delete_database(name, kind).await.unwrap();
            }
        })*
    };
}
contract::for_each_rule!(on_indexed_db);
