//! Fuzz targets: see `checks`, which `cargo test` runs on the inputs that were found.

pub mod checks;
#[path = "checks/proxy.rs"]
pub mod proxy;
