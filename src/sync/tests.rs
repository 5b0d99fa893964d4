mod histories;
mod paging;
mod reports;
mod waits;

use super::*;
use crate::transport::{Lane, Method};

/// A moment of 30 March 2026, by whichever clock.
fn at(text: &str) -> Timestamp {
    format!("2026-03-30T{text}Z").parse().unwrap()
}

fn query<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.query.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
}

fn failure(kind: FailureKind, retry_after: Option<u32>, words: &str) -> Failure {
    Failure { kind, ambiguous: false, retry_after, messages: vec![words.to_owned()] }
}

fn fetch(plan: &mut SyncPlan, now: Timestamp) -> (List, u32, Request) {
    match plan.next(now) {
        Step::Fetch { list, page, request } => (list, page, request),
        other => panic!("{other:?} at {now}"),
    }
}

fn outcome(rows: u64, total: Option<u64>, date: Timestamp) -> PageOutcome {
    PageOutcome { rows, total, date: Some(date), ..PageOutcome::default() }
}

/// An account with so many rows per list, which answers every request in full.
struct Account {
    customers: u64,
    products: u64,
    stock: u64,
    calls: Vec<(List, u32, Request)>,
}

impl Account {
    const fn new(customers: u64, products: u64, stock: u64) -> Self {
        Self { customers, products, stock, calls: Vec::new() }
    }

    fn total(&self, list: List) -> Option<u64> {
        match list {
            List::Account | List::PriceTiers => None,
            List::Customers => Some(self.customers),
            List::Products => Some(self.products),
            List::Availability => Some(self.stock),
            _ => Some(3),
        }
    }

    fn answer(&self, list: List, page: u32, limit: u64, date: Timestamp) -> PageOutcome {
        match self.total(list) {
            None => outcome(1, None, date),
            Some(total) => outcome(total.saturating_sub(u64::from(page - 1) * limit).min(limit), Some(total), date),
        }
    }

    /// Answers until the planner is before `stop`, all at the same moment.
    fn run_until(&mut self, plan: &mut SyncPlan, stop: Option<List>, now: Timestamp) {
        loop {
            match plan.next(now) {
                Step::Fetch { list, .. } if Some(list) == stop => return,
                Step::Fetch { list, page, request } => {
                    let limit = query(&request, "Limit").map_or(1, |limit| limit.parse().unwrap());
                    let answer = self.answer(list, page, limit, now);
                    self.calls.push((list, page, request));
                    plan.page_arrived(list, answer, now);
                }
                _ => return,
            }
        }
    }

    fn calls_of(&self, list: List) -> usize {
        self.calls.iter().filter(|(own, ..)| *own == list).count()
    }
}

impl SyncView {
    fn list(&self, group: Group) -> &ListState {
        self.lists.iter().find(|list| list.list == group.word()).unwrap()
    }
}

/// A planner whose first run was at 14:00.
fn settled(account: &mut Account) -> SyncPlan {
    let mut plan = SyncPlan::restored(None, false);
    account.run_until(&mut plan, None, at("14:00:00"));
    account.calls.clear();
    plan
}

#[test]
fn g01_the_next_run_is_due_fifteen_minutes_after_the_end_and_asks_from_before_the_start() {
    let mut account = Account::new(3, 3, 3);
    let mut plan = settled(&mut account);
    assert_eq!(plan.next(at("14:14:59")), Step::WaitUntil(at("14:15:00")));

    plan.run_now(at("15:00:00"));
    account.run_until(&mut plan, Some(List::Customers), at("15:00:00"));
    account.run_until(&mut plan, Some(List::Products), at("15:01:00"));
    account.run_until(&mut plan, None, at("15:12:00"));
    account.calls.clear();

    assert_eq!(plan.next(at("15:26:59")), Step::WaitUntil(at("15:27:00")));
    account.run_until(&mut plan, None, at("15:27:00"));
    let (_, _, customers) = account.calls.iter().find(|(list, ..)| *list == List::Customers).unwrap();
    // An edit at 15:05, behind the page read at 15:01, is read now.
    assert_eq!(query(customers, "ModifiedSince"), Some("2026-03-30T14:58:00.000"));
    assert_eq!(plan.next(at("15:27:01")), Step::WaitUntil(at("15:42:00")));
}

