//! What a write creates in Cin7, the key under which it must not be created twice, and how to find it there.
//!
//! The key is made of the body, so that every device, also one that was wiped, has the same key for the same thing. It is a
//! sale's `ExternalID` (the quote's canonical link), a payment's task with its `Reference`, a customer's name.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::errors::Error;
use crate::members::Members;

/// Something a write creates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Creation {
    /// `POST sale`.
    Sale {
        /// `ExternalID`.
        external_id: String,
    },
    /// `POST sale/payment`.
    Payment {
        /// `TaskID`.
        task: String,
        /// `Reference`.
        reference: String,
    },
    /// `POST customer`.
    Customer {
        /// `Name`.
        name: String,
    },
}

/// A record in Cin7 that bears the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The number or name to show.
    pub shown: String,
    /// It was voided, so another one beside it is no double.
    pub voided: bool,
    /// The call that reads it as the creating call would have answered it; `None` if `record` is that answer.
    pub read: Option<(&'static str, String)>,
    /// The record as the look-up shows it.
    pub record: Bytes,
}

impl Creation {
    /// What a write creates; `None` for a write that may be repeated without creating a second one.
    ///
    /// # Errors
    /// `bad_request`: without its key nobody could find out later whether the call took effect.
    pub fn of(path: &str, body: &[u8]) -> Result<Option<Self>, Error> {
        let need = |names: &[&'static str]| texts(body, names).map_err(Error::BadRequest);
        Ok(Some(match path {
            "sale" => {
                let [external_id] = take(need(&["ExternalID"])?);
                Self::Sale { external_id }
            }
            "sale/payment" => {
                let [task, reference] = take(need(&["TaskID", "Reference"])?);
                Self::Payment { task, reference }
            }
            "customer" => {
                let [name] = take(need(&["Name"])?);
                Self::Customer { name }
            }
            _ => return Ok(None),
        }))
    }

    /// The key: what is created, and which one.
    pub fn key(&self) -> String {
        match self {
            Self::Sale { external_id } => format!("sale\n{external_id}"),
            Self::Payment { task, reference } => format!("payment\n{}\n{reference}", task.to_ascii_lowercase()),
            Self::Customer { name } => format!("customer\n{name}"),
        }
    }

    /// Whether the key names the same thing for ever. A customer's name may be given to another one, once the first has been
    /// renamed or removed in Cin7.
    pub fn is_for_ever(&self) -> bool {
        !matches!(self, Self::Customer { .. })
    }

    /// The call that finds it: a path of the table and its query.
    pub fn look_up(&self) -> (&'static str, Vec<(&'static str, &str)>) {
        match self {
            Self::Sale { external_id } => ("saleList", vec![("ExternalID", external_id), ("Limit", "1000")]),
            Self::Payment { task, .. } => ("sale/payment", vec![("SaleID", task)]),
            Self::Customer { name } => ("customer", vec![("Name", name), ("IncludeDeprecated", "true"), ("Limit", "1000")]),
        }
    }

    /// The records of a look-up's answer that bear the very key: Cin7's filters may match loosely. `None` if the answer is not
    /// of the form it should have.
    pub fn found(&self, answer: &[u8]) -> Option<Vec<Found>> {
        match self {
            Self::Sale { external_id } => {
                let list: Sales = serde_json::from_slice(answer).ok()?;
                let mine = list.rows.iter().filter_map(|row| sale(row, external_id).transpose());
                mine.collect::<Result<_, _>>().ok()
            }
            Self::Payment { task, reference } => {
                let list: Vec<Box<RawValue>> = serde_json::from_slice(answer).ok()?;
                let mine = list.iter().filter_map(|row| payment(row, task, reference).transpose());
                mine.collect::<Result<_, _>>().ok()
            }
            Self::Customer { name } => {
                let list: Customers = serde_json::from_slice(answer).ok()?;
                let mine = list.rows.iter().filter_map(|row| customer(row, name).transpose());
                mine.collect::<Result<_, _>>().ok()
            }
        }
    }
}

