//! What must hold of a quote that is edited, however it is.

use cin7_quote_desk::error::{ErrorCode, Result};
use cin7_quote_desk::json;
use cin7_quote_desk::money::Price;
use cin7_quote_desk::order::plan;
use cin7_quote_desk::quote::{LineFacts, LiveQuote, QuoteBundle};
use cin7_quote_desk::records::{Guid, Timestamp};
use serde::Serialize;

use super::bundle;
use super::text::complaint;

/// Most edits of one input.
const MOST: usize = 20;

/// A refused edit changes nothing and says why. After an accepted one the quote is what it would be if it were opened anew
/// from its document: the running sums are the sums. An order that can be made holds the quote's sums and good JSON.
pub fn edits(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let bundle = bundle();
    let mut live = LiveQuote::open(bundle.clone()).expect("a good quote");
    let mut facts = bundle.facts.clone();
    for (at, edit) in text.lines().take(MOST).enumerate() {
        let before = json::to_text(live.quote());
        match apply(&mut live, &mut facts, edit, at) {
            Some(Ok(())) => reopened(&live, &facts, edit),
            Some(Err(error)) => {
                assert_eq!(json::to_text(live.quote()), before, "refused, and changed: {edit:?}");
                complaint(&error, edit);
            }
            None => return,
        }
    }
    let now = Timestamp::from_millis(1_774_882_800_000);
    for problem in live.problems() {
        assert!(!problem.text.is_empty());
    }
    match plan(&live, now) {
        Ok(plan) => {
            let sums = live.document_totals();
            assert!(live.complete() && plan.expected.gross == sums.gross, "{plan:?}");
            assert!(is_json(plan.header_body()) && is_json(&plan.lines_body(Guid::from_bytes([1; 16]))));
        }
        Err(error) => {
            assert!(matches!(error.code, ErrorCode::CannotConfirm | ErrorCode::AlreadyConfirmed), "{error}");
            assert!(!error.details.is_empty());
        }
    }
}

/// `None` when the line is no edit.
fn apply(live: &mut LiveQuote, facts: &mut [LineFacts], edit: &str, at: usize) -> Option<Result<()>> {
    let mut letters = edit.chars();
    let (kind, id) = (letters.next()?, letters.next()?);
    let (id, rest) = (id.to_string(), letters.as_str());
    let named = (!rest.is_empty()).then_some(rest);
    Some(match kind {
        'q' => live.set_quantity(&id, rest).map(drop),
        'p' => live.set_price(&id, rest).map(drop),
        'P' => live.reset_price(&id).map(drop),
        'd' => live.set_discount(&id, rest).map(drop),
        'D' => live.reset_discount(&id).map(drop),
        'w' => live.set_line_warehouse(&id, named).map(drop),
        'y' => live.set_line_delivery_date(&id, named).map(drop),
        't' => live.set_description(&id, rest).map(drop),
        'x' => live.set_extended_description(&id, rest).map(drop),
        'r' => live.set_tax_rule(&id, rest).map(drop),
        'T' => live.set_price_tier(rest.parse().ok()),
        'W' => live.set_warehouse(named),
        'n' => live.accept_new_price(&id).map(drop),
        'h' => live.edit_header(rest).map(drop),
        '-' => live.remove_line(&id),
        'u' => live.restore_line(&id).map(drop),
        'm' => live.move_line(&id, rest.parse().ok()?).map(drop),
        '+' => {
            let facts = facts.get(at % facts.len())?.clone();
            live.add_line(facts, rest, &id).map(drop)
        }
        '$' => {
            // The price list changes under the quote.
            let price = rest.parse::<Price>().ok()?;
            for facts in facts.iter_mut() {
                facts.product.tiers[at % 3] = (!price.is_zero()).then_some(price);
            }
            live.replace_facts(facts.to_vec());
            return Some(live.replace_context(live.context().clone()));
        }
        'f' => {
            let problems = live.problems();
            let fixes: Vec<_> = problems.iter().flat_map(|problem| problem.fixes.iter().map(move |fix| (fix, problem))).collect();
            let (fix, problem) = fixes.get(at % fixes.len().max(1))?;
            live.apply_fix(&fix.action, problem.line_id.as_deref())
        }
        _ => return None,
    })
}

fn reopened(live: &LiveQuote, facts: &[LineFacts], edit: &str) {
    let facts = facts.to_vec();
    let document = json::to_text(live.quote());
    let quote = serde_json::from_str(&document).unwrap_or_else(|fault| panic!("after {edit:?}: {fault} in {document}"));
    let again = LiveQuote::open(QuoteBundle { quote, context: live.context().clone(), facts, judged: None, revision: 0 })
        .expect("opened");
    assert_eq!(again.quote(), live.quote(), "after {edit:?}");
    shown(&again.totals(), &live.totals(), edit);
    shown(&again.header(), &live.header(), edit);
    for (again, live) in again.lines().iter().zip(live.lines()) {
        shown(again, &live, edit);
    }
}

fn shown<T: Serialize>(again: &T, live: &T, edit: &str) {
    assert_eq!(json::to_text(again), json::to_text(live), "after {edit:?}");
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
