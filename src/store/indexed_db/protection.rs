//! How safe from the browser's own housekeeping the stored data is, and how much room there is.

use js_sys::{Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

/// Whether the browser may throw the data away by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// The browser promised to keep it until the user removes it.
    Protected,
    /// The browser may evict it when the disk runs full or the site is not used.
    BestEffort,
    /// It lives in this tab's memory and is gone with it.
    Memory,
}

impl Protection {
    /// The name that the page sees.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Protected => "protected",
            Self::BestEffort => "best-effort",
            Self::Memory => "memory",
        }
    }
}

/// Room on this origin, in bytes, as the browser estimates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// In use by the whole origin.
    pub used: u64,
    /// What the origin may use at most.
    pub quota: u64,
}

impl Room {
    /// Below this many bytes left there may be no room for what is read from Cin7.
    const LITTLE: u64 = 20_000_000;

    /// Whether so little is left that a write may soon be refused: less than a tenth, or less than a sync may take.
    pub const fn is_nearly_full(self) -> bool {
        let left = self.quota.saturating_sub(self.used);
        left < Self::LITTLE || left < self.quota / 10
    }
}

/// The present protection of what is on disk; never [`Protection::Memory`].
pub async fn protection() -> Protection {
    promised(storage_manager().and_then(|manager| manager.persisted().ok())).await
}

/// Asks the browser to keep the data. Call it from a user's gesture, in the page: workers cannot ask.
///
/// Firefox asks the user, and this waits for the answer, however long that takes; do not hold up an order for it.
pub async fn protect() -> Protection {
    promised(storage_manager().and_then(|manager| manager.persist().ok())).await
}

/// How much room there is; `None` where the browser does not say.
pub async fn room() -> Option<Room> {
    let estimate = JsFuture::from(storage_manager()?.estimate().ok()?).await.ok()?;
    let estimate = StorageEstimate::from(estimate);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "byte counts, whole and not negative")]
    let (used, quota) = (estimate.get_usage()? as u64, estimate.get_quota()? as u64);
    Some(Room { used, quota })
}

async fn promised(promise: Option<Promise>) -> Protection {
    let Some(promise) = promise else { return Protection::BestEffort };
    match JsFuture::from(promise).await {
        Ok(answer) if answer.is_truthy() => Protection::Protected,
        _ => Protection::BestEffort,
    }
}

/// `navigator.storage`, which insecure origins lack; the same in pages and in workers.
fn storage_manager() -> Option<StorageManager> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    Reflect::get(&navigator, &"storage".into()).ok()?.dyn_into().ok()
}
