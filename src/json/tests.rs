use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FromJson, Raw, ToJson, from_slice, from_str, parse, record, to_text, unescaped, words};
use crate::money::Price;
use std::fmt;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sample {
    name: String,
    list_price: Option<Price>,
    counts: Vec<u32>,
    pair: [Option<u64>; 2],
    named: (String, bool),
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Plain,
    VeryOdd,
}

record!(Sample { name, list_price, counts, pair, named, kind });
words!(Kind { Plain = "plain", VeryOdd = "veryOdd" });

fn sample() -> Sample {
    Sample {
        name: "Oak “Chair” 🪑 \\ \"x\" \u{0}\u{8}\t\n\u{b}\u{c}\r\u{1f}\u{7f}".into(),
        list_price: Some("135.5555".parse().unwrap()),
        counts: vec![0, 1, u32::MAX],
        pair: [Some(u64::MAX), None],
        named: (String::new(), true),
        kind: Kind::VeryOdd,
    }
}

#[test]
fn what_is_written_is_what_serde_writes_and_is_read_back() {
    let text = to_text(&sample());
    assert_eq!(text, serde_json::to_string(&sample()).unwrap());
    assert_eq!(from_str::<Sample>(&text), Ok(sample()));
    assert_eq!(from_slice::<Sample>(text.as_bytes()), Ok(sample()));
}

#[test]
fn every_character_is_written_as_serde_writes_it() {
    for character in '\0'..='\u{3000}' {
        let text = format!("a{character}b");
        assert_eq!(to_text(&text), serde_json::to_string(&text).unwrap());
    }
}