#[test]
fn g01_a_failed_run_is_followed_after_fifteen_minutes_and_moves_no_mark() {
    let mut account = Account::new(3, 3, 3);
    let mut plan = settled(&mut account);
    plan.run_now(at("15:00:00"));
    account.run_until(&mut plan, Some(List::Products), at("15:05:00"));
    let broken = failure(FailureKind::Failed, None, "Object reference not set to an instance of an object.");
    for _ in 1..TRIES {
        assert!(!plan.failed(&broken, at("15:06:00"), 0).run_ended);
        fetch(&mut plan, at("15:06:00"));
    }
    assert!(plan.failed(&broken, at("15:06:00"), 0).run_ended);
    assert_eq!(plan.next(at("15:06:01")), Step::WaitUntil(at("15:21:00")));
    let view = plan.view(at("15:07:00"));
    assert_eq!(view.failure.as_deref(), Some("Object reference not set to an instance of an object."));
    assert_eq!((view.phase, view.next_at), (Phase::Idle, Some(at("15:21:00"))));

    account.calls.clear();
    account.run_until(&mut plan, None, at("15:21:00"));
    for list in [List::Customers, List::Products] {
        let (_, _, request) = account.calls.iter().find(|(own, ..)| *own == list).unwrap();
        assert_eq!(query(request, "ModifiedSince"), Some("2026-03-30T13:58:00.000"), "{list:?}");
    }
    assert_eq!(plan.view(at("15:22:00")).failure, None);
}

#[test]
fn a_first_sync_costs_exactly_the_calls_that_paging_needs() {
    let mut account = Account::new(2_000, 20_000, 100_000);
    let mut plan = SyncPlan::restored(None, false);
    account.run_until(&mut plan, None, at("15:00:00"));
    assert_eq!(account.calls_of(List::Customers), 2);
    assert_eq!(account.calls_of(List::Products), 20);
    assert_eq!(account.calls_of(List::Availability), 100);
    assert_eq!(account.calls.len(), 10 + 2 + 20 + 100);
    for (list, page, request) in &account.calls {
        assert_eq!((request.method, request.lane), (Method::Get, Lane::Background));
        assert_eq!(query(request, "ModifiedSince"), None, "{list:?} page {page}");
        let paged = !matches!(list, List::Account | List::PriceTiers);
        let page = page.to_string();
        assert_eq!(query(request, "Page"), paged.then_some(page.as_str()), "{list:?}");
        assert_eq!(query(request, "Limit"), paged.then_some("1000"), "{list:?}");
    }
    assert!(plan.view(at("15:00:00")).ready);

    // With nothing changed, a run costs one call per list of changes and the stock's pages.
    (account.customers, account.products) = (0, 0);
    account.calls.clear();
    account.run_until(&mut plan, None, at("15:15:00"));
    assert_eq!(account.calls.len(), 5 + 100);
}

/// The lists that a run at this moment reads first and how many it reads.
fn run_at(account: &mut Account, plan: &mut SyncPlan, now: Timestamp) -> (List, usize) {
    account.calls.clear();
    account.run_until(plan, None, now);
    (account.calls[0].0, account.calls.len())
}

