//! Random queries.

use driftlint::sql::Dialect;

use super::expression::{COLUMNS, Maker, Relation};
use super::kinds::Kind;

/// A query, and what it yields.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) sql: String,
    pub(super) columns: Vec<(String, Kind)>,
}

impl Maker {
    /// A query that yields these kinds, as a rule.
    pub(super) fn query(&mut self, relations: &[Relation], kinds: &[Kind], depth: usize) -> Query {
        let known = relations.len();
        let mut relations = relations.to_vec();
        let mut with = String::new();
        if depth > 1 && self.random.percent(20) {
            let inner = self.some_kinds(3);
            let outer = std::mem::take(&mut self.scopes);
            let query = self.query(&relations[..known], &inner, depth - 1);
            self.scopes = outer;
            with = format!("WITH c AS ({}) ", query.sql);
            relations.push(Relation {
                name: "c".to_owned(),
                columns: query.columns,
            });
            if self.slips() {
                relations.push(Relation {
                    name: "missing_table".to_owned(),
                    columns: vec![("id".to_owned(), Kind::Int)],
                });
            }
        }
        let mut query = self.select(&relations, kinds, depth);
        if depth > 0 && self.random.percent(12) {
            let op = self
                .random
                .pick(&["UNION", "UNION ALL", "INTERSECT", "EXCEPT"]);
            let mut other = kinds.to_vec();
            if self.slips() {
                if self.random.percent(50) {
                    other.pop();
                } else {
                    other.push(Kind::Int);
                }
            }
            if other.is_empty() {
                other.push(Kind::Int);
            }
            let second = self.select(&relations, &other, depth - 1);
            query.sql = format!("{} {op} {}", query.sql, second.sql);
        }
        // Some servers never look at what nobody reads.
        let read = [" c", "(c"].iter().any(|name| {
            let name = format!("{name} ");
            (query.sql.clone() + " ").replace(',', " ").contains(&name)
        });
        if read || self.dialect == Dialect::Postgres {
            query.sql = with + &query.sql;
        }
        query
    }

    pub(super) fn some_kinds(&mut self, most: usize) -> Vec<Kind> {
        (0..=self.random.below(most))
            .map(|_| self.any_kind())
            .collect()
    }

    fn select(&mut self, relations: &[Relation], kinds: &[Kind], depth: usize) -> Query {
        self.scopes.push(Vec::new());
        let from = self.from(relations, depth);
        let query = match self.random.below(10) {
            0..=1 => self.grouped(&from, kinds, depth),
            2 => self.windowed(&from, kinds, depth),
            _ => self.plain(&from, kinds, depth),
        };
        self.scopes.pop();
        query
    }

    /// `FROM`, with what it brings into sight.
    fn from(&mut self, relations: &[Relation], depth: usize) -> String {
        if self.random.percent(4) {
            return String::new();
        }
        let mut sql = format!(" FROM {}", self.read_item(relations, 0, depth));
        for at in 1..=self.random.below(3) {
            let join = self.random.below(10);
            let item = self.read_item(relations, at, depth);
            match join {
                0 => sql += &format!(", {item}"),
                1 => sql += &format!(" CROSS JOIN {item}"),
                2 => {
                    let column = self.random.pick(COLUMNS).to_owned();
                    let has = |relation: &Relation| {
                        relation.columns.iter().any(|(name, _)| *name == column)
                    };
                    let scope = self.scopes.last().expect("a scope");
                    let all = scope.iter().all(has) && scope.len() == 2;
                    if all || self.slips() {
                        let column = self.quoted(&column);
                        sql += &format!(" JOIN {item} USING ({column})");
                    } else {
                        sql += &format!(" CROSS JOIN {item}");
                    }
                }
                _ => {
                    let kind = self.random.pick(&["JOIN", "LEFT JOIN"]).to_owned();
                    let condition = self.condition(1);
                    sql += &format!(" {kind} {item} ON {condition}");
                }
            }
        }
        sql
    }

    fn read_item(&mut self, relations: &[Relation], at: usize, depth: usize) -> String {
        let alias = format!("r{at}");
        if depth > 0 && self.random.percent(15) {
            let kinds = self.some_kinds(3);
            let scopes = std::mem::take(&mut self.scopes);
            let query = self.query(relations, &kinds, depth - 1);
            self.scopes = scopes;
            self.see(&alias, query.columns);
            return format!("({}) AS {alias}", query.sql);
        }
        let found = self.random.choose(relations).expect("a relation").clone();
        let aliased = at > 0 || self.random.percent(50);
        let shown = if aliased { alias } else { found.name.clone() };
        self.see(&shown, found.columns);
        let name = self.quoted(&found.name);
        if self.slips() {
            return format!("missing_table AS {shown}");
        }
        if aliased {
            format!("{name} AS {shown}")
        } else {
            name
        }
    }

