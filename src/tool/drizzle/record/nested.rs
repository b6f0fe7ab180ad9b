//! Snapshots of versions 5 to 7, in which tables hold their columns, keys and indexes.

use serde_json::{Map, Value as Json, json};

use super::kit;
use crate::catalog::{
    Catalog, Column, Enum, ForeignKey, Index, IndexKey, Part, QName, Slot, Table,
};
use crate::server::is_home_schema;
use crate::sql::Dialect;
use crate::sql::change::Expr;

/// Makes one part of a snapshot what the catalog has.
pub(super) fn take(json: &mut Json, catalog: &Catalog, slot: &Slot) -> Result<(), String> {
    let owner = &slot.owner;
    match &slot.part {
        Part::View if !catalog.views.contains_key(owner) => {
            put(json, "views", &key_of(owner, catalog), None)
        }
        Part::View => Err(format!(
            "view `{owner}` changes, of which a snapshot keeps drizzle-kit's own words"
        )),
        Part::Enum | Part::EnumValue(_) => {
            let found = catalog.enums.get(owner);
            put(
                json,
                "enums",
                &key_of(owner, catalog),
                found.map(|found| enumeration(found)),
            )?;
            schemas(json, catalog)
        }
        Part::Table => {
            let found = catalog.tables.get(owner);
            let made = found.map(|found| table(catalog, found));
            put(json, "tables", &key_of(owner, catalog), made)?;
            schemas(json, catalog)?;
            found.map_or(Ok(()), |found| mark_expressions(json, catalog, found))
        }
        part => {
            let key = key_of(owner, catalog);
            let (Some(found), Some(entry)) = (
                catalog.tables.get(owner),
                json.get_mut("tables")
                    .and_then(|tables| tables.get_mut(&key)),
            ) else {
                return Err(format!("the snapshot has no table `{key}`"));
            };
            part_of(entry, catalog, found, part)?;
            mark_expressions(json, catalog, found)
        }
    }
}

/// Names the schemas of PostgreSQL that the tables and types live in.
fn schemas(json: &mut Json, catalog: &Catalog) -> Result<(), String> {
    if catalog.dialect != Dialect::Postgres {
        return Ok(());
    }
    let used = |list: &str| {
        let members = json.get(list).and_then(Json::as_object);
        members
            .into_iter()
            .flat_map(Map::values)
            .filter_map(|member| Some(member.get("schema")?.as_str()?.to_owned()))
            .collect::<Vec<String>>()
    };
    let mut named = used("tables");
    named.extend(used("enums"));
    named.retain(|schema| !schema.is_empty() && !is_home_schema(schema));
    for schema in named {
        put(json, "schemas", &schema, Some(json!(schema)))?;
    }
    Ok(())
}

/// Outside of PostgreSQL a snapshot says in another place which elements of indexes are expressions.
fn mark_expressions(json: &mut Json, catalog: &Catalog, table: &Table) -> Result<(), String> {
    if catalog.dialect == Dialect::Postgres {
        return Ok(());
    }
    for index in &table.indexes {
        let texts = index.keys.iter().filter(|key| key.column.is_none());
        let marks: Map<String, Json> = texts
            .map(|key| {
                let text = kit::key_expression(&key.expr.sql, table, catalog.dialect);
                (text, json!({"isExpression": true}))
            })
            .collect();
        let known = json
            .pointer("/internal/indexes")
            .is_some_and(|known| known.get(&index.name).is_some());
        if marks.is_empty() || known {
            continue;
        }
        let members = json
            .as_object_mut()
            .map(|whole| whole.entry("internal").or_insert_with(|| json!({})))
            .ok_or("the snapshot is no object")?;
        put(
            members,
            "indexes",
            &index.name,
            Some(json!({"columns": marks})),
        )?;
    }
    Ok(())
}

/// Sets or removes a member of an object inside an object.
fn put(json: &mut Json, list: &str, key: &str, value: Option<Json>) -> Result<(), String> {
    let members = json
        .as_object_mut()
        .map(|whole| whole.entry(list).or_insert_with(|| json!({})));
    let members = members
        .and_then(Json::as_object_mut)
        .ok_or_else(|| format!("the snapshot has no `{list}`"))?;
    match value {
        Some(value) => _ = members.insert(key.to_owned(), value),
        None => _ = members.shift_remove(key),
    }
    Ok(())
}

/// `public.users` on PostgreSQL, `users` elsewhere.
pub(super) fn key_of(name: &QName, catalog: &Catalog) -> String {
    if catalog.dialect == Dialect::Postgres {
        name.to_string()
    } else {
        name.name.clone()
    }
}

