//! Primary keys, and unique keys and indexes.

use super::indexes::is_beyond;
use super::{Capabilities, Comparison, Presence};
use crate::catalog::{Index, Key, Part, Site, Slot, Table};
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

impl<'a> Unique<'a> {
    fn of_constraint(key: &'a Key, table: &Table) -> Self {
        let columns = sorted(key.columns.clone());
        Self {
            name: &key.name,
            nulls_count: key.nulls_not_distinct && may_be_null(&columns, table),
            columns,
            condition: None,
            beyond: false,
            site: key.origin.made,
        }
    }

    fn of_index(index: &'a Index, table: &Table, both: Capabilities) -> Self {
        let columns = sorted(
            index
                .keys
                .iter()
                .map(|key| key.column.clone().unwrap_or_else(|| key.expr.sql.clone()))
                .collect(),
        );
        Self {
            name: &index.name,
            nulls_count: index.nulls_not_distinct && may_be_null(&columns, table),
            columns,
            condition: index.condition.as_ref(),
            beyond: is_beyond(index, both),
            site: index.origin.made,
        }
    }

    /// All of a table.
    fn all(table: &'a Table, both: Capabilities) -> Vec<Self> {
        let constraints = table.uniques.iter();
        let indexes = table.indexes.iter().filter(|index| index.unique);
        constraints
            .map(|key| Self::of_constraint(key, table))
            .chain(indexes.map(|index| Self::of_index(index, table, both)))
            .collect()
    }

    /// Whether two refuse the same rows, NULL aside.
    fn is_same(&self, other: &Self, both: Capabilities, dialect: Dialect) -> bool {
        let conditions_agree = match (self.condition, other.condition) {
            (Some(own), Some(other)) => same_expr(own, other, dialect),
            (None, None) => true,
            _ => !both.conditions,
        };
        conditions_agree && same_columns(&self.columns, &other.columns, dialect)
    }

    /// What it is called, or else what it says.
    fn label(&self) -> String {
        if self.name.is_empty() {
            self.text()
        } else {
            self.name.to_owned()
        }
    }

    fn text(&self) -> String {
        let nulls = if self.nulls_count {
            " NULLS NOT DISTINCT"
        } else {
            ""
        };
        self.columns.join(", ") + nulls
    }
}

fn sorted(mut columns: Vec<String>) -> Vec<String> {
    columns.sort_unstable();
    columns
}

/// Whether any of the columns may hold a NULL: otherwise it says nothing how those count.
fn may_be_null(columns: &[String], table: &Table) -> bool {
    !columns
        .iter()
        .all(|name| table.column(name).is_some_and(|column| column.not_null))
}

impl Comparison<'_> {
    pub(super) fn primary_keys(&mut self, left: &Table, right: &Table) {
        let both = self.left.capabilities.and(self.right.capabilities);
        if !both.primary_keys || !left.knowledge.is_exact() || !right.knowledge.is_exact() {
            return;
        }
        let columns = |table: &Table| {
            let key = table.primary_key.as_ref();
            key.map(|key| sorted(key.columns.clone()))
        };
        if columns(left) == columns(right) || self.is_loose(left, right) {
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
        let (ours, theirs) = (Unique::all(left, both), Unique::all(right, both));
        for (own, others, table, other, direction) in [
            (&ours, &theirs, left, right, Presence::LeftOnly),
            (&theirs, &ours, right, left, Presence::RightOnly),
        ] {
            if !other.knowledge.is_exact() {
                continue;
            }
            for unique in own.iter().filter(|unique| !unique.beyond) {
                if !others.iter().any(|it| unique.is_same(it, both, dialect)) {
                    let slot = Slot::new(&table.name, Part::Unique(unique.columns.clone()));
                    let text = unique.text();
                    self.one_sided(slot, &unique.label(), text, direction, unique.site);
                }
            }
        }
        if both.null_keys {
            for unique in &ours {
                self.nulls_of_uniques(left, unique, &theirs, both);
            }
        }
    }

    /// Whether NULL is one value differs only if it does in every key over the same columns.
    fn nulls_of_uniques(
        &mut self,
        table: &Table,
        unique: &Unique,
        theirs: &[Unique],
        both: Capabilities,
    ) {
        let dialect = self.dialect();
        let same: Vec<&Unique> = theirs
            .iter()
            .filter(|it| unique.is_same(it, both, dialect))
            .collect();
        let Some(first) = same.first() else { return };
        if same.iter().any(|it| it.nulls_count == unique.nulls_count) {
            return;
        }
        let slot = Slot::new(&table.name, Part::Unique(unique.columns.clone()));
        let texts = [Some(unique.text()), Some(first.text())];
        let sites = (unique.site, first.site);
        self.differs(slot, &unique.label(), texts, Severity::Error, sites);
    }
}

/// Whether two lists name the same columns, or expressions that mean the same.
pub(crate) fn same_columns(left: &[String], right: &[String], dialect: Dialect) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(a, b)| a == b || crate::sql::canonical::same_sql(a, b, dialect))
}
