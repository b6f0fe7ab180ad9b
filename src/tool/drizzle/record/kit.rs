//! Types, defaults and expressions as drizzle-kit spells them in its snapshots.

use serde_json::{Value as Json, json};

use crate::catalog::{Catalog, Column, Index, QName, Table};
use crate::compare::is_wished;
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::change::{DataType, ExprKind};
use crate::sql::patch::{Patch, Renamed, RenamedKind};
use crate::sql::render::Quotes;

/// A column's type in the words of drizzle-kit's snapshots.
pub(super) fn type_of(catalog: &Catalog, table: &QName, column: &Column) -> String {
    let data_type = &column.data_type;
    match catalog.dialect {
        Dialect::Postgres if is_serial(catalog, table, column) => {
            let name = match data_type.name.as_str() {
                "bigint" => "bigserial",
                "smallint" => "smallserial",
                _ => "serial",
            };
            name.to_owned()
        }
        Dialect::Postgres => on_postgres(data_type),
        Dialect::MySql if data_type.name == "tinyint" && data_type.args == ["1"] => {
            "boolean".to_owned()
        }
        Dialect::MySql | Dialect::Sqlite => data_type.sql(catalog.dialect),
    }
}

fn on_postgres(data_type: &DataType) -> String {
    let args = |open: &str| match data_type.args.as_slice() {
        [] => String::new(),
        args => format!("{open}({})", args.join(", ")),
    };
    let text = match data_type.name.as_str() {
        "character varying" => format!("varchar{}", args("")),
        "character" => format!("char{}", args("")),
        "timestamp without time zone" => format!("timestamp{}", args(" ")),
        "timestamp with time zone" => format!("timestamp{} with time zone", args(" ")),
        "time without time zone" => format!("time{}", args(" ")),
        "time with time zone" => format!("time{} with time zone", args(" ")),
        other => format!("{other}{}", args("")),
    };
    if data_type.array { text + "[]" } else { text }
}

/// Whether a column draws from a sequence of its own, and takes no nulls.
pub(super) fn is_serial(catalog: &Catalog, table: &QName, column: &Column) -> bool {
    let draws = column
        .default
        .as_ref()
        .is_some_and(|default| default.expr.functions.iter().any(|name| name == "nextval"));
    let own = catalog.sequences.values().any(|sequence| {
        let owner = sequence.owner.as_ref();
        !sequence.identity && owner.is_some_and(|owner| owner.is(table, &column.name))
    });
    draws && own && column.not_null
}

/// The schema of a column's enum, where it has one.
pub(super) fn type_schema(catalog: &Catalog, column: &Column) -> Option<String> {
    let found = catalog.enum_of(&column.data_type)?;
    let schema = found.name.schema.as_str();
    (!schema.is_empty()).then(|| schema.to_owned())
}

/// Whether drizzle-kit knows an index: not one that MySQL makes for a foreign key, under the name of
/// that, even where a migration says it out loud.
pub(super) fn knows(catalog: &Catalog, table: &Table, index: &Index) -> bool {
    let columns = index.keys.iter().filter_map(|key| key.column.as_ref());
    let mut keys = table.foreign_keys.iter();
    let of_key = catalog.dialect == Dialect::MySql
        && !index.unique
        && keys.any(|key| key.name == index.name && columns.clone().eq(&key.columns));
    is_wished(index, table, catalog.dialect) && !of_key
}

