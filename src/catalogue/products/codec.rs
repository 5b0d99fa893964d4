//! A product as a row of columns, and back.

use rust_decimal::Decimal;

use crate::catalogue::fold::{fold, fold_key};
use crate::catalogue::search::Searched;
use crate::catalogue::segment::{Corrupt, Count, Encoding, Kind, Required, Segment, VALUES, Writer};
use crate::catalogue::words::WordColumns;
use crate::money::{MASS_PLACES, Mass, PRICE_PLACES, Price};
use crate::records::product::{DropShip, Product, ProductKind, ProductStatus, Weight};
use crate::records::reference::TIERS;
use crate::records::{Guid, Timestamp};

pub(super) const ID: u16 = 1;
pub(super) const KEY: u16 = 2;
const SKU: u16 = 3;
const NAME: u16 = 4;
pub(super) const CATEGORY: u16 = 5;
const BRAND: u16 = 6;
const BARCODE: u16 = 7;
/// The folded barcode, only where it is not the barcode itself.
const CODE: u16 = 8;
const BY_CODE: u16 = 9;
const KIND: u16 = 10;
const FLAGS: u16 = 11;
const AVERAGE_COST: u16 = 12;
const WEIGHT: u16 = 13;
const WEIGHT_UNIT: u16 = 14;
pub(super) const TAGS: u16 = 15;
const SHORT: u16 = 16;
const LONG: u16 = 17;
const TAX_RULE: u16 = 18;
/// One address a line.
const IMAGES: u16 = 19;
const MODIFIED: u16 = 20;
const NAME_WORDS: WordColumns = WordColumns { words: 21, starts: 22, rows: 23 };
const REST_WORDS: WordColumns = WordColumns { words: 24, starts: 25, rows: 26 };
const DISCOUNT_RULE: u16 = 27;
/// A byte each, only where some product is not set up.
const SETUP_REQUIRED: u16 = 28;
/// The first of ten.
const TIER: u16 = 32;

const SELLABLE: u8 = 1;
const HAS_TAX_RULE: u8 = 2;
const HAS_IMAGES: u8 = 4;
const MAY_DROP: u8 = 8;
const MUST_DROP: u8 = 16;
const DEPRECATED: u8 = 32;
const HAS_DISCOUNT_RULE: u8 = 64;
const IMAGE_CHOSEN: u8 = 128;

fn tier_columns() -> impl Iterator<Item = u16> + Clone {
    (TIER..).take(TIERS)
}

fn schema() -> Vec<Required> {
    use Count::{Any, Rows};
    use Encoding::{Fixed, Numbers, Text};
    let mut schema = vec![(ID, Fixed, Rows), (FLAGS, Fixed, Rows), (BY_CODE, Fixed, Rows)];
    schema.extend([KEY, SKU, NAME, BARCODE, SHORT, LONG, IMAGES].map(|id| (id, Text, Rows)));
    schema.extend([AVERAGE_COST, WEIGHT, MODIFIED].map(|id| (id, Numbers, Rows)));
    for dictionary in [CATEGORY, BRAND, KIND, WEIGHT_UNIT, TAGS, TAX_RULE, DISCOUNT_RULE] {
        schema.extend([(dictionary, Numbers, Rows), (dictionary | VALUES, Text, Any)]);
    }
    schema.extend(NAME_WORDS.schema());
    schema.extend(REST_WORDS.schema());
    schema.extend(tier_columns().map(|id| (id, Numbers, Rows)));
    schema
}

