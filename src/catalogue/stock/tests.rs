use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::Decimal;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::records::product::fixtures::{chair, lamp};

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn row(product: Guid, location: &str, on_hand: &str, allocated: &str, available: &str) -> AvailabilityRow {
    let level = StockLevel {
        on_hand: quantity(on_hand),
        allocated: quantity(allocated),
        available: quantity(available),
        ..StockLevel::default()
    };
    AvailabilityRow { product, sku: "CHAIR-01".into(), location: location.into(), level }
}

/// CHAIR-01: two bins in Main, North with 20 on order; LAMP-02 in Main.
fn world() -> [AvailabilityRow; 4] {
    let mut north = row(chair().id, "North Depot", "3", "0", "3");
    north.level.on_order = quantity("20");
    [
        row(chair().id, "Main Warehouse", "9", "2", "7"),
        row(lamp().id, "Main Warehouse", "8", "0", "8"),
        north,
        row(chair().id, "Main Warehouse", "5", "0", "5"),
    ]
}

fn stock(pages: &[&[AvailabilityRow]]) -> Stock {
    let mut builder = StockBuilder::default();
    for (number, page) in (0..).zip(pages) {
        builder.add_page(number, page).unwrap();
    }
    Stock::load(builder.finish()).unwrap()
}

#[test]
fn bins_are_summed_per_location_also_across_pages() {
    let rows = world();
    let stock = stock(&[&rows[..2], &rows[2..]]);
    let levels = stock.levels(chair().id);
    let figures: Vec<_> = levels.iter().map(|(location, level)| (location.as_str(), level.available, level.on_hand)).collect();
    assert_eq!(figures, [("Main Warehouse", quantity("12"), quantity("14")), ("North Depot", quantity("3"), quantity("3"))]);
    assert_eq!(levels[1].1, rows[2].level);
    assert_eq!((stock.products(), stock.len()), (2, 3));
}

#[test]
fn a_product_that_is_not_in_the_read_has_no_levels() {
    let rows = world();
    assert!(stock(&[&rows[..1]]).levels(lamp().id).is_empty());
    assert!(Stock::default().levels(lamp().id).is_empty());
    assert!(stock(&[]).is_empty());
}

#[test]
fn a_page_that_comes_again_is_not_summed_twice() {
    let rows = world();
    let mut builder = StockBuilder::default();
    builder.add_page(1, &rows).unwrap();
    let staged = builder.add_page(1, &rows).unwrap();
    builder.add_staged(1, staged).unwrap();
    assert_eq!(builder.rows(), 4);
    assert_eq!(Stock::load(builder.finish()).unwrap().levels(lamp().id)[0].1.available, quantity("8"));
}

#[test]
fn one_product_can_be_read_again_until_the_next_full_read() {
    let rows = world();
    let mut stock = stock(&[&rows]);
    let at = Timestamp::from_millis;
    let namesake = AvailabilityRow { sku: "CHAIR-010".into(), ..row(lamp().id, "Main Warehouse", "99", "0", "99") };
    stock.refresh(chair().id, at(500), &[row(chair().id, "North Depot", "1", "0", "1"), namesake]);
    assert_eq!(stock.levels(chair().id).len(), 1, "Main has no row any more");
    assert_eq!(stock.levels(chair().id)[0].1.available, quantity("1"));
    assert_eq!(stock.levels(lamp().id)[0].1.available, quantity("8"), "another product's rows are ignored");
    assert_eq!(stock.refreshed_at(chair().id), Some(at(500)));
    let mut next = self::stock(&[&rows]);
    assert_eq!(next.levels(chair().id).len(), 2);
    next.keep_newer(&stock, at(501), at(900));
    assert_eq!(next.levels(chair().id).len(), 2, "it was read before the full read began");
    next.keep_newer(&stock, at(500), at(499));
    assert_eq!(next.refreshed_at(chair().id), None, "the clock was set back since it was read");
    next.keep_newer(&stock, at(500), at(900));
    assert_eq!(next.levels(chair().id).len(), 1, "it may be newer than the page");
}

#[test]
fn segments_of_different_reads_do_not_mix() {
    let rows = world();
    let one = |rows: &[AvailabilityRow]| {
        let mut builder = StockBuilder::default();
        builder.add_page(0, rows).unwrap();
        builder.finish()
    };
    let both = [one(&rows[..1]), one(&rows)].concat();
    assert_eq!(Stock::load(both).unwrap_err(), Corrupt::Column(ID));
}

#[test]
fn stock_that_an_earlier_version_kept_with_a_day_for_each_row_is_read() {
    let rows = world();
    let mut writer = Writer::new(Kind::StagedStock, rows.len());
    writer.fixed(ID, rows.iter().map(|row| row.product.to_bytes()));
    writer.dictionary(SKU, rows.iter().map(|row| row.sku.as_str()));
    writer.dictionary(LOCATION, rows.iter().map(|row| row.location.as_str()));
    write_levels(&mut writer, &rows.iter().map(|row| &row.level));
    writer.dictionary(9, rows.iter().map(|_| "2026-04-17"));
    assert_eq!(decode_staged(writer.finish()).unwrap(), rows);
}

#[test]
fn an_empty_page_is_a_page() {
    assert_eq!(decode_staged(encode_staged(&[])), Ok(Vec::new()));
}

fn any_row() -> impl Strategy<Value = AvailabilityRow> {
    let number = || (-100_000_000_i64..100_000_000, 0_u32..=4).prop_map(|(m, s)| Quantity::rounded(Decimal::new(m, s)));
    let quantities = (number(), number(), number(), number(), number());
    (any::<u8>(), "[A-Z]{0,6}", "[A-C]", quantities).prop_map(|(last, sku, location, quantities)| {
        let (on_hand, allocated, available, on_order, in_transit) = quantities;
        let level = StockLevel { on_hand, allocated, available, on_order, in_transit };
        AvailabilityRow { product: Guid::from_bytes([last; 16]), sku, location, level }
    })
}

proptest! {
    #[test]
    fn staged_rows_survive_storage(rows in proptest::collection::vec(any_row(), 0..40)) {
        prop_assert_eq!(decode_staged(encode_staged(&rows)).unwrap(), rows);
    }

    #[test]
    fn levels_are_the_plain_sums(rows in proptest::collection::vec(any_row(), 0..60), cut in 1_usize..20) {
        let pages: Vec<&[AvailabilityRow]> = rows.chunks(cut).collect();
        let stock = stock(&pages);
        let mut sums: BTreeMap<Guid, BTreeMap<String, StockLevel>> = BTreeMap::new();
        for row in &rows {
            sums.entry(row.product).or_default().entry(row.location.clone()).or_default().add(&row.level);
        }
        prop_assert_eq!(stock.products(), sums.len());
        for (product, levels) in sums {
            prop_assert_eq!(stock.levels(product), levels.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn changed_bytes_are_refused_and_lies_never_panic(
        rows in proptest::collection::vec(any_row(), 1..8),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
    ) {
        let mut builder = StockBuilder::default();
        builder.add_page(0, &rows).unwrap();
        for staged in [true, false] {
            let mut bytes = if staged { encode_staged(&rows) } else { builder.clone().finish().remove(0) };
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(decode_staged(bytes.clone()).is_err() && Stock::load([bytes.clone()]).is_err());
            crate::catalogue::segment::seal(&mut bytes);
            let _ = decode_staged(bytes.clone());
            if let Ok(stock) = Stock::load([bytes]) {
                let _ = rows.iter().map(|row| stock.levels(row.product).len()).sum::<usize>();
            }
        }
    }
}
