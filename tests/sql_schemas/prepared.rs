//! Statements that a migration puts together and prepares, on MySQL.

use super::drift;

/// What is said of MySQL migrations beside `t (id, a, b)` and `o (id)`.
fn prepared(migration: &str) -> String {
    let first = "CREATE TABLE t (id int PRIMARY KEY, a int, KEY t_a (a));\nCREATE TABLE o (id int PRIMARY KEY, c int);\n";
    let schema = "CREATE TABLE t (id int PRIMARY KEY, a int, b int, KEY t_a (a));\nCREATE TABLE o (id int PRIMARY KEY);\n";
    let second = format!("{migration}\nALTER TABLE o DROP c;\n");
    drift(&[
        ("db/mysql/migrations/1_a.sql", first),
        ("db/mysql/migrations/2_b.sql", &second),
        ("db/mysql/schema.sql", schema),
    ])
}

#[test]
fn what_mysql_prepares_is_run() {
    let agrees = "db/mysql/migrations compared with [SQL schema]";
    let add = "ALTER TABLE t ADD COLUMN b int";
    let columns = "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'b'";
    let run = "PREPARE s FROM @q; EXECUTE s; DEALLOCATE PREPARE s;";
    let mut failures = Vec::new();
    for migration in [
        format!("SET @q = '{add}'; {run}"),
        format!("PREPARE s FROM '{add}'; EXECUTE s;"),
        format!(
            "SET @t = 't', @q := CONCAT('ALTER TABLE `', @t, '` ADD COLUMN b', ' int;'); {run}"
        ),
        format!("SET @q = IF((SELECT COUNT(*) {columns}) = 0, '{add}', 'SELECT 1'); {run}"),
        format!(
            "SET @n = (SELECT COUNT(*) {columns}); SET @q = IF(@n > 0, 'SELECT ''is''', '{add}'); {run}"
        ),
        format!(
            "SELECT COUNT(*) INTO @n {columns}; SET @q = (SELECT IF(@n, 'SELECT 1', '{add}')); {run}"
        ),
        format!("SET @q = (SELECT IF(COUNT(*) = 0, '{add}', 'DO 0') {columns}); {run}"),
        format!(
            "SET @q = CASE WHEN EXISTS (SELECT 1 {columns}) THEN 'DO 0' ELSE '{add}' END; {run}"
        ),
        format!(
            "SET @d = DATABASE(); SET @c = 'b'; SET @q = IF((SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE table_name = 't'\n\
             AND table_schema = @d AND column_name = @c) > 0, 'SELECT 1', CONCAT('ALTER TABLE t ADD ', @c, ' int;')); {run}"
        ),
        // There is such an index.
        format!(
            "SET @n = (SELECT COUNT(1) FROM information_schema.statistics WHERE table_name = 't' AND index_name = 'T_A' AND\n\
             table_schema = SCHEMA()); SET @q = IF(@n > 0, '{add}', 'SELECT 1'); {run}"
        ),
        format!("EXECUTE IMMEDIATE '{add}';"),
    ] {
        if prepared(&migration) != agrees {
            failures.push(format!("{}\n{migration}", prepared(&migration)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let missed = "db/mysql/schema.sql:1 column `t.b` is declared, and no migration makes it";
    for migration in [
        format!("SET @q = '{add}'; PREPARE s FROM @q; DEALLOCATE PREPARE s;"),
        format!(
            "SET @q = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_name = 't' AND column_name = 'a') > 0,\n\
             'SELECT 1', '{add}'); {run}"
        ),
        "SET @q = 'INSERT INTO t VALUES (1, 2)'; PREPARE s FROM @q; EXECUTE s;".to_owned(),
    ] {
        assert_eq!(
            prepared(&migration),
            format!("{missed}\n{agrees}"),
            "{migration}"
        );
    }
}

#[test]
fn what_mysql_computes_is_in_doubt() {
    for unknown in [
        "SET @k = (SELECT column_name FROM information_schema.columns LIMIT 1); SET @q = CONCAT('ALTER TABLE t ADD ', @k, ' int');",
        "SET @q = 'SELECT 1'; SELECT @q := CONCAT('ALTER TABLE t ADD ', version()); ",
        "SET @q = IF((SELECT COUNT(*) FROM o) > 0, 'ALTER TABLE t ADD b int', 'SELECT 1');",
        "SELECT CONCAT('ALTER TABLE t DROP FOREIGN KEY ', constraint_name) INTO @q FROM information_schema.key_column_usage;",
    ] {
        let said = prepared(&format!("{unknown} PREPARE s FROM @q; EXECUTE s;"));
        assert!(!said.contains("no migration makes it"), "{unknown}: {said}");
    }
    let said = prepared("PREPARE s FROM @elsewhere; EXECUTE s;");
    let why =
        "its history is incomplete (text that is not known before it runs may change the schema)";
    assert!(said.contains(why), "{said}");
}

#[test]
fn what_a_procedure_may_have_dropped_is_not_compared() {
    let procedure = "DELIMITER $$\nCREATE PROCEDURE drop_column(IN tableName VARCHAR(64), IN columnName VARCHAR(64))\nBEGIN\n\
                     SET @q = CONCAT('ALTER TABLE ', tableName, ' DROP COLUMN ', columnName);\nPREPARE s FROM @q;\nEXECUTE s;\nEND$$\n\
                     DELIMITER ;\nCALL drop_column('t', 'a');";
    let said = prepared(procedure);
    assert!(!said.contains("is made by migrations"), "{said}");
    assert!(
        said.contains("not judged: `t` is not compared: `drop_column()` may have changed it"),
        "{said}"
    );
}