/// The schema as a snapshot of PostgreSQL names a table's: nothing for the default one.
fn schema_of(name: &QName) -> &str {
    name.other_schema().unwrap_or("")
}

fn enumeration(found: &Enum) -> Json {
    let labels: Vec<&String> = found.label_texts().collect();
    json!({"name": found.name.name, "schema": found.name.schema, "values": labels})
}

fn part_of(entry: &mut Json, catalog: &Catalog, table: &Table, part: &Part) -> Result<(), String> {
    match part {
        Part::Column(name) => {
            let made = table
                .column(name)
                .map(|found| column(catalog, table, found));
            put(entry, "columns", name, made)
        }
        Part::Type(name) | Part::Nullable(name) | Part::Default(name) => {
            let (Some(found), Some(Json::Object(known))) = (
                table.column(name),
                entry
                    .get_mut("columns")
                    .and_then(|columns| columns.get_mut(name)),
            ) else {
                return Err(format!("the snapshot has no column `{name}`"));
            };
            let made = column(catalog, table, found);
            let fields: &[&str] = match part {
                Part::Type(_) => &["type", "typeSchema"],
                // A serial column takes no nulls, so that one which does is no such.
                Part::Nullable(_) if says_serial(known.get("type")) => {
                    &["notNull", "type", "default"]
                }
                Part::Nullable(_) => &["notNull"],
                _ => &["default", "generated", "identity", "autoincrement", "type"],
            };
            for field in fields {
                match made.get(*field) {
                    // The options of its sequence are drizzle-kit's to know.
                    Some(value) if *field == "identity" && known.contains_key(*field) => {
                        known[*field]["type"] = value["type"].clone();
                    }
                    Some(value) => _ = known.insert((*field).to_owned(), value.clone()),
                    None => _ = known.shift_remove(*field),
                }
            }
            Ok(())
        }
        Part::PrimaryKey => primary_key(entry, catalog, table),
        Part::Unique(_) => {
            replace(entry, "uniqueConstraints", uniques(catalog, table), |_| {
                true
            })?;
            forget_spelling(entry, "indexes", |_, index| {
                is_unique(index) && index.get("where").is_some_and(Json::is_string)
            });
            replace(entry, "indexes", indexes(catalog, table), is_unique)
        }
        Part::Index(name) => {
            forget_spelling(entry, "indexes", |index, _| index == name);
            let made = indexes(catalog, table);
            replace(entry, "indexes", made, |one| !is_unique(one))
        }
        Part::ForeignKey(_) => {
            replace(entry, "foreignKeys", foreign_keys(catalog, table), |_| true)
        }
        Part::Check(name) => {
            let list = if catalog.dialect == Dialect::MySql {
                "checkConstraint"
            } else {
                "checkConstraints"
            };
            forget_spelling(entry, list, |check, _| check == name);
            replace(entry, list, checks(catalog, table), |_| true)
        }
        Part::Table | Part::Enum | Part::EnumValue(_) | Part::View => Ok(()),
    }
}

fn is_unique(index: &Json) -> bool {
    index.get("isUnique").and_then(Json::as_bool) == Some(true)
}

/// Empties the parts that are known to differ, so that [`replace`] keeps nothing of them but their
/// places.
fn forget_spelling(entry: &mut Json, list: &str, differs: impl Fn(&str, &Json) -> bool) {
    let members = entry.get_mut(list).and_then(Json::as_object_mut);
    for (name, value) in members.into_iter().flatten() {
        if differs(name, value) {
            let unique = is_unique(value);
            *value = json!({"isUnique": unique});
        }
    }
}

/// Whether a column's type is one of PostgreSQL's that draw from a sequence.
pub(super) fn says_serial(data_type: Option<&Json>) -> bool {
    let name = data_type.and_then(Json::as_str).unwrap_or_default();
    matches!(name, "serial" | "bigserial" | "smallserial")
}

/// Makes a list of named parts what the catalog has, as far as `is_meant`: those that are there
/// under the same name keep drizzle-kit's own spelling where they say the same.
fn replace(
    entry: &mut Json,
    list: &str,
    made: Map<String, Json>,
    is_meant: impl Fn(&Json) -> bool,
) -> Result<(), String> {
    let members = entry
        .as_object_mut()
        .map(|whole| whole.entry(list).or_insert_with(|| json!({})));
    let members = members
        .and_then(Json::as_object_mut)
        .ok_or_else(|| format!("the snapshot has no `{list}`"))?;
    members.retain(|name, value| !is_meant(value) || made.contains_key(name));
    for (name, value) in made {
        if is_meant(&value) {
            let known = members.get(&name);
            if known.is_none_or(|known| !says_the_same(known, &value)) {
                members.insert(name, value);
            }
        }
    }
    Ok(())
}

