//! What the recognisers and the lowering make of one statement.

mod objects;
mod tables;

use crate::source::{Source, Span};
use crate::sql;
use crate::sql::change::*;
use crate::sql::{Dialect, Understood, Unit, Versions};

fn understood(text: &str, dialect: Dialect) -> (Vec<ChangeKind>, Understood) {
    let source = Source::new("a.sql", text);
    let span = Span::new(0, text.len());
    let mut script = sql::script(&source, span, dialect, Versions::default(), Unit::File);
    assert_eq!(script.statements.len(), 1, "{text}");
    let statement = script.statements.remove(0);
    (
        statement
            .changes
            .into_iter()
            .map(|change| change.kind)
            .collect(),
        statement.understood,
    )
}

/// What the recognisers make of a statement.
fn all(text: &str, dialect: Dialect) -> Vec<ChangeKind> {
    let (mut kinds, understood) = understood(text, dialect);
    assert_eq!(understood, Understood::Recognised, "{text}");
    // What a statement takes for granted is tested with what servers refuse.
    kinds.retain(|kind| !matches!(kind, ChangeKind::Demand(_)));
    kinds
}

fn one(text: &str, dialect: Dialect) -> ChangeKind {
    let mut kinds = all(text, dialect);
    assert_eq!(kinds.len(), 1, "{text}");
    kinds.remove(0)
}

fn postgres(text: &str) -> ChangeKind {
    one(text, Dialect::Postgres)
}

fn mysql(text: &str) -> ChangeKind {
    one(text, Dialect::MySql)
}

fn sqlite(text: &str) -> ChangeKind {
    one(text, Dialect::Sqlite)
}

fn actions(kind: ChangeKind) -> Vec<TableAction> {
    let ChangeKind::AlterTable(alter) = kind else {
        panic!("{kind:?} is no ALTER TABLE")
    };
    alter
        .actions
        .into_iter()
        .map(|(action, _)| action)
        .collect()
}

fn action(text: &str, dialect: Dialect) -> TableAction {
    let mut actions = actions(one(&format!("ALTER TABLE t {text}"), dialect));
    assert_eq!(actions.len(), 1, "{text}");
    actions.remove(0)
}

fn table(kind: ChangeKind) -> CreateTable {
    let ChangeKind::CreateTable(table) = kind else {
        panic!("{kind:?} is no CREATE TABLE")
    };
    *table
}

fn inert(text: &str, dialect: Dialect) -> String {
    match one(text, dialect) {
        ChangeKind::Inert(words) => words,
        other => panic!("{other:?} is not inert"),
    }
}

#[test]
fn drop_index_concurrently_is_no_index_of_that_name() {
    let ChangeKind::DropIndex {
        names,
        concurrently,
        mode,
        on,
    } = postgres("DROP INDEX CONCURRENTLY IF EXISTS s.i, \"J\" CASCADE")
    else {
        panic!("it drops an index")
    };
    assert_eq!(
        names.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["s.i", "J"]
    );
    assert!(concurrently && mode.if_exists && mode.cascade && on.is_none());
    assert!(matches!(
        postgres("DROP INDEX i"),
        ChangeKind::DropIndex {
            concurrently: false,
            ..
        }
    ));
    assert!(matches!(
        mysql("DROP INDEX i ON t ALGORITHM = INPLACE LOCK=NONE"),
        ChangeKind::DropIndex { on: Some(table), .. } if table.name.value == "t"
    ));
}

