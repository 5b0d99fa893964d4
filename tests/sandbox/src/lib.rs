//! A Cin7 Core that runs on this machine: its API with its oddities, a world of records behind it, and control
//! endpoints by which a test arms faults, moves the clock, edits records and reads what was asked.
//!
//! It shares no code with the product on purpose: built from the same shapes it would agree with the same mistakes.
//!
//! ```no_run
//! # async fn run() -> Result<(), cin7_sandbox::StartError> {
//! use cin7_sandbox::{Options, Source};
//!
//! let sandbox = cin7_sandbox::start(Options::new(Source::Fixture)).await?;
//! println!("{} {}", sandbox.api_url(), sandbox.control_url());
//! # Ok(())
//! # }
//! ```

mod allocation;
mod amounts;
mod answer;
mod api;
mod back_office;
mod bulk;
mod clock;
mod collection;
mod control;
mod credentials;
mod demo;
mod error;
mod faults;
mod fields;
mod handle;
mod journal;
mod mutate;
mod odd;
mod outcome;
mod pictures;
mod query;
mod rows;
mod scenes;
mod server;
mod settle;
mod state;
mod stock;
mod switches;
mod world;

pub use bulk::BulkSize;
pub use credentials::{ACCOUNT_ID, APPLICATION_KEY};
pub use error::StartError;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Where a world comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The small world that the acceptance scenarios speak of; its clock starts on 2026-03-30 at 15:00 UTC.
    Fixture,
    /// A believable wholesaler with about 2,000 products; real time.
    Demo,
    /// As many records as asked for, for measurements; real time.
    Bulk(BulkSize),
    /// A folder of JSON files in Cin7's own shapes.
    Folder(PathBuf),
}

/// What to start.
#[derive(Clone, Debug)]
pub struct Options {
    /// The world to load.
    pub source: Source,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 for any free one.
    pub port: u16,
}

/// A running sandbox; it ends when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    world: String,
    task: tokio::task::JoinHandle<()>,
}

impl Options {
    /// The given world on any free port of 127.0.0.1.
    pub fn new(source: Source) -> Self {
        Self { source, host: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 0 }
    }
}

impl Sandbox {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The world's name: `fixture`, `demo`, `bulk`, or the folder's own name.
    pub fn world(&self) -> &str {
        &self.world
    }

    /// `http://127.0.0.1:PORT/ExternalApi/v2/`
    pub fn api_url(&self) -> String {
        format!("http://{}/ExternalApi/v2/", self.address)
    }

    /// `http://127.0.0.1:PORT/sandbox/`
    pub fn control_url(&self) -> String {
        format!("http://{}/sandbox/", self.address)
    }

    /// Serves until the process ends.
    pub async fn serve_forever(mut self) {
        // The task ends only with the process; a panic in it has already been told on stderr.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Loads the world and starts to serve it; answers once calls are accepted.
///
/// # Errors
///
/// [`StartError`] if the world cannot be read or the address cannot be listened on.
pub async fn start(options: Options) -> Result<Sandbox, StartError> {
    let world = match &options.source {
        Source::Fixture => world::World::fixture()?,
        Source::Demo => demo::world(),
        Source::Bulk(size) => bulk::world(*size),
        Source::Folder(path) => world::World::folder(path)?,
    };
    let name = world.name.clone();
    let asked = SocketAddr::new(options.host, options.port);
    let fail = |source| StartError::Listen { address: asked, source };
    let listener = tokio::net::TcpListener::bind(asked).await.map_err(fail)?;
    let address = listener.local_addr().map_err(fail)?;
    let state = state::State::new(world, format!("http://{address}"));
    let task = tokio::spawn(server::serve(listener, state));
    Ok(Sandbox { address, world: name, task })
}
