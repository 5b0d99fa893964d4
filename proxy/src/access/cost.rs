//! Takes what things cost out of an answer, for callers who may not see it. All other bytes stay as they came.
//!
//! A member goes by its name, at any depth: every name with `cost` or `cogs` in it, also ones that Cin7 adds one day, and those
//! that tell it by another name, such as `StockOnHand`, which is a value in money. In purchases every amount is a cost.

use bytes::{Bytes, BytesMut};

/// Told by another name: the value of stock, and bookings with the cost of what was sold.
const BY_ANOTHER_NAME: [&str; 5] = ["stockonhand", "movements", "inventorymovements", "transactions", "manualjournals"];
/// What a purchase costs.
const OF_PURCHASES: [&str; 9] =
    ["price", "discount", "tax", "total", "totalbeforetax", "amount", "invoiceamount", "paidamount", "prepayments"];

/// The answer to a call of `path` without what things cost.
pub fn without_cost(path: &str, body: Bytes) -> Bytes {
    let purchases = path.to_ascii_lowercase().contains("purchase");
    let mut body = BytesMut::from(body);
    let length = strip(&mut body, |name| tells_cost(&name.to_ascii_lowercase(), purchases));
    body.truncate(length);
    body.freeze()
}

fn tells_cost(name: &str, purchases: bool) -> bool {
    // Methods of reckoning and names of accounts are no amounts.
    let amount = !name.ends_with("method") && !name.ends_with("account");
    (amount && (name.contains("cost") || name.contains("cogs")))
        || BY_ANOTHER_NAME.contains(&name)
        || (purchases && OF_PURCHASES.contains(&name))
}

/// Removes the members with a hidden name from a JSON document, in place; returns its new length.
///
/// One pass, no recursion, no memory but one entry for each open bracket. What is not JSON is left as it is from the place on
/// where that shows.
fn strip(text: &mut [u8], hidden: impl Fn(&str) -> bool) -> usize {
    let (mut read, mut write) = (0, 0);
    // For each open bracket: whether it is an object's.
    let mut open: Vec<bool> = Vec::new();
    // A member's name may come next.
    let mut at_name = false;
    // Where the comma stands in the output that a member to come would follow.
    let mut comma = None;
    while read < text.len() {
        let byte = text[read];
        if byte == b'"' {
            let end = string_end(text, read);
            // A name that cannot be decoded cannot be told from one that is hidden.
            if at_name && name(&text[read..end]).is_none_or(|name| hidden(&name)) {
                read = spaces_end(text, value_end(text, spaces_end(text, end)));
                if text.get(read) == Some(&b',') {
                    // Its own comma goes with it; the spaces before its name stay for the next one.
                    read = spaces_end(text, read + 1);
                } else if let Some(at) = comma {
                    // The last one: the comma before it goes.
                    write = at;
                }
                continue;
            }
            at_name = false;
            text.copy_within(read..end, write);
            write += end - read;
            read = end;
            continue;
        }
        match byte {
            b'{' | b'[' => {
                open.push(byte == b'{');
                (at_name, comma) = (byte == b'{', None);
            }
            b'}' | b']' => {
                open.pop();
                (at_name, comma) = (false, None);
            }
            b',' => (at_name, comma) = (open.last() == Some(&true), Some(write)),
            _ => {}
        }
        text[write] = byte;
        write += 1;
        read += 1;
    }
    write
}

/// The name in its quotes, decoded; `None` when it holds half a symbol or is cut off.
fn name(quoted: &[u8]) -> Option<String> {
    serde_json::from_slice(quoted).ok()
}

/// Behind the string that begins at `at`.
fn string_end(text: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

fn spaces_end(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// Behind the colon at `at` and the value that follows it.
fn value_end(text: &[u8], at: usize) -> usize {
    let mut at = spaces_end(text, at + 1);
    let mut depth = 0_usize;
    while at < text.len() {
        match text[at] {
            b'"' => {
                at = string_end(text, at);
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            byte if depth == 0 && byte.is_ascii_whitespace() => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn stripped(path: &str, body: &str) -> String {
        String::from_utf8(without_cost(path, Bytes::copy_from_slice(body.as_bytes())).to_vec()).unwrap()
    }

    #[test]
    fn only_the_members_go() {
        for (body, rest) in [
            (r#"{"SKU":"a","AverageCost":4.4963,"Price":1.1000}"#, r#"{"SKU":"a","Price":1.1000}"#),
            (r#"{"AverageCost":4.4963,"SKU":"a"}"#, r#"{"SKU":"a"}"#),
            (r#"{"SKU":"a" , "AverageCost" : 4.4963 }"#, r#"{"SKU":"a" }"#),
            (r#"{"AverageCost":1}"#, "{}"),
            (r#"{ "AverageCost":1,"Cost":{"a":[1,{"b":"}"}]},"x":1 }"#, r#"{ "x":1 }"#),
            (r#"{"x":1,"AverageCost":1,"Cost":"a\"}","y":[{"COGS":1},{"FixedCost":null}]}"#, r#"{"x":1,"y":[{},{}]}"#),
            (r#"{"x":"AverageCost","y":["AverageCost",1]}"#, r#"{"x":"AverageCost","y":["AverageCost",1]}"#),
            (r#"{"averagecost":1,"Average\u0043ost":2,"a":1}"#, r#"{"a":1}"#),
            (r#"{"AverageCost\ud800":1,"\udc00Cost":2,"a":1}"#, r#"{"a":1}"#),
            (
                r#"{"CostingMethod":"FIFO","COGSAccount":"310","StockOnHand":539.556}"#,
                r#"{"CostingMethod":"FIFO","COGSAccount":"310"}"#,
            ),
            ("[]", "[]"),
            ("", ""),
        ] {
            assert_eq!(stripped("product", body), rest, "{body}");
        }
    }

    #[test]
    fn a_purchases_amounts_are_costs() {
        let body = r#"{"OrderNumber":"PO-1","Order":{"Lines":[{"SKU":"a","Quantity":3,"Price":2.5,"Total":7.5}],"Total":7.5},"InvoiceAmount":9}"#;
        let rest = r#"{"OrderNumber":"PO-1","Order":{"Lines":[{"SKU":"a","Quantity":3}]}}"#;
        assert_eq!(stripped("advanced-purchase", body), rest);
        assert_eq!(stripped("sale", body), body);
    }

    #[test]
    fn what_is_not_json_ends_all_the_same() {
        for body in [r#"{"AverageCost"#, r#"{"AverageCost":"#, r#"{"AverageCost":[1"#, r#"{"AverageCost":"a\"#, "\"", "{\"a\\"] {
            stripped("product", body);
        }
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[ -~]{0,6}".prop_map(Value::from)
        ];
        let name = prop_oneof![Just("AverageCost".to_owned()), Just("Cost".to_owned()), "[a-c\"\\\\{},]{0,3}"];
        leaf.prop_recursive(4, 40, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((name.clone(), inner), 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn expected(value: &Value) -> Value {
        match value {
            Value::Array(list) => list.iter().map(expected).collect(),
            Value::Object(map) => Value::Object(
                map.iter().filter(|(name, _)| !name.contains("Cost")).map(|(n, v)| (n.clone(), expected(v))).collect(),
            ),
            other => other.clone(),
        }
    }

    proptest! {
        #[test]
        fn the_rest_is_the_document_without_them(value in json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            let rest = stripped("product", &text);
            prop_assert_eq!(serde_json::from_str::<Value>(&rest).unwrap(), expected(&value));
            if !text.contains("Cost\":") {
                prop_assert_eq!(rest, text);
            }
        }
    }
}
