//! What an amount is, and the one place where amounts are rounded.
//!
//! Five kinds of number meet on a quote and must not be mixed up: a unit [`Price`] (up to four decimals, as Cin7 keeps
//! them), an [`Amount`] of money (two decimals, what is owed), a [`Quantity`], the [`Percent`] of a line's discount and a
//! [`Rate`] such as a tax's. Each holds a [`Decimal`]; none can be made from a float. They cross JSON, storage and
//! JavaScript as decimal strings.
//!
//! **Places.** Each type has those of the field in Cin7 that it stands for. A value is never kept as the type of another
//! field; what Cin7 sends beyond its own documented places is cut when it is read, and reported.
//!
//! **Rounding policy.** Half away from zero, to the places the type states, at the moment the type is made by
//! [`round`]ing constructors, and nowhere else. 0.675 × 4 is 2.70 because the price is not rounded before it is
//! multiplied; 2.345 becomes 2.35, and -2.345 becomes -2.35.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde_with::{DeserializeFromStr, SerializeDisplay};

/// Decimal places of an [`Amount`] that is owed.
pub const AMOUNT_PLACES: u32 = 2;
/// Most decimal places of an [`Amount`] that Cin7 tells of a sale and its lines.
const TOLD_PLACES: u32 = 4;
/// Most decimal places of a [`Price`].
pub const PRICE_PLACES: u32 = 4;
/// Most decimal places of a [`Quantity`]; the account may allow fewer.
pub const QUANTITY_PLACES: u32 = 4;
/// Most decimal places of a [`Percent`].
pub const PERCENT_PLACES: u32 = 2;
/// Most decimal places of a [`Rate`].
pub const RATE_PLACES: u32 = 10;
/// Most decimal places of a [`Mass`], of which Cin7 documents none.
pub const MASS_PLACES: u32 = 10;

/// Rounds half away from zero: the only rounding in the crate.
#[expect(clippy::disallowed_methods, reason = "this is the one place that rounds")]
pub fn round(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// Why a text is not the number that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not a decimal number at all; holds the text.
    #[error("“{0}” is not a number")]
    NotANumber(String),
    /// More decimals than the type keeps; holds the text and the places.
    #[error("“{0}” has more than {1} decimals")]
    TooPrecise(String, u32),
    /// Outside the permitted range; holds the text, the lowest and the highest permitted value.
    #[error("“{0}” is not between {1} and {2}")]
    OutOfRange(String, Decimal, Decimal),
}

/// Reads a decimal number from its exact text, plain or with an exponent (`1e-3`), never by way of a float.
///
/// # Errors
/// [`NumberError::NotANumber`] for anything else, grouping commas and surrounding words included.
pub fn parse_decimal(text: &str) -> Result<Decimal, NumberError> {
    let trimmed = text.trim();
    let parsed = if trimmed.contains(['e', 'E']) {
        scientific(trimmed)
    } else {
        // Exact: a number with more digits than fit is refused, where `from_str` would round it half to even.
        Decimal::from_str_exact(trimmed).ok()
    };
    parsed.ok_or_else(|| NumberError::NotANumber(text.to_owned()))
}

/// A number with an exponent, exactly; `None` also when it has more digits than fit.
fn scientific(text: &str) -> Option<Decimal> {
    let (digits, exponent) = text.split_once(['e', 'E'])?;
    let mut number = Decimal::from_str_exact(digits).ok()?;
    let scale = i64::from(number.scale()) - exponent.parse::<i64>().ok().filter(|exponent| exponent.unsigned_abs() < 1000)?;
    if let Ok(scale) = u32::try_from(scale) {
        number.set_scale(scale).ok()?;
        return Some(number);
    }
    number.set_scale(0).ok()?;
    for _ in scale..0 {
        number = number.checked_mul(Decimal::TEN)?;
    }
    Some(number)
}

/// Largest magnitude that any number on a quote may have, far above any order, far below overflow when two are multiplied.
fn ceiling() -> Decimal {
    Decimal::from(1_000_000_000_000_i64)
}

