//! A world of any size for measurements: exactly N products, N customers, and one availability row per product and location.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::value::RawValue;

use crate::clock::{date_text, instant_text};
use crate::collection::{Collection, Keys, Kind, Record};
use crate::demo::books::{accounts, location, price_tiers, tax_rule};
use crate::demo::chance::Chance;
use crate::demo::parties::{Party, address, contact};
use crate::demo::past::Past;
use crate::demo::products::{Draft, barcode};
use crate::fields::{Fields, Number, object};
use crate::world::World;

/// How many records a bulk world holds; availability has one row per product and location.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BulkSize {
    /// Products, all active.
    pub products: usize,
    /// Customers, all active.
    pub customers: usize,
    /// Locations, at least one.
    pub locations: usize,
    /// Suppliers, all active.
    pub suppliers: usize,
    /// Sales of the past year, in every state; they take customers and products to be there.
    pub sales: usize,
    /// Authorised purchases, half of them received; they take suppliers and products to be there.
    pub purchases: usize,
}

const SEED: u64 = 100_000;
const TIERS: [&str; 10] =
    ["Retail", "Trade", "Wholesale", "Contract", "Export", "Online", "Staff", "Project", "Key Account", "Clearance"];
const ADJECTIVES: [&str; 12] = [
    "Compact",
    "Heavy-duty",
    "Classic",
    "Slim",
    "Folding",
    "Adjustable",
    "Rustic",
    "Modern",
    "Industrial",
    "Curved",
    "Tall",
    "Low",
];
const MATERIALS: [&str; 12] =
    ["Oak", "Walnut", "Steel", "Brass", "Glass", "Linen", "Ash", "Copper", "Marble", "Leather", "Bamboo", "Chrome"];
const NOUNS: [&str; 30] = [
    "Chair",
    "Stool",
    "Table",
    "Desk",
    "Shelf",
    "Cabinet",
    "Bench",
    "Sofa",
    "Lamp",
    "Pendant",
    "Lantern",
    "Spotlight",
    "Hinge",
    "Handle",
    "Bracket",
    "Castor",
    "Runner",
    "Screw",
    "Bolt",
    "Washer",
    "Plate",
    "Bowl",
    "Cup",
    "Glass",
    "Fork",
    "Knife",
    "Napkin",
    "Tray",
    "Shaker",
    "Mat",
];

