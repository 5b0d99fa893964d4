//! Three versions of a quote made one: what both tabs began from, this tab's, and what the other tab has written.
//!
//! Header field by header field, line by line and line field by line field: what only one side changed is taken from that
//! side, lines that either side added stand, and what both changed to different values is a [`Clash`], which a person
//! decides. Nothing of either side is dropped without a clash that names it.

use super::{PostalAddress, Quote, QuoteLine};
use crate::money::Percent;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a clash about a whole line is called: it was changed on one side and taken out on the other.
const LINE: &str = "line";
/// What a clash about the order of lines is called.
const ORDER: &str = "lineOrder";

/// A part of a header or of a line that changes as one.
pub(super) struct Field<T> {
    name: &'static str,
    same: fn(&T, &T) -> bool,
    /// Whether people decided the same. What is only worked out or looked up may differ without a clash.
    decided_same: fn(&T, &T) -> bool,
    copy: fn(&T, &mut T),
    /// Its value in figures or words; `None` where there is none.
    say: fn(&T) -> Option<String>,
}

/// A field that is one part of the struct. `is` says that the part always has a value, `may` that it may have none.
macro_rules! field {
    ($name:literal is $part:ident) => {
        field!($name, $part, |of| Some(of.$part.to_string()), |one, other| one.$part == other.$part)
    };
    ($name:literal may $part:ident) => {
        field!($name, $part, |of| of.$part.as_ref().map(ToString::to_string), |one, other| one.$part == other.$part)
    };
    // What Cin7 says of the product, as it was when it was looked up.
    ($name:literal found $part:ident) => {
        field!($name, $part, |_| None, |_, _| true)
    };
    ($name:literal, $part:ident, $say:expr, $decided_same:expr) => {
        Field {
            name: $name,
            same: |one, other| one.$part == other.$part,
            decided_same: $decided_same,
            copy: |from, to| to.$part.clone_from(&from.$part),
            say: $say,
        }
    };
}

const HEADER: [Field<Quote>; 17] = [
    field!("priceTier" may chosen_tier),
    field!("warehouse" may warehouse),
    field!("customerReference" is customer_reference),
    field!("deliveryNotes1" is delivery_notes1),
    field!("deliveryNotes2" is delivery_notes2),
    field!("memo" is memo),
    field!("phone" is phone),
    field!("contact" is contact),
    field!("paymentTerm" may payment_term),
    field!("salesPerson" may sales_person),
    field!("delivery", delivery, |of| of.delivery.address().map(PostalAddress::in_one_line), |one, other| one.delivery
        == other.delivery),
    field!("exchangeRate" may exchange_rate),
    field!("endDate" may end_date),
    field!("overallDiscount" is overall_discount),
    field!("reserveStock", reserved_on, |of| of.reserved_on.map(|day| day.to_string()), |one, other| {
        one.reserved_on.is_some() == other.reserved_on.is_some()
    }),
    field!(
        "receipt",
        receipt,
        |of| of.receipt.as_ref().map(|own| format!("{} ({})", own.amount, own.reference)),
        |one, other| { one.receipt == other.receipt }
    ),
    field!("attempt" found attempt),
];

const LINE_FIELDS: [Field<QuoteLine>; 12] = [
    field!("quantity" is quantity),
    field!("price", priced, |of| of.priced.typed.map(|price| price.to_string()), |one, other| {
        one.priced.typed == other.priced.typed
    }),
    Field {
        name: "discount",
        same: |one, other| (one.discount, one.discount_by) == (other.discount, other.discount_by),
        decided_same: |one, other| typed_discount(one) == typed_discount(other),
        copy: |from, to| (to.discount, to.discount_by) = (from.discount, from.discount_by),
        say: |of| typed_discount(of).map(|discount| discount.to_string()),
    },
    field!("description" is description),
    field!("extendedDescription" is extended_description),
    field!("taxRule" is tax_rule),
    field!("warehouse" may warehouse),
    field!("deliveryDate" may delivery_date),
    field!("sku" found sku),
    field!("name" found name),
    field!("kind" found kind),
    field!("cost" found cost),
];

fn typed_discount(line: &QuoteLine) -> Option<Percent> {
    line.discount_is_typed().then_some(line.discount)
}

