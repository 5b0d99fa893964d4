//! One creating call from its arrival to its answer: what to do next, decided without doing any of it.
//!
//! [`Call::begin`] says what comes first, [`Call::on_response`] what comes after it was done; time is an argument. What
//! carries an [`Effect`] out is [`super::Custody`], or a simulation that crashes between any two of them.
//!
//! ```text
//! find in the ledger -> nothing known ---------------------> enter -> write: sending -> send -> write: what came -> end
//!        |                                                     ^
//!        |-> made, and its answer is kept -> end               | not there after the settle time
//!        `-> unknown, or made and not kept -> look, read what stands -> (write: made) -> end
//! ```

use bytes::Bytes;

use super::creation::{Creation, Found};
use crate::errors::{Cin7Failure, Error};
use crate::upstream::Answer;

/// When to come back after a look-up that failed without a word on how long, in seconds.
const LOOK_AGAIN: u64 = 5;

/// What a creating call brought.
#[derive(Debug)]
pub struct Reply {
    /// Cin7's answer, of now or of the first time.
    pub answer: Answer,
    /// The call was not made now.
    pub replayed: bool,
}

/// What is known about a key.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The hash of the call's body.
    pub body: Vec<u8>,
    /// What became of the call.
    pub fate: Fate,
}

/// What became of a call.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It may or may not have taken effect; this many milliseconds after 1970 is when its answer was found missing.
    Unknown(i64),
    /// It took effect this many milliseconds after 1970. The answer is there while it is kept.
    Made(i64, Option<Answer>),
}

/// What to do next.
#[derive(Debug)]
pub enum Effect {
    /// Find the key in the ledger. Nobody else may have a call with this key under way.
    Find,
    /// Read from Cin7.
    Read {
        /// A path of the table.
        path: &'static str,
        /// Its query.
        query: Vec<(&'static str, String)>,
    },
    /// Wait for the right to make the call. Giving up until here costs nothing; from here on the steps are taken to their end,
    /// whoever still waits.
    Enter,
    /// Write this into the ledger. It must be on the disk before anything else is done.
    Write(Note),
    /// Send the call as it came.
    Send,
    /// Answer.
    End(Result<Reply, Error>),
}

/// What the ledger is to hold of a key.
#[derive(Debug, Clone)]
pub enum Note {
    /// The call is about to be sent.
    Sending,
    /// It took effect, with this answer.
    Made(Answer),
    /// It may have taken effect: from now on, or since it was found out before (milliseconds after 1970).
    Doubtful(Option<i64>),
    /// It provably did not take effect, nor did any before it.
    Forget,
}

/// What came of it.
#[derive(Debug)]
pub enum Response {
    /// Of [`Effect::Find`].
    Found(Result<Option<Entry>, Error>),
    /// Of [`Effect::Read`] and [`Effect::Send`].
    Answer(Result<Answer, Error>),
    /// Of [`Effect::Enter`].
    Entered(Result<(), Error>),
    /// Of [`Effect::Write`].
    Written(Result<(), Error>),
}

/// The call.
#[derive(Debug)]
pub struct Call {
    creation: Creation,
    /// The hash of its body.
    body: Vec<u8>,
    /// How long after a lost answer Cin7 may still carry a call out, in milliseconds.
    settle: i64,
    /// Since when an earlier call with the key is in doubt that is not in Cin7.
    doubt: Option<i64>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Finding,
    Looking(Known),
    Reading(Known),
    /// What stands is about to be answered.
    Settling(Known, Answer),
    Entering,
    Noting,
    Sending,
    Closing(Result<Answer, Error>),
}

/// What the ledger knows of an earlier call with the key.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// It had the same body.
    same: bool,
    in_doubt: bool,
    /// From when on the settle time counts; `None` if it took effect and cannot be undone.
    since: Option<i64>,
    /// When this was found, before Cin7 was asked: what it does not have by then, it had not got when the time was up.
    at: i64,
}

impl Call {
    /// A call that creates this, with a body of this hash. `settle` is in milliseconds.
    pub fn new(creation: Creation, body: Vec<u8>, settle: i64) -> Self {
        Self { creation, body, settle, doubt: None, stage: Stage::Finding }
    }

    /// The hash of its body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// What comes first.
    pub fn begin(&self) -> Effect {
        Effect::Find
    }

