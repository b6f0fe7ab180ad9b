//! What a catalog holds.

mod names;
mod objects;

pub use names::ColumnName;
pub(crate) use objects::FunctionResult;
pub(crate) use objects::ViewText;
pub use objects::{
    Composite, Domain, Enum, EnumLabel, FoundIndex, Function, RenamedLabel, Sequence, TypeField,
    View,
};

use super::resolve::Reaches;
use crate::server::is_home_schema;
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::change::tree::{NameTree, QueryTree};
use crate::sql::change::{
    DataType, Expr, Identity, PartitionBy, Persistence, ReferentialAction, TableOption,
};
use crate::sql::change::{Deferral, PolicyCommand};

/// A schema and a name. The schema is `public` unless said otherwise on PostgreSQL, and empty on
/// MySQL and SQLite.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QName {
    /// The schema, as the catalog keeps it: folded like the name.
    pub schema: String,
    /// The name as the server keeps it: folded to lower case where it folds, cut where it cuts.
    pub name: String,
}

impl QName {
    /// A name that is folded and cut already.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            schema: schema.into(),
            name: name.into(),
        }
    }

    /// Whether it lies in the schema that a name need not say.
    pub fn is_at_home(&self) -> bool {
        is_home_schema(&self.schema)
    }

    /// The schema, where a name has to say it.
    pub(crate) fn other_schema(&self) -> Option<&str> {
        Some(self.schema.as_str()).filter(|schema| !is_home_schema(schema))
    }

    /// From a text as configurations spell it: `auth.users`, or `users` for the home schema.
    pub fn of_text(text: &str, dialect: Dialect) -> Self {
        match text.split_once('.') {
            Some((schema, name)) if dialect.has_schemas() => Self::new(schema, name),
            _ => Self::new(dialect.home_schema(), text),
        }
    }
}

/// `schema.name`, or the name alone where the dialect has no schemas.
impl std::fmt::Display for QName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.schema.is_empty() {
            write!(f, "{}.", self.schema)?;
        }
        f.write_str(&self.name)
    }
}

/// A place in the history: which migration (its index in the set, in order of application), which
/// of its files, which bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    /// Index of the migration.
    pub migration: u32,
    /// Index of the file among all of that migration, those of the way down last.
    pub file: u32,
    /// The statement or the part of it.
    pub span: Span,
}

/// Who made an object and who last changed it; `None` for what was there before the history starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The migration that made it.
    pub made: Option<Site>,
    /// The migration that last changed it.
    pub changed: Option<Site>,
}

/// Whether something is known exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Knowledge {
    /// As the server would have it.
    #[default]
    Exact,
    /// Not exactly, and why; rules and drift stay quiet about it.
    Unknown(String),
}

impl Knowledge {
    /// Why it is not known exactly.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Exact => None,
            Self::Unknown(why) => Some(why),
        }
    }

    /// Whether it is known exactly.
    pub fn is_exact(&self) -> bool {
        *self == Self::Exact
    }
}

/// What kind of relation a table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TableKind {
    /// A table that keeps its own rows.
    #[default]
    Ordinary,
    /// A table whose rows are in its partitions.
    Partitioned,
    /// A table of another server, seen through a foreign data wrapper.
    Foreign,
    /// A virtual table (SQLite).
    Virtual,
}

/// A partition's parent and bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The partitioned table that it is a part of.
    pub parent: QName,
    /// `FOR VALUES …` or `DEFAULT`.
    pub bound: String,
}

impl Partition {
    /// Whether it takes what no other partition does.
    pub(crate) fn is_default(&self) -> bool {
        self.bound == "DEFAULT"
    }
}

