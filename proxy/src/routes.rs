//! The calls the proxy forwards: one table of method, path and query names. What is not in it does not exist.
//!
//! Cin7 ignores query names it does not know and then answers with **unfiltered** data, and treats an empty
//! filter as none. So an unknown name, an unfit value and a name given twice are refused here instead of
//! being passed on, and what is passed on is the table's own spelling with a freshly encoded value: neither
//! the path nor the host of a call to Cin7 is ever made of the browser's text.

use std::borrow::Cow;
use std::fmt::Write as _;

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::fmt::Hyphenated;

use crate::errors::Error;

/// What the value of a query name must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page number from 1.
    Page,
    /// Records per page, 1 to 1000.
    Limit,
    /// 32 hexadecimal digits with hyphens.
    Guid,
    /// A date, or a date and time in UTC as Cin7 documents it: `2026-11-23T08:15:00.000`, `Z` or no `Z`.
    Instant,
    /// `true` or `false`.
    Bool,
    /// Up to 256 characters, at least one of them not blank, no control characters.
    Text,
}

/// A query name of a route.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// The name in Cin7's documented spelling.
    pub name: &'static str,
    /// What its value must look like.
    pub kind: Kind,
    /// The call makes no sense without it.
    pub required: bool,
}

/// One forwarded call.
#[derive(Debug)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: Method,
    /// The path behind the base address, in Cin7's documented spelling.
    pub path: &'static str,
    /// The query names it may carry.
    pub queries: &'static [Query],
}

const fn optional(name: &'static str, kind: Kind) -> Query {
    Query { name, kind, required: false }
}

const fn required(name: &'static str, kind: Kind) -> Query {
    Query { name, kind, required: true }
}

const PAGE: Query = optional("Page", Kind::Page);
const LIMIT: Query = optional("Limit", Kind::Limit);
const ID: Query = optional("ID", Kind::Guid);
const NAME: Query = optional("Name", Kind::Text);
const MODIFIED_SINCE: Query = optional("ModifiedSince", Kind::Instant);
const INCLUDE_DEPRECATED: Query = optional("IncludeDeprecated", Kind::Bool);
const COMBINE_CHARGES: Query = optional("CombineAdditionalCharges", Kind::Bool);
const SALE_ID: Query = required("SaleID", Kind::Guid);

