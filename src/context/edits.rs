//! What the statements around one do, asked by rules: the same table, its edits and renames, and
//! what becomes of a name later in the migration.

use super::Context;
use crate::catalog::{Catalog, Column, QName, Table};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{
    Change, ChangeKind, ColumnDef, ConstraintDef, IndexDef, ObjectName, TableAction,
};
use crate::sql::walk::{Reached, changes};

/// One action on a table, with the table that it is for.
#[derive(Clone, Copy, Debug)]
pub struct TableEdit<'a> {
    /// The table, as written.
    pub table: &'a ObjectName,
    /// One of those that an `ALTER TABLE` lists.
    pub action: &'a TableAction,
    /// The bytes of the action.
    pub span: Span,
}

/// A table that gets another name.
#[derive(Clone, Debug)]
pub struct Rename<'a> {
    /// As it was called.
    pub from: &'a ObjectName,
    /// As it is called from then on, in its schema unless another one is named.
    pub to: &'a ObjectName,
    /// Where that stands.
    pub span: Span,
}

/// Every action of every `ALTER TABLE`, those in blocks too, in order.
pub fn edits(statement: &Statement) -> Vec<TableEdit<'_>> {
    let mut found = Vec::new();
    // A dozen rules ask of every statement.
    let mut kinds = statement.changes.iter().map(|change| &change.kind);
    if !kinds.any(|kind| matches!(kind, ChangeKind::AlterTable(_) | ChangeKind::Block(_))) {
        return found;
    }
    for reached in changes(&statement.changes) {
        if let ChangeKind::AlterTable(alter) = &reached.change.kind {
            found.extend(alter.actions.iter().map(|(action, span)| TableEdit {
                table: &alter.table,
                action,
                span: *span,
            }));
        }
    }
    found
}

/// The table renames that a change asks for.
fn renames_of(change: &Change) -> Vec<Rename<'_>> {
    match &change.kind {
        ChangeKind::RenameTable { from, to } => vec![Rename {
            from,
            to,
            span: change.span,
        }],
        ChangeKind::AlterTable(alter) => alter
            .actions
            .iter()
            .filter_map(|(action, span)| match action {
                TableAction::RenameTo(to) => Some(Rename {
                    from: &alter.table,
                    to,
                    span: *span,
                }),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Every table rename of a statement, in order.
pub fn renames(statement: &Statement) -> Vec<Rename<'_>> {
    changes(&statement.changes)
        .into_iter()
        .flat_map(|reached| renames_of(reached.change))
        .collect()
}

/// A column that a statement defines.
#[derive(Clone, Copy, Debug)]
pub struct Defined<'a> {
    /// The table, as written.
    pub table: &'a ObjectName,
    /// The definition.
    pub column: &'a ColumnDef,
    /// Where it stands: the whole action, or in `CREATE TABLE` the name and the type.
    pub span: Span,
    /// Whether the statement makes the table too.
    pub with_table: bool,
}

/// Every column that a statement defines, in `CREATE TABLE`, `ADD COLUMN`, `MODIFY` or `CHANGE`.
pub fn defined_columns(statement: &Statement) -> Vec<Defined<'_>> {
    let mut found = Vec::new();
    for reached in changes(&statement.changes) {
        match &reached.change.kind {
            ChangeKind::CreateTable(create) => {
                found.extend(create.columns.iter().map(|column| Defined {
                    table: &create.name,
                    column,
                    span: column.name.span.to(column.type_span),
                    with_table: true,
                }));
            }
            ChangeKind::AlterTable(alter) => {
                found.extend(alter.actions.iter().filter_map(|(action, span)| {
                    let (TableAction::AddColumn { column, .. }
                    | TableAction::Modify { column, .. }) = action
                    else {
                        return None;
                    };
                    Some(Defined {
                        table: &alter.table,
                        column,
                        span: *span,
                        with_table: false,
                    })
                }));
            }
            _ => {}
        }
    }
    found
}

/// A constraint that a statement adds, be it at a column or at a table.
#[derive(Clone, Copy, Debug)]
pub struct Constrained<'a> {
    /// The table, as written.
    pub table: &'a ObjectName,
    /// As written; what the server names it stands in the catalog.
    pub constraint: &'a ConstraintDef,
    /// Whether it stands at a column.
    pub inline: bool,
    /// Whether the statement makes the table too.
    pub with_table: bool,
}

