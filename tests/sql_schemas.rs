//! Schemas in SQL, as tools dump them and as people write them, against migrations: what is taken
//! for a schema, and what differs.

use driftlint::check::{Scope, compare};
use driftlint::config::Config;
use driftlint::project::tree::Memory;
use driftlint::project::{ConfiguredSet, LoadOptions, Project};
use driftlint::schema::input::Input;
use driftlint::sql::on_big_stack;

/// What is said of a tree: the drift, then what was not judged, a line each.
fn said(files: &[(&str, &str)], options: &LoadOptions) -> String {
    on_big_stack(|| {
        let tree: Memory = files.iter().copied().collect();
        let config = Config::default();
        let project = Project::load(&tree, options).expect("memory never fails");
        let input =
            Input::read(&tree, project, config.versions(), |_| true).expect("memory never fails");
        let report = compare(&input, &config, &Scope::default());
        let mut lines: Vec<String> = report
            .diagnostics
            .iter()
            .map(|it| {
                format!(
                    "{}:{} {}",
                    it.source.path(),
                    it.source.position(it.span.start).line,
                    it.message
                )
            })
            .collect();
        lines.extend(
            report
                .summary
                .compared
                .iter()
                .map(|it| format!("{} compared with {:?}", it.folder, it.with)),
        );
        lines.extend(
            report
                .summary
                .ledger
                .entries()
                .iter()
                .map(|it| format!("{} not judged: {}", it.path, it.reason)),
        );
        lines.join("\n").replace("public.", "")
    })
}

fn drift(files: &[(&str, &str)]) -> String {
    said(files, &LoadOptions::default())
}

const USERS: &str = "-- migrate:up\nCREATE TYPE role AS ENUM ('admin', 'member');\nCREATE TABLE users (\n  id bigserial PRIMARY KEY,\n  \
                     name varchar(20) NOT NULL,\n  role role DEFAULT 'member',\n  seen timestamptz DEFAULT now()\n);\n\
                     CREATE INDEX users_name ON users (lower(name));\n-- migrate:down\nDROP TABLE users;\n";

/// As pg_dump 18 writes it for dbmate.
const DUMP: &str = r"\restrict dbmate

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;

--
-- Name: role; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.role AS ENUM (
    'admin',
    'member'
);

SET default_tablespace = '';
SET default_table_access_method = heap;

CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);

CREATE TABLE public.users (
    id bigint NOT NULL,
    name character varying(20) NOT NULL,
    role public.role DEFAULT 'member'::public.role,
    seen timestamp with time zone DEFAULT now()
);

ALTER TABLE public.users OWNER TO app;

COMMENT ON TABLE public.users IS 'People';

CREATE SEQUENCE public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;

ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

CREATE INDEX users_name ON public.users USING btree (lower((name)::text));

\unrestrict dbmate

INSERT INTO public.schema_migrations (version) VALUES
    ('20240101000000');
";

#[test]
fn a_dump_of_postgres_agrees_with_its_migrations() {
    let same = [
        ("db/migrations/20240101000000_users.sql", USERS),
        ("db/schema.sql", DUMP),
    ];
    assert_eq!(drift(&same), "db/migrations compared with [SQL schema]");
    // Every name in quotes, as with `--quote-all-identifiers`.
    let quoted = DUMP
        .replace("public.role", "\"public\".\"role\"")
        .replace("USING btree", "USING \"btree\"")
        .replace(" bigint", " \"int8\"");
    assert_eq!(
        drift(&[same[0], ("db/schema.sql", &quoted)]),
        "db/migrations compared with [SQL schema]"
    );
}

#[test]
fn each_difference_of_a_dump_is_found_at_its_place() {
    for (from, to, expected) in [
        (
            "    name character varying(20) NOT NULL,\n",
            "",
            "db/migrations/1_users.sql:5 column `users.name` is made by migrations",
        ),
        (
            "varying(20)",
            "varying(30)",
            "db/schema.sql:26 the type of `users.name`",
        ),
        ("(20) NOT NULL", "(20)", "db/schema.sql:26 "),
        (
            "DEFAULT now()",
            "DEFAULT '2020-01-01'",
            "db/schema.sql:28 the default of `users.seen`",
        ),
        (
            "    'admin',\n",
            "",
            "db/migrations/1_users.sql:2 value `admin` of enum `role` is made by migrations",
        ),
        (
            "lower((name)::text)",
            "name",
            "db/schema.sql:52 index `users_name` of `users` is declared as",
        ),
        (
            "\\unrestrict",
            "CREATE VIEW public.v AS SELECT 1;\n\\unrestrict",
            "db/schema.sql:54 view `v` is declared",
        ),
        (
            "\\unrestrict",
            "ALTER TABLE public.users ADD CHECK (id > 0);\n\\unrestrict",
            "check `users_id_check` of `users` is declared",
        ),
    ] {
        let dump = DUMP.replacen(from, to, 1);
        let said = drift(&[
            ("db/migrations/1_users.sql", USERS),
            ("db/schema.sql", &dump),
        ]);
        assert!(said.contains(expected), "{from} → {to}: {said}");
        assert_eq!(said.lines().count(), 2, "{from} → {to}: {said}");
    }
}

