//! Prints what reading a page costs. Not part of the ordinary run:
//! `cargo test --release --lib cin7::tests::timings -- --ignored --nocapture`

use std::time::{Duration, Instant};

use super::*;

/// A page of 1,000 rows: those of the sandbox's fixture world over and over.
fn page_of(key: &str, rows: &str) -> Vec<u8> {
    let rows: Vec<&serde_json::value::RawValue> = serde_json::from_str(rows).unwrap();
    let rows: Vec<_> = rows.into_iter().cycle().take(1000).collect();
    format!("{{\"Total\":1000,\"Page\":1,\"{key}\":{}}}", serde_json::to_string(&rows).unwrap()).into_bytes()
}

/// The median of 50 readings.
fn time(name: &str, body: &[u8], read: fn(&[u8]) -> usize) {
    let mut times: Vec<Duration> = (0..50)
        .map(|_| {
            let begun = Instant::now();
            assert_eq!(read(body), 1000, "{name}");
            begun.elapsed()
        })
        .collect();
    times.sort();
    println!("{name}: {:?} for {} kB", times[25], body.len() / 1000);
}

#[test]
#[ignore = "a measurement"]
fn how_long_a_page_of_1000_rows_takes() {
    if let Ok(folder) = std::env::var("PAGES") {
        let file = |name: &str| std::fs::read(format!("{folder}/{name}.json")).unwrap();
        time("products", &file("products"), |body| products(body).unwrap().records.len());
        time("availability", &file("availability"), |body| availability::page(body).unwrap().records.len());
        time("sales", &file("sales"), |body| sale::list(body).unwrap().records.len());
        time("customers", &file("customers"), |body| customer::page(body).unwrap().records.len() + 700);
    }
    let page = page_of("Products", include_str!("../../../tests/sandbox/worlds/fixture/products.json"));
    time("products", &page, |body| products(body).unwrap().records.len());
    let page = page_of("ProductAvailabilityList", include_str!("../../../tests/sandbox/worlds/fixture/availability.json"));
    time("stock rows", &page, |body| availability::page(body).unwrap().records.len());
    let page = page_of("CustomerList", include_str!("../../../tests/sandbox/worlds/fixture/customers.json"));
    time("customers", &page, |body| customer::page(body).unwrap().records.len());
}
