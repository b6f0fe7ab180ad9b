//! `driftlint schema --format json`: version 1 of the contract. Nothing here may change without
//! another version.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Catalog, Index, IndexKey, Knowledge, Table, format_type};
use crate::server::on_server;
use crate::sql::change::{ExprKind, Identity};

#[derive(Serialize)]
struct Schema {
    version: u32,
    dialect: &'static str,
    tables: BTreeMap<String, TableJson>,
    enums: BTreeMap<String, Vec<String>>,
    sequences: Vec<String>,
    views: Vec<String>,
    materialized_views: Vec<String>,
    functions: Vec<String>,
    triggers: Vec<TriggerJson>,
    extensions: Vec<String>,
    domains: Vec<String>,
    /// Why not everything is known; left out when it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
}

#[derive(Serialize)]
struct TableJson {
    columns: Vec<ColumnJson>,
    primary_key: Option<Vec<String>>,
    uniques: Vec<UniqueJson>,
    foreign_keys: Vec<ForeignKeyJson>,
    checks: Vec<CheckJson>,
    indexes: Vec<IndexJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
}

#[derive(Serialize)]
struct ColumnJson {
    name: String,
    #[serde(rename = "type")]
    data_type: String,
    nullable: bool,
    default: Option<String>,
    identity: Option<&'static str>,
    generated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
}

#[derive(Serialize)]
struct UniqueJson {
    name: String,
    columns: Vec<String>,
}

#[derive(Serialize)]
struct ForeignKeyJson {
    name: String,
    columns: Vec<String>,
    references: String,
    referenced_columns: Vec<String>,
    on_delete: &'static str,
    on_update: &'static str,
}

#[derive(Serialize)]
struct CheckJson {
    name: String,
    expression: String,
}

#[derive(Serialize)]
struct IndexJson {
    name: String,
    method: String,
    unique: bool,
    columns: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    include: Vec<String>,
    #[serde(rename = "where")]
    condition: Option<String>,
    /// One for each column, where any is not the default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    opclasses: Vec<Option<String>>,
    /// MySQL's prefix lengths: one for each column, where any has one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lengths: Vec<Option<u32>>,
    /// `DESC`, `NULLS FIRST`: one for each column, where any is not ascending with nulls last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    orders: Vec<Option<&'static str>>,
    #[serde(skip_serializing_if = "is_true")]
    valid: bool,
}

#[derive(Serialize)]
struct TriggerJson {
    table: String,
    name: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_true(value: &bool) -> bool {
    *value
}

/// The catalog as JSON, with a line break at the end. Temporary tables and the migration tool's own
/// are left out.
pub fn json(catalog: &Catalog) -> String {
    let schema = Schema {
        version: 1,
        dialect: catalog.dialect.name(),
        tables: catalog
            .lasting_tables()
            .map(|table| (table.name.to_string(), table_json(catalog, table)))
            .collect(),
        enums: catalog
            .enums
            .iter()
            .filter(|(_, found)| !found.is_stub())
            .map(|(name, found)| (name.to_string(), found.label_texts().cloned().collect()))
            .collect(),
        sequences: catalog.sequences.keys().map(ToString::to_string).collect(),
        views: names(catalog, false),
        materialized_views: names(catalog, true),
        functions: catalog
            .functions
            .values()
            .flatten()
            .map(|function| signature(catalog, function))
            .collect(),
        triggers: catalog
            .lasting_tables()
            .flat_map(|table| own_triggers(catalog, table))
            .collect(),
        extensions: catalog.extensions.keys().cloned().collect(),
        domains: catalog.domains.keys().map(ToString::to_string).collect(),
        unknown: reason(&catalog.knowledge),
    };
    let mut text = serde_json::to_string_pretty(&schema)
        .expect("maps have text keys and nothing here can fail");
    text.push('\n');
    text
}

fn names(catalog: &Catalog, materialized: bool) -> Vec<String> {
    let views = catalog
        .views
        .values()
        .filter(|view| view.materialized == materialized);
    views.map(|view| view.name.to_string()).collect()
}

fn reason(knowledge: &Knowledge) -> Option<String> {
    match knowledge {
        Knowledge::Exact => None,
        Knowledge::Unknown(why) => Some(why.clone()),
    }
}

/// `schema.name(types)`.
pub(crate) fn signature(catalog: &Catalog, function: &super::Function) -> String {
    let arguments: Vec<String> = function
        .arguments
        .iter()
        .map(|data_type| format_type(data_type, catalog.dialect))
        .collect();
    format!("{}({})", function.name, arguments.join(", "))
}

/// Triggers that a partition has from its parent are the parent's.
fn own_triggers(catalog: &Catalog, table: &Table) -> Vec<TriggerJson> {
    let parent = table
        .partition_of
        .as_ref()
        .and_then(|partition| catalog.tables.get(&partition.parent));
    let own = table.triggers.iter().filter(|trigger| {
        parent.is_none_or(|parent| {
            parent
                .triggers
                .iter()
                .all(|other| other.name != trigger.name)
        })
    });
    own.map(|trigger| TriggerJson {
        table: table.name.to_string(),
        name: trigger.name.clone(),
    })
    .collect()
}

fn table_json(catalog: &Catalog, table: &Table) -> TableJson {
    TableJson {
        columns: table
            .columns
            .iter()
            .map(|column| column_json(catalog, column))
            .collect(),
        primary_key: table.primary_key.as_ref().map(|key| key.columns.clone()),
        uniques: key_index(catalog, table)
            .into_iter()
            .chain(&table.uniques)
            .map(|key| UniqueJson {
                name: key.name.clone(),
                columns: key.columns.clone(),
            })
            .collect(),
        foreign_keys: table
            .foreign_keys
            .iter()
            .map(|key| ForeignKeyJson {
                name: key.name.clone(),
                columns: key.columns.clone(),
                references: key.table.to_string(),
                referenced_columns: key.referenced.clone(),
                on_delete: key.on_delete.sql(),
                on_update: key.on_update.sql(),
            })
            .collect(),
        checks: table
            .checks
            .iter()
            .map(|check| CheckJson {
                name: check.name.clone(),
                expression: check.expr.sql.clone(),
            })
            .collect(),
        indexes: table.indexes.iter().map(index_json).collect(),
        partition_of: table
            .partition_of
            .as_ref()
            .map(|partition| partition.parent.to_string()),
        unknown: reason(&table.knowledge),
    }
}

/// A primary key that is a unique index beside the table, and listed as one.
fn key_index<'a>(catalog: &Catalog, table: &'a Table) -> Option<&'a super::Key> {
    let beside = on_server!(catalog.dialect => apply::has_key_beside_rows(table));
    table.primary_key.as_ref().filter(|_| beside)
}

