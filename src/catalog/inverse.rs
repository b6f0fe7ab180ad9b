//! Whether a down migration has led back to the schema before its up.
//!
//! Both catalogs come from one replay, so names and expressions are compared as they stand. What nobody can restore or nobody depends on is left
//! out: the order of columns, bodies of functions and triggers, comments, names that the server made up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Catalog, Column, Index, Knowledge, QName, Table};
use crate::sql::Dialect;
use crate::sql::canonical::same_expr;
use crate::sql::change::Expr;

impl Catalog {
    /// What differs from `before`, in words, most important first; empty when the schema is the same or when that cannot be told.
    pub fn leftovers(&self, before: &Catalog) -> Vec<String> {
        if !self.knowledge.is_exact() && before.knowledge.is_exact() {
            return Vec::new();
        }
        let mut found = Vec::new();
        existence("table", &before.tables, &self.tables, |table| table.knowledge.is_exact(), &mut found);
        for (name, old) in &before.tables {
            if let Some(new) = self.tables.get(name)
                && !Arc::ptr_eq(old, new)
                && known(&old.knowledge, &new.knowledge)
            {
                Tables { dialect: self.dialect, old, new }.compare(&mut found);
            }
        }
        existence("type", &before.enums, &self.enums, |found| found.knowledge.is_exact(), &mut found);
        for (name, old) in &before.enums {
            if let Some(new) = self.enums.get(name) {
                labels(name, &old.labels, &new.labels, &mut found);
            }
        }
        existence("view", &before.views, &self.views, |_| true, &mut found);
        existence("domain", &before.domains, &self.domains, |_| true, &mut found);
        existence("type", &before.composites, &self.composites, |_| true, &mut found);
        existence("sequence", &before.sequences, &self.sequences, |_| true, &mut found);
        existence("function", &before.functions, &self.functions, |_| true, &mut found);
        existence("extension", &before.extensions, &self.extensions, |_| true, &mut found);
        existence("schema", &before.schemas, &self.schemas, |_| true, &mut found);
        found
    }
}

fn known(a: &Knowledge, b: &Knowledge) -> bool {
    a.is_exact() && b.is_exact()
}

/// Objects that only one side has.
fn existence<K: Ord + ToString, V>(
    kind: &str,
    before: &BTreeMap<K, V>,
    after: &BTreeMap<K, V>,
    counts: impl Fn(&V) -> bool,
    found: &mut Vec<String>,
) {
    let lost = before.iter().filter(|(name, object)| !after.contains_key(name) && counts(object));
    found.extend(lost.map(|(name, _)| format!("{kind} `{}` is gone", name.to_string())));
    let left = after.iter().filter(|(name, object)| !before.contains_key(name) && counts(object));
    found.extend(left.map(|(name, _)| format!("{kind} `{}` stays", name.to_string())));
}

fn labels<T>(name: &QName, old: &[(String, T)], new: &[(String, T)], found: &mut Vec<String>) {
    let names = |labels: &[(String, T)]| labels.iter().map(|(label, _)| label.clone()).collect::<Vec<_>>();
    let (old, new) = (names(old), names(new));
    if old == new {
        return;
    }
    let gone =
        old.iter().filter(|label| !new.contains(label)).map(|label| format!("label `{label}` of `{name}` is gone"));
    let stays =
        new.iter().filter(|label| !old.contains(label)).map(|label| format!("label `{label}` of `{name}` stays"));
    let differences: Vec<String> = gone.chain(stays).collect();
    if differences.is_empty() {
        found.push(format!("the labels of `{name}` are in another order"));
    } else {
        found.extend(differences);
    }
}

/// One table before and after.
struct Tables<'a> {
    dialect: Dialect,
    old: &'a Table,
    new: &'a Table,
}

