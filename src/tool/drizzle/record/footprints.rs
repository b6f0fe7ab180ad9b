//! What the changes of a snapshot touch, in the words of drizzle-kit 1.0. Where two branches were
//! merged, `drizzle-kit check` compares nothing but these: two branches without them never
//! conflict.
//!
//! A thing is touched in three ways: its own state (`s`), its name (`n`, which two things share
//! where the server lets only one of them have it) and that it is there at all (`e`). What reads a
//! name bears that the thing changes, and not that it goes. Held against drizzle-kit 1.0.0-rc.5.

mod row;

use std::collections::BTreeMap;

use row::{SnapshotRow, node};
use serde::Serialize;
use serde_json::Value as Json;

use crate::source::{Source, Span};
use crate::sql::{Dialect, edit};
use crate::tool::drizzle::snapshot::branches::{EntityKey, key};

/// What one statement touches.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Footprint {
    /// drizzle-kit's name of the statement.
    statement_type: &'static str,
    /// The kind of what it is about, and its name.
    statement_target: Vec<String>,
    writes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reads: Vec<String>,
    /// What others may write too, and nobody may read: that some columns are unique.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shared_writes: Vec<String>,
}

/// The footprints of what leads from some entities to others. drizzle-kit also keeps a checksum of
/// some statements, so that two branches may do the same: its own statements, so here is none.
pub(super) fn footprints(before: &[Json], after: &[Json]) -> Vec<Footprint> {
    let states = Entities {
        before: by_key(before),
        after: by_key(after),
    };
    let gone = states.before.iter().filter_map(|(key, row)| {
        let is_gone = !states.after.contains_key(key);
        is_gone.then(|| states.dropped(*row)).flatten()
    });
    let kept = states.after.iter().flat_map(|(key, row)| {
        let touched = match states.before.get(key) {
            None => states.created(*row).into_iter().collect(),
            Some(old) if old.0 != row.0 => states.altered(*old, *row),
            Some(_) => Vec::new(),
        };
        touched.into_iter()
    });
    gone.chain(kept).collect()
}

/// The entities of the two states between which something changed.
struct Entities<'j> {
    before: BTreeMap<EntityKey, SnapshotRow<'j>>,
    after: BTreeMap<EntityKey, SnapshotRow<'j>>,
}

fn by_key(entities: &[Json]) -> BTreeMap<EntityKey, SnapshotRow<'_>> {
    let entities = entities.iter().filter_map(Json::as_object);
    entities
        .map(|entity| (key(entity), SnapshotRow(entity)))
        .collect()
}

