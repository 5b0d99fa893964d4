//! Quote desk.
