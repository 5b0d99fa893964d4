//! Which row of several segments is the newest of an id.

use hashbrown::HashTable;
use xxhash_rust::xxh64::xxh64;

use super::segment::{Fixed, Segment};
use crate::records::Guid;

/// Where a row is: segment, oldest first, and row within it. Sixteen bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(u32);

impl Place {
    pub(crate) fn new(segment: usize, row: usize) -> Self {
        let short = |value: usize| u32::from(u16::try_from(value).unwrap_or(u16::MAX));
        Self((short(segment) << 16) | short(row))
    }

    pub(crate) const fn segment(self) -> usize {
        (self.0 >> 16) as usize
    }

    pub(crate) const fn row(self) -> usize {
        (self.0 & 0xffff) as usize
    }
}

/// The newest row of each id. Holds four bytes per id; the ids are read from the segments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Versions {
    newest: HashTable<Place>,
}

fn hash(id: [u8; 16]) -> u64 {
    xxh64(&id, 0)
}

fn id_at(segments: &[Segment], column: u16, place: Place) -> [u8; 16] {
    segments.get(place.segment()).map_or([0; 16], |segment| segment.fixed(column).get(place.row()))
}

/// The ids that the `column` of the last `count` segments holds.
pub(crate) fn ids(segments: &[Segment], column: u16, count: usize) -> impl Iterator<Item = Guid> {
    let newest = segments.iter().skip(segments.len().saturating_sub(count));
    newest.flat_map(move |segment| segment.fixed::<16>(column).values().iter().map(|id| Guid::from_bytes(*id)))
}

impl Versions {
    pub(crate) fn len(&self) -> usize {
        self.newest.len()
    }

    /// Notes the rows of `segments[number]` as the newest of their ids and hands over each row that it supersedes.
    pub(crate) fn note(&mut self, segments: &[Segment], number: usize, column: u16, mut superseded: impl FnMut(Place)) {
        let Some(segment) = segments.get(number) else {
            return;
        };
        let ids: Fixed<'_, 16> = segment.fixed(column);
        self.newest.reserve(ids.values().len(), |place| hash(id_at(segments, column, *place)));
        for (row, id) in ids.values().iter().enumerate() {
            let place = Place::new(number, row);
            let hash_of = |place: &Place| hash(id_at(segments, column, *place));
            match self.newest.entry(hash(*id), |place| id_at(segments, column, *place) == *id, hash_of) {
                hashbrown::hash_table::Entry::Occupied(mut known) => {
                    superseded(*known.get());
                    *known.get_mut() = place;
                }
                hashbrown::hash_table::Entry::Vacant(free) => {
                    free.insert(place);
                }
            }
        }
    }

    /// Drops a row that is the newest of its id, while its segment is still there.
    pub(crate) fn forget(&mut self, segments: &[Segment], column: u16, place: Place) {
        let id = id_at(segments, column, place);
        if let Ok(known) = self.newest.find_entry(hash(id), |known| *known == place) {
            known.remove();
        }
    }

    /// The newest row of an id.
    pub(crate) fn find(&self, segments: &[Segment], column: u16, id: [u8; 16]) -> Option<Place> {
        self.newest.find(hash(id), |place| id_at(segments, column, *place) == id).copied()
    }
}
