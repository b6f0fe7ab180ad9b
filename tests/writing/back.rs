//! What `rollback` prints for one migration after another, word for word: statements that take it
//! back, and a remark for each that nothing takes back.

use crate::Folder;

const TABLES: &str = "CREATE TABLE users (id int PRIMARY KEY, email text);
CREATE VIEW names AS SELECT id, email FROM users;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
";

/// A block of which nobody can say what it makes.
const UNREAD: &str = "DO $$ DECLARE n text; BEGIN FOR n IN SELECT relname FROM pg_class WHERE relname = 'any' LOOP EXECUTE 'CREATE TABLE ' || n || '2 (id int)'; END LOOP; END $$;";

/// What takes the second migration back.
pub(super) fn back(dialect: &str, history: &str, up: &str) -> String {
    let folder = Folder::new(&[("migrations/1_a.sql", history), ("migrations/2_b.sql", up)]);
    folder.says(&["rollback", "2_b", "--dialect", dialect])
}

/// Each migration after [`TABLES`] and some more, with what takes it back.
pub(super) fn check(cases: &[(&str, &str, &str)]) {
    for (history, up, expected) in cases {
        let text = back("postgres", &format!("{TABLES}{history}"), up);
        assert_eq!(text.trim_end(), *expected, "{up}");
    }
}

#[test]
fn a_trigger_goes_before_the_function_that_it_calls() {
    check(&[
        (
            "",
            "CREATE TABLE log (id int);
CREATE FUNCTION logged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER logs BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION logged();",
            "-- `public.log` is dropped with the data in all of its rows: nothing brings it back but a backup
DROP TABLE \"log\";
DROP FUNCTION \"logged\"();",
        ),
        (
            "",
            "CREATE VIEW more AS SELECT id FROM users;
CREATE FUNCTION made() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER makes INSTEAD OF INSERT ON more FOR EACH ROW EXECUTE FUNCTION made();",
            "DROP VIEW \"more\";\nDROP FUNCTION \"made\"();",
        ),
        (
            "",
            "CREATE FUNCTION made() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER makes INSTEAD OF INSERT ON names FOR EACH ROW EXECUTE FUNCTION made();",
            "DROP TRIGGER \"makes\" ON \"names\";\nDROP FUNCTION \"made\"();",
        ),
        (
            "CREATE TRIGGER makes INSTEAD OF INSERT ON names FOR EACH ROW EXECUTE FUNCTION touch();",
            "DROP TRIGGER makes ON names;",
            "-- `DROP TRIGGER makes ON names` is not taken back here: add by hand what undoes it",
        ),
        (
            "",
            "ALTER TABLE users DISABLE TRIGGER touched;",
            "-- `ALTER TABLE users DISABLE TRIGGER touched` is not taken back here: add by hand what undoes it",
        ),
        // The trigger keeps its name and calls another function.
        (
            "",
            "CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
DROP TRIGGER touched ON users;
CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION other();",
            "DROP TRIGGER \"touched\" ON \"users\";
CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
DROP FUNCTION \"other\"();",
        ),
    ]);
}

#[test]
fn a_view_that_was_replaced_says_again_what_it_said() {
    check(&[
        (
            "CREATE VIEW over AS SELECT id FROM names;\nGRANT SELECT ON names TO reader;",
            "CREATE OR REPLACE VIEW names AS SELECT id, email, 1 AS one FROM users;",
            "DROP VIEW \"over\";
DROP VIEW \"names\";
CREATE VIEW names AS SELECT id, email FROM users;
CREATE VIEW over AS SELECT id FROM names;
GRANT SELECT ON \"names\" TO reader;",
        ),
        (
            "CREATE MATERIALIZED VIEW kept AS SELECT id, email FROM users;
CREATE INDEX kept_email ON kept (email);",
            "CREATE INDEX kept_id ON kept (id);\nDROP INDEX kept_email;",
            "DROP INDEX \"kept_id\";\nCREATE INDEX \"kept_email\" ON \"kept\" USING btree (\"email\");",
        ),
    ]);
}

#[test]
fn what_a_migration_makes_is_dropped_though_a_block_before_it_is_not_read() {
    check(&[(
        UNREAD,
        "CREATE TABLE fresh (id int PRIMARY KEY);\nCREATE TYPE mood AS ENUM ('a');",
        "-- `public.fresh` is dropped with the data in all of its rows: nothing brings it back but a backup
DROP TABLE \"fresh\";
DROP TYPE \"mood\";",
    ),
    (
        UNREAD,
        "CREATE TABLE IF NOT EXISTS some (id int PRIMARY KEY);",
        "-- `some` may have been there before, so it is not dropped here
-- this does not lead back in everything: table `public.some` stays",
    )]);
}

