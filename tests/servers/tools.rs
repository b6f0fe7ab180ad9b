//! `driftlint status` after the real tools: what they write is what the rooms of the tools say, on
//! databases that were then edited, skipped and changed by hand.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use driftlint::database::DatabaseSession;
use tempfile::TempDir;

use crate::server::Server;

const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);\n";
const POSTS: &str = "CREATE TABLE posts (id integer PRIMARY KEY);\n";
const TAGS: &str = "CREATE TABLE tags (id integer PRIMARY KEY);\n";

/// Where npm has put the tools.
fn modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/servers/tools/node_modules")
}

/// Whether they are there, or a loud word, as for servers that are not.
fn are_installed() -> bool {
    let there = modules().is_dir();
    if !there {
        assert!(
            std::env::var_os("DRIFTLINT_REQUIRE_SERVERS").is_none(),
            "the migration tools are not installed; tests/servers/install.sh installs them"
        );
        let word = "SKIPPED: the migration tools are not installed, so a test did not run; see tests/servers/install.sh\n";
        std::io::stderr()
            .write_all(word.as_bytes())
            .expect("stderr can be written");
    }
    there
}

/// A project of one tool, and its database.
struct Project<'s> {
    server: &'s Server,
    database: String,
    folder: TempDir,
}

impl<'s> Project<'s> {
    fn new(server: &'s Server, name: &str) -> Option<Self> {
        if !are_installed() {
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let linked = folder.path().join("node_modules");
        std::os::unix::fs::symlink(modules(), linked).expect("a link");
        let database = format!("tools_{name}");
        drop(server.database(&database));
        Some(Self {
            server,
            database,
            folder,
        })
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn sql(&self, sql: &str) {
        let mut session =
            DatabaseSession::open(&self.server.url(&self.database)).expect("a session");
        session
            .execute(sql)
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// Runs a tool; whether it says that all went well.
    fn tool(&self, program: &str, arguments: &[&str], url: &str) -> bool {
        let output = Command::new(program)
            .args(arguments)
            .env("DATABASE_URL", url)
            .current_dir(self.folder.path())
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        output.status.success()
    }

    fn says(&self, code: i32, arguments: &[&str], what: &[&str]) {
        let output = Command::new(env!("CARGO_BIN_EXE_driftlint"))
            .arg("status")
            .args(arguments)
            .env("DATABASE_URL", self.server.url_text(&self.database))
            .current_dir(self.folder.path())
            .output()
            .expect("the binary runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{text}{errors}");
        for one in what {
            assert!(text.contains(one), "{one}: {text}");
        }
    }
}

impl Drop for Project<'_> {
    fn drop(&mut self) {
        self.server.drop_database(&self.database);
    }
}

/// An address that every client in JavaScript understands.
fn node_url(project: &Project) -> String {
    let url = project.server.url_text(&project.database);
    let socket = url.split_once("host=").map_or("", |(_, socket)| socket);
    let host = socket.replace('/', "%2F");
    format!("postgres://postgres@{host}/{}", project.database)
}

pub(crate) fn drizzle(server: &Server) {
    let Some(project) = Project::new(server, "drizzle") else {
        return;
    };
    let journal = |entries: &[(&str, i64)]| {
        let entry = |(idx, (tag, when)): (usize, &(&str, i64))| {
            format!(
                r#"{{"idx": {idx}, "version": "7", "when": {when}, "tag": "{tag}", "breakpoints": true}}"#
            )
        };
        let entries: Vec<String> = entries.iter().enumerate().map(entry).collect();
        let text = format!(
            r#"{{"version": "7", "dialect": "postgresql", "entries": [{}]}}"#,
            entries.join(", ")
        );
        project.write("drizzle/meta/_journal.json", &text);
    };
    project.write(
        "drizzle.config.ts",
        "export default { dialect: 'postgresql', out: './drizzle', schema: './schema.ts', dbCredentials: { url: process.env.DATABASE_URL } };\n",
    );
    project.write("schema.ts", "export {};\n");
    project.write("drizzle/0000_users.sql", USERS);
    project.write("drizzle/0001_posts.sql", POSTS);
    let migrate = || {
        project.tool(
            "node_modules/.bin/drizzle-kit",
            &["migrate"],
            &node_url(&project),
        )
    };
    journal(&[("0000_users", 1000), ("0001_posts", 3000)]);
    assert!(migrate());
    project.says(0, &[], &["agrees: 2 applied"]);
    // Merged later, made earlier: it never runs, and nothing says so.
    project.write("drizzle/0002_tags.sql", TAGS);
    journal(&[
        ("0000_users", 1000),
        ("0001_posts", 3000),
        ("0002_tags", 2000),
    ]);
    assert!(migrate());
    project.says(1, &["--allow-pending"], &["skipped      0002_tags"]);
    journal(&[
        ("0000_users", 1000),
        ("0001_posts", 3000),
        ("0002_tags", 4000),
    ]);
    project.says(0, &["--allow-pending"], &["2 applied, 1 pending"]);
    project.write("drizzle/0000_users.sql", &USERS.replace("NOT NULL", ""));
    project.says(
        1,
        &[],
        &[
            "edited       0000_users",
            "nullability of `public.users.name`",
        ],
    );
    project.write("drizzle/0000_users.sql", USERS);
    project.sql(TAGS);
    project.says(
        1,
        &["--allow-pending"],
        &["table `public.tags`", "guide after-push"],
    );
    assert!(!migrate());
}

pub(crate) fn prisma(server: &Server) {
    let Some(project) = Project::new(server, "prisma") else {
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/prisma.mjs");
    let script = script.to_string_lossy().into_owned();
    let migrate = || {
        project.tool(
            "node",
            &[&script, "node_modules", "prisma"],
            &node_url(&project),
        )
    };
    project.write(
        "prisma/schema.prisma",
        "datasource db {\n  provider = \"postgresql\"\n}\n",
    );
    project.write(
        "prisma/migrations/migration_lock.toml",
        "provider = \"postgresql\"\n",
    );
    project.write("prisma/migrations/1_users/migration.sql", USERS);
    project.write("prisma/migrations/2_posts/migration.sql", POSTS);
    assert!(migrate());
    project.says(0, &[], &["agrees: 2 applied"]);
    project.write(
        "prisma/migrations/1_users/migration.sql",
        &USERS.replace('\n', "\r\n"),
    );
    project.says(0, &[], &["agrees: 2 applied"]);
    project.write(
        "prisma/migrations/1_users/migration.sql",
        &format!("{USERS}\n"),
    );
    project.says(1, &[], &["edited       1_users"]);
    project.write("prisma/migrations/1_users/migration.sql", USERS);
    project.write(
        "prisma/migrations/3_tags/migration.sql",
        "ALTER TABLE tags ADD COLUMN x int;\n",
    );
    assert!(!migrate());
    project.says(
        1,
        &["--allow-pending"],
        &["failed       3_tags: No such table: tags"],
    );
}

pub(crate) fn dbmate(server: &Server) {
    let Some(project) = Project::new(server, "dbmate") else {
        return;
    };
    let folder = server.url_text(&project.database);
    let socket = folder.split_once("host=").map_or("", |(_, socket)| socket);
    let url = if server.engine.dialect().has_schemas() {
        format!("postgres://postgres@/{}?socket={socket}", project.database)
    } else {
        server.url_text(&project.database)
    };
    let program = modules().join("@dbmate/linux-x64/bin/dbmate");
    let program = program.to_string_lossy().into_owned();
    let up = || project.tool(&program, &["--no-dump-schema", "up"], &url);
    let file = |sql: &str| format!("-- migrate:up\n{sql}\n-- migrate:down\n");
    project.write(
        "driftlint.toml",
        &format!("dialect = \"{}\"\n", server.engine.dialect().name()),
    );
    project.write("db/migrations/01_users.sql", &file(USERS));
    project.write("db/migrations/03_posts.sql", &file(POSTS));
    assert!(up());
    project.says(0, &[], &["agrees: 2 applied"]);
    project.write("db/migrations/02_tags.sql", &file(TAGS));
    project.says(1, &[], &["out-of-order", "02_tags"]);
    assert!(up());
    project.says(0, &[], &["agrees: 3 applied"]);
    std::fs::remove_file(project.folder.path().join("db/migrations/02_tags.sql")).expect("a file");
    project.says(1, &[], &["unknown      02"]);
}

pub(crate) fn node_pg_migrate(server: &Server) {
    let Some(project) = Project::new(server, "node") else {
        return;
    };
    let file = |sql: &str| format!("-- Up Migration\n{sql}\n-- Down Migration\nSELECT 1;\n");
    project.write("migrations/1700000000001_users.sql", &file(USERS));
    project.write("migrations/1700000000002_posts.sql", &file(POSTS));
    let up = |count: &str| {
        project.tool(
            "node_modules/.bin/node-pg-migrate",
            &["up", count],
            &node_url(&project),
        )
    };
    assert!(up("1"));
    project.says(0, &["--allow-pending"], &["1 applied, 1 pending"]);
    assert!(up("1"));
    project.says(0, &[], &["agrees: 2 applied"]);
}

/// The script of the guide `deploy`: it migrates a database that is where it should be, and stops
/// before that at one that somebody changed by hand.
pub(crate) fn recipe(server: &Server) {
    let Some(project) = Project::new(server, "recipe") else {
        return;
    };
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guides/deploy.md");
    let guide = std::fs::read_to_string(guide).expect("the guide");
    let script = guide
        .split("```sh\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let script = script.expect("the script of the guide");
    let program = Path::new(env!("CARGO_BIN_EXE_driftlint"));
    let folder = program.parent().expect("a folder").display();
    let path = std::env::var("PATH").unwrap_or_default();
    let deploy = || {
        Command::new("sh")
            .args(["-c", script])
            .env("DATABASE_URL", node_url(&project))
            .env("BACKUP", "touch backup")
            .env("MIGRATE", "node_modules/.bin/node-pg-migrate up")
            .env("PATH", format!("{folder}:{path}"))
            .current_dir(project.folder.path())
            .output()
            .expect("sh can be run")
    };
    let file = |sql: &str| format!("-- Up Migration\n{sql}\n-- Down Migration\nSELECT 1;\n");
    project.write("migrations/1700000000001_users.sql", &file(USERS));
    for _ in 0..2 {
        let output = deploy();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{output:?}");
        assert!(
            said.contains("agrees: 1 applied (migrations, postgres://"),
            "{said}"
        );
    }
    let backup = project.folder.path().join("backup");
    std::fs::remove_file(&backup).expect("a backup");
    project.write("migrations/1700000000002_posts.sql", &file(POSTS));
    project.sql("ALTER TABLE users ADD COLUMN by_hand text");
    assert_eq!(deploy().status.code(), Some(1));
    assert!(!backup.exists());
}
