//! PostgreSQL's statements that change nothing that a catalog keeps.

use super::publication;
use crate::sql::change::{Change, ChangeKind};
use crate::sql::recognise::{Cursor, inert};

/// Leading words.
const WORDS: &[&str] = &[
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
];

/// Leading words of what no transaction may hold.
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

pub(crate) fn recognise(mut at: Cursor) -> Option<Vec<Change>> {
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
    if at.take("ALTER MATERIALIZED VIEW ALL IN TABLESPACE") {
        return Some(at.whole(ChangeKind::Maintenance {
            name: "ALTER MATERIALIZED VIEW ALL IN TABLESPACE".to_owned(),
            table: None,
            in_transaction: true,
        }));
    }
    if moves_database(at) {
        return Some(at.whole(outside("ALTER DATABASE … SET TABLESPACE")));
    }
    if at.sees("CREATE SUBSCRIPTION") && makes_no_slot(at) {
        return inert::one_of(at, &["CREATE SUBSCRIPTION"]);
    }
    if let Some(name) = at.take_any(OUTSIDE_TRANSACTIONS) {
        return Some(at.whole(outside(name)));
    }
    publication::recognise(at).or_else(|| inert::one_of(at, WORDS))
}

fn outside(name: &str) -> ChangeKind {
    ChangeKind::Maintenance {
        name: name.to_owned(),
        table: None,
        in_transaction: false,
    }
}

/// Whether a database is copied to another tablespace, alone among what `ALTER DATABASE` does.
fn moves_database(mut at: Cursor) -> bool {
    at.take("ALTER DATABASE") && at.ident().is_some() && at.sees("SET TABLESPACE")
}

/// Whether a subscription makes no slot on the other server, which is all that cannot be taken back:
/// `WITH (create_slot = false)`, `WITH (connect = false)`.
fn makes_no_slot(mut at: Cursor) -> bool {
    while !at.done() {
        if at.take_any(&["create_slot", "connect"]).is_some() {
            let off = at.equals() && at.take_any(&["false", "off", "no"]).is_some();
            if off {
                return true;
            }
        } else {
            at.next();
        }
    }
    false
}