/// Every constraint that a statement adds.
pub fn added_constraints(statement: &Statement) -> Vec<Constrained<'_>> {
    let mut found = Vec::new();
    for defined in defined_columns(statement) {
        found.extend(
            defined
                .column
                .constraints
                .iter()
                .map(|constraint| Constrained {
                    table: defined.table,
                    constraint,
                    inline: true,
                    with_table: defined.with_table,
                }),
        );
    }
    for reached in changes(&statement.changes) {
        if let ChangeKind::CreateTable(create) = &reached.change.kind {
            found.extend(create.constraints.iter().map(|constraint| Constrained {
                table: &create.name,
                constraint,
                inline: false,
                with_table: true,
            }));
        }
    }
    for edit in edits(statement) {
        if let TableAction::AddConstraint(constraint) = edit.action {
            found.push(Constrained {
                table: edit.table,
                constraint,
                inline: false,
                with_table: false,
            });
        }
    }
    found
}

/// An index that a statement makes, outside of `CREATE TABLE`.
#[derive(Clone, Copy, Debug)]
pub struct MadeIndex<'a> {
    /// The table, as written.
    pub table: &'a ObjectName,
    /// As written, with `CONCURRENTLY` and `IF NOT EXISTS`.
    pub index: &'a IndexDef,
    /// Where that stands.
    pub span: Span,
}

/// Every index that a statement makes for a table that is there.
pub fn made_indexes(statement: &Statement) -> Vec<MadeIndex<'_>> {
    let mut found = Vec::new();
    for reached in changes(&statement.changes) {
        if let ChangeKind::CreateIndex { table, index } = &reached.change.kind {
            found.push(MadeIndex {
                table,
                index,
                span: reached.change.span,
            });
        }
    }
    for edit in edits(statement) {
        if let TableAction::AddIndex(index) = edit.action {
            found.push(MadeIndex {
                table: edit.table,
                index,
                span: edit.span,
            });
        }
    }
    found
}

