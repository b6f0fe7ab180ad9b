//! Random DDL for MariaDB, as far as MySQL has it too.

use super::{COLUMNS, Generator, Held, TableRef, owned};

const TYPES: &[&str] = &[
    "int",
    "INTEGER",
    "bigint",
    "int unsigned",
    "bigint(20) unsigned",
    "smallint",
    "tinyint(1)",
    "boolean",
    "mediumint",
    "varchar(20)",
    "varchar(64)",
    "char(3)",
    "text",
    "longtext",
    "decimal(10,2)",
    "decimal",
    "numeric(5)",
    "double",
    "float",
    "datetime",
    "datetime(3)",
    "timestamp",
    "date",
    "time",
    "blob",
    "varbinary(16)",
    "binary(16)",
    "enum('a','B c','it''s')",
    "serial",
    "bit(1)",
    "double precision",
    "real",
    "int(5)",
    "character varying(10)",
];

#[derive(Clone, Copy)]
enum Kind {
    CreateTable,
    AlterTable,
    RenameTable,
    DropTable,
    CreateIndex,
    DropIndex,
    CreateView,
    DropView,
    Derive,
}

#[derive(Clone, Copy)]
enum Action {
    Add,
    Drop,
    Modify,
    Change,
    Rename,
    SetDefault,
    DropDefault,
    AddKey,
    DropKey,
    DropForeignKey,
    DropPrimaryKey,
    RenameIndex,
    RenameTo,
    Option,
}

