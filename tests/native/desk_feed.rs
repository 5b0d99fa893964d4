//! The change feed: a copy built from it alone is what the desk holds, whatever happened on the way.

use std::rc::Rc;

use cin7_quote_desk::catalogue::Subject;
use cin7_quote_desk::desk::device::change_feed::ChangesAsk;
use cin7_quote_desk::settings::Settings;
use cin7_quote_desk::store::memory::MemoryStore;

use crate::world::cin7::{Fault, Purchase, Row, Sale, customer, product, product_id, stock};
use crate::world::copy::Copy;
use crate::world::store::Fate;
use crate::world::{BAYSIDE, LINK, MINUTE, SECOND, Tab, World};

/// How many histories are tried.
const HISTORIES: u64 = 250;

struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(bound)).unwrap()
    }
}

fn edit_product(world: &World, dice: &mut Dice) {
    let number = dice.below(6) + 1;
    let price = format!("{}.{:02}00", 10 + dice.below(90), dice.below(100));
    // A SKU that one product has given up may be taken and given up by another.
    let sku = if dice.below(3) == 0 { format!("SKU-OF-ALL-{}", dice.below(2)) } else { format!("SKU-{number}") };
    let mut row = product(number, &sku, &format!("Thing {}", dice.below(9)), [&price, "0", "1"]);
    if dice.below(3) == 0 {
        row.json = row.json.replace(r#""Status":"Active""#, r#""Status":"Deprecated""#);
    }
    put(&mut world.cin7.products.borrow_mut(), &product_id(number), Row { modified: world.server_now(), ..row });
}

fn edit_customer(world: &World, dice: &mut Dice) {
    let id = some_customer(dice);
    let mut row = customer(&id, &format!("Somebody {}", dice.below(9)));
    if dice.below(2) == 0 {
        row.json = row.json.replace("Wholesale", "Retail");
    }
    put(&mut world.cin7.customers.borrow_mut(), &id, Row { modified: world.server_now(), ..row });
}

/// Somebody takes Cin7's name for a company over, with which its sales are shown.
fn accept_a_name(world: &World, tab: &Tab) {
    if tab.desk.customer(BAYSIDE).is_ok() {
        world.run(tab.desk.accept_company(BAYSIDE, "name")).unwrap();
    }
}

fn put(rows: &mut Vec<Row>, id: &str, row: Row) {
    rows.retain(|known| !known.json.contains(id));
    rows.push(row);
}

/// A customer's id: Bayside's, or one of four others that may not be there yet.
fn some_customer(dice: &mut Dice) -> String {
    if dice.below(2) == 0 { BAYSIDE.to_owned() } else { format!("c0000000-0000-0000-0000-{:012x}", dice.below(4)) }
}

/// A sale is typed, changed, voided or brought back; every third one came from a quote.
fn edit_sale(world: &World, dice: &mut Dice) {
    let number = dice.below(6) + 1;
    let quantity = dice.below(5) + 1;
    let line = format!(
        r#"{{"ProductID":"{}","SKU":"SKU-1","Name":"Thing","Quantity":{quantity},"Price":10,"Discount":0,"Tax":0,"Total":{}.00,"TaxRule":"Zero Rated Income"}}"#,
        product_id(1),
        quantity * 10
    );
    let sale = Sale {
        id: format!("5a1e0000-0000-4000-8000-{number:012x}"),
        number: format!("SO-{number:05}"),
        external_id: if number.is_multiple_of(3) { format!("{LINK}{number}") } else { String::new() },
        customer: some_customer(dice),
        status: ["ORDERED", "COMPLETED", "VOIDED"][usize::try_from(dice.below(3)).unwrap()].to_owned(),
        lines: vec![line],
        updated: Some(world.server_now()),
        more: format!(r#","CustomerReference":"PO {}","Note":"{}""#, dice.below(3), dice.below(3)),
    };
    let mut sales = world.cin7.sales.borrow_mut();
    sales.retain(|known| known.id != sale.id);
    sales.push(sale);
}

/// Only what a sale says besides its figures changes.
fn edit_note(world: &World, dice: &mut Dice) {
    if let Some(sale) = world.cin7.sales.borrow_mut().first_mut() {
        sale.more = format!(r#","Note":"{}""#, dice.below(100));
        sale.updated = Some(world.server_now());
    }
}

fn edit_purchase(world: &World, dice: &mut Dice) {
    let number = dice.below(3) + 1;
    let purchase = Purchase {
        id: format!("60b70000-0000-4000-8000-{number:012x}"),
        number: format!("PO-{number:05}"),
        required_by: format!("2026-0{}-{:02}", 3 + dice.below(2), 28 + dice.below(3)),
        product: dice.below(2) + 1,
        ordered: 20,
        received: dice.below(3) * 10,
        updated: world.server_now(),
    };
    let mut purchases = world.cin7.purchases.borrow_mut();
    purchases.retain(|known| known.id != purchase.id);
    purchases.push(purchase);
}

fn edit_stock(world: &World, dice: &mut Dice) {
    let number = dice.below(6) + 1;
    let mut rows = world.cin7.stock.borrow_mut();
    rows.retain(|row| !row.contains(&product_id(number)));
    for place in ["Main Warehouse", "North Depot"] {
        if dice.below(3) > 0 {
            rows.push(stock(number, &format!("SKU-{number}"), place, &dice.below(20).to_string()));
        }
    }
}

#[test]
fn a_copy_built_from_the_feed_is_what_the_desk_holds_after_any_history() {
    let mut resets = 0;
    for history in 0..HISTORIES {
        let mut dice = Dice(history);
        let world = World::new();
        let mut copy = Copy::default();
        let mut name = "tab 0".to_owned();
        let mut tab = world.quiet_tab(&name, Fate::Sound);
        for round in 1..4 + dice.below(24) {
            world.pass(i64::from(dice.below(120)) * SECOND);
            match dice.below(15) {
                0 | 1 => edit_product(&world, &mut dice),
                2 => edit_customer(&world, &mut dice),
                3 => edit_stock(&world, &mut dice),
                10 | 11 => edit_sale(&world, &mut dice),
                12 => edit_purchase(&world, &mut dice),
                13 => tab.reads_for(i64::from(dice.below(20)) * MINUTE + SECOND),
                14 => accept_a_name(&world, &tab),
                4 => tab.sync(),
                5 => {
                    // A run that ends badly, before or after some of its pages.
                    world.cin7.fault("*", dice.below(12), 1, Fault::Refused("No."));
                    tab.sync();
                    world.cin7.mend();
                }
                6 => {
                    // A tab that dies while it reads; the next one goes on.
                    let at = dice.below(14);
                    world.cache_fate.set(if dice.below(2) == 0 { Fate::DiesBefore(at) } else { Fate::DiesAfter(at) });
                    let dying = world.quiet_tab("dying", Fate::Sound);
                    world.cache_fate.set(Fate::Sound);
                    let desk = Rc::clone(&dying.desk);
                    dying.spawn(async move {
                        desk.sync_now();
                        loop {
                            desk.sync_step().await;
                        }
                    });
                    world.pass(10 * SECOND);
                    world.kill("dying");
                }
                7 => {
                    world.kill(&name);
                    if dice.below(3) == 0 {
                        world.cache.replace(MemoryStore::default());
                    }
                    name = format!("tab {round}");
                    tab = world.quiet_tab(&name, Fate::Sound);
                }
                _ => {
                    let limit = usize::try_from(dice.below(5) + 1).unwrap();
                    for _ in 0..dice.below(4) {
                        copy.read(&world, &tab, limit);
                    }
                }
            }
        }
        world.pass(20 * MINUTE);
        // The first may only find that another tab has gone further.
        tab.sync();
        tab.sync();
        tab.reads_for(5 * MINUTE);
        // One that is up to date is told of whatever happens next, and of nothing that it could not have missed.
        for _ in 0..3 {
            copy.read_all(&world, &tab, 100);
            world.pass(20 * MINUTE);
            match dice.below(8) {
                6 | 7 => edit_note(&world, &mut dice),
                0 => edit_product(&world, &mut dice),
                1 => edit_customer(&world, &mut dice),
                2 | 3 => edit_sale(&world, &mut dice),
                4 => edit_purchase(&world, &mut dice),
                _ => accept_a_name(&world, &tab),
            }
            tab.sync();
            if dice.below(2) == 0 {
                copy.read_all(&world, &tab, 100);
            }
            tab.reads_for(5 * MINUTE);
        }
        copy.read_all(&world, &tab, usize::try_from(dice.below(5) + 1).unwrap());
        copy.assert_is_what_is_held(&world, &tab, &format!("history {history}"));
        // Whoever comes late gets the same.
        let mut late = Copy::default();
        late.read_all(&world, &tab, 5000);
        assert_eq!(late.records, copy.records, "history {history}");
        assert_eq!(late.after, copy.after);
        resets += copy.resets;
    }
    assert!(resets > 10, "the cache was hardly ever lost: {resets}");
}

#[test]
fn a_run_that_changes_nothing_adds_nothing_and_stock_only_what_moved() {
    let (world, tab) = World::synced();
    let mut copy = Copy::default();
    copy.read_all(&world, &tab, 5000);
    let before = copy.after;
    world.pass(20 * MINUTE);
    tab.sync();
    copy.read_all(&world, &tab, 5000);
    assert_eq!(copy.after, before);

    world.cin7.stock.borrow_mut()[2] = stock(2, "LAMP-02", "Main Warehouse", "7");
    tab.sync();
    let part = world.run(tab.desk.changes(ChangesAsk { after: before, limit: 10 })).unwrap();
    let named: Vec<_> = part.changes.iter().map(|change| (change.kind, change.key.clone())).collect();
    assert_eq!(named, [(Subject::Stock, product_id(2))]);
    // A product whose last row is gone has no stock record any more.
    world.cin7.stock.borrow_mut().truncate(2);
    tab.sync();
    let part = world.run(tab.desk.changes(ChangesAsk { after: part.last, limit: 10 })).unwrap();
    assert_eq!(
        part.changes.iter().map(|change| (change.key.clone(), change.record.clone())).collect::<Vec<_>>(),
        [(product_id(2), None)]
    );
}

#[test]
fn p01_a_given_up_sku_is_a_record_of_its_own_until_another_product_gives_it_up_too() {
    let (world, tab) = World::synced();
    let mut copy = Copy::default();
    let mut rename = |number: u32, sku: &str, name: &str| {
        world.pass(MINUTE);
        let row = Row { modified: world.server_now(), ..product(number, sku, name, ["210.0000", "0", "0"]) };
        put(&mut world.cin7.products.borrow_mut(), &product_id(number), row);
        tab.sync();
        copy.read_all(&world, &tab, 2);
        copy.assert_is_what_is_held(&world, &tab, sku);
        let kept = copy.of("renamed").into_iter().map(|(id, record)| (id.to_owned(), record.to_owned()));
        kept.collect::<Vec<_>>()
    };
    let kept = rename(1, "STOOL-01", "Oak Stool");
    assert!(kept.len() == 1 && kept[0].1.contains("CHAIR-01") && kept[0].1.contains("Oak Chair"), "{kept:?}");
    let kept = rename(1, "STOOL-01", "Oak Stool, oiled");
    assert!(kept[0].1.contains("Oak Chair"), "it receives no updates: {kept:?}");
    // The lamp takes the name over, and gives it up in turn: by it, people mean the lamp now.
    let kept = rename(2, "CHAIR-01", "Desk Lamp");
    assert_eq!(kept.len(), 2, "{kept:?}");
    let kept = rename(2, "LAMP-03", "Desk Lamp");
    assert!(kept.len() == 1 && kept[0].0 == product_id(2), "{kept:?}");
}

#[test]
fn a_tab_that_does_not_read_from_cin7_gives_the_feed_of_the_one_that_does() {
    let (world, first) = World::synced();
    let second = world.tab("second");
    world.cin7.products.borrow_mut()[0] =
        Row { modified: world.server_now(), ..product(1, "CHAIR-01", "Oak Chair, oiled", ["210.0000", "0", "0"]) };
    first.sync();
    let mut copy = Copy::default();
    copy.read_all(&world, &second, 3);
    assert!(copy.of("product")[product_id(1).as_str()].contains("oiled"));
    let mut other = Copy::default();
    other.read_all(&world, &first, 3);
    assert_eq!(other.records, copy.records);
}

#[test]
fn many_small_changes_do_not_make_the_feed_grow_for_ever() {
    let (world, tab) = World::synced();
    let mut copy = Copy::default();
    for round in 0..200 {
        world.cin7.products.borrow_mut()[0] =
            Row { modified: world.server_now(), ..product(1, "CHAIR-01", &format!("Oak Chair {round}"), ["210.0000", "0", "0"]) };
        tab.sync();
        if round % 7 == 0 {
            copy.read_all(&world, &tab, 2);
        }
        world.pass(MINUTE);
    }
    copy.read_all(&world, &tab, 2);
    assert!(copy.of("product")[product_id(1).as_str()].contains("Oak Chair 199"));
    let keys = futures::executor::block_on(cin7_quote_desk::store::Store::keys(
        &*world.cache.borrow(),
        cin7_quote_desk::store::Table::Segments,
        "feed/",
    ));
    assert!(keys.unwrap().len() <= 30);
    assert_eq!(copy.resets, 0);
}

#[test]
fn cost_leaves_only_where_it_may_be_seen() {
    for show_cost in [false, true] {
        let world = World::new();
        world.settings.replace(Settings { show_cost, ..Settings::default() });
        let mut row = product(1, "CHAIR-01", "Oak Chair", ["200.0000", "0", "0"]);
        row.json = row.json.replacen('{', r#"{"AverageCost":80.1250,"#, 1);
        world.cin7.products.borrow_mut()[0] = row;
        let tab = world.tab("first");
        tab.sync();
        let mut copy = Copy::default();
        copy.read_all(&world, &tab, 100);
        assert_eq!(copy.of("product")[product_id(1).as_str()].contains("80.125"), show_cost);
    }
}

#[test]
fn a_products_record_says_deprecated_as_ever_beside_its_status() {
    for (status, told) in [
        ("Active", [r#""deprecated":false"#, r#""status":"active""#]),
        ("Deprecated", [r#""deprecated":true"#, r#""status":"deprecated""#]),
    ] {
        let world = World::new();
        let mut row = product(1, "CHAIR-01", "Oak Chair", ["200.0000", "0", "0"]);
        row.json = row.json.replace(r#""Status":"Active""#, &format!(r#""Status":"{status}""#));
        world.cin7.products.borrow_mut()[0] = row;
        let tab = world.tab("first");
        tab.sync();
        let mut copy = Copy::default();
        copy.read_all(&world, &tab, 100);
        let record = copy.of("product")[product_id(1).as_str()].to_owned();
        assert!(told.iter().all(|part| record.contains(part)), "{record}");
    }
}

#[test]
fn what_is_wrong_with_an_ask_is_said_at_once() {
    let error = ChangesAsk::from_json(r#"{"after":-1,"limit":0,"since":3}"#).unwrap_err();
    assert_eq!(error.details.len(), 3, "{error:?}");
    assert_eq!(ChangesAsk::from_json("{}").unwrap(), ChangesAsk { after: 0, limit: 500 });
}

#[test]
fn a_copy_is_whole_again_after_anything_in_the_cache_is_damaged() {
    use cin7_quote_desk::store::{Batch, Store, Table};
    use futures::executor::block_on;

    let (world, tab) = World::synced();
    let mut copy = Copy::default();
    copy.read_all(&world, &tab, 5000);
    world.kill("first");
    let cache = world.cache.borrow().clone();
    let rows = |table| block_on(cache.list(table, "")).unwrap().into_iter().map(move |(key, bytes)| (table, key, bytes));
    for (table, key, bytes) in rows(Table::Segments).chain(rows(Table::Manifests)).collect::<Vec<_>>() {
        let mut rotten = bytes.clone();
        let middle = rotten.len() / 2;
        rotten[middle] ^= 0x5a;
        block_on(cache.commit(Batch::relaxed().put(table, &key, rotten))).unwrap();
        let tab = world.tab("second");
        tab.sync();
        copy.read_all(&world, &tab, 3);
        copy.assert_is_what_is_held(&world, &tab, &key);
        world.kill("second");
        world.pass(MINUTE);
    }
    assert!(copy.resets > 3, "{}", copy.resets);
}
