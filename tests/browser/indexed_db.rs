//! What browsers do to a database under the page, and how the store takes it.

use cin7_quote_desk::error::ErrorCode;
use cin7_quote_desk::store::indexed_db::{BrowserStore, IndexedDbStore, Kind, Protection, delete_database, protection, room};
use cin7_quote_desk::store::{Batch, Store, Table};
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use idb::DatabaseEvent;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use super::faults::{Fault, end_leftover};

async fn fresh(name: &str, kind: Kind) -> IndexedDbStore {
    end_leftover();
    delete_database(name, kind).await.unwrap();
    IndexedDbStore::open(name, kind).await.unwrap()
}

fn order(key: &str, value: u8) -> Batch {
    Batch::strict().put(Table::Orders, key, vec![value])
}

/// A connection of another tab that does not give way to anybody.
async fn stubborn_tab(name: &str, kind: Kind) -> idb::Database {
    let factory = idb::Factory::new().unwrap();
    factory.open(&kind.database_name(name), None).unwrap().await.unwrap()
}

#[wasm_bindgen_test]
async fn data_survives_reopening() {
    let store = fresh("reopening", Kind::Vault).await;
    store.commit(order("a", 1)).await.unwrap();
    drop(store);
    let store = IndexedDbStore::open("reopening", Kind::Vault).await.unwrap();
    assert_eq!(store.get(Table::Orders, "a").await.unwrap(), Some(vec![1]));
}

#[wasm_bindgen_test]
async fn deleting_the_cache_does_not_touch_the_vault() {
    let (cache, vault) = (fresh("apart", Kind::Cache).await, fresh("apart", Kind::Vault).await);
    cache.commit(Batch::relaxed().put(Table::Segments, "a", vec![1])).await.unwrap();
    vault.commit(order("a", 2)).await.unwrap();
    delete_database("apart", Kind::Cache).await.unwrap();
    assert_eq!(cache.get(Table::Segments, "a").await.unwrap(), None);
    assert_eq!(vault.get(Table::Orders, "a").await.unwrap(), Some(vec![2]));
}

