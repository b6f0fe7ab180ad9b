//! What SQLite and libSQL do with a change, where they differ from PostgreSQL. Measured on SQLite
//! 3.40.
//!
//! SQLite keeps the text of each definition. A reference is a name, which may point at nothing;
//! what a rename rewrites depends on `PRAGMA legacy_alter_table`. That is why the usual rebuild
//! (create a new table, copy, drop the old one, rename the new one) works: the other tables'
//! foreign keys never stop pointing at the old name.

mod alter;
mod columns;
mod objects;

pub(crate) use columns::rowid_column;

use std::sync::Arc;

use super::apply::{Apply, Outcome};
use super::rejection::sqlstate;
use super::{Catalog, Fact, Knowledge, QName, Rejection, Table};
use crate::source::Span;
use crate::sql::change::{Change, ChangeKind, DropMode, Ident, ObjectName, Persistence};

/// Applies a change that SQLite has its own way with; false for the others.
pub(crate) fn apply(apply: &mut Apply<'_>, change: &Change) -> bool {
    let span = change.span;
    let outcome = match &change.kind {
        ChangeKind::CreateTable(create) if create.persistence == Persistence::Temporary => {
            apply.lite_temporary_table(&create.name);
            Ok(())
        }
        ChangeKind::CreateTable(create) => apply.lite_create_table(create, span),
        ChangeKind::AlterTable(alter) => apply.lite_alter_table(alter, span),
        ChangeKind::DropTable { names, mode, .. } => {
            apply.each_name(names, |apply, name| apply.lite_drop_table(name, *mode))
        }
        ChangeKind::CreateIndex { table, index } => apply.lite_create_index(table, index),
        ChangeKind::DropIndex { names, mode, .. } => {
            apply.each_name(names, |apply, name| apply.lite_drop_index(name, *mode))
        }
        ChangeKind::CreateView {
            temporary: true, ..
        } => Ok(()),
        ChangeKind::CreateView {
            name,
            columns,
            query,
            if_not_exists,
            ..
        } => apply.lite_create_view(name, columns, query, *if_not_exists),
        ChangeKind::DropView { names, mode, .. } => {
            apply.each_name(names, |apply, name| apply.lite_drop_view(name, *mode))
        }
        ChangeKind::CreateTrigger {
            name,
            table,
            if_not_exists,
            columns,
            body,
            ..
        } => apply.lite_create_trigger(name, table, *if_not_exists, columns, body.as_ref()),
        ChangeKind::DropTrigger { name, mode, .. } => apply.lite_drop_trigger(name, *mode),
        ChangeKind::Pragma { name, value } => {
            if let Some(value) = value
                && matches!(name.as_str(), "foreign_keys" | "legacy_alter_table")
            {
                apply
                    .catalog
                    .settings
                    .insert(name.clone(), value.to_ascii_lowercase());
            }
            Ok(())
        }
        _ => return false,
    };
    apply.record(outcome);
    true
}

impl Apply<'_> {
    /// A temporary table: there for statements to use, and of no further interest. One that hides a
    /// table is left out.
    fn lite_temporary_table(&mut self, name: &ObjectName) {
        let name = self.catalog.qualify(name);
        let table = Table {
            name: name.clone(),
            persistence: Persistence::Temporary,
            origin: self.origin(),
            knowledge: Knowledge::Unknown("it is temporary".to_owned()),
            ..Table::default()
        };
        if !self.catalog.tables.contains_key(&name) {
            self.catalog.tables.insert(name, Arc::new(table));
        }
    }
}

impl Catalog {
    fn pragma(&self, name: &str) -> bool {
        let value = self
            .settings
            .get(name)
            .map(|value| value.trim_matches('\''));
        matches!(value, Some("1" | "on" | "true" | "yes"))
    }

    /// Whether `RENAME TO` changes the name in other tables' foreign keys: always, but in the
    /// legacy mode only while they are enforced.
    fn renames_foreign_keys(&self) -> bool {
        !self.pragma("legacy_alter_table") || self.pragma("foreign_keys")
    }

    /// Whether `ALTER TABLE` changes views and triggers along, and fails when one of them is
    /// broken.
    fn renames_everywhere(&self) -> bool {
        !self.pragma("legacy_alter_table")
    }
}

