//! Faults that a test arms: the next matching calls go wrong in a stated way.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::query::Query;

/// An armed fault, as posted to `/sandbox/fault`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    #[serde(skip)]
    id: u64,
    method: Option<String>,
    path: String,
    #[serde(default)]
    query: BTreeMap<String, String>,
    #[serde(default = "once")]
    times: u32,
    #[serde(default)]
    skip: u32,
    pub(crate) kind: FaultKind,
    /// Whether the call takes effect before it goes wrong; each kind has its own default.
    processed: Option<bool>,
    pub(crate) status: Option<u16>,
    pub(crate) body: Option<serde_json::Value>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) ms: u64,
    pub(crate) text: Option<String>,
    pub(crate) variant: Option<crate::switches::RateLimitVariant>,
    pub(crate) retry_after: Option<serde_json::Value>,
}

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    Status,
    Delay,
    DropBefore,
    DropAfter,
    Html,
    Truncated,
    Error200,
    RateLimit,
    Endless,
    Empty,
}

/// The armed faults, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Fault>,
    last_id: u64,
}

fn once() -> u32 {
    1
}

impl FaultKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            FaultKind::Status => "status",
            FaultKind::Delay => "delay",
            FaultKind::DropBefore => "drop_before",
            FaultKind::DropAfter => "drop_after",
            FaultKind::Html => "html",
            FaultKind::Truncated => "truncated",
            FaultKind::Error200 => "error200",
            FaultKind::RateLimit => "rate_limit",
            FaultKind::Endless => "endless",
            FaultKind::Empty => "empty",
        }
    }
}

impl Fault {
    /// Whether the call takes effect.
    pub(crate) fn is_processed(&self) -> bool {
        match self.kind {
            FaultKind::DropAfter => true,
            FaultKind::DropBefore => false,
            FaultKind::Delay | FaultKind::Truncated => self.processed.unwrap_or(true),
            _ => self.processed.unwrap_or(false),
        }
    }

    fn matches(&self, method: &str, path: &str, query: &Query) -> bool {
        self.method.as_ref().is_none_or(|own| own.eq_ignore_ascii_case(method))
            && self.path.trim_matches('/').eq_ignore_ascii_case(path.trim_matches('/'))
            && self.query.iter().all(|(name, value)| query.text(name) == Some(value))
    }
}

impl Faults {
    pub(crate) fn arm(&mut self, mut fault: Fault) -> u64 {
        self.last_id += 1;
        fault.id = self.last_id;
        self.armed.push(fault);
        self.last_id
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    /// The fault that hits this call, counted down; the first armed one that is due wins.
    pub(crate) fn hit(&mut self, method: &str, path: &str, query: &Query) -> Option<Fault> {
        for fault in &mut self.armed {
            if fault.times == 0 || !fault.matches(method, path, query) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.times -= 1;
            return Some(fault.clone());
        }
        None
    }
}
