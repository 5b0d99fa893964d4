//! The demo world's past year: sales in every state, goods that came in, rules of discounts.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::books::{WAREHOUSES, rate};
use super::chance::Chance;
use super::parties::contact;
use super::past::Past;
use crate::clock::date_text;
use crate::collection::{Collection, Kind, Record};
use crate::fields::{Fields, Number, object};
use crate::world::World;

const SEED: u64 = 1201;
const SALES: u32 = 640;
/// Customers that order again and again.
const REGULARS: u32 = 48;

/// Carriers and where their tracking pages would be.
const CARRIERS: [(&str, &str, &str); 3] = [
    ("DPD", "15976", "https://track.dpd.example/parcels/"),
    ("DHL", "JD00", "https://track.dhl.example/"),
    ("Palletways", "PW", ""),
];

/// How far a sale has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Header,
    Draft,
    Open,
    Prepaid,
    PartShipped,
    Shipped,
    Invoiced,
    PartPaid,
    Paid,
    Credited,
    Voided,
}

/// Adds a year of trade to the demo world.
pub(super) fn write(mut world: World, now: DateTime<Utc>) -> World {
    let mut chance = Chance::seeded(SEED);
    discounts(&mut world, &mut chance);
    people(&mut world, &mut chance);
    world.next_sale -= u64::from(SALES);
    let customers: Vec<Fields> = current(&world, Kind::Customers, |_| true);
    let products: Vec<Fields> = current(&world, Kind::Products, |own| {
        own.text_or_empty("Type") == "Stock" && own.flag("Sellable") == Some(true) && !own.number_or_zero("PriceTier1").is_zero()
    });
    let mut past = Past::of(world, SEED);
    for left in (1..=SALES).rev() {
        // Newer weeks hold twice as many sales as those of a year ago: the firm grows.
        let back = i64::from(left);
        let minutes = 525_600 * back * (i64::from(SALES) + back) / (2 * i64::from(SALES) * i64::from(SALES));
        let minutes = minutes + i64::from(chance.below(300));
        let many = if chance.is(62) { REGULARS } else { u32::try_from(customers.len()).unwrap_or(REGULARS) };
        let customer = &customers[chance.below(many) as usize];
        let day = now - TimeDelta::minutes(minutes);
        // Chance may leave out what is rare; these are always there to be seen.
        let stage = match left {
            4 => Stage::Header,
            2 | 9 | 14 => Stage::Draft,
            6 | 19 => Stage::Prepaid,
            _ => stage(&mut chance, (now - day).num_days()),
        };
        sale(&mut past, &mut chance, (customer, stage), &products, (day, now));
    }
    goods(&mut past, &mut chance, now);
    past.into_world()
}

fn current(world: &World, kind: Kind, keep: impl Fn(&Fields) -> bool) -> Vec<Fields> {
    world.of(kind).iter().filter(|record| !record.keys.deprecated).map(Record::fields).filter(keep).collect()
}

/// Three rules, and the categories whose products have them.
fn discounts(world: &mut World, chance: &mut Chance) {
    let line = |chance: &mut Chance, from: u32, to: Option<u32>, percent: u32| {
        object! {
            "ID" => chance.id(), "MinValue" => from, "MaxValue" => to, "DiscountType" => "DiscountPercent", "Amount" => percent,
            "OrderExceeds" => None::<u32>,
        }
    };
    let rules = [
        ("10 or more = 5%", true, vec![line(chance, 10, None, 5)]),
        ("By the box: 50 = 5%, 200 = 12%", true, vec![line(chance, 50, Some(199), 5), line(chance, 200, None, 12)]),
        ("Clearance 2025", false, vec![line(chance, 1, None, 20)]),
    ];
    let rules = rules.map(|(name, active, lines)| {
        object! { "ID" => chance.id(), "Name" => name, "IsActive" => active, "Type" => "QuantityBased", "DiscountLines" => lines }
    });
    let names: Vec<String> = rules.iter().map(|rule| rule.text_or_empty("Name")).collect();
    world.put(Collection::from_fields(Kind::DiscountRules, rules));
    let products: Vec<Fields> = world
        .of(Kind::Products)
        .iter()
        .map(|record| {
            let mut product = record.whole();
            let price = product.number_or_zero("PriceTier1");
            let rule = match product.text_or_empty("Category").bytes().map(u32::from).sum::<u32>() % 3 {
                0 if price < Decimal::TEN => Some(&names[1]),
                0 => Some(&names[0]),
                _ => None,
            };
            if product.text_or_empty("Type") == "Stock" {
                product.set("DiscountRule", &rule);
            }
            product
        })
        .collect();
    world.put(Collection::from_fields(Kind::Products, products));
}

