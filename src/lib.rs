//! Quote desk.

pub mod catalogue;
pub mod cin7;
pub mod error;
pub mod money;
pub mod order;
pub mod pricing;
pub mod quote;
pub mod records;
pub mod settings;
pub mod stock;
pub mod store;
pub mod sync;
pub mod totals;
pub mod transport;
