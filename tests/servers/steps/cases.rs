//! What is wished for, and where.

use crate::server::Engine;

/// A schema with rows, and what is wished for.
pub(super) struct Case {
    /// The words of the command.
    pub(super) command: Vec<&'static str>,
    /// Instead of the usual one.
    pub(super) schema: &'static str,
    pub(super) rows: &'static str,
    /// What makes the wanted schema in one go.
    pub(super) wanted: &'static str,
    /// A query, and what it answers after the way forward.
    pub(super) probe: (&'static str, &'static str),
    /// A query whose answer is the same before, and after up and down.
    pub(super) kept: &'static str,
}

fn words(text: &'static str) -> Vec<&'static str> {
    text.split('|').collect()
}

fn case(command: &'static str, wanted: &'static str) -> Case {
    Case {
        command: words(command),
        schema: "",
        rows: "",
        wanted,
        probe: ("", ""),
        kept: "",
    }
}

impl Case {
    fn on(mut self, schema: &'static str, rows: &'static str) -> Self {
        (self.schema, self.rows) = (schema, rows);
        self
    }

    fn probe(mut self, query: &'static str, answer: &'static str) -> Self {
        self.probe = (query, answer);
        self
    }

    fn kept(mut self, query: &'static str) -> Self {
        self.kept = query;
        self
    }
}

pub(super) const POSTGRES: &str = "CREATE TABLE orgs (id int PRIMARY KEY, name text UNIQUE);
CREATE TABLE users (id int PRIMARY KEY, org int, email text, note text NOT NULL DEFAULT 'n', age int DEFAULT 1, CONSTRAINT age_positive CHECK (age > 0));
CREATE INDEX users_email ON users (email);
CREATE TABLE posts (id int PRIMARY KEY, author int NOT NULL REFERENCES users ON DELETE CASCADE);
CREATE VIEW shown AS SELECT id, note FROM users;";
pub(super) const OTHERS: &str = "CREATE TABLE orgs (id int PRIMARY KEY, name varchar(50) UNIQUE);
CREATE TABLE users (id int PRIMARY KEY, org int, email varchar(50), note varchar(50) NOT NULL DEFAULT 'n', age int DEFAULT 1, CONSTRAINT age_positive CHECK (age > 0));
CREATE INDEX users_email ON users (email);
CREATE TABLE posts (id int PRIMARY KEY, author int NOT NULL, CONSTRAINT posts_author FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE);";
pub(super) const ROWS: &str = "INSERT INTO orgs VALUES (1,'o'),(2,'p'); INSERT INTO users VALUES (1,1,'a','x',5),(2,2,NULL,'y',NULL),(3,NULL,'c','z',7); INSERT INTO posts VALUES (10,1),(11,3)";
const KEPT: &str =
    "SELECT u.id, u.org, u.age, p.id FROM users u LEFT JOIN posts p ON p.author = u.id ORDER BY 1";

fn ordinary(command: &'static str, wanted: &'static str) -> Case {
    case(command, wanted).on("", ROWS).kept(KEPT)
}

pub(super) fn postgres() -> Vec<Case> {
    vec![
        ordinary(
            "not-null|users.email|--fill|''",
            "ALTER TABLE users ALTER email SET NOT NULL",
        )
        .probe("SELECT email FROM users WHERE id = 2", ""),
        ordinary("not-null|posts.author", "").kept(""),
        ordinary(
            "add-column|users.nick|text",
            "ALTER TABLE users ADD nick text",
        ),
        ordinary(
            "add-column|users.score|int|--not-null|--default|7",
            "ALTER TABLE users ADD score int NOT NULL DEFAULT 7",
        )
        .probe("SELECT sum(score) FROM users", "21"),
        ordinary(
            "add-column|users.token|double precision|--not-null|--default|random()",
            "ALTER TABLE users ADD token double precision NOT NULL DEFAULT random()",
        )
        .probe("SELECT count(DISTINCT token) FROM users", "3"),
        ordinary(
            "add-column|users.seen|timestamptz|--default|clock_timestamp()",
            "ALTER TABLE users ADD seen timestamptz DEFAULT clock_timestamp()",
        )
        .probe("SELECT count(seen) FROM users", "3"),
        ordinary("rename|users.note|remark", ""),
        ordinary(
            "rename|users.age|years|--at-once",
            "ALTER TABLE users RENAME age TO years",
        )
        .kept(""),
        ordinary(
            "rename|users.note|remark|--at-once",
            "ALTER TABLE users RENAME note TO remark",
        ),
        ordinary(
            "rename|orgs.name|title|--at-once",
            "ALTER TABLE orgs RENAME name TO title",
        ),
        case("rename|p.a|b", "ALTER TABLE p RENAME a TO b")
            .on(
                "CREATE TABLE p (id int PRIMARY KEY, a text NOT NULL DEFAULT 'd');",
                "INSERT INTO p VALUES (1,'q'),(2,'r')",
            )
            .probe("SELECT b FROM p ORDER BY id", "q\nr")
            .kept("SELECT id FROM p ORDER BY 1"),
        case("rename|s.p.a|b", "ALTER TABLE s.p RENAME a TO b")
            .on(
                "CREATE SCHEMA s; CREATE TABLE s.p (id int PRIMARY KEY, a jsonb);",
                "INSERT INTO s.p VALUES (1,'{}'),(2,NULL)",
            )
            .probe("SELECT id FROM s.p WHERE b IS NULL", "2"),
        case(
            "rename|Odd.the Old|New",
            "ALTER TABLE \"Odd\" RENAME \"the Old\" TO \"New\"",
        )
        .on(
            "CREATE TABLE \"Odd\" (id int PRIMARY KEY, \"the Old\" int);",
            "INSERT INTO \"Odd\" VALUES (1, 5)",
        )
        .probe("SELECT \"New\" FROM \"Odd\"", "5"),
        ordinary(
            "add-fk|users.org|orgs.id|--on-delete|set null",
            "ALTER TABLE users ADD CONSTRAINT users_org_fkey FOREIGN KEY (org) REFERENCES orgs (id) ON DELETE SET NULL",
        ),
        ordinary(
            "add-unique|users|email",
            "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email)",
        ),
        ordinary(
            "add-unique|users|org|age",
            "ALTER TABLE users ADD CONSTRAINT users_org_age_key UNIQUE (org, age)",
        ),
        ordinary(
            "add-index|users|org",
            "CREATE INDEX users_org_idx ON users (org)",
        ),
        ordinary(
            "add-index|users|org|email|--unique|--name|uo",
            "CREATE UNIQUE INDEX uo ON users (org, email)",
        ),
        ordinary(
            "change-type|users.email|varchar(90)",
            "ALTER TABLE users ALTER email TYPE varchar(90)",
        )
        .probe("SELECT email FROM users WHERE id = 3", "c"),
        ordinary(
            "change-type|users.age|bigint",
            "ALTER TABLE users ALTER age TYPE bigint",
        ),
        ordinary(
            "change-type|users.org|bigint",
            "ALTER TABLE users ALTER org TYPE bigint",
        ),
        ordinary(
            "change-type|users.org|text|--at-once",
            "ALTER TABLE users ALTER org TYPE text",
        ),
        ordinary(
            "change-type|users.org|numeric(9,2)|--using|(org * 1)::numeric",
            "ALTER TABLE users ALTER org TYPE numeric(9,2)",
        )
        .probe("SELECT org FROM users ORDER BY id", "1.00\n2.00\n")
        .kept("SELECT id, note FROM users ORDER BY 1"),
        case(
            "change-type|p.a|bigint",
            "ALTER TABLE p ALTER a TYPE bigint",
        )
        .on(
            "CREATE TABLE p (id int PRIMARY KEY, a int NOT NULL DEFAULT 3, z text);",
            "INSERT INTO p VALUES (1,7,'q'),(2,8,'r')",
        )
        .probe("SELECT a FROM p ORDER BY id", "7\n8")
        .kept("SELECT id, a FROM p ORDER BY 1"),
        ordinary(
            "change-type|users.note|varchar(90)",
            "DROP VIEW shown; ALTER TABLE users ALTER note DROP DEFAULT, ALTER note TYPE varchar(90), ALTER note SET DEFAULT 'n'; CREATE VIEW shown AS SELECT id, note FROM users",
        ),
        case(
            "change-type|p.a|varchar(30)|--at-once",
            "ALTER TABLE p ALTER a TYPE varchar(30) COLLATE \"C\"",
        )
        .on(
            "CREATE TABLE p (id int PRIMARY KEY, a text COLLATE pg_catalog.\"C\");",
            "INSERT INTO p VALUES (1,'b'),(2,'B')",
        )
        .probe("SELECT a FROM p ORDER BY a", "B\nb")
        .kept("SELECT a FROM p ORDER BY a"),
        case(
            "change-type|p.a|text",
            "ALTER TABLE p ALTER a TYPE text COLLATE app.ci",
        )
        .on(
            "CREATE SCHEMA app; CREATE COLLATION app.ci FROM \"C\"; CREATE TABLE p (id int PRIMARY KEY, a varchar(20) COLLATE app.ci);",
            "INSERT INTO p VALUES (1,'b'),(2,'B')",
        )
        .probe("SELECT a FROM p ORDER BY a", "B\nb")
        .kept("SELECT a FROM p ORDER BY a"),
        case(
            "change-type|p.a|varchar(50)|--at-once",
            "ALTER TABLE p ALTER a TYPE varchar(50); ALTER TABLE p ALTER a SET STORAGE external",
        )
        .on(
            "CREATE TABLE p (id int PRIMARY KEY, a text); ALTER TABLE p ALTER a SET STORAGE external, ALTER COLUMN a SET STATISTICS 500;",
            "INSERT INTO p VALUES (1,'b')",
        )
        .probe("SELECT attstorage FROM pg_attribute WHERE attrelid = 'p'::regclass AND attname = 'a'", "e")
        .kept("SELECT attstorage, attstattarget FROM pg_attribute WHERE attrelid = 'p'::regclass AND attname = 'a'"),
        case("drop-column|p.a", "ALTER TABLE p DROP a")
            .on(
                "CREATE TABLE p (id int PRIMARY KEY, a text); ALTER TABLE p ALTER a SET STORAGE main, ALTER a SET (n_distinct = -0.5), ALTER a SET STATISTICS 500;",
                "INSERT INTO p VALUES (1,'b')",
            )
            .kept("SELECT max(attstorage), max(attstattarget), max(attoptions::text) FROM pg_attribute WHERE attrelid = 'p'::regclass AND attname = 'a'"),
        ordinary("drop-column|users.email", "ALTER TABLE users DROP email"),
        ordinary("drop-column|users.age", "ALTER TABLE users DROP age")
            .kept("SELECT id, org FROM users ORDER BY 1"),
        ordinary("drop-column|users.org", "ALTER TABLE users DROP org")
            .kept("SELECT id, age FROM users ORDER BY 1"),
    ]
}

pub(super) fn mariadb() -> Vec<Case> {
    vec![
        ordinary(
            "not-null|users.email|--fill|''",
            "ALTER TABLE users MODIFY email varchar(50) NOT NULL",
        ),
        ordinary(
            "add-column|users.nick|varchar(9)",
            "ALTER TABLE users ADD nick varchar(9)",
        ),
        ordinary(
            "add-column|users.score|int|--not-null|--default|7",
            "ALTER TABLE users ADD score int NOT NULL DEFAULT 7",
        )
        .probe("SELECT sum(score) FROM users", "21"),
        ordinary(
            "rename|users.note|remark",
            "ALTER TABLE users RENAME COLUMN note TO remark",
        )
        .probe("SELECT remark FROM users WHERE id = 1", "x"),
        ordinary(
            "rename|users.email|mail",
            "ALTER TABLE users RENAME COLUMN email TO mail",
        ),
        ordinary(
            "add-fk|users.org|orgs.id|--on-delete|set null",
            "ALTER TABLE users ADD CONSTRAINT users_org_fk FOREIGN KEY (org) REFERENCES orgs (id) ON DELETE SET NULL",
        ),
        ordinary(
            "add-unique|users|email",
            "ALTER TABLE users ADD UNIQUE INDEX users_email_key (email)",
        ),
        ordinary(
            "add-index|users|org",
            "ALTER TABLE users ADD INDEX users_org_idx (org)",
        ),
        ordinary(
            "add-index|users|org|email|--unique|--name|uo",
            "ALTER TABLE users ADD UNIQUE INDEX uo (org, email)",
        ),
        ordinary(
            "change-type|users.email|varchar(90)",
            "ALTER TABLE users MODIFY email varchar(90)",
        ),
        ordinary(
            "change-type|users.age|bigint",
            "ALTER TABLE users MODIFY age bigint DEFAULT 1",
        ),
        ordinary(
            "change-type|users.note|text",
            "ALTER TABLE users MODIFY note text NOT NULL DEFAULT 'n'",
        ),
        ordinary(
            "drop-column|users.email",
            "ALTER TABLE users DROP COLUMN email",
        ),
        ordinary("drop-column|users.org", "ALTER TABLE users DROP COLUMN org")
            .kept("SELECT id, age FROM users ORDER BY 1"),
        ordinary(
            "drop-column|users.note",
            "ALTER TABLE users DROP COLUMN note",
        ),
    ]
}

pub(super) fn sqlite() -> Vec<Case> {
    vec![
        ordinary(
            "not-null|users.email|--fill|''",
            "-- users|email varchar(50)|email varchar(50) NOT NULL",
        ),
        ordinary(
            "add-column|users.nick|text",
            "ALTER TABLE users ADD nick text",
        ),
        ordinary(
            "add-column|users.score|int|--not-null|--default|7",
            "ALTER TABLE users ADD score int NOT NULL DEFAULT 7",
        )
        .probe("SELECT sum(score) FROM users", "21"),
        ordinary(
            "rename|users.note|remark",
            "ALTER TABLE users RENAME COLUMN note TO remark",
        ),
        ordinary(
            "rename|users.email|mail",
            "ALTER TABLE users RENAME COLUMN email TO mail",
        ),
        ordinary(
            "add-fk|users.org|orgs.id|--on-delete|set null",
            "-- users|, CONSTRAINT age|, FOREIGN KEY (org) REFERENCES orgs (id) ON DELETE SET NULL, CONSTRAINT age",
        ),
        ordinary(
            "add-unique|users|email",
            "CREATE UNIQUE INDEX users_email_key ON users (email)",
        ),
        ordinary(
            "add-index|users|org",
            "CREATE INDEX users_org_idx ON users (org)",
        ),
        ordinary("change-type|users.email|text", ""),
        case("not-null|p.a|--fill|''", "-- p|a text|a text NOT NULL")
            .on(
                "CREATE TABLE p (id integer PRIMARY KEY AUTOINCREMENT, a text);",
                "INSERT INTO p (a) VALUES ('q'), ('r'), ('s'); DELETE FROM p WHERE id > 1",
            )
            .probe(
                "SELECT group_concat(name || seq) FROM sqlite_sequence",
                "p3",
            )
            .kept("SELECT id, a FROM p ORDER BY 1"),
        ordinary("change-type|users.age|bigint", ""),
        ordinary(
            "drop-column|users.email",
            "DROP INDEX users_email; ALTER TABLE users DROP COLUMN email",
        ),
        ordinary(
            "drop-column|users.note",
            "ALTER TABLE users DROP COLUMN note",
        ),
        ordinary(
            "drop-column|users.age",
            "-- users|, age int DEFAULT 1, CONSTRAINT age_positive CHECK (age > 0)|",
        )
        .kept("SELECT id, org FROM users ORDER BY 1"),
    ]
}

/// Migrations by hand that `rollback` takes back.
pub(super) fn by_hand(engine: Engine) -> Vec<&'static str> {
    let mut all = vec![
        "CREATE TABLE t2 (id int PRIMARY KEY, u int REFERENCES users (id))",
        "CREATE INDEX i2 ON users (org, age)",
        "DROP INDEX users_email",
        "ALTER TABLE users ADD COLUMN z int NOT NULL DEFAULT 4",
        "ALTER TABLE users RENAME TO people",
        "ALTER TABLE users RENAME COLUMN age TO years",
        "DROP TABLE posts",
        "CREATE VIEW v2 AS SELECT id FROM users; CREATE TABLE t3 (id int)",
    ];
    match engine {
        Engine::Postgres(_) => all.extend([
            "ALTER TABLE users ALTER age TYPE bigint, ALTER age SET DEFAULT 9, ALTER org SET DEFAULT 3",
            "ALTER TABLE users DROP CONSTRAINT age_positive; ALTER TABLE users ADD CHECK (age > 1 OR age IS NULL)",
            "DROP VIEW shown; ALTER TABLE users DROP note",
            "CREATE TYPE k AS ENUM ('a'); ALTER TABLE users ADD k k DEFAULT 'a'",
            "ALTER TABLE posts DROP CONSTRAINT posts_author_fkey; ALTER TABLE posts ALTER author DROP NOT NULL",
            "CREATE SCHEMA app; ALTER TABLE orgs SET SCHEMA app",
            "CREATE SEQUENCE sq; ALTER TABLE users ALTER org SET DEFAULT nextval('sq')",
            "CREATE OR REPLACE VIEW shown AS SELECT id, note, age FROM users",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'; CREATE DOMAIN d AS text CHECK (VALUE <> '')",
            "ALTER TABLE users ADD g int GENERATED ALWAYS AS (age + 1) STORED; CREATE INDEX gi ON users (g) WHERE g > 2",
            "ALTER TABLE orgs DROP CONSTRAINT orgs_name_key; ALTER TABLE orgs ADD CONSTRAINT n UNIQUE (name, id)",
            "ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY po ON users USING (age > 0)",
            "DROP TABLE orgs",
            "ALTER TABLE users ALTER note DROP DEFAULT, ALTER note DROP NOT NULL, ADD COLUMN b boolean",
        ]),
        Engine::MariaDb => {
            all.retain(|sql| !sql.starts_with("DROP INDEX") && !sql.starts_with("CREATE TABLE t2"));
            all.extend([
                "DROP INDEX users_email ON users",
                "CREATE TABLE t2 (id int PRIMARY KEY, u int, CONSTRAINT t2u FOREIGN KEY (u) REFERENCES users (id))",
                "ALTER TABLE users MODIFY age bigint DEFAULT 9, MODIFY note varchar(70) NULL",
                "ALTER TABLE posts DROP FOREIGN KEY posts_author",
                "ALTER TABLE users DROP CONSTRAINT age_positive, ADD COLUMN e ENUM('a','b') DEFAULT 'a' AFTER org",
                "ALTER TABLE users DROP COLUMN note, ADD INDEX na (org, age)",
                "DROP TABLE posts; DROP TABLE orgs",
            ]);
        }
        Engine::Sqlite => all.extend([
            "ALTER TABLE users DROP COLUMN note",
            "DROP TABLE posts; DROP TABLE orgs",
            "CREATE TABLE orgs_new (id int PRIMARY KEY, name varchar(50) UNIQUE, x text); INSERT INTO orgs_new (id, name) SELECT id, name FROM orgs; DROP TABLE orgs; ALTER TABLE orgs_new RENAME TO orgs",
        ]),
    }
    all
}
