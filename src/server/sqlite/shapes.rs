//! What statements of SQLite must have in them; checked against 3.40.

use crate::sql::{ActionWords, ForeignPhrase, StatementShape};

const fn shape(head: &'static str, bodies: &'static [&'static str]) -> StatementShape {
    StatementShape { head, bodies }
}

/// The first that begins like a statement counts.
pub(crate) fn all() -> &'static [StatementShape] {
    const ALL: &[StatementShape] = &[
        shape(
            "INSERT",
            &["INTO _", "OR ROLLBACK|ABORT|FAIL|IGNORE|REPLACE INTO _"],
        ),
        shape("REPLACE", &["INTO _"]),
        shape("PRAGMA", &["_"]),
        shape("ATTACH", &["[DATABASE] _ AS _"]),
        shape("DETACH", &["[DATABASE] _"]),
        shape("SAVEPOINT", &["_"]),
        shape("RELEASE", &["[SAVEPOINT] _"]),
        shape("CREATE TABLE", &["_ ()", "_ AS _"]),
        shape("CREATE VIRTUAL TABLE", &["_ USING _"]),
        shape("CREATE TRIGGER", &["_ ON _ BEGIN _ ; END"]),
        shape("CREATE INDEX", &["_ ON _ ()"]),
        shape("CREATE UNIQUE INDEX", &["_ ON _ ()"]),
        shape("DROP TABLE|VIEW|TRIGGER|INDEX", &["-IF", "IF EXISTS _"]),
    ];
    ALL
}

/// Words that are no column's name without quotes: a type is any word, so that none is asked for.
pub(crate) fn no_columns() -> &'static [&'static str] {
    const WORDS: &[&str] = &[];
    WORDS
}

/// Words that never stand side by side here, beside those that do so nowhere.
pub(crate) fn never() -> &'static [&'static str] {
    &[
        "AUTOINCREMENT AUTOINCREMENT",
        "UPDATE UPDATE",
        "SET SET",
        "ADD ADD",
        "IS IS",
    ]
}

/// The actions of `ALTER TABLE`.
pub(crate) fn actions() -> &'static ActionWords {
    const WORDS: ActionWords = ActionWords {
        first: &["ADD", "DROP", "ALTER", "RENAME"],
        of_column: &[],
        no_types: &[],
        after_type: &[],
        dropped: &["COLUMN", "CONSTRAINT"],
        column_is_reserved: false,
        constraint_may_lack_a_name: true,
    };
    &WORDS
}

const fn other(head: &'static str, phrase: &'static str, shown: &'static str) -> ForeignPhrase {
    ForeignPhrase::within(head, phrase, shown)
}

/// Phrases of other servers at which SQLite says `syntax error` (checked on 3.40 and 3.54).
pub(crate) fn foreign_phrases() -> &'static [ForeignPhrase] {
    const ALL: &[ForeignPhrase] = &[
        ForeignPhrase::opening("CREATE TABLE _ IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE VIEW _ IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE TRIGGER _ IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE INDEX _ IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE UNIQUE INDEX _ IF NOT EXISTS"),
        ForeignPhrase::opening("REINDEX IF EXISTS"),
        ForeignPhrase::opening("CREATE SCHEMA"),
        ForeignPhrase::opening("CREATE DATABASE"),
        ForeignPhrase::opening("CREATE TYPE"),
        ForeignPhrase::opening("CREATE DOMAIN"),
        ForeignPhrase::opening("CREATE SEQUENCE"),
        ForeignPhrase::opening("CREATE FUNCTION"),
        ForeignPhrase::opening("CREATE OR REPLACE"),
        ForeignPhrase::opening("CREATE PROCEDURE"),
        ForeignPhrase::opening("CREATE EXTENSION"),
        ForeignPhrase::opening("CREATE MATERIALIZED VIEW"),
        ForeignPhrase::opening("CREATE POLICY"),
        ForeignPhrase::opening("CREATE ROLE"),
        ForeignPhrase::opening("CREATE USER"),
        ForeignPhrase::opening("ALTER INDEX"),
        ForeignPhrase::opening("ALTER TYPE"),
        ForeignPhrase::opening("ALTER VIEW"),
        ForeignPhrase::opening("DROP SCHEMA"),
        ForeignPhrase::opening("DROP TYPE"),
        ForeignPhrase::opening("DROP SEQUENCE"),
        ForeignPhrase::opening("DROP FUNCTION"),
        ForeignPhrase::opening("DROP EXTENSION"),
        ForeignPhrase::opening("GRANT"),
        ForeignPhrase::opening("REVOKE"),
        ForeignPhrase::opening("LOCK TABLE"),
        ForeignPhrase::opening("SET"),
        other(
            "CREATE|ALTER TABLE",
            "ON UPDATE CURRENT_TIMESTAMP",
            "ON UPDATE CURRENT_TIMESTAMP",
        ),
        other(
            "ALTER TABLE",
            "RENAME COLUMN IF EXISTS",
            "RENAME COLUMN IF EXISTS",
        ),
        other("ALTER TABLE", "RENAME IF EXISTS", "RENAME IF EXISTS"),
        other("", "::", "::"),
        other("TRUNCATE", "TRUNCATE", "TRUNCATE"),
        other("COMMENT ON", "COMMENT ON", "COMMENT ON"),
        other("CREATE TABLE", "KEY|NULL AUTO_INCREMENT", "AUTO_INCREMENT"),
        other("CREATE TABLE", "ENUM ( '", "ENUM"),
        other("CREATE TABLE", ") ENGINE =", "ENGINE"),
        other(
            "CREATE|ALTER TABLE",
            "DEFAULT _ (",
            "DEFAULT with a call that stands in no brackets",
        ),
        other("ALTER TABLE _ MODIFY|CHANGE", "MODIFY|CHANGE", "MODIFY"),
        other("CREATE INDEX|UNIQUE", "ON _ USING", "USING"),
        other("CREATE INDEX|UNIQUE", ") INCLUDE (", "INCLUDE"),
        other(
            "INSERT|REPLACE",
            "ON DUPLICATE KEY",
            "ON DUPLICATE KEY UPDATE",
        ),
        other("INSERT|REPLACE INTO _ SET", "SET", "SET in INSERT"),
        other("UPDATE _ JOIN|INNER|LEFT", "JOIN", "JOIN in UPDATE"),
        other("UPDATE _ AS _ JOIN|INNER|LEFT", "JOIN", "JOIN in UPDATE"),
        other("DELETE _ FROM", "FROM", "a table before FROM in DELETE"),
        other("DELETE FROM _ USING", "USING", "USING in DELETE"),
        other("", "_ ILIKE '", "ILIKE"),
        other("CREATE TRIGGER", "FOR EACH STATEMENT", "FOR EACH STATEMENT"),
        other(
            "CREATE TRIGGER",
            "EXECUTE FUNCTION|PROCEDURE",
            "EXECUTE FUNCTION",
        ),
    ];
    ALL
}
