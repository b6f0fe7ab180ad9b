//! Statements that only PostgreSQL has.

use super::expression::Relation;
use super::kinds::types;
use super::statement::{Statement, Writer};
use crate::server::Engine;

impl Writer {
    /// What only one server has.
    pub(super) fn own(&mut self) -> Statement {
        let Engine::Postgres(version) = self.engine else {
            return self.insert();
        };
        let table = self.table();
        let name = self.maker.quoted(&table.name);
        match self.maker.random.below(if version >= 15 { 8 } else { 6 }) {
            0 => {
                self.maker.scopes = vec![vec![table]];
                let condition = self.maker.condition(2);
                Statement::new(format!("CREATE POLICY made ON {name} USING ({condition})"))
            }
            1 => {
                let kinds = self.maker.some_kinds(2);
                let query = self.query_of(&kinds).sql;
                Statement::new(format!("CREATE MATERIALIZED VIEW made AS {query}"))
            }
            2 => {
                let kinds = self.maker.some_kinds(2);
                let query = self.query_of(&kinds).sql;
                Statement::new(format!("CREATE TABLE made AS {query}"))
            }
            3 => {
                self.maker.scopes = vec![vec![table.clone()]];
                let all = types(self.maker.dialect);
                let (kind, spelled) = *self.maker.random.choose(all).expect("types");
                let (column, _) = self
                    .maker
                    .random
                    .choose(&table.columns)
                    .expect("a column")
                    .clone();
                let column = self.maker.quoted(&column);
                let using = if self.maker.random.percent(50) {
                    format!(" USING {}", self.maker.value(kind, 1))
                } else {
                    String::new()
                };
                Statement::new(format!(
                    "ALTER TABLE {name} ALTER COLUMN {column} TYPE {spelled}{using}"
                ))
            }
            4 => {
                let (column, kind) = self
                    .maker
                    .random
                    .choose(&table.columns)
                    .expect("a column")
                    .clone();
                let column = self.maker.quoted(&column);
                let value = self.maker.value(kind, 1);
                Statement::new(format!(
                    "ALTER TABLE {name} ALTER COLUMN {column} SET DEFAULT {value}"
                ))
            }
            5 => {
                let all = types(self.maker.dialect);
                let (kind, spelled) = *self.maker.random.choose(all).expect("types");
                let query = self.query_of(&[kind]).sql;
                let body = if version >= 14 && self.maker.random.percent(50) {
                    format!("BEGIN ATOMIC {query}; END")
                } else {
                    format!("AS $f$ {query} $f$")
                };
                Statement::new(format!(
                    "CREATE FUNCTION made() RETURNS SETOF {spelled} LANGUAGE sql {body}"
                ))
            }
            6 => self.merge(&table, &name),
            _ => {
                let kind = self.maker.any_kind();
                let all = types(self.maker.dialect);
                let spelled = all
                    .iter()
                    .find(|one| one.0 == kind)
                    .map_or("int", |one| one.1);
                let value = self.maker.value(kind, 2);
                Statement::new(format!(
                    "CREATE FUNCTION made() RETURNS {spelled} LANGUAGE sql RETURN {value}"
                ))
            }
        }
    }

    fn merge(&mut self, table: &Relation, name: &str) -> Statement {
        let relations = self.maker.relations.clone();
        let mut other = self.maker.random.choose(&relations).expect("one").clone();
        let source = self.maker.quoted(&other.name);
        "src".clone_into(&mut other.name);
        let mut target = table.clone();
        "dst".clone_into(&mut target.name);
        self.maker.scopes = vec![vec![target, other.clone()]];
        let on = self.maker.condition(1);
        let (column, kind) = table.columns[self.maker.random.below(table.columns.len())].clone();
        let column = self.maker.quoted(&column);
        let set = self.maker.value(kind, 1);
        self.maker.scopes = vec![vec![other]];
        let given = self.maker.value(kind, 1);
        Statement::new(format!(
            "MERGE INTO {name} AS dst USING {source} AS src ON {on} WHEN MATCHED THEN UPDATE SET \
             {column} = {set} WHEN NOT MATCHED THEN INSERT ({column}) VALUES ({given})"
        ))
    }
}
