//! The quote's canonical link: its name, and what the key of its order is made of.
//!
//! An address that names a quote in its path (`…/quote/10452`) is told by that path alone: what follows is how it is shown. In
//! every other address the query and the fragment belong to the name, as in `…/app.php?rec=7`. Earlier versions cut them off
//! everywhere, so that two quotes could share one link: [`shortened`] is that link.

use crate::error::{Error, Result};

/// Longest link that the CRM keeps, in characters.
const LONGEST: usize = 250;

/// Parameters that say where a reader came from, besides all that begin with `utm_`.
const TRACKING: [&str; 12] =
    ["gclid", "gclsrc", "dclid", "gbraid", "wbraid", "fbclid", "msclkid", "yclid", "twclid", "ttclid", "mc_cid", "mc_eid"];

/// A quote's link in its one form, with the quote's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanonicalLink {
    /// Such as `https://crm.prospect365.com/view/Quote/10452`.
    pub link: String,
    /// What people call it: `10452`.
    pub number: String,
}

/// Brings a quote's address into its one form, byte for byte the same however the quote was opened: scheme and host in
/// lower case, no login, no default port, no slash at the end; of the query and the fragment what tells the quote from others,
/// parameters by their names.
///
/// # Errors
/// `invalid-input` when the text is not a web address with a path, or comes to more than 250 characters.
pub fn canonical_link(text: &str) -> Result<CanonicalLink> {
    let wrong = |problem: &str| Err(Error::invalid("link", format!("“{}” {problem}", text.trim())));
    let text = text.trim();
    let (path_end, unfit) =
        (text.find(['?', '#']).unwrap_or(text.len()), |byte: u8| matches!(byte, b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'));
    // Browsers leave a few characters of a query as they are that no path has.
    if text.bytes().any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'"' | b'<' | b'>'))
        || text[..path_end].bytes().any(unfit)
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
    if odd || host.is_empty() || host.starts_with(':') {
        return wrong("names no host.");
    }
    let (path, query, fragment) = parts(tail);
    let path = path.trim_end_matches('/');
    let (query, fragment) = if names_quote(path) { Default::default() } else { (told_apart(&encoded(query)), encoded(fragment)) };
    let fragment = fragment.trim_end_matches('/');
    if path.split('/').any(|part| matches!(part, "." | "..")) || (path.is_empty() && query.is_empty() && fragment.is_empty()) {
        return wrong("does not lead to a quote.");
    }
    let mut link = format!("{scheme}://{host}{}", if path.is_empty() { "/" } else { path });
    for (mark, part) in [('?', query.as_str()), ('#', fragment)] {
        if !part.is_empty() {
            link.push(mark);
            link.push_str(part);
        }
    }
    if link.len() > LONGEST {
        return wrong(&format!("is too long: {} characters, {LONGEST} are kept.", link.len()));
    }
    Ok(CanonicalLink { link, number: number(path, &query, fragment) })
}

