//! One quote in two tabs.

use super::*;

/// A store of one document, as the desk keeps it.
struct Shelf {
    quote: Quote,
    revision: u32,
}

impl Shelf {
    fn bundle(&self) -> QuoteBundle {
        let facts = vec![facts(chair()), facts(lamp()), flat(3, "BOLT-03", "0.675")];
        QuoteBundle { quote: self.quote.clone(), context: context(), facts, judged: None, revision: self.revision }
    }

    fn save(&mut self, live: &mut LiveQuote) {
        while let Some(Unsaved { document, revision, .. }) = live.unsaved() {
            let answer = if revision == self.revision {
                (self.quote, self.revision) = (document, revision + 1);
                SaveAnswer::Saved { revision: self.revision, judged: Vec::new() }
            } else {
                SaveAnswer::Moved(Box::new(self.bundle()))
            };
            live.saved(answer).unwrap();
        }
    }

    fn pull(&self, live: &mut LiveQuote) {
        if live.revision() != self.revision {
            live.take_over(self.bundle()).unwrap();
        }
    }
}

/// Quote 10452 in two tabs.
fn two_tabs() -> (Shelf, LiveQuote, LiveQuote) {
    let shelf = Shelf { quote: quote_10452().quote().clone(), revision: 1 };
    let open = || LiveQuote::open(shelf.bundle()).unwrap();
    let (one, other) = (open(), open());
    (shelf, one, other)
}

fn quantity_of(live: &LiveQuote, line: &str) -> String {
    live.line(line).unwrap().quantity.to_string()
}

/// Each as `line.field here there`.
fn clashes(live: &LiveQuote) -> Vec<String> {
    let words = |text: Option<String>| text.unwrap_or_else(|| "nothing".into());
    let clashes = live.clashes().into_iter();
    clashes
        .map(|one| format!("{}.{} {} {}", one.line_id.unwrap_or_default(), one.field, words(one.here), words(one.there)))
        .collect()
}

