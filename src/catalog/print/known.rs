//! The part of a catalog that can be printed: without columns of which no type is known, and
//! without what uses them.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, ColumnName, Index, Table};
use crate::sql::change::Expr;

/// That part, and what is left out, in words.
pub(super) fn printable(catalog: &Catalog) -> (Catalog, Vec<String>) {
    let mut rest = catalog.clone();
    let mut left_out = Vec::new();
    // A column of SQLite needs no type.
    if !catalog.dialect.columns_need_types() {
        return (rest, left_out);
    }
    let gone: BTreeSet<ColumnName> = catalog.lasting_tables().flat_map(unknown_columns).collect();
    if gone.is_empty() {
        return (rest, left_out);
    }
    rest.tables.change_any(
        |table| {
            gone.iter()
                .any(|gone| gone.table == table.name || table.has_key_to(&gone.table))
        },
        |table| {
            let shown = catalog.shown(&table.name);
            prune(table, &gone, &shown, &mut left_out);
        },
    );
    rest.views.retain(|name, view| {
        let uses = view.uses.iter().any(|used| gone.contains(used));
        if uses {
            left_out.push(format!(
                "view {} is left out with a column that it reads",
                catalog.shown(name)
            ));
        }
        !uses
    });
    (rest, left_out)
}

fn unknown_columns(table: &Table) -> impl Iterator<Item = ColumnName> + '_ {
    let unknown = table
        .columns
        .iter()
        .filter(|column| column.data_type.name.is_empty());
    unknown.map(|column| ColumnName::new(table.name.clone(), column.name.clone()))
}

fn prune(table: &mut Table, gone: &BTreeSet<ColumnName>, shown: &str, left_out: &mut Vec<String>) {
    let name = table.name.clone();
    let lost = |column: &String| gone.contains(&ColumnName::new(name.clone(), column.clone()));
    let in_expr = |expr: &Expr| expr.columns.iter().any(|column| lost(&column.value));
    table.columns.retain(|column| {
        let lost = lost(&column.name);
        if lost {
            left_out.push(format!(
                "column {} of table {shown} is left out: its type is not known",
                column.name
            ));
        }
        !lost
    });
    let mut keep = |uses: bool, what: &str, of: &str| {
        if uses {
            left_out.push(format!(
                "{what} {of} of table {shown} is left out with a column that it uses"
            ));
        }
        !uses
    };
    if let Some(key) = table.primary_key.take() {
        table.primary_key =
            keep(key.columns.iter().any(lost), "primary key", &key.name).then_some(key);
    }
    table.uniques.retain(|key| {
        keep(
            key.columns.iter().chain(&key.include).any(lost),
            "unique constraint",
            &key.name,
        )
    });
    table.foreign_keys.retain(|key| {
        let referenced = key
            .referenced
            .iter()
            .any(|column| gone.contains(&ColumnName::new(key.table.clone(), column)));
        keep(
            referenced || key.columns.iter().any(lost),
            "foreign key",
            &key.name,
        )
    });
    table
        .checks
        .retain(|check| keep(in_expr(&check.expr), "check", &check.name));
    table.exclusions.retain(|found| {
        keep(
            found.elements.iter().any(|(expr, _)| in_expr(expr)),
            "exclusion constraint",
            &found.name,
        )
    });
    let in_index = |index: &Index| {
        index.include.iter().any(lost)
            || index.condition.as_ref().is_some_and(in_expr)
            || index
                .keys
                .iter()
                .any(|key| key.column.as_ref().is_some_and(lost) || in_expr(&key.expr))
    };
    table
        .indexes
        .retain(|index| keep(in_index(index), "index", &index.name));
    table
        .triggers
        .retain(|trigger| keep(trigger.columns.iter().any(lost), "trigger", &trigger.name));
    table
        .rules
        .retain(|rule| keep(rule.columns.iter().any(lost), "rule", &rule.name));
    table
        .policies
        .retain(|policy| keep(policy.columns.iter().any(lost), "policy", &policy.name));
}
