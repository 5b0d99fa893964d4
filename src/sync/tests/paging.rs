//! Where a list ends, and what is done when it moves or comes too slowly.

use super::*;

#[test]
fn pages_that_do_not_arrive_in_time_are_asked_for_in_halves() {
    let mut account = Account::new(1, 4_000, 1);
    let mut plan = SyncPlan::restored(None, false);
    account.run_until(&mut plan, Some(List::Products), at("15:00:00"));
    let now = at("15:00:00");
    plan.page_arrived(List::Products, outcome(1000, Some(4_000), now), now);
    let lost = failure(FailureKind::Lost, None, "There was no answer in time.");
    plan.failed(&lost, now, 0);
    assert_eq!(query(&fetch(&mut plan, now).2, "Limit"), Some("1000"));
    plan.failed(&lost, now, 0);
    let (_, page, request) = fetch(&mut plan, now);
    assert_eq!((page, query(&request, "Limit")), (3, Some("500")), "rows 1001 to 1500");
    plan.page_arrived(List::Products, outcome(500, Some(4_000), now), now);
    let view = plan.view(now);
    assert_eq!((view.list(Group::Products).page, view.list(Group::Products).pages), (2, Some(7)));
    account.calls.clear();
    account.run_until(&mut plan, Some(List::Availability), now);
    assert_eq!(account.calls.iter().map(|(_, page, _)| *page).collect::<Vec<_>>(), [4, 5, 6, 7, 8]);

    // The next list begins with the smaller pages, and so does the next run if this one fails; a good one lets them grow.
    let limit = |plan: &mut SyncPlan, now| query(&fetch(plan, now).2, "Limit").map(str::to_owned);
    assert_eq!(limit(&mut plan, now).as_deref(), Some("500"));
    for _ in 0..TRIES {
        plan.failed(&lost, now, 0);
    }
    let later = at("15:15:00");
    account.run_until(&mut plan, Some(List::Customers), later);
    assert_eq!(limit(&mut plan, later).as_deref(), Some("125"));
    for (minutes, expected) in [(15, "250"), (30, "500"), (45, "1000"), (60, "1000")] {
        let then = at("15:15:00").plus_millis(minutes * MINUTE);
        account.run_until(&mut plan, None, then.plus_millis(-CADENCE));
        account.run_until(&mut plan, Some(List::Customers), then);
        assert_eq!(limit(&mut plan, then).as_deref(), Some(expected));
    }
}

#[test]
fn a_list_of_which_a_row_slipped_by_while_another_moved_is_read_once_more() {
    for (kept, bad, again) in [(1_499, 0, true), (1_499, 1, false), (1_500, 0, false), (1_600, 0, false)] {
        let mut account = Account::new(1, 1, 1);
        let mut plan = SyncPlan::restored(None, false);
        account.run_until(&mut plan, Some(List::Products), at("15:00:00"));
        let now = at("15:00:00");
        plan.page_arrived(List::Products, outcome(1000, Some(1_500), now), now);
        let report = BadRecord { list: "product".into(), record: "A".into(), field: String::new(), problem: "No id.".into() };
        let last = PageOutcome { kept: Some(kept), bad: vec![report; bad], ..outcome(500, Some(1_500), now) };
        assert_eq!(plan.page_arrived(List::Products, last.clone(), now).finished.is_none(), again, "{kept} {bad}");
        if again {
            // Once: what is still missing then is not in the list.
            assert_eq!(fetch(&mut plan, now).1, 1);
            plan.page_arrived(List::Products, outcome(1000, Some(1_500), now), now);
            assert_eq!(plan.page_arrived(List::Products, last, now).finished, Some(List::Products));
        }
    }
}