/// Opens a segment of products; everything that reading a row relies on is checked here.
pub(super) fn open(bytes: Vec<u8>) -> Result<Segment, Corrupt> {
    let segment = Segment::open(bytes, Kind::Products, &schema())?;
    let rows = segment.rows();
    let sound = |id: u16, right: bool| if right { Ok(()) } else { Err(Corrupt::Column(id)) };
    sound(ID, u16::try_from(rows).is_ok())?;
    for id in [CATEGORY, BRAND, KIND, WEIGHT_UNIT, TAGS, TAX_RULE, DISCOUNT_RULE] {
        sound(id, segment.dictionary(id).is_sound(rows))?;
    }
    for id in tier_columns().chain([AVERAGE_COST]) {
        let prices = segment.numbers(id);
        let right = prices.scale() <= PRICE_PLACES && prices.range().0.is_none_or(|(lowest, _)| lowest >= 0);
        sound(id, right)?;
    }
    let weights = segment.numbers(WEIGHT);
    sound(WEIGHT, weights.scale() <= MASS_PLACES && weights.range().0.is_none_or(|(lowest, _)| lowest >= 0))?;
    sound(MODIFIED, segment.numbers(MODIFIED).scale() == 0)?;
    let key = segment.text(KEY);
    sound(KEY, (1..rows).all(|row| key.bytes(row - 1) <= key.bytes(row)))?;
    let by_code = segment.fixed::<2>(BY_CODE);
    let code = segment.text(if segment.has(CODE) { CODE } else { BARCODE });
    sound(BY_CODE, (0..rows).all(|at| by_code.row(at) < rows))?;
    sound(BY_CODE, (1..rows).all(|at| code.bytes(by_code.row(at - 1)) <= code.bytes(by_code.row(at))))?;
    sound(NAME_WORDS.words, NAME_WORDS.is_sound(&segment))?;
    sound(REST_WORDS.words, REST_WORDS.is_sound(&segment))?;
    Ok(segment)
}

/// One segment of the products, sorted by SKU.
pub(super) fn encode(mut products: Vec<Product>) -> Vec<u8> {
    products.sort_by_cached_key(|product| (fold_key(&product.sku), product.id));
    let rows = || products.iter();
    // By pointer, so that one loop serves every column of a kind.
    let texts = |of: fn(&Product) -> &str| products.iter().map(of);
    let decimals = |of: fn(&Product) -> Option<Decimal>| products.iter().map(of);
    let mut writer = Writer::new(Kind::Products, products.len());
    writer.fixed(ID, rows().map(|product| product.id.to_bytes()));
    writer.fixed(FLAGS, rows().map(|product| [flags(product)]));
    let unfinished = |product: &Product| product.status == ProductStatus::SetupRequired;
    if rows().any(unfinished) {
        writer.fixed(SETUP_REQUIRED, rows().map(|product| [u8::from(unfinished(product))]));
    }
    let keys: Vec<String> = rows().map(|product| fold_key(&product.sku)).collect();
    writer.text(KEY, keys.iter().map(String::as_str));
    writer.text(SKU, texts(|product| product.sku.as_str()));
    writer.text(NAME, texts(|product| product.name.as_str()));
    writer.dictionary(CATEGORY, texts(|product| product.category.as_str()));
    writer.dictionary(BRAND, texts(|product| product.brand.as_str()));
    write_codes(&mut writer, &products);
    let kinds: Vec<String> = rows().map(|product| kind_word(&product.kind)).collect();
    writer.dictionary(KIND, kinds.iter().map(String::as_str));
    writer.decimals(AVERAGE_COST, decimals(|product| product.average_cost.map(Price::decimal)));
    writer.decimals(WEIGHT, decimals(|product| product.weight.as_ref().map(|weight| weight.value.decimal())));
    writer.dictionary(WEIGHT_UNIT, texts(|product| product.weight.as_ref().map_or("", |weight| &weight.unit)));
    writer.dictionary(TAGS, texts(|product| product.tags.as_str()));
    writer.text(SHORT, texts(|product| product.short_description.as_str()));
    writer.text(LONG, texts(|product| product.long_description.as_str()));
    writer.dictionary(TAX_RULE, texts(|product| product.sale_tax_rule.as_deref().unwrap_or_default()));
    writer.dictionary(DISCOUNT_RULE, texts(|product| product.discount_rule.as_deref().unwrap_or_default()));
    let images: Vec<String> = rows().map(|product| product.images.join("\n")).collect();
    writer.text(IMAGES, images.iter().map(String::as_str));
    writer.integers(MODIFIED, rows().map(|product| product.modified.map(Timestamp::millis)));
    let names: Vec<String> = rows().map(|product| fold(&product.name)).collect();
    NAME_WORDS.write(&mut writer, &names);
    let rest: Vec<String> = rows()
        .map(|product| fold(&format!("{} {} {}", product.brand, product.category, product.tags.replace(',', " "))))
        .collect();
    REST_WORDS.write(&mut writer, &rest);
    for (ordinal, id) in tier_columns().enumerate() {
        writer.decimals(id, rows().map(|product| product.tiers.get(ordinal).copied().flatten().map(Price::decimal)));
    }
    writer.finish()
}

