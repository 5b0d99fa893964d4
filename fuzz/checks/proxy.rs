//! What must hold of everything that the proxy reads from browsers and from Cin7, whatever the bytes.

use std::pin::pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use cin7_proxy::access::cost::without_cost;
use cin7_proxy::access::door::Door;
use cin7_proxy::access::rules::{Rules, Source};
use cin7_proxy::access::tokens::Tokens;
use cin7_proxy::access::{Access, User, inbound::Inbound};
use cin7_proxy::custody::Creation;
use cin7_proxy::errors::Error;
use cin7_proxy::routes::{self, ROUTES};
use cin7_proxy::upstream::{Verdict, judge};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::value::RawValue;

/// A target: its name and what it checks.
pub type Target = (&'static str, fn(&[u8]));

/// Every target of the proxy.
pub const TARGETS: [Target; 5] =
    [("routes", routes), ("cost", cost), ("verdicts", verdicts), ("callers", callers), ("creations", creations)];

/// What is let through is a call of the table, in the table's spelling, and nothing in it can end the path or the query.
pub fn routes(data: &[u8]) {
    const METHODS: [Method; 6] = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::HEAD, Method::OPTIONS];
    let Some((which, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let (path, query) = text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)));
    let method = &METHODS[usize::from(*which) % METHODS.len()];
    match routes::admit(method, path, query) {
        Ok(call) => {
            let row = ROUTES.iter().find(|row| row.method == *method && row.path == call.route.path).expect("a row of the table");
            assert!(row.path.eq_ignore_ascii_case(path));
            let (path, query) = call.target.split_once('?').map_or((call.target.as_str(), ""), |(path, query)| (path, query));
            assert_eq!(path, row.path);
            for pair in query.split('&').filter(|pair| !pair.is_empty()) {
                let (name, value) = pair.split_once('=').expect("a name and a value");
                assert!(row.queries.iter().any(|known| known.name == name), "{name}");
                assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)), "{value}");
            }
            let again = routes::admit(method, path, Some(query)).expect("what was let through is let through");
            assert_eq!(again.target, call.target);
            assert!(call.target.len() <= row.path.len() + row.queries.len() * (64 + 256 * 12));
        }
        Err(Error::NotAllowed) => {}
        Err(Error::BadRequest(problems)) => {
            assert!(!problems.is_empty() && problems.iter().all(|problem| problem.len() < 500), "{problems:?}");
        }
        Err(other) => panic!("{other}"),
    }
}

/// Whoever may not see what things cost gets the same document without it: nothing that tells it, everything else.
pub fn cost(data: &[u8]) {
    let Some((which, body)) = data.split_first() else { return };
    let path = ["product", "sale", "advanced-purchase", "purchaseList"][usize::from(*which) % 4];
    let rest = without_cost(path, Bytes::copy_from_slice(body));
    assert!(rest.len() <= body.len());
    let Ok(text) = std::str::from_utf8(body) else { return };
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return;
    }
    let rest = std::str::from_utf8(&rest).expect("text stays text");
    assert!(serde_json::from_str::<serde::de::IgnoredAny>(rest).is_ok(), "{text} became {rest}");
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let purchases = path.contains("urchase");
    if walk(text, purchases, 0, &mut before) && walk(rest, purchases, 0, &mut after) {
        assert_eq!(before, after, "{text} became {rest}");
    }
    assert!(!tells(rest, purchases, 0), "{text} became {rest}");
}

/// Written down anew, not taken from the proxy: it is what the proxy is held against.
fn is_hidden(name: &str, purchases: bool) -> bool {
    let name = name.to_ascii_lowercase();
    let of_purchases =
        ["price", "discount", "tax", "total", "totalbeforetax", "amount", "invoiceamount", "paidamount", "prepayments"];
    let others = ["stockonhand", "movements", "inventorymovements", "transactions", "manualjournals"];
    ((name.contains("cost") || name.contains("cogs")) && !name.ends_with("method") && !name.ends_with("account"))
        || others.contains(&name.as_str())
        || (purchases && of_purchases.contains(&name.as_str()))
}

/// The members of an object, names decoded; `None` when it is none or a name is half a symbol.
fn members(json: &str) -> Option<Vec<(String, &RawValue)>> {
    struct Members<'a>(Vec<(String, &'a RawValue)>);
    struct Each;
    impl<'de> serde::de::Visitor<'de> for Each {
        type Value = Members<'de>;
        fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("an object")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
            let mut all = Vec::new();
            while let Some(one) = map.next_entry()? {
                all.push(one);
            }
            Ok(Members(all))
        }
    }
    impl<'de> serde::Deserialize<'de> for Members<'de> {
        fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            from.deserialize_map(Each)
        }
    }
    serde_json::from_str::<Members<'_>>(json).ok().map(|members| members.0)
}

