//! One of something, such as a lock, for each key that is in use.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Hands out the same one to everybody who names the same key, as long as anybody holds it.
#[derive(Debug)]
pub(crate) struct Keyed<T>(Mutex<HashMap<String, Arc<T>>>);

impl<T> Default for Keyed<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Keyed<T> {
    /// The one of `key`, made by `new` if nobody holds it.
    pub(crate) fn of(&self, key: &str, new: impl FnOnce() -> T) -> Arc<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, one| Arc::strong_count(one) > 1);
        Arc::clone(all.entry(key.to_owned()).or_insert_with(|| Arc::new(new())))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_key_has_one_holder_and_leaves_nothing_behind() {
        let keys = Keyed::<tokio::sync::Mutex<()>>::default();
        let lock = |key| keys.of(key, Default::default).lock_owned();
        let first = lock("a").await;
        let other = lock("b").await;
        let patience = Duration::from_millis(20);
        assert!(tokio::time::timeout(patience, lock("a")).await.is_err(), "in use");
        drop((first, other));
        let again = tokio::time::timeout(patience, lock("a")).await;
        assert!(again.is_ok());
        assert_eq!(keys.0.lock().unwrap().len(), 1);
    }
}
