//! Queries, reduced to what they read and yield.

use super::tree::{NameTree, QueryTree};
use super::{DataType, Ident, LiteralUse, ObjectName};

/// A column, as qualified as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnRef {
    /// The relation, aliases resolved; `None` where the text does not say.
    pub relation: Option<ObjectName>,
    /// As written, without its table.
    pub column: Ident,
}

/// One column of a query's result.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputColumn {
    /// Its name, if it has one that can be known.
    pub name: Option<Ident>,
    /// The column it passes through unchanged.
    pub from: Option<ColumnRef>,
    /// What gives it its type.
    pub value: ValueType,
}

/// What gives a value its type, as far as the text says; the catalog knows the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ValueType {
    /// Nothing that we can see.
    #[default]
    Unknown,
    /// A string or `NULL`, which takes the type that its place asks for.
    Untyped,
    /// This type: a cast, a number, a comparison.
    Exactly(DataType),
    /// That of a column; for a star, those of its columns.
    Column(ColumnRef),
    /// That of the first of these that there is: a column of one of several relations.
    OneOf(Vec<ValueType>),
    /// What a function (lower case, with schema if one was written) or an operator makes of its
    /// arguments. `coalesce` stands for everything that gives one type to several values, `array`
    /// for its constructor, `[]` for an element.
    Call(String, Vec<ValueType>),
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
    /// Whether it may leave rows out: by a condition, a join, a limit, or because its `INSERT`
    /// passes over what does not fit.
    pub selective: bool,
    /// Whether it leaves every row out, whatever the tables hold.
    pub takes_no_row: bool,
    /// What it does to rows that exist, in common table expressions too.
    pub writes: Vec<RowWrite>,
    /// The query in canonical spelling; empty when nobody needs it.
    pub sql: String,
    /// Its names, in the scopes where they stand; for a statement about rows all of it.
    pub tree: NameTree<QueryTree>,
    /// For the body of a trigger: its statements.
    pub steps: Vec<NameTree<QueryTree>>,
}

/// What a statement does to rows that exist.
#[derive(Clone, Debug, PartialEq)]
pub struct RowWrite {
    /// The table whose rows they are.
    pub table: ObjectName,
    /// What becomes of them.
    pub effect: RowEffect,
}

/// What becomes of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowEffect {
    /// The column gets a value, or rows are removed by what they have in it.
    Settled(Ident),
    /// The column becomes `NULL`.
    Nulled(Ident),
    /// Some are removed; which ones, other tables decide.
    Thinned,
    /// All are removed.
    Emptied,
}
