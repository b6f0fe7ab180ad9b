//! Tables and columns as statements spell them.

use super::{ConstraintDef, DataType, Expr, Ident, IndexDef, ObjectName, Query};
use crate::source::Span;

/// How long a table lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Persistence {
    /// It stays until it is dropped, and survives a crash.
    #[default]
    Permanent,
    /// Until dropped, without a write-ahead log.
    Unlogged,
    /// Until the session ends.
    Temporary,
}

/// How a table is partitioned.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionBy {
    /// The method in lower case: `range`, `list`, `hash`.
    pub method: String,
    /// Columns or expressions.
    pub keys: Vec<Expr>,
    /// The whole clause as it is written, where partitions are no tables; `None` where they are, and
    /// where they are others by now.
    pub written: Option<String>,
}

/// A table to be made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateTable {
    /// The name that it is to have.
    pub name: ObjectName,
    /// Whether it is no error that the name is taken.
    pub if_not_exists: bool,
    /// MariaDB's `OR REPLACE`: what has the name makes way.
    pub or_replace: bool,
    /// Whether it is temporary, or not logged.
    pub persistence: Persistence,
    /// Columns, with their inline constraints.
    pub columns: Vec<ColumnDef>,
    /// Table-level constraints, in the order written.
    pub constraints: Vec<ConstraintDef>,
    /// `KEY`s and `INDEX`es that MySQL has among the columns.
    pub indexes: Vec<IndexDef>,
    /// `LIKE other [INCLUDING …]`; MySQL's `CREATE TABLE a LIKE b` includes all.
    pub like: Vec<Like>,
    /// The tables that it inherits from (`INHERITS`), in order.
    pub inherits: Vec<ObjectName>,
    /// `PARTITION BY RANGE (a, lower(b))`. MySQL's too.
    pub partition_by: Option<PartitionBy>,
    /// `PARTITION OF parent FOR VALUES …`.
    pub partition_of: Option<(ObjectName, PartitionBound)>,
    /// The query that fills it (`AS SELECT`), from which it has columns too.
    pub query: Option<Query>,
    /// Whether a constraint says what becomes of rows that break it: SQLite's `ON CONFLICT`.
    pub lets_rows_pass: bool,
    /// MySQL's table options, names in lower case: `engine`, `charset`, `collate`,
    /// `auto_increment`, `comment`; SQLite's `strict`, `without rowid`.
    pub options: Vec<TableOption>,
}

impl CreateTable {
    /// The value of an option, if it is set; empty where it is a word alone.
    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        TableOption::value_in(&self.options, name)
    }
}

/// What stands after the columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableOption {
    /// Its name in lower case: `engine`.
    pub name: String,
    /// Without quotes; empty for a word alone, such as `strict`.
    pub value: String,
}

impl TableOption {
    /// An option whose name is in lower case already.
    pub(crate) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }

    /// The value of the option of that name.
    pub(crate) fn value_in<'o>(options: &'o [Self], name: &str) -> Option<&'o str> {
        let found = options.iter().find(|option| option.name == name);
        found.map(|option| option.value.as_str())
    }
}

/// `FOR VALUES …`, as written and shortened to what matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionBound {
    /// The bound's text, or `DEFAULT`.
    pub sql: String,
}

/// Another table whose columns are copied, and what of it besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Like {
    /// The table whose columns are copied.
    pub table: ObjectName,
    /// Upper-case words after `INCLUDING`, `EXCLUDING` ones taken off: `ALL`, `DEFAULTS`,
    /// `CONSTRAINTS`, `INDEXES`, `GENERATED`, `IDENTITY`, `COMMENTS`, `STORAGE`.
    pub including: Vec<String>,
}

/// One column of `CREATE TABLE`, `ADD COLUMN`, `MODIFY` or `CHANGE`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnDef {
    /// The name that the column has afterwards.
    pub name: Ident,
    /// Its type. `serial` and its relatives are `integer` (…) with [`ColumnDef::serial`]; MySQL's
    /// `SERIAL` likewise.
    pub data_type: DataType,
    /// Where the type stands.
    pub type_span: Span,
    /// Written as `serial`, `bigserial`, `smallserial`.
    pub serial: bool,
    /// The collation of its texts, if one was written.
    pub collation: Option<ObjectName>,
    /// `Some(true)` for NOT NULL, `Some(false)` for an explicit NULL.
    pub not_null: Option<bool>,
    /// What a row gets that gives no value; `None` where nothing was written.
    pub default: Option<Expr>,
    /// `GENERATED … AS IDENTITY`.
    pub identity: Option<Identity>,
    /// `GENERATED ALWAYS AS (…)`, MySQL's and SQLite's `AS (…)`.
    pub generated: Option<Generated>,
    /// MySQL's `AUTO_INCREMENT`, SQLite's `AUTOINCREMENT`.
    pub auto_increment: bool,
    /// MySQL's `ON UPDATE CURRENT_TIMESTAMP`.
    pub on_update: Option<Expr>,
    /// What MySQL's `COMMENT` says of it.
    pub comment: Option<String>,
    /// Inline PRIMARY KEY, UNIQUE, REFERENCES and CHECK, in the order written; their columns are
    /// this column.
    pub constraints: Vec<ConstraintDef>,
}

/// `GENERATED {ALWAYS | BY DEFAULT} AS IDENTITY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A row may not give a value of its own, unless it says `OVERRIDING`.
    Always,
    /// A row may give a value of its own.
    ByDefault,
}

/// A generated column's expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// What computes the value from the row's other columns.
    pub expr: Expr,
    /// Whether the value is kept in the row.
    pub stored: bool,
}
