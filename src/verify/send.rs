//! Sends migrations as their runner does.

use super::trace::Trace;
use super::{ServerRefusal, fatal};
use crate::database::{DatabaseSession, Introspected, ServerError};
use crate::error::Result;
use crate::project::runner::Wrap;
use crate::project::{Direction, MigrationSet, Unjudged};
use crate::replay::{Lowered, ReadOptions, Replay, Step};
use crate::server::on_server;
use crate::source::{Source, Span};
use crate::sql::change::{Change, ChangeKind, TableAction};
use crate::sql::walk::query;
use crate::sql::{self, Dialect, Statement, Understood, Unit, Unread, Versions};

/// A set on its way through a server, and the same in memory.
pub(super) struct Trial<'a> {
    pub(super) set: &'a MigrationSet,
    pub(super) session: DatabaseSession,
    pub(super) replay: Replay,
    reading: ReadOptions,
    /// Whether the runner's transaction is open on the server.
    open: bool,
    /// What the database held lately, the latest first.
    known: Vec<Introspected>,
    /// What it holds now, where no migration has run since somebody asked.
    current: Option<Introspected>,
    /// What the server took although driftlint says that it refuses it.
    pub(super) faults: Vec<String>,
    /// The first file so far that is no SQL, and did not run.
    pub(super) left_out: Option<&'a str>,
    /// Whether nothing says that the migrations are for this kind of server.
    pub(super) is_guessed: bool,
    /// Whether MariaDB takes the place of MySQL, or MySQL that of MariaDB.
    pub(super) stands_in: bool,
    /// Whether a statement called a function that the migrations made, which may do anything.
    pub(super) ran_functions: bool,
    /// What the server does for each statement, where somebody asks.
    pub(super) trace: Option<Trace>,
}

/// How many states are kept: those before and after one migration, both in two spellings.
const KNOWN: usize = 4;

/// Why a migration went no further.
pub(super) enum Stop {
    /// The server does not take a statement.
    Refused(ServerRefusal),
    /// It cannot be sent as it stands.
    Untried(Unjudged),
}

/// What came of a migration; the outer error is none of its own.
pub(super) type Tried = Result<Result<(), Stop>>;

impl<'a> Trial<'a> {
    pub(super) fn new(set: &'a MigrationSet, session: DatabaseSession, versions: Versions) -> Self {
        let stands_in = session.version().versions.mariadb != versions.mariadb;
        // What the server is counts, and not what somebody says of another one.
        let versions = Versions {
            postgres_is_said: versions.postgres_is_said,
            ..session.version().versions
        };
        Self {
            replay: Replay::of(set, versions),
            reading: ReadOptions::of(set, versions),
            set,
            session,
            open: false,
            known: Vec::new(),
            current: None,
            faults: Vec::new(),
            left_out: None,
            is_guessed: false,
            stands_in,
            ran_functions: false,
            trace: None,
        }
    }

    /// Whether migrations share a transaction that is still open.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Makes what is there before the first migration: a dump that the history starts from, and the
    /// tables in which the runner keeps its state.
    pub(super) fn start(&mut self) -> Tried {
        self.current = None;
        for sql in self.set.runner.bookkeeping_definitions() {
            self.session
                .execute(sql)
                .map_err(|error| fatal(error, "cannot make the runner's own tables"))?;
        }
        let Some(dump) = &self.set.start else {
            return Ok(Ok(()));
        };
        let whole = Span::new(0, dump.text().len());
        let ReadOptions {
            dialect, versions, ..
        } = self.reading;
        let script = sql::script(dump, whole, dialect, versions, Unit::Statement);
        for statement in script.statements.iter().filter(|it| !is_for_the_client(it)) {
            if let Err(error) = self.session.execute(dump.slice(statement.span)) {
                return self.stopped(error, dump, std::slice::from_ref(statement), 0);
            }
        }
        self.reset()?;
        Ok(Ok(()))
    }

    /// The statements of a migration.
    pub(super) fn lowered(&self, number: usize, direction: Direction) -> Lowered {
        Lowered::of(&self.set.migrations[number], direction, self.reading)
    }

    /// What the database holds now. On the way back and forth the same definitions come again, and
    /// to ask for them is far cheaper than to read them.
    pub(super) fn introspect(&mut self) -> Result<Introspected> {
        if let Some(current) = &self.current {
            return Ok(current.clone());
        }
        let text = self.session.definitions();
        let text = text.map_err(|error| fatal(error, "cannot read what the database holds"))?;
        let known = self.known.iter().find(|known| known.source.text() == text);
        let read = if let Some(known) = known {
            known.clone()
        } else {
            let read = self.session.read(text);
            self.known.truncate(KNOWN - 1);
            self.known.insert(0, read.clone());
            read
        };
        self.current = Some(read.clone());
        Ok(read)
    }

