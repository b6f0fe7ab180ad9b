//! The missing steps of a swap.

use crate::catalog::{Column, Enum, QName, Table};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::rules::Context;
use crate::source::Span;
use crate::sql::Unit;
use crate::sql::change::{ChangeKind, Expr, ExprKind, Ident, ObjectName, TableAction, TypeAction};
use crate::sql::edit::{after, keyword};
use crate::sql::quote::quote;

/// Puts a cast through text behind a conversion, or in the place of one that goes straight.
pub(super) fn through_text(
    column: &Ident,
    using: Option<&Expr>,
    action: Span,
    context: &Context,
) -> Option<Fix> {
    let source = &context.current()?.source;
    let rest = Span::new(column.span.end, action.end);
    let word = keyword(source, rest, context.dialect(), "TYPE")?;
    let rest = Span::new(word.end, action.end);
    let end = match using {
        Some(_) => keyword(source, rest, context.dialect(), "USING")?.start,
        None => action.end,
    };
    let to = source.slice(Span::new(word.end, end)).trim();
    let brackets = if to.ends_with("[]") { "[]" } else { "" };
    let name = source.slice(column.span);
    let cast = format!("{name}::text{brackets}::{to}");
    let edit = match using {
        None => context.edit(Span::new(end, end), format!(" USING {cast}")),
        Some(using) => {
            let mut columns = using.columns.iter();
            let only_itself = columns
                .next()
                .is_some_and(|used| used.value == column.value)
                && columns.next().is_none();
            if !only_itself || !using.functions.is_empty() || using.chooses {
                return None;
            }
            context.edit(using.span, cast)
        }
    };
    let plain = context.is_plain(action);
    let fix = context.fix("convert it through text", Applicability::Safe, [edit]);
    fix.filter(|_| plain)
}

/// Drops the default before a conversion and sets it again after it, in the same statement.
pub(super) fn around_default(
    name: &Ident,
    column: &Column,
    new: &Enum,
    action: Span,
    context: &Context,
) -> Option<Fix> {
    let written = context.current()?.source.slice(name.span);
    let mut later = context.edits_after(action);
    let is_set_later = later.any(|edit| {
        matches!(edit.action, TableAction::SetDefault { column, .. } if column.value == name.value)
    });
    let set = match kept_default(column, new)? {
        _ if is_set_later => None,
        default => Some(format!(", ALTER COLUMN {written} SET DEFAULT {default}")),
    };
    let drop = format!("ALTER COLUMN {written} DROP DEFAULT, ");
    let edits = [
        Some(context.edit(Span::new(action.start, action.start), drop)),
        set.map(|set| context.edit(Span::new(action.end, action.end), set)),
    ];
    let plain = context.is_plain(action);
    let fix = context.fix(
        "drop the default around the conversion",
        Applicability::Safe,
        edits.into_iter().flatten(),
    );
    fix.filter(|_| plain)
}

/// A column's default as it can be set again for the new type.
fn kept_default(column: &Column, new: &Enum) -> Option<String> {
    let default = column.default.as_ref()?;
    let ExprKind::String(label) = &default.expr.kind else {
        return None;
    };
    let known = new.has_label(label);
    known.then(|| format!("'{}'", label.replace('\'', "''")))
}

/// Converts what still has the old type before that is dropped.
pub(super) fn convert_before_drop(
    dropped: &ObjectName,
    users: &[(&Table, &Column)],
    context: &Context,
) -> Option<Fix> {
    let new = successor(dropped, context)?;
    let steps = conversions(users, new)?;
    let edit = context.before_current(&steps);
    let plain = context.is_plain(dropped.span());
    let fix = context.fix("convert the columns first", Applicability::Unsafe, [edit]);
    fix.filter(|_| plain)
}

/// The enum that takes the place of a dropped one.
fn successor<'a>(dropped: &ObjectName, context: &'a Context) -> Option<&'a Enum> {
    for earlier in context.changes_earlier() {
        if let ChangeKind::AlterType {
            name,
            action: TypeAction::RenameTo(to),
        } = &earlier.change.kind
            && to.value == dropped.name.value
        {
            return context.enumeration(name);
        }
    }
    context
        .changes_later()
        .find_map(|later| match &later.change.kind {
            ChangeKind::AlterType {
                name,
                action: TypeAction::RenameTo(to),
            } if to.value == dropped.name.value => context.enumeration(name),
            _ => None,
        })
}

/// Converts every column of a type that was renamed away, and drops it, after the last statement.
pub(super) fn complete(
    old: &Enum,
    taken: &ObjectName,
    renamed: &Ident,
    context: &Context,
) -> Option<Fix> {
    let labels = context
        .later()
        .iter()
        .flat_map(|statement| &statement.changes);
    let labels = labels.into_iter().find_map(|change| match &change.kind {
        ChangeKind::CreateEnum { name, labels } if name.name.value == taken.name.value => {
            Some(labels)
        }
        _ => None,
    })?;
    let mut new = old.clone();
    new.labels
        .retain(|label| labels.iter().any(|kept| kept.value == label.text));
    let users = context.catalog.columns_of_enum(&old.name);
    // Where some columns are converted, nobody knows whether what is left is meant to stay.
    let begun = users.iter().any(|(table, column)| {
        context.edits_anywhere().any(|edit| {
            matches!(edit.action, TableAction::SetType { column: name, .. } if name.value == column.name)
                && context.is_named(edit.table, &table.name)
        })
    });
    if begun {
        return None;
    }
    let mut steps = conversions(&users, &new)?;
    let dropped = QName::new(old.name.schema.clone(), renamed.value.clone());
    steps.push(format!("DROP TYPE {}", full(&dropped)));
    let last = context.later().last()?;
    if last
        .changes
        .iter()
        .any(|change| matches!(change.kind, ChangeKind::Commit))
    {
        return None;
    }
    let at = after(&last.source, last.span);
    let missing = if at == last.span.end { ";" } else { "" };
    let breaks = match context.set.sending.unit {
        Unit::Breakpoint => "--> statement-breakpoint\n",
        Unit::File | Unit::Statement => "\n",
    };
    let text: String = steps
        .iter()
        .map(|step| format!("{breaks}{step};"))
        .collect();
    Some(Fix {
        title: "convert the columns, and drop the old type".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit {
            source: last.source.clone(),
            span: Span::new(at, at),
            text: format!("{missing}{text}"),
        }],
    })
}

/// A statement for each column, which keeps its default.
fn conversions(users: &[(&Table, &Column)], new: &Enum) -> Option<Vec<String>> {
    users
        .iter()
        .map(|(table, column)| conversion(table, column, new))
        .collect()
}

/// Converts a column to the new type, with its default on the other side of it.
fn conversion(table: &Table, column: &Column, new: &Enum) -> Option<String> {
    let to = full(&new.name);
    let name = quote(&column.name);
    let brackets = if column.data_type.array { "[]" } else { "" };
    let convert = format!(
        "ALTER COLUMN {name} TYPE {to}{brackets} USING {name}::text{brackets}::{to}{brackets}"
    );
    let table = full(&table.name);
    if !super::has_default(column) {
        return Some(format!("ALTER TABLE {table} {convert}"));
    }
    let default = kept_default(column, new)?;
    Some(format!(
        "ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT, {convert}, ALTER COLUMN {name} SET DEFAULT {default}"
    ))
}

/// A name as it is written in a statement.
fn full(name: &QName) -> String {
    let schema = name
        .other_schema()
        .map(|schema| format!("{}.", quote(schema)));
    format!("{}{}", schema.unwrap_or_default(), quote(&name.name))
}
