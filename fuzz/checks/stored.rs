//! What must hold of everything that reads Cin7's answers and our own storage.

use std::fmt::Debug;

use cin7_quote_desk::account::Account;
use cin7_quote_desk::catalogue::{
    Companies, Documents, Feed, FeedKey, Manifest, Products, SearchAsk, Stock, Subject, feed, stock,
};
use cin7_quote_desk::cin7::{self, NotUnderstood, Page, product::Defaults, reference::Books};
use cin7_quote_desk::json;
use cin7_quote_desk::outbox::Order;
use cin7_quote_desk::quote::{Quote, QuoteBundle};
use cin7_quote_desk::records::company::{Company, OnceCopied};
use cin7_quote_desk::records::matrix::Matrix;
use cin7_quote_desk::records::product::Product;
use cin7_quote_desk::records::purchase::{Purchase, arriving, next_available};
use cin7_quote_desk::records::reference::References;
use cin7_quote_desk::records::sale::{Sale, SaleDetails};
use cin7_quote_desk::records::{BadRecord, Guid, Timestamp};
use cin7_quote_desk::settings::Settings;
use cin7_quote_desk::stock::ProductStock;
use cin7_quote_desk::sync::{SyncPlan, SyncState};

use super::text::chosen;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

const DEFAULTS: Defaults<'static> = Defaults { tiers: &[], weight_unit: "kg" };

fn now() -> Timestamp {
    Timestamp::from_millis(1_774_882_800_000)
}

/// Any answer is read or refused by every reader; what is refused is told in few words.
pub fn cin7(data: &[u8]) {
    let Some((which, body)) = data.split_first() else { return };
    match which % 19 {
        0 => page(cin7::product::page(body, DEFAULTS).map(|read| read.page)),
        1 => page(cin7::customer::page(body)),
        2 => page(cin7::supplier::page(body)),
        3 => page(cin7::availability::page(body)),
        4 => page(cin7::sale::list(body)),
        5 => page(cin7::purchase::list(body)),
        6 => page(cin7::reference::price_tiers(body)),
        7 => page(cin7::reference::tax_rules(body)),
        // Bins are rows of the page and no warehouses.
        8 => drop(cin7::reference::locations(body).map(|page| {
            assert!(page.records.len() <= page.rows);
            reports(&page.bad);
        })),
        9 => page(cin7::reference::payment_terms(body)),
        10 => page(cin7::reference::discount_rules(body)),
        11 => page(cin7::reference::contacts(body)),
        12 => drop(cin7::reference::me(body).map(|(_, bad)| reports(&bad))),
        13 => drop(cin7::product::attachments(body)),
        14 => drop(cin7::sale::sale(body)),
        15 => drop(cin7::sale::order(body)),
        16 => drop(cin7::sale::details(body, None, now()).map(|(details, bad)| {
            record::<SaleDetails>(&json::to_text(&details));
            reports(&bad);
        })),
        17 => drop(cin7::purchase::details(body).map(|(_, bad)| reports(&bad))),
        _ => {
            let _ = (cin7::payment::references(body), cin7::payment::posted(body));
            if let Some(messages) = cin7::refusal(body) {
                assert!(!messages.is_empty() && messages.iter().map(String::len).sum::<usize>() < 30_000);
            }
        }
    }
}

fn page<T>(read: Result<Page<T>, NotUnderstood>) {
    match read {
        Ok(page) => {
            assert!(page.records.len() <= page.rows && page.records.len() + page.bad.len() >= page.rows, "a row is missing");
            reports(&page.bad);
        }
        Err(why) => assert!(!why.words.is_empty() && why.words.len() < 30_000, "{why}"),
    }
}

fn reports(bad: &[BadRecord]) {
    for BadRecord { list, record, problem, .. } in bad {
        assert!(!list.is_empty() && !problem.is_empty() && problem.len() < 1000 && record.len() < 1000, "{bad:?}");
    }
}

