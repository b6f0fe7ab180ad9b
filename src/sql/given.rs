//! The names that a change gives: to what it makes, and to what it renames.

use super::change::{
    AlterTable, Change, ChangeKind, ColumnDef, ConstraintDef, ConstraintKind, CreateTable,
    DomainAction, FunctionKind, Ident, IndexDef, TableAction, TypeAction,
};

/// A name, and what has it from now on.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// `table`, `foreign key` …
    pub what: &'static str,
    /// As written, with its case where it is quoted.
    pub name: &'a Ident,
}

/// Every name that a change gives, in the order of the text. Changes in a block are looked at one
/// by one: see [`changes`](super::walk::changes).
pub fn names(change: &Change) -> Vec<Given<'_>> {
    let mut names = GivenNames(Vec::new());
    names.change(&change.kind);
    names.0
}

struct GivenNames<'a>(Vec<Given<'a>>);

impl<'a> GivenNames<'a> {
    fn add(&mut self, what: &'static str, name: impl IntoIterator<Item = &'a Ident>) {
        self.0
            .extend(name.into_iter().map(|name| Given { what, name }));
    }

    fn change(&mut self, kind: &'a ChangeKind) {
        match kind {
            ChangeKind::CreateSchema { name, .. } | ChangeKind::RenameSchema { to: name, .. } => {
                self.add("schema", [name]);
            }
            ChangeKind::CreateTable(create) => self.create_table(create),
            ChangeKind::AlterTable(alter) => self.alter_table(alter),
            ChangeKind::RenameTable { to, .. } => self.add("table", [&to.name]),
            ChangeKind::CreateIndex { index, .. } => self.index(index),
            ChangeKind::RenameIndex { to, .. } => self.add("index", [to]),
            ChangeKind::CreateEnum { name, .. } => self.add("enum", [&name.name]),
            ChangeKind::CreateDomain { name, checks, .. } => {
                self.add("domain", [&name.name]);
                self.constraints(checks);
            }
            ChangeKind::CreateType { name, fields } => {
                self.add("type", [&name.name]);
                self.add("field", fields.iter().map(|field| &field.name));
            }
            ChangeKind::AlterType { action, .. } => match action {
                TypeAction::RenameTo(to) => self.add("type", [to]),
                TypeAction::AddAttribute(name, _) | TypeAction::RenameAttribute(_, name) => {
                    self.add("field", [name]);
                }
                TypeAction::SetSchema(_)
                | TypeAction::DropAttribute { .. }
                | TypeAction::AlterAttribute(..) => {}
            },
            ChangeKind::AlterDomain { action, .. } => match action {
                DomainAction::AddConstraint { constraint, .. } => self.constraint(constraint),
                DomainAction::RenameConstraint { to, .. } => self.add("check", [to]),
                DomainAction::RenameTo(to) => self.add("domain", [to]),
                _ => {}
            },
            ChangeKind::CreateSequence { name, .. } => self.add("sequence", [&name.name]),
            ChangeKind::AlterSequence { rename, .. } => self.add("sequence", rename),
            // MySQL does not count the characters of a view's columns.
            ChangeKind::CreateView { name, .. } => self.add("view", [&name.name]),
            ChangeKind::RenameView { to, .. } => self.add("view", [to]),
            ChangeKind::RenameViewColumn { to, .. } => self.add("column", [to]),
            ChangeKind::CreateFunction { name, kind, .. } => {
                self.add(function(*kind), [&name.name]);
            }
            ChangeKind::RenameFunction { to, .. } => self.add("function", [to]),
            ChangeKind::CreateTrigger { name, .. } | ChangeKind::RenameTrigger { to: name, .. } => {
                self.add("trigger", [name]);
            }
            ChangeKind::CreateRule { name, .. } => self.add("rule", [name]),
            ChangeKind::CreatePolicy { name, .. } => self.add("policy", [name]),
            ChangeKind::AlterPolicy { rename, .. } => self.add("policy", rename),
            _ => {}
        }
    }

    fn create_table(&mut self, create: &'a CreateTable) {
        self.add("table", [&create.name.name]);
        for column in &create.columns {
            self.column(column);
        }
        self.constraints(&create.constraints);
        for index in &create.indexes {
            self.index(index);
        }
    }

    fn alter_table(&mut self, alter: &'a AlterTable) {
        for (action, _) in &alter.actions {
            match action {
                TableAction::AddColumn { column, .. } | TableAction::Modify { column, .. } => {
                    self.column(column);
                }
                TableAction::RenameColumn { to, .. } => self.add("column", [to]),
                TableAction::AddConstraint(constraint) => self.constraint(constraint),
                TableAction::RenameConstraint { to, .. } => self.add("constraint", [to]),
                TableAction::AddIndex(index) => self.index(index),
                TableAction::RenameIndex { to, .. } => self.add("index", [to]),
                TableAction::RenameTo(to) => self.add("table", [&to.name]),
                _ => {}
            }
        }
    }

    fn column(&mut self, column: &'a ColumnDef) {
        self.add("column", [&column.name]);
        self.constraints(&column.constraints);
    }

    fn constraints(&mut self, constraints: &'a [ConstraintDef]) {
        for constraint in constraints {
            self.constraint(constraint);
        }
    }

    fn constraint(&mut self, constraint: &'a ConstraintDef) {
        let own = constraint.name.as_ref();
        // Where MySQL reads two names, it keeps one: the index's of a unique key, the constraint's
        // of a foreign key.
        let (what, name) = match &constraint.kind {
            ConstraintKind::PrimaryKey { .. } => ("primary key", own),
            ConstraintKind::Unique { index_name, .. } => {
                ("unique key", index_name.as_ref().or(own))
            }
            ConstraintKind::ForeignKey(key) => ("foreign key", own.or(key.index_name.as_ref())),
            ConstraintKind::Check { .. } => ("check", own),
            ConstraintKind::NotNull { .. } | ConstraintKind::Exclude { .. } => ("constraint", own),
        };
        self.add(what, name);
    }

    fn index(&mut self, index: &'a IndexDef) {
        self.add("index", &index.name);
    }
}

fn function(kind: FunctionKind) -> &'static str {
    match kind {
        FunctionKind::Function | FunctionKind::Routine => "function",
        FunctionKind::Procedure => "procedure",
        FunctionKind::Aggregate => "aggregate",
    }
}