/// A part of a quote: of its header, or of one of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: Option<String>,
    field: &'static str,
}

impl Place {
    /// The part of this name; `None` where there is none.
    pub(super) fn named(line: Option<&str>, field: &str) -> Option<Self> {
        let names: Vec<&'static str> = match line {
            None => HEADER.iter().map(|own| own.name).chain([ORDER]).collect(),
            Some(_) => LINE_FIELDS.iter().map(|own| own.name).chain([LINE]).collect(),
        };
        let field = names.into_iter().find(|name| *name == field)?;
        Some(Self { line: line.map(str::to_owned), field })
    }
}

/// What was changed differently in two tabs, as the screen shows it: `QuoteConflict` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Clash {
    /// The line; `None` is the header.
    pub line_id: Option<String>,
    /// The line's SKU.
    pub sku: Option<String>,
    /// The part of it.
    pub field: &'static str,
    /// What it is in this tab, in figures or words; `None` where it is nothing, or the line was taken out.
    pub here: Option<String>,
    /// What it is in the other.
    pub there: Option<String>,
}

/// The outcome of a merge: this tab's side of every clash, with the clashes.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) quote: Quote,
    pub(super) clashes: Vec<Place>,
}

/// Takes what `theirs` changed since `base` over into `mine`. Returns whether the two clash; `mine` then stays.
fn take<T>(field: &Field<T>, base: Option<&T>, mine: &mut T, theirs: &T) -> bool {
    let Some(base) = base else { return !(field.decided_same)(mine, theirs) };
    if (field.same)(mine, theirs) || (field.same)(base, theirs) {
        return false;
    }
    let (here, there) = (!(field.decided_same)(base, mine), !(field.decided_same)(base, theirs));
    if (field.same)(base, mine) || (there && !here) {
        (field.copy)(theirs, mine);
        return false;
    }
    here && there && !(field.decided_same)(mine, theirs)
}

/// As [`take`], for every field; gives the names of those that clash.
pub(super) fn take_header(base: &Quote, mine: &mut Quote, theirs: &Quote) -> Vec<&'static str> {
    mine.accepted.take(&base.accepted, &theirs.accepted);
    mine.refused.take(&base.refused, &theirs.refused);
    HEADER.iter().filter(|field| take(field, Some(base), mine, theirs)).map(|field| field.name).collect()
}

/// As [`take_header`], for a line; one without a `base` came to be on both sides.
pub(super) fn take_line(base: Option<&QuoteLine>, mine: &mut QuoteLine, theirs: &QuoteLine) -> Vec<&'static str> {
    mine.accepted.take(&base.unwrap_or(theirs).accepted, &theirs.accepted);
    mine.refused.take(&base.unwrap_or(theirs).refused, &theirs.refused);
    LINE_FIELDS.iter().filter(|field| take(field, base, mine, theirs)).map(|field| field.name).collect()
}

/// Whether two headers are the same, whatever their lines are.
pub(super) fn same_header(one: &Quote, other: &Quote) -> bool {
    one.accepted == other.accepted && one.refused == other.refused && HEADER.iter().all(|field| (field.same)(one, other))
}

/// Whether people decided the same on both.
pub(super) fn line_decided_same(one: &QuoteLine, other: &QuoteLine) -> bool {
    LINE_FIELDS.iter().all(|field| (field.decided_same)(one, other))
}

/// The parts in which `mine` was decided otherwise than `base`.
fn decisions(base: &Quote, mine: &Quote) -> Vec<Place> {
    let header = HEADER.iter().filter(|field| !(field.decided_same)(base, mine));
    let mut places: Vec<Place> = header.map(|field| Place { line: None, field: field.name }).collect();
    let known = by_id(base);
    for line in &mine.lines {
        let place = |field| Place { line: Some(line.id.clone()), field };
        match known.get(line.id.as_str()) {
            None => places.push(place(LINE)),
            Some(before) => {
                let changed = LINE_FIELDS.iter().filter(|field| !(field.decided_same)(before, line));
                places.extend(changed.map(|field| place(field.name)));
            }
        }
    }
    let mine_by_id = by_id(mine);
    let gone = base.lines.iter().filter(|line| !mine_by_id.contains_key(line.id.as_str()));
    places.extend(gone.map(|line| Place { line: Some(line.id.clone()), field: LINE }));
    if moved(base, mine) {
        places.push(Place { line: None, field: ORDER });
    }
    places
}

