//! Tables, columns, constraints and indexes as statements spell them.

use super::{DataType, Expr, Ident, ObjectName, Query};
use crate::source::Span;

/// How long a table lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Persistence {
    /// Until dropped.
    #[default]
    Permanent,
    /// Until dropped, without a write-ahead log.
    Unlogged,
    /// Until the session ends.
    Temporary,
}

/// `CREATE TABLE`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateTable {
    /// Its name.
    pub name: ObjectName,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `TEMPORARY`, `UNLOGGED`.
    pub persistence: Persistence,
    /// Columns, with their inline constraints.
    pub columns: Vec<ColumnDef>,
    /// Table-level constraints, in the order written.
    pub constraints: Vec<ConstraintDef>,
    /// MySQL's inline `KEY`s.
    pub indexes: Vec<IndexDef>,
    /// `LIKE other [INCLUDING …]`; MySQL's `CREATE TABLE a LIKE b` includes all.
    pub like: Vec<Like>,
    /// `INHERITS (…)`.
    pub inherits: Vec<ObjectName>,
    /// `PARTITION BY RANGE (a, lower(b))`: the method in lower case and the keys. MySQL's too.
    pub partition_by: Option<(String, Vec<Expr>)>,
    /// `PARTITION OF parent FOR VALUES …`.
    pub partition_of: Option<(ObjectName, PartitionBound)>,
    /// `AS SELECT …`.
    pub query: Option<Query>,
    /// MySQL's table options, names in lower case: `engine`, `charset`, `collate`, `auto_increment`, `comment`; SQLite's `strict`, `without rowid`.
    pub options: Vec<(String, String)>,
}

/// `FOR VALUES …`, as written and shortened to what matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionBound {
    /// The bound's text, or `DEFAULT`.
    pub sql: String,
}

/// `LIKE other`.
#[derive(Clone, Debug, PartialEq)]
pub struct Like {
    /// The table whose columns are copied.
    pub table: ObjectName,
    /// Upper-case words after `INCLUDING`, `EXCLUDING` ones taken off: `ALL`, `DEFAULTS`, `CONSTRAINTS`, `INDEXES`, `GENERATED`, `IDENTITY`, `COMMENTS`, `STORAGE`.
    pub including: Vec<String>,
}

/// One column of `CREATE TABLE`, `ADD COLUMN`, `MODIFY` or `CHANGE`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnDef {
    /// Its name.
    pub name: Ident,
    /// Its type. `serial` and its relatives are `integer` (…) with [`ColumnDef::serial`]; MySQL's `SERIAL` likewise.
    pub data_type: DataType,
    /// Where the type stands.
    pub type_span: Span,
    /// Written as `serial`, `bigserial`, `smallserial`.
    pub serial: bool,
    /// `COLLATE`.
    pub collation: Option<ObjectName>,
    /// `Some(true)` for NOT NULL, `Some(false)` for an explicit NULL.
    pub not_null: Option<bool>,
    /// `DEFAULT`.
    pub default: Option<Expr>,
    /// `GENERATED … AS IDENTITY`.
    pub identity: Option<Identity>,
    /// `GENERATED ALWAYS AS (…)`, MySQL's and SQLite's `AS (…)`.
    pub generated: Option<Generated>,
    /// MySQL's `AUTO_INCREMENT`, SQLite's `AUTOINCREMENT`.
    pub auto_increment: bool,
    /// MySQL's `ON UPDATE CURRENT_TIMESTAMP`.
    pub on_update: Option<Expr>,
    /// MySQL's `COMMENT`.
    pub comment: Option<String>,
    /// Inline PRIMARY KEY, UNIQUE, REFERENCES and CHECK, in the order written; their columns are this column.
    pub constraints: Vec<ConstraintDef>,
}

/// `GENERATED {ALWAYS | BY DEFAULT} AS IDENTITY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// `ALWAYS`.
    Always,
    /// `BY DEFAULT`.
    ByDefault,
}

/// A generated column's expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// The expression.
    pub expr: Expr,
    /// Whether the value is kept in the row.
    pub stored: bool,
}

/// A constraint with its name, if one was written.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstraintDef {
    /// After `CONSTRAINT`.
    pub name: Option<Ident>,
    /// Where all of it stands.
    pub span: Span,
    /// What it demands.
    pub kind: ConstraintKind,
    /// `NOT VALID`.
    pub not_valid: bool,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields carry the names of the SQL grammar")]
pub enum ConstraintKind {
    PrimaryKey {
        columns: Vec<IndexColumn>,
        include: Vec<Ident>,
        using_index: Option<Ident>,
    },
    /// `index_name` is MySQL's name after `UNIQUE KEY`.
    Unique {
        columns: Vec<IndexColumn>,
        include: Vec<Ident>,
        nulls_not_distinct: bool,
        using_index: Option<Ident>,
        index_name: Option<Ident>,
    },
    ForeignKey(ForeignKeyDef),
    Check {
        expr: Expr,
        no_inherit: bool,
        enforced: bool,
    },
    /// PostgreSQL 18's table-level `NOT NULL column`.
    NotNull {
        column: Ident,
    },
    Exclude {
        method: Option<String>,
        elements: Vec<(Expr, String)>,
        condition: Option<Expr>,
    },
}