/// The table.
pub static ROUTES: &[Route] = &[
    get("me", &[]),
    get(
        "me/contacts",
        &[
            PAGE,
            LIMIT,
            ID,
            NAME,
            optional("Type", Kind::Text),
            optional("DefaultForType", Kind::Bool),
            optional("Email", Kind::Text),
        ],
    ),
    get("ref/priceTier", &[]),
    get(
        "ref/tax",
        &[
            PAGE,
            LIMIT,
            ID,
            NAME,
            optional("IsActive", Kind::Bool),
            optional("IsTaxForSale", Kind::Bool),
            optional("IsTaxForPurchase", Kind::Bool),
            optional("Account", Kind::Text),
        ],
    ),
    get("ref/location", &[PAGE, LIMIT, ID, NAME, optional("Deprecated", Kind::Bool)]),
    get(
        "ref/paymentterm",
        &[
            PAGE,
            LIMIT,
            ID,
            NAME,
            optional("Method", Kind::Text),
            optional("IsActive", Kind::Bool),
            optional("IsDefault", Kind::Bool),
        ],
    ),
    get(
        "ref/account",
        &[PAGE, LIMIT, NAME, optional("Code", Kind::Text), optional("Type", Kind::Text), optional("Status", Kind::Text)],
    ),
    get("reference/discount", &[PAGE, LIMIT, ID, optional("Search", Kind::Text)]),
    get(
        "customer",
        &[
            PAGE,
            LIMIT,
            ID,
            NAME,
            optional("ContactFilter", Kind::Text),
            MODIFIED_SINCE,
            INCLUDE_DEPRECATED,
            optional("IncludeProductPrices", Kind::Bool),
        ],
    ),
    get("supplier", &[PAGE, LIMIT, ID, NAME, MODIFIED_SINCE, INCLUDE_DEPRECATED]),
    get(
        "product",
        &[
            PAGE,
            LIMIT,
            ID,
            NAME,
            optional("Sku", Kind::Text),
            MODIFIED_SINCE,
            INCLUDE_DEPRECATED,
            optional("IncludeBOM", Kind::Bool),
            optional("IncludeSuppliers", Kind::Bool),
            optional("IncludeMovements", Kind::Bool),
            optional("IncludeAttachments", Kind::Bool),
            optional("IncludeReorderLevels", Kind::Bool),
            optional("IncludeCustomPrices", Kind::Bool),
        ],
    ),
    get("product/attachments", &[required("ProductID", Kind::Guid)]),
    get(
        "ref/productavailability",
        &[
            PAGE,
            LIMIT,
            ID,
            NAME,
            optional("Sku", Kind::Text),
            optional("Location", Kind::Text),
            optional("Batch", Kind::Text),
            optional("Category", Kind::Text),
        ],
    ),
    get(
        "saleList",
        &[
            PAGE,
            LIMIT,
            optional("Search", Kind::Text),
            optional("CreatedSince", Kind::Instant),
            optional("UpdatedSince", Kind::Instant),
            optional("UpdatedUntil", Kind::Instant),
            optional("ShipBy", Kind::Instant),
            optional("QuoteStatus", Kind::Text),
            optional("OrderStatus", Kind::Text),
            optional("CombinedPickStatus", Kind::Text),
            optional("CombinedPackStatus", Kind::Text),
            optional("CombinedShippingStatus", Kind::Text),
            optional("CombinedInvoiceStatus", Kind::Text),
            optional("CreditNoteStatus", Kind::Text),
            optional("ExternalID", Kind::Text),
            optional("Status", Kind::Text),
            optional("ReadyForShipping", Kind::Bool),
            optional("OrderLocationID", Kind::Guid),
        ],
    ),
    get(
        "sale",
        &[
            required("ID", Kind::Guid),
            COMBINE_CHARGES,
            optional("HideInventoryMovements", Kind::Bool),
            optional("IncludeTransactions", Kind::Bool),
            optional("CountryFormat", Kind::Text),
        ],
    ),
    get("sale/order", &[SALE_ID, COMBINE_CHARGES, optional("IncludeProductInfo", Kind::Bool)]),
    get("sale/payment", &[SALE_ID]),
    get(
        "purchaseList",
        // `RestockReceivedStatus` is documented and ignored; `StockReceivedStatus` is the name that filters.
        &[
            PAGE,
            LIMIT,
            optional("Search", Kind::Text),
            optional("RequiredBy", Kind::Instant),
            optional("UpdatedSince", Kind::Instant),
            optional("UpdatedUntil", Kind::Instant),
            optional("OrderStatus", Kind::Text),
            optional("StockReceivedStatus", Kind::Text),
            optional("InvoiceStatus", Kind::Text),
            optional("CreditNoteStatus", Kind::Text),
            optional("UnstockStatus", Kind::Text),
            optional("Status", Kind::Text),
            optional("DropShipTaskID", Kind::Guid),
        ],
    ),
    get("advanced-purchase", &[required("ID", Kind::Guid), COMBINE_CHARGES]),
    post("customer"),
    post("sale"),
    post("sale/order"),
    post("sale/payment"),
];

const fn get(path: &'static str, queries: &'static [Query]) -> Route {
    Route { method: Method::GET, path, queries }
}

const fn post(path: &'static str) -> Route {
    Route { method: Method::POST, path, queries: &[] }
}

/// A call that passed the table.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// Its row.
    pub route: &'static Route,
    /// Path and query behind the base address, made of the table's spelling and encoded values.
    pub target: String,
    /// It may use the order lane: it is a step of an order or looks one up.
    pub may_be_order: bool,
}

/// Finds the row for a call and checks its query against it.
///
/// `path` is what follows `/cin7/`, as sent: a percent sign in it matches nothing.
///
/// # Errors
/// [`Error::NotAllowed`] if there is no row, [`Error::BadRequest`] with a sentence for each wrong parameter.
pub fn admit(method: &Method, path: &str, query: Option<&str>) -> Result<Admitted, Error> {
    let route =
        ROUTES.iter().find(|route| route.method == *method && route.path.eq_ignore_ascii_case(path)).ok_or(Error::NotAllowed)?;
    let mut problems = Vec::new();
    let mut given: Vec<(&Query, Cow<'_, str>)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let Some(known) = route.queries.iter().find(|known| known.name.eq_ignore_ascii_case(&name)) else {
            problems.push(format!("`{}` is not a parameter of `{}`.", shown(&name), route.path));
            continue;
        };
        if given.iter().any(|(other, _)| other.name == known.name) {
            problems.push(format!("`{}` is given more than once.", known.name));
        } else if let Err(expected) = check(known.kind, &value) {
            problems.push(format!("`{}` must be {expected}.", known.name));
        } else {
            given.push((known, value));
        }
    }
    for missing in route.queries.iter().filter(|known| known.required) {
        // A wrong value is already reported; only a name that was not sent at all is missing.
        let sent = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .any(|(name, _)| missing.name.eq_ignore_ascii_case(&name));
        if !sent {
            problems.push(format!("`{}` is missing.", missing.name));
        }
    }
    if !problems.is_empty() {
        return Err(Error::BadRequest(problems));
    }
    let may_be_order = match route.path {
        "saleList" => given.iter().any(|(query, _)| query.name == "ExternalID"),
        path => path == "sale" || path.starts_with("sale/"),
    };
    Ok(Admitted { route, target: target(route.path, &given), may_be_order })
}

