//! The commands that write a change in steps, and `rollback`, against real servers with rows: up
//! leads to the wanted schema and keeps every row, down leads back to the schema before, and up
//! again to the same one.

mod cases;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use cases::{Case, OTHERS, POSTGRES, ROWS, by_hand, mariadb, postgres, sqlite};

use crate::enums::sorted;
use crate::server::{Engine, Server};
use crate::session::Session;

struct Ground<'a> {
    server: &'a Server,
    folder: tempfile::TempDir,
    schema: &'a str,
}

impl<'a> Ground<'a> {
    fn new(server: &'a Server, own: &'a str) -> Self {
        let usual = match server.engine {
            Engine::Postgres(_) => POSTGRES,
            Engine::MariaDb | Engine::Sqlite => OTHERS,
        };
        let ground = Self {
            server,
            folder: tempfile::tempdir().expect("a temporary folder"),
            schema: if own.is_empty() { usual } else { own },
        };
        fs::create_dir_all(ground.migrations()).expect("a folder");
        ground.write("000001_init.up.sql", ground.schema);
        ground.write("000001_init.down.sql", "-- the first one stays\n");
        ground
    }

    fn migrations(&self) -> PathBuf {
        self.folder.path().join("migrations")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.migrations().join(name), text).expect("a file");
    }

    fn says(&self, words: &[&str]) -> Result<String, String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
        command.args(words).current_dir(self.folder.path());
        match self.server.engine {
            Engine::Postgres(version) => command.args([
                "--dialect",
                "postgres",
                "--pg-version",
                &version.to_string(),
            ]),
            Engine::MariaDb => command.args(["--dialect", "mariadb"]),
            Engine::Sqlite => command.args(["--dialect", "sqlite"]),
        };
        let output = command.output().expect("driftlint runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(text);
        }
        Err(text + &String::from_utf8_lossy(&output.stderr))
    }

    /// The new migrations in order, each with what takes it back.
    fn written(&self) -> Vec<(String, String)> {
        let mut ups: Vec<PathBuf> = fs::read_dir(self.migrations())
            .expect("the folder")
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.to_string_lossy().ends_with(".up.sql"))
            .collect();
        ups.sort();
        let read = |path: &Path| fs::read_to_string(path).expect("a file");
        let down = |up: &Path| up.to_string_lossy().replace(".up.sql", ".down.sql");
        ups.iter()
            .skip(1)
            .map(|up| (read(up), read(Path::new(&down(up)))))
            .collect()
    }
}

/// Runs a migration as its runner does.
fn apply(session: &mut Session, engine: Engine, text: &str) -> Result<(), String> {
    let in_transaction = matches!(engine, Engine::Postgres(_)) && !text.contains("CONCURRENTLY");
    let whole = if in_transaction {
        format!("BEGIN;\n{text}\n;COMMIT")
    } else {
        text.to_owned()
    };
    let ended = session.execute(&whole).map(drop);
    if ended.is_err() && in_transaction {
        let _ = session.execute("ROLLBACK");
    }
    ended
}

fn same(what: &str, wanted: &Value, is: &Value) -> Result<(), String> {
    let (wanted, is) = (sorted(wanted), sorted(is));
    if wanted == is {
        return Ok(());
    }
    Err(format!("{what}: wanted\n{wanted}\nis\n{is}"))
}

fn ask(session: &mut Session, query: &str) -> Result<String, String> {
    if query.is_empty() {
        return Ok(String::new());
    }
    session.execute(query)
}

/// The schema that is wished for, as the server holds it.
fn wanted(server: &Server, schema: &str, wanted: &str) -> Result<Value, String> {
    let mut session = server.database("steps_wanted");
    // `-- TABLE|OLD|NEW` is the table made in another way.
    let made = match wanted.strip_prefix("-- ") {
        Some(edit) => {
            let mut parts = edit.splitn(3, '|').skip(1);
            let (old, new) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            assert!(schema.contains(old), "{old}");
            session.execute(&schema.replacen(old, new, 1))
        }
        None => session
            .execute(schema)
            .and_then(|_| session.execute(wanted)),
    };
    let catalog = made.map(|_| session.catalog());
    drop(session);
    server.drop_database("steps_wanted");
    catalog
}