/// Whether two parts say the same, expressions apart, which have many spellings.
pub(super) fn says_the_same(known: &Json, made: &Json) -> bool {
    let (Some(known), Some(made)) = (known.as_object(), made.as_object()) else {
        return known == made;
    };
    let has_expression = |value: &Json| {
        let text = value.to_string();
        text.contains("\"isExpression\":true")
    };
    made.iter().all(|(field, value)| match known.get(field) {
        Some(other) if field == "where" || field == "value" => other.is_string(),
        Some(other) if field == "columns" && has_expression(value) => has_expression(other),
        Some(other) => other == value,
        None => false,
    })
}

fn primary_key(entry: &mut Json, catalog: &Catalog, table: &Table) -> Result<(), String> {
    let key = table.primary_key.as_ref();
    let names = key.map(|key| key.columns.as_slice()).unwrap_or_default();
    let at_columns = catalog.dialect != Dialect::MySql && names.len() == 1;
    if let Some(columns) = entry.get_mut("columns").and_then(Json::as_object_mut) {
        for (name, column) in columns {
            if let Some(column) = column.as_object_mut() {
                let own = at_columns && names.contains(name);
                column.insert("primaryKey".to_owned(), json!(own));
            }
        }
    }
    replace(
        entry,
        "compositePrimaryKeys",
        composite_keys(catalog, table),
        |_| true,
    )
}

fn composite_keys(catalog: &Catalog, table: &Table) -> Map<String, Json> {
    let mut keys = Map::new();
    if let Some(key) = &table.primary_key {
        let alone = key.columns.len() == 1;
        if !alone || catalog.dialect == Dialect::MySql {
            let usual = format!("{}_{}", table.name.name, key.columns.join("_"));
            let usual = if alone { usual } else { usual + "_pk" };
            let name = match key.name.as_str() {
                "" | "PRIMARY" => usual,
                name => name.to_owned(),
            };
            keys.insert(name.clone(), json!({"columns": key.columns, "name": name}));
        }
    }
    keys
}

fn column(catalog: &Catalog, table: &Table, column: &Column) -> Json {
    let key = table.primary_key.as_ref();
    let alone = key.is_some_and(|key| key.columns == [column.name.clone()]);
    let mut made = Map::new();
    let mut set = |name: &str, value: Json| _ = made.insert(name.to_owned(), value);
    set("name", json!(column.name));
    set("type", json!(kit::type_of(catalog, &table.name, column)));
    if let Some(schema) = kit::type_schema(catalog, column) {
        set("typeSchema", json!(schema));
    }
    set(
        "primaryKey",
        json!(alone && catalog.dialect != Dialect::MySql),
    );
    // A row's number is never null, and drizzle-kit says so.
    let is_row_number =
        alone && catalog.dialect.integer_key_is_row_number() && column.data_type.name == "integer";
    set("notNull", json!(column.not_null || is_row_number));
    if catalog.dialect != Dialect::Postgres {
        set("autoincrement", json!(column.auto_increment));
    }
    if column.on_update.is_some() {
        set("onUpdate", json!(true));
    }
    if let Some(default) = kit::default_of(catalog, &table.name, column) {
        set("default", default);
    }
    if let Some(generated) = kit::generated(catalog, table, column) {
        set("generated", generated);
    }
    if let Some(identity) = kit::identity(catalog, table, column) {
        set("identity", identity);
    }
    Json::Object(made)
}

fn table(catalog: &Catalog, found: &Table) -> Json {
    let columns: Map<String, Json> = found
        .columns
        .iter()
        .map(|one| (one.name.clone(), column(catalog, found, one)))
        .collect();
    let name = &found.name.name;
    let keys = composite_keys(catalog, found);
    let (uniques, indexes) = (uniques(catalog, found), indexes(catalog, found));
    let (foreign_keys, checks) = (foreign_keys(catalog, found), checks(catalog, found));
    match catalog.dialect {
        Dialect::Postgres => json!({
            "name": name, "schema": schema_of(&found.name), "columns": columns, "indexes": indexes,
            "foreignKeys": foreign_keys, "compositePrimaryKeys": keys, "uniqueConstraints": uniques,
            "policies": {}, "checkConstraints": checks, "isRLSEnabled": false
        }),
        Dialect::MySql => json!({
            "name": name, "columns": columns, "indexes": indexes, "foreignKeys": foreign_keys,
            "compositePrimaryKeys": keys, "uniqueConstraints": uniques, "checkConstraint": checks
        }),
        Dialect::Sqlite => json!({
            "name": name, "columns": columns, "indexes": indexes, "foreignKeys": foreign_keys,
            "compositePrimaryKeys": keys, "uniqueConstraints": uniques, "checkConstraints": checks
        }),
    }
}

