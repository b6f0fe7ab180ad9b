//! Primary keys, unique keys, foreign keys, indexes and checks.

use super::same::same_action;
use super::{Capabilities, Comparison, Presence};
use crate::catalog::{CheckConstraint, ForeignKey, Index, IndexKey, Key, Part, Site, Slot, Table};
use crate::diagnostic::Severity;
use crate::sql::Dialect;
use crate::sql::canonical::same_expr;
use crate::sql::change::Expr;

/// A unique constraint or unique index, which are the same to whoever writes rows.
struct Unique<'a> {
    name: &'a str,
    /// Columns or expressions, sorted.
    columns: Vec<String>,
    condition: Option<&'a Expr>,
    /// Whether two rows with NULL there are one too many.
    nulls_count: bool,
    /// Whether it has what the declaration cannot say.
    beyond: bool,
    site: Option<Site>,
}

impl Unique<'_> {
    fn text(&self) -> String {
        self.columns.join(", ")
            + if self.nulls_count {
                " NULLS NOT DISTINCT"
            } else {
                ""
            }
    }
}

fn uniques(table: &Table, both: Capabilities) -> Vec<Unique<'_>> {
    // It says nothing of columns that are never NULL.
    let counts = |is_known: bool, columns: &[String]| {
        let never = |name: &String| {
            table
                .columns
                .iter()
                .any(|it| it.name == *name && it.not_null)
        };
        is_known && !columns.iter().all(never)
    };
    let constraint = |key: &'_ Key| {
        let mut columns = key.columns.clone();
        columns.sort_unstable();
        (columns, key.origin.made)
    };
    let constraints = table.uniques.iter().map(|key| {
        let (columns, site) = constraint(key);
        let nulls_count = counts(key.nulls_not_distinct, &columns);
        Unique {
            name: &key.name,
            columns,
            condition: None,
            nulls_count,
            beyond: false,
            site,
        }
    });
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique)
        .map(|index| {
            let mut columns: Vec<String> = index
                .keys
                .iter()
                .map(|key| key.column.clone().unwrap_or_else(|| key.expr.sql.clone()))
                .collect();
            columns.sort_unstable();
            let beyond = is_beyond(index, both);
            let nulls_count = counts(index.nulls_not_distinct, &columns);
            let (condition, site) = (index.condition.as_ref(), index.origin.made);
            Unique {
                name: &index.name,
                columns,
                condition,
                nulls_count,
                beyond,
                site,
            }
        });
    constraints.chain(indexes).collect()
}

/// Whether an index has what the declaration cannot say.
fn is_beyond(index: &Index, both: Capabilities) -> bool {
    let rich = !index.include.is_empty() || index.keys.iter().any(|key| key.column.is_none());
    (rich && !both.rich_indexes) || (index.condition.is_some() && !both.conditions)
}