#[test]
fn a_list_of_changes_whose_length_changed_is_read_once_more() {
    let mut account = Account::new(1, 1, 1);
    let mut plan = SyncPlan::restored(None, false);
    account.run_until(&mut plan, Some(List::Products), at("15:00:00"));
    let now = at("15:00:00");
    plan.page_arrived(List::Products, outcome(1000, Some(1_500), now), now);
    assert_eq!(plan.page_arrived(List::Products, outcome(499, Some(1_499), now), now).finished, None);
    assert_eq!(fetch(&mut plan, now).1, 1);
    plan.page_arrived(List::Products, outcome(1000, Some(1_499), now), now);
    let progress = plan.page_arrived(List::Products, outcome(498, Some(1_498), now), now);
    assert_eq!(progress.finished, Some(List::Products), "once, not for ever");
}

#[test]
fn a_list_ends_with_a_short_or_an_empty_page_or_its_total() {
    let now = at("15:00:00");
    let before_products = || {
        let mut plan = SyncPlan::restored(None, false);
        Account::new(1, 1, 1).run_until(&mut plan, Some(List::Products), now);
        plan
    };
    let finished = |plan: &mut SyncPlan, rows, total| {
        plan.page_arrived(List::Products, outcome(rows, total, now), now).finished.is_some() || {
            fetch(plan, now);
            false
        }
    };
    assert!(finished(&mut before_products(), 0, Some(0)));
    assert!(finished(&mut before_products(), 1000, Some(1000)));
    assert!(finished(&mut before_products(), 999, None));
    let mut untold = before_products();
    assert!(!finished(&mut untold, 1000, None));
    assert_eq!(untold.view(now).list(Group::Products).pages, None);
    assert!(finished(&mut untold, 0, None));
    // Cin7 gave fewer than were asked for: what it says is still to come is not given up.
    let mut capped = before_products();
    assert!(!finished(&mut capped, 100, Some(250)));
    assert!(!finished(&mut capped, 100, Some(250)));
    assert!(finished(&mut capped, 50, Some(250)));
    // And where it never comes, the list ends all the same.
    let mut short = before_products();
    assert!(!finished(&mut short, 100, Some(250)));
    assert!(finished(&mut short, 0, Some(250)));
}

#[test]
fn a_list_without_end_ends_the_run() {
    let mut plan = SyncPlan::restored(None, false);
    let now = at("15:00:00");
    Account::new(1, 1, 1).run_until(&mut plan, Some(List::Products), now);
    let ended = (0..=MOST_PAGES).any(|_| {
        fetch(&mut plan, now);
        plan.page_arrived(List::Products, outcome(1000, None, now), now).run_ended
    });
    assert!(ended);
    assert_eq!(plan.view(now).failure.as_deref(), Some("Cin7's list product has no end."));
}

#[test]
fn a_list_that_gives_a_page_twice_fails_the_run_by_its_name_and_is_not_taken_for_whole() {
    let now = at("15:00:00");
    let given = |print: u64| PageOutcome { print: Some(print), ..outcome(1000, Some(4_000), now) };
    // The same page for ever, and one that only comes again later.
    for pages in [&[1_u64, 1][..], &[1, 2, 1]] {
        let mut plan = SyncPlan::restored(None, false);
        Account::new(1, 1, 1).run_until(&mut plan, Some(List::Products), now);
        let (last, before) = pages.split_last().unwrap();
        for print in before {
            assert!(!plan.page_arrived(List::Products, given(*print), now).run_ended);
        }
        // What was stored in the middle of a run goes on to know them.
        let stored = serde_json::from_slice(&crate::json::to_bytes(plan.state())).unwrap();
        let mut plan = SyncPlan::restored(Some(stored), false);
        let ended = plan.page_arrived(List::Products, given(*last), now);
        assert_eq!((ended.run_ended, ended.finished), (true, None));
        let view = plan.view(now);
        let words = "Cin7 gave a page of its list product twice, so that some of it is missing.";
        assert_eq!((view.failure.as_deref(), view.failed_list, view.ready), (Some(words), Some(List::Products), false));
        assert_eq!(plan.history()[0].failed_list, Some(List::Products));
        // The next run begins the list anew, and one that turns its pages is read to its end.
        let later = now.plus_millis(CADENCE);
        Account::new(1, 4_000, 1).run_until(&mut plan, None, later);
        assert_eq!((plan.view(later).failure, plan.view(later).failed_list), (None, None));
    }
}