    /// Runs one migration in one direction.
    pub(super) fn migration(&mut self, number: usize, direction: Direction) -> Tried {
        self.current = None;
        let set = self.set;
        let lowered = self.lowered(number, direction);
        let step = Step::of(set, number, direction, &lowered);
        if let Some(unjudged) = lowered
            .statements
            .iter()
            .find_map(|it| cannot_be_sent(it, set.dialect))
        {
            return Ok(Err(Stop::Untried(unjudged)));
        }
        let is_traced = direction == Direction::Up && self.is_traced(number);
        if !self.open {
            self.reset()?;
            if let Some(trace) = &mut self.trace {
                trace.explicit = false;
                trace.release();
            }
        }
        self.replay.begin(&step);
        if let Err(error) = self.follow_runner() {
            return self.stopped(error, &self.file(number), &lowered.statements, 0);
        }
        let mut predicted = Vec::new();
        let statements: Vec<(u32, &Statement)> = step.statements().collect();
        for batch in statements.chunk_by(|a, b| a.0 == b.0 && a.1.batch == b.1.batch) {
            let mut watched = Vec::new();
            for &(file, statement) in batch {
                if is_traced {
                    watched.push(self.watch(number, file, statement));
                }
                self.ran_functions |= self.runs_functions(statement);
                let rejections = self.replay.statement(file, statement);
                let certain = rejections
                    .into_iter()
                    .filter(|it| !it.supposed && it.without.is_none() && !it.doubtful);
                predicted.extend(certain.map(|it| (statement, it.message)));
            }
            let statements: Vec<&Statement> =
                batch.iter().map(|&(_, statement)| statement).collect();
            let tried = if is_traced {
                self.traced_batch(&statements, watched)?
            } else {
                self.batch(&statements)?
            };
            if let Err(stop) = tried {
                self.roll_back();
                return Ok(Err(stop));
            }
        }
        if step.wrap != Wrap::Pending {
            self.replay.end();
        }
        if let Err(error) = self.follow_runner() {
            self.roll_back();
            let last = lowered.statements.len().saturating_sub(1);
            return self.stopped(error, &self.file(number), &lowered.statements, last);
        }
        for (statement, message) in predicted {
            let at = statement.source.position(statement.span.start);
            let path = statement.source.path();
            self.faults.push(format!(
                "{path}:{}: driftlint says that {message}, and the server takes it",
                at.line
            ));
        }
        Ok(Ok(()))
    }

    /// Commits what is still open after the last migration.
    pub(super) fn finish(&mut self) -> Tried {
        self.current = None;
        self.replay.end();
        self.replay.commit_pending();
        let Err(error) = self.follow_runner() else {
            return Ok(Ok(()));
        };
        self.roll_back();
        let last = self.set.migrations.last().and_then(|it| it.up.last());
        match last {
            Some(part) => self.stopped::<Statement>(error, &part.source, &[], 0),
            None => Err(fatal(error, "cannot commit")),
        }
    }

    /// The first file of a migration.
    fn file(&self, number: usize) -> Source {
        let part = self.set.migrations[number].all_parts().next();
        part.map_or_else(|| Source::new("", ""), |part| part.source.clone())
    }

    /// Whether a statement calls a function that the migrations made.
    fn runs_functions(&self, statement: &Statement) -> bool {
        let catalog = self.replay.catalog();
        let changes = statement.changes.iter();
        let selects = changes.filter(|change| matches!(change.kind, ChangeKind::Select(_)));
        let mut called = selects.filter_map(query).flat_map(|query| &query.functions);
        called.any(|called| {
            let name = called.rsplit('.').next().unwrap_or(called);
            catalog.functions.keys().any(|own| own.name == name)
        })
    }

    /// Opens or ends the runner's transaction on the server, as the replay has it.
    fn follow_runner(&mut self) -> Result<(), ServerError> {
        let wanted = self.replay.runner_is_open();
        if wanted == self.open {
            return Ok(());
        }
        self.open = wanted;
        if wanted {
            self.session.execute("BEGIN")
        } else {
            self.commit_traced()
        }
    }

    fn roll_back(&mut self) {
        self.open = false;
        // There may be none, or the server may be gone: what matters has been said.
        let _ = self.session.execute("ROLLBACK");
    }

    /// Settings are back at their defaults, as every migration is written for a session of its own.
    fn reset(&mut self) -> Result<()> {
        self.session
            .reset()
            .map_err(|error| fatal(error, "cannot start another session"))
    }