#[wasm_bindgen_test]
async fn a_table_of_the_other_database_is_refused() {
    let cache = fresh("wrong-table", Kind::Cache).await;
    assert_eq!(cache.get(Table::Orders, "a").await.unwrap_err().code, ErrorCode::Internal);
    assert_eq!(cache.list(Table::Quotes, "").await.unwrap_err().code, ErrorCode::Internal);
    let batch = order("a", 1).put(Table::Segments, "a", vec![1]);
    assert_eq!(cache.commit(batch).await.unwrap_err().code, ErrorCode::Internal);
    assert_eq!(cache.keys(Table::Segments, "").await.unwrap(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn durability_is_asked_for_by_name() {
    let store = fresh("durability", Kind::Vault).await;
    let fault = Fault::note_durability();
    store.commit(order("a", 1)).await.unwrap();
    store.commit(Batch::relaxed().put(Table::Quotes, "a", vec![1])).await.unwrap();
    assert_eq!(fault.notes(), ["readwrite strict", "readwrite relaxed"]);
}

#[wasm_bindgen_test]
async fn a_connection_closed_under_the_store_is_opened_again() {
    let store = fresh("closed", Kind::Vault).await;
    store.commit(order("a", 1)).await.unwrap();
    let fault = Fault::connection_closed(1);
    assert_eq!(store.get(Table::Orders, "a").await.unwrap(), Some(vec![1]));
    assert_eq!(fault.calls(), 2);
    drop(fault);

    let fault = Fault::connection_closed(1);
    store.commit(order("a", 2).expect(Table::Orders, "a", Some(vec![1]))).await.unwrap();
    assert_eq!(fault.calls(), 2);
    assert_eq!(store.list(Table::Orders, "").await.unwrap(), [("a".to_owned(), vec![2])]);
}

#[wasm_bindgen_test]
async fn several_operations_at_once_survive_a_closed_connection() {
    let store = fresh("closed-at-once", Kind::Vault).await;
    let _fault = Fault::connection_closed(1);
    let results =
        futures::future::join3(store.commit(order("a", 1)), store.commit(order("b", 2)), store.commit(order("c", 3))).await;
    assert_eq!(results, (Ok(()), Ok(()), Ok(())));
    assert_eq!(store.keys(Table::Orders, "").await.unwrap(), ["a", "b", "c"]);
}

#[wasm_bindgen_test]
async fn an_operation_is_tried_twice_and_no_more() {
    let store = fresh("lost", Kind::Vault).await;
    store.commit(order("a", 1)).await.unwrap();
    let fault = Fault::server_lost();
    let error = store.commit(order("a", 2)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Storage);
    assert!(error.to_string().contains("Indexed Database server lost"), "the browser's own words are kept: {error}");
    assert_eq!(fault.calls(), 2);
    drop(fault);
    assert_eq!(store.get(Table::Orders, "a").await.unwrap(), Some(vec![1]), "and it recovers once the browser has");
}

#[wasm_bindgen_test]
async fn a_write_without_room_leaves_nothing_of_its_batch() {
    let store = fresh("no-room", Kind::Vault).await;
    let fault = Fault::no_room_for_put(2);
    let error = store.commit(order("a", 1).put(Table::Orders, "b", vec![2])).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::StorageFull);
    assert_eq!(fault.calls(), 2, "no second try: there is no more room the second time");
    assert_eq!(store.keys(Table::Orders, "").await.unwrap(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn no_room_found_only_at_commit_is_an_error_too() {
    let store = fresh("no-room-at-commit", Kind::Vault).await;
    let fault = Fault::aborted_at_commit(1, Some("QuotaExceededError"));
    assert_eq!(store.commit(order("a", 1)).await.unwrap_err().code, ErrorCode::StorageFull);
    assert_eq!(fault.calls(), 1);
    assert_eq!(store.keys(Table::Orders, "").await.unwrap(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn a_write_given_up_by_the_browser_is_written_by_the_second_try() {
    let store = fresh("given-up", Kind::Vault).await;
    let fault = Fault::aborted_at_commit(1, None);
    store.commit(order("a", 1).expect(Table::Orders, "a", None)).await.unwrap();
    assert_eq!(fault.calls(), 2);
    assert_eq!(store.list(Table::Orders, "").await.unwrap(), [("a".to_owned(), vec![1])]);
    drop(fault);

    let fault = Fault::aborted_at_commit(2, None);
    assert_eq!(store.commit(order("b", 1)).await.unwrap_err().code, ErrorCode::Storage);
    assert_eq!(fault.calls(), 2);
    assert_eq!(store.keys(Table::Orders, "").await.unwrap(), ["a"]);
}

#[wasm_bindgen_test]
async fn what_the_page_has_not_written_is_one_spoiled_row_and_not_a_broken_database() {
    let store = fresh("foreign", Kind::Vault).await;
    store.commit(order("a", 1)).await.unwrap();
    let other = stubborn_tab("foreign", Kind::Vault).await;
    for (key, value) in [("b", JsValue::from("text")), ("c", JsValue::from(17)), ("d", js_sys::Object::new().into())] {
        let writing = other.transaction(&[Table::Orders.name()], idb::TransactionMode::ReadWrite).unwrap();
        writing.object_store(Table::Orders.name()).unwrap().put(&value, Some(&JsValue::from(key))).unwrap().await.unwrap();
        writing.commit().unwrap().await.unwrap();
    }
    other.close();
    let rows = store.list(Table::Orders, "").await.unwrap();
    let spoiled = |key: &str| (key.to_owned(), Vec::new());
    assert_eq!(rows, [("a".to_owned(), vec![1]), spoiled("b"), spoiled("c"), spoiled("d")]);
    // It can be replaced like any other.
    store.commit(order("b", 2).expect(Table::Orders, "b", Some(Vec::new()))).await.unwrap();
    assert_eq!(store.get(Table::Orders, "b").await.unwrap(), Some(vec![2]));
}

#[wasm_bindgen_test]
async fn a_database_deleted_under_the_store_comes_back_empty_and_usable() {
    let store = fresh("deleted", Kind::Vault).await;
    store.commit(order("a", 1)).await.unwrap();
    idb::Factory::new().unwrap().delete(&Kind::Vault.database_name("deleted")).unwrap().await.unwrap();
    assert_eq!(store.list(Table::Orders, "").await.unwrap(), []);
    store.commit(order("b", 2)).await.unwrap();
    assert_eq!(store.keys(Table::Orders, "").await.unwrap(), ["b"]);
}

#[wasm_bindgen_test]
async fn a_tab_of_a_newer_version_is_let_through_and_the_older_says_reload() {
    let store = fresh("newer", Kind::Vault).await;
    store.commit(order("a", 1)).await.unwrap();
    let factory = idb::Factory::new().unwrap();
    // Above any version that this build could have.
    let newer = factory.open(&Kind::Vault.database_name("newer"), Some(1_000)).unwrap().into_future();
    // It waits for ever if the store does not give way.
    let newer = match select(newer, TimeoutFuture::new(3_000)).await {
        Either::Left((newer, _)) => newer.unwrap(),
        Either::Right(_) => panic!("the older tab holds up the newer one"),
    };
    let error = store.get(Table::Orders, "a").await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Storage);
    assert!(error.message.contains("reload the page"), "{error}");
    let error = BrowserStore::open_or_memory("newer", Kind::Vault).await.unwrap_err();
    assert!(error.message.contains("reload the page"), "orders on the disk are not hidden behind memory: {error}");
    newer.close();
    delete_database("newer", Kind::Vault).await.unwrap();
}

/// The tables that each version added, oldest first. Pinned: a version that was shipped never changes.
const HISTORY: [(Kind, &[&[Table]]); 3] = [
    (Kind::Cache, &[&[Table::Segments, Table::Manifests]]),
    (Kind::Vault, &[&[Table::Quotes, Table::Orders], &[Table::Own]]),
    (Kind::Directory, &[&[Table::Accounts]]),
];

/// A database as the `version`th version left it, with one row in each of its tables, in a tab that has it open.
async fn of_version(name: &str, kind: Kind, versions: &[&[Table]]) -> idb::Database {
    let _ = delete_database(name, kind).await;
    let version = u32::try_from(versions.len()).unwrap();
    let tables: Vec<Table> = versions.concat();
    let mut opening = idb::Factory::new().unwrap().open(&kind.database_name(name), Some(version)).unwrap();
    opening.on_upgrade_needed({
        let tables = tables.clone();
        move |event| {
            let database = event.database().unwrap();
            for table in tables {
                database.create_object_store(table.name(), idb::ObjectStoreParams::new()).unwrap();
            }
        }
    });
    let database = opening.await.unwrap();
    for table in tables {
        let writing = database.transaction(&[table.name()], idb::TransactionMode::ReadWrite).unwrap();
        let rows = writing.object_store(table.name()).unwrap();
        rows.put(&Uint8Array::from(&[7_u8][..]).into(), Some(&JsValue::from("a"))).unwrap().await.unwrap();
        writing.commit().unwrap().await.unwrap();
    }
    database
}

/// Every row of the older version is there, and every table can be written.
async fn assert_upgraded(store: &IndexedDbStore, before: &[Table], now: &[Table]) {
    for table in now {
        let kept = before.contains(table).then(|| vec![7]);
        assert_eq!(store.get(*table, "a").await.unwrap(), kept, "{}", table.name());
        store.commit(Batch::strict().put(*table, "b", vec![1])).await.unwrap();
        assert_eq!(store.get(*table, "b").await.unwrap(), Some(vec![1]), "{}", table.name());
    }
}

#[wasm_bindgen_test]
async fn every_older_version_of_a_database_is_brought_to_today_with_all_its_rows() {
    for (kind, history) in HISTORY {
        let store = fresh("today", kind).await;
        let today = idb::Factory::new().unwrap().open(&kind.database_name("today"), None).unwrap().await.unwrap();
        assert_eq!(today.version().unwrap() as usize, history.len(), "a new version of {kind:?} has to be added to its history");
        today.close();
        drop(store);
        for versions in 1..=history.len() {
            of_version("older", kind, &history[..versions]).await.close();
            let store = IndexedDbStore::open("older", kind).await.unwrap();
            assert_upgraded(&store, &history[..versions].concat(), &history.concat()).await;
        }
    }
}

#[wasm_bindgen_test]
async fn yesterdays_tab_beside_todays_gives_way_and_is_told() {
    for (kind, history) in HISTORY {
        for versions in 1..history.len() {
            let mut yesterday = of_version("beside", kind, &history[..versions]).await;
            let (gone, went) = futures::channel::oneshot::channel();
            yesterday.on_version_change(move |event| {
                let database: web_sys::IdbDatabase = event.target().unwrap().unchecked_into();
                database.close();
                gone.send(()).unwrap();
            });
            let today = IndexedDbStore::open("beside", kind).await.unwrap();
            went.await.unwrap();
            assert_upgraded(&today, &history[..versions].concat(), &history.concat()).await;
            // Yesterday's page cannot come back beside it, nor harm what today's has written.
            let version = u32::try_from(versions).unwrap();
            let again = idb::Factory::new().unwrap().open(&kind.database_name("beside"), Some(version)).unwrap().await;
            assert!(again.is_err_and(|error| error.to_string().contains("VersionError")));
            assert_eq!(today.get(history[0][0], "b").await.unwrap(), Some(vec![1]));
        }
    }
}

#[wasm_bindgen_test]
async fn a_tab_that_does_not_give_way_is_reported_after_some_seconds() {
    drop(fresh("blocked", Kind::Cache).await);
    let other = stubborn_tab("blocked", Kind::Cache).await;
    let error = delete_database("blocked", Kind::Cache).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Storage);
    assert!(error.message.contains("Another tab"), "{error}");
    other.close();
    // The deletion asked for goes through now; opening waits for it.
    let store = IndexedDbStore::open("blocked", Kind::Cache).await.unwrap();
    assert_eq!(store.keys(Table::Segments, "").await.unwrap(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn a_window_that_may_not_store_gets_memory_and_is_told() {
    let fault = Fault::opening_refused();
    assert_eq!(IndexedDbStore::open("refused", Kind::Vault).await.unwrap_err().code, ErrorCode::Storage);
    let store = BrowserStore::open_or_memory("refused", Kind::Vault).await.unwrap();
    drop(fault);
    let reason = store.refusal().expect("it says that nothing outlives the tab");
    assert!(reason.to_string().contains("SecurityError"), "{reason}");
    assert_eq!(store.protection().await, Protection::Memory);
    store.commit(order("a", 1)).await.unwrap();
    assert_eq!(store.get(Table::Orders, "a").await.unwrap(), Some(vec![1]));
    let disk = IndexedDbStore::open("refused", Kind::Vault).await.unwrap();
    assert_eq!(disk.get(Table::Orders, "a").await.unwrap(), None);
}

#[wasm_bindgen_test]
async fn a_database_that_fails_to_open_is_an_error_and_not_memory() {
    let fault = Fault::opening_fails();
    let error = BrowserStore::open_or_memory("fails", Kind::Vault).await.unwrap_err();
    assert_eq!((error.code, fault.calls()), (ErrorCode::Storage, 2));
}

#[wasm_bindgen_test]
async fn a_window_that_may_store_stores_on_disk() {
    delete_database("allowed", Kind::Vault).await.unwrap();
    let store = BrowserStore::open_or_memory("allowed", Kind::Vault).await.unwrap();
    assert_eq!(store.refusal(), None);
    assert_eq!(store.protection().await, protection().await);
    assert_ne!(store.protection().await, Protection::Memory);
    store.commit(order("a", 1)).await.unwrap();
    let other = IndexedDbStore::open("allowed", Kind::Vault).await.unwrap();
    assert_eq!(other.get(Table::Orders, "a").await.unwrap(), Some(vec![1]));
}

#[wasm_bindgen_test]
async fn the_room_is_known() {
    let room = room().await.expect("both browsers estimate");
    assert!(room.quota > 10 << 20, "{room:?}");
    assert!(room.used < room.quota, "{room:?}");
}
