//! Ways through a [`SharedMap`]: in order, and beside another map that shares nodes with it.

use std::cmp::Ordering;
use std::slice;
use std::sync::Arc;

use super::{MapChild, MapEntry, MapNode, SharedMap, child_of, position};

/// What two maps do not have in common.
#[derive(Debug)]
pub struct MapDifference<'a, K, V> {
    /// The key of the entry that differs.
    pub key: &'a K,
    /// What the first map has.
    pub before: Option<&'a V>,
    /// What the second map has.
    pub after: Option<&'a V>,
}

impl<K: Ord, V> SharedMap<K, V> {
    /// The entries of which two maps do not have the same, by their keys. What the maps share is not
    /// looked at.
    pub fn differences<'a>(
        &'a self,
        after: &'a Self,
        same: impl Fn(&V, &V) -> bool,
    ) -> Vec<MapDifference<'a, K, V>> {
        let mut found = Vec::new();
        let (mut left, mut right) = (MapWalk::of(self), MapWalk::of(after));
        loop {
            match (left.next(), right.next()) {
                (None, None) => return found,
                (Some(WalkStep::Node(one)), Some(WalkStep::Node(other)))
                    if Arc::ptr_eq(&one.node, &other.node) =>
                {
                    left.pass();
                    right.pass();
                }
                (Some(one), Some(other)) => match one.key().cmp(other.key()) {
                    Ordering::Less => {
                        if let Some(entry) = left.pass_or_descend() {
                            found.push(MapDifference::lost(entry));
                        }
                    }
                    Ordering::Greater => {
                        if let Some(entry) = right.pass_or_descend() {
                            found.push(MapDifference::new(entry));
                        }
                    }
                    Ordering::Equal => match (one, other) {
                        (WalkStep::Entry(old), WalkStep::Entry(new)) => {
                            left.pass();
                            right.pass();
                            if !same(&old.value, &new.value) {
                                found.push(MapDifference {
                                    key: &old.key,
                                    before: Some(&old.value),
                                    after: Some(&new.value),
                                });
                            }
                        }
                        (one, other) => {
                            if let WalkStep::Node(_) = one {
                                left.descend();
                            }
                            if let WalkStep::Node(_) = other {
                                right.descend();
                            }
                        }
                    },
                },
                (Some(_), None) => found.extend(left.pass_or_descend().map(MapDifference::lost)),
                (None, Some(_)) => found.extend(right.pass_or_descend().map(MapDifference::new)),
            }
        }
    }
}

impl<'a, K, V> MapDifference<'a, K, V> {
    /// What both maps have, each in its own way.
    pub fn both(&self) -> Option<(&'a V, &'a V)> {
        self.before.zip(self.after)
    }

    fn lost(entry: &'a MapEntry<K, V>) -> Self {
        Self {
            key: &entry.key,
            before: Some(&entry.value),
            after: None,
        }
    }

    fn new(entry: &'a MapEntry<K, V>) -> Self {
        Self {
            key: &entry.key,
            before: None,
            after: Some(&entry.value),
        }
    }
}

/// The entries of a [`SharedMap`] in order.
pub struct Entries<'a, K, V> {
    above: Vec<slice::Iter<'a, MapChild<K, V>>>,
    leaf: slice::Iter<'a, MapEntry<K, V>>,
}

impl<K, V> Clone for Entries<'_, K, V> {
    fn clone(&self) -> Self {
        Self {
            above: self.above.clone(),
            leaf: self.leaf.clone(),
        }
    }
}

impl<'a, K, V> Entries<'a, K, V> {
    /// All of a node.
    pub(super) fn of(node: &'a MapNode<K, V>) -> Self {
        let mut iter = Self {
            above: Vec::new(),
            leaf: [].iter(),
        };
        iter.descend(node);
        iter
    }

    /// What a node has from a key on.
    pub(super) fn from(mut node: &'a MapNode<K, V>, first: &K) -> Self
    where
        K: Ord,
    {
        let mut above = Vec::new();
        loop {
            match node {
                MapNode::Leaf(entries) => {
                    let at = position(entries, first).unwrap_or_else(|at| at);
                    let leaf = entries[at..].iter();
                    return Self { above, leaf };
                }
                MapNode::Branch(children) => {
                    let at = child_of(children, first).unwrap_or(0);
                    above.push(children[at + 1..].iter());
                    node = &children[at].node;
                }
            }
        }
    }

    fn descend(&mut self, mut node: &'a MapNode<K, V>) {
        loop {
            match node {
                MapNode::Leaf(entries) => {
                    self.leaf = entries.iter();
                    return;
                }
                MapNode::Branch(children) => {
                    let mut children = children.iter();
                    let Some(first) = children.next() else { return };
                    self.above.push(children);
                    node = &first.node;
                }
            }
        }
    }
}

impl<'a, K, V> Iterator for Entries<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.leaf.next() {
                return Some((&entry.key, &entry.value));
            }
            match self.above.last_mut()?.next() {
                Some(child) => self.descend(&child.node),
                None => _ = self.above.pop(),
            }
        }
    }
}

/// A way through a map that may pass over nodes.
struct MapWalk<'a, K, V> {
    /// What is ahead, the next last.
    ahead: Vec<WalkStep<'a, K, V>>,
}

enum WalkStep<'a, K, V> {
    Node(&'a MapChild<K, V>),
    Entry(&'a MapEntry<K, V>),
}

impl<K, V> Clone for WalkStep<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for WalkStep<'_, K, V> {}

impl<'a, K, V> WalkStep<'a, K, V> {
    /// Not greater than any key that is in it.
    fn key(self) -> &'a K {
        match self {
            Self::Node(child) => &child.bound,
            Self::Entry(entry) => &entry.key,
        }
    }
}

impl<'a, K, V> MapWalk<'a, K, V> {
    fn of(map: &'a SharedMap<K, V>) -> Self {
        let mut walk = Self { ahead: Vec::new() };
        walk.open(&map.root);
        walk
    }

    fn open(&mut self, node: &'a MapNode<K, V>) {
        match node {
            MapNode::Leaf(entries) => self.ahead.extend(entries.iter().rev().map(WalkStep::Entry)),
            MapNode::Branch(children) => {
                self.ahead.extend(children.iter().rev().map(WalkStep::Node));
            }
        }
    }

    fn next(&self) -> Option<WalkStep<'a, K, V>> {
        self.ahead.last().copied()
    }

    fn pass(&mut self) {
        self.ahead.pop();
    }

    /// Opens the node that is next.
    fn descend(&mut self) {
        _ = self.pass_or_descend();
    }

    /// Passes over the entry that is next, or opens the node.
    fn pass_or_descend(&mut self) -> Option<&'a MapEntry<K, V>> {
        match self.ahead.pop()? {
            WalkStep::Entry(entry) => Some(entry),
            WalkStep::Node(child) => {
                self.open(&child.node);
                None
            }
        }
    }
}
