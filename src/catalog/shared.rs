//! An ordered map whose copies share what they have in common.
//!
//! A replay copies its catalog for a savepoint, for the way back of a migration, and for whoever
//! asks what the schema was. With one `BTreeMap` behind a pointer, the first change after such a
//! copy copied every entry: 4,000 enum types, a migration for each, took 26 times as long as 1,000,
//! and 4,000 tables with their downs 17 times. Here a change copies the nodes on the way to its
//! entry, and [`SharedMap::differences`] passes over the nodes that two maps share.

#[cfg(test)]
mod tests;
mod walk;

use std::borrow::Borrow;
use std::fmt;
use std::ops::Index;
use std::sync::Arc;

pub use walk::{Entries, MapDifference};

/// How many entries a node holds. Lookups take as long with 8 or 32; copies copy a node for each
/// level.
const WIDTH: usize = 16;

/// An ordered map. A clone costs nothing that grows; a lookup, an insertion and a removal grow with
/// the logarithm of the map.
pub struct SharedMap<K, V> {
    root: Arc<MapNode<K, V>>,
    len: usize,
}

enum MapNode<K, V> {
    Leaf(Vec<MapEntry<K, V>>),
    /// Never empty, nor is what is below.
    Branch(Vec<MapChild<K, V>>),
}

struct MapEntry<K, V> {
    key: Arc<K>,
    value: V,
}

struct MapChild<K, V> {
    /// Not greater than any key below, and greater than all of the child before.
    bound: Arc<K>,
    node: Arc<MapNode<K, V>>,
}

/// What has become of a node after an insertion.
enum InsertOutcome<K, V> {
    Replaced(V),
    Added,
    /// The upper half of a node that was full.
    Split(MapChild<K, V>),
}

impl<K, V> Clone for SharedMap<K, V> {
    fn clone(&self) -> Self {
        Self {
            root: Arc::clone(&self.root),
            len: self.len,
        }
    }
}

impl<K, V> Default for SharedMap<K, V> {
    fn default() -> Self {
        Self {
            root: Arc::new(MapNode::Leaf(Vec::new())),
            len: 0,
        }
    }
}

impl<K, V: Clone> Clone for MapEntry<K, V> {
    fn clone(&self) -> Self {
        Self {
            key: Arc::clone(&self.key),
            value: self.value.clone(),
        }
    }
}

impl<K, V> Clone for MapChild<K, V> {
    fn clone(&self) -> Self {
        Self {
            bound: Arc::clone(&self.bound),
            node: Arc::clone(&self.node),
        }
    }
}

impl<K, V: Clone> Clone for MapNode<K, V> {
    fn clone(&self) -> Self {
        match self {
            Self::Leaf(entries) => Self::Leaf(entries.clone()),
            Self::Branch(children) => Self::Branch(children.clone()),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for SharedMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for SharedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.root, &other.root) || (self.len == other.len && self.iter().eq(other))
    }
}

impl<K, V> SharedMap<K, V> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The entries, by their keys.
    pub fn iter(&self) -> Entries<'_, K, V> {
        Entries::of(&self.root)
    }

    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> + Clone {
        self.iter().map(|(key, _)| key)
    }

    /// The values by their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> + Clone {
        self.iter().map(|(_, value)| value)
    }
}

impl<K: Ord, V> SharedMap<K, V> {
    /// The value under a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.get_key_value(key).map(|(_, value)| value)
    }

    /// The value under a key, and the key as the map has it.
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let mut node = &self.root;
        loop {
            match &**node {
                MapNode::Leaf(entries) => {
                    let entry = &entries[position(entries, key).ok()?];
                    return Some((&entry.key, &entry.value));
                }
                MapNode::Branch(children) => node = &children[child_of(children, key)?].node,
            }
        }
    }

    /// Whether there is such a key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get_key_value(key).is_some()
    }

    /// The entries from a key on.
    pub fn range_from(&self, first: &K) -> Entries<'_, K, V> {
        Entries::from(&self.root, first)
    }
}

