//! Foreign keys whose columns no index begins with.

use super::{Check, Context, Run};
use crate::catalog::{ForeignKey, Table};

pub(super) const CHECK: Check = Check::Migration(check);

fn check(run: &Run, context: &mut Context) {
    let tables = context.catalog.tables.values();
    let found: Vec<(&Table, &ForeignKey)> = tables
        .flat_map(|table| table.foreign_keys.iter().map(move |key| (&**table, key)))
        .filter(|(table, key)| {
            let made = key.origin.made;
            made.is_some_and(|made| made.migration as usize == run.number)
                && table.knowledge.is_exact()
                && table.partition_of.is_none()
                && !is_covered(table, &key.columns)
        })
        .collect();
    for (table, key) in found {
        let Some(made) = key.origin.made else {
            continue;
        };
        let Some(source) = run.file(made.file).cloned() else {
            continue;
        };
        let message = format!(
            "no index of `{}` begins with `{}`: deleting from `{}`, or changing its key, reads every row",
            context.shown(&table.name),
            key.columns.join("`, `"),
            context.shown(&key.table)
        );
        context
            .report_in(&source, made.span, message)
            .help("add an index on the columns of the foreign key");
    }
}

/// Whether an index starts with these columns, in whatever order.
fn is_covered(table: &Table, columns: &[String]) -> bool {
    let starts = |keys: &[&str]| {
        keys.len() >= columns.len()
            && keys[..columns.len()]
                .iter()
                .all(|key| columns.iter().any(|column| column == key))
    };
    let mut indexes = table
        .indexes
        .iter()
        .filter(|index| index.condition.is_none());
    table
        .keys()
        .any(|key| starts(&key.columns.iter().map(String::as_str).collect::<Vec<_>>()))
        || indexes.any(|index| {
            let keys = index.keys.iter().map(|key| key.column.as_deref());
            let plain: Vec<&str> = keys.map_while(|column| column).collect();
            starts(&plain)
        })
}
