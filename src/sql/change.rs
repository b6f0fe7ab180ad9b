//! [`Change`]: the one vocabulary of rules, replay, drift and suggested migrations.
//!
//! A change says what a statement asks for, not what a server makes of it: a catalog does that when
//! the change is applied. Names are folded as the dialect folds them, and every name and expression
//! knows its bytes in the migration.

mod alter;
mod block;
mod constraint;
mod demand;
mod expr;
mod fault;
mod kind;
mod publication;
mod query;
mod routine;
mod table;
pub(crate) mod tree;
mod types;

pub use alter::{AlterTable, ColumnPosition, TableAction};
pub use block::{Block, BlockItem, Condition, Handler};
pub use constraint::{
    ConstraintDef, ConstraintKind, Deferral, ForeignKeyDef, IndexColumn, IndexDef, OnlineOption,
    ReferentialAction,
};
pub use demand::{Demand, TablePart};
pub use expr::{Expr, ExprKind, LiteralTarget, LiteralUse};
pub use fault::{BodyFault, BodyFaultKind};
pub use kind::{ChangeKind, FunctionKind, PolicyCommand};
pub use publication::PublicationAction;
pub use query::{ColumnRef, OutputColumn, Query, RowEffect, RowWrite, ValueType};
pub use routine::{Parameter, ParameterMode, Signature};
pub use table::{
    ColumnDef, CreateTable, Generated, Identity, Like, PartitionBound, PartitionBy, Persistence,
    TableOption,
};
pub use types::{DataType, DomainAction, EnumPosition, FieldDef, TypeAction};

use crate::source::Span;

/// A name, folded as the dialect folds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ident {
    /// The name after folding, without quotes.
    pub value: String,
    /// Whether it was quoted.
    pub quoted: bool,
    /// How many bytes after `value` PostgreSQL leaves out of a long name.
    pub cut: u32,
    /// Where it stands; empty for a name nobody wrote.
    pub span: Span,
}

impl Ident {
    /// A name that nobody wrote.
    pub fn synthetic(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            ..Self::default()
        }
    }
}

/// A name with an optional schema (a database on MySQL, `main`/`temp` on SQLite).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ObjectName {
    /// The schema, if it was written.
    pub schema: Option<Ident>,
    /// The object's own name.
    pub name: Ident,
}

impl ObjectName {
    /// A name without a schema that nobody wrote.
    pub fn synthetic(name: impl Into<String>) -> Self {
        Self {
            schema: None,
            name: Ident::synthetic(name),
        }
    }

    /// First to last character.
    pub fn span(&self) -> Span {
        self.schema
            .as_ref()
            .map_or(self.name.span, |schema| schema.span.to(self.name.span))
    }
}

impl std::fmt::Display for ObjectName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{}.", schema.value)?;
        }
        f.write_str(&self.name.value)
    }
}

/// What `IF EXISTS` and `CASCADE` say of a drop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DropMode {
    /// Whether it is no error that the object is not there.
    pub if_exists: bool,
    /// Whether what depends on the object goes too.
    pub cascade: bool,
}

/// One thing that a statement asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The bytes that ask for it; the whole statement unless narrower is known.
    pub span: Span,
    /// What is asked for.
    pub kind: ChangeKind,
}
