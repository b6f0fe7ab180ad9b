//! Rename, recreate, convert, drop: the steps of replacing an enum type, and what people forget.

mod fixes;

use super::{Check, Context};
use crate::catalog::{Column, Enum, Table};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{
    AlterTable, ChangeKind, DataType, DropMode, Expr, ExprKind, Ident, ObjectName, TableAction,
    TypeAction,
};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    if !context.dialect().types_are_objects() {
        return;
    }
    for reached in changes(&statement.changes) {
        match &reached.change.kind {
            ChangeKind::AlterTable(alter) => {
                for (action, span) in &alter.actions {
                    if let TableAction::SetType {
                        column,
                        data_type,
                        using,
                        ..
                    } = action
                    {
                        conversion(alter, column, data_type, using.as_ref(), *span, context);
                    }
                }
            }
            ChangeKind::AlterType {
                name,
                action: TypeAction::RenameTo(to),
            } => {
                left_behind(name, to, reached.change.span, context);
            }
            ChangeKind::DropType { names, mode } => {
                for name in names {
                    dropped_in_use(name, *mode, reached.change.span, context);
                }
            }
            _ => {}
        }
    }
}

/// A column of one enum made a column of another.
fn conversion(
    alter: &AlterTable,
    name: &Ident,
    to: &DataType,
    using: Option<&Expr>,
    span: Span,
    context: &mut Context,
) {
    let Some(table) = context.table(&alter.table) else {
        return;
    };
    let Some(column) = table.column(&name.value) else {
        return;
    };
    let (Some(old), Some(new)) = (context.enum_of(&column.data_type), context.enum_of(to)) else {
        return;
    };
    if old.name == new.name {
        return;
    }
    let what = format!("`{}.{}`", alter.table, name.value);
    let brackets = if to.array { "[]" } else { "" };
    let cast = format!("USING {}::text{brackets}::{}", name.value, to.name);
    let fixed = fixes::through_text(name, using, span, context);
    match using {
        None => {
            context
                .report(
                    span,
                    format!(
                        "{what} is converted to `{}` without USING, which PostgreSQL refuses",
                        new.name
                    ),
                )
                .help(format!("write `{cast}`"))
                .fix(fixed);
        }
        Some(using) if !through_text(using) => {
            context
                .report(
                    span,
                    format!(
                        "{what} is cast to `{}` directly, but there is no cast between enums",
                        new.name
                    ),
                )
                .help(format!("go through text: `{cast}`"))
                .fix(fixed);
        }
        Some(_) => {}
    }
    if has_default(column) && !drops_default(alter, name) {
        let fixed = fixes::around_default(name, column, new, span, context);
        context
            .report(
                span,
                format!(
                    "{what} still has a default of the old type, which PostgreSQL cannot convert"
                ),
            )
            .label_site(
                column.origin.changed.or(column.origin.made),
                "its default was set here",
            )
            .help(format!(
                "`ALTER COLUMN {} DROP DEFAULT` first, and set it again afterwards",
                name.value
            ))
            .fix(fixed);
    }
    removed_rows(&what, table, column, (old, new), using, span, context);
}

/// Rows that hold a label which the new type lacks.
fn removed_rows(
    what: &str,
    table: &Table,
    column: &Column,
    (old, new): (&Enum, &Enum),
    using: Option<&Expr>,
    span: Span,
    context: &mut Context,
) {
    // A label counts as lost only if both lists are whole: one that was read in part may have it.
    if !old.knowledge.is_exact() || !new.knowledge.is_exact() || context.has_no_rows(table) {
        return;
    }
    let lost: Vec<&str> = old
        .label_texts()
        .map(String::as_str)
        .filter(|label| !new.has_label(label))
        .collect();
    let Some(first) = lost.first() else { return };
    if context.rows.filled(&table.name, &column.name).is_some() || using.is_some_and(maps_values) {
        return;
    }
    let shown = lost
        .iter()
        .map(|label| format!("`{label}`"))
        .collect::<Vec<_>>()
        .join(", ");
    context
        .report(
            span,
            format!(
                "the new type of {what} lacks {shown}, so a row that holds it stops the conversion"
            ),
        )
        .label_site(new.origin.made, "the new type was made here")
        .help(format!(
            "first `UPDATE {} SET {} = … WHERE {} = '{first}'`",
            table.name.name, column.name, column.name
        ));
}

