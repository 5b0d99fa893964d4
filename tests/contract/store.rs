//! What every [`Store`] promises, as tests that any store can be put through.
//!
//! Each rule is given two handles on one empty database, as two tabs have, and the two tables of that database.

use cin7_quote_desk::error::ErrorCode;
use cin7_quote_desk::store::{Batch, Durability, Store, Table};

/// Hands the name of every rule to the macro `$each`, which makes one test of each.
macro_rules! for_each_rule {
    ($each:ident) => {
        $each!(
            a_new_store_is_empty,
            what_is_written_is_read_back_by_both_handles,
            an_empty_batch_is_no_error,
            a_later_write_replaces_an_earlier_one,
            an_empty_value_is_not_a_missing_one,
            a_deletion_removes_one_key_and_a_second_deletion_is_no_error,
            a_batch_deletes_before_it_writes_and_its_last_write_wins,
            a_batch_writes_to_both_tables_or_to_none,
            tables_do_not_see_each_others_keys,
            a_prefix_selects_exactly_the_keys_that_start_with_it,
            keys_come_back_in_ascending_order,
            a_condition_that_holds_lets_the_batch_through,
            a_condition_that_does_not_hold_writes_and_deletes_nothing,
            one_failed_condition_among_many_stops_the_batch,
            a_condition_alone_is_checked,
            of_two_handles_that_create_the_same_key_one_wins,
            of_two_handles_that_race_for_one_record_one_wins,
            no_increment_is_lost_between_two_handles,
            values_of_every_size_come_back_byte_for_byte,
            two_hundred_segments_are_one_batch,
            a_strict_batch_is_there_once_it_is_acknowledged,
        );
    };
}
pub(crate) use for_each_rule;

/// The two tables of the database under test.
pub(crate) type Tables = [Table; 2];

