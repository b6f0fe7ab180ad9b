//! An entity of a snapshot, and what making or dropping it touches.

use serde_json::Value as Json;

use super::Footprint;
use crate::tool::drizzle::snapshot::branches::Entity;

/// One entity of a snapshot.
#[derive(Clone, Copy)]
pub(super) struct SnapshotRow<'j>(pub(super) &'j Entity);

impl<'j> SnapshotRow<'j> {
    pub(super) fn text(self, field: &str) -> &'j str {
        self.0.get(field).and_then(Json::as_str).unwrap_or_default()
    }

    pub(super) fn kind(self) -> &'j str {
        self.text("entityType")
    }

    pub(super) fn has(self, field: &str) -> bool {
        self.0.get(field).is_some_and(|value| !value.is_null())
    }

    pub(super) fn table_path(self) -> [&'j str; 2] {
        [self.text("schema"), self.text("table")]
    }

    pub(super) fn referred_path(self) -> [&'j str; 2] {
        [self.text("schemaTo"), self.text("tableTo")]
    }

    /// Made with its table, and gone with it.
    pub(super) fn is_part_of_table(self) -> bool {
        matches!(self.kind(), "columns" | "pks" | "uniques" | "checks")
    }

    /// What drizzle-kit names it by in the nodes.
    pub(super) fn path(self) -> Vec<&'j str> {
        let fields: &[&str] = match self.kind() {
            "schemas" | "roles" => &["name"],
            "pks" => &["schema", "table"],
            "tables" | "enums" | "sequences" | "views" | "indexes" => &["schema", "name"],
            _ => &["schema", "table", "name"],
        };
        fields.iter().map(|field| self.text(field)).collect()
    }

    /// What drizzle-kit names in its message about a conflict.
    pub(super) fn target(self) -> Vec<String> {
        let (kind, fields): (&str, &[&str]) = match self.kind() {
            "schemas" => ("schema", &["name"]),
            "roles" => ("role", &["name"]),
            "tables" => ("table", &["schema", "name"]),
            "enums" => ("enum", &["schema", "name"]),
            "sequences" => ("sequence", &["schema", "name"]),
            "views" => ("view", &["schema", "name"]),
            "columns" => ("column", &["schema", "table", "name"]),
            "indexes" => ("index", &["schema", "table", "name"]),
            _ => ("table", &["schema", "table"]),
        };
        let names = fields.iter().map(|field| self.text(field));
        [kind].into_iter().chain(names).map(str::to_owned).collect()
    }

    /// The names that it lives under.
    pub(super) fn home(self) -> Vec<String> {
        let schema = node('n', "sch", &[self.text("schema")]);
        match self.kind() {
            "schemas" | "roles" => Vec::new(),
            "tables" | "enums" | "sequences" | "views" => vec![schema],
            _ => vec![node('n', "tbl", &self.table_path()), schema],
        }
    }

    /// The footprint of making it, or of dropping it.
    pub(super) fn whole(self, is_made: bool) -> Option<Footprint> {
        let (kind, made, dropped) = match self.kind() {
            "schemas" => ("sch", "create_schema", "drop_schema"),
            "roles" => ("role", "create_role", "drop_role"),
            "tables" => ("tbl", "create_table", "drop_table"),
            "enums" => ("enum", "create_enum", "drop_enum"),
            "sequences" => ("seq", "create_sequence", "drop_sequence"),
            "views" => ("view", "create_view", "drop_view"),
            "columns" => ("col", "add_column", "drop_column"),
            "indexes" => ("idx", "create_index", "drop_index"),
            "pks" => ("pk", "add_pk", "drop_pk"),
            "uniques" => ("uq", "add_unique", "drop_unique"),
            "checks" => ("ck", "add_check", "drop_check"),
            "fks" => ("fk", "create_fk", "drop_fk"),
            "policies" => ("pol", "create_policy", "drop_policy"),
            _ => return None,
        };
        let path = self.path();
        let mut writes: Vec<String> = ['s', 'n', 'e'].map(|way| node(way, kind, &path)).into();
        writes.extend(self.shared_names());
        let mut reads = self.home();
        let mut shared_writes = Vec::new();
        let way = if is_made { 'n' } else { 'e' };
        match self.kind() {
            "columns" if is_made => reads.extend(self.enum_name()),
            "indexes" | "pks" | "uniques" => {
                reads.extend(self.column_names(way, &self.columns()));
                if !is_made {
                    shared_writes = self.uniqueness();
                    // An index that keeps nothing unique may go before its table or after it.
                    if self.kind() == "indexes" && shared_writes.is_empty() {
                        reads[0] = node('e', "tbl", &self.table_path());
                    }
                }
            }
            "fks" => {
                let other = self.referred_path();
                if is_made {
                    reads.push(node('n', "tbl", &other));
                    reads.push(node('n', "sch", &other[..1]));
                }
                reads.extend(self.column_names(way, &self.columns()));
                if is_made {
                    let columns = self.list("columnsTo");
                    reads.extend(
                        columns
                            .iter()
                            .map(|name| node('n', "col", &[other[0], other[1], name])),
                    );
                    reads.push(uniqueness(other, &columns));
                }
            }
            "policies" if is_made => {
                reads.extend(self.role_names());
                reads.push(node('e', "rls", &self.table_path()));
            }
            _ => {}
        }
        Some(Footprint {
            statement_type: if is_made { made } else { dropped },
            statement_target: self.target(),
            writes,
            reads,
            shared_writes,
        })
    }

    /// The names that PostgreSQL lets only one thing have: relations, types, a table's constraints.
    pub(super) fn shared_names(self) -> Vec<String> {
        let path = self.path();
        let constraint = || {
            let [schema, table] = self.table_path();
            node('n', "con", &[schema, table, self.text("name")])
        };
        match self.kind() {
            "tables" | "views" => vec![node('n', "rel", &path), node('n', "type", &path)],
            "sequences" | "indexes" => vec![node('n', "rel", &path)],
            "enums" => vec![node('n', "type", &path)],
            "uniques" | "pks" => vec![constraint(), self.relation_name()],
            "checks" | "fks" => vec![constraint()],
            _ => Vec::new(),
        }
    }

    /// The name of the index behind a key.
    pub(super) fn relation_name(self) -> String {
        node('n', "rel", &[self.text("schema"), self.text("name")])
    }

    /// The type of a column, where it is one of the schema's own.
    pub(super) fn enum_name(self) -> Option<String> {
        let path = [self.text("typeSchema"), self.text("type")];
        let is_own = !path[0].is_empty() && path[0] != "pg_catalog" && !path[1].is_empty();
        is_own.then(|| node('n', "enum", &path))
    }

    pub(super) fn list(self, field: &str) -> Vec<&'j str> {
        let names = self.0.get(field).and_then(Json::as_array);
        let names = names.into_iter().flatten();
        names.filter_map(Json::as_str).collect()
    }

    /// The columns of a key or of an index, without its expressions.
    pub(super) fn columns(self) -> Vec<&'j str> {
        if self.kind() != "indexes" {
            return self.list("columns");
        }
        let elements = self.0.get("columns").and_then(Json::as_array);
        let plain = elements
            .into_iter()
            .flatten()
            .filter(|element| element.get("isExpression").and_then(Json::as_bool) != Some(true));
        plain
            .filter_map(|element| element.get("value").and_then(Json::as_str))
            .collect()
    }

    /// These columns of its table.
    pub(super) fn column_names(self, way: char, names: &[&str]) -> Vec<String> {
        let [schema, table] = self.table_path();
        names
            .iter()
            .map(|name| node(way, "col", &[schema, table, name]))
            .collect()
    }

    /// That its columns are unique, where a foreign key may rest on that.
    pub(super) fn uniqueness(self) -> Vec<String> {
        let elements = self.0.get("columns").and_then(Json::as_array);
        let columns = self.columns();
        let is_plain = elements.is_some_and(|all| all.len() == columns.len());
        let is_key = match self.kind() {
            "indexes" => {
                self.0.get("isUnique") == Some(&Json::Bool(true)) && !self.has("where") && is_plain
            }
            kind => matches!(kind, "pks" | "uniques"),
        };
        let key = is_key.then(|| uniqueness(self.table_path(), &columns));
        key.into_iter().collect()
    }

    pub(super) fn adds_labels_to(self, old: Self) -> bool {
        let mut labels = self.list("values").into_iter();
        let mut old = old.list("values").into_iter();
        old.all(|label| labels.any(|other| other == label))
    }

    /// The roles of a policy that somebody has to make.
    pub(super) fn role_names(self) -> Vec<String> {
        const BUILTIN: [&str; 4] = ["public", "current_role", "current_user", "session_user"];
        let roles = self.list("roles").into_iter();
        roles
            .filter(|name| !BUILTIN.contains(name))
            .map(|name| node('n', "role", &[name]))
            .collect()
    }
}

fn uniqueness([schema, table]: [&str; 2], columns: &[&str]) -> String {
    let mut columns = columns.to_vec();
    columns.sort_unstable();
    let path: Vec<&str> = [schema, table].into_iter().chain(columns).collect();
    node('e', "uniqueness", &path)
}

/// One way to touch a thing, as drizzle-kit writes it.
pub(super) fn node(way: char, kind: &str, path: &[&str]) -> String {
    format!("{way}|{kind}|{}", path.join("."))
}