/// Whatever a row is, the good ones before and behind it are taken as they are.
pub fn rows(data: &[u8]) {
    const PRODUCTS: [&str; 2] = [
        r#"{"ID":"c4a10000-0000-4000-8000-000000000001","SKU":"CHAIR-01","Name":"Oak Chair","Type":"Stock","PriceTier1":200}"#,
        r#"{"ID":"c4a10000-0000-4000-8000-000000000002","SKU":"LAMP-02","Name":"Lamp","Type":"Stock","PriceTier1":"88.5"}"#,
    ];
    const COMPANIES: [&str; 2] = [
        r#"{"ID":"c4a10000-0000-4000-8000-000000000003","Name":"Bayside","Status":"Active","Currency":"AUD"}"#,
        r#"{"ID":"c4a10000-0000-4000-8000-000000000004","Name":"Acme","Status":"Active","Currency":"AUD"}"#,
    ];
    const LEVELS: [&str; 2] = [
        r#"{"ID":"c4a10000-0000-4000-8000-000000000001","SKU":"CHAIR-01","Location":"Main","OnHand":3,"Allocated":1,"Available":2}"#,
        r#"{"ID":"c4a10000-0000-4000-8000-000000000002","SKU":"LAMP-02","Location":"Main","OnHand":1,"Allocated":0,"Available":1}"#,
    ];
    const SALES: [&str; 2] = [
        r#"{"SaleID":"c4a10000-0000-4000-8000-000000000005","OrderNumber":"SO-1","Status":"ORDERED","Customer":"Bayside","CustomerID":"c4a10000-0000-4000-8000-000000000003","Updated":"2026-03-30T15:00:00Z"}"#,
        r#"{"SaleID":"c4a10000-0000-4000-8000-000000000006","OrderNumber":"SO-2","Status":"ORDERED","Customer":"Acme","CustomerID":"c4a10000-0000-4000-8000-000000000004","Updated":"2026-03-30T15:00:00Z"}"#,
    ];
    const TAXES: [&str; 2] = [
        r#"{"Name":"GST","TaxPercent":10,"TaxInclusive":false,"IsActive":true,"IsTaxForSale":true}"#,
        r#"{"Name":"None","TaxPercent":0,"TaxInclusive":false,"IsActive":true,"IsTaxForSale":true}"#,
    ];
    let Some((which, row)) = chosen(data) else { return };
    let Ok(row) = serde_json::from_str::<&RawValue>(row) else { return };
    match which % 5 {
        0 => between("Products", PRODUCTS, row, |body| cin7::product::page(body, DEFAULTS).map(|read| read.page)),
        1 => between("CustomerList", COMPANIES, row, cin7::customer::page),
        2 => between("ProductAvailabilityList", LEVELS, row, cin7::availability::page),
        3 => between("SaleList", SALES, row, cin7::sale::list),
        _ => between("TaxRuleList", TAXES, row, cin7::reference::tax_rules),
    }
}

fn between<T: PartialEq + Debug>(
    list: &str,
    good: [&str; 2],
    row: &RawValue,
    read: impl Fn(&[u8]) -> Result<Page<T>, NotUnderstood>,
) {
    let page = |rows: &str| read(format!("{{\"Total\":3,\"Page\":1,\"{list}\":[{rows}]}}").as_bytes());
    let alone = page(&good.join(",")).expect("a good page");
    assert_eq!((alone.records.len(), alone.bad.len()), (2, 0), "{:?}", alone.bad);
    let with = page(&[good[0], row.get(), good[1]].join(",")).expect("one row stops no page");
    assert_eq!(with.rows, 3);
    assert_eq!(with.records.first(), alone.records.first(), "the row before");
    assert_eq!(with.records.last(), alone.records.last(), "the row behind");
    assert!(with.records.len() == 3 || !with.bad.is_empty(), "a row is gone without a word");
    reports(&with.bad);
}

/// What is kept is read back as it was written, and does not change by it; everything that works with it survives it.
pub fn records(data: &[u8]) {
    let Some((which, text)) = chosen(data) else { return };
    match which % 17 {
        0 => record::<Quote>(text),
        1 => record::<Order>(text),
        2 => record::<Account>(text),
        3 => record::<SyncState>(text),
        4 => record::<Settings>(text),
        5 => record::<Manifest>(text),
        6 => record::<Matrix>(text),
        7 => record::<References>(text),
        8 => record::<Books>(text),
        9 => record::<ProductStock>(text),
        10 => record::<Product>(text),
        11 => record::<Company>(text),
        12 => record::<SaleDetails>(text),
        13 => record::<Sale>(text),
        14 => record::<Vec<Purchase>>(text),
        15 => record::<OnceCopied>(text),
        _ => record::<QuoteBundle>(text),
    }
    match which % 17 {
        1 => {
            if let Ok(order) = serde_json::from_str::<Order>(text) {
                let _ = (order.view(), order.next(now(), |_| false), order.next(now(), |_| true));
            }
        }
        2 => {
            if let Ok(account) = serde_json::from_str::<Account>(text) {
                let _ = (account.view(), account.next(now(), |_| false), account.own());
            }
        }
        3 => {
            if let Ok(state) = serde_json::from_str::<SyncState>(text) {
                let mut plan = SyncPlan::restored(Some(state), true);
                let _ = (plan.view(now()), plan.next(now()), plan.view(now()));
            }
        }
        5 => {
            if let Ok(manifest) = Manifest::from_bytes(text.as_bytes()) {
                let _ = (manifest.appended("l", 2, 3), manifest.replaced("l", 2, 3), manifest.merged("l", 1, 2, 3));
            }
        }
        14 => {
            if let Ok(open) = serde_json::from_str::<Vec<Purchase>>(text) {
                for product in open.iter().flat_map(|purchase| &purchase.goods).map(|goods| goods.product) {
                    let _ = next_available(&arriving(&open, product, now().day_at(0)));
                }
            }
        }
        _ => {}
    }
}

