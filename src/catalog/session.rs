//! What ends with a session.

use super::lookup::TEMPORARY;
use super::{Catalog, Mention, QName};
use crate::sql::change::Persistence;

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
