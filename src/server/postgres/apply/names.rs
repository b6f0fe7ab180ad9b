//! The names that PostgreSQL makes up for constraints, indexes and sequences.
//!
//! After `makeObjectName`, `ChooseRelationName`, `ChooseConstraintName` and
//! `ChooseIndexColumnNames` of PostgreSQL 15.

use crate::catalog::{Catalog, QName};
use crate::server::postgres::names::BYTES as POSTGRES_BYTES;
use crate::sql::change::{ExprKind, Ident, IndexColumn};
use crate::sql::limit::clip;

/// `first_second_label`, the longer of the first two shortened until all fits.
fn object_name(first: &str, second: &str, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(!second.is_empty());
    let room = POSTGRES_BYTES.saturating_sub(overhead);
    let (mut one, mut two) = (first.len(), second.len());
    while one + two > room {
        if one > two {
            one -= 1;
        } else {
            two -= 1;
        }
    }
    let (first, second) = (clip(first, one), clip(second, two));
    if second.is_empty() {
        format!("{first}_{label}")
    } else {
        format!("{first}_{second}_{label}")
    }
}

fn choose(first: &str, second: &str, label: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut name = object_name(first, second, label);
    let mut number = 0_u32;
    while taken(&name) {
        number += 1;
        name = object_name(first, second, &format!("{label}{number}"));
    }
    name
}

/// The columns' names joined as in index and foreign key names.
pub(crate) fn joined<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for column in columns {
        if !text.is_empty() {
            text.push('_');
        }
        text.push_str(clip(column, POSTGRES_BYTES));
        if text.len() > POSTGRES_BYTES {
            break;
        }
    }
    text
}

/// What an index calls its columns: the column's name, the function's, or `expr`; repeated ones are
/// numbered.
pub(crate) fn index_columns(keys: &[IndexColumn], include: &[Ident]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let keys = keys.iter().map(|key| match &key.expr.kind {
        ExprKind::Column(column) => column.value.as_str(),
        ExprKind::Function(name) => name.rsplit('.').next().unwrap_or(name).trim_matches('"'),
        _ => "expr",
    });
    for name in keys.chain(include.iter().map(|column| column.value.as_str())) {
        let mut unique = name.to_owned();
        let mut number = 0_u32;
        while names.contains(&unique) {
            number += 1;
            let suffix = number.to_string();
            unique = format!("{}{suffix}", clip(name, POSTGRES_BYTES - suffix.len()));
        }
        names.push(unique);
    }
    names
}

impl Catalog {
    /// A free name for an index or sequence; `constraint` when it will also be that of a
    /// constraint.
    pub(crate) fn choose_relation_name(
        &self,
        table: &QName,
        columns: &str,
        label: &str,
        constraint: bool,
    ) -> String {
        choose(&table.name, columns, label, |name| {
            let name = QName::new(&table.schema, name);
            self.relation_kind(&name).is_some() || (constraint && self.constraint_in_schema(&name))
        })
    }

    /// A free name for a check, foreign key or not-null constraint.
    pub(crate) fn choose_constraint_name(
        &self,
        table: &QName,
        columns: &str,
        label: &str,
    ) -> String {
        choose(&table.name, columns, label, |name| {
            self.constraint_in_schema(&QName::new(&table.schema, name))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_part_is_shortened_first() {
        let table = "t".repeat(60);
        assert_eq!(
            object_name(&table, "", "pkey"),
            format!("{}_pkey", "t".repeat(58))
        );
        assert_eq!(
            object_name(&table, "id", "fkey"),
            format!("{}_id_fkey", "t".repeat(55))
        );
        let both = object_name(&"a".repeat(40), &"b".repeat(40), "key");
        assert_eq!(both, format!("{}_{}_key", "a".repeat(29), "b".repeat(29)));
    }

    #[test]
    fn repeated_index_columns_are_numbered() {
        let key = |kind| IndexColumn {
            expr: crate::sql::change::Expr {
                kind,
                ..Default::default()
            },
            collation: None,
            opclass: None,
            descending: false,
            nulls_first: None,
            length: None,
        };
        let names = index_columns(
            &[
                key(ExprKind::Other),
                key(ExprKind::Other),
                key(ExprKind::Function("lower".to_owned())),
            ],
            &[Ident::synthetic("id")],
        );
        assert_eq!(names, ["expr", "expr1", "lower", "id"]);
    }
}
