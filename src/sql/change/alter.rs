//! `ALTER TABLE`.

use super::{
    ColumnDef, ConstraintDef, DataType, Expr, Ident, Identity, IndexDef, ObjectName,
    PartitionBound, PartitionBy,
};
use crate::source::Span;

/// Where MySQL puts a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnPosition {
    /// Before all others.
    First,
    /// Right after another column.
    After(Ident),
}

/// `ALTER TABLE` with every action.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterTable {
    /// The table (or foreign table, view or index that the statement calls a table).
    pub table: ObjectName,
    /// Whether it is no error that the table is not there.
    pub if_exists: bool,
    /// Whether partitions and tables that inherit are left as they are.
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
        position: Option<ColumnPosition>,
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
    /// MySQL's `MODIFY` and `CHANGE`, libSQL's `ALTER COLUMN … TO`: the whole definition is
    /// replaced. `from` differs from the new name for `CHANGE`.
    Modify {
        from: Ident,
        column: Box<ColumnDef>,
        position: Option<ColumnPosition>,
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
        if_exists: bool,
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
    /// `SET TABLESPACE x`, `SET ACCESS METHOD x`: `property` is what stands between.
    Storage {
        property: &'static str,
        value: String,
    },
    RowSecurity {
        enable: Option<bool>,
        force: Option<bool>,
    },
    /// `ENABLE`/`DISABLE TRIGGER name|ALL|USER`.
    Trigger {
        name: String,
        enable: bool,
    },
    /// MySQL's `ENGINE = …`, `COMMENT = …`, `AUTO_INCREMENT = …`, `DEFAULT CHARSET = …`; names in
    /// lower case.
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
    /// How the rows of a table are spread over partitions that are no tables.
    PartitionBy(Box<PartitionBy>),
    RemovePartitioning,
    /// Known, of no effect on any catalog we keep; leading words in upper case (`OWNER TO`, `SET
    /// STATISTICS`, `CLUSTER ON`).
    Inert(String),
    /// Not understood: the table is no longer known exactly.
    Unknown(String),
}