#[test]
fn g04_reference_books_are_read_once_an_hour_when_asked_for_and_when_a_page_needs_them() {
    let mut account = Account::new(0, 0, 1);
    let mut plan = SyncPlan::restored(None, false);
    let (whole, idle) = ((List::Account, 13), (List::Customers, 6));
    assert_eq!(run_at(&mut account, &mut plan, at("14:00:00")), whole);
    for quarter in ["14:15:00", "14:30:00", "14:45:00"] {
        assert_eq!(run_at(&mut account, &mut plan, at(quarter)), idle, "{quarter}");
    }
    assert_eq!(run_at(&mut account, &mut plan, at("15:00:00")), whole, "an hour is over");
    plan.hasten(at("15:01:00"));
    assert_eq!(run_at(&mut account, &mut plan, at("15:01:00")), idle, "the network is back");
    plan.run_now(at("15:02:00"));
    assert_eq!(run_at(&mut account, &mut plan, at("15:02:00")), whole, "somebody asked");
    assert!(!plan.needs_books(), "between runs nothing does");

    // A customer that has changed: its page is left alone, and the run begins again with the books.
    assert_eq!(fetch(&mut plan, at("15:17:00")).0, List::Customers);
    assert!(plan.needs_books());
    assert_eq!(fetch(&mut plan, at("15:17:00")).0, List::Account);
    account.run_until(&mut plan, Some(List::Customers), at("15:17:00"));
    assert!(!plan.needs_books(), "they are as new as the page");
    account.run_until(&mut plan, None, at("15:17:00"));
    assert_eq!(run_at(&mut account, &mut plan, at("15:32:00")), idle);

    // A wish during a run that has passed them over holds for the next one, over a reload too.
    assert_eq!(fetch(&mut plan, at("15:47:00")).0, List::Customers);
    plan.run_now(at("15:47:00"));
    assert_eq!(fetch(&mut plan, at("15:47:00")).0, List::Customers);
    account.run_until(&mut plan, None, at("15:47:00"));
    let mut plan = SyncPlan::restored(Some(plan.state().clone()), false);
    assert_eq!(run_at(&mut account, &mut plan, at("16:02:00")), whole);
    assert_eq!(run_at(&mut account, &mut plan, at("16:17:00")), idle);

    // A clock that was set back, and books that are lost.
    plan.hasten(at("09:00:00"));
    assert_eq!(run_at(&mut account, &mut plan, at("09:00:00")).0, List::Account);
    plan.forget(Group::Reference);
    assert_eq!(run_at(&mut account, &mut plan, at("09:01:00")).0, List::Account);
}

#[test]
fn lists_are_asked_for_with_what_they_need() {
    let mut account = Account::new(1, 1, 1);
    let mut plan = SyncPlan::restored(None, true);
    account.run_until(&mut plan, None, at("15:00:00"));
    let of = |list| account.calls.iter().find(|(own, ..)| *own == list).map(|(.., request)| request).unwrap();
    assert_eq!(query(of(List::Customers), "IncludeProductPrices"), Some("true"));
    assert_eq!(query(of(List::Customers), "IncludeDeprecated"), Some("true"));
    assert_eq!(query(of(List::Products), "IncludeDeprecated"), Some("true"));
    assert_eq!(query(of(List::Products), "IncludeAttachments"), Some("true"));
    assert_eq!(of(List::Availability).query.len(), 2);
    assert_eq!(of(List::Contacts).path, "me/contacts");
    assert_eq!(of(List::DiscountRules).path, "reference/discount");
    assert_eq!(query(of(List::DiscountRules), "Limit"), Some("1000"), "Cin7's own is 25");
}

#[test]
fn sales_are_asked_for_up_to_the_start_of_the_run_by_cin7s_clock() {
    let mut account = Account::new(1, 1, 1);
    let mut plan = SyncPlan::restored(None, false);
    account.run_until(&mut plan, None, at("14:00:00"));
    let first = account.calls.iter().find(|(own, ..)| *own == List::Sales).map(|(.., request)| request).unwrap();
    assert_eq!(first.path, "saleList");
    assert_eq!((query(first, "UpdatedSince"), query(first, "UpdatedUntil")), (None, Some("2026-03-30T14:00:01.000")));
    let purchases = account.calls.iter().find(|(own, ..)| *own == List::Purchases).map(|(.., request)| request).unwrap();
    assert_eq!((purchases.path, query(purchases, "UpdatedUntil")), ("purchaseList", Some("2026-03-30T14:00:01.000")));
    account.calls.clear();
    account.run_until(&mut plan, Some(List::Sales), at("15:00:00"));
    // The list is reached minutes after the run began.
    let (list, _, request) = fetch(&mut plan, at("15:04:00"));
    assert_eq!(list, List::Sales);
    assert_eq!(query(&request, "UpdatedSince"), Some("2026-03-30T13:58:00.000"));
    assert_eq!(query(&request, "UpdatedUntil"), Some("2026-03-30T15:00:01.000"), "with the second in which it began");
}

