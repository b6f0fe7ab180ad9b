//! Expressions and queries as trees of names, which a server resolves before it runs anything.
//!
//! [`Expr`](super::Expr) and [`Query`](super::Query) say what rules ask about. A tree keeps what is
//! needed to find every name in the scope where it stands: which tables are visible there, under
//! which names, and what encloses what.

mod casts;
mod window;

pub(crate) use window::{
    CallClauses, FrameBound, FrameUnits, NamedWindow, NamedWindows, WindowFrameTree, WindowTree,
};

use std::sync::Arc;

use super::{DataType, Ident, ObjectName};
use crate::source::Span;

/// A tree beside the text that it was read from. It says nothing that the text does not say, so two
/// of them never differ.
pub struct NameTree<T>(Option<Arc<T>>);

impl<T> Clone for NameTree<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> NameTree<T> {
    /// The tree of a text.
    pub(crate) fn of(tree: T) -> Self {
        Self(Some(Arc::new(tree)))
    }

    /// The tree, where one was made.
    pub(crate) fn get(&self) -> Option<&Arc<T>> {
        self.0.as_ref()
    }
}

impl Term {
    /// From its first to its last name or string, where it has any.
    pub fn span(&self) -> Option<Span> {
        let over = |terms: &[Self]| terms.iter().filter_map(Self::span).reduce(Span::to);
        match self {
            Self::Opaque
            | Self::Null
            | Self::Default
            | Self::Number(_)
            | Self::Boolean
            | Self::Word(_)
            | Self::Query(_) => None,
            Self::Text(_, span) => Some(*span),
            Self::NameOrText(word) => Some(word.span),
            Self::Name(parts) => {
                let spans = parts.iter().map(|part| part.span);
                spans.filter(|span| !span.is_empty()).reduce(Span::to)
            }
            Self::Cast { value, .. } => value.span(),
            Self::Call(call) => {
                let own = Some(call.name.span()).filter(|span| !span.is_empty());
                own.into_iter().chain(over(&call.args)).reduce(Span::to)
            }
            Self::Held { value, against } => {
                let others = against.iter().filter_map(|(_, term)| term.span());
                value.span().into_iter().chain(others).reduce(Span::to)
            }
            Self::Operator { args: terms, .. }
            | Self::Each { args: terms, .. }
            | Self::Truth(terms)
            | Self::And(terms)
            | Self::Logic(terms)
            | Self::Array(terms)
            | Self::Typed(_, terms)
            | Self::Row(terms)
            | Self::Parts(terms)
            | Self::OneOf { values: terms, .. } => over(terms),
            Self::Columns { value, .. } => value.span(),
        }
    }
}

impl Term {
    /// The terms that it is made of, in order; none for a query, whose terms are its own.
    pub fn parts(&self) -> impl Iterator<Item = &Self> {
        let none: &[Self] = &[];
        let (first, held, last) = match self {
            Self::Opaque
            | Self::Null
            | Self::Default
            | Self::Text(..)
            | Self::Number(_)
            | Self::Boolean
            | Self::Word(_)
            | Self::Name(_)
            | Self::NameOrText(_)
            | Self::Query(_) => (none, None, none),
            Self::Cast { value, .. } | Self::Columns { value, .. } => {
                (std::slice::from_ref(&**value), None, none)
            }
            Self::Call(call) => (&*call.args, None, &*call.rest),
            Self::Held { value, against } => (std::slice::from_ref(&**value), Some(against), none),
            Self::OneOf { values, others, .. } => (&**values, None, &**others),
            Self::Operator { args: terms, .. }
            | Self::Each { args: terms, .. }
            | Self::Truth(terms)
            | Self::And(terms)
            | Self::Logic(terms)
            | Self::Array(terms)
            | Self::Typed(_, terms)
            | Self::Row(terms)
            | Self::Parts(terms) => (&**terms, None, none),
        };
        let held = held.into_iter().flatten().map(|(_, term)| term);
        first.iter().chain(held).chain(last)
    }

