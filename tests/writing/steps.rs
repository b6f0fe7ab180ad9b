//! Changes in steps, on each server.

use super::Folder;

#[test]
fn steps_block_nobody_on_postgres() {
    let folder = Folder::new(&[
        (
            "migrations/1_init.up.sql",
            "CREATE TABLE orgs (id bigint PRIMARY KEY);\nCREATE TABLE users (id bigint PRIMARY KEY, org_id bigint, email text, note text NOT NULL DEFAULT 'n');\n",
        ),
        (
            "migrations/1_init.down.sql",
            "DROP TABLE users;\nDROP TABLE orgs;\n",
        ),
    ]);
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["not-null", "users.email", "--fill", "''"],
            &[
                "CHECK (\"email\" IS NOT NULL) NOT VALID",
                "UPDATE",
                "VALIDATE CONSTRAINT",
                "SET NOT NULL",
                "DROP CONSTRAINT",
            ],
        ),
        (
            &[
                "add-column",
                "users.age",
                "int",
                "--not-null",
                "--default",
                "0",
            ],
            &["ADD COLUMN \"age\" int NOT NULL DEFAULT 0"],
        ),
        (
            &[
                "add-column",
                "users.key",
                "uuid",
                "--not-null",
                "--default",
                "gen_random_uuid()",
            ],
            &[
                "ADD COLUMN \"key\" uuid;",
                "SET DEFAULT gen_random_uuid()",
                "NOT VALID",
                "UPDATE",
                "SET NOT NULL",
            ],
        ),
        (
            &["add-index", "users", "org_id"],
            &["CREATE INDEX CONCURRENTLY \"users_org_id_idx\""],
        ),
        (
            &["add-unique", "users", "email"],
            &["CREATE UNIQUE INDEX CONCURRENTLY", "UNIQUE USING INDEX"],
        ),
        (
            &[
                "add-fk",
                "users.org_id",
                "orgs.id",
                "--on-delete",
                "cascade",
            ],
            &["ON DELETE CASCADE NOT VALID", "VALIDATE CONSTRAINT"],
        ),
        (
            &["rename", "users.note", "remark"],
            &[
                "ADD COLUMN \"remark\" text",
                "CREATE TRIGGER",
                "UPDATE",
                "DROP COLUMN \"note\"",
            ],
        ),
        (
            &["rename", "users.note", "remark", "--at-once"],
            &["RENAME COLUMN \"note\" TO \"remark\""],
        ),
        (
            &["change-type", "users.email", "varchar"],
            &["no row is read or written", "TYPE varchar"],
        ),
        (
            &["drop-column", "users.note"],
            &["is dropped with its data", "DROP COLUMN \"note\""],
        ),
    ];
    for (arguments, parts) in cases {
        let all: Vec<&str> = arguments.iter().copied().chain(["--sql"]).collect();
        let text = folder.says(&all);
        let mut from = 0;
        for part in *parts {
            let at = text[from..].find(part);
            assert!(at.is_some(), "{arguments:?}: {part}:\n{text}");
            from += at.unwrap_or_default();
        }
    }
    let before = folder.files();
    folder.says(&["add-index", "users", "org_id", "--yes"]);
    assert_eq!(folder.files().len(), before.len() + 2);
    folder.says(&["check", "--fail-on", "warning"]);
    let error = folder.refuses(&["add-index", "users", "org_id"]);
    assert!(error.contains("is there already"), "{error}");
    let error = folder.refuses(&["not-null", "usr.email"]);
    assert!(
        error.contains("there is no table `usr`; there is `users`"),
        "{error}"
    );
}

#[test]
fn the_last_step_of_a_rename_goes_back_with_its_values() {
    let folder = Folder::new(&[
        (
            "migrations/1_init.up.sql",
            "CREATE TABLE users (id bigint PRIMARY KEY, note text NOT NULL DEFAULT 'n');\n",
        ),
        ("migrations/1_init.down.sql", "DROP TABLE users;\n"),
    ]);
    let text = folder.says(&["rename", "users.note", "remark", "--dry-run"]);
    let back = text.split("_contract.down.sql").nth(1).expect(&text);
    let back = back.split("_contract.up.sql").next().expect(&text);
    let mut from = 0;
    for part in [
        "ADD COLUMN \"note\" text",
        "UPDATE \"users\" SET \"note\" = \"remark\"",
        "ALTER COLUMN \"note\" SET NOT NULL",
        "CREATE FUNCTION",
        "CREATE TRIGGER",
    ] {
        let at = back[from..].find(part);
        assert!(at.is_some(), "{part}:\n{text}");
        from += at.unwrap_or_default();
    }
    assert!(!text.contains("not restored"), "{text}");
    assert!(!text.contains("down-not-inverse"), "{text}");
}

