//! Whether a down migration has led back to the schema before its up.
//!
//! Both catalogs come from one replay, so names and expressions are compared as they stand. What
//! nobody can restore or nobody depends on is left out: the order of columns, bodies of functions
//! and triggers, comments, names that the server made up, extensions, which others may have come to
//! need.

use std::sync::Arc;

use super::{
    Catalog, Column, Enum, ForeignKey, Index, IndexKey, Knowledge, MapDifference, Origin, QName,
    Site, Table,
};
use crate::sql::Dialect;
use crate::sql::canonical::same_expr;
use crate::sql::change::{Expr, Persistence};
use crate::sql::types::affinity;

impl Catalog {
    /// Whether a table that an earlier state lacks may have been there: not all of that state is
    /// known, and something of the name went away since.
    fn may_be_older(&self, table: &Table, before: &Catalog) -> bool {
        !before.knowledge.is_exact() && self.dropped_names.find(&table.name, None).is_some()
    }

    /// The tables that `after` has and this earlier state lacks, and that may have been there all
    /// the same.
    pub(crate) fn tables_perhaps_older(&self, after: &Self) -> Vec<QName> {
        let added = after.tables.iter();
        let added = added.filter(|(name, _)| !self.tables.contains_key(*name));
        let older = added.filter(|(_, table)| after.may_be_older(table, self));
        older.map(|(name, _)| name.clone()).collect()
    }

    /// Whether the column's default is the next value of a sequence that the column owns, as
    /// `serial` makes it.
    fn draws_from_own_sequence(&self, table: &QName, column: &Column) -> bool {
        let draws = column
            .default
            .as_ref()
            .is_some_and(|default| default.expr.functions.iter().any(|name| name == "nextval"));
        draws
            && self
                .owned_sequences(table, Some(&column.name))
                .next()
                .is_some()
    }

    /// What differs from `before`, in words, most important first; empty when the schema is the
    /// same or when that cannot be known.
    pub fn leftovers(&self, before: &Catalog) -> Vec<String> {
        // Once something unknown has happened on the way, only what was made afterwards can be
        // told.
        let doubt = !self.knowledge.is_exact() && before.knowledge.is_exact();
        let mut found = Vec::new();
        let tables = before.tables.differences(&self.tables, Arc::ptr_eq);
        if !doubt {
            existence(
                "table",
                &tables,
                // A temporary table goes with its session, whatever a migration does.
                |table| {
                    table.knowledge.is_exact()
                        && table.persistence != Persistence::Temporary
                        && !self.may_be_older(table, before)
                },
                &mut found,
            );
        }
        for (old, new) in tables.iter().filter_map(MapDifference::both) {
            if !doubt || old.origin.made != new.origin.made {
                Tables {
                    catalogs: (before, self),
                    old,
                    new,
                }
                .compare(&mut found);
            }
        }
        if doubt {
            return found;
        }
        let enums = before.enums.differences(&self.enums, Arc::ptr_eq);
        existence("type", &enums, |it| it.knowledge.is_exact(), &mut found);
        for (old, new) in enums.iter().filter_map(MapDifference::both) {
            // PostgreSQL cannot take a label away again short of replacing the type.
            let same_type = old.origin.made == new.origin.made;
            labels(old, new, same_type, &mut found);
        }
        // Only whether they are there counts, not what they are.
        let mut views = before.views.differences(&self.views, |_, _| true);
        views.retain(|it| {
            it.after
                .is_none_or(|view| is_as_made(view.written, view.origin))
        });
        existence("view", &views, |_| true, &mut found);
        let domains = before.domains.differences(&self.domains, |_, _| true);
        existence("domain", &domains, |_| true, &mut found);
        let types = before.composites.differences(&self.composites, |_, _| true);
        existence("type", &types, |_| true, &mut found);
        // One that a column owns comes and goes with it, under a name that the server makes up.
        let sequences = before.sequences.differences(&self.sequences, |_, _| true);
        existence(
            "sequence",
            &sequences,
            |sequence| sequence.owner.is_none(),
            &mut found,
        );
        let mut functions = before.functions.differences(&self.functions, |_, _| true);
        functions.retain(|it| {
            it.after.is_none_or(|overloads| {
                let mut overloads = overloads.iter();
                overloads.any(|function| is_as_made(function.written, function.origin))
            })
        });
        existence("function", &functions, |_| true, &mut found);
        let schemas = before.schemas.differences(&self.schemas, |_, _| true);
        // One that is only mentioned was there before.
        existence("schema", &schemas, |it| it.made.is_some(), &mut found);
        found
    }
}

/// Whether nobody has replaced an object since it was made. Who puts another one in its place on the
/// way down says that it was there before, in a history that begins later.
fn is_as_made(written: Option<Site>, origin: Origin) -> bool {
    written.is_none() || written == origin.made
}

fn known(a: &Knowledge, b: &Knowledge) -> bool {
    a.is_exact() && b.is_exact()
}