#[test]
fn what_nothing_takes_back_is_said() {
    check(&[
        (
            "CREATE FUNCTION one(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
            "ALTER FUNCTION one(int) SECURITY DEFINER;
ALTER VIEW IF EXISTS names SET (security_barrier = true);",
            "-- `ALTER FUNCTION one(int) SECURITY DEFINER` is not taken back here: add by hand what undoes it
-- `ALTER VIEW IF EXISTS names SET(security_barrier = true)` is not taken back here: add by hand what undoes it",
        ),
        (
            "",
            "ALTER TABLE users SET (fillfactor = 70);",
            "-- `ALTER TABLE users SET(fillfactor = 70)` is not taken back here: add by hand what undoes it",
        ),
        (
            "",
            "CREATE PUBLICATION p FOR TABLE users;",
            "-- `CREATE PUBLICATION p FOR TABLE users` is not taken back here: add by hand what undoes it",
        ),
        (
            "",
            UNREAD,
            "-- `DO $$ DECLARE n text; BEGIN FOR n IN SELECT relname FROM pg_class WHERE relname…` is not taken back here: add by hand what undoes it",
        ),
        (
            "ALTER TABLE users ADD CONSTRAINT c CHECK (id > 0) NOT VALID;",
            "ALTER TABLE users VALIDATE CONSTRAINT c;",
            "-- constraint `c` of `users` stays validated",
        ),
        // What the migration made goes with it.
        (
            "",
            "CREATE FUNCTION two() RETURNS int LANGUAGE sql AS 'SELECT 2';
ALTER FUNCTION two() SECURITY DEFINER;
CREATE TABLE t (id int);
ALTER TABLE t SET (fillfactor = 70);",
            "-- `public.t` is dropped with the data in all of its rows: nothing brings it back but a backup
DROP FUNCTION \"two\"();
DROP TABLE \"t\";",
        ),
        // And what leaves nothing behind needs no word.
        ("", "SET lock_timeout = '1s';\nANALYZE users;\nSELECT count(*) FROM users;\nVACUUM users;", "-- this migration leaves nothing behind that has to be taken back"),
        // There is no empty way back.
        (
            "",
            "CREATE TABLE IF NOT EXISTS users (id int);",
            "-- this migration changes nothing that is known here, so nothing is taken back",
        ),
    ]);
    assert_eq!(
        back(
            "mysql",
            "CREATE TABLE t (id int NOT NULL, y int NOT NULL, PRIMARY KEY (id, y)) PARTITION BY HASH (y) PARTITIONS 4;",
            "ALTER TABLE t COALESCE PARTITION 2;"
        )
        .trim_end(),
        "-- `ALTER TABLE t COALESCE PARTITION 2` is not taken back here: add by hand what undoes it",
    );
}

#[test]
fn partitions_parents_domains_and_names_go_back() {
    check(&[
        (
            "CREATE TABLE ev (at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE ev1 PARTITION OF ev FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');",
            "ALTER TABLE ev DETACH PARTITION ev1;
CREATE TABLE ev2 PARTITION OF ev FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');",
            "-- `public.ev2` is dropped with the data in all of its rows: nothing brings it back but a backup
DROP TABLE \"ev2\";
ALTER TABLE \"ev\" ATTACH PARTITION \"ev1\" FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');",
        ),
        (
            "CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);",
            "ALTER DOMAIN d DROP CONSTRAINT c;\nALTER DOMAIN d SET DEFAULT 5;\nALTER DOMAIN d SET NOT NULL;",
            "ALTER DOMAIN \"d\" ADD CONSTRAINT \"c\" CHECK (value > 0);
ALTER DOMAIN \"d\" DROP DEFAULT;
ALTER DOMAIN \"d\" DROP NOT NULL;",
        ),
        (
            "CREATE SCHEMA s;\nCREATE TABLE s.t (id int, CONSTRAINT c CHECK (id > 0));",
            "ALTER TABLE s.t RENAME CONSTRAINT c TO c2;
ALTER FUNCTION touch() RENAME TO touched;
ALTER SCHEMA s RENAME TO s2;",
            "ALTER SCHEMA \"s2\" RENAME TO \"s\";
ALTER TABLE \"s\".\"t\" RENAME CONSTRAINT \"c2\" TO \"c\";
ALTER FUNCTION \"touched\"() RENAME TO \"touch\";",
        ),
    ]);
}

