//! The quote's canonical link: its name, and the key of the one order it may ever become.

use crate::error::{Error, Result};

/// Longest link that the CRM keeps, in characters.
const LONGEST: usize = 250;

/// A quote's link in its one form, with the quote's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanonicalLink {
    /// Such as `https://crm.prospect365.com/view/Quote/10452`.
    pub link: String,
    /// The last part of its path: `10452`.
    pub number: String,
}

/// Brings a quote's address into its one form, byte for byte the same however the quote was opened: scheme and host in
/// lower case, no login, no default port, no query, no fragment, no slash at the end.
///
/// # Errors
/// `invalid-input` when the text is not a web address with a path, or comes to more than 250 characters.
pub fn canonical_link(text: &str) -> Result<CanonicalLink> {
    let wrong = |problem: &str| Err(Error::invalid("link", format!("“{}” {problem}", text.trim())));
    let text = text.trim();
    if text
        .bytes()
        .any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'))
    {
        return wrong("has characters that a web address cannot have. Copy it from the address bar.");
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return wrong("is not a web address: it does not begin with https://.");
    };
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return wrong("is not a web address: it does not begin with https://."),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_ascii_lowercase();
    let port = if host.ends_with(']') { None } else { host.rsplit_once(':') };
    let odd =
        |(name, port): (&str, &str)| (name.contains(':') && !name.ends_with(']')) || !port.bytes().all(|b| b.is_ascii_digit());
    let odd = port.is_some_and(odd);
    // An empty port is the default one too.
    let host = host.strip_suffix(default_port).or_else(|| host.strip_suffix(':')).unwrap_or(&host);
    let path = tail.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let number = path.rsplit('/').next().unwrap_or_default();
    if odd || host.is_empty() || host.starts_with(':') {
        return wrong("names no host.");
    }
    if number.is_empty() || path.split('/').any(|part| matches!(part, "." | "..")) {
        return wrong("does not lead to a quote.");
    }
    let link = format!("{scheme}://{host}{path}");
    if link.len() > LONGEST {
        return wrong(&format!("is too long: {} characters, {LONGEST} are kept.", link.len()));
    }
    Ok(CanonicalLink { number: number.to_owned(), link })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CANONICAL: &str = "https://crm.prospect365.com/view/Quote/10452";

    #[test]
    fn a_quote_has_one_link_however_it_was_opened() {
        for opened in [
            CANONICAL,
            "https://crm.prospect365.com/view/Quote/10452?tab=lines#x",
            "https://crm.prospect365.com/view/Quote/10452#x?y",
            "HTTPS://CRM.Prospect365.com:443/view/Quote/10452/",
            "https://crm.prospect365.com:/view/Quote/10452",
            " https://ann:secret@crm.prospect365.com/view/Quote/10452//?a=b@c ",
        ] {
            assert_eq!(
                canonical_link(opened).unwrap(),
                CanonicalLink { link: CANONICAL.into(), number: "10452".into() },
                "{opened}"
            );
        }
    }

    #[test]
    fn what_leads_to_no_quote_is_refused() {
        let long = format!("https://crm.test/{}", "9".repeat(LONGEST));
        for text in [
            "",
            "10452",
            "/view/Quote/10452",
            "javascript://crm.test/view",
            "https://",
            "https:///view/Quote/1",
            "https://crm.test",
            "https://crm.test/?id=1",
            "https://crm.test/a/../b",
            "https://crm.test/a b",
            "https://:443/a",
            "https://crm.test:443:443/a",
            "https://crm.test:8o/a",
            "https://crm.test/ä",
            long.as_str(),
        ] {
            let error = canonical_link(text).unwrap_err();
            assert_eq!(error.details[0].field, "link", "{text}");
        }
    }

    #[test]
    fn the_path_keeps_its_case_and_another_port_stays() {
        assert_eq!(canonical_link("http://LOCALHOST:8787/View/Quote/7").unwrap().link, "http://localhost:8787/View/Quote/7");
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_its_own(text in "https?://([a-z]{1,5}@)?[A-Za-z.]{1,9}(:[0-9]{1,4})?(/[A-Za-z0-9%~-]{0,6}){1,4}([?#].{0,6})?") {
            if let Ok(first) = canonical_link(&text) {
                prop_assert_eq!(canonical_link(&first.link).unwrap(), first);
            }
        }
    }
}
