//! Random DDL for SQLite.

use super::{COLUMNS, Generator, Held, TableRef, owned};

const TYPES: &[&str] = &[
    "INTEGER",
    "integer",
    "TEXT",
    "REAL",
    "BLOB",
    "",
    "varchar(20)",
    "NUMERIC",
    "BOOLEAN",
    "DATETIME",
    "decimal(10,2)",
    "double precision",
    "INT",
    "json",
];

#[derive(Clone, Copy)]
enum Kind {
    CreateTable,
    AddColumn,
    DropColumn,
    RenameColumn,
    RenameTable,
    DropTable,
    CreateIndex,
    DropIndex,
    CreateView,
    DropView,
    Trigger,
    Rebuild,
    Derive,
    Pragma,
}

impl Generator {
    pub(super) fn sqlite(&mut self, held: &Held<'_>) -> String {
        let kind = self.random.weighted(&[
            (
                if held.tables.len() < 4 { 30 } else { 8 },
                Kind::CreateTable,
            ),
            (14, Kind::AddColumn),
            (8, Kind::DropColumn),
            (8, Kind::RenameColumn),
            (6, Kind::RenameTable),
            (5, Kind::DropTable),
            (10, Kind::CreateIndex),
            (4, Kind::DropIndex),
            (4, Kind::CreateView),
            (2, Kind::DropView),
            (3, Kind::Trigger),
            (8, Kind::Rebuild),
            (2, Kind::Derive),
            (1, Kind::Pragma),
        ]);
        match kind {
            Kind::CreateTable => {
                let name = self.new_table();
                self.lite_create_table(&name, held)
            }
            Kind::AddColumn => {
                let (table, name) = (self.table(held), self.new_column());
                let definition = self.lite_column(&name, held, false);
                format!(
                    "ALTER TABLE {} ADD {}{definition}",
                    self.quote(&table.name),
                    self.random.maybe(80, "COLUMN ")
                )
            }
            Kind::DropColumn => {
                let table = self.table(held);
                let column = self.column(&table);
                format!(
                    "ALTER TABLE {} DROP {}{}",
                    self.quote(&table.name),
                    self.random.maybe(80, "COLUMN "),
                    self.quote(&column)
                )
            }
            Kind::RenameColumn => {
                let table = self.table(held);
                let (column, to) = (self.column(&table), self.new_column());
                let (table, column) = (self.quote(&table.name), self.quote(&column));
                format!(
                    "ALTER TABLE {table} RENAME {}{column} TO {}",
                    self.random.maybe(80, "COLUMN "),
                    self.quote(&to)
                )
            }
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
                format!(
                    "DROP TABLE {}{}",
                    self.random.maybe(50, "IF EXISTS "),
                    self.quote(&table)
                )
            }
            Kind::CreateIndex => self.lite_create_index(held),
            Kind::DropIndex => {
                let names: Vec<String> =
                    held.indexes.iter().map(|(name, _)| name.clone()).collect();
                let name = self.existing(&names, "ix");
                format!(
                    "DROP INDEX {}{}",
                    self.random.maybe(40, "IF EXISTS "),
                    self.quote(&name)
                )
            }
            Kind::CreateView => {
                let table = self.table(held);
                let columns = self.columns(&table, 1, 2);
                let (name, list) = (self.new_name("v"), self.quoted_list(&columns));
                format!(
                    "CREATE VIEW {}{name} AS SELECT {list} FROM {}",
                    self.random.maybe(40, "IF NOT EXISTS "),
                    self.quote(&table.name)
                )
            }
            Kind::DropView => {
                let name = self.existing(&held.views, "v");
                format!(
                    "DROP VIEW {}{}",
                    self.random.maybe(40, "IF EXISTS "),
                    self.quote(&name)
                )
            }
            Kind::Trigger => {
                let table = self.table(held);
                let name = self.new_name("tr");
                if self.random.percent(30) {
                    return format!("DROP TRIGGER IF EXISTS {name}");
                }
                let column = self.column(&table);
                let (table, column) = (self.quote(&table.name), self.quote(&column));
                format!(
                    "CREATE TRIGGER {name} AFTER INSERT ON {table} BEGIN UPDATE {table} SET {column} = NULL WHERE 0; END"
                )
            }
            Kind::Rebuild => self.lite_rebuild(held),
            Kind::Derive => {
                let (source, name) = (self.table(held).name, self.new_table());
                let (source, name) = (self.quote(&source), self.quote(&name));
                format!("CREATE TABLE {name} AS SELECT * FROM {source}")
            }
            Kind::Pragma => {
                let pragma = self.random.pick(&["foreign_keys", "legacy_alter_table"]);
                format!(
                    "PRAGMA {pragma} = {}",
                    self.random.pick(&["ON", "OFF", "OFF"])
                )
            }
        }
    }

    fn lite_default(&mut self) -> String {
        self.random
            .pick(&[
                "0",
                "1",
                "'x'",
                "''",
                "NULL",
                "true",
                "CURRENT_TIMESTAMP",
                "(1 + 2)",
                "-1",
                "1.5",
                "(unixepoch())",
                "\"x\"",
            ])
            .to_owned()
    }

    fn lite_column(&mut self, name: &str, held: &Held<'_>, fresh: bool) -> String {
        let data_type = self.random.pick(TYPES);
        let mut sql = format!("{} {data_type}", self.quote(name));
        if fresh && self.random.percent(8) {
            sql += self.random.pick(&[
                " PRIMARY KEY",
                " PRIMARY KEY AUTOINCREMENT",
                " PRIMARY KEY NOT NULL",
            ]);
        } else {
            sql += self.random.pick(&[
                "",
                "",
                " NOT NULL",
                if data_type.is_empty() { "" } else { " NULL" },
            ]);
        }
        if self.random.percent(35) {
            sql += &format!(" DEFAULT {}", self.lite_default());
        }
        if self.random.percent(if fresh { 10 } else { 3 }) {
            sql += self.random.pick(&[" UNIQUE", " UNIQUE", " COLLATE NOCASE"]);
        }
        if self.random.percent(5) {
            sql += &format!(" CHECK ({} <> 5)", self.quote(name));
        }
        if self.random.percent(15) {
            let target = self.table(held);
            let column = if self.random.percent(60) {
                let column = self.column(&target);
                format!(" ({})", self.quote(&column))
            } else {
                String::new()
            };
            sql += &format!(
                " REFERENCES {}{column}{}",
                self.quote(&target.name),
                self.actions()
            );
        }
        sql
    }

    fn lite_create_table(&mut self, name: &str, held: &Held<'_>) -> String {
        let columns = self.random.some(&owned(COLUMNS), 1, 5);
        let mut parts: Vec<String> = columns
            .iter()
            .map(|column| self.lite_column(column, held, true))
            .collect();
        for _ in 0..self.random.below(3) {
            let picked = self.random.some(&columns, 1, 2);
            let list = self.quoted_list(&picked);
            let symbol = self.random.maybe(40, "CONSTRAINT ct_1 ");
            parts.push(match self.random.below(4) {
                0 if !parts.iter().any(|part| part.contains("PRIMARY")) => {
                    format!("{symbol}PRIMARY KEY ({list})")
                }
                1 => format!("{symbol}UNIQUE ({list})"),
                2 => {
                    let target = self.table(held);
                    let theirs = self
                        .random
                        .choose(&target.keys())
                        .cloned()
                        .unwrap_or_else(|| picked.clone());
                    let own: Vec<String> = theirs
                        .iter()
                        .map(|_| self.random.choose(&columns).cloned().unwrap_or_default())
                        .collect();
                    let (own, theirs) = (self.quoted_list(&own), self.quoted_list(&theirs));
                    format!(
                        "{symbol}FOREIGN KEY ({own}) REFERENCES {} ({theirs}){}",
                        self.quote(&target.name),
                        self.actions()
                    )
                }
                _ => format!("{symbol}CHECK ({} <> 7)", self.quote(&picked[0])),
            });
        }
        let guard = self.random.maybe(15, "IF NOT EXISTS ");
        let options = if parts.iter().any(|part| part.contains("PRIMARY")) {
            self.random.maybe(8, " WITHOUT ROWID")
        } else {
            ""
        };
        format!(
            "CREATE TABLE {guard}{} ({}){options}",
            self.quote(name),
            parts.join(", ")
        )
    }

    fn lite_create_index(&mut self, held: &Held<'_>) -> String {
        let table = self.table(held);
        let columns = self.columns(&table, 1, 2);
        let keys: Vec<String> = columns
            .iter()
            .map(|name| {
                let column = self.quote(name);
                match self.random.below(8) {
                    0 => format!("lower({column})"),
                    1 => format!("{column} DESC"),
                    2 => format!("{column} COLLATE NOCASE"),
                    _ => column,
                }
            })
            .collect();
        let condition = if self.random.percent(15) {
            let column = self.column(&table);
            format!(" WHERE {} IS NOT NULL", self.quote(&column))
        } else {
            String::new()
        };
        let name = self.new_name("ix");
        let (unique, guard) = (
            self.random.maybe(25, "UNIQUE "),
            self.random.maybe(30, "IF NOT EXISTS "),
        );
        format!(
            "CREATE {unique}INDEX {guard}{} ON {} ({}){condition}",
            self.quote(&name),
            self.quote(&table.name),
            keys.join(", ")
        )
    }

    /// The twelve steps of SQLite's documentation, as ORMs write them: create anew, copy, drop,
    /// rename.
    fn lite_rebuild(&mut self, held: &Held<'_>) -> String {
        let table: TableRef<'_> = self.table(held);
        let columns = table.columns();
        let Some(kept) = columns.first().cloned() else {
            return "DROP TABLE IF EXISTS nowhere".to_owned();
        };
        let off = self.random.percent(70);
        let create = format!(
            "CREATE TABLE new_table ({} TEXT NOT NULL, extra INTEGER DEFAULT 3)",
            self.quote(&kept)
        );
        let (name, column) = (self.quote(&table.name), self.quote(&kept));
        self.pending.push_back(create);
        self.pending.push_back(format!(
            "INSERT INTO new_table ({column}) SELECT {column} FROM {name}"
        ));
        if self.random.percent(70) {
            self.pending.push_back(format!("DROP TABLE {name}"));
            self.pending
                .push_back(format!("ALTER TABLE new_table RENAME TO {name}"));
        } else {
            self.pending
                .push_back(format!("ALTER TABLE {name} RENAME TO old_table"));
            self.pending
                .push_back(format!("ALTER TABLE new_table RENAME TO {name}"));
            self.pending.push_back("DROP TABLE old_table".to_owned());
        }
        self.pending
            .push_back("PRAGMA foreign_keys = ON".to_owned());
        format!("PRAGMA foreign_keys = {}", if off { "OFF" } else { "ON" })
    }
}
