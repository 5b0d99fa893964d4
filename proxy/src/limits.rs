//! The one budget of calls to Cin7, shared by everyone who uses the proxy.
//!
//! [`Budget`] is a pure state machine: it is told the time and decides. [`Gate`] is the asynchronous door in front of it, and a
//! [`tape::Tape`] lets the next process go on counting.

mod budget;
mod gate;
pub mod tape;

pub use budget::{Budget, Lane, MARGIN, PATIENCE, Ticket, Turn, Usage, WINDOW, Waiting};
pub use gate::{Gate, NoSlot, Slot};
