//! Problems that somebody has looked at and accepted.

use serde::{Deserialize, Serialize};

/// Codes of problems that the rep has looked at and accepted as they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Accepted(Vec<String>);

impl Accepted {
    /// Whether the code is among them.
    pub fn contains(&self, code: &str) -> bool {
        self.0.iter().any(|own| own == code)
    }

    /// Adds a code.
    pub fn insert(&mut self, code: String) {
        if !self.contains(&code) {
            self.0.push(code);
        }
    }

    /// Takes a code back.
    pub fn remove(&mut self, code: &str) {
        self.0.retain(|own| own != code);
    }

    /// Takes over what another version of it has accepted or taken back since `base`.
    pub(super) fn take(&mut self, base: &Self, theirs: &Self) {
        self.0.retain(|code| theirs.contains(code) || !base.contains(code));
        for code in theirs.0.iter().filter(|code| !base.contains(code)) {
            self.insert(code.clone());
        }
    }

    /// Whether nothing was accepted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
