//! What concerns the device: whose data it keeps, what it hands over, how it is wiped.

pub mod change_feed;
pub mod cin7_account;
pub mod export;
pub mod sign_out;
