//! A key, a foreign key or a check that goes, with nothing in its place.

use super::{Check, Context};
use crate::catalog::{Origin, Table};
use crate::context::TableEdit;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, ConstraintKind, ExprKind, IndexColumn, TableAction};

pub(super) const CHECK: Check = Check::Statement(check);

/// What a constraint guards.
enum Guarded<'a> {
    /// A primary key or unique constraint, by its columns.
    Key(&'a [String]),
    /// A foreign key, by its columns.
    Foreign(&'a [String]),
    /// A check, by the columns that it proves not null where it does nothing else.
    Check(Option<&'a str>),
    /// An exclusion constraint.
    Exclusion,
}

struct DroppedConstraint<'a> {
    guard: Guarded<'a>,
    name: &'a str,
    origin: Origin,
}

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let (written, primary) = match edit.action {
            TableAction::DropConstraint { name, .. } | TableAction::DropForeignKey { name, .. } => {
                (Some(name.value.as_str()), false)
            }
            TableAction::DropPrimaryKey => (None, true),
            _ => continue,
        };
        let Some(table) = context.table(edit.table) else {
            if !context.is_absent(edit.table) {
                unseen(&edit, context);
            }
            continue;
        };
        if !table.knowledge.is_exact() && find(table, written, primary, context).is_none() {
            unseen(&edit, context);
            continue;
        }
        if context.is_new(&table.origin) || context.dropped_later(&table.name) {
            continue;
        }
        let Some(found) = find(table, written, primary, context) else {
            continue;
        };
        if context.is_new(&found.origin) || is_replaced(&found, table, context) {
            continue;
        }
        let what = match found.guard {
            Guarded::Key(_) if primary || is_primary(table, found.name) => {
                "the primary key: rows may be there twice"
            }
            Guarded::Key(_) => "a unique key: rows may be there twice",
            Guarded::Foreign(_) => "a foreign key: rows may refer to what is not there",
            Guarded::Check(_) => "a check: any value is taken",
            Guarded::Exclusion => "an exclusion constraint: rows may overlap",
        };
        let made = found.origin.made;
        context
            .report(edit.span, format!("`{}` loses {what} from now on", edit.table))
            .label_site(made, "it was made here")
            .help("add what replaces it in the same migration, or let code that relies on it go first");
    }
}

/// A constraint that no migration here shows: it has to be there, or the statement fails.
fn unseen(edit: &TableEdit, context: &mut Context) {
    let TableAction::DropConstraint {
        name,
        if_exists: false,
        ..
    } = edit.action
    else {
        return;
    };
    let mut others = context.edits_anywhere();
    let followed = others.any(|other| {
        matches!(
            other.action,
            TableAction::AddConstraint(_)
                | TableAction::DropColumn { .. }
                | TableAction::SetNotNull { .. }
        ) && context.same_object(other.table, edit.table)
    });
    let goes = context.changes_later().any(|reached| {
        let ChangeKind::DropTable { names, .. } = &reached.change.kind else {
            return false;
        };
        names
            .iter()
            .any(|name| context.same_object(name, edit.table))
    });
    if followed || goes {
        return;
    }
    let message = format!(
        "`{}` loses the constraint `{}`, which no migration here shows, from now on",
        edit.table, name.value
    );
    context
        .report(edit.span, message)
        .help("add what replaces it in the same migration, or let code that relies on it go first");
}

fn is_primary(table: &Table, name: &str) -> bool {
    table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.name == name)
}

