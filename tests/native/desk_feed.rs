//! The change feed: a copy built from it alone is what the desk holds, whatever happened on the way.

use std::collections::BTreeMap;
use std::rc::Rc;

use cin7_quote_desk::catalogue::Subject;
use cin7_quote_desk::desk::feeding::{Changes, ChangesAsk};
use cin7_quote_desk::json::to_text;
use cin7_quote_desk::settings::Settings;
use cin7_quote_desk::store::memory::MemoryStore;

use crate::world::cin7::{Fault, Row, customer, product, product_id, stock};
use crate::world::store::Fate;
use crate::world::{BAYSIDE, MINUTE, SECOND, Tab, World};

fn parse(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

/// How many histories are tried.
const HISTORIES: u64 = 150;

struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(bound)).unwrap()
    }
}

/// A CRM's server: it knows the feed and nothing else.
#[derive(Default)]
struct Copy {
    records: BTreeMap<(String, String), String>,
    after: u64,
    resets: u32,
}

impl Copy {
    /// Reads one part; whether there is more.
    fn read(&mut self, world: &Rc<World>, tab: &Tab, limit: usize) -> bool {
        let part: Changes = world.run(tab.desk.changes(ChangesAsk { after: self.after, limit })).unwrap();
        assert!(part.changes.len() <= limit);
        if part.reset {
            self.records.clear();
            self.resets += 1;
        }
        let mut last = if part.reset { 0 } else { self.after };
        for change in part.changes {
            assert!(change.sequence > last, "out of order");
            last = change.sequence;
            let kind = to_text(&change.kind).trim_matches('"').to_owned();
            match change.record {
                Some(record) => self.records.insert((kind, change.key), record.0),
                None => self.records.remove(&(kind, change.key)),
            };
        }
        assert!(part.last >= last);
        self.after = part.last;
        part.more
    }

    fn read_all(&mut self, world: &Rc<World>, tab: &Tab, limit: usize) {
        while self.read(world, tab, limit) {}
    }

    fn of(&self, kind: &str) -> BTreeMap<&str, &str> {
        let records = self.records.iter().filter(|((own, _), _)| own == kind);
        records.map(|((_, key), record)| (key.as_str(), record.as_str())).collect()
    }
}

/// Everything that the desk holds is in the copy, and nothing else.
fn assert_copied(copy: &Copy, tab: &Tab, world: &World, history: u64) {
    let view = tab.desk.sync_view();
    let rows = |name: &str| view.lists.iter().find(|list| list.list == name).unwrap().rows;
    let products = copy.of("product");
    assert_eq!(u64::try_from(products.len()).unwrap(), rows("products"), "history {history}");
    assert_eq!(copy.of("references")["references"], to_text(&tab.desk.reference_view().unwrap()));
    let stocks = copy.of("stock");
    for row in world.cin7.products.borrow().iter() {
        let id = parse(&row.json)["ID"].as_str().unwrap().to_owned();
        let facts = tab.desk.line_facts(BAYSIDE, &id, "").unwrap();
        assert_eq!(products[id.as_str()], to_text(&facts.product), "history {history}");
        let levels: Vec<(String, String)> = match stocks.get(id.as_str()) {
            None => Vec::new(),
            Some(record) => {
                let record = parse(record);
                let level = |level: &serde_json::Value| {
                    (level["location"].as_str().unwrap().to_owned(), level["available"].as_str().unwrap().to_owned())
                };
                record["levels"].as_array().unwrap().iter().map(level).collect()
            }
        };
        let held = facts.stock.levels.iter().map(|(place, level)| (place.clone(), level.available.to_string()));
        assert_eq!(levels, held.collect::<Vec<_>>(), "history {history}");
    }
    let companies = copy.of("company");
    assert_eq!(u64::try_from(companies.len()).unwrap(), rows("customers") + rows("suppliers"), "history {history}");
    for (id, record) in companies {
        let record = parse(record);
        let held = tab.desk.customer(id).unwrap();
        assert_eq!(record["own"]["name"], held.name.as_str(), "history {history}");
        assert_eq!(record["cin7"]["priceTier"].as_str(), held.price_tier.as_deref(), "history {history}");
    }
}

fn edit_product(world: &World, dice: &mut Dice) {
    let number = dice.below(6) + 1;
    let price = format!("{}.{:02}00", 10 + dice.below(90), dice.below(100));
    let sku = if dice.below(3) == 0 { format!("SKU-{number}-{}", dice.below(9)) } else { format!("SKU-{number}") };
    let mut row = product(number, &sku, &format!("Thing {}", dice.below(9)), [&price, "0", "1"]);
    if dice.below(3) == 0 {
        row.json = row.json.replace(r#""Status":"Active""#, r#""Status":"Deprecated""#);
    }
    put(&mut world.cin7.products.borrow_mut(), &product_id(number), Row { modified: world.server_now(), ..row });
}

fn edit_customer(world: &World, dice: &mut Dice) {
    let id = if dice.below(2) == 0 { BAYSIDE.to_owned() } else { format!("c0000000-0000-0000-0000-{:012x}", dice.below(4)) };
    let mut row = customer(&id, &format!("Somebody {}", dice.below(9)));
    if dice.below(2) == 0 {
        row.json = row.json.replace("Wholesale", "Retail");
    }
    put(&mut world.cin7.customers.borrow_mut(), &id, Row { modified: world.server_now(), ..row });
}

fn put(rows: &mut Vec<Row>, id: &str, row: Row) {
    rows.retain(|known| !known.json.contains(id));
    rows.push(row);
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
            match dice.below(10) {
                0 | 1 => edit_product(&world, &mut dice),
                2 => edit_customer(&world, &mut dice),
                3 => edit_stock(&world, &mut dice),
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
        copy.read_all(&world, &tab, usize::try_from(dice.below(5) + 1).unwrap());
        assert_copied(&copy, &tab, &world, history);
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
        assert_copied(&copy, &tab, &world, 0);
        world.kill("second");
        world.pass(MINUTE);
    }
    assert!(copy.resets > 3, "{}", copy.resets);
}
