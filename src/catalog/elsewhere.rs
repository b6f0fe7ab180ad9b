//! What somebody else makes: the migration tools' own tables, and what is managed elsewhere.

use std::sync::Arc;

use super::{Catalog, Enum, Knowledge, Origin, QName, Table};

impl Catalog {
    /// What others manage is there before the first migration, and nothing else is known of it.
    pub(crate) fn add_external(&mut self, tables: &[String], enums: &[String]) {
        let knowledge = Knowledge::Unknown("it is managed elsewhere".to_owned());
        for name in tables.iter().map(|name| QName::of_text(name, self.dialect)) {
            self.schemas.get_or_default(&name.schema);
            let (bookkeeping, knowledge) = (true, knowledge.clone());
            let table = Table {
                name: name.clone(),
                bookkeeping,
                knowledge,
                ..Table::default()
            };
            self.tables.insert(name, Arc::new(table));
        }
        for name in enums.iter().map(|name| QName::of_text(name, self.dialect)) {
            self.schemas.get_or_default(&name.schema);
            let made = Enum {
                name: name.clone(),
                labels: Vec::new(),
                renamed: Vec::new(),
                origin: Origin::default(),
                knowledge: knowledge.clone(),
            };
            self.enums.insert(name, Arc::new(made));
        }
    }

    /// A table of the migration tool, of which nothing else is known.
    pub(crate) fn add_bookkeeping(&mut self, name: &str) {
        let name = match name.split_once('.') {
            Some((schema, name)) if self.dialect.has_schemas() => {
                self.schemas.get_or_default(&schema.to_owned());
                QName::new(schema, name)
            }
            Some((_, name)) => QName::new("", name),
            None => QName::new(self.dialect.home_schema(), name),
        };
        self.add_state_of_tool(name);
    }

    /// A table that some migration tool keeps its state in.
    pub(crate) fn add_state_of_tool(&mut self, name: QName) {
        let table = Table {
            name: name.clone(),
            bookkeeping: true,
            knowledge: Knowledge::Unknown("it belongs to the migration tool".to_owned()),
            ..Table::default()
        };
        self.tables.insert(name, Arc::new(table));
    }
}
