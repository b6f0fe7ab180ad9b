//! The names that Prisma gives to keys and indexes.

use crate::server::mysql::names::CHARACTERS as MYSQL_CHARACTERS;
use crate::server::postgres::names::BYTES as POSTGRES_BYTES;
use crate::sql::Dialect;
use crate::sql::limit::clip;

/// What a constraint or index is, as its suffix says.
#[derive(Clone, Copy)]
pub(super) enum Suffix {
    PrimaryKey,
    Unique,
    Index,
    ForeignKey,
}

impl Suffix {
    fn text(self) -> &'static str {
        match self {
            Self::PrimaryKey => "_pkey",
            Self::Unique => "_key",
            Self::Index => "_idx",
            Self::ForeignKey => "_fkey",
        }
    }
}

/// `{table}_{columns}` and the suffix. Of a name that is too long for the server the front part is
/// cut, so that the suffix stays.
pub(super) fn constraint(
    dialect: Dialect,
    table: &str,
    columns: &[String],
    suffix: Suffix,
) -> String {
    let mut name = std::iter::once(table)
        .chain(columns.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join("_");
    let room = limit(dialect) - suffix.text().len();
    if name.len() >= room {
        name.truncate(clip(&name, room).len());
    }
    name + suffix.text()
}

/// The name of a join table, or of a key or index of it by its suffix. Of a name that is too long
/// the relation's is cut.
pub(super) fn join(dialect: Dialect, relation: &str, suffix: &str) -> String {
    let name = format!("_{relation}");
    clip(&name, limit(dialect) - suffix.len()).to_owned() + suffix
}

fn limit(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Postgres => POSTGRES_BYTES,
        Dialect::MySql => MYSQL_CHARACTERS,
        Dialect::Sqlite => 10_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_loses_its_front_part() {
        let columns = vec!["a".repeat(40), "b".repeat(40)];
        let name = constraint(Dialect::Postgres, "Orders", &columns, Suffix::Index);
        assert_eq!(
            name,
            format!("Orders_{}_{}_idx", "a".repeat(40), "b".repeat(11))
        );
        assert_eq!(name.len(), 63);
        assert_eq!(
            constraint(Dialect::MySql, "Orders", &columns, Suffix::ForeignKey).len(),
            64
        );
        assert_eq!(
            join(Dialect::Postgres, &"r".repeat(70), "_A_fkey"),
            format!("_{}_A_fkey", "r".repeat(55))
        );
        assert!(constraint(Dialect::Sqlite, "Orders", &columns, Suffix::Unique).ends_with("b_key"));
    }
}
