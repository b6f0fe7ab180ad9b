//! Indexes and the columns of keys.

use sqlparser::ast::{self, Expr as E, FunctionArguments, IndexType, Value};

use super::expr::expr_in;
use super::walk::{argument, bare};
use super::{Cx, element, name};
use crate::sql::Dialect;
use crate::sql::change::{ChangeKind, IndexColumn, IndexDef, ObjectName, OnlineOption};

pub(super) fn create(create: &ast::CreateIndex, cx: &Cx) -> ChangeKind {
    let table = name::object_name(&create.table_name, cx);
    let scope = written(&table);
    let index = IndexDef {
        name: create.name.as_ref().map(|name| name::last(name, cx)),
        if_not_exists: create.if_not_exists,
        concurrently: create.concurrently,
        unique: create.unique,
        only: false,
        method: create.using.as_ref().map(method_name),
        columns: key_columns(&create.columns, scope, cx),
        include: element::idents(&create.include, cx),
        nulls_not_distinct: create.nulls_distinct == Some(false),
        condition: create
            .predicate
            .as_ref()
            .map(|expr| expr_in(expr, scope, cx)),
        online: create.alter_options.iter().filter_map(online).collect(),
    };
    ChangeKind::CreateIndex {
        table,
        index: Box::new(index),
    }
}

/// An option of MySQL's about how a statement is done: `ALGORITHM=COPY`, `LOCK=NONE`.
fn online(option: &ast::AlterTableOperation) -> Option<OnlineOption> {
    let (name, value) = match option {
        ast::AlterTableOperation::Algorithm { algorithm, .. } => {
            ("algorithm", algorithm.to_string())
        }
        ast::AlterTableOperation::Lock { lock, .. } => ("lock", lock.to_string()),
        _ => return None,
    };
    Some(OnlineOption {
        name,
        value: value.to_uppercase(),
    })
}

/// The name, unless nobody wrote it: recognisers wrap parts of statements in made-up ones.
pub(super) fn written(table: &ObjectName) -> Option<&ObjectName> {
    (!table.name.span.is_empty()).then_some(table)
}

pub(super) fn method_name(method: &IndexType) -> String {
    match method {
        // Dumps may quote every name.
        IndexType::Custom(name) => name.value.to_lowercase(),
        known => known.to_string().to_lowercase(),
    }
}

/// The columns of an index or key.
pub(super) fn key_columns(
    columns: &[ast::IndexColumn],
    table: Option<&ObjectName>,
    cx: &Cx,
) -> Vec<IndexColumn> {
    columns
        .iter()
        .map(|column| key_column(column, table, cx))
        .collect()
}

fn key_column(column: &ast::IndexColumn, table: Option<&ObjectName>, cx: &Cx) -> IndexColumn {
    let (expr, collation) = match &column.column.expr {
        E::Collate { expr, collation } => (&**expr, Some(name::last(collation, cx).value)),
        expr => (expr, None),
    };
    let (expr, length) = match prefix_length(expr, cx.dialect) {
        Some((column, length)) => (column, Some(length)),
        None => (expr.clone(), None),
    };
    IndexColumn {
        expr: expr_in(&expr, table, cx),
        collation,
        opclass: column
            .operator_class
            .as_ref()
            .map(|class| name::object_name(class, cx).to_string()),
        descending: matches!(column.column.options.sort, Some(ast::OrderBySort::Desc)),
        nulls_first: column.column.options.nulls_first,
        length,
    }
}

/// MySQL's `name(10)`, which reads like a call.
fn prefix_length(expr: &E, dialect: Dialect) -> Option<(E, u32)> {
    let E::Function(function) = expr else {
        return None;
    };
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    if !dialect.index_prefixes() {
        return None;
    }
    let ([only], [part]) = (list.args.as_slice(), function.name.0.as_slice()) else {
        return None;
    };
    let E::Value(value) = bare(argument(only)?) else {
        return None;
    };
    let Value::Number(length, _) = &value.value else {
        return None;
    };
    Some((
        E::Identifier(part.as_ident()?.clone()),
        length.parse().ok()?,
    ))
}
