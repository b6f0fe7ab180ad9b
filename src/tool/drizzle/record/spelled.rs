//! What a snapshot has in the words of the declared schema: expressions, whether policies count, and
//! what no server keeps, such as the name of MySQL's primary key. drizzle-kit compares letter by
//! letter, and drops a generated column to make it again where a bracket is missing.
//!
//! Only what changes is spelled so: what the snapshot had before is drizzle-kit's own.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::flat::{self, is_named, kind};
use super::nested::key_of;
use crate::catalog::{Catalog, Part, QName, Slot, Table};
use crate::compare::{Side, diff};
use crate::schema::{Declared, ToolTexts};
use crate::sql::Dialect;

/// The expressions of the declared schema, as far as the migrations make the same.
pub(super) fn texts(declared: &Declared, migrated: &Catalog) -> BTreeMap<QName, ToolTexts> {
    let mut texts = declared.tool_texts.clone();
    texts.retain(|name, _| migrated.tables.contains_key(name));
    for difference in diff(Side::declared(declared), Side::migrated(migrated)) {
        let Slot { owner, part } = difference.slot;
        let Some(of_table) = texts.get_mut(&owner) else {
            continue;
        };
        match part {
            Part::Table => _ = texts.remove(&owner),
            Part::Column(name) | Part::Type(name) | Part::Default(name) => {
                of_table.types.remove(&name);
                of_table.defaults.remove(&name);
                of_table.generated.remove(&name);
            }
            Part::Check(_) => of_table.checks.clear(),
            Part::PrimaryKey => of_table.primary_key = None,
            Part::Index(_) | Part::Unique(_) => {
                of_table.conditions.clear();
                of_table.elements.clear();
            }
            _ => {}
        }
    }
    for (name, of_table) in &mut texts {
        if let Some(table) = migrated.tables.get(name) {
            of_table
                .checks
                .retain(|check, _| table.check(migrated.keep(check)).is_some());
        }
    }
    texts
}

/// Whether a snapshot says that the policies of a table count. Where only the migrations say so, it
/// does not: drizzle-kit would have the next one turn that off.
fn counts_policies(texts: &ToolTexts, before: bool, migrated: Option<&Table>) -> bool {
    let is_on = migrated.is_some_and(|table| table.row_security.enabled);
    is_on && (texts.row_security || before)
}

/// Puts a text in the place of one that is there, unless the snapshot had that before.
fn put(place: Option<&mut Json>, before: Option<&Json>, text: &str) {
    if let Some(place) = place
        && place.is_string()
        && before != Some(&*place)
    {
        *place = json!(text);
    }
}

/// Puts the expressions among an index's elements in place, unless the snapshot had the same.
fn put_elements(
    index: Option<&mut Json>,
    before: Option<&Json>,
    field: &str,
    elements: &[Option<String>],
) {
    let known = before.and_then(|index| index.get("columns"));
    let columns = index.and_then(|index| index.get_mut("columns"));
    let Some(columns) = columns.filter(|columns| known != Some(&**columns)) else {
        return;
    };
    let Some(columns) = columns
        .as_array_mut()
        .filter(|it| it.len() == elements.len())
    else {
        return;
    };
    for (column, text) in columns.iter_mut().zip(elements) {
        let is_expression = column.get("isExpression").and_then(Json::as_bool) == Some(true);
        if let Some(text) = text.as_ref().filter(|_| is_expression) {
            column[field] = json!(text);
        }
    }
}

