//! What the code that is deployed may still name: the schemas as the base declares them.
//!
//! An ORM names every column that its schema declares. So a column may only go once a release has
//! gone out whose schema leaves it out, or keeps it from the client as the schema itself can say;
//! when the base of a change set has such a schema, that release can have been.

use crate::catalog::{QName, Slot};
use crate::project::MigrationSet;
use crate::schema::Declared;
use crate::schema::input::Input;

/// The declared schemas beside a set, at the base of what is being judged.
#[derive(Clone, Copy, Debug)]
pub struct Released<'a> {
    /// What the base is called, for people.
    base: &'a str,
    declared: &'a [Declared],
}

/// What the base says of a table or column that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtBase<'a> {
    /// Nothing that is certain: it has no such schema, or not all of it was understood.
    Unknown,
    /// The schema has left it out already.
    Left,
    /// This schema still declares it.
    Declared {
        /// The schema's file.
        path: &'a str,
        /// What the base is called.
        base: &'a str,
    },
}

impl<'a> Released<'a> {
    /// The schemas of a set at the base, if some were read there. `follows` says which set of the
    /// base it is.
    pub fn of(
        base: &'a Input,
        base_name: &'a str,
        follows: impl Fn(&MigrationSet) -> bool,
    ) -> Option<Self> {
        let found = base.sets().find(|beside| follows(beside.set))?;
        let schemas = found.schemas?;
        let all_read = schemas.unread.is_empty() && schemas.conflicts.is_empty();
        (all_read && !schemas.declared.is_empty()).then_some(Self {
            base: base_name,
            declared: &schemas.declared,
        })
    }

    /// What it says of a table.
    pub fn table(&self, name: &QName) -> AtBase<'a> {
        self.ask(|declared| of_table(declared, name))
    }

    /// What it says of a column.
    pub fn column(&self, table: &QName, column: &str) -> AtBase<'a> {
        self.ask(|declared| of_column(declared, table, column))
    }

    /// Of several schemas, each of which some code may read, one that declares it is enough.
    fn ask(&self, of: impl Fn(&Declared) -> InSchema) -> AtBase<'a> {
        let mut release = AtBase::Left;
        for declared in self.declared {
            match of(declared) {
                // SQL is what migrations lead to, and leaves when they do: no code is read from it.
                _ if declared.language.is_sql() => release = AtBase::Unknown,
                InSchema::Unknown => release = AtBase::Unknown,
                InSchema::Absent => {}
                InSchema::Present => {
                    let file = declared.files.first();
                    return file.map_or(AtBase::Unknown, |file| AtBase::Declared {
                        path: file.path(),
                        base: self.base,
                    });
                }
            }
        }
        release
    }
}

/// Whether code that is made from a schema names something.
enum InSchema {
    Unknown,
    Absent,
    Present,
}

fn of_table(declared: &Declared, name: &QName) -> InSchema {
    let catalog = &declared.catalog;
    let same = |other: &QName| other.schema == name.schema && catalog.same(&other.name, &name.name);
    if declared.foreign.iter().any(same) {
        return InSchema::Unknown;
    }
    match catalog.tables.keys().find(|other| same(other)) {
        Some(found) if declared.ignored.contains(&Slot::table(found)) => InSchema::Absent,
        Some(_) => InSchema::Present,
        None if catalog.knowledge.is_exact() => InSchema::Absent,
        None => InSchema::Unknown,
    }
}

fn of_column(declared: &Declared, table: &QName, column: &str) -> InSchema {
    let known = of_table(declared, table);
    if !matches!(known, InSchema::Present) {
        return known;
    }
    let catalog = &declared.catalog;
    let tables = catalog.tables.iter();
    let mut in_schema = tables.filter(|(other, _)| other.schema == table.schema);
    let found = in_schema.find(|(other, _)| catalog.same(&other.name, &table.name));
    let Some((name, found)) = found else {
        return InSchema::Unknown;
    };
    let mut columns = found.columns.iter();
    match columns.find(|other| catalog.same(&other.name, column)) {
        Some(it) if declared.ignored.contains(&Slot::column(name, &it.name)) => InSchema::Absent,
        Some(_) => InSchema::Present,
        None if found.knowledge.is_exact() => InSchema::Absent,
        None => InSchema::Unknown,
    }
}