#[test]
fn what_may_be_missing_reads_as_none_and_unknown_names_are_passed_over() {
    let read: Sample =
        from_str(r#"{"name":"","counts":[],"pair":[1,null],"named":["a",false],"kind":"plain","new":{"a":[1]}}"#).unwrap();
    assert_eq!((read.kind, read.list_price, read.pair), (Kind::Plain, None, [Some(1), None]));
}

#[test]
fn what_is_wrong_is_said() {
    assert_eq!(from_str::<Sample>("{}").unwrap_err().to_string(), "name is missing");
    assert_eq!(from_str::<Sample>(r#"{"name":""}"#).unwrap_err().to_string(), "counts is missing");
    assert_eq!(from_str::<Kind>(r#""odd""#).unwrap_err().to_string(), "odd is not one of plain, veryOdd");
    for text in ["", "[]", "nul", "{", "{\"name\":1}", "3", "null"] {
        assert!(from_str::<Sample>(text).is_err(), "{text}");
    }
    assert!(from_slice::<Sample>(b"\"\xff\"").is_err());
    for text in ["300", "-1", "1.5", "1e2", "\"1\"", "null"] {
        assert!(from_str::<u8>(text).is_err(), "{text}");
        assert_eq!(from_str::<u8>(text).is_err(), serde_json::from_str::<u8>(text).is_err());
    }
    assert!(from_str::<[u8; 2]>("[1]").is_err() && from_str::<[u8; 2]>("[1,2,3]").is_err());
    assert!(from_str::<(u8, u8)>("[1]").is_err());
}

/// What is JSON, and what it says, is what `serde_json` finds.
#[track_caller]
fn read_alike(text: &str) {
    let theirs = serde_json::from_str::<Value>(text);
    let ours = parse(text);
    match (&theirs, &ours) {
        (Ok(theirs), Ok(ours)) => {
            // serde_json sorts the fields, and has only floats for numbers with a point.
            let written: Value = serde_json::from_str(&to_text(ours)).unwrap();
            assert_eq!(&written, theirs, "{text}");
        }
        (Err(_), Err(_)) => {}
        // More than a float holds; here a number is its text.
        (Err(error), Ok(_)) if error.to_string().starts_with("number out of range") => {}
        _ => panic!("{text}: serde_json says {theirs:?}, we say {ours:?}"),
    }
    // What need not be understood may be deeper, and may hold halves of symbols.
    if theirs.is_ok() {
        assert_eq!(Raw::of(text).map(Raw::get), Ok(text.trim_matches([' ', '\n', '\r', '\t'])));
    }
}

#[test]
fn odd_texts_are_read_as_serde_json_reads_them() {
    for text in [
        "",
        " ",
        "nul",
        "nulls",
        "null ",
        "\u{feff}null",
        "true",
        "truefalse",
        "0",
        "-0",
        "-",
        "01",
        "1.",
        "1.5",
        ".5",
        "1e",
        "1e+",
        "1E-7",
        "1.0e5",
        "+1",
        "--1",
        "1 2",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u00e9\"",
        "\"\\ud83e\\ude91\"",
        "\"\\ud83e\"",
        "\"\\ud83e\\u0041\"",
        "\"\\ude91\\ud83e\"",
        "\"\\u0000\\b\\f\\n\\r\\t\\/\"",
        "\"a\nb\"",
        "\"\u{7f}\u{1f}\"",
        "\"\u{7f}é🪑\"",
        "[",
        "[]",
        "[ ]",
        "[,]",
        "[1,]",
        "[1 2]",
        "[1,2",
        "[1}",
        "{",
        "{}",
        "{ }",
        "{]",
        "{,}",
        "{1:2}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" : 1 , \"b\" : [ ] }",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":[{\"c\":null}]}}",
        "{}}",
        "{\"\\u0061\":1}",
        "'a'",
        "NaN",
        "Infinity",
        "[1,/**/2]",
    ] {
        read_alike(text);
    }
}

#[test]
fn depth_is_bounded_where_something_is_built_and_free_where_not() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(parse(&deep(127)).is_ok());
    assert!(parse(&deep(129)).is_err());
    assert!(Raw::of(&deep(100_000)).is_ok());
    assert!(Raw::of(&deep(100_000)[1..]).is_err());
}

#[test]
fn where_a_text_breaks_is_said() {
    assert_eq!(parse("{\"a\":1").unwrap_err().to_string(), "it ends too early, at byte 6");
    assert_eq!(parse("[é,x]").unwrap_err().to_string(), "it is not JSON from byte 1");
}

#[test]
fn halves_of_symbols_are_shown_as_such() {
    assert_eq!(unescaped("caf\\u00e9 \\ud83d"), ("café \u{fffd}".into(), false));
    assert_eq!(unescaped("\\ud83dx\\ud83e\\ude91"), ("\u{fffd}x🪑".into(), false));
    assert_eq!(unescaped("caf\\u00e9"), ("café".into(), true));
}

proptest::proptest! {
    /// Bytes of JSON in any order: what `serde_json` refuses is refused, what it reads is read alike.
    #[test]
    fn any_text_is_read_as_serde_json_reads_it(text in "([\\[\\]{}:, ]|\"[a\\\\\"u0d8\u{1}é]{0,4}\"|[-+.0-9eE]{1,5}|null|true|\\\\){0,14}") {
        read_alike(&text);
    }
}

/// Both ways of reading and writing agree, on this text and with every part of it taken away or replaced by something else.
#[track_caller]
fn agree<T>(text: &str)
where
    T: ToJson + FromJson + Serialize + serde::de::DeserializeOwned + PartialEq + fmt::Debug,
{
    let whole: Value = serde_json::from_str(text).unwrap();
    let theirs: T = serde_json::from_value(whole.clone()).unwrap();
    assert_eq!(from_str::<T>(text).unwrap(), theirs);
    assert_eq!(to_text(&theirs), serde_json::to_string(&theirs).unwrap());
    let mut spoilt = Vec::new();
    spoil(&whole, &mut spoilt);
    for value in spoilt {
        let theirs = serde_json::from_value::<T>(value.clone());
        let ours = from_str::<T>(&value.to_string());
        assert_eq!(ours.as_ref().ok(), theirs.as_ref().ok(), "{value}: {ours:?} and {theirs:?}");
    }
}

fn spoil(value: &Value, out: &mut Vec<Value>) {
    out.extend([Value::Null, Value::Bool(true), 7.into(), "word".into()]);
    if !value.is_object() {
        // serde_json would also take the fields of a struct in their order.
        out.push(Value::Array(vec![]));
    }
    match value {
        Value::Object(entries) => {
            for (name, inside) in entries {
                let mut without = entries.clone();
                without.remove(name);
                out.push(Value::Object(without));
                let mut inner = Vec::new();
                spoil(inside, &mut inner);
                for inside in inner {
                    let mut with = entries.clone();
                    with.insert(name.clone(), inside);
                    out.push(Value::Object(with));
                }
            }
        }
        Value::Array(elements) => {
            for (at, inside) in elements.iter().enumerate() {
                let mut inner = Vec::new();
                spoil(inside, &mut inner);
                for inside in inner {
                    let mut with = elements.clone();
                    with[at] = inside;
                    out.push(Value::Array(with));
                }
            }
        }
        _ => {}
    }
}

const POSTAL: &str = r#"{"line1":"1","line2":"2","city":"c","state":"s","postcode":"p","country":"AU"}"#;
const GUID: &str = "7a8f439b-fa87-4795-a085-385ce8b133f9";
const INSTANT: &str = "2026-03-30T15:00:00.000Z";

#[test]
fn a_quote_is_read_and_written_as_serde_does() {
    for delivery in [
        r#""none""#.to_owned(),
        format!(r#"{{"main":{{"address":{POSTAL}}}}}"#),
        format!(r#"{{"saved":{{"id":"{GUID}","address":{POSTAL}}}}}"#),
        format!(r#"{{"typed":{{"address":{POSTAL},"company":"x"}}}}"#),
    ] {
        agree::<crate::quote::Delivery>(&delivery);
    }
    for choice in [r#""none""#, r#""unknown""#, r#"{"tier":3}"#] {
        agree::<crate::pricing::TierChoice>(choice);
    }
    for kind in [r#""stock""#, r#""service""#, r#"{"other":"Kit"}"#] {
        agree::<crate::records::product::ProductKind>(kind);
    }
    for kind in [r#""billing""#, r#""business""#, r#""shipping""#, r#"{"other":"Depot"}"#] {
        agree::<crate::records::company::AddressKind>(kind);
    }
    let line = format!(
        r#"{{"id":"l","product":"{GUID}","sku":"S","name":"N","kind":"stock","description":"d","extendedDescription":"e",
        "quantity":"2.5","priced":{{"typed":"1.00","customer":null,"quoteTier":{{"tier":1,"price":null}},"customerTier":null,
        "standard":{{"tier":1,"price":"3.00"}}}},"discount":"5","taxRule":"t","cost":"1.25","accepted":["a"]}}"#
    );
    agree::<crate::quote::Quote>(&format!(
        r#"{{"format":1,"id":"i","link":"l","number":"n","customer":"{GUID}","customerName":"c","currency":"AUD",
        "createdAt":"{INSTANT}","chosenTier":2,"customerTier":{{"tier":1}},"customerTierName":"T","customerTaxRule":"r",
        "warehouse":"w","customerReference":"","deliveryNotes1":"","deliveryNotes2":"","memo":"m","phone":"p","contact":"c",
        "paymentTerm":"t","salesPerson":"s","delivery":"none","exchangeRate":"1.5","endDate":"2026-04-17",
        "overallDiscount":"0","lines":[{line}],"accepted":["b"],"confirmed":false}}"#
    ));
}

#[test]
fn records_are_read_and_written_as_serde_does() {
    use crate::records::{company, product, reference};
    let mut products = vec![serde_json::to_string(&product::fixtures::chair()).unwrap()];
    products.push(
        products[0]
            .replace(r#""weight":null"#, r#""weight":{"value":"2.5","unit":"kg"}"#)
            .replace(r#""discountRule":null"#, r#""discountRule":"Ten or more""#)
            .replace(r#""images":[]"#, r#""images":["x","y"]"#),
    );
    for text in products {
        agree::<product::Product>(&text);
    }
    agree::<company::Company>(&serde_json::to_string(&company::Company::merged(None, company::fixtures::bayside())).unwrap());
    agree::<company::Drift>(r#"{"field":"name","cin7":"x"}"#);
    let account = r#"{"company":"c","baseCurrency":"AUD","taxMethod":"rowTotal","defaultTaxRule":"r","quantityPlaces":2,"timeZone":"Europe/London",
        "lockDate":"2026-01-01","lockDateUnread":"soon","appliesDiscounts":true,"discountsThePrice":true}"#;
    let books = format!(
        r#""priceTiers":[{{"ordinal":1,"name":"T"}}],
        "taxRules":[{{"name":"G","percent":"10","inclusive":true,"active":true,"forSale":false}}],
        "locations":[{{"id":"{GUID}","name":"Main","default":true,"deprecated":false}}],
        "paymentTerms":[{{"name":"30","active":true,"default":false}}],"contacts":[{{"name":"Bo","kind":"Sale"}}],
        "discountRules":[{{"name":"R","active":true,"kind":"QuantityBased","steps":[{{"from":"10","to":null,"percent":"5","amount":"1.5","kind":"DiscountPercent"}}]}}]"#
    );
    agree::<reference::References>(&format!(r#"{{"account":{account},{books}}}"#));
    agree::<crate::cin7::reference::Books>(&format!(r#"{{"me":{{"account":{account},"weightUnit":"kg"}},{books}}}"#));
    agree::<crate::stock::ProductStock>(&format!(
        r#"{{"asOf":"{INSTANT}","levels":[["Main",{{"onHand":"1","allocated":"-2","available":"3","onOrder":"4","inTransit":"5"}}]],"claims":[{{"warehouse":"Main","waiting":"1","reserved":"2"}}]}}"#
    ));
    agree::<crate::catalogue::Manifest>(r#"{"format":1,"generation":2,"segments":["a","b"],"next":3,"rows":4}"#);
}

#[test]
fn an_order_is_read_and_written_as_serde_does() {
    let totals = r#"{"net":"1.00","tax":"0.10","gross":"1.10"}"#;
    for state in [
        r#"{"queued":{"step":"look-up"}}"#.to_owned(),
        format!(r#"{{"sending":{{"step":"header","owner":"me","until":"{INSTANT}"}}}}"#),
        r#"{"unknown":{"step":"lines"}}"#.to_owned(),
        r#"{"needsAttention":{"why":"duplicate","step":"inspect"}}"#.to_owned(),
        r#""confirmed""#.to_owned(),
    ] {
        agree::<crate::outbox::State>(&state);
    }
    agree::<crate::outbox::Order>(&format!(
        r#"{{"format":1,"plan":{{"key":"k","quoteId":"q","quoteNumber":"n","customer":"{GUID}","customerName":"c",
        "currency":"AUD","expected":{totals},"status":"AUTHORISED","lines":[{{"lineIds":["l"],"product":"{GUID}","sku":"s",
        "name":"n","charge":false,"quantity":"1","price":"1.00","discount":"0","tax":"0.10","taxRule":"r","comment":"c",
        "total":"1.00"}}],"plannedAt":"{INSTANT}","notes":["x"],"header":"{{}}","order":"{{}}"}},"confirmedAt":"{INSTANT}",
        "state":"confirmed","sale":"{GUID}","number":"SO-1","headerInDoubt":"{INSTANT}","looks":2,"failures":3,
        "nextTry":"{INSTANT}","linesRefused":"no","readBack":{{"actual":{totals},"notes":[],"agrees":true,"linesMatch":false}},"saleStatus":"s",
        "log":[{{"step":"read-back","at":"{INSTANT}","ok":true,"text":"t"}}]}}"#
    ));
}

#[test]
fn the_state_of_the_sync_is_read_and_written_as_serde_does() {
    let mark = format!(r#"{{"list":"products","since":"{INSTANT}","wholeAt":"{INSTANT}","pictures":true}}"#);
    agree::<crate::sync::SyncState>(&format!(
        r#"{{"marks":[{mark}],"progress":[{{"group":"stock","rows":1,"read":2,"page":3,"refused":1,"pages":4,"asOf":"{INSTANT}","bad":[
        {{"from":"taxRules","record":{{"list":"l","record":"r","field":"f","problem":"p"}}}}],"badBeyond":5}}],
        "run":{{"server":"{INSTANT}","list":"priceTiers","reading":{{"since":"{INSTANT}","pictures":false,"page":1,"limit":2,
        "read":3,"total":4,"mark":"{INSTANT}","shifted":true,"again":false}},"reached":[{mark}],"movedAt":"{INSTANT}",
        "tries":1,"tooSlow":2,"notBefore":"{INSTANT}","errors":[]}},"startedAt":"{INSTANT}","endedAt":null,"due":"{INSTANT}",
        "failure":"f","history":[{{"startedAt":"{INSTANT}","endedAt":"{INSTANT}","failure":null,"lists":[{{"list":"l","read":1,
        "refused":2}}],"errors":[{{"list":"l","record":"r","field":"f","problem":"p"}}]}}],"limit":100}}"#
    ));
    agree::<crate::sync::SyncView>(&format!(
        r#"{{"phase":"waiting","ready":true,"lists":[{{"list":"l","rows":1,"read":2,"page":3,"pages":4,"asOf":"{INSTANT}","bad":[]}}],
        "startedAt":null,"endedAt":null,"nextAt":"{INSTANT}","failure":"f","leader":true}}"#
    ));
    let settings = [
        "salesType",
        "orderStatus",
        "lineTotal",
        "standardTier",
        "sendSalesPerson",
        "expiredQuotes",
        "pictures",
        "standardStock",
        "longDescription",
        "minimumMargin",
        "lowMargins",
        "receiptAccount",
        "salesPeople",
    ];
    for setting in settings {
        let people = r#"[{"code":"ALE","name":"Ann Lee"}]"#;
        for value in ["\"Simple\"", "\"DRAFT\"", "\"gross\"", "\"25\"", "2", "true", "\"allow\"", "null", "[]", "[1]", people] {
            let text = format!(r#"{{"{setting}":{value}}}"#);
            let theirs = serde_json::from_str::<crate::settings::Settings>(&text);
            assert_eq!(from_str::<crate::settings::Settings>(&text).ok(), theirs.ok(), "{text}");
        }
    }
}

#[test]
fn views_are_written_as_serde_does() {
    use crate::quote::fixtures;
    for live in [fixtures::quote_10452(), fixtures::empty(), fixtures::empty_in(fixtures::foreign())] {
        assert_eq!(to_text(&live.view()), serde_json::to_string(&live.view()).unwrap());
        assert_eq!(to_text(live.context()), serde_json::to_string(live.context()).unwrap());
    }
}
