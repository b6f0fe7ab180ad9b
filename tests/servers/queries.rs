//! Property: of queries and expressions, right and wrong ones, driftlint refuses none that the
//! server takes, and most of those that it refuses.
//!
//! The schema is random and stays as it is; every statement is taken back. What driftlint does not
//! foresee is counted; `DRIFTLINT_SERVERS_SEED`, `DRIFTLINT_SERVERS_DATABASES` and
//! `DRIFTLINT_SERVERS_VERBOSE` work as for the [property](crate::property) of schemas.

mod expression;
mod kinds;
mod own;
mod select;
mod statement;

use std::collections::BTreeMap;
use std::io::Write as _;

use crate::property::{generalised, setting};
use crate::replay::{Replay, Verdict};
use crate::server::{Engine, Server};
use crate::session::is_lost;
use statement::Writer;

/// Statements on each schema.
const STEPS: usize = 200;
/// How many failures are shown.
const SHOWN: usize = 12;

#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    /// Refusals of the server that were not foreseen, by what it said, with one example each.
    missed: BTreeMap<String, (usize, String)>,
    /// Statements that the server takes and driftlint does not understand.
    opaque: usize,
    /// Statements at which the server crashed; nothing more is asked of their database.
    crashes: usize,
    failures: Vec<String>,
}

/// Runs random queries on new databases of the server, and the same in memory.
pub(crate) fn check(server: &Server, databases: u64, foreseen: usize) {
    let first = setting("DRIFTLINT_SERVERS_SEED").unwrap_or(1);
    let databases = setting("DRIFTLINT_SERVERS_DATABASES").unwrap_or(databases);
    let mut tally = Tally::default();
    for seed in first..first + databases {
        one_database(server, seed, &mut tally);
        if tally.failures.len() >= SHOWN {
            break;
        }
    }
    let missed: usize = tally.missed.values().map(|(times, _)| times).sum();
    let seen = tally.refused - missed;
    let share = (100 * seen).checked_div(tally.refused).unwrap_or(100);
    let mut summary = format!(
        "{:?}: {} queries accepted ({} not understood), {} refused, {seen} of those foreseen \
         ({share} %), {} crashes\n",
        server.engine, tally.accepted, tally.opaque, tally.refused, tally.crashes
    );
    if std::env::var_os("DRIFTLINT_SERVERS_VERBOSE").is_some() {
        let mut kinds: Vec<_> = tally.missed.iter().collect();
        kinds.sort_by_key(|(_, (times, _))| std::cmp::Reverse(*times));
        for (message, (times, example)) in kinds {
            summary += &format!("  {times} × {message}\n      {example}\n");
        }
    }
    std::io::stderr()
        .write_all(summary.as_bytes())
        .expect("stderr can be written");
    assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
    assert!(
        share >= foreseen,
        "{share} % of the refusals are foreseen, not {foreseen} %"
    );
}

fn one_database(server: &Server, seed: u64, tally: &mut Tally) {
    let engine = server.engine;
    let database = format!("queries_{seed}");
    let mut session = server.database(&database);
    let mut writer = Writer::new(engine, seed);
    let mut replay = Replay::new(engine);
    for sql in writer.schema() {
        session
            .execute(&sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        match replay.step(&sql, true) {
            Verdict::Taken => {}
            other => panic!("{sql}: {other:?}"),
        }
    }
    for name in ["v_one", "v_two", "v_three"] {
        let (sql, view) = writer.new_view(name);
        // SQLite looks at a view when it is read.
        let made = session.execute(&sql).is_ok();
        let read = format!("SELECT * FROM {name} LIMIT 0");
        if made && session.execute(&read).is_err() {
            let drop = format!("DROP VIEW {name}");
            session.execute(&drop).expect("a view can be dropped");
        } else if made && matches!(replay.step(&sql, true), Verdict::Taken) {
            writer.keep(sql, view);
        }
    }
    let transactional = engine != Engine::MariaDb;
    for _ in 0..STEPS {
        let statement = writer.statement();
        let sql = &statement.sql;
        if transactional {
            session.execute("BEGIN").expect("a transaction begins");
        }
        let answer = session.execute(sql);
        if is_lost(&answer) {
            tally.crashes += 1;
            server.wait(|| server.client("").args(["-e", "select 1"]).output());
            break;
        }
        if transactional {
            session.execute("ROLLBACK").expect("a transaction ends");
        } else if answer.is_ok() && !statement.undo.is_empty() {
            session
                .execute(&statement.undo)
                .unwrap_or_else(|error| panic!("{sql}: {}: {error}", statement.undo));
        }
        let verdict = replay.step(sql, false);
        match (answer, verdict) {
            (Ok(_), Verdict::Taken) => tally.accepted += 1,
            (Ok(_), Verdict::Opaque(_)) => {
                tally.accepted += 1;
                tally.opaque += 1;
            }
            (Ok(_), Verdict::Refused(why)) => tally.failures.push(format!(
                "{engine:?}, seed {seed}: the server takes it, but driftlint does not: \
                 {why}\n{};\n{sql};",
                writer.shown()
            )),
            (Err(_), Verdict::Refused(_)) => tally.refused += 1,
            (Err(message), Verdict::Taken | Verdict::Opaque(_)) => {
                tally.refused += 1;
                // SQLite shows the place in further lines.
                let kind = generalised(message.lines().next().unwrap_or_default());
                let message = message.replace('\n', " ");
                let example = format!("{sql} -- {message}");
                tally.missed.entry(kind).or_insert((0, example)).0 += 1;
            }
        }
    }
    drop(session);
    server.drop_database(&database);
}
