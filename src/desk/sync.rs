//! What reads Cin7 by itself.

pub(crate) mod other_tabs;
pub(crate) mod pace;
pub(crate) mod product_images;
pub(crate) mod purchases;
pub(crate) mod runner;
pub(crate) mod sale_details;
