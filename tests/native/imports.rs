//! The layers of `src/`, held by reading it: which module may use which, who may mention a browser, and what nobody may.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use self::source::Source;

/// Which modules each module may use, besides itself and [`FOR_ALL`].
const LAYERS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("json", &[]),
    ("planted", &[]),
    ("money", &[]),
    ("records", &["money"]),
    ("settings", &["money", "records"]),
    ("pricing", &["money", "records"]),
    ("totals", &["money", "records"]),
    ("stock", &["money", "records"]),
    ("quote", &["money", "records", "pricing", "totals", "stock"]),
    ("order", &["money", "records", "pricing", "totals", "stock", "quote"]),
    ("outbox", &["money", "records", "pricing", "totals", "stock", "quote", "order", "transport"]),
    ("account", &["money", "records", "transport"]),
    ("sync", &["money", "records", "transport"]),
    ("catalogue", &["money", "records"]),
    ("cin7", &["money", "records", "transport"]),
    ("store", &[]),
    ("transport", &["records", "cin7"]),
    (
        "desk",
        &[
            "money",
            "records",
            "pricing",
            "totals",
            "stock",
            "quote",
            "order",
            "outbox",
            "account",
            "sync",
            "catalogue",
            "cin7",
            "store",
            "transport",
        ],
    ),
    (
        "js",
        &[
            "money",
            "records",
            "pricing",
            "totals",
            "stock",
            "quote",
            "order",
            "outbox",
            "account",
            "sync",
            "catalogue",
            "cin7",
            "store",
            "transport",
            "desk",
        ],
    ),
];

/// What every module may use, as far as that stands below it.
const FOR_ALL: &[&str] = &["error", "json", "settings", "planted"];

/// Crates of the browser.
const BROWSER: &[&str] = &[
    "gloo",
    "gloo_net",
    "gloo_timers",
    "idb",
    "js_sys",
    "serde_wasm_bindgen",
    "talc",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "web_sys",
];

/// Who may mention them.
const EDGES: &[&str] = &["js.rs", "js/", "store/indexed_db.rs", "store/indexed_db/", "transport/fetch.rs"];

/// Most lines of a file, its tests aside.
const MOST_LINES: usize = 500;

/// Files that use themselves by way of others. This list only shrinks.
const KNOWN_CIRCLES: &[&str] = &[
    "account",
    "account::form",
    "account::view",
    "catalogue",
    "catalogue::companies",
    "catalogue::documents",
    "catalogue::products",
    "catalogue::products::narrowing",
    "catalogue::segment",
    "catalogue::segment::dictionary",
    "catalogue::segment::writer",
    "catalogue::stock",
    "order::plan",
    "order::problems",
    "order::problems::begun",
    "order::problems::header",
    "order::problems::lines",
    "order::problems::money",
    "order::problems::refused",
    "outbox",
    "outbox::by_hand",
    "outbox::custody",
    "outbox::refusal",
    "outbox::second_look",
    "outbox::view",
    "quote",
    "quote::begun",
    "quote::document",
    "quote::edit",
    "quote::header",
    "quote::history",
    "quote::margin",
    "quote::merge",
    "quote::refused",
    "quote::sharing",
    "quote::view",
    "quote::view::line",
    "records::sale",
    "records::sale::details",
    "records::sale::figures",
    "records::sale::kept",
    "records::sale::state",
    "records::sale::transactions",
    "store::indexed_db",
    "store::indexed_db::connection",
    "store::indexed_db::fallback",
    "store::indexed_db::schema",
    "sync",
    "sync::failures",
    "sync::history",
    "sync::lists",
    "sync::state",
    "sync::view",
];

