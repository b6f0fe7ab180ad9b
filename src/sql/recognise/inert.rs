//! Statements that change nothing that a catalog keeps.

use super::Cursor;
use crate::sql::Dialect;
use crate::sql::change::{Change, ChangeKind};

/// Leading words on PostgreSQL.
const POSTGRES: &[&str] = &[
    "GRANT",
    "REVOKE",
    "CREATE ROLE",
    "CREATE USER MAPPING",
    "CREATE USER",
    "CREATE GROUP",
    "ALTER ROLE",
    "ALTER USER MAPPING",
    "ALTER USER",
    "ALTER GROUP",
    "DROP ROLE",
    "DROP USER MAPPING",
    "DROP USER",
    "DROP GROUP",
    "REASSIGN OWNED",
    "DROP OWNED",
    "SECURITY LABEL",
    "ALTER DEFAULT PRIVILEGES",
    "CREATE PUBLICATION",
    "ALTER PUBLICATION",
    "DROP PUBLICATION",
    "ALTER SUBSCRIPTION",
    "CREATE STATISTICS",
    "ALTER STATISTICS",
    "DROP STATISTICS",
    "CREATE EVENT TRIGGER",
    "ALTER EVENT TRIGGER",
    "DROP EVENT TRIGGER",
    "CREATE CAST",
    "DROP CAST",
    "CREATE OPERATOR",
    "ALTER OPERATOR",
    "DROP OPERATOR",
    "CREATE TEXT SEARCH",
    "ALTER TEXT SEARCH",
    "DROP TEXT SEARCH",
    "CREATE CONVERSION",
    "CREATE DEFAULT CONVERSION",
    "ALTER CONVERSION",
    "DROP CONVERSION",
    "CREATE COLLATION",
    "ALTER COLLATION",
    "DROP COLLATION",
    "CREATE LANGUAGE",
    "CREATE PROCEDURAL LANGUAGE",
    "CREATE TRUSTED LANGUAGE",
    "CREATE OR REPLACE LANGUAGE",
    "CREATE OR REPLACE PROCEDURAL LANGUAGE",
    "CREATE OR REPLACE TRUSTED LANGUAGE",
    "ALTER LANGUAGE",
    "DROP LANGUAGE",
    "DROP PROCEDURAL LANGUAGE",
    "CREATE SERVER",
    "ALTER SERVER",
    "DROP SERVER",
    "CREATE FOREIGN DATA WRAPPER",
    "ALTER FOREIGN DATA WRAPPER",
    "DROP FOREIGN DATA WRAPPER",
    "CREATE TRANSFORM",
    "CREATE OR REPLACE TRANSFORM",
    "DROP TRANSFORM",
    "CREATE ACCESS METHOD",
    "DROP ACCESS METHOD",
    "ALTER TABLESPACE",
    "ALTER DATABASE",
    "ALTER EXTENSION",
    "ALTER LARGE OBJECT",
    "ALTER RULE",
    "LISTEN",
    "UNLISTEN",
    "NOTIFY",
    "PREPARE",
    "EXECUTE",
    "DEALLOCATE",
    "DISCARD PLANS",
    "DISCARD SEQUENCES",
    "DISCARD TEMP",
    "LOAD",
    "DECLARE",
    "FETCH",
    "CLOSE",
    "MOVE",
    "EXPLAIN",
    "SHOW",
    "ALTER MATERIALIZED VIEW ALL IN TABLESPACE",
];

/// Leading words on PostgreSQL of what no transaction may hold, and `PREPARE TRANSACTION`, which
/// ends one.
const OUTSIDE_TRANSACTIONS: &[&str] = &[
    "CREATE DATABASE",
    "DROP DATABASE",
    "CREATE TABLESPACE",
    "DROP TABLESPACE",
    "ALTER SYSTEM",
    "DISCARD ALL",
    "CREATE SUBSCRIPTION",
    "DROP SUBSCRIPTION",
];

/// Leading words on MySQL and MariaDB.
const MYSQL: &[&str] = &[
    "GRANT",
    "REVOKE",
    "CREATE USER",
    "ALTER USER",
    "DROP USER",
    "RENAME USER",
    "CREATE ROLE",
    "DROP ROLE",
    "SET PASSWORD",
    "SET ROLE",
    "SET DEFAULT ROLE",
    "FLUSH",
    "UNLOCK TABLES",
    "UNLOCK TABLE",
    "ALTER EVENT",
    "DROP EVENT",
    "CREATE DATABASE",
    "ALTER DATABASE",
    "DROP DATABASE",
    "ALTER SCHEMA",
    "CREATE SERVER",
    "DROP SERVER",
    "CREATE TABLESPACE",
    "DROP TABLESPACE",
    "ALTER TABLESPACE",
    "CREATE LOGFILE GROUP",
    "ALTER INSTANCE",
    "INSTALL",
    "UNINSTALL",
    "PREPARE",
    "EXECUTE",
    "DEALLOCATE",
    "DO",
    "HANDLER",
    "KILL",
    "SHOW",
    "EXPLAIN",
    "DESCRIBE",
    "DESC",
    "RESET",
    "XA",
    "CHANGE MASTER",
    "START SLAVE",
    "STOP SLAVE",
    "START REPLICA",
    "STOP REPLICA",
    "SIGNAL",
    "DELIMITER",
];

/// Leading words on SQLite and libSQL.
const SQLITE: &[&str] = &["ATTACH", "DETACH", "EXPLAIN"];

pub(super) fn recognise(mut at: Cursor) -> Option<Vec<Change>> {
    let known = match at.cx.dialect {
        Dialect::Postgres => {
            if at.take("PREPARE TRANSACTION") {
                return Some(at.whole(ChangeKind::Maintenance {
                    name: "PREPARE TRANSACTION".to_owned(),
                    table: None,
                    in_transaction: true,
                }));
            }
            if at.take("IMPORT FOREIGN SCHEMA") {
                // It creates tables that only the other server knows.
                return None;
            }
            if let Some(name) = at.take_any(OUTSIDE_TRANSACTIONS) {
                let kind = ChangeKind::Maintenance {
                    name: name.to_owned(),
                    table: None,
                    in_transaction: false,
                };
                return Some(at.whole(kind));
            }
            POSTGRES
        }
        Dialect::MySql => MYSQL,
        Dialect::Sqlite => SQLITE,
    };
    let name = at.take_any(known)?;
    Some(at.whole(ChangeKind::Inert(name.to_owned())))
}
