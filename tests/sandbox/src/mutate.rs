//! `POST /sandbox/mutate`: what a test changes in the world, as if somebody had done it in Cin7.

use serde::Deserialize;

use crate::answer::Answer;
use crate::back_office;
use crate::clock::instant_text;
use crate::collection::Kind;
use crate::fields::{Fields, Number, raw};
use crate::outcome::{Outcome, done};
use crate::state::State;

/// One change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mutation {
    collection: String,
    id: Option<String>,
    set: Option<Fields>,
    /// Fields to take away altogether.
    #[serde(default)]
    unset: Vec<String>,
    add: Option<Fields>,
    #[serde(default)]
    remove: bool,
    #[serde(rename = "do")]
    action: Option<String>,
    /// The details of what is done: quantities, numbers, dates.
    with: Option<Fields>,
    /// Further fields that a record must have, such as an availability row's `Location` and `Bin`.
    #[serde(rename = "where")]
    narrowed: Option<Fields>,
}

pub(crate) fn apply(state: &mut State, mutation: &Mutation) -> Outcome {
    if mutation.collection.eq_ignore_ascii_case("company") {
        let patch = mutation.set.as_ref().ok_or("company takes only `set`")?;
        state.world.company.merge(patch);
        return Ok(Answer::json(&state.world.company));
    }
    let kind = Kind::named(&mutation.collection).ok_or(format!("there is no collection `{}`", mutation.collection))?;
    if let Some(record) = &mutation.add {
        if kind == Kind::Sales && record.get("Order").is_none() {
            return back_office::sell(state, record);
        }
        if kind == Kind::Purchases && record.get("Order").is_none() {
            return back_office::buy(state, record);
        }
        return Ok(add(state, kind, record));
    }
    let id = mutation.id.as_ref().ok_or("`id` or `add` is needed")?;
    let positions = narrowed(state, kind, id, mutation.narrowed.as_ref());
    if positions.is_empty() {
        return Err(format!("there is no {} `{id}`", kind.name()));
    }
    if let Some(action) = &mutation.action {
        let id = state.world.of(kind).at(positions[0]).keys.id.to_string();
        let with = mutation.with.clone().unwrap_or_default();
        return act(state, kind, &id, action, &with);
    }
    if mutation.remove {
        state.world.of_mut(kind).remove(&positions);
        return Ok(done());
    }
    if mutation.set.is_none() && mutation.unset.is_empty() {
        return Err("`set`, `unset`, `add`, `remove` or `do` is needed".to_owned());
    }
    for at in positions {
        let patch = mutation.set.clone().unwrap_or_default();
        set(state, kind, at, &patch, &mutation.unset);
    }
    Ok(done())
}

/// Something done to the record with this id.
fn act(state: &mut State, kind: Kind, id: &str, action: &str, with: &Fields) -> Outcome {
    let record = state.world.of(kind).find(id).map(crate::collection::Record::whole).unwrap_or_default();
    back_office::act(state, kind, record, action, with)?;
    Ok(state.world.of(kind).find(id).map_or_else(done, |record| Answer::json(&record.whole())))
}

fn narrowed(state: &State, kind: Kind, id: &str, fields: Option<&Fields>) -> Vec<usize> {
    let records = state.world.of(kind);
    let has_all = |at: &usize| {
        let Some(wanted) = fields else { return true };
        let record = records.at(*at).fields();
        wanted.iter().all(|(key, value)| record.get(key).map_or("null", |own| own.get()) == value.get())
    };
    records.addressed(id).into_iter().filter(has_all).collect()
}

fn touch(state: &State, kind: Kind, record: &mut Fields, patch: &Fields) {
    if let Some(field) = kind.modified_field()
        && patch.get(field).is_none()
    {
        record.set(field, &instant_text(state.clock.now()));
    }
}

fn add(state: &mut State, kind: Kind, record: &Fields) -> Answer {
    let mut record = record.clone();
    let field = kind.id_field();
    if record.is_blank(field) {
        record.set(field, &state.new_id());
    }
    let patch = record.clone();
    touch(state, kind, &mut record, &patch);
    state.world.of_mut(kind).add(record.clone());
    Answer::json(&record)
}

/// Merges into one record and carries a new name to the records that show it, as Cin7 does.
fn set(state: &mut State, kind: Kind, at: usize, patch: &Fields, unset: &[String]) {
    let before = state.world.of(kind).at(at).whole();
    let mut record = before.clone();
    record.merge(patch);
    if kind == Kind::Availability
        && patch.get("Available").is_none()
        && (patch.get("OnHand").is_some() || patch.get("Allocated").is_some())
    {
        record.set("Available", &Number(record.number_or_zero("OnHand") - record.number_or_zero("Allocated")));
    }
    touch(state, kind, &mut record, patch);
    for key in unset {
        record.take(key);
    }
    state.world.of_mut(kind).replace(at, record.clone());
    let renamed = |key: &str| {
        let (old, new) = (before.text_or_empty(key), record.text_or_empty(key));
        (old != new && !old.is_empty()).then_some((old, new))
    };
    if kind == Kind::Products {
        for key in ["SKU", "Name", "Barcode"] {
            if renamed(key).is_some() {
                carry_to_availability(state, &record, key);
            }
        }
    }
    if let Some((old, new)) = renamed("Name") {
        let followers: &[(Kind, &str)] = match kind {
            Kind::PriceTiers => &[(Kind::Customers, "PriceTier")],
            Kind::PaymentTerms => &[(Kind::Customers, "PaymentTerm"), (Kind::Suppliers, "PaymentTerm")],
            Kind::TaxRules => &[(Kind::Customers, "TaxRule"), (Kind::Products, "SaleTaxRule")],
            Kind::DiscountRules => &[(Kind::Products, "DiscountRule")],
            Kind::Locations => &[(Kind::Customers, "Location"), (Kind::Availability, "Location")],
            _ => &[],
        };
        for (follower, field) in followers {
            each(state, *follower, |fields| {
                let follows = fields.text_or_empty(field) == old;
                if follows {
                    fields.set(field, &new);
                }
                follows
            });
        }
        if kind == Kind::PriceTiers {
            each(state, Kind::Products, |product| rename_tier(product, &old, &new));
        }
    }
}

fn carry_to_availability(state: &mut State, product: &Fields, key: &str) {
    let value = product.get(key).map(ToOwned::to_owned);
    let rows = state.world.of_mut(Kind::Availability);
    for at in rows.positions(&product.text_or_empty("ID")).to_vec() {
        let mut row = rows.at(at).fields();
        row.set(key, &value);
        rows.replace(at, row);
    }
}

/// Edits every record that `change` says it changed, without touching its time stamp.
fn each(state: &mut State, kind: Kind, change: impl Fn(&mut Fields) -> bool) {
    let records = state.world.of_mut(kind);
    for at in 0..records.len() {
        let mut fields = records.at(at).whole();
        if change(&mut fields) {
            records.replace(at, fields);
        }
    }
}

/// The map of tier names to prices keeps its order under the new name.
fn rename_tier(product: &mut Fields, old: &str, new: &str) -> bool {
    let Some(tiers) = product.object("PriceTiers") else { return false };
    if tiers.get(old).is_none() {
        return false;
    }
    let mut renamed = Fields::default();
    for (name, price) in tiers.iter() {
        renamed.set(if name == old { new } else { name }, &raw(price));
    }
    product.set("PriceTiers", &renamed);
    true
}
