//! Each thing is created once: repeats, two devices at once, lost answers, crashes, a bad disk.

use serde_json::json;

use super::*;

const LINK: &str = "https://crm.example.com/view/Quote/10452";
const SALE_ID: &str = "5d0c1f2e-0000-4000-8000-0000000000d1";

fn sale(link: &str, note: &str) -> String {
    json!({"CustomerID": "c-1", "Note": note, "ExternalID": link}).to_string()
}

fn made() -> Act {
    let date = vec![("Date", "Mon, 30 Mar 2026 15:00:00 GMT".to_owned())];
    Act::Reply(200, date, format!(r#"{{"ID":"{SALE_ID}","Status":"ORDERING","CurrencyRate":1.10000}}"#).into_bytes())
}

/// An answer of `saleList` with sales of these numbers and states, all with the link.
fn listed(rows: &[(&str, &str)]) -> Act {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(number, status)| json!({"SaleID": SALE_ID, "OrderNumber": number, "Status": status, "ExternalID": LINK}))
        .chain([json!({"SaleID": "x", "OrderNumber": "SO-9", "Status": "ORDERED", "ExternalID": format!("{LINK}9")})])
        .collect();
    Act::json(&json!({"Total": rows.len(), "Page": 1, "SaleList": rows}).to_string())
}

fn count(fake: &Fake, method: &str) -> usize {
    fake.seen_but_me().iter().filter(|seen| seen.method == method).count()
}

fn replayed(got: &Got) -> bool {
    got.header("idempotency-replayed") == Some("true")
}

#[tokio::test]
async fn devices_that_confirm_at_once_get_the_first_ones_sale() {
    let desk = Desk::start().await;
    desk.fake.next([Act::Late(Duration::from_millis(300), Box::new(made()))]);
    let devices: Vec<_> = (0..8).map(|_| tokio::spawn(Got::from(desk.posting("/cin7/sale", &sale(LINK, "n"))))).collect();
    let mut repeats = 0;
    for device in devices {
        let got = device.await.unwrap();
        assert_eq!((got.status, got.json()["ID"].as_str()), (200, Some(SALE_ID)));
        assert!(got.text().contains("1.10000"), "byte for byte");
        assert_eq!(got.header("x-cin7-date"), Some("Mon, 30 Mar 2026 15:00:00 GMT"));
        repeats += usize::from(replayed(&got));
    }
    assert_eq!((count(&desk.fake, "POST"), count(&desk.fake, "GET"), repeats), (1, 0, 7));
    assert_eq!(desk.status().await["ledger"], json!({"durable": false, "unknown": 0}));
}

#[tokio::test]
async fn a_key_with_another_body_is_refused_once_it_stands() {
    let desk = Desk::start().await;
    desk.fake.next([Act::Late(Duration::from_millis(300), Box::new(made()))]);
    let first = tokio::spawn(Got::from(desk.posting("/cin7/sale", &sale(LINK, "one"))));
    desk.until("the first is sent", |status| status["ledger"]["unknown"] == 1).await;
    // While the first is under way nobody knows yet: this one waits for it.
    let other = desk.post("/cin7/sale", &sale(LINK, "two")).await;
    assert_eq!(other.problem(), problem(409, "key_reused", false));
    assert_eq!(first.await.unwrap().status, 200);
    assert_eq!(desk.post("/cin7/sale", &sale(LINK, "two")).await.problem(), problem(409, "key_reused", false));
    assert_eq!(desk.post("/cin7/sale", &sale("q/2", "two")).await.status, 200, "another key is another sale");
    assert_eq!(count(&desk.fake, "POST"), 2);
}

#[tokio::test]
async fn what_cin7_refused_may_be_mended_and_sent_again() {
    let desk = Desk::start().await;
    let refusal = Act::status(400, r#"[{"ErrorCode":400,"Exception":"Please specify CurrencyRate."}]"#);
    desk.fake.next([refusal, made()]);
    assert_eq!(desk.post("/cin7/sale", &sale(LINK, "bad")).await.problem(), problem(422, "upstream_refused", false));
    let mended = desk.post("/cin7/sale", &sale(LINK, "mended")).await;
    assert_eq!((mended.status, replayed(&mended)), (200, false));
    assert_eq!(count(&desk.fake, "POST"), 2);
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_and_never_sent_again_by_itself() {
    let desk = Desk::start().await;
    desk.fake.next([Act::Hang, listed(&[]), listed(&[("SO-451", "ORDERING")]), made()]);
    let body = sale(LINK, "n");
    assert_eq!(desk.post("/cin7/sale", &body).await.problem(), problem(504, "upstream_timeout", true));
    let still = desk.post("/cin7/sale", &body).await;
    assert_eq!(still.problem(), problem(503, "outcome_unknown", true));
    assert!((90..=100).contains(&still.json()["retryAfterSeconds"].as_u64().unwrap()), "{}", still.text());
    assert_eq!(desk.status().await["ledger"]["unknown"], 1);
    // Cin7 carried it out after all.
    let late = desk.post("/cin7/sale", &body).await;
    assert_eq!((late.status, late.json()["ID"].as_str(), replayed(&late)), (200, Some(SALE_ID), true));
    let again = desk.post("/cin7/sale", &body).await;
    assert_eq!((again.text(), replayed(&again)), (late.text(), true));
    let targets: Vec<String> = desk.fake.seen_but_me().into_iter().map(|seen| seen.target).collect();
    let list = format!("/ExternalApi/v2/saleList?ExternalID={}&Limit=1000", LINK.replace(':', "%3A").replace('/', "%2F"));
    assert_eq!(targets, ["/ExternalApi/v2/sale", &list, &list, &format!("/ExternalApi/v2/sale?ID={SALE_ID}")]);
}

#[tokio::test]
async fn after_the_settle_time_exactly_one_new_call_is_let_through() {
    let desk = Desk::start_with(|config| config.timeouts.settle = Duration::from_millis(400)).await;
    desk.fake.next([Act::Drop, listed(&[])]);
    let body = sale(LINK, "n");
    assert_eq!(desk.post("/cin7/sale", &body).await.problem(), problem(502, "upstream_dropped", true));
    assert_eq!(desk.post("/cin7/sale", &body).await.problem(), problem(503, "outcome_unknown", true));
    tokio::time::sleep(Duration::from_millis(450)).await;
    desk.fake.next([listed(&[]), Act::Late(Duration::from_millis(200), Box::new(made()))]);
    let devices: Vec<_> = (0..5).map(|_| tokio::spawn(Got::from(desk.posting("/cin7/sale", &body)))).collect();
    for device in devices {
        assert_eq!(device.await.unwrap().json()["ID"], SALE_ID);
    }
    assert_eq!((count(&desk.fake, "POST"), count(&desk.fake, "GET")), (2, 2));
}

/// A look-up that fails, or is not understood, is no proof that nothing is there.
#[tokio::test]
async fn only_a_look_up_that_was_understood_lets_a_call_through() {
    let desk = Desk::start_with(|config| config.timeouts.settle = Duration::ZERO).await;
    let body = sale(LINK, "n");
    desk.fake.next([Act::Drop]);
    assert_eq!(desk.post("/cin7/sale", &body).await.problem(), problem(502, "upstream_dropped", true));
    for answer in [Act::json("{}"), Act::json("<html>"), Act::status(500, "boom"), Act::Drop, Act::json(r#"{"SaleList":[{}]}"#)] {
        desk.fake.next([answer.clone()]);
        let got = desk.post("/cin7/sale", &body).await;
        assert_eq!(got.problem(), problem(503, "outcome_unknown", true), "{answer:?}");
        assert!(got.json()["messages"][0].as_str().is_some_and(|words| words.contains("Cin7")), "{}", got.text());
    }
    assert_eq!(count(&desk.fake, "POST"), 1);
}

#[tokio::test]
async fn two_sales_under_a_key_are_named_and_a_voided_one_is_handed_out_as_such() {
    let desk = Desk::start().await;
    let body = sale(LINK, "n");
    desk.fake.next([Act::Drop, listed(&[("SO-451", "ORDERED"), ("SO-460", "ORDERING")])]);
    desk.post("/cin7/sale", &body).await;
    let got = desk.post("/cin7/sale", &body).await;
    assert_eq!(got.problem(), problem(409, "stands_twice", false));
    assert_eq!(got.json()["messages"], json!(["SO-451", "SO-460"]));
    let voided = format!(r#"{{"ID":"{SALE_ID}","Status":"VOIDED"}}"#);
    desk.fake.next([listed(&[("SO-451", "VOIDED")]), Act::json(&voided)]);
    assert_eq!(desk.post("/cin7/sale", &body).await.text(), voided, "that it was voided is for a person to judge");
    assert_eq!(count(&desk.fake, "POST"), 1);
}

/// The outcome of a lost call is looked up before another body under its key is judged.
#[tokio::test]
async fn a_lost_call_that_stands_binds_its_key() {
    let desk = Desk::start().await;
    desk.fake.next([Act::Drop, listed(&[("SO-451", "ORDERING")]), made()]);
    desk.post("/cin7/sale", &sale(LINK, "one")).await;
    assert_eq!(desk.post("/cin7/sale", &sale(LINK, "two")).await.problem(), problem(409, "key_reused", false));
    assert!(replayed(&desk.post("/cin7/sale", &sale(LINK, "one")).await));
    assert_eq!(count(&desk.fake, "POST"), 1);
}

#[tokio::test]
async fn a_call_whose_browser_is_gone_is_written_down_all_the_same() {
    let desk = Desk::start().await;
    desk.fake.next([Act::Late(Duration::from_millis(300), Box::new(made()))]);
    let body = sale(LINK, "n");
    let gone = tokio::spawn(Got::from(desk.posting("/cin7/sale", &body)));
    desk.until("it is sent", |status| status["ledger"]["unknown"] == 1).await;
    gone.abort();
    let got = desk.post("/cin7/sale", &body).await;
    assert_eq!((got.status, got.json()["ID"].as_str(), replayed(&got)), (200, Some(SALE_ID), true));
    assert_eq!((count(&desk.fake, "POST"), desk.fake.hung_up()), (1, 0));
}

#[tokio::test]
async fn a_payment_is_made_once_for_its_task_and_reference() {
    let desk = Desk::start().await;
    let payment = json!({"TaskID": SALE_ID, "Type": "Payment", "Reference": "card-77", "Amount": 12.50}).to_string();
    let row = format!(r#"{{"SaleID":"s","TaskID":"{SALE_ID}","ID":"p-1","Reference":"card-77","Amount":12.50}}"#);
    desk.fake.next([Act::Drop, Act::json(&format!("[ {row} ]"))]);
    assert_eq!(desk.post("/cin7/sale/payment", &payment).await.problem(), problem(502, "upstream_dropped", true));
    let got = desk.post("/cin7/sale/payment", &payment).await;
    assert_eq!((got.status, got.text(), replayed(&got)), (200, row, true));
    assert_eq!(count(&desk.fake, "POST"), 1);
}

#[tokio::test]
async fn what_could_not_be_found_again_is_not_created() {
    let desk = Desk::start().await;
    for (path, body, problems) in [("sale", r#"{"Note":"n"}"#, 1), ("sale/payment", r#"{"Amount":1}"#, 2)] {
        let got = desk.post(&format!("/cin7/{path}"), body).await;
        assert_eq!(got.problem(), problem(400, "bad_request", false), "{path}");
        assert_eq!(got.json()["messages"].as_array().unwrap().len(), problems, "{}", got.text());
    }
    assert!(desk.fake.seen_but_me().is_empty());
}

#[tokio::test]
async fn what_was_made_is_known_after_another_start() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ledger.sqlite");
    let body = sale(LINK, "n");
    let desk = Desk::start_with(|config| config.ledger = Some(file.clone())).await;
    assert_eq!(desk.status().await["ledger"]["durable"], true);
    desk.fake.next([made()]);
    let first = desk.post("/cin7/sale", &body).await;
    let fake = desk.fake.clone();
    desk.proxy.stop().await;
    let desk = Desk::start_on(fake, |config| config.ledger = Some(file)).await;
    let again = desk.post("/cin7/sale", &body).await;
    assert_eq!((again.text(), replayed(&again)), (first.text(), true));
    assert_eq!(desk.post("/cin7/sale", &sale(LINK, "other")).await.problem(), problem(409, "key_reused", false));
    assert_eq!(count(&desk.fake, "POST"), 1);
}

/// A customer who was renamed or removed in Cin7 leaves the name to another one.
#[tokio::test]
async fn a_customers_name_is_free_again_once_nobody_bears_it() {
    let desk = Desk::start_with(|config| config.timeouts.settle = Duration::from_millis(300)).await;
    let customer = |phone: &str| json!({"Name": "Bayside", "Phone": phone}).to_string();
    let list = |name: &str| Act::json(&json!({"Total": 1, "CustomerList": [{"ID": SALE_ID, "Name": name}]}).to_string());
    desk.fake.next([list("Bayside")]);
    let first = desk.post("/cin7/customer", &customer("1")).await;
    assert_eq!(first.status, 200);
    let twice = desk.post("/cin7/customer", &customer("1")).await;
    assert_eq!((twice.text(), replayed(&twice)), (first.text(), true));
    assert_eq!(desk.post("/cin7/customer", &customer("2")).await.problem(), problem(409, "key_reused", false));
    assert_eq!(desk.fake.seen_but_me().len(), 1);
    tokio::time::sleep(Duration::from_millis(350)).await;
    desk.fake.next([list("Bayside"), list("Bayside"), list("Bayside & Sons"), list("Bayside")]);
    assert_eq!(desk.post("/cin7/customer", &customer("2")).await.problem(), problem(409, "key_reused", false), "it stands");
    let another = desk.post("/cin7/customer", &customer("2")).await;
    assert_eq!((another.status, replayed(&another)), (200, false));
    assert_eq!(count(&desk.fake, "POST"), 2);
}