/// As mysqldump writes it: placeholders of views, conditional comments, a trigger under another
/// delimiter.
const MYSQLDUMP: &str = r"-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
DROP TABLE IF EXISTS `cars`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `cars` (
  `id` int unsigned NOT NULL AUTO_INCREMENT,
  `owner` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `owner` (`owner`),
  CONSTRAINT `owner_fk` FOREIGN KEY (`owner`) REFERENCES `people` (`id`) ON DELETE SET NULL
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `t` BEFORE INSERT ON `cars` FOR EACH ROW BEGIN
  SET NEW.owner = 1;
END */;;
DELIMITER ;
SET @saved_cs_client     = @@character_set_client;
/*!50001 CREATE VIEW `owned` AS SELECT 
 1 AS `id`*/;
DROP TABLE IF EXISTS `people`;
CREATE TABLE `people` (
  `id` int NOT NULL,
  `active` tinyint(1) NOT NULL DEFAULT '1',
  `at` datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
/*!50001 DROP VIEW IF EXISTS `owned`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `owned` AS select `cars`.`id` AS `id` from `cars` */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
";

#[test]
fn a_dump_of_mysql_agrees_with_its_migrations() {
    let migration = "CREATE TABLE people (id int PRIMARY KEY, active boolean NOT NULL DEFAULT true, at datetime(3) NOT NULL DEFAULT now(3));\n\
                     CREATE TABLE cars (id int unsigned AUTO_INCREMENT PRIMARY KEY, owner int, \
                     CONSTRAINT owner_fk FOREIGN KEY (owner) REFERENCES people (id) ON DELETE SET NULL);\n\
                     CREATE VIEW owned AS SELECT id FROM cars;\n";
    let set = "db/mysql/migrations/1_a.up.sql";
    let with = |dump: &str| drift(&[(set, migration), ("db/mysql/structure.sql", dump)]);
    assert_eq!(
        with(MYSQLDUMP),
        "db/mysql/migrations compared with [SQL schema]"
    );
    // `--compact` has nobody look away while a table is made before the one it refers to.
    let compact: String = MYSQLDUMP
        .lines()
        .filter(|line| !line.contains("FOREIGN_KEY_CHECKS"))
        .map(|it| it.to_owned() + "\n")
        .collect();
    assert_eq!(
        with(&compact),
        "db/mysql/migrations compared with [SQL schema]"
    );
    let cascade = with(&MYSQLDUMP.replace("ON DELETE SET NULL", "ON DELETE CASCADE"));
    assert!(
        cascade.starts_with(
            "db/mysql/structure.sql:11 foreign key `owner_fk` of `cars` is declared as"
        ),
        "{cascade}"
    );
    let unsigned = with(&MYSQLDUMP.replace("int unsigned", "int"));
    assert!(
        unsigned.starts_with("db/mysql/structure.sql:7 the type of `cars.id` is declared as"),
        "{unsigned}"
    );
}

#[test]
fn sqlites_own_tables_are_no_drift() {
    let migration = "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT);\n\
                     CREATE VIRTUAL TABLE search USING fts5(body, content='notes');\n";
    let schema = "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT);\n\
                  CREATE TABLE sqlite_sequence(name,seq);\n\
                  CREATE VIRTUAL TABLE search USING fts5(body, content='notes')\n/* search(body) */;\n\
                  CREATE TABLE IF NOT EXISTS 'search_data'(id INTEGER PRIMARY KEY, block BLOB);\n\
                  CREATE TABLE IF NOT EXISTS 'search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;\n\
                  CREATE TABLE IF NOT EXISTS 'search_docsize'(id INTEGER PRIMARY KEY, sz BLOB);\n\
                  CREATE TABLE IF NOT EXISTS 'search_config'(k PRIMARY KEY, v) WITHOUT ROWID;\n";
    let files = |schema| {
        [
            ("sqlite/migrations/1_a.sql", migration),
            ("sqlite/schema.sql", schema),
        ]
    };
    assert_eq!(
        drift(&files(schema)),
        "sqlite/migrations compared with [SQL schema]"
    );
    let other = schema.replacen("body TEXT", "body INTEGER NOT NULL", 1);
    assert_eq!(drift(&files(&other)).lines().count(), 3);
}

#[test]
fn a_schema_of_another_database_is_not_compared() {
    let files = [
        ("db/migrations/1_a.sql", "CREATE TABLE a (id int);"),
        (
            "db/schema.sql",
            "CREATE TABLE x (id int); CREATE TABLE y (id int); CREATE TABLE a (id bigint);",
        ),
    ];
    let expected = "db/schema.sql not judged: 1 of its 3 tables are among the 1 of the migrations beside it, so it is not taken for their \
                    schema; `schema` under `[[migrations]]` in driftlint.toml says so if it is";
    assert_eq!(drift(&files), expected);
    let set = ConfiguredSet {
        folder: "db/migrations".to_owned(),
        schema: vec!["db/schema.sql".to_owned()],
        ..ConfiguredSet::default()
    };
    let options = LoadOptions {
        sets: vec![set],
        ..LoadOptions::default()
    };
    assert_eq!(
        said(&files, &options).lines().count(),
        4,
        "{}",
        said(&files, &options)
    );
    // A backup is no schema, and a tool's dump may be far behind.
    let backup = [
        files[0],
        (
            "db/dump.sql",
            "-- PostgreSQL database dump\nCREATE TABLE a (id int);\nCOPY a (id) FROM stdin;\n1\n\\.\n",
        ),
    ];
    assert!(
        drift(&backup).contains("db/dump.sql not judged: it holds rows"),
        "{}",
        drift(&backup)
    );
    let old = [
        (
            "db/migrations/1_a.sql",
            "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int);",
        ),
        (
            "db/dump.sql",
            "-- PostgreSQL database dump\nCREATE TABLE public.a (id int);",
        ),
    ];
    assert_eq!(drift(&old).lines().count(), 3, "{}", drift(&old));
}

#[test]
fn the_dump_of_migrations_in_ruby_is_compared_with_nothing() {
    let said = drift(&[
        ("db/structure.sql", DUMP),
        ("db/migrate/1_users.rb", "class Users; end"),
    ]);
    let expected = "db/structure.sql not judged: the migrations are Ruby, which driftlint does not read, so it was compared with nothing";
    assert!(
        said.ends_with(expected) && !said.contains("declared"),
        "{said}"
    );
    // Other tools call their dump so too.
    let said = drift(&[
        ("db/structure.sql", DUMP),
        ("db/migrations/1_users.sql", USERS),
    ]);
    assert!(
        said.contains("db/migrations compared with [SQL schema]") && !said.contains("Ruby"),
        "{said}"
    );
}

#[test]
fn sqlc_names_schemas_anywhere() {
    let migration = "CREATE TABLE a (id bigint PRIMARY KEY, n text NOT NULL DEFAULT ''); CREATE INDEX a_n ON a (n);";
    let config = "version: \"2\"\nsql:\n  - engine: postgresql\n    schema: [../sql/schema, ../sql/more.sql]\n    queries: q.sql\n";
    let files = |schema: &'static str| {
        [
            ("go.mod", "module m"),
            ("cmd/migrations/1_a.sql", migration),
            ("pkg/sqlc.yaml", config),
            ("sql/schema/b.sql", "ALTER TABLE a ADD n text NOT NULL;"),
            ("sql/schema/a.sql", schema),
            ("sql/schema/.hidden.sql", "DROP TABLE a;"),
            ("sql/more.sql", "CREATE TYPE unused AS ENUM ('x');"),
        ]
    };
    // Types for queries: neither defaults nor indexes are spoken of.
    let said = drift(&files("CREATE TABLE a (id bigint PRIMARY KEY);"));
    assert_eq!(
        said,
        "sql/more.sql:1 enum `unused` is declared, and no migration makes it\ncmd/migrations compared with [sqlc schema]"
    );
    let said = drift(&files("CREATE TABLE a (id int PRIMARY KEY);"));
    assert!(
        said.contains("sql/schema/a.sql:1 the type of `a.id`"),
        "{said}"
    );
    // Asking for the migrations by name finds the same.
    let options = LoadOptions {
        paths: vec!["cmd/migrations/1_a.sql".to_owned()],
        ..LoadOptions::default()
    };
    assert_eq!(
        self::said(&files("CREATE TABLE a (id int PRIMARY KEY);"), &options),
        said
    );
}

#[test]
fn what_sqlc_reads_may_be_the_migrations_themselves() {
    let files = [
        (
            "sqlc.yml",
            "version: 1\npackages:\n  - schema: ./db/migrations\n    queries: q\n",
        ),
        ("db/migrations/1_a.sql", "CREATE TABLE a (id int);"),
        ("db/schema.sql", "CREATE TABLE a (id int, b int);"),
    ];
    assert!(
        drift(&files).starts_with("db/schema.sql:1 column `a.b` is declared"),
        "{}",
        drift(&files)
    );
}

#[test]
fn atlas_names_its_source() {
    let config = "env \"local\" {\n  src = \"file://sql\"\n  migration {\n    dir = \"file://migrations?format=goose\"\n  }\n}\n";
    let files = |source: (&'static str, &'static str)| {
        [
            ("atlas.hcl", config),
            (
                "migrations/1_a.sql",
                "CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE a (id int REFERENCES b);",
            ),
            ("migrations/atlas.sum", ""),
            source,
        ]
    };
    let said = drift(&files((
        "sql/tables.sql",
        "CREATE TABLE a (id int); CREATE TABLE b (id int PRIMARY KEY);",
    )));
    assert_eq!(
        said.lines().next(),
        Some(
            "migrations/1_a.sql:1 foreign key `a_id_fkey` of `a` is made by migrations, and not declared"
        ),
        "{said}"
    );
    let said = drift(&files(("sql/tables.hcl", "table \"a\" {}")));
    assert_eq!(
        said,
        "sql not judged: atlas.hcl names it as the schema, and driftlint reads SQL only there"
    );
}

#[test]
fn what_cannot_be_made_is_said_and_the_rest_compared() {
    let migration = "CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL DEFAULT 1, CONSTRAINT few CHECK (n < 10));\nCREATE INDEX a_n ON a (n);\n\
                     CREATE TABLE b (id int REFERENCES a (id)); ALTER TABLE b ADD m int NOT NULL DEFAULT 2;";
    let dump = "CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL DEFAULT 1, CONSTRAINT few CHECK (n < 99));\n\
                CREATE INDEX a_n ON a (gone);\nCREATE TABLE b (id int REFERENCES a (id), m int NOT NULL);";
    let said = drift(&[
        ("db/migrations/1_a.sql", migration),
        ("db/schema.sql", dump),
    ]);
    for expected in [
        "db/schema.sql:1 check `few` of `a` is declared as `(n < 99)`",
        "db/migrations/1_a.sql:2 index `a_n` of `a` is made by migrations",
        "db/schema.sql:3 the default of `b.m` is declared as nothing",
        "db/schema.sql not judged: 1 of its statements are not judged, the first because the statement would fail: column `gone`",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert_eq!(said.lines().count(), 5, "{said}");
}

#[test]
fn a_schema_may_come_in_any_order() {
    let files = |last: &'static str| {
        [
            (
                "supabase/migrations/1_a.sql",
                "CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE a (id int REFERENCES b (id));",
            ),
            (
                "supabase/config.toml",
                "[db.migrations]\nschema_paths = [\"./schemas/b/*.sql\", \"schemas/*.sql\", \"!schemas/old.sql\"]\n",
            ),
            (
                "supabase/schemas/a.sql",
                "CREATE TABLE a (id int REFERENCES b (id)); GRANT SELECT ON a TO anon; ALTER TABLE a ENABLE ROW LEVEL SECURITY;\n\
                                        CREATE POLICY p ON a USING (true);",
            ),
            ("supabase/schemas/b/1.sql", last),
            ("supabase/schemas/old.sql", "CREATE TABLE old (id int);"),
        ]
    };
    assert_eq!(
        drift(&files("CREATE TABLE b (id int PRIMARY KEY);")),
        "supabase/migrations compared with [SQL schema]"
    );
    let said = drift(&files("CREATE TABLE c (id int PRIMARY KEY);"));
    assert!(
        said.starts_with("supabase/migrations/1_a.sql:1 table `b` is made by migrations"),
        "{said}"
    );
    assert!(
        said.contains("a.sql not judged: 1 of its statements are not judged"),
        "{said}"
    );
}

#[test]
fn a_table_that_is_only_mentioned_puts_nothing_else_in_doubt() {
    let migrations = (
        "db/migrations/1_a.sql",
        "CREATE TABLE a (id int PRIMARY KEY, n int); CREATE TABLE b (id int);",
    );
    for (dump, expected) in [
        (
            "CREATE INDEX x ON missing (n);\nCREATE TABLE a (id int PRIMARY KEY, n int);",
            "table `missing` does not exist",
        ),
        (
            "CREATE TABLE a (id int PRIMARY KEY, n int);\nALTER TABLE missing ADD m int;",
            "table `missing` does not exist",
        ),
        (
            "CREATE TABLE a (id int PRIMARY KEY, n int REFERENCES auth.users (id));",
            "",
        ),
        (
            "CREATE INDEX x ON auth.users (n);\nCREATE TABLE a (id int PRIMARY KEY, n int);",
            "",
        ),
        (
            "CREATE TABLE a (id int PRIMARY KEY, n int);\nCREATE VIEW v AS SELECT * FROM missing;",
            "table `missing` does not exist",
        ),
    ] {
        let said = drift(&[migrations, ("db/schema.sql", dump)]);
        assert!(
            said.contains(
                "db/migrations/1_a.sql:1 table `b` is made by migrations, and not declared"
            ),
            "{said}"
        );
        assert!(
            !said.contains("not all of it is understood") && !said.contains("table `missing` is"),
            "{said}"
        );
        assert!(said.contains(expected), "{expected}: {said}");
    }
    // What comes later in the file is not missing.
    let said = drift(&[
        (
            "db/migrations/1_a.sql",
            "CREATE TABLE a (id int PRIMARY KEY, n int); CREATE INDEX a_n ON a (n);",
        ),
        (
            "db/schema.sql",
            "CREATE INDEX a_n ON a (n); CREATE TABLE IF NOT EXISTS a (id int PRIMARY KEY, n int);",
        ),
    ]);
    assert_eq!(said, "db/migrations compared with [SQL schema]");
}

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

#[test]
fn as_sqlite_and_pg_dump_write_it() {
    let recursive = "CREATE TABLE a (n int);\nWITH up AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM up WHERE n < 9) INSERT INTO a SELECT n FROM up;";
    let said = drift(&[
        ("sqlite/migrations/1_a.sql", recursive),
        ("sqlite/schema.sql", "CREATE TABLE a (n int);"),
    ]);
    assert_eq!(said, "sqlite/migrations compared with [SQL schema]");
    let made = "CREATE TABLE a (n text CHECK (length(trim(n)) > 0), CHECK (ltrim(n) <> ''));";
    let dump = "CREATE TABLE public.a (\n    n text,\n    CONSTRAINT a_n_check CHECK ((length(TRIM(BOTH FROM n)) > 0)),\n\
                CONSTRAINT a_n_check1 CHECK ((TRIM(LEADING FROM n) <> ''::text))\n);";
    let said = drift(&[("db/migrations/1_a.sql", made), ("db/schema.sql", dump)]);
    assert_eq!(said, "db/migrations compared with [SQL schema]");
}

#[test]
fn a_schema_of_others_says_nothing_of_public() {
    let migration = "CREATE TABLE a (id int);\nCREATE TABLE app.b (id int, n int);";
    let said = drift(&[
        (
            "db/migrations/1_a.sql",
            &format!("CREATE SCHEMA app;\n{migration}"),
        ),
        (
            "db/schema.sql",
            "CREATE SCHEMA app;\nCREATE TABLE app.b (id int);\nCREATE TABLE app.c (id int);",
        ),
    ]);
    assert!(!said.contains("table `a`"), "{said}");
    assert!(
        said.contains("`app.b.n` is made by migrations")
            && said.contains("table `app.c` is declared"),
        "{said}"
    );
}

#[test]
fn a_function_that_only_makes_takes_nothing_away() {
    let function = "CREATE FUNCTION watch(t regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN\n\
                    EXECUTE format('CREATE TRIGGER w BEFORE UPDATE ON %s EXECUTE FUNCTION touch()', t);\nEND $$;\n";
    let migration = format!("{function}CREATE TABLE a (id int, n int);\nSELECT watch('a');");
    let said = drift(&[
        ("db/migrations/1_a.sql", &migration),
        ("db/schema.sql", "CREATE TABLE a (id int);"),
    ]);
    assert!(
        said.contains("column `a.n` is made by migrations, and not declared"),
        "{said}"
    );
}
