//! What a person types into a line: numbers with any decimals, texts of any length.

use crate::error::{Error, Result};
use crate::money::{NumberError, PERCENT_PLACES, Percent, parse_decimal, round};

/// As much of a text as fits into `limit` UTF-16 units.
pub(super) fn first_of(mut text: String, limit: usize) -> String {
    let mut units = 0;
    let end = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > limit
    });
    if let Some((at, _)) = end {
        text.truncate(at);
    }
    text
}

/// A discount as it is typed: settled on two decimals, 0 to 100.
pub(super) fn read_discount(text: &str) -> std::result::Result<Percent, String> {
    settled(text, PERCENT_PLACES)
}

/// Reads a number with any decimals and settles it on `places`, then on what its type permits.
pub(super) fn settled<T: std::str::FromStr<Err = NumberError>>(text: &str, places: u32) -> std::result::Result<T, String> {
    let value = parse_decimal(text).map_err(|error| sentence(&error))?;
    // The unrounded number is checked too: 100.001 % is not 100 %.
    let out_of_range = |error: NumberError| match error {
        NumberError::OutOfRange(_, lowest, highest) => NumberError::OutOfRange(text.trim().to_owned(), lowest, highest),
        other => other,
    };
    if let Err(error @ NumberError::OutOfRange(..)) = value.normalize().to_string().parse::<T>() {
        return Err(sentence(&error));
    }
    round(value, places).normalize().to_string().parse().map_err(out_of_range).map_err(|error| sentence(&error))
}

/// An error's words as a sentence.
pub(super) fn sentence(error: &NumberError) -> String {
    format!("{error}.")
}

/// # Errors
/// `invalid-input` when the text is longer than `longest` UTF-16 units.
pub(super) fn check_length(field: &str, text: &str, longest: usize) -> Result<()> {
    too_long(text, longest).map_or(Ok(()), |problem| Err(Error::invalid(field, problem)))
}

/// What is wrong with a text of more than `longest` UTF-16 units.
pub(super) fn too_long(text: &str, longest: usize) -> Option<String> {
    let length = text.encode_utf16().count();
    let over = length.checked_sub(longest).filter(|over| *over > 0)?;
    Some(format!("The text has {length} characters, and {longest} is the most: {over} too many."))
}