/// A table as the server's own catalog would show it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Its schema and name; the schema is empty where the server has none.
    pub name: QName,
    /// Plain, partitioned, foreign or virtual.
    pub kind: TableKind,
    /// How long it lives.
    pub persistence: Persistence,
    /// The columns in the order in which `SELECT *` shows them.
    pub columns: Vec<Column>,
    /// At most one, by the rules of every server.
    pub primary_key: Option<Key>,
    /// Unique constraints. On PostgreSQL a unique index without a constraint is in `indexes`; on
    /// MySQL and SQLite see [`Index`].
    pub uniques: Vec<Key>,
    /// Keys of this table; those that point to it are found through [`Catalog`](super::Catalog).
    pub foreign_keys: Vec<ForeignKey>,
    /// Of columns and of the table, which no server distinguishes later.
    pub checks: Vec<CheckConstraint>,
    /// PostgreSQL's `EXCLUDE`, each with the index that backs it.
    pub exclusions: Vec<Exclusion>,
    /// Indexes that back no constraint. MySQL and SQLite: every index that is not the primary key
    /// and not an inline `UNIQUE` of SQLite; MySQL keeps unique keys here with `unique: true`.
    pub indexes: Vec<Index>,
    /// What of them depends on columns and functions; their text stands in the history.
    pub triggers: Vec<Trigger>,
    /// What `CREATE RULE` has the server do instead of a statement (PostgreSQL).
    pub rules: Vec<RewriteRule>,
    /// The policies that say who may see which rows (PostgreSQL).
    pub policies: Vec<Policy>,
    /// Whether its policies count, and for whom.
    pub row_security: RowSecurity,
    /// By what a partitioned table is partitioned.
    pub partition_by: Option<PartitionBy>,
    /// Parent and bound of a partition.
    pub partition_of: Option<Partition>,
    /// The tables that it inherits from, in order.
    pub inherits: Vec<QName>,
    /// Options by lower-case name: MySQL's `engine`, `charset`, `collate`; SQLite's `strict`,
    /// `without rowid`.
    pub options: Vec<TableOption>,
    /// What `COMMENT ON TABLE`, or MySQL's `COMMENT`, says of it.
    pub comment: Option<String>,
    /// Whether it belongs to the migration tool: it is there before the first migration, and no
    /// schema speaks of it.
    pub bookkeeping: bool,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
    /// Whether its columns and constraints are all here. `Unknown` for a table that the history
    /// only alters.
    pub knowledge: Knowledge,
    /// Whether its constraints say what becomes of rows that break them: SQLite's `ON CONFLICT`.
    pub(crate) lets_rows_pass: bool,
    /// Whether text that nobody could read may have changed anything of it, or dropped it, or a
    /// condition that is not known decides whether it is there. Then its `knowledge` says what that
    /// is.
    pub uncertain: bool,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// Its name as the server keeps it.
    pub name: String,
    /// Its type, as the server prints it.
    pub data_type: DataType,
    /// Not null, for whatever reason.
    pub not_null: bool,
    /// What a row gets that names no value; `serial` is a default with a sequence.
    pub default: Option<DefaultValue>,
    /// `GENERATED … AS IDENTITY`, with what may override it.
    pub identity: Option<Identity>,
    /// `GENERATED ALWAYS AS (…)`: nobody writes such a column.
    pub generated: Option<Generation>,
    /// MySQL's `AUTO_INCREMENT`, SQLite's `AUTOINCREMENT`.
    pub auto_increment: bool,
    /// What MySQL puts into it with every `UPDATE` of its row.
    pub on_update: Option<Expr>,
    /// `COLLATE`, where it is not the default.
    pub collation: Option<QName>,
    /// MySQL's character set, where it is not the table's.
    pub charset: Option<String>,
    /// `COMMENT ON COLUMN`, or MySQL's `COMMENT` at the column.
    pub comment: Option<String>,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
    /// Whether type, nullability and default are known.
    pub knowledge: Knowledge,
}

/// What a row gets that gives no value for a column.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultValue {
    /// The expression as the server would print it.
    pub expr: Expr,
    /// The type that the server wrote into a literal (`'a'::mood`), which a later `ALTER TYPE`
    /// leaves behind.
    pub literal_type: Option<DataType>,
}

/// How a column is computed from others of its row.
#[derive(Clone, Debug, PartialEq)]
pub struct Generation {
    /// The expression as the server would print it.
    pub expr: Expr,
    /// Whether the value is kept in the row.
    pub stored: bool,
}

/// Row-level security of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowSecurity {
    /// Whether policies count for all but the owner.
    pub enabled: bool,
    /// Whether they apply to the table's owner, too.
    pub forced: bool,
}

/// A primary key or unique constraint.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Key {
    /// Its name; empty where the dialect has none.
    pub name: String,
    /// In the order of the key.
    pub columns: Vec<String>,
    /// Columns that its index carries and does not sort by.
    pub include: Vec<String>,
    /// Whether two rows with NULL there are one too many.
    pub nulls_not_distinct: bool,
    /// When it is looked at.
    pub deferral: Deferral,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}