/// Suppliers have people too.
fn people(world: &mut World, chance: &mut Chance) {
    let names =
        ["Ingrid Larsen", "Paulo Vale", "Margaret Unwin", "Tomas Petraitis", "Steve Calder", "Wei Zhang", "Rita Whitcombe"];
    let suppliers: Vec<Fields> = world
        .of(Kind::Suppliers)
        .iter()
        .map(|record| {
            let mut supplier = record.whole();
            let name = *chance.pick(&names);
            let email = format!("{}@supplier.example", name.to_lowercase().replace(' ', "."));
            let phone = format!("01632 960{:03}", chance.below(1000));
            supplier.set("Contacts", &[contact(&chance.id(), name, &phone, &email, Some("Sales"), true)]);
            supplier
        })
        .collect();
    world.put(Collection::from_fields(Kind::Suppliers, suppliers));
}

fn stage(chance: &mut Chance, age: i64) -> Stage {
    let at = chance.below(20);
    match (age, at) {
        (..=6, 0..=1) => Stage::Header,
        (..=3, 2..=5) | (4..=9, 2) => Stage::Draft,
        (..=3, 6..=7) | (4..=9, 3..=4) => Stage::Prepaid,
        (..=3, _) | (4..=9, 5..=8) | (10..=30, 0..=1) => Stage::Open,
        (4..=9, 9..=12) | (10..=30, 2..=4) | (31..=45, 0) => Stage::PartShipped,
        (4..=9, 13..=14) => Stage::Shipped,
        (4..=9, _) | (10..=30, 5..=11) | (31..=60, 1..=3) | (61..=90, 0) => Stage::Invoiced,
        (10..=30, 12..=14) | (31..=60, 4..=5) | (61..=90, 1) => Stage::PartPaid,
        (31.., 18) => Stage::Credited,
        (10.., 19) => Stage::Voided,
        _ => Stage::Paid,
    }
}

/// Lines of a sale; most of what must come from a location's stock is there.
fn lines(past: &Past, chance: &mut Chance, products: &[Fields], location: Option<&str>) -> Vec<Fields> {
    let mut lines: Vec<Fields> = Vec::new();
    for _ in 0..chance.between(1, 5) {
        let mut product = chance.pick(products);
        let mut left = Decimal::MAX;
        if let Some(location) = location.filter(|_| !chance.is(18)) {
            for _ in 0..20 {
                left = past.available(&product.text_or_empty("ID"), location);
                if left > Decimal::ZERO {
                    break;
                }
                product = chance.pick(products);
            }
        }
        if left <= Decimal::ZERO {
            continue;
        }
        let quantity = match product.number_or_zero("PriceTier1") {
            price if price < Decimal::TEN => chance.between(2, 30) * 10,
            price if price < Decimal::ONE_HUNDRED => chance.between(2, 24),
            _ => chance.between(1, 6),
        };
        let quantity = Decimal::from(quantity).min(left);
        let id = product.text_or_empty("ID");
        let discount = if chance.is(14) { chance.between(1, 3) * 5 } else { 0 };
        if !lines.iter().any(|line| line.text_or_empty("ProductID") == id) {
            lines.push(object! { "ProductID" => id, "Quantity" => Number(quantity), "Discount" => discount });
        }
    }
    lines
}