    /// What comes next. `now` is in milliseconds after 1970.
    pub fn on_response(&mut self, response: Response, now: i64) -> Effect {
        match (std::mem::replace(&mut self.stage, Stage::Finding), response) {
            (_, Response::Found(Err(error)) | Response::Entered(Err(error))) | (Stage::Noting, Response::Written(Err(error))) => {
                Effect::End(Err(error))
            }
            (_, Response::Found(Ok(None))) => self.enter(),
            (_, Response::Found(Ok(Some(entry)))) => self.found(entry, now),
            (Stage::Looking(_) | Stage::Reading(_), Response::Answer(Err(error))) => Effect::End(Err(undecided(&error))),
            (Stage::Looking(known), Response::Answer(Ok(list))) => self.looked(known, &list),
            (Stage::Reading(known), Response::Answer(Ok(answer))) => self.stands(known, answer),
            (Stage::Settling(known, answer), _) => Effect::End(known.answered(answer)),
            (_, Response::Entered(Ok(()))) => {
                self.stage = Stage::Noting;
                Effect::Write(Note::Sending)
            }
            (Stage::Noting, Response::Written(Ok(()))) => {
                self.stage = Stage::Sending;
                Effect::Send
            }
            (Stage::Closing(outcome), _) => Effect::End(outcome.map(|answer| Reply { answer, replayed: false })),
            (_, Response::Answer(outcome)) => {
                let note = match (&outcome, self.doubt) {
                    (Ok(answer), _) => Note::Made(answer.clone()),
                    (Err(error), _) if error.ambiguous() => Note::Doubtful(None),
                    (Err(_), Some(since)) => Note::Doubtful(Some(since)),
                    (Err(_), None) => Note::Forget,
                };
                // Should this fail, the ledger still says that the call was sent, and what stands is looked up.
                self.stage = Stage::Closing(outcome);
                Effect::Write(note)
            }
            (_, Response::Written(_)) => {
                Effect::End(Err(Error::Failed(Cin7Failure { ambiguous: true, ..Cin7Failure::default() })))
            }
        }
    }

    fn enter(&mut self) -> Effect {
        self.stage = Stage::Entering;
        Effect::Enter
    }

    fn found(&mut self, entry: Entry, now: i64) -> Effect {
        let for_ever = self.creation.is_for_ever();
        let in_doubt = matches!(entry.fate, Fate::Unknown(_));
        let mut known = Known { same: entry.body == self.body, in_doubt, since: None, at: now };
        known.since = match entry.fate {
            Fate::Made(at, Some(answer)) if for_ever || now.saturating_sub(at) < self.settle => {
                return Effect::End(known.answered(answer));
            }
            Fate::Made(at, _) => Some(at).filter(|_| !for_ever),
            Fate::Unknown(since) => Some(since),
        };
        self.stage = Stage::Looking(known);
        let (path, query) = self.creation.look_up();
        Effect::Read { path, query: query.into_iter().map(|(name, value)| (name, value.to_owned())).collect() }
    }

    /// The list of what bears the key in Cin7 was read.
    fn looked(&mut self, known: Known, list: &Answer) -> Effect {
        let Some(found) = self.creation.found(&list.body) else {
            return Effect::End(Err(undecided(&Error::NotJson(Cin7Failure {
                status: Some(list.status),
                ..Cin7Failure::default()
            }))));
        };
        let standing: Vec<&Found> = found.iter().filter(|one| !one.voided).collect();
        let one = match (&standing[..], &found[..]) {
            ([], []) => return self.absent(known),
            ([], [voided, ..]) => voided,
            ([one], _) => one,
            (several, _) => {
                return Effect::End(Err(Error::StandsTwice(several.iter().map(|one| one.shown.clone()).collect())));
            }
        };
        let Some((path, id)) = &one.read else {
            return self.stands(known, Answer { status: 200, date: list.date.clone(), body: Bytes::clone(&one.record) });
        };
        // As the creating call would have answered it.
        self.stage = Stage::Reading(known);
        Effect::Read { path, query: vec![("ID", id.clone())] }
    }

    fn stands(&mut self, known: Known, answer: Answer) -> Effect {
        if !known.in_doubt {
            return Effect::End(known.answered(answer));
        }
        tracing::info!("a call of unknown outcome was found to stand in Cin7");
        self.stage = Stage::Settling(known, answer.clone());
        Effect::Write(Note::Made(answer))
    }

    fn absent(&mut self, known: Known) -> Effect {
        let Some(since) = known.since else {
            // It took effect once. That it cannot be found now does not make it undone.
            let messages = vec!["It took effect, and Cin7 does not show it any more.".to_owned()];
            return Effect::End(Err(Error::OutcomeUnknown { retry_after: LOOK_AGAIN, messages }));
        };
        let left = self.settle.saturating_sub(known.at.saturating_sub(since));
        if left > 0 {
            let retry_after = u64::try_from(left).unwrap_or_default().div_ceil(1000).max(1);
            return Effect::End(Err(Error::OutcomeUnknown { retry_after, messages: Vec::new() }));
        }
        if known.in_doubt {
            tracing::warn!("a call of unknown outcome is not in Cin7 after the settle time; it is sent once more");
        }
        self.doubt = Some(since);
        self.enter()
    }
}

impl Known {
    fn answered(self, answer: Answer) -> Result<Reply, Error> {
        if self.same { Ok(Reply { answer, replayed: true }) } else { Err(Error::KeyReused) }
    }
}

