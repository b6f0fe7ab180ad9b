//! What statements of MySQL and MariaDB must have in them; checked against MariaDB 10.11.

use crate::sql::StatementShape;

const fn shape(head: &'static str, bodies: &'static [&'static str]) -> StatementShape {
    StatementShape { head, bodies }
}

/// The first that begins like a statement counts.
pub(crate) fn all() -> &'static [StatementShape] {
    const ALL: &[StatementShape] = &[
        shape("GRANT", &["_ TO _"]),
        shape("REVOKE", &["_ FROM _"]),
        shape(
            "SET",
            &[
                "_ =|:= _",
                "~ NAMES|TRANSACTION|ROLE|CHARSET _",
                "CHARACTER SET _",
                "RESOURCE GROUP _",
            ],
        ),
        shape(
            "LOCK",
            &[
                "TABLES|TABLE _ READ|WRITE|CONCURRENT",
                "INSTANCE FOR BACKUP",
            ],
        ),
        shape("UNLOCK", &["TABLES|TABLE|INSTANCE"]),
        shape("OPTIMIZE|REPAIR", &["~ TABLE|TABLES|VIEW _"]),
        shape(
            "ANALYZE",
            &["~ TABLE|TABLES|SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|FORMAT _"],
        ),
        shape("LOAD", &["DATA|XML _ INTO TABLE _", "INDEX INTO CACHE _"]),
        shape("PREPARE", &["_ FROM _"]),
        shape("TRUNCATE", &["[TABLE] _"]),
        shape("EXECUTE|FLUSH|CALL|KILL|DEALLOCATE|START", &["_"]),
        shape(
            "CREATE USER",
            &["-IDENTIFIED", "_ IDENTIFIED BY|WITH|VIA|AS _"],
        ),
        shape("CREATE ROLE", &["_"]),
        shape("CREATE DATABASE|SCHEMA", &["[IF] [NOT] [EXISTS] _"]),
        shape(
            "CREATE TABLE",
            &["_ ()", "_ LIKE|SELECT|AS|WITH|VALUES|TABLE _"],
        ),
        shape(
            "CREATE TRIGGER",
            &["_ BEFORE|AFTER INSERT|UPDATE|DELETE ON _ FOR EACH ROW _"],
        ),
        shape("CREATE EVENT", &["_ ON SCHEDULE _ DO _"]),
        shape("CREATE PROCEDURE", &["_ () _", "_ AS|IS _"]),
        shape("CREATE FUNCTION", &["_ RETURNS|RETURN _"]),
        shape("DROP USER|ROLE", &["_"]),
        shape("DROP INDEX", &["_ ON _"]),
        shape(
            "DROP TABLE|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|DATABASE|SCHEMA",
            &["-IF", "IF EXISTS _"],
        ),
    ];
    ALL
}
