//! An index that does nothing that another of the table does not do.

mod in_table;

use super::{Check, Context};
use crate::catalog::{Index, IndexKey, Key, Table};
use crate::context::MadeIndex;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, ExprKind, IndexColumn, IndexDef, TableAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        if let ChangeKind::CreateTable(create) = &reached.change.kind {
            in_table::check(create, statement, context);
        }
    }
    for made in crate::context::made_indexes(statement) {
        let Some(table) = context.table(made.table) else {
            continue;
        };
        let Some((name, origin)) = other(&made, table, context) else {
            continue;
        };
        let shown = if name.is_empty() {
            "a key of the table".to_owned()
        } else {
            format!("`{name}`")
        };
        context
            .report(
                made.span,
                format!("indexes what {shown} indexes in the same way: every write pays for both"),
            )
            .label_site(origin.made, "the other one was made here")
            .help("leave one of them out");
    }
}

fn other<'t>(
    made: &MadeIndex,
    table: &'t Table,
    context: &Context,
) -> Option<(&'t str, crate::catalog::Origin)> {
    let index = made.index;
    let itself = |name: &str| {
        index
            .name
            .as_ref()
            .is_some_and(|written| context.same(&written.value, name))
    };
    // `IF NOT EXISTS` makes nothing.
    if index.if_not_exists && table.indexes.iter().any(|other| itself(&other.name)) {
        return None;
    }
    let by_index = table.indexes.iter().find(|other| {
        !itself(&other.name)
            && !other.implicit
            && other.valid
            && does_as_much(other, index, context)
            && !is_dropped(&other.name, table, context)
    });
    by_index
        .map(|other| (other.name.as_str(), other.origin))
        .or_else(|| {
            table
                .keys()
                .find(|key| {
                    !itself(&key.name)
                        && key_does_as_much(key, index, context)
                        && !is_dropped(&key.name, table, context)
                })
                .map(|key| (key.name.as_str(), key.origin))
        })
}

/// Whether an index serves every query and rule that the new one would.
fn does_as_much(other: &Index, index: &IndexDef, context: &Context) -> bool {
    let conditions = match (&other.condition, &index.condition) {
        (None, None) => true,
        (Some(one), Some(two)) => one.sql == two.sql,
        _ => false,
    };
    let method = index.method.as_deref().unwrap_or("btree");
    let other_method = if other.method.is_empty() {
        "btree"
    } else {
        &other.method
    };
    conditions
        && (other.unique || !index.unique)
        && method.eq_ignore_ascii_case(other_method)
        && other.nulls_not_distinct == index.nulls_not_distinct
        && other.include.len() == index.include.len()
        && other
            .include
            .iter()
            .zip(&index.include)
            .all(|(one, two)| context.same(one, &two.value))
        && other.keys.len() == index.columns.len()
        && other
            .keys
            .iter()
            .zip(&index.columns)
            .all(|(key, column)| is_same_element(key, column, context))
}

fn is_same_element(key: &IndexKey, column: &IndexColumn, context: &Context) -> bool {
    let what = match (&key.column, &column.expr.kind) {
        (Some(one), ExprKind::Column(two)) => context.same(one, &two.value),
        (None, ExprKind::Column(_)) | (Some(_), _) => false,
        (None, _) => key.expr.sql == column.expr.sql,
    };
    let nulls = !context.dialect().nulls_sort_high()
        || key.nulls_first == column.nulls_first.unwrap_or(column.descending);
    what && nulls
        && key.descending == column.descending
        && key.opclass == column.opclass
        && key.collation == column.collation
        && key.length == column.length
}

/// Whether a key's own index serves as much: plain columns, ascending.
fn key_does_as_much(key: &Key, index: &IndexDef, context: &Context) -> bool {
    let btree = index
        .method
        .as_deref()
        .is_none_or(|method| method.eq_ignore_ascii_case("btree"));
    btree
        && index.condition.is_none()
        && index.include.is_empty()
        && !index.unique
        && key.columns.len() == index.columns.len()
        && key.columns.iter().zip(&index.columns).all(|(one, column)| {
            let plain = !column.descending
                && column.opclass.is_none()
                && column.collation.is_none()
                && column.length.is_none()
                && column.nulls_first != Some(true);
            plain
                && matches!(&column.expr.kind, ExprKind::Column(two) if context.same(one, &two.value))
        })
}

/// Whether the migration drops the other one after this: it is replaced.
fn is_dropped(name: &str, table: &Table, context: &Context) -> bool {
    let by_edit = context.run.statements[context.index..]
        .iter()
        .flat_map(crate::context::edits)
        .any(|edit| {
            let dropped = match edit.action {
                TableAction::DropConstraint { name, .. } | TableAction::DropIndex { name, .. } => {
                    &name.value
                }
                TableAction::DropPrimaryKey => return context.is_named(edit.table, &table.name),
                _ => return false,
            };
            context.same(dropped, name)
        });
    by_edit
        || context
            .changes_later()
            .any(|reached| match &reached.change.kind {
                ChangeKind::DropIndex { names, .. } => names
                    .iter()
                    .any(|dropped| context.same(&dropped.name.value, name)),
                _ => false,
            })
}