#[derive(Deserialize)]
struct Sales {
    #[serde(rename = "SaleList")]
    rows: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Customers {
    #[serde(rename = "CustomerList")]
    rows: Vec<Box<RawValue>>,
}

fn sale(row: &RawValue, wanted: &str) -> serde_json::Result<Option<Found>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Row {
        #[serde(rename = "SaleID")]
        id: String,
        #[serde(rename = "ExternalID")]
        external_id: Option<String>,
        order_number: Option<String>,
        status: Option<String>,
    }
    let head: Row = serde_json::from_str(row.get())?;
    if head.external_id.as_deref() != Some(wanted) {
        return Ok(None);
    }
    let status = head.status.unwrap_or_default();
    let voided = status.trim().eq_ignore_ascii_case("VOIDED");
    let shown = head.order_number.filter(|number| !number.is_empty()).unwrap_or_else(|| head.id.clone());
    Ok(Some(Found { shown, voided, read: Some(("sale", head.id)), record: bytes_of(row) }))
}

fn payment(row: &RawValue, task: &str, wanted: &str) -> serde_json::Result<Option<Found>> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(rename = "ID")]
        id: String,
        #[serde(rename = "SaleID")]
        sale: Option<String>,
        #[serde(rename = "TaskID")]
        task: Option<String>,
        #[serde(rename = "Reference")]
        reference: Option<String>,
    }
    let head: Row = serde_json::from_str(row.get())?;
    // A prepayment that was posted on the sale may be listed under the invoice it went to.
    let its = [head.sale, head.task].into_iter().flatten().any(|its| its.eq_ignore_ascii_case(task));
    let mine = head.reference.as_deref() == Some(wanted) && its;
    Ok(mine.then(|| Found { shown: head.id, voided: false, read: None, record: bytes_of(row) }))
}

fn customer(row: &RawValue, wanted: &str) -> serde_json::Result<Option<Found>> {
    #[derive(Deserialize)]
    struct Row {
        #[serde(rename = "ID")]
        id: String,
        #[serde(rename = "Name")]
        name: Option<String>,
    }
    let head: Row = serde_json::from_str(row.get())?;
    let mine = head.name.as_deref() == Some(wanted);
    Ok(mine.then(|| Found { shown: head.id.clone(), voided: false, read: Some(("customer", head.id)), record: bytes_of(row) }))
}

fn bytes_of(row: &RawValue) -> Bytes {
    Bytes::copy_from_slice(row.get().as_bytes())
}

