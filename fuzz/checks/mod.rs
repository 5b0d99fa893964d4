//! What must hold of every decoder of the library, whatever the bytes. One function for each fuzz target; the inputs that
//! fuzzing found are run through the same functions by `cargo test`.

pub mod corpus;
pub mod quotes;
pub mod stored;
pub mod text;

use cin7_quote_desk::json;
use cin7_quote_desk::quote::QuoteBundle;

/// A target: its name and what it checks.
pub type Target = (&'static str, fn(&[u8]));

/// Every target of the library.
pub const TARGETS: [Target; 10] = [
    ("json", text::json),
    ("words", text::words),
    ("markup", text::markup),
    ("forms", text::forms),
    ("answers", text::answers),
    ("cin7", stored::cin7),
    ("rows", stored::rows),
    ("records", stored::records),
    ("segments", stored::segments),
    ("quotes", quotes::edits),
];

/// The quote of the fixture world with everything that it is worked out against.
pub fn bundle() -> &'static QuoteBundle {
    static BUNDLE: std::sync::OnceLock<QuoteBundle> = std::sync::OnceLock::new();
    BUNDLE.get_or_init(|| json::from_str(include_str!("bundle.json")).expect("bundle.json has every field that a bundle has"))
}
