//! Property: what `driftlint drift --format sql` prints is taken by the server, and leaves nothing
//! that differs.
//!
//! A random history is cut in two. What its first part makes was migrated, and what all of it makes
//! is declared; then the other way round.
//!
//! `DRIFTLINT_SERVERS_SEED` and `DRIFTLINT_SERVERS_DATABASES` run others, and more of them;
//! `DRIFTLINT_SERVERS_VERBOSE` shows all failures.

use driftlint::catalog::{Catalog, Texts};
use driftlint::compare::{Side, diff};
use driftlint::drift::{Repair, repair, script};
use driftlint::schema::{Declared, Language};
use driftlint::tool::Tool;

use crate::facts::{Spelling, difference, facts};
use crate::gaps::states;
use crate::generate::Generator;
use crate::property::setting;
use crate::replay::{Replay, Verdict};
use crate::server::{Engine, Server};
use crate::session::Session;

/// Statements that were migrated, and that were not.
const STEPS: [usize; 2] = [24, 8];
const RUNNERS: [Tool; 3] = [Tool::Drizzle, Tool::Prisma, Tool::Plain];
/// How many failures are shown.
const SHOWN: usize = 5;

/// Closes gaps between random schemas.
pub(crate) fn check(server: &Server, histories: u64) {
    let first = setting("DRIFTLINT_SERVERS_SEED").unwrap_or(1);
    let histories = setting("DRIFTLINT_SERVERS_DATABASES").unwrap_or(histories);
    let (mut failures, mut closed) = (Vec::new(), 0);
    for seed in first..first + histories {
        let history = History::random(server, seed);
        for (from, to) in [(0, 1), (1, 0)] {
            match history.close(server, from, to) {
                Ok(something) => closed += usize::from(something),
                Err(failure) => failures.push(failure),
            }
        }
    }
    let shown = if std::env::var_os("DRIFTLINT_SERVERS_VERBOSE").is_some() {
        usize::MAX
    } else {
        SHOWN
    };
    let count = failures.len();
    failures.truncate(shown);
    assert!(
        count == 0,
        "{count} of {} gaps are not closed:\n{}",
        closed + count,
        failures.join("\n")
    );
}

/// A history with its two states.
struct History {
    seed: u64,
    replay: Replay,
    accepted: Vec<String>,
    /// How many statements there were, and what they make.
    states: Vec<(usize, Catalog)>,
}

impl History {
    fn random(server: &Server, seed: u64) -> Self {
        let engine = server.engine;
        let mut generator = Generator::new(engine.dialect(), seed);
        let replay = Replay::new(engine);
        let mut history = Self {
            seed,
            replay,
            accepted: Vec::new(),
            states: Vec::new(),
        };
        let database = format!("history_{seed}");
        let mut session = server.database(&database);
        let mut catalog = session.catalog();
        for steps in STEPS {
            for _ in 0..steps {
                let sql = generator.statement(&catalog);
                // How a session is set up is no part of a schema.
                if sql.starts_with("PRAGMA") {
                    continue;
                }
                let accepted = session.execute(&sql).is_ok();
                let before = history.replay.catalog.clone();
                let verdict = history.replay.step(&sql, accepted);
                if accepted {
                    if !matches!(verdict, Verdict::Taken) {
                        break;
                    }
                    catalog = session.catalog();
                    history.accepted.push(sql);
                } else if session.catalog() != catalog {
                    // MariaDB drops those tables that it can before it refuses one.
                    history.replay.catalog = before;
                    break;
                }
            }
            history
                .states
                .push((history.accepted.len(), history.replay.catalog.clone()));
        }
        drop(session);
        server.drop_database(&database);
        history
    }

    /// Whether there was something to close; an error tells what is not as it should be.
    fn close(&self, server: &Server, from: usize, to: usize) -> Result<bool, String> {
        let ((count, before), (_, after)) = (&self.states[from], &self.states[to]);
        let mut declared = Declared::new(Language::of(Tool::Plain), server.engine.dialect());
        declared.catalog = after.clone();
        declared.files.clone_from(&self.replay.sources);
        let gap = Gap {
            name: format!("seed {} from {from}", self.seed),
            statements: &self.accepted[..*count],
            before,
            texts: Texts::of_files(&self.replay.sources),
            declared: &declared,
            runner: RUNNERS[usize::try_from(self.seed % 3).expect("below 3")],
        };
        gap.close(server, &format!("closing_{}_{from}", self.seed))
    }
}

