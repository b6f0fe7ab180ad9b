//! What is in doubt, since another tool, a template or a script may make it.

use serde_json::Value;

use super::Project;

/// A folder of Diesel's migrations that holds another file, and schema.rs with a column that only
/// this file makes.
fn switched(name: &str, text: &str) -> Project {
    let up = "CREATE TABLE users (id integer PRIMARY KEY, old text);\nCREATE TABLE gone (id integer PRIMARY KEY);\n";
    Project::new(&[
        (
            "Cargo.toml",
            "[dependencies]\ndiesel = { version = \"2\", features = [\"postgres\"] }\n",
        ),
        ("diesel.toml", "[print_schema]\nfile = \"schema.rs\"\n"),
        (
            "schema.rs",
            "diesel::table! {\n    users (id) {\n        id -> Int4,\n        bio -> Nullable<Text>,\n    }\n}\n",
        ),
        ("migrations/2024-01-01-000000_users/up.sql", up),
        (name, text),
    ])
}

#[test]
fn a_tool_that_takes_over_goes_on_or_begins_anew() {
    let goes_on = "ALTER TABLE users ADD bio text, DROP old;\nDROP TABLE gone;\n";
    let begins_anew = "CREATE TABLE users (id integer PRIMARY KEY, bio text);\n";
    for text in [goes_on, begins_anew] {
        let project = switched("migrations/20250101000000_next.sql", text);
        for command in ["drift", "check"] {
            let (status, said) = project.run(&[command]);
            assert_eq!(status, Some(0), "{text}: {said}");
        }
    }
    let (status, said) = switched("migrations/7_next.sql", goes_on).run(&["drift"]);
    let why = "migrations: its migrations are folders and numbered files (7_next.sql), and no version says which come first";
    assert!(said.contains(why), "{said}");
    assert_eq!(status, Some(2), "{said}");
}

