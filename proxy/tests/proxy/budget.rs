//! The budget at work: places, lanes, callers who leave.

use super::*;

fn in_lane(desk: &Desk, lane: &'static str, path: &str) -> RequestBuilder {
    desk.request(Method::GET, path).header("x-quote-desk-lane", lane)
}

#[tokio::test]
async fn background_leaves_room_for_the_screen_and_both_for_orders() {
    // Of 12, background leaves three and the screen one; the check at start took one.
    let desk = Desk::start_with(|config| config.calls_per_minute = 12).await;
    for _ in 0..8 {
        assert_eq!(desk.get("/cin7/product").await.status, 200);
    }
    let background = tokio::spawn(Got::from(desk.request(Method::GET, "/cin7/product")));
    desk.until("a background call waits", |status| status["budget"]["waiting"]["background"] == 1).await;
    for _ in 0..2 {
        assert_eq!(Got::from(in_lane(&desk, "screen", "/cin7/product")).await.status, 200);
    }
    // A product is no step of an order, whatever the header says.
    let screen = tokio::spawn(Got::from(in_lane(&desk, "order", "/cin7/product")));
    desk.until("a screen call waits", |status| status["budget"]["waiting"]["screen"] == 1).await;
    let order = desk.posting("/cin7/sale/order", "{}").header("x-quote-desk-lane", "order");
    assert_eq!(Got::from(order).await.status, 200);
    let lookup = tokio::spawn(Got::from(in_lane(&desk, "order", "/cin7/saleList?ExternalID=q-1")));
    desk.until("the budget is used up", |status| status["budget"]["waiting"]["order"] == 1).await;

    let status = desk.status().await;
    assert_eq!(
        status["budget"],
        serde_json::json!({"limit":12,"usedLastMinute":12,"waiting":{"order":1,"screen":1,"background":1}})
    );
    assert_eq!(desk.fake.seen().len(), 12);

    // They go away, and their places in the lanes with them.
    for waiting in [background, screen, lookup] {
        waiting.abort();
    }
    desk.until("nobody waits", |status| status["budget"]["waiting"] == serde_json::json!({"order":0,"screen":0,"background":0}))
        .await;
    assert_eq!(desk.fake.seen().len(), 12);
}

#[tokio::test]
async fn a_full_lane_says_busy() {
    let desk = Desk::start_with(|config| config.calls_per_minute = 1).await;
    let waiting: Vec<_> = (0..200).map(|_| tokio::spawn(Got::from(desk.request(Method::GET, "/cin7/product")))).collect();
    desk.until("the lane is full", |status| status["budget"]["waiting"]["background"] == 200).await;
    let got = desk.get("/cin7/product").await;
    assert_eq!(got.problem(), problem(503, "busy", false));
    assert!((1..=61).contains(&got.json()["retryAfterSeconds"].as_u64().unwrap()));
    assert_eq!(desk.fake.seen_but_me().len(), 0);
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn a_read_ends_when_the_browser_goes_away_and_a_write_does_not() {
    let desk = Desk::start().await;
    desk.fake.next([Act::Hang]);
    let read = tokio::spawn(Got::from(desk.request(Method::GET, "/cin7/product")));
    wait_for(|| desk.fake.seen_but_me().len() == 1).await;
    read.abort();
    wait_for(|| desk.fake.hung_up() == 1).await;

    desk.fake.next([Act::Late(Duration::from_millis(400), Box::new(Act::json(r#"{"ID":"1"}"#)))]);
    let answered = desk.fake.answered();
    let write = tokio::spawn(Got::from(desk.posting("/cin7/sale/payment", r#"{"TaskID":"t","Reference":"r"}"#)));
    wait_for(|| desk.fake.seen_but_me().len() == 2).await;
    write.abort();
    wait_for(|| desk.fake.answered() == answered + 1).await;
    wait_for(|| log().lines().any(|line| line.contains("Cin7 answered") && line.contains("path=\"sale/payment\""))).await;
    assert_eq!(desk.fake.hung_up(), 1, "the write was not cut off");
}

async fn wait_for(condition: impl Fn() -> bool) {
    for _ in 0..200 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(condition(), "it never happened");
}
