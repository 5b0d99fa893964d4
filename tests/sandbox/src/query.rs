//! Query parameters, found by name whatever its letter case. Unknown names are simply never asked for.

use chrono::{DateTime, Utc};

use crate::clock::parse_instant;

/// The parameters of one call, in the order they were sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

/// The page that a call asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// From 1.
    pub(crate) number: usize,
    /// 1 to 1000.
    pub(crate) limit: usize,
}

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        Query(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter()
    }

    /// The value under `name`; the last one sent wins.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The value under `name` in lower case; a blank one counts as not sent.
    pub(crate) fn lower(&self, name: &str) -> Option<String> {
        self.text(name).map(|value| value.trim().to_lowercase()).filter(|value| !value.is_empty())
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.lower(name)?.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.flag(name).unwrap_or(false)
    }

    pub(crate) fn instant(&self, name: &str) -> Option<DateTime<Utc>> {
        parse_instant(self.text(name)?)
    }

    /// `Page` from 1 (default 1), `Limit` from 1 to 1000 (default 100); what lies outside is brought inside.
    pub(crate) fn page(&self) -> Page {
        self.page_of(100)
    }

    /// As [`Query::page`], for an endpoint with another default `Limit`.
    pub(crate) fn page_of(&self, default_limit: usize) -> Page {
        let number = |name: &str, default: usize| self.text(name).and_then(|value| value.trim().parse().ok()).unwrap_or(default);
        Page { number: number("Page", 1).max(1), limit: number("Limit", default_limit).clamp(1, 1000) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_in_any_case_and_limits_are_kept() {
        let query = Query::parse("pAGE=3&LIMIT=5000&name=Oak%20Chair&IncludeDeprecated=True");
        assert_eq!(query.page(), Page { number: 3, limit: 1000 });
        assert_eq!(query.text("Name"), Some("Oak Chair"));
        assert!(query.is_set("includedeprecated"));
        assert_eq!(Query::parse("").page(), Page { number: 1, limit: 100 });
    }
}
