//! Whole orders in custody: what the desk has frozen, kept here until it stands in Cin7, so that a browser may lose it.
//!
//! Decisions only: a row as it stands and what is asked of it give the row as it is to be and the answer. Nothing of this
//! calls Cin7, and nothing of it keeps an order from being posted twice: that is the ledger of calls, and the look-up before
//! every try. An order in custody is held by the device that spoke of it last; when it has been silent for a [`super::order::LEASE`], any
//! other device of the same user may go on with it.
//!
//! An order that Cin7 refused waits for a person. It may be changed: then the changed one takes its place, if it names the one
//! that was refused, and nobody has tried that one again since.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::creation::is_key;
use super::order::{End, Order, Outcome, Standing};
use crate::errors::Error;

/// Open orders that one user may have here.
pub const MOST_OPEN: usize = 1_000;
/// The longest order, in bytes. It holds the longest body of a write twice, once as a text within JSON; so what can be sent can be kept.
pub const LONGEST_ORDER: usize = 16 * 1024 * 1024;
/// The longest that is shown of one.
const LONGEST_ABOUT: usize = 2 * 1024;

/// A device hands an order over, or says, without `order`, that it still holds it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// The order's key: its `ExternalID`.
    pub key: String,
    /// See [`Order::content`].
    pub content: String,
    /// See [`Order::about`].
    pub about: Option<Box<RawValue>>,
    /// See [`Order::order`].
    pub order: Option<Box<RawValue>>,
    /// It was entered by hand, and that was taken back.
    #[serde(default)]
    pub again: bool,
    /// The content of the refused order whose place it takes.
    pub follows: Option<String>,
}

/// A device wants to go on with an order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Take {
    /// The order's key.
    pub key: String,
    /// Somebody asks for it, so that it need not have been silent.
    pub now: bool,
}

/// An order has ended.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    /// The order's key.
    pub key: String,
    /// See [`Order::content`].
    pub content: String,
    /// How.
    pub outcome: Outcome,
    /// Its number in Cin7.
    pub number: Option<String>,
}

fn wrong(problems: Vec<String>) -> Result<(), Error> {
    if problems.is_empty() { Ok(()) } else { Err(Error::BadRequest(problems)) }
}

fn check_key(key: &str, problems: &mut Vec<String>) {
    if !is_key(key) {
        problems.push("`key` must be a text of 1 to 256 characters without control characters.".to_owned());
    }
}

fn check_content(content: &str, problems: &mut Vec<String>) {
    if content.is_empty() || content.len() > 64 || !content.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        problems.push("`content` must be 1 to 64 letters and digits.".to_owned());
    }
}