pub(crate) fn world(size: BulkSize) -> World {
    let now: DateTime<Utc> = std::time::SystemTime::now().into();
    let mut chance = Chance::seeded(SEED);
    let rule_id = chance.id();
    let company = object! {
        "Company" => "Bulk Trading Ltd", "Currency" => "GBP", "TimeZone" => "Europe/London", "DefaultWeightUnits" => "kg",
        "DefaultDimensionsUnits" => "cm",
        "LockDate" => None::<&str>, "OpeningBalanceDate" => "2023-04-01T00:00:00", "TaxCalculationMethod" => "Total",
        "DefaultSaleTaxRuleId" => rule_id,
        "DefaultSaleTaxRuleName" => "20% (VAT on Income)", "MaximumDecimalPlacesInQuantity" => "N2", "DiscountRule" => "Discount",
        "ApplyCustomerDiscountsAfterOtherDiscounts" => false, "AutomaticallyApplyDiscounts" => false, "RoundingTable" => [(); 0],
    };
    let tiers = TIERS.map(str::to_owned);
    let places: Vec<String> = (1..=size.locations.max(1)).map(|number| format!("Warehouse {number}")).collect();
    let mut world = World::empty("bulk", company);
    world.put(Collection::from_fields(Kind::PriceTiers, price_tiers(&tiers)));
    let rules = [("20% (VAT on Income)", 20, false, true), ("Zero Rated Income", 0, false, true)];
    world.put(Collection::from_fields(
        Kind::TaxRules,
        rules.map(|rule| {
            tax_rule(if rule.1 == 20 { &rule_id } else { "7a100000-0000-4000-8000-000000000002" }, &mut chance, rule)
        }),
    ));
    let locations: Vec<Fields> =
        places.iter().enumerate().map(|(at, name)| location(&chance.id(), name, None, None, at == 0, false)).collect();
    world.put(Collection::from_fields(Kind::Locations, locations));
    let term = object! { "ID" => chance.id(), "Name" => "30 days", "Duration" => 30, "Method" => "number of days",
    "IsActive" => true, "IsDefault" => true };
    world.put(Collection::from_fields(Kind::PaymentTerms, [term]));
    world.put(Collection::from_fields(Kind::Accounts, accounts()));

    let mut products = Collection::new(Kind::Products, []);
    let mut availability = Collection::new(Kind::Availability, []);
    for number in 0..size.products {
        let product = product(&mut chance, number, &tiers, now);
        for place in &places {
            let on_hand = i64::from(chance.below(500));
            let allocated = i64::from(chance.below(20));
            availability.push(row(&product, place, on_hand, allocated));
        }
        products.push(Record::of(Kind::Products, product));
    }
    world.put(products);
    world.put(availability);
    world.put(Collection::from_fields(
        Kind::Customers,
        (0..size.customers).map(|number| customer(&mut chance, number, &tiers, &places, now)),
    ));
    world.put(Collection::from_fields(Kind::Suppliers, (0..size.suppliers).map(|number| supplier(&mut chance, number, now))));
    let mut past = Past::of(world, SEED);
    for number in 0..size.sales {
        sale(&mut past, &mut chance, number, size.sales, now);
    }
    for number in 0..size.purchases {
        purchase(&mut past, &mut chance, number, now);
    }
    past.into_world()
}

fn supplier(chance: &mut Chance, number: usize, now: DateTime<Utc>) -> Fields {
    let place = ("1 Works Road", "Leeds", "LS1 1AA", "United Kingdom");
    object! {
        "ID" => chance.id(), "Name" => format!("Supplier {number:04}"), "Currency" => "GBP", "PaymentTerm" => "30 days",
        "TaxRule" => "Zero Rated Income", "Discount" => 0, "Comments" => None::<&str>, "AccountPayable" => "800",
        "TaxNumber" => None::<&str>,
        "AttributeSet" => None::<&str>, "Status" => "Active", "LastModifiedOn" => instant_text(now - TimeDelta::days(90)),
        "Addresses" => [address(&chance.id(), place, "Billing", true)], "Contacts" => [(); 0],
    }
}

/// One sale of the past year: of ten, four are complete, two invoiced, one part shipped, one open, one a draft, one voided.
fn sale(past: &mut Past, chance: &mut Chance, number: usize, of: usize, now: DateTime<Utc>) {
    let age = i64::try_from((of - number) * 525_000 / of).unwrap_or(0);
    let day = now - TimeDelta::minutes(age);
    past.at(day);
    let lines: Vec<Fields> = (0..chance.between(1, 3))
        .map(|_| object! { "ProductID" => past.any(chance, Kind::Products), "Quantity" => chance.between(2, 40) })
        .fold(Vec::new(), |mut lines: Vec<Fields>, line| {
            if !lines.iter().any(|own| own.text("ProductID") == line.text("ProductID")) {
                lines.push(line);
            }
            lines
        });
    let status = if number % 10 == 8 { "DRAFT" } else { "AUTHORISED" };
    let customer = past.any(chance, Kind::Customers);
    let sale = past.sell(&object! {
        "CustomerID" => customer, "OrderStatus" => status,
        "SaleType" => if number.is_multiple_of(3) { "Advanced" } else { "Simple" }, "Lines" => lines,
        "CustomerReference" => format!("PO {number:05}"), "stock" => false,
    });
    let nothing = Fields::default();
    let boxes = object! { "boxes" => [object! { "carrier" => "DHL", "trackingNumber" => format!("JD{number:08}") }] };
    let invoice = object! { "number" => format!("INV-{:05}", number + 1) };
    match number % 10 {
        0..=3 => {
            past.act(Kind::Sales, &sale, "ship", &boxes);
            past.act(Kind::Sales, &sale, "invoice", &invoice);
            past.pay_all(&sale);
        }
        4 | 5 => past.act(Kind::Sales, &sale, "invoice", &invoice),
        6 => past.act(Kind::Sales, &sale, "ship", &boxes),
        9 => past.act(Kind::Sales, &sale, "void", &nothing),
        _ => {}
    }
}

