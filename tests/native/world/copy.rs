//! A CRM's server that keeps its copy of everything by the change feed alone, and what must then hold.

use std::collections::BTreeMap;

use cin7_quote_desk::desk::device::change_feed::{Changes, ChangesAsk};
use cin7_quote_desk::desk::sales::view::SaleAsk;
use cin7_quote_desk::json::to_text;
use serde_json::Value;

use super::{Tab, World};

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A CRM's server: it knows the feed and nothing else.
#[derive(Default)]
pub(crate) struct Copy {
    /// Each record as JSON, by kind and key.
    pub(crate) records: BTreeMap<(String, String), String>,
    pub(crate) after: u64,
    pub(crate) resets: u32,
}

impl Copy {
    /// Reads one part; whether there is more.
    pub(crate) fn read(&mut self, world: &World, tab: &Tab, limit: usize) -> bool {
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

    pub(crate) fn read_all(&mut self, world: &World, tab: &Tab, limit: usize) {
        while self.read(world, tab, limit) {}
    }

    /// The records of one kind, by key.
    pub(crate) fn of(&self, kind: &str) -> BTreeMap<&str, &str> {
        let records = self.records.iter().filter(|((own, _), _)| own == kind);
        records.map(|((_, key), record)| (key.as_str(), record.as_str())).collect()
    }

    /// Everything that the desk holds is in the copy, and nothing else. `what` names the history in a failure.
    pub(crate) fn assert_is_what_is_held(&self, world: &World, tab: &Tab, what: &str) {
        self.assert_products(tab, what);
        self.assert_companies(tab, what);
        self.assert_sales(world, tab, what);
        assert_eq!(self.of("references")["references"], to_text(&tab.desk.reference_view().unwrap()), "{what}");
    }

    fn assert_products(&self, tab: &Tab, what: &str) {
        let (products, stocks, renamed) = (self.of("product"), self.of("stock"), self.of("renamed"));
        assert_eq!(products.len(), rows(tab, "products"), "{what}");
        for (id, record) in &products {
            let facts = tab.desk.line_facts(super::BAYSIDE, id, "").unwrap();
            // `deprecated` stands before what the desk holds: copies read it before there was a status.
            let held = record.split_once(',').map(|(_, fields)| format!("{{{fields}"));
            assert_eq!(held, Some(to_text(&facts.product)), "{what}");
            let view = tab.desk.product(id).unwrap();

            let record = stocks.get(id).map(|record| parse(record)).unwrap_or_default();
            let empty = Vec::new();
            let list = |name: &str| record[name].as_array().unwrap_or(&empty);
            let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
            let levels: Vec<_> = list("levels").iter().map(|level| (text(level, "location"), text(level, "available"))).collect();
            let held = facts.stock.levels.iter().map(|(place, level)| (place.clone(), level.available.to_string()));
            assert_eq!(levels, held.collect::<Vec<_>>(), "{what}");
            let coming: Vec<_> =
                list("arriving").iter().map(|one| (text(one, "day"), text(one, "location"), text(one, "quantity"))).collect();
            let held = view.arriving.iter().map(|one| {
                (one.day.map(|day| day.to_string()).unwrap_or_default(), one.warehouse.clone(), one.quantity.to_string())
            });
            assert_eq!(coming, held.collect::<Vec<_>>(), "{what}");
            let today = tab.world.now().to_string();
            let next = coming.iter().map(|(day, ..)| day.clone()).filter(|day| day.as_str() >= &today[..10]).min();
            assert_eq!(next, view.next_available.map(|day| day.to_string()), "{what}: the next available date of {id}");

            let former = renamed.get(id).map(|record| parse(record)).unwrap_or_default();
            let former = former["records"].as_array().unwrap_or(&empty);
            let skus: Vec<String> = former.iter().map(|old| text(old, "sku")).collect();
            assert_eq!(skus, view.formerly, "{what}");
            for old in former {
                // Another product may bear the SKU by now; else it still names the record as it was.
                let named = tab.desk.product(&text(old, "sku")).unwrap();
                if named.id.to_string() == *id {
                    assert_eq!((text(old, "name"), Some(&view.sku)), (named.name, named.renamed_to.as_ref()), "{what}");
                }
            }
        }
        // Also of products that are not in the list of products.
        let levels = stocks.values().map(|record| parse(record)["levels"].as_array().unwrap().len()).sum::<usize>();
        assert_eq!(levels, rows(tab, "stock"), "{what}");
        assert!(renamed.keys().all(|id| products.contains_key(id)), "{what}: a former SKU of a product that is not there");
    }

    fn assert_companies(&self, tab: &Tab, what: &str) {
        let companies = self.of("company");
        assert_eq!(companies.len(), rows(tab, "customers") + rows(tab, "suppliers"), "{what}");
        for (id, record) in companies {
            let record = parse(record);
            let held = tab.desk.customer(id).unwrap();
            assert_eq!(record["own"]["name"], held.name.as_str(), "{what}");
            assert_eq!(record["cin7"]["priceTier"].as_str(), held.price_tier.as_deref(), "{what}");
        }
    }

    fn assert_sales(&self, world: &World, tab: &Tab, what: &str) {
        let sales = self.of("sale");
        let held = tab.desk.sales(&SaleAsk { limit: 500, ..SaleAsk::default() }).unwrap();
        assert_eq!(sales.len(), held.total, "{what}");
        let mut transactions = Vec::new();
        for summary in held.sales {
            let id = summary.id.to_string();
            let record = parse(sales[id.as_str()]);
            let (sale, summary) = (&record["sale"], parse(&to_text(&summary)));
            for (name, value) in summary.as_object().unwrap() {
                assert_eq!(
                    sale["summary"].get(name).or_else(|| sale.get(name)),
                    Some(value),
                    "{what}: {name} of {}",
                    summary["number"]
                );
            }
            if sale["current"] == true {
                let whole = to_text(&world.run(tab.desk.sale(&id)).unwrap());
                assert_eq!(*sale, parse(&whole), "{what}");
            }
            transactions.extend(record["transactions"].as_array().unwrap().iter().map(Value::to_string));
        }
        let held = world.run(tab.desk.transactions(None, 0, 2_000)).unwrap();
        let mut held: Vec<String> = held.rows.iter().map(|row| parse(&to_text(row)).to_string()).collect();
        transactions.sort_unstable();
        held.sort_unstable();
        assert_eq!(transactions, held, "{what}");
    }
}

/// How many rows of a list the desk says it keeps.
fn rows(tab: &Tab, name: &str) -> usize {
    let view = tab.desk.sync_view();
    usize::try_from(view.lists.iter().find(|list| list.list == name).unwrap().rows).unwrap()
}