fn bounded(text: &str, lowest: Decimal, highest: Decimal, places: u32) -> Result<Decimal, NumberError> {
    let value = parse_decimal(text)?;
    if value < lowest || value > highest {
        return Err(NumberError::OutOfRange(text.trim().to_owned(), lowest, highest));
    }
    if value.normalize().scale() > places {
        return Err(NumberError::TooPrecise(text.trim().to_owned(), places));
    }
    Ok(value)
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, shown with at least $shown:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, SerializeDisplay, DeserializeFromStr)]
        pub struct $name(Decimal);

        impl $name {
            /// Zero.
            pub const ZERO: Self = Self(Decimal::ZERO);

            /// The number itself.
            pub const fn decimal(self) -> Decimal {
                self.0
            }

            /// Whether the number is zero.
            pub fn is_zero(self) -> bool {
                self.0.is_zero()
            }
        }

        impl From<$name> for Decimal {
            fn from(number: $name) -> Self {
                number.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut value = self.0.normalize();
                value.rescale(value.scale().max($shown));
                fmt::Display::fmt(&value, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

number!(
    /// A unit price in the quote's currency, never negative, up to four decimals. Shown as `150.00`, `0.675`, `135.5555`.
    Price, shown with at least 2
);
number!(
    /// Money of either sign. What is owed has two decimals, `622.50`; of a sale and its lines Cin7 tells up to four.
    Amount, shown with at least 2
);
number!(
    /// How many of something, up to four decimals; stock may be negative. Shown as `4`, `1.23`.
    Quantity, shown with at least 0
);
number!(
    /// A line's discount in per cent, up to two decimals: all that Cin7 keeps of one. `10` means ten per cent.
    Percent, shown with at least 0
);
number!(
    /// A rate in per cent that Cin7 keeps more precisely than a line's discount: a tax, a customer's own discount, a step of a
    /// discount rule. Up to ten decimals.
    Rate, shown with at least 0
);

number!(
    /// How heavy, never negative, up to ten decimals; the unit stands beside it. Shown as `7.5`.
    Mass, shown with at least 0
);

impl Price {
    /// A price from a number Cin7 sent, rounded to four decimals; `None` when negative or out of range.
    pub fn rounded(value: Decimal) -> Option<Self> {
        let value = round(value, PRICE_PLACES);
        (value >= Decimal::ZERO && value <= ceiling()).then_some(Self(value))
    }
}

impl FromStr for Price {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        bounded(text, Decimal::ZERO, ceiling(), PRICE_PLACES).map(Self)
    }
}

impl Amount {
    /// The amount nearest to `value`, half away from zero, at two decimals.
    pub fn rounded(value: Decimal) -> Self {
        Self(round(value, AMOUNT_PLACES))
    }

    /// The amount as Cin7 tells it of a sale or a line, at four decimals.
    pub fn told(value: Decimal) -> Self {
        Self(round(value, TOLD_PLACES))
    }

    /// What is owed of an amount that was told.
    #[must_use]
    pub fn owed(self) -> Self {
        Self::rounded(self.0)
    }

    /// Reads an amount that is owed: two decimals.
    ///
    /// # Errors
    /// [`NumberError`] when it is none.
    pub fn owed_from(text: &str) -> Result<Self, NumberError> {
        Self::bounded(text, AMOUNT_PLACES)
    }

    fn bounded(text: &str, places: u32) -> Result<Self, NumberError> {
        bounded(text, -ceiling() * Decimal::ONE_THOUSAND, ceiling() * Decimal::ONE_THOUSAND, places).map(Self)
    }
}

impl FromStr for Amount {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::bounded(text, TOLD_PLACES)
    }
}

impl std::ops::Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Amount {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| sum + amount)
    }
}

impl Quantity {
    /// A quantity from a number Cin7 sent (stock may be negative), rounded to four decimals.
    pub fn rounded(value: Decimal) -> Self {
        Self(round(value, QUANTITY_PLACES))
    }

    /// The quantity that an account with `places` decimals keeps of this one: 1.234 becomes 1.23 at two places.
    #[must_use]
    pub fn settled(self, places: u32) -> Self {
        Self(round(self.0, places.min(QUANTITY_PLACES)))
    }
}

impl std::ops::Add for Quantity {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Quantity {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl FromStr for Quantity {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        bounded(text, -ceiling(), ceiling(), QUANTITY_PLACES).map(Self)
    }
}

impl Percent {
    /// One hundred per cent.
    pub const HUNDRED: Self = Self(Decimal::ONE_HUNDRED);

    /// The percentage nearest to `value` at two decimals; `None` outside 0 to 100.
    pub fn rounded(value: Decimal) -> Option<Self> {
        let value = round(value, PERCENT_PLACES);
        (value >= Decimal::ZERO && value <= Decimal::ONE_HUNDRED).then_some(Self(value))
    }

    /// The percentage as a fraction of one: ten per cent is 0.1.
    pub fn fraction(self) -> Decimal {
        self.0 / Decimal::ONE_HUNDRED
    }
}

impl FromStr for Percent {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        bounded(text, Decimal::ZERO, Decimal::ONE_HUNDRED, PERCENT_PLACES).map(Self)
    }
}

impl Rate {
    /// The rate nearest to `value` at ten decimals; `None` outside 0 to 100.
    pub fn rounded(value: Decimal) -> Option<Self> {
        let value = round(value, RATE_PLACES);
        (value >= Decimal::ZERO && value <= Decimal::ONE_HUNDRED).then_some(Self(value))
    }

    /// What a line's discount keeps of it.
    pub fn of_line(self) -> Percent {
        Percent(round(self.0, PERCENT_PLACES))
    }
}

impl FromStr for Rate {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        bounded(text, Decimal::ZERO, Decimal::ONE_HUNDRED, RATE_PLACES).map(Self)
    }
}

impl Mass {
    /// A mass from a number Cin7 sent, rounded to ten decimals; `None` when negative.
    pub fn rounded(value: Decimal) -> Option<Self> {
        (!value.is_sign_negative()).then(|| Self(round(value, MASS_PLACES)))
    }

    /// The mass as a sum shows it.
    #[must_use]
    pub fn settled(self, places: u32) -> Self {
        Self(round(self.0, places))
    }
}

impl FromStr for Mass {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        bounded(text, Decimal::ZERO, Decimal::MAX, MASS_PLACES).map(Self)
    }
}

/// A currency by its three-letter code, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, SerializeDisplay, DeserializeFromStr)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The code, such as `GBP`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Money as a sentence says it: the currency, and the digits in groups. `GBP 1,234.50`.
    pub fn money(&self, amount: impl fmt::Display) -> String {
        let text = amount.to_string();
        let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("−", digits));
        let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{self} {sign}{grouped}{fraction}")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text is not a three-letter currency code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a three-letter currency code")]
pub struct NotACurrency(pub String);

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        match text.trim().as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|l| l.is_ascii_alphabetic()) => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase(), c.to_ascii_uppercase()]))
            }
            _ => Err(NotACurrency(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests;
