//! Dumps of servers, compared with the migrations that made them.

use driftlint::project::{ConfiguredSet, LoadOptions};

use super::{USERS, drift, said};

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
            ",\n    seen timestamp with time zone DEFAULT now()",
            "",
            "db/migrations/1_users.sql:7 column `users.seen` is made by migrations",
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
