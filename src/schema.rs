//! Schemas as people and generators declare them (Prisma, Drizzle, Diesel, SQL dumps, snapshots),
//! each read into a [`Catalog`].
//!
//! A declaration is never guessed: what a reader cannot evaluate is recorded as unknown for the
//! smallest slot that holds it, with a note at its place, and is not compared.

pub mod dump;
pub mod input;
pub mod load;
pub(crate) mod names;
pub(crate) mod value;

pub use names::LongName;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, QName, Slot};
use crate::source::{Source, Span};
use crate::sql::{Dialect, Versions};

/// What a schema is declared in. Each language can express only a part of what a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// `schema.prisma`.
    Prisma,
    /// Drizzle's TypeScript or JavaScript.
    Drizzle,
    /// Drizzle's `meta/*_snapshot.json`.
    DrizzleSnapshot,
    /// Diesel's `table!` macros.
    Diesel,
    /// SQL: a dump or a folder of `CREATE` statements.
    Sql,
    /// SQL that is written for sqlc, which looks at columns and types.
    Sqlc,
}

impl Language {
    /// Whether it is SQL, in which nothing has to be left out.
    pub fn is_sql(self) -> bool {
        matches!(self, Self::Sql | Self::Sqlc)
    }

    /// Whether it is Drizzle's, written by people or by drizzle-kit.
    pub fn is_drizzle(self) -> bool {
        matches!(self, Self::Drizzle | Self::DrizzleSnapshot)
    }

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prisma => "Prisma schema",
            Self::Drizzle => "Drizzle schema",
            Self::DrizzleSnapshot => "Drizzle snapshot",
            Self::Diesel => "Diesel schema",
            Self::Sql => "SQL schema",
            Self::Sqlc => "sqlc schema",
        }
    }
}

/// A schema that somebody declared.
#[derive(Clone, Debug)]
pub struct Declared {
    /// What it is written in.
    pub language: Language,
    /// What it says. Names, types and defaults are those of the database that the language's own
    /// tool would create.
    ///
    /// `catalog.knowledge` is unknown when tables may exist that were not seen, `Table::knowledge`
    /// when columns or constraints may.
    pub catalog: Catalog,
    /// The files that were read first; those may import others.
    pub files: Vec<Source>,
    /// Where each object is declared.
    pub places: BTreeMap<Slot, Place>,
    /// Slots whose value could not be evaluated, and why. The slot exists (the column is there, its
    /// default is not known).
    pub unknown: BTreeMap<Slot, String>,
    /// Columns that the client fills (`@default(cuid())`, `@updatedAt`, `$defaultFn`): a default in
    /// the database is no contradiction.
    pub client_defaults: BTreeSet<(QName, String)>,
    /// Objects that the declaration mentions without owning them: Prisma's views and externally
    /// managed tables, `existing()` views. Neither side is compared.
    pub foreign: BTreeSet<QName>,
    /// Whether the language's tool makes the views that are declared. drizzle-kit has done so since
    /// 0.26.
    pub makes_views: bool,
    /// Tables whose primary key may equally be a unique key over the same columns (join tables of
    /// Prisma before version 6).
    pub loose_keys: BTreeSet<QName>,
    /// Names that the server does not take.
    pub long_names: Vec<LongName>,
    /// Text that is no declaration at all, each at its place: what it was meant to declare is not
    /// known.
    pub broken: Vec<Note>,
    /// Remarks for people, each at its place.
    pub notes: Vec<Note>,
    /// How much could be evaluated.
    pub coverage: Coverage,
}

impl Declared {
    /// A schema that declares nothing yet.
    pub fn new(language: Language, dialect: Dialect) -> Self {
        Self {
            language,
            catalog: Catalog::new(dialect, Versions::default()),
            files: Vec::new(),
            places: BTreeMap::new(),
            unknown: BTreeMap::new(),
            client_defaults: BTreeSet::new(),
            foreign: BTreeSet::new(),
            makes_views: true,
            loose_keys: BTreeSet::new(),
            long_names: Vec::new(),
            broken: Vec::new(),
            notes: Vec::new(),
            coverage: Coverage::default(),
        }
    }

    /// Remembers where something is declared; the first place wins.
    pub fn place(&mut self, key: Slot, source: &Source, span: Span) {
        self.places.entry(key).or_insert_with(|| Place {
            source: source.clone(),
            span,
        });
    }

    /// Says that a slot could not be evaluated, and notes it at its place.
    pub fn poison(&mut self, key: Slot, source: &Source, span: Span, reason: impl Into<String>) {
        let reason = reason.into();
        self.note(source, span, format!("not compared: {reason}"));
        self.unknown.entry(key).or_insert(reason);
    }

    /// Says that a text is no declaration.
    pub fn broken(&mut self, source: &Source, span: Span, message: impl Into<String>) {
        self.broken.push(Note {
            place: Place {
                source: source.clone(),
                span,
            },
            message: message.into(),
        });
    }

    /// A remark that takes nothing away from the catalog.
    pub fn note(&mut self, source: &Source, span: Span, message: impl Into<String>) {
        self.notes.push(Note {
            place: Place {
                source: source.clone(),
                span,
            },
            message: message.into(),
        });
    }

    /// Where an object is declared, or the nearest thing that holds it.
    pub fn find(&self, key: &Slot) -> Option<&Place> {
        self.places.get(key).or_else(|| {
            let column = key
                .part
                .column()
                .map(|column| Slot::column(&key.owner, column));
            column
                .and_then(|key| self.places.get(&key))
                .or_else(|| self.places.get(&Slot::table(&key.owner)))
        })
    }

    /// Whether a slot's value is known.
    pub fn is_known(&self, key: &Slot) -> bool {
        !self.unknown.contains_key(key)
    }
}

/// A place in a declaration.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file.
    pub source: Source,
    /// The bytes.
    pub span: Span,
}

/// A remark about a declaration, such as what could not be evaluated.
#[derive(Clone, Debug)]
pub struct Note {
    /// Where.
    pub place: Place,
    /// What, for people.
    pub message: String,
}

/// How much of a declaration could be evaluated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Columns that are declared.
    pub columns: usize,
    /// Columns of which type, nullability and default are known.
    pub known: usize,
}
