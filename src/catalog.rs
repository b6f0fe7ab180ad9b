//! The schema as a server would hold it, made by replaying [`Change`](crate::sql::Change)s.
//!
//! How it grows: a clone takes the same time whatever the catalog holds, since all that grows with a
//! history is in maps that share ([`SharedMap`]); an object is copied when it is next changed. That
//! makes a savepoint, a rollback and "up, then down" cheap, and lets a comparison skip whatever two
//! catalogs share. A lookup and a change take the logarithm of the number of objects. A change of an
//! object takes as long as the object is large: a table of 8,000 columns is no common one.

pub(crate) mod absence;
pub(crate) mod apply;
pub(crate) mod asked;
mod blocks;
mod databases;
pub(crate) mod datatypes;
mod definitions;
mod demand;
pub(crate) mod depend;
mod diagram;
pub(crate) mod doubt;
pub(crate) mod drops;
mod elsewhere;
pub(crate) mod functions;
mod indexed;
mod inserted;
mod inverse;
mod json;
pub(crate) mod later;
mod long_names;
pub(crate) mod lookup;
pub(crate) mod model;
mod nulls;
mod outside;
mod print;
mod publications;
pub(crate) mod rejection;
pub(crate) mod resolve;
pub(crate) mod rewrite;
mod rows;
pub(crate) mod schemas;
mod sequences;
mod session;
mod shared;
pub mod sizes;
mod slot;
mod text;
mod triggers;
pub(crate) mod values;
mod views;

pub(crate) use absence::HistoryStart;
pub use datatypes::format_type;
pub(crate) use definitions::convert;
pub use definitions::{Definition, Subject, Written};
pub(crate) use depend::{Droppable, Strength, index_mentions, mentions};
pub(crate) use diagram::text as mermaid_text;
pub use diagram::{dot, mermaid};
pub(crate) use functions::takes_away;
pub use indexed::{Indexed, Mention, Stretch};
pub use json::json;
pub(crate) use json::{default_text, key_text, signature};
pub(crate) use lookup::ColumnLookup;
pub use lookup::RelationKind;
pub(crate) use model::ViewText;
pub use model::{
    CheckConstraint, Column, ColumnName, Composite, DefaultValue, Domain, Enum, EnumLabel,
    Exclusion, ForeignKey, FoundIndex, Function, Generation, Index, IndexKey, Key, Knowledge,
    Origin, Partition, Policy, QName, RenamedLabel, RewriteRule, RowSecurity, Sequence, Site,
    Table, TableKind, Trigger, TypeField, View,
};
pub(crate) use outside::all_outside_only;
pub use print::{Texts, sql};
pub use rejection::{Explanation, Rejection, sqlstate};
pub(crate) use rewrite::sequence_text;
pub use shared::{Entries, MapDifference, SharedMap};
pub use slot::{Part, Slot};
pub use text::text;
pub(crate) use text::{enum_text, table_text};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::sql::{Dialect, Versions};

/// Everything a database holds that migrations can change.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// The server whose rules every change is applied by.
    pub dialect: Dialect,
    /// Its release, and whether it is MariaDB.
    pub versions: Versions,
    /// Where unqualified names are made and looked up; `["public"]` on PostgreSQL, one empty name
    /// elsewhere.
    pub search_path: Vec<String>,
    /// By name; those that a new database has are among them, and the servers without schemas have
    /// one.
    pub schemas: SharedMap<String, Origin>,
    /// Tables, partitions among them.
    pub tables: Indexed<Table>,
    /// Enum types of their own (PostgreSQL); MySQL's `ENUM` is a column's type.
    pub enums: Indexed<Enum>,
    /// Types with a base and conditions of their own (PostgreSQL).
    pub domains: Indexed<Domain>,
    /// Composite, range and base types.
    pub composites: Indexed<Composite>,
    /// Written out, or made for a `serial` or an identity column.
    pub sequences: Indexed<Sequence>,
    /// Views and materialized views.
    pub views: Indexed<View>,
    /// Functions, procedures and aggregates by name; overloads side by side.
    pub functions: SharedMap<QName, Vec<Arc<Function>>>,
    /// By name, each with who made it.
    pub extensions: SharedMap<String, Origin>,
    /// Session settings that change what DDL does, by lower-case name: MySQL's
    /// `foreign_key_checks`, SQLite's `legacy_alter_table`.
    pub settings: BTreeMap<String, String>,
    /// What was dropped, renamed or moved lately: it explains why something is not there.
    pub(crate) dropped_names: absence::DroppedNames,
    /// Whether a table of that name belongs to some migration tool, whichever runs the migrations:
    /// no migration has to make it.
    pub(crate) is_bookkeeping: fn(&str) -> bool,
    /// What is assumed about a table that no statement made.
    pub(crate) history_start: absence::HistoryStart,
    /// What logical replication publishes; asked for by name, never by table.
    pub(crate) publications: publications::Publications,
    /// What the set makes only later.
    pub(crate) later: later::Later,
    /// Columns of which a change of their type was refused: somebody may have done it otherwise, so
    /// nothing is certain of their types.
    pub(crate) contested: SharedMap<ColumnName, ()>,
    /// Rows that the file at hand certainly made.
    pub(crate) inserted: inserted::InsertedRows,
    /// Which databases its names are about (MySQL, SQLite).
    pub(crate) databases: databases::Databases,
    /// When nothing was known to name a relation that is not there (SQLite).
    pub(crate) unbroken: resolve::UnbrokenSchema,
    /// Where text stands that nobody read and that may have changed anything made before it.
    pub(crate) doubted: Option<Site>,
    /// What cannot be known about the whole. Parts carry their own [`Knowledge`].
    pub knowledge: Knowledge,
}

impl Catalog {
    /// An empty database of that dialect.
    pub fn new(dialect: Dialect, versions: Versions) -> Self {
        let home = dialect.home_schema();
        Self {
            dialect,
            versions,
            search_path: vec![home.to_owned()],
            schemas: SharedMap::from_iter([(home.to_owned(), Origin::default())]),
            tables: Indexed::default(),
            enums: Indexed::default(),
            domains: Indexed::default(),
            composites: Indexed::default(),
            sequences: Indexed::default(),
            views: Indexed::default(),
            functions: SharedMap::default(),
            extensions: SharedMap::default(),
            settings: BTreeMap::new(),
            dropped_names: absence::DroppedNames::default(),
            is_bookkeeping: |_| false,
            history_start: absence::HistoryStart::default(),
            publications: publications::Publications::default(),
            later: later::Later::default(),
            contested: SharedMap::default(),
            inserted: inserted::InsertedRows::default(),
            databases: databases::Databases::default(),
            unbroken: resolve::UnbrokenSchema::default(),
            doubted: None,
            knowledge: Knowledge::default(),
        }
    }
}
