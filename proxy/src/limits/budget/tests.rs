//! The budget under random arrivals, slow answers and clocks that jump.

use proptest::prelude::*;

use super::*;

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// Sends everything that may be sent now; returns the lanes in the order they went.
fn send_all(budget: &mut Budget, tickets: &mut Vec<Ticket>, now: Duration) -> Vec<Lane> {
    let mut sent = Vec::new();
    while let Some(at) = tickets.iter().position(|&ticket| budget.turn(ticket, now) == Turn::Go) {
        sent.push(tickets.remove(at).lane);
    }
    sent
}

fn most_in_a_window(mut times: Vec<Duration>) -> usize {
    times.sort_unstable();
    (0..times.len()).map(|first| times[first..].iter().take_while(|&&at| at < times[first] + WINDOW).count()).max().unwrap_or(0)
}

#[derive(Debug, Clone)]
enum Event {
    Arrive(Lane),
    Leave(usize),
    Answer(usize),
    Unsent(usize),
    Wait(u64),
    /// The clock falls back until the next wait.
    StepBack(u64),
    LimitHit(Option<u64>),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let lane = prop::sample::select(Lane::ALL.to_vec());
    let event = prop_oneof![
        8 => lane.prop_map(Event::Arrive),
        1 => (0..50_usize).prop_map(Event::Leave),
        6 => (0..50_usize).prop_map(Event::Answer),
        1 => (0..50_usize).prop_map(Event::Unsent),
        5 => (0..20_000_u64).prop_map(Event::Wait),
        1 => (0..90_000_u64).prop_map(Event::StepBack),
        1 => prop::option::of(0..90_u64).prop_map(Event::LimitHit),
    ];
    prop::collection::vec(event, 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Neither by the times of sending nor by any possible times of arrival does a window hold too much.
    #[test]
    fn no_window_ever_holds_more_than_the_limit(limit in 1..70_usize, events in events(), arrival in 0..=100_u32) {
        let mut budget = Budget::new(limit);
        let mut now = Duration::ZERO;
        let mut told = Duration::ZERO;
        let mut tickets: Vec<Ticket> = Vec::new();
        let mut under_way: Vec<Duration> = Vec::new();
        let mut sent: Vec<Duration> = Vec::new();
        let mut arrived: Vec<Duration> = Vec::new();
        let mut closed_until = Duration::ZERO;
        for event in events {
            match event {
                Event::Arrive(lane) => tickets.extend(budget.join(lane, told)),
                Event::Leave(n) if !tickets.is_empty() => {
                    let ticket = tickets.remove(n % tickets.len());
                    budget.leave(ticket);
                }
                Event::Answer(n) if !under_way.is_empty() => {
                    let at = under_way.remove(n % under_way.len());
                    sent.push(at);
                    arrived.push(at + now.saturating_sub(at) * arrival / 100);
                    budget.finished(told);
                }
                Event::Unsent(n) if !under_way.is_empty() => {
                    under_way.remove(n % under_way.len());
                    budget.returned();
                }
                Event::Wait(ms) => {
                    now += Duration::from_millis(ms);
                    told = now;
                    // The budget has seen the time from which the clock may fall back.
                    budget.usage(told);
                }
                Event::StepBack(ms) => told = now.saturating_sub(Duration::from_millis(ms)),
                Event::LimitHit(pause) => {
                    budget.limit_hit(pause.map(seconds), told);
                    closed_until = closed_until.max(now + seconds(pause.unwrap_or(10)));
                }
                Event::Leave(_) | Event::Answer(_) | Event::Unsent(_) => {}
            }
            let went = send_all(&mut budget, &mut tickets, told);
            prop_assert!(went.is_empty() || now >= closed_until, "sent while closed");
            under_way.extend(went.iter().map(|_| now));
        }
        sent.extend(&under_way);
        arrived.extend(&under_way);
        prop_assert!(most_in_a_window(sent) <= limit);
        prop_assert!(most_in_a_window(arrived) <= limit);
    }

    /// Whatever waits gets its turn once calls are answered, and first come is first served in each lane.
    #[test]
    fn everyone_is_served_in_turn(lanes in prop::collection::vec(prop::sample::select(Lane::ALL.to_vec()), 1..150)) {
        let mut budget = Budget::new(7);
        let mut tickets: Vec<Ticket> = lanes.iter().filter_map(|&lane| budget.join(lane, Duration::ZERO)).collect();
        let mut served: Vec<Ticket> = Vec::new();
        for minute in 0..400 {
            let now = seconds(minute * 61);
            while let Some(at) = tickets.iter().position(|&ticket| budget.turn(ticket, now) == Turn::Go) {
                served.push(tickets.remove(at));
                budget.finished(now);
            }
        }
        prop_assert!(tickets.is_empty());
        for lane in Lane::ALL {
            let numbers: Vec<u64> = served.iter().filter(|ticket| ticket.lane == lane).map(|ticket| ticket.number).collect();
            prop_assert!(numbers.is_sorted());
        }
    }
}

#[test]
fn background_and_screen_leave_room() {
    let mut budget = Budget::new(60);
    let mut taken = |lane, offered: usize| {
        let mut tickets: Vec<Ticket> = (0..offered).filter_map(|_| budget.join(lane, Duration::ZERO)).collect();
        let sent = send_all(&mut budget, &mut tickets, Duration::ZERO).len();
        for ticket in tickets {
            budget.leave(ticket);
        }
        sent
    };
    assert_eq!(taken(Lane::Background, 100), 45);
    assert_eq!(taken(Lane::Screen, 100), 10);
    assert_eq!(taken(Lane::Order, 100), 5);
}

#[test]
fn small_limits_serve_every_lane() {
    for limit in 1..6 {
        for lane in Lane::ALL {
            let mut budget = Budget::new(limit);
            let mut tickets: Vec<Ticket> = budget.join(lane, Duration::ZERO).into_iter().collect();
            assert_eq!(send_all(&mut budget, &mut tickets, Duration::ZERO), [lane], "limit {limit}");
        }
    }
}

#[test]
fn an_order_overtakes_everything_that_waits() {
    let mut budget = Budget::new(4);
    let mut tickets: Vec<Ticket> = [Lane::Order; 4].iter().filter_map(|&lane| budget.join(lane, Duration::ZERO)).collect();
    assert_eq!(send_all(&mut budget, &mut tickets, Duration::ZERO).len(), 4);
    for lane in [Lane::Background, Lane::Screen, Lane::Order] {
        tickets.extend(budget.join(lane, seconds(1)));
    }
    assert!(send_all(&mut budget, &mut tickets, seconds(1)).is_empty());
    (0..4).for_each(|_| budget.finished(seconds(1)));
    assert_eq!(send_all(&mut budget, &mut tickets, seconds(62)), [Lane::Order, Lane::Screen, Lane::Background]);
}

/// A screen that asks for more than there is must not stop the synchronisation, nor orders wait for either.
#[test]
fn a_busy_screen_does_not_starve_the_background() {
    let mut budget = Budget::new(60);
    let mut tickets: Vec<Ticket> = Vec::new();
    let mut served = [0_u32; 3];
    for second in 0..1_800 {
        let now = seconds(second);
        tickets.extend((0..2).filter_map(|_| budget.join(Lane::Screen, now)));
        tickets.extend(budget.join(Lane::Background, now));
        if second % 30 == 0 {
            tickets.extend(budget.join(Lane::Order, now));
        }
        let sent = send_all(&mut budget, &mut tickets, now);
        assert!(second % 30 != 0 || sent.contains(&Lane::Order), "the order of second {second} had to wait");
        for lane in sent {
            served[lane as usize] += 1;
            budget.finished(now);
        }
    }
    let [order, screen, background] = served;
    assert_eq!(order, 60);
    assert!(background >= 150, "{background} of {screen}");
    assert!(screen > 5 * background, "{background} of {screen}");
}

#[test]
fn without_a_word_on_how_long_the_door_stays_closed_until_the_window_is_clear() {
    let mut quiet = Budget::new(60);
    quiet.limit_hit(None, seconds(100));
    assert_eq!(quiet.closed_for(seconds(100)), seconds(10));

    let mut busy = Budget::new(60);
    let mut tickets: Vec<Ticket> = (0..2).filter_map(|_| busy.join(Lane::Order, seconds(70))).collect();
    send_all(&mut busy, &mut tickets, seconds(70));
    busy.finished(seconds(70));
    busy.limit_hit(None, seconds(90));
    assert_eq!(busy.closed_for(seconds(90)), seconds(40) + MARGIN);
}

#[test]
fn a_full_lane_is_said() {
    let mut budget = Budget::new(1);
    let joined = (0..300).filter_map(|_| budget.join(Lane::Screen, Duration::ZERO)).count();
    assert_eq!(joined, LONGEST_QUEUE);
    assert!(budget.join(Lane::Order, Duration::ZERO).is_some());
}
