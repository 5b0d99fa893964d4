//! Products in memory: by id, by SKU, and by whatever the user types.

mod codec;
mod narrowing;
#[cfg(test)]
mod tests;

pub use codec::ProductRow;

use super::SEGMENT_ROWS;
use super::fold::fold_key;
use super::search::{self, Fit, Mark, Query, Rank};
use super::segment::{Corrupt, Segment};
use super::versions::{Place, Versions, ids};
use crate::records::Guid;
use crate::records::name::{Named, meant};
use crate::records::product::Product;
use std::collections::BTreeMap;

/// Levels of a row: what it may be used for.
const DEAD: u8 = 0;
/// The last record under a SKU that was given up by a renaming.
const GIVEN_UP: u8 = 1;
const KEPT: u8 = 2;
const OFFERED: u8 = 3;

/// Most deltas before a compaction pays.
const MOST_DELTAS: usize = 16;

/// Every product, as segments: a base sorted by SKU and the deltas since, oldest first.
///
/// The newest row of an id is the product; older rows are dead, but when the SKU was another then, it still answers
/// [`Products::by_sku`] with where the product went.
#[derive(Debug, Clone, Default)]
pub struct Products {
    segments: Vec<Segment>,
    /// Level of each row, by segment.
    levels: Vec<Vec<u8>>,
    /// Compound words of each segment: those of names, those of the rest.
    compounds: Vec<[Vec<u32>; 2]>,
    versions: Versions,
    /// Rows that bear a SKU that their product no longer has, by the folded SKU and the SKU as it was spelled.
    renamed: BTreeMap<(String, String), Place>,
    /// Products whose given-up SKUs have become others since [`Products::take_moved`].
    moved: Vec<Guid>,
}

/// What to search for.
#[derive(Debug, Clone, Copy)]
pub struct SearchAsk<'a> {
    /// As typed; words in any order, each of which must be found.
    pub text: &'a str,
    /// Most hits to return.
    pub limit: usize,
    /// Whether to look at everything that was ever known: products that may not be sold too, and records under SKUs that were
    /// given up.
    pub everything: bool,
    /// Tags that a product must have, whole, in any letter case. Words of `text` that begin with `#` are added to them.
    pub tags: &'a [String],
    /// The category that a product must be of.
    pub category: Option<&'a str>,
    /// Whether the product whose SKU or barcode `text` is comes first also where it may not be sold, or is called otherwise now.
    pub named: bool,
}

impl<'a> SearchAsk<'a> {
    /// A search among what may be sold.
    pub const fn new(text: &'a str, limit: usize) -> Self {
        Self { text, limit, everything: false, tags: &[], category: None, named: false }
    }
}

/// A product that matches.
#[derive(Debug, Clone)]
pub struct ProductHit<'a> {
    /// The product, read in place.
    pub product: ProductRow<'a>,
    /// When this is the last record under a SKU that was given up: the product as it is now.
    pub renamed_to: Option<ProductRow<'a>>,
    /// How well it matches.
    pub rank: Rank,
    /// How the text names it.
    pub fit: Fit,
    /// Matched parts of the SKU.
    pub sku_marks: Vec<Mark>,
    /// Matched parts of the name.
    pub name_marks: Vec<Mark>,
}

/// Which product a SKU means.
#[derive(Debug, Clone, Copy)]
pub enum SkuMatch<'a> {
    /// The product that bears it.
    Current(ProductRow<'a>),
    /// A product that bore it once and was renamed in Cin7.
    Renamed {
        /// The record as it was last seen under that SKU; it receives no updates.
        old: ProductRow<'a>,
        /// The same product today.
        now: ProductRow<'a>,
    },
}

impl<'a> SkuMatch<'a> {
    /// The record under the SKU.
    const fn row(&self) -> &ProductRow<'a> {
        let (Self::Current(row) | Self::Renamed { old: row, .. }) = self;
        row
    }

    /// The SKU as it is spelled.
    pub fn sku(&self) -> &'a str {
        self.row().sku()
    }

    /// The product as it is now.
    pub const fn now(self) -> ProductRow<'a> {
        let (Self::Current(row) | Self::Renamed { now: row, .. }) = self;
        row
    }
}

