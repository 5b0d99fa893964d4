//! What holds of any products.

use proptest::prelude::*;
use rust_decimal::Decimal;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::money::{Mass, Price};
use crate::records::Timestamp;
use crate::records::product::{DropShip, ProductKind, ProductStatus, Weight};

fn price() -> impl Strategy<Value = Option<Price>> {
    let any = (0_i64..=10_000_000_000_000_000, 0_u32..=4);
    prop_oneof![
        Just(None),
        (0_i64..100_000, 0_u32..=4).prop_map(|(m, s)| Price::rounded(Decimal::new(m, s))),
        any.prop_map(|(m, s)| Price::rounded(Decimal::new(m, s))),
        Just(Price::rounded(Decimal::from(1_000_000_000_000_i64))),
    ]
}

fn kind() -> impl Strategy<Value = ProductKind> {
    prop_oneof![Just(ProductKind::Stock), Just(ProductKind::Service), "[a-zé~]{0,6}".prop_map(ProductKind::Other)]
}

fn any_product() -> impl Strategy<Value = Product> {
    let weight = proptest::option::of((any::<i64>(), 0_u32..=4, "[a-z]{0,2}"));
    let weight = weight
        .prop_map(|weight| weight.map(|(m, s, unit)| Weight { value: Mass::rounded(Decimal::new(m, s).abs()).unwrap(), unit }));
    let drop_ship = prop_oneof![Just(DropShip::No), Just(DropShip::Optional), Just(DropShip::Always)];
    let texts = ("\\PC{0,12}", "\\PC{0,30}", "[a-zA-Zé, ]{0,8}", "[a-zA-Z]{0,3}", "[0-9A-Z]{0,13}", "[a-z, ]{0,20}");
    let more = ("\\PC{0,60}", "\\PC{0,90}", proptest::option::of("[a-z%]{0,5}"), proptest::collection::vec("[a-z:/]{1,9}", 0..3));
    let statuses = prop_oneof![Just(ProductStatus::Active), Just(ProductStatus::SetupRequired), Just(ProductStatus::Deprecated)];
    let flags = (any::<bool>(), statuses, proptest::option::of("[a-z%]{0,5}"));
    let rest = (kind(), drop_ship, proptest::array::uniform10(price()), price(), weight, flags, any::<Option<i64>>());
    (any::<[u8; 1]>(), texts, more, rest).prop_map(|([last], texts, more, rest)| {
        let (sku, name, category, brand, barcode, tags) = texts;
        let (short_description, long_description, sale_tax_rule, images) = more;
        let (kind, drop_ship, tiers, average_cost, weight, (sellable, status, discount_rule), modified) = rest;
        Product {
            id: product(last, "", "", &[]).id,
            sku,
            name,
            category,
            brand,
            barcode,
            kind,
            drop_ship,
            tiers,
            average_cost,
            weight,
            tags,
            short_description,
            long_description,
            sale_tax_rule,
            discount_rule,
            sellable,
            status,
            images,
            image_chosen: (status == ProductStatus::Active) ^ sellable,
            // The smallest integer means "none"; no clock gets there.
            modified: modified.map(|millis| Timestamp::from_millis(millis.max(-i64::MAX))),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_field_survives_storage(list in proptest::collection::vec(any_product(), 1..12)) {
        let mut products = Products::default();
        let stored = products.upsert(list.clone()).unwrap();
        let loaded = Products::load(stored).unwrap();
        let compacted = Products::load(loaded.compaction()).unwrap();
        for (at, product) in list.iter().enumerate() {
            let last = list.iter().rposition(|other| other.id == product.id);
            if last == Some(at) {
                for products in [&products, &loaded, &compacted] {
                    prop_assert_eq!(products.get(product.id), Some(product.clone()));
                    prop_assert!(products.by_sku(&product.sku).one().is_some());
                }
            }
        }
    }

    #[test]
    fn changed_bytes_are_refused(list in proptest::collection::vec(any_product(), 1..4), at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let mut bytes = codec::encode(list);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(Products::load([bytes]).is_err());
    }

    /// Behind a right checksum, as if the writer were at fault: every answer is an error or a product, never a panic.
    #[test]
    fn lies_behind_a_right_checksum_never_panic(
        list in proptest::collection::vec(any_product(), 1..4),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = codec::encode(list);
        for (at, value) in changes {
            let at = 16 + at.index(bytes.len() - 16);
            bytes[at] = value;
        }
        crate::catalogue::segment::seal(&mut bytes);
        if let Ok(products) = Products::load([bytes]) {
            let _ = (all(&products), skus(&products, "a"), skus(&products, "abcd"), products.by_sku("A").one().is_some());
            let _ = products.compaction().count();
        }
    }

    #[test]
    fn any_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), sealed in any::<bool>()) {
        let mut bytes = bytes;
        if sealed {
            crate::catalogue::segment::seal(&mut bytes);
        }
        let _ = Products::load([bytes]);
    }

    /// Stopping early must not change what comes first, whether the segments are one run, several, or in no order.
    #[test]
    fn a_smaller_limit_gives_the_first_of_a_larger(
        codes in proptest::collection::btree_map("[ab]{1,3}[- ]?[01]{0,2}", ("[abo-]{1,4}( [abo(]{1,3}){0,2}", "[ab-]{0,3}", "[01]{0,2}"), 8..40),
        text in "[abo01-]{1,3}( [abo]{1,2})?",
        limit in 1_usize..6,
        sorted in any::<bool>(),
    ) {
        let made = |(last, (sku, (name, brand, barcode))): (u8, (String, (String, String, String)))| {
            Product { brand, barcode, ..product(last, &sku, &name, &[]) }
        };
        let mut list: Vec<Product> = (0_u8..).zip(codes).map(made).collect();
        list.sort_by_key(|product| if sorted { fold_key(&product.sku) } else { product.name.clone() });
        let mut products = Products::default();
        for page in list.chunks(4) {
            products.upsert(page.to_vec()).unwrap();
        }
        let found = |limit| -> Vec<(Guid, Rank)> {
            products.search(SearchAsk::new(&text, limit)).iter().map(|hit| (hit.product.id(), hit.rank)).collect()
        };
        let (few, mut all) = (found(limit), found(1000));
        all.truncate(limit);
        prop_assert_eq!(few, all);
    }

    /// The reference says what must be found: every word somewhere in the searched texts.
    #[test]
    fn whatever_contains_every_word_is_found(list in proptest::collection::vec(any_product(), 1..12), text in "[a-z0-9é]{1,2}( [a-z]{1,2})?") {
        let products = of(list);
        let text_of = |row: &ProductRow<'_>| {
            let product = row.product();
            fold_key(&[product.sku, product.name, product.brand, product.barcode, product.category, product.tags].join(" "))
        };
        let words: Vec<String> = fold_key(&text).split(' ').map(str::to_owned).collect();
        let mut expected: Vec<Guid> = products.iter()
            .filter(|row| row.sellable() && words.iter().all(|word| text_of(row).contains(word.as_str())))
            .map(|row| row.id()).collect();
        let mut found: Vec<Guid> = products.search(SearchAsk::new(&text, 100)).iter().map(|hit| hit.product.id()).collect();
        expected.sort_unstable();
        found.sort_unstable();
        prop_assert_eq!(found, expected);
    }
}
