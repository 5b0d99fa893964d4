//! Problems that somebody has looked at and accepted.

#[cfg(test)]
use serde::{Deserialize, Serialize};

use crate::json::{self, Faults, FromJson, ToJson, Value, Writer};

/// Codes of problems that the rep has looked at and accepted as they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(test, derive(Serialize, Deserialize))]
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

impl ToJson for Accepted {
    fn write(&self, out: &mut Writer) {
        self.0.write(out);
    }

    fn is_left_out(&self) -> bool {
        self.is_empty()
    }
}

impl FromJson for Accepted {
    fn read(value: &Value, faults: &mut Faults) -> Self {
        if json::is_missing(value) { Self::default() } else { Self(FromJson::read(value, faults)) }
    }
}
