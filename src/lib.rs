//! Quote desk.

pub mod catalogue;
pub mod cin7;
pub mod error;
pub mod money;
pub mod records;
pub mod settings;
pub mod store;
pub mod sync;
pub mod transport;
