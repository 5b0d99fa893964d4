//! Quote desk.

pub mod catalogue;
pub mod error;
pub mod money;
pub mod records;
pub mod settings;
pub mod store;
pub mod transport;