fn purchase(past: &mut Past, chance: &mut Chance, number: usize, now: DateTime<Utc>) {
    past.at(now - TimeDelta::days(i64::from(chance.between(1, 40))));
    let due = now + TimeDelta::days(i64::from(chance.between(1, 60)));
    let line = object! { "SKU" => past.any(chance, Kind::Products), "Quantity" => chance.between(1, 20) * 10 };
    let supplier = past.any(chance, Kind::Suppliers);
    let order = format!("PO-{:05}", number + 1);
    past.buy(&object! { "Supplier" => supplier, "OrderNumber" => order, "RequiredBy" => date_text(due.date_naive()),
    "Lines" => [line] });
    if number % 2 == 1 {
        past.act(Kind::Purchases, &order, "receive", &Fields::default());
    }
}

/// An availability row written straight as text: there are hundreds of thousands of them.
fn row(product: &Fields, place: &str, on_hand: i64, allocated: i64) -> Record {
    let own = |key: &str| product.get(key).map_or("null", RawValue::get);
    let (id, sku, name, barcode) = (own("ID"), own("SKU"), own("Name"), own("Barcode"));
    let available = on_hand - allocated;
    let value = Number(product.number_or_zero("AverageCost") * Decimal::from(on_hand)).text();
    let text = format!(
        r#"{{"ID":{id},"SKU":{sku},"Name":{name},"Barcode":{barcode},"Location":"{place}","Bin":null,"Batch":null,"ExpiryDate":null,"OnHand":{on_hand},"Allocated":{allocated},"Available":{available},"OnOrder":0,"StockOnHand":{value},"InTransit":0,"NextDeliveryDate":null}}"#
    );
    let lower = |text: &str| text.trim_matches('"').to_lowercase().into_boxed_str();
    let keys = Keys { id: lower(id), code: lower(sku), name: lower(name), place: place.to_lowercase().into(), ..Keys::default() };
    Record { keys, text: text.into(), extras: Vec::new(), row: Box::default() }
}

fn product(chance: &mut Chance, number: usize, tiers: &[String; 10], now: DateTime<Utc>) -> Fields {
    let (noun, material, adjective) = (NOUNS[number % 30], MATERIALS[number / 30 % 12], ADJECTIVES[number / 360 % 12]);
    let cost = chance.between(50, 40_000);
    let mut prices = [Decimal::ZERO; 10];
    for (at, price) in prices.iter_mut().enumerate() {
        let share = 240 - 12 * i64::try_from(at).unwrap_or(0);
        *price = Decimal::new(i64::from(cost) * share + i64::from(chance.below(100)), 4).normalize();
    }
    let name = format!("{adjective} {material} {noun} {}", 100 + number / 4320);
    Draft {
        id: chance.id(),
        sku: format!("{}-{number:06}", noun[..3].to_uppercase()),
        category: noun,
        brand: None,
        kind: "Stock",
        weight: Decimal::new(i64::from(chance.between(10, 30_000)), 3),
        weight_units: "kg",
        barcode: barcode(number),
        prices,
        tiers,
        cost: Decimal::new(i64::from(cost) * 100, 4).normalize(),
        short: format!("{name} for trade use."),
        long: format!("{name}. Packed singly, sold by the piece or by the pallet. Please ask for lead times above stock."),
        tags: format!("{}, {}", noun.to_lowercase(), material.to_lowercase()),
        status: "Active",
        sellable: true,
        tax_rule: None,
        modified: instant_text(now - TimeDelta::minutes(i64::from(chance.between(60, 400_000)))),
        attachments: Vec::new(),
        name,
    }
    .fields()
}

