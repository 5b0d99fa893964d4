//! A graceful stop: writes in flight get their answer, those who wait are sent away.

use super::*;

#[tokio::test]
async fn a_stop_waits_for_the_write_in_flight_and_sends_the_waiting_away() {
    let desk = Desk::start_with(|config| config.calls_per_minute = 2).await;
    desk.fake.next([Act::Late(Duration::from_millis(500), Box::new(Act::json(r#"{"ID":"1"}"#)))]);
    let lane = |request: RequestBuilder| request.header("x-quote-desk-lane", "order");
    let write = tokio::spawn(Got::from(lane(desk.posting("/cin7/sale/order", "{}"))));
    desk.until("the write is sent", |status| status["budget"]["usedLastMinute"] == 2).await;
    let waiting = tokio::spawn(Got::from(lane(desk.posting("/cin7/sale/order", "{}"))));
    desk.until("another write waits", |status| status["budget"]["waiting"]["order"] == 1).await;
    let address = desk.proxy.address();
    desk.proxy.stop().await;
    assert_eq!(desk.fake.answered(), 2);
    assert_eq!(write.await.unwrap().text(), r#"{"ID":"1"}"#);
    assert_eq!(waiting.await.unwrap().problem(), problem(503, "busy", false));
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_stop_waits_for_a_write_whose_browser_is_gone() {
    let desk = Desk::start().await;
    desk.fake.next([Act::Late(Duration::from_millis(500), Box::new(Act::json("{}")))]);
    let write = tokio::spawn(Got::from(desk.posting("/cin7/sale/order", "{}")));
    desk.until("the write is sent", |status| status["budget"]["usedLastMinute"] == 2).await;
    write.abort();
    desk.proxy.stop().await;
    assert_eq!((desk.fake.answered(), desk.fake.hung_up()), (2, 0));
}