impl Products {
    /// Opens stored segments, oldest first, as the manifest lists them.
    ///
    /// # Errors
    /// [`Corrupt`] when any of them cannot be read; the list is then fetched again.
    pub fn load(segments: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, Corrupt> {
        let mut products = Self::default();
        for bytes in segments {
            products.append(bytes)?;
        }
        products.moved.clear();
        Ok(products)
    }

    /// Takes over one more stored segment, newer than all before, such as one that another tab wrote.
    ///
    /// # Errors
    /// [`Corrupt`]; the products are then as they were.
    pub fn append(&mut self, bytes: Vec<u8>) -> Result<(), Corrupt> {
        let segment = codec::open(bytes)?;
        let level = |row| if ProductRow::new(&segment, row).sellable() { OFFERED } else { KEPT };
        self.levels.push((0..segment.rows()).map(level).collect());
        self.compounds.push(codec::compounds(&segment));
        self.segments.push(segment);
        let Self { segments, levels, versions, renamed, moved, .. } = self;
        let mut superseded = Vec::new();
        versions.note(segments, segments.len() - 1, codec::ID, |place| superseded.push(place));
        for place in superseded {
            set_level(levels, place, DEAD);
            let Some(segment) = segments.get(place.segment()) else {
                continue;
            };
            let old = ProductRow::new(segment, place.row());
            let now = versions.find(segments, codec::ID, old.id().to_bytes());
            let key = now.and_then(|now| segments.get(now.segment()).map(|segment| ProductRow::new(segment, now.row()).key()));
            if key == Some(old.key()) {
                continue;
            }
            set_level(levels, place, GIVEN_UP);
            moved.push(old.id());
            // Another product bore it before; or this one did, and has borne it again since.
            if let Some(earlier) = renamed.insert((old.key().to_owned(), old.sku().trim().to_owned()), place) {
                set_level(levels, earlier, DEAD);
                moved.extend(segments.get(earlier.segment()).map(|segment| ProductRow::new(segment, earlier.row()).id()));
            }
        }
        Ok(())
    }

    /// Takes over products as Cin7 now states them. Those that say nothing new are left out; of several with one id the last
    /// counts. Returns the delta's segments, to be stored in this order; none when nothing changed.
    ///
    /// # Errors
    /// [`Corrupt`] is a fault of this library: what was just written could not be read.
    pub fn upsert(&mut self, products: Vec<Product>) -> Result<Vec<Vec<u8>>, Corrupt> {
        let mut newest = products;
        // The last of several with one id comes last among them, and stays.
        newest.sort_by_key(|product| product.id);
        newest.reverse();
        newest.dedup_by_key(|product| product.id);
        newest.reverse();
        let changed = |product: &Product| self.get(product.id).as_ref() != Some(product);
        let changed: Vec<Product> = newest.into_iter().filter(changed).collect();
        let mut written = Vec::new();
        for chunk in chunks(changed) {
            let bytes = codec::encode(chunk);
            self.append(bytes.clone())?;
            written.push(bytes);
        }
        Ok(written)
    }

    /// The ids in the last `segments` segments.
    pub fn newest(&self, segments: usize) -> impl Iterator<Item = Guid> {
        ids(&self.segments, codec::ID, segments)
    }

    /// How many products there are, whether they may be sold or not.
    pub fn len(&self) -> usize {
        self.versions.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn row(&self, place: Place) -> Option<ProductRow<'_>> {
        self.segments.get(place.segment()).map(|segment| ProductRow::new(segment, place.row()))
    }

    /// The product with this id, read in place.
    pub fn find(&self, id: Guid) -> Option<ProductRow<'_>> {
        self.versions.find(&self.segments, codec::ID, id.to_bytes()).and_then(|place| self.row(place))
    }

