//! Documents in memory: sales and the like, by id, by owner, and newest first by whatever the user types.
//!
//! A document is JSON that its owner understands, with what it is found by beside it. Unlike products and companies,
//! documents arrive a few at a time all day long. So a delta swallows its younger neighbours of about its own size before
//! it is stored: the number of segments grows with the logarithm of what has arrived, and a document is written again only
//! so many times.

use std::cell::OnceCell;

use memchr::memmem::Finder;

use super::SEGMENT_ROWS;
use super::fold::{fold_into, fold_key};
use super::segment::{Corrupt, Count, Encoding, Kind, Required, Segment, Writer};
use super::versions::{Place, Versions};
use crate::records::Guid;
use std::collections::BTreeMap;

const ID: u16 = 1;
const OWNER: u16 = 2;
const WHEN: u16 = 3;
const FLAGS: u16 = 4;
const WORDS: u16 = 5;
const RECORD: u16 = 6;

/// The flag of a row that says: this document is gone.
const REMOVED: u8 = 0x80;
const NOBODY: [u8; 16] = [0; 16];

/// A document with what it is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: Guid,
    /// Whose it is, such as the customer of a sale.
    pub owner: Option<Guid>,
    /// Where it stands in the list, the largest first; milliseconds since 1970, or any other number that grows.
    pub when: i64,
    /// Seven properties of the caller's choice, one per bit, to list by.
    pub flags: u8,
    /// What it is searched by. Documents of the same moment stand in the opposite order of these.
    pub words: String,
    /// The document as JSON.
    pub record: String,
}

/// What happens to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new, or has another content.
    Put(Document),
    /// It is gone.
    Remove(Guid),
}

/// Which documents to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct DocumentAsk<'a> {
    /// Only those of this owner.
    pub owner: Option<Guid>,
    /// As typed; words in any order, each of which must be found, be it within a word.
    pub text: &'a str,
    /// Only those that have all of these flags.
    pub flags: u8,
    /// How many to pass over.
    pub offset: usize,
    /// Most to return.
    pub limit: usize,
}

/// The documents that were asked for, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<'a> {
    /// Documents as JSON, newest first.
    pub records: Vec<&'a str>,
    /// How many there are without offset and limit.
    pub total: usize,
}

/// What to store so that a change holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// How many of the last stored segments give way.
    pub replaced: usize,
    /// The segments that take their place, in this order.
    pub segments: Vec<Vec<u8>>,
}

impl Delta {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.replaced == 0 && self.segments.is_empty()
    }
}

const fn id_of(change: &Change) -> Guid {
    match change {
        Change::Put(document) => document.id,
        Change::Remove(id) => *id,
    }
}

/// Every document of a list, as segments, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    segments: Vec<Segment>,
    /// Whether each row is the newest of its document and not a removal, by segment.
    alive: Vec<Vec<bool>>,
    versions: Versions,
    live: usize,
    /// Living rows in the order of the list; worked out when first asked for.
    order: OnceCell<Vec<Place>>,
}

impl Documents {
    /// The id of every document.
    pub fn ids(&self) -> impl Iterator<Item = Guid> {
        let rows = self.segments.iter().zip(&self.alive);
        rows.flat_map(|(segment, alive)| {
            let ids = segment.fixed::<16>(ID);
            (0..segment.rows()).filter(|row| alive.get(*row) == Some(&true)).map(move |row| Guid::from_bytes(ids.get(row)))
        })
    }

    /// The ids of the documents of these owners, which are in order.
    pub fn ids_of(&self, owners: &[Guid]) -> Vec<Guid> {
        let mut found = Vec::new();
        for (segment, alive) in self.segments.iter().zip(&self.alive) {
            let (ids, of) = (segment.fixed::<16>(ID), segment.fixed::<16>(OWNER));
            let rows = (0..segment.rows()).filter(|row| alive.get(*row) == Some(&true));
            found.extend(
                rows.filter(|row| owners.binary_search(&Guid::from_bytes(of.get(*row))).is_ok())
                    .map(|row| Guid::from_bytes(ids.get(row))),
            );
        }
        found
    }

