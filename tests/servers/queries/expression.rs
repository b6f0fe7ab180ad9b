//! Random expressions over what is in sight. Most fit; a few have a mistake in them.

use driftlint::sql::Dialect;

use super::kinds::{Kind, aggregates, functions, literals, operators, types};
use crate::random::Random;

/// Something that columns can be taken from.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Kind)>,
}

/// How expressions are made.
#[derive(Debug)]
pub(super) struct Maker {
    pub(super) random: Random,
    pub(super) dialect: Dialect,
    /// What is in sight, the inner scopes last.
    pub(super) scopes: Vec<Vec<Relation>>,
    /// Tables and views that there are.
    pub(super) relations: Vec<Relation>,
    /// Mistakes that may still be made in this statement.
    pub(super) mistakes: usize,
    /// Of a thousand places, how many have one.
    pub(super) sloppy: usize,
}

pub(super) const COLUMNS: &[&str] = &["id", "a", "b", "kind", "total", "at", "Name", "data"];

impl Maker {
    /// Whether this is a place for a mistake.
    pub(super) fn slips(&mut self) -> bool {
        let slips = self.mistakes > 0 && self.random.below(1000) < self.sloppy;
        if slips {
            self.mistakes -= 1;
        }
        slips
    }

    pub(super) fn quoted(&self, name: &str) -> String {
        let plain = name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        match (plain, self.dialect) {
            (true, _) => name.to_owned(),
            (false, Dialect::MySql) => format!("`{name}`"),
            (false, _) => format!("\"{name}\""),
        }
    }

    /// An expression that is of the kind, as a rule.
    pub(super) fn value(&mut self, kind: Kind, depth: usize) -> String {
        let kind = if self.slips() { self.any_kind() } else { kind };
        if depth == 0 || self.random.percent(35) {
            return self.leaf(kind);
        }
        match self.random.below(10) {
            0..=3 => self.operation(kind, depth),
            4..=6 => self.call(kind, depth),
            7 => self.case(kind, depth),
            8 => self.cast(kind, depth),
            _ => self.leaf(kind),
        }
    }

    pub(super) fn any_kind(&mut self) -> Kind {
        let all = types(self.dialect);
        self.random.choose(all).expect("there are types").0
    }

    fn leaf(&mut self, kind: Kind) -> String {
        if self.slips() {
            let relation = self.some_relation().map(|relation| relation.name.clone());
            return match (self.random.below(3), relation) {
                (0, Some(name)) => format!("{name}.missing_col"),
                (1, _) => "elsewhere.id".to_owned(),
                _ => {
                    let name = self.random.pick(&["missing_col", "Nowhere"]).to_owned();
                    self.quoted(&name)
                }
            };
        }
        if self.random.percent(75)
            && let Some(column) = self.column(kind)
        {
            return column;
        }
        if self.random.percent(5) {
            return "NULL".to_owned();
        }
        let literals = literals(self.dialect, kind);
        let at = self.random.below(literals.len());
        literals[at].to_owned()
    }

    fn some_relation(&mut self) -> Option<&Relation> {
        let scope = self.scopes.last()?;
        self.random.choose(scope)
    }

    /// A column of the kind, qualified where its name is not the only one.
    pub(super) fn column(&mut self, kind: Kind) -> Option<String> {
        let outer = self.scopes.len() > 1 && self.random.percent(15);
        let depth = self.scopes.len().checked_sub(1 + usize::from(outer))?;
        let mut found = Vec::new();
        for relation in &self.scopes[depth] {
            for (column, of) in &relation.columns {
                if *of == kind {
                    found.push((relation.name.clone(), column.clone()));
                }
            }
        }
        let (relation, column) = self.random.choose(&found)?.clone();
        let same = |other: &&(String, Kind)| other.0 == column;
        let several = self.scopes[depth..].iter().flatten();
        let several = several.flat_map(|one| &one.columns).filter(same).count();
        let bare = if several > 1 {
            self.slips()
        } else {
            self.random.percent(60)
        };
        let column = self.quoted(&column);
        Some(if bare || relation.is_empty() {
            column
        } else {
            format!("{}.{column}", self.quoted(&relation))
        })
    }

    fn operation(&mut self, kind: Kind, depth: usize) -> String {
        if kind == Kind::Bool && self.random.percent(60) {
            return self.condition(depth);
        }
        let all = operators(self.dialect);
        let fitting: Vec<_> = all.iter().filter(|(.., to)| *to == kind).collect();
        let picked = match self.random.choose(&fitting) {
            Some(picked) => **picked,
            None => return self.leaf(kind),
        };
        let (left, mut op, right, _) = picked;
        if self.slips() {
            op = self.random.choose(all).expect("operators").1;
        }
        let one = self.value(left, depth - 1);
        let other = self.value(right, depth - 1);
        format!("({one} {op} {other})")
    }