impl Keep {
    /// # Errors
    /// `bad_request` with everything that is wrong with it; `body_too_large`.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Vec::new();
        check_key(&self.key, &mut problems);
        check_content(&self.content, &mut problems);
        if let Some(follows) = &self.follows {
            check_content(follows, &mut problems);
        }
        let object = |value: &RawValue| value.get().starts_with('{');
        match (&self.order, &self.about) {
            (Some(order), Some(about)) if object(order) && object(about) => {
                if about.get().len() > LONGEST_ABOUT {
                    problems.push(format!("`about` must be at most {LONGEST_ABOUT} bytes."));
                }
            }
            (None, None) => {}
            _ => problems.push("`order` and `about` must be JSON objects, both or neither.".to_owned()),
        }
        wrong(problems)
    }

    fn reopens(&self, row: &Order) -> bool {
        let by_hand = row.end.as_ref().is_some_and(|end| end.outcome == Outcome::ByHand);
        self.again && by_hand && self.order.is_some() && row.content == self.content
    }

    fn takes_place_of(&self, row: &Order) -> bool {
        row.refused && self.order.is_some() && self.follows.as_ref() == Some(&row.content)
    }

    /// Decides; `open` is how many open orders the user has. Returns what is to be written, if anything, and what is said.
    ///
    /// # Errors
    /// `key_reused`, `custody_full`.
    pub fn decide(&self, row: Option<Order>, who: &str, open: usize, now: i64) -> Result<(Option<Order>, Standing), Error> {
        match row {
            Some(row) if self.reopens(&row) => self.decide(None, &row.owner, open, now),
            Some(row) if row.end.is_some() => {
                Ok((None, if row.succeeds(&self.content) { Standing::EndedChanged } else { Standing::Ended }))
            }
            Some(row) if row.content != self.content && self.takes_place_of(&row) => {
                let former = [row.former.trim(), &row.content].join(" ");
                let (after, said) = self.decide(None, &row.owner, 0, now)?;
                Ok((after.map(|after| Order { former, kept_at: row.kept_at, ..after }), said))
            }
            Some(row) if row.succeeds(&self.content) => {
                Err(Error::OrderReused("This order was changed and confirmed again on another device.".to_owned()))
            }
            Some(row) if row.content != self.content => {
                let by = if row.owner.is_empty() { String::new() } else { format!(" by {}", row.owner) };
                let minutes = now.saturating_sub(row.kept_at).max(0) / 60_000;
                Err(Error::OrderReused(format!("Another order of this quote was confirmed{by}, {minutes} minutes earlier.")))
            }
            Some(row) => Ok((Some(Order { touched_at: now, refused: false, ..row }), Standing::Kept)),
            None => {
                let (Some(order), Some(about)) = (&self.order, &self.about) else { return Ok((None, Standing::Unknown)) };
                if open >= MOST_OPEN {
                    return Err(Error::CustodyFull);
                }
                let row = Order {
                    content: self.content.clone(),
                    owner: who.to_owned(),
                    kept_at: now,
                    touched_at: now,
                    about: about.get().to_owned(),
                    order: Some(order.get().to_owned()),
                    refused: false,
                    former: String::new(),
                    end: None,
                };
                Ok((Some(row), Standing::Kept))
            }
        }
    }
}

impl Take {
    /// # Errors
    /// `bad_request`.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Vec::new();
        check_key(&self.key, &mut problems);
        wrong(problems)
    }

    /// Decides; see [`Keep::decide`]. Of another user's order nothing is said.
    pub fn decide(&self, row: Option<Order>, who: &str, now: i64) -> (Option<Order>, Standing) {
        let Some(row) = row.filter(|row| row.owner == who) else { return (None, Standing::Unknown) };
        if row.end.is_some() {
            return (None, Standing::Ended);
        }
        let left = row.held_for(now);
        if left > 0 && !self.now {
            return (None, Standing::Held(left));
        }
        (Some(Order { touched_at: now, refused: false, ..row }), Standing::Kept)
    }
}