fn write_codes(writer: &mut Writer, products: &[Product]) {
    writer.text(BARCODE, products.iter().map(|product| product.barcode.as_str()));
    let codes: Vec<String> = products.iter().map(|product| fold_key(&product.barcode)).collect();
    if products.iter().zip(&codes).any(|(product, code)| product.barcode != *code) {
        writer.text(CODE, codes.iter().map(String::as_str));
    }
    let mut order: Vec<(&str, u16)> = codes.iter().map(String::as_str).zip(0_u16..).collect();
    order.sort_unstable();
    writer.fixed(BY_CODE, order.iter().map(|(_, row)| row.to_le_bytes()));
}

fn flags(product: &Product) -> u8 {
    let drop_ship = match product.drop_ship {
        DropShip::No => 0,
        DropShip::Optional => MAY_DROP,
        DropShip::Always => MUST_DROP,
    };
    let flag = |set: bool, flag: u8| if set { flag } else { 0 };
    drop_ship
        | flag(product.sellable, SELLABLE)
        | flag(product.sale_tax_rule.is_some(), HAS_TAX_RULE)
        | flag(product.discount_rule.is_some(), HAS_DISCOUNT_RULE)
        | flag(!product.images.is_empty(), HAS_IMAGES)
        | flag(product.status == ProductStatus::Deprecated, DEPRECATED)
        | flag(product.image_chosen, IMAGE_CHOSEN)
}

fn kind_word(kind: &ProductKind) -> String {
    match kind {
        ProductKind::Stock => "stock".to_owned(),
        ProductKind::Service => "service".to_owned(),
        // The sign keeps a kind of Cin7's that happens to be called so apart.
        ProductKind::Other(word) => format!("~{word}"),
    }
}

pub(super) fn compounds(segment: &Segment) -> [Vec<u32>; 2] {
    [NAME_WORDS, REST_WORDS].map(|columns| columns.compounds(segment))
}

pub(super) fn searched<'a>(segment: &'a Segment, level: &'a [u8], [name, rest]: &'a [Vec<u32>; 2]) -> Searched<'a> {
    Searched {
        key: segment.text(KEY),
        code: segment.text(if segment.has(CODE) { CODE } else { BARCODE }),
        by_code: segment.fixed(BY_CODE),
        name: NAME_WORDS.read(segment, name),
        rest: REST_WORDS.read(segment, rest),
        level,
    }
}

/// The categories of the rows of at least this level; a category may be named twice.
pub(super) fn categories<'a>(segment: &'a Segment, levels: &[u8], level: u8) -> Vec<&'a str> {
    let dictionary = segment.dictionary(CATEGORY);
    let mut used = vec![false; dictionary.values().len()];
    for (row, own) in levels.iter().enumerate() {
        if let Some(used) = used.get_mut(dictionary.code(row)).filter(|_| *own >= level) {
            *used = true;
        }
    }
    let values = dictionary.values().zip(used);
    values.filter(|(category, used)| *used && !category.trim().is_empty()).map(|(category, _)| category).collect()
}

/// A product read in place: each method reads one column, nothing else is touched.
#[derive(Debug, Clone, Copy)]
pub struct ProductRow<'a> {
    segment: &'a Segment,
    row: usize,
}

impl<'a> ProductRow<'a> {
    pub(super) const fn new(segment: &'a Segment, row: usize) -> Self {
        Self { segment, row }
    }

    /// Cin7's id.
    pub fn id(&self) -> Guid {
        Guid::from_bytes(self.segment.fixed(ID).get(self.row))
    }