/// Objects that only one side has.
fn existence<K: ToString, V>(
    kind: &str,
    differences: &[MapDifference<K, V>],
    counts: impl Fn(&&V) -> bool,
    found: &mut Vec<String>,
) {
    let only = |one: fn(&MapDifference<K, V>) -> bool| {
        let differences = differences.iter().filter(move |it| one(it));
        differences.filter(|it| it.before.or(it.after).is_some_and(|object| counts(&object)))
    };
    let lost = only(|it| it.after.is_none());
    found.extend(lost.map(|it| format!("{kind} `{}` is gone", it.key.to_string())));
    let left = only(|it| it.before.is_none());
    found.extend(left.map(|it| format!("{kind} `{}` stays", it.key.to_string())));
}

fn labels(old: &Enum, new: &Enum, added_only: bool, found: &mut Vec<String>) {
    let name = &old.name;
    let old: Vec<String> = old.label_texts().cloned().collect();
    let new: Vec<String> = new.label_texts().cloned().collect();
    if old == new {
        return;
    }
    let gone = old
        .iter()
        .filter(|label| !new.contains(label))
        .map(|label| format!("label `{label}` of `{name}` is gone"));
    let stays = new
        .iter()
        .filter(|label| !added_only && !old.contains(label))
        .map(|label| format!("label `{label}` of `{name}` stays"));
    let differences: Vec<String> = gone.chain(stays).collect();
    let kept: Vec<&String> = new.iter().filter(|label| old.contains(label)).collect();
    if differences.is_empty() && old.iter().ne(kept) {
        found.push(format!("the labels of `{name}` are in another order"));
    } else {
        found.extend(differences);
    }
}

/// One table before and after.
struct Tables<'a> {
    /// The schema before the migration and after it.
    catalogs: (&'a Catalog, &'a Catalog),
    old: &'a Table,
    new: &'a Table,
}

impl Tables<'_> {
    fn compare(&self, found: &mut Vec<String>) {
        let (old, new) = (self.old, self.new);
        // Where a table is not known exactly, what both sides have can still be compared.
        let exact = known(&old.knowledge, &new.knowledge);
        let (was, is) = (old.columns_by_name(), new.columns_by_name());
        for column in &old.columns {
            match is.get(column.name.as_str()) {
                None if exact => {
                    found.push(format!("column `{}.{}` is gone", old.name, column.name));
                }
                Some(other) if known(&column.knowledge, &other.knowledge) => {
                    self.column(column, other, found);
                }
                _ => {}
            }
        }
        if !exact {
            let dialect = self.catalogs.0.dialect;
            let pairs = old.indexes.iter().filter_map(|index| {
                let other = new.index(&index.name)?;
                (!same_index(index, other, dialect)).then_some((index, other))
            });
            found.extend(pairs.map(|(was, is)| {
                format!(
                    "index `{}` of `{}` was `{}`",
                    index_text(is),
                    old.name,
                    index_text(was)
                )
            }));
            return;
        }
        for column in new
            .columns
            .iter()
            .filter(|column| !was.contains_key(column.name.as_str()))
        {
            found.push(format!("column `{}.{}` stays", old.name, column.name));
        }
        let key = |table: &Table| table.primary_key.as_ref().map(|key| key.columns.clone());
        if key(old) != key(new) {
            found.push(format!("the primary key of `{}` differs", old.name));
        }
        let dialect = self.catalogs.0.dialect;
        let named = |a: &str, b: &str| a == b;
        self.sets(
            "unique constraint",
            |table| &table.uniques,
            |key| key.columns.join(", "),
            |a, b| a.columns == b.columns,
            found,
        );
        self.sets(
            "foreign key",
            |table| &table.foreign_keys,
            foreign_key_text,
            same_foreign_key,
            found,
        );
        self.sets(
            "check",
            |table| &table.checks,
            |check| check.expr.sql.clone(),
            |a, b| same_expr(&a.expr, &b.expr, dialect),
            found,
        );
        self.sets(
            "trigger",
            |table| &table.triggers,
            |trigger| trigger.name.clone(),
            |a, b| named(&a.name, &b.name),
            found,
        );
        self.sets(
            "policy",
            |table| &table.policies,
            |policy| policy.name.clone(),
            |a, b| named(&a.name, &b.name),
            found,
        );
        self.sets(
            "index",
            |table| &table.indexes,
            index_text,
            |a, b| same_index(a, b, dialect),
            found,
        );
    }

    fn column(&self, old: &Column, new: &Column, found: &mut Vec<String>) {
        let what = format!("`{}.{}`", self.old.name, old.name);
        let types = [old, new].map(|column| column.data_type.to_string());
        // Where any words are a type, `int` and `INTEGER` store the same; only a key has to be
        // called INTEGER to number the rows. A length binds nobody there, and is still part of the
        // schema that comes back.
        let is_key = |table: &Table, column: &Column| {
            let key = table.primary_key.as_ref();
            key.is_some_and(|key| key.columns == [column.name.as_str()])
        };
        let loose = self.catalogs.0.dialect.keeps_types_as_written()
            && !is_key(self.old, old)
            && !is_key(self.new, new);
        let length = |text: &str| text.split_once('(').map(|(_, length)| length.to_owned());
        let same = types[0].eq_ignore_ascii_case(&types[1])
            || length(&types[0]) == length(&types[1]) && affinity(&types[0]) == affinity(&types[1]);
        let [before, after] = types;
        if before != after && !(loose && same) {
            found.push(format!("the type of {what} is {after}, was {before}"));
        }
        let null = |column: &Column| {
            if column.not_null {
                "NOT NULL"
            } else {
                "nullable"
            }
        };
        if old.not_null != new.not_null {
            found.push(format!("{what} is {}, was {}", null(new), null(old)));
        }
        let default = |column: &Column| column.default.as_ref().map(|default| default.expr.clone());
        let own = |catalog: &Catalog, column: &Column| {
            catalog.draws_from_own_sequence(&self.old.name, column)
        };
        let both_own = own(self.catalogs.0, old) && own(self.catalogs.1, new);
        if !both_own && !self.same(default(old).as_ref(), default(new).as_ref()) {
            let text = |column| {
                default(column).map_or_else(|| "none".to_owned(), |expr| format!("`{}`", expr.sql))
            };
            found.push(format!(
                "the default of {what} is {}, was {}",
                text(new),
                text(old)
            ));
        }
        let generated = |column: &Column| {
            column
                .generated
                .as_ref()
                .map(|generated| generated.expr.clone())
        };
        if !self.same(generated(old).as_ref(), generated(new).as_ref())
            || old.identity != new.identity
        {
            found.push(format!("{what} is generated in another way"));
        }
    }

    fn same(&self, a: Option<&Expr>, b: Option<&Expr>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => same_expr(a, b, self.catalogs.0.dialect),
            (None, None) => true,
            _ => false,
        }
    }

    /// Members that only one side has.
    fn sets<T>(
        &self,
        kind: &str,
        members: impl Fn(&Table) -> &Vec<T>,
        text: impl Fn(&T) -> String,
        same: impl Fn(&T, &T) -> bool,
        found: &mut Vec<String>,
    ) {
        let (old, new) = (members(self.old), members(self.new));
        let only = |these: &[T], others: &[T]| -> Vec<String> {
            these
                .iter()
                .filter(|one| others.iter().all(|other| !same(one, other)))
                .map(&text)
                .collect()
        };
        let table = &self.old.name;
        found.extend(
            only(old, new)
                .iter()
                .map(|member| format!("{kind} `{member}` of `{table}` is gone")),
        );
        found.extend(
            only(new, old)
                .iter()
                .map(|member| format!("{kind} `{member}` of `{table}` stays")),
        );
    }
}

