//! The store in memory keeps what every store promises.

use cin7_quote_desk::store::Table;
use cin7_quote_desk::store::memory::MemoryStore;
use futures::executor::block_on;

use crate::contract;

macro_rules! on_memory {
    ($($rule:ident),* $(,)?) => {
        $(#[test]
        fn $rule() {
            for tables in [[Table::Segments, Table::Manifests], [Table::Quotes, Table::Orders], [Table::Own, Table::Orders]] {
                let one = MemoryStore::default();
                block_on(contract::$rule(&one, &one.clone(), tables));
            }
        })*
    };
}
contract::for_each_rule!(on_memory);
