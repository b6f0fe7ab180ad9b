//! One migration set: replayed from the first migration to the last, judged where it is in scope.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::drift::is_same;
use super::settings::Active;
use super::{CheckState, Scope};
use crate::catalog::{Catalog, Rejection};
use crate::config::Config;
use crate::context::{Context, Reporter, Run, SetContext};
use crate::custom;
use crate::diagnostic::{Diagnostic, Severity};
use crate::history::released::Released;
use crate::project::{Direction, Migration, MigrationSet, Project, Unjudged};
use crate::replay::{
    Before, KeptHistory, KeptReplays, Lowered, Past, ReadOptions, Replay, Step, is_template,
};
use crate::rules::{Check, name};
use crate::source::Source;
use crate::sql::{Problem, Understood, Unread};
use crate::suppress::Suppressions;

/// The rule under which text that cannot be read is reported.
pub(super) const UNPARSED: &str = name::unparsed_statement;

/// Replays a set, and calls every rule that has something to look at. Returns what its migrations
/// make.
pub(super) fn check(
    project: &Project,
    set: &MigrationSet,
    kept: &KeptReplays,
    config: &Config,
    scope: &Scope,
    output: &mut CheckState,
) -> Catalog {
    let versions = config.versions();
    let mut history = kept.open(set, versions);
    let state = |history: &Option<KeptHistory>, count| {
        let known = history.as_ref().and_then(|history| history.state(count));
        known.unwrap_or_else(|| Replay::of(set, versions))
    };
    let mut replay = state(&history, 0);
    let judge = Judge {
        project,
        set,
        config,
        scope,
        reading: ReadOptions::of(set, versions),
        new: set
            .migrations
            .iter()
            .map(|migration| is_new(migration, scope))
            .collect(),
        past: RefCell::new(Past::of(&replay)),
        released: released(set, scope),
    };
    let first = config.applied(set);
    let reports = |number: usize| number >= first && judge.covers(&set.migrations[number]);
    let known = history.as_ref().map_or(0, |history| {
        let count = set.migrations.len();
        history.known_before((0..count).find(|&number| reports(number)).unwrap_or(count))
    });
    // How many migrations have led to the state of the replay.
    let mut run = 0;
    for (number, migration) in set.migrations.iter().enumerate() {
        let reports = reports(number);
        if number < first && !scope.paths.is_empty() {
            let named = migration
                .up
                .iter()
                .map(|part| part.source.path())
                .filter(|path| scope.covers(path));
            output
                .summary
                .ledger
                .extend(named.map(|path| Unjudged::idle(path, "it lies before the baseline")));
        }
        if !reports && number < known {
            continue;
        }
        if run < number {
            replay = state(&history, number);
            judge.past.borrow_mut().keep(&replay);
        }
        judge.migration(number, migration, reports, &mut replay, output);
        run = number + 1;
        if let Some(history) = &mut history {
            history.keep(run, &replay);
        }
    }
    if run < set.migrations.len() {
        replay = state(&history, set.migrations.len());
    }
    kept.close(set, history);
    for file in &set.unread_last {
        replay.skip(file, set.migrations.len());
    }
    judge.whole(replay.catalog(), output);
    let skipped = set.skipped.iter().filter(|file| scope.covers(&file.path));
    output.summary.ledger.extend(skipped.cloned());
    replay.catalog().clone()
}

/// What the code that is deployed may still name of a set's tables.
fn released<'a>(set: &MigrationSet, scope: &'a Scope) -> Option<Released<'a>> {
    let follows = |base: &MigrationSet| is_same(base, set);
    match (&scope.changes, &scope.default_branch) {
        (Some(changes), _) => Released::of(&changes.base, &changes.base_name, follows),
        (None, Some(base)) => Released::of(base, "the default branch", follows),
        (None, None) => None,
    }
}

/// Whether every file of a migration is new in the changes: then nobody has run it.
fn is_new(migration: &Migration, scope: &Scope) -> bool {
    let changes = scope.changes.as_ref();
    changes.is_some_and(|changes| {
        !migration.up.is_empty() && migration.up.iter().all(|part| changes.adds(part))
    })
}

/// What is judged: a migration in one direction, with the schemas around it.
struct JudgedMigration<'a> {
    number: usize,
    migration: &'a Migration,
    direction: Direction,
    lowered: &'a Lowered,
    before: &'a Before<'a>,
}

impl<'a> JudgedMigration<'a> {
    fn run<'r>(&self, rejections: &'r [(u32, Rejection)]) -> Run<'r>
    where
        'a: 'r,
    {
        Run {
            number: self.number,
            migration: self.migration,
            direction: self.direction,
            statements: &self.lowered.statements,
            before: self.before,
            rejections,
        }
    }
}

struct Judge<'a> {
    project: &'a Project,
    set: &'a MigrationSet,
    config: &'a Config,
    scope: &'a Scope,
    reading: ReadOptions,
    /// For each migration, whether it is new in the changes.
    new: Vec<bool>,
    past: RefCell<Past>,
    /// What the base declares beside the set.
    released: Option<Released<'a>>,
}

