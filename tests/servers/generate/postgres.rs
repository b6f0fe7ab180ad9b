//! Random DDL for PostgreSQL.

use super::{COLUMNS, Generator, Held, TableRef, owned};

const TYPES: &[&str] = &[
    "integer",
    "bigint",
    "int2",
    "text",
    "varchar(20)",
    "varchar",
    "char(3)",
    "numeric(10,2)",
    "numeric",
    "boolean",
    "timestamptz",
    "timestamp(3)",
    "timestamp",
    "date",
    "uuid",
    "jsonb",
    "text[]",
    "float8",
    "real",
    "bytea",
    "time",
    "interval",
    "inet",
    "serial",
    "bigserial",
    "double precision",
    "character varying(30)",
    "int[]",
    "varchar(8)[]",
    "bit(3)",
    "timestamp(6) with time zone",
];

#[derive(Clone, Copy)]
enum Kind {
    CreateTable,
    AlterTable,
    RenameTable,
    DropTable,
    CreateIndex,
    DropIndex,
    RenameIndex,
    CreateEnum,
    AlterEnum,
    DropEnum,
    CreateView,
    DropView,
    RenameView,
    Sequence,
    Derive,
}

impl Generator {
    pub(super) fn postgres(&mut self, held: &Held<'_>) -> String {
        let kind = self.random.weighted(&[
            (
                if held.tables.len() < 4 { 30 } else { 8 },
                Kind::CreateTable,
            ),
            (46, Kind::AlterTable),
            (4, Kind::RenameTable),
            (4, Kind::DropTable),
            (9, Kind::CreateIndex),
            (4, Kind::DropIndex),
            (2, Kind::RenameIndex),
            (if held.enums.len() < 2 { 5 } else { 1 }, Kind::CreateEnum),
            (5, Kind::AlterEnum),
            (2, Kind::DropEnum),
            (5, Kind::CreateView),
            (2, Kind::DropView),
            (1, Kind::RenameView),
            (3, Kind::Sequence),
            (3, Kind::Derive),
        ]);
        match kind {
            Kind::CreateTable => self.pg_create_table(held),
            Kind::AlterTable => self.pg_alter_table(held),
            Kind::RenameTable => {
                let (table, to) = (self.table(held).name, self.new_table());
                format!(
                    "ALTER TABLE {} RENAME TO {}",
                    self.quote(&table),
                    self.quote(&to)
                )
            }
            Kind::DropTable => {
                let table = self.table(held).name;
                let guard = self.random.maybe(50, "IF EXISTS ");
                format!(
                    "DROP TABLE {guard}{}{}",
                    self.quote(&table),
                    self.random.maybe(50, " CASCADE")
                )
            }
            Kind::CreateIndex => self.pg_create_index(held),
            Kind::DropIndex => {
                let names: Vec<String> =
                    held.indexes.iter().map(|(name, _)| name.clone()).collect();
                let name = self.existing(&names, "ix");
                let words = self.random.pick(&[
                    "",
                    "IF EXISTS ",
                    "CONCURRENTLY ",
                    "CONCURRENTLY IF EXISTS ",
                ]);
                format!("DROP INDEX {words}{}", self.quote(&name))
            }
            Kind::RenameIndex => {
                let names: Vec<String> =
                    held.indexes.iter().map(|(name, _)| name.clone()).collect();
                let (name, to) = (self.existing(&names, "ix"), self.new_name("ix"));
                format!(
                    "ALTER INDEX {}{} RENAME TO {}",
                    self.random.maybe(30, "IF EXISTS "),
                    self.quote(&name),
                    self.quote(&to)
                )
            }
            Kind::CreateEnum => {
                let name = self.new_name("kind");
                let labels = self.random.some(&["a", "b", "C d", "it''s", "é"], 1, 4);
                format!(
                    "CREATE TYPE {} AS ENUM ('{}')",
                    self.quote(&name),
                    labels.join("', '")
                )
            }
            Kind::AlterEnum => self.pg_alter_enum(held),
            Kind::DropEnum => {
                let names: Vec<String> = held.enums.iter().map(|(name, _)| name.clone()).collect();
                let name = self.existing(&names, "kind");
                format!(
                    "DROP TYPE {}{}{}",
                    self.random.maybe(30, "IF EXISTS "),
                    self.quote(&name),
                    self.random.maybe(40, " CASCADE")
                )
            }
            Kind::CreateView => self.pg_create_view(held),
            Kind::DropView => {
                let materialized = self.random.percent(30);
                let name = self.existing(
                    if materialized {
                        &held.materialized_views
                    } else {
                        &held.views
                    },
                    "v",
                );
                let word = if materialized { "MATERIALIZED " } else { "" };
                let guard = self.random.maybe(40, "IF EXISTS ");
                format!(
                    "DROP {word}VIEW {guard}{}{}",
                    self.quote(&name),
                    self.random.maybe(40, " CASCADE")
                )
            }
            Kind::RenameView => {
                let (name, to) = (self.existing(&held.views, "v"), self.new_name("v"));
                format!(
                    "ALTER VIEW {} RENAME TO {}",
                    self.quote(&name),
                    self.quote(&to)
                )
            }
            Kind::Sequence => self.pg_sequence(held),
            Kind::Derive => self.pg_derive(held),
        }
    }

    pub(super) fn pg_type(&mut self, held: &Held<'_>) -> String {
        if self.random.percent(15)
            && let Some((name, _)) = self.random.choose(&held.enums)
        {
            let array = self.random.maybe(15, "[]");
            return format!("{}{array}", self.quote(name));
        }
        self.random.pick(TYPES).to_owned()
    }

