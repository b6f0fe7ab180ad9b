//! Foreign keys: the same columns to the same target are one key, whatever it is called.

use super::same::same_action;
use super::{Comparison, Presence};
use crate::catalog::{ForeignKey, Part, Slot, Table};
use crate::diagnostic::Severity;
use crate::sql::Dialect;

impl Comparison<'_> {
    pub(super) fn foreign_keys(&mut self, left: &Table, right: &Table) {
        if !(self.left.capabilities.foreign_keys && self.right.capabilities.foreign_keys) {
            return;
        }
        let dialect = self.dialect();
        let mut rest: Vec<&ForeignKey> = right.foreign_keys.iter().collect();
        let mut lone: Vec<&ForeignKey> = Vec::new();
        for key in &left.foreign_keys {
            // A table may have two keys over the same columns to the same target, with other
            // actions. Those equal in everything are paired first, so that the rest is not crossed.
            let found = rest
                .iter()
                .position(|it| same_foreign_key(key, it, dialect))
                .or_else(|| rest.iter().position(|it| same_target(key, it)));
            let Some(at) = found else {
                lone.push(key);
                continue;
            };
            let other = rest.remove(at);
            if !same_actions(key, other, dialect) {
                self.different_foreign_key(left, key, other);
            }
        }
        let slot = |key: &ForeignKey| Slot::new(&left.name, Part::ForeignKey(key.columns.clone()));
        for key in lone {
            // The same columns with another target are one key that changed.
            if let Some(at) = rest.iter().position(|it| it.columns == key.columns) {
                let other = rest.remove(at);
                self.different_foreign_key(left, key, other);
            } else if right.knowledge.is_exact() && self.right.knows(&slot(key)) {
                self.lone_foreign_key(left, key, Presence::LeftOnly);
            }
        }
        for key in rest {
            if left.knowledge.is_exact() && self.left.knows(&slot(key)) && self.is_ours(&key.table)
            {
                self.lone_foreign_key(right, key, Presence::RightOnly);
            }
        }
    }

    fn different_foreign_key(&mut self, table: &Table, left: &ForeignKey, right: &ForeignKey) {
        let key = Slot::new(&table.name, Part::ForeignKey(left.columns.clone()));
        let texts = [left, right].map(|it| Some(foreign_key_text(it)));
        let name = if left.name.is_empty() {
            left.columns.join(", ")
        } else {
            left.name.clone()
        };
        let sites = (left.origin.made, right.origin.made);
        self.differs(key, &name, texts, Severity::Error, sites);
    }

    fn lone_foreign_key(&mut self, table: &Table, key: &ForeignKey, direction: Presence) {
        let name = if key.name.is_empty() {
            key.columns.join(", ")
        } else {
            key.name.clone()
        };
        let slot = Slot::new(&table.name, Part::ForeignKey(key.columns.clone()));
        self.one_sided(
            slot,
            &name,
            foreign_key_text(key),
            direction,
            key.origin.made,
        );
    }
}

/// Whether two foreign keys over the same columns are one.
pub(crate) fn same_foreign_key(left: &ForeignKey, right: &ForeignKey, dialect: Dialect) -> bool {
    same_target(left, right) && same_actions(left, right, dialect)
}

fn same_target(left: &ForeignKey, right: &ForeignKey) -> bool {
    let pairs = |key: &ForeignKey| {
        let mut pairs: Vec<_> = key
            .columns
            .iter()
            .cloned()
            .zip(key.referenced.iter().cloned())
            .collect();
        pairs.sort_unstable();
        pairs
    };
    // Where the other table's primary key is not known, nor is what a key without a list of columns
    // refers to.
    let open = left.referenced.is_empty() || right.referenced.is_empty();
    left.table == right.table
        && (pairs(left) == pairs(right) || (open && left.columns == right.columns))
}

fn same_actions(left: &ForeignKey, right: &ForeignKey, dialect: Dialect) -> bool {
    same_action(left.on_delete, right.on_delete, dialect)
        && same_action(left.on_update, right.on_update, dialect)
}

fn foreign_key_text(key: &ForeignKey) -> String {
    format!(
        "({}) REFERENCES {} ({}) ON DELETE {} ON UPDATE {}",
        key.columns.join(", "),
        key.table,
        key.referenced.join(", "),
        key.on_delete.sql(),
        key.on_update.sql()
    )
}
