//! Whatever arrives is read or refused: nothing panics, and no row is lost without a word.

use proptest::prelude::*;

use super::*;

/// Reads a body as everything that there is; the results do not matter, that it comes back does.
fn read_as_everything(body: &[u8]) {
    let _ = products(body);
    let _ = customer::page(body);
    let _ = supplier::page(body);
    let _ = availability::page(body);
    let _ = reference::me(body);
    let _ = reference::price_tiers(body);
    let _ = reference::tax_rules(body);
    let _ = reference::locations(body);
    let _ = reference::payment_terms(body);
    let _ = reference::discount_rules(body);
    let _ = super::product::attachments(body);
    let _ = reference::contacts(body);
    let _ = sale::list(body);
    let _ = sale::sale(body);
    let _ = sale::order(body);
    let _ = refusal(body);
}

/// Deeper than any stack: what is not looked at is passed over, what is looked at ends with a refusal.
#[test]
fn nesting_without_end_is_read_or_refused() {
    let deep = |open: &str, close: &str| open.repeat(100_000) + "1" + &close.repeat(100_000);
    for nested in [deep("[", "]"), deep(r#"{"a":"#, "}"), "[".repeat(100_000)] {
        read_as_everything(nested.as_bytes());
        for list in ["Products", "CustomerList", "SupplierList", "ProductAvailabilityList", "SaleList"] {
            read_as_everything(format!(r#"{{"Total":1,"{list}":{nested}}}"#).as_bytes());
            read_as_everything(format!(r#"{{"Total":1,"{list}":[{{"ID":{nested},"Unknown":{nested}}}]}}"#).as_bytes());
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~é“\u{0}-\u{1f}]{0,12}".prop_map(Value::from),
        "-?[0-9]{1,40}(\\.[0-9]{1,40})?(e-?[0-9]{1,3})?".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{0,12}Z?".prop_map(Value::from),
    ];
    let names = prop_oneof![
        Just("ID"),
        Just("SaleID"),
        Just("SKU"),
        Just("Name"),
        Just("PriceTier1"),
        Just("PriceTiers"),
        Just("Weight"),
        Just("Lines"),
        Just("Order"),
        Just("Products"),
        Just("CustomerList"),
        Just("ErrorCode"),
        Just("Total"),
        Just("ProductPrices"),
        Just("Currency"),
        Just("Attachments"),
        Just("LockDate"),
        Just("LastModifiedOn"),
        Just("Addresses"),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused(json in any_json()) {
        read_as_everything(json.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_as_everything(&bytes);
    }

    #[test]
    fn an_answer_with_odd_bytes_or_cut_off_is_read_or_refused(
        which in 0_usize..3, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4), cut in any::<prop::sample::Index>(), whole in any::<bool>(),
    ) {
        let mut bytes = match which {
            0 => body("Products", &[chair(), chair()]),
            1 => body("CustomerList", &[bayside()]),
            _ => sale_body().to_string().into_bytes(),
        };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
            prop_assert!(products(&bytes).is_err() && customer::page(&bytes).is_err() && sale::sale(&bytes).is_err());
        }
        read_as_everything(&bytes);
    }

    #[test]
    fn every_row_is_taken_or_reported(rows in prop::collection::vec(any_json(), 0..6)) {
        let count = rows.len();
        let page = products(&body("Products", &rows)).unwrap();
        prop_assert_eq!(page.rows, count);
        prop_assert!(page.records.len() + page.bad.len() >= count);
    }

    #[test]
    fn a_price_is_exactly_what_was_written_or_the_record_is_not_taken(text in "[0-9]{1,8}(\\.[0-9]{1,4})?") {
        let written: Price = text.parse().unwrap();
        for json in [text.trim_start_matches('0').to_owned(), format!("\"{text}\"")] {
            let body = format!(r#"{{"Products":[{{"ID":"{CHAIR}","SKU":"A","PriceTier3":{json}}}]}}"#);
            // Without its leading zeros the text may no longer be a JSON number; then the page is not one.
            if let Ok(page) = products(body.as_bytes()) {
                prop_assert_eq!(page.records[0].tiers[2], (!written.is_zero()).then_some(written));
            }
        }
    }
}
