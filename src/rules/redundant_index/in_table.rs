//! Keys and indexes that one `CREATE TABLE` makes, held against each other.

use std::collections::HashMap;

use crate::context::Context;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{
    ConstraintDef, ConstraintKind, CreateTable, ExprKind, IndexColumn, IndexDef,
};

/// A key or an index among the columns of a table.
struct TableKey<'a> {
    name: Option<&'a str>,
    primary: bool,
    unique: bool,
    method: &'a str,
    columns: Vec<KeyColumn<'a>>,
    span: Span,
}

/// What a key sorts by.
struct KeyColumn<'a> {
    text: &'a str,
    is_column: bool,
    descending: bool,
    length: Option<u32>,
}

pub(super) fn check(create: &CreateTable, statement: &Statement, context: &mut Context) {
    let keys = keys_of(create, context);
    let begins = |key: &TableKey<'_>| {
        let first = key.columns.first();
        first.map(|column| column.text.to_ascii_lowercase())
    };
    let mut alike: HashMap<Option<String>, Vec<usize>> = HashMap::new();
    for (at, key) in keys.iter().enumerate() {
        alike.entry(begins(key)).or_default().push(at);
    }
    for (at, key) in keys.iter().enumerate() {
        // Of two that are equal, the later one is too many.
        let mut others = alike[&begins(key)].iter();
        let better = others.find(|&&other_at| {
            let other = &keys[other_at];
            at != other_at
                && is_redundant(key, other, context)
                && (at > other_at || !is_redundant(other, key, context))
        });
        if let Some(better) = better.map(|&at| &keys[at]) {
            context
                .report(key.span, message(key, better))
                .label(&statement.source, better.span, "the other one")
                .help("leave this one out");
        }
    }
}

fn message(key: &TableKey<'_>, better: &TableKey<'_>) -> String {
    let shown = match (better.primary, better.name) {
        (true, _) => "the primary key".to_owned(),
        (false, Some(name)) => format!("`{name}`"),
        (false, None) => "another key of the table".to_owned(),
    };
    let whole = key.columns.len() == better.columns.len();
    let (what, how) = if whole {
        ("indexes what", " in the same way")
    } else {
        ("indexes the first columns of what", "")
    };
    format!("{what} {shown} indexes{how}: every write pays for both")
}

/// Whether another key serves every query and rule that a key does. On MySQL a longer index of the
/// same kind finds all that one of its first columns finds, and a foreign key may use it too; a
/// unique key is a rule of its own, unless the columns are the same.
fn is_redundant(key: &TableKey<'_>, other: &TableKey<'_>, context: &Context) -> bool {
    if key.primary || key.unique && !other.unique || key.method != other.method {
        return false;
    }
    let longer = other.columns.len() > key.columns.len();
    if longer && (key.unique || key.method != "btree") || other.columns.len() < key.columns.len() {
        return false;
    }
    key.columns.iter().zip(&other.columns).all(|(one, two)| {
        let covers = match (one.length, two.length) {
            (length, None) => length.is_none() || !key.unique,
            (Some(one), Some(two)) => one == two || one < two && !key.unique,
            (None, Some(_)) => false,
        };
        covers
            && one.is_column == two.is_column
            && one.descending == two.descending
            && context.same(one.text, two.text)
    })
}

fn keys_of<'a>(create: &'a CreateTable, context: &Context) -> Vec<TableKey<'a>> {
    let mut found = Vec::new();
    // Some servers make one index of keys that are equal.
    let counts = |key: &TableKey<'_>| key.primary || !context.dialect().merges_equal_keys();
    for column in &create.columns {
        for constraint in &column.constraints {
            let own = KeyColumn {
                text: &column.name.value,
                is_column: true,
                descending: false,
                length: None,
            };
            found.extend(of_constraint(constraint, vec![own]).filter(counts));
        }
    }
    for constraint in &create.constraints {
        if let ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } =
            &constraint.kind
        {
            let columns = columns.iter().map(key_column).collect();
            found.extend(of_constraint(constraint, columns).filter(counts));
        }
    }
    found.extend(create.indexes.iter().map(|index| of_index(index, create)));
    found
}

fn of_constraint<'a>(
    constraint: &'a ConstraintDef,
    columns: Vec<KeyColumn<'a>>,
) -> Option<TableKey<'a>> {
    let (primary, index_name) = match &constraint.kind {
        ConstraintKind::PrimaryKey { .. } => (true, None),
        ConstraintKind::Unique { index_name, .. } => (false, index_name.as_ref()),
        _ => return None,
    };
    let name = index_name.or(constraint.name.as_ref());
    Some(TableKey {
        name: name.map(|name| name.value.as_str()),
        primary,
        unique: true,
        method: "btree",
        columns,
        span: constraint.span,
    })
}

fn of_index<'a>(index: &'a IndexDef, create: &'a CreateTable) -> TableKey<'a> {
    let name = index.name.as_ref();
    let written = index.columns.iter().map(|column| column.expr.span);
    let all = name.map(|name| name.span).into_iter().chain(written);
    TableKey {
        name: name.map(|name| name.value.as_str()),
        primary: false,
        unique: index.unique,
        method: index.method.as_deref().unwrap_or("btree"),
        columns: index.columns.iter().map(key_column).collect(),
        span: all.reduce(Span::to).unwrap_or_else(|| create.name.span()),
    }
}

fn key_column(column: &IndexColumn) -> KeyColumn<'_> {
    let (text, is_column) = match &column.expr.kind {
        ExprKind::Column(name) => (name.value.as_str(), true),
        _ => (column.expr.sql.as_str(), false),
    };
    KeyColumn {
        text,
        is_column,
        descending: column.descending,
        length: column.length,
    }
}
