//! What the views look like in JSON, against what the types of the package promise.

use super::*;

const TYPES: &str = concat!(
    include_str!("../../js/customers.ts"),
    include_str!("../../js/lines.ts"),
    include_str!("../../js/quotes.ts"),
    include_str!("../../js/stock.ts"),
);

/// The names of an interface's own members, in order; nested object types are skipped.
fn members(interface: &str) -> Vec<String> {
    let head = format!("export interface {interface} {{\n");
    let start = TYPES.find(&head).unwrap_or_else(|| panic!("{interface} is in none of these files")) + head.len();
    let body = &TYPES[start..start + TYPES[start..].find("\n}").unwrap()];
    let own = |line: &str| {
        line.strip_prefix("  ").filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase())).map(str::to_owned)
    };
    body.lines()
        .filter_map(own)
        .filter_map(|line| line.split_once(':').map(|(name, _)| name.trim_end_matches('?').to_owned()))
        .collect()
}

fn assert_shape(value: &Value, interface: &str) {
    let Value::Object(object) = value else { panic!("{interface} is {value}") };
    let mut keys: Vec<&str> = object.keys().map(String::as_str).collect();
    let mut promised = members(interface);
    keys.sort_unstable();
    promised.sort_unstable();
    assert_eq!(keys, promised, "{interface}");
}

fn each<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    let items = value[key].as_array().unwrap_or_else(|| panic!("{key} of {value}"));
    assert!(!items.is_empty(), "{key} is empty");
    items
}

#[test]
fn every_view_has_the_keys_that_types_ts_names() {
    let mut live = quote_10452();
    live.add_line(service(), "1", "c").unwrap();
    live.set_warehouse(None).unwrap();
    let mut context = context();
    context.company.cin7.name = "Bayside Club Ltd".into();
    live.replace_context(context).unwrap();
    let view = serde_json::to_value(live.view()).unwrap();
    assert_shape(&view, "QuoteView");
    assert_shape(&view["header"], "QuoteHeader");
    assert_shape(&view["header"]["delivery"]["address"], "AddressView");
    assert_shape(&view["customer"], "CustomerView");
    assert_shape(&view["customer"]["deliveryAddresses"][0], "AddressView");
    assert_eq!(view["customer"]["drift"][0]["field"], "name");
    assert_shape(&view["totals"], "Totals");
    for line in each(&view, "lines") {
        assert_shape(line, "LineView");
        assert_shape(&line["stock"], "StockView");
        for reason in each(line, "trail") {
            assert_shape(reason, "PriceReason");
        }
        assert_eq!(each(line, "ladder").len(), 10);
    }
    for at in each(&view["lines"][0]["stock"], "warehouses") {
        assert_shape(at, "StockAt");
    }
    for problem in each(&view, "problems") {
        assert_shape(problem, "Problem");
    }
    assert_shape(&each(&view["problems"][0], "fixes")[0], "Fix");
}

#[test]
fn numbers_cross_as_text_and_words_as_types_ts_spells_them() {
    let line = serde_json::to_value(quote_10452().line("a").unwrap()).unwrap();
    for (key, text) in [("quantity", "4"), ("price", "150.00"), ("discount", "10"), ("net", "540.00"), ("taxPercent", "20")] {
        assert_eq!(line[key], text, "{key}");
    }
    assert_eq!((&line["kind"], &line["priceState"]), (&"stock".into(), &"found".into()));
    assert_eq!((&line["priceNow"], &line["image"]), (&Value::Null, &Value::Null));
    assert_eq!((&line["stock"]["kind"], &line["stock"]["verdict"]), (&"counted".into(), &"short".into()));
    assert_eq!(line["stock"]["asOf"], "2026-03-30T15:00:00.000Z");
    let outcomes: Vec<&Value> = line["trail"].as_array().unwrap().iter().map(|reason| &reason["outcome"]).collect();
    assert_eq!(outcomes, ["not-applicable", "not-applicable", "not-applicable", "used", "outranked"]);
    assert_eq!(line["trail"][3]["source"], "customerTier");
    let totals = serde_json::to_value(quote_10452().totals()).unwrap();
    assert_eq!(
        totals["taxes"][0],
        serde_json::json!({"rule": "20% (VAT on Income)", "percent": "20", "net": "622.50", "tax": "124.50"})
    );
}