    /// Whether a column is named, outside of queries.
    pub fn names_something(&self) -> bool {
        matches!(self, Self::Name(_) | Self::NameOrText(_))
            || self.parts().any(Self::names_something)
    }
}

impl<T> Default for NameTree<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> PartialEq for NameTree<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> std::fmt::Debug for NameTree<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NameTree")
    }
}

/// The names in an expression, in the shape in which a server looks them up.
#[derive(Debug, Default)]
pub enum Term {
    /// Something without names, or whose names are not looked for.
    #[default]
    Opaque,
    /// NULL, which fits every type.
    Null,
    /// `DEFAULT`, in the place of a value.
    Default,
    /// A string literal without a type of its own.
    Text(String, Span),
    /// As written, since it may not fit any type.
    Number(String),
    /// A truth value, as SQL writes it.
    Boolean,
    /// A value of the server's own that looks like a name, in lower case: `current_date`.
    Word(String),
    /// `a`, `t.a` or `s.t.a`.
    Name(Vec<Ident>),
    /// `"a"` where a name that means nothing is a string (SQLite).
    NameOrText(Ident),
    /// A cast, or a literal with its type before it.
    Cast {
        /// The value before it is cast.
        value: Box<Term>,
        /// The type that it is cast to.
        to: DataType,
    },
    /// A function with its arguments, aggregates and windows among them.
    Call(Box<CallTree>),
    /// An operator between two values, or before one.
    Operator {
        /// The operator as it is written: `||`, `->>`.
        op: String,
        /// One value after it, or one on either side.
        args: Vec<Term>,
    },
    /// True or false, whatever its parts are.
    Truth(Vec<Term>),
    /// `a = ANY (b)`, `a = ALL (b)`: a value compared with each of an array or of a query.
    Each {
        /// The operator between the value and an element.
        op: String,
        /// The value, and what it is compared with.
        args: Vec<Term>,
    },
    /// `AND`: each part is true or false too.
    And(Vec<Term>),
    /// `OR`, `NOT`: likewise.
    Logic(Vec<Term>),
    /// A value held against others, by an operator each: `IN`, `BETWEEN`, `LIKE`.
    Held {
        /// The value that stands before the word.
        value: Box<Term>,
        /// The values after it, each with the operator that compares the two.
        against: Vec<(&'static str, Term)>,
    },
    /// One of several values, to which the server gives one type: `CASE`, `COALESCE`.
    OneOf {
        /// How it is written.
        word: &'static str,
        /// Those that may be yielded, which have to fit each other.
        values: Vec<Term>,
        /// What decides among them: true or false.
        others: Vec<Term>,
    },
    /// `ARRAY[…]`, whose elements have to fit each other.
    Array(Vec<Term>),
    /// A query in the place of a value.
    Query(Box<QueryTree>),
    /// Something of a certain type.
    Typed(DataType, Vec<Term>),
    /// `(a, b)`: several values in the place of one.
    Row(Vec<Term>),
    /// What gives values to several columns at once: `(a, b) = (SELECT …)`.
    Columns {
        /// How many columns.
        count: usize,
        /// A query or a row of as many.
        value: Box<Term>,
    },
    /// Anything else, by its parts.
    Parts(Vec<Term>),
}

/// A function, and what it is called with.
#[derive(Debug)]
pub struct CallTree {
    /// The function's name, with its schema if one was written.
    pub name: ObjectName,
    /// Its arguments in order.
    pub args: Vec<Term>,
    /// Whether `args` are all, and each is a plain value: no names, no star, no `VARIADIC`.
    pub plain: bool,
    /// The terms of `ORDER BY`, `FILTER`, `OVER`.
    pub rest: Vec<Term>,
    /// Which of those is what.
    pub clauses: CallClauses,
    /// Whether it runs over a window: `OVER`.
    pub over: bool,
}

/// A query with what stands before and after its body.
#[derive(Debug, Default)]
pub struct QueryTree {
    /// Its common table expressions (`WITH`), each of which sees those before it.
    pub ctes: Vec<Cte>,
    /// Whether each of those sees itself and those after it.
    pub recursive: bool,
    /// `SELECT`, `VALUES`, `UNION` …
    pub body: QueryBody,
    /// What it is sorted by; outputs are seen there.
    pub order: Vec<Term>,
    /// `LIMIT`, `OFFSET`: names of the query mean nothing there.
    pub limits: Vec<Term>,
}

impl QueryTree {
    /// Whether it is `SELECT value` and nothing else.
    pub(crate) fn is_one_value(&self) -> bool {
        let QueryBody::Select(select) = &self.body else {
            return false;
        };
        self.ctes.is_empty()
            && self.order.is_empty()
            && self.limits.is_empty()
            && select.from.is_empty()
            && select.condition.is_none()
            && select.group.is_empty()
            && select.having.is_none()
            && matches!(select.items.as_slice(), [Item::Value(..)])
    }
}

/// A common table expression.
#[derive(Debug)]
pub struct Cte {
    /// The name under which the query sees it.
    pub name: Ident,
    /// Names of its columns, as many as were written.
    pub columns: Vec<Ident>,
    /// The query that yields its rows.
    pub query: QueryTree,
}

/// The part of a query that yields rows, without `WITH` and `ORDER BY`.
#[derive(Debug, Default)]
pub enum QueryBody {
    /// Something whose columns nobody can know.
    #[default]
    Opaque,
    /// One `SELECT`, with a scope of its own.
    Select(Box<SelectTree>),
    /// A query in parentheses.
    Query(Box<QueryTree>),
    /// `UNION`, `INTERSECT` or `EXCEPT`: columns of the first name the result.
    Union {
        /// `UNION`, `INTERSECT` or `EXCEPT`.
        word: &'static str,
        /// Whether rows may come more than once.
        all: bool,
        /// The query before the word, which names the columns.
        left: Box<QueryBody>,
        /// The query after the word, with as many columns.
        right: Box<QueryBody>,
    },
    /// `VALUES`: rows; of many only the first.
    Values(Vec<Vec<Term>>),
    /// A statement about rows, with what it returns.
    Rows(Box<RowsTree>),
}

/// A `SELECT` by its clauses.
#[derive(Debug, Default)]
pub struct SelectTree {
    /// What its names are looked up in (`FROM`), in order.
    pub from: Vec<FromItem>,
    /// The columns that it yields.
    pub items: Vec<Item>,
    /// The condition that rows meet (`WHERE`).
    pub condition: Option<Term>,
    /// What rows are grouped by, in one list; some servers see outputs there.
    pub group: Vec<Term>,
    /// Whether that is all of what they are grouped by.
    pub plain_group: bool,
    /// Whether there are sets of groups (`ROLLUP`), in which a column may be left out.
    pub group_sets: bool,
    /// The condition that groups meet (`HAVING`).
    pub having: Option<Term>,
    /// The terms of its named windows.
    pub windows: Vec<Term>,
    /// Those windows themselves.
    pub named_windows: NamedWindows,
    /// Whether no row comes twice: `DISTINCT`.
    pub differs: bool,
    /// `DISTINCT ON`, which sees what `ORDER BY` sees.
    pub distinct: Vec<Term>,
}

/// One thing that a `SELECT` or `RETURNING` yields.
#[derive(Debug)]
pub enum Item {
    /// Every column, or every one of a relation.
    All(Option<ObjectName>),
    /// A value, under a name where it has one.
    Value(Option<Ident>, Term),
}

/// What names are looked up in: a relation, a query, a function, or two of them.
#[derive(Debug)]
pub enum FromItem {
    /// A table, view or common table expression.
    Relation {
        /// The relation, or a common table expression of that name.
        name: ObjectName,
        /// What it is called in the query, which hides its own name.
        alias: Option<Alias>,
    },
    /// A query in parentheses.
    Query {
        /// The query in the parentheses.
        query: QueryTree,
        /// What it is called in the query around it.
        alias: Option<Alias>,
        /// Whether it sees what stands before it.
        lateral: bool,
    },
    /// A function that yields rows, or anything else whose columns nobody can know.
    Function {
        /// What it is called with, which may name what stands before it.
        args: Vec<Term>,
        /// What it is called in the query, if that was written.
        name: Option<Ident>,
    },
    /// Two of them, and what makes rows of theirs belong together.
    Join {
        /// The item before `JOIN` or the comma.
        left: Box<FromItem>,
        /// The item after it.
        right: Box<FromItem>,
        /// By which they are joined.
        on: JoinOn,
    },
}

/// By what two relations are joined.
#[derive(Debug)]
pub enum JoinOn {
    /// Every row with every row: `CROSS JOIN`, a comma.
    Nothing,
    /// `ON`, which sees both sides.
    Condition(Term),
    /// Columns that both have.
    Using(Vec<Ident>),
    /// Every column that both have.
    Natural,
}

/// Another name, and names for the columns.
#[derive(Debug)]
pub struct Alias {
    /// What the relation is called instead.
    pub name: Ident,
    /// The columns' names, as many as were written.
    pub columns: Vec<Ident>,
}

/// A statement about rows.
#[derive(Debug)]
pub enum RowsTree {
    /// Rows are added.
    Insert(Box<InsertTree>),
    /// Rows that are there change or go: `UPDATE`, `DELETE`, `MERGE`.
    Change(Box<ChangeTree>),
}

/// An `INSERT` by its clauses.
#[derive(Debug)]
pub struct InsertTree {
    /// Where the rows go.
    pub table: ObjectName,
    /// What the table is called in the statement.
    pub alias: Option<Ident>,
    /// The columns, if a list was written.
    pub columns: Vec<Ident>,
    /// The rows; `None` for `DEFAULT VALUES` and MySQL's `SET`.
    pub source: Option<QueryTree>,
    /// MySQL's `SET a = 1`.
    pub values: Vec<Term>,
    /// `ON CONFLICT`, or MySQL's `ON DUPLICATE KEY UPDATE`.
    pub conflict: Option<OnConflict>,
    /// What it yields of the rows that it put in.
    pub returning: Vec<Item>,
    /// Whether a value may be given that the server would make itself: `OVERRIDING`.
    pub overrides: bool,
    /// Whether rows that do not fit are left out, or take the place of others: `IGNORE`, `REPLACE`.
    pub passes_over: bool,
}

/// What happens to a row that is there already.
#[derive(Debug)]
pub struct OnConflict {
    /// By what that is seen.
    pub target: ConflictTarget,
    /// What is assigned: the columns, and each value.
    pub assignments: Vec<(Ident, Term)>,
    /// The rows to which that is done.
    pub condition: Option<Term>,
    /// Whether something is done.
    pub updates: bool,
}

/// By what a row that is there already is seen.
#[derive(Debug)]
pub enum ConflictTarget {
    /// Any unique key that the row would break.
    Any,
    /// The key of these columns.
    Columns(Vec<Ident>),
    /// `ON CONSTRAINT`, by name.
    Constraint(Ident),
    /// Something that is not looked at.
    Opaque,
}

/// `UPDATE`, `DELETE` or `MERGE`.
#[derive(Debug)]
pub struct ChangeTree {
    /// `WITH` before it belongs to the query around it; this is what it changes.
    pub target: FromItem,
    /// `FROM`, `USING`, the source of `MERGE`.
    pub from: Vec<FromItem>,
    /// What is assigned to which column, with the qualifier before it.
    pub assignments: Vec<Assignment>,
    /// What rows have to meet, in `WHERE`, `ON` and `WHEN`.
    pub conditions: Vec<Term>,
    /// Other values: `ORDER BY`.
    pub terms: Vec<Term>,
    /// What it yields of the rows that it changed.
    pub returning: Vec<Item>,
    /// Whether it is a `DELETE` that names, in MySQL's way, the tables to delete from.
    pub named: Vec<ObjectName>,
}

/// A value for a column.
#[derive(Debug)]
pub struct Assignment {
    /// The column, and in MySQL its table before it.
    pub column: Vec<Ident>,
    /// What is written there, which may see the old row.
    pub value: Term,
    /// Whether it goes into a new row, so that there is no old one.
    pub of_new: bool,
}