/// RFC 3986 unreserved characters stay, everything else is encoded.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn target(path: &str, given: &[(&Query, Cow<'_, str>)]) -> String {
    let mut target = path.to_owned();
    for (n, (query, value)) in given.iter().enumerate() {
        let separator = if n == 0 { '?' } else { '&' };
        let value = utf8_percent_encode(value, VALUE);
        // Writing to a String cannot fail.
        let _ = write!(target, "{separator}{}={value}", query.name);
    }
    target
}

/// A name from outside, fit to be shown in a sentence.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}

fn check(kind: Kind, value: &str) -> Result<(), &'static str> {
    let within = |range: std::ops::RangeInclusive<u32>| {
        value.bytes().all(|b| b.is_ascii_digit()) && value.parse().is_ok_and(|n| range.contains(&n))
    };
    let (fits, expected) = match kind {
        Kind::Page => (within(1..=1_000_000), "a whole number from 1"),
        Kind::Limit => (within(1..=1000), "a whole number from 1 to 1000"),
        Kind::Guid => (value.parse::<Hyphenated>().is_ok(), "a GUID"),
        Kind::Instant => (is_instant(value), "a UTC time like 2026-11-23T08:15:00.000"),
        Kind::Bool => (matches!(value, "true" | "false"), "`true` or `false`"),
        Kind::Text => (is_text(value), "a text of 1 to 256 characters without control characters"),
    };
    if fits { Ok(()) } else { Err(expected) }
}

fn is_text(value: &str) -> bool {
    value.chars().count() <= 256
        && !value.trim().is_empty()
        // U+FFFD is what undecodable bytes became: the filter would be another one than was meant.
        && !value.chars().any(|c| c.is_control() || c == '\u{FFFD}')
}

