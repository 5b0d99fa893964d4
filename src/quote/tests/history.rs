//! Undoing edits and doing them again.

use super::*;

type Edit = fn(&mut LiveQuote) -> Result<()>;

fn undone(live: &mut LiveQuote) -> String {
    let changes = live.undo().unwrap();
    let words = changes.into_iter().map(|one| format!("{:?} {}", one.kind, one.line_id.as_deref().unwrap_or("header")));
    words.collect::<Vec<_>>().join(", ")
}

#[test]
fn every_edit_is_undone_and_done_again_to_the_letter() {
    let mut live = quote_10452();
    live.add_line(facts(chair()), "1", "c").unwrap();
    live.add_line(flat(3, "BOLT-03", "0.675"), "4", "d").unwrap();
    live.accept("short-stock", Some("a")).unwrap();
    live.accept("receipt-too-large", None).unwrap();
    let edits: [Edit; 21] = [
        |live| live.set_quantity("a", "7").map(drop),
        |live| live.set_price("a", "120").map(drop),
        |live| live.reset_price("a").map(drop),
        |live| live.set_discount("b", "5").map(drop),
        |live| live.reset_discount("a").map(drop),
        |live| live.set_description("a", "Chair, oiled").map(drop),
        |live| live.set_extended_description("b", "By hand").map(drop),
        |live| live.set_tax_rule("b", "Zero Rated Income").map(drop),
        |live| live.set_line_warehouse("a", Some("Main Warehouse")).map(drop),
        |live| live.set_line_delivery_date("a", Some("2026-04-17")).map(drop),
        |live| live.move_line("d", 1).map(drop),
        |live| live.move_line("a", 4).map(drop),
        |live| live.remove_line("b"),
        |live| live.restore_line("b").map(drop),
        |live| live.set_price_tier(Some(1)),
        |live| live.set_warehouse(Some("Main Warehouse")),
        |live| live.edit_header(r#"{"memo":"Fragile","overallDiscount":"2"}"#).map(drop),
        |live| live.apply_fix("one-warehouse:North Depot", None),
        |live| live.apply_fix("use-terms-of:b", Some("c")),
        |live| live.apply_fix("use-tax-rule:20% Inclusive", Some("c")),
        |live| live.apply_fix("remove-line", Some("a")),
    ];
    let mut states = vec![(live.quote().clone(), totals(&live))];
    for edit in edits {
        edit(&mut live).unwrap();
        states.push((live.quote().clone(), totals(&live)));
    }
    for (at, expected) in states.iter().enumerate().rev().skip(1) {
        assert!(live.can_undo());
        assert!(!live.undo().unwrap().is_empty());
        assert!(*live.quote() == expected.0 && totals(&live) == expected.1, "edit {at} undone");
    }
    for (at, expected) in states.iter().enumerate().skip(1) {
        assert!(live.can_redo());
        assert!(!live.redo().unwrap().is_empty());
        assert!(*live.quote() == expected.0 && totals(&live) == expected.1, "edit {at} done again");
    }
    assert!(!live.can_redo() && live.redo().unwrap().is_empty());
}

#[test]
fn a_refused_edit_and_one_without_effect_leave_nothing_to_undo() {
    let mut live = LiveQuote::open(QuoteBundle {
        quote: quote_10452().quote().clone(),
        context: context(),
        facts: vec![facts(chair()), facts(lamp())],
        judged: None,
        revision: 0,
    })
    .unwrap();
    assert!(!live.can_undo() && !live.can_redo());
    assert!(live.set_quantity("a", "-1").is_err());
    live.set_quantity("a", "4").unwrap();
    live.set_warehouse(Some("North Depot")).unwrap();
    live.edit_header(r#"{"memo":""}"#).unwrap();
    assert!(!live.can_undo());
    assert_eq!(undone(&mut live), "");
    live.set_quantity("a", "5").unwrap();
    assert!(live.can_undo());
    assert_eq!(undone(&mut live), "Changed a");
    assert!(live.can_redo());
    live.set_discount("b", "5").unwrap();
    assert!(!live.can_redo(), "another way was taken");
}

#[test]
fn a_number_that_is_being_typed_is_one_edit() {
    let mut live = quote_10452();
    live.set_price("a", "1").unwrap();
    for typed in ["12", "120"] {
        live.amend();
        live.set_price("a", typed).unwrap();
    }
    live.set_price("b", "40").unwrap();
    assert_eq!((undone(&mut live), undone(&mut live)), ("Changed b".into(), "Changed a".into()));
    assert_eq!(shown(&live.line("a").unwrap()).0, "150.00");
    live.redo().unwrap();
    assert_eq!(shown(&live.line("a").unwrap()).0, "120.00");
}

#[test]
fn a_confirmed_quote_has_nothing_to_undo() {
    let mut live = quote_10452();
    live.set_quantity("a", "5").unwrap();
    live.confirm();
    assert!(!live.can_undo() && !live.can_redo());
    assert_eq!(live.undo().unwrap_err().code, ErrorCode::AlreadyConfirmed);
}
