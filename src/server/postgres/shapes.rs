//! What statements of PostgreSQL must have in them; checked against server 15.

use crate::sql::{ActionWords, ForeignPhrase, StatementShape};

const fn shape(head: &'static str, bodies: &'static [&'static str]) -> StatementShape {
    StatementShape { head, bodies }
}

/// The first that begins like a statement counts.
pub(crate) fn all() -> &'static [StatementShape] {
    const ALL: &[StatementShape] = &[
        shape("GRANT", &["_ TO _"]),
        shape("REVOKE", &["_ FROM _"]),
        shape("COMMENT", &["ON _ IS _"]),
        shape("SECURITY", &["LABEL _ IS _"]),
        shape("COPY", &["_ FROM|TO _"]),
        shape("INSERT", &["~ INTO _"]),
        shape("LOCK", &["[TABLE] -IN", "[TABLE] _ IN _ MODE"]),
        shape("TRUNCATE", &["[TABLE] _"]),
        shape("PREPARE", &["_ AS _", "TRANSACTION _"]),
        shape("CALL", &["_ ()"]),
        shape("EXECUTE|DEALLOCATE|LISTEN|NOTIFY|CLOSE|DO", &["_"]),
        shape("REFRESH", &["MATERIALIZED VIEW _"]),
        shape("REINDEX", &["~ INDEX|TABLE|SCHEMA _", "~ SYSTEM|DATABASE"]),
        shape("REASSIGN", &["OWNED BY _ TO _"]),
        shape(
            "SET",
            &[
                "~ TO|= _",
                "~ TIME|ROLE|AUTHORIZATION|CONSTRAINTS|TRANSACTION|SCHEMA|CHARACTERISTICS|XML|CATALOG _",
                "[SESSION|LOCAL] NAMES",
            ],
        ),
        shape("CREATE TABLE", &["_ ()", "_ AS|OF|EXECUTE _"]),
        shape(
            "CREATE TRIGGER",
            &["_ ON _ EXECUTE FUNCTION|PROCEDURE _ ()"],
        ),
        shape(
            "CREATE EVENT TRIGGER",
            &["_ ON _ EXECUTE FUNCTION|PROCEDURE _ ()"],
        ),
        shape(
            "CREATE POLICY",
            &["_ ON -FOR", "_ ON _ FOR ALL|SELECT|INSERT|UPDATE|DELETE"],
        ),
        shape(
            "CREATE RULE",
            &["_ AS ON SELECT|INSERT|UPDATE|DELETE TO _ DO [INSTEAD|ALSO] _"],
        ),
        shape("CREATE PUBLICATION", &["-FOR", "_ FOR ALL|TABLE|TABLES _"]),
        shape("CREATE FUNCTION", &["_ () -RETURNS", "_ RETURNS _"]),
        shape("MERGE", &["_ USING _ ON _ WHEN _"]),
        shape("CREATE STATISTICS", &["~ ON _ FROM _"]),
        shape("CREATE CAST", &["() WITH|WITHOUT _"]),
        shape("CREATE COLLATION", &["_ FROM _", "_ ()"]),
        shape("CREATE OPERATOR CLASS", &["_ FOR TYPE _ USING _ AS _"]),
        shape("CREATE SERVER", &["_ FOREIGN DATA WRAPPER _"]),
        shape("CREATE SUBSCRIPTION", &["_ CONNECTION _ PUBLICATION _"]),
        shape(
            "CREATE EXTENSION|SCHEMA|ROLE|USER|GROUP|DOMAIN|DATABASE",
            &["_"],
        ),
        shape(
            "ALTER DEFAULT PRIVILEGES",
            &["~ GRANT _ ON _ TO _", "~ REVOKE _ ON _ FROM _"],
        ),
        shape(
            "ALTER FUNCTION|PROCEDURE|ROUTINE|AGGREGATE",
            &[
                "_ OWNER|RENAME|SET|RESET|DEPENDS|NO|CALLED|RETURNS|NOT|SECURITY|EXTERNAL|PARALLEL|COST|ROWS|SUPPORT _",
                "_ STRICT|IMMUTABLE|STABLE|VOLATILE|LEAKPROOF",
            ],
        ),
        shape(
            "ALTER SEQUENCE",
            &[
                "_ OWNED|OWNER|RENAME|SET|START|INCREMENT|MINVALUE|MAXVALUE|NO|CACHE|AS|RESTART|CYCLE",
            ],
        ),
        shape("ALTER POLICY|TRIGGER|RULE", &["_ ON _"]),
        shape("ALTER GROUP|EXTENSION|PUBLICATION|SUBSCRIPTION", &["_"]),
        shape("DROP TRIGGER|POLICY|RULE", &["_ ON _"]),
        shape(
            "ALTER DATABASE|ROLE|USER",
            &["-SET", "_ SET _ TO|=|FROM _", "_ SET TABLESPACE _"],
        ),
        shape("DROP INDEX", &["[CONCURRENTLY] _"]),
        shape("DROP OWNED", &["BY _"]),
        shape("DROP CAST", &["~ ()"]),
    ];
    ALL
}