/// The document as a list of its parts without what is hidden; false when it cannot be walked.
fn walk(json: &str, purchases: bool, depth: usize, out: &mut Vec<String>) -> bool {
    let json = json.trim();
    if depth > 60 {
        return false;
    }
    match json.as_bytes().first() {
        Some(b'{') => {
            let Some(members) = members(json) else { return false };
            out.push("{".to_owned());
            let shown = members.into_iter().filter(|(name, _)| !is_hidden(name, purchases));
            let mut all = shown.map(|(name, value)| {
                out.push(name);
                walk(value.get(), purchases, depth + 1, out)
            });
            let walked = all.all(|one| one);
            out.push("}".to_owned());
            walked
        }
        Some(b'[') => {
            let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(json) else { return false };
            out.push("[".to_owned());
            let walked = list.into_iter().all(|one| walk(one.get(), purchases, depth + 1, out));
            out.push("]".to_owned());
            walked
        }
        _ => {
            out.push(json.to_owned());
            true
        }
    }
}

/// Whether a member that tells what something costs is still there.
fn tells(json: &str, purchases: bool, depth: usize) -> bool {
    let json = json.trim();
    if depth > 60 {
        return false;
    }
    match json.as_bytes().first() {
        Some(b'{') => members(json).is_some_and(|members| {
            members.iter().any(|(name, value)| is_hidden(name, purchases) || tells(value.get(), purchases, depth + 1))
        }),
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(json)
            .is_ok_and(|list| list.iter().any(|one| tells(one.get(), purchases, depth + 1))),
        _ => false,
    }
}

/// Of a read nothing is in doubt. Only a JSON document passes as good. Cin7's words are kept short.
pub fn verdicts(data: &[u8]) {
    const STATUSES: [u16; 14] = [200, 201, 204, 302, 400, 401, 403, 404, 405, 422, 429, 500, 503, 101];
    let [first, second, rest @ ..] = data else { return };
    let (write, status) = (first % 2 == 1, STATUSES[usize::from(*second) % STATUSES.len()]);
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let retry = std::str::from_utf8(&rest[..end]).ok();
    let body = &rest[end..];
    let said = match judge(write, status, retry, body) {
        Verdict::Good => {
            assert!((200..300).contains(&status));
            assert!(matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')), "a document is an object or a list");
            let text = std::str::from_utf8(body).expect("a document is text");
            assert!(serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok());
            return;
        }
        Verdict::CredentialsRefused => return assert!(matches!(status, 401 | 403)),
        Verdict::RateLimited(_, said) => {
            assert!(!said.ambiguous);
            said
        }
        Verdict::Refused(said) => said,
        Verdict::Failed(said) | Verdict::NotJson(said) => {
            assert_eq!(said.ambiguous, write, "what failed may have happened");
            said
        }
    };
    assert!(!said.ambiguous || write);
    assert!(
        said.messages.len() <= 20 && said.messages.iter().all(|text| text.chars().count() <= 1000 && !text.trim().is_empty())
    );
}

/// A key of the CRM's that tokens are signed with.
const SECRET: &str = "a shared key of more than 32 characters";
/// Good until the year 2100: a rep who may confirm, and a buyer who sees what things cost.
pub const TOKENS: [(&str, bool, bool); 2] =
    [(include_str!("token-confirm.txt"), false, true), (include_str!("token-cost.txt"), true, false)];

/// A call from a foreign page gets in by no combination of headers; nor does one without one of the CRM's own tokens, to the
/// letter, and nobody may do what the token does not say.
pub fn callers(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut headers = HeaderMap::new();
    for line in text.lines().take(20) {
        let Some((name, value)) = line.split_once(':') else { continue };
        let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value.trim())) else { continue };
        headers.append(name, value);
    }
    let access = access();
    let listed = "https://crm.example.com";
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let site = headers.get("sec-fetch-site").map(|site| site.to_str().unwrap_or_default());
    let let_in = access.door.admit(&headers).is_ok();
    if origin == Some(listed) {
        assert!(let_in);
    } else if let Some(site) = site {
        assert_eq!(let_in, matches!(site, "same-origin" | "none"));
    } else if let Some(origin) = origin {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        assert!(!let_in || (!host.is_empty() && origin.to_ascii_lowercase().ends_with(&host.to_ascii_lowercase())));
    }
    let local = Door { origins: Vec::new(), loopback_only: true };
    if local.admit(&headers).is_ok() {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let (name, port) = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).unwrap_or((host, ""));
        assert!(port.bytes().all(|byte| byte.is_ascii_digit()), "{host}");
        let number = name.parse::<std::net::Ipv4Addr>().is_ok_and(|name| name.is_loopback());
        let long = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        let long = long.parse::<std::net::IpAddr>().is_ok_and(|name| name.is_loopback());
        assert!(name.eq_ignore_ascii_case("localhost") || number || long, "{host}");
    }
    for write in [false, true] {
        let Ok(User { subject, may_see_cost, may_confirm }) = now(access.user(write, &headers)) else { continue };
        let given = |text: &str| headers.values().any(|value| value.to_str().is_ok_and(|value| value.contains(text)));
        let its = TOKENS.iter().find(|(token, cost, confirm)| given(token) && (*cost, *confirm) == (may_see_cost, may_confirm));
        assert!(its.is_some() && subject.is_some(), "let in by no token: {headers:?}");
        let by_cookie = !headers.contains_key(header::AUTHORIZATION);
        assert!(
            !(write && by_cookie) || site.is_some() || headers.contains_key(header::ORIGIN),
            "a write by cookie from nowhere"
        );
    }
}

