//! One quote open in several tabs: nobody's edit is lost without a word.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cin7_quote_desk::desk::Event;
use cin7_quote_desk::error::ErrorCode;
use cin7_quote_desk::json;
use cin7_quote_desk::quote::{Clash, LiveQuote, Quote, SaveAnswer, Unsaved};
use cin7_quote_desk::store::{Batch, Store, Table};

use crate::world::{BAYSIDE, LINK, MINUTE, SECOND, Tab, World, document};

/// What a tab shows, part by part; a line that is there has an entry of its own.
fn shown(quote: &Quote) -> BTreeMap<String, String> {
    let mut parts = BTreeMap::from([
        ("memo".to_owned(), quote.memo.clone()),
        ("customerReference".to_owned(), quote.customer_reference.clone()),
        ("overallDiscount".to_owned(), quote.overall_discount.to_string()),
    ]);
    for line in &quote.lines {
        let mut part = |name: &str, value: String| parts.insert(format!("{}.{name}", line.id), value);
        part("line", line.sku.clone());
        part("quantity", line.quantity.to_string());
        part("discount", line.discount.to_string());
        part("description", line.description.clone());
        part("price", line.priced.typed.map(|price| price.to_string()).unwrap_or_default());
    }
    parts
}

/// A number for each turn, from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides).unwrap()
    }
}

/// One tab's page.
struct Page<'t> {
    tab: &'t Tab,
    live: LiveQuote,
    sent: Option<Unsaved>,
    answer: Option<Result<SaveAnswer, ErrorCode>>,
}

/// What everybody did, and what everybody was told.
#[derive(Default)]
struct Told {
    /// Part and value of every edit.
    edits: Vec<(String, String)>,
    /// Parts and values that somebody saw and replaced.
    replaced: BTreeSet<(String, String)>,
    /// Parts and values that a clash named.
    named: BTreeSet<(String, String)>,
    /// Lines that a clash was about as a whole.
    lines: BTreeSet<String>,
    clashes: usize,
}

impl Told {
    fn edited(&mut self, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) {
        for (part, value) in before {
            if after.get(part) != Some(value) {
                self.replaced.insert((part.clone(), value.clone()));
            }
        }
        for (part, value) in after {
            if before.get(part) != Some(value) {
                self.edits.push((part.clone(), value.clone()));
            }
        }
    }

    fn hear(&mut self, clashes: &[Clash]) {
        for Clash { line_id, field, here, there, .. } in clashes {
            self.clashes += 1;
            let part = line_id.as_ref().map_or_else(|| (*field).to_owned(), |id| format!("{id}.{field}"));
            if *field == "line" {
                self.lines.extend(line_id.clone());
            }
            for value in [here, there] {
                self.named.insert((part.clone(), value.clone().unwrap_or_default()));
            }
        }
    }

    /// Every edit still stands, was replaced by somebody who saw it, or was named to somebody.
    fn check(&self, stands: &BTreeMap<String, String>, seed: u64) {
        for (part, value) in &self.edits {
            let edit = (part.clone(), value.clone());
            let line = part.split_once('.').map_or("", |(line, _)| line);
            let kept = stands.get(part) == Some(value);
            let known = self.replaced.contains(&edit) || self.named.contains(&edit) || self.lines.contains(line);
            assert!(kept || known, "seed {seed}: {part} = {value:?} is lost without a word");
        }
    }
}