fn is_instant(value: &str) -> bool {
    let number = |text: &str, digits: usize, range: std::ops::RangeInclusive<u32>| {
        text.len() == digits && text.bytes().all(|b| b.is_ascii_digit()) && text.parse().is_ok_and(|n| range.contains(&n))
    };
    let date = |text: &str| match text.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] => number(year, 4, 1..=9999) && number(month, 2, 1..=12) && number(day, 2, 1..=31),
        _ => false,
    };
    let time = |text: &str| {
        let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let fraction = (1..=7).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
        fraction
            && match clock.split(':').collect::<Vec<_>>()[..] {
                [h, m, s] => number(h, 2, 0..=23) && number(m, 2, 0..=59) && number(s, 2, 0..=59),
                _ => false,
            }
    };
    match value.split_once('T') {
        None => date(value),
        Some((day, rest)) => date(day) && time(rest.strip_suffix('Z').unwrap_or(rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "5A4db0c5-0000-4000-8000-00000000a001";

    fn problems(path: &str, query: &str) -> Vec<String> {
        match admit(&Method::GET, path, Some(query)) {
            Err(Error::BadRequest(problems)) => problems,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_in_the_table_does_not_exist() {
        for (method, path) in [
            (Method::GET, "products"),
            (Method::GET, "sale/"),
            (Method::GET, "/me"),
            (Method::GET, "me/../product"),
            (Method::GET, "%6de"),
            (Method::GET, ""),
            (Method::POST, "product"),
            (Method::POST, "supplier"),
            (Method::PUT, "customer"),
            (Method::PUT, "sale"),
            (Method::DELETE, "sale"),
            (Method::HEAD, "me"),
            (Method::OPTIONS, "me"),
        ] {
            assert_eq!(admit(&method, path, None).map(|a| a.target), Err(Error::NotAllowed), "{method} {path}");
        }
    }

    #[test]
    fn the_table_writes_only_customers_and_sales_and_names_nothing_twice() {
        let writes: Vec<_> = ROUTES.iter().filter(|route| route.method != Method::GET).map(|r| r.path).collect();
        assert_eq!(writes, ["customer", "sale", "sale/order", "sale/payment"]);
        for route in ROUTES {
            let mut names: Vec<_> = route.queries.iter().map(|query| query.name.to_ascii_lowercase()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), route.queries.len(), "{}", route.path);
            assert_eq!(ROUTES.iter().filter(|r| r.method == route.method && r.path == route.path).count(), 1);
        }
    }

    #[test]
    fn the_target_is_the_tables_spelling_with_values_encoded_afresh() {
        let admitted = admit(
            &Method::GET,
            "PRODUCT",
            Some("page=2&limit=1000&sku=A%26B%3D%2F+%C3%A4&ModifiedSince=2026-11-23T08:15:00.000Z"),
        )
        .expect("allowed");
        assert_eq!(
            admitted.target,
            "product?Page=2&Limit=1000&Sku=A%26B%3D%2F%20%C3%A4&ModifiedSince=2026-11-23T08%3A15%3A00.000Z"
        );
    }

    #[test]
    fn every_wrong_parameter_is_listed() {
        let listed = problems("product", "Page=0&Limit=1001&ModifiedSinse=2026-11-23&Sku=&sku=x&SKU=y");
        assert_eq!(
            listed,
            [
                "`Page` must be a whole number from 1.",
                "`Limit` must be a whole number from 1 to 1000.",
                "`ModifiedSinse` is not a parameter of `product`.",
                "`Sku` must be a text of 1 to 256 characters without control characters.",
                "`Sku` is given more than once.",
            ]
        );
        assert_eq!(problems("sale", "CombineAdditionalCharges=1").len(), 2);
        assert_eq!(problems("sale", "ID=7"), ["`ID` must be a GUID."]);
        assert_eq!(problems("sale/order", ""), ["`SaleID` is missing."]);
    }

    #[test]
    fn kinds_accept_what_cin7_documents_and_nothing_near_it() {
        let accepted = [
            (Kind::Page, "1"),
            (Kind::Limit, "1000"),
            (Kind::Guid, GUID),
            (Kind::Instant, "2026-11-23"),
            (Kind::Instant, "2026-11-23T08:15:00"),
            (Kind::Instant, "2026-11-23T08:15:00.6407568Z"),
            (Kind::Bool, "false"),
            (Kind::Text, "O'Brien & Söhne"),
        ];
        for (kind, value) in accepted {
            assert_eq!(check(kind, value), Ok(()), "{kind:?} {value}");
        }
        let long = "x".repeat(257);
        let refused = [
            (Kind::Page, "+1"),
            (Kind::Page, "1.0"),
            (Kind::Page, "99999999999"),
            (Kind::Limit, "0"),
            (Kind::Guid, "5a4db0c5-0000-4000-8000-00000000a00"),
            (Kind::Guid, "5a4db0c5000040008000000000000a0010000"),
            (Kind::Instant, "2026-13-01"),
            (Kind::Instant, "2026-11-23 08:15:00"),
            (Kind::Instant, "2026-11-23T08:15"),
            (Kind::Instant, "2026-11-23T08:15:00.Z"),
            (Kind::Instant, "2026-11-23T08:15:00+01:00"),
            (Kind::Bool, "True"),
            (Kind::Text, "  "),
            (Kind::Text, "a\nb"),
            (Kind::Text, "\u{FFFD}"),
            (Kind::Text, long.as_str()),
        ];
        for (kind, value) in refused {
            assert!(check(kind, value).is_err(), "{kind:?} {value}");
        }
    }

    #[test]
    fn only_steps_of_an_order_may_use_its_lane() {
        let sale = format!("ID={GUID}");
        for (method, path, query, expected) in [
            (Method::POST, "sale", None, true),
            (Method::POST, "sale/order", None, true),
            (Method::GET, "sale", Some(sale.as_str()), true),
            (Method::GET, "saleList", Some("ExternalID=q-1"), true),
            (Method::GET, "saleList", Some("Page=1"), false),
            (Method::GET, "product", None, false),
            (Method::POST, "customer", None, false),
        ] {
            assert_eq!(admit(&method, path, query).map(|a| a.may_be_order), Ok(expected), "{method} {path}");
        }
    }
}
