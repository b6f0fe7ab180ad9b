//! The names that Drizzle makes up, and the casing of column names.

use std::rc::Rc;

use super::builder::ColumnBuilder;
use super::value::Unknown;
use crate::sql::Dialect;

/// `casing` of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Casing {
    /// `snake_case`.
    Snake,
    /// `camelCase`.
    Camel,
}

impl Casing {
    /// As configurations spell it.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "snake_case" => Some(Self::Snake),
            "camelCase" => Some(Self::Camel),
            _ => None,
        }
    }

    /// As configurations spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Snake => "snake_case",
            Self::Camel => "camelCase",
        }
    }

    /// Whether a key is another name under some casing.
    pub(super) fn matters(key: &str) -> bool {
        [Self::Snake, Self::Camel]
            .iter()
            .any(|casing| casing.convert(key) != key)
    }

    /// A key in this casing, as drizzle-orm's `casing.ts` makes it.
    pub fn convert(self, key: &str) -> String {
        let words = words(key);
        match self {
            Self::Snake => words
                .iter()
                .map(|word| word.to_lowercase())
                .collect::<Vec<_>>()
                .join("_"),
            Self::Camel => {
                let mut out = String::new();
                for (index, word) in words.iter().enumerate() {
                    if index == 0 {
                        out.push_str(&word.to_lowercase());
                    } else {
                        let mut letters = word.chars();
                        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                        out.push_str(letters.as_str());
                    }
                }
                out
            }
        }
    }
}

/// The matches of `[\da-z]+|[A-Z]+(?![a-z])|[A-Z][\da-z]+`, apostrophes taken out.
fn words(key: &str) -> Vec<String> {
    let letters: Vec<char> = key
        .chars()
        .filter(|letter| !matches!(letter, '\'' | '\u{2019}'))
        .collect();
    let small = |letter: Option<&char>| {
        letter.is_some_and(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    };
    let (mut words, mut at) = (Vec::new(), 0);
    while at < letters.len() {
        let start = at;
        if small(letters.get(at)) {
            while small(letters.get(at)) {
                at += 1;
            }
        } else if letters[at].is_ascii_uppercase() {
            while letters.get(at).is_some_and(char::is_ascii_uppercase) {
                at += 1;
            }
            if letters.get(at).is_some_and(char::is_ascii_lowercase) {
                at -= 1;
            }
            if at == start {
                at += 1;
                while small(letters.get(at)) {
                    at += 1;
                }
            }
        } else {
            at += 1;
            continue;
        }
        words.push(letters[start..at].iter().collect());
    }
    words
}

/// How names come about in one schema.
#[derive(Clone, Default)]
pub(super) struct SchemaNaming {
    pub(super) casing: Option<Casing>,
    /// Why it is not known which casing there is, if any.
    pub(super) uncertain: Option<Unknown>,
    /// Whether names are made up as drizzle-kit 1.0 does.
    pub(super) since_v1: bool,
}

impl SchemaNaming {
    /// The name of a column in the database.
    pub(super) fn column(
        &self,
        key: &str,
        builder: &ColumnBuilder<'_>,
    ) -> Result<Rc<str>, Unknown> {
        let name = builder.name.clone()?;
        if !name.is_empty() {
            return Ok(name);
        }
        if let Some(unknown) = &self.uncertain
            && Casing::matters(key)
        {
            return Err(unknown.clone());
        }
        Ok(self
            .casing
            .map_or_else(|| key.into(), |casing| casing.convert(key).into()))
    }

    /// The name of a unique constraint that `.unique()` made at a column.
    pub(super) fn column_unique(&self, dialect: Dialect, table: &str, column: &str) -> String {
        match (self.since_v1, dialect) {
            (true, Dialect::Postgres) => format!("{table}_{column}_key"),
            (true, Dialect::MySql) => format!("{column}_unique"),
            _ => format!("{table}_{column}_unique"),
        }
    }

    /// The name of a unique constraint over several columns.
    pub(super) fn unique(&self, dialect: Dialect, table: &str, columns: &str) -> String {
        match (self.since_v1, dialect) {
            (true, Dialect::MySql) => format!("{columns}_unique"),
            _ => format!("{table}_{columns}_unique"),
        }
    }

    /// The name of a primary key over several columns.
    pub(super) fn primary_key(&self, dialect: Dialect, table: &str, columns: &str) -> String {
        match (self.since_v1, dialect) {
            (true, Dialect::Postgres) => format!("{table}_pkey"),
            (true, Dialect::Sqlite) => format!("{table}_pk"),
            _ => format!("{table}_{columns}_pk"),
        }
    }

    /// The name of a foreign key.
    pub(super) fn foreign_key(
        &self,
        dialect: Dialect,
        table: &str,
        columns: &str,
        to: &str,
        referenced: &str,
    ) -> String {
        match (self.since_v1, dialect) {
            (true, Dialect::Sqlite) => format!("fk_{table}_{columns}_{to}_{referenced}_fk"),
            (true, _) => format!("{table}_{columns}_{to}_{referenced}_fkey"),
            _ => format!("{table}_{columns}_{to}_{referenced}_fk"),
        }
    }

    /// A generated name, made with uncased names and then cased the way drizzle-kit does it: the
    /// first occurrence of each.
    pub(super) fn cased(&self, mut name: String, pairs: &[(Rc<str>, Rc<str>)]) -> String {
        if self.casing.is_some() {
            for (from, to) in pairs {
                name = name.replacen(&**from, to, 1);
            }
        }
        name
    }
}

/// The name of a unique constraint for which a schema names none.
pub(in crate::tool::drizzle) fn unique_name(
    since_v1: bool,
    dialect: Dialect,
    table: &str,
    columns: &[String],
) -> String {
    let naming = SchemaNaming {
        since_v1,
        ..SchemaNaming::default()
    };
    match columns {
        [column] => naming.column_unique(dialect, table, column),
        several => naming.unique(dialect, table, &several.join("_")),
    }
}

/// The name of a foreign key for which a schema names none.
pub(in crate::tool::drizzle) fn foreign_key_name(
    since_v1: bool,
    dialect: Dialect,
    [table, column]: [&str; 2],
    [to, referenced]: [&str; 2],
) -> String {
    let naming = SchemaNaming {
        since_v1,
        ..SchemaNaming::default()
    };
    naming.foreign_key(dialect, table, column, to, referenced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_cased_as_drizzle_does() {
        for (key, snake, camel) in [
            ("userId", "user_id", "userId"),
            ("userID", "user_id", "userID"),
            ("HTMLParser2", "html_parser2", "htmlParser2"),
            ("address1Line", "address1_line", "address1Line"),
            ("already_snake", "already_snake", "alreadySnake"),
            ("aB", "a_b", "aB"),
        ] {
            assert_eq!(Casing::Snake.convert(key), snake);
            assert_eq!(Casing::Camel.convert(key), camel);
        }
    }
}
