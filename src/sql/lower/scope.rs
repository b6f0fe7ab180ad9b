//! What names and untyped literals in a query stand for.

use crate::sql::change::{ColumnRef, DataType, Ident, LiteralTarget, ObjectName, OutputColumn};

/// What would give an untyped literal its type.
#[derive(Clone, Copy)]
pub(super) enum Want<'w> {
    Unknown,
    Cast(&'w DataType),
    Column(Option<&'w ObjectName>, &'w Ident),
    Position(&'w ObjectName, usize),
}

impl Want<'_> {
    pub(super) fn target(self) -> LiteralTarget {
        match self {
            Self::Unknown => LiteralTarget::Unknown,
            Self::Cast(data_type) => LiteralTarget::Cast(data_type.clone()),
            Self::Column(table, column) => LiteralTarget::Column(table.cloned(), column.clone()),
            Self::Position(table, index) => LiteralTarget::Position(table.clone(), index),
        }
    }
}

/// Something in a `FROM` list.
#[derive(Clone, Debug)]
pub(super) struct Visible {
    /// What columns are qualified with.
    pub(super) name: String,
    /// The table or view that it stands for; `None` for a subquery, a CTE or a function.
    pub(super) table: Option<ObjectName>,
    /// Whether an alias was written.
    pub(super) aliased: bool,
    /// What a subquery or CTE yields.
    pub(super) outputs: Vec<OutputColumn>,
}

impl Visible {
    /// A table under its own name.
    pub(super) fn table(table: &ObjectName) -> Self {
        Self {
            name: table.name.value.clone(),
            table: Some(table.clone()),
            aliased: false,
            outputs: Vec::new(),
        }
    }

    /// A table under another name.
    pub(super) fn alias(name: &str, table: &ObjectName) -> Self {
        Self {
            name: name.to_owned(),
            aliased: true,
            ..Self::table(table)
        }
    }
}

/// The relations of one `SELECT`, and the names of its output where `ORDER BY` may use them.
#[derive(Debug, Default)]
pub(super) struct SelectScope {
    pub(super) visible: Vec<Visible>,
    pub(super) output_names: Vec<String>,
    /// Columns that `USING` makes one of two.
    pub(super) merged: Vec<String>,
    /// Whether `NATURAL` does so with whatever has one name.
    pub(super) natural: bool,
}

/// What a column name stands for.
pub(super) enum ResolvedColumn {
    /// A column of a table, as far as the text says.
    Base(ColumnRef),
    /// A column of a subquery, a CTE or a function; the table column that it passes through, if
    /// any.
    Derived(Option<ColumnRef>),
    /// A whole row.
    Row,
}
