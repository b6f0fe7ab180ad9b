//! `CREATE TABLE`.

use sqlparser::ast::{self, CreateTableLikeKind, CreateTableOptions, SqlOption};

use super::element::{self, Elements};
use super::expr::expr_in;
use super::index::written;
use super::walk::{argument, bare};
use super::{Cx, name, query};
use crate::sql::change::{
    ChangeKind, CreateTable, Like, ObjectName, PartitionBound, PartitionBy, Persistence,
    TableOption,
};

pub(super) fn create(create: &ast::CreateTable, cx: &Cx) -> ChangeKind {
    let name = name::object_name(&create.name, cx);
    let scope = written(&name);
    let elements = Elements::of(cx);
    let columns = create
        .columns
        .iter()
        // Those of a partition are its parent's, and only say more of them.
        .filter(|_| create.partition_of.is_none())
        .map(|column| element::column(column, scope, &elements, cx))
        .collect();
    let constraints = create.constraints.iter();
    let persistence = match (create.temporary, create.unlogged) {
        (true, _) => Persistence::Temporary,
        (false, true) => Persistence::Unlogged,
        (false, false) => Persistence::Permanent,
    };
    let partition_of = create.partition_of.as_ref().zip(create.for_values.as_ref());
    ChangeKind::CreateTable(Box::new(CreateTable {
        lets_rows_pass: cx.dialect.words_can_be_strings()
            && cx.slice(cx.span).to_ascii_uppercase().contains("CONFLICT"),
        if_not_exists: create.if_not_exists,
        or_replace: create.or_replace,
        persistence,
        columns,
        constraints: constraints
            .clone()
            .filter_map(|one| element::constraint(one, scope, &elements, cx))
            .collect(),
        indexes: constraints
            .filter_map(|one| element::inline_index(one, scope, cx))
            .collect(),
        like: create
            .like
            .iter()
            .map(|like| self::like(like, cx))
            .collect(),
        inherits: create
            .inherits
            .iter()
            .flatten()
            .map(|parent| name::object_name(parent, cx))
            .collect(),
        partition_by: create
            .partition_by
            .as_deref()
            .and_then(|expr| partition_by(expr, scope, cx)),
        partition_of: partition_of.map(|(parent, bound)| {
            (
                name::object_name(parent, cx),
                PartitionBound {
                    sql: bound.to_string(),
                },
            )
        }),
        query: create
            .query
            .as_deref()
            .map(|select| query::query(select, cx)),
        options: options(create),
        name,
    }))
}

/// SQLite's virtual tables have no columns that we could know.
pub(super) fn create_virtual(
    name: &ast::ObjectName,
    if_not_exists: bool,
    module: &ast::Ident,
    cx: &Cx,
) -> ChangeKind {
    ChangeKind::CreateTable(Box::new(CreateTable {
        name: name::object_name(name, cx),
        if_not_exists,
        options: vec![TableOption::new("virtual", module.value.to_lowercase())],
        ..CreateTable::default()
    }))
}

fn like(like: &CreateTableLikeKind, cx: &Cx) -> Like {
    let (CreateTableLikeKind::Parenthesized(like) | CreateTableLikeKind::Plain(like)) = like;
    let including = match &like.defaults {
        _ if cx.dialect.like_copies_all() => vec!["ALL".to_owned()],
        Some(ast::CreateTableLikeDefaults::Including) => vec!["DEFAULTS".to_owned()],
        _ => Vec::new(),
    };
    Like {
        table: name::object_name(&like.name, cx),
        including,
    }
}

/// `RANGE (a, lower(b))` reads like a call.
fn partition_by(expr: &ast::Expr, table: Option<&ObjectName>, cx: &Cx) -> Option<PartitionBy> {
    let ast::Expr::Function(function) = bare(expr) else {
        return None;
    };
    let keys = match &function.args {
        ast::FunctionArguments::List(list) => list
            .args
            .iter()
            .filter_map(argument)
            .map(|key| expr_in(key, table, cx))
            .collect(),
        _ => Vec::new(),
    };
    let method = function.name.to_string().to_lowercase();
    let written = (!cx.dialect.has_schemas()).then(|| format!("PARTITION BY {expr}"));
    Some(PartitionBy {
        method,
        keys,
        written,
    })
}

/// Options that a catalog keeps, under the names of [`CreateTable::options`].
fn options(create: &ast::CreateTable) -> Vec<TableOption> {
    let mut found = Vec::new();
    if let CreateTableOptions::Plain(options) = &create.table_options {
        for option in options {
            match option {
                SqlOption::KeyValue { key, value } => {
                    found.push(TableOption::new(option_name(&key.value), plain(value)));
                }
                SqlOption::NamedParenthesizedList(list) => {
                    let value = list
                        .name
                        .as_ref()
                        .map(|name| name.value.clone())
                        .unwrap_or_default();
                    found.push(TableOption::new(option_name(&list.key.value), value));
                }
                SqlOption::Comment(
                    ast::CommentDef::WithEq(text) | ast::CommentDef::WithoutEq(text),
                ) => {
                    found.push(TableOption::new("comment", text));
                }
                SqlOption::Ident(word) => {
                    found.push(TableOption::new(option_name(&word.value), ""));
                }
                SqlOption::Clustered(_)
                | SqlOption::Partition { .. }
                | SqlOption::TableSpace(_) => {}
            }
        }
    }
    if let Some(ast::CommentDef::WithEq(text) | ast::CommentDef::WithoutEq(text)) = &create.comment
    {
        found.push(TableOption::new("comment", text));
    }
    let flags = [
        (create.strict, "strict"),
        (create.without_rowid, "without rowid"),
    ];
    found.extend(
        flags
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, name)| TableOption::new(*name, "")),
    );
    found
}

fn option_name(written: &str) -> String {
    let lower = written.to_lowercase();
    let name = lower.strip_prefix("default ").unwrap_or(&lower);
    if name == "character set" {
        "charset".to_owned()
    } else {
        name.to_owned()
    }
}

fn plain(value: &ast::Expr) -> String {
    match bare(value) {
        ast::Expr::Value(value) => super::walk::string_value(&value.value)
            .map_or_else(|| value.to_string(), ToOwned::to_owned),
        ast::Expr::Identifier(word) => word.value.clone(),
        other => other.to_string(),
    }
}
