//! Cin7 Core's shapes, and the end of them: bytes of its answers go in, the project's nouns come out.
//!
//! Cin7's documentation and its answers disagree with each other and with themselves; so each field is read leniently
//! (see `fields`) and converted explicitly. Three things can be wrong with an answer:
//!
//! - **A field** that nothing depends on cannot be read (a weight, a picture): the record is taken without it and the
//!   field is reported.
//! - **A record** cannot be taken over, because its identity or its money cannot be read: it is reported by list, record
//!   and field, and the next one is read. An unreadable price is never a price of zero, nor a reason to use another.
//! - **The page** is not an answer (HTML, an error object with status 200, no list): [`NotUnderstood`], and the run stops.
//!
//! Words of enumerations that this version does not know keep their spelling.

mod address;
mod answer;
mod company;
mod fields;
mod notes;
mod page;

pub mod availability;
pub mod customer;
pub mod payment;
pub mod product;
pub mod purchase;
pub mod reference;
pub mod requests;
pub mod sale;
pub mod supplier;

pub use self::answer::{NotUnderstood, refusal};
pub use self::page::{Identified, Page};

#[cfg(test)]
mod tests;
