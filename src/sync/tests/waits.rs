use super::*;

#[test]
fn x04_the_next_try_leaves_no_sooner_than_cin7_asked() {
    for random in [0, 1, u32::MAX / 2, u32::MAX] {
        let mut plan = SyncPlan::restored(None, false);
        fetch(&mut plan, at("15:00:00"));
        plan.failed(&failure(FailureKind::Throttled, Some(7), "limit"), at("15:00:00"), random);
        match plan.next(at("15:00:06")) {
            Step::WaitUntil(until) => assert!(until >= at("15:00:07") && until <= at("15:00:15"), "{until}"),
            other => panic!("{other:?}"),
        }
        let view = plan.view(at("15:00:06"));
        assert_eq!((view.phase, view.next_at), (Phase::Waiting, None));
        assert_eq!(fetch(&mut plan, at("15:00:15")).0, List::Account);
    }
}

#[test]
fn x04_waits_without_a_word_from_cin7_are_random_below_a_growing_ceiling() {
    let wait = |tries, random| back_off(FailureKind::Failed, tries, random);
    assert_eq!([1, 2, 3, 4, 5, 6, 99].map(|tries| wait(tries, u32::MAX)), [2, 4, 8, 16, 32, 60, 60].map(|s| s * SECOND));
    assert_eq!(wait(3, 0), 0);
    assert_eq!(wait(3, u32::MAX / 4), 1_999);
    assert_eq!(back_off(FailureKind::Throttled, 1, u32::MAX), 15 * SECOND);
}

#[test]
fn refused_credentials_end_the_run_at_once() {
    let mut plan = SyncPlan::restored(None, false);
    fetch(&mut plan, at("15:00:00"));
    let refused = failure(FailureKind::Credentials, None, "Incorrect credentials!");
    assert!(plan.failed(&refused, at("15:00:01"), 7).run_ended);
    assert_eq!(plan.next(at("15:00:02")), Step::WaitUntil(at("15:15:01")));
    assert_eq!(plan.view(at("15:00:02")).failure.as_deref(), Some("Incorrect credentials!"));
}

#[test]
fn a_failure_without_words_is_given_a_sentence() {
    let mut plan = SyncPlan::restored(None, false);
    fetch(&mut plan, at("15:00:00"));
    plan.failed(&failure(FailureKind::NotAllowed, None, " "), at("15:00:00"), 0);
    assert_eq!(plan.view(at("15:00:00")).failure.as_deref(), Some("The proxy does not allow the request."));
}

#[test]
fn a_wait_longer_than_the_cadence_ends_the_run() {
    let mut plan = SyncPlan::restored(None, false);
    fetch(&mut plan, at("15:00:00"));
    assert!(plan.failed(&failure(FailureKind::Throttled, Some(3600), "limit"), at("15:00:00"), 0).run_ended);
    assert_eq!(plan.next(at("15:30:00")), Step::WaitUntil(at("16:00:00")));
}
