//! `driftlint status` on servers: what a tool wrote, what was changed by hand, and that nothing is
//! changed by looking.

use std::process::{Command, Output};

use driftlint::database::DatabaseSession;
use driftlint::project::bookkeeping::digest::{sha256, sha384};
use driftlint::server::Dialect;
use tempfile::TempDir;

use crate::server::Server;

const USERS: &str = "CREATE TABLE users (\n  id integer PRIMARY KEY,\n  name varchar(20) NOT NULL DEFAULT 'x',\n  born date\n);\nCREATE INDEX users_name ON users (name);\n";
const POSTS: &str = "CREATE TABLE posts (id integer PRIMARY KEY, author integer, CONSTRAINT posts_author FOREIGN KEY (author) REFERENCES users (id));\n";

/// A project whose migrations a server runs.
struct Project<'s> {
    server: &'s Server,
    database: String,
    folder: TempDir,
}

impl<'s> Project<'s> {
    fn new(server: &'s Server, name: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let database = format!("status_{name}");
        drop(server.database(&database));
        Self {
            server,
            database,
            folder,
        }
    }

    fn sql(&self, sql: &str) {
        let mut session =
            DatabaseSession::open(&self.server.url(&self.database)).expect("a session");
        session
            .execute(sql)
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_driftlint"))
            .arg("status")
            .args(arguments)
            .env("DATABASE_URL", self.server.url_text(&self.database))
            .current_dir(self.folder.path())
            .output()
            .expect("the binary runs")
    }

    /// Asserts how it ends, and returns what it says.
    fn says(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{text}{errors}");
        text
    }
}

impl Drop for Project<'_> {
    fn drop(&mut self) {
        self.server.drop_database(&self.database);
    }
}

pub(crate) fn check(server: &Server) {
    by_hand(server);
    checksums(server);
    only_reads(server);
}

/// Prisma's rows; a change by hand; the SQL that takes it back.
fn by_hand(server: &Server) {
    let dialect = server.engine.dialect();
    let provider = if dialect.has_schemas() {
        "postgresql"
    } else {
        "mysql"
    };
    let lock = format!("provider = \"{provider}\"\n");
    let schema = format!("datasource db {{\n  provider = \"{provider}\"\n}}\n");
    let project = Project::new(
        server,
        "by_hand",
        &[
            ("prisma/schema.prisma", &schema),
            ("prisma/migrations/migration_lock.toml", &lock),
            ("prisma/migrations/1_users/migration.sql", USERS),
            ("prisma/migrations/2_posts/migration.sql", POSTS),
        ],
    );
    // A new database is one that has applied nothing.
    project.says(0, &["--allow-pending"]);
    project.sql(
        "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMP NULL,
           migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMP NULL, started_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
           applied_steps_count INTEGER NOT NULL DEFAULT 0)",
    );
    for (name, sql) in [("1_users", USERS), ("2_posts", POSTS)] {
        project.sql(sql);
        project.sql(&format!(
            "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('{name}', '{}', CURRENT_TIMESTAMP, '{name}')",
            sha256(sql.as_bytes())
        ));
    }
    let said = project.says(0, &[]);
    assert!(said.contains("agrees: 2 applied\n"), "{said}");
    project.sql(
        "ALTER TABLE users ADD COLUMN by_hand integer; ALTER TABLE users ALTER COLUMN name SET DEFAULT 'y';
         ALTER TABLE posts DROP CONSTRAINT posts_author; CREATE TABLE pushed (id integer PRIMARY KEY);",
    );
    let said = project.says(1, &[]);
    for what in [
        "`by_hand`",
        "users.by_hand",
        "pushed",
        "posts_author",
        "the default of",
    ] {
        assert!(what == "`by_hand`" || said.contains(what), "{what}: {said}");
    }
    project.sql(&project.says(1, &["--format", "sql"]));
    project.says(0, &[]);
    // Whom nobody lets in gets no secrets to read.
    let url = project
        .server
        .url_text(&project.database)
        .replace("@/", ":hidden@/");
    let output = project.run(&["--url", &url.replace("status_by_hand", "status_none")]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(!errors.contains("hidden"), "{errors}");
}

/// Checksums that are bytes.
fn checksums(server: &Server) {
    let dialect = server.engine.dialect();
    let feature = if dialect.has_schemas() {
        "postgres"
    } else {
        "mysql"
    };
    let cargo =
        format!("[dependencies]\nsqlx = {{ version = \"0.8\", features = [\"{feature}\"] }}\n");
    let project = Project::new(
        server,
        "checksums",
        &[
            ("Cargo.toml", &cargo),
            ("migrations/0001_users.sql", USERS),
            ("migrations/0002_posts.sql", POSTS),
        ],
    );
    let (kind, bytes) = match dialect {
        Dialect::Postgres => ("BYTEA", "decode('SUM', 'hex')"),
        Dialect::MySql | Dialect::Sqlite => ("BLOB", "x'SUM'"),
    };
    project.sql(&format!(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
           success BOOLEAN NOT NULL, checksum {kind} NOT NULL, execution_time BIGINT NOT NULL)"
    ));
    for (version, name, sql, applied) in [
        (1, "users", USERS, USERS.to_owned()),
        (2, "posts", POSTS, POSTS.replace('\n', "\r\n")),
    ] {
        project.sql(sql);
        let sum = bytes.replace("SUM", &sha384(applied.as_bytes()));
        project.sql(&format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES ({version}, '{name}', TRUE, {sum}, 1)"
        ));
    }
    let said = project.says(1, &[]);
    assert!(
        said.contains("1 applied, 1 edited") && said.contains("ends of its lines"),
        "{said}"
    );
    assert!(!said.contains("not compared"), "{said}");
}

/// Whoever looks can change nothing.
fn only_reads(server: &Server) {
    let name = "status_only_reads";
    drop(server.database(name));
    let mut session = DatabaseSession::open(&server.url(name)).expect("a session");
    session
        .execute("CREATE TABLE t (id integer)")
        .expect("a table");
    session.begin_reading(5).expect("a transaction");
    session
        .execute("INSERT INTO t VALUES (1)")
        .expect_err("nothing is written");
    drop(session);
    server.drop_database(name);
}
