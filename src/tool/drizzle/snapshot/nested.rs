//! Versions 5 to 7: tables hold their columns, keys and indexes.

use serde_json::{Map, Value as Json};

use super::{SnapshotReader, flag, schema, text, texts};
use crate::sql::change::Identity;
use crate::tool::drizzle::schema::kit::{
    Kit, KitCheck, KitColumn, KitEnum, KitForeignKey, KitIndex, KitKey, KitName, KitTable, KitView,
};

pub(super) fn read(reader: &SnapshotReader<'_>, json: &Json) -> Kit {
    let mut kit = reader.empty();
    for (key, value) in members(json, "enums") {
        let name = KitName {
            schema: schema(value, "schema"),
            name: text(value, "name").unwrap_or_else(|| key.clone()),
        };
        let labels = match value.get("values") {
            // Version 5 maps each label to itself.
            Some(Json::Object(labels)) => labels
                .values()
                .filter_map(Json::as_str)
                .map(str::to_owned)
                .collect(),
            _ => texts(value, "values"),
        };
        kit.enums.push(KitEnum {
            name,
            labels: Ok(labels),
            place: reader.place(),
        });
    }
    for (key, value) in members(json, "sequences") {
        let name = text(value, "name").unwrap_or_else(|| key.clone());
        kit.sequences.push(KitName {
            schema: schema(value, "schema"),
            name,
        });
    }
    for (key, value) in members(json, "tables") {
        kit.tables.push(table(reader, json, key, value));
    }
    for (key, value) in members(json, "views") {
        kit.views.push(KitView {
            name: KitName {
                schema: schema(value, "schema"),
                name: text(value, "name").unwrap_or_else(|| key.clone()),
            },
            materialized: flag(value, "materialized"),
            existing: flag(value, "isExisting"),
            query: text(value, "definition"),
            place: reader.place(),
        });
    }
    kit
}

fn table(reader: &SnapshotReader<'_>, json: &Json, key: &str, value: &Json) -> KitTable {
    let name = KitName {
        schema: schema(value, "schema"),
        name: text(value, "name").unwrap_or_else(|| key.to_owned()),
    };
    let columns = members(value, "columns")
        .map(|(key, value)| column(reader, key, value))
        .collect();
    let key_of = |key: &str, value: &Json| KitKey {
        name: text(value, "name").unwrap_or_else(|| key.to_owned()),
        columns: texts(value, "columns"),
        nulls_not_distinct: flag(value, "nullsNotDistinct"),
        place: reader.place(),
    };
    let mut primary_keys =
        members(value, "compositePrimaryKeys").map(|(key, value)| key_of(key, value));
    let checks = members(value, "checkConstraints").chain(members(value, "checkConstraint"));
    let mut made = KitTable {
        primary_key: primary_keys.next(),
        uniques: members(value, "uniqueConstraints")
            .map(|(key, value)| key_of(key, value))
            .collect(),
        foreign_keys: members(value, "foreignKeys")
            .map(|(key, value)| foreign_key(reader, key, value))
            .collect(),
        checks: checks
            .filter_map(|(key, value)| {
                Some(KitCheck {
                    name: text(value, "name").unwrap_or_else(|| key.clone()),
                    condition: value.get("value")?.as_str()?.to_owned(),
                    place: reader.place(),
                })
            })
            .collect(),
        columns,
        ..KitTable::new(name, reader.place())
    };
    for (key, value) in members(value, "indexes") {
        let index = text(value, "name").unwrap_or_else(|| key.clone());
        let columns = value
            .get("columns")
            .and_then(Json::as_array)
            .into_iter()
            .flatten();
        made.indexes.push(KitIndex {
            elements: columns
                .filter_map(|column| {
                    SnapshotReader::element(column, |column| is_expression(json, &index, column))
                })
                .collect(),
            unique: flag(value, "isUnique"),
            method: text(value, "method").filter(|_| reader.dialect.has_index_methods()),
            condition: text(value, "where"),
            place: reader.place(),
            name: index,
        });
    }
    made
}

/// Whether the snapshot says of an element of an index that it is an expression.
fn is_expression(json: &Json, index: &str, column: &str) -> bool {
    let path = [
        "internal",
        "indexes",
        index,
        "columns",
        column,
        "isExpression",
    ];
    let marked = path.into_iter().try_fold(json, |at, key| at.get(key));
    marked.and_then(Json::as_bool) == Some(true)
}

fn column(reader: &SnapshotReader<'_>, key: &str, value: &Json) -> KitColumn {
    let identity = value
        .get("identity")
        .and_then(|identity| identity.get("type"))
        .and_then(Json::as_str);
    KitColumn {
        name: text(value, "name").unwrap_or_else(|| key.to_owned()),
        data_type: text(value, "type")
            .ok_or_else(|| reader.doubt("the snapshot gives the column no type")),
        enum_schema: text(value, "typeSchema"),
        not_null: Ok(flag(value, "notNull")),
        primary: flag(value, "primaryKey"),
        auto_increment: flag(value, "autoincrement"),
        default: reader.default(value.get("default")),
        generated: Ok(reader.generated(value.get("generated"))),
        identity: identity.map(|kind| {
            if kind == "always" {
                Identity::Always
            } else {
                Identity::ByDefault
            }
        }),
        on_update_now: flag(value, "onUpdate"),
        client_default: false,
        place: reader.place(),
    }
}

fn foreign_key(reader: &SnapshotReader<'_>, key: &str, value: &Json) -> KitForeignKey {
    KitForeignKey {
        name: text(value, "name").unwrap_or_else(|| key.to_owned()),
        columns: texts(value, "columnsFrom"),
        table: KitName {
            schema: schema(value, "schemaTo"),
            name: text(value, "tableTo").unwrap_or_default(),
        },
        referenced: texts(value, "columnsTo"),
        on_delete: text(value, "onDelete"),
        on_update: text(value, "onUpdate"),
        place: reader.place(),
    }
}

/// The members of an object inside an object; none where there is none.
fn members<'j>(
    value: &'j Json,
    key: &str,
) -> impl Iterator<Item = (&'j String, &'j Json)> + use<'j> {
    value
        .get(key)
        .and_then(Json::as_object)
        .into_iter()
        .flat_map(Map::iter)
}