#[test]
fn pictures_switched_on_later_are_fetched_for_every_product() {
    let mut account = Account::new(1, 1, 1);
    let plan = settled(&mut account);
    let mut plan = SyncPlan::restored(Some(plan.state().clone()), true);
    plan.run_now(at("14:05:00"));
    account.run_until(&mut plan, None, at("14:05:00"));
    let of = |account: &Account, list| account.calls.iter().find(|(own, ..)| *own == list).map(|(.., r)| r.clone()).unwrap();
    assert_eq!(query(&of(&account, List::Products), "ModifiedSince"), None);
    assert!(query(&of(&account, List::Customers), "ModifiedSince").is_some());
    account.calls.clear();
    plan.run_now(at("14:10:00"));
    account.run_until(&mut plan, None, at("14:10:00"));
    assert!(query(&of(&account, List::Products), "ModifiedSince").is_some());
}

#[test]
fn a_run_goes_on_at_its_page_after_a_reload() {
    let mut account = Account::new(1, 5_500, 1);
    let mut plan = SyncPlan::restored(None, false);
    account.run_until(&mut plan, Some(List::Products), at("15:00:00"));
    for page in 1..=3 {
        assert_eq!(fetch(&mut plan, at("15:00:01")).1, page);
        plan.page_arrived(List::Products, outcome(1000, Some(5_500), at("15:00:01")), at("15:00:01"));
    }
    let saved = serde_json::to_string(plan.state()).unwrap();
    let mut plan = SyncPlan::restored(Some(serde_json::from_str(&saved).unwrap()), false);
    let (list, page, request) = fetch(&mut plan, at("15:09:00"));
    assert_eq!((list, page), (List::Products, 4));
    assert_eq!(query(&request, "Page"), Some("4"));
    let view = plan.view(at("15:09:00"));
    assert_eq!((view.phase, view.next_at), (Phase::Running, None));
    assert_eq!(
        (view.list(Group::Products).page, view.list(Group::Products).pages, view.list(Group::Products).read),
        (3, Some(6), 3000)
    );

    // However long the page was closed, the first reading of a list does not begin again.
    let mut later = plan.clone();
    assert_eq!(fetch(&mut later, at("23:00:00")).1, 4);

    account.calls.clear();
    account.run_until(&mut plan, None, at("15:10:00"));
    assert_eq!(account.calls_of(List::Products), 3);
    account.calls.clear();
    account.run_until(&mut plan, None, at("15:25:00"));
    let (.., request) = account.calls.iter().find(|(own, ..)| *own == List::Products).unwrap();
    assert_eq!(query(request, "ModifiedSince"), Some("2026-03-30T14:58:00.000"), "the start before the reload counts");
}

#[test]
fn a_whole_list_that_stood_still_too_long_begins_anew() {
    let mut account = Account::new(1, 1, 5_000);
    let mut plan = SyncPlan::restored(None, false);
    account.run_until(&mut plan, Some(List::Availability), at("15:00:00"));
    plan.page_arrived(List::Availability, outcome(1000, Some(5_000), at("15:00:00")), at("15:00:00"));
    assert_eq!(fetch(&mut plan.clone(), at("15:14:00")).1, 2, "a short pause is none");
    let (list, page, _) = fetch(&mut plan, at("15:16:00"));
    assert_eq!((list, page), (List::Customers, 1));
    account.calls.clear();
    account.run_until(&mut plan, None, at("15:16:00"));
    let (.., request) = account.calls.iter().find(|(own, ..)| *own == List::Products).unwrap();
    assert_eq!(query(request, "ModifiedSince"), Some("2026-03-30T14:58:00.000"), "what was read to its end stays read");
    assert_eq!(account.calls_of(List::Availability), 5);
    assert_eq!(plan.view(at("15:16:00")).list(Group::Stock).read, 5_000);
}

