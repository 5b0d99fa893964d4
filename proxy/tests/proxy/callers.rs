//! Callers who send without end, too slowly, or do not take what they asked for. Real time would take too long: the clock is
//! moved on while nothing else happens.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

async fn connected(desk: &Desk, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(desk.proxy.address()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// Lets this much time pass for everyone.
async fn later(seconds: u64) {
    tokio::time::sleep(Duration::from_millis(100)).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

/// What comes until the connection ends.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest)).await;
    assert!(read.is_ok(), "the connection is still open");
    rest
}

#[tokio::test]
async fn a_caller_that_never_ends_its_head_is_cut_off() {
    let desk = Desk::start().await;
    let whole = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    // Also one that never begins, and one that never begins its next one.
    for head in ["GET /cin7/status HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "", whole] {
        let mut stream = connected(&desk, head).await;
        later(25).await;
        let answer = String::from_utf8(rest(&mut stream).await).unwrap();
        assert_eq!(answer.starts_with("HTTP/1.1 200"), head == whole, "{answer}");
    }
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let desk = Desk::start().await;
    let long = desk.request(Method::GET, "/cin7/status").header("x-long", "x".repeat(64 * 1024)).send().await;
    assert!(long.is_err() || long.unwrap().status() == 431);
    assert_eq!(desk.get("/cin7/status").await.status, 200);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let desk = Desk::start().await;
    let head = "POST /cin7/sale HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let mut stream = connected(&desk, head).await;
    later(31).await;
    let answer = String::from_utf8(rest(&mut stream).await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("The body did not arrive completely."), "{answer}");
    assert!(desk.fake.seen_but_me().is_empty());
}

/// Whatever is asked for: no more of a body is taken in than a write may have, and the rest of an unwanted one is not read.
#[tokio::test]
async fn a_body_without_end_is_not_read_to_its_end() {
    let desk = Desk::start().await;
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x1_0000));
    for (call, kind, status) in [
        ("POST /cin7/sale", "application/json", "413"),
        ("POST /cin7/sale", "text/plain", "400"),
        ("POST /cin7/nothing", "application/json", "404"),
        ("GET /cin7/product", "application/json", "200"),
        ("POST /", "application/json", "405"),
    ] {
        let head = format!("{call} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n");
        let (mut reading, mut writing) = connected(&desk, &head).await.into_split();
        let pouring = async {
            let mut sent = 0;
            while sent < 512 && writing.write_all(chunk.as_bytes()).await.is_ok() {
                sent += 1;
            }
            sent
        };
        let answered = async {
            let mut answer = [0; 12];
            let read = reading.read_exact(&mut answer).await.is_ok();
            (read, String::from_utf8_lossy(&answer).into_owned())
        };
        let (sent, (read, answer)) = tokio::join!(pouring, answered);
        assert!(!read || answer == format!("HTTP/1.1 {status}"), "{call}: {answer}");
        assert!(sent < 512, "{call}: 32 MiB were taken in");
    }
    assert_eq!(desk.get("/cin7/status").await.status, 200);
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_thrown_away() {
    let desk = Desk::start().await;
    let body = format!("[{}]", " ".repeat(30 * 1024 * 1024));
    desk.fake.next([Act::json(&body), Act::json(&body)]);
    let ask = "GET /cin7/product HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut stream = connected(&desk, ask).await;
    while desk.fake.answered() < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    later(31).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut taken = Vec::new();
    // The connection may end by a reset.
    let _ = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut taken)).await.expect("it is still open");
    assert!(taken.len() < body.len(), "all of it came");
    // Whoever takes it gets it.
    assert_eq!(desk.get("/cin7/product").await.body.len(), body.len());
}

#[tokio::test]
async fn a_request_that_can_be_read_in_two_ways_is_refused() {
    let desk = Desk::start().await;
    for lengths in ["Content-Length: 2\r\nContent-Length: 4", "Content-Length: 2, 4", "Content-Length: +2"] {
        let head =
            format!("POST /cin7/sale HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{lengths}\r\n\r\n{{}}");
        let mut stream = connected(&desk, &head).await;
        let answer = String::from_utf8(rest(&mut stream).await).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400"), "{lengths}: {answer}");
    }
    assert!(desk.fake.seen_but_me().is_empty());
}