fn record<T: DeserializeOwned + Serialize + PartialEq + Debug>(text: &str) {
    let Ok(read) = serde_json::from_str::<T>(text) else { return };
    let written = json::to_text(&read);
    let again = serde_json::from_str::<T>(&written).unwrap_or_else(|fault| panic!("{fault} in {written}"));
    assert_eq!(again, read, "{text}");
    assert_eq!(json::to_text(&again), written);
}

/// Bytes with a right checksum that were never written by us are refused, or do no harm; what is tidied up is what was there.
pub fn segments(data: &[u8]) {
    let [first, second, rest @ ..] = data else { return };
    let mut parts = vec![sealed(u16::from(first % 7), rest)];
    if second % 2 == 1 {
        parts.push(parts[0].clone());
    }
    match first % 7 {
        1 => {
            let Ok(products) = Products::load(parts) else { return };
            let all: Vec<(Guid, Product)> = products.iter().map(|row| (row.id(), row.product())).collect();
            assert_eq!(all.len(), products.len());
            for (id, product) in all.iter().take(50) {
                assert_eq!(products.get(*id).as_ref(), Some(product));
                let _ = (products.by_sku(&product.sku), products.named(&product.name));
            }
            let _ = (products.search(SearchAsk::new("oak ch", 20)), products.categories(), products.renamed().count());
            let tidied = Products::load(products.compaction()).expect("what was just written");
            assert_eq!(tidied.iter().count(), all.len());
            for (id, product) in all {
                assert_eq!(tidied.get(id), Some(product));
            }
        }
        2 => {
            let Ok(companies) = Companies::load(parts) else { return };
            for company in companies.iter().take(50) {
                let _ = company.map(|company| assert!(companies.get(company.cin7.id).is_ok()));
            }
            let _ = (companies.search("bay", 20), companies.ids().count());
            if let Ok(parts) = companies.compaction().collect::<Result<Vec<_>, _>>() {
                assert_eq!(Companies::load(parts).expect("what was just written").len(), companies.len());
            }
        }
        3 => {
            let Ok(stock) = Stock::load(parts) else { return };
            let ids: Vec<Guid> = stock.ids().collect();
            for id in ids.iter().take(50) {
                let _ = (stock.levels(*id), stock.full_levels(*id));
            }
            assert!(stock.changed_since(&stock).is_empty(), "nothing changed");
        }
        4 => {
            let Ok(rows) = stock::decode_staged(parts.remove(0)) else { return };
            assert_eq!(stock::decode_staged(stock::encode_staged(&rows)), Ok(rows));
        }
        5 => {
            let Ok(documents) = Documents::load(parts) else { return };
            assert_eq!(documents.iter().count(), documents.ids().count());
            for id in documents.ids().take(50) {
                assert!(documents.get(id).is_some());
            }
            let tidied = Documents::load(documents.compaction()).expect("what was just written");
            assert!(tidied.iter().eq(documents.iter()));
        }
        6 => {
            let Ok(entries) = feed::entries(parts.remove(0)) else { return };
            let log = Feed::begun(now());
            let (compacted, written) = log.compacted(entries.clone());
            assert!(compacted.end() >= log.end());
            let kept: Vec<feed::Entry> =
                written.into_iter().flat_map(|(_, bytes)| feed::entries(bytes).expect("just written")).collect();
            assert!(kept.iter().all(|entry| entries.contains(entry)) && kept.len() <= entries.len());
        }
        _ => {
            // The log itself is JSON.
            let Ok(mut log) = Feed::from_bytes(rest) else { return };
            let end = log.end();
            assert_eq!(Feed::from_bytes(&log.to_bytes()).as_ref(), Ok(&log));
            let _ = (log.chunks_after(0), log.offset_of(end), log.sequence(7), log.wants_compaction());
            let _ = log.append(vec![FeedKey::of(Subject::Product, Guid::from_bytes([7; 16])), FeedKey::REFERENCES]);
            assert!(log.end() >= end, "numbers never fall");
        }
    }
}

/// A segment of this kind with a right checksum.
fn sealed(kind: u16, rest: &[u8]) -> Vec<u8> {
    const FORMAT: u16 = 1;
    let checksum = xxhash_rust::xxh64::xxh64(rest, (u64::from(FORMAT) << 16) | u64::from(kind));
    [b"QDsg", &FORMAT.to_le_bytes()[..], &kind.to_le_bytes(), &checksum.to_le_bytes(), rest].concat()
}
