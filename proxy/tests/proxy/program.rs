//! The program itself: environment, first lines, signals, and the sandbox it starts.
#![cfg(unix)]

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::*;

/// Runs a shell script with arguments. Files that are to be executed are written by another process: a file that this one
/// has open for writing while another test starts a program cannot be executed ("text file busy").
fn shell(script: &str, arguments: &[&std::ffi::OsStr]) {
    let status = std::process::Command::new("sh").args(["-ec", script, "sh"]).args(arguments).status().unwrap();
    assert!(status.success(), "{script}");
}

/// The program in a folder of its own, so that the sandbox beside it is the test's.
fn program(dir: &Path) -> Command {
    let path = dir.join("cin7-proxy");
    if !path.exists() {
        shell("cp \"$1\" \"$2\"", &[env!("CARGO_BIN_EXE_cin7-proxy").as_ref(), path.as_os_str()]);
    }
    let mut command = Command::new(path);
    command.env_clear().env("PORT", "0").env("PATH", std::env::var("PATH").unwrap());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// A sandbox made of shell: says where the fake is, notes its arguments, and ends when its input does.
fn sandbox_script(dir: &Path, fake: &Fake) {
    let script = format!(
        "#!/bin/sh\necho \"$@\" > {0}/arguments\necho 'Cin7 sandbox: http://{1}/ExternalApi/v2/ (world demo)'\ncat\necho over > {0}/over\n",
        dir.display(),
        fake.address
    );
    let path = dir.join("cin7-sandbox");
    shell("printf %s \"$1\" > \"$2\"; chmod 755 \"$2\"", &[script.as_ref(), path.as_os_str()]);
}

async fn failure(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().await.unwrap();
    assert!(output.stdout.is_empty());
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

async fn first_lines(child: &mut Child, count: usize) -> Vec<String> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut first = Vec::new();
    for _ in 0..count {
        first.push(lines.next_line().await.unwrap().unwrap());
    }
    first
}

fn browser() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

async fn appears(path: &Path) -> bool {
    for _ in 0..300 {
        if path.exists() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

#[tokio::test]
async fn a_wrong_environment_is_said_in_full_with_exit_code_2() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = program(dir.path());
    let (code, said) = failure(command.env("PORT", "many").env("CIN7_ACCOUNT_ID", ACCOUNT_ID)).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("PORT must be") && said.contains("CIN7_BASE_URL and CIN7_APPLICATION_KEY are not set"), "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(!said.contains(ACCOUNT_ID));
}

#[tokio::test]
async fn a_real_account_is_not_served_beyond_this_machine() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = program(dir.path());
    command.env("HOST", "0.0.0.0").env("CIN7_BASE_URL", "https://inventory.example.com/ExternalApi/v2/");
    command.env("CIN7_ACCOUNT_ID", ACCOUNT_ID).env("CIN7_APPLICATION_KEY", APPLICATION_KEY);
    let (code, said) = failure(&mut command).await;
    assert_eq!(code, Some(2));
    assert!(said.contains("authentication is not configured"), "{said}");
}

#[tokio::test]
async fn without_a_sandbox_to_start_it_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let (code, said) = failure(&mut program(dir.path())).await;
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("the sandbox to use instead is not at"), "{said}");
}

#[tokio::test]
async fn it_says_where_the_screen_and_the_sandbox_are_and_ends_with_grace() {
    let dir = tempfile::tempdir().unwrap();
    let fake = Fake::start().await;
    sandbox_script(dir.path(), &fake);
    let mut command = program(dir.path());
    let mut child = command.env("SANDBOX_WORLD", "bulk").env("SANDBOX_ARGS", "--products 7").spawn().unwrap();
    let lines = first_lines(&mut child, 2).await;
    let screen = lines[0].strip_prefix("Quote screen: ").unwrap();
    assert_eq!(lines[1], format!("Sandbox control: http://{}/sandbox/", fake.address));
    let arguments = std::fs::read_to_string(dir.path().join("arguments")).unwrap();
    assert_eq!(arguments.trim(), "--port 0 --with-parent --world bulk --products 7");

    fake.next([Act::Late(Duration::from_millis(500), Box::new(Act::json("{}")))]);
    let request = browser().post(format!("{screen}cin7/sale/order"));
    let write = tokio::spawn(request.header("content-type", "application/json").body("{}").send());
    while fake.seen_but_me().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let pid = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    assert_eq!(write.await.unwrap().unwrap().status(), 200, "the write in flight was finished");
}