    /// The folded SKU.
    pub(super) fn key(&self) -> &'a str {
        self.segment.text(KEY).get(self.row)
    }

    /// Whether it is this very row.
    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.segment, other.segment) && self.row == other.row
    }

    /// The barcode; may be empty.
    pub(super) fn barcode(&self) -> &'a str {
        self.segment.text(BARCODE).get(self.row)
    }

    /// The SKU as Cin7 writes it.
    pub fn sku(&self) -> &'a str {
        self.segment.text(SKU).get(self.row)
    }

    /// The name.
    pub fn name(&self) -> &'a str {
        self.segment.text(NAME).get(self.row)
    }

    /// The category; may be empty.
    pub fn category(&self) -> &'a str {
        self.segment.dictionary(CATEGORY).get(self.row)
    }

    /// The brand; may be empty.
    pub fn brand(&self) -> &'a str {
        self.segment.dictionary(BRAND).get(self.row)
    }

    /// Stock, service or another kind.
    pub fn kind(&self) -> ProductKind {
        match self.segment.dictionary(KIND).get(self.row) {
            "stock" => ProductKind::Stock,
            "service" => ProductKind::Service,
            other => ProductKind::Other(other.strip_prefix('~').unwrap_or(other).to_owned()),
        }
    }

    /// Whether it may be sold.
    pub fn sellable(&self) -> bool {
        self.flag(SELLABLE)
    }

    /// Its state in Cin7.
    pub fn status(&self) -> ProductStatus {
        if self.flag(DEPRECATED) {
            ProductStatus::Deprecated
        } else if self.segment.fixed(SETUP_REQUIRED).get(self.row) == [0] {
            ProductStatus::Active
        } else {
            ProductStatus::SetupRequired
        }
    }

    /// Address of the picture that stands for it.
    pub fn image(&self) -> Option<&'a str> {
        self.images().next()
    }

    fn images(&self) -> impl Iterator<Item = &'a str> {
        let some = self.flag(HAS_IMAGES).then(|| self.segment.text(IMAGES).get(self.row));
        some.into_iter().flat_map(|images| images.split('\n'))
    }

    /// The price of one tier, by ordinal from 1; `None` when not priced.
    pub fn tier(&self, ordinal: u8) -> Option<Price> {
        let column = TIER + u16::from(ordinal.checked_sub(1).filter(|tier| usize::from(*tier) < TIERS)?);
        price(self.segment.numbers(column).decimal(self.row))
    }

    /// The ten prices, ordinal 1 first.
    pub fn tiers(&self) -> [Option<Price>; TIERS] {
        let mut tiers = [None; TIERS];
        for (tier, column) in tiers.iter_mut().zip(tier_columns()) {
            *tier = price(self.segment.numbers(column).decimal(self.row));
        }
        tiers
    }

    /// The whole product.
    pub fn product(&self) -> Product {
        let text = |id| self.segment.text(id).get(self.row).to_owned();
        let word = |id| self.segment.dictionary(id).get(self.row).to_owned();
        let weight = self.segment.numbers(WEIGHT).decimal(self.row);
        Product {
            id: self.id(),
            sku: text(SKU),
            name: text(NAME),
            category: word(CATEGORY),
            brand: word(BRAND),
            barcode: text(BARCODE),
            kind: self.kind(),
            drop_ship: match (self.flag(MAY_DROP), self.flag(MUST_DROP)) {
                (_, true) => DropShip::Always,
                (true, false) => DropShip::Optional,
                (false, false) => DropShip::No,
            },
            tiers: self.tiers(),
            average_cost: price(self.segment.numbers(AVERAGE_COST).decimal(self.row)),
            weight: weight.and_then(Mass::rounded).map(|value| Weight { value, unit: word(WEIGHT_UNIT) }),
            tags: word(TAGS),
            short_description: text(SHORT),
            long_description: text(LONG),
            sale_tax_rule: self.flag(HAS_TAX_RULE).then(|| word(TAX_RULE)),
            discount_rule: self.flag(HAS_DISCOUNT_RULE).then(|| word(DISCOUNT_RULE)),
            sellable: self.sellable(),
            status: self.status(),
            images: self.images().map(str::to_owned).collect(),
            image_chosen: self.flag(IMAGE_CHOSEN),
            modified: self.modified(),
        }
    }

    fn modified(&self) -> Option<Timestamp> {
        let millis = self.segment.numbers(MODIFIED).integer(self.row)?;
        i64::try_from(millis).ok().map(Timestamp::from_millis)
    }

    fn flag(&self, flag: u8) -> bool {
        let [flags] = self.segment.fixed(FLAGS).get(self.row);
        flags & flag != 0
    }
}

/// What was a price when it was written; opening has checked that the column holds nothing else.
fn price(number: Option<Decimal>) -> Option<Price> {
    number.and_then(Price::rounded)
}
