//! Stock of every product at every location, from one full read of Cin7's availability list.
//!
//! The list has no changed-since filter, and a product without movements is simply not in it. So a reading counts as a
//! whole: its pages are staged one by one, summed over bins and batches once the last has arrived, and the result
//! replaces the stock before it at once.

use std::collections::BTreeMap;

use super::SEGMENT_ROWS;
use super::segment::{Corrupt, Count, Dictionary, Encoding, Kind, Numbers, Required, Segment, VALUES, Writer};
use super::versions::{Place, ids};
use crate::money::{QUANTITY_PLACES, Quantity};
use crate::records::availability::{AvailabilityRow, StockLevel};
use crate::records::{Guid, Timestamp};

const ID: u16 = 1;
/// Where each product's levels start, and one past the last.
const STARTS: u16 = 2;
const LOCATION: u16 = 3;
const ON_HAND: u16 = 4;
const ALLOCATED: u16 = 5;
const AVAILABLE: u16 = 6;
const ON_ORDER: u16 = 7;
const IN_TRANSIT: u16 = 8;
// 9 was a day that Cin7 names for a row; what earlier versions wrote still has the column, which nothing reads.
const SKU: u16 = 10;
const QUANTITIES: [u16; 5] = [ON_HAND, ALLOCATED, AVAILABLE, ON_ORDER, IN_TRANSIT];

/// Stock of one product: each location with its level.
pub type Levels = Vec<(String, StockLevel)>;

/// Stock as of one full read, with what has been read again for single products since.
#[derive(Debug, Clone, Default)]
pub struct Stock {
    /// Sorted by product id throughout.
    segments: Vec<Segment>,
    refreshed: BTreeMap<Guid, (Timestamp, Levels)>,
}

impl Stock {
    /// Opens the stored segments of one full read, in the order in which [`StockBuilder::finish`] gave them.
    ///
    /// # Errors
    /// [`Corrupt`] when any of them cannot be read or they do not belong together.
    pub fn load(segments: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, Corrupt> {
        let mut opened: Vec<Segment> = Vec::new();
        for bytes in segments {
            let segment = open(bytes)?;
            let last = opened.last().and_then(|segment| segment.fixed::<16>(ID).values().last());
            let first = segment.fixed::<16>(ID).values().first().copied();
            if last.zip(first).is_some_and(|(last, first)| *last >= first) {
                return Err(Corrupt::Column(ID));
            }
            opened.push(segment);
        }
        Ok(Self { segments: opened, refreshed: BTreeMap::new() })
    }

    /// Each location at which the product has a row, in order of name. A product without rows has no movements: all its
    /// stock is zero.
    pub fn levels(&self, product: Guid) -> Levels {
        match self.refreshed.get(&product) {
            Some((_, levels)) => levels.clone(),
            None => self.read_levels(product).unwrap_or_default(),
        }
    }

    fn read_levels(&self, product: Guid) -> Option<Levels> {
        let id = product.to_bytes();
        let first = |segment: &Segment| segment.fixed::<16>(ID).values().first().copied();
        let after = self.segments.partition_point(|segment| first(segment).is_some_and(|first| first <= id));
        let segment = self.segments.get(after.checked_sub(1)?)?;
        let row = segment.fixed::<16>(ID).values().binary_search(&id).ok()?;
        let starts = segment.fixed::<4>(STARTS);
        let rows = starts.place(row)..starts.place(row + 1);
        let columns = LevelColumns::of(segment);
        Some(rows.map(|at| (columns.location.get(at).to_owned(), columns.level(at))).collect())
    }

    /// Puts what has just been read for one product in place of what the full read said. Rows of other products are ignored:
    /// Cin7's filter by SKU matches by prefix. Lasts until the next full read; it is not stored.
    pub fn refresh(&mut self, product: Guid, read: Timestamp, rows: &[AvailabilityRow]) {
        let mut levels: BTreeMap<&str, StockLevel> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.product == product) {
            levels.entry(&row.location).or_default().add(&row.level);
        }
        let levels = levels.into_iter().map(|(location, level)| (location.to_owned(), level)).collect();
        self.refreshed.insert(product, (read, levels));
    }

    /// When this product was read by itself, if it was since the full read.
    pub fn refreshed_at(&self, product: Guid) -> Option<Timestamp> {
        self.refreshed.get(&product).map(|(read, _)| *read)
    }

    /// Keeps what the stock before this one read for single products at or after the instant at which this one's full read
    /// began: a page may have been read before that, and would set the product back. What bears a time after `now` was read
    /// before the clock was set back, nobody knows when, and is not kept: it would outlast every full read until then.
    pub fn keep_newer(&mut self, before: &Self, began: Timestamp, now: Timestamp) {
        let newer = before.refreshed.iter().filter(|(_, (read, _))| *read >= began && *read <= now);
        for (product, refreshed) in newer {
            self.refreshed.insert(*product, refreshed.clone());
        }
    }

