//! Bugs that the simulation puts in, to see whether it finds them. Without the feature `planted` there are none, and nothing of
//! this is compiled into what is shipped.

#[cfg(feature = "planted")]
use std::cell::Cell;

#[cfg(feature = "planted")]
thread_local! {
    static BUG: Cell<&'static str> = const { Cell::new("") };
}

/// Puts this bug in for what this thread does from now on; none for an empty name.
#[cfg(feature = "planted")]
pub fn set(bug: &'static str) {
    BUG.set(bug);
}

/// Whether this bug was put in.
#[cfg(feature = "planted")]
pub(crate) fn has(bug: &str) -> bool {
    BUG.get() == bug
}

/// Whether this bug was put in: never.
#[cfg(not(feature = "planted"))]
#[inline]
pub(crate) const fn has(_bug: &str) -> bool {
    false
}

/// Panics if a test has put these words where a person's would be.
#[cfg(target_arch = "wasm32")]
pub(crate) fn panic_at(text: &str) {
    assert!(!cfg!(feature = "planted") || text != "a planted panic", "planted here");
}
