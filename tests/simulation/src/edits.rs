//! What people do in Cin7 itself.

use cin7_quote_desk::records::Timestamp;

use crate::cin7::Cin7;
use crate::records::{BAYSIDE, Purchase, Row, Sale, customer, product, product_id, stock};
use crate::world::World;

/// Products that quotes are made of stay as they are but for name and price; the others may be retired too.
pub(crate) const QUOTED: u32 = 4;
const PRODUCTS: u32 = 20;
const CUSTOMERS: u32 = 12;

pub(crate) fn customer_id(number: u32) -> String {
    if number == 0 { BAYSIDE.to_owned() } else { format!("c0000000-0000-4000-8000-{number:012x}") }
}

fn sku(number: u32) -> String {
    format!("SKU-{number:02}")
}

/// The account as it is when a history begins.
pub(crate) fn furnish(cin7: &Cin7) {
    let (records, base) = (&cin7.records, cin7.base);
    let all = |numbers: std::ops::Range<u32>| numbers.map(move |number| base + number);
    let priced = |number: u32| {
        let price = format!("{}.{:02}00", 20 + number, number * 7 % 100);
        product(number, &sku(number), &format!("Thing {number}"), [&price, "15.5500", "0"])
    };
    records.products.replace(all(1..PRODUCTS + 1).map(priced).collect());
    let named = |number: u32| customer(&customer_id(number), &format!("Customer {number}"));
    records.customers.replace(all(0..CUSTOMERS / 2).map(named).collect());
    let supplier = |number: u32| customer(&format!("50000000-0000-4000-8000-{number:012x}"), &format!("Supplier {number}"));
    records.suppliers.replace(all(0..2).map(supplier).collect());
    let places = ["Main Warehouse", "North Depot"];
    let rows = all(1..PRODUCTS + 1).flat_map(|number| places.map(|place| stock(number, &sku(number), place, "50")));
    records.stock.replace(rows.collect());
    // Before Cin7's clock, however far behind it is.
    let at = Timestamp::from_millis(1_774_000_000_000);
    records.sales.replace(all(0..10).map(|number| typed(cin7, number, "", at)).collect());
    let bought = |number: u32| Purchase {
        id: format!("60b70000-0000-4000-8000-{number:012x}"),
        number: format!("PO-{number:05}"),
        required_by: "2026-04-17".to_owned(),
        product: number + 1,
        ordered: 20,
        received: 0,
        updated: at,
    };
    records.purchases.replace(all(0..2).map(bought).collect());
}

/// A sale typed into Cin7.
pub(crate) fn typed(cin7: &Cin7, number: u32, external_id: &str, at: Timestamp) -> Sale {
    let product = product_id(cin7.base + number % PRODUCTS + 1);
    Sale {
        id: format!("7e9d0000-0000-4000-8000-{number:012x}"),
        number: format!("SO-7{number:04}"),
        external_id: external_id.to_owned(),
        customer: customer_id(cin7.base + 1),
        status: "ORDERED".to_owned(),
        lines: vec![format!(
            r#"{{"ProductID":"{product}","SKU":"X","Name":"Typed","Quantity":1,"Price":9.99,"Discount":0,"Tax":2.00,"TaxRule":"20% (VAT on Income)","Comment":"","Total":9.99}}"#
        )],
        updated: Some(at),
        more: String::new(),
    }
}

fn put(rows: &mut Vec<Row>, id: &str, row: Row) {
    rows.retain(|known| !known.json.contains(id));
    rows.push(row);
}

/// One edit, as the seed likes.
pub(crate) fn edit(world: &World) {
    world.count(|counts| &counts.edits);
    let (dice, cin7, now) = (&world.dice, world.cin7(), world.server_now());
    let (records, base) = (&cin7.records, cin7.base);
    let what = dice.below(8);
    world.trace(|| format!("an edit of kind {what} in Cin7"));
    match what {
        0..=2 => {
            let number = base + 1 + dice.below(PRODUCTS + 3);
            let price = format!("{}.{:02}00", 10 + dice.below(90), dice.below(100));
            let mut row = product(number, &sku(number), &format!("Thing {}", dice.below(900)), [&price, "15.5500", "0"]);
            if number > base + QUOTED && dice.below(3) == 0 {
                row.json = row.json.replace(r#""Status":"Active""#, r#""Status":"Deprecated""#);
            }
            put(&mut records.products.borrow_mut(), &product_id(number), Row { modified: now, ..row });
        }
        3 => {
            let id = customer_id(base + dice.below(CUSTOMERS));
            let mut row = customer(&id, &format!("Customer {}", dice.below(900)));
            if dice.below(2) == 0 {
                row.json = row.json.replace("Wholesale", "Retail");
            }
            put(&mut records.customers.borrow_mut(), &id, Row { modified: now, ..row });
        }
        4 | 5 => {
            let number = base + 1 + dice.below(PRODUCTS);
            let mut rows = records.stock.borrow_mut();
            rows.retain(|row| !row.contains(&product_id(number)));
            for place in ["Main Warehouse", "North Depot"] {
                if dice.below(4) > 0 {
                    rows.push(stock(number, &sku(number), place, &dice.below(90).to_string()));
                }
            }
        }
        6 => {
            let mut sales = records.sales.borrow_mut();
            let number = u32::try_from(sales.len()).unwrap_or(0) + 10 * base + 100;
            if dice.below(2) == 0 {
                sales.push(typed(cin7, number, "", now));
            } else {
                // Only what was typed into Cin7: the orders' own are voided on purpose elsewhere.
                let mine: Vec<usize> = (0..sales.len()).filter(|at| sales[*at].external_id.is_empty()).collect();
                let sale = &mut sales[*dice.pick(&mine)];
                (*dice.pick(&["ORDERED", "PICKED", "VOIDED"])).clone_into(&mut sale.status);
                sale.updated = Some(now);
            }
        }
        _ => {
            let mut purchases = records.purchases.borrow_mut();
            let at = dice.at(purchases.len());
            let purchase = &mut purchases[at];
            purchase.received = (purchase.received + dice.below(8)).min(purchase.ordered);
            purchase.updated = now;
        }
    }
}
