//! The sandbox as a program: what it says, and that it does not outlive its parent.

#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn program(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_cin7-sandbox"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn the_first_line_tells_the_address_and_a_closed_input_ends_it() {
    let mut child = program(&["--world", "fixture", "--with-parent"]);
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.strip_prefix("Cin7 sandbox: http://").unwrap().strip_suffix("/ExternalApi/v2/ (world fixture)\n").unwrap();
    std::net::TcpStream::connect(address).expect("it accepts calls once the line is out");
    assert_eq!(child.try_wait().unwrap(), None);
    drop(child.stdin.take());
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(10), "still running");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_world_that_is_not_there_is_told_on_stderr() {
    let output = program(&["--world", "no/such/folder"]).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "cin7-sandbox: no/such/folder: is not a folder\n");
    assert!(output.stdout.is_empty());
}
