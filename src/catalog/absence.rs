//! Objects that are not there: whether that is certain, and what became of them.

use crate::server::is_home_schema;
use crate::server::on_server;
use std::collections::VecDeque;
use std::sync::Arc;

use super::lookup::is_exactly;
use super::{Catalog, QName, Rejection, Site, Table, rejection::sqlstate};
use crate::sql::change::{Ident, ObjectName};

/// How many of them are remembered. They only explain refusals, and an explanation is seldom
/// further back.
const REMEMBERED: usize = 512;

/// Relations, types and columns that were dropped, renamed or moved, the latest last.
#[derive(Clone, Debug, Default)]
pub(crate) struct DroppedNames(Arc<VecDeque<Arc<DroppedName>>>);

/// A relation, type or column that is not there any more.
#[derive(Clone, Debug)]
pub(crate) struct DroppedName {
    name: QName,
    column: Option<String>,
    /// The statement that took it away.
    pub(crate) site: Site,
    /// What that did, for people.
    pub(crate) how: String,
}

impl DroppedNames {
    pub(crate) fn push(&mut self, name: QName, column: Option<String>, site: Site, how: String) {
        let dropped_names = Arc::make_mut(&mut self.0);
        if dropped_names.len() == REMEMBERED {
            dropped_names.pop_front();
        }
        dropped_names.push_back(Arc::new(DroppedName {
            name,
            column,
            site,
            how,
        }));
    }

    pub(crate) fn find(&self, name: &QName, column: Option<&str>) -> Option<&DroppedName> {
        let mut latest_first = self.0.iter().rev();
        let found =
            latest_first.find(|gone| gone.name == *name && gone.column.as_deref() == column)?;
        Some(&**found)
    }
}

/// What is assumed about a table that no statement made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum HistoryStart {
    /// It may be older than the history, and others with it, as long as the history has made none
    /// itself.
    #[default]
    Older,
    /// It is missing: a schema makes everything that it has.
    Missing,
    /// Somebody else makes it, and that says nothing of others.
    Elsewhere,
}

/// What is known of a relation that is not there.
pub(crate) enum Absence {
    /// It may well be there.
    Unsure,
    /// Nobody ever made it.
    Never,
    /// It was dropped, renamed or moved.
    Gone(Site, String),
}

impl Catalog {
    /// What is known of a relation that is not there, when migration number `now` asks for it.
    pub(crate) fn absence(&self, name: &ObjectName, now: u32) -> Absence {
        if self.is_system(name) || !self.knowledge.is_exact() {
            return Absence::Unsure;
        }
        let gone = match &name.schema {
            Some(_) => self.dropped_names.find(&self.qualify(name), None),
            None => self.search_path.iter().find_map(|schema| {
                self.dropped_names.find(
                    &QName::new(schema.clone(), self.keep(&name.name.value)),
                    None,
                )
            }),
        };
        if let Some(gone) = gone {
            return Absence::Gone(gone.site, gone.how.clone());
        }
        // Any tool's own table, not only that of the set's runner: projects change their tool and
        // keep its table, and a statement about `alembic_version` was refused in a folder of plain
        // files.
        if (self.is_bookkeeping)(&name.name.value) {
            return Absence::Unsure;
        }
        // A history that made tables in earlier migrations is taken to be whole. In the very first
        // migration, and in a schema that the history did not make, an unknown name more likely
        // belongs to what was there before.
        let own_schema = name.schema.as_ref().is_none_or(|schema| {
            is_home_schema(&schema.value)
                || self
                    .schemas
                    .get(&schema.value)
                    .is_some_and(|origin| origin.made.is_some())
        });
        let mut made = self.tables.values().filter_map(|table| table.origin.made);
        let never = match self.history_start {
            HistoryStart::Older => made.any(|site| site.migration < now),
            HistoryStart::Missing => true,
            HistoryStart::Elsewhere => false,
        };
        if own_schema && never {
            Absence::Never
        } else {
            Absence::Unsure
        }
    }

    /// Whether it is certain that a relation which is not in the catalog is not there either, when
    /// migration number `now` asks.
    pub fn is_surely_absent(&self, name: &ObjectName, now: u32) -> bool {
        !matches!(self.absence(name, now), Absence::Unsure)
    }

    /// Whether a relation belongs to the server, an extension or a migration tool, which no
    /// migration has to make.
    pub(crate) fn is_system(&self, name: &ObjectName) -> bool {
        if let Some(schema) = &name.schema
            && matches!(
                schema.value.as_str(),
                "pg_catalog" | "information_schema" | "pg_temp" | "pg_toast"
            )
        {
            return true;
        }
        on_server!(self.dialect => names::is_system(&name.name.value))
    }

    /// Refuses a column that a table, which is known exactly, has not.
    pub(crate) fn unknown_column(&self, table: &Table, column: &Ident) -> Rejection {
        let message = format!(
            "column `{}` of table `{}` does not exist",
            column.value,
            self.shown(&table.name)
        );
        let rejection = Rejection::new(sqlstate::UNDEFINED_COLUMN, column.span, message);
        match self.dropped_names.find(&table.name, Some(&column.value)) {
            Some(gone) => rejection.because(Some(gone.site), gone.how.clone()),
            None => rejection.because(table.origin.made, "the table is made here"),
        }
    }

    /// The name as people know it: without the schema they take for granted.
    pub fn shown(&self, name: &QName) -> String {
        if name.is_at_home() {
            name.name.clone()
        } else {
            name.to_string()
        }
    }

    /// Where a table has a column of that name.
    pub fn column_at(&self, table: &Table, name: &str) -> Option<usize> {
        let name = self.keep(name);
        let mut names = table.columns.iter().map(|column| column.name.as_str());
        if self.dialect.folds_case() {
            names.position(|other| is_exactly(other, name))
        } else {
            names.position(|other| self.same(other, name))
        }
    }
}
