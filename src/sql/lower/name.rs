//! Names: folded as the dialect folds them, cut as the server cuts them.

use sqlparser::ast::{self, ObjectNamePart};

use super::Cx;
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::change::{Ident, ObjectName};
use crate::sql::limit;

/// A name, folded as the dialect folds it.
pub(crate) fn ident(ident: &ast::Ident, cx: &Cx) -> Ident {
    let quoted = ident.quote_style.is_some();
    let empty = ident.span.start.line == 0;
    let span = if empty {
        Span::default()
    } else {
        cx.span(ident.span)
    };
    kept(&ident.value, quoted, cx.dialect, span)
}

/// A name as the server keeps it.
pub(crate) fn kept(written: &str, quoted: bool, dialect: Dialect, span: Span) -> Ident {
    let value = fold(written, quoted, dialect);
    let cut = u32::try_from(written.len() - value.len()).unwrap_or(u32::MAX);
    Ident {
        value,
        quoted,
        cut,
        span,
    }
}

/// The name a server keeps for a written one.
pub(crate) fn fold(value: &str, quoted: bool, dialect: Dialect) -> String {
    if !dialect.folds_case() {
        return value.to_owned();
    }
    let value = limit::kept(value, dialect);
    if quoted {
        value.to_owned()
    } else {
        value.to_ascii_lowercase()
    }
}

/// A label or other string that sqlparser gives as a name: never folded.
pub(crate) fn label(ident: &ast::Ident, cx: &Cx) -> Ident {
    Ident {
        quoted: true,
        span: cx.span(ident.span),
        ..Ident::synthetic(ident.value.clone())
    }
}

/// A name with an optional schema. Of `catalog.schema.name` the first part is left out.
pub(crate) fn object_name(name: &ast::ObjectName, cx: &Cx) -> ObjectName {
    let mut parts = name.0.iter().rev().map(|part| match part {
        ObjectNamePart::Identifier(part) => ident(part, cx),
        ObjectNamePart::Function(part) => ident(&part.name, cx),
    });
    ObjectName {
        name: parts.next().unwrap_or_default(),
        schema: None,
    }
    .in_schema(parts.next())
}

/// The last part of a name alone.
pub(crate) fn last(name: &ast::ObjectName, cx: &Cx) -> Ident {
    object_name(name, cx).name
}

/// The column that a statement gives a value to. Where types are objects, `a.b` is a part of the
/// column `a`; elsewhere it is the column `b` of a table.
pub(crate) fn assigned(name: &ast::ObjectName, cx: &Cx) -> Ident {
    let first = name.0.first().and_then(|part| part.as_ident());
    match first.filter(|_| cx.dialect.types_are_objects()) {
        Some(first) => ident(first, cx),
        None => last(name, cx),
    }
}

/// A lower-case `schema.name` for functions.
pub(crate) fn function_name(name: &ast::ObjectName, cx: &Cx) -> String {
    let name = object_name(name, cx);
    match name.schema {
        Some(schema) if schema.value != "pg_catalog" => {
            format!("{}.{}", schema.value, name.name.value).to_lowercase()
        }
        _ => name.name.value.to_lowercase(),
    }
}

impl ObjectName {
    fn in_schema(self, schema: Option<Ident>) -> Self {
        Self { schema, ..self }
    }
}