/// Spells the expressions of a snapshot in which tables hold their parts.
pub(super) fn in_tables(
    json: &mut Json,
    before: &Json,
    texts: &BTreeMap<QName, ToolTexts>,
    migrated: &Catalog,
) {
    for (name, texts) in texts {
        let key = key_of(name, migrated);
        let before = before.get("tables").and_then(|tables| tables.get(&key));
        let table = json.get_mut("tables");
        let Some(table) = table.and_then(|tables| tables.get_mut(&key)) else {
            continue;
        };
        if table.get("isRLSEnabled").is_some() {
            let is_on = counts_policies(
                texts,
                before.is_some_and(|table| table.get("isRLSEnabled") == Some(&Json::Bool(true))),
                migrated.tables.get(name).map(|it| &**it),
            );
            table["isRLSEnabled"] = json!(is_on);
        }
        let mut spell = |list: &str, name: &str, field: &[&str], text: &str| {
            let known = before.and_then(|it| at(it.get(list)?.get(name)?, field));
            let part = table
                .get_mut(list)
                .and_then(|parts| parts.get_mut(name))
                .and_then(|part| at_mut(part, field));
            put(part, known, text);
        };
        for (column, text) in &texts.generated {
            spell("columns", column, &["generated", "as"], text);
        }
        for (column, text) in &texts.defaults {
            spell("columns", column, &["default"], text);
        }
        for (index, text) in &texts.conditions {
            spell("indexes", index, &["where"], text);
        }
        let list = match migrated.dialect {
            Dialect::MySql => "checkConstraint",
            Dialect::Postgres | Dialect::Sqlite => "checkConstraints",
        };
        for (check, text) in &texts.checks {
            spell(list, check, &["value"], text);
        }
        if migrated.dialect == Dialect::Postgres {
            for (index, elements) in &texts.elements {
                let known = before.and_then(|it| it.get("indexes")?.get(index));
                let indexes = table.get_mut("indexes");
                let found = indexes.and_then(|indexes| indexes.get_mut(index));
                put_elements(found, known, "expression", elements);
            }
        }
        if migrated.dialect != Dialect::Postgres {
            put_key_name(table, before, texts);
        }
        if migrated.dialect == Dialect::MySql {
            put_serials(table, before, texts);
        }
        // A comparison does not miss a check that a snapshot leaves out: older ones have none.
        let members = table.as_object_mut();
        let list = members.map(|members| members.entry(list).or_insert_with(|| json!({})));
        let Some(known) = list.and_then(Json::as_object_mut) else {
            continue;
        };
        for (name, text) in &texts.checks {
            known
                .entry(name.as_str())
                .or_insert_with(|| json!({"name": name, "value": text}));
        }
    }
    if migrated.dialect != Dialect::Postgres {
        for (name, texts) in texts {
            for (index, elements) in &texts.elements {
                let at = format!(
                    "/tables/{}/indexes/{}/columns",
                    escaped(&key_of(name, migrated)),
                    escaped(index)
                );
                let known = before.pointer(&at).cloned();
                put_expressions(json, &at, known.as_ref(), index, elements);
            }
        }
    }
}

/// Names the only composite key as the schema does, where the server keeps no name of it.
fn put_key_name(table: &mut Json, before: Option<&Json>, texts: &ToolTexts) {
    const LIST: &str = "compositePrimaryKeys";
    let keys = table.get_mut(LIST).and_then(Json::as_object_mut);
    let known = before.and_then(|table| table.get(LIST)?.as_object());
    let (Some(keys), Some(name)) = (keys, &texts.primary_key) else {
        return;
    };
    let only = keys.keys().next().filter(|_| keys.len() == 1).cloned();
    let new = only.filter(|key| known.is_none_or(|known| !known.contains_key(key)));
    if let Some(mut key) = new.and_then(|key| keys.shift_remove(&key)) {
        key["name"] = json!(name);
        keys.insert(name.clone(), key);
    }
}

/// `serial` is short for a type, an option and a unique key; drizzle-kit keeps the word.
fn put_serials(table: &mut Json, before: Option<&Json>, texts: &ToolTexts) {
    for (column, data_type) in &texts.types {
        let known = before.and_then(|table| table.get("columns")?.get(column));
        let found = table
            .get_mut("columns")
            .and_then(|columns| columns.get_mut(column));
        let (Some(found), true, None) = (found, data_type == "serial", known) else {
            continue;
        };
        found["type"] = json!(data_type);
        if let Some(indexes) = table.get_mut("indexes").and_then(Json::as_object_mut) {
            indexes.shift_remove(column);
        }
    }
}

