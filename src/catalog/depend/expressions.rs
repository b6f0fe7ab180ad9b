//! What an expression, a table or an index speaks of.

use super::{Droppable, Strength};
use crate::catalog::rewrite::is_type;
use crate::catalog::{Column, Index, Key, QName, Table};
use crate::sql::change::{Expr, ExprKind};

/// Whether an expression takes a value from some sequence.
pub(crate) fn calls_nextval(expr: &Expr) -> bool {
    expr.functions
        .iter()
        .any(|function| function == "nextval" || function == "pg_catalog.nextval")
}

/// Whether a table is a partition of another, or inherits from it.
pub(super) fn is_child(table: &Table, parent: &QName) -> bool {
    table
        .partition_of
        .as_ref()
        .is_some_and(|partition| partition.parent == *parent)
        || table.inherits.contains(parent)
}

/// Whether a table names another: in a foreign key, as whose partition it is, or to inherit from
/// it.
pub(crate) fn refers_to(table: &Table, other: &QName) -> bool {
    is_child(table, other) || table.has_key_to(other)
}

/// Whether an expression uses a column.
pub(crate) fn mentions(expr: &Expr, column: &str) -> bool {
    expr.columns.iter().any(|name| name.value == column)
}

/// Whether an index uses a column anywhere.
pub(crate) fn index_mentions(index: &Index, column: &str) -> bool {
    index
        .keys
        .iter()
        .any(|key| key.column.as_deref() == Some(column) || mentions(&key.expr, column))
        || index.include.iter().any(|name| name == column)
        || index
            .condition
            .as_ref()
            .is_some_and(|condition| mentions(condition, column))
}

/// A unique index as the key that a foreign key may rest on.
pub(crate) fn as_key(index: &Index) -> Option<Key> {
    if !index.unique || index.condition.is_some() {
        return None;
    }
    let columns = index
        .keys
        .iter()
        .map(|key| key.column.clone())
        .collect::<Option<Vec<_>>>()?;
    Some(Key {
        name: index.name.clone(),
        columns,
        origin: index.origin,
        ..Key::default()
    })
}

pub(super) fn casts_to(expr: &Expr, name: &QName) -> bool {
    expr.casts.iter().any(|cast| is_type(cast, name))
}

pub(super) fn default_uses_type(column: &Column, name: &QName) -> bool {
    column.default.as_ref().is_some_and(|default| {
        default
            .literal_type
            .as_ref()
            .is_some_and(|literal| is_type(literal, name))
            || (default.expr.kind != ExprKind::Null && casts_to(&default.expr, name))
    })
}

/// The checks and indexes of a table that have an expression of this kind.
pub(super) fn on_expressions(
    table_name: &QName,
    table: &Table,
    is_wanted: &dyn Fn(&Expr) -> bool,
    found: &mut Vec<(Droppable, Strength)>,
) {
    for check in table.checks.iter().filter(|check| is_wanted(&check.expr)) {
        let check = Droppable::Constraint(table_name.clone(), check.name.clone());
        found.push((check, Strength::Normal));
    }
    for index in &table.indexes {
        let mut expressions = index
            .keys
            .iter()
            .map(|key| &key.expr)
            .chain(&index.condition);
        if expressions.any(is_wanted) {
            let index = Droppable::Index(table_name.clone(), index.name.clone());
            found.push((index, Strength::Normal));
        }
    }
}
