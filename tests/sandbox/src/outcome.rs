//! How a control call ends.

use serde_json::json;

use crate::answer::Answer;

/// An answer, or why a control call was refused.
pub(crate) type Outcome = Result<Answer, String>;

pub(crate) fn done() -> Answer {
    Answer::json(&json!({ "ok": true }))
}