/// A column's default in the words of drizzle-kit's snapshots.
pub(super) fn default_of(catalog: &Catalog, table: &QName, column: &Column) -> Option<Json> {
    let default = column.default.as_ref()?;
    if catalog.dialect == Dialect::Postgres && is_serial(catalog, table, column) {
        return None;
    }
    let expr = &default.expr;
    let string = |text: &str| format!("'{}'", text.replace('\'', "''"));
    Some(match &expr.kind {
        ExprKind::Null => return None,
        ExprKind::String(text) => {
            let json_type = matches!(column.data_type.name.as_str(), "json" | "jsonb");
            if json_type && catalog.dialect == Dialect::Postgres {
                // drizzle-kit writes JSON without blanks.
                let value: Option<Json> = serde_json::from_str(text).ok();
                let text = value.map_or_else(|| text.clone(), |value| value.to_string());
                json!(format!("{}::{}", string(&text), column.data_type.name))
            } else {
                json!(string(text))
            }
        }
        // drizzle-orm keeps decimals as text.
        ExprKind::Number(digits)
            if catalog.dialect == Dialect::MySql && column.data_type.name == "decimal" =>
        {
            json!(string(digits))
        }
        ExprKind::Number(digits) if type_of(catalog, table, column) == "boolean" => {
            json!(digits != "0")
        }
        ExprKind::Number(digits) => serde_json::from_str(digits).unwrap_or_else(|_| json!(digits)),
        ExprKind::Boolean(value) => json!(value),
        _ if catalog.dialect == Dialect::Postgres => json!(expr.sql),
        _ => {
            let bare = expr.sql.trim();
            // What `defaultNow()` is called on MySQL.
            if catalog.dialect == Dialect::MySql && bare.eq_ignore_ascii_case("current_timestamp") {
                return Some(json!("(now())"));
            }
            let keyword = bare.to_ascii_uppercase().starts_with("CURRENT_");
            let wrapped = keyword || bare.starts_with('(');
            json!(if wrapped {
                bare.to_owned()
            } else {
                format!("({bare})")
            })
        }
    })
}

/// What a column is generated from, in the words of drizzle-kit's snapshots.
pub(super) fn generated(catalog: &Catalog, table: &Table, column: &Column) -> Option<Json> {
    let generated = column.generated.as_ref()?;
    let sql = expression(&generated.expr.sql, table, false, catalog.dialect);
    let sql = match catalog.dialect {
        Dialect::Sqlite => format!("({sql})"),
        _ => sql,
    };
    let kind = if generated.stored {
        "stored"
    } else {
        "virtual"
    };
    Some(json!({"as": sql, "type": kind}))
}

/// An identity column's sequence.
pub(super) fn identity(catalog: &Catalog, table: &Table, column: &Column) -> Option<Json> {
    use crate::sql::change::Identity;
    let kind = match column.identity? {
        Identity::Always => "always",
        Identity::ByDefault => "byDefault",
    };
    let owned = catalog.sequences.iter().find(|(_, sequence)| {
        let owner = sequence.owner.as_ref();
        owner.is_some_and(|owner| owner.is(&table.name, &column.name))
    });
    let name = owned.map_or_else(
        || format!("{}_{}_seq", table.name.name, column.name),
        |(name, _)| name.name.clone(),
    );
    let most = match column.data_type.name.as_str() {
        "smallint" => "32767",
        "bigint" => "9223372036854775807",
        _ => "2147483647",
    };
    Some(json!({
        "type": kind, "name": name, "schema": table.name.schema, "increment": "1", "startWith": "1",
        "minValue": "1", "maxValue": most, "cache": "1", "cycle": false
    }))
}

/// A condition as drizzle-kit keeps it: without parentheses around all of it, its columns in quotes
/// and, where it says so, after their table.
pub(super) fn expression(sql: &str, table: &Table, qualified: bool, dialect: Dialect) -> String {
    let bare = without_parentheses(sql);
    let before = if qualified {
        format!("{}.", quote_always(&table.name.name, dialect))
    } else {
        String::new()
    };
    let names: Vec<Renamed> = table
        .columns
        .iter()
        .map(|column| Renamed {
            kind: RenamedKind::Column,
            from: column.name.clone(),
            to: format!("{before}{}", quote_always(&column.name, dialect)),
        })
        .collect();
    let whole = Span::new(0, bare.len());
    let mut patch = Patch::default();
    patch.rename(bare, whole, dialect, &names);
    patch.apply(bare, whole)
}

/// The expression of an index, which MySQL has in parentheses.
pub(super) fn key_expression(sql: &str, table: &Table, dialect: Dialect) -> String {
    let text = expression(sql, table, false, dialect);
    match dialect {
        Dialect::MySql => format!("({text})"),
        Dialect::Postgres | Dialect::Sqlite => text,
    }
}

fn quote_always(name: &str, dialect: Dialect) -> String {
    Quotes::All.put(name, dialect)
}

/// A text without parentheses that hold all of it.
fn without_parentheses(sql: &str) -> &str {
    let Some(inner) = sql.strip_prefix('(').and_then(|sql| sql.strip_suffix(')')) else {
        return sql;
    };
    let mut depth = 0_i32;
    let mut quoted = false;
    for c in inner.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return sql;
        }
    }
    without_parentheses(inner)
}
