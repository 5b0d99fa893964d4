//! What must hold of everything that reads text: JSON, numbers, markup, links, forms.

use cin7_quote_desk::account::Checked;
use cin7_quote_desk::desk::ProductAsk;
use cin7_quote_desk::desk::device::change_feed::ChangesAsk;
use cin7_quote_desk::desk::sales::view::SaleAsk;
use cin7_quote_desk::error::{Error, ErrorCode};
use cin7_quote_desk::json;
use cin7_quote_desk::money::{Amount, Currency, Percent, Price, Quantity, parse_decimal};
use cin7_quote_desk::quote::{ExchangeRate, canonical_link};
use cin7_quote_desk::records::{Day, Guid, Timestamp, markup};
use cin7_quote_desk::settings::{Options, Settings};
use cin7_quote_desk::transport::answer::{self, Headers};
use cin7_quote_desk::transport::{FailureKind, Method};

use super::bundle;

/// The first byte chooses, the rest is text.
pub fn chosen(data: &[u8]) -> Option<(usize, &str)> {
    let (first, rest) = data.split_first()?;
    Some((usize::from(*first), std::str::from_utf8(rest).ok()?))
}

/// What is read is written and read back as it was, each number digit for digit.
pub fn json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return };
    let written = json::to_text(&value);
    assert!(written.len() <= text.len() * 6, "{} bytes became {}", text.len(), written.len());
    assert_eq!(serde_json::from_str::<serde_json::Value>(&written).ok(), Some(value), "{text:?}");
}

/// A number is exactly what was written; a day, an instant, an id are read back as they are shown; a link has one form.
pub fn words(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(number) = parse_decimal(text) {
        assert_eq!(plain_digits(&number.to_string()), plain_digits(text), "{text:?} became {number}");
    }
    macro_rules! read_back {
        ($($kind:ty),+) => {
            $(if let Ok(read) = text.parse::<$kind>() {
                assert_eq!(read.to_string().parse::<$kind>().as_ref(), Ok(&read), "{text:?} became {read}");
            })+
        };
    }
    read_back!(Amount, Price, Quantity, Percent, ExchangeRate, Currency, Guid, Day, Timestamp);
    let _ = Timestamp::from_http_date(text);
    if let Ok(link) = canonical_link(text) {
        assert_eq!(canonical_link(&link.link).as_ref(), Ok(&link), "{text:?}");
        // The number may stand in the path, the query or the fragment.
        assert!(link.link.len() <= 250 && link.link.contains(&link.number));
    }
}

/// A decimal number's sign, significant digits and power of ten, worked out from its text alone.
fn plain_digits(text: &str) -> (bool, String, i64) {
    let text = text.trim();
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let negative = number.starts_with('-');
    let number = number.trim_start_matches(['-', '+']).replace('_', "");
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return (false, String::new(), 0);
    }
    let zeros = i64::try_from(digits.len() - significant.len()).expect("few");
    let places = i64::try_from(fraction.len()).expect("few");
    (negative, significant.to_owned(), exponent.parse::<i64>().expect("a whole number") - places + zeros)
}

/// What becomes plain text is never longer than what it was made of; text without markup keeps its words.
pub fn markup(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let plain = markup::plain(text);
    assert!(plain.len() <= text.len(), "{text:?} became {plain:?}");
    if !text.contains(['<', '&']) {
        let letters = |text: &str| text.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect::<String>();
        assert_eq!(letters(&plain), letters(text));
    }
}

/// What is wrong with a form or with options is said in full, each thing once and in few words; what is right is kept.
pub fn forms(data: &[u8]) {
    let Some((which, text)) = chosen(data) else { return };
    let bundle = bundle();
    let books = &bundle.context.references;
    let refused = match which % 7 {
        0 => Options::from_json(text).err(),
        1 => match Settings::from_json(text) {
            Ok(settings) => {
                let written = json::to_text(&settings);
                assert_eq!(Settings::from_json(&written).as_ref(), Ok(&settings), "{written}");
                None
            }
            Err(error) => Some(error),
        },
        2 => ProductAsk::from_json(text).err(),
        3 => ChangesAsk::from_json(text).err(),
        4 => SaleAsk::from_json(text).err(),
        5 => match bundle.context.company.own.edited(text) {
            Ok(own) => {
                assert_eq!(own.edited(text).as_ref(), Ok(&own), "the same edit again changes nothing");
                None
            }
            Err(error) => Some(error),
        },
        _ => Checked::from_json(text, books, &bundle.context.settings).err(),
    };
    if let Some(error) = refused {
        complaint(&error, text);
        assert!(matches!(error.code, ErrorCode::InvalidInput | ErrorCode::InvalidOptions | ErrorCode::NotReady), "{error}");
    }
}

/// An error has words, and does not grow with the square of what it complains of.
pub fn complaint(error: &Error, about: &str) {
    assert!(!error.message.is_empty());
    let said: usize = error.details.iter().map(|detail| detail.field.len() + detail.problem.len()).sum();
    let most = 400 * (error.details.len() + 1) + 8 * about.len();
    assert!(error.message.len() + said <= most, "{} bytes said of {}: {error}", said, about.len());
}

/// Of a read nothing is ever in doubt; of a write everything that something other than the proxy says of a success.
pub fn answers(data: &[u8]) {
    const STATUSES: [u16; 16] = [200, 201, 204, 0, 302, 400, 401, 403, 404, 413, 422, 429, 500, 502, 503, 504];
    let [first, second, body @ ..] = data else { return };
    let content_type =
        ["application/json", "application/problem+json; charset=utf-8", "text/html", ""][usize::from(first / 2 % 4)];
    let status = STATUSES[usize::from(second % 16)];
    let mut lines = body.splitn(3, |byte| *byte == b'\n');
    let mut line = || String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let headers = Headers { content_type: content_type.to_owned(), cin7_date: line(), retry_after: line(), ..Headers::default() };
    let body = lines.next().unwrap_or_default();
    let method = if first % 2 == 0 { Method::Get } else { Method::Post };
    match answer::read(method, status, &headers, body.to_vec()) {
        Ok(response) => {
            assert!((200..300).contains(&status) && content_type == "application/json");
            assert_eq!(response.body, body);
            assert!(matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')));
        }
        Err(failure) => {
            assert!(!failure.ambiguous || method == Method::Post);
            assert!(!failure.messages.is_empty());
            let from_proxy = content_type.starts_with("application/problem");
            if method == Method::Post && (200..300).contains(&status) && !from_proxy {
                assert_eq!(failure.ambiguous, failure.kind != FailureKind::Refused, "{failure:?}");
            }
            let said: usize = failure.messages.iter().map(String::len).sum();
            assert!(said <= 3 * body.len() + 200, "{said} bytes said of {}", body.len());
        }
    }
}
