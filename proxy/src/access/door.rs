//! From which page a call comes. Browsers say so by `sec-fetch-site` and `origin`; no script of a page can change either.
//!
//! Only pages of the proxy's own origin and of the origins on the list may call, reads included: also a read that the
//! foreign page cannot look at uses up Cin7's budget. Whoever sends neither header is no browser that runs foreign scripts,
//! and has to be let in by its token.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::errors::Error;
use crate::loopback;

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The rule.
#[derive(Debug, Clone, Default)]
pub struct Door {
    /// Origins of other pages that may call, exactly as browsers write them.
    pub origins: Vec<String>,
    /// Only calls to a name of this machine are answered: without authentication, on loopback, a foreign page could else give
    /// this machine's address a name of its own and so become the same origin.
    pub loopback_only: bool,
}

impl Door {
    /// Lets a call in or not.
    ///
    /// # Errors
    /// `foreign_origin`.
    pub fn admit(&self, headers: &HeaderMap) -> Result<(), Error> {
        let refused = |why: String| Err(Error::ForeignOrigin(why));
        let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or_default());
        let host = text(header::HOST).unwrap_or_default();
        if self.loopback_only && !loopback::is_name(name_of(host)) {
            return refused(format!(
                "Without authentication the proxy answers to localhost and 127.0.0.1 only, not to `{}`.",
                shown(host)
            ));
        }
        let origin = text(header::ORIGIN);
        if origin.is_some_and(|origin| self.origins.iter().any(|listed| listed == origin)) {
            return Ok(());
        }
        let own = match (text(SITE), origin) {
            (Some(site), _) => matches!(site, "same-origin" | "none"),
            // An old browser, or a plain-HTTP address to which browsers do not say it.
            (None, Some(origin)) => {
                origin.split_once("://").is_some_and(|(_, authority)| !host.is_empty() && authority.eq_ignore_ascii_case(host))
            }
            (None, None) => true,
        };
        if own {
            return Ok(());
        }
        let page = origin.map_or_else(|| "another site".to_owned(), |origin| format!("`{}`", shown(origin)));
        refused(format!("The page that calls is of {page}; add its exact origin to ALLOWED_ORIGINS if it may."))
    }
}

/// Whether the caller says from which page it comes.
pub fn says_its_page(headers: &HeaderMap) -> bool {
    headers.contains_key(SITE) || headers.contains_key(header::ORIGIN)
}

/// A host without its port; empty when it is not formed as a host is.
fn name_of(host: &str) -> &str {
    let (name, rest) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some(parts) => parts,
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let port = rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    if rest.is_empty() || port { name } else { "" }
}

fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn let_in(door: &Door, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        door.admit(&headers.collect()).is_ok()
    }

    #[test]
    fn only_our_own_page_and_listed_ones_may_call() {
        let door = Door { origins: vec!["https://crm.example.com".to_owned()], loopback_only: false };
        let host = ("host", "quotes.example.com");
        for good in [
            &[host][..],
            &[host, ("sec-fetch-site", "same-origin")],
            &[host, ("sec-fetch-site", "none")],
            &[host, ("sec-fetch-site", "cross-site"), ("origin", "https://crm.example.com")],
            &[host, ("sec-fetch-site", "same-site"), ("origin", "https://crm.example.com")],
            &[host, ("origin", "https://quotes.example.com")],
        ] {
            assert!(let_in(&door, good), "{good:?}");
        }
        for bad in [
            &[host, ("sec-fetch-site", "cross-site")][..],
            &[host, ("sec-fetch-site", "same-site")],
            &[host, ("sec-fetch-site", "cross-site"), ("origin", "https://quotes.example.com")],
            &[host, ("sec-fetch-site", "anything")],
            &[host, ("origin", "null")],
            &[host, ("origin", "https://evil.example.com")],
            &[host, ("origin", "http://crm.example.com")],
            &[host, ("origin", "https://crm.example.com:8443")],
            &[host, ("origin", "https://crm.example.com.evil.com")],
            &[host, ("origin", "https://quotes.example.com.evil.com")],
            &[("origin", "https://")],
        ] {
            assert!(!let_in(&door, bad), "{bad:?}");
        }
    }

    #[test]
    fn a_foreign_name_for_this_machine_is_not_answered() {
        let door = Door { origins: Vec::new(), loopback_only: true };
        for name in ["localhost", "localhost:8787", "127.0.0.1:8787", "127.9.9.9", "[::1]:8787"] {
            assert!(let_in(&door, &[("host", name), ("sec-fetch-site", "same-origin")]), "{name}");
        }
        for name in [
            "evil.example.com:8787",
            "localhost.evil.example.com",
            "127.0.0.1.evil.example.com",
            "192.0.2.7",
            "[::1].evil.example.com",
            "localhost:80.evil.example.com",
            "",
        ] {
            assert!(!let_in(&door, &[("host", name), ("sec-fetch-site", "same-origin")]), "{name}");
        }
    }
}
