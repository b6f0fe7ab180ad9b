//! Snapshots of version 9: one list of entities, each naming its table.

use serde_json::{Map, Value as Json, json};

use super::kit;
use super::nested::{says_serial, says_the_same};
use crate::catalog::{Catalog, Column, Enum, Index, Part, QName, Slot, Table};
use crate::sql::Dialect;

/// Makes one part of what the entities say what the catalog has.
pub(super) fn take(entities: &mut Vec<Json>, catalog: &Catalog, slot: &Slot) -> Result<(), String> {
    let owner = &slot.owner;
    let made = EntityWriter { catalog };
    let Some(table) = catalog.tables.get(owner) else {
        match &slot.part {
            Part::View if !catalog.views.contains_key(owner) => {
                entities.retain(|entity| {
                    kind(entity) != "views" || !is_named(entity, owner, "name", catalog)
                });
                return Ok(());
            }
            Part::View => {}
            Part::Enum | Part::EnumValue(_) => {
                let found = catalog.enums.get(owner);
                let found: Vec<Json> = found.iter().map(|found| enumeration(found)).collect();
                put(entities, found, |entity| {
                    kind(entity) == "enums" && is_named(entity, owner, "name", catalog)
                });
                made.schema(entities, owner);
                return Ok(());
            }
            _ => {
                entities.retain(|entity| {
                    let itself =
                        kind(entity) == "tables" && is_named(entity, owner, "name", catalog);
                    !itself && !is_named(entity, owner, "table", catalog)
                });
                return Ok(());
            }
        }
        return Err(format!(
            "view `{owner}` changes, of which a snapshot keeps drizzle-kit's own words"
        ));
    };
    let replace = |entities: &mut Vec<Json>,
                   kind_of: &str,
                   all: Vec<Json>,
                   is_meant: &dyn Fn(&Json) -> bool| {
        let own = |entity: &Json| {
            kind(entity) == kind_of && is_named(entity, owner, "table", catalog) && is_meant(entity)
        };
        let meant = all.into_iter().filter(|entity| is_meant(entity)).collect();
        // What is known to differ keeps nothing of its spelling.
        entities.retain(|entity| !own(entity) || !differs(entity, &slot.part));
        put(entities, meant, own);
    };
    let all = |_: &Json| true;
    match &slot.part {
        Part::Type(name) | Part::Nullable(name) | Part::Default(name) => {
            let made = made.columns(table);
            let named = |entity: &&Json| entity.get("name").and_then(Json::as_str) == Some(name);
            let known = entities.iter_mut().find(|entity| {
                kind(entity) == "columns"
                    && is_named(entity, owner, "table", catalog)
                    && named(&&**entity)
            });
            let fields: &[&str] = match &slot.part {
                Part::Type(_) => &["type", "typeSchema", "dimensions"],
                // A serial column takes no nulls, so that one which does is no such.
                Part::Nullable(_)
                    if known
                        .as_ref()
                        .is_some_and(|known| says_serial(known.get("type"))) =>
                {
                    &["notNull", "type", "default"]
                }
                Part::Nullable(_) => &["notNull"],
                _ => &[
                    "default",
                    "generated",
                    "identity",
                    "autoincrement",
                    "autoIncrement",
                    "type",
                ],
            };
            if let (Some(known), Some(new)) = (known, made.iter().find(named)) {
                for field in fields.iter().filter(|field| new.get(**field).is_some()) {
                    match (&mut known[*field], &new[*field]) {
                        (Json::Object(identity), Json::Object(made)) if *field == "identity" => {
                            identity.insert("type".to_owned(), made["type"].clone());
                        }
                        (known, made) => *known = made.clone(),
                    }
                }
            }
        }
        Part::Column(name) => {
            replace(entities, "columns", made.columns(table), &|entity| {
                entity.get("name").and_then(Json::as_str) == Some(name)
            });
        }
        Part::PrimaryKey => replace(entities, "pks", made.primary_key(table), &all),
        Part::Unique(_) => {
            replace(entities, "uniques", made.uniques(table), &all);
            replace(entities, "indexes", made.indexes(table), &is_unique);
        }
        Part::Index(_) => replace(entities, "indexes", made.indexes(table), &|entity| {
            !is_unique(entity)
        }),
        Part::ForeignKey(_) => replace(entities, "fks", made.foreign_keys(table), &all),
        Part::Check(_) => replace(entities, "checks", made.checks(table), &all),
        Part::Table | Part::Enum | Part::EnumValue(_) | Part::View => {
            entities.push(made.table(table));
            for parts in [
                made.columns(table),
                made.indexes(table),
                made.foreign_keys(table),
                made.primary_key(table),
                made.uniques(table),
                made.checks(table),
            ] {
                entities.extend(parts);
            }
            made.schema(entities, owner);
        }
    }
    Ok(())
}

