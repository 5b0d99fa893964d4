//! A Cin7 that misbehaves on the level of bytes: it records what arrives and does what it was told.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What to do with a request.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Answer with status, headers and body.
    Reply(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The same after a while.
    Late(Duration, Box<Act>),
    /// Close the connection without an answer.
    Drop,
    /// Send the head and half of the body, then close.
    HalfBody,
    /// Send the head and half of the body, then nothing more.
    StalledBody,
    /// Send a body without end.
    Endless,
    /// Send the head and then a byte every tenth of a second, without end.
    Drip,
    /// Send a head without end.
    EndlessHead,
    /// Never answer.
    Hang,
    /// Send these bytes and close.
    Raw(&'static str),
}

impl Act {
    pub(crate) fn json(body: &str) -> Self {
        Self::status(200, body)
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::Reply(status, Vec::new(), body.as_bytes().to_vec())
    }
}

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Act>,
    seen: Vec<Seen>,
    hung_up: usize,
    answered: usize,
    connections: usize,
}

/// The server; ends with the test's runtime.
#[derive(Clone)]
pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self { address: listener.local_addr().unwrap(), state: Arc::default() };
        let served = fake.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(served.clone().connection(stream));
            }
        });
        fake
    }

    /// What to do with the next requests, in order; after them every request is answered with `{}`.
    pub(crate) fn next(&self, acts: impl IntoIterator<Item = Act>) {
        self.state.lock().unwrap().script.extend(acts);
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }

    /// Requests but the check of the credentials at start.
    pub(crate) fn seen_but_me(&self) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| !seen.target.ends_with("/me")).collect()
    }

    /// Connections the proxy closed while its answer was still to come.
    pub(crate) fn hung_up(&self) -> usize {
        self.state.lock().unwrap().hung_up
    }

    pub(crate) fn answered(&self) -> usize {
        self.state.lock().unwrap().answered
    }

    pub(crate) fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    async fn connection(self, mut stream: TcpStream) {
        self.state.lock().unwrap().connections += 1;
        while let Some(seen) = read_request(&mut stream).await {
            let act = {
                let mut state = self.state.lock().unwrap();
                state.seen.push(seen);
                state.script.pop_front().unwrap_or_else(|| Act::json("{}"))
            };
            if !self.perform(&mut stream, act).await {
                return;
            }
            self.state.lock().unwrap().answered += 1;
        }
    }

    /// Whether the connection stays open.
    async fn perform(&self, stream: &mut TcpStream, act: Act) -> bool {
        match act {
            Act::Reply(status, headers, body) => {
                let mut head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
                for (name, value) in headers {
                    let _ = write!(head, "{name}: {value}\r\n");
                }
                head += "\r\n";
                stream.write_all(head.as_bytes()).await.is_ok() && stream.write_all(&body).await.is_ok()
            }
            Act::Late(pause, act) => {
                let mut byte = [0];
                if tokio::time::timeout(pause, stream.read(&mut byte)).await.is_err() {
                    return Box::pin(self.perform(stream, *act)).await;
                }
                self.state.lock().unwrap().hung_up += 1;
                false
            }
            Act::Hang => {
                let mut byte = [0];
                let _ = stream.read(&mut byte).await;
                self.state.lock().unwrap().hung_up += 1;
                false
            }
            Act::Drop => false,
            Act::HalfBody => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"ID\":\"1\",").await;
                false
            }
            Act::StalledBody => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"ID\":\"1\",").await;
                Box::pin(self.perform(stream, Act::Hang)).await
            }
            Act::Raw(text) => {
                let _ = stream.write_all(text.as_bytes()).await;
                false
            }
            Act::Drip => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n[").await;
                while stream.write_all(b" ").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                self.state.lock().unwrap().hung_up += 1;
                false
            }
            Act::EndlessHead => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
                while stream.write_all(b"X-More: and more and more and more and more\r\n").await.is_ok() {}
                self.state.lock().unwrap().hung_up += 1;
                false
            }
            Act::Endless => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n[").await;
                let block = b"1,".repeat(32 * 1024);
                while stream.write_all(&block).await.is_ok() {}
                self.state.lock().unwrap().hung_up += 1;
                false
            }
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, n)| n.parse().unwrap());
    let mut body = bytes.split_off(head_end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Seen { method, target, headers, body })
}