fn column_json(catalog: &Catalog, column: &super::Column) -> ColumnJson {
    ColumnJson {
        name: column.name.clone(),
        data_type: format_type(&column.data_type, catalog.dialect),
        nullable: !column.not_null,
        default: column
            .default
            .as_ref()
            .map(|default| default_text(catalog, default)),
        identity: column.identity.map(|identity| match identity {
            Identity::Always => "ALWAYS",
            Identity::ByDefault => "BY DEFAULT",
        }),
        generated: column
            .generated
            .as_ref()
            .map(|generated| generated.expr.sql.clone()),
        unknown: reason(&column.knowledge),
    }
}

/// A default as the server prints it: a literal with the type that it was given.
pub(crate) fn default_text(catalog: &Catalog, default: &super::DefaultValue) -> String {
    match &default.literal_type {
        Some(literal)
            if matches!(default.expr.kind, ExprKind::String(_))
                && !default.expr.sql.contains("::") =>
        {
            let bare = crate::sql::change::DataType {
                args: Vec::new(),
                ..literal.clone()
            };
            format!(
                "{}::{}",
                default.expr.sql,
                format_type(&bare, catalog.dialect)
            )
        }
        _ => default.expr.sql.clone(),
    }
}

fn index_json(index: &Index) -> IndexJson {
    let opclasses: Vec<Option<String>> = index.keys.iter().map(|key| key.opclass.clone()).collect();
    let lengths: Vec<Option<u32>> = index.keys.iter().map(|key| key.length).collect();
    let orders: Vec<Option<&str>> = index.keys.iter().map(key_order).collect();
    IndexJson {
        name: index.name.clone(),
        method: index.method.clone(),
        unique: index.unique,
        columns: index.keys.iter().map(key_expression).collect(),
        include: index.include.clone(),
        condition: index
            .condition
            .as_ref()
            .map(|condition| condition.sql.clone()),
        opclasses: if opclasses.iter().any(Option::is_some) {
            opclasses
        } else {
            Vec::new()
        },
        lengths: if lengths.iter().any(Option::is_some) {
            lengths
        } else {
            Vec::new()
        },
        orders: if orders.iter().any(Option::is_some) {
            orders
        } else {
            Vec::new()
        },
        valid: index.valid,
    }
}

/// One element of an index: the column or expression with its length and operator class, and its
/// order where that is not ascending with nulls last.
pub(crate) fn key_text(key: &IndexKey) -> String {
    let length = key
        .length
        .map(|length| format!("({length})"))
        .unwrap_or_default();
    let mut text = key_expression(key) + &length;
    for more in [key.opclass.as_deref(), key_order(key)]
        .into_iter()
        .flatten()
    {
        text.extend([" ", more]);
    }
    text
}

/// The column or expression, as `pg_get_indexdef` prints one.
fn key_expression(key: &IndexKey) -> String {
    key.column
        .clone()
        .unwrap_or_else(|| bare_casts(&key.expr.sql))
}

/// A bare name that is cast stands without parentheses: `lower((name)::text)` is
/// `lower(name::text)`.
fn bare_casts(sql: &str) -> String {
    let is_name = |next: char| next.is_alphanumeric() || next == '_';
    let mut text = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once(")::") {
        let name = before
            .rsplit_once('(')
            .filter(|(head, name)| name.chars().all(is_name) && !head.ends_with(is_name));
        match name {
            Some((head, name)) => text.extend([head, name]),
            None => text.extend([before, ")"]),
        }
        text.push_str("::");
        rest = after;
    }
    text + rest
}

fn key_order(key: &IndexKey) -> Option<&'static str> {
    match (key.descending, key.nulls_first) {
        (false, false) => None,
        (false, true) => Some("NULLS FIRST"),
        (true, true) => Some("DESC"),
        (true, false) => Some("DESC NULLS LAST"),
    }
}

impl Catalog {
    /// Tables that are there for good and belong to the project.
    pub(crate) fn lasting_tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values().map(|table| &**table).filter(|table| {
            !table.bookkeeping && table.persistence != crate::sql::change::Persistence::Temporary
        })
    }
}

#[cfg(test)]
mod tests {
    use super::bare_casts;

    #[test]
    fn a_bare_name_is_cast_without_parentheses() {
        assert_eq!(bare_casts("lower((name)::text)"), "lower(name::text)");
        assert_eq!(bare_casts("((a || b))::text"), "((a || b))::text");
        assert_eq!(bare_casts("lower(name)::text"), "lower(name)::text");
    }
}