#[tokio::test]
async fn the_sandbox_ends_even_when_the_proxy_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let fake = Fake::start().await;
    sandbox_script(dir.path(), &fake);
    let mut child = program(dir.path()).spawn().unwrap();
    first_lines(&mut child, 2).await;
    assert!(!dir.path().join("over").exists());
    child.kill().await.unwrap();
    assert!(appears(&dir.path().join("over")).await, "the sandbox outlived the proxy");
}

#[tokio::test]
async fn refused_credentials_are_one_clear_sentence_and_it_keeps_serving() {
    let dir = tempfile::tempdir().unwrap();
    let fake = Fake::start().await;
    fake.next([Act::status(403, "Incorrect credentials!")]);
    let mut command = program(dir.path());
    command.env("CIN7_BASE_URL", format!("http://{}/ExternalApi/v2", fake.address));
    command.env("CIN7_ACCOUNT_ID", ACCOUNT_ID).env("CIN7_APPLICATION_KEY", APPLICATION_KEY);
    let mut child = command.spawn().unwrap();
    let lines = first_lines(&mut child, 1).await;
    let screen = lines[0].strip_prefix("Quote screen: ").unwrap();
    let status: String = browser().get(format!("{screen}cin7/status")).send().await.unwrap().text().await.unwrap();
    assert!(status.contains(r#""credentials":"refused""#), "{status}");
    child.kill().await.unwrap();
    let mut said = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut child.stderr.take().unwrap(), &mut said).await.unwrap();
    let sentences = said.lines().filter(|line| line.contains("Cin7 refused the account id or application key")).count();
    assert_eq!(sentences, 1, "{said}");
    assert!(!said.contains(ACCOUNT_ID) && !said.contains(APPLICATION_KEY));
    assert_eq!(fake.seen().len(), 1);
}

const SALE: &str = r#"{"ExternalID":"https://crm.example.com/view/Quote/10452"}"#;

/// The program on a Cin7 account that is the fake, with its ledger in the folder.
fn with_account(dir: &Path, fake: &Fake) -> Command {
    let mut command = program(dir);
    command.env("CIN7_BASE_URL", format!("http://{}/ExternalApi/v2", fake.address)).env("LEDGER_FILE", dir.join("ledger"));
    command.env("CIN7_ACCOUNT_ID", ACCOUNT_ID).env("CIN7_APPLICATION_KEY", APPLICATION_KEY);
    command
}

fn post(screen: &str, body: &str) -> RequestBuilder {
    browser().post(format!("{screen}cin7/sale")).header("content-type", "application/json").body(body.to_owned())
}

async fn screen_of(child: &mut Child) -> String {
    first_lines(child, 1).await[0].strip_prefix("Quote screen: ").unwrap().to_owned()
}

/// Killed between sending and answer, the proxy does not send again when it is back: it looks.
#[tokio::test]
async fn an_order_survives_the_death_of_the_proxy() {
    let dir = tempfile::tempdir().unwrap();
    let fake = Fake::start().await;
    fake.next([Act::json("{}"), Act::Hang]);
    let mut child = with_account(dir.path(), &fake).spawn().unwrap();
    let screen = screen_of(&mut child).await;
    let lost = tokio::spawn(post(&screen, SALE).send());
    while fake.seen_but_me().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    child.kill().await.unwrap();
    assert!(lost.await.unwrap().is_err());

    let id = "5d0c1f2e-0000-4000-8000-0000000000d1";
    let row = format!(r#"{{"SaleID":"{id}","ExternalID":"https://crm.example.com/view/Quote/10452","Status":"ORDERING"}}"#);
    let stands = format!(r#"{{"ID":"{id}","Status":"ORDERING"}}"#);
    fake.next([
        Act::json("{}"),
        Act::json(r#"{"Total":0,"SaleList":[]}"#),
        Act::json(&format!(r#"{{"Total":1,"SaleList":[{row}]}}"#)),
        Act::json(&stands),
    ]);
    let mut child = with_account(dir.path(), &fake).spawn().unwrap();
    let screen = screen_of(&mut child).await;
    let still = Got::from(post(&screen, SALE)).await;
    assert_eq!(still.problem(), problem(503, "outcome_unknown", true), "it may still be under way in Cin7");
    let found = Got::from(post(&screen, SALE)).await;
    assert_eq!((found.status, found.text(), found.header("idempotency-replayed")), (200, stands, Some("true")));
    let posts = fake.seen().iter().filter(|seen| seen.method == "POST").count();
    assert_eq!(posts, 1);
    child.kill().await.unwrap();
}

/// Sixty calls before a crash and sixty after it would be too many for one minute.
#[tokio::test]
async fn what_was_used_of_the_minute_survives_the_death_of_the_proxy() {
    let dir = tempfile::tempdir().unwrap();
    let fake = Fake::start().await;
    for starts in 1..=3 {
        let mut child = with_account(dir.path(), &fake).spawn().unwrap();
        let screen = screen_of(&mut child).await;
        let status: String = browser().get(format!("{screen}cin7/status")).send().await.unwrap().text().await.unwrap();
        // Each start asks Cin7 once whether it takes the credentials.
        assert!(status.contains(&format!(r#""usedLastMinute":{starts},"#)), "{status}");
        child.kill().await.unwrap();
    }
}

#[tokio::test]
async fn an_order_in_custody_survives_the_death_of_the_proxy() {
    let dir = tempfile::tempdir().unwrap();
    let fake = Fake::start().await;
    let mut child = with_account(dir.path(), &fake).spawn().unwrap();
    let screen = screen_of(&mut child).await;
    let orders = format!("{screen}cin7/custody/orders");
    let order = r#"{"key":"q/1","content":"a1","about":{"quoteNumber":"1"},"order":{"plan":1.10}}"#;
    let kept = browser().post(&orders).header("content-type", "application/json").body(order);
    assert!(Got::from(kept).await.text().contains(r#""state":"kept","durable":true"#));
    child.kill().await.unwrap();

    let mut child = with_account(dir.path(), &fake).spawn().unwrap();
    let screen = screen_of(&mut child).await;
    let taken = browser().post(format!("{screen}cin7/custody/taken")).header("content-type", "application/json");
    let taken = Got::from(taken.body(r#"{"key":"q/1","now":true}"#)).await;
    assert!(taken.text().ends_with(r#""order":{"plan":1.10}}"#), "{}", taken.text());
    child.kill().await.unwrap();
}

#[tokio::test]
async fn a_bad_ledger_is_one_clear_sentence_and_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let fake = Fake::start().await;
    let file = dir.path().join("ledger");
    std::fs::write(&file, b"not a ledger at all, but long enough to be one".repeat(10)).unwrap();
    let before = std::fs::read(&file).unwrap();
    let (code, said) = failure(&mut with_account(dir.path(), &fake)).await;
    let sentences: Vec<&str> = said.lines().filter(|line| line.starts_with("cin7-proxy: ")).collect();
    assert_eq!((code, sentences.len()), (Some(1), 1), "{said}");
    assert!(sentences[0].contains("is damaged") && sentences[0].contains("put back a copy of it"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert!(fake.seen().is_empty(), "nobody was served");
}

/// What cannot be written down is not sent.
#[tokio::test]
async fn a_full_disk_sends_no_orders_and_reads_on() {
    let dir = tempfile::tempdir().unwrap();
    let fake = Fake::start().await;
    with_account(dir.path(), &fake);
    // No file may grow beyond 64 blocks of 512 bytes or 1 KiB, and the signal that would end the program is ignored.
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\""]).arg(dir.path().join("cin7-proxy"));
    limited.env_clear().env("PORT", "0").env("CIN7_BASE_URL", format!("http://{}/ExternalApi/v2", fake.address));
    limited.env("CIN7_ACCOUNT_ID", ACCOUNT_ID).env("CIN7_APPLICATION_KEY", APPLICATION_KEY);
    limited.env("LEDGER_FILE", dir.path().join("ledger")).env("PATH", std::env::var("PATH").unwrap());
    limited.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = limited.spawn().unwrap();
    let screen = screen_of(&mut child).await;
    let mut sent = 0;
    let full = loop {
        let got = Got::from(post(&screen, &format!(r#"{{"ExternalID":"quote {sent}"}}"#))).await;
        if got.status != 200 {
            break got;
        }
        sent += 1;
        assert!(sent < 50, "the limit is never reached");
    };
    assert_eq!(full.problem(), problem(503, "ledger_failed", false));
    let posts = || fake.seen().iter().filter(|seen| seen.method == "POST").count();
    assert_eq!(posts(), sent, "what was not written down was not sent");
    assert_eq!(browser().get(format!("{screen}cin7/product")).send().await.unwrap().status(), 200);
    child.kill().await.unwrap();
}
