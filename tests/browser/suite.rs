//! Everything that needs a browser; `page.rs` runs it in a page, `worker.rs` in a dedicated worker.

#[path = "../contract/store.rs"]
mod contract;
mod faults;
mod fetch;
mod indexed_db;
mod indexed_db_contract;
mod indexed_db_pace;