    /// Something true or false.
    pub(super) fn condition(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        let kind = self.any_kind();
        match self.random.below(if depth > 1 { 11 } else { 9 }) {
            9 => {
                let relations = self.relations.clone();
                let inner = self.query(&relations, &[kind], less - 1).sql;
                format!("{} IN ({inner})", self.value(kind, less))
            }
            10 => self.exists(),
            0 => format!("{} IS NOT NULL", self.value(kind, less)),
            1 => {
                let one = self.value(kind, less);
                format!("({one} = {})", self.value(kind, less))
            }
            2 => format!(
                "({} AND {})",
                self.value(Kind::Bool, less),
                self.value(Kind::Bool, less)
            ),
            3 => {
                let one = self.value(kind, less);
                let list: Vec<String> = (0..=self.random.below(3))
                    .map(|_| self.leaf(kind))
                    .collect();
                format!("{one} IN ({})", list.join(", "))
            }
            4 => format!(
                "{} BETWEEN {} AND {}",
                self.value(Kind::Int, less),
                self.leaf(Kind::Int),
                self.leaf(Kind::Num)
            ),
            5 => format!(
                "{} LIKE {}",
                self.value(Kind::Text, less),
                self.leaf(Kind::Text)
            ),
            6 => format!("NOT ({})", self.value(Kind::Bool, less)),
            7 => {
                let one = self.value(Kind::Num, less);
                format!("({one} >= {})", self.value(Kind::Int, less))
            }
            _ => self.value(Kind::Bool, less),
        }
    }

    /// A subquery that sees what is around it.
    fn exists(&mut self) -> String {
        let mut inner = self
            .random
            .choose(&self.relations)
            .expect("a table")
            .clone();
        let table = self.quoted(&inner.name);
        inner.name = format!("s{}", self.scopes.len());
        let alias = inner.name.clone();
        self.scopes.push(vec![inner]);
        let condition = self.condition(1);
        self.scopes.pop();
        format!("EXISTS (SELECT 1 FROM {table} AS {alias} WHERE {condition})")
    }

    fn call(&mut self, kind: Kind, depth: usize) -> String {
        let all = functions(self.dialect);
        let fitting: Vec<_> = all.iter().filter(|(.., to)| *to == kind).collect();
        let Some((name, takes, _)) = self.random.choose(&fitting).copied().copied() else {
            return self.leaf(kind);
        };
        self.called(name, takes, depth)
    }

    /// A call, with a mistake now and then.
    pub(super) fn called(&mut self, name: &str, takes: &[Kind], depth: usize) -> String {
        let mut kinds = takes.to_vec();
        let mut name = name.to_owned();
        if self.slips() {
            match self.random.below(4) {
                0 => name = format!("{name}_of"),
                1 => kinds.push(self.any_kind()),
                2 => {
                    kinds.pop();
                }
                _ => {
                    let at = self.random.below(kinds.len().max(1));
                    let other = self.any_kind();
                    if let Some(kind) = kinds.get_mut(at) {
                        *kind = other;
                    }
                }
            }
        }
        let less = depth.saturating_sub(1);
        let args: Vec<String> = kinds
            .into_iter()
            .map(|kind| self.value(kind, less))
            .collect();
        format!("{name}({})", args.join(", "))
    }

    fn case(&mut self, kind: Kind, depth: usize) -> String {
        let condition = self.value(Kind::Bool, depth - 1);
        let one = self.value(kind, depth - 1);
        let other = self.leaf(kind);
        format!("CASE WHEN {condition} THEN {one} ELSE {other} END")
    }

    fn cast(&mut self, kind: Kind, depth: usize) -> String {
        if self.dialect == Dialect::MySql {
            let to = self
                .random
                .pick(&["signed", "char", "date", "decimal(10,2)"]);
            return format!("CAST({} AS {to})", self.value(kind, depth - 1));
        }
        let of_kind: Vec<_> = types(self.dialect)
            .iter()
            .filter(|one| one.0 == kind)
            .collect();
        let Some((_, to)) = self.random.choose(&of_kind).copied() else {
            return self.leaf(kind);
        };
        let from = if self.random.percent(15) {
            self.any_kind()
        } else {
            kind
        };
        let value = self.value(from, depth - 1);
        format!("CAST({value} AS {to})")
    }

    /// An aggregate of the kind, where there is one.
    pub(super) fn aggregate(&mut self, kind: Kind, depth: usize) -> String {
        let all = aggregates(self.dialect);
        let fitting: Vec<_> = all.iter().filter(|(.., to)| *to == kind).collect();
        match self.random.choose(&fitting).copied().copied() {
            Some((name, takes, _)) => self.called(name, takes, depth),
            None => "count(*)".to_owned(),
        }
    }
}
