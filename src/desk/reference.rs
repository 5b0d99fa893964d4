//! Cin7's reference books.

pub mod books;
pub(crate) mod chart_of_accounts;