#[test]
fn what_a_template_makes_is_in_doubt() {
    let made = "CREATE TABLE t (id int, a text);\nCREATE TABLE o (id int);\nCREATE TYPE mood AS ENUM ('sad');\n";
    let declared = "CREATE TABLE t (id int, a text, b text);\nCREATE TABLE o (id int, x int);\nCREATE TABLE n (id int);\n\
                    CREATE TYPE mood AS ENUM ('sad', 'ok');\n";
    let mut failures = Vec::new();
    for (template, opaque, expected) in [
        (
            "ALTER TABLE {{.Schema}}.t ADD b text;",
            0,
            vec!["mood.ok", "o.x"],
        ),
        (
            "ALTER TABLE ${schema}.t ADD b text;",
            1,
            vec!["mood.ok", "o.x"],
        ),
        (
            "ALTER TABLE \"${schema}\".t ADD b text;",
            1,
            vec!["mood.ok", "o.x"],
        ),
        (
            "ALTER TYPE {{ schema }}.mood ADD VALUE 'ok';",
            0,
            vec!["o.x", "t.b"],
        ),
        (
            "{{ if .New }}\nALTER TABLE t ADD b text;\nALTER TABLE o ADD x int;\n{{ end }}",
            0,
            vec!["mood.ok"],
        ),
        (
            "{% if x %}\nDROP TABLE o;\n{% else %}\nALTER TABLE t DROP a;\n{% endif %}",
            0,
            vec!["mood.ok"],
        ),
        // Nobody knows which statements these are.
        ("{{ template \"columns\" . }}", 0, vec![]),
        // What no mark touches runs as it stands.
        (
            "ALTER TABLE t ADD b text;\nALTER TABLE o ADD COLUMN {{ .Column }} int;",
            0,
            vec!["mood.ok"],
        ),
        // Nothing of a template.
        (
            "INSERT INTO t VALUES (1, '{{name}} ${x}');",
            0,
            vec!["mood.ok", "n", "o.x", "t.b"],
        ),
        (
            "/* {{ if }} */ SELECT '{{1,2}}'::int[];",
            0,
            vec!["mood.ok", "n", "o.x", "t.b"],
        ),
        // A name in a string that is none.
        (
            "DO $$ BEGIN IF (SELECT to_regclass('{{s}}.t') IS NOT NULL) THEN ALTER TABLE t ADD b text; END IF; END $$ LANGUAGE 'plpgsql';",
            0,
            vec!["mood.ok", "n", "o.x"],
        ),
        (
            "DO $$ BEGIN IF (SELECT to_regclass('t') IS NULL) THEN ALTER TABLE t ADD b text; END IF; END $$ LANGUAGE 'plpgsql';",
            0,
            vec!["mood.ok", "n", "o.x", "t.b"],
        ),
    ] {
        let set =
            "[[migrations]]\nfolder = \"m\"\ndialect = \"postgres\"\nschema = \"schema.sql\"\n";
        let project = Project::new(&[
            ("driftlint.toml", set),
            ("m/1_a.up.sql", made),
            ("m/2_b.up.sql", template),
            ("m/2_b.down.sql", ""),
            ("schema.sql", declared),
        ]);
        let report = project.json(&["check", "--ignore", "down-not-inverse"]);
        let diagnostics = report["diagnostics"].as_array().expect("a list");
        let mut found = Vec::new();
        for one in diagnostics
            .iter()
            .filter(|one| one["rule"] != "unparsed-statement")
        {
            assert_eq!(one["rule"], "declared-not-migrated", "{template}: {one}");
            let (table, name) = (&one["object"]["table"], &one["object"]["name"]);
            let table = table
                .as_str()
                .map_or(String::new(), |table| table.replace("public.", ""));
            let name = name.as_str().expect("a name").replace("public.", "");
            found.push(if table.is_empty() || table == name {
                name
            } else {
                format!("{table}.{name}")
            });
        }
        found.sort();
        if found != expected || report["summary"]["opaque"] != opaque {
            failures.push(format!(
                "{template}: {found:?}, {}",
                report["summary"]["opaque"]
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn migrations_of_a_schema_that_the_connection_chooses() {
    let set = "[[migrations]]\nfolder = \"m\"\ndialect = \"postgres\"\nschema = \"schema.sql\"\n";
    let first = "CREATE SCHEMA app;\nCREATE TABLE app.teams (id int PRIMARY KEY);\n";
    let second = "CREATE TABLE app.users (id int, team int REFERENCES teams (id));\nALTER TABLE users ADD name text;\n";
    let declared = "CREATE SCHEMA app;\nCREATE TABLE app.teams (id int PRIMARY KEY);\n\
                    CREATE TABLE app.users (id int, team int REFERENCES app.teams (id), name text);\n";
    let files = [
        ("driftlint.toml", set),
        ("m/1_a.sql", first),
        ("m/2_b.sql", second),
        ("schema.sql", declared),
    ];
    let (status, said) = Project::new(&files).run(&["check"]);
    assert_eq!(status, Some(0), "{said}");
    // Whoever makes tables in `public` means `public`.
    let project = Project::new(&files);
    project.write("m/0_z.sql", "CREATE TABLE other (id int);\n");
    let (status, said) = project.run(&["check"]);
    assert!(
        status == Some(1) && said.contains("table `users` does not exist"),
        "{said}"
    );
}

#[test]
fn a_script_puts_in_doubt_what_it_names() {
    let made = "CREATE TABLE t (id int, a text);\nCREATE TABLE o (id int, z int);\n";
    let declared = "CREATE TABLE t (id int, a text, b text);\nCREATE TABLE o (id int);\nCREATE TABLE n (id int);\n";
    let set = "[[migrations]]\nfolder = \"m\"\ndialect = \"postgres\"\nschema = \"schema.sql\"\n";
    let mut failures = Vec::new();
    for (name, script, expected) in [
        (
            "2_b.go",
            "package m\nfunc up() { tx.Exec(\"UPDATE t SET a = 'drop'\") }\n",
            "n o.z t.b",
        ),
        (
            "2_b.go",
            "package m\nfunc up() { tx.Exec(`ALTER TABLE o DROP z`) }\n",
            "n t.b",
        ),
        (
            "2_b.go",
            "package m\n// o\nfunc up() { tx.Exec(`CREATE TABLE n (id int)`) }\n",
            "o.z t.b",
        ),
        (
            "2_b.go",
            "package m\nfunc up() { helpers.Change(tx) }\n",
            "",
        ),
        (
            "2_b.ts",
            "export const up = (db) => db.raw(`create index on ${'o'} (id)`)\n",
            "n o.z t.b",
        ),
        (
            "2_b.ts",
            "export const up = (db) => db.schema.alterTable('t', (t) => t.string('b'))\n",
            "n o.z",
        ),
        (
            "2_b.ts",
            "export const up = (db) => db.raw(`alter table ${old} drop z`)\n",
            "",
        ),
        (
            "2_b.ts",
            "export const up = (db) => db.raw(readFileSync('x.sql'))\n",
            "",
        ),
        (
            "2_b.ts",
            "export const up = (db) => db.raw(\"insert into t values (1, 'alter')\")\n",
            "n o.z t.b",
        ),
    ] {
        let project = Project::new(&[
            ("driftlint.toml", set),
            ("m/1_a.sql", made),
            (&format!("m/{name}"), script),
            ("m/3_c.sql", "SELECT 1;\n"),
            ("schema.sql", declared),
        ]);
        let report = project.json(&["drift"]);
        let diagnostics = report["diagnostics"].as_array().expect("a list");
        let object = |one: &Value| {
            let (table, name) = (&one["object"]["table"], &one["object"]["name"]);
            let of = |text: &Value| text.as_str().unwrap_or_default().replace("public.", "");
            let (table, name) = (of(table), of(name));
            if table.is_empty() || table == name {
                name
            } else {
                format!("{table}.{name}")
            }
        };
        let mut found: Vec<String> = diagnostics.iter().map(object).collect();
        found.sort();
        if found.join(" ") != expected {
            failures.push(format!("{script}: {found:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_number_of_a_row_is_no_column_that_diesel_declares() {
    let with = |columns: &str| {
        let up = format!("CREATE TABLE notes ({columns});\n");
        Project::new(&[
            (
                "Cargo.toml",
                "[dependencies]\ndiesel = { version = \"2\", features = [\"sqlite\"] }\n",
            ),
            ("diesel.toml", "[print_schema]\nfile = \"schema.rs\"\n"),
            (
                "schema.rs",
                "diesel::table! {\n    notes (rowid) {\n        rowid -> Integer,\n        body -> Nullable<Text>,\n    }\n}\n",
            ),
            ("migrations/2024-01-01-000000_notes/up.sql", &up),
        ])
    };
    for columns in ["body text", "rowid INTEGER PRIMARY KEY NOT NULL, body text"] {
        let (status, said) = with(columns).run(&["drift"]);
        assert_eq!(status, Some(0), "{columns}: {said}");
    }
    let (status, said) = with("id INTEGER PRIMARY KEY NOT NULL, body text").run(&["drift"]);
    assert!(status == Some(1) && said.contains("notes.id"), "{said}");
}

/// A first migration may find tables that somebody else made, also as ends of foreign keys.
#[test]
fn a_first_migration_may_build_on_what_was_there() {
    let child =
        "CREATE TABLE child (id int PRIMARY KEY, p int, FOREIGN KEY (p) REFERENCES parent (id));\n";
    let parent = "CREATE TABLE parent (id int PRIMARY KEY);\n";
    for dialect in ["postgres", "mysql", "sqlite"] {
        let run =
            |files: &[(&str, &str)]| Project::new(files).run(&["check", "--dialect", dialect, "m"]);
        let (status, said) = run(&[("m/20240101_child.sql", child)]);
        assert_eq!(status, Some(0), "{dialect}: {said}");
        if dialect == "sqlite" {
            continue;
        }
        let later = format!("{child}{parent}");
        let (status, said) = run(&[("m/20240101_both.sql", &later)]);
        assert!(
            status == Some(1) && said.contains("does not exist yet"),
            "{dialect}: {said}"
        );
        let other = "CREATE TABLE other (id int);\n";
        let (status, said) = run(&[("m/1_other.sql", other), ("m/2_child.sql", child)]);
        assert!(
            status == Some(1) && said.contains("does not exist"),
            "{dialect}: {said}"
        );
    }
}

/// MySQL wants a blank after a comment's two dashes. `--split` may be the mark of a tool.
#[test]
fn a_mark_that_mysql_takes_for_no_comment_ends_no_statement() {
    let text = "CREATE TABLE a (id int);\n--split\nCREATE TABLE b (id int);\n";
    let project = Project::new(&[("m/1_a.sql", text)]);
    let (_, said) = project.run(&["check", "--dialect", "mysql", "m"]);
    assert!(
        said.contains("cannot parse `--split CREATE TABLE …`") && !said.contains("syntax error"),
        "{said}"
    );
}
