//! The SQL that drizzle-kit generates for a schema, one statement at a time.
//!
//! Source: drizzle-kit 0.31, `sqlgenerator.ts`. A slot that is not known is written as something
//! valid; the caller remembers which.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::kit::{
    Kit, KitColumn, KitForeignKey, KitGenerated, KitIndex, KitKey, KitName, KitTable,
};
use super::sql::quoted;
use crate::server::postgres::names::BYTES as POSTGRES_BYTES;
use crate::sql::Dialect;
use crate::sql::change::Identity;
use crate::sql::limit::clip;

/// Every statement, in an order that applies to an empty database. Views are not among them.
pub(crate) fn statements(kit: &Kit) -> Vec<String> {
    let dialect = kit.dialect;
    let mut kit = kit.clone();
    if dialect.constraints_have_names() {
        settle_clashes(&mut kit.tables);
    }
    let mut all = Vec::new();
    if dialect.has_schemas() {
        let names = kit.tables.iter().map(|table| &table.name);
        let names = names
            .chain(kit.enums.iter().map(|kind| &kind.name))
            .chain(&kit.sequences);
        let mut schemas: Vec<&str> = names.filter_map(|name| name.schema.as_deref()).collect();
        schemas.sort_unstable();
        schemas.dedup();
        all.extend(
            schemas
                .iter()
                .map(|schema| format!("CREATE SCHEMA {}", quoted(dialect, schema))),
        );
        for kind in &kit.enums {
            let labels = kind.labels.as_deref().unwrap_or_default();
            let labels: Vec<String> = labels
                .iter()
                .map(|label| format!("'{}'", label.replace('\'', "''")))
                .collect();
            all.push(format!(
                "CREATE TYPE {} AS ENUM({})",
                name(dialect, &kind.name),
                labels.join(", ")
            ));
        }
        all.extend(
            kit.sequences
                .iter()
                .map(|sequence| format!("CREATE SEQUENCE {}", name(dialect, sequence))),
        );
    }
    all.extend(kit.tables.iter().map(|table| create_table(dialect, table)));
    // A foreign key may rest on a unique index, of a later table too.
    for table in &kit.tables {
        let indexes = table.indexes.iter();
        all.extend(indexes.map(|index| create_index(dialect, table, index)));
    }
    if !dialect.constraints_come_with_tables() {
        for table in &kit.tables {
            all.extend(table.foreign_keys.iter().map(|key| {
                let table = name(dialect, &table.name);
                let constraint = quoted(dialect, &key.name);
                format!(
                    "ALTER TABLE {table} ADD CONSTRAINT {constraint} {}",
                    foreign_key(dialect, key)
                )
            }));
        }
    }
    all
}

/// Keys and indexes share their names with tables on PostgreSQL, and constraints of one table with
/// each other. One whose name is taken, be it that the server cuts it to the same, would be
/// refused, and the schema would seem to lack it; a name matters less than that.
fn settle_clashes(tables: &mut [KitTable]) {
    let mut taken: BTreeMap<Option<String>, BTreeSet<String>> = BTreeMap::new();
    for table in tables.iter() {
        taken
            .entry(table.name.schema.clone())
            .or_default()
            .insert(table.name.name.clone());
    }
    for table in tables {
        let taken = taken.entry(table.name.schema.clone()).or_default();
        if table.columns.iter().any(|column| column.primary) {
            taken.insert(format!("{}_pkey", table.name.name));
        }
        let keys = table
            .primary_key
            .iter_mut()
            .chain(&mut table.uniques)
            .map(|key| &mut key.name);
        for name in keys.chain(table.indexes.iter_mut().map(|index| &mut index.name)) {
            make_free(name, taken);
        }
        let mut taken = BTreeSet::new();
        let keys = table.foreign_keys.iter_mut().map(|key| &mut key.name);
        for name in keys.chain(table.checks.iter_mut().map(|check| &mut check.name)) {
            make_free(name, &mut taken);
        }
    }
}

/// Numbers a name that is taken.
fn make_free(name: &mut String, taken: &mut BTreeSet<String>) {
    let mut free = clip(name, POSTGRES_BYTES).to_owned();
    let mut number = 0_u32;
    while !taken.insert(free.clone()) {
        number += 1;
        let suffix = format!("_{number}");
        free = clip(name, POSTGRES_BYTES - suffix.len()).to_owned() + &suffix;
    }
    if number > 0 {
        *name = free;
    }
}

pub(super) fn create_table(dialect: Dialect, table: &KitTable) -> String {
    let mut parts: Vec<String> = table
        .columns
        .iter()
        .map(|column| create_column(dialect, column))
        .collect();
    if let Some(key) = &table.primary_key {
        let columns = columns(dialect, &key.columns);
        parts.push(match dialect {
            Dialect::Sqlite => format!("PRIMARY KEY({columns})"),
            _ => format!(
                "CONSTRAINT {} PRIMARY KEY({columns})",
                quoted(dialect, &key.name)
            ),
        });
    }
    if dialect.constraints_come_with_tables() {
        parts.extend(
            table
                .foreign_keys
                .iter()
                .map(|key| foreign_key(dialect, key)),
        );
    }
    parts.extend(table.uniques.iter().map(|key| unique(dialect, key)));
    parts.extend(table.checks.iter().map(|check| {
        format!(
            "CONSTRAINT {} CHECK({})",
            quoted(dialect, &check.name),
            check.condition
        )
    }));
    format!(
        "CREATE TABLE {} (\n\t{}\n)",
        name(dialect, &table.name),
        parts.join(",\n\t")
    )
}

