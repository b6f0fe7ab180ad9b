//! sqlparser's AST to [`Change`]s.

use sqlparser::ast::{self, Statement};
use sqlparser::tokenizer::{Location, Span as TokenSpan};

use super::change::{Change, ChangeKind, DataType, DropMode};
use super::{Dialect, Versions};
use crate::source::Span;

mod alter;
pub(crate) mod children;
mod drops;
mod element;
mod elements;
pub(crate) mod expr;
mod index;
mod literal;
pub(crate) mod name;
mod object;
mod query;
mod resolve;
mod routine;
mod rows;
pub(crate) mod scan;
mod scope;
mod session;
mod table;
mod tree;
mod truth;
pub(crate) mod walk;
mod writes;
mod yields;

pub(crate) use expr::expr;
pub(crate) use name::ident;
pub(crate) use query::query;
pub(crate) use routine::{fault_of, with_literals};

/// What lowering needs beside the AST.
///
/// Tokens reach the parser with the line 1 and the column "byte of the file, plus one" (see
/// [`super::parse`]), so that a location of the AST is a byte of the file without a look at the
/// text; line 0 is "nowhere".
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cx<'a> {
    /// The whole file: spans are bytes of it.
    pub(crate) text: &'a str,
    /// The bytes of the statement.
    pub(crate) span: Span,
    pub(crate) dialect: Dialect,
    /// The release of the server, where that decides what a text means.
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
pub(crate) fn statement(statement: &Statement, cx: &Cx) -> Vec<Change> {
    let kind = match statement {
        Statement::CreateTable(create) => Some(table::create(create, cx)),
        Statement::CreateVirtualTable {
            name,
            if_not_exists,
            module_name,
            ..
        } => Some(table::create_virtual(name, *if_not_exists, module_name, cx)),
        Statement::AlterTable(alter) => Some(alter::table(alter, cx)),
        Statement::CreateIndex(create) => Some(index::create(create, cx)),
        Statement::Insert(insert) => rows::insert(insert, cx),
        Statement::Update(update) => rows::update(update, cx),
        Statement::Delete(delete) => rows::delete(delete, cx),
        Statement::RenameTable(renames) => return rows::rename_tables(renames, cx),
        Statement::Drop { .. }
        | Statement::DropFunction(_)
        | Statement::DropProcedure { .. }
        | Statement::DropDomain(_)
        | Statement::DropExtension(_)
        | Statement::DropTrigger(_)
        | Statement::DropPolicy(_) => drops::lower(statement, cx),
        Statement::CreateFunction(_)
        | Statement::AlterFunction(_)
        | Statement::CreateProcedure { .. }
        | Statement::CreateTrigger(_) => routine::lower(statement, cx),
        Statement::Set(set) => return session::set(set, cx),
        _ => None,
    };
    let kind = kind
        .or_else(|| object::lower(statement, cx))
        .or_else(|| session::lower(statement, cx))
        .or_else(|| rows::lower(statement, cx))
        .unwrap_or_else(|| ChangeKind::Inert(leading_words(cx)));
    vec![Change {
        span: cx.span,
        kind,
    }]
}

/// The keywords that a statement starts with, in upper case.
fn leading_words(cx: &Cx) -> String {
    let tokens = scan::Scan::new(cx.slice(cx.span), 0, cx.dialect);
    let words = tokens
        .take_while(|token| token.kind == scan::ScanKind::Word)
        .take(2);
    words
        .map(|token| token.text.to_ascii_uppercase())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A type in canonical spelling.
pub(crate) fn data_type(data_type: &ast::DataType, cx: &Cx) -> DataType {
    let text = data_type.to_string();
    DataType::parse(&text, cx.dialect).unwrap_or_else(|| DataType::named(text))
}

fn drop_mode(if_exists: bool, behavior: Option<&ast::DropBehavior>) -> DropMode {
    DropMode {
        if_exists,
        cascade: matches!(behavior, Some(ast::DropBehavior::Cascade)),
    }
}

#[cfg(test)]
mod tests;