impl Comparison<'_> {
    pub(super) fn primary_keys(&mut self, left: &Table, right: &Table) {
        let both = self.left.capabilities.and(self.right.capabilities);
        if !both.primary_keys || !left.knowledge.is_exact() || !right.knowledge.is_exact() {
            return;
        }
        let sorted = |key: &Key| {
            let mut columns = key.columns.clone();
            columns.sort_unstable();
            columns
        };
        let columns = |table: &Table| table.primary_key.as_ref().map(sorted);
        let (a, b) = (columns(left), columns(right));
        if a == b || self.is_loose(left, right) {
            return;
        }
        let text = |table: &Table| table.primary_key.as_ref().map(|key| key.columns.join(", "));
        let site = |table: &Table| table.primary_key.as_ref().and_then(|key| key.origin.made);
        let key = Slot::new(&left.name, Part::PrimaryKey);
        match (text(left), text(right)) {
            (Some(text), None) => {
                self.one_sided(key, &text, text.clone(), Presence::LeftOnly, site(left));
            }
            (None, Some(text)) => {
                self.one_sided(key, &text, text.clone(), Presence::RightOnly, site(right));
            }
            (a, b) => {
                let name = a.clone().unwrap_or_default();
                self.differs(
                    key,
                    &name,
                    [a, b],
                    Severity::Error,
                    (site(left), site(right)),
                );
            }
        }
    }

    /// Whether one side's primary key is the other's unique key, in a table where that means the
    /// same.
    fn is_loose(&self, left: &Table, right: &Table) -> bool {
        let loose = [self.left, self.right].iter().any(|side| {
            side.declared
                .is_some_and(|declared| declared.loose_keys.contains(&left.name))
        });
        let keyed = |table: &Table| {
            table.primary_key.is_some()
                || !table.uniques.is_empty()
                || table.indexes.iter().any(|index| index.unique)
        };
        loose && keyed(left) && keyed(right)
    }

    pub(super) fn uniques(&mut self, left: &Table, right: &Table) {
        let both = self.left.capabilities.and(self.right.capabilities);
        if !both.indexes || self.is_loose(left, right) {
            return;
        }
        let dialect = self.dialect();
        let same = |a: &Unique, b: &Unique| {
            let condition = match (a.condition, b.condition) {
                (Some(a), Some(b)) => same_expr(a, b, dialect),
                (None, None) => true,
                _ => !both.conditions,
            };
            condition && same_columns(&a.columns, &b.columns, dialect)
        };
        let (a, b) = (uniques(left, both), uniques(right, both));
        for (ours, theirs, table, other, direction) in [
            (&a, &b, left, right, Presence::LeftOnly),
            (&b, &a, right, left, Presence::RightOnly),
        ] {
            if !other.knowledge.is_exact() {
                continue;
            }
            for unique in ours {
                if !unique.beyond && !theirs.iter().any(|it| same(unique, it)) {
                    let key = Slot::new(&table.name, Part::Unique(unique.columns.clone()));
                    let name = if unique.name.is_empty() {
                        unique.text()
                    } else {
                        unique.name.to_owned()
                    };
                    self.one_sided(key, &name, unique.text(), direction, unique.site);
                }
            }
        }
        if !both.null_keys {
            return;
        }
        for unique in &a {
            let mut others = b.iter().filter(|it| same(unique, it)).peekable();
            let Some(other) = others.peek().copied() else {
                continue;
            };
            if others.all(|it| it.nulls_count != unique.nulls_count) {
                let key = Slot::new(&left.name, Part::Unique(unique.columns.clone()));
                let name = if unique.name.is_empty() {
                    unique.text()
                } else {
                    unique.name.to_owned()
                };
                let texts = [Some(unique.text()), Some(other.text())];
                self.differs(
                    key,
                    &name,
                    texts,
                    Severity::Error,
                    (unique.site, other.site),
                );
            }
        }
    }

    pub(super) fn foreign_keys(&mut self, left: &Table, right: &Table) {
        if !(self.left.capabilities.foreign_keys && self.right.capabilities.foreign_keys) {
            return;
        }
        let dialect = self.dialect();
        let mut rest: Vec<&ForeignKey> = right.foreign_keys.iter().collect();
        let mut lone: Vec<&ForeignKey> = Vec::new();
        for key in &left.foreign_keys {
            let target = |it: &&ForeignKey| same_target(key, it);
            let exact = |it: &&ForeignKey| same_foreign_key(key, it, dialect);
            let found = rest
                .iter()
                .position(exact)
                .or_else(|| rest.iter().position(target));
            let Some(at) = found else {
                lone.push(key);
                continue;
            };
            let other = rest.remove(at);
            if !same_actions(key, other, dialect) {
                self.different_foreign_key(left, key, other);
            }
        }
        let slot = |key: &ForeignKey| Slot::new(&left.name, Part::ForeignKey(key.columns.clone()));
        for key in lone {
            // The same columns with another target are one key that changed.
            if let Some(at) = rest.iter().position(|it| it.columns == key.columns) {
                let other = rest.remove(at);
                self.different_foreign_key(left, key, other);
            } else if right.knowledge.is_exact() && self.right.knows(&slot(key)) {
                self.lone_foreign_key(left, key, Presence::LeftOnly);
            }
        }
        for key in rest {
            if left.knowledge.is_exact() && self.left.knows(&slot(key)) && self.is_ours(&key.table)
            {
                self.lone_foreign_key(right, key, Presence::RightOnly);
            }
        }
    }

    fn different_foreign_key(&mut self, table: &Table, left: &ForeignKey, right: &ForeignKey) {
        let key = Slot::new(&table.name, Part::ForeignKey(left.columns.clone()));
        let texts = [left, right].map(|it| Some(foreign_key_text(it)));
        let name = if left.name.is_empty() {
            left.columns.join(", ")
        } else {
            left.name.clone()
        };
        let sites = (left.origin.made, right.origin.made);
        self.differs(key, &name, texts, Severity::Error, sites);
    }

    fn lone_foreign_key(&mut self, table: &Table, key: &ForeignKey, direction: Presence) {
        let name = if key.name.is_empty() {
            key.columns.join(", ")
        } else {
            key.name.clone()
        };
        let slot = Slot::new(&table.name, Part::ForeignKey(key.columns.clone()));
        self.one_sided(
            slot,
            &name,
            foreign_key_text(key),
            direction,
            key.origin.made,
        );
    }

    pub(super) fn indexes(&mut self, left: &Table, right: &Table) {
        let both = self.left.capabilities.and(self.right.capabilities);
        if !both.indexes {
            return;
        }
        let dialect = self.dialect();
        let says = Says {
            all: both,
            each: [self.left, self.right].map(|side| side.capabilities.rich_indexes),
        };
        // An index that MySQL made for a foreign key is nobody's wish, but outlives the key.
        let plain = |table: &'_ Table| -> Vec<Index> {
            let is_own = |index: &&Index| !(index.implicit && serves(index, table, dialect));
            table
                .indexes
                .iter()
                .filter(|index| !index.unique)
                .filter(is_own)
                .cloned()
                .collect()
        };
        let mut rest = plain(right);
        let mut lone: Vec<Index> = Vec::new();
        for index in plain(left) {
            let same = |it: &Index| same_index(&index, it, says, dialect);
            let named = |it: &Index| it.name == index.name && same(it);
            match rest
                .iter()
                .position(named)
                .or_else(|| rest.iter().position(same))
            {
                Some(at) => drop(rest.remove(at)),
                None => lone.push(index),
            }
        }
        for index in lone {
            let silent = is_beyond(&index, both);
            let key = Slot::new(&left.name, Part::Index(index.name.clone()));
            if let Some(at) = rest
                .iter()
                .position(|it| it.name == index.name && !it.name.is_empty())
            {
                let other = rest.remove(at);
                let rich = is_beyond(&other, both);
                let texts = [Some(index_text(&index)), Some(index_text(&other))];
                if !rich && !silent {
                    let sites = (index.origin.made, other.origin.made);
                    self.differs(key, &index.name, texts, Severity::Error, sites);
                }
            } else if right.knowledge.is_exact() && !silent && !serves(&index, right, dialect) {
                self.one_sided(
                    key,
                    &index.name,
                    index_text(&index),
                    Presence::LeftOnly,
                    index.origin.made,
                );
            }
        }
        for index in rest {
            if left.knowledge.is_exact()
                && !is_beyond(&index, both)
                && !serves(&index, left, dialect)
            {
                let key = Slot::new(&right.name, Part::Index(index.name.clone()));
                self.one_sided(
                    key,
                    &index.name,
                    index_text(&index),
                    Presence::RightOnly,
                    index.origin.made,
                );
            }
        }
    }

    pub(super) fn checks(&mut self, left: &Table, right: &Table) {
        if !(self.left.capabilities.checks && self.right.capabilities.checks) {
            return;
        }
        let dialect = self.dialect();
        // An ORM prints expressions in its own way; what is written in SQL on both sides means what
        // it says.
        if self.left.capabilities.own_checks && self.right.capabilities.own_checks {
            for check in &left.checks {
                let named = |it: &&CheckConstraint| it.name == check.name && !it.name.is_empty();
                let differs =
                    |it: &&CheckConstraint| named(it) && !same_expr(&it.expr, &check.expr, dialect);
                // SQLite takes a name twice.
                let known = right.checks.iter().any(|it| named(&it) && !differs(&it));
                if let Some(other) = right.checks.iter().find(differs).filter(|_| !known) {
                    let key = Slot::new(&left.name, Part::Check(check.name.clone()));
                    let texts = [Some(check.expr.sql.clone()), Some(other.expr.sql.clone())];
                    let sites = (check.origin.made, other.origin.made);
                    self.differs(key, &check.name, texts, Severity::Error, sites);
                }
            }
        }
        for (table, other, direction) in [
            (left, right, Presence::LeftOnly),
            (right, left, Presence::RightOnly),
        ] {
            for check in &table.checks {
                let known = other.checks.iter().any(|it| {
                    (it.name == check.name && !it.name.is_empty())
                        || same_expr(&it.expr, &check.expr, dialect)
                });
                if !known && other.knowledge.is_exact() {
                    let key = Slot::new(&table.name, Part::Check(check.name.clone()));
                    self.one_sided(
                        key,
                        &check.name,
                        check.expr.sql.clone(),
                        direction,
                        check.origin.made,
                    );
                }
            }
        }
    }
}