/// Bytes that differ at every place and for every seed.
pub(crate) fn bytes(seed: usize, length: usize) -> Vec<u8> {
    let mut state = u32::try_from(seed).unwrap().wrapping_mul(2_654_435_761) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn key(n: usize) -> String {
    format!("products/{n:05}")
}

pub(crate) async fn a_new_store_is_empty(one: &impl Store, _two: &impl Store, tables: Tables) {
    for table in tables {
        assert_eq!(one.get(table, "a").await.unwrap(), None);
        assert_eq!(one.get(table, "").await.unwrap(), None);
        assert_eq!(one.list(table, "").await.unwrap(), []);
        assert_eq!(one.keys(table, "").await.unwrap(), Vec::<String>::new());
    }
}

pub(crate) async fn what_is_written_is_read_back_by_both_handles(one: &impl Store, two: &impl Store, [table, _]: Tables) {
    one.commit(Batch::relaxed().put(table, "a", vec![1, 2, 3])).await.unwrap();
    for read in [one.get(table, "a").await, two.get(table, "a").await] {
        assert_eq!(read.unwrap(), Some(vec![1, 2, 3]));
    }
    assert_eq!(two.list(table, "").await.unwrap(), [("a".to_owned(), vec![1, 2, 3])]);
}

pub(crate) async fn an_empty_batch_is_no_error(one: &impl Store, _two: &impl Store, [table, _]: Tables) {
    one.commit(Batch::relaxed()).await.unwrap();
    one.commit(Batch::strict()).await.unwrap();
    assert_eq!(one.keys(table, "").await.unwrap(), Vec::<String>::new());
}

pub(crate) async fn a_later_write_replaces_an_earlier_one(one: &impl Store, two: &impl Store, [table, _]: Tables) {
    one.commit(Batch::relaxed().put(table, "a", bytes(1, 1_000))).await.unwrap();
    two.commit(Batch::relaxed().put(table, "a", vec![9])).await.unwrap();
    assert_eq!(one.list(table, "").await.unwrap(), [("a".to_owned(), vec![9])]);
}

pub(crate) async fn an_empty_value_is_not_a_missing_one(one: &impl Store, two: &impl Store, [table, _]: Tables) {
    one.commit(Batch::relaxed().put(table, "a", vec![])).await.unwrap();
    assert_eq!(two.get(table, "a").await.unwrap(), Some(vec![]));
    let conflict = two.commit(Batch::relaxed().expect(table, "a", None).put(table, "a", vec![1])).await.unwrap_err();
    assert_eq!(conflict.code, ErrorCode::Conflict);
    two.commit(Batch::relaxed().expect(table, "a", Some(vec![])).put(table, "a", vec![1])).await.unwrap();
    assert_eq!(one.get(table, "a").await.unwrap(), Some(vec![1]));
}

pub(crate) async fn a_deletion_removes_one_key_and_a_second_deletion_is_no_error(
    one: &impl Store,
    two: &impl Store,
    [table, _]: Tables,
) {
    one.commit(Batch::relaxed().put(table, "a", vec![1]).put(table, "ab", vec![2])).await.unwrap();
    two.commit(Batch::relaxed().delete(table, "a")).await.unwrap();
    one.commit(Batch::relaxed().delete(table, "a")).await.unwrap();
    assert_eq!(one.get(table, "a").await.unwrap(), None);
    assert_eq!(one.keys(table, "").await.unwrap(), ["ab"]);
}

pub(crate) async fn a_batch_deletes_before_it_writes_and_its_last_write_wins(
    one: &impl Store,
    _two: &impl Store,
    [table, _]: Tables,
) {
    let batch = Batch::relaxed().put(table, "a", vec![1]).put(table, "a", vec![2]).delete(table, "a");
    one.commit(batch).await.unwrap();
    assert_eq!(one.list(table, "").await.unwrap(), [("a".to_owned(), vec![2])]);
}

pub(crate) async fn a_batch_writes_to_both_tables_or_to_none(one: &impl Store, two: &impl Store, [first, second]: Tables) {
    one.commit(Batch::relaxed().put(first, "a", vec![1]).put(second, "a", vec![2])).await.unwrap();
    assert_eq!(two.get(first, "a").await.unwrap(), Some(vec![1]));
    assert_eq!(two.get(second, "a").await.unwrap(), Some(vec![2]));

    // The condition stands in the second table, the writes in both.
    let batch = Batch::relaxed().expect(second, "a", Some(vec![7])).put(first, "a", vec![3]).put(second, "b", vec![4]);
    assert_eq!(two.commit(batch).await.unwrap_err().code, ErrorCode::Conflict);
    assert_eq!(one.get(first, "a").await.unwrap(), Some(vec![1]));
    assert_eq!(one.keys(second, "").await.unwrap(), ["a"]);
}

pub(crate) async fn tables_do_not_see_each_others_keys(one: &impl Store, two: &impl Store, [first, second]: Tables) {
    one.commit(Batch::relaxed().put(first, "a", vec![1])).await.unwrap();
    assert_eq!(two.get(second, "a").await.unwrap(), None);
    assert_eq!(two.keys(second, "").await.unwrap(), Vec::<String>::new());
    two.commit(Batch::relaxed().delete(second, "a").expect(second, "a", None)).await.unwrap();
    assert_eq!(one.get(first, "a").await.unwrap(), Some(vec![1]));
}

pub(crate) async fn a_prefix_selects_exactly_the_keys_that_start_with_it(
    one: &impl Store,
    two: &impl Store,
    [table, other]: Tables,
) {
    let all = ["product", "products", "products/", "products/1", "products/~", "products0", "productt", "quotes/1"];
    let batch = all.iter().fold(Batch::relaxed(), |batch, key| batch.put(table, *key, key.as_bytes().to_vec()));
    one.commit(batch.put(other, "products/2", vec![])).await.unwrap();
    assert_eq!(two.keys(table, "products/").await.unwrap(), ["products/", "products/1", "products/~"]);
    assert_eq!(two.keys(table, "products").await.unwrap(), ["products", "products/", "products/1", "products/~", "products0"]);
    assert_eq!(two.keys(table, "quotes/1").await.unwrap(), ["quotes/1"]);
    assert_eq!(two.keys(table, "r").await.unwrap(), Vec::<String>::new());
    assert_eq!(two.keys(table, "").await.unwrap(), all);
    let listed = two.list(table, "products/").await.unwrap();
    assert_eq!(listed.len(), 3);
    assert!(listed.iter().all(|(key, value)| key.as_bytes() == value), "each value stands beside its own key");
}

pub(crate) async fn keys_come_back_in_ascending_order(one: &impl Store, two: &impl Store, [table, _]: Tables) {
    let written = ["b", "a/10", "a/9", "Z", "a", "a~", "-", "a/", "0"];
    for key in written {
        one.commit(Batch::relaxed().put(table, key, key.as_bytes().to_vec())).await.unwrap();
    }
    let mut sorted = written;
    sorted.sort_unstable();
    assert_eq!(two.keys(table, "").await.unwrap(), sorted);
    let listed: Vec<_> = two.list(table, "").await.unwrap().into_iter().map(|(key, _)| key).collect();
    assert_eq!(listed, sorted);
}

pub(crate) async fn a_condition_that_holds_lets_the_batch_through(one: &impl Store, two: &impl Store, [table, other]: Tables) {
    one.commit(Batch::strict().expect(table, "a", None).put(table, "a", vec![1])).await.unwrap();
    let batch = Batch::strict().expect(table, "a", Some(vec![1])).expect(other, "a", None);
    two.commit(batch.delete(table, "a").put(other, "a", vec![2])).await.unwrap();
    assert_eq!(one.get(table, "a").await.unwrap(), None);
    assert_eq!(one.get(other, "a").await.unwrap(), Some(vec![2]));
}

pub(crate) async fn a_condition_that_does_not_hold_writes_and_deletes_nothing(
    one: &impl Store,
    two: &impl Store,
    [table, _]: Tables,
) {
    one.commit(Batch::relaxed().put(table, "a", vec![1]).put(table, "b", vec![2])).await.unwrap();
    for wrong in [None, Some(vec![]), Some(vec![0]), Some(vec![1, 0])] {
        let batch =
            Batch::strict().expect(table, "a", wrong).put(table, "a", vec![9]).put(table, "c", vec![9]).delete(table, "b");
        assert_eq!(two.commit(batch).await.unwrap_err().code, ErrorCode::Conflict);
    }
    let batch = Batch::strict().expect(table, "c", Some(vec![1])).put(table, "a", vec![9]);
    assert_eq!(two.commit(batch).await.unwrap_err().code, ErrorCode::Conflict);
    assert_eq!(one.list(table, "").await.unwrap(), [("a".to_owned(), vec![1]), ("b".to_owned(), vec![2])]);
}

pub(crate) async fn one_failed_condition_among_many_stops_the_batch(one: &impl Store, two: &impl Store, [table, _]: Tables) {
    let batch = (0..20).fold(Batch::relaxed(), |batch, n| batch.put(table, key(n), vec![1]));
    one.commit(batch).await.unwrap();
    for wrong in [0, 7, 19] {
        let batch = (0..20).fold(Batch::strict(), |batch, n| {
            batch.expect(table, key(n), Some(vec![if n == wrong { 2 } else { 1 }])).put(table, key(n), vec![3])
        });
        assert_eq!(two.commit(batch).await.unwrap_err().code, ErrorCode::Conflict);
    }
    assert!(one.list(table, "").await.unwrap().iter().all(|(_, value)| *value == [1]));
}

pub(crate) async fn a_condition_alone_is_checked(one: &impl Store, two: &impl Store, [table, _]: Tables) {
    one.commit(Batch::relaxed().put(table, "a", vec![1])).await.unwrap();
    two.commit(Batch::relaxed().expect(table, "a", Some(vec![1]))).await.unwrap();
    assert_eq!(two.commit(Batch::relaxed().expect(table, "a", None)).await.unwrap_err().code, ErrorCode::Conflict);
}

pub(crate) async fn of_two_handles_that_create_the_same_key_one_wins(one: &impl Store, two: &impl Store, [table, _]: Tables) {
    let create = |value| Batch::strict().expect(table, "order", None).put(table, "order", vec![value]);
    let (first, second) = futures::future::join(one.commit(create(1)), two.commit(create(2))).await;
    let winner = match (first, second) {
        (Ok(()), Err(lost)) => {
            assert_eq!(lost.code, ErrorCode::Conflict);
            1
        }
        (Err(lost), Ok(())) => {
            assert_eq!(lost.code, ErrorCode::Conflict);
            2
        }
        both => panic!("not exactly one won: {both:?}"),
    };
    assert_eq!(one.get(table, "order").await.unwrap(), Some(vec![winner]));
}

pub(crate) async fn of_two_handles_that_race_for_one_record_one_wins(one: &impl Store, two: &impl Store, [table, other]: Tables) {
    one.commit(Batch::strict().put(table, "order", vec![0])).await.unwrap();
    for round in 0..20_u8 {
        let take = |by: u8| {
            let batch = Batch::strict().expect(table, "order", Some(vec![round]));
            batch.put(table, "order", vec![round + 1]).put(other, format!("taken/{round}/{by}"), vec![])
        };
        let (first, second) = futures::future::join(one.commit(take(1)), two.commit(take(2))).await;
        assert!(first.is_ok() != second.is_ok(), "not exactly one won: {first:?}, {second:?}");
        assert_eq!(one.keys(other, &format!("taken/{round}/")).await.unwrap().len(), 1);
    }
}

pub(crate) async fn no_increment_is_lost_between_two_handles(one: &impl Store, two: &impl Store, [table, _]: Tables) {
    async fn increment(store: &impl Store, table: Table) {
        loop {
            let before = store.get(table, "count").await.unwrap();
            let after = before.as_ref().map_or(0, |value| value[0]) + 1;
            match store.commit(Batch::relaxed().expect(table, "count", before).put(table, "count", vec![after])).await {
                Ok(()) => return,
                Err(error) => assert_eq!(error.code, ErrorCode::Conflict),
            }
        }
    }
    let first = async {
        for _ in 0..30 {
            increment(one, table).await;
        }
    };
    let second = async {
        for _ in 0..30 {
            increment(two, table).await;
        }
    };
    futures::future::join(first, second).await;
    assert_eq!(one.get(table, "count").await.unwrap(), Some(vec![60]));
}

pub(crate) async fn values_of_every_size_come_back_byte_for_byte(one: &impl Store, two: &impl Store, [table, _]: Tables) {
    for (seed, length) in [1, 255, 65_535, 65_536, 1 << 20, 8 << 20].into_iter().enumerate() {
        let written = bytes(seed, length);
        one.commit(Batch::relaxed().put(table, "value", written.clone())).await.unwrap();
        assert!(two.get(table, "value").await.unwrap() == Some(written.clone()), "{length} bytes");
        // As a condition too: the comparison is of the whole value, not of its start.
        let mut other = written.clone();
        *other.last_mut().unwrap() ^= 1;
        let refused = two.commit(Batch::relaxed().expect(table, "value", Some(other)).delete(table, "value")).await;
        assert_eq!(refused.unwrap_err().code, ErrorCode::Conflict);
        two.commit(Batch::relaxed().expect(table, "value", Some(written)).delete(table, "value")).await.unwrap();
    }
}

pub(crate) async fn two_hundred_segments_are_one_batch(one: &impl Store, two: &impl Store, [table, manifest]: Tables) {
    let batch = (0..200).fold(Batch::relaxed(), |batch, n| batch.put(table, key(n), bytes(n, 20_000)));
    one.commit(batch.put(manifest, "products", b"1".to_vec())).await.unwrap();
    let listed = two.list(table, "products/").await.unwrap();
    assert_eq!(listed.len(), 200);
    for (n, (found, value)) in listed.into_iter().enumerate() {
        assert_eq!(found, key(n));
        assert!(value == bytes(n, 20_000), "segment {n}");
    }

    // The next generation replaces the whole of it, or, when another tab was first, none of it.
    let replace = |stands: &[u8]| {
        let batch = (0..200).fold(Batch::relaxed(), |batch, n| batch.delete(table, key(n)));
        let batch = batch.expect(manifest, "products", Some(stands.to_vec())).put(manifest, "products", b"2".to_vec());
        batch.put(table, "products/new", vec![1])
    };
    assert_eq!(two.commit(replace(b"0")).await.unwrap_err().code, ErrorCode::Conflict);
    assert_eq!(one.keys(table, "products/").await.unwrap().len(), 200);
    two.commit(replace(b"1")).await.unwrap();
    assert_eq!(one.keys(table, "products/").await.unwrap(), ["products/new"]);
}

pub(crate) async fn a_strict_batch_is_there_once_it_is_acknowledged(one: &impl Store, two: &impl Store, [table, _]: Tables) {
    for n in 0..20 {
        let batch = Batch::strict().expect(table, key(n), None).put(table, key(n), bytes(n, 3_000));
        assert_eq!(batch.durability, Durability::Strict);
        one.commit(batch).await.unwrap();
        assert!(two.get(table, &key(n)).await.unwrap() == Some(bytes(n, 3_000)), "order {n}");
    }
}
