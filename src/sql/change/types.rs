//! Data types and changes to them.

use super::{ConstraintDef, Expr, Ident};

/// A data type in the server's own spelling, in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DataType {
    /// The schema of a user's type, if it was written (or found by the catalog, when not in
    /// `public`).
    pub schema: Option<String>,
    /// Canonical name: `integer`, `character varying`, `timestamp without time zone`, `mood`; MySQL
    /// and SQLite: the declared word in lower case.
    pub name: String,
    /// `(10,2)` → `["10", "2"]`; a MySQL enum's labels, unquoted.
    pub args: Vec<String>,
    /// Words after the arguments: MySQL's `unsigned`, `zerofill`, `character set x`, `collate y`.
    pub modifiers: Vec<String>,
    /// Whether it is an array (PostgreSQL does not keep the number of dimensions).
    pub array: bool,
}

impl DataType {
    /// A type by its canonical name alone.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

/// Where a new enum label goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EnumPosition {
    /// After all that are there.
    #[default]
    Last,
    /// Right before another label.
    Before(Ident),
    /// Right after another label.
    After(Ident),
}

/// A field of a composite type, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDef {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub data_type: DataType,
}

/// `ALTER TYPE`, enum labels apart.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields carry the names of the SQL grammar")]
pub enum TypeAction {
    RenameTo(Ident),
    SetSchema(Ident),
    AddAttribute(Ident, DataType),
    DropAttribute { name: Ident, if_exists: bool },
    AlterAttribute(Ident, DataType),
    RenameAttribute(Ident, Ident),
}

/// What becomes of a domain.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields carry the names of the SQL grammar")]
pub enum DomainAction {
    SetDefault(Expr),
    DropDefault,
    SetNotNull,
    DropNotNull,
    AddConstraint {
        constraint: Box<ConstraintDef>,
        not_valid: bool,
    },
    DropConstraint {
        name: Ident,
        if_exists: bool,
    },
    RenameConstraint {
        from: Ident,
        to: Ident,
    },
    ValidateConstraint(Ident),
    RenameTo(Ident),
    SetSchema(Ident),
}
