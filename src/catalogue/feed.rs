//! The change feed's log: which record changed, one entry after the other.
//!
//! The log names records, it does not hold them: whoever reads it is given each record as it is then. So an entry is 21
//! bytes, a record that changed twice may be given twice (never too seldom), and entries that a later one of the same record
//! has outdated can go at any time. Entries are stored in chunks, in the same batch as the records they speak of.
//!
//! Sequence numbers only grow, also over the loss of the whole log: a log counts from a thousand times the millisecond in
//! which it began. A number from before that, or from beyond the end, belongs to a log that is lost.

use serde::{Deserialize, Serialize};

use super::segment::{Corrupt, Count, Encoding, Kind, Segment, Writer};
use crate::json;
use crate::records::{Guid, Timestamp};

const OFFSET: u16 = 1;
const SUBJECT: u16 = 2;
const ID: u16 = 3;

/// Raised when the meaning of a log changes; any other is begun anew.
const FORMAT: u16 = 2;
/// Sequence numbers set aside for each millisecond of a log's age.
const PER_MILLISECOND: u64 = 1000;
/// Most entries of a chunk.
const CHUNK: usize = 16_384;
/// Chunks beyond the full ones before a compaction pays.
const MOST_CHUNKS: usize = 24;
/// Entries that a log may gather before a compaction pays.
const LEAST_ADDED: u32 = 4096;
/// What the keys of chunks start with.
pub const PREFIX: &str = "feed/";

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    /// The reference books, all as one.
    References,
    /// A customer or supplier.
    Company,
    /// A product or service.
    Product,
    /// The stock of one product at every location.
    Stock,
    /// A sale.
    Sale,
    /// The records under SKUs that a product has given up.
    Renamed,
}

impl Subject {
    const ALL: [Self; 6] = [Self::References, Self::Company, Self::Product, Self::Stock, Self::Sale, Self::Renamed];

    fn to_byte(self) -> u8 {
        u8::try_from(Self::ALL.iter().position(|subject| *subject == self).unwrap_or(0)).unwrap_or(0)
    }

    fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte)).copied()
    }
}

/// What names a record in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeedKey {
    /// What it is.
    pub subject: Subject,
    /// Its id; that of the product for stock and for SKUs given up, none for the reference books.
    pub id: Guid,
}

impl FeedKey {
    /// The reference books.
    pub const REFERENCES: Self = Self { subject: Subject::References, id: Guid::from_bytes([0; 16]) };

    /// A record by its id.
    pub const fn of(subject: Subject, id: Guid) -> Self {
        Self { subject, id }
    }
}

/// One change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the log, from 1.
    pub offset: u32,
    /// The record that changed.
    pub key: FeedKey,
}

/// A stored part of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Chunk {
    first: u32,
    last: u32,
}

fn key_of(first: u32) -> String {
    format!("{PREFIX}{first:010}")
}

/// A log without its entries: what is stored of it, and where it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    format: u16,
    /// The sequence number before the first.
    began: u64,
    /// The offset of the last entry; 0 for none.
    last: u32,
    /// Entries left by the last compaction.
    kept: u32,
    /// Entries since.
    added: u32,
    chunks: Vec<Chunk>,
}

/// Chunks to store: their keys and their bytes.
pub type Written = Vec<(String, Vec<u8>)>;

impl Feed {
    /// An empty log that begins now.
    pub fn begun(now: Timestamp) -> Self {
        let began = u64::try_from(now.millis()).unwrap_or(0) * PER_MILLISECOND;
        Self { format: FORMAT, began, last: 0, kept: 0, added: 0, chunks: Vec::new() }
    }