#[test]
fn g06_stock_is_finished_only_with_its_last_page() {
    let mut account = Account::new(1, 1, 2_300);
    let mut plan = SyncPlan::restored(None, false);
    account.run_until(&mut plan, Some(List::Availability), at("15:00:00"));
    let now = at("15:01:00");
    for _ in 0..2 {
        let progress = plan.page_arrived(List::Availability, outcome(1000, Some(2_300), now), now);
        assert_eq!(progress, Progress::default());
        fetch(&mut plan, now);
    }
    assert!(!plan.view(now).ready);
    let unavailable = failure(FailureKind::Failed, None, "Service Unavailable");
    for _ in 0..2 {
        plan.failed(&unavailable, now, 0);
        assert_eq!(fetch(&mut plan, now).1, 3);
    }
    let progress = plan.page_arrived(List::Availability, outcome(300, Some(2_300), now), now);
    assert_eq!(progress, Progress { finished: Some(List::Availability), group: Some(Group::Stock), run_ended: false });
    assert!(plan.view(now).ready, "sales do not hold quoting up");
}

#[test]
fn g06_stock_that_was_never_finished_begins_at_its_first_page_in_the_next_run() {
    let mut account = Account::new(1, 1, 2_300);
    let mut plan = SyncPlan::restored(None, false);
    account.run_until(&mut plan, Some(List::Availability), at("15:00:00"));
    plan.page_arrived(List::Availability, outcome(1000, Some(2_300), at("15:00:00")), at("15:00:00"));
    let refused = failure(FailureKind::Refused, None, "No.");
    assert!(plan.failed(&refused, at("15:01:00"), 0).run_ended);
    assert_eq!(plan.view(at("15:01:00")).list(Group::Stock).as_of, None);
    account.calls.clear();
    account.run_until(&mut plan, None, at("15:16:00"));
    let pages: Vec<u32> = account.calls.iter().filter(|(own, ..)| *own == List::Availability).map(|(_, page, _)| *page).collect();
    assert_eq!(pages, [1, 2, 3]);
    // The products were read to their end by the failed run: they had no mark, and are not read whole again.
    let (.., products) = account.calls.iter().find(|(own, ..)| *own == List::Products).unwrap();
    assert_eq!(query(products, "ModifiedSince"), Some("2026-03-30T14:58:00.000"));
}

#[test]
fn marks_go_by_cin7s_clock_and_never_by_this_machines() {
    // This machine is a day fast; the first answers carry no date.
    let mut plan = SyncPlan::restored(None, false);
    let here = |text: &str| at(text).plus_millis(24 * 60 * MINUTE);
    let undated = |rows| PageOutcome { rows, total: Some(rows), ..PageOutcome::default() };
    while fetch(&mut plan, here("15:00:00")).0 != List::Products {
        let list = fetch(&mut plan, here("15:00:00")).0;
        plan.page_arrived(list, undated(1), here("15:00:00"));
    }
    plan.page_arrived(List::Products, outcome(1, Some(1), at("15:00:30")), here("15:00:30"));
    plan.page_arrived(List::Availability, outcome(1, Some(1), at("15:00:40")), here("15:00:40"));
    let mut account = Account::new(1, 1, 1);
    account.run_until(&mut plan, None, here("15:16:00"));
    let of = |list| account.calls.iter().find(|(own, ..)| *own == list).map(|(.., request)| request).unwrap();
    assert_eq!(query(of(List::Customers), "ModifiedSince"), None, "no time is known to lie before what was read");
    assert_eq!(query(of(List::Products), "ModifiedSince"), Some("2026-03-30T14:58:30.000"));
}

#[test]
fn a_date_that_comes_after_a_lists_first_page_is_too_late_for_its_mark() {
    let mut plan = SyncPlan::restored(None, false);
    let now = at("15:00:00");
    let undated = |rows, total| PageOutcome { rows, total: Some(total), ..PageOutcome::default() };
    while fetch(&mut plan, now).0 != List::Products {
        let list = fetch(&mut plan, now).0;
        plan.page_arrived(list, undated(1, 1), now);
    }
    plan.page_arrived(List::Products, undated(1000, 1001), now);
    plan.page_arrived(List::Products, outcome(1, Some(1001), at("15:05:00")), now);
    let mut account = Account::new(1, 1, 1);
    account.run_until(&mut plan, None, now);
    account.run_until(&mut plan, None, at("15:15:00"));
    let of = |list| account.calls.iter().find(|(own, ..)| *own == list).map(|(.., request)| request).unwrap();
    assert_eq!(query(of(List::Products), "ModifiedSince"), None);
}