/// The look-up failed, so that it is still not known what became of the call.
fn undecided(error: &Error) -> Error {
    let messages = std::iter::once(error.to_string()).chain(error.messages().iter().cloned()).collect();
    Error::OutcomeUnknown { retry_after: error.retry_after().unwrap_or(LOOK_AGAIN), messages }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTLE: i64 = 100_000;

    fn sale() -> Creation {
        Creation::Sale { external_id: "link".to_owned() }
    }

    fn answer(body: &'static str) -> Answer {
        Answer { status: 200, date: None, body: Bytes::from_static(body.as_bytes()) }
    }

    /// What follows when the ledger has this under the key.
    fn after(fate: Option<Fate>, body: &[u8], now: i64) -> (Call, Effect) {
        let mut call = Call::new(sale(), b"hash".to_vec(), SETTLE);
        assert!(matches!(call.begin(), Effect::Find));
        let entry = fate.map(|fate| Entry { body: body.to_vec(), fate });
        let next = call.on_response(Response::Found(Ok(entry)), now);
        (call, next)
    }

    #[test]
    fn a_call_is_sent_only_after_it_was_written_down() {
        let (mut call, next) = after(None, b"", 0);
        assert!(matches!(next, Effect::Enter), "{next:?}");
        let next = call.on_response(Response::Entered(Ok(())), 0);
        assert!(matches!(next, Effect::Write(Note::Sending)), "{next:?}");
        let (mut broken, _) = after(None, b"", 0);
        let _ = broken.on_response(Response::Entered(Ok(())), 0);
        let refused = broken.on_response(Response::Written(Err(Error::LedgerFailed { retry_after: 1 })), 0);
        assert!(matches!(refused, Effect::End(Err(Error::LedgerFailed { .. }))), "{refused:?}");
        let next = call.on_response(Response::Written(Ok(())), 0);
        assert!(matches!(next, Effect::Send), "{next:?}");
        let next = call.on_response(Response::Answer(Ok(answer("{}"))), 0);
        assert!(matches!(next, Effect::Write(Note::Made(_))), "{next:?}");
        let end = call.on_response(Response::Written(Ok(())), 0);
        assert!(matches!(end, Effect::End(Ok(Reply { replayed: false, .. }))), "{end:?}");
    }

    #[test]
    fn what_failed_is_forgotten_only_where_it_provably_did_nothing() {
        let said = |ambiguous| Cin7Failure { ambiguous, ..Cin7Failure::default() };
        for (doubt, error, ambiguous, forgotten) in [
            (None, Error::Unreachable, false, true),
            (None, Error::Timeout(said(true)), true, false),
            (Some(Fate::Unknown(0)), Error::Unreachable, false, false),
        ] {
            let (mut call, mut next) = after(doubt, b"hash", 2 * SETTLE);
            if matches!(next, Effect::Read { .. }) {
                next = call.on_response(Response::Answer(Ok(answer(r#"{"SaleList":[]}"#))), 2 * SETTLE);
            }
            assert!(matches!(next, Effect::Enter), "{next:?}");
            let _ = call.on_response(Response::Entered(Ok(())), 2 * SETTLE);
            let _ = call.on_response(Response::Written(Ok(())), 2 * SETTLE);
            let next = call.on_response(Response::Answer(Err(error.clone())), 2 * SETTLE);
            assert_eq!(matches!(next, Effect::Write(Note::Forget)), forgotten, "{error:?}: {next:?}");
            assert_eq!(matches!(next, Effect::Write(Note::Doubtful(None))), ambiguous, "{error:?}: {next:?}");
        }
    }

    #[test]
    fn a_key_in_doubt_is_sent_again_only_when_it_is_not_there_after_the_settle_time() {
        for (now, again) in [(SETTLE - 1, false), (SETTLE, true)] {
            let (mut call, next) = after(Some(Fate::Unknown(0)), b"hash", now);
            assert!(matches!(next, Effect::Read { path: "saleList", .. }), "{next:?}");
            // However long the look-up takes: it is the moment before it that counts.
            let next = call.on_response(Response::Answer(Ok(answer(r#"{"SaleList":[]}"#))), now + SETTLE);
            assert_eq!(matches!(next, Effect::Enter), again, "{next:?}");
            assert_eq!(matches!(next, Effect::End(Err(Error::OutcomeUnknown { .. }))), !again, "{next:?}");
        }
    }

    #[test]
    fn a_key_that_stands_answers_for_the_same_body_only() {
        for (body, same) in [(&b"hash"[..], true), (b"other", false)] {
            let (_, end) = after(Some(Fate::Made(0, Some(answer("{}")))), body, 10 * SETTLE);
            let Effect::End(result) = end else { panic!("{end:?}") };
            assert_eq!(result.is_ok_and(|result| result.replayed), same);
        }
    }

    #[test]
    fn two_that_bear_the_key_are_both_named() {
        let (mut call, _) = after(Some(Fate::Unknown(0)), b"hash", 10 * SETTLE);
        let rows = r#"{"SaleList":[{"SaleID":"1","ExternalID":"link","OrderNumber":"SO-1","Status":"ORDERED"},
            {"SaleID":"2","ExternalID":"link","OrderNumber":"SO-2","Status":"ORDERED"}]}"#;
        let Effect::End(Err(Error::StandsTwice(named))) = call.on_response(Response::Answer(Ok(answer(rows))), 0) else {
            panic!("not told")
        };
        assert_eq!(named, ["SO-1", "SO-2"]);
    }
}
