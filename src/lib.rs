//! The quote desk: what a CRM's quote screen needs to price, check stock and order in Cin7 Core.
//!
//! # A desk's day
//!
//! A sales rep opens a quote, picks a customer and types a product. The desk answers from memory: the price for this
//! customer and why, the stock in every warehouse and how old that knowledge is. When the rep confirms, the quote becomes
//! exactly one sales order in Cin7 Core, at once or when the network is back. Meanwhile the desk reads, page by page and a
//! quarter of an hour apart, what has changed in Cin7.
//!
//! # Vocabulary
//!
//! - **Company**: a customer or supplier. **Product**: anything with a SKU, services included.
//! - **Price tier**: one of the ten prices that every product has; a customer is on one of them, or on none.
//! - **On hand, allocated, available**: what stands in a warehouse, what of it is promised, and the difference.
//! - **Quote**: lines, prices and a header, being written. **Order**: a confirmed quote on its way to Cin7, or there.
//! - **Sale**: what Cin7 calls the whole of an order, its fulfilments and invoices. Its `ExternalID` is the quote's link.
//!
//! # The picture
//!
//! ```text
//!  js -> desk -> quote, pricing, totals, stock        records <- cin7 <- transport <- proxy <- Cin7 Core
//!          |---> order -> outbox ------------------------------------------^
//!          |---> sync ----------------------------------------------------^
//!          `---> catalogue, store (IndexedDB)
//! ```
//!
//! Nouns never import edges; `ARCHITECTURE.md` has the rule and the reasons.
//!
//! # Example
//!
//! ```
//! use cin7_quote_desk::money::{Amount, Price, Quantity};
//!
//! // The price keeps its four decimals until the line is worked out: 0.675 × 4 is 2.70, not 2.72.
//! let price: Price = "0.675".parse()?;
//! let quantity: Quantity = "4".parse()?;
//! assert_eq!(Amount::rounded(price.decimal() * quantity.decimal()).to_string(), "2.70");
//! # Ok::<(), cin7_quote_desk::money::NumberError>(())
//! ```

pub mod account;
pub mod catalogue;
pub mod cin7;
pub mod desk;
pub mod error;
#[cfg(target_arch = "wasm32")]
pub mod js;
pub mod json;
pub mod money;
pub mod order;
pub mod outbox;
#[doc(hidden)]
pub mod planted;
pub mod pricing;
pub mod quote;
pub mod records;
pub mod settings;
pub mod stock;
pub mod store;
pub mod sync;
pub mod totals;
pub mod transport;

// Numbers, words and columns are held by their unit tests in the browser too, where `usize` has 32 bits and the search is
// another one.
#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