fn unique(dialect: Dialect, key: &KitKey) -> String {
    let nulls = if key.nulls_not_distinct {
        " NULLS NOT DISTINCT"
    } else {
        ""
    };
    format!(
        "CONSTRAINT {} UNIQUE{nulls}({})",
        quoted(dialect, &key.name),
        columns(dialect, &key.columns)
    )
}

fn create_column(dialect: Dialect, column: &KitColumn) -> String {
    let data_type = match &column.data_type {
        Ok(sql) if dialect.types_are_objects() => postgres_type(sql, column.enum_schema.as_deref()),
        Ok(sql) => sql.clone(),
        Err(_) => "text".to_owned(),
    };
    let mut out = format!("{} {data_type}", quoted(dialect, &column.name));
    let mut add = |clause: &str| {
        out.push(' ');
        out.push_str(clause);
    };
    if column.auto_increment && dialect.counts_for_a_key_only() {
        add("AUTO_INCREMENT");
    }
    if column.primary {
        add("PRIMARY KEY");
    }
    if column.auto_increment && dialect.integer_key_is_row_number() {
        add("AUTOINCREMENT");
    }
    if let Ok(Some(default)) = &column.default {
        add(&format!("DEFAULT {default}"));
    }
    if let Ok(Some(KitGenerated { expression, stored })) = &column.generated {
        add(&format!(
            "GENERATED ALWAYS AS ({expression}) {}",
            if *stored { "STORED" } else { "VIRTUAL" }
        ));
    }
    if matches!(column.not_null, Ok(true)) && column.identity.is_none() {
        add("NOT NULL");
    }
    if column.on_update_now {
        add("ON UPDATE CURRENT_TIMESTAMP");
    }
    match column.identity {
        Some(Identity::Always) => add("GENERATED ALWAYS AS IDENTITY"),
        Some(Identity::ByDefault) => add("GENERATED BY DEFAULT AS IDENTITY"),
        None => {}
    }
    out
}

/// Types that drizzle-kit writes without quotes; everything that starts with one of these is.
const NATIVE: [&str; 28] = [
    "uuid",
    "smallint",
    "integer",
    "bigint",
    "boolean",
    "text",
    "varchar",
    "serial",
    "bigserial",
    "decimal",
    "numeric",
    "real",
    "json",
    "jsonb",
    "time",
    "timestamp",
    "date",
    "interval",
    "double precision",
    "char",
    "vector",
    "geometry",
    "halfvec",
    "sparsevec",
    "bit",
    "smallserial",
    "bytea",
    "int",
];

/// A PostgreSQL type as drizzle-kit writes it: built-in names bare, the rest quoted. An enum is
/// always quoted, since its name may look built in.
fn postgres_type(sql: &str, enum_schema: Option<&str>) -> String {
    let (base, dimensions) = sql
        .find('[')
        .map_or((sql, ""), |bracket| sql.split_at(bracket));
    if let Some(schema) = enum_schema {
        let name = KitName {
            schema: Some(schema.to_owned()).filter(|schema| schema != "public"),
            name: base.to_owned(),
        };
        return format!("{}{dimensions}", self::name(Dialect::Postgres, &name));
    }
    if NATIVE.iter().any(|native| base.starts_with(native)) || base.contains(['(', '.', '"', ' ']) {
        return sql.to_owned();
    }
    format!("{}{dimensions}", quoted(Dialect::Postgres, base))
}

fn foreign_key(dialect: Dialect, key: &KitForeignKey) -> String {
    let mut out = format!(
        "FOREIGN KEY ({}) REFERENCES {}({})",
        columns(dialect, &key.columns),
        name(dialect, &key.table),
        columns(dialect, &key.referenced)
    );
    for (event, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        if let Some(action) = action {
            // Writing to a string cannot fail.
            let _ = write!(out, " ON {event} {action}");
        }
    }
    out
}

pub(super) fn create_index(dialect: Dialect, table: &KitTable, index: &KitIndex) -> String {
    let elements: Vec<String> = index
        .elements
        .iter()
        .map(|element| {
            let mut out = match (element.is_expression, dialect) {
                (false, _) => quoted(dialect, &element.text),
                (true, _) => element.text.clone(),
            };
            // drizzle-kit writes no order beside an operator class.
            if let Some(opclass) = &element.opclass {
                out.push(' ');
                out.push_str(opclass);
            } else if dialect.nulls_sort_high() && (element.descending || element.nulls_first) {
                out.push_str(if element.descending { " DESC" } else { "" });
                out.push_str(if element.nulls_first {
                    " NULLS FIRST"
                } else {
                    " NULLS LAST"
                });
            }
            out
        })
        .collect();
    let unique = if index.unique { "UNIQUE " } else { "" };
    let method = index
        .method
        .as_ref()
        .filter(|_| dialect.has_index_methods());
    let method = method.map_or(String::new(), |method| format!(" USING {method}"));
    let condition = index
        .condition
        .as_ref()
        .map_or(String::new(), |condition| format!(" WHERE {condition}"));
    let on = name(dialect, &table.name);
    let index = quoted(dialect, &index.name);
    format!(
        "CREATE {unique}INDEX {index} ON {on}{method} ({}){condition}",
        elements.join(",")
    )
}

fn name(dialect: Dialect, name: &KitName) -> String {
    match &name.schema {
        Some(schema) => format!(
            "{}.{}",
            quoted(dialect, schema),
            quoted(dialect, &name.name)
        ),
        None => quoted(dialect, &name.name),
    }
}

fn columns(dialect: Dialect, columns: &[String]) -> String {
    columns
        .iter()
        .map(|column| quoted(dialect, column))
        .collect::<Vec<_>>()
        .join(",")
}
