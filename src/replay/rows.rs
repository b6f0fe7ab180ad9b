//! What migrations have done to rows, as far as it shows in their text.

use std::collections::HashMap;

use crate::catalog::{Catalog, QName, Site};
use crate::sql::change::{Change, ChangeKind, ExprKind, ObjectName, TableAction};

/// Which columns were filled and which tables were emptied, by whom; kept over the whole replay.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    filled: HashMap<QName, HashMap<String, Site>>,
    added: HashMap<QName, HashMap<String, Site>>,
    emptied: HashMap<QName, Site>,
}

impl Rows {
    /// The last statement that wrote the column of rows that existed: an `UPDATE`, a conversion
    /// that replaces nulls, or a `DELETE` of the rows without a value.
    pub fn filled(&self, table: &QName, column: &str) -> Option<Site> {
        self.filled.get(table)?.get(column).copied()
    }

    /// The statement that added the column with a value for the rows that existed then.
    pub fn added_with_value(&self, table: &QName, column: &str) -> Option<Site> {
        self.added.get(table)?.get(column).copied()
    }

    /// The last statement that left the table without rows.
    pub fn emptied(&self, table: &QName) -> Option<Site> {
        self.emptied.get(table).copied()
    }

    /// Takes note of what a change does to rows; `catalog` is the schema before it.
    pub(crate) fn observe(&mut self, catalog: &Catalog, change: &Change, site: Site) {
        match &change.kind {
            ChangeKind::Update {
                table, assignments, ..
            } => {
                for (column, value) in assignments {
                    if value.kind != ExprKind::Null {
                        self.fill(&resolve(catalog, table), &column.value, site);
                    }
                }
            }
            ChangeKind::Delete {
                table,
                condition: None,
                ..
            } => {
                self.emptied.insert(resolve(catalog, table), site);
            }
            ChangeKind::Delete {
                table,
                condition: Some(condition),
                ..
            } => {
                for column in &condition.columns {
                    self.fill(&resolve(catalog, table), &column.value, site);
                }
            }
            ChangeKind::Truncate { tables, .. } => {
                self.emptied
                    .extend(tables.iter().map(|table| (resolve(catalog, table), site)));
            }
            ChangeKind::Insert { table, .. } | ChangeKind::CopyInto { table, .. } => {
                self.emptied.remove(&resolve(catalog, table));
            }
            ChangeKind::RenameTable { from, to } => {
                self.rename(&resolve(catalog, from), &resolve(catalog, to))
            }
            ChangeKind::AlterTable(alter) => {
                let table = resolve(catalog, &alter.table);
                for (action, _) in &alter.actions {
                    self.observe_action(catalog, &table, action, site);
                }
            }
            _ => {}
        }
    }

    fn observe_action(
        &mut self,
        catalog: &Catalog,
        table: &QName,
        action: &TableAction,
        site: Site,
    ) {
        match action {
            TableAction::SetType {
                column,
                using: Some(using),
                ..
            } if using.functions.iter().any(|name| name == "coalesce") => {
                self.fill(table, &column.value, site);
            }
            TableAction::AddColumn { column, .. } => {
                let valued = column
                    .default
                    .as_ref()
                    .is_some_and(|default| default.kind != ExprKind::Null);
                if valued || column.serial || column.identity.is_some() || column.auto_increment {
                    self.added
                        .entry(table.clone())
                        .or_default()
                        .insert(column.name.value.clone(), site);
                }
            }
            TableAction::RenameColumn { from, to } => {
                for columns in [self.filled.get_mut(table), self.added.get_mut(table)]
                    .into_iter()
                    .flatten()
                {
                    if let Some(site) = columns.remove(&from.value) {
                        columns.insert(to.value.clone(), site);
                    }
                }
            }
            TableAction::DropColumn { name, .. } => {
                for columns in [self.filled.get_mut(table), self.added.get_mut(table)]
                    .into_iter()
                    .flatten()
                {
                    columns.remove(&name.value);
                }
            }
            TableAction::RenameTo(to) => self.rename(table, &beside(catalog, table, to)),
            _ => {}
        }
    }

    fn fill(&mut self, table: &QName, column: &str, site: Site) {
        self.filled
            .entry(table.clone())
            .or_default()
            .insert(column.to_owned(), site);
    }

    fn rename(&mut self, from: &QName, to: &QName) {
        for map in [&mut self.filled, &mut self.added] {
            if let Some(columns) = map.remove(from) {
                map.insert(to.clone(), columns);
            }
        }
        if let Some(site) = self.emptied.remove(from) {
            self.emptied.insert(to.clone(), site);
        }
    }
}

/// The table that the server would find by that name, or the one it would make.
fn resolve(catalog: &Catalog, name: &ObjectName) -> QName {
    catalog
        .find_table(name)
        .unwrap_or_else(|| catalog.qualify(name))
}

/// A new name for a table that stays in its schema unless the name says otherwise.
fn beside(catalog: &Catalog, table: &QName, to: &ObjectName) -> QName {
    match &to.schema {
        Some(_) => resolve(catalog, to),
        None => QName::new(table.schema.clone(), to.name.value.clone()),
    }
}