/// The texts of these members of a JSON object, all of them; else a sentence for each that is not there as it should be.
///
/// A name is taken in any case and refused when it comes twice: which of two Cin7 would take is not known.
fn texts(body: &[u8], names: &[&'static str]) -> Result<Vec<String>, Vec<String>> {
    let members: Members<'_> = serde_json::from_slice(body).map_err(|_| vec!["The body must be one JSON object.".to_owned()])?;
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for name in names {
        let values: Vec<&RawValue> =
            members.0.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| *value).collect();
        match values[..] {
            [value] => match serde_json::from_str::<String>(value.get()) {
                Ok(text) if is_key(&text) => found.push(text),
                _ => problems.push(format!("`{name}` must be a text of 1 to 256 characters without control characters.")),
            },
            [] => problems.push(format!("`{name}` is missing: without it nobody can find out whether a lost call took effect.")),
            _ => problems.push(format!("`{name}` is given more than once.")),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

pub(super) fn is_key(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 256 && !text.chars().any(char::is_control)
}

fn take<const N: usize>(texts: Vec<String>) -> [String; N] {
    let mut texts = texts.into_iter();
    std::array::from_fn(|_| texts.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, body: &str) -> Result<Option<Creation>, Vec<String>> {
        Creation::of(path, body.as_bytes()).map_err(|error| match error {
            Error::BadRequest(messages) => messages,
            other => panic!("{other:?}"),
        })
    }

    fn sale(external_id: &str) -> Creation {
        Creation::Sale { external_id: external_id.to_owned() }
    }

    #[test]
    fn the_key_is_in_the_body() {
        assert_eq!(of("sale", r#"{"Note":"n","ExternalID":"https://crm/10452"}"#), Ok(Some(sale("https://crm/10452"))));
        assert_eq!(of("sale", r#"{"external\u0049d":"q/1"}"#), Ok(Some(sale("q/1"))));
        let payment = Creation::Payment { task: "T".into(), reference: "r-9".into() };
        assert_eq!(of("sale/payment", r#"{"TaskID":"T","Reference":"r-9","Amount":1.10}"#), Ok(Some(payment)));
        assert_eq!(of("customer", r#"{"Name":"Acme"}"#), Ok(Some(Creation::Customer { name: "Acme".into() })));
        for path in ["sale/order", "sale/quote"] {
            assert_eq!(of(path, "{}"), Ok(None), "posting it again replaces what stands");
        }
    }

    #[test]
    fn without_its_key_nothing_is_created() {
        for body in ["{}", r#"{"ExternalID":null}"#, r#"{"ExternalID":7}"#, r#"{"ExternalID":" "}"#, r#"{"ExternalID":"a\nb"}"#] {
            assert_eq!(of("sale", body).unwrap_err().len(), 1, "{body}");
        }
        assert_eq!(of("sale/payment", "{}").unwrap_err().len(), 2);
        let twice = of("sale", r#"{"ExternalID":"a","externalid":"b"}"#).unwrap_err();
        assert_eq!(twice, ["`ExternalID` is given more than once."]);
    }

    #[test]
    fn different_things_have_different_keys() {
        let keys = [
            sale("a").key(),
            sale("A").key(),
            Creation::Customer { name: "a".into() }.key(),
            Creation::Payment { task: "a".into(), reference: "b".into() }.key(),
            Creation::Payment { task: "a".into(), reference: "c".into() }.key(),
        ];
        for (n, key) in keys.iter().enumerate() {
            assert!(!keys[n + 1..].contains(key), "{key}");
        }
    }

    #[test]
    fn only_the_very_key_counts() {
        let list = r#"{"Total":4,"SaleList":[
            {"SaleID":"1","ExternalID":"q/10","OrderNumber":"SO-1","Status":"ORDERED"},
            {"SaleID":"2","ExternalID":"q/1","OrderNumber":"SO-2","Status":"Voided"},
            {"SaleID":"3","ExternalID":null,"OrderNumber":"SO-3"},
            {"SaleID":"4","ExternalID":"q/1","OrderNumber":"","Status":"ORDERING"}]}"#;
        let found = sale("q/1").found(list.as_bytes()).unwrap();
        let shown: Vec<(&str, bool)> = found.iter().map(|one| (one.shown.as_str(), one.voided)).collect();
        assert_eq!(shown, [("SO-2", true), ("4", false)]);
        assert_eq!(found[1].read, Some(("sale", "4".to_owned())));
        assert_eq!(sale("q/2").found(list.as_bytes()).unwrap(), []);
    }

    #[test]
    fn a_payment_is_found_by_task_and_reference() {
        let moved = br#"[{"ID":"p4","SaleID":"T","TaskID":"invoice","Reference":"r"},{"ID":"p5","SaleID":"u","Reference":"r"}]"#;
        let creation = Creation::Payment { task: "t".into(), reference: "r".into() };
        assert_eq!(creation.found(moved).unwrap()[0].shown, "p4", "it went to an invoice of the sale");
        assert_eq!(creation.found(moved).unwrap().len(), 1);
        let list = r#"[{"ID":"p1","TaskID":"T","Reference":"r"},{"ID":"p2","TaskID":"u","Reference":"r"}, {"ID":"p3","TaskID":"t","Reference":"r2"}]"#;
        let payment = Creation::Payment { task: "t".into(), reference: "r".into() };
        let found = payment.found(list.as_bytes()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(&found[0].record[..], br#"{"ID":"p1","TaskID":"T","Reference":"r"}"#);
    }

    /// "None" is said only of a list that was understood: it is what lets a call be sent again.
    #[test]
    fn an_answer_of_another_form_is_not_none() {
        for answer in ["{}", "[]", r#"{"SaleList":null}"#, r#"{"SaleList":[{"OrderNumber":"SO-1"}]}"#, r#"{"SaleList":[7]}"#] {
            assert_eq!(sale("q").found(answer.as_bytes()), None, "{answer}");
        }
    }
}