impl<K: Ord, V: Clone> SharedMap<K, V> {
    /// The value under a key, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        // What is not there is not copied.
        if !self.contains_key(key) {
            return None;
        }
        let mut node = Arc::make_mut(&mut self.root);
        loop {
            match node {
                MapNode::Leaf(entries) => {
                    let at = position(entries, key).ok()?;
                    return Some(&mut entries[at].value);
                }
                MapNode::Branch(children) => {
                    let at = child_of(children, key)?;
                    node = Arc::make_mut(&mut children[at].node);
                }
            }
        }
    }

    /// The value under a key, which is made where there is none.
    pub fn get_or_default(&mut self, key: &K) -> &mut V
    where
        K: Clone,
        V: Default,
    {
        if !self.contains_key(key) {
            self.insert(key.clone(), V::default());
        }
        let mut node = Arc::make_mut(&mut self.root);
        loop {
            match node {
                MapNode::Leaf(entries) => {
                    let at = position(entries, key).unwrap_or_else(|at| at);
                    return &mut entries[at].value;
                }
                MapNode::Branch(children) => {
                    let at = child_of(children, key).unwrap_or(0);
                    node = Arc::make_mut(&mut children[at].node);
                }
            }
        }
    }

    /// Puts a value under a key; returns what was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match insert(&mut self.root, Arc::new(key), value) {
            InsertOutcome::Replaced(old) => return Some(old),
            InsertOutcome::Added => {}
            InsertOutcome::Split(upper) => {
                let node = Arc::clone(&self.root);
                let bound = match &*node {
                    MapNode::Leaf(entries) => Arc::clone(&entries[0].key),
                    MapNode::Branch(children) => Arc::clone(&children[0].bound),
                };
                let lower = MapChild { bound, node };
                self.root = Arc::new(MapNode::Branch(vec![lower, upper]));
            }
        }
        self.len += 1;
        None
    }

    /// Takes the value under a key out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        if !self.contains_key(key) {
            return None;
        }
        let removed = remove(&mut self.root, key);
        self.len -= usize::from(removed.is_some());
        while let MapNode::Branch(children) = &*self.root {
            match &children[..] {
                [] => self.root = Arc::new(MapNode::Leaf(Vec::new())),
                [only] => self.root = Arc::clone(&only.node),
                _ => break,
            }
        }
        removed
    }

    /// Keeps what is to be kept.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool)
    where
        K: Clone,
    {
        let entries = self.iter().filter(|(key, value)| !keep(key, value));
        let gone: Vec<K> = entries.map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.remove(&key);
        }
    }

    /// Changes the values that `concerned` picks; the others stay shared.
    pub fn change(&mut self, concerned: impl Fn(&V) -> bool, mut change: impl FnMut(&mut V))
    where
        K: Clone,
    {
        let entries = self.iter().filter(|(_, value)| concerned(value));
        let keys: Vec<K> = entries.map(|(key, _)| key.clone()).collect();
        for key in keys {
            if let Some(value) = self.get_mut(&key) {
                change(value);
            }
        }
    }

    /// Takes everything out; copies keep what they have.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Where a key is, or would be.
fn position<K: Borrow<Q>, V, Q: Ord + ?Sized>(
    entries: &[MapEntry<K, V>],
    key: &Q,
) -> Result<usize, usize> {
    entries.binary_search_by(|entry| (*entry.key).borrow().cmp(key))
}

/// The child that has a key, if any has; `None` where the key is less than all.
fn child_of<K: Borrow<Q>, V, Q: Ord + ?Sized>(
    children: &[MapChild<K, V>],
    key: &Q,
) -> Option<usize> {
    let after = children.partition_point(|child| (*child.bound).borrow() <= key);
    after.checked_sub(1)
}

fn insert<K: Ord, V: Clone>(
    node: &mut Arc<MapNode<K, V>>,
    key: Arc<K>,
    value: V,
) -> InsertOutcome<K, V> {
    match Arc::make_mut(node) {
        MapNode::Leaf(entries) => {
            match position(entries, &*key) {
                Ok(at) => {
                    return InsertOutcome::Replaced(std::mem::replace(
                        &mut entries[at].value,
                        value,
                    ));
                }
                Err(at) => entries.insert(at, MapEntry { key, value }),
            }
            let Some(upper) = upper_half(entries) else {
                return InsertOutcome::Added;
            };
            let bound = Arc::clone(&upper[0].key);
            let node = Arc::new(MapNode::Leaf(upper));
            InsertOutcome::Split(MapChild { bound, node })
        }
        MapNode::Branch(children) => {
            let at = child_of(children, &*key).unwrap_or_else(|| {
                children[0].bound = Arc::clone(&key);
                0
            });
            match insert(&mut children[at].node, key, value) {
                InsertOutcome::Split(upper) => children.insert(at + 1, upper),
                done => return done,
            }
            let Some(upper) = upper_half(children) else {
                return InsertOutcome::Added;
            };
            let bound = Arc::clone(&upper[0].bound);
            let node = Arc::new(MapNode::Branch(upper));
            InsertOutcome::Split(MapChild { bound, node })
        }
    }
}

/// Takes the upper half of a node that has become too wide.
fn upper_half<T>(all: &mut Vec<T>) -> Option<Vec<T>> {
    (all.len() > WIDTH).then(|| all.split_off(WIDTH / 2 + 1))
}

fn remove<K: Ord + Borrow<Q>, V: Clone, Q: Ord + ?Sized>(
    node: &mut Arc<MapNode<K, V>>,
    key: &Q,
) -> Option<V> {
    match Arc::make_mut(node) {
        MapNode::Leaf(entries) => {
            let at = position(entries, key).ok()?;
            Some(entries.remove(at).value)
        }
        MapNode::Branch(children) => {
            let at = child_of(children, key)?;
            let removed = remove(&mut children[at].node, key);
            let empty = match &*children[at].node {
                MapNode::Leaf(entries) => entries.is_empty(),
                MapNode::Branch(children) => children.is_empty(),
            };
            if empty {
                children.remove(at);
            }
            removed
        }
    }
}

impl<K: Ord + Borrow<Q>, V, Q: Ord + ?Sized> Index<&Q> for SharedMap<K, V> {
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("no entry found for key")
    }
}

impl<K: Ord, V: Clone> FromIterator<(K, V)> for SharedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        map.extend(entries);
        map
    }
}

impl<K: Ord, V: Clone> Extend<(K, V)> for SharedMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<'a, K, V> IntoIterator for &'a SharedMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Entries<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