    /// Sends what reaches the server as one string. Where that makes no transaction of it, each
    /// statement is sent alone, so that the server's answer is about one.
    fn batch(&mut self, statements: &[&Statement]) -> Tried {
        let sent: Vec<&Statement> = statements
            .iter()
            .copied()
            .filter(|statement| !is_for_the_client(statement))
            .collect();
        let (Some(first), Some(last)) = (sent.first(), sent.last()) else {
            return Ok(Ok(()));
        };
        if self.goes_together(&sent, statements.len()) {
            let span = Span::new(first.span.start, last.span.end);
            let Err(error) = self.session.execute(first.source.slice(span)) else {
                return Ok(Ok(()));
            };
            return self.stopped(error, &first.source, &sent, 0);
        }
        for statement in sent {
            if let Err(error) = self.session.execute(statement.source.slice(statement.span)) {
                return self.stopped(error, &statement.source, &[statement], 0);
            }
        }
        Ok(Ok(()))
    }

    /// Whether statements of so many are sent as one string.
    pub(super) fn goes_together(&self, sent: &[&Statement], all: usize) -> bool {
        // Nobody knows how an unknown runner sends a file; alone, as `psql -f` sends them, all
        // statements are taken that anybody can send.
        self.set.dialect.batch_is_transaction()
            && self.set.sending.certain
            && sent.len() == all
            && !sent.iter().any(|statement| is_for_the_client(statement))
    }

    /// Where in what was sent the server stopped.
    pub(super) fn stopped<S: std::borrow::Borrow<Statement>>(
        &self,
        error: ServerError,
        source: &Source,
        sent: &[S],
        first: usize,
    ) -> Tried {
        if error.fault.is_some() {
            return Err(fatal(error, "the migrations were not tried to the end"));
        }
        let spans: Vec<Span> = sent
            .iter()
            .map(|statement| statement.borrow().span)
            .collect();
        let start = spans.first().map_or(0, |span| span.start);
        let at = error.position.map(|position| start + position as usize);
        let statement = spans
            .iter()
            .find(|span| at.is_some_and(|at| span.start <= at && at < span.end))
            .or_else(|| spans.get(first + error.completed as usize))
            .or(spans.last())
            .copied()
            .unwrap_or_default();
        // The word at which the server stopped, where it says so.
        let word = at
            .filter(|&at| statement.start <= at && at < statement.end)
            .map(|at| {
                let rest = &source.text()[at..statement.end];
                let end = rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .unwrap_or(rest.len());
                Span::new(at, at + end.max(1))
            });
        Ok(Err(Stop::Refused(ServerRefusal {
            source: source.clone(),
            span: word.unwrap_or(statement),
            doubt: self.doubt(&error),
            error,
        })))
    }

    /// Why a refusal may not be the migration's fault.
    fn doubt(&self, error: &ServerError) -> Option<String> {
        if let Some(file) = self.left_out {
            return Some(format!(
                "`{file}` was left out before it, and may make what it needs"
            ));
        }
        if self.is_guessed {
            return Some(format!(
                "nothing says that the migrations are for {}: `dialect` under `[[migrations]]` in driftlint.toml, or `--dialect`, names the server",
                self.set.dialect.label()
            ));
        }
        on_server!(self.set.dialect => connect::lack(error, self.stands_in))
    }
}

/// Commands of psql, which its own runner alone understands.
pub(super) fn is_for_the_client(statement: &Statement) -> bool {
    let text = statement.source.slice(statement.span);
    statement.source.text().contains('\\') && text.starts_with('\\')
}

/// Why a statement is not what the server would get.
fn cannot_be_sent(statement: &Statement, dialect: Dialect) -> Option<Unjudged> {
    let path = statement.source.path();
    let redefines = |change: &Change| match &change.kind {
        ChangeKind::AlterTable(alter) => {
            let mut actions = alter.actions.iter();
            actions.any(|(action, _)| matches!(action, TableAction::Modify { .. }))
        }
        _ => false,
    };
    if dialect.redefinition_is_of_a_fork() && statement.changes.iter().any(redefines) {
        let reason = "it gives a column another definition, which only a fork of the server does, so it was not tried";
        return Some(Unjudged::broken(path, reason));
    }
    let text = statement.source.slice(statement.span);
    let first = text.get(..4).unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    if first.eq_ignore_ascii_case("copy") && lower.trim_end().ends_with("from stdin") {
        let reason =
            "it holds rows for `COPY … FROM STDIN`, which only psql sends, so it was not tried";
        return Some(Unjudged::broken(path, reason));
    }
    match &statement.understood {
        Understood::Opaque {
            reason:
                reason @ (Unread::Template
                | Unread::TemplateFile
                | Unread::Unmerged
                | Unread::OtherFile(_)),
            ..
        } => Some(Unjudged::broken(
            path,
            format!("{reason}, so it was not tried"),
        )),
        _ => None,
    }
}
