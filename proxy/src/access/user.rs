//! Who calls, and what they may.

/// A caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The token's subject; `None` without authentication.
    pub subject: Option<String>,
    /// Whether what things cost may be seen.
    pub may_see_cost: bool,
    /// Whether anything may be written to Cin7.
    pub may_confirm: bool,
}

impl User {
    /// Whoever reaches a proxy without authentication.
    pub const ANYONE: Self = Self { subject: None, may_see_cost: true, may_confirm: true };
}
