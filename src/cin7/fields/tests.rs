//! Every dress of a value, one by one.

use std::collections::BTreeMap;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", bound = "T: Dress")]
struct Row<T> {
    #[serde(default)]
    field: Loose<T>,
}

/// The field of a record.
fn field<T: Dress>(json: &str) -> Loose<T> {
    record::<Row<T>>(json).unwrap().field
}

/// A field with this value.
fn sent<T: Dress>(value: &str) -> Result<Option<T>, Wrong> {
    field(&format!(r#"{{"Field":{value}}}"#)).told("Field")
}

#[test]
fn null_empty_and_missing_all_mean_no_value() {
    for json in [r#"{"Field":null}"#, r#"{"Field":""}"#, "{}"] {
        assert_eq!(field::<String>(json).text("Field").unwrap(), "");
        assert_eq!(field::<String>(json).name("Field").unwrap(), None);
        assert_eq!(field::<Decimal>(json).told("Field").unwrap(), None);
        assert_eq!(field::<bool>(json).told("Field").unwrap(), None);
        assert_eq!(field::<Guid>(json).told("Field").unwrap(), None);
        assert_eq!(field::<Timestamp>(json).told("Field").unwrap(), None);
        assert_eq!(field::<Day>(json).told("Field").unwrap(), None);
        assert!(field::<List<Row<String>>>(json).list("Field").unwrap().is_empty());
        assert_eq!(field::<Object<BTreeMap<String, u8>>>(json).object("Field").unwrap(), BTreeMap::new());
        assert!(field::<Source>(json).told("Field").unwrap().is_none());
    }
}

#[test]
fn numbers_come_plain_quoted_with_trailing_zeros_or_with_an_exponent() {
    let cases = [
        ("8", "8"),
        ("497.0000", "497"),
        (r#""0.00""#, "0"),
        (r#""10.0000000000""#, "10"),
        (r#"" 1 ""#, "1"),
        ("1e-3", "0.001"),
        ("1.5E+2", "150"),
        ("-4.25", "-4.25"),
        ("0.1", "0.1"),
    ];
    for (json, expected) in cases {
        assert_eq!(sent::<Decimal>(json).unwrap().unwrap().normalize().to_string(), expected, "{json}");
    }
}

#[test]
fn what_is_not_a_number_is_refused_by_name() {
    for json in [r#""1,000.00""#, r#""abc""#, "true", "{}", "[1]", "1e400", "123456789012345678901234567890.5"] {
        let wrong = sent::<Decimal>(json).unwrap_err();
        assert_eq!(wrong.field, "Field", "{json}");
        assert!(wrong.problem.ends_with("is not a number"), "{}", wrong.problem);
    }
}

#[test]
fn booleans_come_as_words_or_digits_too() {
    for (json, expected) in
        [("true", true), (r#""true""#, true), (r#""True""#, true), ("1", true), (r#""1""#, true), ("0", false)]
    {
        assert_eq!(sent::<bool>(json).unwrap(), Some(expected), "{json}");
    }
    for json in [r#""false""#, r#""0""#, "false"] {
        assert_eq!(sent::<bool>(json).unwrap(), Some(false), "{json}");
    }
    assert!(sent::<bool>(r#""maybe""#).is_err());
    assert!(sent::<bool>("2").is_err());
}

#[test]
fn ids_come_in_upper_case_and_the_empty_id_is_none() {
    let id = sent::<Guid>(r#""7A8F439B-FA87-4795-A085-385CE8B133F9""#).unwrap().unwrap();
    assert_eq!(id.to_string(), "7a8f439b-fa87-4795-a085-385ce8b133f9");
    let empty = r#"{"Field":"00000000-0000-0000-0000-000000000000"}"#;
    assert_eq!(field::<Guid>(empty).told("Field").unwrap(), None);
    assert_eq!(field::<Guid>(empty).needed("Field").unwrap_err().problem, "is missing");
    assert!(sent::<Guid>(r#""x""#).is_err());
    assert!(sent::<Guid>("5").is_err());
}

#[test]
fn instants_have_up_to_seven_fractional_digits_and_may_lack_the_z() {
    let cases = [
        ("2026-03-04T05:07:46Z", "2026-03-04T05:07:46.000Z"),
        ("2026-03-04T05:07:46.5Z", "2026-03-04T05:07:46.500Z"),
        ("2026-03-04T05:07:46.52Z", "2026-03-04T05:07:46.520Z"),
        ("2026-03-04T05:07:46.917Z", "2026-03-04T05:07:46.917Z"),
        ("2026-03-04T05:07:30.6407568Z", "2026-03-04T05:07:30.640Z"),
        ("2026-02-07T07:22:37.21", "2026-02-07T07:22:37.210Z"),
        ("2026-02-07T07:22:37", "2026-02-07T07:22:37.000Z"),
        ("2026-02-07", "2026-02-07T00:00:00.000Z"),
    ];
    for (text, expected) in cases {
        assert_eq!(instant(text).unwrap().to_string(), expected, "{text}");
    }
    for json in [r#""yesterday""#, "5", "{}"] {
        assert!(sent::<Timestamp>(json).is_err(), "{json}");
    }
}

#[test]
fn days_are_never_shifted_and_slashed_ones_are_day_first() {
    let date = |y, m, d| Day::new(y, m, d);
    assert_eq!(day("2026-12-04T00:00:00"), date(2026, 12, 4));
    assert_eq!(day("2026-12-04T23:30:00Z"), date(2026, 12, 4));
    assert_eq!(day("2026-12-04"), date(2026, 12, 4));
    assert_eq!(day("2026/11/30"), date(2026, 11, 30));
    assert_eq!(day("29/01/2026"), date(2026, 1, 29));
    assert_eq!(day("01/29/2026"), date(2026, 1, 29));
    assert_eq!(day("05/05/2026"), date(2026, 5, 5));
    assert_eq!(day("05/06/2026"), date(2026, 6, 5), "the day is first");
    assert_eq!(day("5/12/2026 00:00:00"), date(2026, 12, 5));
    assert_eq!(day("31.12.2026"), date(2026, 12, 31));
    assert_eq!(day("2026-12"), None);
    assert_eq!(day("05/12/26"), None);
    assert_eq!(day("5 Dec 2026"), None);
    assert_eq!(day("30/02/2026"), None);
    assert_eq!(day("2026-13-04"), None);
    assert_eq!(day("2026-12-0é"), None);
    assert!(sent::<Day>(r#""soon""#).is_err());
}

#[test]
fn text_keeps_line_breaks_markup_and_halves_of_symbols() {
    let cases = [
        (r#""<b>Oak\r\nChair</b>""#, "<b>Oak\r\nChair</b>"),
        ("5", "5"),
        (r#""caf\u00e9 \ud83d""#, "café \u{fffd}"),
        (r#""\ud83d\ude00 \ude00\ud83d\n\u00e9""#, "\u{1f600} \u{fffd}\u{fffd}\né"),
        ("true", "true"),
    ];
    for (json, expected) in cases {
        assert_eq!(sent::<String>(json).unwrap().unwrap(), expected, "{json}");
    }
    assert_eq!(sent::<String>(r#"{"x":1}"#).unwrap_err(), Wrong::new("Field", r#"“{"x":1}” is not text"#));
}

#[test]
fn of_a_name_that_comes_twice_the_last_counts_in_records_and_lists() {
    let twice = r#"{"Other":[1],"Field":null,"Field":"1.50","\ud83d":{}}"#;
    assert_eq!(field::<Decimal>(twice).told("Field").unwrap().unwrap().to_string(), "1.50");
    let rows = field::<List<Row<String>>>(&format!(r#"{{"Field":[{twice},5,{{"field":"x"}}]}}"#)).list("Field").unwrap();
    let [Ok(row), Err(wrong), Ok(lower)] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((&row.field, wrong.problem.as_str()), (&Loose::Told("1.50".to_owned()), "“5” is not a record"));
    assert_eq!(lower.field, Loose::Missing, "names are told in Cin7's letter case alone");
}
