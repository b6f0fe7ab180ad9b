//! Queries, reduced to what they read and yield.

use super::{DataType, Ident, LiteralUse, ObjectName};

/// A column, as qualified as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnRef {
    /// The relation, aliases resolved; `None` where the text does not say.
    pub relation: Option<ObjectName>,
    /// The column.
    pub column: Ident,
}

/// One column of a query's result.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputColumn {
    /// Its name, if it has one that can be told.
    pub name: Option<Ident>,
    /// The column it passes through unchanged.
    pub from: Option<ColumnRef>,
    /// Its type, where a cast says it.
    pub data_type: Option<DataType>,
}

/// What a query reads, calls and yields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Tables and views it reads (not its own CTEs), in order, without duplicates.
    pub relations: Vec<ObjectName>,
    /// Columns it mentions anywhere.
    pub columns: Vec<ColumnRef>,
    /// Relations of which it takes every column: `*` and `t.*`.
    pub stars: Vec<ObjectName>,
    /// What it yields, in order; a star is a column without a name whose `from` has the column `*`.
    pub output: Vec<OutputColumn>,
    /// Functions it calls, lower case.
    pub functions: Vec<String>,
    /// Types it casts to.
    pub casts: Vec<DataType>,
    /// String literals and what gives them their type.
    pub literals: Vec<LiteralUse>,
    /// The query in canonical spelling; empty when nobody needs it.
    pub sql: String,
}