/// Unique constraints. MySQL keeps them among the indexes, and drizzle-kit among the constraints;
/// SQLite's are indexes in both.
fn uniques(catalog: &Catalog, table: &Table) -> Map<String, Json> {
    let mut made = Map::new();
    for key in &table.uniques {
        let value = match catalog.dialect {
            Dialect::Postgres => json!({
                "name": key.name, "nullsNotDistinct": key.nulls_not_distinct, "columns": key.columns
            }),
            _ => json!({"name": key.name, "columns": key.columns}),
        };
        made.insert(key.name.clone(), value);
    }
    made
}

fn indexes(catalog: &Catalog, table: &Table) -> Map<String, Json> {
    let own = table.indexes.iter();
    let own = own.filter(|index| kit::knows(catalog, table, index));
    own.map(|found| (found.name.clone(), index(catalog, table, found)))
        .collect()
}

fn index(catalog: &Catalog, table: &Table, index: &Index) -> Json {
    let text_of = |key: &IndexKey| {
        key.column
            .clone()
            .unwrap_or_else(|| kit::key_expression(&key.expr.sql, table, catalog.dialect))
    };
    let spelled = |condition: &Expr| kit::expression(&condition.sql, table, true, catalog.dialect);
    if catalog.dialect != Dialect::Postgres {
        let columns: Vec<String> = index.keys.iter().map(text_of).collect();
        let mut made = json!({"name": index.name, "columns": columns, "isUnique": index.unique});
        if let (Some(condition), Some(made)) = (&index.condition, made.as_object_mut()) {
            made.insert("where".to_owned(), json!(spelled(condition)));
        }
        return made;
    }
    let columns: Vec<Json> = index
        .keys
        .iter()
        .map(|key| {
            let text = text_of(key);
            let nulls = if key.nulls_first { "first" } else { "last" };
            let mut made = json!({
                "expression": text, "isExpression": key.column.is_none(), "asc": !key.descending, "nulls": nulls
            });
            if let (Some(class), Some(made)) = (&key.opclass, made.as_object_mut()) {
                made.insert("opclass".to_owned(), json!(class));
            }
            made
        })
        .collect();
    let mut made = Map::new();
    made.insert("name".to_owned(), json!(index.name));
    made.insert("columns".to_owned(), json!(columns));
    made.insert("isUnique".to_owned(), json!(index.unique));
    if let Some(condition) = &index.condition {
        made.insert("where".to_owned(), json!(spelled(condition)));
    }
    made.insert("concurrently".to_owned(), json!(false));
    made.insert("method".to_owned(), json!(index.method));
    made.insert("with".to_owned(), json!({}));
    Json::Object(made)
}

fn foreign_keys(catalog: &Catalog, table: &Table) -> Map<String, Json> {
    let mut made = Map::new();
    for key in &table.foreign_keys {
        let name = name_of(table, key);
        let mut value = Map::new();
        value.insert("name".to_owned(), json!(name));
        value.insert("tableFrom".to_owned(), json!(table.name.name));
        value.insert("tableTo".to_owned(), json!(key.table.name));
        if catalog.dialect == Dialect::Postgres
            && let Some(schema) = key.table.other_schema()
        {
            value.insert("schemaTo".to_owned(), json!(schema));
        }
        value.insert("columnsFrom".to_owned(), json!(key.columns));
        value.insert("columnsTo".to_owned(), json!(key.referenced));
        value.insert(
            "onDelete".to_owned(),
            json!(key.on_delete.sql().to_lowercase()),
        );
        value.insert(
            "onUpdate".to_owned(),
            json!(key.on_update.sql().to_lowercase()),
        );
        made.insert(name, Json::Object(value));
    }
    made
}

/// The name of a foreign key; SQLite has none, and drizzle-kit makes one.
fn name_of(table: &Table, key: &ForeignKey) -> String {
    if key.name.is_empty() {
        format!(
            "{}_{}_{}_{}_fk",
            table.name.name,
            key.columns.join("_"),
            key.table.name,
            key.referenced.join("_")
        )
    } else {
        key.name.clone()
    }
}

fn checks(catalog: &Catalog, table: &Table) -> Map<String, Json> {
    let checks = table.checks.iter().map(|check| {
        let sql = kit::expression(&check.expr.sql, table, true, catalog.dialect);
        let value = json!({"name": check.name, "value": sql});
        (check.name.clone(), value)
    });
    checks.collect()
}