    /// Reads a stored log.
    ///
    /// # Errors
    /// [`Corrupt`] when it is none, or of another format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Corrupt> {
        let feed: Self = serde_json::from_slice(bytes).map_err(|_| Corrupt::Manifest)?;
        if feed.format == FORMAT { Ok(feed) } else { Err(Corrupt::Format(feed.format)) }
    }

    /// The log as stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::to_bytes(self)
    }

    /// Adds a change of each of these records. Returns what to store with the records.
    pub fn append(&mut self, mut keys: Vec<FeedKey>) -> Written {
        keys.sort();
        keys.dedup();
        let mut written = Written::new();
        for keys in keys.chunks(CHUNK) {
            let entries: Vec<Entry> = (self.last + 1..).zip(keys).map(|(offset, key)| Entry { offset, key: *key }).collect();
            self.added = self.added.saturating_add(u32::try_from(entries.len()).unwrap_or(u32::MAX));
            self.store(&entries, &mut written);
        }
        written
    }

    fn store(&mut self, entries: &[Entry], written: &mut Written) {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return };
        self.last = self.last.max(last.offset);
        self.chunks.push(Chunk { first: first.offset, last: last.offset });
        written.push((key_of(first.offset), encode(entries)));
    }

    /// The keys of the chunks that hold entries after this one, oldest first.
    pub fn chunks_after(&self, offset: u32) -> Vec<String> {
        self.chunks.iter().filter(|chunk| chunk.last > offset).map(|chunk| key_of(chunk.first)).collect()
    }

    /// The offset after which to read on for whoever has read up to the sequence number `after`; 0 has read nothing. `None`
    /// when the number is not from this log.
    pub fn offset_of(&self, after: u64) -> Option<u32> {
        if after == 0 {
            return Some(0);
        }
        after.checked_sub(self.began).and_then(|offset| u32::try_from(offset).ok()).filter(|offset| *offset <= self.last)
    }

    /// The sequence number of an entry.
    pub fn sequence(&self, offset: u32) -> u64 {
        self.began + u64::from(offset)
    }

    /// The sequence number of the last entry.
    pub fn end(&self) -> u64 {
        self.sequence(self.last)
    }

    /// Whether this log has entries that `other`, the same log at another time, has not; or is another log.
    pub const fn is_ahead_of(&self, other: &Self) -> bool {
        self.began != other.began || self.last > other.last
    }

    /// Whether so much is outdated that a compaction pays.
    pub fn wants_compaction(&self) -> bool {
        let full = usize::try_from(self.kept).unwrap_or(0) / CHUNK;
        self.chunks.len() > full + MOST_CHUNKS || (self.added > LEAST_ADDED && self.added > self.kept)
    }

    /// The log without outdated entries, given all of them, and its chunks, to be stored in place of all present ones.
    pub fn compacted(&self, mut entries: Vec<Entry>) -> (Self, Written) {
        // The last of several of one record stays.
        entries.sort_by_key(|entry| (entry.key, std::cmp::Reverse(entry.offset)));
        entries.dedup_by_key(|entry| entry.key);
        entries.sort_by_key(|entry| entry.offset);
        let kept = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        let mut compacted = Self { kept, added: 0, chunks: Vec::new(), ..self.clone() };
        let mut written = Written::new();
        for entries in entries.chunks(CHUNK) {
            compacted.store(entries, &mut written);
        }
        (compacted, written)
    }
}

fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut writer = Writer::new(Kind::Feed, entries.len());
    writer.fixed(OFFSET, entries.iter().map(|entry| entry.offset.to_le_bytes()));
    writer.fixed(SUBJECT, entries.iter().map(|entry| [entry.key.subject.to_byte()]));
    writer.fixed(ID, entries.iter().map(|entry| entry.key.id.to_bytes()));
    writer.finish()
}

