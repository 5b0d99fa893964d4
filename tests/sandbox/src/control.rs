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
use crate::clock::{instant_text, parse_instant};
use crate::collection::Kind;
use crate::faults::Fault;
use crate::handle::{Handle, response};
use crate::mutate;
use crate::outcome::{Outcome, done};
use crate::scenes;
use crate::state::State;

pub(crate) fn routes() -> Router<Handle> {
    Router::new()
        .route("/sandbox/reset", get(read_resets).post(reset))
        .route("/sandbox/clock", get(read_clock).post(set_clock))
        .route("/sandbox/mutate", post(mutate))
        .route("/sandbox/scene", post(scene))
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

async fn reset(Shared(handle): Shared<Handle>) -> Response {
    handle.lock().reset();
    response(done())
}

async fn read_resets(Shared(handle): Shared<Handle>) -> Response {
    response(Answer::json(&json!({ "resets": handle.lock().resets })))
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

async fn mutate(Shared(handle): Shared<Handle>, body: Bytes) -> Response {
    answered(parsed(&body).and_then(|mutation: mutate::Mutation| mutate::apply(&mut handle.lock(), &mutation)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scene {
    name: String,
}

async fn scene(Shared(handle): Shared<Handle>, body: Bytes) -> Response {
    answered(parsed(&body).and_then(|scene: Scene| scenes::play(&mut handle.lock(), &scene.name)))
}