impl Page<'_> {
    fn edit(&mut self, dice: &mut Dice, turn: usize, told: &mut Told) {
        let before = shown(self.live.quote());
        let (number, lines) = (turn + 3, self.live.quote().lines.len());
        let line = self.live.quote().lines.get(dice.below(8) % lines.max(1)).map(|line| line.id.clone()).unwrap_or_default();
        let percent = format!("{}.{:02}", number / 100, number % 100);
        // What cannot be done, on a line that is gone or a quote that is ordered, changes nothing.
        let _ = match dice.below(12) {
            0 | 1 => self.live.set_quantity(&line, &number.to_string()).map(drop),
            2 => self.live.set_discount(&line, &percent).map(drop),
            3 => self.live.set_price(&line, &number.to_string()).map(drop),
            4 => self.live.set_description(&line, &format!("text {turn}")).map(drop),
            5 => self.live.edit_header(&format!(r#"{{"memo":"memo {turn}"}}"#)).map(drop),
            6 => self.live.edit_header(&format!(r#"{{"customerReference":"PO {turn}"}}"#)).map(drop),
            7 => self.live.edit_header(&format!(r#"{{"overallDiscount":"{percent}"}}"#)).map(drop),
            8 => {
                let facts = self.tab.desk.line_facts(BAYSIDE, ["CHAIR-01", "LAMP-02"][dice.below(2)], "").unwrap();
                self.live.add_line(facts, "1", &format!("new{turn}")).map(drop)
            }
            9 => self.live.remove_line(&line),
            10 => self.live.move_line(&line, dice.below(4) + 1).map(drop),
            _ if dice.below(3) == 0 => self.live.undo().map(drop),
            _ => self.live.set_price_tier([None, Some(1), Some(3)][dice.below(3)]),
        };
        told.edited(&before, &shown(self.live.quote()));
    }

    /// One step of a save, as the page takes them: other things happen between any two.
    fn save(&mut self, told: &mut Told) {
        let world = &self.tab.world;
        if let Some(answer) = self.answer.take() {
            match answer {
                Ok(answer) => drop(self.live.saved(answer).unwrap()),
                Err(code) => {
                    assert_eq!(code, ErrorCode::AlreadyConfirmed);
                    self.pull(told);
                }
            }
            told.hear(&self.live.clashes());
        } else if let Some(Unsaved { document, gross, revision }) = self.sent.take() {
            let text = json::to_text(&document);
            let saved = world.run(self.tab.desk.save_quote(&text, &gross.to_string(), Some(revision)));
            self.answer = Some(saved.map_err(|error| error.code));
        } else {
            self.sent = self.live.unsaved();
        }
    }

    fn resting(&self) -> bool {
        self.sent.is_none() && self.answer.is_none()
    }

    fn pull(&mut self, told: &mut Told) {
        let newer = self.tab.world.run(self.tab.desk.newer_quote(&self.live.quote().link, self.live.revision())).unwrap();
        if let Some(bundle) = newer {
            self.live.take_over(bundle).unwrap();
            told.hear(&self.live.clashes());
            told.hear(self.live.too_late());
        }
    }

    fn choose(&mut self, dice: &mut Dice, told: &mut Told) {
        let Some(Clash { line_id, field, .. }) = self.live.clashes().into_iter().next() else { return };
        let before = shown(self.live.quote());
        self.live.choose(line_id.as_deref(), field, dice.below(2) == 0).unwrap();
        told.edited(&before, &shown(self.live.quote()));
    }
}

fn three_tabs() -> [Tab; 3] {
    let (world, first) = World::synced();
    [first, world.tab("second"), world.tab("third")]
}

fn link(seed: u64) -> String {
    format!("https://crm.example.com/quote/{seed}")
}

#[test]
fn of_1000_interleavings_of_tabs_no_edit_is_lost_without_a_word() {
    let (mut clashes, mut orders, mut edits) = (0, 0, 0);
    let mut tabs = three_tabs();
    for seed in 0..1000 {
        if seed % 20 == 0 {
            tabs = three_tabs();
        }
        let world = Rc::clone(&tabs[0].world);
        let mut dice = Dice(seed);
        let mut told = Told::default();
        let live = tabs[0].quote(&link(seed));
        world.run(tabs[0].desk.save_quote(&document(&live), "747.00", None)).unwrap();
        let count = 2 + dice.below(2);
        let open = || LiveQuote::open(world.run(tabs[0].desk.open_quote(&link(seed))).unwrap()).unwrap();
        let page = |tab| Page { tab, live: open(), sent: None, answer: None };
        let mut pages: Vec<Page<'_>> = tabs.iter().take(count).map(page).collect();
        let mut ordered: Option<Quote> = None;
        for turn in 0..40 {
            let at = dice.below(if count == 2 { 2 } else { 3 });
            match dice.below(10) {
                0..4 => pages[at].edit(&mut dice, turn, &mut told),
                4..8 => pages[at].save(&mut told),
                8 if pages[at].resting() => pages[at].pull(&mut told),
                9 if seed % 4 == 0 && turn > 15 && pages[at].resting() && pages[at].live.clashes().is_empty() => {
                    let page = &mut pages[at];
                    if page.live.unsaved().is_some() || page.live.quote().confirmed {
                        continue;
                    }
                    let confirmed = world.run(page.tab.desk.confirm(&document(&page.live), Some(page.live.revision())));
                    match confirmed {
                        Ok(_) => ordered = Some(page.live.quote().clone()),
                        Err(error) => assert!(matches!(error.code, ErrorCode::Conflict | ErrorCode::CannotConfirm), "{error}"),
                    }
                    page.pull(&mut told);
                }
                _ => pages[at].choose(&mut dice, &mut told),
            }
        }
        // Everybody comes to rest, choosing where there is something to choose.
        for _ in 0..60 {
            for page in &mut pages {
                page.save(&mut told);
                if page.resting() {
                    page.pull(&mut told);
                    page.choose(&mut dice, &mut told);
                }
            }
        }
        let stands = world.run(tabs[0].desk.open_quote(&link(seed))).unwrap().quote;
        for page in &mut pages {
            assert!(page.live.clashes().is_empty() && page.live.unsaved().is_none(), "seed {seed} does not come to rest");
            assert_eq!(shown(page.live.quote()), shown(&stands), "seed {seed}: the tabs show different quotes");
            let again = Quote::totals(&stands, &page.live.context().references).0;
            assert_eq!(page.live.document_totals(), again, "seed {seed}: the totals are not those of the lines");
            for line in &stands.lines {
                assert_eq!(
                    line.priced.quote_tier.map(|offer| offer.tier),
                    stands.chosen_tier,
                    "seed {seed}: {} is on another tier",
                    line.id
                );
            }
        }
        if let Some(seen) = ordered {
            assert_eq!(shown(&seen), shown(&stands), "seed {seed}: what was ordered is not what was confirmed");
            orders += 1;
        }
        told.check(&shown(&stands), seed);
        clashes += told.clashes;
        edits += told.edits.len();
    }
    assert!(clashes > 1000 && orders > 20 && edits > 10_000, "{edits} edits, {clashes} clashes, {orders} orders");
}

#[test]
fn a_save_from_an_older_revision_gets_the_newer_quote_and_writes_nothing() {
    let (world, one) = World::synced();
    let other = world.tab("second");
    let open = |tab: &Tab| LiveQuote::open(world.run(tab.desk.open_quote(LINK)).unwrap()).unwrap();
    world.run(one.desk.save_quote(&document(&one.quote_10452()), "747.00", None)).unwrap();
    let (mut here, mut there) = (open(&one), open(&other));
    here.set_quantity("a", "9").unwrap();
    there.set_quantity("a", "5").unwrap();
    let save = |tab: &Tab, live: &mut LiveQuote| {
        let Unsaved { document, gross, revision } = live.unsaved().unwrap();
        world.run(tab.desk.save_quote(&json::to_text(&document), &gross.to_string(), Some(revision))).unwrap()
    };
    let answer = save(&one, &mut here);
    assert!(matches!(answer, SaveAnswer::Saved { .. }));
    here.saved(answer).unwrap();
    let events = one.events.borrow();
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Quote(written) if written.key == LINK && written.revision == here.revision()))
    );
    let moved = save(&other, &mut there);
    let SaveAnswer::Moved(bundle) = &moved else { panic!("it was written over") };
    assert_eq!(bundle.quote.lines[0].quantity.to_string(), "9");
    assert_eq!(open(&one).quote().lines[0].quantity.to_string(), "9");
    // The same save again, as after an answer that was lost, is no change.
    let repeated = world.run(one.desk.save_quote(&document(&here), "1.00", Some(1))).unwrap();
    assert!(matches!(repeated, SaveAnswer::Saved { revision, .. } if revision == here.revision()), "{repeated:?}");
}

#[test]
fn a_quote_made_again_is_not_written_over_by_a_tab_that_holds_the_removed_one() {
    let (world, one) = World::synced();
    let other = world.tab("second");
    let made = |tab: &Tab| LiveQuote::open(world.run(tab.desk.create_quote(LINK, BAYSIDE)).unwrap()).unwrap();
    let mut there = made(&other);
    there.set_warehouse(Some("Main Warehouse")).unwrap();
    world.run(one.desk.remove_quote(LINK)).unwrap();
    world.pass(SECOND);
    made(&one);
    let Unsaved { document, gross, revision } = there.unsaved().unwrap();
    let answer = world.run(other.desk.save_quote(&json::to_text(&document), &gross.to_string(), Some(revision))).unwrap();
    assert!(matches!(answer, SaveAnswer::Moved(_)), "it was written over");
}

#[test]
fn a_quote_that_another_tab_changed_is_not_ordered_unseen() {
    let (world, one) = World::synced();
    let other = world.tab("second");
    world.run(one.desk.save_quote(&document(&one.quote_10452()), "747.00", None)).unwrap();
    let open = |tab: &Tab| LiveQuote::open(world.run(tab.desk.open_quote(LINK)).unwrap()).unwrap();
    let (mut here, mut there) = (open(&one), open(&other));
    there.set_quantity("a", "5").unwrap();
    let Unsaved { document: text, gross, revision } = there.unsaved().unwrap();
    let answer = world.run(other.desk.save_quote(&json::to_text(&text), &gross.to_string(), Some(revision))).unwrap();
    there.saved(answer).unwrap();
    let error = world.run(one.desk.confirm(&document(&here), Some(here.revision()))).unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
    world.pass(10 * MINUTE);
    assert!(world.cin7.sales.borrow().is_empty() && world.run(one.desk.orders()).unwrap().is_empty());
    here.take_over(world.run(one.desk.newer_quote(LINK, here.revision())).unwrap().unwrap()).unwrap();
    world.run(one.desk.confirm(&document(&here), Some(here.revision()))).unwrap();
    one.until_order("confirmed");
    assert_eq!(world.cin7.sales.borrow().len(), 1);
    assert!(world.run(other.desk.newer_quote(LINK, there.revision())).unwrap().unwrap().quote.confirmed);
}

#[test]
fn a_quote_kept_before_revisions_were_counted_opens_and_is_saved() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    let old = format!(r#"{{"quote":{},"gross":"747.00","changedAt":"2026-03-30T15:00:00Z"}}"#, document(&live));
    world.run(world.vault.commit(Batch::relaxed().put(Table::Quotes, LINK, old.into_bytes()))).unwrap();
    let mut again = LiveQuote::open(world.run(tab.desk.open_quote(LINK)).unwrap()).unwrap();
    assert_eq!(again.revision(), 0);
    again.set_quantity("a", "5").unwrap();
    let Unsaved { document, gross, revision } = again.unsaved().unwrap();
    let answer = world.run(tab.desk.save_quote(&json::to_text(&document), &gross.to_string(), Some(revision))).unwrap();
    again.saved(answer).unwrap();
    assert_eq!(again.revision(), 1);
    assert_eq!(again.unsaved(), None);
}