/// Words that are no column's name without quotes, and begin nothing else in a table either; checked
/// against server 15.
pub(crate) fn no_columns() -> &'static [&'static str] {
    const WORDS: &[&str] = &[
        "ALL",
        "ANALYSE",
        "ANALYZE",
        "AND",
        "ANY",
        "ARRAY",
        "AS",
        "ASC",
        "ASYMMETRIC",
        "BOTH",
        "CASE",
        "CAST",
        "COLLATE",
        "COLUMN",
        "CREATE",
        "DEFAULT",
        "DEFERRABLE",
        "DESC",
        "DISTINCT",
        "DO",
        "ELSE",
        "END",
        "EXCEPT",
        "FALSE",
        "FETCH",
        "FOR",
        "FROM",
        "GRANT",
        "GROUP",
        "HAVING",
        "IN",
        "INITIALLY",
        "INTERSECT",
        "INTO",
        "LATERAL",
        "LEADING",
        "LIMIT",
        "LOCALTIME",
        "NOT",
        "NULL",
        "OFFSET",
        "ON",
        "ONLY",
        "OR",
        "ORDER",
        "PLACING",
        "REFERENCES",
        "RETURNING",
        "SELECT",
        "SOME",
        "SYMMETRIC",
        "TABLE",
        "THEN",
        "TO",
        "TRAILING",
        "TRUE",
        "UNION",
        "USER",
        "USING",
        "VARIADIC",
        "WHEN",
        "WHERE",
        "WINDOW",
        "WITH",
        "AUTHORIZATION",
        "BINARY",
        "COLLATION",
        "CONCURRENTLY",
        "CROSS",
        "FREEZE",
        "FULL",
        "ILIKE",
        "INNER",
        "IS",
        "ISNULL",
        "JOIN",
        "LEFT",
        "NATURAL",
        "NOTNULL",
        "OUTER",
        "OVERLAPS",
        "RIGHT",
        "SIMILAR",
        "TABLESAMPLE",
        "VERBOSE",
    ];
    WORDS
}

/// Words that never stand side by side here, beside those that do so nowhere.
pub(crate) fn never() -> &'static [&'static str] {
    &[
        "NOT NULL NULL",
        "KEY PRIMARY",
        "ADD ADD COLUMN",
        "ADD ADD CONSTRAINT",
        "SET SET NOT",
        "SET SET DEFAULT",
    ]
}

/// The actions of `ALTER TABLE`.
pub(crate) fn actions() -> &'static ActionWords {
    const WORDS: ActionWords = ActionWords {
        first: &[
            "ADD", "DROP", "ALTER", "VALIDATE", "RENAME", "SET", "RESET", "OWNER", "ENABLE",
            "DISABLE", "FORCE", "NO", "CLUSTER", "INHERIT", "REPLICA", "ATTACH", "DETACH", "OF",
            "NOT", "MERGE", "SPLIT", "DEPENDS", "OPTIONS",
        ],
        of_column: &["TYPE", "SET", "DROP", "ADD", "RESET", "RESTART", "OPTIONS"],
        no_types: &["ARRAY", "USER"],
        after_type: &[
            "CONSTRAINT",
            "NOT",
            "NULL",
            "DEFAULT",
            "PRIMARY",
            "UNIQUE",
            "REFERENCES",
            "CHECK",
            "GENERATED",
            "COLLATE",
            "STORAGE",
            "COMPRESSION",
            "DEFERRABLE",
            "INITIALLY",
            "WITH",
            "WITHOUT",
            "PRECISION",
            "VARYING",
            "ARRAY",
            "YEAR",
            "MONTH",
            "DAY",
            "HOUR",
            "MINUTE",
            "SECOND",
            "CHARACTER",
            "CHAR",
            "VARCHAR",
            "NCHAR",
            "OPTIONS",
            "ENFORCED",
        ],
        dropped: &["COLUMN", "CONSTRAINT"],
        column_is_reserved: true,
        constraint_may_lack_a_name: false,
    };
    &WORDS
}