    /// The product with this id.
    pub fn get(&self, id: Guid) -> Option<Product> {
        self.find(id).map(|row| row.product())
    }

    /// The product that this SKU means, else the one that it meant before that was renamed. Of two records under the very same
    /// SKU, one that may be sold goes before one that may not, then the one that arrived last.
    pub fn by_sku(&self, sku: &str) -> Named<SkuMatch<'_>> {
        let exact = |found: &SkuMatch<'_>| found.sku().trim() == sku.trim();
        let current: Vec<_> = self.bearing(sku, false).into_iter().map(|(_, row)| SkuMatch::Current(row)).collect();
        let key = fold_key(sku);
        let given_up = self.renamed.range((key.clone(), String::new())..).take_while(|((folded, _), _)| *folded == key);
        let given_up = given_up.filter_map(|(_, place)| {
            let old = self.row(*place)?;
            let now = self.find(old.id()).filter(|now| now.key() != old.key())?;
            Some(SkuMatch::Renamed { old, now })
        });
        let given_up: Vec<_> = given_up.collect();
        // A SKU that was given up and is spelled like this goes before another's that is not.
        let before = !current.iter().any(exact) && given_up.iter().any(exact);
        meant(if current.is_empty() || before { given_up } else { current }, exact)
    }

    /// The products of this SKU, or of this barcode where `codes`, whatever the spelling, with their levels; one for each SKU.
    fn bearing(&self, text: &str, codes: bool) -> Vec<(u8, ProductRow<'_>)> {
        let key = fold_key(text);
        let mut found: Vec<(u8, ProductRow<'_>)> = Vec::new();
        for ((segment, levels), compounds) in self.segments.iter().zip(&self.levels).zip(&self.compounds).rev() {
            let rows = codec::searched(segment, levels, compounds);
            for row in rows.keyed(key.as_bytes()).chain(rows.coded(key.as_bytes()).filter(|_| codes && !key.is_empty())) {
                let level = levels.get(row).copied().unwrap_or(DEAD);
                let row = ProductRow::new(segment, row);
                match found.iter_mut().find(|(_, other)| other.sku().trim() == row.sku().trim()) {
                    _ if level < KEPT => {}
                    Some(other) if other.0 >= level => {}
                    Some(other) => *other = (level, row),
                    None => found.push((level, row)),
                }
            }
        }
        found
    }

    /// The product whose SKU or barcode a text is. Where several bear it exactly, those that may be sold count.
    pub fn meant(&self, text: &str) -> Named<ProductRow<'_>> {
        let mut found = if text.trim().is_empty() { Vec::new() } else { self.bearing(text, true) };
        let exact = |row: &ProductRow<'_>| [row.sku(), row.barcode()].iter().any(|own| own.trim() == text.trim());
        if found.iter().any(|(level, row)| *level == OFFERED && exact(row)) {
            found.retain(|(level, _)| *level == OFFERED);
        }
        meant(found.into_iter().map(|(_, row)| row).collect(), exact)
    }

    /// The product with this id or SKU as it is now, also when the SKU is one that it has given up.
    pub fn named(&self, id_or_sku: &str) -> Named<ProductRow<'_>> {
        if let Some(product) = id_or_sku.parse().ok().and_then(|id| self.find(id)) {
            return Named::One(product);
        }
        self.by_sku(id_or_sku).map(SkuMatch::now)
    }

    /// Every product, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = ProductRow<'_>> {
        let rows = self.segments.iter().zip(&self.levels);
        rows.flat_map(|(segment, levels)| {
            let alive = levels.iter().enumerate().filter(|(_, level)| **level >= KEPT);
            alive.map(|(row, _)| ProductRow::new(segment, row))
        })
    }

    /// Every SKU that was given up by a renaming, with the record as it was and as it is.
    pub fn renamed(&self) -> impl Iterator<Item = (ProductRow<'_>, ProductRow<'_>)> {
        let pairs = self.renamed.values().filter_map(|place| self.row(*place));
        pairs.filter_map(|old| self.find(old.id()).map(|now| (old, now))).filter(|(old, now)| old.key() != now.key())
    }

    /// The records under SKUs that a product has given up, by SKU, as they were last seen.
    pub fn given_up(&self, id: Guid) -> Vec<Product> {
        self.renamed().filter(|(old, _)| old.id() == id).map(|(old, _)| old.product()).collect()
    }

    /// The products of which [`Products::given_up`] has become another since this was last asked.
    pub fn take_moved(&mut self) -> Vec<Guid> {
        std::mem::take(&mut self.moved)
    }

    /// The best matches, best first; ties by SKU. The one whose SKU or barcode the text is comes before all. Nothing for an
    /// empty text, unless there are tags, a category or everything to list: then by SKU.
    ///
    /// A text matches in SKU, name, brand, barcode, category and tags, without regard to case and accents. A word such as
    /// `#indoor` matches as it stands, and as a tag. One wrong letter in a word is forgiven only when nothing else is found.
    pub fn search(&self, ask: SearchAsk<'_>) -> Vec<ProductHit<'_>> {
        let asked = narrowing::Narrowing::asked(&ask);
        let (text, narrowing) = narrowing::Narrowing::of(&ask);
        let mut hits = self.narrowed(&ask, &text, &narrowing);
        if text != ask.text {
            let mut literal = self.narrowed(&ask, ask.text, &asked);
            literal.retain(|hit| hit.rank != Rank::Typo);
            hits.retain(|hit| !literal.iter().any(|other| other.product.is(&hit.product)));
            literal.append(&mut hits);
            hits = literal;
        }
        let meant = self.meant(ask.text);
        for hit in hits.iter_mut().filter(|hit| hit.renamed_to.is_none()) {
            match &meant {
                Named::One(row) if row.is(&hit.product) => hit.fit = Fit::Exact,
                Named::Several(rows) if rows.iter().any(|row| row.is(&hit.product)) => hit.fit = Fit::Several,
                _ => {}
            }
        }
        if let Some(at) = hits.iter().position(|hit| hit.fit == Fit::Exact) {
            hits[..=at].rotate_right(1);
        } else if asked.is_none() {
            let given_up = |found| match found {
                Named::One(SkuMatch::Renamed { old, now }) => Some((old, Some(now))),
                _ => None,
            };
            let exact = match meant {
                Named::One(row) if ask.named || row.sellable() => Some((row, None)),
                Named::Unknown if ask.named => given_up(self.by_sku(ask.text)),
                _ => None,
            };
            if let Some((row, now)) = exact {
                let hit = hit(row, now, Rank::Exact, &Query::new(ask.text));
                hits.insert(0, ProductHit { fit: Fit::Exact, ..hit });
            }
        }
        hits.truncate(ask.limit);
        hits
    }

    fn narrowed(&self, ask: &SearchAsk<'_>, text: &str, narrowing: &narrowing::Narrowing<'_>) -> Vec<ProductHit<'_>> {
        let query = Query::new(text);
        let level = if ask.everything { GIVEN_UP } else { OFFERED };
        let narrowed: Vec<Option<Vec<u8>>> =
            self.segments.iter().zip(&self.levels).map(|(segment, levels)| narrowing.levels(segment, levels)).collect();
        let levels = self.levels.iter().zip(&narrowed).map(|(all, some)| some.as_ref().unwrap_or(all));
        let rows = self.segments.iter().zip(levels).zip(&self.compounds);
        let segments: Vec<_> = rows.map(|((segment, levels), compounds)| codec::searched(segment, levels, compounds)).collect();
        let found = if query.is_empty() && (ask.everything || !narrowing.is_none()) {
            search::first(&segments, ask.limit, level)
        } else {
            search::find(&segments, &query, ask.limit, level)
        };
        let hits = found.into_iter().filter_map(|found| {
            let product = ProductRow::new(self.segments.get(found.segment)?, found.row);
            let given_up = self.levels.get(found.segment)?.get(found.row) == Some(&GIVEN_UP);
            let renamed_to = match given_up.then(|| self.by_sku(product.sku())) {
                None => None,
                Some(Named::One(SkuMatch::Renamed { now, .. })) => Some(now),
                // The SKU belongs to somebody else by now.
                Some(_) => return None,
            };
            Some(hit(product, renamed_to, found.rank, &query))
        });
        hits.collect()
    }

    /// The categories of what may be sold, in order, each once.
    pub fn categories(&self) -> Vec<&str> {
        let mut categories: Vec<&str> = Vec::new();
        for (segment, levels) in self.segments.iter().zip(&self.levels) {
            for category in codec::categories(segment, levels, OFFERED) {
                if let Err(at) = categories.binary_search(&category) {
                    categories.insert(at, category);
                }
            }
        }
        categories
    }

    /// Whether the deltas have grown enough for a [`Products::compaction`] to pay.
    pub fn wants_compaction(&self) -> bool {
        let rows: usize = self.segments.iter().map(Segment::rows).sum();
        let full = self.len().div_ceil(SEGMENT_ROWS);
        // A twentieth of the rows is dead, or the segments are far more than the rows need.
        (rows > SEGMENT_ROWS && rows - self.len() > rows / 20) || self.segments.len() > full + MOST_DELTAS
    }

    /// The segments of a new base, to be stored instead of all present ones, in this order. They are made one by one, so that
    /// a caller short of memory can store each before it asks for the next; loaded together they equal what is here.
    pub fn compaction(&self) -> impl Iterator<Item = Vec<u8>> {
        // Given-up SKUs come first: the newest row of an id must be the last.
        let old: Vec<Product> = self.renamed().map(|(old, _)| old.product()).collect();
        let mut base: Vec<ProductRow<'_>> = self.iter().collect();
        base.sort_by(|one, other| one.key().cmp(other.key()));
        let chunks_of_base = base.len().div_ceil(SEGMENT_ROWS);
        let of_base = (0..chunks_of_base).map(move |chunk| {
            let rows = base.iter().skip(chunk * SEGMENT_ROWS).take(SEGMENT_ROWS);
            codec::encode(rows.map(ProductRow::product).collect())
        });
        layers(old).into_iter().map(codec::encode).chain(of_base)
    }

    /// Bytes held: segments and indexes.
    pub fn memory(&self) -> usize {
        let segments: usize = self.segments.iter().map(|segment| segment.bytes().len() + segment.rows()).sum();
        segments + self.len() * 6
    }
}

