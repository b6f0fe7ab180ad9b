//! Constraints and indexes as statements spell them.

use super::{Expr, Ident, ObjectName};
use crate::source::Span;

/// A constraint with its name, if one was written.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstraintDef {
    /// The name after `CONSTRAINT`; `None` where the server makes one up.
    pub name: Option<Ident>,
    /// Where all of it stands.
    pub span: Span,
    /// What it demands of rows.
    pub kind: ConstraintKind,
    /// Whether the rows that are there are not looked at (`NOT VALID`).
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
    /// The columns that refer; empty for an inline constraint, which is about its column.
    pub columns: Vec<Ident>,
    /// The table that is referred to.
    pub table: ObjectName,
    /// The referenced columns; empty for the primary key.
    pub referenced: Vec<Ident>,
    /// What happens to a row when the one that it refers to is deleted.
    pub on_delete: ReferentialAction,
    /// What happens to a row when the key that it refers to changes.
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

/// An option about how MySQL does a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct OnlineOption {
    /// `algorithm` or `lock`.
    pub name: &'static str,
    /// In upper case: `COPY`, `NONE`.
    pub value: String,
}

/// An index as a statement spells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexDef {
    /// Its name, if one was written.
    pub name: Option<Ident>,
    /// Whether it is no error that the name is taken.
    pub if_not_exists: bool,
    /// Whether writes go on while it is built (PostgreSQL).
    pub concurrently: bool,
    /// Whether no two rows may have the same keys.
    pub unique: bool,
    /// Whether partitions get none (`ON ONLY`).
    pub only: bool,
    /// `USING`, in lower case; MySQL's `fulltext` and `spatial` too.
    pub method: Option<String>,
    /// Columns and expressions, as written.
    pub columns: Vec<IndexColumn>,
    /// Columns that it carries and does not sort by.
    pub include: Vec<Ident>,
    /// Whether two rows with NULL there are one too many.
    pub nulls_not_distinct: bool,
    /// The rows that are in it; `None` for all.
    pub condition: Option<Expr>,
    /// MySQL's `ALGORITHM=` and `LOCK=`.
    pub online: Vec<OnlineOption>,
}

/// One element of an index or key.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexColumn {
    /// The column, or an expression; [`ExprKind::Column`](super::ExprKind) for a plain column.
    pub expr: Expr,
    /// The collation that texts are sorted by, if one was written.
    pub collation: Option<String>,
    /// Operator class, with its schema if written.
    pub opclass: Option<String>,
    /// Whether the highest value comes first.
    pub descending: bool,
    /// `NULLS FIRST` / `NULLS LAST`, if written.
    pub nulls_first: Option<bool>,
    /// How many characters of a text are in it (MySQL).
    pub length: Option<u32>,
}