/// One sale, made on `day`, with all that has become of it since.
fn sale(
    past: &mut Past,
    chance: &mut Chance,
    (customer, stage): (&Fields, Stage),
    products: &[Fields],
    (day, now): (DateTime<Utc>, DateTime<Utc>),
) {
    // What has gone long ago is no part of today's stock figures; what is open holds some of it.
    let holds = matches!(stage, Stage::Open | Stage::Prepaid | Stage::PartShipped | Stage::Draft);
    let location = customer.text("Location").unwrap_or_else(|| WAREHOUSES[0].0.to_owned());
    let mut goods = lines(past, chance, products, holds.then_some(&location));
    if goods.is_empty() {
        goods = lines(past, chance, products, None);
    }
    let currency = customer.text_or_empty("Currency");
    let advanced = stage == Stage::PartShipped || chance.is(30);
    let reference = if chance.is(60) { format!("PO {}", chance.between(2000, 98_000)) } else { String::new() };
    let charges = if chance.is(50) { vec![object! { "SKU" => "SRV-DELIVERY", "Quantity" => 1 }] } else { Vec::new() };
    let note = if chance.is(12) {
        *chance.pick(&["Ring before delivery.", "Deliver to the rear entrance.", "Leave with reception."])
    } else {
        ""
    };
    past.at(day);
    let id = past.sell(&object! {
        "CustomerID" => customer.text("ID"), "SaleType" => if advanced { "Advanced" } else { "Simple" },
        "CurrencyRate" => Number(rate(&currency)),
        "CustomerReference" => reference, "Note" => note, "Location" => location, "Lines" => goods,
        "AdditionalCharges" => charges, "stock" => holds,
        "OrderStatus" => match stage { Stage::Header => "NOT AVAILABLE", Stage::Draft => "DRAFT", _ => "AUTHORISED" },
    });
    let later = |past: &mut Past, chance: &mut Chance, days: u32| {
        let at = (day + TimeDelta::hours(i64::from(chance.between(days * 12, days * 24)))).min(now - TimeDelta::minutes(20));
        past.at(at.max(day));
    };
    match stage {
        Stage::Header | Stage::Draft | Stage::Open => return,
        Stage::Prepaid => {
            let half = (past.found(Kind::Sales, &id).object("Order").unwrap_or_default().number_or_zero("Total") / Decimal::TWO)
                .trunc_with_scale(2);
            return past.act(
                Kind::Sales,
                &id,
                "pay",
                &object! { "amount" => Number(half), "reference" => format!("CARD-{}",
                chance.between(100, 999)), "account" => "091" },
            );
        }
        Stage::Voided => {
            later(past, chance, 3);
            return past.act(Kind::Sales, &id, "void", &Fields::default());
        }
        _ => {}
    }
    later(past, chance, 4);
    let gone = ship(past, chance, &id, stage == Stage::PartShipped);
    if stage == Stage::Shipped || (stage == Stage::PartShipped && chance.is(50)) {
        return;
    }
    let mut invoice = object! { "number" => past.number("INV-") };
    if stage == Stage::PartShipped {
        invoice.set("lines", &gone);
    }
    past.act(Kind::Sales, &id, "invoice", &invoice);
    let owed = past.found(Kind::Sales, &id).list("Invoices").first().map(|own| own.number_or_zero("Total")).unwrap_or_default();
    let reference = format!("BACS {}", chance.between(10_000, 99_999));
    let pay = |amount: Decimal| object! { "amount" => Number(amount), "reference" => reference };
    match stage {
        Stage::PartPaid => {
            later(past, chance, 14);
            past.act(Kind::Sales, &id, "pay", &pay((owed * Decimal::new(4, 1)).trunc_with_scale(2)));
        }
        Stage::Paid | Stage::Credited => {
            later(past, chance, 30);
            past.act(Kind::Sales, &id, "pay", &pay(owed));
        }
        _ => {}
    }
    if stage == Stage::Credited {
        later(past, chance, 40);
        let line = past.found(Kind::Sales, &id).object("Order").unwrap_or_default().list("Lines").remove(0);
        let number = past.number("CR-");
        let one = [object! { "SKU" => line.text("SKU"), "Quantity" => 1 }];
        past.act(Kind::Sales, &id, "credit", &object! { "number" => number, "lines" => one });
        let back =
            past.found(Kind::Sales, &id).list("CreditNotes").first().map(|own| own.number_or_zero("Total")).unwrap_or_default();
        past.act(Kind::Sales, &id, "refund", &pay(back));
    }
}

/// The goods go, in one or two boxes; a part of them or all. Answers the lines that went.
fn ship(past: &mut Past, chance: &mut Chance, id: &str, some_only: bool) -> Vec<Fields> {
    let (carrier, prefix, page) = *chance.pick(&CARRIERS);
    let boxes: Vec<Fields> = (0..chance.between(1, 2))
        .map(|_| {
            let number = format!("{prefix}{:08}", chance.below(99_999_999));
            let url = if page.is_empty() { String::new() } else { format!("{page}{number}") };
            object! { "carrier" => carrier, "trackingNumber" => number, "trackingUrl" => url }
        })
        .collect();
    let mut lines = Vec::new();
    if some_only {
        let all = past.found(Kind::Sales, id).object("Order").unwrap_or_default().list("Lines");
        let first = all.first().cloned().unwrap_or_default();
        let quantity = first.number_or_zero("Quantity");
        let some = if all.len() == 1 && quantity > Decimal::ONE { (quantity / Decimal::TWO).ceil() } else { quantity };
        lines.push(object! { "SKU" => first.text("SKU"), "Quantity" => Number(some) });
    }
    past.act(Kind::Sales, id, "ship", &object! { "lines" => lines, "boxes" => boxes });
    lines
}

/// Some purchases have come, some in part, some are late.
fn goods(past: &mut Past, chance: &mut Chance, now: DateTime<Utc>) {
    for (from, to, how) in [(801, 806, "whole"), (807, 812, "part"), (813, 815, "late"), (843, 845, "whole")] {
        for number in from..=to {
            let order = format!("PO-{number:05}");
            past.at(now - TimeDelta::hours(i64::from(chance.between(2, 40))));
            match how {
                "late" => {
                    let due = (now - TimeDelta::days(i64::from(chance.between(3, 12)))).date_naive();
                    past.act(Kind::Purchases, &order, "reschedule", &object! { "date" => date_text(due) });
                }
                "part" => {
                    let line = past.first_line(&order);
                    let some = (line.number_or_zero("Quantity") / Decimal::TWO).ceil();
                    let lines = [object! { "SKU" => line.text("SKU"), "Quantity" => Number(some) }];
                    past.act(Kind::Purchases, &order, "receive", &object! { "lines" => lines });
                }
                _ => past.act(Kind::Purchases, &order, "receive", &Fields::default()),
            }
        }
    }
}