impl<'a> Context<'a> {
    /// The statement that is being looked at, and those after it.
    fn here_and_after(&self) -> &'a [Statement] {
        self.run.statements.get(self.index..).unwrap_or_default()
    }

    /// Every change before the current statement, in this migration.
    pub fn changes_earlier(&self) -> impl Iterator<Item = Reached<'a>> + use<'a> {
        self.earlier()
            .iter()
            .flat_map(|statement| changes(&statement.changes))
    }

    /// Every change after the current statement, in this migration.
    pub fn changes_later(&self) -> impl Iterator<Item = Reached<'a>> + use<'a> {
        self.later()
            .iter()
            .flat_map(|statement| changes(&statement.changes))
    }

    /// Every change of the migration that starts after a place of the current statement.
    pub fn changes_after(&self, span: Span) -> impl Iterator<Item = Reached<'a>> + use<'a> {
        let here = self.here_and_after();
        let current = here
            .iter()
            .take(1)
            .flat_map(|statement| changes(&statement.changes))
            .filter(move |reached| reached.change.span.start >= span.end);
        let later = here
            .iter()
            .skip(1)
            .flat_map(|statement| changes(&statement.changes));
        current.chain(later)
    }

    /// Every action on tables before the current statement, in this migration.
    pub fn edits_earlier(&self) -> impl Iterator<Item = TableEdit<'a>> + use<'a> {
        self.earlier().iter().flat_map(edits)
    }

    /// Every action on tables from a place of the current statement on. Actions that one statement
    /// gives before that place are not among them.
    pub fn edits_after(&self, span: Span) -> impl Iterator<Item = TableEdit<'a>> + use<'a> {
        let here = self.here_and_after();
        let current = here
            .iter()
            .take(1)
            .flat_map(edits)
            .filter(move |edit| edit.span.start >= span.end);
        current.chain(here.iter().skip(1).flat_map(edits))
    }

    /// Every change of the whole migration, the current statement's among them.
    pub fn changes_anywhere(&self) -> impl Iterator<Item = Reached<'a>> + use<'a> {
        self.run
            .statements
            .iter()
            .flat_map(|statement| changes(&statement.changes))
    }

    /// Every action of the whole migration, the current statement's among them.
    pub fn edits_anywhere(&self) -> impl Iterator<Item = TableEdit<'a>> + use<'a> {
        self.run.statements.iter().flat_map(edits)
    }

    /// The table renames of the earlier statements.
    pub fn renames_earlier(&self) -> impl Iterator<Item = Rename<'a>> + use<'a> {
        self.earlier().iter().flat_map(renames)
    }

    /// The table renames of the later statements.
    pub fn renames_later(&self) -> impl Iterator<Item = Rename<'a>> + use<'a> {
        self.later().iter().flat_map(renames)
    }

    /// Whether two names are the same to this server.
    pub fn same(&self, one: &str, other: &str) -> bool {
        self.catalog.same(one, other)
    }

    /// The table's name as the server keeps it, or would.
    pub fn qualified(&self, name: &ObjectName) -> QName {
        qualified(self.catalog, name)
    }

    /// Whether a name, written anywhere in the migration, means that object.
    pub fn is_named(&self, written: &ObjectName, object: &QName) -> bool {
        let schema = match &written.schema {
            Some(schema) if self.dialect().has_schemas() => schema.value == object.schema,
            Some(_) => true,
            None => {
                object.schema.is_empty()
                    || self.catalog.search_path.contains(&object.schema)
                    || self.qualified(written).schema == object.schema
            }
        };
        schema && self.same(&written.name.value, &object.name)
    }

    /// Whether two names, as written, mean the same object.
    pub fn same_object(&self, one: &ObjectName, other: &ObjectName) -> bool {
        self.is_named(one, &self.qualified(other))
    }

    /// The column of that name, found as the server would find it.
    pub fn column<'t>(&self, table: &'t Table, name: &str) -> Option<&'t Column> {
        table.columns.get(self.catalog.column_at(table, name)?)
    }

    /// Whether it is certain that there is no such table: the history is whole, and did not make
    /// it.
    pub fn is_absent(&self, name: &ObjectName) -> bool {
        let number = u32::try_from(self.run.number).unwrap_or(u32::MAX);
        self.catalog.find_table(name).is_none() && self.catalog.is_surely_absent(name, number)
    }

    /// Whether a statement about an object that the history does not know is about one that was
    /// there before: the object may well exist, and nothing says that it need not.
    pub fn may_hold_rows(&self, name: &ObjectName) -> bool {
        match self.table(name) {
            Some(table) => !self.has_no_rows(table),
            None => self.catalog.find_view(name).is_none() && !self.is_absent(name),
        }
    }

    /// Whether the table is known not to be of any interest: made by this change set.
    pub fn is_new_table(&self, name: &ObjectName) -> bool {
        self.table(name)
            .is_some_and(|table| self.is_new(&table.origin))
    }

    /// The names that a table had earlier in this migration, the current one first.
    pub fn names_here(&self, table: &QName) -> Vec<QName> {
        let mut names = vec![table.clone()];
        let earlier: Vec<Rename> = self.renames_earlier().collect();
        for rename in earlier.iter().rev() {
            if let Some(last) = names.last().cloned()
                && self.is_named(rename.to, &last)
            {
                names.push(QName::new(last.schema, rename.from.name.value.clone()));
            }
        }
        names
    }

    /// Whether a later statement of this migration drops the table.
    pub fn dropped_later(&self, table: &QName) -> bool {
        self.changes_later()
            .any(|reached| match &reached.change.kind {
                ChangeKind::DropTable { names, .. } => {
                    names.iter().any(|name| self.is_named(name, table))
                }
                _ => false,
            })
    }

    /// Whether a later `CREATE TABLE … AS` makes a table again from others: its rows are computed.
    pub fn is_computed_again(&self, name: &QName, after: Span) -> bool {
        self.changes_after(after).any(|reached| {
            let ChangeKind::CreateTable(create) = &reached.change.kind else {
                return false;
            };
            let query = create.query.as_ref();
            query.is_some_and(|query| !query.relations.is_empty())
                && self.is_named(&create.name, name)
        })
    }

    /// Whether something of this name is made or renamed to it after a place of the current
    /// statement: a table or a view that takes the name over.
    pub fn name_is_taken_over(&self, name: &QName, after: Span) -> bool {
        let mut changes = self.changes_after(after).map(|reached| reached.change);
        changes.any(|change| match &change.kind {
            ChangeKind::CreateTable(create) => self.is_named(&create.name, name),
            ChangeKind::CreateView { name: view, .. } => self.is_named(view, name),
            _ => renames_of(change)
                .iter()
                .any(|rename| self.is_named(rename.to, name)),
        })
    }
}

fn qualified(catalog: &Catalog, name: &ObjectName) -> QName {
    catalog
        .find_table(name)
        .unwrap_or_else(|| catalog.qualify(name))
}