impl Judge<'_> {
    fn covers(&self, migration: &Migration) -> bool {
        let mut parts = migration.all_parts();
        parts.any(|part| self.scope.covers(part.source.path()))
    }

    fn migration(
        &self,
        number: usize,
        migration: &Migration,
        reports: bool,
        replay: &mut Replay,
        output: &mut CheckState,
    ) {
        for file in &migration.after_unread {
            replay.skip(file, number);
        }
        if !migration.after_unread.is_empty() {
            self.past.borrow_mut().keep(replay);
        }
        let up = Lowered::of(migration, Direction::Up, self.reading);
        if !reports {
            let step = Step::of(self.set, number, Direction::Up, &up);
            self.run(&step, None, replay, output);
            self.past.borrow_mut().push(self.set, number, up, replay);
            return;
        }
        output.summary.migrations += usize::from(!up.is_template());
        let before = Before::of(&self.past);
        if migration.down.is_some() || up.is_asked_before() {
            // What it leads back to is sure to be asked for.
            self.past.borrow_mut().keep(replay);
        }
        self.note(&up, output);
        let subject = JudgedMigration {
            number,
            migration,
            direction: Direction::Up,
            lowered: &up,
            before: &before,
        };
        let step = Step::of(self.set, number, Direction::Up, &up);
        self.run(&step, Some(&subject), replay, output);

        if migration.down.is_some() {
            let down = Lowered::of(migration, Direction::Down, self.reading);
            self.note(&down, output);
            let subject = JudgedMigration {
                number,
                migration,
                direction: Direction::Down,
                lowered: &down,
                before: &before,
            };
            let step = Step::of(self.set, number, Direction::Down, &down);
            self.run(&step, Some(&subject), &mut replay.clone(), output);
        }
        self.past.borrow_mut().push(self.set, number, up, replay);
    }

    /// Takes note of a direction's files: counts, suppressions, and what is wrong with the text
    /// itself.
    fn note(&self, lowered: &Lowered, output: &mut CheckState) {
        output.summary.statements += lowered.statements.len();
        output.summary.opaque += lowered.opaque();
        for (index, file) in lowered.files.iter().enumerate() {
            let source = &file.source;
            let path = source.path();
            if source.damaged() {
                let reason = "it is not UTF-8; what could not be read was taken for `?`";
                output.summary.ledger.push(Unjudged::broken(path, reason));
            }
            Self::note_unread(lowered, index, source, output);
            let read = Suppressions::read(
                source,
                file.comments.iter().copied(),
                &lowered.spans(index),
                self.config.require_reason,
                &|name| self.config.custom(name).map(|rule| rule.name),
            );
            match output.suppressions.get_mut(path) {
                Some(known) => known.merge(read),
                None => _ = output.suppressions.insert(path.to_owned(), read),
            }
            if let Some(setting) = output.settings.of(path).get(UNPARSED) {
                let found = file
                    .problems
                    .iter()
                    .map(|problem| unreadable(source, problem, setting.severity));
                output.diagnostics.extend(found);
            }
        }
    }

    /// Says where all of a file is nothing that a server could be given.
    fn note_unread(lowered: &Lowered, part: usize, source: &Source, output: &mut CheckState) {
        let of_part = lowered.statements.iter().zip(&lowered.parts);
        let (mut templates, mut others) = (false, false);
        for (statement, _) in of_part.filter(|&(_, &index)| index as usize == part) {
            if let Understood::Opaque {
                reason: Unread::Unmerged,
                ..
            } = statement.understood
            {
                output.unmerged(source, statement.span);
            }
            if is_template(statement) {
                templates = true;
            } else {
                others = true;
            }
        }
        let file = match (templates, others) {
            (false, _) => return,
            (true, false) => Unjudged::foreign(
                source.path(),
                "a template: what it is filled in with is not known here",
            ),
            (true, true) => Unjudged::partly(
                source.path(),
                "a template in part: what that is filled in with is not known here",
            ),
        };
        output.summary.ledger.push(file);
    }

    /// Runs one direction of a migration, and judges it where a subject is given.
    fn run(
        &self,
        step: &Step,
        subject: Option<&JudgedMigration>,
        replay: &mut Replay,
        output: &mut CheckState,
    ) {
        let mut rejections = Vec::new();
        replay.begin(step);
        for (index, (file, statement)) in step.statements().enumerate() {
            replay.enter(file, statement);
            if let Some(subject) = subject {
                self.call(&subject.run(&rejections), index, replay, output);
            }
            let refused = replay.statement(file, statement);
            rejections.extend(refused.into_iter().map(|rejection| (file, rejection)));
        }
        replay.end();
        if let Some(subject) = subject {
            let run = subject.run(&rejections);
            self.call(&run, step.statements.len(), replay, output);
        }
    }

    /// Calls the rules that look at a statement, or after the last one those that look at the whole
    /// migration.
    fn call(&self, run: &Run, index: usize, replay: &Replay, output: &mut CheckState) {
        let source = run
            .statements
            .get(index)
            .map(|statement| &statement.source)
            .or(run.source());
        let Some(source) = source.filter(|source| self.scope.covers(source.path())) else {
            return;
        };
        let active = output.settings.of(source.path());
        let mut context = Context {
            project: self.project,
            set: self.set,
            run,
            index,
            catalog: replay.catalog(),
            transaction: replay.transaction(),
            rows: replay.rows(),
            sizes: &self.config.sizes,
            released: self.released.filter(|_| self.is_unreleased(run)),
            batch: &|migration| {
                migration == run.number
                    || (self.new[run.number] && self.new.get(migration) == Some(&true))
            },
            effects: std::cell::OnceCell::new(),
            reporter: Reporter::new(Some(self.set), &mut output.diagnostics),
        };
        let up = run.direction == Direction::Up;
        let Some(statement) = run.statements.get(index) else {
            for (rule, setting) in self.rules(&active) {
                context.reporter.speak_for(&rule.meta, setting);
                match rule.check {
                    Check::Migration(check) if up => check(run, &mut context),
                    Check::Down(check) if !up => check(run, &mut context),
                    _ => {}
                }
            }
            return;
        };
        for &(rule, setting) in active.of_statements(self.set.dialect) {
            context.reporter.speak_for(&rule.meta, setting);
            match rule.check {
                Check::Statement(check) if up => check(statement, &mut context),
                Check::AnyStatement(check) => check(statement, &mut context),
                _ => {}
            }
        }
        if !up {
            return;
        }
        let mut unknown = Vec::new();
        for rule in &self.config.custom {
            let setting = self.config.custom_setting_under(rule, &active.overrides);
            let Some(setting) = setting else { continue };
            context.reporter.speak_for_custom(rule.name, setting);
            if let Err(error) = custom::check(rule, statement, &mut context) {
                let reason = format!("the rule `{}` has no value here: {error}", rule.name);
                unknown.push(Unjudged::broken(statement.source.path(), reason));
            }
        }
        output.summary.ledger.extend(unknown);
    }

    /// Whether the base has nothing of a migration: else it declares what came after.
    fn is_unreleased(&self, run: &Run) -> bool {
        let merged = self.scope.merged.as_ref();
        let outside = merged.is_some_and(|merged| {
            let mut parts = run.migration.up.iter();
            parts.all(|part| !merged.contains(part.source.path()))
        });
        self.new[run.number] || outside
    }

    /// Calls the rules that look at the whole set, and at its history.
    fn whole(&self, catalog: &Catalog, output: &mut CheckState) {
        let active = output.settings.of(&self.set.folder);
        let changes = self.scope.changes.as_ref();
        let run = |project, set, changes: Option<&_>| {
            let mut found: Vec<Diagnostic> = Vec::new();
            let reporter = Reporter::new(Some(set), &mut found);
            let mut context = SetContext {
                project,
                set,
                applied: &|set| self.config.applied(set),
                catalog,
                changes,
                merged: self.scope.merged.as_ref(),
                reporter,
            };
            for (rule, setting) in self.rules(&active) {
                context.reporter.speak_for(&rule.meta, setting);
                match rule.check {
                    Check::Set(check) => check(&mut context),
                    Check::History(check) if changes.is_some() => check(&mut context),
                    _ => {}
                }
            }
            found
        };
        let found = run(self.project, self.set, changes);
        // The same was wrong at the base: the changes did not bring it.
        let base = changes.filter(|_| !found.is_empty()).and_then(|changes| {
            let project = &changes.base.project;
            let in_folder = project.sets.iter();
            let mut in_folder = in_folder.filter(|set| set.folder == self.set.folder);
            let set = in_folder.find(|set| set.dialect == self.set.dialect)?;
            Some(run(project, set, None))
        });
        let base: BTreeSet<_> = base.iter().flatten().map(Diagnostic::identity).collect();
        for diagnostic in found {
            let path = diagnostic.source.path();
            // Who edits a migration answers for all of it; its comments are judged too.
            let edited = path.rsplit('.').next() == Some("sql") && self.scope.covers(path);
            let introduced = edited || !base.contains(&diagnostic.identity());
            // Where files were named, the others are silent.
            if self.scope.names(path) {
                // Comments are asked at the end, when all of the file's are read.
                output.settle(diagnostic, introduced, self.scope, |_, _| false);
            }
        }
    }

    fn rules<'r>(
        &self,
        active: &'r Active,
    ) -> impl Iterator<Item = (&'static crate::rules::Rule, crate::rules::Setting)> + use<'r> {
        let dialect = self.set.dialect;
        active
            .iter()
            .filter(move |(rule, _)| rule.meta.dialects.contains(&dialect))
    }
}

/// What a text that hides its own end is reported as.
fn unreadable(source: &Source, problem: &Problem, severity: Severity) -> Diagnostic {
    let message = problem.kind.message().to_owned();
    Diagnostic::new(UNPARSED, severity, source.clone(), problem.span, message)
}