    /// Each location at which the full read has a row of the product; what was read for it alone since does not count.
    pub fn full_levels(&self, product: Guid) -> Levels {
        self.read_levels(product).unwrap_or_default()
    }

    /// Every product that has a row in the full read.
    pub fn ids(&self) -> impl Iterator<Item = Guid> {
        ids(&self.segments, ID, self.segments.len())
    }

    /// The products whose rows differ between this full read and the one before.
    pub fn changed_since(&self, before: &Self) -> Vec<Guid> {
        let differs = |id: &Guid| self.read_levels(*id) != before.read_levels(*id);
        let gone = before.ids().filter(|id| self.read_levels(*id).is_none());
        self.ids().filter(differs).chain(gone).collect()
    }

    /// How many products have a row.
    pub fn products(&self) -> usize {
        self.segments.iter().map(Segment::rows).sum()
    }

    /// How many pairs of product and location have a row.
    pub fn len(&self) -> usize {
        self.segments.iter().map(|segment| segment.count(ON_HAND)).sum()
    }

    /// Whether there is no stock at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.segments.iter().map(|segment| segment.bytes().len()).sum()
    }
}

/// A full read under way: pages by their number.
#[derive(Debug, Clone, Default)]
pub struct StockBuilder {
    pages: BTreeMap<u32, Segment>,
}

impl StockBuilder {
    /// Takes a page and returns its staged form, which may be stored so that the read can be resumed. A page that comes again
    /// under the same number replaces the one before: no row is summed twice.
    ///
    /// # Errors
    /// [`Corrupt`] when the page has more rows than a segment can hold (65,535).
    pub fn add_page(&mut self, number: u32, rows: &[AvailabilityRow]) -> Result<Vec<u8>, Corrupt> {
        let bytes = encode_staged(rows);
        self.add_staged(number, bytes.clone())?;
        Ok(bytes)
    }

    /// Takes a page that was staged before the reload.
    ///
    /// # Errors
    /// [`Corrupt`] when it cannot be read; the read starts over.
    pub fn add_staged(&mut self, number: u32, bytes: Vec<u8>) -> Result<(), Corrupt> {
        self.pages.insert(number, open_staged(bytes)?);
        Ok(())
    }

    /// Rows taken so far, before they are summed.
    pub fn rows(&self) -> usize {
        self.pages.values().map(super::segment::Segment::rows).sum()
    }

    /// The segments of the whole read, summed per product and location, to be stored in this order instead of all present
    /// ones. Call it once the last page has been taken, never before.
    pub fn finish(self) -> Vec<Vec<u8>> {
        let pages: Vec<Segment> = self.pages.into_values().collect();
        let mut places: Vec<Place> = Vec::with_capacity(pages.iter().map(Segment::rows).sum());
        for (number, page) in pages.iter().enumerate() {
            places.extend((0..page.rows()).map(|row| Place::new(number, row)));
        }
        let columns: Vec<_> = pages.iter().map(|page| (page.fixed::<16>(ID), LevelColumns::of(page))).collect();
        let id = |place: &Place| columns.get(place.segment()).map_or([0; 16], |(ids, _)| ids.get(place.row()));
        places.sort_by_cached_key(id);
        let mut segments = Vec::new();
        let mut full = Summed::default();
        for product in places.chunk_by(|one, other| id(one) == id(other)) {
            let mut levels: BTreeMap<&str, StockLevel> = BTreeMap::new();
            for (place, (_, page)) in product.iter().filter_map(|place| Some((place, columns.get(place.segment())?))) {
                levels.entry(page.location.get(place.row())).or_default().add(&page.level(place.row()));
            }
            full.ids.push(product.first().map(id).unwrap_or_default());
            full.starts.push(full.levels.len());
            full.levels.extend(levels);
            if full.ids.len() == SEGMENT_ROWS {
                segments.push(std::mem::take(&mut full).encode());
            }
        }
        if !full.ids.is_empty() {
            segments.push(full.encode());
        }
        segments
    }
}

/// Products of one segment of stock.
#[derive(Debug, Default)]
struct Summed<'a> {
    ids: Vec<[u8; 16]>,
    starts: Vec<usize>,
    levels: Vec<(&'a str, StockLevel)>,
}

impl Summed<'_> {
    fn encode(self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::Stock, self.ids.len());
        writer.fixed(ID, self.ids.iter().copied());
        let ends = self.starts.iter().copied().chain([self.levels.len()]);
        writer.fixed(STARTS, ends.map(|start| u32::try_from(start).unwrap_or(u32::MAX).to_le_bytes()));
        writer.dictionary(LOCATION, self.levels.iter().map(|(location, _)| *location));
        write_levels(&mut writer, &self.levels.iter().map(|(_, level)| level));
        writer.finish()
    }
}

