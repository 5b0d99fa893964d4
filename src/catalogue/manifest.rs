//! Which segments make up a list, and under which keys.
//!
//! A list is stored as segments under `<list>/<generation>/<number>`, zero-padded so that the order of keys is the order
//! of age, and one manifest that names the live ones. Segments and manifest are written in one batch: after a crash the
//! list is what it was before or after, and a segment that no manifest names is a stray to be deleted.

use serde::{Deserialize, Serialize};

use super::segment::Corrupt;
use crate::json;

/// Raised when the meaning of a manifest changes; any other is fetched again.
const FORMAT: u16 = 1;

/// The live segments of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Format of the manifest.
    pub format: u16,
    /// Raised by every swap.
    pub generation: u32,
    /// Keys of the live segments, oldest first.
    pub segments: Vec<String>,
    /// Number of the next segment in this generation.
    pub next: u32,
    /// Records in the list.
    pub rows: u64,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { format: FORMAT, generation: 0, segments: Vec::new(), next: 0, rows: 0 }
    }
}

/// What to write and delete, in one batch, so that a new manifest holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swap {
    /// The manifest to write.
    pub manifest: Manifest,
    /// Keys of the new segments, in their order.
    pub writes: Vec<String>,
    /// Keys that the new manifest no longer names.
    pub deletes: Vec<String>,
}

impl Manifest {
    /// Reads a stored manifest.
    ///
    /// # Errors
    /// [`Corrupt`] when it is none, or of another format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Corrupt> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|_| Corrupt::Manifest)?;
        if manifest.format == FORMAT { Ok(manifest) } else { Err(Corrupt::Format(manifest.format)) }
    }

    /// The manifest as stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::to_bytes(self)
    }

    /// The next manifest when `count` delta segments are added, after which the list has `rows` records.
    pub fn appended(&self, list: &str, count: usize, rows: usize) -> Swap {
        let mut manifest = self.clone();
        let writes = manifest.name(list, count, rows);
        manifest.segments.extend(writes.iter().cloned());
        Swap { manifest, writes, deletes: Vec::new() }
    }

    /// The next manifest when `count` segments take the place of the last `replaced` ones.
    pub fn merged(&self, list: &str, replaced: usize, count: usize, rows: usize) -> Swap {
        let mut manifest = self.clone();
        let deletes = manifest.segments.split_off(self.segments.len().saturating_sub(replaced));
        let writes = manifest.name(list, count, rows);
        manifest.segments.extend(writes.iter().cloned());
        Swap { manifest, writes, deletes }
    }

    /// The next manifest when `count` segments replace all present ones: a compaction, or a full read.
    pub fn replaced(&self, list: &str, count: usize, rows: usize) -> Swap {
        let mut manifest = Self { generation: self.generation.wrapping_add(1), next: 0, ..self.clone() };
        let writes = manifest.name(list, count, rows);
        manifest.segments.clone_from(&writes);
        Swap { manifest, writes, deletes: self.segments.clone() }
    }

    fn name(&mut self, list: &str, count: usize, rows: usize) -> Vec<String> {
        self.rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let numbers = (self.next..).take(count);
        let keys: Vec<String> = numbers.map(|number| key(list, self.generation, number)).collect();
        self.next = self.next.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        keys
    }

    /// Of the keys present under the list's prefix, those that this manifest does not name.
    pub fn strays<'k>(&self, present: impl IntoIterator<Item = &'k String>) -> Vec<String> {
        present.into_iter().filter(|key| !self.segments.contains(key)).cloned().collect()
    }
}

/// What the keys of a list's segments start with.
pub fn prefix(list: &str) -> String {
    format!("{list}/")
}

/// The key of a segment, such as `products/0000000003/000012`.
pub fn key(list: &str, generation: u32, number: u32) -> String {
    format!("{list}/{generation:010}/{number:06}")
}

/// The key of a staged page of the run that began as `run`, such as `stock-staged/0000000001/000012`.
pub fn staged_key(list: &str, run: u32, page: u32) -> String {
    key(&format!("{list}-staged"), run, page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas_are_appended_and_a_swap_replaces_them_all() {
        let first = Manifest::default().appended("products", 2, 1500);
        assert_eq!(first.writes, ["products/0000000000/000000", "products/0000000000/000001"]);
        let second = first.manifest.appended("products", 1, 1510);
        assert_eq!(second.manifest.segments.len(), 3);
        assert_eq!(second.writes, ["products/0000000000/000002"]);
        let swap = second.manifest.replaced("products", 1, 1510);
        assert_eq!(swap.deletes, second.manifest.segments);
        assert_eq!(swap.writes, ["products/0000000001/000000"]);
        assert_eq!(swap.manifest.segments, swap.writes);
        assert_eq!(swap.manifest.appended("products", 1, 1511).writes, ["products/0000000001/000001"]);
    }

    #[test]
    fn a_delta_may_take_the_place_of_the_last_segments() {
        let first = Manifest::default().appended("sales", 3, 30).manifest;
        let swap = first.merged("sales", 2, 1, 31);
        assert_eq!(swap.deletes, first.segments[1..]);
        assert_eq!(swap.writes, [key("sales", 0, 3)]);
        assert_eq!(swap.manifest.segments, [key("sales", 0, 0), key("sales", 0, 3)]);
        assert_eq!(swap.manifest.rows, 31);
    }

    #[test]
    fn a_manifest_survives_its_own_bytes_and_nothing_else_is_one() {
        let manifest = Manifest::default().appended("stock", 3, 9).manifest;
        assert_eq!(Manifest::from_bytes(&manifest.to_bytes()), Ok(manifest.clone()));
        assert_eq!(Manifest::from_bytes(b"{}"), Err(Corrupt::Manifest));
        let newer = Manifest { format: 2, ..manifest };
        assert_eq!(Manifest::from_bytes(&newer.to_bytes()), Err(Corrupt::Format(2)));
    }

    #[test]
    fn segments_that_no_manifest_names_are_strays() {
        let manifest = Manifest::default().appended("stock", 1, 9).manifest;
        let present = [key("stock", 0, 0), key("stock", 1, 0)];
        assert_eq!(manifest.strays(&present), [key("stock", 1, 0)]);
    }

    #[test]
    fn keys_sort_by_age() {
        assert!(key("products", 9, 999) < key("products", 10, 0));
        assert!(key("products", 1, 9) < key("products", 1, 10));
        assert!(!staged_key("stock", 0, 1).starts_with(&prefix("stock")));
    }
}