/// Everything wrong with a file, as `file:line: rule`.
fn faults(path: &str, source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    let modules: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    let top = modules[0];
    let mut note = |line: usize, rule: String| faults.push(format!("src/{path}:{line}: {rule}"));
    let allowed = LAYERS.iter().find(|(name, _)| *name == top).map(|(_, allowed)| *allowed);
    if allowed.is_none() && top != "lib" {
        note(1, format!("`{top}` has no place among the layers yet"));
    }
    for used in source.paths(&modules, &[]) {
        let name = used.name.split("::").next().unwrap_or_default();
        let below = FOR_ALL.contains(&name) && !matches!(top, "error" | "json") && (top, name) != ("records", "settings");
        if !matches!(name, "" | "self") && name != top && !below && top != "lib" && !allowed.unwrap_or_default().contains(&name) {
            note(used.line, format!("`{top}` may not use `{name}`"));
        }
    }
    let at_the_edge = EDGES.iter().any(|edge| path == *edge || (edge.ends_with('/') && path.starts_with(edge)));
    for word in source.words() {
        let name = word.name.as_str();
        if BROWSER.contains(&name) && !at_the_edge {
            note(word.line, format!("only the edges may mention `{name}`"));
        }
        if matches!(name, "f32" | "f64") && !at_the_edge {
            note(word.line, format!("`{name}`: no float touches money or quantities"));
        }
        if name == "unwrap" && word.called {
            note(word.line, "`unwrap`: say what went wrong instead".into());
        }
    }
    for line in source.float_literals() {
        note(line, "a float literal: no float touches money or quantities".into());
    }
    let lines = source.lines_without_tests();
    if lines > MOST_LINES {
        note(lines, format!("{lines} lines without its tests, {MOST_LINES} are the most"));
    }
    faults
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// Every source file by its path below `src/`, those that are tests alone left out.
fn sources() -> Vec<(String, Source)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    let mut sources: Vec<(String, Source)> =
        paths.iter().map(|path| (name(path), Source::read(&fs::read_to_string(path).unwrap()))).collect();
    let tests: Vec<String> = sources
        .iter()
        .flat_map(|(path, source)| {
            let folder = path.trim_end_matches(".rs").trim_end_matches("lib").to_owned();
            source.test_modules.iter().map(move |module| format!("{folder}/{module}").trim_start_matches('/').to_owned())
        })
        .collect();
    sources.retain(|(path, _)| {
        let path = path.trim_end_matches(".rs");
        !tests.iter().any(|test| path == test || path.starts_with(&format!("{test}/")))
    });
    sources.sort_by(|one, other| one.0.cmp(&other.0));
    sources
}

/// The files that each file uses.
fn uses(sources: &[(String, Source)]) -> BTreeMap<String, BTreeSet<String>> {
    let module = |path: &str| path.trim_end_matches(".rs").replace('/', "::");
    let modules: BTreeSet<String> = sources.iter().map(|(path, _)| module(path)).collect();
    let file_of = |path: &str| {
        let parts: Vec<&str> = path.split("::").collect();
        (1..=parts.len()).rev().map(|length| parts[..length].join("::")).find(|prefix| modules.contains(prefix))
    };
    let used = sources.iter().map(|(path, source)| {
        let own = module(path);
        let below = format!("{own}::");
        let children: Vec<String> = modules
            .iter()
            .filter_map(|name| name.strip_prefix(&below))
            .filter(|name| !name.contains("::"))
            .map(Into::into)
            .collect();
        let place: Vec<&str> = own.split("::").filter(|name| *name != "lib").collect();
        let named = source.paths(&place, &children).into_iter().filter_map(|used| file_of(&used.name));
        (own.clone(), named.filter(|used| *used != own).collect())
    });
    used.collect()
}

/// The files from which a way leads back to themselves.
fn in_circles(uses: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let leads_back = |start: &&String| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![*start]);
        while let Some(file) = open.pop() {
            for next in &uses[file] {
                if next == *start {
                    return true;
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    };
    uses.keys().filter(leads_back).cloned().collect()
}

#[test]
fn no_file_uses_itself_by_way_of_others_but_those_that_are_known_to() {
    let found = in_circles(&uses(&sources()));
    let known: BTreeSet<String> = KNOWN_CIRCLES.iter().map(ToString::to_string).collect();
    let new: Vec<_> = found.difference(&known).collect();
    assert!(new.is_empty(), "these are in circles: {new:#?}");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "these are in no circle any more, take them off KNOWN_CIRCLES: {gone:#?}");
}

#[test]
fn a_circle_is_found_through_groups_parents_and_re_exports() {
    let circles = |files: &[(&str, &str)]| -> Vec<String> {
        let sources: Vec<(String, Source)> = files.iter().map(|(path, text)| ((*path).to_owned(), Source::read(text))).collect();
        in_circles(&uses(&sources)).into_iter().collect()
    };
    assert_eq!(
        circles(&[("a.rs", "use crate::b::{C, d::E};"), ("b.rs", ""), ("b/d.rs", "fn f() { crate::a::g(); }")]),
        ["a", "b::d"]
    );
    assert_eq!(circles(&[("a.rs", "mod b; pub use b::C;"), ("a/b.rs", "use super::D;")]), ["a", "a::b"]);
    assert_eq!(
        circles(&[("a.rs", "mod b; pub use self::b::C;"), ("a/b.rs", "use crate::e::F;"), ("e.rs", "use crate::a;")]).len(),
        3
    );
    assert!(
        circles(&[("a.rs", "mod b; use crate::c::D;"), ("a/b.rs", "use super::D;"), ("c.rs", "// use crate::a;")]).is_empty()
    );
}