fn write_levels<'a>(writer: &mut Writer, levels: &(impl Iterator<Item = &'a StockLevel> + Clone)) {
    for id in QUANTITIES {
        let quantity = move |level: &StockLevel| match id {
            ON_HAND => level.on_hand,
            ALLOCATED => level.allocated,
            AVAILABLE => level.available,
            ON_ORDER => level.on_order,
            _ => level.in_transit,
        };
        writer.decimals(id, levels.clone().map(|level| Some(quantity(level).decimal())));
    }
}

/// The columns of levels of one segment.
#[derive(Debug, Clone, Copy)]
struct LevelColumns<'a> {
    location: Dictionary<'a>,
    quantities: [Numbers<'a>; 5],
}

impl<'a> LevelColumns<'a> {
    fn of(segment: &'a Segment) -> Self {
        Self { location: segment.dictionary(LOCATION), quantities: QUANTITIES.map(|id| segment.numbers(id)) }
    }

    fn level(&self, at: usize) -> StockLevel {
        let quantity = |numbers: Numbers<'_>| numbers.decimal(at).map(Quantity::rounded).unwrap_or_default();
        let [on_hand, allocated, available, on_order, in_transit] = self.quantities.map(quantity);
        StockLevel { on_hand, allocated, available, on_order, in_transit }
    }
}

/// The staged form of a page of the availability list, row by row.
pub fn encode_staged(rows: &[AvailabilityRow]) -> Vec<u8> {
    let mut writer = Writer::new(Kind::StagedStock, rows.len());
    writer.fixed(ID, rows.iter().map(|row| row.product.to_bytes()));
    writer.dictionary(SKU, rows.iter().map(|row| row.sku.as_str()));
    writer.dictionary(LOCATION, rows.iter().map(|row| row.location.as_str()));
    write_levels(&mut writer, &rows.iter().map(|row| &row.level));
    writer.finish()
}

/// The rows of a staged page.
///
/// # Errors
/// [`Corrupt`] when it cannot be read.
pub fn decode_staged(bytes: Vec<u8>) -> Result<Vec<AvailabilityRow>, Corrupt> {
    let page = open_staged(bytes)?;
    let columns = LevelColumns::of(&page);
    let row = |at| AvailabilityRow {
        product: Guid::from_bytes(page.fixed(ID).get(at)),
        sku: page.dictionary(SKU).get(at).to_owned(),
        location: columns.location.get(at).to_owned(),
        level: columns.level(at),
    };
    Ok((0..page.rows()).map(row).collect())
}

fn open_staged(bytes: Vec<u8>) -> Result<Segment, Corrupt> {
    let mut schema = level_schema(Count::Rows);
    schema.extend([
        (ID, Encoding::Fixed, Count::Rows),
        (SKU, Encoding::Numbers, Count::Rows),
        (SKU | VALUES, Encoding::Text, Count::Any),
    ]);
    let page = Segment::open(bytes, Kind::StagedStock, &schema)?;
    let sound = u16::try_from(page.rows()).is_ok() && page.dictionary(SKU).is_sound(page.rows());
    if sound { check_levels(page) } else { Err(Corrupt::Column(SKU)) }
}

fn open(bytes: Vec<u8>) -> Result<Segment, Corrupt> {
    let mut schema = level_schema(Count::Any);
    schema.extend([(ID, Encoding::Fixed, Count::Rows), (STARTS, Encoding::Fixed, Count::RowsAndEnd)]);
    let segment = Segment::open(bytes, Kind::Stock, &schema)?;
    if !segment.fixed::<16>(ID).values().is_sorted_by(|one, other| one < other) {
        return Err(Corrupt::Column(ID));
    }
    let starts = segment.fixed::<4>(STARTS);
    let rising = starts.values().is_sorted_by_key(|start| u32::from_le_bytes(*start));
    if !rising || starts.place(segment.rows()) != segment.count(ON_HAND) {
        return Err(Corrupt::Column(STARTS));
    }
    check_levels(segment)
}

fn level_schema(count: Count) -> Vec<Required> {
    let mut schema: Vec<Required> = QUANTITIES.map(|id| (id, Encoding::Numbers, count)).to_vec();
    schema.extend([(LOCATION, Encoding::Numbers, count), (LOCATION | VALUES, Encoding::Text, Count::Any)]);
    schema
}

/// Checks what reading a level relies on: every column has a value for it, and every value is what it should be.
fn check_levels(segment: Segment) -> Result<Segment, Corrupt> {
    let levels = segment.count(ON_HAND);
    for id in QUANTITIES {
        let numbers = segment.numbers(id);
        let right = segment.count(id) == levels && numbers.scale() <= QUANTITY_PLACES;
        if !right || (levels > 0 && numbers.range().1) {
            return Err(Corrupt::Column(id));
        }
    }
    if segment.count(LOCATION) != levels || !segment.dictionary(LOCATION).is_sound(levels) {
        return Err(Corrupt::Column(LOCATION));
    }
    Ok(segment)
}

#[cfg(test)]
mod tests;