impl Generator {
    pub(super) fn mysql(&mut self, held: &Held<'_>) -> String {
        let kind = self.random.weighted(&[
            (
                if held.tables.len() < 4 { 30 } else { 8 },
                Kind::CreateTable,
            ),
            (50, Kind::AlterTable),
            (5, Kind::RenameTable),
            (4, Kind::DropTable),
            (9, Kind::CreateIndex),
            (4, Kind::DropIndex),
            (3, Kind::CreateView),
            (2, Kind::DropView),
            (2, Kind::Derive),
        ]);
        match kind {
            Kind::CreateTable => self.my_create_table(held),
            Kind::AlterTable => self.my_alter_table(held),
            Kind::RenameTable => {
                let (one, other) = (self.table(held).name, self.table(held).name);
                let (one, other, to) = (self.quote(&one), self.quote(&other), self.new_table());
                let to = self.quote(&to);
                match self.random.below(3) {
                    0 => format!("RENAME TABLE {one} TO swap, {other} TO {one}, swap TO {other}"),
                    1 => format!("RENAME TABLE {one} TO {to}"),
                    _ => format!(
                        "ALTER TABLE {one} RENAME {}{to}",
                        self.random.maybe(70, "TO ")
                    ),
                }
            }
            Kind::DropTable => {
                let (one, other) = (self.table(held).name, self.table(held).name);
                let guard = self.random.maybe(50, "IF EXISTS ");
                let other = if self.random.percent(20) {
                    format!(", {}", self.quote(&other))
                } else {
                    String::new()
                };
                format!("DROP TABLE {guard}{}{other}", self.quote(&one))
            }
            Kind::CreateIndex => {
                let table = self.table(held);
                let (name, keys) = (self.new_name("ix"), self.my_keys(&table));
                let unique = self.random.maybe(30, "UNIQUE ");
                format!(
                    "CREATE {unique}INDEX {} ON {} ({keys})",
                    self.quote(&name),
                    self.quote(&table.name)
                )
            }
            Kind::DropIndex => {
                let missing = ("ix_0".to_owned(), self.new_table());
                let (name, table) = self
                    .random
                    .choose(&held.indexes)
                    .cloned()
                    .unwrap_or(missing);
                format!("DROP INDEX {} ON {}", self.quote(&name), self.quote(&table))
            }
            Kind::CreateView => {
                let table = self.table(held);
                let columns = self.columns(&table, 1, 2);
                let (name, list) = (self.new_name("v"), self.quoted_list(&columns));
                format!(
                    "CREATE {}VIEW {name} AS SELECT {list} FROM {}",
                    self.random.maybe(40, "OR REPLACE "),
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
            Kind::Derive => {
                let (source, name) = (self.table(held).name, self.new_table());
                let (source, name) = (self.quote(&source), self.quote(&name));
                format!("CREATE TABLE {name} LIKE {source}")
            }
        }
    }

    fn my_default(&mut self, data_type: &str) -> String {
        let base = data_type
            .split(['(', ' '])
            .next()
            .unwrap_or_default()
            .to_lowercase();
        let choices: &[&str] = match base.as_str() {
            "int" | "integer" | "bigint" | "smallint" | "mediumint" => {
                &["0", "1", "'5'", "7", "NULL"]
            }
            "tinyint" | "boolean" => &["true", "false", "0", "1"],
            "decimal" | "numeric" | "double" | "float" | "real" => &["0", "1.50", "'2.5'"],
            "varchar" | "char" | "character" => &["'x'", "''", "'it''s'", "NULL"],
            "text" | "longtext" => &["'x'", "('x')"],
            "timestamp" | "datetime" if !data_type.contains('(') => {
                &["CURRENT_TIMESTAMP", "now()", "'2020-01-01 00:00:00'"]
            }
            "datetime" => &["CURRENT_TIMESTAMP(3)", "NULL"],
            "enum" => &["'a'", "'B c'"],
            _ => &["NULL"],
        };
        self.random.pick(choices).to_owned()
    }

    /// Type and attributes, without the name.
    fn my_definition(&mut self, name: &str) -> String {
        let data_type = self.random.pick(TYPES);
        let mut sql = data_type.to_owned();
        if data_type == "serial" {
            return sql;
        }
        let whole = [
            "int",
            "INTEGER",
            "bigint",
            "int unsigned",
            "bigint(20) unsigned",
            "smallint",
        ]
        .contains(&data_type);
        sql += self.random.pick(&["", "", " NOT NULL", " NULL"]);
        if whole && self.random.percent(8) {
            sql = format!("{data_type} AUTO_INCREMENT");
        } else if self.random.percent(30) {
            sql += &format!(" DEFAULT {}", self.my_default(data_type));
        }
        if data_type == "timestamp" && self.random.percent(20) {
            sql += " ON UPDATE CURRENT_TIMESTAMP";
        }
        sql += self.random.weighted(&[
            (84, ""),
            (5, " UNIQUE"),
            (5, " PRIMARY KEY"),
            (3, " COMMENT 'x'"),
            (3, " UNIQUE KEY"),
        ]);
        if self.random.percent(4) {
            sql += &format!(" CHECK ({} IS NOT NULL)", self.quote(name));
        }
        sql
    }

    fn my_column(&mut self, name: &str) -> String {
        let quoted = self.quote(name);
        format!("{quoted} {}", self.my_definition(name))
    }

    fn my_keys(&mut self, table: &TableRef<'_>) -> String {
        let columns = self.columns(table, 1, 2);
        let keys: Vec<String> = columns
            .iter()
            .map(|name| {
                let long = table
                    .type_of(name)
                    .is_some_and(|t| t.contains("text") || t.contains("blob"));
                let text = long
                    || table
                        .type_of(name)
                        .is_some_and(|t| t.starts_with("varchar"));
                let length = if long || (text && self.random.percent(15)) {
                    "(5)"
                } else {
                    ""
                };
                format!(
                    "{}{length}{}",
                    self.quote(name),
                    self.random.maybe(8, " DESC")
                )
            })
            .collect();
        keys.join(", ")
    }

    fn my_create_table(&mut self, held: &Held<'_>) -> String {
        let name = self.new_table();
        let columns = self
            .random
            .some(&owned(COLUMNS), 1, 5)
            .iter()
            .map(|name| name.replace('\'', " "))
            .collect::<Vec<_>>();
        let mut parts: Vec<String> = columns
            .iter()
            .map(|column| self.my_column(column))
            .collect();
        // An AUTO_INCREMENT column has to be a key.
        if let Some(n) = parts
            .iter()
            .position(|part| part.contains("AUTO_INCREMENT"))
            && self.random.percent(90)
            && !parts.iter().any(|part| part.contains("PRIMARY"))
        {
            parts.push(format!("PRIMARY KEY ({})", self.quote(&columns[n])));
        }
        let json = serde_json::json!({"columns": columns.iter().map(|c| serde_json::json!({"name": c})).collect::<Vec<_>>()});
        let table = TableRef {
            name: name.clone(),
            json: &json,
        };
        for _ in 0..self.random.below(3) {
            parts.push(self.my_key(&table, held));
        }
        let guard = self.random.maybe(15, "IF NOT EXISTS ");
        let options = self.random.weighted(&[
            (70, ""),
            (15, " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"),
            (8, " COMMENT='x'"),
            (7, " DEFAULT CHARACTER SET latin1"),
        ]);
        format!(
            "CREATE TABLE {guard}{} ({}){options}",
            self.quote(&name),
            parts.join(", ")
        )
    }

    fn my_key(&mut self, table: &TableRef<'_>, held: &Held<'_>) -> String {
        let name = self.new_name("ct");
        let name = if self.random.percent(50) {
            format!("{} ", self.quote(&name))
        } else {
            String::new()
        };
        let symbol = if name.is_empty() {
            String::new()
        } else {
            format!("CONSTRAINT {name}")
        };
        let keys = self.my_keys(table);
        match self.random.below(8) {
            0 => format!("{symbol}PRIMARY KEY ({keys})"),
            1 => format!("UNIQUE {}{name}({keys})", self.random.maybe(50, "KEY ")),
            2 => format!("{symbol}UNIQUE ({keys})"),
            3 => format!("{} {name}({keys})", self.random.pick(&["KEY", "INDEX"])),
            4 => {
                let column = self.column(table);
                format!("{symbol}CHECK ({} IS NOT NULL)", self.quote(&column))
            }
            _ => {
                let target = self.table(held);
                let keys = target.keys();
                let referenced = match self.random.choose(&keys) {
                    Some(key) => key.clone(),
                    None => vec![self.column(&target)],
                };
                let own: Vec<String> = referenced
                    .iter()
                    .map(|column| self.my_like(table, &target, column))
                    .collect();
                let (own, referenced) = (self.quoted_list(&own), self.quoted_list(&referenced));
                format!(
                    "{symbol}FOREIGN KEY ({own}) REFERENCES {} ({referenced}){}",
                    self.quote(&target.name),
                    self.actions()
                )
            }
        }
    }

    /// A column of the type that the other table's column has, if there is one.
    fn my_like(&mut self, table: &TableRef<'_>, target: &TableRef<'_>, column: &str) -> String {
        let wanted = target.type_of(column);
        let fits = |name: &String| table.type_of(name).is_none_or(|own| Some(own) == wanted);
        let fits: Vec<String> = table.columns().into_iter().filter(fits).collect();
        match self.random.choose(&fits) {
            Some(fit) => fit.clone(),
            None => self.column(table),
        }
    }

    fn my_alter_table(&mut self, held: &Held<'_>) -> String {
        let table = self.table(held);
        let several = if self.random.percent(20) {
            2 + self.random.below(2)
        } else {
            1
        };
        let actions: Vec<String> = (0..several)
            .map(|_| self.my_action(&table, held, several == 1))
            .collect();
        format!(
            "ALTER TABLE {} {}",
            self.quote(&table.name),
            actions.join(", ")
        )
    }

    fn my_position(&mut self, table: &TableRef<'_>) -> String {
        match self.random.below(6) {
            0 => " FIRST".to_owned(),
            1 => {
                let column = self.column(table);
                format!(" AFTER {}", self.quote(&column))
            }
            _ => String::new(),
        }
    }

    fn my_action(&mut self, table: &TableRef<'_>, held: &Held<'_>, alone: bool) -> String {
        // MariaDB 10.11 leaves the old table behind when it copies one with quotes in its name to a
        // new name.
        let renames = if alone { 2 } else { 0 };
        let name = self.column(table);
        let column = self.quote(&name);
        let action = self.random.weighted(&[
            (12, Action::Add),
            (7, Action::Drop),
            (10, Action::Modify),
            (6, Action::Change),
            (4, Action::Rename),
            (5, Action::SetDefault),
            (3, Action::DropDefault),
            (16, Action::AddKey),
            (5, Action::DropKey),
            (4, Action::DropForeignKey),
            (2, Action::DropPrimaryKey),
            (3, Action::RenameIndex),
            (renames, Action::RenameTo),
            (1, Action::Option),
        ]);
        match action {
            Action::Add => {
                let new = self.new_column();
                format!(
                    "ADD {}{}{}",
                    self.random.maybe(80, "COLUMN "),
                    self.my_column(&new),
                    self.my_position(table)
                )
            }
            Action::Drop => format!("DROP {}{column}", self.random.maybe(80, "COLUMN ")),
            Action::Modify => format!(
                "MODIFY {}{column} {}{}",
                self.random.maybe(60, "COLUMN "),
                self.my_definition(&name),
                self.my_position(table)
            ),
            Action::Change => {
                let to = self.new_column();
                format!(
                    "CHANGE {}{column} {}{}",
                    self.random.maybe(60, "COLUMN "),
                    self.my_column(&to),
                    self.my_position(table)
                )
            }
            Action::Rename => {
                let to = self.new_column();
                format!("RENAME COLUMN {column} TO {}", self.quote(&to))
            }
            Action::SetDefault => {
                let data_type = table.type_of(&name).unwrap_or("int").to_owned();
                format!(
                    "ALTER COLUMN {column} SET DEFAULT {}",
                    self.my_default(&data_type)
                )
            }
            Action::DropDefault => format!("ALTER COLUMN {column} DROP DEFAULT"),
            Action::AddKey => format!("ADD {}", self.my_key(table, held)),
            Action::DropKey => {
                let mut names = table.names_of("indexes");
                names.extend(table.names_of("checks"));
                let key = self.existing(&names, "ct");
                format!(
                    "DROP {} {}",
                    self.random.pick(&["INDEX", "KEY", "CONSTRAINT"]),
                    self.quote(&key)
                )
            }
            Action::DropForeignKey => {
                let key = self.existing(&table.names_of("foreign_keys"), "ct");
                format!("DROP FOREIGN KEY {}", self.quote(&key))
            }
            Action::DropPrimaryKey => "DROP PRIMARY KEY".to_owned(),
            Action::RenameIndex => {
                let (key, to) = (
                    self.existing(&table.names_of("indexes"), "ix"),
                    self.new_name("ix"),
                );
                format!("RENAME INDEX {} TO {}", self.quote(&key), self.quote(&to))
            }
            Action::RenameTo => {
                let to = self.new_table();
                format!("RENAME TO {}", self.quote(&to))
            }
            Action::Option => self
                .random
                .pick(&[
                    "ENGINE=InnoDB",
                    "COMMENT='x'",
                    "AUTO_INCREMENT=10",
                    "CONVERT TO CHARACTER SET utf8mb4",
                ])
                .to_owned(),
        }
    }
}
