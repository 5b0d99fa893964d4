//! Everything that is proven natively and across modules.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

#[path = "../contract/store.rs"]
mod contract;
mod corpus;
mod desk_accounts;
mod desk_by_hand;
mod desk_companies;
mod desk_crashes;
mod desk_custody;
mod desk_days;
mod desk_feed;
mod desk_histories;
mod desk_leaving;
mod desk_links;
mod desk_matrix;
mod desk_mending;
mod desk_opening;
mod desk_orders;
mod desk_purchases;
mod desk_quotes;
mod desk_races;
mod desk_sales;
mod desk_storage;
mod desk_sync;
mod desk_tabs;
mod imports;
mod memory_store;
mod world;