/// What of `mine` was decided since `base` and is not so in `theirs`.
pub(super) fn not_taken(base: &Quote, mine: &Quote, theirs: &Quote) -> Vec<Clash> {
    let places = decisions(base, mine);
    places.iter().filter(|place| differs(place, mine, theirs)).map(|place| shown(place, mine, theirs)).collect()
}

/// Makes the three one. What is `open` was a clash before, and stays one for as long as the two sides differ in it.
pub(super) fn merge(base: &Quote, mine: &Quote, theirs: &Quote, open: &[Place]) -> Merged {
    let mut quote = mine.clone();
    let mut clashes: Vec<Place> =
        take_header(base, &mut quote, theirs).into_iter().map(|field| Place { line: None, field }).collect();
    (quote.confirmed, quote.begun) = (theirs.confirmed, theirs.begun.clone());
    let (known, here, there) = (by_id(base), by_id(mine), by_id(theirs));
    let (order, order_clash) = order(base, mine, theirs);
    if order_clash {
        clashes.push(Place { line: None, field: ORDER });
    }
    let mut lines = Vec::with_capacity(order.len());
    for id in order {
        let mut clash = |field| clashes.push(Place { line: Some(id.to_owned()), field });
        match (known.get(id), here.get(id), there.get(id)) {
            (before, Some(mine), Some(theirs)) => {
                let mut line = (*mine).clone();
                take_line(before.copied(), &mut line, theirs).into_iter().for_each(&mut clash);
                lines.push(line);
            }
            (None, Some(line), None) | (None, None, Some(line)) => lines.push((*line).clone()),
            (Some(before), Some(mine), None) => {
                if !line_decided_same(before, mine) {
                    clash(LINE);
                    lines.push((*mine).clone());
                }
            }
            (Some(before), None, Some(theirs)) => {
                if !line_decided_same(before, theirs) {
                    clash(LINE);
                }
            }
            (_, None, None) => {}
        }
    }
    quote.lines = lines;
    for place in open {
        if !clashes.contains(place) && differs(place, &quote, theirs) {
            clashes.push(place.clone());
        }
    }
    Merged { quote, clashes }
}

/// `mine` as it may be written down while parts of it are `open`: those are as in `base`.
pub(super) fn without(open: &[Place], mine: &Quote, base: &Quote) -> Quote {
    let mut quote = mine.clone();
    for place in open {
        put(place, base, &mut quote);
    }
    quote
}

/// Puts a part of `from` into `to`.
pub(super) fn put(place: &Place, from: &Quote, to: &mut Quote) {
    let Some(id) = &place.line else {
        if place.field == ORDER {
            let ids: Vec<&str> = from.lines.iter().map(|line| line.id.as_str()).collect();
            arrange(&mut to.lines, &ids);
        } else if let Some(field) = HEADER.iter().find(|field| field.name == place.field) {
            (field.copy)(from, to);
        }
        return;
    };
    let (source, target) = (position(from, id), position(to, id));
    match (source, target) {
        (Some(source), Some(target)) => {
            let (from, to) = (&from.lines[source], &mut to.lines[target]);
            match LINE_FIELDS.iter().find(|field| field.name == place.field) {
                Some(field) => (field.copy)(from, to),
                None => to.clone_from(from),
            }
        }
        (Some(source), None) => to.lines.insert(source.min(to.lines.len()), from.lines[source].clone()),
        (None, Some(target)) => drop(to.lines.remove(target)),
        (None, None) => {}
    }
}

/// Whether people decided a part otherwise in `mine` than in `theirs`.
pub(super) fn differs(place: &Place, mine: &Quote, theirs: &Quote) -> bool {
    let Some(id) = &place.line else {
        return match HEADER.iter().find(|field| field.name == place.field) {
            Some(field) => !(field.decided_same)(mine, theirs),
            None => moved(mine, theirs),
        };
    };
    match (line(mine, id), line(theirs, id)) {
        (Some(mine), Some(theirs)) => match LINE_FIELDS.iter().find(|field| field.name == place.field) {
            Some(field) => !(field.decided_same)(mine, theirs),
            None => !line_decided_same(mine, theirs),
        },
        (None, None) => false,
        _ => true,
    }
}

