//! Random DDL. Most of it fits what the database holds at that moment; some names, on purpose, do
//! not exist or exist already.

mod mysql;
mod postgres;
mod postgres_alter;
mod sqlite;

use std::collections::VecDeque;

use driftlint::sql::Dialect;
use serde_json::Value;

use crate::random::Random;

/// Names to make things with: few, so that they clash, and awkward ones among them.
const TABLES: &[&str] = &[
    "users",
    "Orders",
    "order",
    "a table",
    "itéms",
    "say \"hi\"",
    "posts",
    LONG,
];
const COLUMNS: &[&str] = &[
    "id", "name", "Email", "select", "a col", "prix_é", "total", "ref_id", "kind", "it's",
];
/// 61 bytes: a suffix makes it too long for PostgreSQL (63), and with some suffixes for MySQL (64).
const LONG: &str = "a_very_long_table_name_that_leaves_no_room_for_a_suffix_at_al";

/// Makes statements for one dialect.
#[derive(Debug)]
pub(crate) struct Generator {
    random: Random,
    dialect: Dialect,
    /// Statements of one pattern that still have to come out.
    pending: VecDeque<String>,
}

impl Generator {
    pub(crate) fn new(dialect: Dialect, seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            dialect,
            pending: VecDeque::new(),
        }
    }

    /// The next statement for a database that holds `catalog`.
    pub(crate) fn statement(&mut self, catalog: &Value) -> String {
        if let Some(statement) = self.pending.pop_front() {
            return statement;
        }
        let held = Held::new(catalog);
        match self.dialect {
            Dialect::Postgres => self.postgres(&held),
            Dialect::MySql => self.mysql(&held),
            Dialect::Sqlite => self.sqlite(&held),
        }
    }

    /// The name as SQL spells it; an ordinary one is sometimes left without quotes, in any case.
    fn quote(&mut self, name: &str) -> String {
        let mark = if self.dialect == Dialect::MySql {
            '`'
        } else {
            '"'
        };
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            && !["order", "select"].contains(&name);
        if plain && self.random.percent(60) {
            // MySQL's table names keep their case.
            let upper = self.dialect != Dialect::MySql && self.random.percent(10);
            return if upper {
                name.to_uppercase()
            } else {
                name.to_owned()
            };
        }
        format!(
            "{mark}{}{mark}",
            name.replace(mark, &format!("{mark}{mark}"))
        )
    }

    fn quoted_list(&mut self, names: &[String]) -> String {
        let names: Vec<String> = names.iter().map(|name| self.quote(name)).collect();
        names.join(", ")
    }

    fn new_table(&mut self) -> String {
        self.random.pick(TABLES).to_owned()
    }

    fn new_column(&mut self) -> String {
        let name = self.random.pick(COLUMNS);
        // MariaDB 10.11 loses a table whose foreign key has a column with a quote in its name.
        if self.dialect == Dialect::MySql {
            name.replace('\'', " ")
        } else {
            name.to_owned()
        }
    }

    /// A name for a constraint, index or the like, which may be taken.
    fn new_name(&mut self, kind: &str) -> String {
        format!("{kind}_{}", self.random.below(6))
    }

    /// A table that exists, or now and then one that may not.
    fn table<'a>(&mut self, held: &'a Held<'a>) -> TableRef<'a> {
        let missing = TableRef {
            name: self.new_table(),
            json: &Value::Null,
        };
        if self.random.percent(4) {
            return missing;
        }
        self.random.choose(&held.tables).cloned().unwrap_or(missing)
    }

    /// A column that exists, or now and then one that may not.
    fn column(&mut self, table: &TableRef<'_>) -> String {
        let missing = self.new_column();
        if self.random.percent(4) {
            return missing;
        }
        self.random
            .choose(&table.columns())
            .cloned()
            .unwrap_or(missing)
    }

    fn columns(&mut self, table: &TableRef<'_>, least: usize, most: usize) -> Vec<String> {
        let mut columns = self.random.some(&table.columns(), least, most);
        if columns.is_empty() || self.random.percent(3) {
            columns.push(self.new_column());
        }
        columns
    }

    /// A name from a list of what exists, or now and then one that does not.
    fn existing(&mut self, names: &[String], kind: &str) -> String {
        let missing = self.new_name(kind);
        if self.random.percent(6) {
            return missing;
        }
        self.random.choose(names).cloned().unwrap_or(missing)
    }

    /// `ON DELETE` and `ON UPDATE`, or neither.
    fn actions(&mut self) -> String {
        let on_delete = self.random.pick(&[
            "",
            "",
            " ON DELETE CASCADE",
            " ON DELETE SET NULL",
            " ON DELETE RESTRICT",
            " ON DELETE NO ACTION",
        ]);
        let on_update = self
            .random
            .pick(&["", "", " ON UPDATE CASCADE", " ON UPDATE NO ACTION"]);
        format!("{on_delete}{on_update}")
    }
}

/// A table of the catalog, or a name that is in none.
#[derive(Clone, Debug)]
struct TableRef<'a> {
    name: String,
    json: &'a Value,
}

impl TableRef<'_> {
    fn columns(&self) -> Vec<String> {
        names(&self.json["columns"])
    }

    fn names_of(&self, kind: &str) -> Vec<String> {
        names(&self.json[kind])
    }

    fn type_of(&self, column: &str) -> Option<&str> {
        let columns = self.json["columns"].as_array()?;
        columns.iter().find(|c| c["name"] == column)?["type"].as_str()
    }

    /// Columns that a foreign key may point at: the primary key, a unique key, or a unique index.
    fn keys(&self) -> Vec<Vec<String>> {
        let strings = |value: &Value| {
            value.as_array().map(|list| {
                list.iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect()
            })
        };
        let mut keys: Vec<Vec<String>> = strings(&self.json["primary_key"]).into_iter().collect();
        let uniques = self.json["uniques"].as_array().into_iter().flatten();
        let indexes = self.json["indexes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|index| index["unique"] == true);
        keys.extend(
            uniques
                .chain(indexes)
                .filter_map(|key| strings(&key["columns"])),
        );
        keys.retain(|key: &Vec<String>| key.iter().all(|column| self.columns().contains(column)));
        keys
    }
}

/// What a database holds, as the generator asks for it. Names are without their schema.
#[derive(Debug)]
struct Held<'a> {
    tables: Vec<TableRef<'a>>,
    views: Vec<String>,
    materialized_views: Vec<String>,
    enums: Vec<(String, Vec<String>)>,
    sequences: Vec<String>,
    indexes: Vec<(String, String)>,
}

impl<'a> Held<'a> {
    fn new(catalog: &'a Value) -> Self {
        let bare = |name: &str| name.strip_prefix("public.").unwrap_or(name).to_owned();
        let list = |key: &str| {
            catalog[key]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(bare)
                .collect()
        };
        let objects = |key: &str| catalog[key].as_object().into_iter().flatten();
        let tables: Vec<TableRef<'a>> = objects("tables")
            .map(|(name, json)| TableRef {
                name: bare(name),
                json,
            })
            .collect();
        let labels = |json: &Value| {
            json.as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        Self {
            indexes: tables
                .iter()
                .flat_map(|t| {
                    t.names_of("indexes")
                        .into_iter()
                        .map(|index| (index, t.name.clone()))
                })
                .collect(),
            tables,
            views: list("views"),
            materialized_views: list("materialized_views"),
            enums: objects("enums")
                .map(|(name, json)| (bare(name), labels(json)))
                .collect(),
            sequences: list("sequences"),
        }
    }
}

fn names(list: &Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["name"].as_str())
        .map(str::to_owned)
        .collect()
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}
