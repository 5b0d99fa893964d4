//! What the proxy makes of every way in which Cin7 can answer, fail to answer, or answer wrongly.

use super::*;

const SENTENCE: &str = "You have reached 60 calls per 60 seconds API limit.";

#[tokio::test]
async fn a_good_answer_passes_byte_for_byte_with_cin7s_date_and_nothing_else_of_its_headers() {
    let desk = Desk::start().await;
    let body = "\u{20}{ \"Price\" : 1.10000000000000000001,\n \"Name\":\"\\u00e4ä\" }\n";
    let date = "Mon, 30 Mar 2026 15:00:00 GMT".to_owned();
    let headers = vec![
        ("Date", date.clone()),
        ("Set-Cookie", "session=1".to_owned()),
        ("Server", "IIS".to_owned()),
        ("X-Powered-By", "ASP.NET".to_owned()),
        ("Content-Type", "text/plain".to_owned()),
        ("Access-Control-Allow-Origin", "*".to_owned()),
    ];
    desk.fake.next([Act::Reply(200, headers, body.as_bytes().to_vec())]);
    let got = desk.get("/cin7/product?Page=1&Limit=1000").await;
    assert_eq!((got.status, got.text().as_str()), (200, body));
    assert_eq!(got.header("x-cin7-date"), Some(date.as_str()));
    assert_eq!(got.header("content-type"), Some("application/json"));
    assert_eq!(got.header("cache-control"), Some("private, no-store"));
    for name in ["set-cookie", "server", "x-powered-by", "access-control-allow-origin"] {
        assert_eq!(got.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn every_outcome_has_its_code_and_only_a_write_that_was_sent_is_ambiguous() {
    let desk = Desk::start_with(|config| config.calls_per_minute = 600).await;
    let page = "<!DOCTYPE html><html><body>Page not found</body></html>";
    let refusal = r#"[{"ErrorCode":400,"Exception":"Please specify CurrencyRate."}]"#;
    let packed = Act::Reply(200, vec![("Content-Encoding", "gzip".to_owned())], b"{\"this is\": \"not gzip\"}".to_vec());
    let cases = [
        ("drop", Act::Drop, 502, "upstream_dropped", true),
        ("half a body", Act::HalfBody, 502, "upstream_dropped", true),
        ("not HTTP", Act::Raw("220 mail.example.com ESMTP\r\n"), 502, "upstream_dropped", true),
        ("hang", Act::Hang, 504, "upstream_timeout", true),
        ("stall", Act::StalledBody, 504, "upstream_timeout", true),
        ("broken gzip", packed, 502, "upstream_not_json", true),
        ("HTML", Act::json(page), 502, "upstream_not_json", true),
        ("empty", Act::json(""), 502, "upstream_not_json", true),
        ("no content", Act::status(204, ""), 502, "upstream_not_json", true),
        ("truncated", Act::json(r#"{"ID":"1","Lines":[{"#), 502, "upstream_not_json", true),
        ("error with 200", Act::json(refusal), 422, "upstream_refused", false),
        ("bulk errors", Act::json(r#"{"Errors":["no"]}"#), 422, "upstream_refused", true),
        ("validation", Act::status(400, refusal), 422, "upstream_refused", false),
        ("wrong path", Act::status(404, page), 422, "upstream_refused", false),
        ("wrong verb", Act::status(405, ""), 422, "upstream_refused", false),
        ("server error", Act::status(500, "Object reference not set"), 502, "upstream_failed", true),
        ("maintenance", Act::status(503, page), 502, "upstream_failed", true),
        ("endless", Act::Endless, 502, "upstream_too_large", true),
        ("endless head", Act::EndlessHead, 502, "upstream_dropped", true),
        ("a bomb", bomb(), 502, "upstream_too_large", true),
    ];
    for (what, act, status, code, ambiguous) in cases {
        desk.fake.next([act.clone(), act]);
        let read = desk.get("/cin7/product?Page=1").await;
        assert_eq!(read.problem(), problem(status, code, false), "reading: {what}");
        let write = desk.post("/cin7/sale/order", "{}").await;
        assert_eq!(write.problem(), problem(status, code, ambiguous), "writing: {what}");
    }
    let reads = desk.fake.seen_but_me().iter().filter(|seen| seen.method == "GET").count();
    assert_eq!((reads, desk.fake.seen_but_me().len()), (20, 40), "each call was made once");
}

/// An answer that unpacks to 100 MiB of blanks: one blank, and again and again the 258 bytes before, in 13 bits each.
fn bomb() -> Act {
    let mut bits = BitWriter::default();
    // The last block, with fixed codes; a blank.
    bits.push(0b1, 1);
    bits.push(0b01, 2);
    bits.push_code(0x30 + 0x20, 8);
    for _ in 0..100 * 1024 * 1024 / 258 {
        bits.push_code(0b1100_0101, 8);
        bits.push_code(0, 5);
    }
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    packed.extend(bits.bytes);
    Act::Reply(200, vec![("Content-Encoding", "gzip".to_owned())], packed)
}

#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    used: u32,
}

impl BitWriter {
    /// The lowest bit first.
    fn push(&mut self, bits: u16, count: u32) {
        for at in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = u8::try_from((bits >> at) & 1).unwrap();
            *self.bytes.last_mut().unwrap() |= bit << (self.used % 8);
            self.used += 1;
        }
    }

    /// Codes come with the highest bit first.
    fn push_code(&mut self, code: u16, count: u32) {
        self.push(code.reverse_bits() >> (16 - count), count);
    }
}

/// Every piece comes in time, and all together they never end.
#[tokio::test]
async fn an_answer_that_drips_is_given_up_when_the_time_is_up() {
    let desk = Desk::start().await;
    desk.fake.next([Act::Drip, Act::Drip]);
    let (read, write) = tokio::join!(desk.get("/cin7/product"), desk.post("/cin7/sale/order", "{}"));
    assert_eq!(read.problem(), problem(504, "upstream_timeout", false));
    assert_eq!(write.problem(), problem(504, "upstream_timeout", true));
    assert_eq!(desk.get("/cin7/product").await.status, 200, "and the next call is answered");
}

#[tokio::test]
async fn cin7s_own_words_and_status_are_kept() {
    let desk = Desk::start().await;
    let body =
        r#"[{"ErrorCode":400,"Exception":"Please specify CurrencyRate."},{"ErrorCode":404,"Exception":"Category not found."}]"#;
    desk.fake.next([Act::status(400, body)]);
    let got = desk.post("/cin7/sale/order", "{}").await.json();
    assert_eq!(got["messages"], serde_json::json!(["Please specify CurrencyRate.", "Category not found."]));
    assert_eq!(got["upstreamStatus"], 400);
}

#[tokio::test]
async fn a_connection_that_was_never_made_is_not_ambiguous() {
    // A port that was free a moment ago, with nobody behind it.
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let desk = Desk::start_with(|config| {
        let base = parse_base(&format!("http://127.0.0.1:{port}/")).unwrap();
        config.upstream = Upstream::Cin7(Account { base, id: ACCOUNT_ID.into(), key: APPLICATION_KEY.into() });
    })
    .await;
    assert_eq!(desk.post("/cin7/sale/order", "{}").await.problem(), problem(502, "upstream_unreachable", false));
    assert_eq!(desk.status().await["credentials"], "unknown");
}

/// Over TLS the handshake fails before a byte of the call is sent.
#[tokio::test]
async fn a_failed_handshake_is_not_ambiguous() {
    let desk = Desk::start_on(Fake::start().await, |_| {}).await;
    let address = desk.fake.address;
    let desk = Desk::start_with(|config| {
        let base = parse_base(&format!("https://{address}/")).unwrap();
        config.upstream = Upstream::Cin7(Account { base, id: ACCOUNT_ID.into(), key: APPLICATION_KEY.into() });
    })
    .await;
    assert_eq!(desk.post("/cin7/sale/order", "{}").await.problem(), problem(502, "upstream_unreachable", false));
}

#[tokio::test]
async fn redirects_are_reported_and_never_followed() {
    let desk = Desk::start().await;
    let other = Fake::start().await;
    let location = vec![("Location", format!("http://{}/steal", other.address))];
    let redirect = |status| Act::Reply(status, location.clone(), Vec::new());
    desk.fake.next([redirect(302), redirect(307)]);
    assert_eq!(desk.get("/cin7/product").await.problem(), problem(502, "upstream_failed", false));
    assert_eq!(desk.post("/cin7/sale/order", "{}").await.problem(), problem(502, "upstream_failed", true));
    assert!(other.seen().is_empty());
}

/// The server closes the kept connection just as the next write arrives: the moment at which HTTP clients
/// are tempted to send again.
#[tokio::test]
async fn a_write_is_never_sent_twice() {
    let desk = Desk::start().await;
    desk.fake.next([Act::json("{}"), Act::Drop, Act::json("{}"), Act::Drop]);
    for n in 0..2 {
        assert_eq!(desk.post("/cin7/sale/order", "{}").await.status, 200, "{n}");
        assert_eq!(desk.post("/cin7/sale/order", "{}").await.problem(), problem(502, "upstream_dropped", true), "{n}");
    }
    assert_eq!(desk.fake.seen_but_me().len(), 4);
    for seen in desk.fake.seen_but_me() {
        assert_eq!(seen.body, b"{}");
    }
}

/// A kept connection may be dead, and what an HTTP client does then is not left to it.
#[tokio::test]
async fn reads_share_a_connection_and_every_write_has_its_own() {
    let desk = Desk::start().await;
    for _ in 0..3 {
        assert_eq!(desk.get("/cin7/product").await.status, 200);
    }
    assert_eq!(desk.fake.connections(), 1);
    for _ in 0..3 {
        assert_eq!(desk.post("/cin7/sale/order", "{}").await.status, 200);
    }
    assert_eq!(desk.fake.connections(), 4);
}

#[tokio::test]
async fn the_limit_is_recognised_in_every_guise_and_closes_the_door() {
    let array = format!(r#"[{{"ErrorCode":400,"Exception":"{SENTENCE}"}}]"#);
    let object = format!(r#"{{"ErrorCode":400,"Exception":"{SENTENCE}"}}"#);
    let retry = |text: &str| vec![("Retry-After", text.to_owned())];
    let date = |text: &str| vec![("Date", text.to_owned())];
    let cases = [
        (Act::Reply(429, retry("60 Seconds"), SENTENCE.into()), 60),
        (Act::Reply(429, retry("45 sec"), Vec::new()), 45),
        (Act::Reply(429, retry("77"), "[]".into()), 77),
        (
            Act::Reply(
                429,
                [retry("Mon, 23 Nov 2026 08:01:00 GMT"), date("Mon, 23 Nov 2026 07:59:30 GMT")].concat(),
                SENTENCE.into(),
            ),
            90,
        ),
        (Act::status(503, SENTENCE), 10),
        (Act::status(400, &array), 10),
        (Act::status(200, &object), 10),
    ];
    for (act, seconds) in cases {
        let desk = Desk::start().await;
        desk.fake.next([act.clone()]);
        let got = desk.post("/cin7/sale/order", "{}").await;
        assert_eq!(got.problem(), problem(429, "rate_limited", false), "{act:?}");
        let said = got.json()["retryAfterSeconds"].as_u64().unwrap();
        // Without a word of Cin7 the check at start has to leave the window too.
        let expected = if seconds == 10 { 11..=61 } else { seconds..=seconds };
        assert!(expected.contains(&said), "{said} {act:?}");
        if seconds > 30 {
            let request = desk.request(Method::GET, "/cin7/product").header("x-quote-desk-lane", "screen");
            assert_eq!(Got::from(request).await.problem(), problem(429, "rate_limited", false));
        }
        assert_eq!(desk.fake.seen_but_me().len(), 1, "the door is closed: {act:?}");
    }
}

#[tokio::test]
async fn refused_credentials_are_asked_about_once() {
    let fake = Fake::start().await;
    fake.next([Act::status(403, "Incorrect credentials!")]);
    let desk = Desk::start_on(fake, |_| {}).await;
    assert_eq!(desk.status().await["credentials"], "refused");
    for _ in 0..5 {
        let got = desk.get("/cin7/product").await;
        assert_eq!(got.problem(), problem(502, "credentials_refused", false));
        assert!((1..=60).contains(&got.json()["retryAfterSeconds"].as_u64().unwrap()));
        assert_eq!(desk.post("/cin7/sale/order", "{}").await.problem(), problem(502, "credentials_refused", false));
    }
    assert_eq!(desk.fake.seen().len(), 1);
    assert!(log().contains("Cin7 refused the account id or application key"));
}

#[tokio::test]
async fn good_credentials_are_reported() {
    let desk = Desk::start().await;
    let status = desk.status().await;
    assert_eq!(
        status,
        serde_json::json!({"upstream":"cin7","account":status["account"],"credentials":"ok","controlUrl":null,
            "budget":{"limit":60,"usedLastMinute":1,"waiting":{"order":0,"screen":0,"background":0}},
            "ledger":{"durable":false,"unknown":0}})
    );
    assert_eq!(desk.fake.seen().len(), 1, "the status asks nobody");
}
