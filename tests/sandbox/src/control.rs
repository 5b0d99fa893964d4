//! Control endpoints under `/sandbox/`: what tests turn and read. No credentials, JSON in and out.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::TimeDelta;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::answer::Answer;
use crate::api::{undo, void};
use crate::clock::{instant_text, parse_instant};
use crate::collection::Kind;
use crate::faults::Fault;
use crate::fields::{Fields, Number, raw};
use crate::server::{Handle, response};
use crate::state::State;

type Outcome = Result<Answer, String>;

pub(crate) fn routes() -> Router<Handle> {
    Router::new()
        .route("/sandbox/reset", post(reset))
        .route("/sandbox/clock", get(read_clock).post(set_clock))
        .route("/sandbox/mutate", post(mutate))
        .route("/sandbox/fault", post(arm_fault).delete(clear_faults))
        .route("/sandbox/journal", get(read_journal).delete(clear_journal))
        .route("/sandbox/state", get(read_state))
        .route("/sandbox/state/{collection}", get(read_collection))
        .route("/sandbox/switches", get(read_switches).post(set_switches))
}

fn answered(outcome: Outcome) -> Response {
    response(outcome.unwrap_or_else(|text| {
        let mut answer = Answer::json(&json!({ "error": text }));
        answer.status = 400;
        answer
    }))
}

fn parsed<T: DeserializeOwned>(body: &Bytes) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn done() -> Answer {
    Answer::json(&json!({ "ok": true }))
}

async fn reset(Shared(handle): Shared<Handle>) -> Response {
    handle.lock().reset();
    response(done())
}

fn clock_answer(state: &State) -> Answer {
    Answer::json(&json!({ "now": instant_text(state.clock.now()), "frozen": state.clock.is_frozen() }))
}

async fn read_clock(Shared(handle): Shared<Handle>) -> Response {
    response(clock_answer(&handle.lock()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockChange {
    now: Option<String>,
    advance_seconds: Option<i64>,
    frozen: Option<bool>,
}

async fn set_clock(Shared(handle): Shared<Handle>, body: Bytes) -> Response {
    answered(parsed(&body).and_then(|change: ClockChange| {
        let mut state = handle.lock();
        let now = change.now.map(|text| parse_instant(&text).ok_or(format!("`{text}` is not a time"))).transpose()?;
        if let Some(frozen) = change.frozen {
            state.clock.freeze(frozen);
        }
        if let Some(now) = now {
            state.clock.set(now);
        }
        if let Some(seconds) = change.advance_seconds {
            state.clock.advance(TimeDelta::try_seconds(seconds).ok_or("advance_seconds is out of range")?);
        }
        Ok(clock_answer(&state))
    }))
}

async fn arm_fault(Shared(handle): Shared<Handle>, body: Bytes) -> Response {
    answered(parsed::<Fault>(&body).map(|fault| Answer::json(&json!({ "id": handle.lock().faults.arm(fault) }))))
}

async fn clear_faults(Shared(handle): Shared<Handle>) -> Response {
    handle.lock().faults.clear();
    response(done())
}

async fn read_journal(Shared(handle): Shared<Handle>) -> Response {
    response(Answer::json(handle.lock().journal.entries()))
}

async fn clear_journal(Shared(handle): Shared<Handle>) -> Response {
    handle.lock().journal.clear();
    response(done())
}

async fn read_state(Shared(handle): Shared<Handle>) -> Response {
    response(Answer::json(&handle.lock().world.render()))
}

async fn read_collection(Shared(handle): Shared<Handle>, Path(name): Path<String>) -> Response {
    let state = handle.lock();
    if name.eq_ignore_ascii_case("company") {
        return response(Answer::json(&state.world.company));
    }
    answered(
        Kind::named(&name)
            .map(|kind| Answer::json(&state.world.of(kind).render()))
            .ok_or(format!("there is no collection `{name}`")),
    )
}

async fn read_switches(Shared(handle): Shared<Handle>) -> Response {
    response(Answer::json(&handle.lock().switches))
}

async fn set_switches(Shared(handle): Shared<Handle>, body: Bytes) -> Response {
    answered(parsed(&body).and_then(|patch| {
        let mut state = handle.lock();
        state.switches = state.switches.merged(&patch)?;
        Ok(Answer::json(&state.switches))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    collection: String,
    id: Option<String>,
    set: Option<Fields>,
    add: Option<Fields>,
    #[serde(default)]
    remove: bool,
    #[serde(rename = "do")]
    action: Option<String>,
    /// Further fields that a record must have, such as an availability row's `Location` and `Bin`.
    #[serde(rename = "where")]
    narrowed: Option<Fields>,
}

async fn mutate(Shared(handle): Shared<Handle>, body: Bytes) -> Response {
    answered(parsed(&body).and_then(|mutation: Mutation| apply(&mut handle.lock(), &mutation)))
}

fn apply(state: &mut State, mutation: &Mutation) -> Outcome {
    if mutation.collection.eq_ignore_ascii_case("company") {
        let patch = mutation.set.as_ref().ok_or("company takes only `set`")?;
        state.world.company.merge(patch);
        return Ok(Answer::json(&state.world.company));
    }
    let kind = Kind::named(&mutation.collection).ok_or(format!("there is no collection `{}`", mutation.collection))?;
    if let Some(record) = &mutation.add {
        return Ok(add(state, kind, record));
    }
    let id = mutation.id.as_ref().ok_or("`id` or `add` is needed")?;
    let positions = narrowed(state, kind, id, mutation.narrowed.as_ref());
    if positions.is_empty() {
        return Err(format!("there is no {} `{id}`", kind.name()));
    }
    if let Some(action) = &mutation.action {
        let sale = state.world.of(kind).at(positions[0]).whole();
        match (kind, action.as_str()) {
            (Kind::Sales, "void") => void(state, &sale),
            (Kind::Sales, "undo") => undo(state, &sale).map_err(|refusal| refusal.text)?,
            _ => return Err(format!("`{action}` cannot be done to {}", kind.name())),
        }
        return Ok(done());
    }
    if mutation.remove {
        state.world.of_mut(kind).remove(&positions);
        return Ok(done());
    }
    let patch = mutation.set.as_ref().ok_or("`set`, `add`, `remove` or `do` is needed")?;
    for at in positions {
        set(state, kind, at, patch);
    }
    Ok(done())
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
fn set(state: &mut State, kind: Kind, at: usize, patch: &Fields) {
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