/// `FOREIGN KEY … REFERENCES …`.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignKeyDef {
    /// The referencing columns.
    pub columns: Vec<Ident>,
    /// The referenced table.
    pub table: ObjectName,
    /// The referenced columns; empty for the primary key.
    pub referenced: Vec<Ident>,
    /// `ON DELETE`.
    pub on_delete: ReferentialAction,
    /// `ON UPDATE`.
    pub on_update: ReferentialAction,
    /// MySQL's index name between `FOREIGN KEY` and the columns.
    pub index_name: Option<Ident>,
}

/// What happens to referencing rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the SQL grammar")]
pub enum ReferentialAction {
    #[default]
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

impl ReferentialAction {
    /// As SQL spells it.
    pub fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// An index as a statement spells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexDef {
    /// Its name, if one was written.
    pub name: Option<Ident>,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// `UNIQUE`.
    pub unique: bool,
    /// `ON ONLY`.
    pub only: bool,
    /// `USING`, in lower case; MySQL's `fulltext` and `spatial` too.
    pub method: Option<String>,
    /// What is indexed.
    pub columns: Vec<IndexColumn>,
    /// `INCLUDE`.
    pub include: Vec<Ident>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `WHERE`.
    pub condition: Option<Expr>,
}

/// One element of an index or key.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexColumn {
    /// The column, or an expression; [`ExprKind::Column`](super::ExprKind) for a plain column.
    pub expr: Expr,
    /// `COLLATE`.
    pub collation: Option<String>,
    /// Operator class, with its schema if written.
    pub opclass: Option<String>,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST` / `NULLS LAST`, if written.
    pub nulls_first: Option<bool>,
    /// MySQL's prefix length.
    pub length: Option<u32>,
}

/// Where MySQL puts a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// `FIRST`.
    First,
    /// `AFTER column`.
    After(Ident),
}

/// `ALTER TABLE` with every action.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterTable {
    /// The table (or foreign table, view or index that the statement calls a table).
    pub table: ObjectName,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `ONLY`.
    pub only: bool,
    /// The actions, in the order written, each with its bytes.
    pub actions: Vec<(TableAction, Span)>,
}

/// One action of `ALTER TABLE`.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields carry the names of the SQL grammar")]
pub enum TableAction {
    AddColumn {
        column: Box<ColumnDef>,
        if_not_exists: bool,
        position: Option<Position>,
    },
    DropColumn {
        name: Ident,
        if_exists: bool,
        cascade: bool,
    },
    RenameColumn {
        from: Ident,
        to: Ident,
    },
    /// PostgreSQL's `ALTER COLUMN … [SET DATA] TYPE`.
    SetType {
        column: Ident,
        data_type: DataType,
        collation: Option<ObjectName>,
        using: Option<Expr>,
    },
    SetDefault {
        column: Ident,
        default: Expr,
    },
    DropDefault {
        column: Ident,
    },
    SetNotNull {
        column: Ident,
    },
    DropNotNull {
        column: Ident,
    },
    AddIdentity {
        column: Ident,
        identity: Identity,
    },
    SetIdentity {
        column: Ident,
        identity: Identity,
    },
    DropIdentity {
        column: Ident,
        if_exists: bool,
    },
    SetExpression {
        column: Ident,
        expr: Expr,
    },
    DropExpression {
        column: Ident,
        if_exists: bool,
    },
    /// MySQL's `MODIFY` and `CHANGE`, libSQL's `ALTER COLUMN … TO`: the whole definition is replaced. `from` differs from the new name for `CHANGE`.
    Modify {
        from: Ident,
        column: Box<ColumnDef>,
        position: Option<Position>,
    },
    AddConstraint(Box<ConstraintDef>),
    DropConstraint {
        name: Ident,
        if_exists: bool,
        cascade: bool,
    },
    RenameConstraint {
        from: Ident,
        to: Ident,
    },
    ValidateConstraint {
        name: Ident,
    },
    /// `ALTER CONSTRAINT name DEFERRABLE …`.
    AlterConstraint {
        name: Ident,
        deferrable: Option<bool>,
        initially_deferred: Option<bool>,
    },
    DropPrimaryKey,
    DropForeignKey {
        name: Ident,
    },
    AddIndex(Box<IndexDef>),
    DropIndex {
        name: Ident,
        if_exists: bool,
    },
    RenameIndex {
        from: Ident,
        to: Ident,
    },
    RenameTo(ObjectName),
    SetSchema(Ident),
    AttachPartition {
        partition: ObjectName,
        bound: PartitionBound,
    },
    DetachPartition {
        partition: ObjectName,
        concurrently: bool,
    },
    Inherit(ObjectName),
    NoInherit(ObjectName),
    SetLogged(bool),
    RowSecurity {
        enable: Option<bool>,
        force: Option<bool>,
    },
    /// `ENABLE`/`DISABLE TRIGGER name|ALL|USER`.
    Trigger {
        name: String,
        enable: bool,
    },
    /// MySQL's `ENGINE = …`, `COMMENT = …`, `AUTO_INCREMENT = …`, `DEFAULT CHARSET = …`; names in lower case.
    Option {
        name: String,
        value: String,
    },
    /// MySQL's `CONVERT TO CHARACTER SET`.
    ConvertCharset {
        charset: String,
        collation: Option<String>,
    },
    /// MySQL's `ALGORITHM=`, `LOCK=`: name in lower case, value in upper case.
    OnlineMode {
        name: String,
        value: String,
    },
    /// Known, of no effect on any catalog we keep; leading words in upper case (`OWNER TO`, `SET STATISTICS`, `CLUSTER ON`).
    Inert(String),
    /// Not understood: the table is no longer known exactly.
    Unknown(String),
}
