//! An account as the screen shows it: where it stands in one sentence, and what there is to decide.

use serde::Serialize;

use super::{Account, State, UnsetRepresentative};
use crate::records::{Guid, Timestamp};

/// A customer of the same name that Cin7 has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundView {
    /// Cin7's id.
    pub id: Guid,
    /// Its name.
    pub name: String,
    /// Its main address in one line.
    pub address: String,
    /// Name of its default contact.
    pub contact: String,
    /// Whether Cin7 has retired it.
    pub deprecated: bool,
}

/// An account for the screen; see `AccountView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// What it is known by.
    pub key: String,
    /// The name.
    pub name: String,
    /// `queued`, `sending`, `unknown`, `refused`, `lost`, `asks` or `made`.
    pub state: &'static str,
    /// What that means and what happens next.
    pub sentence: String,
    /// The customer, once it stands in Cin7.
    pub company_id: Option<Guid>,
    /// Customers of this name that Cin7 had.
    pub found: Vec<FoundView>,
    /// The representative that was not sent.
    pub representative: Option<UnsetRepresentative>,
    /// When the form was taken.
    pub created_at: Timestamp,
    /// When the next try is due.
    pub next_try_at: Option<Timestamp>,
}

impl Account {
    /// The account for the screen.
    pub fn view(&self) -> AccountView {
        let found = if self.state == State::Asks { self.found.as_slice() } else { &[] };
        AccountView {
            key: self.key.clone(),
            name: self.name.clone(),
            state: self.state.word(),
            sentence: self.sentence(),
            company_id: self.made.as_ref().map(|facts| facts.id),
            found: found
                .iter()
                .map(|facts| FoundView {
                    id: facts.id,
                    name: facts.name.clone(),
                    address: facts.main_address().map(crate::records::company::Address::line).unwrap_or_default(),
                    contact: crate::records::company::contact_name(&facts.contacts).to_owned(),
                    deprecated: facts.deprecated,
                })
                .collect(),
            representative: self.representative.clone(),
            created_at: self.created_at,
            next_try_at: self.next_try,
        }
    }

    fn sentence(&self) -> String {
        let (name, words) = (&self.name, &self.words);
        match &self.state {
            State::Queued { .. } if !words.is_empty() => format!("Saved here and waiting. {words}"),
            State::Queued { .. } => "Saved here; on its way to Cin7.".into(),
            State::Sending { .. } => "Saved here; being made in Cin7.".into(),
            State::Unknown => "Cin7 did not answer. It is looked up before anything is sent again.".into(),
            State::Refused => format!("Cin7 refused this customer: {words}"),
            State::Lost => {
                format!("Cin7 did not answer, and has no customer named {name} so far. Nothing is sent again unless you say so.")
            }
            State::Asks if self.in_doubt.is_some() => {
                format!("Cin7 did not answer, and now has a customer named {name}. Is it this one? No second one is made.")
            }
            State::Asks => format!("Cin7 already has a customer named {name}. Is it this one? No second one is made."),
            State::Made => format!("{name} is a customer in Cin7."),
        }
    }
}
