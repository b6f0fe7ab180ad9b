//! What statements of SQLite must have in them; checked against 3.40.

use crate::sql::StatementShape;

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
        shape("DROP TABLE|VIEW|TRIGGER|INDEX", &["-IF", "IF EXISTS _"]),
    ];
    ALL
}