/// MySQL needs an index for each foreign key and makes one itself; whether it is listed says
/// nothing.
fn serves(index: &Index, table: &Table, dialect: Dialect) -> bool {
    let columns: Vec<&String> = index
        .keys
        .iter()
        .filter_map(|key| key.column.as_ref())
        .collect();
    dialect.foreign_keys_make_indexes()
        && table
            .foreign_keys
            .iter()
            .any(|key| key.columns.iter().eq(columns.iter().copied()))
}

fn same_columns(left: &[String], right: &[String], dialect: Dialect) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(a, b)| a == b || crate::sql::canonical::same_sql(a, b, dialect))
}

/// Whether two foreign keys over the same columns are one.
pub(crate) fn same_foreign_key(left: &ForeignKey, right: &ForeignKey, dialect: Dialect) -> bool {
    same_target(left, right) && same_actions(left, right, dialect)
}

fn same_target(left: &ForeignKey, right: &ForeignKey) -> bool {
    let pairs = |key: &ForeignKey| {
        let mut pairs: Vec<_> = key
            .columns
            .iter()
            .cloned()
            .zip(key.referenced.iter().cloned())
            .collect();
        pairs.sort_unstable();
        pairs
    };
    // Where the other table's primary key is not known, nor is what a key without a list of columns
    // refers to.
    let open = left.referenced.is_empty() || right.referenced.is_empty();
    left.table == right.table
        && (pairs(left) == pairs(right) || (open && left.columns == right.columns))
}