/// The history may have done anything to `users`, so that no comparison looks at it.
#[test]
fn what_is_done_to_a_table_that_is_not_known_exactly_is_taken_back() {
    let folder = Folder::new(&[
        (
            "migrations/1_init.up.sql",
            "CREATE TABLE orgs (id bigint PRIMARY KEY);\nCREATE TABLE users (id bigint PRIMARY KEY, org_id bigint);\nDO $$ BEGIN FOR i IN 1..3 LOOP EXECUTE format('ALTER TABLE users ADD COLUMN c%s int', i); END LOOP; END $$;\n",
        ),
        (
            "migrations/1_init.down.sql",
            "DROP TABLE users;\nDROP TABLE orgs;\n",
        ),
    ]);
    for (arguments, back) in [
        (
            &["add-fk", "users.org_id", "orgs.id"][..],
            "DROP CONSTRAINT \"users_org_id_fkey\"",
        ),
        (
            &["add-column", "users.note", "text"],
            "-- `public.users.note` is dropped with its data: nothing brings it back but a backup\nALTER TABLE \"users\" DROP COLUMN \"note\"",
        ),
        (
            &["add-index", "users", "org_id"],
            "DROP INDEX \"users_org_id_idx\"",
        ),
    ] {
        let all: Vec<&str> = arguments.iter().copied().chain(["--dry-run"]).collect();
        let text = folder.says(&all);
        assert_eq!(text.matches(back).count(), 1, "{arguments:?}:\n{text}");
    }
}

#[test]
fn steps_on_mysql_say_how_the_server_does_it() {
    let folder = Folder::new(&[
        ("driftlint.toml", "dialect = \"mysql\"\n"),
        (
            "migrations/1_init.up.sql",
            "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(50));\n",
        ),
        ("migrations/1_init.down.sql", "DROP TABLE users;\n"),
    ]);
    let cases: &[(&[&str], &str)] = &[
        (&["add-column", "users.age", "int"], "ALGORITHM=INSTANT"),
        (
            &["add-index", "users", "email"],
            "ALGORITHM=INPLACE, LOCK=NONE",
        ),
        (
            &["change-type", "users.email", "int"],
            "ALGORITHM=COPY, LOCK=SHARED",
        ),
    ];
    for (arguments, part) in cases {
        let all: Vec<&str> = arguments.iter().copied().chain(["--sql"]).collect();
        let text = folder.says(&all);
        assert!(text.contains(part), "{arguments:?}: {text}");
    }
}

