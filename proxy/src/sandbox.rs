//! Starts the sandbox that stands beside the proxy's own executable.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use reqwest::Url;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::config::{Account, parse_base};

/// The only credentials the sandbox accepts. They open nothing else.
const ACCOUNT_ID: &str = "5a4db0c5-0000-4000-8000-00000000a001";
const APPLICATION_KEY: &str = "5a4db0c5-0000-4000-8000-00000000b002";
/// A world of 100,000 products takes a while to make.
const PATIENCE: Duration = Duration::from_secs(120);

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum NoSandbox {
    /// There is no such file.
    #[error("no credentials are set, and the sandbox to use instead is not at {}: build it with `cargo build -p cin7-sandbox`", .0.display())]
    Missing(PathBuf),
    /// It could not be run.
    #[error("the sandbox at {} cannot be started: {error}", path.display())]
    Start {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// It ended or said something else than its address.
    #[error("the sandbox did not say where it listens: {0}")]
    Silent(String),
}

/// A running sandbox; ends when this is dropped.
///
/// It also ends when the proxy is killed without a chance to clean up: it runs with `--with-parent`, and the
/// system then closes the pipe to its standard input, of which the proxy holds the only other end.
#[derive(Debug)]
pub struct Sandbox {
    /// Its address and credentials.
    pub account: Account,
    /// Where tests control it, with the last slash.
    pub control: Url,
    _child: Child,
}

impl Sandbox {
    /// Starts it with a world and waits until it answers.
    ///
    /// # Errors
    /// [`NoSandbox`], one sentence.
    pub async fn start(world: &str, args: &[String]) -> Result<Self, NoSandbox> {
        let own = std::env::current_exe().map_err(|error| NoSandbox::Silent(error.to_string()))?;
        let name = format!("cin7-sandbox{}", std::env::consts::EXE_SUFFIX);
        Self::start_at(own.with_file_name(name), world, args).await
    }

    /// Starts the given executable.
    ///
    /// # Errors
    /// [`NoSandbox`], one sentence.
    pub async fn start_at(path: PathBuf, world: &str, args: &[String]) -> Result<Self, NoSandbox> {
        if !path.is_file() {
            return Err(NoSandbox::Missing(path));
        }
        let mut child = Command::new(&path)
            .args(["--port", "0", "--with-parent", "--world", world])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| NoSandbox::Start { path, error })?;
        let stdout = child.stdout.take().ok_or_else(|| NoSandbox::Silent("it has no output".to_owned()))?;
        let mut lines = BufReader::new(stdout).lines();
        let line = match tokio::time::timeout(PATIENCE, lines.next_line()).await {
            Ok(Ok(Some(line))) => line,
            Ok(Ok(None)) => return Err(NoSandbox::Silent("it ended".to_owned())),
            Ok(Err(error)) => return Err(NoSandbox::Silent(error.to_string())),
            Err(_) => return Err(NoSandbox::Silent(format!("no word in {} seconds", PATIENCE.as_secs()))),
        };
        let base = address(&line).ok_or_else(|| NoSandbox::Silent(format!("it said `{line}`")))?;
        let control = base.join("/sandbox/").map_err(|error| NoSandbox::Silent(error.to_string()))?;
        // Read on, or the sandbox would stall once the pipe is full.
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                tracing::info!(target: "cin7_sandbox", "{line}");
            }
            tracing::warn!("the sandbox has ended");
        });
        let account = Account { base, id: ACCOUNT_ID.into(), key: APPLICATION_KEY.into() };
        Ok(Self { account, control, _child: child })
    }
}

/// `Cin7 sandbox: http://127.0.0.1:PORT/ExternalApi/v2/ (world demo)`
fn address(line: &str) -> Option<Url> {
    let rest = line.strip_prefix("Cin7 sandbox: ")?;
    parse_base(rest.split_whitespace().next()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_where_it_is() {
        let url = address("Cin7 sandbox: http://127.0.0.1:41/ExternalApi/v2/ (world demo)").expect("an address");
        assert_eq!(url.as_str(), "http://127.0.0.1:41/ExternalApi/v2/");
        assert_eq!(address("warning: something"), None);
    }

    #[tokio::test]
    async fn a_missing_executable_is_one_clear_sentence() {
        let error = Sandbox::start_at("no/such/cin7-sandbox".into(), "demo", &[]).await.expect_err("not there");
        assert!(error.to_string().contains("not at no/such/cin7-sandbox"), "{error}");
    }
}
