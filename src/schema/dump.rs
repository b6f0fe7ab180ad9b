//! SQL that declares a schema: `schema.sql`, `structure.sql`, pg_dump, mysqldump, SQLite's `.schema`, folders of `CREATE` statements.
//!
//! It is one big migration of an empty database, and is read by the same pipeline as the migrations.

use super::{Declared, Key, Language, LongName, Part, Place};
use crate::catalog::{Origin, Replay, Site, Step};
use crate::project::runner::{Runner, Unit, Wrap};
use crate::source::{Source, Span};
use crate::sql::limit::TooLong;
use crate::sql::{self, Dialect, Statement, Understood, Versions, given};

/// Reads the files in the order given.
pub fn read(files: &[Source], dialect: Dialect, versions: Versions) -> Declared {
    let mut declared = Declared::new(Language::Sql, dialect);
    let mut replay = Replay::new(dialect, versions, Runner::Plain);
    let mut scripts = Vec::new();
    for (number, source) in (0..).zip(files) {
        let text = source.text();
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let script = sql::script(source, Span::new(start, text.len()), dialect, versions, Unit::Statement);
        let files = vec![0; script.statements.len()];
        replay.begin(&Step { number, wrap: Wrap::Nothing, statements: &script.statements, files: &files });
        for statement in &script.statements {
            replay.statement(0, statement);
            declared.long_names.extend(long_names(statement, dialect));
            if let Understood::Opaque { ddl: true, error } = &statement.understood {
                declared.note(source, statement.span, format!("the statement is not understood: {error}"));
                let why = "a statement of the schema is not understood".to_owned();
                declared.catalog.knowledge = crate::catalog::Knowledge::Unknown(why);
            }
        }
        scripts.push(script);
    }
    replay.end();
    let knowledge = std::mem::take(&mut declared.catalog.knowledge);
    declared.catalog = replay.into_catalog();
    if !knowledge.is_exact() {
        declared.catalog.knowledge = knowledge;
    }
    places(&mut declared, files);
    declared
}

/// The names that MySQL refuses, and the statement with them. PostgreSQL cuts those that are too long.
fn long_names(statement: &Statement, dialect: Dialect) -> impl Iterator<Item = LongName> {
    let changes = statement.changes.iter().filter(move |_| dialect == Dialect::MySql);
    changes.flat_map(given::names).filter_map(move |given| {
        Some(LongName {
            what: given.what,
            name: given.name.value.clone(),
            key: None,
            length: TooLong::of_ident(given.name, dialect)?,
            clash: None,
            place: Place { source: statement.source.clone(), span: given.name.span },
        })
    })
}

/// Where everything is declared is where a replay of the files made it.
fn places(declared: &mut Declared, files: &[Source]) {
    let mut found: Vec<(Key, Site)> = Vec::new();
    let mut add = |key: Key, origin: &Origin| found.extend(origin.made.map(|site| (key, site)));
    for (name, table) in &declared.catalog.tables {
        add(Key::table(name), &table.origin);
        for column in &table.columns {
            add(Key::column(name, &column.name), &column.origin);
        }
        if let Some(key) = &table.primary_key {
            add(Key::new(name, Part::PrimaryKey), &key.origin);
        }
        for key in &table.foreign_keys {
            add(Key::new(name, Part::ForeignKey(key.columns.clone())), &key.origin);
        }
        for key in &table.uniques {
            add(Key::new(name, Part::Unique(key.columns.clone())), &key.origin);
        }
        for index in &table.indexes {
            add(Key::new(name, Part::Index(index.name.clone())), &index.origin);
        }
        for check in &table.checks {
            add(Key::new(name, Part::Check(check.name.clone())), &check.origin);
        }
    }
    for (name, kind) in &declared.catalog.enums {
        add(Key::enumeration(name), &kind.origin);
        for (label, origin) in &kind.labels {
            add(Key::label(name, label), origin);
        }
    }
    for (name, view) in &declared.catalog.views {
        add(Key::new(name, Part::View), &view.origin);
    }
    for (key, site) in found {
        if let Some(source) = usize::try_from(site.migration).ok().and_then(|at| files.get(at)) {
            declared.place(key, source, site.span);
        }
    }
    let columns = declared.catalog.tables.values().map(|table| table.columns.len()).sum();
    declared.coverage.columns = columns;
    declared.coverage.known = columns;
}
