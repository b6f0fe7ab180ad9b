//! A random schema, and random statements with queries and expressions over it.

use driftlint::sql::Dialect;

use super::expression::{COLUMNS, Maker, Relation};
use super::kinds::{Kind, types};
use crate::random::Random;
use crate::server::Engine;

/// A statement, and what takes it back where no transaction does.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) undo: String,
}

impl Statement {
    pub(super) fn new(sql: String) -> Self {
        Self {
            sql,
            undo: String::new(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Writer {
    pub(super) engine: Engine,
    pub(super) maker: Maker,
    /// The statements that made the schema.
    made: Vec<String>,
}

/// Which column of a table is its key.
const KEY: &str = "id";

impl Writer {
    pub(super) fn new(engine: Engine, seed: u64) -> Self {
        Self {
            engine,
            maker: Maker {
                random: Random::new(seed),
                dialect: engine.dialect(),
                scopes: Vec::new(),
                relations: Vec::new(),
                mistakes: 0,
                sloppy: 0,
            },
            made: Vec::new(),
        }
    }

    pub(super) fn shown(&self) -> String {
        self.made.join(";\n")
    }

    /// Makes the schema, and remembers it.
    pub(super) fn schema(&mut self) -> Vec<String> {
        if self.maker.dialect == Dialect::Postgres {
            self.made.extend(
                [
                    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
                    "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)",
                    "CREATE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS \
                     'SELECT x * 2'",
                    "CREATE FUNCTION shout(x text, y text DEFAULT '!') RETURNS text LANGUAGE sql \
                     STABLE AS 'SELECT x || y'",
                    "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN \
                     NEW; END'",
                ]
                .map(str::to_owned),
            );
        }
        for name in ["users", "posts", "Tags", "items"] {
            let mut columns = vec![(KEY.to_owned(), Kind::Int)];
            let mut elements = vec!["id integer PRIMARY KEY".to_owned()];
            let all = types(self.maker.dialect);
            for at in 0..3 + self.maker.random.below(4) {
                let (kind, spelled) = *self.maker.random.choose(all).expect("types");
                let column = COLUMNS[1 + (at + self.maker.random.below(2)) % (COLUMNS.len() - 1)];
                if columns.iter().any(|(name, _)| name == column) {
                    continue;
                }
                let unique = kind == Kind::Int && self.maker.random.percent(30);
                let constraint = if unique { " UNIQUE" } else { "" };
                elements.push(format!(
                    "{} {spelled}{constraint}",
                    self.maker.quoted(column)
                ));
                columns.push((column.to_owned(), kind));
            }
            let shown = self.maker.quoted(name);
            self.made
                .push(format!("CREATE TABLE {shown} ({})", elements.join(", ")));
            self.maker.relations.push(Relation {
                name: name.to_owned(),
                columns,
            });
        }
        self.made.clone()
    }

    /// A view that the schema may have, if the server takes it.
    pub(super) fn new_view(&mut self, name: &str) -> (String, Relation) {
        let relations = self.maker.relations.clone();
        let kinds = self.maker.some_kinds(4);
        let query = self.maker.query(&relations, &kinds, 1);
        let view = Relation {
            name: name.to_owned(),
            columns: query.columns,
        };
        (format!("CREATE VIEW {name} AS {}", query.sql), view)
    }

    /// Takes a view into the schema.
    pub(super) fn keep(&mut self, sql: String, view: Relation) {
        self.made.push(sql);
        self.maker.relations.push(view);
    }

    /// The next one.
    pub(super) fn statement(&mut self) -> Statement {
        self.maker.mistakes = usize::from(self.maker.random.percent(70));
        self.maker.sloppy = 70;
        self.maker.scopes.clear();
        match self.maker.random.below(20) {
            0..=3 => self.bare_query(),
            4..=6 => self.view(),
            7..=9 => self.insert(),
            10..=11 => self.update(),
            12 => self.delete(),
            13 => self.check(),
            14 => self.index(),
            15 => self.default(),
            16 => self.generated(),
            17 => self.trigger(),
            _ => self.own(),
        }
    }

    pub(super) fn table(&mut self) -> Relation {
        let tables = &self.maker.relations[..4];
        self.maker.random.choose(tables).expect("a table").clone()
    }

    pub(super) fn query_of(&mut self, kinds: &[Kind]) -> super::select::Query {
        let relations = self.maker.relations.clone();
        self.maker.query(&relations, kinds, 2)
    }

    fn bare_query(&mut self) -> Statement {
        let kinds = self.maker.some_kinds(3);
        let query = self.query_of(&kinds);
        let tail = self.maker.tail(&query);
        Statement::new(query.sql + &tail)
    }

    fn view(&mut self) -> Statement {
        let kinds = self.maker.some_kinds(3);
        let query = self.query_of(&kinds);
        Statement {
            sql: format!("CREATE VIEW made_view AS {}", query.sql),
            undo: "DROP VIEW made_view".to_owned(),
        }
    }

    pub(super) fn insert(&mut self) -> Statement {
        let table = self.table();
        let name = self.maker.quoted(&table.name);
        let mut columns = self.maker.random.some(&table.columns[1..], 1, 3);
        if !self.maker.slips() {
            columns.push(table.columns[0].clone());
        }
        if self.maker.slips() {
            columns.push(columns[0].clone());
        }
        if self.maker.slips() {
            columns.push(("missing_col".to_owned(), Kind::Int));
        }
        let list: Vec<String> = columns
            .iter()
            .map(|(name, _)| self.maker.quoted(name))
            .collect();
        let mut kinds: Vec<Kind> = columns.iter().map(|(_, kind)| *kind).collect();
        if kinds.len() > 1 && self.maker.slips() {
            kinds.pop();
        }
        let mut sql = format!("INSERT INTO {name} ({}) ", list.join(", "));
        if self.maker.random.percent(50) {
            sql += &self.query_of(&kinds).sql;
            sql += " LIMIT 0";
        } else {
            let values = |maker: &mut Maker| -> String {
                let all: Vec<String> = kinds.iter().map(|kind| maker.value(*kind, 2)).collect();
                all.join(", ")
            };
            // Rows that certainly break no key.
            let row = values(&mut self.maker);
            sql += &format!("SELECT {row} FROM {name} WHERE 1 = 0");
            if self.maker.random.percent(25) {
                sql = sql.replace(&format!("SELECT {row} FROM {name} WHERE 1 = 0"), "");
                sql += &format!("VALUES ({row})");
            }
        }
        sql += &self.conflict(&table);
        if self.engine != Engine::MariaDb && self.maker.random.percent(20) {
            self.maker.scopes = vec![vec![table]];
            let kind = self.maker.any_kind();
            sql += &format!(" RETURNING {}", self.maker.value(kind, 1));
        }
        Statement {
            undo: format!("DELETE FROM {name}"),
            sql,
        }
    }

    fn conflict(&mut self, table: &Relation) -> String {
        if !self.maker.random.percent(25) {
            return String::new();
        }
        let (column, kind) = self
            .maker
            .random
            .choose(&table.columns)
            .expect("a column")
            .clone();
        let column = self.maker.quoted(&column);
        self.maker.scopes = vec![vec![table.clone()]];
        let value = if self.maker.random.percent(50) {
            self.maker.value(kind, 1)
        } else if self.engine == Engine::MariaDb {
            format!("VALUES({column})")
        } else {
            format!("excluded.{column}")
        };
        self.maker.scopes.clear();
        if self.engine == Engine::MariaDb {
            return format!(" ON DUPLICATE KEY UPDATE {column} = {value}");
        }
        let target = if self.maker.slips() { "kind" } else { KEY };
        format!(" ON CONFLICT ({target}) DO UPDATE SET {column} = {value}")
    }

    fn update(&mut self) -> Statement {
        let table = self.table();
        let name = self.maker.quoted(&table.name);
        let mut visible = vec![table.clone()];
        let mut from = String::new();
        if self.maker.random.percent(40) && self.engine != Engine::MariaDb {
            let relations = self.maker.relations.clone();
            let mut other = self.maker.random.choose(&relations).expect("one").clone();
            from = format!(" FROM {} AS other", self.maker.quoted(&other.name));
            "other".clone_into(&mut other.name);
            visible.push(other);
        }
        self.maker.scopes = vec![visible];
        let mut set = Vec::new();
        for (column, kind) in self.maker.random.some(&table.columns, 1, 2) {
            let column = if self.maker.slips() {
                "missing_col".to_owned()
            } else {
                self.maker.quoted(&column)
            };
            set.push(format!("{column} = {}", self.maker.value(kind, 2)));
        }
        let condition = self.maker.condition(2);
        Statement::new(format!(
            "UPDATE {name} SET {}{from} WHERE {condition}",
            set.join(", ")
        ))
    }

    fn delete(&mut self) -> Statement {
        let table = self.table();
        let name = self.maker.quoted(&table.name);
        let mut using = String::new();
        let mut visible = vec![table];
        if self.engine != Engine::MariaDb
            && self.engine != Engine::Sqlite
            && self.maker.random.percent(40)
        {
            let relations = self.maker.relations.clone();
            let mut other = self.maker.random.choose(&relations).expect("one").clone();
            using = format!(" USING {} AS other", self.maker.quoted(&other.name));
            "other".clone_into(&mut other.name);
            visible.push(other);
        }
        self.maker.scopes = vec![visible];
        let condition = self.maker.condition(2);
        Statement::new(format!("DELETE FROM {name}{using} WHERE {condition}"))
    }

    fn check(&mut self) -> Statement {
        let table = self.table();
        let name = self.maker.quoted(&table.name);
        self.maker.scopes = vec![vec![table]];
        let condition = self.over_row(Kind::Bool);
        if self.engine == Engine::Sqlite {
            return Statement::new(format!(
                "ALTER TABLE {name} ADD COLUMN made integer CHECK ({condition})"
            ));
        }
        Statement {
            sql: format!("ALTER TABLE {name} ADD CONSTRAINT made_check CHECK ({condition})"),
            undo: format!("ALTER TABLE {name} DROP CONSTRAINT made_check"),
        }
    }

    /// An expression over one row, without subqueries as a rule.
    fn over_row(&mut self, kind: Kind) -> String {
        if self.maker.slips() {
            let aggregate = self.maker.aggregate(Kind::Int, 1);
            return match kind {
                Kind::Bool => format!("{aggregate} > 1"),
                _ => aggregate,
            };
        }
        self.maker.value(kind, 2)
    }

    fn index(&mut self) -> Statement {
        let table = self.table();
        let name = self.maker.quoted(&table.name);
        self.maker.scopes = vec![vec![table]];
        let kind = self.maker.any_kind();
        let key = if self.engine == Engine::MariaDb {
            self.maker
                .column(kind)
                .unwrap_or_else(|| "missing_col".to_owned())
        } else {
            format!("({})", self.over_row(kind))
        };
        let mut sql = format!("CREATE INDEX made_index ON {name} ({key})");
        if self.engine != Engine::MariaDb && self.maker.random.percent(40) {
            sql += &format!(" WHERE {}", self.over_row(Kind::Bool));
        }
        Statement {
            sql: sql.replace(&format!("{name}."), ""),
            undo: format!("DROP INDEX made_index ON {name}"),
        }
    }

    fn default(&mut self) -> Statement {
        let table = self.table();
        let name = self.maker.quoted(&table.name);
        let all = types(self.maker.dialect);
        let (kind, spelled) = *self.maker.random.choose(all).expect("types");
        if self.maker.slips() {
            self.maker.scopes = vec![vec![table]];
        }
        let value = self.maker.value(kind, 2);
        let value = if self.engine == Engine::Postgres(0) {
            value
        } else {
            format!("({value})")
        };
        Statement {
            sql: format!("ALTER TABLE {name} ADD COLUMN made {spelled} DEFAULT {value}"),
            undo: format!("ALTER TABLE {name} DROP COLUMN made"),
        }
    }

    fn generated(&mut self) -> Statement {
        let table = self.table();
        let name = self.maker.quoted(&table.name);
        self.maker.scopes = vec![vec![table]];
        let all = types(self.maker.dialect);
        let (kind, spelled) = *self.maker.random.choose(all).expect("types");
        let value = self.over_row(kind);
        let stored = if self.engine == Engine::Sqlite {
            "VIRTUAL"
        } else {
            "STORED"
        };
        Statement {
            sql: format!(
                "ALTER TABLE {name} ADD COLUMN made {spelled} GENERATED ALWAYS AS ({value}) \
                 {stored}"
            ),
            undo: format!("ALTER TABLE {name} DROP COLUMN made"),
        }
    }

    fn trigger(&mut self) -> Statement {
        if self.engine == Engine::MariaDb {
            return self.update();
        }
        let table = self.table();
        let name = self.maker.quoted(&table.name);
        let rows = ["new", "old"].map(|name| Relation {
            name: name.to_owned(),
            columns: table.columns.clone(),
        });
        self.maker.scopes = vec![rows.to_vec()];
        let condition = self.over_row(Kind::Bool);
        let runs = if self.engine == Engine::Sqlite {
            format!("BEGIN UPDATE {name} SET id = 1 WHERE id = 2; END")
        } else {
            "EXECUTE FUNCTION note()".to_owned()
        };
        Statement::new(format!(
            "CREATE TRIGGER made AFTER UPDATE ON {name} FOR EACH ROW WHEN ({condition}) {runs}"
        ))
    }
}
