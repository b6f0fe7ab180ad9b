//! Schemas as people and generators declare them (ORMs, SQL dumps, snapshots),
//! each read into a [`Catalog`].
//!
//! A declaration is never guessed: what a reader cannot evaluate is recorded as unknown for the
//! smallest slot that holds it, with a note at its place, and is not compared.

pub mod dump;
pub mod input;
mod late;
pub mod load;
pub(crate) mod names;
pub(crate) mod value;

pub(crate) use late::LateReading;
pub use names::LongName;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::catalog::{Catalog, ColumnName, QName, Slot};
use crate::source::{Source, Span};
use crate::sql::{Dialect, Versions};
use crate::tool::Tool;

/// What a schema is declared in: the language of a tool, which can express only a part of what a
/// database holds, or what the tool remembers of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    /// The tool; [`Tool::Plain`] for SQL.
    pub tool: Tool,
    /// Whether it is the generator's snapshot, and not what people write.
    pub is_snapshot: bool,
}

impl Language {
    /// What people write for a tool.
    pub const fn of(tool: Tool) -> Self {
        Self {
            tool,
            is_snapshot: false,
        }
    }

    /// What a tool remembers to have generated.
    pub const fn snapshot_of(tool: Tool) -> Self {
        Self {
            tool,
            is_snapshot: true,
        }
    }

    /// What it is called in a sentence: "dump".
    pub fn name(self) -> &'static str {
        if self.is_snapshot {
            self.tool.snapshot_name()
        } else {
            self.tool.schema_name()
        }
    }

    /// Whether it is SQL, in which nothing has to be left out.
    pub fn is_sql(self) -> bool {
        self.tool.declares_sql()
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
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
    pub client_defaults: BTreeSet<ColumnName>,
    /// Whether it speaks of every schema of the database, even of one that it has nothing in: it is
    /// what there was before a migration, and nobody's declaration.
    pub is_whole: bool,
    /// Objects that the declaration mentions without owning them: views and tables that it says
    /// are managed elsewhere. Neither side is compared.
    pub foreign: BTreeSet<QName>,
    /// Tables and columns that the client leaves out though the database has them: code that is
    /// made from the schema does not name them.
    pub ignored: BTreeSet<Slot>,
    /// Policies, and row level security, which drift looks for in the migrations.
    pub policies: Vec<DeclaredPolicy>,
    /// Whether the language's tool makes the views that are declared; older versions of one do not.
    pub makes_views: bool,
    /// Tables whose primary key may equally be a unique key over the same columns (join tables
    /// that older versions of a tool made).
    pub loose_keys: BTreeSet<QName>,
    /// Names that the server does not take.
    pub long_names: Vec<LongName>,
    /// Expressions as the language's own tool spells them, which compares them letter by letter.
    pub tool_texts: BTreeMap<QName, ToolTexts>,
    /// Text that is no declaration at all, each at its place: what it was meant to declare is not
    /// known.
    pub broken: Vec<Note>,
    /// Remarks for people, each at its place.
    pub notes: Vec<Note>,
    /// How much could be evaluated.
    pub coverage: Coverage,
    /// What it says only beside the migrations; see [`load::Schemas::settled`].
    pub(crate) late: Option<LateReading>,
}

/// A policy that is declared for a table (PostgreSQL).
#[derive(Clone, Debug)]
pub struct DeclaredPolicy {
    /// The table whose rows it is about.
    pub table: QName,
    /// Its name, as the server keeps it; `None` is that the table's policies count at all.
    pub name: Option<String>,
    /// Where it is declared.
    pub place: Place,
}

/// The expressions and names of a table, in the words of a tool.
#[derive(Clone, Debug, Default)]
pub struct ToolTexts {
    /// Defaults, by column.
    pub defaults: BTreeMap<String, String>,
    /// What columns are generated from, by column.
    pub generated: BTreeMap<String, String>,
    /// Conditions of checks, by constraint.
    pub checks: BTreeMap<String, String>,
    /// Conditions of indexes, by index.
    pub conditions: BTreeMap<String, String>,
    /// Elements of indexes, by index; `None` for a column.
    pub elements: BTreeMap<String, Vec<Option<String>>>,
    /// Whether the table's policies are declared to count (PostgreSQL).
    pub row_security: bool,
    /// Types, by column.
    pub types: BTreeMap<String, String>,
    /// The name of the primary key, which some servers do not keep.
    pub primary_key: Option<String>,
    /// Names of constraints and indexes, uncut.
    pub names: BTreeSet<String>,
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
            ignored: BTreeSet::new(),
            policies: Vec::new(),
            makes_views: true,
            loose_keys: BTreeSet::new(),
            is_whole: false,
            long_names: Vec::new(),
            tool_texts: BTreeMap::new(),
            broken: Vec::new(),
            notes: Vec::new(),
            coverage: Coverage::default(),
            late: None,
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
    /// The file that declares it.
    pub source: Source,
    /// The bytes that declare it.
    pub span: Span,
}

/// A remark about a declaration, such as what could not be evaluated.
#[derive(Clone, Debug)]
pub struct Note {
    /// Where in the declaration it is.
    pub place: Place,
    /// What is remarked, for people.
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