/// A clash in both tabs' values.
pub(super) fn shown(place: &Place, mine: &Quote, theirs: &Quote) -> Clash {
    let Place { line: id, field } = place;
    let of = |quote: &Quote| match id {
        None => match HEADER.iter().find(|own| own.name == *field) {
            Some(own) => (own.say)(quote),
            None => Some(quote.lines.iter().map(|line| line.sku.as_str()).collect::<Vec<_>>().join(", ")),
        },
        Some(id) => line(quote, id).and_then(|line| match LINE_FIELDS.iter().find(|own| own.name == *field) {
            Some(own) => (own.say)(line),
            // Of a whole line, how many.
            None => Some(line.quantity.to_string()),
        }),
    };
    let sku = id.as_deref().and_then(|id| line(mine, id).or_else(|| line(theirs, id))).map(|line| line.sku.clone());
    Clash { line_id: id.clone(), sku, field, here: of(mine), there: of(theirs) }
}

/// The ids of all lines of both sides, in an order that keeps what either side moved; and whether both moved differently.
fn order<'q>(base: &'q Quote, mine: &'q Quote, theirs: &'q Quote) -> (Vec<&'q str>, bool) {
    let (mine_moved, moved_there) = (moved(base, mine), moved(base, theirs));
    let clash = mine_moved && moved_there && moved(mine, theirs);
    let (first, second) = if moved_there && !mine_moved { (theirs, mine) } else { (mine, theirs) };
    let mut ids: Vec<&str> = first.lines.iter().map(|line| line.id.as_str()).collect();
    let placed = by_id(first);
    // Each line of the other side stands behind the one that it stood behind there.
    let mut before: Option<&str> = None;
    for line in &second.lines {
        let id = line.id.as_str();
        if !placed.contains_key(id) {
            let at = before.and_then(|before| ids.iter().position(|own| *own == before)).map_or(0, |at| at + 1);
            ids.insert(at, id);
        }
        before = Some(id);
    }
    (ids, clash)
}

/// Whether the lines that both have stand in another order.
fn moved(one: &Quote, other: &Quote) -> bool {
    fn shared<'q>(quote: &'q Quote, known: &BTreeMap<&str, &QuoteLine>) -> Vec<&'q str> {
        let ids = quote.lines.iter().map(|line| line.id.as_str());
        ids.filter(|id| known.get(*id).is_some()).collect()
    }
    shared(one, &by_id(other)) != shared(other, &by_id(one))
}

/// Puts lines in the order of `ids`; those that are not among them stay behind the one that they stand behind.
fn arrange(lines: &mut Vec<QuoteLine>, ids: &[&str]) {
    let mut places = BTreeMap::new();
    for (at, id) in ids.iter().enumerate() {
        places.insert(*id, at);
    }
    let mut last = 0;
    let mut keyed: Vec<(usize, QuoteLine)> = Vec::with_capacity(lines.len());
    for line in lines.drain(..) {
        last = places.get(line.id.as_str()).copied().unwrap_or(last);
        keyed.push((last, line));
    }
    keyed.sort_by_key(|(at, _)| *at);
    lines.extend(keyed.into_iter().map(|(_, line)| line));
}

fn by_id(quote: &Quote) -> BTreeMap<&str, &QuoteLine> {
    let mut lines: Vec<&QuoteLine> = quote.lines.iter().collect();
    lines.sort_by(|one, other| one.id.cmp(&other.id));
    let mut known = BTreeMap::new();
    for line in lines {
        known.insert(line.id.as_str(), line);
    }
    known
}

fn position(quote: &Quote, id: &str) -> Option<usize> {
    quote.lines.iter().position(|line| line.id == id)
}

fn line<'q>(quote: &'q Quote, id: &str) -> Option<&'q QuoteLine> {
    quote.lines.iter().find(|line| line.id == id)
}