fn same_actions(left: &ForeignKey, right: &ForeignKey, dialect: Dialect) -> bool {
    same_action(left.on_delete, right.on_delete, dialect)
        && same_action(left.on_update, right.on_update, dialect)
}

fn foreign_key_text(key: &ForeignKey) -> String {
    format!(
        "({}) REFERENCES {} ({}) ON DELETE {} ON UPDATE {}",
        key.columns.join(", "),
        key.table,
        key.referenced.join(", "),
        key.on_delete.sql(),
        key.on_update.sql()
    )
}

/// What both sides can say of an index, and whether each can say everything.
#[derive(Clone, Copy)]
struct Says {
    all: Capabilities,
    each: [bool; 2],
}

/// Whether two indexes find the same rows in the same order.
fn same_index(left: &Index, right: &Index, says: Says, dialect: Dialect) -> bool {
    let rich = says.all.rich_indexes;
    let condition = match (&left.condition, &right.condition) {
        (Some(a), Some(b)) => same_expr(a, b, dialect),
        (None, None) => true,
        _ => !says.all.conditions,
    };
    // An ORM takes a method that it does not know for the ordinary one.
    let unknown = |method: &str| {
        says.each.contains(&false) && !["hash", "gist", "gin", "spgist", "brin"].contains(&method)
    };
    let method = |index: &Index| {
        if index.method.is_empty() || unknown(&index.method) {
            "btree".to_owned()
        } else {
            index.method.clone()
        }
    };
    // An ORM reads no operator classes of these from a database, so hand-written ones stay there
    // unseen.
    let sorted = matches!(method(left).as_str(), "btree" | "hash");
    let same_opclass = |a: &IndexKey, b: &IndexKey| {
        // Nor does it read their parameters.
        let silent = |key: &IndexKey, says: bool| {
            !says && !key.opclass.as_deref().unwrap_or_default().contains('(')
        };
        let parameters = !silent(a, says.each[0]) && !silent(b, says.each[1]);
        match [opclass(a, parameters), opclass(b, parameters)] {
            [None, Some(_)] if sorted && !says.each[0] => true,
            [Some(_), None] if sorted && !says.each[1] => true,
            [a, b] => a == b,
        }
    };
    condition
        && method(left) == method(right)
        && (!rich || left.include == right.include)
        && left.keys.len() == right.keys.len()
        && left
            .keys
            .iter()
            .zip(&right.keys)
            .all(|(a, b)| same_key(a, b, rich, dialect) && same_opclass(a, b))
}

