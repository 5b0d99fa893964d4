//! What the environment says. Every problem is reported, not just the first.

mod access;
mod reader;

pub use access::Access;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

use crate::loopback;
use reader::Reader;

/// Everything the proxy can be told.
#[derive(Debug, Clone)]
pub struct Config {
    /// `HOST`: the address to listen on; default `127.0.0.1`. Also `localhost`.
    pub host: IpAddr,
    /// `PORT`: the port to listen on; default 8787, 0 takes any free one.
    pub port: u16,
    /// `CIN7_BASE_URL`, `CIN7_ACCOUNT_ID`, `CIN7_APPLICATION_KEY`: whom to call. With none of the three a sandbox is started.
    pub upstream: Upstream,
    /// `CIN7_CALLS_PER_MINUTE`: calls to Cin7 in any 60 seconds; default 60.
    pub calls_per_minute: usize,
    /// `QUOTE_SCREEN_DIR`: the folder with the built quote screen; default `www/dist`.
    pub screen_dir: PathBuf,
    /// `LEDGER_FILE`: where the calls that create something are written down; `None` keeps them in memory. Default
    /// `quote-desk-ledger.sqlite` with an account, memory with a sandbox.
    pub ledger: Option<PathBuf>,
    /// Who may come in.
    pub access: Access,
    /// How long the parts of a call may take. All but `settle` are not set by the environment.
    pub timeouts: Timeouts,
}

/// Whom the proxy calls.
#[derive(Debug, Clone)]
pub enum Upstream {
    /// A sandbox of its own.
    Sandbox {
        /// `SANDBOX_WORLD`: the world it loads; default `demo`.
        world: String,
        /// `SANDBOX_ARGS`: more arguments, separated by blanks.
        args: Vec<String>,
    },
    /// A Cin7 account.
    Cin7(Account),
}

/// The address of an API and the credentials it accepts. They have full rights on the account, so neither
/// of them shows in `Debug`.
#[derive(Debug, Clone)]
pub struct Account {
    /// The base address, with the last slash.
    pub base: Url,
    /// The account id.
    pub id: SecretString,
    /// The application key.
    pub key: SecretString,
}

/// How long the parts of a call to Cin7 may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// Making the connection.
    pub connect: Duration,
    /// Between two pieces of the answer.
    pub read: Duration,
    /// The whole call.
    pub total: Duration,
    /// The check of the credentials at start, after which the proxy serves without knowing.
    pub first_check: Duration,
    /// `SETTLE_SECONDS`: after a lost answer, how long Cin7 may still carry the call out; default 100.
    pub settle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(30),
            total: Duration::from_secs(90),
            first_check: Duration::from_secs(10),
            // Longer than `total`, so that the call has left Cin7's queues by then, and as long as the desk itself waits.
            settle: Duration::from_secs(100),
        }
    }
}

/// Everything that is wrong with the environment, one sentence each. Holds no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct Problems(pub Vec<String>);

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// All [`Problems`] at once.
    pub fn from_env() -> Result<Self, Problems> {
        Self::from(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(format!("{name} is not valid UTF-8.")),
        })
    }

    /// Reads the variables from a function. A blank value counts as not set.
    ///
    /// # Errors
    /// All [`Problems`] at once.
    pub fn from(read: impl Fn(&str) -> Result<Option<String>, String>) -> Result<Self, Problems> {
        let mut reader = Reader { read, problems: Vec::new() };
        let host = reader.parsed("HOST", IpAddr::V4(Ipv4Addr::LOCALHOST), "an IP address or `localhost`", |text| {
            if text.eq_ignore_ascii_case("localhost") { Some(Ipv4Addr::LOCALHOST.into()) } else { text.parse().ok() }
        });
        let port = reader.parsed("PORT", 8787, "a port number from 0 to 65535", |text| text.parse().ok());
        let calls_per_minute = reader.parsed("CIN7_CALLS_PER_MINUTE", 60, "a whole number from 1 to 600", |text| {
            text.parse().ok().filter(|calls| (1..=600).contains(calls))
        });
        let timeouts = Timeouts::default();
        let settle = reader.parsed("SETTLE_SECONDS", timeouts.settle, "a whole number from 0 to 3600", |text| {
            text.parse().ok().filter(|seconds| *seconds <= 3600).map(Duration::from_secs)
        });
        let timeouts = Timeouts { settle, ..timeouts };
        let screen_dir = reader.text("QUOTE_SCREEN_DIR").unwrap_or_else(|| "www/dist".to_owned()).into();
        let access = reader.access();
        let upstream = reader.upstream();
        let own_ledger = || matches!(upstream, Some(Upstream::Cin7(_))).then(|| "quote-desk-ledger.sqlite".to_owned());
        let ledger = reader.text("LEDGER_FILE").or_else(own_ledger).map(PathBuf::from);
        if matches!(upstream, Some(Upstream::Cin7(_))) && !host.is_loopback() && access.rules.is_none() {
            reader.problems.push(format!(
                "HOST is {host}, which others can reach, and authentication is not configured: with the credentials of \
                 a Cin7 account the proxy listens on loopback (127.0.0.1) only. Set AUTH_JWT_SHARED_KEY, AUTH_JWKS_FILE or \
                 AUTH_JWKS_URL."
            ));
        }
        match (upstream, reader.problems) {
            (Some(upstream), problems) if problems.is_empty() => {
                Ok(Self { host, port, upstream, calls_per_minute, screen_dir, ledger, access, timeouts })
            }
            (_, problems) => Err(Problems(problems)),
        }
    }
}