/// Path, query and fragment of what follows a host.
fn parts(tail: &str) -> (&str, &str, &str) {
    let (rest, fragment) = tail.split_once('#').unwrap_or((tail, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    (path, query, fragment)
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a path names one quote: `…/Quote/10452`, also with more behind it. A page such as `/quote/edit2.php` does not, nor
/// does the version of an address, `/quotes/v2/edit`.
fn names_quote(path: &str) -> bool {
    let mut before = "";
    path.split('/').any(|part| {
        let after_quote = before.eq_ignore_ascii_case("quote") || before.eq_ignore_ascii_case("quotes");
        before = part;
        let version = part.strip_prefix(['v', 'V']).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        after_quote && has_digit(part) && !part.contains('.') && !version
    })
}

/// The parameters that can tell a quote from others. Their order says nothing: they are put by their names.
fn told_apart(query: &str) -> String {
    let name = |part: &&str| part.split('=').next().unwrap_or_default().to_ascii_lowercase();
    let tracks = |part: &&str| name(part).starts_with("utm_") || TRACKING.contains(&name(part).as_str());
    let mut parts: Vec<&str> = query.split('&').filter(|part| !part.is_empty() && !tracks(part)).collect();
    parts.sort_by_key(|part| part.split('=').next().unwrap_or_default());
    parts.join("&")
}

/// A query or a fragment as it is whoever hands it over: browsers differ in what they encode.
fn encoded(part: &str) -> String {
    use std::fmt::Write;
    let (mut text, mut hex) = (String::new(), 0_u8);
    for letter in part.chars() {
        match letter {
            '\\' | '^' | '`' | '{' | '|' | '}' => drop(write!(text, "%{:02X}", u32::from(letter))),
            _ => text.push(if hex > 0 { letter.to_ascii_uppercase() } else { letter }),
        }
        hex = if letter == '%' { 2 } else { hex.saturating_sub(1) };
    }
    text
}

/// What people call the quote: the last part of the address that has a digit, else the last of all.
fn number(path: &str, query: &str, fragment: &str) -> String {
    let values = query.split('&').map(|part| part.split_once('=').map_or(part, |(_, value)| value));
    let ends = [path.rsplit('/').next().unwrap_or_default()].into_iter().chain(values);
    let named: Vec<&str> =
        ends.chain([fragment.rsplit(['/', '=']).next().unwrap_or_default()]).filter(|part| !part.is_empty()).collect();
    named.iter().rfind(|part| has_digit(part)).or(named.last()).map(|part| (*part).to_owned()).unwrap_or_default()
}

/// The link that earlier versions gave the quote with this canonical link, where it was another one.
pub fn shortened(link: &str) -> Option<&str> {
    let short = link[..link.find(['?', '#'])?].trim_end_matches('/');
    short.split_once("://").is_some_and(|(_, rest)| rest.contains('/')).then_some(short)
}

/// The key of a quote's `attempt`th order. The first one's is the link, later ones bear their number behind `#`; so does the
/// first where the link itself ends like that.
pub fn order_key(link: &str, attempt: u32) -> String {
    if attempt == 1 && link_of(link) == link { link.to_owned() } else { format!("{link}#{attempt}") }
}

/// The link of the quote whose order has this key.
pub fn link_of(key: &str) -> &str {
    let numbered = |(_, number): &(&str, &str)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    key.rsplit_once('#').filter(numbered).map_or(key, |(link, _)| link)
}

/// Whether a key's link is this one but for its letter case. Paths may be told apart by that: whether it is the same quote only
/// a person can tell.
pub fn is_alike(key: &str, link: &str) -> bool {
    link_of(key) != link && link_of(key).eq_ignore_ascii_case(link)
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
            "https://crm.prospect365.com/view/Quote/10452?utm_source=mail&v=2#lines/3",
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
    fn query_and_fragment_belong_to_the_link_where_the_path_does_not_name_the_quote() {
        for (opened, link, number) in [
            ("https://crm.test/app.php?rec=7", "https://crm.test/app.php?rec=7", "7"),
            ("https://crm.test/app.php/?&rec=8&", "https://crm.test/app.php?rec=8", "8"),
            ("https://crm.test/app.php?record=7&module=Quotes", "https://crm.test/app.php?module=Quotes&record=7", "7"),
            ("https://crm.test/?id=1", "https://crm.test/?id=1", "1"),
            ("https://crm.test?id=1", "https://crm.test/?id=1", "1"),
            ("https://crm.test/#/quote/7/", "https://crm.test/#/quote/7", "7"),
            ("https://crm.test/app/#rec=9", "https://crm.test/app#rec=9", "9"),
            ("https://crm.test/app?x=1#9", "https://crm.test/app?x=1#9", "9"),
            ("https://crm.test/quote/edit2.php?id=7", "https://crm.test/quote/edit2.php?id=7", "7"),
            ("https://crm.test/quotes/v2/edit?id=7", "https://crm.test/quotes/v2/edit?id=7", "7"),
            ("https://crm.test/quote/view?id=a", "https://crm.test/quote/view?id=a", "a"),
            (
                "https://crm.test/m.aspx?etn=quote&id={3f-a|b}",
                "https://crm.test/m.aspx?etn=quote&id=%7B3f-a%7Cb%7D",
                "%7B3f-a%7Cb%7D",
            ),
            ("https://crm.test/m.aspx?etn=quote&id=%7b3f%7d", "https://crm.test/m.aspx?etn=quote&id=%7B3f%7D", "%7B3f%7D"),
            ("https://crm.test/a?UTM_Source=x&gclid=1&rec=7&fbclid=2&mc_eid=3", "https://crm.test/a?rec=7", "7"),
            ("https://crm.test/a?utm_source=x", "https://crm.test/a", "a"),
        ] {
            let known = canonical_link(opened).unwrap();
            assert_eq!((known.link.as_str(), known.number.as_str()), (link, number), "{opened}");
        }
    }

    #[test]
    fn a_link_was_shorter_before_where_query_or_fragment_belong_to_it() {
        for (link, short) in [
            ("https://crm.test/app.php?rec=7", Some("https://crm.test/app.php")),
            ("https://crm.test/app#rec=9", Some("https://crm.test/app")),
            ("https://crm.test/?id=1", None),
            ("https://crm.test/#/quote/7", None),
            (CANONICAL, None),
        ] {
            assert_eq!(shortened(link), short, "{link}");
        }
    }

    #[test]
    fn a_key_names_one_link_and_one_attempt() {
        for (link, attempt, key) in [
            (CANONICAL, 1, CANONICAL),
            (CANONICAL, 2, "https://crm.prospect365.com/view/Quote/10452#2"),
            ("https://crm.test/app#/quote/7", 1, "https://crm.test/app#/quote/7"),
            ("https://crm.test/app#/quote/7", 3, "https://crm.test/app#/quote/7#3"),
            ("https://crm.test/app#7", 1, "https://crm.test/app#7#1"),
            ("https://crm.test/app", 7, "https://crm.test/app#7"),
            ("https://crm.test/app#a#7", 2, "https://crm.test/app#a#7#2"),
        ] {
            assert_eq!((order_key(link, attempt).as_str(), link_of(key)), (key, link));
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
            "https://crm.test/?utm_source=x#",
            "https://crm.test/a/../b",
            "https://crm.test/a b",
            "https://crm.test/{a}",
            "https://crm.test/a?b=\"c",
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
