//! Histories of edits, failures, reloads and pauses, after which the copy must be the original.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// A Cin7 with products only, whose clock is not this machine's and whose pages are small.
struct Server {
    /// By id, in the order of the list: version and time of the last change.
    products: Vec<(u32, Timestamp)>,
    now: Timestamp,
    page: usize,
}

impl Server {
    fn answer(&self, list: List, page: u32, request: &Request) -> (Vec<(usize, u32)>, PageOutcome) {
        // The header has whole seconds.
        let date = Some(Timestamp::from_millis(self.now.millis() / 1000 * 1000));
        if list != List::Products {
            return (Vec::new(), PageOutcome { rows: 1, total: Some(1), date, ..PageOutcome::default() });
        }
        let since: Option<Timestamp> = query(request, "ModifiedSince").map(|text| format!("{text}Z").parse().unwrap());
        let matching = || {
            let changed =
                self.products.iter().enumerate().filter(|(_, (_, changed))| since.is_none_or(|since| *changed >= since));
            changed.map(|(id, (version, _))| (id, *version))
        };
        let rows: Vec<(usize, u32)> = matching().skip((page as usize - 1) * self.page).take(self.page).collect();
        let outcome =
            PageOutcome { rows: rows.len() as u64, total: Some(matching().count() as u64), date, ..PageOutcome::default() };
        (rows, outcome)
    }
}

/// What happens between two steps of the planner.
#[derive(Debug, Clone)]
enum Event {
    Edit(prop::sample::Index),
    Create,
    Pass(i64),
    Fail(FailureKind, Option<u32>),
    Reload,
    RunNow,
    Forget,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => any::<prop::sample::Index>().prop_map(Event::Edit),
        2 => Just(Event::Create),
        3 => (1_i64..90_000).prop_map(Event::Pass),
        1 => (1_i64..3 * 60 * MINUTE).prop_map(Event::Pass),
        2 => prop::sample::select(vec![FailureKind::Unreachable, FailureKind::Lost, FailureKind::Failed, FailureKind::NotUnderstood])
            .prop_map(|kind| Event::Fail(kind, None)),
        1 => prop::sample::select(vec![FailureKind::Credentials, FailureKind::Refused]).prop_map(|kind| Event::Fail(kind, None)),
        1 => (0_u32..100).prop_map(|wait| Event::Fail(FailureKind::Throttled, Some(wait))),
        2 => Just(Event::Reload),
        1 => Just(Event::RunNow),
        1 => Just(Event::Forget),
    ];
    prop::collection::vec(event, 0..120)
}

struct Desk {
    plan: SyncPlan,
    /// By id, the version held.
    copy: BTreeMap<usize, u32>,
    saved: String,
    now: Timestamp,
    good_runs: u32,
}

impl Desk {
    /// One step; `None` when there is nothing to do before the moment returned.
    fn step(&mut self, server: &Server) -> Option<Timestamp> {
        match self.plan.next(self.now) {
            Step::Fetch { list, page, request } => {
                let (rows, outcome) = server.answer(list, page, &request);
                self.copy.extend(rows);
                let progress = self.plan.page_arrived(list, outcome, self.now);
                self.saved = serde_json::to_string(self.plan.state()).unwrap();
                if progress.run_ended {
                    assert_eq!(self.plan.view(self.now).failure, None);
                    assert_eq!(self.plan.view(self.now).next_at, Some(self.now.plus_millis(CADENCE)));
                    self.good_runs += 1;
                }
                None
            }
            Step::WaitUntil(until) => {
                assert!(until > self.now, "a wait that is over is no wait");
                Some(until)
            }
            Step::Stopped => panic!("nobody stopped it"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn after_any_history_the_copy_becomes_the_original(
        events in events(), products in 0_usize..12, page in 1_usize..5, offset in -3 * 24 * 60 * MINUTE..3 * 24 * 60 * MINUTE,
    ) {
        let start = at("15:00:00");
        let mut server = Server { products: vec![(1, start.plus_millis(-30 * 24 * 60 * MINUTE)); products], now: start, page };
        let plan = SyncPlan::restored(None, false);
        let saved = serde_json::to_string(plan.state()).unwrap();
        let mut desk = Desk { plan, copy: BTreeMap::new(), saved, now: start.plus_millis(offset), good_runs: 0 };
        let pass = |server: &mut Server, desk: &mut Desk, milliseconds: i64| {
            server.now = server.now.plus_millis(milliseconds);
            desk.now = desk.now.plus_millis(milliseconds);
        };
        for event in events {
            match event {
                Event::Edit(which) if !server.products.is_empty() => {
                    let which = which.index(server.products.len());
                    server.products[which].0 += 1;
                    server.products[which].1 = server.now;
                }
                Event::Edit(_) => {}
                Event::Create => server.products.push((1, server.now)),
                Event::Pass(milliseconds) => pass(&mut server, &mut desk, milliseconds),
                Event::Fail(kind, wait) => {
                    desk.plan.failed(&failure(kind, wait, "no"), desk.now, 12_345);
                }
                Event::Reload => desk.plan = SyncPlan::restored(Some(serde_json::from_str(&desk.saved).unwrap()), false),
                Event::RunNow => desk.plan.run_now(desk.now),
                Event::Forget => {
                    desk.copy.clear();
                    desk.plan.forget(Group::Products);
                    desk.saved = serde_json::to_string(desk.plan.state()).unwrap();
                }
            }
            desk.step(&server);
            pass(&mut server, &mut desk, 700);
        }
        // Now everything is quiet: when the run that may be on is over, one more brings what it missed.
        desk.good_runs = 0;
        for _ in 0..1_000 {
            if desk.good_runs == 2 {
                break;
            }
            if let Some(until) = desk.step(&server) {
                let wait = until.since(desk.now);
                pass(&mut server, &mut desk, wait);
            }
        }
        prop_assert_eq!(desk.good_runs, 2);
        let original: BTreeMap<usize, u32> = server.products.iter().enumerate().map(|(id, (version, _))| (id, *version)).collect();
        prop_assert_eq!(desk.copy, original);
    }
}
