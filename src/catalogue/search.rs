//! Type-ahead search over segments: every word must be found, best rank first, ties by key.
//!
//! Segments are sorted by their key (a product's SKU, a customer's name), and neighbours whose keys follow each other
//! form a run. Within a run the first rows of a rank are the best of that rank, so that a scan may stop once enough rows
//! of the ranks up to [`Rank::WordStart`] are found: the two better ranks were looked up before by binary search. Once
//! enough rows of some rank are found anywhere, no run is searched for worse ones.

use memchr::memmem::Finder;
use serde::Serialize;

use super::fold::{fold_char, fold_key};
use super::segment::{Fixed, Standing, Texts, is_letter};
use super::words::Words;

/// How well a record matches, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The SKU, barcode or whole name is what was typed.
    Exact,
    /// The SKU (or customer's name) starts with it.
    Prefix,
    /// Every word typed starts a word of the name, or the SKU.
    WordStart,
    /// Every word typed starts some word: of brand, category or tags, or within the SKU.
    OtherWordStart,
    /// Some word typed is only a fragment.
    Inside,
    /// Found only by forgiving one wrong, missing, extra or swapped letter in a word.
    Typo,
}

const RANKS: [Rank; 6] = [Rank::Exact, Rank::Prefix, Rank::WordStart, Rank::OtherWordStart, Rank::Inside, Rank::Typo];
const NOT_FOUND: u8 = u8::MAX;
/// Shorter words are too like others for a letter to be forgiven.
const SHORTEST_FORGIVEN: usize = 4;

/// How what was typed names a record that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// It is the record's SKU, barcode or whole name, and no other's.
    Exact,
    /// It is that but for its letter case, and another's too.
    Several,
    /// It is a part of it.
    Part,
    /// It is neither: a letter was forgiven.
    Alike,
}

/// A matched part of a text, `[start, end)` in UTF-16 units.
pub type Mark = (u32, u32);

/// What was typed, folded and cut into words.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    whole: String,
    /// The longest first: it excludes most.
    terms: Vec<String>,
}

impl Query {
    pub(crate) fn new(text: &str) -> Self {
        let folded = fold_key(text);
        let words = folded.split(' ').map(|word| word.trim_matches([',', ';'])).filter(|word| !word.is_empty());
        let whole = words.clone().collect::<Vec<_>>().join(" ");
        let mut terms: Vec<String> = Vec::new();
        for word in words {
            if !terms.iter().any(|term| term == word) {
                terms.push(word.to_owned());
            }
        }
        terms.sort_by_key(|term: &String| std::cmp::Reverse(term.len()));
        Self { whole, terms }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

/// What of a segment is searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Searched<'a> {
    /// The folded key by which the segment is sorted.
    pub(crate) key: Texts<'a>,
    /// A second folded key that counts when it is exact, such as the barcode.
    pub(crate) code: Texts<'a>,
    /// Rows in the order of `code`.
    pub(crate) by_code: Fixed<'a, 2>,
    /// Words of the name.
    pub(crate) name: Words<'a>,
    /// Words of everything else.
    pub(crate) rest: Words<'a>,
    /// What may be offered: rows of at least the level asked for.
    pub(crate) level: &'a [u8],
}

/// A row that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) segment: usize,
    pub(crate) row: usize,
    pub(crate) rank: Rank,
}

/// The best `limit` rows, best first.
pub(crate) fn find(segments: &[Searched<'_>], query: &Query, limit: usize, level: u8) -> Vec<Found> {
    if query.is_empty() || limit == 0 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, segment) in segments.iter().enumerate() {
        segment.look_up(number, query, limit, level, &mut found);
    }
    if found.len() < limit {
        scan(segments, query, limit, level, false, &mut found);
    }
    if found.is_empty() && query.terms.iter().any(|term| is_forgiven(term)) {
        scan(segments, query, limit, level, true, &mut found);
    }
    found.sort_by_key(|found| (found.segment, found.row, found.rank));
    found.dedup_by_key(|found| (found.segment, found.row));
    let key = |found: &Found| segments.get(found.segment).map_or(&[][..], |segment| segment.key.bytes(found.row));
    found.sort_by(|one, other| one.rank.cmp(&other.rank).then_with(|| key(one).cmp(key(other))));
    found.truncate(limit);
    found
}

