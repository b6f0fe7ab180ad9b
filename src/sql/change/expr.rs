//! Expressions, reduced to what rules ask about them.

use super::tree::{NameTree, Term};
use super::{DataType, Ident, ObjectName, Query};
use crate::source::Span;

/// An expression: canonical text, and the facts that rules and the catalog need.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expr {
    /// The bytes of the expression; empty where nobody wrote it.
    pub span: Span,
    /// The expression in the spelling a server would print, as far as that is known without types;
    /// see [`crate::sql`].
    pub sql: String,
    /// Its shape, parentheses and casts looked through.
    pub kind: ExprKind,
    /// Columns it mentions, in order, without duplicates.
    pub columns: Vec<Ident>,
    /// Functions it calls, lower case, with schema if one was written.
    pub functions: Vec<String>,
    /// Types it casts to.
    pub casts: Vec<DataType>,
    /// String literals and what gives them their type.
    pub literals: Vec<LiteralUse>,
    /// For `a IS NOT NULL`, and `AND`s that hold it: the columns proved not null by a valid check
    /// with this expression.
    pub proves_not_null: Vec<Ident>,
    /// What it is for every row, where no row decides that: `1 = 1`.
    pub truth: Option<bool>,
    /// Whether it chooses among values: a `CASE` stands in it.
    pub chooses: bool,
    /// Its names, in the scopes where they stand.
    pub tree: NameTree<Term>,
    /// For the body of a function in SQL that only reads and writes rows: its statements.
    pub queries: Vec<Query>,
}

/// The shape of an expression.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ExprKind {
    /// `NULL`, also with a cast.
    Null,
    /// A string literal, also with a cast: its value.
    String(String),
    /// A number, with its sign.
    Number(String),
    /// A truth value, as SQL writes it.
    Boolean(bool),
    /// A column and nothing else, whatever qualifies it.
    Column(Ident),
    /// One function call or niladic keyword (`now`, `current_timestamp`, `nextval`), lower case.
    Function(String),
    /// A shape that nobody asks about.
    #[default]
    Other,
}

/// A string literal in an expression or query.
#[derive(Clone, Debug, PartialEq)]
pub struct LiteralUse {
    /// Its value, quotes taken off.
    pub value: String,
    /// The bytes of the literal, with its quotes.
    pub span: Span,
    /// What gives it its type.
    pub target: LiteralTarget,
}

/// What resolves an untyped string literal.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralTarget {
    /// `'d'::mood`, `CAST('d' AS mood)`, `mood 'd'`. A cast to an array of the type counts for its
    /// elements.
    Cast(DataType),
    /// Compared with, assigned to, or the default of a column: `m = 'd'`, `m IN ('d')`, `SET m =
    /// 'd'`. The relation is the table, when the qualifier or the statement names one.
    Column(Option<ObjectName>, Ident),
    /// The n-th value (from 0) of an `INSERT` into this table, whose column list is empty.
    Position(ObjectName, usize),
    /// Nothing that we can see.
    Unknown,
}
