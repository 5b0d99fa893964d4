//! The thin proxy between the quote screen and Cin7 Core.
//!
//! Cin7's credentials have full rights on an account, so they never reach a browser: they stay here, and the
//! browser calls `/cin7/<path>` instead. The proxy decides little. It forwards the calls of one table
//! ([`routes`]), keeps Cin7's limit of calls for everyone together ([`limits`]), makes each call once and says
//! what became of it ([`upstream`], [`errors`]). Above all it says of every failed write whether it **may have
//! taken effect**, because that decides whether an order may be sent again.
//!
//! ```text
//! browser -> server (checks) -> routes (table) -> limits (wait for a place) -> upstream (one attempt) -> Cin7
//!                 ^ body, date     |       ^                                       | verdict on the answer
//!                 |                +-> custody (each creation once, by its ledger) |
//!                 +----------------------------------------------------------------+
//! ```
//!
//! Without credentials it starts a sandbox of its own ([`sandbox`]) and serves that.

pub mod access;
mod clock;
pub mod config;
pub mod custody;
pub mod errors;
pub mod identity;
mod keyed;
pub mod limits;
mod listen;
mod loopback;
mod members;
pub mod routes;
pub mod sandbox;
mod screen;
mod server;
pub mod upstream;

pub use config::Config;
pub use custody::hand_over::LONGEST_ORDER;
pub use server::LONGEST_BODY;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::Access;
use crate::access::door::Door;
use crate::access::inbound::Inbound;
use crate::access::tokens::{NoKeys, Tokens};
use crate::custody::{Custody, Ledger, NoLedger, Resets, beside};
use crate::identity::Identity;
use crate::limits::Gate;
use crate::limits::tape::Tape;
use crate::sandbox::{NoSandbox, Sandbox};
use crate::server::Shared;
use crate::upstream::Upstream;

/// Why the proxy does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken, or the address is not this machine's.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        error: std::io::Error,
    },
    /// Tokens cannot be checked.
    #[error(transparent)]
    Keys(#[from] NoKeys),
    /// The calls that create something cannot be written down.
    #[error(transparent)]
    Ledger(#[from] NoLedger),
    /// There is no account to serve.
    #[error(transparent)]
    Sandbox(#[from] NoSandbox),
    /// The HTTP client cannot be made.
    #[error("the connection to Cin7 cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
}

/// A proxy that serves. Dropping it does not stop it gracefully; [`Proxy::stop`] does.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    control: Option<Url>,
    stopping: CancellationToken,
    server: JoinHandle<()>,
    writes: TaskTracker,
    patience: Duration,
    _sandbox: Option<Sandbox>,
}

impl Proxy {
    /// Starts everything: the sandbox if one is needed, one check of the credentials, the server.
    ///
    /// Refused credentials do not keep it from starting. It then says so in the log, and to every caller,
    /// without asking Cin7 again and again.
    ///
    /// # Errors
    /// [`StartError`], one sentence.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let wanted = SocketAddr::new(config.host, config.port);
        let listen = |error| StartError::Listen { address: wanted, error };
        let listener = TcpListener::bind(wanted).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let access = access(&config).await?;
        let identity = Identity::of(&config.upstream);
        let ledger = match &config.ledger {
            Some(file) => Ledger::open(file, &identity)?,
            None => Ledger::in_memory()?,
        };
        let (account, sandbox) = match &config.upstream {
            config::Upstream::Cin7(account) => (account.clone(), None),
            config::Upstream::Sandbox { world, args } => {
                let sandbox = Sandbox::start(world, args).await?;
                (sandbox.account.clone(), Some(sandbox))
            }
        };
        let control = sandbox.as_ref().map(|sandbox| sandbox.control.clone());
        let stopping = CancellationToken::new();
        let writes = TaskTracker::new();
        let gate = Gate::resumed(config.calls_per_minute, stopping.clone(), tape(&config));
        let upstream = Arc::new(Upstream::new(account, config.timeouts, Arc::clone(&gate))?);
        upstream.check_credentials().await;
        if !config.screen_dir.join("index.html").is_file() {
            tracing::warn!("no quote screen at {}: build it first", config.screen_dir.display());
        }
        let resets = control.as_ref().and_then(Resets::of);
        let custody = Custody::new(ledger, Arc::clone(&upstream), writes.clone(), config.timeouts.settle, resets);
        let control_url = control.as_ref().map(Url::to_string);
        let shared = Shared { upstream, identity, gate, custody, access, control: control_url, writes: writes.clone() };
        let router = server::router(&config, Arc::new(shared));
        let server = tokio::spawn(listen::serve(listener, router, stopping.clone()));
        let patience = config.timeouts.total + Duration::from_secs(5);
        Ok(Self { address, control, stopping, server, writes, patience, _sandbox: sandbox })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the sandbox of its own is controlled, if there is one.
    pub fn control(&self) -> Option<&Url> {
        self.control.as_ref()
    }

    /// Stops: no new connections, callers that wait for a place are sent away, calls under way are finished.
    /// Returns when every write that was sent has its answer, at the latest when Cin7's time for it is up.
    pub async fn stop(mut self) {
        self.stopping.cancel();
        self.writes.close();
        if tokio::time::timeout(self.patience, &mut self.server).await.is_err() {
            tracing::warn!("some connections did not end in time");
            self.server.abort();
        }
        self.writes.wait().await;
    }
}

/// What an earlier process has used of the minute, where there is a ledger and an account that outlives the proxy.
fn tape(config: &Config) -> Option<(Tape, Vec<Duration>)> {
    let (config::Upstream::Cin7(_), Some(ledger)) = (&config.upstream, &config.ledger) else { return None };
    let path = beside(ledger, "-calls");
    match Tape::open(&path, clock::now()) {
        Ok(tape) => Some(tape),
        Err(error) => {
            tracing::error!("the calls of the last minute cannot be kept in {}: {error}", path.display());
            None
        }
    }
}

async fn access(config: &Config) -> Result<Access, NoKeys> {
    let wanted = &config.access;
    let tokens = match &wanted.rules {
        Some(rules) => Some(Tokens::start(rules.clone()).await?),
        None => None,
    };
    // Whoever listens beyond loopback without tokens serves a sandbox, which guards nothing.
    let loopback_only = tokens.is_none() && config.host.is_loopback();
    Ok(Access {
        door: Door { origins: wanted.origins.clone(), loopback_only },
        inbound: Inbound::new(wanted.per_minute, wanted.at_once),
        tokens,
        cookie: wanted.cookie.clone(),
    })
}