    /// Opens stored segments, oldest first, as the manifest lists them.
    ///
    /// # Errors
    /// [`Corrupt`] when any of them cannot be read.
    pub fn load(segments: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, Corrupt> {
        let mut documents = Self::default();
        for bytes in segments {
            documents.append(bytes)?;
        }
        Ok(documents)
    }

    fn append(&mut self, bytes: Vec<u8>) -> Result<(), Corrupt> {
        let segment = open(bytes)?;
        let alive: Vec<bool> = segment.fixed::<1>(FLAGS).values().iter().map(|[flags]| flags & REMOVED == 0).collect();
        self.live += alive.iter().filter(|alive| **alive).count();
        self.alive.push(alive);
        self.segments.push(segment);
        self.order.take();
        let Self { segments, alive, versions, live, .. } = self;
        versions.note(segments, segments.len() - 1, ID, |place| {
            let row = alive.get_mut(place.segment()).and_then(|rows| rows.get_mut(place.row()));
            if row.is_some_and(std::mem::take) {
                *live -= 1;
            }
        });
        Ok(())
    }

    /// Takes over changes, in order. Those that say nothing new are left out.
    ///
    /// # Errors
    /// [`Corrupt`] when what was just encoded cannot be read; load everything again then.
    pub fn change(&mut self, changes: Vec<Change>) -> Result<Delta, Corrupt> {
        let mut rows: BTreeMap<Guid, Change> = BTreeMap::new();
        for change in changes {
            let id = id_of(&change);
            rows.insert(id, change);
        }
        let mut rows: Vec<Change> = rows.into_values().filter(|row| self.is_new(row)).collect();
        let mut delta = Delta::default();
        if rows.is_empty() {
            return Ok(delta);
        }
        while let Some(last) = self.segments.last().map(Segment::rows)
            && last <= rows.len() * 2
            && last + rows.len() <= SEGMENT_ROWS
        {
            self.give_back(&mut rows);
            delta.replaced += 1;
        }
        // A removal has nothing left to say once no older segment can hold the document.
        if self.segments.is_empty() {
            rows.retain(|row| matches!(row, Change::Put(_)));
        }
        for chunk in rows.chunks(SEGMENT_ROWS) {
            let bytes = encode(chunk);
            self.append(bytes.clone())?;
            delta.segments.push(bytes);
        }
        Ok(delta)
    }

    fn is_new(&self, change: &Change) -> bool {
        match change {
            Change::Put(document) => self.place(document.id).is_none_or(|place| self.read(place) != *document),
            Change::Remove(id) => self.place(*id).is_some(),
        }
    }

    /// Takes the last segment apart and puts those of its rows that still count among `rows`, which stay in order of id.
    fn give_back(&mut self, rows: &mut Vec<Change>) {
        let number = self.segments.len().saturating_sub(1);
        let Some(segment) = self.segments.last() else { return };
        let ids = segment.fixed::<16>(ID);
        let mut older = Vec::new();
        for row in 0..segment.rows() {
            let (place, id) = (Place::new(number, row), ids.get(row));
            if self.versions.find(&self.segments, ID, id) != Some(place) {
                continue;
            }
            let id = Guid::from_bytes(id);
            let again = rows.binary_search_by_key(&id, id_of).is_ok();
            if !again {
                let alive = self.is_alive(place);
                older.push(if alive { Change::Put(self.read(place)) } else { Change::Remove(id) });
            }
            self.versions.forget(&self.segments, ID, place);
        }
        rows.append(&mut older);
        rows.sort_by_key(id_of);
        self.segments.pop();
        self.live -= self.alive.pop().map_or(0, |rows| rows.iter().filter(|alive| **alive).count());
        self.order.take();
    }

    /// How many documents there are.
    pub const fn len(&self) -> usize {
        self.live
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.live == 0
    }

    fn is_alive(&self, place: Place) -> bool {
        self.alive.get(place.segment()).and_then(|rows| rows.get(place.row())).is_some_and(|alive| *alive)
    }

    fn place(&self, id: Guid) -> Option<Place> {
        self.versions.find(&self.segments, ID, id.to_bytes()).filter(|place| self.is_alive(*place))
    }

    fn text(&self, place: Place, column: u16) -> &str {
        self.segments.get(place.segment()).map(|segment| segment.text(column).get(place.row())).unwrap_or_default()
    }

    fn when(&self, place: Place) -> i64 {
        let when = self.segments.get(place.segment()).and_then(|segment| segment.numbers(WHEN).integer(place.row()));
        when.and_then(|when| i64::try_from(when).ok()).unwrap_or(i64::MIN)
    }

    fn owner(&self, place: Place) -> [u8; 16] {
        self.segments.get(place.segment()).map_or(NOBODY, |segment| segment.fixed(OWNER).get(place.row()))
    }

    fn flags(&self, place: Place) -> u8 {
        let [flags] = self.segments.get(place.segment()).map_or([0], |segment| segment.fixed(FLAGS).get(place.row()));
        flags
    }

    fn read(&self, place: Place) -> Document {
        let owner = self.owner(place);
        Document {
            id: Guid::from_bytes(self.segments.get(place.segment()).map_or(NOBODY, |segment| segment.fixed(ID).get(place.row()))),
            owner: (owner != NOBODY).then_some(Guid::from_bytes(owner)),
            when: self.when(place),
            flags: self.flags(place),
            words: self.text(place, WORDS).to_owned(),
            record: self.text(place, RECORD).to_owned(),
        }
    }

    /// The document with this id, as JSON.
    pub fn get(&self, id: Guid) -> Option<&str> {
        self.place(id).map(|place| self.text(place, RECORD))
    }

    /// Every document as JSON, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.order().iter().map(|place| self.text(*place, RECORD))
    }

