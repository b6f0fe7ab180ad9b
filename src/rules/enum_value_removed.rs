//! Labels that a recreated or redefined enum loses or reorders.

use super::{Check, Context};
use crate::catalog::{Column, QName, Table};
use crate::diagnostic::Severity;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, DataType, Ident, ObjectName, TableAction, TypeAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let span = reached.change.span;
        match &reached.change.kind {
            ChangeKind::CreateEnum { name, labels } if replaces(name, context) => {
                let labels: Vec<&str> = labels.iter().map(|label| label.value.as_str()).collect();
                recreated(name, &labels, span, context);
            }
            ChangeKind::AlterType {
                name,
                action: TypeAction::RenameTo(to),
            } => {
                let target = ObjectName {
                    schema: name.schema.clone(),
                    name: to.clone(),
                };
                let Some(renamed) = context.enumeration(name) else {
                    continue;
                };
                if context.is_new(&renamed.origin) {
                    let labels = renamed.label_texts().map(String::as_str);
                    let labels: Vec<&str> = labels.collect();
                    recreated(&target, &labels, span, context);
                }
            }
            ChangeKind::AlterTable(alter) if context.dialect().enums_are_column_types() => {
                for (action, span) in &alter.actions {
                    if let TableAction::Modify { from, column, .. } = action {
                        modified(&alter.table, from, &column.data_type, *span, context);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether the migration renamed or dropped a type of that name before.
fn replaces(created: &ObjectName, context: &Context) -> bool {
    // A file may make hundreds of types: statements that can neither rename nor drop one are passed
    // over before anything is made of them.
    let mut earlier = context
        .earlier()
        .iter()
        .filter(|statement| may_replace(statement))
        .flat_map(|statement| changes(&statement.changes));
    earlier.any(|reached| match &reached.change.kind {
        ChangeKind::AlterType {
            name,
            action: TypeAction::RenameTo(_),
        } => name.name.value == created.name.value,
        ChangeKind::DropType { names, .. } => names
            .iter()
            .any(|name| name.name.value == created.name.value),
        _ => false,
    })
}

fn may_replace(statement: &Statement) -> bool {
    let mut all = statement.changes.iter();
    all.any(|change| {
        matches!(
            change.kind,
            ChangeKind::AlterType { .. } | ChangeKind::DropType { .. } | ChangeKind::Block(_)
        )
    })
}

/// A type of that name existed before the migration, and from here on has these labels.
fn recreated(name: &ObjectName, labels: &[&str], span: Span, context: &mut Context) {
    let before = context.run.before();
    let Some(old) = before.enums.values().find(|old| is_called(&old.name, name)) else {
        return assumed(name, span, context);
    };
    if !old.knowledge.is_exact() || context.is_new(&old.origin) {
        return;
    }
    let old_labels: Vec<&str> = old.label_texts().map(String::as_str).collect();
    let users = before.columns_of_enum(&old.name);
    if !users.is_empty()
        && users
            .iter()
            .all(|(table, column)| rows_moved(table, column, context))
    {
        return report_order(&format!("`{name}`"), &old_labels, labels, span, context);
    }
    // `enum-swap-incomplete` speaks of the rows where the conversion stands: one cause, one
    // finding.
    if users
        .iter()
        .any(|(table, column)| is_swapped(table, column, context))
    {
        return report_order(&format!("`{name}`"), &old_labels, labels, span, context);
    }
    let removed = old.origin.made;
    let what = format!("`{name}`");
    if let Some(message) = loss(&what, &old_labels, labels) {
        context
            .report(span, message)
            .label_site(removed, "the labels were made here")
            .help(
                "`UPDATE` the rows that hold a removed label first, once no running code writes it",
            );
    } else {
        report_order(&what, &old_labels, labels, span, context);
    }
}

/// A type that is dropped and made again, and that no migration has made before.
fn assumed(name: &ObjectName, span: Span, context: &mut Context) {
    let dropped = context.changes_earlier().find_map(|reached| {
        let ChangeKind::DropType { names, mode } = &reached.change.kind else {
            return None;
        };
        let it = names
            .iter()
            .any(|dropped| context.same_object(dropped, name));
        it.then_some((*mode, reached.change.span))
    });
    let Some((mode, at)) = dropped else { return };
    let made = context
        .changes_earlier()
        .any(|reached| match &reached.change.kind {
            ChangeKind::CreateEnum { name: made, .. }
            | ChangeKind::CreateType { name: made, .. }
            | ChangeKind::CreateDomain { name: made, .. } => made.name.value == name.name.value,
            ChangeKind::AlterType {
                action: TypeAction::RenameTo(to),
                ..
            } => to.value == name.name.value,
            _ => false,
        });
    let before = context.run.before();
    let other_type = before
        .composites
        .keys()
        .chain(before.domains.keys())
        .any(|known| known.name == name.name.value);
    if made || other_type {
        return;
    }
    // Whoever makes it just in case expects none.
    if mode.if_exists && !mode.cascade {
        return;
    }
    let consequence = if mode.cascade {
        "CASCADE drops the columns that have it, with their values"
    } else {
        "a column that has it stops the drop"
    };
    let source = context.current().map(|statement| statement.source.clone());
    let reported = context
        .report(
            span,
            format!("makes `{name}` again, which no migration here has made before: if it is an enum in use, {consequence}"),
        )
        .severity(Severity::Warning)
        .help("rename the old type, convert the columns to the new one, and drop the old one last");
    if let Some(source) = source {
        reported.label(&source, at, "dropped here");
    }
}

/// MySQL's `MODIFY` and `CHANGE` of an enum or set column.
fn modified(table: &ObjectName, from: &Ident, to: &DataType, span: Span, context: &mut Context) {
    let Some(table) = context.table(table) else {
        return;
    };
    let Some(column) = table
        .columns
        .iter()
        .find(|column| column.name.eq_ignore_ascii_case(&from.value))
    else {
        return;
    };
    let of_labels = |data_type: &DataType| matches!(data_type.name.as_str(), "enum" | "set");
    if !of_labels(&column.data_type)
        || !of_labels(to)
        || !column.knowledge.is_exact()
        || context.has_no_rows(table)
    {
        return;
    }
    let old: Vec<&str> = column.data_type.args.iter().map(String::as_str).collect();
    let new: Vec<&str> = to.args.iter().map(String::as_str).collect();
    let what = format!("`{}.{}`", table.name, column.name);
    if context.rows.filled(&table.name, &column.name).is_none()
        && let Some(message) = loss(&what, &old, &new)
    {
        context
            .report(span, message)
            .label_site(
                column.origin.changed.or(column.origin.made),
                "the labels were made here",
            )
            .help(
                "`UPDATE` the rows that hold a removed label first, once no running code writes it",
            );
    } else {
        report_order(&what, &old, &new, span, context);
    }
}

fn loss(what: &str, old: &[&str], new: &[&str]) -> Option<String> {
    let lost: Vec<String> = old
        .iter()
        .filter(|label| !new.contains(label))
        .map(|label| format!("`{label}`"))
        .collect();
    (!lost.is_empty()).then(|| {
        let (noun, pronoun) = if lost.len() == 1 { ("the label", "it") } else { ("the labels", "them") };
        format!("{what} loses {noun} {}, which rows may hold and running code may write; nothing before this moves {pronoun}", lost.join(", "))
    })
}

fn report_order(what: &str, old: &[&str], new: &[&str], span: Span, context: &mut Context) {
    let kept: Vec<&&str> = old.iter().filter(|label| new.contains(label)).collect();
    let now: Vec<&&str> = new.iter().filter(|label| old.contains(label)).collect();
    if kept == now {
        return;
    }
    context
        .report(
            span,
            format!(
                "{what} has its labels in another order, which changes how rows sort and compare"
            ),
        )
        .help("keep the order, and append what is new");
}

fn is_called(found: &QName, name: &ObjectName) -> bool {
    found.name == name.name.value
        && name
            .schema
            .as_ref()
            .is_none_or(|schema| schema.value == found.schema)
}

/// Whether the migration converts the column to an enum straight away, not through text.
fn is_swapped(table: &Table, column: &Column, context: &Context) -> bool {
    let mut conversions = context
        .edits_anywhere()
        .filter_map(|edit| match edit.action {
            TableAction::SetType {
                column: name,
                data_type,
                ..
            } if name.value == column.name && context.is_named(edit.table, &table.name) => {
                Some(data_type)
            }
            _ => None,
        });
    conversions.next().is_some_and(|data_type| {
        context.enum_of(data_type).is_some() || is_made_here(data_type, context)
    })
}

/// Whether the migration makes an enum of that name.
fn is_made_here(data_type: &DataType, context: &Context) -> bool {
    let mut made = context
        .changes_anywhere()
        .filter_map(|reached| match &reached.change.kind {
            ChangeKind::CreateEnum { name, .. } => Some(&name.name.value),
            _ => None,
        });
    made.any(|name| *name == data_type.name)
}

/// Whether rows that held a lost label were moved before, or are mapped while the column is
/// converted.
fn rows_moved(table: &Table, column: &Column, context: &Context) -> bool {
    context.is_new(&table.origin)
        || context.rows.filled(&table.name, &column.name).is_some()
        || context.edits_anywhere().any(|edit| {
            let settled = match edit.action {
                TableAction::SetType {
                    column: name,
                    using: Some(using),
                    ..
                } => name.value == column.name && (!using.functions.is_empty() || using.chooses),
                TableAction::DropColumn { name, .. } => name.value == column.name,
                _ => false,
            };
            settled && context.is_named(edit.table, &table.name)
        })
}