#[test]
fn storage_commands_say_whether_a_transaction_may_hold_them() {
    let maintained = |text: &str, dialect| match one(text, dialect) {
        ChangeKind::Maintenance {
            name,
            table,
            in_transaction,
        } => (
            name,
            table.map(|table| table.to_string()).unwrap_or_default(),
            in_transaction,
        ),
        other => panic!("{other:?} is no maintenance"),
    };
    let of = |name: &str, table: &str, inside| (name.to_owned(), table.to_owned(), inside);
    assert_eq!(
        maintained("VACUUM (ANALYZE, FULL) t (a, b)", Dialect::Postgres),
        of("VACUUM FULL", "t", false)
    );
    assert_eq!(
        maintained("VACUUM (FULL false)", Dialect::Postgres),
        of("VACUUM", "", false)
    );
    assert_eq!(
        maintained("VACUUM ANALYZE t", Dialect::Postgres),
        of("VACUUM", "t", false)
    );
    assert_eq!(
        maintained("ANALYZE VERBOSE", Dialect::Postgres),
        of("ANALYZE", "", true)
    );
    assert_eq!(
        maintained("CLUSTER", Dialect::Postgres),
        of("CLUSTER", "", false)
    );
    assert_eq!(
        maintained("CLUSTER t USING i", Dialect::Postgres),
        of("CLUSTER", "t", true)
    );
    assert_eq!(
        maintained("OPTIMIZE TABLE t", Dialect::MySql),
        of("OPTIMIZE TABLE", "t", true)
    );
    assert_eq!(
        maintained("CREATE DATABASE d TEMPLATE x STRATEGY y", Dialect::Postgres),
        of("CREATE DATABASE", "", false)
    );
    assert_eq!(all("ANALYZE a, b (c)", Dialect::Postgres).len(), 2);
    assert!(matches!(
        postgres("REINDEX (VERBOSE, CONCURRENTLY) TABLE s.t"),
        ChangeKind::Reindex { concurrently: true, name: Some(_), ref target } if target == "TABLE"
    ));
    assert!(matches!(
        postgres("REINDEX INDEX CONCURRENTLY i"),
        ChangeKind::Reindex {
            concurrently: true,
            ..
        }
    ));
    assert!(matches!(
        postgres("REFRESH MATERIALIZED VIEW CONCURRENTLY v WITH DATA"),
        ChangeKind::RefreshView {
            concurrently: true,
            ..
        }
    ));
}

#[test]
fn indexes_keep_what_sqlparser_does_not_know() {
    let ChangeKind::CreateIndex { table, index } = postgres(
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY t USING gist (a gist_trgm_ops (siglen = 32), lower(b)) TABLESPACE x WHERE a > 1",
    ) else {
        panic!("it creates an index")
    };
    assert!(index.only && index.unique && index.concurrently && index.condition.is_some());
    assert_eq!(
        (table.to_string(), index.columns.len()),
        ("t".to_owned(), 2)
    );
    assert!(
        matches!(mysql("CREATE FULLTEXT INDEX i ON t (a) COMMENT 'x'"),
        ChangeKind::CreateIndex { index, .. } if index.method.as_deref() == Some("fulltext"))
    );
    assert!(matches!(
        postgres("ALTER INDEX IF EXISTS i RENAME TO j"),
        ChangeKind::RenameIndex {
            if_exists: true,
            ..
        }
    ));
    assert!(matches!(
        postgres("ALTER INDEX i ATTACH PARTITION j"),
        ChangeKind::AttachIndex { .. }
    ));
}

#[test]
fn settings() {
    assert!(
        matches!(sqlite("PRAGMA main.foreign_keys = OFF"), ChangeKind::Pragma { name, value: Some(value) } if name == "foreign_keys" && value == "OFF")
    );
    assert!(matches!(
        sqlite("PRAGMA foreign_key_check"),
        ChangeKind::Pragma { value: None, .. }
    ));
    assert_eq!(
        inert("SET CONSTRAINTS ALL DEFERRED", Dialect::Postgres),
        "SET CONSTRAINTS"
    );
    assert!(matches!(
        postgres("PREPARE TRANSACTION 'x'"),
        ChangeKind::Maintenance { .. }
    ));
    assert_eq!(
        inert(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT ALL ON TABLES TO u",
            Dialect::Postgres
        ),
        "ALTER DEFAULT PRIVILEGES"
    );
    assert_eq!(
        inert("CREATE STATISTICS s ON a, b FROM t", Dialect::Postgres),
        "CREATE STATISTICS"
    );
}
