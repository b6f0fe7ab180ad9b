//! Indexes that are not unique, whose names are for people.

use super::{Capabilities, Comparison, Presence};
use crate::catalog::{Index, IndexKey, Part, Slot, Table};
use crate::diagnostic::Severity;
use crate::sql::Dialect;
use crate::sql::canonical::same_expr;

impl Comparison<'_> {
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
        let mut rest = plain(right, dialect);
        let mut lone: Vec<&Index> = Vec::new();
        for index in plain(left, dialect) {
            let same = |it: &&Index| same_index(index, it, says, dialect);
            // Of several that say the same, the one of the same name is the same.
            let found = rest
                .iter()
                .position(|it| it.name == index.name && same(it))
                .or_else(|| rest.iter().position(same));
            match found {
                Some(at) => drop(rest.remove(at)),
                None => lone.push(index),
            }
        }
        for index in lone {
            let namesake = rest
                .iter()
                .position(|it| it.name == index.name && !it.name.is_empty());
            match namesake {
                Some(at) => self.index_differs(left, index, rest.remove(at), both),
                None => self.lone_index((left, right), index, both, Presence::LeftOnly),
            }
        }
        for index in rest {
            self.lone_index((right, left), index, both, Presence::RightOnly);
        }
    }

    /// Two indexes of one name that say different things, both of which can be said.
    fn index_differs(&mut self, table: &Table, left: &Index, right: &Index, both: Capabilities) {
        if is_beyond(left, both) || is_beyond(right, both) {
            return;
        }
        let slot = Slot::new(&table.name, Part::Index(left.name.clone()));
        let texts = [left, right].map(|index| Some(index_text(index)));
        let sites = (left.origin.made, right.origin.made);
        self.differs(slot, &left.name, texts, Severity::Error, sites);
    }

    /// An index of the first table that the second one lacks.
    fn lone_index(
        &mut self,
        (table, other): (&Table, &Table),
        index: &Index,
        both: Capabilities,
        direction: Presence,
    ) {
        let is_wished = !is_beyond(index, both) && !serves(index, other, self.dialect());
        if is_wished && other.knowledge.is_exact() {
            let slot = Slot::new(&table.name, Part::Index(index.name.clone()));
            let made = index.origin.made;
            self.one_sided(slot, &index.name, index_text(index), direction, made);
        }
    }
}

/// The indexes of a table that somebody wished for and that are not unique.
fn plain(table: &Table, dialect: Dialect) -> Vec<&Index> {
    table
        .indexes
        .iter()
        .filter(|index| !index.unique && is_wished(index, table, dialect))
        .collect()
}

/// Whether somebody asked for an index, or has to get rid of it: one that MySQL made for a foreign
/// key outlives the key.
pub(crate) fn is_wished(index: &Index, table: &Table, dialect: Dialect) -> bool {
    !index.implicit || !serves(index, table, dialect)
}

/// Whether an index has what the declaration cannot say.
pub(super) fn is_beyond(index: &Index, both: Capabilities) -> bool {
    let rich = !index.include.is_empty() || index.keys.iter().any(|key| key.column.is_none());
    (rich && !both.rich_indexes) || (index.condition.is_some() && !both.conditions)
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
    // An ORM reads no operator classes of these from a database, so hand-written ones stay there
    // unseen.
    // Nobody could act on a finding about one: the ORM would write no migration that changes it.
    let sorted = matches!(method(left, says), "btree" | "hash");
    condition
        && method(left, says) == method(right, says)
        && (!rich || left.include == right.include)
        && left.keys.len() == right.keys.len()
        && left
            .keys
            .iter()
            .zip(&right.keys)
            .all(|(a, b)| same_key(a, b, rich, dialect) && same_opclass(a, b, sorted, says))
}

/// An ORM takes a method that it does not know for the ordinary one.
fn method(index: &Index, says: Says) -> &str {
    const KNOWN: [&str; 5] = ["hash", "gist", "gin", "spgist", "brin"];
    let method = index.method.as_str();
    let unknown = says.each.contains(&false) && !KNOWN.contains(&method);
    if method.is_empty() || unknown {
        "btree"
    } else {
        method
    }
}

fn same_opclass(a: &IndexKey, b: &IndexKey, sorted: bool, says: Says) -> bool {
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
