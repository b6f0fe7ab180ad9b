//! Version 9: one list of entities, each naming its table.

use serde_json::Value as Json;

use super::{SnapshotReader, flag, schema, text, texts};
use crate::sql::change::Identity;
use crate::tool::drizzle::schema::kit::{
    Kit, KitCheck, KitColumn, KitEnum, KitForeignKey, KitIndex, KitKey, KitName, KitTable, KitView,
};

pub(super) fn read(reader: &SnapshotReader<'_>, entities: &[Json]) -> Kit {
    let mut kit = reader.empty();
    // Tables first: the list is not promised to be in any order.
    for entity in entities.iter().filter(|entity| kind(entity) == "tables") {
        kit.tables.push(KitTable::new(
            name(entity, "schema", "name"),
            reader.place(),
        ));
    }
    for entity in entities {
        let own = text(entity, "name").unwrap_or_default();
        match kind(entity) {
            "enums" => kit.enums.push(KitEnum {
                name: name(entity, "schema", "name"),
                labels: Ok(texts(entity, "values")),
                place: reader.place(),
            }),
            "sequences" => kit.sequences.push(name(entity, "schema", "name")),
            "views" => kit.views.push(KitView {
                name: name(entity, "schema", "name"),
                materialized: flag(entity, "materialized"),
                existing: flag(entity, "isExisting"),
                query: text(entity, "definition"),
                place: reader.place(),
            }),
            "columns" | "indexes" | "fks" | "pks" | "uniques" | "checks" => {
                let owner = name(entity, "schema", "table");
                if let Some(table) = kit.tables.iter_mut().find(|table| table.name == owner) {
                    part(reader, entity, own, table);
                }
            }
            _ => {}
        }
    }
    kit
}

fn part(reader: &SnapshotReader<'_>, entity: &Json, own: String, table: &mut KitTable) {
    let key = |own: String| KitKey {
        name: own,
        columns: texts(entity, "columns"),
        nulls_not_distinct: flag(entity, "nullsNotDistinct"),
        place: reader.place(),
    };
    match kind(entity) {
        "columns" => {
            let column = column(reader, entity, own);
            table.columns.push(column);
        }
        "indexes" => {
            let elements = entity
                .get("columns")
                .and_then(Json::as_array)
                .into_iter()
                .flatten();
            let index = KitIndex {
                name: own,
                unique: flag(entity, "isUnique"),
                method: text(entity, "method").filter(|_| reader.dialect.has_index_methods()),
                elements: elements
                    .filter_map(|it| SnapshotReader::element(it, |_| false))
                    .collect(),
                condition: text(entity, "where"),
                place: reader.place(),
            };
            table.indexes.push(index);
        }
        "fks" => table.foreign_keys.push(KitForeignKey {
            name: own,
            columns: texts(entity, "columns"),
            table: name(entity, "schemaTo", "tableTo"),
            referenced: texts(entity, "columnsTo"),
            on_delete: text(entity, "onDelete"),
            on_update: text(entity, "onUpdate"),
            place: reader.place(),
        }),
        // SQLite's AUTOINCREMENT is only allowed at the column.
        "pks" => match texts(entity, "columns").as_slice() {
            [column] if reader.dialect.integer_key_is_row_number() => {
                for column in table
                    .columns
                    .iter_mut()
                    .filter(|known| known.name == *column)
                {
                    column.primary = true;
                    // drizzle-kit writes no NOT NULL beside PRIMARY KEY.
                    if !flag(entity, "nameExplicit") {
                        column.not_null = Ok(false);
                    }
                }
            }
            _ => table.primary_key = Some(key(own)),
        },
        "uniques" => table.uniques.push(key(own)),
        _ => {
            if let Some(condition) = text(entity, "value") {
                table.checks.push(KitCheck {
                    name: own,
                    condition,
                    place: reader.place(),
                });
            }
        }
    }
}

fn column(reader: &SnapshotReader<'_>, entity: &Json, own: String) -> KitColumn {
    let dimensions = entity
        .get("dimensions")
        .and_then(Json::as_u64)
        .unwrap_or_default();
    let dimensions = usize::try_from(dimensions).unwrap_or_default().min(6);
    let data_type =
        text(entity, "type").map(|data_type| format!("{data_type}{}", "[]".repeat(dimensions)));
    let identity = entity
        .get("identity")
        .and_then(|identity| identity.get("type"))
        .and_then(Json::as_str);
    KitColumn {
        name: own,
        data_type: data_type.ok_or_else(|| reader.doubt("the snapshot gives the column no type")),
        enum_schema: text(entity, "typeSchema"),
        not_null: Ok(flag(entity, "notNull")),
        primary: false,
        auto_increment: flag(entity, "autoIncrement") || flag(entity, "autoincrement"),
        default: reader.default(entity.get("default")),
        generated: Ok(reader.generated(entity.get("generated"))),
        identity: identity.map(|kind| {
            if kind == "always" {
                Identity::Always
            } else {
                Identity::ByDefault
            }
        }),
        on_update_now: flag(entity, "onUpdateNow"),
        client_default: false,
        place: reader.place(),
    }
}

fn kind(entity: &Json) -> &str {
    entity
        .get("entityType")
        .and_then(Json::as_str)
        .unwrap_or_default()
}

fn name(entity: &Json, schema_key: &str, name_key: &str) -> KitName {
    KitName {
        schema: schema(entity, schema_key),
        name: text(entity, name_key).unwrap_or_default(),
    }
}
