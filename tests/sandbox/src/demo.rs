//! The demo world: a believable wholesaler of furniture, lighting, hardware and hospitality supplies.
//!
//! Made by code from one seed: the same names, prices and quantities every time. Only dates follow the clock.

pub(crate) mod books;
mod catalogue;
pub(crate) mod chance;
mod history;
pub(crate) mod parties;
pub(crate) mod past;
pub(crate) mod products;
pub(crate) mod trade;

use std::time::SystemTime;

use chrono::{DateTime, Utc};

use crate::collection::{Collection, Kind};
use crate::world::World;
use chance::Chance;

const SEED: u64 = 2026;

pub(crate) fn world() -> World {
    let now: DateTime<Utc> = SystemTime::now().into();
    let mut chance = Chance::seeded(SEED);
    let mut world = books::world(&mut chance);
    let products = products::all(&mut chance, now);
    let customers = parties::customers(&mut chance, &products, now);
    let suppliers = parties::suppliers(&mut chance, now);
    let (purchases, incoming) = trade::purchases(&mut chance, &products, &suppliers, now);
    let availability = trade::availability(&mut chance, &products, incoming);
    world.put(Collection::from_fields(Kind::Products, products));
    world.put(Collection::from_fields(Kind::Customers, customers));
    world.put(Collection::from_fields(Kind::Suppliers, suppliers));
    world.put(Collection::from_fields(Kind::Purchases, purchases));
    world.put(Collection::from_fields(Kind::Availability, availability));
    history::write(world, now)
}

/// The demo world for all unit tests; it takes a while to make.
#[cfg(test)]
pub(crate) static SHARED: std::sync::LazyLock<World> = std::sync::LazyLock::new(world);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rust_decimal::Decimal;

    use super::*;
    use crate::fields::Fields;

    #[test]
    fn the_demo_is_a_whole_wholesaler_and_the_same_every_time() {
        let (world, again) = (&*SHARED, world());
        let ids = |world: &World| world.of(Kind::Products).iter().map(|record| record.keys.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(world), ids(&again));

        let products = world.of(Kind::Products);
        let skus: HashSet<_> = products.iter().map(|record| &record.keys.code).collect();
        let names: HashSet<_> = products.iter().map(|record| &record.keys.name).collect();
        assert!((1_900..=2_100).contains(&products.len()), "{} products", products.len());
        assert_eq!((skus.len(), names.len()), (products.len(), products.len()), "SKUs and names are unique");
        assert_eq!(world.of(Kind::Customers).len(), 300);
        let rows = world.of(Kind::Availability);
        assert!((4_500..=5_500).contains(&rows.len()), "{} availability rows", rows.len());
        assert!((50..=80).contains(&world.of(Kind::Purchases).len()));
        let available: Vec<_> = rows.iter().map(|row| row.fields().number_or_zero("Available")).collect();
        assert!(available.iter().any(Decimal::is_sign_negative) && available.iter().any(Decimal::is_zero));
        assert!(products.iter().any(|record| record.keys.deprecated));
    }

    #[test]
    fn a_year_of_trade_lies_behind_the_demo() {
        let world = &*SHARED;
        let rows: Vec<Fields> = world.of(Kind::Sales).iter().map(|record| Fields::parse(&record.row).unwrap()).collect();
        assert_eq!((rows.len(), world.next_sale), (640, 1201));
        let count = |key: &str, wanted: &str| rows.iter().filter(|row| row.text_or_empty(key) == wanted).count();
        for (key, wanted, least) in [
            ("Status", "COMPLETED", 300),
            ("Status", "VOIDED", 5),
            ("Status", "ORDERING", 3),
            ("Status", "BACKORDERED", 5),
            ("Status", "ESTIMATED", 1),
            ("CombinedShippingStatus", "PARTIALLY SHIPPED", 8),
            ("CombinedPaymentStatus", "PARTIALLY PAID", 15),
            ("CombinedPaymentStatus", "PREPAID", 2),
            ("CombinedPaymentStatus", "PAID", 250),
            ("CombinedInvoiceStatus", "INVOICED / CREDITED", 5),
            ("Type", "Advanced Sale", 150),
        ] {
            assert!(count(key, wanted) >= least, "{key} {wanted}: {}", count(key, wanted));
        }
        let numbers: HashSet<_> = world.of(Kind::Sales).iter().map(|record| &record.keys.code).collect();
        assert_eq!(numbers.len(), 640, "order numbers are unique");
        let now: DateTime<Utc> = SystemTime::now().into();
        assert!(world.of(Kind::Sales).iter().all(|record| record.keys.modified.is_some_and(|at| at <= now)));
        let received = |wanted: &str| {
            let rows = world.of(Kind::Purchases).iter().map(|record| Fields::parse(&record.row).unwrap());
            rows.filter(|row| row.text_or_empty("CombinedReceivingStatus") == wanted).count()
        };
        assert_eq!((received("FULLY RECEIVED"), received("PARTIALLY RECEIVED")), (9, 6));
        assert!(world.of(Kind::Products).iter().filter(|record| !record.fields().is_blank("DiscountRule")).count() > 300);
    }

    #[test]
    fn tier_prices_have_at_most_four_places() {
        for record in SHARED.of(Kind::Products).iter() {
            let product = record.fields();
            for tier in 1..=10 {
                assert!(product.number_or_zero(&format!("PriceTier{tier}")).scale() <= 4, "{}", record.text);
            }
        }
    }
}
