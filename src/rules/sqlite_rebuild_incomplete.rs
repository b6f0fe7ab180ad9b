//! SQLite's rebuild of a table that loses values, indexes, triggers or references on the way.

use super::{Check, Context};
use crate::catalog::{Index, Table};
use crate::context::Rebuild;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, ExprKind, IndexDef, ObjectName};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        if let ChangeKind::DropTable { names, .. } = &reached.change.kind {
            for name in names {
                judge(name, reached.change.span, context);
            }
        }
    }
}

fn judge(name: &ObjectName, span: Span, context: &mut Context) {
    let Some(rebuild) = context.rebuild(name) else {
        return;
    };
    if context.is_new(&rebuild.old.origin) || !rebuild.old.knowledge.is_exact() {
        return;
    }
    let mut lost = Vec::new();
    lost.extend(values(&rebuild, context));
    lost.extend(imagined(&rebuild, context));
    lost.extend(indexes(&rebuild, context));
    lost.extend(triggers(&rebuild, context));
    lost.extend(references(&rebuild, context));
    if lost.is_empty() {
        return;
    }
    let made = rebuild.old.origin.made;
    let shown = context.catalog.shown(&rebuild.new.name);
    context
        .report(
            span,
            format!(
                "the rebuild of `{name}` as `{shown}` is not complete: {}",
                lost.join("; ")
            ),
        )
        .label_site(made, "the table was made here")
        .help("copy every column that stays, and make indexes and triggers again after the rename");
}

/// Columns that both tables have and that the copy gives no value.
fn values(rebuild: &Rebuild, context: &Context) -> Option<String> {
    let (old, new) = (rebuild.old, rebuild.new);
    if rebuild.copies.is_empty() || context.has_no_rows(old) || !new.knowledge.is_exact() {
        return None;
    }
    let forgotten: Vec<&str> = new
        .columns
        .iter()
        .filter(|column| {
            let both = context
                .column(old, &column.name)
                .is_some_and(|old| old.generated.is_none() && !context.is_new(&old.origin));
            both && column.generated.is_none()
                && !rebuild
                    .copies
                    .iter()
                    .any(|copied| copied.fills(&column.name, context))
        })
        .map(|column| column.name.as_str())
        .collect();
    (!forgotten.is_empty()).then(|| format!("the values of {} are not copied", list(&forgotten)))
}

/// Columns that the copy reads and the old table lacks. SQLite takes a quoted word that is no
/// column for a string, and puts the column's name into every row.
fn imagined(rebuild: &Rebuild, context: &Context) -> Option<String> {
    let wanted: Vec<&str> = rebuild
        .copies
        .iter()
        .filter(|copied| copied.query.relations.len() == 1)
        .flat_map(|copied| &copied.query.columns)
        .filter(|read| {
            read.column.quoted
                && read.column.value != "*"
                && context.column(rebuild.old, &read.column.value).is_none()
        })
        .map(|read| read.column.value.as_str())
        .collect();
    (!wanted.is_empty()).then(|| {
        format!(
            "the old table has no {}, which SQLite then reads as a string and puts into every row",
            list(&wanted)
        )
    })
}

/// Indexes of the old table that nobody makes again.
fn indexes(rebuild: &Rebuild, context: &Context) -> Option<String> {
    let names = context.names_here(&rebuild.old.name);
    let later: Vec<&IndexDef> = context
        .changes_later()
        .filter_map(|reached| match &reached.change.kind {
            ChangeKind::CreateIndex { table, index } => {
                let mut names = names.iter().chain([&rebuild.new.name]);
                names
                    .any(|name| context.is_named(table, name))
                    .then_some(&**index)
            }
            _ => None,
        })
        .collect();
    let lost: Vec<&str> = rebuild
        .old
        .indexes
        .iter()
        .filter(|index| {
            !index.implicit
                && !context.is_new(&index.origin)
                && could_stay(index, rebuild.new, context)
                && !later.iter().any(|made| is_again(made, index, context))
                && !is_covered(index, rebuild.new, context)
        })
        .map(|index| index.name.as_str())
        .collect();
    (!lost.is_empty()).then(|| format!("nothing makes {} again", kind("the index", &lost)))
}

/// Whether the new table still has every column of the index.
fn could_stay(index: &Index, new: &Table, context: &Context) -> bool {
    index.keys.iter().all(|key| match &key.column {
        Some(column) => context.column(new, column).is_some(),
        None => key
            .expr
            .columns
            .iter()
            .all(|column| context.column(new, &column.value).is_some()),
    })
}

fn is_again(made: &IndexDef, index: &Index, context: &Context) -> bool {
    let named = made
        .name
        .as_ref()
        .is_some_and(|name| context.same(&name.value, &index.name));
    named || has_same_columns(made, index, context)
}

fn has_same_columns(made: &IndexDef, index: &Index, context: &Context) -> bool {
    made.columns.len() == index.keys.len()
        && made.columns.iter().zip(&index.keys).all(|(made, key)| {
            match (&made.expr.kind, &key.column) {
                (ExprKind::Column(name), Some(column)) => context.same(&name.value, column),
                _ => made.expr.sql == key.expr.sql,
            }
        })
}

/// Whether the new table has an index or a key over the same columns already.
fn is_covered(index: &Index, new: &Table, context: &Context) -> bool {
    let columns: Option<Vec<&str>> = index.keys.iter().map(|key| key.column.as_deref()).collect();
    let Some(columns) = columns else { return false };
    let keys = new
        .keys()
        .map(|key| key.columns.iter().map(String::as_str).collect::<Vec<_>>());
    let indexes = new.indexes.iter().filter_map(|index| {
        index
            .keys
            .iter()
            .map(|key| key.column.as_deref())
            .collect::<Option<Vec<_>>>()
    });
    keys.chain(indexes)
        .any(|key| begins_with(&key, &columns, context))
}

/// Whether a key begins with the columns.
fn begins_with(key: &[&str], columns: &[&str], context: &Context) -> bool {
    key.len() >= columns.len()
        && columns
            .iter()
            .zip(key)
            .all(|(one, other)| context.same(one, other))
}

fn triggers(rebuild: &Rebuild, context: &Context) -> Option<String> {
    let lost: Vec<&str> = rebuild
        .old
        .triggers
        .iter()
        .filter(|trigger| {
            !context.changes_later().any(|reached| {
                matches!(&reached.change.kind, ChangeKind::CreateTrigger { name, .. }
                    if context.same(&name.value, &trigger.name))
            })
        })
        .map(|trigger| trigger.name.as_str())
        .collect();
    (!lost.is_empty()).then(|| format!("nothing makes {} again", kind("the trigger", &lost)))
}

/// Foreign keys that followed the old table to the name under which it is dropped.
fn references(rebuild: &Rebuild, context: &Context) -> Option<String> {
    let old = &rebuild.old.name;
    if context.names_here(old).len() < 2 {
        return None;
    }
    let lost: Vec<&str> = context
        .catalog
        .tables
        .values()
        .filter(|table| {
            table.name != *old
                && table
                    .foreign_keys
                    .iter()
                    .any(|key| context.same(&key.table.name, &old.name))
        })
        .map(|table| table.name.name.as_str())
        .collect();
    (!lost.is_empty()).then(|| {
        format!(
            "the foreign keys of {} followed the rename and point at what is dropped",
            list(&lost)
        )
    })
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn kind(noun: &str, names: &[&str]) -> String {
    if names.len() == 1 {
        format!("{noun} {}", list(names))
    } else {
        let plural = noun
            .replace("index", "indexes")
            .replace("trigger", "triggers");
        format!("{plural} {}", list(names))
    }
}