#[test]
fn once_a_week_a_list_of_changes_is_read_from_its_beginning() {
    let mut account = Account::new(1, 1, 1);
    let mut plan = settled(&mut account);
    let nearly = at("14:00:00").plus_millis(RECONCILE - 1);
    account.run_until(&mut plan, None, nearly);
    assert!(account.calls.iter().any(|(.., request)| query(request, "ModifiedSince").is_some()));
    account.calls.clear();
    account.run_until(&mut plan, None, nearly.plus_millis(CADENCE));
    assert!(!account.calls.is_empty());
    assert!(account.calls.iter().all(|(.., request)| query(request, "ModifiedSince").is_none()));
    account.calls.clear();
    account.run_until(&mut plan, None, nearly.plus_millis(2 * CADENCE));
    assert!(account.calls.iter().any(|(.., request)| query(request, "ModifiedSince").is_some()));
}

#[test]
fn lost_content_is_read_from_its_beginning() {
    let now = at("14:05:00");
    let mut account = Account::new(1, 3_000, 1);
    let mut plan = settled(&mut account);
    plan.forget(Group::Products);
    assert!(!plan.view(now).ready);
    account.run_until(&mut plan, Some(List::Availability), now);
    let (.., request) = account.calls.iter().find(|(own, ..)| *own == List::Products).unwrap();
    assert_eq!(query(request, "ModifiedSince"), None);
    // Within a run that has passed it, the run goes back.
    plan.forget(Group::Reference);
    assert_eq!(fetch(&mut plan, now).0, List::Account);
    account.run_until(&mut plan, None, now);
    assert!(plan.view(now).ready);
}

#[test]
fn an_echo_of_another_list_changes_nothing() {
    let now = at("15:00:00");
    let mut plan = SyncPlan::restored(None, false);
    assert_eq!(plan.page_arrived(List::Account, outcome(1, None, now), now), Progress::default());
    assert_eq!(plan.failed(&failure(FailureKind::Failed, None, ""), now, 0), Progress::default());
    fetch(&mut plan, now);
    let before = plan.state().clone();
    assert_eq!(plan.page_arrived(List::Products, outcome(1, None, now), now), Progress::default());
    assert_eq!(*plan.state(), before);
}

#[test]
fn a_stopped_planner_asks_for_nothing_and_goes_on_where_it_was() {
    let now = at("15:00:00");
    let mut plan = SyncPlan::restored(None, false);
    Account::new(1, 1, 1).run_until(&mut plan, Some(List::Products), now);
    plan.stop();
    assert_eq!(plan.next(now), Step::Stopped);
    assert_eq!((plan.view(now).phase, plan.view(now).next_at), (Phase::Stopped, None));
    plan.start();
    assert_eq!(fetch(&mut plan, now).0, List::Products);
}

#[test]
fn a_clock_that_was_set_back_does_not_put_the_next_run_off() {
    let mut plan = settled(&mut Account::new(1, 1, 1));
    let yesterday = at("14:00:00").plus_millis(-24 * 60 * MINUTE);
    assert_eq!(plan.next(yesterday), Step::WaitUntil(yesterday.plus_millis(CADENCE)));
}

#[test]
fn a_user_gets_a_run_now_and_never_two_at_once() {
    let mut account = Account::new(1, 1, 1);
    let mut plan = settled(&mut account);
    plan.run_now(at("14:03:00"));
    assert_eq!(plan.view(at("14:03:00")).next_at, Some(at("14:03:00")));
    account.run_until(&mut plan, Some(List::Products), at("14:03:00"));
    plan.run_now(at("14:03:01"));
    assert_eq!(fetch(&mut plan, at("14:03:01")).0, List::Products);
}
