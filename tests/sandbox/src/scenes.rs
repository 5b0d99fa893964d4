//! Ready-made happenings: lists of mutations under a name, for `POST /sandbox/scene`.

use serde_json::json;

use crate::answer::Answer;
use crate::mutate::{Mutation, apply};
use crate::outcome::Outcome;
use crate::state::State;

const SCENES: [(&str, &str); 4] = [
    ("bayside-invoices", include_str!("../worlds/scenes/bayside-invoices.json")),
    ("typed-orders", include_str!("../worlds/scenes/typed-orders.json")),
    ("chair-pictures", include_str!("../worlds/scenes/chair-pictures.json")),
    ("part-shipped", include_str!("../worlds/scenes/part-shipped.json")),
];

/// Plays a scene; a mutation that fails says which one it was.
pub(crate) fn play(state: &mut State, name: &str) -> Outcome {
    let Some((_, text)) = SCENES.iter().find(|(own, _)| *own == name) else {
        let names: Vec<&str> = SCENES.iter().map(|(own, _)| *own).collect();
        return Err(format!("there is no scene `{name}`; there are {}", names.join(", ")));
    };
    let mutations: Vec<Mutation> = serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))?;
    for (at, mutation) in mutations.iter().enumerate() {
        apply(state, mutation).map_err(|error| format!("{name}, step {}: {error}", at + 1))?;
    }
    Ok(Answer::json(&json!({ "scene": name, "steps": mutations.len() })))
}
