//! What statements of SQLite must have in them; checked against 3.40.

use crate::sql::{ActionWords, StatementShape};

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
        after_type: &[],
        dropped: &["COLUMN", "CONSTRAINT"],
        column_is_reserved: false,
        constraint_may_lack_a_name: true,
    };
    &WORDS
}
