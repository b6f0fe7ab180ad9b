//! How long a name may be.
//!
//! Some servers keep the first bytes of a name, wherever they read one, and say so in a NOTICE;
//! others refuse a longer name, or have no limit.

use super::Dialect;
use super::change::Ident;
use crate::server::questions::NameLimit;

/// The name cut to so many bytes, never inside a character.
pub(crate) fn clip(name: &str, bytes: usize) -> &str {
    &name[..name.floor_char_boundary(bytes)]
}

/// As much of a name as the server keeps.
pub(crate) fn kept(name: &str, dialect: Dialect) -> &str {
    match dialect.name_limit() {
        NameLimit::Cut { bytes } => clip(name, bytes),
        NameLimit::Refused { .. } | NameLimit::None => name,
    }
}

/// How long a name is that is longer than its server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Bytes or characters, as the limit counts them.
    pub length: usize,
    dialect: Dialect,
}

impl TooLong {
    /// Looks at a name that nobody has cut yet.
    pub fn of(name: &str, dialect: Dialect) -> Option<Self> {
        let (length, limit) = match dialect.name_limit() {
            NameLimit::Cut { bytes } => (name.len(), bytes),
            NameLimit::Refused { characters } => (name.chars().count(), characters),
            NameLimit::None => return None,
        };
        (length > limit).then_some(Self { length, dialect })
    }

    /// Looks at a name as somebody wrote it.
    pub fn of_ident(ident: &Ident, dialect: Dialect) -> Option<Self> {
        match dialect.name_limit() {
            NameLimit::Cut { .. } if ident.cut == 0 => None,
            NameLimit::Cut { .. } => Some(Self {
                length: ident.value.len() + ident.cut as usize,
                dialect,
            }),
            NameLimit::Refused { .. } | NameLimit::None => Self::of(&ident.value, dialect),
        }
    }
}

/// `70 bytes, and PostgreSQL keeps 63`.
impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (length, label) = (self.length, self.dialect.label());
        match self.dialect.name_limit() {
            NameLimit::Cut { bytes } => write!(f, "{length} bytes, and {label} keeps {bytes}"),
            NameLimit::Refused { characters } => {
                write!(f, "{length} characters, and {label} takes {characters}")
            }
            NameLimit::None => write!(f, "{length} characters"),
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
