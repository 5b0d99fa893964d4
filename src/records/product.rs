//! Products and services: identity, the ten-tier price ladder, and what a quote line needs to know of them.

use serde::{Deserialize, Serialize};

use super::reference::TIERS;
use super::{Guid, Timestamp};
use crate::money::Price;

pub use super::weight::Weight;

/// What kind of thing a product is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProductKind {
    /// Counted in stock.
    Stock,
    /// Labour, delivery and the like: no stock; travels as an additional charge, found by name.
    Service,
    /// A kind this version does not know, in Cin7's word; treated as not counted, ordered as a line.
    Other(String),
}

/// Whether a line of this product is shipped by the supplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DropShip {
    /// Never.
    No,
    /// The line must say.
    Optional,
    /// Always.
    Always,
}

/// The state of a product in Cin7. A word that this version does not know is taken for active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProductStatus {
    /// In use.
    Active,
    /// Not set up yet: it may be ordered, and Cin7 may refuse what follows.
    SetupRequired,
    /// Retired, which is one reason why it may not be sold.
    Deprecated,
}

/// A product as Cin7 states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Cin7's id, which never changes.
    pub id: Guid,
    /// The code, which may.
    pub sku: String,
    /// Cin7's own description of it; what the order line is called.
    pub name: String,
    /// Category name; may be empty.
    pub category: String,
    /// Brand name; may be empty.
    pub brand: String,
    /// Barcode; may be empty.
    pub barcode: String,
    /// Stock, service or another kind.
    pub kind: ProductKind,
    /// Drop shipping.
    pub drop_ship: DropShip,
    /// Price by tier, ordinal 1 first. `None` is "not priced": Cin7 reports an unused tier as 0.
    pub tiers: [Option<Price>; TIERS],
    /// Average cost in the base currency; `None` is unknown (Cin7 reports 0 before the first receipt).
    pub average_cost: Option<Price>,
    /// Weight of one.
    pub weight: Option<Weight>,
    /// Tags as Cin7 holds them, comma-separated.
    pub tags: String,
    /// Short description, possibly with markup; untrusted text.
    pub short_description: String,
    /// Long description, possibly with markup; untrusted text.
    pub long_description: String,
    /// Name of the product's own sale tax rule.
    pub sale_tax_rule: Option<String>,
    /// Name of the discount rule by which its price falls with the quantity.
    pub discount_rule: Option<String>,
    /// Whether it may be sold: Cin7's `Sellable`, and not deprecated.
    pub sellable: bool,
    /// Its state in Cin7.
    pub status: ProductStatus,
    /// Addresses of its pictures, when pictures are synced: the default one first, the others in Cin7's order.
    pub images: Vec<String>,
    /// Whether Cin7 said which of them is the default; else the first stands for the product.
    pub image_chosen: bool,
    /// When Cin7 last changed it, by Cin7's clock.
    pub modified: Option<Timestamp>,
}

impl Product {
    /// Address of the picture that stands for it.
    pub fn image(&self) -> Option<&str> {
        self.images.first().map(String::as_str)
    }

    /// Whether stock is counted for it.
    pub const fn is_counted(&self) -> bool {
        matches!(self.kind, ProductKind::Stock)
    }
}

/// Most of a product's tags that the CRM keeps, in UTF-16 units.
const LONGEST_TAGS: usize = 256;

/// The tags in Cin7's comma-separated text: trimmed, each once whatever its letter case, as many as the CRM keeps. None is cut.
pub fn tags(text: &str) -> Vec<&str> {
    let mut tags: Vec<&str> = Vec::new();
    let mut length = 0;
    for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if tags.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
            continue;
        }
        length += tag.encode_utf16().count() + usize::from(!tags.is_empty());
        if length > LONGEST_TAGS {
            break;
        }
        tags.push(tag);
    }
    tags
}

#[cfg(test)]
pub(crate) mod fixtures {
    //! Products of the fixture world, for tests of other modules.

    use super::*;

    /// A sellable stock product with the given tiers (ordinal 1 first, the rest not priced).
    pub(crate) fn product(last: u8, sku: &str, name: &str, tiers: &[&str]) -> Product {
        let mut ladder = [None; TIERS];
        for (slot, price) in ladder.iter_mut().zip(tiers) {
            let price: Price = price.parse().unwrap();
            *slot = (!price.is_zero()).then_some(price);
        }
        let mut id = [0; 16];
        id[15] = last;
        Product {
            id: Guid::from_bytes(id),
            sku: sku.into(),
            name: name.into(),
            category: "Seating".into(),
            brand: String::new(),
            barcode: String::new(),
            kind: ProductKind::Stock,
            drop_ship: DropShip::No,
            tiers: ladder,
            average_cost: None,
            weight: None,
            tags: String::new(),
            short_description: String::new(),
            long_description: String::new(),
            sale_tax_rule: None,
            discount_rule: None,
            sellable: true,
            status: ProductStatus::Active,
            images: Vec::new(),
            image_chosen: false,
            modified: None,
        }
    }

    /// CHAIR-01: Retail 200, Wholesale 150, Distributor 135.5555, average cost 88.1234.
    pub(crate) fn chair() -> Product {
        Product {
            average_cost: Some("88.1234".parse().unwrap()),
            tags: "oak, Indoor ,sale-2026".into(),
            ..product(1, "CHAIR-01", "Oak Chair", &["200", "150", "135.5555"])
        }
    }

    /// LAMP-02: Retail 60, Wholesale 45, no Distributor price.
    pub(crate) fn lamp() -> Product {
        product(2, "LAMP-02", "Desk Lamp", &["60", "45", "0"])
    }

    /// DELIVERY: a service at 12.50.
    pub(crate) fn delivery() -> Product {
        Product { kind: ProductKind::Service, ..product(9, "DELIVERY", "Delivery", &["12.50", "12.50", "12.50"]) }
    }

    #[test]
    fn p08_tags_are_whole_trimmed_and_named_once() {
        assert_eq!(tags(&chair().tags), ["oak", "Indoor", "sale-2026"]);
        assert_eq!(tags(" , Oak,OAK ,, ash ,"), ["Oak", "ash"]);
        assert_eq!(tags(""), [""; 0]);
        let long = format!("{},{},x", "a".repeat(250), "b".repeat(10));
        assert_eq!(tags(&long), ["a".repeat(250)], "nothing is cut in half");
        assert_eq!(tags(&format!("{},b", "é".repeat(254))).len(), 2, "256 with the comma");
    }
}
