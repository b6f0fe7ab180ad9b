//! What a table has from another one, and cannot change by itself.

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Catalog, QName, Rejection, Table};
use crate::source::Span;
use crate::sql::change::ObjectName;

impl Catalog {
    /// Whether a table has a column from its parent.
    pub(crate) fn inherited(&self, table: &Table, column: &str) -> bool {
        let partition = table.partition_of.iter().map(|partition| &partition.parent);
        partition.chain(&table.inherits).any(|parent| {
            self.tables
                .get(parent)
                .is_some_and(|parent| parent.column(column).is_some())
        })
    }
}

impl Apply<'_> {
    /// Refuses to change by itself a column that a table has from its parent.
    pub(crate) fn refuse_inherited(&self, table: &Table, column: &str, span: Span) -> Outcome {
        if !table.knowledge.is_exact() || !self.catalog.inherited(table, column) {
            return Ok(());
        }
        let message = format!(
            "column `{column}` of table `{}` is inherited, and only changed with its parent's",
            self.catalog.shown(&table.name)
        );
        let code = sqlstate::INVALID_TABLE_DEFINITION;
        Err(Rejection::new(code, span, message)
            .because(table.origin.made, "the table is made here"))
    }

    /// Refuses to let a table inherit from a partitioned one, or from a partition.
    pub(crate) fn refuse_parent(&self, parent: &QName, written: &ObjectName) -> Outcome {
        let Some(table) = self.catalog.tables.get(parent) else {
            return Ok(());
        };
        let what = if table.partition_of.is_some() {
            "a partition"
        } else if table.partition_by.is_some() {
            "a partitioned table"
        } else {
            return Ok(());
        };
        let message = format!("`{written}` is {what}, from which nothing inherits");
        let code = sqlstate::WRONG_OBJECT_TYPE;
        Err(Rejection::new(code, written.span(), message).because(table.origin.made, "made here"))
    }
}
