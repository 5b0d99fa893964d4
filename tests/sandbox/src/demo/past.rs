//! A world's past: sales and purchases made, shipped, invoiced and paid on days gone by, by the same code as tests use.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::chance::Chance;
use crate::back_office;
use crate::collection::{Kind, Record};
use crate::fields::{Fields, Number, object};
use crate::state::State;
use crate::world::World;

/// A world on whose clock it is some day of its past.
pub(crate) struct Past {
    state: State,
    /// How many documents were numbered.
    documents: u32,
}

impl Past {
    /// The past of `world`; ids come from `seed`.
    pub(crate) fn of(world: World, seed: u64) -> Self {
        let mut state = State::seeded(world, String::new(), seed);
        state.clock.freeze(true);
        Past { state, documents: 0 }
    }

    /// Whatever is done next is done then.
    pub(crate) fn at(&mut self, day: DateTime<Utc>) {
        self.state.clock.set(day);
    }

    /// The world with its past.
    pub(crate) fn into_world(self) -> World {
        self.state.world
    }

    /// The id of any record of a kind.
    pub(crate) fn any(&self, chance: &mut Chance, kind: Kind) -> String {
        let records = self.state.world.of(kind);
        records.at(chance.below(u32::try_from(records.len()).unwrap_or(u32::MAX)) as usize).keys.id.to_string()
    }

    /// What is available of a product in a location.
    pub(crate) fn available(&self, product: &str, location: &str) -> Decimal {
        self.state.available(product, location)
    }

    /// Makes a sale and answers its id.
    pub(crate) fn sell(&mut self, wanted: &Fields) -> String {
        let made = back_office::sell(&mut self.state, wanted).unwrap_or_else(|error| panic!("{error}: {}", wanted.to_text()));
        Fields::parse(std::str::from_utf8(&made.body).unwrap_or_default()).unwrap_or_default().text_or_empty("ID")
    }

    /// Makes a purchase.
    pub(crate) fn buy(&mut self, wanted: &Fields) {
        back_office::buy(&mut self.state, wanted).unwrap_or_else(|error| panic!("{error}: {}", wanted.to_text()));
    }

    /// Does something to a record, by id or number.
    pub(crate) fn act(&mut self, kind: Kind, id: &str, action: &str, with: &Fields) {
        let records = self.state.world.of(kind);
        let record = records.addressed(id).first().map(|at| records.at(*at).whole()).unwrap_or_default();
        back_office::act(&mut self.state, kind, record, action, with).unwrap_or_else(|error| panic!("{action} {id}: {error}"));
    }

    /// The record as it stands.
    pub(crate) fn found(&self, kind: Kind, id: &str) -> Fields {
        self.state.world.of(kind).find(id).map(Record::fields).unwrap_or_default()
    }

    /// A number for the next document: `INV-00001`.
    pub(crate) fn number(&mut self, prefix: &str) -> String {
        self.documents += 1;
        format!("{prefix}{:05}", self.documents)
    }

    /// The first line of a purchase.
    pub(crate) fn first_line(&self, purchase: &str) -> Fields {
        let records = self.state.world.of(Kind::Purchases);
        let found = records.addressed(purchase).first().map(|at| records.at(*at).fields()).unwrap_or_default();
        found.object("Order").unwrap_or_default().list("Lines").into_iter().next().unwrap_or_default()
    }

    /// Pays the first invoice of a sale in full.
    pub(crate) fn pay_all(&mut self, sale: &str) {
        let owed =
            self.found(Kind::Sales, sale).list("Invoices").first().map(|own| own.number_or_zero("Total")).unwrap_or_default();
        self.act(Kind::Sales, sale, "pay", &object! { "amount" => Number(owed), "reference" => "BACS" });
    }
}
