//! What MySQL and MariaDB were measured to do online; `tests/servers/locks.rs` asks PostgreSQL.

use super::{Effect, effects};
use crate::catalog::{Catalog, Site};
use crate::source::{Source, Span};
use crate::sql::{Dialect, Statement, Unit, Versions, on_big_stack, script};

fn statements(sql: &str, dialect: Dialect, versions: Versions) -> Vec<Statement> {
    let source = Source::new("statement.sql", sql);
    let whole = Span::new(0, sql.len());
    on_big_stack(|| script(&source, whole, dialect, versions, Unit::Statement)).statements
}

fn run(catalog: &mut Catalog, sql: &str) {
    for statement in statements(sql, catalog.dialect, catalog.versions) {
        for change in &statement.changes {
            let site = Site {
                migration: 0,
                file: 0,
                span: statement.span,
            };
            catalog.apply(change, site);
        }
    }
}

fn effects_of(catalog: &Catalog, sql: &str) -> Vec<Effect> {
    let statements = statements(sql, catalog.dialect, catalog.versions);
    let changes = statements.iter().flat_map(|statement| &statement.changes);
    changes
        .flat_map(|change| effects(change, catalog))
        .collect()
}

/// Mode and causes of each effect on MySQL or MariaDB.
fn online(mariadb: bool, sql: &str) -> String {
    let versions = Versions {
        mariadb,
        ..Versions::default()
    };
    let mut catalog = Catalog::new(Dialect::MySql, versions);
    run(
        &mut catalog,
        "CREATE TABLE p (id int PRIMARY KEY);
         CREATE TABLE t (id int NOT NULL, a varchar(20), b varchar(100), e enum('a','b'), n decimal(10,2), p int, PRIMARY KEY (id)) DEFAULT CHARSET=utf8mb4;",
    );
    let effects = effects_of(&catalog, sql);
    let modes = effects.iter().filter_map(|effect| effect.mode());
    let modes: Vec<String> = modes.map(|mode| mode.to_string()).collect();
    modes.join("; ")
}

#[test]
fn mysql_copies_what_it_cannot_do_online() {
    const COPY: &str = "ALGORITHM=COPY, LOCK=SHARED";
    const ONLINE: &str = "ALGORITHM=INPLACE, LOCK=NONE";
    const INSTANT: &str = "ALGORITHM=INSTANT";
    let table = [
        ("ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 1", INSTANT),
        ("ALTER TABLE t ADD COLUMN c int AS (p + 1) VIRTUAL", INSTANT),
        ("ALTER TABLE t ADD COLUMN c int AS (p + 1) STORED", COPY),
        ("ALTER TABLE t DROP COLUMN p", INSTANT),
        ("ALTER TABLE t RENAME COLUMN p TO q", INSTANT),
        ("ALTER TABLE t CHANGE p q int", INSTANT),
        ("ALTER TABLE t MODIFY e enum('a','b','c')", INSTANT),
        ("ALTER TABLE t MODIFY e enum('b','a')", COPY),
        ("ALTER TABLE t MODIFY p int NOT NULL", ONLINE),
        ("ALTER TABLE t MODIFY p bigint", COPY),
        ("ALTER TABLE t MODIFY a varchar(60)", ONLINE),
        ("ALTER TABLE t MODIFY b varchar(200)", ONLINE),
        ("ALTER TABLE t MODIFY b varchar(50)", COPY),
        (
            "ALTER TABLE t MODIFY b varchar(100) CHARACTER SET latin1",
            COPY,
        ),
        ("ALTER TABLE t MODIFY n decimal(12,2)", COPY),
        ("ALTER TABLE t ADD INDEX i (a)", ONLINE),
        ("ALTER TABLE t ADD UNIQUE INDEX i (a)", ONLINE),
        (
            "ALTER TABLE t ADD FULLTEXT INDEX i (a)",
            "ALGORITHM=INPLACE, LOCK=SHARED",
        ),
        ("ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES p (id)", COPY),
        ("ALTER TABLE t ADD CHECK (p > 0)", COPY),
        ("ALTER TABLE t DROP PRIMARY KEY", COPY),
        (
            "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, p)",
            "ALGORITHM=INPLACE, LOCK=NONE; ALGORITHM=INPLACE, LOCK=NONE",
        ),
        ("ALTER TABLE t ENGINE=InnoDB", ONLINE),
        ("ALTER TABLE t ENGINE=MyISAM", COPY),
        ("ALTER TABLE t CONVERT TO CHARACTER SET latin1", COPY),
        ("ALTER TABLE t DEFAULT CHARACTER SET latin1", ONLINE),
    ];
    for (sql, expected) in table {
        assert_eq!(online(true, sql), expected, "MariaDB: {sql}");
        assert_eq!(online(false, sql), expected, "MySQL: {sql}");
    }
    let longer = "ALTER TABLE t MODIFY a varchar(100)";
    assert_eq!(online(true, longer), ONLINE, "80 bytes are fewer than 128");
    assert_eq!(online(false, longer), COPY);
    let default = |value| format!("ALTER TABLE t ADD COLUMN c varchar(36) DEFAULT ({value})");
    for (value, on_mariadb) in [("uuid()", COPY), ("rand()", INSTANT), ("id + 1", COPY)] {
        assert_eq!(online(true, &default(value)), on_mariadb, "{value}");
        assert_eq!(online(false, &default(value)), COPY, "{value}");
    }
}
