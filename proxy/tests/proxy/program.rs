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
    let request = browser().post(format!("{screen}cin7/sale"));
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