#[test]
fn edits_of_two_tabs_that_do_not_touch_are_both_kept() {
    let (mut shelf, mut one, mut other) = two_tabs();
    one.set_quantity("a", "9").unwrap();
    one.edit_header(r#"{"memo":"Fragile"}"#).unwrap();
    one.add_line(flat(3, "BOLT-03", "0.675"), "4", "c").unwrap();
    other.set_discount("b", "5").unwrap();
    other.set_price("a", "140").unwrap();
    other.add_line(facts(lamp()), "1", "d").unwrap();
    other.edit_header(r#"{"customerReference":"PO 7"}"#).unwrap();
    shelf.save(&mut one);
    shelf.save(&mut other);
    shelf.pull(&mut one);
    for live in [&one, &other] {
        assert_eq!((clashes(live), quantity_of(live, "a")), (vec![], "9".to_owned()));
        assert_eq!(live.line("a").unwrap().price.unwrap().to_string(), "140.00");
        assert_eq!(live.line("b").unwrap().discount.to_string(), "5");
        assert_eq!((live.quote().memo.as_str(), live.quote().customer_reference.as_str()), ("Fragile", "PO 7"));
        let ids: Vec<&str> = live.quote().lines.iter().map(|line| line.id.as_str()).collect();
        assert_eq!(ids.len(), 4);
        // 9 x 140 less 10 %, 2 x 41.25 less 5 %, 4 x 0.675, 41.25
        assert_eq!(live.document_totals().net.to_string(), "1256.33");
    }
    assert_eq!(one.quote(), other.quote());
    assert_eq!(*one.quote(), shelf.quote);
}

#[test]
fn one_field_changed_to_two_values_is_a_clash_that_keeps_both() {
    let (mut shelf, mut one, mut other) = two_tabs();
    one.set_quantity("a", "5").unwrap();
    shelf.save(&mut one);
    other.set_quantity("a", "9").unwrap();
    other.edit_header(r#"{"memo":"Fragile"}"#).unwrap();
    shelf.save(&mut other);
    assert_eq!(clashes(&other), ["a.quantity 9 5"]);
    assert_eq!(quantity_of(&other, "a"), "9", "what was typed stays in sight");
    assert_eq!((shelf.quote.memo.as_str(), shelf.quote.lines[0].quantity.to_string().as_str()), ("Fragile", "5"));
    let mut keeps = other.clone();
    other.choose(Some("a"), "quantity", true).unwrap();
    assert_eq!((clashes(&other), quantity_of(&other, "a")), (vec![], "5".to_owned()));
    assert_eq!(other.unsaved(), None);
    other.undo().unwrap();
    assert_eq!(quantity_of(&other, "a"), "9", "a choice can be undone");

    keeps.choose(Some("a"), "quantity", false).unwrap();
    shelf.save(&mut keeps);
    assert_eq!(shelf.quote.lines[0].quantity.to_string(), "9");
    assert_eq!(keeps.choose(Some("a"), "quantity", true).unwrap_err().code, ErrorCode::InvalidInput);
    // The same value in both is none.
    let (mut shelf, mut one, mut other) = two_tabs();
    one.set_quantity("a", "5").unwrap();
    other.set_quantity("a", "5").unwrap();
    shelf.save(&mut one);
    shelf.save(&mut other);
    assert!(clashes(&other).is_empty());
}

#[test]
fn a_line_changed_in_one_tab_and_removed_in_another_is_a_clash() {
    let (mut shelf, mut one, mut other) = two_tabs();
    one.remove_line("a").unwrap();
    other.set_quantity("a", "9").unwrap();
    shelf.save(&mut one);
    shelf.save(&mut other);
    assert_eq!(clashes(&other), ["a.line 9 nothing"]);
    assert!(other.line("a").is_ok() && shelf.quote.lines.len() == 1);
    other.choose(Some("a"), "line", true).unwrap();
    assert!(other.line("a").is_err() && other.unsaved().is_none());

    let (mut shelf, mut one, mut other) = two_tabs();
    one.set_quantity("a", "9").unwrap();
    other.remove_line("a").unwrap();
    shelf.save(&mut one);
    shelf.save(&mut other);
    assert_eq!(clashes(&other), ["a.line nothing 9"]);
    assert_eq!(shelf.quote.lines.len(), 2, "nothing is lost before somebody chooses");
    other.choose(Some("a"), "line", true).unwrap();
    assert_eq!((quantity_of(&other, "a"), totals(&other)), ("9".to_owned(), totals(&one)));
}

#[test]
fn a_line_added_in_another_tab_is_on_the_tier_that_this_one_chose() {
    let (mut shelf, mut one, mut other) = two_tabs();
    one.set_price_tier(Some(1)).unwrap();
    other.add_line(facts(chair()), "1", "c").unwrap();
    shelf.save(&mut one);
    shelf.save(&mut other);
    assert_eq!(shown(&other.line("c").unwrap()), ("200.00".into(), "Retail".into()));
    assert_eq!(shown(&other.line("a").unwrap()), ("200.00".into(), "Retail".into()));
    shelf.pull(&mut one);
    assert_eq!(totals(&one), totals(&other));
    // Two tiers clash once, not line by line.
    one.set_price_tier(Some(2)).unwrap();
    other.set_price_tier(Some(3)).unwrap();
    shelf.save(&mut one);
    shelf.save(&mut other);
    assert_eq!(clashes(&other), [".priceTier 3 2"]);
    assert_eq!(shown(&other.line("a").unwrap()).1, "Distributor");
    assert_eq!(shelf.quote, *one.quote());
    other.choose(None, "priceTier", true).unwrap();
    assert_eq!(shown(&other.line("a").unwrap()), ("150.00".into(), "Wholesale".into()));
}

#[test]
fn lines_moved_in_one_tab_and_added_in_the_other_find_their_places() {
    let (mut shelf, mut one, mut other) = two_tabs();
    one.move_line("b", 1).unwrap();
    other.add_line(flat(3, "BOLT-03", "0.675"), "4", "c").unwrap();
    shelf.save(&mut one);
    shelf.save(&mut other);
    let ids = |live: &LiveQuote| live.quote().lines.iter().map(|line| line.id.clone()).collect::<String>();
    assert_eq!((ids(&other), clashes(&other)), ("bca".to_owned(), vec![]));
    shelf.pull(&mut one);
    one.move_line("a", 1).unwrap();
    other.move_line("c", 1).unwrap();
    shelf.save(&mut one);
    shelf.save(&mut other);
    assert_eq!(clashes(&other), [".lineOrder BOLT-03, LAMP-02, CHAIR-01 CHAIR-01, LAMP-02, BOLT-03"]);
    other.choose(None, "lineOrder", true).unwrap();
    assert_eq!(ids(&other), ids(&one));
}

#[test]
fn what_is_typed_after_the_order_was_made_elsewhere_is_told_too_late() {
    let (mut shelf, mut one, mut other) = two_tabs();
    one.set_quantity("a", "5").unwrap();
    shelf.save(&mut one);
    other.set_quantity("a", "9").unwrap();
    other.set_discount("b", "5").unwrap();
    (shelf.quote.confirmed, shelf.revision) = (true, 3);
    shelf.pull(&mut other);
    assert!(other.quote().confirmed && clashes(&other).is_empty());
    assert_eq!(quantity_of(&other, "a"), "5", "what was ordered is shown");
    let late: Vec<_> =
        other.too_late().iter().map(|one| (one.sku.as_deref(), one.field, one.here.as_deref(), one.there.as_deref())).collect();
    assert_eq!(late, [(Some("CHAIR-01"), "quantity", Some("9"), Some("5")), (Some("LAMP-02"), "discount", Some("5"), None),]);
    assert_eq!(other.set_quantity("a", "1").unwrap_err().code, ErrorCode::AlreadyConfirmed);
    assert!(!other.can_undo() && other.undo().is_err());
}

#[test]
fn undo_leaves_what_another_tab_has_changed_since() {
    let (mut shelf, mut one, mut other) = two_tabs();
    one.set_quantity("a", "9").unwrap();
    one.set_discount("b", "5").unwrap();
    shelf.save(&mut one);
    shelf.pull(&mut other);
    other.set_discount("b", "7").unwrap();
    other.edit_header(r#"{"memo":"Theirs"}"#).unwrap();
    shelf.save(&mut other);
    shelf.pull(&mut one);
    let changes = one.undo().unwrap();
    assert_eq!(changes[0].sku.as_deref(), Some("CHAIR-01"), "the discount is the other tab's by now");
    assert_eq!((quantity_of(&one, "a").as_str(), one.line("b").unwrap().discount.to_string().as_str()), ("4", "7"));
    assert_eq!(one.quote().memo, "Theirs");
    one.redo().unwrap();
    assert_eq!(quantity_of(&one, "a"), "9");
}

#[test]
fn what_is_undone_after_the_other_tab_chose_a_tier_is_priced_on_that_tier() {
    let edits: [fn(&mut LiveQuote); 2] =
        [|live| drop(live.set_price("a", "120").unwrap()), |live| live.remove_line("a").unwrap()];
    for edit in edits {
        let (mut shelf, mut one, mut other) = two_tabs();
        edit(&mut one);
        shelf.save(&mut one);
        shelf.pull(&mut other);
        other.set_price_tier(Some(1)).unwrap();
        shelf.save(&mut other);
        shelf.pull(&mut one);
        one.undo().unwrap();
        let mut priced = quote_10452();
        priced.set_price_tier(Some(1)).unwrap();
        assert_eq!(one.line("a").unwrap().price, priced.line("a").unwrap().price);
        assert_eq!(one.document_totals(), priced.document_totals());
    }
}

#[test]
fn a_line_put_back_after_its_tier_was_undone_is_priced_on_the_quote_s_tier() {
    let mut live = quote_10452();
    let before = live.line("a").unwrap().price;
    live.remove_line("a").unwrap();
    live.set_price_tier(Some(1)).unwrap();
    live.undo().unwrap();
    assert_eq!(live.restore_line("a").unwrap().price, before);
}