impl Finish {
    /// # Errors
    /// `bad_request`.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Vec::new();
        check_key(&self.key, &mut problems);
        check_content(&self.content, &mut problems);
        if self.number.as_ref().is_some_and(|number| !is_key(number)) {
            problems.push("`number` must be a text of 1 to 256 characters without control characters.".to_owned());
        }
        wrong(problems)
    }

    /// Decides; see [`Keep::decide`]. Whoever has the same order may say how it ended, and the first end stands.
    pub fn decide(&self, row: Option<Order>, who: &str, now: i64) -> (Option<Order>, Standing) {
        let Some(row) = row.filter(|row| row.content == self.content) else { return (None, Standing::Unknown) };
        if row.end.is_some() {
            return (None, Standing::Ended);
        }
        if self.outcome == Outcome::Refused {
            return (Some(Order { refused: true, ..row }), Standing::Kept);
        }
        let end = End { outcome: self.outcome, number: self.number.clone(), by: who.to_owned(), at: now };
        (Some(Order { order: None, about: "{}".to_owned(), end: Some(end), ..row }), Standing::Ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custody::order::LEASE;

    fn keep(content: &str) -> Keep {
        let text = format!(r#"{{"key":"q/1","content":"{content}","about":{{"number":"1"}},"order":{{"plan":1.10}}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    fn kept() -> Order {
        keep("a1").decide(None, "ann", 0, 1_000).unwrap().0.unwrap()
    }

    #[test]
    fn an_order_is_kept_byte_for_byte_and_handing_it_over_again_holds_it() {
        let row = kept();
        assert_eq!((row.order.as_deref(), row.about.as_str()), (Some(r#"{"plan":1.10}"#), r#"{"number":"1"}"#));
        let (again, said) = keep("a1").decide(Some(row.clone()), "ann", 1, 9_000).unwrap();
        assert_eq!((again, said), (Some(Order { touched_at: 9_000, ..row }), Standing::Kept));
        let bare = Keep { about: None, order: None, ..keep("a1") };
        assert_eq!(
            bare.decide(None, "ann", 0, 1).unwrap(),
            (None, Standing::Unknown),
            "a ledger that began anew asks for it whole"
        );
    }

    #[test]
    fn another_order_under_the_key_is_refused_until_the_first_has_ended() {
        let error = keep("b2").decide(Some(kept()), "ben", 1, 121_000).unwrap_err();
        assert_eq!(error.code(), "key_reused");
        assert_eq!(error.messages(), ["Another order of this quote was confirmed by ann, 2 minutes earlier."]);
        let ended = finish("a1").decide(Some(kept()), "ann", 2_000).0;
        assert_eq!(keep("b2").decide(ended, "ben", 1, 3_000).unwrap(), (None, Standing::Ended));
    }

    fn finish(content: &str) -> Finish {
        Finish { key: "q/1".into(), content: content.into(), outcome: Outcome::ByHand, number: Some("SO-460".into()) }
    }

    #[test]
    fn the_first_end_stands_and_the_order_itself_is_dropped() {
        let (row, said) = finish("a1").decide(Some(kept()), "ben", 2_000);
        let row = row.unwrap();
        assert_eq!((&row.order, row.about.as_str(), said), (&None, "{}", Standing::Ended));
        assert_eq!(row.end.as_ref().unwrap().by, "ben");
        assert_eq!(finish("a1").decide(Some(row), "ann", 3_000), (None, Standing::Ended));
        assert_eq!(finish("b2").decide(Some(kept()), "ann", 3_000), (None, Standing::Unknown), "that is another order");
    }

    fn refused() -> Order {
        let (row, said) = Finish { outcome: Outcome::Refused, number: None, ..finish("a1") }.decide(Some(kept()), "ann", 2_000);
        assert_eq!(said, Standing::Kept);
        row.unwrap()
    }

    #[test]
    fn a_changed_order_takes_the_place_of_the_refused_one_that_it_names_and_of_no_other() {
        let changed = |follows: &str| Keep { follows: Some(follows.into()), ..keep("b2") };
        assert_eq!(changed("a1").decide(Some(kept()), "ann", 1, 3_000).unwrap_err().code(), "key_reused", "not refused");
        assert_eq!(changed("c3").decide(Some(refused()), "ann", 1, 3_000).unwrap_err().code(), "key_reused", "another one was");
        let (row, said) = changed("a1").decide(Some(refused()), "ann", MOST_OPEN, 3_000).unwrap();
        let row = row.unwrap();
        assert_eq!((row.content.as_str(), row.refused, row.kept_at, said), ("b2", false, 1_000, Standing::Kept));
        // Changed again; whoever still has an earlier one is told so, also when all is over.
        let again = Keep { follows: Some("b2".into()), ..keep("c3") };
        let row = again.decide(Some(Order { refused: true, ..row }), "ann", 1, 4_000).unwrap().0.unwrap();
        for earlier in ["a1", "b2"] {
            let error = keep(earlier).decide(Some(row.clone()), "ann", 1, 5_000).unwrap_err();
            assert_eq!(error.messages(), ["This order was changed and confirmed again on another device."]);
            let ended = finish("c3").decide(Some(row.clone()), "ann", 6_000).0;
            assert_eq!(keep(earlier).decide(ended, "ann", 0, 7_000).unwrap(), (None, Standing::EndedChanged));
        }
    }

    #[test]
    fn a_refused_order_is_nobodys_to_go_on_with_by_itself_and_one_that_is_tried_again_is_not_changed() {
        let take = |now| Take { key: "q/1".into(), now };
        assert_eq!(take(false).decide(Some(refused()), "ann", 9 * LEASE).1, Standing::Held(LEASE));
        for tried in
            [take(true).decide(Some(refused()), "ann", 3_000).0, keep("a1").decide(Some(refused()), "ann", 1, 3_000).unwrap().0]
        {
            let changed = Keep { follows: Some("a1".into()), ..keep("b2") };
            assert_eq!(changed.decide(tried, "ann", 1, 4_000).unwrap_err().code(), "key_reused");
        }
    }

    #[test]
    fn only_what_was_entered_by_hand_is_opened_again_and_only_when_that_is_taken_back() {
        let ended = finish("a1").decide(Some(kept()), "ben", 2_000).0.unwrap();
        assert_eq!(keep("a1").decide(Some(ended.clone()), "ann", 0, 3_000).unwrap().1, Standing::Ended);
        let again = |content| Keep { again: true, ..keep(content) };
        let (row, said) = again("a1").decide(Some(ended.clone()), "ben", 0, 3_000).unwrap();
        let row = row.unwrap();
        assert_eq!((row.owner.as_str(), row.end, row.order.is_some(), said), ("ann", None, true, Standing::Kept));
        assert_eq!(again("b2").decide(Some(ended), "ann", 0, 3_000).unwrap().1, Standing::Ended, "that is another order");
        let stands = Finish { outcome: Outcome::Confirmed, ..finish("a1") }.decide(Some(kept()), "ann", 2_000).0;
        assert_eq!(again("a1").decide(stands, "ann", 0, 3_000).unwrap().1, Standing::Ended);
    }

    #[test]
    fn an_order_is_taken_when_its_holder_is_silent_or_somebody_asks() {
        let take = |now| Take { key: "q/1".into(), now };
        assert_eq!(take(false).decide(Some(kept()), "ann", 1_000 + LEASE - 5), (None, Standing::Held(5)));
        let (row, said) = take(false).decide(Some(kept()), "ann", 1_000 + LEASE);
        assert_eq!((row.as_ref().unwrap().touched_at, said), (1_000 + LEASE, Standing::Kept));
        assert_eq!(
            take(false).decide(row, "ann", 1_001 + LEASE).1,
            Standing::Held(LEASE - 1),
            "a second device waits for the first"
        );
        assert_eq!(take(true).decide(Some(kept()), "ann", 1_001).1, Standing::Kept);
        assert_eq!(take(true).decide(Some(kept()), "ben", 1_001), (None, Standing::Unknown), "another user's");
        assert_eq!(take(false).decide(Some(Order { touched_at: i64::MAX / 2, ..kept() }), "ann", 0).1, Standing::Held(LEASE));
    }

    #[test]
    fn custody_does_not_grow_without_bound() {
        assert_eq!(keep("a1").decide(None, "ann", MOST_OPEN, 1).unwrap_err(), Error::CustodyFull);
        assert!(keep("a1").decide(Some(kept()), "ann", MOST_OPEN, 1).is_ok(), "what is here stays");
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let keep: Keep = serde_json::from_str(r#"{"key":" ","content":"a-b","about":[],"order":null}"#).unwrap();
        let Err(Error::BadRequest(problems)) = keep.check() else { panic!("{keep:?}") };
        assert_eq!(problems.len(), 3, "{problems:?}");
        let about = "x".repeat(LONGEST_ABOUT);
        let text = format!(r#"{{"key":"k","content":"a","about":{{"a":"{about}"}},"order":{{}}}}"#);
        assert!(serde_json::from_str::<Keep>(&text).unwrap().check().is_err());
        assert!(Finish { number: Some("a\nb".into()), ..finish("a") }.check().is_err());
    }
}