fn foreign_key_text(key: &ForeignKey) -> String {
    let columns = key.columns.join(", ");
    let referenced = if key.referenced.is_empty() {
        String::new()
    } else {
        format!("({})", key.referenced.join(", "))
    };
    let (on_delete, on_update) = (key.on_delete.sql(), key.on_update.sql());
    format!(
        "({columns}) to {}{referenced} ON DELETE {on_delete} ON UPDATE {on_update}",
        key.table
    )
}

/// Whether two foreign keys do the same. One that names no columns refers to the primary key
/// (SQLite).
fn same_foreign_key(a: &ForeignKey, b: &ForeignKey) -> bool {
    a.columns == b.columns
        && a.table == b.table
        && (a.referenced == b.referenced || a.referenced.is_empty() != b.referenced.is_empty())
        && a.on_delete == b.on_delete
        && a.on_update == b.on_update
}

/// An index as people write it, its name first.
fn index_text(index: &Index) -> String {
    let keys: Vec<String> = index
        .keys
        .iter()
        .map(|key| {
            format!(
                "{}{}",
                key.column.as_deref().unwrap_or(&key.expr.sql),
                if key.descending { " DESC" } else { "" }
            )
        })
        .collect();
    let unique = if index.unique { "unique " } else { "" };
    let condition = index
        .condition
        .as_ref()
        .map(|condition| format!(" WHERE {}", condition.sql))
        .unwrap_or_default();
    format!(
        "{} {unique}{} ({}){condition}",
        index.name,
        index.method,
        keys.join(", ")
    )
}

/// Whether two indexes are one to whoever uses or drops them. An index that the server made for a
/// foreign key goes by what it covers.
fn same_index(a: &Index, b: &Index, dialect: Dialect) -> bool {
    let same_condition = match (&a.condition, &b.condition) {
        (Some(a), Some(b)) => same_expr(a, b, dialect),
        (None, None) => true,
        _ => false,
    };
    (a.name == b.name || a.implicit || b.implicit)
        && a.method == b.method
        && a.unique == b.unique
        && a.nulls_not_distinct == b.nulls_not_distinct
        && same_condition
        && a.keys.len() == b.keys.len()
        && a.keys
            .iter()
            .zip(&b.keys)
            .all(|(a, b)| same_key(a, b, dialect))
}

fn same_key(a: &IndexKey, b: &IndexKey, dialect: Dialect) -> bool {
    a.descending == b.descending
        && a.nulls_first == b.nulls_first
        && a.length == b.length
        && match (&a.column, &b.column) {
            (Some(a), Some(b)) => a == b,
            (None, None) => same_expr(&a.expr, &b.expr, dialect),
            _ => false,
        }
}