fn same_key(left: &IndexKey, right: &IndexKey, rich: bool, dialect: Dialect) -> bool {
    let what = match (&left.column, &right.column) {
        (Some(a), Some(b)) => a == b,
        (None, None) => same_expr(&left.expr, &right.expr, dialect),
        _ => false,
    };
    what && left.descending == right.descending
        && left.length == right.length
        && (!rich || left.nulls_first == right.nulls_first)
}

/// The operator class, unless the server would take it anyway. It stands with an extension's schema
/// where the search path does not lead there.
fn opclass(key: &IndexKey, parameters: bool) -> Option<String> {
    let written = key.opclass.as_deref()?;
    let (name, rest) = written.split_at(written.find('(').unwrap_or(written.len()));
    let name = name
        .rsplit('.')
        .next()
        .unwrap_or(name)
        .trim_end()
        .trim_matches('"');
    let rest: String = rest
        .chars()
        .filter(|it| parameters && !it.is_whitespace() && *it != '\'')
        .collect();
    (!is_default_opclass(name) || !rest.is_empty()).then(|| name.to_owned() + &rest)
}

/// Operator classes that a server takes when none is written.
fn is_default_opclass(name: &str) -> bool {
    let special = [
        "pattern_ops",
        "path_ops",
        "trgm_ops",
        "bloom_ops",
        "minmax_multi_ops",
    ];
    let vector = [
        "vector_",
        "halfvec_",
        "sparsevec_",
        "bit_hamming",
        "bit_jaccard",
    ];
    !special.iter().any(|it| name.ends_with(it)) && !vector.iter().any(|it| name.starts_with(it))
}

fn index_text(index: &Index) -> String {
    let keys: Vec<String> = index.keys.iter().map(crate::catalog::key_text).collect();
    let include = if index.include.is_empty() {
        String::new()
    } else {
        format!(" INCLUDE ({})", index.include.join(", "))
    };
    let condition = index
        .condition
        .as_ref()
        .map(|it| format!(" WHERE {}", it.sql))
        .unwrap_or_default();
    format!(
        "{} ({}){include}{condition}",
        if index.method.is_empty() {
            "btree"
        } else {
            &index.method
        },
        keys.join(", ")
    )
}