/// The entries of a stored chunk, in order.
///
/// # Errors
/// [`Corrupt`] when it cannot be read; the log is then begun anew.
pub fn entries(bytes: Vec<u8>) -> Result<Vec<Entry>, Corrupt> {
    let schema = [OFFSET, SUBJECT, ID].map(|id| (id, Encoding::Fixed, Count::Rows));
    let chunk = Segment::open(bytes, Kind::Feed, &schema)?;
    let (offsets, subjects, ids) = (chunk.fixed::<4>(OFFSET), chunk.fixed::<1>(SUBJECT), chunk.fixed::<16>(ID));
    let entry = |row| {
        let subject = Subject::from_byte(subjects.get(row)[0]).ok_or(Corrupt::Column(SUBJECT))?;
        Ok(Entry { offset: u32::from_le_bytes(offsets.get(row)), key: FeedKey::of(subject, Guid::from_bytes(ids.get(row))) })
    };
    (0..chunk.rows()).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn product(id: u8) -> FeedKey {
        FeedKey::of(Subject::Product, Guid::from_bytes([id; 16]))
    }

    fn now() -> Timestamp {
        Timestamp::from_millis(1_774_882_800_000)
    }

    fn all(stored: &BTreeMap<String, Vec<u8>>, feed: &Feed, after: u32) -> Vec<Entry> {
        let chunks = feed.chunks_after(after).into_iter().map(|key| entries(stored.get(&key).unwrap().clone()).unwrap());
        chunks.flatten().filter(|entry| entry.offset > after).collect()
    }

    #[test]
    fn numbers_are_exact_in_javascript_and_grow_over_the_loss_of_the_log() {
        let mut first = Feed::begun(now());
        first.append((0..200).map(product).collect());
        assert_eq!(first.end(), 1_774_882_800_000_200);
        assert!(first.end() < 1 << 53);
        let second = Feed::begun(now().plus_millis(1));
        assert!(second.sequence(1) > first.end());
        assert_eq!((second.offset_of(first.end()), second.offset_of(0)), (None, Some(0)));
        assert_eq!(first.offset_of(second.sequence(1)), None);
        assert_eq!(first.offset_of(first.sequence(7)), Some(7));
    }

    #[test]
    fn every_key_survives_a_compaction_at_its_last_place() {
        let mut feed = Feed::begun(now());
        let mut stored = BTreeMap::new();
        let mut last: BTreeMap<FeedKey, u32> = BTreeMap::new();
        let mut seed = 7_u32;
        for round in 0..120 {
            let keys: Vec<FeedKey> = (0..round % 5)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    product((seed >> 24) as u8 % 30)
                })
                .collect();
            for (key, bytes) in feed.append(keys) {
                stored.insert(key, bytes);
            }
            let entries = all(&stored, &feed, 0);
            assert!(entries.is_sorted_by(|one, other| one.offset < other.offset));
            for entry in &entries {
                last.insert(entry.key, entry.offset);
            }
            if feed.wants_compaction() {
                let (compacted, written) = feed.compacted(entries);
                assert_eq!(compacted.end(), feed.end());
                feed = Feed::from_bytes(&compacted.to_bytes()).unwrap();
                stored = BTreeMap::new();
                for (key, bytes) in written {
                    stored.insert(key, bytes);
                }
                assert!(!feed.wants_compaction());
            }
            let mut left: Vec<(FeedKey, u32)> = all(&stored, &feed, 0).iter().map(|entry| (entry.key, entry.offset)).collect();
            left.sort_by_key(|one| one.1);
            for (key, offset) in &last {
                assert_eq!(left.iter().rev().find(|(other, _)| other == key), Some(&(*key, *offset)));
            }
        }
        assert!(feed.kept > 0, "never compacted");
    }

    #[test]
    fn reading_on_skips_what_was_read() {
        let mut feed = Feed::begun(now());
        let mut stored = BTreeMap::new();
        for id in 0..9 {
            for (key, bytes) in feed.append(vec![product(id), product(id)]) {
                stored.insert(key, bytes);
            }
        }
        assert_eq!(all(&stored, &feed, 0).len(), 9);
        let rest: Vec<u32> = all(&stored, &feed, 6).iter().map(|entry| entry.offset).collect();
        assert_eq!(rest, [7, 8, 9]);
        assert!(feed.append(Vec::new()).is_empty());
    }

    #[test]
    fn a_damaged_chunk_is_noticed() {
        let mut feed = Feed::begun(now());
        let [(_, mut bytes)] = <[_; 1]>::try_from(feed.append(vec![product(1)])).unwrap();
        let middle = bytes.len() - 4;
        bytes[middle] ^= 1;
        assert_eq!(entries(bytes), Err(Corrupt::Checksum));
        assert!(Feed::from_bytes(b"{}").is_err());
    }
}