/// Closes the gaps between the states of one project, each to the next one and back.
/// `DRIFTLINT_SERVERS_ALL` tries all pairs.
pub(crate) fn check_states(server: &Server) {
    let engine = server.engine;
    let states = states(engine.dialect(), crate::replay::versions(engine));
    let mut failures = Vec::new();
    for (at, from) in states.iter().enumerate() {
        let statements: Vec<String> = from
            .sources()
            .iter()
            .map(|source| source.text().to_owned())
            .collect();
        let all = setting("DRIFTLINT_SERVERS_ALL").is_some();
        let others = (1..states.len()).filter(|by| all || *by == 1 || by + 1 == states.len());
        for (number, to) in others.map(|by| (by, &states[(at + by) % states.len()])) {
            let gap = Gap {
                name: format!("`{}` to `{}`", from.name, to.name),
                statements: &statements,
                before: from.catalog(),
                texts: Texts::of_files(from.sources()),
                declared: &to.declared,
                runner: RUNNERS[(at + number) % 3],
            };
            failures.extend(gap.close(server, &format!("state_{at}_{number}")).err());
        }
    }
    assert!(
        failures.is_empty(),
        "{} gaps are not closed:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// What was migrated, and what is declared.
struct Gap<'a> {
    name: String,
    statements: &'a [String],
    before: &'a Catalog,
    texts: Texts,
    declared: &'a Declared,
    runner: Tool,
}

impl Gap<'_> {
    /// Whether there was something to close; an error tells what is not as it should be.
    fn close(&self, server: &Server, database: &str) -> Result<bool, String> {
        let engine = server.engine;
        let dialect = engine.dialect();
        let differences = diff(Side::declared(self.declared), Side::migrated(self.before));
        let repair = repair(self.declared, self.before, &self.texts, &differences);
        let text = script(&repair, self.runner, dialect);
        let mut session = server.database(database);
        for statement in self.statements {
            session
                .execute(statement)
                .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        }
        let failure = self.failure(&mut session, engine, &repair, &text);
        drop(session);
        server.drop_database(database);
        let Some(failure) = failure else {
            return Ok(!differences.is_empty());
        };
        let mut wanted = String::new();
        for it in &differences {
            wanted += &format!(
                "{:?} {:?} {:?} {:?}\n",
                it.direction, it.slot, it.left, it.right
            );
        }
        let history = self.statements.join(";\n");
        Err(format!(
            "## {engine:?}, {}: {failure}\n{history}\n---- differences\n{wanted}----\n{text}",
            self.name
        ))
    }

    fn failure(
        &self,
        session: &mut Session,
        engine: Engine,
        repair: &Repair,
        text: &str,
    ) -> Option<String> {
        let dialect = engine.dialect();
        if repair
            .remarks
            .iter()
            .any(|remark| remark.starts_with("the server is expected to refuse"))
        {
            return Some(format!("reported: {}", repair.remarks.join("; ")));
        }
        if let Err(error) = run(session, engine, text) {
            return Some(format!("refused: {error}"));
        }
        let mut repaired = Replay::at(engine, self.before.clone());
        if let Verdict::Refused(why) | Verdict::Opaque(why) = repaired.step(text, true) {
            return Some(format!("replay: {why}"));
        }
        let held = facts(&session.catalog(), dialect, Spelling::Loose);
        let other = difference(&held, &facts(&repaired.json(), dialect, Spelling::Loose));
        if !other.is_empty() {
            return Some(format!("replay differs\n{other}"));
        }
        let left = diff(
            Side::declared(self.declared),
            Side::migrated(&repaired.catalog),
        );
        let unreported = left
            .iter()
            .find(|it| !repair.left.contains(&it.slot) || repair.remarks.is_empty());
        if let Some(first) = unreported {
            return Some(format!(
                "left: {} {:?} {:?}, {:?}",
                first.slot.part.kind(),
                first.slot,
                first.left,
                first.right
            ));
        }
        (!repair.left.is_empty()).then(|| format!("reported: {}", repair.remarks.join("; ")))
    }
}

/// As migration tools run a file: in one transaction, where the server has such.
fn run(session: &mut Session, engine: Engine, text: &str) -> Result<String, String> {
    let text = text.replace("--> statement-breakpoint", "\n");
    match engine {
        Engine::Postgres(_) => session.execute(&format!("BEGIN;\n{text}\nCOMMIT")),
        _ => session.execute(&format!("{text}\nSELECT 1")),
    }
}