    /// A default that the type takes.
    pub(super) fn pg_default(&mut self, data_type: &str, held: &Held<'_>) -> String {
        let bare = data_type.trim_matches('"');
        if let Some((name, labels)) = held.enums.iter().find(|(name, _)| name == bare) {
            let label = self
                .random
                .choose(labels)
                .cloned()
                .unwrap_or_default()
                .replace('\'', "''");
            return if self.random.percent(50) {
                format!("'{label}'")
            } else {
                format!("'{label}'::{}", self.quote(name))
            };
        }
        let choices: &[&str] = match data_type.split('(').next().unwrap_or_default().trim() {
            _ if data_type.ends_with("[]") => &["'{}'", "NULL"],
            "integer" | "bigint" | "int2" | "smallint" => {
                &["0", "1", "'5'", "-1", "(1 + 2)", "NULL"]
            }
            "numeric" | "float8" | "real" | "double precision" => &["0", "1.5", "0.00", "-2.5"],
            "text" | "varchar" | "char" | "character varying" | "character" => {
                &["'x'", "''", "'it''s'", "'x'::text", "lower('X')", "NULL"]
            }
            "boolean" => &["true", "false", "'t'", "NOT true"],
            "timestamptz"
            | "timestamp"
            | "timestamp with time zone"
            | "timestamp without time zone" => &["now()", "CURRENT_TIMESTAMP", "'2020-01-01'"],
            "date" => &["CURRENT_DATE", "now()"],
            "jsonb" => &["'{}'", "'[]'::jsonb"],
            "uuid" => &["NULL", "'00000000-0000-0000-0000-000000000000'"],
            _ => &["NULL"],
        };
        self.random.pick(choices).to_owned()
    }

    pub(super) fn pg_column(&mut self, name: &str, held: &Held<'_>) -> String {
        let data_type = self.pg_type(held);
        let mut sql = format!("{} {data_type}", self.quote(name));
        let serial = data_type.ends_with("serial");
        let whole = ["integer", "bigint", "int2"].contains(&data_type.as_str());
        if whole && self.random.percent(12) {
            let kind = self.random.pick(&["ALWAYS", "BY DEFAULT"]);
            sql += &format!(" GENERATED {kind} AS IDENTITY");
        } else if !serial && self.random.percent(30) {
            sql += &format!(" DEFAULT {}", self.pg_default(&data_type, held));
        }
        sql += self.random.pick(&["", "", " NOT NULL", " NULL"]);
        if serial || sql.contains("IDENTITY") {
            sql = sql
                .strip_suffix(" NULL")
                .filter(|s| !s.ends_with("NOT"))
                .map_or(sql.clone(), str::to_owned);
        }
        if self.random.percent(12) {
            sql += self.random.pick(&[" UNIQUE", " PRIMARY KEY", " UNIQUE"]);
        }
        if self.random.percent(8) {
            let name = self.quote(name);
            sql += &format!(" CHECK ({name} IS NOT NULL)");
        }
        if whole && self.random.percent(15) {
            let target = self.table(held);
            sql += &format!(" REFERENCES {}{}", self.quote(&target.name), self.actions());
        }
        sql
    }

    fn pg_create_table(&mut self, held: &Held<'_>) -> String {
        let name = self.new_table();
        let columns = self.random.some(&owned(COLUMNS), 1, 5);
        let mut parts: Vec<String> = columns
            .iter()
            .map(|column| self.pg_column(column, held))
            .collect();
        let table = TableRef {
            name: name.clone(),
            json: &serde_json::Value::Null,
        };
        for _ in 0..self.random.below(3) {
            parts.push(self.pg_constraint(&table, &columns, held));
        }
        let guard = self.random.maybe(15, "IF NOT EXISTS ");
        let schema = self.random.maybe(10, "public.");
        format!(
            "CREATE TABLE {guard}{schema}{} ({})",
            self.quote(&name),
            parts.join(", ")
        )
    }

    pub(super) fn pg_constraint(
        &mut self,
        table: &TableRef<'_>,
        columns: &[String],
        held: &Held<'_>,
    ) -> String {
        let mut sql = String::new();
        if self.random.percent(50) {
            let name = self.new_name("ct");
            sql = format!("CONSTRAINT {} ", self.quote(&name));
        }
        let picked = self.random.some(columns, 1, 2);
        let list = self.quoted_list(&picked);
        sql += &match self.random.below(5) {
            0 => format!("PRIMARY KEY ({list})"),
            1 => format!(
                "UNIQUE ({list}){}",
                self.random.maybe(15, " DEFERRABLE INITIALLY DEFERRED")
            ),
            2 => {
                let column = self.quote(&picked[0]);
                self.random
                    .pick(&[
                        "CHECK (# IS NOT NULL)",
                        "CHECK (# IS NULL OR # IS NOT NULL)",
                        "CHECK (length(#::text) > 0)",
                    ])
                    .replace('#', &column)
            }
            _ => {
                let target = self.table(held);
                let keys = target.keys();
                let (own, referenced) = match self.random.choose(&keys) {
                    // Columns of the same types, where there are such.
                    Some(key) if self.random.percent(85) => {
                        let own: Vec<String> = key
                            .iter()
                            .map(|k| {
                                let fits: Vec<String> = columns
                                    .iter()
                                    .filter(|c| table.type_of(c) == target.type_of(k))
                                    .cloned()
                                    .collect();
                                self.random
                                    .choose(&fits)
                                    .or(columns.first())
                                    .cloned()
                                    .unwrap_or_default()
                            })
                            .collect();
                        (own, format!(" ({})", self.quoted_list(key)))
                    }
                    _ => (picked, String::new()),
                };
                let own = self.quoted_list(&own);
                format!(
                    "FOREIGN KEY ({own}) REFERENCES {}{referenced}{}",
                    self.quote(&target.name),
                    self.actions()
                )
            }
        };
        sql
    }
}
