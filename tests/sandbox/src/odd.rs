//! Answers as oddly written as Cin7 is known to write: numbers in quotes, `null` for nothing, ids in capitals.

use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::clock::parse_instant;
use crate::fields::{Fields, raw};
use crate::switches::{EmptyValues, Instants, Switches};

/// Fields that are instants; all others with dates are calendar dates.
const INSTANTS: [&str; 4] = ["LastModifiedOn", "Updated", "LastUpdatedDate", "DateCreated"];

fn is_plain(switches: &Switches) -> bool {
    !switches.numbers_as_strings
        && !switches.booleans_as_strings
        && !switches.upper_case_ids
        && switches.list_total
        && switches.empty_values == EmptyValues::AsStored
        && switches.instants == Instants::AsStored
}

/// The answer to a read as the switches want it written; what is no JSON stays as it is.
pub(crate) fn written(mut answer: Answer, switches: &Switches) -> Answer {
    if is_plain(switches) || answer.status != 200 {
        return answer;
    }
    let Ok(text) = std::str::from_utf8(&answer.body) else { return answer };
    let Ok(value) = serde_json::from_str::<Box<RawValue>>(text) else { return answer };
    let mut odd = rewritten("", &value, switches);
    if let Ok(mut envelope) = Fields::parse(odd.get())
        && envelope.get("Page").is_some()
    {
        // The envelope's own two numbers stay numbers.
        let own = Fields::parse(text).unwrap_or_default();
        for key in ["Total", "Page"] {
            if let Some(value) = own.get(key) {
                envelope.set(key, value);
            }
        }
        if !switches.list_total {
            envelope.take("Total");
        }
        odd = raw(&envelope);
    }
    answer.body = odd.get().as_bytes().to_vec();
    answer
}

fn is_empty(value: &str) -> bool {
    matches!(value, "null" | "\"\"" | "[]")
}

fn rewritten(key: &str, value: &RawValue, switches: &Switches) -> Box<RawValue> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'{') => {
            let mut odd = Fields::default();
            for (key, value) in Fields::parse(text).unwrap_or_default().iter() {
                match (is_empty(value.get()), switches.empty_values) {
                    (true, EmptyValues::Missing) => {}
                    (true, EmptyValues::Null) => odd.push(key, &()),
                    (true, EmptyValues::Blank) if value.get() != "[]" => odd.push(key, ""),
                    _ => odd.push(key, &rewritten(key, value, switches)),
                }
            }
            raw(&odd)
        }
        Some(b'[') => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
            raw(&items.iter().map(|item| rewritten(key, item, switches)).collect::<Vec<_>>())
        }
        Some(b'"') => raw(&odd_text(key, serde_json::from_str(text).unwrap_or_default(), switches)),
        Some(b't' | b'f') if switches.booleans_as_strings => raw(text),
        Some(b'0'..=b'9' | b'-') if switches.numbers_as_strings => raw(text),
        _ => value.to_owned(),
    }
}

fn odd_text(key: &str, text: String, switches: &Switches) -> String {
    if switches.upper_case_ids && key.ends_with("ID") && text.len() == 36 && key != "ExternalID" {
        return text.to_uppercase();
    }
    let at = INSTANTS.contains(&key).then(|| parse_instant(&text)).flatten();
    match (at, switches.instants) {
        (Some(_), Instants::Bare) => text.trim_end_matches('Z').to_owned(),
        (Some(at), Instants::SevenDigits) => {
            format!("{}{:07}Z", at.format("%Y-%m-%dT%H:%M:%S."), at.timestamp_subsec_nanos() / 100)
        }
        _ => text,
    }
}
