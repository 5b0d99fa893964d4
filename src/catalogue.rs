//! The catalogue in memory, and its stored form: products, companies and stock as columns in segments.
//!
//! A segment of some thousand records is one binary value, in the store as in memory: opening it checks it and keeps the
//! bytes; nothing is parsed, and a record is built only when one is asked for. A list is a base plus deltas, oldest first;
//! the newest row of an id is the record, until a compaction writes a new base. [`manifest`] names the keys; reading and
//! writing them is the caller's.
//!
//! - [`products`]: look-up by id and SKU, price tiers by row, type-ahead search.
//! - [`companies`]: the same for customers and suppliers, with the merge rule of the records applied on arrival.
//! - [`documents`]: sales and the like, newest first, by owner and words.
//! - [`stock`]: summed per product and location, replaced as a whole by each full read.
//! - [`feed`]: which records changed, for whoever keeps a copy.
//! - [`manifest`]: which segments make up a list.
//! - [`segment`]: the stored form, and what makes it [`Corrupt`].

pub mod companies;
pub mod documents;
pub mod feed;
mod fold;
pub mod manifest;
pub mod products;
mod search;
pub mod segment;
pub mod stock;
#[cfg(test)]
mod timings;
mod versions;
mod words;

pub use companies::{Companies, CompanyHit, Taken};
pub use documents::{Document, DocumentAsk, Documents};
pub use feed::{Feed, FeedKey, Subject};
pub use manifest::{Manifest, Swap};
pub use products::{ProductHit, ProductRow, Products, SearchAsk, SkuMatch};
pub use search::{Fit, Mark, Rank};
pub use segment::Corrupt;
pub use stock::{Stock, StockBuilder};

/// Most records that one segment holds. Larger segments repeat fewer words; smaller ones are rewritten sooner.
pub const SEGMENT_ROWS: usize = 4096;
