//! A sandbox of the proxy's own can be put back to its beginning. What was created in the world before is then not there, and
//! a ledger that still knew of it would keep everyone from creating it anew.

use reqwest::{Client, Url};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::ledger::{Broken, Ledger};

/// Watches how often the sandbox was reset.
#[derive(Debug)]
pub struct Resets {
    client: Client,
    /// `GET` answers with the count.
    url: Url,
    known: Mutex<u64>,
}

#[derive(Deserialize)]
struct Count {
    resets: u64,
}

impl Resets {
    /// `control` is the sandbox's control address; `None` if it is not one.
    pub fn of(control: &Url) -> Option<Self> {
        let client = Client::builder().no_proxy().build().ok()?;
        Some(Self { client, url: control.join("reset").ok()?, known: Mutex::new(0) })
    }

    /// Empties the ledger if the sandbox was reset since the last time.
    pub(super) async fn follow(&self, ledger: &Ledger) -> Result<(), Broken> {
        // Held while the ledger is emptied, so that nobody writes into it meanwhile what belongs to the new world.
        let mut known = self.known.lock().await;
        let Some(resets) = self.count().await else { return Ok(()) };
        if resets != *known {
            ledger.clear().await?;
            *known = resets;
        }
        Ok(())
    }

    async fn count(&self) -> Option<u64> {
        let answer = self.client.get(self.url.clone()).send().await.ok()?.bytes().await.ok()?;
        serde_json::from_slice::<Count>(&answer).ok().map(|count| count.resets)
    }
}