    fn order(&self) -> &[Place] {
        self.order.get_or_init(|| {
            let mut places: Vec<Place> = Vec::with_capacity(self.live);
            for (segment, rows) in self.alive.iter().enumerate() {
                let alive = rows.iter().enumerate().filter(|(_, alive)| **alive);
                places.extend(alive.map(|(row, _)| Place::new(segment, row)));
            }
            places.sort_by(|one, other| {
                let by_words = || self.text(*other, WORDS).cmp(self.text(*one, WORDS));
                self.when(*other).cmp(&self.when(*one)).then_with(by_words)
            });
            places
        })
    }

    /// The documents asked for, newest first.
    pub fn list(&self, ask: DocumentAsk<'_>) -> Listed<'_> {
        let mut listed = Listed { records: Vec::new(), total: 0 };
        let terms = fold_key(ask.text);
        let matching = self.matching(&terms);
        let owner = ask.owner.map(Guid::to_bytes);
        for &place in self.order() {
            let typed = matching
                .as_ref()
                .is_none_or(|rows| rows.get(place.segment()).and_then(|rows| rows.get(place.row())).is_some_and(|found| *found));
            if !typed || owner.is_some_and(|owner| owner != self.owner(place)) || self.flags(place) & ask.flags != ask.flags {
                continue;
            }
            if listed.total >= ask.offset && listed.records.len() < ask.limit {
                listed.records.push(self.text(place, RECORD));
            }
            listed.total += 1;
        }
        listed
    }

    /// Which rows have every term, by segment; `None` when there is no term.
    fn matching(&self, terms: &str) -> Option<Vec<Vec<bool>>> {
        if terms.is_empty() {
            return None;
        }
        let mut all: Vec<Vec<bool>> = self.segments.iter().map(|segment| vec![true; segment.rows()]).collect();
        for term in terms.split(' ') {
            let finder = Finder::new(term.as_bytes());
            for (segment, rows) in self.segments.iter().zip(&mut all) {
                let mut found = vec![false; rows.len()];
                segment.text(WORDS).scan(&finder, |row, _| {
                    if let Some(found) = found.get_mut(row) {
                        *found = true;
                    }
                });
                rows.iter_mut().zip(found).for_each(|(row, found)| *row &= found);
            }
        }
        Some(all)
    }

    /// Whether enough rows are dead for a [`Documents::compaction`] to pay.
    pub fn wants_compaction(&self) -> bool {
        let rows: usize = self.segments.iter().map(Segment::rows).sum();
        rows > SEGMENT_ROWS / 4 && rows - self.live > rows / 3
    }

    /// The segments of a new base, to be stored instead of all present ones, in this order.
    pub fn compaction(&self) -> impl Iterator<Item = Vec<u8>> {
        self.order().chunks(SEGMENT_ROWS).map(|places| {
            let rows: Vec<Change> = places.iter().map(|place| Change::Put(self.read(*place))).collect();
            encode(&rows)
        })
    }
}

/// What a document is searched by: each text folded, in order, with a space between.
pub fn words(texts: &[&str]) -> String {
    let mut words = String::new();
    for text in texts.iter().filter(|text| !text.trim().is_empty()) {
        if !words.is_empty() {
            words.push(' ');
        }
        fold_into(text.trim(), &mut words);
    }
    words
}

fn schema() -> [Required; 6] {
    [
        (ID, Encoding::Fixed, Count::Rows),
        (OWNER, Encoding::Fixed, Count::Rows),
        (WHEN, Encoding::Numbers, Count::Rows),
        (FLAGS, Encoding::Fixed, Count::Rows),
        (WORDS, Encoding::Text, Count::Rows),
        (RECORD, Encoding::Text, Count::Rows),
    ]
}

fn open(bytes: Vec<u8>) -> Result<Segment, Corrupt> {
    let segment = Segment::open(bytes, Kind::Documents, &schema())?;
    // Rows are counted in sixteen bits, and each fixed column must have the width that it is read with.
    let sound = |id: u16, right: bool| if right { Ok(()) } else { Err(Corrupt::Column(id)) };
    sound(ID, u16::try_from(segment.rows()).is_ok() && segment.fixed::<16>(ID).values().len() == segment.rows())?;
    sound(OWNER, segment.fixed::<16>(OWNER).values().len() == segment.rows())?;
    sound(FLAGS, segment.fixed::<1>(FLAGS).values().len() == segment.rows())?;
    Ok(segment)
}

fn encode(rows: &[Change]) -> Vec<u8> {
    let document = |row: &'_ Change| match row {
        Change::Put(document) => document.clone(),
        Change::Remove(id) => {
            Document { id: *id, owner: None, when: 0, flags: REMOVED, words: String::new(), record: String::new() }
        }
    };
    let documents: Vec<Document> = rows.iter().map(document).collect();
    let rows = || documents.iter();
    let mut writer = Writer::new(Kind::Documents, documents.len());
    writer.fixed(ID, rows().map(|row| row.id.to_bytes()));
    writer.fixed(OWNER, rows().map(|row| row.owner.map_or(NOBODY, Guid::to_bytes)));
    writer.integers(WHEN, rows().map(|row| Some(row.when)));
    writer.fixed(FLAGS, rows().map(|row| [row.flags]));
    writer.text(WORDS, rows().map(|row| row.words.as_str()));
    writer.text(RECORD, rows().map(|row| row.record.as_str()));
    writer.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const OPEN: u8 = 1;