fn access() -> &'static Access {
    static ACCESS: OnceLock<Access> = OnceLock::new();
    ACCESS.get_or_init(|| {
        let rules = Rules {
            source: Source::Shared(SECRET.into()),
            issuer: "https://crm.example.com".to_owned(),
            audience: "quote-desk".to_owned(),
            roles_claim: "roles".to_owned(),
            cost_role: "cost".to_owned(),
            confirm_role: "confirm".to_owned(),
        };
        Access {
            door: Door { origins: vec!["https://crm.example.com".to_owned()], loopback_only: false },
            inbound: Inbound::new(100, 100),
            tokens: Some(now(Tokens::start(rules)).expect("a shared key can be read")),
            cookie: Some("crm".to_owned()),
        }
    })
}

/// What is known without waiting; with a shared key there is nothing to wait for.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// What may be created can be found again, and only what bears the very key is found.
pub fn creations(data: &[u8]) {
    let Some((which, text)) = data.split_first() else { return };
    let path = ["sale", "sale/payment", "customer", "sale/order"][usize::from(*which) % 4];
    let (body, answer) = text.iter().position(|byte| *byte == 0).map_or((text, &b""[..]), |at| (&text[..at], &text[at + 1..]));
    let creation = match Creation::of(path, body) {
        Ok(Some(creation)) => creation,
        Ok(None) => return assert_eq!(path, "sale/order"),
        Err(Error::BadRequest(problems)) => return assert!(!problems.is_empty()),
        Err(other) => panic!("{other}"),
    };
    let (look, query) = creation.look_up();
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&query).finish();
    let call = routes::admit(&Method::GET, look, Some(&query));
    // A payment of something that is no task is refused before it is sent.
    assert!(call.is_ok() || path == "sale/payment", "{query}: {call:?}");
    let quoted = |text: &str| serde_json::to_string(text).expect("text");
    let own = match &creation {
        Creation::Sale { external_id } => {
            format!("{{\"SaleList\":[{{\"SaleID\":\"1\",\"ExternalID\":{}}}]}}", quoted(external_id))
        }
        Creation::Payment { task, reference } => {
            format!("[{{\"ID\":\"1\",\"TaskID\":{},\"Reference\":{}}}]", quoted(task), quoted(reference))
        }
        Creation::Customer { name } => format!("{{\"CustomerList\":[{{\"ID\":\"1\",\"Name\":{}}}]}}", quoted(name)),
    };
    assert_eq!(creation.found(own.as_bytes()).map(|found| found.len()), Some(1), "{own}");
    for found in creation.found(answer).unwrap_or_default() {
        assert!(found.record.len() <= answer.len());
        let Ok(row) = serde_json::from_slice::<serde_json::Value>(&found.record) else { continue };
        let bears =
            |name: &str, wanted: &str| row[name].as_str().is_some_and(|its| its.trim().eq_ignore_ascii_case(wanted.trim()));
        assert!(
            match &creation {
                Creation::Sale { external_id } => row["ExternalID"].as_str() == Some(external_id),
                Creation::Payment { task, reference } => bears("TaskID", task) && bears("Reference", reference),
                Creation::Customer { name } => bears("Name", name),
            },
            "{row}"
        );
    }
}