#[test]
fn sqlite_rebuilds_and_keeps_what_is_there() {
    let folder = Folder::new(&[
        ("driftlint.toml", "dialect = \"sqlite\"\n"),
        (
            "migrations/1_init.up.sql",
            "CREATE TABLE orgs (id INTEGER PRIMARY KEY);\nCREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, org INTEGER, CHECK (length(email) > 2));\nCREATE INDEX users_email ON users (email);\n",
        ),
        (
            "migrations/1_init.down.sql",
            "DROP TABLE users;\nDROP TABLE orgs;\n",
        ),
    ]);
    let text = folder.says(&["not-null", "users.email", "--fill", "'none'", "--sql"]);
    for part in [
        "UPDATE",
        "PRAGMA foreign_keys=OFF",
        "INSERT INTO",
        "users_email",
        "length(email)",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = folder.says(&["add-fk", "users.org", "orgs.id", "--sql"]);
    assert!(text.contains("REFERENCES"), "{text}");
}

/// Keys are called as the generator calls those that a schema leaves unnamed: with another name, what
/// it generates next drops the key and makes it again. Its snapshot has the constraint, not the index.
#[test]
fn keys_have_the_names_that_the_generator_gives() {
    let folder = Folder::new(&[
        (
            "drizzle.config.ts",
            "export default { schema: './schema.ts', out: './drizzle', dialect: 'postgresql' };\n",
        ),
        (
            "schema.ts",
            "import { integer, pgTable, text } from 'drizzle-orm/pg-core';\n\
             export const users = pgTable('users', { id: integer().primaryKey(), email: text() });\n\
             export const posts = pgTable('posts', { id: integer().primaryKey(), user_id: integer() });\n",
        ),
    ]);
    folder.says(&["drift", "--write", "init", "--yes"]);
    folder.says(&["add-unique", "users", "email", "--yes"]);
    folder.says(&["add-fk", "posts.user_id", "users.id", "--yes"]);
    let index = folder.read("drizzle/meta/0001_snapshot.json");
    assert!(index.contains("\"isUnique\": true"), "{index}");
    let last = folder.read("drizzle/meta/0004_snapshot.json");
    for (part, name) in [
        ("uniqueConstraints", "users_email_unique"),
        ("foreignKeys", "posts_user_id_users_id_fk"),
    ] {
        let json: serde_json::Value = serde_json::from_str(&last).expect("a snapshot");
        let tables = json["tables"].as_object().expect("tables");
        let has = tables.values().any(|table| table[part].get(name).is_some());
        assert!(has, "{part}: {last}");
    }
    assert!(!last.contains("\"isUnique\": true"), "{last}");
}

/// What is dropped to be made again would lose what the history says of it.
#[test]
fn comments_and_grants_come_back() {
    let init = "CREATE TABLE users (id bigint PRIMARY KEY, name text COLLATE \"C\", age int);\n\
        COMMENT ON COLUMN users.age IS 'in years';\n\
        COMMENT ON TABLE users IS 'people';\n\
        GRANT SELECT (age, id), UPDATE (name) ON users TO PUBLIC;\n\
        CREATE VIEW names AS SELECT id, name FROM users;\n\
        COMMENT ON VIEW names IS 'by id';\n\
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;\n\
        CREATE MATERIALIZED VIEW counted AS SELECT name, count(*) AS c FROM users GROUP BY name;\n\
        CREATE INDEX counted_name ON counted (name);\n\
        COMMENT ON INDEX counted_name IS 'its index';\n\
        GRANT SELECT ON counted TO PUBLIC;\n";
    let said = [
        "COMMENT ON VIEW \"names\" IS 'by id';",
        "GRANT SELECT ON \"names\" TO PUBLIC;",
        "COMMENT ON INDEX \"counted_name\" IS 'its index';",
        "GRANT SELECT ON \"counted\" TO PUBLIC;",
    ];
    let gone = ("migrations/2_gone.sql", "DROP TABLE users CASCADE;\n");
    let folder = Folder::new(&[("migrations/1_init.sql", init), gone]);
    let text = folder.says(&["rollback", "2_gone", "--dialect", "postgres"]);
    let folder = Folder::new(&[("migrations/1_init.sql", init)]);
    let retyped = folder.says(&[
        "change-type",
        "users.name",
        "varchar(90)",
        "--dialect",
        "postgres",
        "--dry-run",
    ]);
    let comment = "COMMENT ON TABLE \"users\" IS 'people';";
    assert_eq!(text.matches(comment).count(), 1, "{text}");
    for text in [text, retyped] {
        for line in said {
            assert_eq!(text.matches(line).count(), 1, "{line}\n{text}");
        }
    }
    let moved = folder.says(&[
        "rename",
        "users.age",
        "years",
        "--dialect",
        "postgres",
        "--dry-run",
    ]);
    for line in [
        "COMMENT ON COLUMN \"users\".\"years\" IS 'in years';",
        "GRANT SELECT (\"years\") ON \"users\" TO PUBLIC;",
    ] {
        assert!(moved.contains(line), "{line}\n{moved}");
    }
}

/// MySQL and SQLite drop the column and leave a view that fails when it is read, or a trigger.
#[test]
fn a_column_that_a_view_or_a_trigger_reads_stays() {
    let schema = "CREATE TABLE t (id integer PRIMARY KEY, a varchar(9), b varchar(9), c varchar(9));\nCREATE VIEW v AS SELECT id, B FROM t;\n";
    let trigger = "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET a = new.c WHERE id = new.id; END;\n";
    for dialect in ["postgres", "mysql", "sqlite"] {
        let trigger = if dialect == "sqlite" { trigger } else { "" };
        let text = format!("{schema}{trigger}");
        let folder = Folder::new(&[("migrations/1_init.sql", &text)]);
        let refused = |column: &str| {
            folder.refuses(&["drop-column", column, "--dialect", dialect, "--dry-run"])
        };
        let why = refused("t.b");
        let reads = match dialect {
            "sqlite" => "view `v` cannot be read",
            _ => "view `v` reads `t.b`",
        };
        assert!(why.contains(reads) && why.contains("first"), "{why}");
        if dialect == "sqlite" {
            let why = refused("t.c");
            assert!(why.contains("trigger `tr` cannot be read"), "{why}");
        }
    }
}

#[test]
fn what_a_trigger_says_of_a_column_that_goes_is_a_remark() {
    let mysql = "CREATE TABLE t (id integer PRIMARY KEY, a varchar(9), b varchar(9));\nCREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = upper(NEW.a);\n";
    let postgres = "CREATE TABLE t (id integer PRIMARY KEY, a varchar(9), b varchar(9));\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a = upper(NEW.a); RETURN NEW; END $$;\nCREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();\n";
    for (dialect, text, what) in [
        ("mysql", mysql, "trigger `tr`"),
        ("postgres", postgres, "function `f`"),
    ] {
        let folder = Folder::new(&[("migrations/1_init.sql", text)]);
        let said =
            |column: &str| folder.says(&["drop-column", column, "--dialect", dialect, "--dry-run"]);
        let text = said("t.a");
        assert!(text.contains(what) && text.contains("says `a`"), "{text}");
        let text = said("t.b");
        assert!(!text.contains("says `b`"), "{text}");
    }
    let named = format!(
        "{postgres}CREATE TRIGGER of_b BEFORE UPDATE OF b ON t FOR EACH ROW EXECUTE FUNCTION f();\n"
    );
    let folder = Folder::new(&[("migrations/1_init.sql", &named)]);
    let why = folder.refuses(&["drop-column", "t.b", "--dialect", "postgres", "--dry-run"]);
    assert!(why.contains("trigger `of_b` of `t` names `t.b`"), "{why}");
}

#[test]
fn a_serial_column_comes_back_with_its_one_sequence() {
    let own = "CREATE TABLE t (id integer PRIMARY KEY, s serial);\n";
    let renamed = "CREATE TABLE t (id integer PRIMARY KEY, s serial);\nALTER SEQUENCE t_s_seq RENAME TO counted;\n";
    let back = |schema: &str| {
        let folder = Folder::new(&[("migrations/1_init.sql", schema)]);
        folder.says(&["drop-column", "t.s", "--dialect", "postgres", "--yes"]);
        folder.says(&["rollback", "2_drop_t_s", "--dialect", "postgres"])
    };
    let text = back(own);
    assert!(text.contains("ADD COLUMN \"s\" serial"), "{text}");
    assert!(!text.contains("CREATE SEQUENCE"), "{text}");
    let text = back(renamed);
    assert_eq!(
        text.matches("CREATE SEQUENCE \"counted\"").count(),
        1,
        "{text}"
    );
    assert!(text.contains("OWNED BY \"t\".\"s\""), "{text}");
    assert!(!text.contains("serial"), "{text}");
}

#[test]
fn comments_on_columns_of_a_view_come_back() {
    let schema = "CREATE TABLE t (id integer PRIMARY KEY, n integer);\nCREATE VIEW v AS SELECT n FROM t;\nCOMMENT ON COLUMN v.n IS 'how many';\n";
    let folder = Folder::new(&[("migrations/1_init.sql", schema)]);
    let text = folder.says(&[
        "change-type",
        "t.n",
        "bigint",
        "--at-once",
        "--dialect",
        "postgres",
        "--dry-run",
    ]);
    assert!(
        text.contains("COMMENT ON COLUMN \"v\".n IS 'how many'"),
        "{text}"
    );
}

/// MariaDB has a column of hashes for a unique index of whole texts, for which it copies the table.
#[test]
fn a_set_of_mariadb_is_one_whoever_says_so() {
    let schema = "CREATE TABLE t (id integer PRIMARY KEY, a text);\n";
    for config in [
        "dialect = \"mariadb\"\n[[migrations]]\nfolder = \"migrations\"\n",
        "[[migrations]]\nfolder = \"migrations\"\ndialect = \"mariadb\"\n",
    ] {
        let folder = Folder::new(&[
            ("migrations/1_init.sql", schema),
            ("driftlint.toml", config),
        ]);
        let text = folder.says(&["add-unique", "t", "a", "--dry-run"]);
        assert!(text.contains("ALGORITHM=COPY"), "{text}");
    }
}

#[test]
fn a_rebuild_keeps_the_triggers_of_views_and_says_what_it_cannot() {
    let schema = "CREATE TABLE t (id integer PRIMARY KEY, n integer UNIQUE ON CONFLICT IGNORE);\nCREATE VIEW v AS SELECT n FROM t;\nCREATE TRIGGER vt INSTEAD OF INSERT ON v BEGIN INSERT INTO t (n) VALUES (new.n); END;\nCREATE TRIGGER gone INSTEAD OF DELETE ON v BEGIN DELETE FROM t; END;\nDROP TRIGGER gone;\n";
    let folder = Folder::new(&[("migrations/1_init.sql", schema)]);
    let text = folder.says(&["not-null", "t.n", "--dialect", "sqlite", "--dry-run"]);
    let view = text.find("CREATE VIEW v").expect(&text);
    assert!(
        text[view..].contains("CREATE TRIGGER vt INSTEAD OF INSERT ON v"),
        "{text}"
    );
    assert!(!text.contains("gone"), "{text}");
    assert!(text.contains("`ON CONFLICT` of the keys of `t`"), "{text}");
    folder.says(&["not-null", "t.n", "--dialect", "sqlite", "--yes"]);
    let back = folder.says(&["rollback", "2_t_n_not_null", "--dialect", "sqlite"]);
    let view = back.find("CREATE VIEW v").expect(&back);
    assert!(
        back[view..].contains("CREATE TRIGGER vt INSTEAD OF INSERT ON v"),
        "{back}"
    );
}
