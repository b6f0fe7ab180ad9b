//! Types, defaults and expressions as drizzle-kit spells them in its snapshots.

use serde_json::{Value as Json, json};

use crate::catalog::{Catalog, Column, QName, Table};
use crate::sql::Dialect;
use crate::sql::change::{DataType, ExprKind};

/// A column's type.
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

/// Whether a column draws from a sequence of its own.
pub(super) fn is_serial(catalog: &Catalog, table: &QName, column: &Column) -> bool {
    let draws = column
        .default
        .as_ref()
        .is_some_and(|default| default.expr.functions.iter().any(|name| name == "nextval"));
    let own = catalog.sequences.values().any(|sequence| {
        let owner = sequence.owner.as_ref();
        !sequence.identity && owner.is_some_and(|(of, name)| of == table && *name == column.name)
    });
    draws && own
}

/// The schema of a column's enum, where it has one.
pub(super) fn type_schema(catalog: &Catalog, column: &Column) -> Option<String> {
    let found = catalog.enum_of(&column.data_type)?;
    let schema = found.name.schema.as_str();
    (!schema.is_empty()).then(|| schema.to_owned())
}

/// A column's default.
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
        ExprKind::Number(digits) => serde_json::from_str(digits).unwrap_or_else(|_| json!(digits)),
        ExprKind::Boolean(value) => json!(value),
        _ if catalog.dialect == Dialect::Postgres => json!(expr.sql),
        _ => {
            let bare = expr.sql.trim();
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

/// A generation expression.
pub(super) fn generated(catalog: &Catalog, column: &Column) -> Option<Json> {
    let generated = column.generated.as_ref()?;
    let sql = match catalog.dialect {
        Dialect::Sqlite => format!("({})", generated.expr.sql),
        _ => generated.expr.sql.clone(),
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
        owner.is_some_and(|(of, name)| *of == table.name && *name == column.name)
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
