//! How long a name may be.
//!
//! PostgreSQL keeps the first 63 bytes of a name, wherever it reads one, and says so in a NOTICE.
//! MySQL and MariaDB refuse more than 64 characters. SQLite has no limit.

use super::Dialect;
use super::change::Ident;

/// The most bytes that a PostgreSQL name holds (`NAMEDATALEN - 1`).
pub(crate) const POSTGRES_BYTES: usize = 63;

/// The most characters that the name of a MySQL object holds.
pub(crate) const MYSQL_CHARACTERS: usize = 64;

/// The name cut to so many bytes, never inside a character.
pub(crate) fn clip(name: &str, bytes: usize) -> &str {
    &name[..name.floor_char_boundary(bytes)]
}

/// How long a name is that is longer than its server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Bytes on PostgreSQL, characters on MySQL.
    pub length: usize,
    dialect: Dialect,
}

impl TooLong {
    /// Looks at a name that nobody has cut yet.
    pub fn of(name: &str, dialect: Dialect) -> Option<Self> {
        let (length, limit) = match dialect {
            Dialect::Postgres => (name.len(), POSTGRES_BYTES),
            Dialect::MySql => (name.chars().count(), MYSQL_CHARACTERS),
            Dialect::Sqlite => return None,
        };
        (length > limit).then_some(Self { length, dialect })
    }

    /// Looks at a name as somebody wrote it.
    pub fn of_ident(ident: &Ident, dialect: Dialect) -> Option<Self> {
        match dialect {
            Dialect::Postgres if ident.cut == 0 => None,
            Dialect::Postgres => Some(Self {
                length: ident.value.len() + ident.cut as usize,
                dialect,
            }),
            Dialect::MySql | Dialect::Sqlite => Self::of(&ident.value, dialect),
        }
    }
}

/// `70 bytes, and PostgreSQL keeps 63`.
impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.dialect {
            Dialect::MySql => write!(
                f,
                "{} characters, and MySQL takes {MYSQL_CHARACTERS}",
                self.length
            ),
            Dialect::Postgres | Dialect::Sqlite => {
                write!(
                    f,
                    "{} bytes, and PostgreSQL keeps {POSTGRES_BYTES}",
                    self.length
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_counts_bytes_and_mysql_characters() {
        let length = |name: &str, dialect| TooLong::of(name, dialect).map(|long| long.length);
        let (plain, accents) = ("a".repeat(64), "é".repeat(64));
        assert_eq!(length(&plain[1..], Dialect::Postgres), None);
        assert_eq!(length(&plain, Dialect::Postgres), Some(64));
        assert_eq!(length(&accents, Dialect::Postgres), Some(128));
        assert_eq!(length(&accents, Dialect::MySql), None);
        assert_eq!(length(&"é".repeat(65), Dialect::MySql), Some(65));
        assert_eq!(length(&"a".repeat(1000), Dialect::Sqlite), None);
    }

    #[test]
    fn a_character_is_never_cut() {
        assert_eq!(clip("aé", 2), "a");
        assert_eq!(clip("aé", 3), "aé");
        assert_eq!(clip("a", 63), "a");
    }
}
