//! The rows of each tool, as it writes them.

use driftlint::project::bookkeeping::digest::{sha256, sha384};

use super::{Case, POSTS, TAGS, USERS};

fn drizzle(whens: &[(&str, i64, &str)]) -> Case {
    let entry = |(idx, (tag, when, _)): (usize, &(&str, i64, &str))| {
        format!(
            r#"{{"idx": {idx}, "version": "6", "when": {when}, "tag": "{tag}", "breakpoints": true}}"#
        )
    };
    let entries: Vec<String> = whens.iter().enumerate().map(entry).collect();
    let case = Case::new(&[
        (
            "drizzle.config.ts",
            "export default { dialect: 'sqlite', schema: './schema.ts', out: './drizzle', migrations: { table: 'applied' } };\n",
        ),
        (
            "schema.ts",
            "import { sqliteTable, integer } from 'drizzle-orm/sqlite-core';\nexport const a = sqliteTable('a', { id: integer() });\n",
        ),
        (
            "drizzle/meta/_journal.json",
            &format!(
                r#"{{"version": "7", "dialect": "sqlite", "entries": [{}]}}"#,
                entries.join(", ")
            ),
        ),
    ]);
    for (tag, _, sql) in whens {
        case.write(&format!("drizzle/{tag}.sql"), sql);
    }
    case
}

#[test]
fn drizzle_skips_what_was_merged_late() {
    let case = drizzle(&[
        ("0000_users", 1000, USERS),
        ("0001_posts", 3000, POSTS),
        ("0002_tags", 2000, TAGS),
    ]);
    // As drizzle-orm's SQLite migrator does it; the configuration names the table.
    case.sql(&format!(
        "CREATE TABLE applied (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric);{USERS}{POSTS}
         INSERT INTO applied (hash, created_at) VALUES ('{}', 1000), ('{}', 3000);",
        sha256(USERS.as_bytes()),
        sha256(POSTS.as_bytes())
    ));
    let said = case.status(&[]);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    assert!(
        said.stdout.contains(
            "  skipped      0002_tags: the database has a later one (created_at 3000):\n               drizzle never runs it here, and reports success\n"
        ),
        "{}",
        said.stdout
    );
    // Nothing forgives that.
    assert_eq!(case.status(&["--allow-pending"]).code, Some(1));
    assert_eq!(case.states(&[]).1, 0);
}

/// Migrations 1 and 2 of 3, as these tools write them down.
#[test]
fn the_rows_of_each_tool_are_read() {
    let sections = |up: &str, mark: [&str; 2]| format!("{}\n{up}{}\n", mark[0], mark[1]);
    let goose = ["-- +goose Up", "-- +goose Down"];
    let dbmate = ["-- migrate:up", "-- migrate:down"];
    let sums = [USERS, POSTS].map(|text| sha384(text.as_bytes()));
    let sqlx = format!(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
           installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);
         INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (1, 'users', TRUE, x'{}', 1), (2, 'posts', TRUE, x'{}', 1);",
        sums[0], sums[1]
    );
    let cargo = "[dependencies]\nsqlx = { version = \"0.8\", features = [\"sqlite\"] }\n";
    let toml = "dialect = \"sqlite\"\n";
    let named = |file: &str, runner: &str| {
        format!(
            "dialect = \"sqlite\"\n[[migrations]]\nfolder = \"{file}\"\nrunner = \"{runner}\"\n"
        )
    };
    let (golang, node) = (
        named("migrations", "golang-migrate"),
        named("migrations", "node-pg-migrate"),
    );
    let cases: [(&str, [&str; 2], Vec<(&str, String)>, &str); 6] = [
        (
            "goose",
            [".sql", ""],
            vec![("driftlint.toml", toml.to_owned())],
            "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')));
             INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1), (2, 1);",
        ),
        (
            "dbmate",
            [".sql", ""],
            vec![("driftlint.toml", toml.to_owned())],
            "CREATE TABLE schema_migrations (version varchar(128) primary key); INSERT INTO schema_migrations VALUES ('0001'), ('0002');",
        ),
        ("sqlx", [".sql", ""], vec![("Cargo.toml", cargo.to_owned())], &sqlx),
        (
            "diesel",
            ["/up.sql", "/down.sql"],
            vec![("diesel.toml", "[migrations_directory]\ndir = \"migrations\"\n".to_owned()), ("driftlint.toml", toml.to_owned())],
            "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
             INSERT INTO __diesel_schema_migrations (version) VALUES ('0001'), ('0002');",
        ),
        (
            "golang-migrate",
            [".up.sql", ".down.sql"],
            vec![("driftlint.toml", golang)],
            "CREATE TABLE schema_migrations (version uint64, dirty bool); CREATE UNIQUE INDEX version_unique ON schema_migrations (version);
             INSERT INTO schema_migrations VALUES (2, false);",
        ),
        (
            "node-pg-migrate",
            [".sql", ""],
            vec![("driftlint.toml", node)],
            "CREATE TABLE pgmigrations (id integer primary key, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
             INSERT INTO pgmigrations (name, run_on) VALUES ('0001_users', 'now'), ('0002_posts', 'now');",
        ),
    ];
    for (tool, [up, down], others, rows) in cases {
        let case = Case::new(&[]);
        for (number, name, sql) in [(1, "users", USERS), (2, "posts", POSTS), (3, "tags", TAGS)] {
            let text = match tool {
                "goose" => sections(sql, goose),
                "dbmate" => sections(sql, dbmate),
                _ => sql.to_owned(),
            };
            case.write(&format!("migrations/000{number}_{name}{up}"), &text);
            if !down.is_empty() {
                case.write(
                    &format!("migrations/000{number}_{name}{down}"),
                    &format!("DROP TABLE {name};\n"),
                );
            }
        }
        for (path, text) in &others {
            case.write(path, text);
        }
        case.sql(&format!("{USERS}{POSTS}{rows}"));
        let said = case.status(&["--allow-pending"]);
        assert_eq!(said.code, Some(0), "{tool}: {}{}", said.stdout, said.stderr);
        assert!(
            said.stdout
                .contains(&format!("run by {tool}: 2 applied, 1 pending\n")),
            "{tool}: {}",
            said.stdout
        );
    }
}

/// They are no SQL, so that nothing is known of them but their names.
#[test]
fn scripts_are_known_by_their_names() {
    let case = Case::new(&[]);
    case.write(
        "driftlint.toml",
        "dialect = \"sqlite\"\n[[migrations]]\nfolder = \"migrations\"\nrunner = \"knex\"\n",
    );
    for name in ["0001_users.js", "0002_posts.ts", "0003_tags.js"] {
        case.write(&format!("migrations/{name}"), "exports.up = () => {};\n");
    }
    // The second one was compiled before it ran, and the last one is of another branch.
    case.sql(
        "CREATE TABLE knex_migrations (id integer not null primary key autoincrement, name varchar(255), batch integer, migration_time datetime);
         CREATE TABLE knex_migrations_lock (\"index\" integer not null primary key autoincrement, is_locked integer);
         INSERT INTO knex_migrations (name, batch, migration_time) VALUES ('0001_users.js', 1, 0), ('0002_posts.js', 1, 0), ('0004_likes.js', 2, 0);",
    );
    let said = case.status(&[]);
    assert_eq!(said.code, Some(1), "{}{}", said.stdout, said.stderr);
    assert!(
        said.stdout
            .contains("run by knex: 2 applied, 1 pending, 1 unknown"),
        "{}",
        said.stdout
    );
}
