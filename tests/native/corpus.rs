//! What fuzzing found, run as ordinary tests: see `fuzz/`.

#[expect(unreachable_pub, reason = "shared with the fuzz targets, which are another crate")]
#[path = "../../fuzz/checks/mod.rs"]
mod checks;

use checks::{TARGETS, corpus};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus");

macro_rules! targets {
    ($($name:ident),+) => {
        $(#[test]
        fn $name() {
            let (_, check) = TARGETS.iter().find(|(name, _)| *name == stringify!($name)).unwrap();
            corpus::holds(stringify!($name), *check, FOLDER);
        })+

        #[test]
        fn every_target_is_run() {
            let run = [$(stringify!($name)),+];
            assert_eq!(TARGETS.map(|(name, _)| name), run);
        }
    };
}

targets!(json, words, markup, forms, answers, cin7, rows, records, segments, quotes);
