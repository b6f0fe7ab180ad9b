//! What the last snapshot says where the declared schema and the migrations disagree.

use std::collections::HashMap;

use crate::catalog::Slot;
use crate::compare::Difference;

/// The snapshot's word on one disagreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SnapshotVerdict {
    /// There is no snapshot, or it says nothing about this.
    Silent,
    /// The same as the schema.
    LikeDeclared,
    /// The same as the migrations.
    LikeMigrated,
    /// What neither of them says; `None` where it has no such object.
    Other(Option<String>),
}

/// What a snapshot says otherwise than the schema, and otherwise than the migrations.
pub(super) struct SnapshotSide<'a> {
    of_declared: HashMap<&'a Slot, &'a Difference>,
    of_migrated: HashMap<&'a Slot, &'a Difference>,
}

impl<'a> SnapshotSide<'a> {
    /// From the differences between declared schema and snapshot, and between snapshot and
    /// migrations.
    pub(super) fn new(of_declared: &'a [Difference], of_migrated: &'a [Difference]) -> Self {
        let by_key = |list: &'a [Difference]| {
            list.iter()
                .map(|difference| (&difference.slot, difference))
                .collect()
        };
        Self {
            of_declared: by_key(of_declared),
            of_migrated: by_key(of_migrated),
        }
    }

    /// Its word on a disagreement between the declared schema and the migrations.
    pub(super) fn on(&self, key: &Slot) -> SnapshotVerdict {
        let table = Slot::table(&key.owner);
        let of = |side: &HashMap<&Slot, &'a Difference>| {
            side.get(key).or_else(|| side.get(&table)).copied()
        };
        match (of(&self.of_declared), of(&self.of_migrated)) {
            (None, None) => SnapshotVerdict::Silent,
            (None, Some(_)) => SnapshotVerdict::LikeDeclared,
            (Some(_), None) => SnapshotVerdict::LikeMigrated,
            (Some(_), Some(difference)) => {
                SnapshotVerdict::Other(difference.left.clone().filter(|_| difference.slot == *key))
            }
        }
    }
}