/// A type renamed away for a successor and neither converted nor dropped.
fn left_behind(old: &ObjectName, to: &Ident, span: Span, context: &mut Context) {
    let later = context.later();
    let succeeded =
        later
            .iter()
            .flat_map(|statement| &statement.changes)
            .any(|change| match &change.kind {
                ChangeKind::CreateEnum { name, .. } => name.name.value == old.name.value,
                ChangeKind::AlterType {
                    action: TypeAction::RenameTo(name),
                    ..
                } => name.value == old.name.value,
                _ => false,
            });
    let dropped = later
        .iter()
        .flat_map(|statement| changes(&statement.changes))
        .any(|reached| match &reached.change.kind {
            ChangeKind::DropType { names, .. } => {
                names.iter().any(|name| name.name.value == to.value)
            }
            _ => false,
        });
    let known = context.enumeration(old).filter(|_| succeeded && !dropped);
    let Some(known) = known else { return };
    let fixed = fixes::complete(known, old, to, context);
    context
        .report(
            span,
            format!(
                "`{old}` is replaced, but the old type stays behind as `{}`, with every column that was not converted",
                to.value
            ),
        )
        .help(format!("convert every column that uses it, then `DROP TYPE {}`", to.value))
        .fix(fixed);
}

/// The old type dropped while a column still has it.
fn dropped_in_use(name: &ObjectName, mode: DropMode, span: Span, context: &mut Context) {
    if !replaced_here(name, context) {
        return;
    }
    let Some(old) = context.enumeration(name) else {
        return;
    };
    let mut users = context.catalog.columns_of_enum(&old.name);
    // Where the conversion itself fails, that is said there.
    users.retain(|(table, column)| !converted_here(table, column, context));
    let Some((table, column)) = users.first() else {
        return;
    };
    let fixed = fixes::convert_before_drop(name, &users, context);
    let more = if users.len() > 1 {
        format!(" and {} more", users.len() - 1)
    } else {
        String::new()
    };
    let consequence = if mode.cascade {
        "CASCADE drops that column with its data"
    } else {
        "PostgreSQL refuses to drop it"
    };
    context
        .report(
            span,
            format!(
                "`{name}` is dropped while `{}.{}`{more} still has that type: {consequence}",
                table.name.name, column.name
            ),
        )
        .label_site(column.origin.made, "the column was made here")
        .help("convert every column, array column and domain of the old type before dropping it")
        .fix(fixed);
}

/// Whether this migration replaces that type, rather than just dropping it.
fn replaced_here(name: &ObjectName, context: &Context) -> bool {
    context
        .run
        .statements
        .iter()
        .flat_map(|statement| &statement.changes)
        .any(|change| match &change.kind {
            ChangeKind::AlterType {
                action: TypeAction::RenameTo(to),
                ..
            } => to.value == name.name.value,
            ChangeKind::CreateEnum { name: created, .. } => created.name.value == name.name.value,
            _ => false,
        })
}

/// Whether an earlier statement of this migration converts the column, or tries to.
fn converted_here(table: &Table, column: &Column, context: &Context) -> bool {
    context.edits_earlier().any(|edit| {
        matches!(edit.action, TableAction::SetType { column: name, .. } if name.value == column.name)
            && context.is_named(edit.table, &table.name)
    })
}

fn has_default(column: &Column) -> bool {
    column
        .default
        .as_ref()
        .is_some_and(|default| default.expr.kind != ExprKind::Null)
}

/// `DROP DEFAULT` in the same statement counts wherever it stands: the server runs it first.
fn drops_default(alter: &AlterTable, name: &Ident) -> bool {
    let mut actions = alter.actions.iter();
    actions.any(|(action, _)| matches!(action, TableAction::DropDefault { column } if column.value == name.value))
}

fn through_text(using: &Expr) -> bool {
    using.casts.iter().any(is_text)
        || !using.functions.is_empty()
        || matches!(using.kind, ExprKind::Null | ExprKind::String(_))
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type.name.as_str(),
        "text" | "character varying" | "character"
    )
}

/// Whether the conversion maps values, so that a removed label may have been seen to.
fn maps_values(using: &Expr) -> bool {
    !using.functions.is_empty() || using.literals.len() > 1 || using.chooses
}