/// A constraint that rows refer to rows of another table.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignKey {
    /// Its name; empty where the dialect has none.
    pub name: String,
    /// The columns that refer, in the order of `referenced`.
    pub columns: Vec<String>,
    /// The table that they refer to, which need not be in the catalog.
    pub table: QName,
    /// The columns that they refer to; empty where that is the primary key and it is not known.
    pub referenced: Vec<String>,
    /// What happens to a row when the one that it refers to is deleted.
    pub on_delete: ReferentialAction,
    /// What happens to a row when the key that it refers to changes.
    pub on_update: ReferentialAction,
    /// Whether existing rows were checked.
    pub valid: bool,
    /// When it is looked at.
    pub deferral: Deferral,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}

/// A condition that every row has to meet.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckConstraint {
    /// Its name, given or made up; empty where SQLite's has none.
    pub name: String,
    /// The condition, with the columns and functions in it.
    pub expr: Expr,
    /// Whether existing rows were checked.
    pub valid: bool,
    /// Whether tables that inherit do without it.
    pub no_inherit: bool,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}

/// A constraint that no two rows may be alike by some operators (PostgreSQL).
#[derive(Clone, Debug, PartialEq)]
pub struct Exclusion {
    /// Its name, which is that of its index too.
    pub name: String,
    /// The access method of its index: `gist` unless it says otherwise.
    pub method: String,
    /// Each expression with the operator by which two rows are compared.
    pub elements: Vec<(Expr, String)>,
    /// The rows that it is about; `None` for all.
    pub condition: Option<Expr>,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}

/// An index that backs no constraint; those that do are keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    /// Its name, given or made up.
    pub name: String,
    /// Access method: `btree`, `gin`…; MySQL's `fulltext` and `spatial` too.
    pub method: String,
    /// Whether it refuses a second row with the same keys.
    pub unique: bool,
    /// Columns and expressions, from the left.
    pub keys: Vec<IndexKey>,
    /// Columns that it carries and does not sort by.
    pub include: Vec<String>,
    /// The rows that are in it; `None` for all.
    pub condition: Option<Expr>,
    /// Whether two rows with NULL there are one too many, where it is unique.
    pub nulls_not_distinct: bool,
    /// False for one left behind by `ON ONLY` or known to have failed.
    pub valid: bool,
    /// Made by the server for a foreign key (MySQL), so that it goes when an explicit one covers
    /// it.
    pub implicit: bool,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}

/// One element of an index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexKey {
    /// The column, if it is one.
    pub column: Option<String>,
    /// The expression otherwise; for a column, the column.
    pub expr: Expr,
    /// Collation, where it is not the column's.
    pub collation: Option<String>,
    /// Operator class, where it is not the default one.
    pub opclass: Option<String>,
    /// Whether the highest value comes first.
    pub descending: bool,
    /// Whether NULL comes before every value.
    pub nulls_first: bool,
    /// How many characters of a text are in it (MySQL); `None` for all of the value.
    pub length: Option<u32>,
}

/// What a table does of itself when rows change.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// Its name, which is unique within the table on PostgreSQL.
    pub name: String,
    /// Columns of `UPDATE OF` and of `WHEN`.
    pub columns: Vec<String>,
    /// The function it calls.
    pub function: Option<QName>,
    /// The relations its body uses (MySQL, SQLite).
    pub relations: Vec<QName>,
    /// A hash of its text, to see that it changed.
    pub digest: u64,
    /// What its `WHEN` reaches.
    pub(crate) reached: Reaches,
    /// Its `WHEN`, where a server reads triggers again.
    pub(crate) when: Expr,
    /// The statements of its body, likewise; none where they are not known, and after a rename that
    /// changed them.
    pub(crate) body: Vec<NameTree<QueryTree>>,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}

/// What PostgreSQL does instead of a statement about a table, or besides.
#[derive(Clone, Debug, PartialEq)]
pub struct RewriteRule {
    /// Its name, unique within the table.
    pub name: String,
    /// Columns of its table that it uses.
    pub columns: Vec<String>,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}

/// A row-level security policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Its name, unique within the table.
    pub name: String,
    /// What it is for.
    pub(crate) command: PolicyCommand,
    /// Columns its expressions use.
    pub columns: Vec<String>,
    /// The text of its conditions, in the server's spelling.
    pub sql: String,
    /// The statements that altered its roles or expressions, in order.
    pub altered: Vec<Site>,
    /// What they reach, beyond the table too.
    pub(crate) reached: Reaches,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}
