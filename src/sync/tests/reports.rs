//! What is told of records that could not be taken over, and what the screen sees.

use super::*;

#[test]
fn a_report_stays_until_its_record_comes_in_good_order() {
    let bad = |record: &str, field: &str| BadRecord {
        list: "product".into(),
        record: record.into(),
        field: field.into(),
        problem: "“abc” is not a number".into(),
    };
    let now = at("15:00:00");
    let mut account = Account::new(1, 1, 1);
    let mut plan = SyncPlan::restored(None, false);
    account.run_until(&mut plan, Some(List::Products), now);
    let reports = vec![bad("CHAIR-01", "PriceTier1"), bad("LAMP-02", "PriceTier1")];
    plan.page_arrived(List::Products, PageOutcome { bad: reports, ..outcome(2, Some(2), now) }, now);
    account.run_until(&mut plan, None, now);
    assert_eq!(plan.view(now).list(Group::Products).bad.len(), 2);

    // The next run reads changes only; a record that is not among them is as bad as before.
    let later = at("15:15:00");
    account.run_until(&mut plan, Some(List::Products), later);
    plan.mend(List::Products, |record| record == "CHAIR-01");
    let again = PageOutcome { bad: vec![bad("LAMP-02", "PriceTier2")], ..outcome(2, Some(2), later) };
    plan.page_arrived(List::Products, again, later);
    assert_eq!(plan.view(later).list(Group::Products).bad, [bad("LAMP-02", "PriceTier2")]);
}

#[test]
fn reports_beyond_those_that_are_kept_are_counted() {
    let now = at("15:00:00");
    let mut plan = SyncPlan::restored(None, false);
    Account::new(1, 1, 1).run_until(&mut plan, Some(List::Products), now);
    let bad = (0..300).map(|n| BadRecord {
        list: "product".into(),
        record: format!("SKU-{n}"),
        field: "PriceTier1".into(),
        problem: "“abc” is not a number".into(),
    });
    plan.page_arrived(List::Products, PageOutcome { bad: bad.collect(), ..outcome(300, Some(300), now) }, now);
    let view = plan.view(now);
    assert_eq!(view.list(Group::Products).bad.len(), REPORTS + 1);
    assert_eq!(view.list(Group::Products).bad[REPORTS].problem, "and 100 more reports that are not listed");
}

#[test]
fn g02_the_view_has_the_pages_words() {
    let mut account = Account::new(1, 8_000, 1);
    let mut plan = SyncPlan::restored(None, false);
    let now = at("15:00:00");
    account.run_until(&mut plan, Some(List::Products), now);
    for _ in 0..3 {
        plan.page_arrived(List::Products, outcome(1000, Some(8_000), now), now);
    }
    plan.kept(Group::Products, 3_000);
    let json = serde_json::to_value(plan.view(now)).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "phase": "running", "ready": false, "startedAt": "2026-03-30T15:00:00.000Z", "endedAt": null, "nextAt": null,
            "failure": null, "failedList": null, "leader": true,
            "lists": [
                { "list": "reference", "rows": 0, "read": 17, "page": 7, "pages": 7, "asOf": "2026-03-30T15:00:00.000Z", "bad": [] },
                { "list": "customers", "rows": 0, "read": 1, "page": 1, "pages": 1, "asOf": "2026-03-30T15:00:00.000Z", "bad": [] },
                { "list": "suppliers", "rows": 0, "read": 3, "page": 1, "pages": 1, "asOf": "2026-03-30T15:00:00.000Z", "bad": [] },
                { "list": "products", "rows": 3000, "read": 3000, "page": 3, "pages": 8, "asOf": null, "bad": [] },
                { "list": "stock", "rows": 0, "read": 0, "page": 0, "pages": null, "asOf": null, "bad": [] },
                { "list": "sales", "rows": 0, "read": 0, "page": 0, "pages": null, "asOf": null, "bad": [] },
                { "list": "purchases", "rows": 0, "read": 0, "page": 0, "pages": null, "asOf": null, "bad": [] },
            ],
        })
    );
}

#[test]
fn g02_each_run_that_ends_is_remembered_with_its_counts_and_first_errors() {
    let not_found = |n: usize| BadRecord {
        list: "product".into(),
        record: format!("SO-{n}"),
        field: String::new(),
        problem: "SKU not found".into(),
    };
    let mut account = Account::new(3, 2, 5);
    let mut plan = SyncPlan::restored(None, false);
    account.run_until(&mut plan, Some(List::Products), at("15:00:00"));
    let page = PageOutcome { bad: (0..7).map(not_found).collect(), ..outcome(7, Some(7), at("15:00:00")) };
    plan.page_arrived(List::Products, page, at("15:00:00"));
    account.run_until(&mut plan, None, at("15:12:00"));
    let [run] = plan.history() else { panic!("{:?}", plan.history()) };
    assert_eq!((run.started_at, run.ended_at, &run.failure), (at("15:00:00"), at("15:12:00"), &None));
    let counts: Vec<_> = run.lists.iter().map(|count| (count.list.as_str(), count.read, count.refused)).collect();
    for expected in [("customers", 3, 0), ("products", 7, 7), ("stock", 5, 0)] {
        assert!(counts.contains(&expected), "{counts:?}");
    }
    assert_eq!(run.errors, (0..5).map(not_found).collect::<Vec<_>>());

    // Details of a sale that cannot be read after the run count as an error of the run that brought the sale.
    let sale = BadRecord { list: "sale".into(), ..not_found(452) };
    plan.report(List::Sales, sale.clone());
    let [run] = plan.history() else { panic!("{:?}", plan.history()) };
    assert_eq!(run.lists.iter().find(|count| count.list == "sales").unwrap().refused, 1);
    assert_eq!(run.errors.len(), 5, "the first few alone are kept");
    assert_eq!(plan.view(at("15:13:00")).list(Group::Sales).bad, [sale]);

    plan.give_up("No room.".into(), at("15:20:00"));
    assert_eq!(plan.history().len(), 2);
    assert_eq!(plan.history()[0].failure.as_deref(), Some("No room."));
    for n in 0..40 {
        plan.give_up(format!("{n}"), at("15:30:00"));
    }
    assert_eq!(plan.history().len(), 24);
    assert_eq!(plan.history()[0].failure.as_deref(), Some("39"));
}

#[test]
fn a_state_stored_before_runs_named_their_list_goes_on_where_it_was() {
    let now = at("15:00:00");
    let mut plan = SyncPlan::restored(None, false);
    plan.give_up("No room.".to_owned(), now);
    Account::new(1, 2_000, 1).run_until(&mut plan, Some(List::Products), now.plus_millis(CADENCE));
    fetch(&mut plan, now.plus_millis(CADENCE));
    let stored = crate::json::to_text(plan.state());
    let earlier = stored.replace(r#","failedList":null"#, "").replace(r#","prints":[]"#, "");
    assert!(stored.len() - earlier.len() > r#","failedList":null,"failedList":null"#.len(), "{stored}");
    let state = serde_json::from_slice(earlier.as_bytes()).unwrap();
    assert_eq!(SyncPlan::restored(Some(state), false).state(), plan.state());
}
