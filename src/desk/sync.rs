//! What reads Cin7 by itself.

pub(crate) mod product_images;
pub(crate) mod purchases;
pub mod runner;
pub(crate) mod sale_details;