    fn see(&mut self, name: &str, columns: Vec<(String, Kind)>) {
        let scope = self.scopes.last_mut().expect("a scope");
        scope.push(Relation {
            name: name.to_owned(),
            columns,
        });
    }

    fn plain(&mut self, from: &str, kinds: &[Kind], depth: usize) -> Query {
        let mut columns = Vec::new();
        let mut items = Vec::new();
        for (at, kind) in kinds.iter().enumerate() {
            let name = self.output(at);
            items.push(format!(
                "{} AS {}",
                self.value(*kind, depth),
                self.quoted(&name)
            ));
            columns.push((name, *kind));
        }
        let distinct = self.random.maybe(8, "DISTINCT ").to_owned();
        let mut sql = format!("SELECT {distinct}{}{from}", items.join(", "));
        if self.random.percent(50) && !from.is_empty() {
            sql += &format!(" WHERE {}", self.filter(depth));
        }
        Query { sql, columns }
    }

    fn filter(&mut self, depth: usize) -> String {
        if self.slips() {
            return format!("{} > 1", self.aggregate(Kind::Int, 1));
        }
        self.condition(depth)
    }

    /// What stands after a query that nothing is put behind.
    pub(super) fn tail(&mut self, query: &Query) -> String {
        if !self.random.percent(30) || query.sql.contains("UNION") {
            return String::new();
        }
        let order = if self.slips() {
            self.random
                .pick(&["missing_col", "99", "missing.x"])
                .to_owned()
        } else if self.random.percent(50) {
            (1 + self.random.below(query.columns.len())).to_string()
        } else {
            let name = &query.columns[0].0;
            self.quoted(name)
        };
        let limit = self.random.maybe(40, " LIMIT 3");
        format!(" ORDER BY {order}{limit}")
    }

    fn output(&mut self, at: usize) -> String {
        if at == 0 && self.random.percent(20) {
            return self.random.pick(COLUMNS).to_owned();
        }
        if self.slips() {
            return "o0".to_owned();
        }
        format!("o{at}")
    }

    /// `GROUP BY` some columns, and aggregates over the others.
    fn grouped(&mut self, from: &str, kinds: &[Kind], depth: usize) -> Query {
        let mut keys = Vec::new();
        let mut columns = Vec::new();
        let mut items = Vec::new();
        for (at, kind) in kinds.iter().enumerate() {
            let name = format!("o{at}");
            let item = match self.column(*kind) {
                Some(column) if self.random.percent(50) => {
                    if !self.slips() {
                        keys.push(column.clone());
                    }
                    column
                }
                _ => self.aggregate(*kind, depth.min(1)),
            };
            items.push(format!("{item} AS {name}"));
            columns.push((name, *kind));
        }
        let mut sql = format!("SELECT {}{from}", items.join(", "));
        if self.random.percent(30) && !from.is_empty() {
            sql += &format!(" WHERE {}", self.filter(1));
        }
        if !keys.is_empty() {
            sql += &format!(" GROUP BY {}", keys.join(", "));
            if self.random.percent(30) {
                sql += &format!(" HAVING {} > 1", self.aggregate(Kind::Int, 0));
            }
        }
        Query { sql, columns }
    }

    fn windowed(&mut self, from: &str, kinds: &[Kind], depth: usize) -> Query {
        let mut query = self.plain("", kinds, depth);
        let partition = self.column(Kind::Text).or_else(|| self.column(Kind::Int));
        let partition = partition.map_or(String::new(), |by| format!("PARTITION BY {by} "));
        let order = self.leaf_or_column();
        let call = self
            .random
            .pick(&["row_number()", "rank()", "count(*)", "lag(1)"])
            .to_owned();
        let call = if self.slips() {
            "lower('a')".to_owned()
        } else {
            call
        };
        let call = format!("{call} OVER ({partition}ORDER BY {order})");
        let filter = if self.slips() && !from.is_empty() {
            format!(" WHERE {call} > 1")
        } else {
            String::new()
        };
        query.sql += &format!(", {call} AS place{from}{filter}");
        query.columns.push(("place".to_owned(), Kind::Big));
        if query.columns.len() > kinds.len() {
            // As many columns as were asked for: others count them.
            let names: Vec<String> = query.columns[..kinds.len()]
                .iter()
                .map(|(name, _)| self.quoted(name))
                .collect();
            query.sql = format!("SELECT {} FROM ({}) AS w", names.join(", "), query.sql);
        }
        query.columns.truncate(kinds.len());
        query
    }

    fn leaf_or_column(&mut self) -> String {
        self.column(Kind::Int)
            .or_else(|| self.column(Kind::Date))
            .unwrap_or_else(|| "1".to_owned())
    }
}