#[test]
fn every_file_keeps_to_its_layer() {
    let sources = sources();
    assert!(sources.len() > 60, "only {} files were found", sources.len());
    let faults: Vec<String> = sources.iter().flat_map(|(path, source)| faults(path, source)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The package is built without what `{:?}` would show (scripts/build.mjs): a text made with it would be empty there.
#[test]
fn no_text_is_made_by_debug_formatting() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (path, _) in sources() {
        let text = fs::read_to_string(root.join(&path)).unwrap();
        let shipped = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let found = (1..).zip(shipped.lines()).find(|(_, line)| line.contains(":?}") || line.contains(":#?}"));
        assert!(found.is_none(), "src/{path}: {found:?}");
    }
}

fn of(path: &str, text: &str) -> Vec<String> {
    faults(path, &Source::read(text))
}

#[test]
fn a_noun_that_uses_an_edge_is_named_with_file_and_line() {
    assert_eq!(of("quote/view.rs", "//! x\nuse crate::store::Store;\n"), ["src/quote/view.rs:2: `quote` may not use `store`"]);
    assert_eq!(of("money.rs", "fn a() { crate::records::b(); }"), ["src/money.rs:1: `money` may not use `records`"]);
    assert_eq!(of("pricing.rs", "use super::totals::Totals;"), ["src/pricing.rs:1: `pricing` may not use `totals`"]);
    assert_eq!(
        of("records/company.rs", "use super::super::sync::List;"),
        ["src/records/company.rs:1: `records` may not use `sync`"]
    );
    assert_eq!(of("stock.rs", "use crate::{money::A, desk::B};"), ["src/stock.rs:1: `stock` may not use `desk`"]);
    assert_eq!(of("error.rs", "use crate::json::Unreadable;"), ["src/error.rs:1: `error` may not use `json`"]);
    assert_eq!(of("desk/x.rs", "use crate::js::Engine;"), ["src/desk/x.rs:1: `desk` may not use `js`"]);
    assert_eq!(of("helpers.rs", ""), ["src/helpers.rs:1: `helpers` has no place among the layers yet"]);
}

#[test]
fn what_the_rule_allows_is_allowed() {
    assert!(of("quote/view.rs", "use super::edit::X;\nuse crate::{error::Error, money::Amount, totals};").is_empty());
    assert!(of("desk.rs", "use crate::store::Store; use crate::sync::SyncPlan;").is_empty());
    assert!(
        of("money.rs", "// use crate::desk::Desk;\n/* web_sys /* f64 */ */ const A: &str = \"crate::js\"; // 1.5").is_empty()
    );
    assert!(of("money.rs", "const A: &str = r#\"a \" crate::desk web_sys\"#; fn b<'a>(c: &'a str) { c == '\"'; }").is_empty());
    assert!(of("money.rs", "fn a(b: ((u8, u8), u8)) { b.0.1; b.unwrap_or(0..1); unwrap_it(); }").is_empty());
}

#[test]
fn browsers_floats_and_unwraps_are_found_where_they_do_not_belong() {
    assert_eq!(of("store/memory.rs", "\nuse web_sys::Window;"), ["src/store/memory.rs:2: only the edges may mention `web_sys`"]);
    assert!(of("store/indexed_db/schema.rs", "use idb::Database;").is_empty());
    assert!(of("transport/fetch.rs", "use gloo_net::http;").is_empty());
    assert_eq!(of("transport/answer.rs", "use gloo_net::http;").len(), 1);
    assert_eq!(of("money.rs", "fn a(b: f64) {}").len(), 1);
    assert_eq!(of("money.rs", "fn a() { let b = 2 * 1.5; }").len(), 1);
    assert_eq!(of("money.rs", "fn a() { b.unwrap() }"), ["src/money.rs:1: `unwrap`: say what went wrong instead"]);
}

#[test]
fn tests_are_left_out_and_what_follows_them_is_not() {
    let text = "#[cfg(test)]\nmod tests {\n  use crate::desk::X; fn a() { b.unwrap(); { 1.5; } }\n}\nuse crate::js::Y;";
    assert_eq!(of("money.rs", text), ["src/money.rs:5: `money` may not use `js`"]);
    let source = Source::read("#[cfg(test)]\npub(crate) mod fixtures;\n#[cfg(test)]\nmod tests;\nmod other;");
    assert_eq!(source.test_modules, ["fixtures", "tests"]);
    assert!(sources().iter().all(|(path, _)| !path.contains("tests")), "files of tests are not judged");
}

#[test]
fn a_file_that_has_grown_too_long_is_named() {
    let long = "fn a() {}\n".repeat(MOST_LINES + 1);
    assert_eq!(of("money.rs", &long), ["src/money.rs:501: 501 lines without its tests, 500 are the most"]);
    let tested = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", "fn a() {}\n".repeat(MOST_LINES), "fn b() {}\n".repeat(300));
    assert!(of("money.rs", &tested).is_empty());
}
