//! What ends with a session, and tables that it alone has.

use std::sync::Arc;

use super::apply::Apply;
use super::lookup::TEMPORARY;
use super::{Catalog, Knowledge, Mention, QName, Table};
use crate::sql::change::{ObjectName, Persistence};

impl Catalog {
    /// Settings go back to their defaults, temporary objects go.
    pub(crate) fn end_session(&mut self) {
        self.databases.end_session(self.dialect);
        if self.dialect.has_schemas() {
            self.search_path = vec![self.dialect.home_schema().to_owned()];
        }
        // A connection of SQLite's begins with its own settings; that of MySQL which says not to
        // look at foreign keys may stand for a whole replay.
        self.settings.remove("foreign_keys");
        self.settings.remove("legacy_alter_table");
        self.settings.remove("check_function_bodies");
        let temporary = self
            .tables
            .with(Mention::Temporary)
            .filter(|(_, table)| table.persistence == Persistence::Temporary);
        for name in temporary.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            self.tables.remove(&name);
        }
        let first = QName::new(TEMPORARY, "");
        while let Some((name, _)) = self
            .views
            .range_from(&first)
            .next()
            .filter(|(name, _)| name.schema == TEMPORARY)
        {
            let name = name.clone();
            self.views.remove(&name);
        }
        while let Some((name, _)) = self
            .sequences
            .range_from(&first)
            .next()
            .filter(|(name, _)| name.schema == TEMPORARY)
        {
            let name = name.clone();
            self.sequences.remove(&name);
        }
    }
}

impl Apply<'_> {
    /// A temporary table of a server that has no schema for them: there for statements to use, and of
    /// no further interest. Of a table that it hides nothing is known from then on.
    pub(crate) fn create_temporary_table(&mut self, name: &ObjectName) {
        let name = self.catalog.qualify(name);
        if let Some(hidden) = self.catalog.tables.get_mut(&name) {
            let hidden = Arc::make_mut(hidden);
            hidden.knowledge.doubt("a temporary table has its name");
            return;
        }
        let table = Table {
            name: name.clone(),
            persistence: Persistence::Temporary,
            origin: self.origin(),
            knowledge: Knowledge::Unknown("it is temporary".to_owned()),
            ..Table::default()
        };
        self.catalog.tables.insert(name, Arc::new(table));
    }

    /// `DROP TEMPORARY TABLE`, which leaves other tables alone.
    pub(crate) fn drop_temporary_tables(&mut self, names: &[ObjectName]) {
        for name in names {
            let Some(found) = self.catalog.find_table(name) else {
                continue;
            };
            let table = self.catalog.tables.get(&found);
            if table.is_some_and(|table| table.persistence == Persistence::Temporary) {
                self.catalog.tables.remove(&found);
            }
        }
    }
}