impl Entities<'_> {
    fn created(&self, row: SnapshotRow<'_>) -> Option<Footprint> {
        if row.is_part_of_table() && has_table(&self.before, &self.after, row.table_path()) {
            return None;
        }
        let mut made = row.whole(true)?;
        if row.kind() == "tables" {
            let parts = self.after.values();
            for part in parts.filter(|part| row.path() == part.table_path()) {
                match part.kind() {
                    "columns" => made.reads.extend(part.enum_name()),
                    "pks" | "uniques" => made.writes.push(part.relation_name()),
                    _ => {}
                }
            }
        }
        made.reads.extend(columns_of_check(&self.after, row, 'n'));
        Some(made)
    }

    fn dropped(&self, row: SnapshotRow<'_>) -> Option<Footprint> {
        let table_goes = has_table(&self.after, &self.before, row.table_path());
        let goes_with_it = match row.kind() {
            "indexes" => table_goes,
            // Where both tables go, the key goes first, so that either can.
            "fks" => table_goes && !has_table(&self.after, &self.before, row.referred_path()),
            _ => row.is_part_of_table() && table_goes,
        };
        let mut made = row.whole(false).filter(|_| !goes_with_it)?;
        made.reads.extend(columns_of_check(&self.before, row, 'e'));
        Some(made)
    }

    /// What a change of an entity touches; a view that selects something else is made again.
    fn altered(&self, from: SnapshotRow<'_>, to: SnapshotRow<'_>) -> Vec<Footprint> {
        let differs = |field: &str| from.0.get(field) != to.0.get(field);
        let path = to.path();
        let own = |kind: &'static str, statement: &'static str| Footprint {
            statement_type: statement,
            statement_target: to.target(),
            writes: vec![node('s', kind, &path)],
            reads: to.home(),
            shared_writes: Vec::new(),
        };
        let again = |statement: &'static str| {
            let mut made = to.whole(true)?;
            made.statement_type = statement;
            Some(made)
        };
        let altered = match to.kind() {
            "tables" if differs("isRlsEnabled") => {
                let mut made = own("rls", "alter_rls");
                if to.0.get("isRlsEnabled") != Some(&Json::Bool(true)) {
                    made.writes.push(node('e', "rls", &path));
                }
                made.reads.insert(0, node('n', "tbl", &path));
                Some(made)
            }
            "columns" if differs("generated") && to.has("generated") => again("recreate_column"),
            "columns" => {
                let properties = column_properties(differs);
                let mut made = own("col", "alter_column");
                let written = properties.iter().map(|property| {
                    let path: Vec<&str> = path.iter().copied().chain([*property]).collect();
                    node('s', "colprop", &path)
                });
                made.writes = written.collect();
                made.reads.push(node('n', "col", &path));
                if differs("default") || properties.contains(&"type") {
                    made.reads.extend(to.enum_name());
                }
                (!properties.is_empty()).then_some(made)
            }
            "indexes" => again("recreate_index").map(|made| Footprint {
                shared_writes: from.uniqueness(),
                ..made
            }),
            "fks" => again("recreate_fk"),
            "pks" => {
                let mut made = own("pk", "alter_pk");
                made.reads.extend(to.column_names('n', &to.columns()));
                made.shared_writes = from.uniqueness();
                Some(made)
            }
            "uniques" => {
                let mut made = own("uq", "alter_unique");
                made.reads.extend(to.column_names('n', &to.columns()));
                made.reads.extend(to.column_names('e', &from.columns()));
                made.shared_writes = from.uniqueness();
                Some(made)
            }
            "checks" => {
                let mut made = own("ck", "alter_check");
                made.reads.extend(columns_of_check(&self.after, to, 'n'));
                made.reads.extend(columns_of_check(&self.before, from, 'e'));
                Some(made)
            }
            "enums" if to.adds_labels_to(from) => Some(own("enum", "alter_enum")),
            "enums" => again("recreate_enum").map(|made| self.with_columns_of(to, made)),
            "sequences" => Some(own("seq", "alter_sequence")),
            "roles" => Some(own("role", "alter_role")),
            "views" if differs("definition") || differs("materialized") => {
                return [from.whole(false), to.whole(true)]
                    .into_iter()
                    .flatten()
                    .collect();
            }
            "views" => Some(own("view", "alter_view")),
            "policies" => {
                let recreated = differs("as") || differs("for");
                let statement = if recreated {
                    "recreate_policy"
                } else {
                    "alter_policy"
                };
                let mut made = own("pol", statement);
                made.reads.extend(to.role_names());
                Some(made)
            }
            _ => None,
        };
        altered.into_iter().collect()
    }

    /// A type that is made again takes the columns of it along.
    fn with_columns_of(&self, found: SnapshotRow<'_>, mut made: Footprint) -> Footprint {
        let columns = self.after.values().filter(|column| {
            column.kind() == "columns"
                && [column.text("typeSchema"), column.text("type")] == found.path()[..]
        });
        for column in columns {
            let path = column.path();
            for property in ["type", "default"] {
                let path: Vec<&str> = path.iter().copied().chain([property]).collect();
                made.writes.push(node('s', "colprop", &path));
            }
            made.reads.extend(column.home());
            made.reads.push(node('n', "col", &path));
        }
        made
    }
}

/// Whether a table stands in `there` and not in `absent`.
fn has_table(
    absent: &BTreeMap<EntityKey, SnapshotRow<'_>>,
    there: &BTreeMap<EntityKey, SnapshotRow<'_>>,
    path: [&str; 2],
) -> bool {
    let key = table_key(path);
    there.contains_key(&key) && !absent.contains_key(&key)
}

fn table_key([schema, name]: [&str; 2]) -> EntityKey {
    let entity = serde_json::json!({"entityType": "tables", "schema": schema, "name": name});
    entity.as_object().map(key).unwrap_or_default()
}

/// What drizzle-kit counts as changed in a column: a new type takes its default along.
fn column_properties(differs: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut add = |properties: &[&'static str]| {
        for property in properties {
            if !found.contains(property) {
                found.push(*property);
            }
        }
    };
    if differs("notNull") {
        add(&["notNull"]);
    }
    if differs("default") {
        add(&["default"]);
    }
    if ["type", "typeSchema", "dimensions"]
        .into_iter()
        .any(&differs)
    {
        add(&["type", "default"]);
    }
    if differs("generated") {
        add(&["generated", "default"]);
    }
    if differs("identity") {
        add(&["identity", "default", "notNull"]);
    }
    found
}

/// The columns of its table that a check names; none for what is no check.
fn columns_of_check(
    state: &BTreeMap<EntityKey, SnapshotRow<'_>>,
    check: SnapshotRow<'_>,
    way: char,
) -> Vec<String> {
    if check.kind() != "checks" {
        return Vec::new();
    }
    let source = Source::new("", check.text("value"));
    let all = Span::new(0, source.text().len());
    let words: Vec<String> = edit::words(&source, all, Dialect::Postgres).collect();
    let named = state.values().filter(|row| {
        row.kind() == "columns"
            && row.table_path() == check.table_path()
            && words.iter().any(|word| word == row.text("name"))
    });
    named.map(|row| node(way, "col", &row.path())).collect()
}