    fn guid(last: u8) -> Guid {
        let mut id = [3; 16];
        id[15] = last;
        Guid::from_bytes(id)
    }

    fn sale(number: u8, when: i64, customer: &str) -> Document {
        let name = format!("SO-{number:05}");
        Document {
            id: guid(number),
            owner: Some(guid(200)),
            when,
            flags: OPEN,
            words: words(&[&name, customer]),
            record: format!("{{\"number\":\"{name}\"}}"),
        }
    }

    fn puts(documents: &[Document]) -> Vec<Change> {
        documents.iter().cloned().map(Change::Put).collect()
    }

    fn found(documents: &Documents, ask: DocumentAsk<'_>) -> Vec<String> {
        documents.list(ask).records.iter().map(|record| record[11..19].to_owned()).collect()
    }

    const ALL: DocumentAsk<'static> = DocumentAsk { owner: None, text: "", flags: 0, offset: 0, limit: 100 };

    fn world() -> Documents {
        let mut documents = Documents::default();
        let other = Document { owner: Some(guid(201)), flags: 0, ..sale(3, 20, "Harbour Hôtels") };
        documents.change(puts(&[sale(1, 10, "Bayside Club"), sale(2, 20, "Bayside Club"), other])).unwrap();
        documents
    }

    #[test]
    fn documents_are_listed_newest_first_by_owner_flag_and_words() {
        let documents = world();
        assert_eq!(found(&documents, ALL), ["SO-00003", "SO-00002", "SO-00001"], "the same moment: the later number first");
        assert_eq!(found(&documents, DocumentAsk { owner: Some(guid(200)), ..ALL }), ["SO-00002", "SO-00001"]);
        assert_eq!(found(&documents, DocumentAsk { flags: OPEN, ..ALL }), ["SO-00002", "SO-00001"]);
        assert_eq!(found(&documents, DocumentAsk { text: "0003", ..ALL }), ["SO-00003"]);
        assert_eq!(found(&documents, DocumentAsk { text: " HOTELS so- ", ..ALL }), ["SO-00003"]);
        assert_eq!(found(&documents, DocumentAsk { text: "bayside hotels", ..ALL }), [""; 0]);
        let page = documents.list(DocumentAsk { offset: 1, limit: 1, ..ALL });
        assert_eq!((page.total, page.records), (3, vec![r#"{"number":"SO-00002"}"#]));
    }

    #[test]
    fn a_document_that_comes_again_is_one_and_what_says_nothing_new_is_not_stored() {
        let mut documents = world();
        assert!(documents.change(puts(&[sale(1, 10, "Bayside Club")])).unwrap().is_empty());
        documents.change(puts(&[sale(1, 30, "Bayside Club"), sale(1, 40, "Corner Shop")])).unwrap();
        assert_eq!(documents.len(), 3);
        assert_eq!(found(&documents, DocumentAsk { text: "corner", ..ALL }), ["SO-00001"]);
        assert_eq!(found(&documents, ALL), ["SO-00001", "SO-00003", "SO-00002"]);
    }

    #[test]
    fn a_removed_document_is_gone_and_may_come_back() {
        let mut documents = world();
        documents.change(vec![Change::Remove(guid(2)), Change::Remove(guid(77))]).unwrap();
        assert_eq!(documents.get(guid(2)), None);
        assert_eq!(found(&documents, ALL), ["SO-00003", "SO-00001"]);
        documents.change(puts(&[sale(2, 20, "Bayside Club")])).unwrap();
        assert!(documents.get(guid(2)).is_some());
        assert_eq!(documents.len(), 3);
    }

    #[test]
    fn many_small_changes_leave_few_segments() {
        let mut documents = Documents::default();
        let mut written = 0;
        for number in 0..250_u8 {
            written += documents.change(puts(&[sale(number, 1, "A")])).unwrap().segments[0].len();
        }
        assert_eq!(documents.len(), 250);
        assert!(documents.segments.len() <= 10, "{}", documents.segments.len());
        let whole = documents.compaction().next().unwrap().len();
        assert!(written < whole * 20, "{written} bytes were written for {whole}");
    }

    #[test]
    fn damage_is_found_when_a_segment_is_opened() {
        let mut documents = Documents::default();
        let mut bytes = documents.change(puts(&[sale(1, 1, "A")])).unwrap().segments.remove(0);
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        assert_eq!(Documents::load([bytes]).unwrap_err(), Corrupt::Checksum);
    }

    proptest! {
        #[test]
        fn any_history_leaves_what_a_map_holds_in_memory_and_in_the_store(
            steps in proptest::collection::vec(proptest::collection::vec((0_u8..12, 0_i64..4, any::<bool>()), 1..6), 0..30),
            compacted_at in 0_usize..40,
        ) {
            let (mut documents, mut expected) = (Documents::default(), BTreeMap::new());
            let mut stored: Vec<Vec<u8>> = Vec::new();
            for (at, step) in steps.into_iter().enumerate() {
                let mut changes = Vec::new();
                for (number, when, put) in step {
                    let document = sale(number, when, "A");
                    if put {
                        expected.insert(document.id, document.clone());
                        changes.push(Change::Put(document));
                    } else {
                        expected.remove(&document.id);
                        changes.push(Change::Remove(document.id));
                    }
                }
                let delta = documents.change(changes).unwrap();
                stored.truncate(stored.len() - delta.replaced);
                stored.extend(delta.segments);
                if at == compacted_at {
                    stored = documents.compaction().collect();
                    documents = Documents::load(stored.clone()).unwrap();
                }
                let loaded = Documents::load(stored.clone()).unwrap();
                for documents in [&documents, &loaded] {
                    prop_assert_eq!(documents.len(), expected.len());
                    prop_assert_eq!(documents.list(ALL).total, expected.len());
                    for number in 0..12 {
                        let one = expected.get(&guid(number)).map(|document| document.record.as_str());
                        prop_assert_eq!(documents.get(guid(number)), one);
                    }
                }
            }
        }
    }
}
