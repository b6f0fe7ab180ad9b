//! Property: whatever statements the server accepts, replay makes the same catalog of them; and
//! what replay refuses, the server refuses.
//!
//! What the server refuses and replay takes is no failure: replay sees no rows, and knows fewer
//! rules than a server. It is counted, so that a change for the worse shows.
//!
//! `DRIFTLINT_SERVERS_SEED` and `DRIFTLINT_SERVERS_DATABASES` run other and longer sequences;
//! `DRIFTLINT_SERVERS_VERBOSE` shows what was missed.

use std::collections::BTreeMap;
use std::io::Write as _;

use crate::facts::{Spelling, difference, facts};
use crate::generate::Generator;
use crate::replay::{Replay, Verdict};
use crate::server::{Engine, Server};

/// Statements for each database: enough for a history, few enough that what is left of a difference
/// can be read.
const STEPS: usize = 40;
/// How many failures are shown.
const SHOWN: usize = 5;

#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    /// Refusals of the server that replay did not foresee, by what the server said.
    missed: BTreeMap<String, usize>,
    failures: Vec<String>,
}

/// Runs random statements on new databases of the server, and the same in memory.
pub(crate) fn check(server: &Server, databases: u64) {
    let first = setting("DRIFTLINT_SERVERS_SEED").unwrap_or(1);
    let databases = setting("DRIFTLINT_SERVERS_DATABASES").unwrap_or(databases);
    let mut tally = Tally::default();
    for seed in first..first + databases {
        one_database(server, seed, &mut tally);
        if tally.failures.len() >= SHOWN {
            break;
        }
    }
    let missed: usize = tally.missed.values().sum();
    let mut summary = format!(
        "{:?}: {} statements accepted, {} refused, {missed} of those not foreseen\n",
        server.engine, tally.accepted, tally.refused
    );
    if std::env::var_os("DRIFTLINT_SERVERS_VERBOSE").is_some() {
        for (message, times) in &tally.missed {
            summary += &format!("  {times} × {message}\n");
        }
    }
    std::io::stderr()
        .write_all(summary.as_bytes())
        .expect("stderr can be written");
    assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
    assert!(
        tally.accepted > tally.refused,
        "the generator mostly writes what the server refuses"
    );
}

pub(crate) fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// One history. It ends at the first failure, which would only bring others.
fn one_database(server: &Server, seed: u64, tally: &mut Tally) {
    let engine = server.engine;
    let database = format!("random_{seed}");
    let mut session = server.database(&database);
    let mut generator = Generator::new(engine.dialect(), seed);
    let mut replay = Replay::new(engine);
    let mut catalog = session.catalog();
    let mut history = String::new();
    for _ in 0..STEPS {
        let sql = generator.statement(&catalog);
        let answer = session.execute(&sql);
        let verdict = replay.step(&sql, answer.is_ok());
        let failure = match (&answer, verdict) {
            (Ok(_), Verdict::Taken) => {
                tally.accepted += 1;
                catalog = session.catalog();
                let server_facts = facts(&catalog, engine.dialect(), Spelling::Loose);
                let replay_facts = facts(&replay.json(), engine.dialect(), Spelling::Loose);
                Some(difference(&server_facts, &replay_facts))
                    .filter(|difference| !difference.is_empty())
            }
            (Ok(_), Verdict::Refused(why)) => Some(format!(
                "  the server takes it, but replay does not: {why}\n"
            )),
            (Ok(_), Verdict::Opaque(why)) => {
                Some(format!("  driftlint does not understand it: {why}\n"))
            }
            (Err(message), Verdict::Taken | Verdict::Opaque(_)) => {
                tally.refused += 1;
                *tally.missed.entry(generalised(message)).or_default() += 1;
                None
            }
            (Err(_), Verdict::Refused(_)) => {
                tally.refused += 1;
                None
            }
        };
        if let Some(failure) = failure {
            tally.failures.push(format!(
                "{engine:?}, seed {seed}:\n{history}{sql};\n{failure}"
            ));
            break;
        }
        if answer.is_ok() {
            history += &sql;
            history += ";\n";
        } else if engine == Engine::MariaDb
            && sql.starts_with("DROP TABLE")
            && session.catalog() != catalog
        {
            // It dropped those that it could before it refused one. Replay knows, but what it did
            // was taken back.
            break;
        }
    }
    drop(session);
    if tally.failures.is_empty() {
        let held = facts(&catalog, engine.dialect(), Spelling::Loose);
        let read = crate::introspect::differences(server, &database, &held);
        if !read.is_empty() {
            let failure = format!("{engine:?}, seed {seed}, read by driftlint:\n{read}");
            tally.failures.push(failure);
        }
    }
    server.drop_database(&database);
}

/// The message without the names in it.
pub(crate) fn generalised(message: &str) -> String {
    let line = message.lines().last().unwrap_or_default();
    let mut out = String::new();
    let mut quote = None;
    for c in line.chars() {
        match quote {
            Some(open) if open == c => quote = None,
            Some(_) => continue,
            None if matches!(c, '"' | '`' | '\'') => quote = Some(c),
            None => {}
        }
        if !c.is_ascii_digit() {
            out.push(c);
        }
    }
    out
}