fn step(server: &Server, case: &Case) -> Result<(), String> {
    let ground = Ground::new(server, case.schema);
    let words: Vec<&str> = case.command.iter().copied().chain(["--yes"]).collect();
    let said = ground.says(&words);
    if case.wanted.is_empty() {
        return match said {
            Ok(text) => Err(format!("is not refused: {text}")),
            Err(_) => Ok(()),
        };
    }
    said?;
    let written = ground.written();
    let goal = wanted(server, ground.schema, case.wanted)?;
    let mut session = server.database("steps_case");
    let result = there_and_back(&mut session, server.engine, &ground, case, &written, &goal);
    drop(session);
    server.drop_database("steps_case");
    result.map_err(|error| {
        let texts: Vec<String> = written
            .iter()
            .map(|(up, down)| format!("{up}\n-- down\n{down}"))
            .collect();
        format!("{error}\n{}", texts.join("\n----\n"))
    })
}

fn there_and_back(
    session: &mut Session,
    engine: Engine,
    ground: &Ground,
    case: &Case,
    written: &[(String, String)],
    goal: &Value,
) -> Result<(), String> {
    session.execute(ground.schema)?;
    session.execute(case.rows)?;
    let before = session.catalog();
    let rows = ask(session, case.kept)?;
    for round in ["up", "up again"] {
        for (up, _) in written {
            apply(session, engine, up).map_err(|error| format!("{round}: {error}"))?;
        }
        same(round, goal, &session.catalog())?;
        let (query, answer) = case.probe;
        let found = ask(session, query)?;
        if found.trim() != answer.trim() {
            return Err(format!("{round}: {query} says {found}, not {answer}"));
        }
        for (_, down) in written.iter().rev() {
            apply(session, engine, down).map_err(|error| format!("down after {round}: {error}"))?;
        }
        same("down", &before, &session.catalog())?;
        if ask(session, case.kept)? != rows {
            return Err(format!("down: {rows} is {}", ask(session, case.kept)?));
        }
    }
    Ok(())
}

fn taken_back(server: &Server, sql: &str) -> Result<(), String> {
    let ground = Ground::new(server, "");
    ground.write("000002_by_hand.up.sql", &format!("{sql};\n"));
    ground.says(&["rollback", "000002_by_hand", "--write", "--yes"])?;
    let written = ground.written();
    let mut session = server.database("steps_back");
    let result = (|| {
        session.execute(ground.schema)?;
        session.execute(ROWS)?;
        let before = session.catalog();
        for round in ["up", "up again"] {
            let (up, down) = &written[0];
            apply(&mut session, server.engine, up).map_err(|error| format!("{round}: {error}"))?;
            apply(&mut session, server.engine, down)
                .map_err(|error| format!("down after {round}: {error}"))?;
            same("down", &before, &session.catalog())?;
        }
        Ok(())
    })();
    drop(session);
    server.drop_database("steps_back");
    result.map_err(|error: String| format!("{error}\n{}", written[0].1))
}

/// A value that is too long for its new type stops the migration, and stays whole.
fn nothing_is_cut(server: &Server, words: &[&str]) -> Result<(), String> {
    let schema = "CREATE TABLE p (id int PRIMARY KEY, a varchar(9));";
    let ground = Ground::new(server, schema);
    ground.says(words)?;
    let mut session = server.database("steps_long");
    let result = (|| {
        session.execute(schema)?;
        session.execute("INSERT INTO p VALUES (1, 'abcdef')")?;
        let mut ups = ground.written().into_iter();
        if ups.all(|(up, _)| apply(&mut session, server.engine, &up).is_ok()) {
            return Err("a value that is too long is taken".to_owned());
        }
        let kept = session.execute("SELECT a FROM p")?;
        (kept.trim() == "abcdef").then_some(()).ok_or(kept)
    })();
    drop(session);
    server.drop_database("steps_long");
    result.map_err(|error| format!("{}: {error}", words.join(" ")))
}

/// Every command in steps.
pub(crate) fn check(server: &Server) {
    if let Engine::Postgres(_) = server.engine {
        let words = ["change-type", "p.a", "varchar(3)", "--yes"];
        for words in [&words[..], &[&words[..], &["--at-once"]].concat()] {
            nothing_is_cut(server, words).expect("values stay whole");
        }
    }
    let cases = match server.engine {
        Engine::Postgres(_) => postgres(),
        Engine::MariaDb => mariadb(),
        Engine::Sqlite => sqlite(),
    };
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let failed = step(server, case).err()?;
            Some(format!("{}: {failed}", case.command.join(" ")))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n\n")
    );
}

/// Migrations by hand, taken back.
pub(crate) fn check_rollback(server: &Server) {
    let all = by_hand(server.engine);
    let failures: Vec<String> = all
        .iter()
        .filter_map(|sql| Some(format!("{sql}: {}", taken_back(server, sql).err()?)))
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        all.len(),
        failures.join("\n\n")
    );
}