/// Puts entities in place of those that are `own`: what is there under the same name keeps
/// drizzle-kit's spelling where it says the same.
fn put(entities: &mut Vec<Json>, made: Vec<Json>, own: impl Fn(&Json) -> bool) {
    let same = |one: &Json, other: &Json| one.get("name") == other.get("name");
    entities.retain(|entity| !own(entity) || made.iter().any(|new| same(entity, new)));
    for new in made {
        match entities
            .iter_mut()
            .find(|entity| own(entity) && same(entity, &new))
        {
            Some(known) if says_the_same(known, &new) => {}
            Some(known) => *known = new,
            None => entities.push(new),
        }
    }
}

/// Whether an entity is what a part is about: the check or index of that name, or one of the unique
/// indexes with a condition, which are known by their columns alone.
fn differs(entity: &Json, part: &Part) -> bool {
    let text = |field: &str| entity.get(field).and_then(Json::as_str);
    match part {
        Part::Check(name) | Part::Index(name) => text("name") == Some(name),
        Part::Unique(_) => is_unique(entity) && text("where").is_some(),
        _ => false,
    }
}

pub(super) fn kind(entity: &Json) -> &str {
    let kind = entity.get("entityType").and_then(Json::as_str);
    kind.unwrap_or_default()
}

fn is_unique(entity: &Json) -> bool {
    entity.get("isUnique").and_then(Json::as_bool) == Some(true)
}

/// Whether `field` of an entity, with its schema, is that name.
pub(super) fn is_named(entity: &Json, name: &QName, field: &str, catalog: &Catalog) -> bool {
    let text = |field: &str| entity.get(field).and_then(Json::as_str);
    let schema = catalog.dialect != Dialect::Postgres || text("schema") == Some(&name.schema);
    schema && text(field) == Some(&name.name)
}

fn enumeration(found: &Enum) -> Json {
    let labels: Vec<&String> = found.label_texts().collect();
    json!({"schema": found.name.schema, "name": found.name.name, "values": labels, "entityType": "enums"})
}

/// A check with that condition.
pub(super) fn check(catalog: &Catalog, table: &Table, name: &str, condition: &str) -> Json {
    EntityWriter { catalog }.of_table(table, name, "checks", json!({"value": condition}))
}

/// Entities as drizzle-kit 1.0 writes them.
struct EntityWriter<'a> {
    catalog: &'a Catalog,
}

