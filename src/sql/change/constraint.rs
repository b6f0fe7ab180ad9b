//! Constraints and indexes as statements spell them.

use super::{Expr, Ident, ObjectName};
use crate::source::Span;

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
    /// When it is looked at.
    pub deferral: Deferral,
}

/// When a constraint is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deferral {
    /// At the end of each statement: `NOT DEFERRABLE`.
    #[default]
    Never,
    /// At the end of each statement, or of the transaction when it says so: `DEFERRABLE`.
    Possible,
    /// At the end of the transaction: `DEFERRABLE INITIALLY DEFERRED`.
    Initially,
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
    /// Columns and expressions, as written.
    pub columns: Vec<IndexColumn>,
    /// `INCLUDE`.
    pub include: Vec<Ident>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `WHERE`.
    pub condition: Option<Expr>,
    /// MySQL's `ALGORITHM=` and `LOCK=`: name in lower case, value in upper case.
    pub online: Vec<(&'static str, String)>,
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