impl Apply<'_> {
    fn each_name(
        &mut self,
        names: &[ObjectName],
        each: impl Fn(&mut Self, &ObjectName) -> Outcome,
    ) -> Outcome {
        names.iter().try_for_each(|name| each(self, name))
    }

    /// The table of that name, and the name under which it is kept; `None` when nothing is known of
    /// it.
    fn lite_table(&mut self, name: &ObjectName) -> Outcome<Option<Table>> {
        let Some(found) = self.need_table(name)? else {
            return Ok(None);
        };
        Ok(self
            .catalog
            .tables
            .get(&found)
            .map(|table| table.as_ref().clone()))
    }

    fn put(&mut self, mut table: Table) {
        table.origin.changed = Some(self.site);
        self.catalog
            .tables
            .insert(table.name.clone(), Arc::new(table));
    }

    /// Refuses the name of a table, view or index: they share one namespace, in which case does not
    /// count.
    fn lite_free(&mut self, name: &ObjectName) -> Outcome<QName> {
        let itself = name.name.value.as_str();
        let same = |other: &str| other.eq_ignore_ascii_case(itself);
        let taken = |kind: &str, origin: super::Origin| {
            Rejection::new(
                sqlstate::DUPLICATE_TABLE,
                name.span(),
                format!("{kind} `{itself}` already exists"),
            )
            .because(origin.made, "made here")
        };
        let mut tables = self
            .catalog
            .tables
            .with(Fact::Named(itself))
            .map(|(_, table)| table);
        let table = tables.find(|table| same(&table.name.name));
        if let Some(table) = table {
            if table.origin.made.is_some() {
                return Err(taken("table", table.origin));
            }
            // One that the history only altered: here it is made after all.
            let stub = table.name.clone();
            self.catalog.tables.remove(&stub);
        }
        let mut views = self
            .catalog
            .views
            .with(Fact::Named(itself))
            .map(|(_, view)| view);
        if let Some(view) = views.find(|view| same(&view.name.name)) {
            return Err(taken("view", view.origin));
        }
        let mut indexes = self
            .catalog
            .tables
            .with(Fact::Index(itself))
            .flat_map(|(_, table)| &table.indexes);
        if let Some(index) = indexes.find(|index| same(&index.name)) {
            return Err(taken("index", index.origin));
        }
        Ok(self.catalog.qualify(name))
    }

    fn lite_drop_table(&mut self, name: &ObjectName, mode: DropMode) -> Outcome {
        match self.catalog.find_table(name) {
            Some(table) => {
                self.catalog.tables.remove(&table);
                self.gone(table, None, "dropped here");
                Ok(())
            }
            None => match self.catalog.find_view(name) {
                Some(view) => Err(self.wrong_kind(name.span(), &view, "a table")),
                None if mode.if_exists => Ok(()),
                None => self.missing_relation(name, "table"),
            },
        }
    }

    fn lite_drop_view(&mut self, name: &ObjectName, mode: DropMode) -> Outcome {
        match self.catalog.find_view(name) {
            Some(view) => {
                self.catalog.views.remove(&view);
                self.gone(view, None, "dropped here");
                Ok(())
            }
            None => match self.catalog.find_table(name) {
                Some(table) => Err(self.wrong_kind(name.span(), &table, "a view")),
                None if mode.if_exists => Ok(()),
                None => self.missing_relation(name, "view"),
            },
        }
    }
}

/// The position of a column; case does not count.
fn position(table: &Table, column: &str) -> Option<usize> {
    table
        .columns
        .iter()
        .position(|found| found.name.eq_ignore_ascii_case(column))
}

/// The position of a column; one that is missing is refused where the table is known, and made up
/// where it is not.
fn need_position(table: &mut Table, column: &Ident) -> Outcome<usize> {
    if let Some(at) = position(table, &column.value) {
        return Ok(at);
    }
    if table.knowledge.is_exact() {
        return Err(no_column(table, &column.value, column.span));
    }
    let knowledge = Knowledge::Unknown("the history does not say how it was made".to_owned());
    table.columns.push(super::Column {
        name: column.value.clone(),
        knowledge,
        ..Default::default()
    });
    Ok(table.columns.len() - 1)
}

fn no_column(table: &Table, column: &str, span: Span) -> Rejection {
    let message = format!("column `{column}` of table `{}` does not exist", table.name);
    Rejection::new(sqlstate::UNDEFINED_COLUMN, span, message)
        .because(table.origin.made, "the table is made here")
}

/// Refuses what a table's own definition forbids.
fn malformed(span: Span, message: String) -> Rejection {
    Rejection::new(sqlstate::INVALID_TABLE_DEFINITION, span, message)
}