/// What stands before MySQL's `AUTO_INCREMENT` in the definition of a column.
const AFTER_TYPE: &str =
    "INT|INTEGER|BIGINT|SMALLINT|SERIAL|BIGSERIAL|NULL|KEY|UNIQUE AUTO_INCREMENT";

/// Where `IF EXISTS` and `IF NOT EXISTS` are a syntax error, though other servers or other statements
/// have them (checked on 12, 15 and 18).
pub(crate) fn foreign_phrases() -> &'static [ForeignPhrase] {
    const ALL: &[ForeignPhrase] = &[
        ForeignPhrase::opening("CREATE AGGREGATE IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE DATABASE IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE DOMAIN IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE EVENT TRIGGER IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE FUNCTION IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE LANGUAGE IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE POLICY IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE PROCEDURE IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE PUBLICATION IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE ROLE IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE RULE IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE SUBSCRIPTION IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE TABLE _ IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE TABLESPACE IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE TRIGGER IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE TYPE IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE USER IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE VIEW IF NOT EXISTS"),
        ForeignPhrase::opening("CREATE OR REPLACE VIEW IF NOT EXISTS"),
        ForeignPhrase::opening("ALTER DATABASE IF EXISTS"),
        ForeignPhrase::opening("ALTER DOMAIN IF EXISTS"),
        ForeignPhrase::opening("ALTER EXTENSION IF EXISTS"),
        ForeignPhrase::opening("ALTER FUNCTION IF EXISTS"),
        ForeignPhrase::opening("ALTER POLICY IF EXISTS"),
        ForeignPhrase::opening("ALTER PUBLICATION IF EXISTS"),
        ForeignPhrase::opening("ALTER ROLE IF EXISTS"),
        ForeignPhrase::opening("ALTER SCHEMA IF EXISTS"),
        ForeignPhrase::opening("ALTER TRIGGER IF EXISTS"),
        ForeignPhrase::opening("ALTER TYPE IF EXISTS"),
        ForeignPhrase::opening("COMMENT ON COLUMN IF EXISTS"),
        ForeignPhrase::opening("COMMENT ON TABLE IF EXISTS"),
        ForeignPhrase::opening("LOCK TABLE IF EXISTS"),
        ForeignPhrase::opening("REFRESH MATERIALIZED VIEW IF EXISTS"),
        ForeignPhrase::opening("REINDEX INDEX IF EXISTS"),
        ForeignPhrase::opening("REINDEX TABLE IF EXISTS"),
        ForeignPhrase::opening("TRUNCATE IF EXISTS"),
        ForeignPhrase::opening("TRUNCATE TABLE IF EXISTS"),
        // After a type or an option: a column may be called so.
        ForeignPhrase::within("CREATE|ALTER TABLE", AFTER_TYPE, "AUTO_INCREMENT"),
        ForeignPhrase::within("CREATE TABLE", ") AUTO_INCREMENT", "AUTO_INCREMENT"),
        ForeignPhrase::within(
            "ALTER TABLE",
            "ADD CONSTRAINT IF NOT EXISTS",
            "ADD CONSTRAINT IF NOT EXISTS",
        ),
        ForeignPhrase::within(
            "ALTER TABLE",
            "DISABLE TRIGGER IF EXISTS",
            "DISABLE TRIGGER IF EXISTS",
        ),
        ForeignPhrase::within(
            "ALTER TABLE",
            "ENABLE TRIGGER IF EXISTS",
            "ENABLE TRIGGER IF EXISTS",
        ),
        ForeignPhrase::within(
            "ALTER TABLE",
            "RENAME COLUMN IF EXISTS",
            "RENAME COLUMN IF EXISTS",
        ),
        ForeignPhrase::within(
            "ALTER TABLE",
            "RENAME CONSTRAINT IF EXISTS",
            "RENAME CONSTRAINT IF EXISTS",
        ),
        ForeignPhrase::within("ALTER TABLE", "RENAME IF EXISTS", "RENAME IF EXISTS"),
        ForeignPhrase::within(
            "ALTER TABLE",
            "VALIDATE CONSTRAINT IF EXISTS",
            "VALIDATE CONSTRAINT IF EXISTS",
        ),
        ForeignPhrase::within(
            "ALTER TYPE",
            "RENAME ATTRIBUTE IF EXISTS",
            "RENAME ATTRIBUTE IF EXISTS",
        ),
        ForeignPhrase::within(
            "ALTER TYPE",
            "RENAME VALUE IF EXISTS",
            "RENAME VALUE IF EXISTS",
        ),
    ];
    ALL
}