/// A name as a JSON pointer has it.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Spells the expressions of an index where its columns are mere texts, and another list says which
/// of them are expressions.
fn put_expressions(
    json: &mut Json,
    columns: &str,
    before: Option<&Json>,
    index: &str,
    elements: &[Option<String>],
) {
    let columns = json
        .pointer_mut(columns)
        .filter(|columns| before != Some(&**columns));
    let columns = columns.and_then(Json::as_array_mut);
    let Some(columns) = columns.filter(|it| it.len() == elements.len()) else {
        return;
    };
    let mut respelled = Vec::new();
    for (column, text) in columns.iter_mut().zip(elements) {
        if let (Json::String(column), Some(text)) = (column, text) {
            respelled.push((std::mem::replace(column, text.clone()), text));
        }
    }
    let marks = format!("/internal/indexes/{}/columns", escaped(index));
    if let Some(marks) = json.pointer_mut(&marks).and_then(Json::as_object_mut) {
        for (old, new) in respelled {
            if let Some(mark) = marks.shift_remove(&old) {
                marks.insert(new.clone(), mark);
            }
        }
    }
}

fn at<'j>(json: &'j Json, fields: &[&str]) -> Option<&'j Json> {
    fields.iter().try_fold(json, |json, field| json.get(field))
}

fn at_mut<'j>(json: &'j mut Json, fields: &[&str]) -> Option<&'j mut Json> {
    fields
        .iter()
        .try_fold(json, |json, field| json.get_mut(field))
}

/// Spells the expressions of a list of entities.
pub(super) fn in_entities(
    entities: &mut Vec<Json>,
    before: &[Json],
    texts: &BTreeMap<QName, ToolTexts>,
    migrated: &Catalog,
) {
    for (name, texts) in texts {
        let is = |entity: &Json, list: &str, part: &str| {
            kind(entity) == list
                && entity.get("name").and_then(Json::as_str) == Some(part)
                && is_named(entity, name, "table", migrated)
        };
        let is_table = |row: &Json| kind(row) == "tables" && is_named(row, name, "name", migrated);
        let old = before.iter().find(|row| is_table(row));
        let was_on = old.is_some_and(|row| row.get("isRlsEnabled") == Some(&Json::Bool(true)));
        let row = entities.iter_mut().find(|row| is_table(row));
        if let Some(row) = row.filter(|row| row.get("isRlsEnabled").is_some()) {
            row["isRlsEnabled"] = json!(counts_policies(
                texts,
                was_on,
                migrated.tables.get(name).map(|it| &**it)
            ));
        }
        let mut spell = |list: &str, part: &str, fields: &[&str], text: &str| {
            let known = before.iter().find(|entity| is(entity, list, part));
            let known = known.and_then(|entity| at(entity, fields));
            let found = entities.iter_mut().find(|entity| is(entity, list, part));
            put(found.and_then(|entity| at_mut(entity, fields)), known, text);
        };
        for (column, text) in &texts.generated {
            spell("columns", column, &["generated", "as"], text);
        }
        // Literals are kept as another text than that of the DDL.
        let computed = texts.defaults.iter();
        for (column, text) in computed.filter(|(_, text)| text.starts_with('(')) {
            spell("columns", column, &["default"], text);
        }
        for (index, text) in &texts.conditions {
            spell("indexes", index, &["where"], text);
        }
        for (check, text) in &texts.checks {
            spell("checks", check, &["value"], text);
        }
        let serials = texts.types.iter();
        let serials = serials.filter(|(_, text)| text.as_str() == "serial");
        for (column, text) in serials.filter(|_| migrated.dialect == Dialect::MySql) {
            let is_new = !before.iter().any(|entity| is(entity, "columns", column));
            let found = entities
                .iter_mut()
                .find(|entity| is(entity, "columns", column));
            if let Some(found) = found.filter(|_| is_new) {
                found["type"] = json!(text);
                entities.retain(|entity| !is(entity, "indexes", column));
            }
        }
        for (index, elements) in &texts.elements {
            let known = before.iter().find(|entity| is(entity, "indexes", index));
            let found = entities.iter_mut().find(|it| is(it, "indexes", index));
            put_elements(found, known, "value", elements);
        }
        let Some(table) = migrated.tables.get(name) else {
            continue;
        };
        for (check, text) in &texts.checks {
            if !entities.iter().any(|entity| is(entity, "checks", check)) {
                entities.push(flat::check(migrated, table, check, text));
            }
        }
    }
}
