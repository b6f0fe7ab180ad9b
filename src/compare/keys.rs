//! Primary keys, and unique keys and indexes.

use super::indexes::is_beyond;
use super::{Capabilities, Comparison, Presence};
use crate::catalog::{Key, Part, Site, Slot, Table};
use crate::diagnostic::Severity;
use crate::sql::Dialect;
use crate::sql::canonical::same_expr;
use crate::sql::change::Expr;

/// A unique constraint or unique index, which are the same to whoever writes rows.
struct Unique<'a> {
    name: &'a str,
    /// Columns or expressions, sorted.
    columns: Vec<String>,
    condition: Option<&'a Expr>,
    /// Whether two rows with NULL there are one too many.
    nulls_count: bool,
    /// Whether it has what the declaration cannot say.
    beyond: bool,
    site: Option<Site>,
}

impl Unique<'_> {
    fn text(&self) -> String {
        self.columns.join(", ")
            + if self.nulls_count {
                " NULLS NOT DISTINCT"
            } else {
                ""
            }
    }
}

fn uniques(table: &Table, both: Capabilities) -> Vec<Unique<'_>> {
    // It says nothing of columns that are never NULL.
    let counts = |is_known: bool, columns: &[String]| {
        let never = |name: &String| {
            table
                .columns
                .iter()
                .any(|it| it.name == *name && it.not_null)
        };
        is_known && !columns.iter().all(never)
    };
    let constraint = |key: &'_ Key| {
        let mut columns = key.columns.clone();
        columns.sort_unstable();
        (columns, key.origin.made)
    };
    let constraints = table.uniques.iter().map(|key| {
        let (columns, site) = constraint(key);
        let nulls_count = counts(key.nulls_not_distinct, &columns);
        Unique {
            name: &key.name,
            columns,
            condition: None,
            nulls_count,
            beyond: false,
            site,
        }
    });
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique)
        .map(|index| {
            let mut columns: Vec<String> = index
                .keys
                .iter()
                .map(|key| key.column.clone().unwrap_or_else(|| key.expr.sql.clone()))
                .collect();
            columns.sort_unstable();
            let beyond = is_beyond(index, both);
            let nulls_count = counts(index.nulls_not_distinct, &columns);
            let (condition, site) = (index.condition.as_ref(), index.origin.made);
            Unique {
                name: &index.name,
                columns,
                condition,
                nulls_count,
                beyond,
                site,
            }
        });
    constraints.chain(indexes).collect()
}

impl Comparison<'_> {
    pub(super) fn primary_keys(&mut self, left: &Table, right: &Table) {
        let both = self.left.capabilities.and(self.right.capabilities);
        if !both.primary_keys || !left.knowledge.is_exact() || !right.knowledge.is_exact() {
            return;
        }
        let sorted = |key: &Key| {
            let mut columns = key.columns.clone();
            columns.sort_unstable();
            columns
        };
        let columns = |table: &Table| table.primary_key.as_ref().map(sorted);
        let (a, b) = (columns(left), columns(right));
        if a == b || self.is_loose(left, right) {
            return;
        }
        let text = |table: &Table| table.primary_key.as_ref().map(|key| key.columns.join(", "));
        let site = |table: &Table| table.primary_key.as_ref().and_then(|key| key.origin.made);
        let key = Slot::new(&left.name, Part::PrimaryKey);
        match (text(left), text(right)) {
            (Some(text), None) => {
                self.one_sided(key, &text, text.clone(), Presence::LeftOnly, site(left));
            }
            (None, Some(text)) => {
                self.one_sided(key, &text, text.clone(), Presence::RightOnly, site(right));
            }
            (a, b) => {
                let name = a.clone().unwrap_or_default();
                self.differs(
                    key,
                    &name,
                    [a, b],
                    Severity::Error,
                    (site(left), site(right)),
                );
            }
        }
    }

    /// Whether one side's primary key is the other's unique key, in a table where that means the
    /// same.
    fn is_loose(&self, left: &Table, right: &Table) -> bool {
        let loose = [self.left, self.right].iter().any(|side| {
            side.declared
                .is_some_and(|declared| declared.loose_keys.contains(&left.name))
        });
        let keyed = |table: &Table| {
            table.primary_key.is_some()
                || !table.uniques.is_empty()
                || table.indexes.iter().any(|index| index.unique)
        };
        loose && keyed(left) && keyed(right)
    }

    pub(super) fn uniques(&mut self, left: &Table, right: &Table) {
        let both = self.left.capabilities.and(self.right.capabilities);
        if !both.indexes || self.is_loose(left, right) {
            return;
        }
        let dialect = self.dialect();
        let same = |a: &Unique, b: &Unique| {
            let condition = match (a.condition, b.condition) {
                (Some(a), Some(b)) => same_expr(a, b, dialect),
                (None, None) => true,
                _ => !both.conditions,
            };
            condition && same_columns(&a.columns, &b.columns, dialect)
        };
        let (a, b) = (uniques(left, both), uniques(right, both));
        for (ours, theirs, table, other, direction) in [
            (&a, &b, left, right, Presence::LeftOnly),
            (&b, &a, right, left, Presence::RightOnly),
        ] {
            if !other.knowledge.is_exact() {
                continue;
            }
            for unique in ours {
                if !unique.beyond && !theirs.iter().any(|it| same(unique, it)) {
                    let key = Slot::new(&table.name, Part::Unique(unique.columns.clone()));
                    let name = if unique.name.is_empty() {
                        unique.text()
                    } else {
                        unique.name.to_owned()
                    };
                    self.one_sided(key, &name, unique.text(), direction, unique.site);
                }
            }
        }
        if !both.null_keys {
            return;
        }
        for unique in &a {
            let mut others = b.iter().filter(|it| same(unique, it)).peekable();
            let Some(other) = others.peek().copied() else {
                continue;
            };
            if others.all(|it| it.nulls_count != unique.nulls_count) {
                let key = Slot::new(&left.name, Part::Unique(unique.columns.clone()));
                let name = if unique.name.is_empty() {
                    unique.text()
                } else {
                    unique.name.to_owned()
                };
                let texts = [Some(unique.text()), Some(other.text())];
                self.differs(
                    key,
                    &name,
                    texts,
                    Severity::Error,
                    (unique.site, other.site),
                );
            }
        }
    }
}

pub(super) fn same_columns(left: &[String], right: &[String], dialect: Dialect) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(a, b)| a == b || crate::sql::canonical::same_sql(a, b, dialect))
}
