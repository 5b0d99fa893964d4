//! What happened in histories, so that one sees that they are not trivial.

use std::cell::Cell;
use std::collections::BTreeMap;

macro_rules! counts {
    ($($name:ident: $words:literal),* $(,)?) => {
        /// Counted over one history.
        #[derive(Debug, Default)]
        pub(crate) struct Counts {
            $(pub(crate) $name: Cell<u64>),*
        }

        impl Counts {
            /// Adds them up by their words.
            pub(crate) fn add_to(&self, sums: &mut BTreeMap<&'static str, u64>) {
                $(*sums.entry($words).or_default() += self.$name.get();)*
            }
        }
    };
}

counts! {
    saved: "orders that were said to be saved",
    confirmed: "orders that stand in Cin7",
    receipts: "receipts that stand in Cin7",
    attention: "orders shown as needing a person",
    not_saved: "confirmations that storage refused",
    accounts: "customer accounts taken",
    kills: "deaths at some await",
    closed: "tabs closed",
    power: "power losses",
    wiped: "caches wiped",
    torn: "values torn",
    proxy_crashes: "proxy crashes",
    restarts: "proxy restarts without a crash",
    lost_requests: "requests lost on the way to the proxy",
    lost_answers: "answers lost",
    repeated: "requests delivered twice",
    unreachable: "calls that could not reach Cin7",
    slow: "calls that took effect late",
    beyond: "headers that took effect later than promised",
    dropped_lines: "lines taken and not kept by Cin7",
    garbage: "answers that were none",
    throttled: "throttles by Cin7",
    waited_in_vain: "calls the proxy had no place for in time",
    offline: "requests without a network",
    refused_writes: "writes refused for want of room",
    clock_jumps: "clock jumps",
    changes: "changes of the account that the address answers for",
    other_account: "tabs that met another account",
    waiting: "orders shown as waiting for another account",
    edits: "edits in Cin7",
    voided: "sales voided in Cin7",
    refused: "orders' steps refused by Cin7",
    mended: "refused orders changed and confirmed again",
    taken_over: "orders taken over from another device",
    vaults: "vaults wiped",
    foreign: "foreign sales under an order's key",
    feed_parts: "parts of the feed read",
    feed_resets: "feeds begun anew",
    calls: "calls to Cin7",
    steps: "steps of tasks",
}
