//! One long-lived command-line client: a statement in, its rows or its error out.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::server::Engine;

/// Ends the answer to each statement.
const MARK: &str = "@@driftlint-done@@";

/// How MariaDB's client says that the server crashed.
const LOST: &str = "ERROR 2013 ";

/// Whether an answer is that the server crashed, so that the session is of no more use.
pub(crate) fn is_lost(answer: &Result<String, String>) -> bool {
    answer.as_ref().is_err_and(|why| why.contains(LOST))
}

/// A connection to one database.
#[derive(Debug)]
pub(crate) struct Session {
    engine: Engine,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<std::io::PipeReader>,
}

impl Session {
    pub(crate) fn new(engine: Engine, mut client: Command) -> Self {
        // One pipe for both streams, so that errors come in order.
        let (output, both) = std::io::pipe().expect("a pipe can be made");
        client
            .stdin(Stdio::piped())
            .stdout(both.try_clone().expect("a pipe can be cloned"))
            .stderr(both);
        let mut child = client.spawn().expect("the client can be run");
        let input = child.stdin.take();
        drop(client);
        let mut session = Self {
            engine,
            child,
            input,
            output: BufReader::new(output),
        };
        match engine {
            Engine::Postgres(_) => session.send("\\set VERBOSITY terse\n"),
            Engine::MariaDb => session.send("SET SESSION group_concat_max_len = 1000000000;\n"),
            Engine::Sqlite => session.send("PRAGMA foreign_keys = ON;\n"),
        }
        session
    }

    fn send(&mut self, text: &str) {
        let input = self
            .input
            .as_mut()
            .expect("the client's input is open until the session is dropped");
        input
            .write_all(text.as_bytes())
            .and_then(|()| input.flush())
            .expect("the client reads its input");
    }

    /// Runs one statement, or several; `Err` holds what the server complained about.
    pub(crate) fn execute(&mut self, sql: &str) -> Result<String, String> {
        let sql = sql.trim().trim_end_matches(';');
        let mark = match self.engine {
            Engine::Postgres(_) => format!("\\echo {MARK}"),
            Engine::MariaDb => format!("SELECT '{MARK}';"),
            Engine::Sqlite => format!(".print {MARK}"),
        };
        self.send(&format!("{sql}\n;\n{mark}\n"));
        let mut rows = String::new();
        let mut errors = String::new();
        loop {
            let mut line = Vec::new();
            let length = self
                .output
                .read_until(b'\n', &mut line)
                .expect("the client's output can be read");
            // A value may be bytes.
            let line = String::from_utf8_lossy(&line);
            assert!(length > 0, "the client ended at:\n{sql}\n{rows}{errors}");
            if line.trim_end() == MARK {
                break;
            }
            let complaint = match self.engine {
                Engine::Postgres(_) => line.starts_with("ERROR:") || line.starts_with("FATAL:"),
                Engine::MariaDb => line.starts_with("ERROR "),
                Engine::Sqlite => ["Error:", "Parse error", "Runtime error"]
                    .iter()
                    .any(|start| line.starts_with(start)),
            };
            if complaint || !errors.is_empty() {
                &mut errors
            } else {
                &mut rows
            }
            .push_str(&line);
            // The mark will not come: the client has nobody to ask.
            if self.engine == Engine::MariaDb && line.starts_with(LOST) {
                break;
            }
        }
        if errors.is_empty() {
            Ok(rows)
        } else {
            Err(errors.trim().to_owned())
        }
    }
}

impl Session {
    /// What the database holds, in the shape of `driftlint schema --format json`.
    pub(crate) fn catalog(&mut self) -> serde_json::Value {
        let query = match self.engine {
            Engine::Postgres(_) => include_str!("introspect/postgres.sql"),
            Engine::MariaDb => include_str!("introspect/mariadb.sql"),
            Engine::Sqlite => include_str!("introspect/sqlite.sql"),
        };
        let answer = self
            .execute(query)
            .unwrap_or_else(|error| panic!("introspection fails: {error}"));
        serde_json::from_str(&answer)
            .unwrap_or_else(|error| panic!("introspection gives no JSON: {error}\n{answer}"))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.input.take();
        // A client that does not end with its input would be ended by the server; nothing is left
        // to do for a test.
        drop(self.child.wait());
    }
}