fn find<'a>(
    table: &'a Table,
    name: Option<&str>,
    primary: bool,
    context: &Context,
) -> Option<DroppedConstraint<'a>> {
    let is_it = |other: &str| name.is_some_and(|name| context.same(name, other));
    let primary_key = table
        .primary_key
        .iter()
        .filter(|key| primary || is_it(&key.name));
    let uniques = table.uniques.iter().filter(|key| is_it(&key.name));
    if let Some(key) = primary_key.chain(uniques).next() {
        return Some(DroppedConstraint {
            guard: Guarded::Key(&key.columns),
            name: &key.name,
            origin: key.origin,
        });
    }
    if let Some(key) = table.foreign_keys.iter().find(|key| is_it(&key.name)) {
        return Some(DroppedConstraint {
            guard: Guarded::Foreign(&key.columns),
            name: &key.name,
            origin: key.origin,
        });
    }
    if let Some(check) = table.checks.iter().find(|check| is_it(&check.name)) {
        let only = match check.expr.proves_not_null.as_slice() {
            [column] if check.expr.columns.len() == 1 && check.expr.literals.is_empty() => {
                Some(column.value.as_str())
            }
            _ => None,
        };
        return Some(DroppedConstraint {
            guard: Guarded::Check(only),
            name: &check.name,
            origin: check.origin,
        });
    }
    let exclusion = table.exclusions.iter().find(|found| is_it(&found.name))?;
    Some(DroppedConstraint {
        guard: Guarded::Exclusion,
        name: &exclusion.name,
        origin: exclusion.origin,
    })
}

/// Whether something else in the migration does what the constraint did, or takes away what it was
/// about.
fn is_replaced(found: &DroppedConstraint, table: &Table, context: &Context) -> bool {
    if let Guarded::Check(Some(column)) = found.guard
        && context
            .column(table, column)
            .is_some_and(|column| column.not_null)
    {
        return true;
    }
    let mut edits = context
        .edits_anywhere()
        .filter(|edit| context.is_named(edit.table, &table.name));
    let by_edit = edits.any(|edit| match edit.action {
        TableAction::AddConstraint(constraint) => {
            let same_name = constraint
                .name
                .as_ref()
                .is_some_and(|name| context.same(&name.value, found.name));
            same_name || does_the_same(found, &constraint.kind, context)
        }
        TableAction::AddIndex(index) if index.unique => match found.guard {
            Guarded::Key(columns) => names_same(columns, &index.columns, context),
            _ => false,
        },
        TableAction::DropColumn { name, .. } => match found.guard {
            Guarded::Key(columns) | Guarded::Foreign(columns) => columns
                .iter()
                .any(|column| context.same(column, &name.value)),
            Guarded::Check(_) | Guarded::Exclusion => false,
        },
        _ => false,
    });
    by_edit
        || references_what_goes(found, table, context)
        || context
            .changes_earlier()
            .chain(context.changes_later())
            .any(|reached| match (&reached.change.kind, &found.guard) {
                (ChangeKind::CreateIndex { table: of, index }, Guarded::Key(columns)) => {
                    index.unique
                        && context.is_named(of, &table.name)
                        && names_same(columns, &index.columns, context)
                }
                _ => false,
            })
}

fn does_the_same(found: &DroppedConstraint, kind: &ConstraintKind, context: &Context) -> bool {
    match (&found.guard, kind) {
        (
            Guarded::Key(columns),
            ConstraintKind::PrimaryKey {
                columns: others,
                using_index,
                ..
            }
            | ConstraintKind::Unique {
                columns: others,
                using_index,
                ..
            },
        ) => {
            using_index.is_some()
                || names_same(columns, others, context)
                || matches!(kind, ConstraintKind::PrimaryKey { .. })
        }
        (Guarded::Foreign(columns), ConstraintKind::ForeignKey(key)) => {
            columns.len() == key.columns.len()
                && columns
                    .iter()
                    .zip(&key.columns)
                    .all(|(one, other)| context.same(one, &other.value))
        }
        (Guarded::Exclusion, ConstraintKind::Exclude { .. }) => true,
        _ => false,
    }
}

/// Whether an index or key has no other columns than these.
fn names_same(columns: &[String], others: &[IndexColumn], context: &Context) -> bool {
    others.iter().all(|other| match &other.expr.kind {
        ExprKind::Column(name) => columns
            .iter()
            .any(|column| context.same(column, &name.value)),
        _ => false,
    })
}

/// Whether the table that a foreign key points at is dropped in this migration.
fn references_what_goes(found: &DroppedConstraint, table: &Table, context: &Context) -> bool {
    let key = table.foreign_keys.iter().find(|key| key.name == found.name);
    matches!(found.guard, Guarded::Foreign(_))
        && key.is_some_and(|key| context.dropped_later(&key.table))
}
