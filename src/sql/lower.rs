//! sqlparser's AST to [`Change`]s.

use sqlparser::ast;
use sqlparser::tokenizer::{Location, Span as TokenSpan};

use super::change::{Change, ColumnDef, ConstraintDef, DataType, Expr, Ident, ObjectName, Query};
use super::{Dialect, Versions};
use crate::source::Span;

/// What lowering needs beside the AST.
///
/// Tokens reach the parser with the line 1 and the column "byte of the file, plus one" (see [`super::parse`]), so that a location of the AST is
/// a byte of the file without a look at the text; line 0 is "nowhere".
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cx<'a> {
    /// The whole file.
    pub(crate) text: &'a str,
    /// The statement.
    pub(crate) span: Span,
    /// Its dialect.
    pub(crate) dialect: Dialect,
    /// The server.
    pub(crate) versions: Versions,
}

impl<'a> Cx<'a> {
    /// The byte of the file at a location of the AST; the statement's first byte for "nowhere".
    pub(crate) fn offset(&self, location: Location) -> usize {
        if location.line == 0 {
            return self.span.start;
        }
        usize::try_from(location.column).map_or(self.span.start, |column| column.saturating_sub(1))
    }

    /// The bytes of a span of the AST; the whole statement for an empty one.
    pub(crate) fn span(&self, span: TokenSpan) -> Span {
        if span.start.line == 0 || span.end.line == 0 {
            return self.span;
        }
        Span::new(self.offset(span.start), self.offset(span.end))
    }

    /// The text of a span of the file.
    pub(crate) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// Every change that a statement asks for; none when this kind of statement is not known here.
pub(crate) fn statement(_statement: &ast::Statement, _cx: &Cx) -> Vec<Change> {
    Vec::new()
}

/// An expression.
pub(crate) fn expr(_expr: &ast::Expr, _cx: &Cx) -> Expr {
    Expr::default()
}

/// A query.
pub(crate) fn query(_query: &ast::Query, _cx: &Cx) -> Query {
    Query::default()
}

/// A type in canonical spelling.
pub(crate) fn data_type(_data_type: &ast::DataType, _cx: &Cx) -> DataType {
    DataType::default()
}

/// A column definition.
pub(crate) fn column(_column: &ast::ColumnDef, _cx: &Cx) -> ColumnDef {
    ColumnDef::default()
}

/// A table constraint; `None` for what is an index on MySQL.
pub(crate) fn constraint(_constraint: &ast::TableConstraint, _cx: &Cx) -> Option<ConstraintDef> {
    None
}

/// A name, folded as the dialect folds it.
pub(crate) fn ident(_ident: &ast::Ident, _cx: &Cx) -> Ident {
    Ident::default()
}

/// A name with an optional schema.
pub(crate) fn object_name(_name: &ast::ObjectName, _cx: &Cx) -> ObjectName {
    ObjectName::default()
}