fn hit<'a>(product: ProductRow<'a>, renamed_to: Option<ProductRow<'a>>, rank: Rank, query: &Query) -> ProductHit<'a> {
    ProductHit {
        product,
        renamed_to,
        rank,
        fit: if rank == Rank::Typo { Fit::Alike } else { Fit::Part },
        sku_marks: search::marks(product.sku(), query, rank),
        name_marks: search::marks(product.name(), query, rank),
    }
}

fn set_level(levels: &mut [Vec<u8>], place: Place, level: u8) {
    if let Some(own) = levels.get_mut(place.segment()).and_then(|levels| levels.get_mut(place.row())) {
        *own = level;
    }
}

fn chunks(products: Vec<Product>) -> impl Iterator<Item = Vec<Product>> {
    let mut rest = products.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<Product> = rest.by_ref().take(SEGMENT_ROWS).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Cuts rows that may repeat an id into segments in which none does.
fn layers(products: Vec<Product>) -> Vec<Vec<Product>> {
    let mut layers: Vec<BTreeMap<Guid, Product>> = Vec::new();
    for product in products {
        let free = layers.iter_mut().find(|layer| layer.len() < SEGMENT_ROWS && layer.get(&product.id).is_none());
        if let Some(layer) = free {
            layer.insert(product.id, product);
        } else {
            let mut layer = BTreeMap::new();
            layer.insert(product.id, product);
            layers.push(layer);
        }
    }
    layers.into_iter().map(|layer| layer.into_values().collect()).collect()
}