#[test]
fn a_path_says_in_which_set_the_migration_lies() {
    let folder = Folder::new(&[
        ("a/migrations/1_a.sql", "CREATE TABLE a (id int);"),
        ("b/migrations/1_b.sql", "CREATE TABLE b (id int);"),
    ]);
    let text = folder.says(&["rollback", "b/migrations/1_b.sql", "--dialect", "postgres"]);
    assert!(text.contains("DROP TABLE \"b\""), "{text}");
}

#[test]
fn what_a_new_column_gives_to_rows_is_said_for_the_server() {
    let history = "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);";
    let text = back("mysql", history, "ALTER TABLE t DROP COLUMN n;");
    assert!(text.contains("the server invents a value"), "{text}");
    let text = back("postgres", history, "ALTER TABLE t DROP COLUMN n;");
    assert!(text.contains("a table with rows refuses it"), "{text}");
}

#[test]
fn what_comes_back_has_what_was_said_of_it() {
    const LOST: &str = "-- `users.email` comes back without its values, which only a backup has
ALTER TABLE \"users\" ADD COLUMN \"email\" text;
CREATE VIEW names AS SELECT id, email FROM users;";
    let gone = "DROP VIEW names;\nALTER TABLE users DROP COLUMN email;";
    let with = |said: &str| format!("{LOST}\n{said}");
    check(&[
        (
            "GRANT SELECT (id, email), UPDATE (email), DELETE ON users TO reader;
GRANT INSERT (email) ON users TO writer;
REVOKE ALL ON users FROM writer;",
            gone,
            &with(
                "GRANT SELECT (\"email\"), UPDATE (\"email\") ON \"users\" TO reader;
GRANT INSERT (\"email\") ON \"users\" TO writer;
REVOKE ALL (\"email\") ON \"users\" FROM writer;",
            ),
        ),
        // It was granted under the name that the column had, or for another one.
        (
            "ALTER TABLE users ADD COLUMN old text, ADD COLUMN age int;
GRANT SELECT (old, age) ON users TO reader;
ALTER TABLE users RENAME COLUMN old TO years;
ALTER TABLE users DROP COLUMN age;
ALTER TABLE users ADD COLUMN age int;",
            "ALTER TABLE users DROP COLUMN years, DROP COLUMN age;",
            "-- `users.years` comes back without its values, which only a backup has
-- `users.age` comes back without its values, which only a backup has
ALTER TABLE \"users\" ADD COLUMN \"years\" text;
ALTER TABLE \"users\" ADD COLUMN \"age\" integer;
GRANT SELECT (\"years\") ON \"users\" TO reader;",
        ),
        (
            "COMMENT ON COLUMN names.id IS 'x';",
            "DROP VIEW names;",
            "CREATE VIEW names AS SELECT id, email FROM users;
COMMENT ON COLUMN \"names\".id IS 'x';",
        ),
        (
            "CREATE SEQUENCE s;
GRANT USAGE ON SEQUENCE s TO reader;
COMMENT ON SEQUENCE s IS 'x';
ALTER SEQUENCE s OWNER TO app;",
            "DROP SEQUENCE s;",
            "CREATE SEQUENCE s;
GRANT USAGE ON SEQUENCE \"s\" TO reader;
COMMENT ON SEQUENCE \"s\" IS 'x';
ALTER SEQUENCE \"s\" OWNER TO app;",
        ),
        (
            "CREATE TABLE t (id serial);\nGRANT USAGE ON SEQUENCE t_id_seq TO reader;",
            "DROP TABLE t;",
            "-- `t` comes back without its rows, which only a backup has
CREATE TABLE \"t\" (
  \"id\" serial NOT NULL
);
GRANT USAGE ON SEQUENCE \"t_id_seq\" TO reader;",
        ),
        (
            "CREATE SCHEMA s AUTHORIZATION app;
GRANT USAGE ON SCHEMA s TO reader;
COMMENT ON SCHEMA s IS 'x';
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA s, public GRANT SELECT ON TABLES TO reader;",
            "DROP SCHEMA s;",
            "CREATE SCHEMA \"s\";
ALTER SCHEMA \"s\" OWNER TO app;
GRANT USAGE ON SCHEMA \"s\" TO reader;
COMMENT ON SCHEMA \"s\" IS 'x';
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA \"s\" GRANT SELECT ON TABLES TO reader;",
        ),
        // What lies in a schema comes after it.
        (
            "CREATE SCHEMA s;
CREATE SEQUENCE s.q;
CREATE DOMAIN s.d AS int;
CREATE TYPE s.e AS ENUM ('a');
CREATE VIEW s.v AS SELECT 1 AS one;
GRANT SELECT ON ALL TABLES IN SCHEMA s TO reader;
COMMENT ON TYPE s.e IS 'x';",
            "DROP SCHEMA s CASCADE;",
            "CREATE SCHEMA \"s\";
CREATE SEQUENCE s.q;
CREATE DOMAIN \"s\".\"d\" AS integer;
CREATE TYPE \"s\".\"e\" AS ENUM ('a');
CREATE VIEW s.v AS SELECT 1 AS one;
GRANT SELECT ON \"s\".\"v\" TO reader;
COMMENT ON TYPE \"s\".\"e\" IS 'x';",
        ),
    ]);
}

#[test]
fn an_aggregate_is_dropped_as_one() {
    const STATE: &str = "CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n";
    let history = format!(
        "{STATE}CREATE AGGREGATE old (int) (SFUNC = f, STYPE = int);
COMMENT ON AGGREGATE old(int) IS 'x';"
    );
    check(&[
        (
            STATE,
            "CREATE AGGREGATE a (int) (SFUNC = f, STYPE = int);",
            "DROP AGGREGATE \"a\"(integer);",
        ),
        (
            "",
            "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';",
            "DROP PROCEDURE \"p\"();",
        ),
        (
            &history,
            "DROP AGGREGATE old(int);",
            "CREATE AGGREGATE old (int) (SFUNC = f, STYPE = int);
COMMENT ON AGGREGATE \"old\"(int) IS 'x';",
        ),
    ]);
}

#[test]
fn what_stays_in_a_file_is_said() {
    let says = |dialect: &str, up: &str| {
        let text = back(dialect, "CREATE TABLE t (id int PRIMARY KEY);", up);
        text.trim_end().to_owned()
    };
    assert_eq!(
        says("sqlite", "PRAGMA user_version = 3;"),
        "-- `PRAGMA user_version = 3` is not taken back here: add by hand what undoes it"
    );
    assert_eq!(
        says("sqlite", "PRAGMA foreign_keys = OFF;"),
        "-- this migration leaves nothing behind that has to be taken back"
    );
    assert_eq!(
        says("mysql", "ALTER TABLE t ADD x int, ADD SYSTEM VERSIONING;"),
        "-- `t.x` is dropped with its data: nothing brings it back but a backup
-- `ALTER TABLE t ADD x int, ADD SYSTEM VERSIONING` is not taken back here: add by hand what undoes it
ALTER TABLE `t` DROP COLUMN `x`;"
    );
}

#[test]
fn partitions_that_are_no_tables_go_back() {
    const TABLE: &str =
        "CREATE TABLE t (id int NOT NULL, y int NOT NULL, PRIMARY KEY (id, y)) ENGINE=InnoDB";
    const RANGE: &str = "PARTITION BY RANGE (y) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN MAXVALUE)";
    let says = |history: &str, up: &str| {
        let text = back("mysql", &format!("{TABLE} {history};"), up);
        text.trim_end().to_owned()
    };
    assert_eq!(
        says(
            "",
            "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (y);
ALTER TABLE t PARTITION BY HASH (y) PARTITIONS 4;"
        ),
        "ALTER TABLE `t` REMOVE PARTITIONING;
ALTER TABLE `t` DROP PRIMARY KEY;
ALTER TABLE `t` ADD PRIMARY KEY (`id`, `y`);"
    );
    assert_eq!(
        says(RANGE, "ALTER TABLE t REMOVE PARTITIONING;"),
        format!("ALTER TABLE `t` {RANGE};")
    );
    assert_eq!(
        says(RANGE, "ALTER TABLE t PARTITION BY KEY (id);"),
        format!("ALTER TABLE `t` {RANGE};")
    );
    let table = says(RANGE, "DROP TABLE t;");
    assert!(table.ends_with(&format!(" {RANGE};")), "{table}");
    // Which ones there were is not to be seen in one place.
    let changed = format!("{RANGE};\nALTER TABLE t DROP PARTITION a");
    let table = says(&changed, "DROP TABLE t;");
    assert!(table.contains("partitions that `t` had"), "{table}");
    assert_eq!(
        says(&changed, "ALTER TABLE t REMOVE PARTITIONING;"),
        "-- `ALTER TABLE t REMOVE PARTITIONING` is not taken back here: add by hand what undoes it"
    );
}
