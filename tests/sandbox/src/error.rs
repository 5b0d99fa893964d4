//! What keeps a sandbox from starting.

use std::net::SocketAddr;

use thiserror::Error;

/// Why a sandbox could not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// A world file is missing or not in Cin7's shape.
    #[error("{file}: {reason}")]
    World {
        /// The file or folder.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
}