impl<R: Fn(&str) -> Result<Option<String>, String>> Reader<R> {
    /// `None` when there is a problem, which is then noted.
    fn upstream(&mut self) -> Option<Upstream> {
        const NAMES: [&str; 3] = ["CIN7_BASE_URL", "CIN7_ACCOUNT_ID", "CIN7_APPLICATION_KEY"];
        let noted = self.problems.len();
        let values = NAMES.map(|name| self.text(name));
        if self.problems.len() > noted {
            return None;
        }
        let world = self.text("SANDBOX_WORLD").unwrap_or_else(|| "demo".to_owned());
        let args: Vec<String> = self.text("SANDBOX_ARGS").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        match values {
            [None, None, None] => Some(Upstream::Sandbox { world, args }),
            [Some(base), Some(id), Some(key)] => {
                let base = parse_base(&base).map_err(|problem| self.problems.push(problem)).ok();
                for (name, value) in [("CIN7_ACCOUNT_ID", &id), ("CIN7_APPLICATION_KEY", &key)] {
                    if !value.bytes().all(|b| b.is_ascii_graphic()) {
                        self.problems.push(format!("{name} holds a character that cannot be sent in a header."));
                    }
                }
                (self.problems.len() == noted)
                    .then_some(base)
                    .flatten()
                    .map(|base| Upstream::Cin7(Account { base, id: id.into(), key: key.into() }))
            }
            values => {
                let missing: Vec<&str> =
                    NAMES.into_iter().zip(&values).filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
                self.problems.push(format!(
                    "{} not set: give all of {}, or none of them to use the sandbox.",
                    match missing[..] {
                        [one] => format!("{one} is"),
                        _ => format!("{} are", missing.join(" and ")),
                    },
                    NAMES.join(", "),
                ));
                None
            }
        }
    }
}

/// Reads a base address; the last slash may be missing. The problem does not repeat the address, which
/// might hold a password.
///
/// # Errors
/// One sentence.
pub fn parse_base(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| format!("CIN7_BASE_URL is not a web address: {error}."))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("CIN7_BASE_URL must start with https://.".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err("CIN7_BASE_URL must be an address without user, password, `?` and `#`.".to_owned());
    }
    if url.scheme() == "http" && !loopback::is_url(&url) {
        return Err("CIN7_BASE_URL must start with https://, or the credentials would travel in the clear.".to_owned());
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: [(&str, &str); 3] = [
        ("CIN7_BASE_URL", "https://inventory.example.com/ExternalApi/v2"),
        ("CIN7_ACCOUNT_ID", "id-of-the-account"),
        ("CIN7_APPLICATION_KEY", "key-of-the-application"),
    ];

    fn config(vars: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        Config::from(|name| Ok(vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))).map_err(|p| p.0)
    }

    #[test]
    fn nothing_set_means_the_sandbox_on_loopback() {
        let config = config(&[("CIN7_BASE_URL", "  ")]).expect("valid");
        assert!(matches!(config.upstream, Upstream::Sandbox { ref world, ref args } if world == "demo" && args.is_empty()));
        assert_eq!((config.host.to_string().as_str(), config.port, config.calls_per_minute), ("127.0.0.1", 8787, 60));
    }

    #[test]
    fn the_base_address_may_lack_its_last_slash() {
        for text in ["https://inventory.example.com/ExternalApi/v2", "https://inventory.example.com/ExternalApi/v2/"] {
            assert_eq!(parse_base(text).map(String::from), Ok("https://inventory.example.com/ExternalApi/v2/".to_owned()));
        }
        assert_eq!(parse_base("http://localhost:99/x").map(String::from), Ok("http://localhost:99/x/".to_owned()));
        assert_eq!(parse_base("http://[::1]:99").map(String::from), Ok("http://[::1]:99/".to_owned()));
        for text in ["inventory", "ftp://x/", "https://u:p@x/", "https://x/?a=b", "http://inventory.example.com/"] {
            assert!(parse_base(text).is_err(), "{text}");
        }
    }

    #[test]
    fn some_of_the_three_is_one_sentence_that_names_what_is_missing() {
        assert_eq!(
            config(&REAL[..1]).map(|_| ()),
            Err(vec![
                "CIN7_ACCOUNT_ID and CIN7_APPLICATION_KEY are not set: give all of CIN7_BASE_URL, CIN7_ACCOUNT_ID, \
                 CIN7_APPLICATION_KEY, or none of them to use the sandbox."
                    .to_owned()
            ])
        );
        let problems = config(&REAL[..2]).map(|_| ()).expect_err("incomplete");
        assert!(problems[0].starts_with("CIN7_APPLICATION_KEY is not set"), "{problems:?}");
        assert!(!problems.concat().contains("id-of-the-account"));
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        let problems = config(&[
            ("HOST", "example"),
            ("PORT", "99999"),
            ("CIN7_CALLS_PER_MINUTE", "0"),
            ("CIN7_APPLICATION_KEY", "key-of-the-application"),
        ])
        .map(|_| ())
        .expect_err("wrong");
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    #[test]
    fn a_real_account_is_served_on_loopback_only() {
        let mut vars = REAL.to_vec();
        assert!(config(&vars).is_ok());
        for host in ["0.0.0.0", "::", "192.0.2.7"] {
            vars.push(("HOST", host));
            let problems = config(&vars).map(|_| ()).expect_err("refused");
            assert!(problems[0].contains("authentication is not configured"), "{problems:?}");
            vars.pop();
        }
        assert!(config(&[("HOST", "0.0.0.0")]).is_ok(), "the sandbox guards nothing");
    }

    #[test]
    fn debug_shows_no_credentials() {
        let shown = format!("{:?}", config(&REAL).expect("valid"));
        assert!(!shown.contains("id-of-the-account") && !shown.contains("key-of-the-application"), "{shown}");
    }
}
