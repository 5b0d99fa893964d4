//! Sorting and small sorted maps, in little code.
//!
//! The standard sorts are compiled anew for every type that is sorted, the standard maps for every pair of types; in wasm
//! some forty copies of the two weighed more than the catalogue. Here the comparing is called through a pointer, so that one
//! copy of the sort serves all, and a map is a sorted list. Both are meant for thousands of entries, not for millions.

use std::cmp::Ordering;

/// The places 0 to `count`, in the order that `compare` gives to them; places that compare equal stay in order.
fn sorted_places(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_unstable_by(|one, other| compare(*one, *other).then(one.cmp(other)));
    places
}

/// Sorts by `compare`; what compares equal stays in order.
pub fn sort_by<T>(items: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    let places = sorted_places(items.len(), &mut |one, other| compare(&items[one], &items[other]));
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(places.into_iter().filter_map(|place| taken.get_mut(place).and_then(Option::take)));
}

/// Sorts by a key that is worked out at each comparison; what has the same key stays in order.
pub fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Sorts by a key that is worked out once for each item; what has the same key stays in order.
pub fn sort_by_cached_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let keys: Vec<K> = items.iter().map(key).collect();
    let places = sorted_places(items.len(), &mut |one, other| keys[one].cmp(&keys[other]));
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(places.into_iter().filter_map(|place| taken.get_mut(place).and_then(Option::take)));
}

/// A map as a list sorted by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortedMap<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.entries.binary_search_by(|(own, _)| own.borrow().cmp(key))
    }

    /// The value under `key`.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.place(key).ok().and_then(|at| self.entries.get(at)).map(|(_, value)| value)
    }

    /// Puts a value under `key`; returns the one that it replaces.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.entries[at].1, value)),
            Err(at) => {
                self.entries.insert(at, (key, value));
                None
            }
        }
    }

    /// Takes the value under `key` out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.place(key).ok().map(|at| self.entries.remove(at).1)
    }

    /// The value under `key`, made by `make` when there is none.
    pub fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let at = match self.place(&key) {
            Ok(at) => at,
            Err(at) => {
                self.entries.insert(at, (key, make()));
                at
            }
        };
        &mut self.entries[at].1
    }

    /// Every entry, in order of key.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> + Clone {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The entries from `key` on, in order of key.
    pub fn from<'s, Q: Ord + ?Sized>(&'s self, key: &Q) -> impl Iterator<Item = (&'s K, &'s V)> + use<'s, K, V, Q>
    where
        K: std::borrow::Borrow<Q>,
    {
        let (Ok(at) | Err(at)) = self.place(key);
        self.entries.iter().skip(at).map(|(key, value)| (key, value))
    }

    /// The entries, in order of key.
    pub fn into_entries(self) -> Vec<(K, V)> {
        self.entries
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sorting_is_what_the_standard_sort_does(items in proptest::collection::vec((0_u8..5, any::<u8>()), 0..60)) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            let (mut by, mut by_key, mut by_cached) = (items.clone(), items.clone(), items);
            sort_by(&mut by, |one, other| one.0.cmp(&other.0));
            sort_by_key(&mut by_key, |item| item.0);
            sort_by_cached_key(&mut by_cached, |item| item.0);
            prop_assert_eq!(&by, &expected);
            prop_assert_eq!(&by_key, &expected);
            prop_assert_eq!(&by_cached, &expected);
        }

        #[test]
        fn the_map_is_what_the_standard_map_is(steps in proptest::collection::vec((0_u8..12, any::<u8>(), 0_u8..4), 0..80)) {
            let (mut map, mut expected) = (SortedMap::default(), BTreeMap::new());
            for (key, value, what) in steps {
                match what {
                    0 => prop_assert_eq!(map.remove(&key), expected.remove(&key)),
                    1 => prop_assert_eq!(*map.or_insert_with(key, || value), *expected.entry(key).or_insert(value)),
                    _ => prop_assert_eq!(map.insert(key, value), expected.insert(key, value)),
                }
                prop_assert_eq!(map.get(&key), expected.get(&key));
                prop_assert!(map.iter().eq(expected.iter()));
                prop_assert!(map.from(&key).eq(expected.range(key..)));
                prop_assert_eq!((map.len(), map.is_empty()), (expected.len(), expected.is_empty()));
            }
            prop_assert_eq!(map.into_entries(), expected.into_iter().collect::<Vec<_>>());
        }
    }
}