impl Tables<'_> {
    fn compare(&self, found: &mut Vec<String>) {
        let (old, new) = (self.old, self.new);
        for column in &old.columns {
            match new.columns.iter().find(|other| other.name == column.name) {
                None => found.push(format!("column `{}.{}` is gone", old.name, column.name)),
                Some(other) if known(&column.knowledge, &other.knowledge) => self.column(column, other, found),
                Some(_) => {}
            }
        }
        for column in new.columns.iter().filter(|column| old.columns.iter().all(|other| other.name != column.name)) {
            found.push(format!("column `{}.{}` stays", old.name, column.name));
        }
        let key = |table: &Table| table.primary_key.as_ref().map(|key| key.columns.clone());
        if key(old) != key(new) {
            found.push(format!("the primary key of `{}` differs", old.name));
        }
        let table = &old.name;
        self.sets(
            &format!("unique constraint of `{table}`"),
            |table| &table.uniques,
            |key| key.columns.join(", "),
            found,
        );
        self.sets(
            &format!("foreign key of `{table}`"),
            |table| &table.foreign_keys,
            |key| {
                let (columns, referenced) = (key.columns.join(", "), key.referenced.join(", "));
                format!(
                    "({columns}) to {}({referenced}) ON DELETE {} ON UPDATE {}",
                    key.table,
                    key.on_delete.sql(),
                    key.on_update.sql()
                )
            },
            found,
        );
        self.sets(&format!("check of `{table}`"), |table| &table.checks, |check| check.expr.sql.clone(), found);
        self.sets(&format!("trigger of `{table}`"), |table| &table.triggers, |trigger| trigger.name.clone(), found);
        self.sets(&format!("policy of `{table}`"), |table| &table.policies, |policy| policy.name.clone(), found);
        self.sets(&format!("index of `{table}`"), |table| &table.indexes, index_text, found);
    }

    fn column(&self, old: &Column, new: &Column, found: &mut Vec<String>) {
        let what = format!("`{}.{}`", self.old.name, old.name);
        let differs =
            |aspect: &str, a: String, b: String| (a != b).then(|| format!("{aspect} of {what} is {b}, was {a}"));
        found.extend(differs("the type", old.data_type.to_string(), new.data_type.to_string()));
        let null = |column: &Column| if column.not_null { "NOT NULL" } else { "nullable" };
        if old.not_null != new.not_null {
            found.push(format!("{what} is {}, was {}", null(new), null(old)));
        }
        let default = |column: &Column| column.default.as_ref().map(|default| default.expr.clone());
        if !self.same(default(old).as_ref(), default(new).as_ref()) {
            let text = |column| default(column).map_or_else(|| "none".to_owned(), |expr| format!("`{}`", expr.sql));
            found.push(format!("the default of {what} is {}, was {}", text(new), text(old)));
        }
        let generated = |column: &Column| column.generated.as_ref().map(|generated| generated.expr.clone());
        if !self.same(generated(old).as_ref(), generated(new).as_ref()) || old.identity != new.identity {
            found.push(format!("{what} is generated in another way"));
        }
    }

    fn same(&self, a: Option<&Expr>, b: Option<&Expr>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => same_expr(a, b, self.dialect),
            (None, None) => true,
            _ => false,
        }
    }

    /// Members that only one side has, compared by their text.
    fn sets<T>(
        &self,
        kind: &str,
        members: impl Fn(&Table) -> &Vec<T>,
        text: impl Fn(&T) -> String,
        found: &mut Vec<String>,
    ) {
        let old: BTreeSet<String> = members(self.old).iter().map(&text).collect();
        let new: BTreeSet<String> = members(self.new).iter().map(&text).collect();
        found.extend(old.difference(&new).map(|member| format!("{kind} `{member}` is gone")));
        found.extend(new.difference(&old).map(|member| format!("{kind} `{member}` stays")));
    }
}

/// An index without the name that it was given: `CREATE INDEX` in a down often makes up another.
fn index_text(index: &Index) -> String {
    let keys: Vec<String> = index
        .keys
        .iter()
        .map(|key| {
            format!("{}{}", key.column.as_deref().unwrap_or(&key.expr.sql), if key.descending { " DESC" } else { "" })
        })
        .collect();
    let unique = if index.unique { "unique " } else { "" };
    let condition = index.condition.as_ref().map(|condition| format!(" WHERE {}", condition.sql)).unwrap_or_default();
    format!("{unique}{} ({}){condition}", index.method, keys.join(", "))
}
