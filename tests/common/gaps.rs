//! Schemas of one project at different times, by dialect: `tests/gaps/*.sql`.

use driftlint::catalog::Catalog;
use driftlint::schema::{Declared, dump};
use driftlint::source::Source;
use driftlint::sql::{Dialect, Versions, on_big_stack};

/// A schema at one time.
pub(crate) struct State {
    /// What is particular about it.
    pub(crate) name: String,
    /// Its statements, read.
    pub(crate) declared: Declared,
}

impl State {
    /// What its statements make where they are migrations.
    pub(crate) fn catalog(&self) -> &Catalog {
        &self.declared.catalog
    }

    /// The file that its catalog's places lie in.
    pub(crate) fn sources(&self) -> &[Source] {
        &self.declared.files
    }
}

/// The states of a dialect.
pub(crate) fn states(dialect: Dialect, versions: Versions) -> Vec<State> {
    let text = match dialect {
        Dialect::Postgres => include_str!("../gaps/postgres.sql"),
        Dialect::MySql => include_str!("../gaps/mysql.sql"),
        Dialect::Sqlite => include_str!("../gaps/sqlite.sql"),
    };
    let sections = text.split("\n-- state: ").skip(1);
    let state = |section: &str| {
        let (name, text) = section.split_once('\n').expect("a state has statements");
        let source = Source::new("schema.sql", text);
        let mut declared =
            on_big_stack(|| dump::read(std::slice::from_ref(&source), dialect, versions));
        let notes: Vec<&String> = declared.notes.iter().map(|note| &note.message).collect();
        assert!(notes.is_empty(), "{name}: {notes:?}");
        declared.files = vec![source];
        State {
            name: name.to_owned(),
            declared,
        }
    };
    sections.map(state).collect()
}
