use super::*;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

#[test]
fn money_in_a_sentence_has_its_currency_and_its_digits_in_groups() {
    let gbp: Currency = "GBP".parse().unwrap();
    for (amount, said) in [
        ("0", "GBP 0.00"),
        ("999.5", "GBP 999.50"),
        ("1234.5", "GBP 1,234.50"),
        ("-1234567.89", "GBP −1,234,567.89"),
        ("123456", "GBP 123,456.00"),
    ] {
        assert_eq!(gbp.money(amount.parse::<Amount>().unwrap()), said);
    }
    assert_eq!(gbp.money("1000.1234".parse::<Price>().unwrap()), "GBP 1,000.1234");
}

#[test]
fn exponents_are_read_exactly_or_refused() {
    for (text, shown) in [
        ("1e-3", "0.001"),
        ("1.5E+2", "150"),
        ("-4.25e1", "-42.5"),
        ("12.5e0", "12.5"),
        ("1e28", "10000000000000000000000000000"),
        ("1e-28", "0.0000000000000000000000000001"),
    ] {
        assert_eq!(parse_decimal(text).unwrap().normalize().to_string(), shown, "{text}");
        assert_eq!(parse_decimal(text).unwrap(), Decimal::from_scientific(text).unwrap(), "{text}");
    }
    // The library refuses it.
    assert_eq!(parse_decimal("0e99").unwrap(), Decimal::ZERO);
    for text in ["1e", "e1", "1e1.5", "1e29", "1e-29", "1e5e3", "1e99999999999999999999", "1e--2", "1e 2"] {
        assert!(parse_decimal(text).is_err(), "{text}");
    }
}

#[test]
fn halves_are_rounded_away_from_zero() {
    let cases =
        [("2.345", "2.35"), ("-2.345", "-2.35"), ("2.344", "2.34"), ("0.005", "0.01"), ("1.005", "1.01"), ("53.795", "53.80")];
    for (given, expected) in cases {
        assert_eq!(Amount::rounded(parse_decimal(given).unwrap()).to_string(), expected, "{given}");
    }
}

#[test]
fn numbers_are_shown_with_the_decimals_a_reader_expects() {
    assert_eq!(price("150").to_string(), "150.00");
    assert_eq!(price("0.675").to_string(), "0.675");
    assert_eq!(price("135.5555").to_string(), "135.5555");
    assert_eq!(price("41.2500").to_string(), "41.25");
    assert_eq!(Quantity::from_str("4.00").unwrap().to_string(), "4");
    assert_eq!(Percent::from_str("12.50").unwrap().to_string(), "12.5");
}

#[test]
fn bad_numbers_say_what_is_wrong() {
    assert_eq!("abc".parse::<Price>().unwrap_err(), NumberError::NotANumber("abc".into()));
    assert_eq!("1,000".parse::<Price>().unwrap_err(), NumberError::NotANumber("1,000".into()));
    assert_eq!("1.23456".parse::<Price>().unwrap_err(), NumberError::TooPrecise("1.23456".into(), 4));
    assert!(matches!("-1".parse::<Price>(), Err(NumberError::OutOfRange(..))));
    assert!(matches!("101".parse::<Percent>(), Err(NumberError::OutOfRange(..))));
    assert!(matches!("99999999999999999999999999999999".parse::<Quantity>(), Err(NumberError::NotANumber(_))));
}

#[test]
fn a_number_in_json_must_be_a_string() {
    assert!(serde_json::from_str::<Price>("1.5").is_err());
    assert_eq!(serde_json::from_str::<Price>("\"1.5\"").unwrap(), price("1.5"));
    assert_eq!(serde_json::to_string(&price("1.5")).unwrap(), "\"1.50\"");
}

#[test]
fn a_quantity_settles_on_the_accounts_decimals() {
    let quantity: Quantity = "1.234".parse().unwrap();
    assert_eq!(quantity.settled(2).to_string(), "1.23");
    assert_eq!(quantity.settled(0).to_string(), "1");
}

proptest! {
    #[test]
    fn every_price_survives_its_own_text(mantissa in 0_i64..10_000_000_000, scale in 0_u32..=4) {
        let value = Price::rounded(Decimal::new(mantissa, scale)).unwrap();
        prop_assert_eq!(value.to_string().parse::<Price>().unwrap(), value);
    }

    #[test]
    fn rounding_moves_a_number_by_half_a_unit_at_most(mantissa in any::<i64>(), scale in 0_u32..=10) {
        let value = Decimal::new(mantissa, scale);
        prop_assert!((round(value, 2) - value).abs() <= Decimal::new(5, 3));
    }

    #[test]
    fn parsing_never_panics(text in ".{0,40}") {
        let _ = parse_decimal(&text);
        let _ = text.parse::<Price>();
    }
}