impl EntityWriter<'_> {
    fn dialect(&self) -> Dialect {
        self.catalog.dialect
    }

    /// The schema of an object, which drizzle-kit makes where no entity does.
    fn schema(&self, entities: &mut Vec<Json>, of: &QName) {
        let Some(schema) = of.other_schema().filter(|schema| !schema.is_empty()) else {
            return;
        };
        let mut schemas = entities.iter().filter(|entity| kind(entity) == "schemas");
        let known = schemas.any(|it| it.get("name").and_then(Json::as_str) == Some(schema));
        if self.dialect() == Dialect::Postgres && !known {
            entities.push(json!({"name": schema, "entityType": "schemas"}));
        }
    }

    /// An entity of a table: its schema, its table, its name, and what else it has.
    fn of_table(&self, table: &Table, name: &str, kind: &str, rest: Json) -> Json {
        let mut made = Map::new();
        if self.dialect() == Dialect::Postgres {
            made.insert("schema".to_owned(), json!(table.name.schema));
        }
        made.insert("table".to_owned(), json!(table.name.name));
        made.insert("name".to_owned(), json!(name));
        if let Json::Object(rest) = rest {
            made.extend(rest);
        }
        made.insert("entityType".to_owned(), json!(kind));
        Json::Object(made)
    }

    fn table(&self, table: &Table) -> Json {
        if self.dialect() == Dialect::Postgres {
            return json!({
                "schema": table.name.schema, "name": table.name.name,
                "isRlsEnabled": false, "entityType": "tables"
            });
        }
        json!({"name": table.name.name, "entityType": "tables"})
    }

    fn columns(&self, table: &Table) -> Vec<Json> {
        let columns = table.columns.iter();
        columns.map(|column| self.column(table, column)).collect()
    }

    fn column(&self, table: &Table, column: &Column) -> Json {
        let data_type = kit::type_of(self.catalog, &table.name, column).replace(", ", ",");
        let default = kit::default_of(self.catalog, &table.name, column);
        // Numbers and booleans are texts here, and JSON needs no cast.
        let cast = format!("::{}", column.data_type.name);
        let default = default.map(|default| match default {
            Json::String(text) => match text.strip_suffix(&cast) {
                Some(bare) if bare.starts_with('\'') => bare.to_owned(),
                _ => text,
            },
            other => other.to_string(),
        });
        // Decimals are in brackets on MySQL, where 0.31 has them in quotes.
        let decimal = self.dialect() == Dialect::MySql && column.data_type.name == "decimal";
        let default = default.map(|text| match text.trim_matches('\'') {
            digits if decimal && !text.starts_with('(') => format!("({digits})"),
            _ => text,
        });
        let generated = kit::generated(self.catalog, table, column);
        let rest = match self.dialect() {
            Dialect::Postgres => {
                let (base, dimensions) = match data_type.strip_suffix("[]") {
                    Some(base) => (base, 1),
                    None => (data_type.as_str(), 0),
                };
                let mut identity = kit::identity(self.catalog, table, column);
                if let Some(Json::Object(identity)) = &mut identity {
                    identity.shift_remove("schema");
                    identity.insert("cache".to_owned(), json!(1));
                }
                json!({
                    "type": base, "typeSchema": kit::type_schema(self.catalog, column),
                    "notNull": column.not_null, "dimensions": dimensions, "default": default,
                    "generated": generated, "identity": identity
                })
            }
            Dialect::MySql => json!({
                "type": data_type, "notNull": column.not_null, "autoIncrement": column.auto_increment,
                "default": default, "onUpdateNow": column.on_update.is_some(), "onUpdateNowFsp": null,
                "charSet": column.charset, "collation": column.collation.as_ref().map(|name| name.name.as_str()), "generated": generated
            }),
            Dialect::Sqlite => {
                // `(CURRENT_TIMESTAMP)` and the bare word are one default, which is kept bare.
                let default = default.map(|text| match text.strip_prefix("(CURRENT_") {
                    Some(rest) => format!("CURRENT_{}", rest.trim_end_matches(')')),
                    None => text,
                });
                json!({
                    "type": data_type, "notNull": column.not_null, "autoincrement": column.auto_increment,
                    "default": default, "generated": generated
                })
            }
        };
        self.of_table(table, &column.name, "columns", rest)
    }

    fn primary_key(&self, table: &Table) -> Vec<Json> {
        let Some(key) = &table.primary_key else {
            return Vec::new();
        };
        let usual = match self.dialect() {
            Dialect::Postgres => format!("{}_pkey", table.name.name),
            Dialect::MySql => "PRIMARY".to_owned(),
            Dialect::Sqlite => format!("{}_pk", table.name.name),
        };
        let name = if key.name.is_empty() || self.dialect() == Dialect::MySql {
            usual.clone()
        } else {
            key.name.clone()
        };
        let rest = match self.dialect() {
            Dialect::MySql => json!({"columns": key.columns}),
            _ => json!({"columns": key.columns, "nameExplicit": name != usual}),
        };
        vec![self.of_table(table, &name, "pks", rest)]
    }

    /// Unique constraints, which MySQL keeps among its indexes.
    fn uniques(&self, table: &Table) -> Vec<Json> {
        if self.dialect() == Dialect::MySql {
            return Vec::new();
        }
        let uniques = table.uniques.iter().map(|key| {
            let parts = format!("{}_{}", table.name.name, key.columns.join("_"));
            let usual = format!("{parts}_unique");
            let name = if key.name.is_empty() {
                usual.clone()
            } else {
                key.name.clone()
            };
            // `.unique()` at a column is called `_key` on PostgreSQL, `unique().on(…)` is not.
            let explicit = name != usual && name != format!("{parts}_key");
            let mut rest = json!({"nameExplicit": explicit, "columns": key.columns});
            if self.dialect() == Dialect::Postgres {
                rest["nullsNotDistinct"] = json!(key.nulls_not_distinct);
            }
            self.of_table(table, &name, "uniques", rest)
        });
        uniques.collect()
    }

    fn indexes(&self, table: &Table) -> Vec<Json> {
        let own = table.indexes.iter();
        let own = own.filter(|index| kit::knows(self.catalog, table, index));
        let mut made: Vec<Json> = own.map(|found| self.index(table, found)).collect();
        if self.dialect() == Dialect::MySql {
            for key in &table.uniques {
                let columns: Vec<Json> = key
                    .columns
                    .iter()
                    .map(|name| json!({"value": name, "isExpression": false}))
                    .collect();
                let usual = format!("{}_unique", key.columns.join("_"));
                let rest = on_mysql(&columns, true, key.name != usual);
                made.push(self.of_table(table, &key.name, "indexes", rest));
            }
        }
        made
    }

    fn index(&self, table: &Table, index: &Index) -> Json {
        let columns: Vec<Json> = index
            .keys
            .iter()
            .map(|key| {
                let text = key
                    .column
                    .clone()
                    .unwrap_or_else(|| kit::key_expression(&key.expr.sql, table, self.dialect()));
                let mut made = json!({"value": text, "isExpression": key.column.is_none()});
                if self.dialect() == Dialect::Postgres {
                    made["asc"] = json!(!key.descending);
                    made["nullsFirst"] = json!(key.nulls_first);
                    let class = key.opclass.as_ref();
                    made["opclass"] =
                        class.map_or(Json::Null, |name| json!({"name": name, "default": false}));
                }
                made
            })
            .collect();
        let condition = index.condition.as_ref().map(|condition| {
            let qualified = self.dialect() != Dialect::Postgres;
            kit::expression(&condition.sql, table, qualified, self.dialect())
        });
        let names: Vec<&str> = index
            .keys
            .iter()
            .filter_map(|key| key.column.as_deref())
            .collect();
        let explicit = match self.dialect() {
            Dialect::MySql => index.name != format!("{}_index", names.join("_")),
            _ => index.name != format!("{}_{}_index", table.name.name, names.join("_")),
        };
        let rest = match self.dialect() {
            Dialect::Postgres => json!({
                "nameExplicit": explicit, "columns": columns, "isUnique": index.unique, "where": condition,
                "with": "", "method": index.method, "concurrently": false
            }),
            Dialect::MySql => on_mysql(&columns, index.unique, explicit),
            Dialect::Sqlite => json!({
                "columns": columns, "isUnique": index.unique, "where": condition, "origin": "manual"
            }),
        };
        self.of_table(table, &index.name, "indexes", rest)
    }

    fn foreign_keys(&self, table: &Table) -> Vec<Json> {
        let keys = table.foreign_keys.iter().map(|key| {
            let parts = format!(
                "{}_{}_{}_{}",
                table.name.name,
                key.columns.join("_"),
                key.table.name,
                key.referenced.join("_")
            );
            let usual = match self.dialect() {
                Dialect::Sqlite => format!("fk_{parts}_fk"),
                _ => format!("{parts}_fkey"),
            };
            let name = if key.name.is_empty() {
                usual.clone()
            } else {
                key.name.clone()
            };
            let mut rest = json!({
                "nameExplicit": name != usual, "columns": key.columns, "tableTo": key.table.name,
                "columnsTo": key.referenced, "onUpdate": key.on_update.sql(), "onDelete": key.on_delete.sql()
            });
            if self.dialect() == Dialect::Postgres {
                rest["schemaTo"] = json!(key.table.schema);
            }
            self.of_table(table, &name, "fks", rest)
        });
        keys.collect()
    }

    fn checks(&self, table: &Table) -> Vec<Json> {
        let checks = table.checks.iter();
        let qualified = self.dialect() == Dialect::MySql;
        let checks = checks.map(|check| {
            let sql = kit::expression(&check.expr.sql, table, qualified, self.dialect());
            self.of_table(table, &check.name, "checks", json!({"value": sql}))
        });
        checks.collect()
    }
}

fn on_mysql(columns: &[Json], unique: bool, explicit: bool) -> Json {
    json!({
        "columns": columns, "isUnique": unique, "using": null, "algorithm": null, "lock": null,
        "nameExplicit": explicit
    })
}
