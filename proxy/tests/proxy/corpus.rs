//! What fuzzing found, run as ordinary tests: see `fuzz/`.

#[expect(unreachable_pub, reason = "shared with the fuzz targets, which are another crate")]
#[path = "../../../fuzz/checks/proxy.rs"]
mod checks;
#[expect(unreachable_pub, reason = "shared with the fuzz targets, which are another crate")]
#[path = "../../../fuzz/checks/corpus.rs"]
mod kept;

use checks::TARGETS;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus");

macro_rules! targets {
    ($($name:ident),+) => {
        $(#[test]
        fn $name() {
            let (_, check) = TARGETS.iter().find(|(name, _)| *name == stringify!($name)).unwrap();
            kept::holds(stringify!($name), *check, FOLDER);
        })+

        #[test]
        fn every_target_is_run() {
            let run = [$(stringify!($name)),+];
            assert_eq!(TARGETS.map(|(name, _)| name), run);
        }
    };
}

targets!(routes, cost, verdicts, callers, creations);