/// The first `limit` rows of at least this level by key, whatever they are.
pub(crate) fn first(segments: &[Searched<'_>], limit: usize, level: u8) -> Vec<Found> {
    let mut found = Vec::new();
    for (number, segment) in segments.iter().enumerate() {
        // A segment is sorted by key: more of it are never needed.
        let rows = segment.level.iter().enumerate().filter(|(_, own)| **own >= level).take(limit);
        found.extend(rows.map(|(row, _)| Found { segment: number, row, rank: Rank::WordStart }));
    }
    let key = |found: &Found| segments.get(found.segment).map_or(&[][..], |segment| segment.key.bytes(found.row));
    found.sort_by(|one, other| key(one).cmp(key(other)));
    found.truncate(limit);
    found
}

fn scan(segments: &[Searched<'_>], query: &Query, limit: usize, level: u8, forgiving: bool, found: &mut Vec<Found>) {
    let finders: Vec<Finder<'_>> = query.terms.iter().map(|term| Finder::new(term.as_bytes())).collect();
    let mut scratch = Scratch::default();
    let mut kept = [0_usize; RANKS.len()];
    // Rows kept of all runs.
    let mut all = [0_usize; RANKS.len()];
    let mut last_key: &[u8] = &[];
    for (number, segment) in segments.iter().enumerate() {
        let Some(last) = segment.key.len().checked_sub(1) else {
            continue;
        };
        if segment.key.bytes(0) < last_key {
            // A new run begins.
            kept = [0; RANKS.len()];
        }
        last_key = segment.key.bytes(last);
        // Once a run has given enough rows of some rank, its later rows are wanted only for better ranks.
        let up_to = |counts: &[usize], worst: Rank| counts.iter().take(worst as usize + 1).sum::<usize>() >= limit;
        let enough = |worst| up_to(&kept, worst);
        let worst = match forgiving {
            true if enough(Rank::Typo) => continue,
            true => Rank::Typo,
            false if enough(Rank::WordStart) => continue,
            false if enough(Rank::OtherWordStart) || up_to(&all, Rank::WordStart) => Rank::WordStart,
            false if enough(Rank::Inside) || up_to(&all, Rank::OtherWordStart) => Rank::OtherWordStart,
            false => Rank::Inside,
        };
        if !segment.rank(query, &finders, worst, &mut scratch) {
            continue;
        }
        for (row, (rank, own)) in scratch.total.iter().zip(segment.level).enumerate() {
            let Some(&rank) = RANKS.get(usize::from(*rank)).filter(|_| *own >= level) else {
                continue;
            };
            if let Some(kept) = kept.get_mut(rank as usize).filter(|kept| **kept < limit) {
                *kept += 1;
                if let Some(all) = all.get_mut(rank as usize) {
                    *all += 1;
                }
                found.push(Found { segment: number, row, rank });
            }
        }
    }
}

#[derive(Debug, Default)]
struct Scratch {
    /// Rank of each row for the whole query.
    total: Vec<u8>,
    /// Rank of each row for one term.
    term: Vec<u8>,
}

impl Searched<'_> {
    /// Finds rows whose key starts with the whole query, or whose code equals it.
    fn look_up(&self, number: usize, query: &Query, limit: usize, level: u8, found: &mut Vec<Found>) {
        let whole = query.whole.as_bytes();
        let offered = |row: &usize| self.level.get(*row).is_some_and(|own| *own >= level);
        let first = self.key.partition(|key| key < whole);
        let prefixed = (first..self.key.len()).take_while(|row| self.key.bytes(*row).starts_with(whole));
        found.extend(prefixed.filter(offered).take(limit).map(|row| {
            let rank = if self.key.bytes(row).len() == whole.len() { Rank::Exact } else { Rank::Prefix };
            Found { segment: number, row, rank }
        }));
        let coded = self.coded(whole).filter(offered).take(limit);
        found.extend(coded.map(|row| Found { segment: number, row, rank: Rank::Exact }));
    }

    /// Rows of this key.
    pub(crate) fn keyed<'s>(&'s self, whole: &'s [u8]) -> impl Iterator<Item = usize> + 's {
        let first = self.key.partition(|key| key < whole);
        (first..self.key.len()).take_while(move |row| self.key.bytes(*row) == whole)
    }

    /// Rows of this code.
    pub(crate) fn coded<'s>(&'s self, whole: &'s [u8]) -> impl Iterator<Item = usize> + 's {
        let order = self.by_code.values();
        let code = |place: &[u8; 2]| self.code.bytes(usize::from(u16::from_le_bytes(*place)));
        let first = order.partition_point(|place| code(place) < whole);
        let equal = order.iter().skip(first).take_while(move |place| code(place) == whole);
        equal.map(|place| usize::from(u16::from_le_bytes(*place)))
    }

    /// Ranks every row for the whole query, leaving out what ranks worse than `worst`; false when no row is left.
    fn rank(&self, query: &Query, finders: &[Finder<'_>], worst: Rank, scratch: &mut Scratch) -> bool {
        // A word of several (or one typed twice) is not the whole query; only `look_up` finds the two best ranks then.
        let best = if query.terms.contains(&query.whole) { Rank::Exact } else { Rank::WordStart };
        scratch.total.clear();
        scratch.total.resize(self.key.len(), best as u8);
        for (term, finder) in query.terms.iter().zip(finders) {
            scratch.term.clear();
            scratch.term.resize(self.key.len(), NOT_FOUND);
            // A letter is forgiven only when nothing was found without: a query of one term stands in no row that is offered.
            if worst != Rank::Typo || query.terms.len() > 1 {
                self.rank_term(finder, worst, &mut scratch.term);
            }
            if worst == Rank::Typo && is_forgiven(term) {
                self.forgive(term, &mut scratch.term);
            }
            let mut any = false;
            for (total, term) in scratch.total.iter_mut().zip(&scratch.term) {
                *total = (*total).max(*term);
                any |= *total != NOT_FOUND;
            }
            if !any {
                return false;
            }
        }
        true
    }

    fn rank_term(&self, finder: &Finder<'_>, worst: Rank, ranks: &mut [u8]) {
        let mut better = |row: usize, rank: Rank| {
            if let Some(own) = ranks.get_mut(row) {
                *own = (*own).min(rank as u8);
            }
        };
        let or = |standing, start| if standing == Standing::Inside { Rank::Inside } else { start };
        if worst < Rank::Inside {
            self.name.starting(finder.needle(), |word| self.name.rows(word).for_each(|row| better(row, Rank::WordStart)));
        } else {
            self.name.distinct.scan(finder, |word, standing| {
                let rank = or(standing, Rank::WordStart);
                self.name.rows(word).for_each(|row| better(row, rank));
            });
        }
        if worst <= Rank::WordStart {
            // Only a key that starts with the term still counts.
            let first = self.key.partition(|key| key < finder.needle());
            let prefixed = (first..self.key.len()).take_while(|row| self.key.bytes(*row).starts_with(finder.needle()));
            return prefixed.for_each(|row| better(row, Rank::Prefix));
        }
        if worst < Rank::Inside {
            self.rest.starting(finder.needle(), |word| self.rest.rows(word).for_each(|row| better(row, Rank::OtherWordStart)));
        } else {
            self.rest.distinct.scan(finder, |word, standing| {
                let rank = or(standing, Rank::OtherWordStart);
                self.rest.rows(word).for_each(|row| better(row, rank));
            });
        }
        self.key.scan(finder, |row, standing| {
            let rank = match standing {
                Standing::Whole => Rank::Exact,
                Standing::Start => Rank::Prefix,
                other => or(other, Rank::OtherWordStart),
            };
            better(row, rank);
        });
        // That the whole query is a code has been looked up; a word of it is one word among others.
        self.code.scan(finder, |row, standing| better(row, or(standing, Rank::OtherWordStart)));
    }

    fn forgive(&self, term: &str, ranks: &mut [u8]) {
        let mut better = |row: usize| {
            if let Some(own) = ranks.get_mut(row) {
                *own = (*own).min(Rank::Typo as u8);
            }
        };
        each_alike(&self.key, term, &mut better);
        if term.bytes().any(|byte| byte.is_ascii_digit()) {
            (0..self.code.len()).filter(|row| is_one_edit_away(self.code.bytes(*row), term.as_bytes())).for_each(&mut better);
        }
        for words in [&self.name, &self.rest] {
            each_alike(&words.distinct, term, &mut |word| words.rows(word).for_each(&mut better));
        }
    }
}

/// Finds the texts of a sorted column that a term means but for one letter.
///
/// One edit leaves one of the term's halves as it is: either the text starts with the first half less a letter (a swap may
/// reach into it), or the second half stands in it. Only texts of which one holds are compared.
fn each_alike(texts: &Texts<'_>, term: &str, found: &mut impl FnMut(usize)) {
    let half = term.chars().count().div_ceil(2);
    let byte = |letter: usize| term.char_indices().nth(letter).map_or(term.len(), |(at, _)| at);
    let (first, second) = term.split_at(byte(half));
    let start = first.get(..byte(half - 1)).unwrap_or_default().as_bytes();
    let mut compare = |at: usize| {
        if is_one_edit_away(texts.bytes(at), term.as_bytes()) {
            found(at);
        }
    };
    let from = texts.partition(|text| text < start);
    (from..texts.len()).take_while(|at| texts.bytes(*at).starts_with(start)).for_each(&mut compare);
    // Texts that begin with punctuation are few, and may be meant without it.
    for (low, high) in [(&b""[..], &b"0"[..]), (b":", b"a"), (b"{", b"\x80")] {
        (texts.partition(|text| text < low)..texts.partition(|text| text < high)).for_each(&mut compare);
    }
    texts.scan(&Finder::new(second.as_bytes()), |at, _| compare(at));
}

fn is_forgiven(term: &str) -> bool {
    term.chars().count() >= SHORTEST_FORGIVEN
}

/// Whether one wrong, missing, extra or swapped letter makes the term the start of the word. Punctuation before the word
/// does not count.
fn is_one_edit_away(word: &[u8], term: &[u8]) -> bool {
    let bare = match word {
        [first, ..] if is_letter(*first) => word,
        _ => word.iter().position(|byte| is_letter(*byte)).and_then(|from| word.get(from..)).unwrap_or_default(),
    };
    // One edit leaves one of the first two letters where it was or moves it by one place.
    match (bare, term) {
        ([a, b, ..], [c, d, ..]) if a == c || a == d || b == c || b == d => {}
        _ => return false,
    }
    let mut common = bare.iter().zip(term).take_while(|(one, other)| one == other).count();
    if common == term.len() {
        return true;
    }
    // Never cut a letter of several bytes.
    while common > 0 && (is_middle(bare.get(common)) || is_middle(term.get(common))) {
        common -= 1;
    }
    let (word, term) = (bare.get(common..).unwrap_or_default(), term.get(common..).unwrap_or_default());
    let (after_word, after_term) = (rest(word), rest(term));
    let wrong = !word.is_empty() && after_word.starts_with(after_term);
    let extra = word.starts_with(after_term);
    let missing = !word.is_empty() && after_word.starts_with(term);
    wrong || extra || missing || is_swapped(word, term)
}

fn is_swapped(word: &[u8], term: &[u8]) -> bool {
    let split = |text: &[u8]| {
        let first = text.len() - rest(text).len();
        (first, first + (text.len() - first) - rest(rest(text)).len())
    };
    let ((one, two), (first, second)) = (split(word), split(term));
    if one == two || first == second {
        return false;
    }
    word.get(..one) == term.get(first..second)
        && word.get(one..two) == term.get(..first)
        && word.get(two..).zip(term.get(second..)).is_some_and(|(word, term)| word.starts_with(term))
}

fn is_middle(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte & 0xc0 == 0x80)
}

/// The text after its first letter.
fn rest(text: &[u8]) -> &[u8] {
    let next = (1..text.len()).find(|at| !is_middle(text.get(*at))).unwrap_or(text.len());
    text.get(next..).unwrap_or_default()
}

/// The parts of `text` that match, in order, without overlap.
pub(crate) fn marks(text: &str, query: &Query, rank: Rank) -> Vec<Mark> {
    let mut folded = String::with_capacity(text.len());
    // For each byte of the folded text, the UTF-16 units of the letter that it came from.
    let mut units: Vec<Mark> = Vec::with_capacity(text.len());
    let mut unit = 0_u32;
    for letter in text.chars() {
        let end = unit + u32::from(letter.len_utf16() > 1) + 1;
        fold_char(letter, |plain| folded.push(plain));
        if folded.len() > units.len() {
            units.resize(folded.len(), (unit, end));
        } else if let Some(last) = units.last_mut() {
            // A combining accent belongs to the letter before it.
            last.1 = end;
        }
        unit = end;
    }
    let mut marks: Vec<Mark> = Vec::new();
    let mut mark = |start: usize, end: usize| {
        if let (Some(first), Some(last)) = (units.get(start), end.checked_sub(1).and_then(|last| units.get(last))) {
            marks.push((first.0, last.1));
        }
    };
    let bytes = folded.as_bytes();
    for term in &query.terms {
        let mut places = memchr::memmem::find_iter(bytes, term.as_bytes());
        let starts_word = |place: &usize| *place == 0 || !bytes.get(place - 1).is_some_and(|before| is_letter(*before));
        let first = places.next();
        let best = first.filter(starts_word).or_else(|| places.find(starts_word)).or(first);
        if let Some(place) = best {
            mark(place, place + term.len());
        } else if rank == Rank::Typo && is_forgiven(term) {
            let mut from = 0;
            for word in folded.split(' ') {
                if is_one_edit_away(word.as_bytes(), term.as_bytes()) {
                    mark(from, from + word.len());
                    break;
                }
                from += word.len() + 1;
            }
        }
    }
    marks.sort_unstable();
    marks.dedup_by(|next, last| {
        let touches = next.0 <= last.1;
        if touches {
            last.1 = last.1.max(next.1);
        }
        touches
    });
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(word: &str, term: &str) -> bool {
        is_one_edit_away(word.as_bytes(), term.as_bytes())
    }

    #[test]
    fn one_letter_may_be_wrong_missing_extra_or_swapped() {
        for term in ["chaor", "chir", "chaiir", "cahir", "hcair", "xhair", "hair", "cchair", "chaix", "chairx", "chari"] {
            assert!(alike("chair", term), "{term}");
        }
        for term in ["chxxr", "xxair", "chairxx", "table", "riahc"] {
            assert!(!alike("chair", term), "{term}");
        }
        assert!(alike("armchair", "armhc"), "the start of a word is enough");
        assert!(alike("(black)", "blakc"), "punctuation before the word does not count");
    }

    #[test]
    fn halving_the_term_loses_no_text_that_is_one_letter_away() {
        use crate::catalogue::segment::{Count, Encoding, Kind, Segment, Writer};
        let letters = ["a", "b", "c", "д"];
        let text =
            |number: usize, length: u32| -> String { (0..length).map(|at| letters[number / 4_usize.pow(at) % 4]).collect() };
        let mut all: Vec<String> =
            (3..=6).flat_map(|length| (0..4_usize.pow(length)).step_by(3).map(move |n| text(n, length))).collect();
        all.extend(["(abcd)", "-bacd", "[дabc"].map(str::to_owned));
        all.sort();
        let mut writer = Writer::new(Kind::Products, 0);
        writer.text(1, all.iter().map(String::as_str));
        let segment = Segment::open(writer.finish(), Kind::Products, &[(1, Encoding::Text, Count::Any)]).unwrap();
        let texts = segment.text(1);
        for (number, length) in (0..1024).step_by(7).flat_map(|number| [(number, 4), (number, 5)]) {
            let term = text(number, length);
            let mut found = std::collections::BTreeSet::new();
            each_alike(&texts, &term, &mut |at| {
                found.insert(at);
            });
            let expected = (0..texts.len()).filter(|at| is_one_edit_away(texts.bytes(*at), term.as_bytes()));
            assert_eq!(found, expected.collect(), "{term}");
        }
    }

    #[test]
    fn letters_of_several_bytes_are_one_letter() {
        assert!(alike("стул", "стал"));
        assert!(alike("стул", "сутл"));
        assert!(alike("стул", "стпул"));
        assert!(!alike("стул", "слал"));
    }

    #[test]
    fn marks_count_utf16_units_of_the_text_as_written() {
        let marks = |text: &str, typed: &str| marks(text, &Query::new(typed), Rank::Inside);
        assert_eq!(marks("Oak Chair", "ch oak"), vec![(0, 3), (4, 6)]);
        assert_eq!(marks("Crème Brûlée", "brulee"), vec![(6, 12)]);
        assert_eq!(marks("🪑 Oak", "oak"), vec![(3, 6)], "a chair is two units");
        assert_eq!(marks("Große Straße", "strasse"), vec![(6, 12)]);
        assert_eq!(marks("cafe\u{301} noir", "cafe"), vec![(0, 5)]);
        assert_eq!(marks("Armchair chair", "chair"), vec![(9, 14)], "a word's start is better than its inside");
        assert_eq!(marks("banana", "nan ana"), vec![(1, 5)], "overlapping parts are one");
        assert_eq!(marks("Oak", "elm"), vec![]);
    }

    #[test]
    fn a_forgiven_word_is_marked_whole() {
        assert_eq!(marks("Oak Chair", &Query::new("chiar"), Rank::Typo), vec![(4, 9)]);
    }
}