fn customer(chance: &mut Chance, number: usize, tiers: &[String; 10], places: &[String], now: DateTime<Utc>) -> Fields {
    let name = format!("{} {} Company {number:05}", chance.pick(&ADJECTIVES), chance.pick(&MATERIALS));
    let party = Party {
        id: chance.id(),
        currency: "GBP".to_owned(),
        term: "30 days".to_owned(),
        tier: Some(chance.pick(tiers).clone()),
        location: Some(chance.pick(places).clone()),
        rep: None,
        tax_rule: "20% (VAT on Income)".to_owned(),
        discount: 0,
        credit_limit: chance.below(20) * 500,
        on_hold: false,
        deprecated: false,
        modified: instant_text(now - TimeDelta::minutes(i64::from(chance.between(60, 400_000)))),
        name,
    };
    let place = ("1 High Street", "Leeds", "LS1 1AA", "United Kingdom");
    let addresses = [address(&chance.id(), place, "Billing", true), address(&chance.id(), place, "Shipping", true)];
    let people = [contact(&chance.id(), "Sam Field", "01632 960001", "sam@bulk.example", None, true)];
    party.fields(&addresses, &people)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_exact_and_rows_are_what_the_records_say() {
        let world = world(BulkSize { products: 500, customers: 40, locations: 3, ..BulkSize::default() });
        assert_eq!(world.of(Kind::Products).len(), 500);
        assert_eq!(world.of(Kind::Customers).len(), 40);
        assert_eq!(world.of(Kind::Availability).len(), 1_500);
        assert_eq!((world.of(Kind::Sales).len(), world.of(Kind::Suppliers).len()), (0, 0));
        for written in world.of(Kind::Availability).iter() {
            let parsed = Record::of(Kind::Availability, written.fields());
            assert_eq!((&parsed.text, &parsed.keys.id, &parsed.keys.code), (&written.text, &written.keys.id, &written.keys.code));
            assert_eq!((&parsed.keys.name, &parsed.keys.place), (&written.keys.name, &written.keys.place));
        }
        for product in world.of(Kind::Products).iter() {
            let product = product.fields();
            assert!((1..=10).all(|tier| product.number_or_zero(&format!("PriceTier{tier}")) > Decimal::ZERO));
        }
    }

    #[test]
    fn sales_and_purchases_are_as_many_as_asked_for_and_in_every_state() {
        let size = BulkSize { products: 50, customers: 10, locations: 2, suppliers: 4, sales: 40, purchases: 6 };
        let world = world(size);
        let rows = |kind: Kind| world.of(kind).iter().map(|record| Fields::parse(&record.row).unwrap()).collect::<Vec<_>>();
        let count =
            |kind: Kind, key: &str, wanted: &str| rows(kind).iter().filter(|row| row.text_or_empty(key) == wanted).count();
        assert_eq!((world.of(Kind::Sales).len(), world.of(Kind::Suppliers).len(), world.of(Kind::Purchases).len()), (40, 4, 6));
        assert_eq!((count(Kind::Sales, "Status", "COMPLETED"), count(Kind::Sales, "CombinedPaymentStatus", "PAID")), (16, 16));
        assert_eq!((count(Kind::Sales, "Status", "VOIDED"), count(Kind::Sales, "OrderStatus", "DRAFT")), (4, 4));
        assert_eq!(count(Kind::Purchases, "CombinedReceivingStatus", "FULLY RECEIVED"), 3);
        assert_eq!(world.next_sale, 41);
    }
}
