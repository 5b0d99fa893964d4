//! `npm run simulate`: plays histories, and prints one line for each seed in which something went wrong.
//!
//! ```text
//! npm run simulate -- --seeds 10000 [--from 1]   so many histories, on all cores
//! npm run simulate -- --seed 12345 [--trace]     one, with what happened in it
//! npm run simulate -- --planted                  every planted bug must be found
//! ```

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use cin7_simulation::{Bug, Outcome, play};

/// Within so many seeds every planted bug must be found.
const BOUND: u64 = 3_000;
/// Failures that are printed.
const MOST_PRINTED: usize = 20;

thread_local! {
    /// Where this thread panicked last, and why.
    static PANIC: Cell<String> = const { Cell::new(String::new()) };
}

fn main() -> ExitCode {
    let mut seeds = 1_000;
    let (mut from, mut one, mut planted, mut bug, mut traced) = (1, None, false, None, false);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let number = || words.next().and_then(|word| word.parse::<u64>().ok());
        match (word.as_str(), number) {
            ("--planted", _) => planted = true,
            ("--trace", _) => traced = true,
            ("--seeds", mut number) => seeds = number().unwrap_or(seeds),
            ("--from", mut number) => from = number().unwrap_or(from),
            ("--seed", mut number) => one = number(),
            ("--bug", mut number) => bug = number().and_then(|at| Bug::ALL.get(usize::try_from(at).ok()?).copied()),
            _ => {
                eprintln!("There is no {word}: there are --seeds N, --from M, --seed N, --bug N and --planted.");
                return ExitCode::from(2);
            }
        }
    }
    // A panic is a failure of its history, and told in its line.
    std::panic::set_hook(Box::new(|panic| PANIC.set(panic.to_string())));
    let good = match (one, planted) {
        (Some(seed), _) => single(seed, bug, traced),
        (None, true) => all_planted(),
        (None, false) => many(from, seeds),
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tried(seed: u64, bug: Option<Bug>, traced: bool) -> Outcome {
    catch_unwind(AssertUnwindSafe(|| play(seed, bug, traced))).unwrap_or_else(|_| Outcome {
        failure: Some(PANIC.take()),
        counts: BTreeMap::new(),
        fullest: 0,
    })
}

fn line(seed: u64, failure: &str) -> String {
    format!("npm run simulate -- --seed {seed}   # {}", failure.replace('\n', " "))
}

/// Plays histories on all cores. `each` gets every outcome, and says whether to go on.
fn on_all_cores(from: u64, seeds: u64, bug: Option<Bug>, each: impl Fn(u64, Outcome) -> bool + Sync) {
    let (next, stop) = (AtomicU64::new(from), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + seeds || !each(seed, tried(seed, bug, false)) {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
    });
}

fn single(seed: u64, bug: Option<Bug>, traced: bool) -> bool {
    let outcome = tried(seed, bug, traced);
    report(&outcome.counts, outcome.fullest);
    match &outcome.failure {
        None => println!("history {seed}: nothing went wrong"),
        Some(failure) => println!("{}", line(seed, failure)),
    }
    outcome.failure.is_none()
}

fn many(from: u64, seeds: u64) -> bool {
    let start = Instant::now();
    let sums = Mutex::new((BTreeMap::new(), 0_usize, Vec::new(), 0_u64));
    on_all_cores(from, seeds, None, |seed, outcome| {
        let Ok(mut sums) = sums.lock() else { return false };
        for (words, count) in outcome.counts {
            *sums.0.entry(words).or_insert(0_u64) += count;
        }
        sums.1 = sums.1.max(outcome.fullest);
        sums.3 += 1;
        if let Some(failure) = outcome.failure {
            if sums.2.len() < MOST_PRINTED {
                println!("{}", line(seed, &failure));
            }
            sums.2.push(seed);
        }
        true
    });
    let Ok((counts, fullest, failed, played)) = sums.into_inner() else { return false };
    report(&counts, fullest);
    let failures = failed.len();
    println!("{played} histories in {} seconds", start.elapsed().as_secs());
    println!("simulation: {} passed, {failures} failed", usize::from(failures == 0));
    failures == 0
}

fn report(counts: &BTreeMap<&'static str, u64>, fullest: usize) {
    for (words, count) in counts {
        println!("{count:>12} {words}");
    }
    println!("{fullest:>12} calls in the fullest 60 seconds");
}

fn all_planted() -> bool {
    let mut found = 0;
    for bug in Bug::ALL {
        let first: Mutex<Option<(u64, String)>> = Mutex::new(None);
        on_all_cores(1, BOUND, Some(bug), |seed, outcome| {
            let Some(failure) = outcome.failure else { return true };
            if let Ok(mut first) = first.lock()
                && first.as_ref().is_none_or(|(earlier, _)| seed < *earlier)
            {
                *first = Some((seed, failure));
            }
            false
        });
        match first.into_inner().ok().flatten() {
            Some((seed, failure)) => {
                found += 1;
                println!("{bug:?}: found after {seed} seeds: {}", failure.chars().take(160).collect::<String>());
            }
            None => println!("{bug:?}: NOT FOUND within {BOUND} seeds"),
        }
    }
    println!("planted: {found} passed, {} failed", Bug::ALL.len() - found);
    found == Bug::ALL.len()
}
