//! Tables that are dropped so that another takes their place: SQLite's way to alter a table, and
//! what people copy from it.

use super::Context;
use crate::catalog::{QName, Table};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{Change, ChangeKind, Ident, ObjectName, Query};
use crate::sql::walk::changes;

/// A table that is about to be dropped, and the one that takes its name.
#[derive(Debug)]
pub struct Rebuild<'a> {
    /// The table that goes.
    pub old: &'a Table,
    /// The one that comes, as it is at this moment.
    pub new: &'a Table,
    /// What was put from the old one into the new one.
    pub copies: Vec<Copied<'a>>,
}

/// Rows put from one table into another.
#[derive(Clone, Copy, Debug)]
pub struct Copied<'a> {
    /// The columns that are given values; all of them if it is empty.
    pub columns: &'a [Ident],
    /// Where the values come from.
    pub query: &'a Query,
}

/// Every row of a table on its way into one that the change set made.
#[derive(Clone, Copy, Debug)]
pub struct WholeCopy<'a> {
    /// Where the rows come from.
    pub old: &'a Table,
    /// Where they go.
    pub new: &'a Table,
    /// What is put there.
    pub copied: Copied<'a>,
}

impl Copied<'_> {
    /// Whether a column of the new table is given a value.
    pub fn fills(&self, column: &str, context: &Context) -> bool {
        self.columns.is_empty()
            || self
                .columns
                .iter()
                .any(|given| context.same(&given.value, column))
    }

    /// Whether a column of the old table is read, on its own or as one of all.
    pub fn reads(&self, column: &str, context: &Context) -> bool {
        !self.query.stars.is_empty()
            || self
                .query
                .columns
                .iter()
                .any(|read| read.column.value == "*" || context.same(&read.column.value, column))
    }
}

impl<'a> Context<'a> {
    /// The rebuild that dropping this table belongs to; `None` where no other takes its name.
    pub fn rebuild(&self, name: &ObjectName) -> Option<Rebuild<'a>> {
        let old = self.table(name)?;
        let names = self.names_here(&old.name);
        let comes_later = self
            .renames_later()
            .find(|rename| self.is_named(rename.to, &old.name))
            .and_then(|rename| self.table(rename.from));
        let new = comes_later.or_else(|| {
            let mut former = names.iter().skip(1);
            former
                .find_map(|name| self.catalog.tables.get(name))
                .map(|table| &**table)
                .filter(|table| self.is_new(&table.origin))
        })?;
        let copies = self
            .copies_from(&names)
            .into_iter()
            .filter(|(into, _)| {
                self.names_here(&new.name)
                    .iter()
                    .any(|name| self.is_named(into, name))
            })
            .map(|(_, copied)| copied)
            .collect();
        Some(Rebuild { old, new, copies })
    }

    /// Judges every rebuild whose old table a statement drops, with the bytes of the drop.
    pub fn each_rebuild(
        &mut self,
        statement: &Statement,
        mut judge: impl FnMut(&Rebuild, Span, &mut Self),
    ) {
        for reached in changes(&statement.changes) {
            if let ChangeKind::DropTable { names, .. } = &reached.change.kind {
                for name in names {
                    if let Some(rebuild) = self.rebuild(name) {
                        judge(&rebuild, reached.change.span, self);
                    }
                }
            }
        }
    }

    /// What a change copies, if it copies every row of a table that may have some into a table that
    /// the change set made.
    pub fn whole_copy(&self, change: &'a Change) -> Option<WholeCopy<'a>> {
        let ChangeKind::Insert {
            table,
            columns,
            query,
        } = &change.kind
        else {
            return None;
        };
        let [source] = query.relations.as_slice() else {
            return None;
        };
        let (old, new) = (self.table(source)?, self.table(table)?);
        let copied = Copied { columns, query };
        let all = !query.selective && !self.has_no_rows(old) && self.is_new(&new.origin);
        all.then_some(WholeCopy { old, new, copied })
    }

    /// Whether an earlier statement put the rows of a table that is about to be dropped elsewhere.
    pub fn is_copied_elsewhere(&self, table: &QName) -> bool {
        !self.copies_from(&self.names_here(table)).is_empty()
    }

    /// Where earlier statements put rows of a table of any of these names.
    fn copies_from(&self, names: &[QName]) -> Vec<(&'a ObjectName, Copied<'a>)> {
        let reads = |query: &Query| {
            query
                .relations
                .iter()
                .any(|relation| names.iter().any(|name| self.is_named(relation, name)))
        };
        self.changes_earlier()
            .filter_map(|reached| match &reached.change.kind {
                ChangeKind::Insert {
                    table,
                    columns,
                    query,
                } if reads(query) => Some((table, Copied { columns, query })),
                ChangeKind::CreateTable(create) => {
                    let query = create.query.as_ref().filter(|query| reads(query))?;
                    let columns = &[];
                    Some((&create.name, Copied { columns, query }))
                }
                _ => None,
            })
            .collect()
    }
}
