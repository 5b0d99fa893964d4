//! The CRM's own edits of a company: plain data from the screen, checked whole before anything changes.

use super::{Address, AddressKind, Company, Contact, OnceCopied};
use crate::error::{Detail, Error, ErrorCode, Result};
use serde_json::{Map, Value};

/// Longest name in UTF-16 units, as Cin7 keeps it.
pub const LONGEST_NAME: usize = 256;
/// Longest phone number.
pub const LONGEST_PHONE: usize = 50;
/// Longest postcode that the CRM keeps; Cin7 keeps 20.
pub const LONGEST_POSTCODE: usize = 30;

/// Parts of a contact.
const CONTACT_PARTS: [&str; 5] = ["name", "email", "phone", "jobTitle", "default"];
/// Parts of an address.
const ADDRESS_PARTS: [&str; 6] = ["line1", "line2", "city", "state", "postcode", "country"];

/// The entries of a plain object, whose names must be among `parts`.
pub fn object<'v>(value: &'v Value, field: &str, parts: &[&str], details: &mut Vec<Detail>) -> Option<&'v Map<String, Value>> {
    let Value::Object(entries) = value else {
        details.push(Detail::new(field, "This is not a plain object."));
        return None;
    };
    for name in entries.keys().filter(|name| !parts.contains(&name.as_str())) {
        details.push(Detail::new(joined(field, name), "There is no such field."));
    }
    Some(entries)
}

fn joined(field: &str, name: &str) -> String {
    if field.is_empty() { name.to_owned() } else { [field, ".", name].concat() }
}

/// A text of an object, trimmed; empty when it is missing or null.
pub fn text(entries: &Map<String, Value>, field: &str, name: &str, longest: usize, details: &mut Vec<Detail>) -> String {
    let text = match entries.get(name) {
        None | Some(Value::Null) => return String::new(),
        Some(Value::String(text)) => text.trim(),
        Some(_) => {
            details.push(Detail::new(joined(field, name), "This is not a text."));
            return String::new();
        }
    };
    let length = text.encode_utf16().count();
    if length > longest {
        let problem = format!("This has {length} characters, and {longest} is the most: {} too many.", length - longest);
        details.push(Detail::new(joined(field, name), problem));
    }
    text.to_owned()
}

/// The people of a company: each with a name, and exactly one of them the default.
pub fn contacts(value: &Value, field: &str, details: &mut Vec<Detail>) -> Vec<Contact> {
    let Value::Array(entries) = value else {
        details.push(Detail::new(field, "This is not a list."));
        return Vec::new();
    };
    let mut contacts = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let field = format!("{field}[{index}]");
        let Some(parts) = object(entry, &field, &CONTACT_PARTS, details) else { continue };
        let name = text(parts, &field, "name", LONGEST_NAME, details);
        if name.is_empty() {
            details.push(Detail::new(joined(&field, "name"), "A contact needs a name: Cin7 refuses one without."));
        }
        let default = match parts.get("default") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(default)) => *default,
            Some(_) => {
                details.push(Detail::new(joined(&field, "default"), "This is neither true nor false."));
                false
            }
        };
        contacts.push(Contact {
            name,
            email: text(parts, &field, "email", LONGEST_NAME, details),
            phone: text(parts, &field, "phone", LONGEST_PHONE, details),
            job_title: text(parts, &field, "jobTitle", LONGEST_NAME, details),
            default,
        });
    }
    let defaults = contacts.iter().filter(|contact| contact.default).count();
    if defaults != 1 && !contacts.is_empty() {
        let problem = if defaults == 0 { "Choose the default contact." } else { "Only one contact can be the default." };
        details.push(Detail::new(field, problem));
    }
    contacts
}

/// The CRM's main address, at the lengths that the CRM keeps.
fn main_address(value: &Value, before: Option<&Address>, details: &mut Vec<Detail>) -> Option<Address> {
    if value.is_null() {
        return None;
    }
    let parts = object(value, "mainAddress", &ADDRESS_PARTS, details)?;
    let mut part = |name| {
        let longest = if name == "postcode" { LONGEST_POSTCODE } else { LONGEST_NAME };
        text(parts, "mainAddress", name, longest, details)
    };
    Some(Address {
        id: before.and_then(|address| address.id),
        kind: before.map_or(AddressKind::Billing, |address| address.kind.clone()),
        default: true,
        line1: part("line1"),
        line2: part("line2"),
        city: part("city"),
        state: part("state"),
        postcode: part("postcode"),
        country: part("country"),
    })
}

impl OnceCopied {
    /// These fields with an edit (`CompanyEdit` in `types.ts`, as JSON text) laid over them. Nothing of it goes to Cin7.
    ///
    /// # Errors
    /// `invalid-input` with a detail for everything that is wrong.
    pub fn edited(&self, json: &str) -> Result<Self> {
        let mut details = Vec::new();
        let mut next = self.clone();
        let edit = serde_json::from_str::<Value>(json).unwrap_or_default();
        if let Some(parts) = object(&edit, "", &["name", "phone", "contacts", "mainAddress"], &mut details) {
            if parts.contains_key("name") {
                next.name = text(parts, "", "name", LONGEST_NAME, &mut details);
                if next.name.is_empty() {
                    details.push(Detail::new("name", "A company needs a name."));
                }
            }
            if parts.contains_key("phone") {
                next.phone = text(parts, "", "phone", LONGEST_PHONE, &mut details);
            }
            if let Some(value) = parts.get("contacts") {
                // What came from Cin7 as it is and stays so is not this edit's fault.
                let mut wrong = Vec::new();
                next.contacts = contacts(value, "contacts", &mut wrong);
                details.extend(wrong.into_iter().filter(|_| next.contacts != self.contacts));
            }
            if let Some(value) = parts.get("mainAddress") {
                next.main_address = main_address(value, self.main_address.as_ref(), &mut details);
            }
        }
        if details.is_empty() {
            Ok(next)
        } else {
            Err(Error::with_details(ErrorCode::InvalidInput, "The company cannot be changed like this.", details))
        }
    }
}

impl Company {
    /// The CRM's own fields once it has taken Cin7's word for one of them: `name`, `phone`, `mainAddress` or `contacts`.
    ///
    /// # Errors
    /// `invalid-input` when there is no such field.
    pub fn accepted(&self, field: &str) -> Result<OnceCopied> {
        let (mut own, now) = (self.own.clone(), OnceCopied::of(&self.cin7));
        match field {
            "name" => own.name = now.name,
            "phone" => own.phone = now.phone,
            "mainAddress" => own.main_address = now.main_address,
            "contacts" => own.contacts = now.contacts,
            _ => return Err(Error::invalid("field", format!("“{field}” is not a field that is copied once."))),
        }
        Ok(own)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::bayside;
    use super::*;

    fn fields(error: &Error) -> Vec<&str> {
        error.details.iter().map(|detail| detail.field.as_str()).collect()
    }

    #[test]
    fn c02_an_edit_changes_what_it_names_and_nothing_else() {
        let own = OnceCopied::of(&bayside());
        let next = own.edited(r#"{"name":" Bayside ","phone":"020 7946 0555"}"#).unwrap();
        assert_eq!((next.name.as_str(), next.phone.as_str()), ("Bayside", "020 7946 0555"));
        assert_eq!((next.contacts, next.main_address), (own.contacts, own.main_address));
    }

    #[test]
    fn c07_everything_wrong_with_an_edit_is_said_at_once() {
        let own = OnceCopied::of(&bayside());
        let edit = r#"{"name":" ","phon":"1","phone":7,"contacts":[{"name":"","default":true},{"name":"B","default":true,"age":3}],
            "mainAddress":{"line1":"1","postcode":"0123456789012345678901234567890"}}"#;
        let error = own.edited(edit).unwrap_err();
        assert_eq!(
            fields(&error),
            ["phon", "name", "phone", "contacts[0].name", "contacts[1].age", "contacts", "mainAddress.postcode"]
        );
        assert!(own.edited("[]").is_err());
    }

    #[test]
    fn a_phone_is_edited_beside_two_default_contacts_that_stay_as_they_are() {
        let mut own = OnceCopied::of(&bayside());
        own.contacts.push(Contact { name: "Rosa Lind".into(), default: true, ..Contact::default() });
        let contacts = crate::json::to_text(&own.contacts);
        let next = own.edited(&format!(r#"{{"phone":"1","contacts":{contacts}}}"#)).unwrap();
        assert_eq!((next.phone.as_str(), &next.contacts), ("1", &own.contacts));
        let changed = contacts.replace("Rosa Lind", "Rosa");
        assert_eq!(fields(&own.edited(&format!(r#"{{"contacts":{changed}}}"#)).unwrap_err()), ["contacts"]);
    }

    #[test]
    fn nobody_is_called_no_name_where_there_is_a_person() {
        let contact =
            |name: &str, email: &str, default| Contact { name: name.into(), email: email.into(), default, ..Contact::default() };
        let (nobody, ann, rosa) =
            (contact(" no name", "", true), contact("Ann", "", false), contact("Rosa", "rosa@bayside.test", false));
        let table = [
            (vec![nobody.clone(), ann.clone(), rosa.clone()], "Rosa"),
            (vec![nobody.clone(), ann.clone()], "Ann"),
            (vec![nobody.clone(), rosa.clone(), Contact { default: true, ..ann.clone() }], "Ann"),
            (vec![Contact { default: true, ..rosa.clone() }, Contact { default: true, ..ann }], "Rosa"),
            (vec![contact("", "x@y.test", true), nobody.clone()], ""),
            (vec![nobody], ""),
            (Vec::new(), ""),
        ];
        for (contacts, name) in table {
            assert_eq!(crate::records::company::contact_name(&contacts), name, "{contacts:?}");
        }
    }

    #[test]
    fn c02_accepting_one_field_leaves_the_others() {
        let first = Company::merged(None, bayside());
        let mut facts = bayside();
        facts.name = "Bayside Club Ltd".into();
        facts.contacts[0].phone = "020 7946 0999".into();
        let company = Company::merged(Some(first), facts);
        let drifted: Vec<String> = company.drift().into_iter().map(|drift| drift.field).collect();
        assert_eq!(drifted, ["name", "phone", "contacts"]);
        let own = company.accepted("name").unwrap();
        assert_eq!((own.name.as_str(), own.phone.as_str()), ("Bayside Club Ltd", "020 7946 0100"));
        assert!(company.accepted("tier").is_err());
    }
}
