//! [`check`]: the pipeline. Pure: no files, no clock, no environment.
//!
//! Every migration of a set that has anything to report on is replayed, one at a time; only those
//! in [`Scope`] report.

mod aftermath;
mod drift;
mod explained;
mod impact;
pub mod known;
mod ledger;
mod locks;
mod merged;
mod scope;
mod set;
mod settings;
mod settle;
mod standpoint;
mod summary;
mod timeline;
mod workflow;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::sizes::SMALL;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, fingerprint};
use crate::project::{MigrationSet, Project, Unsupported};
use crate::rules::name;
use crate::schema::input::Input;
use crate::source::{Source, Span};
use crate::suppress::{self, Suppressions};
use explained::drop_explained;
use settings::Settings;

pub use drift::is_same;
pub use impact::{Impact, SchemaChange, SchemaEffect, SetImpact, impact};
pub use ledger::Ledger;
#[cfg(feature = "server")]
pub(crate) use locks::locked;
pub use locks::{Locked, locks};
pub use scope::Scope;
pub use standpoint::{Standpoint, standpoint};
pub use summary::{Compared, Gap, MergedFindings, Report, Summary};
pub use timeline::{Timeline, TimelineStep, timeline};
pub use workflow::{Workflows, is_wanted as wants_workflow};

/// The rules that the pipeline itself reports, beside what their own code does.
pub const PIPELINE_RULES: &[&str] = &[set::UNPARSED, suppress::RULE, UNMERGED];

/// The rule under which the marks of an unresolved merge are reported.
const UNMERGED: &str = name::unresolved_merge;

/// What sets add to while they are checked.
struct CheckState<'a> {
    settings: Settings<'a>,
    diagnostics: Vec<Diagnostic>,
    /// Of every file that was judged, by path.
    suppressions: BTreeMap<String, Suppressions>,
    /// Files that took part in a comparison of schemas.
    compared: BTreeSet<String>,
    /// Which `[[allow]]` had something to allow, by index.
    allowed: BTreeSet<usize>,
    summary: Summary,
}

/// Checks a project. Call it where the stack is deep: see [`crate::sql::on_big_stack`].
pub fn check(input: &Input, config: &Config, scope: &Scope) -> Report {
    let mut output = CheckState::new(config);
    let project = &input.project;
    for beside in input.sets() {
        let set = beside.set;
        if scope.touches(set) {
            if set.dialect_is_a_guess() {
                output.summary.guessed.insert(set.folder.clone());
            }
            let migrated = set::check(project, set, &input.kept, config, scope, &mut output);
            let broken = aftermath::failures(input, set, config, scope, &mut output.settings);
            output.diagnostics.extend(broken);
            drift::compare(
                beside,
                || Cow::Borrowed(&migrated),
                config,
                scope,
                &mut output,
            );
        } else {
            drift::compare(
                beside,
                || Cow::Owned(input.kept.catalog_of(set, config.versions())),
                config,
                scope,
                &mut output,
            );
        }
    }
    // A set whose files are all gone has no migrations to replay, and still a history.
    if let Some(changes) = &scope.changes {
        let base = changes.base.project.sets.iter();
        for base in base.filter(|base| scope.touches(base)) {
            if !project
                .sets
                .iter()
                .any(|set| set.folder == base.folder && set.dialect == base.dialect)
            {
                let gone = MigrationSet {
                    migrations: Vec::new(),
                    skipped: Vec::new(),
                    ..base.clone()
                };
                set::check(project, &gone, &input.kept, config, scope, &mut output);
            }
        }
    }
    workflow::check(project, config, scope, &mut output);
    drift::complain(config, scope, &mut output);
    output.finish(project, scope)
}

/// Only compares the schemas of a project with what its migrations make.
pub fn compare(input: &Input, config: &Config, scope: &Scope) -> Report {
    compare_with(input, config, scope, true)
}

/// As [`compare`], without a word about sets beside which nothing is declared: for who compares them
/// with something else too.
pub fn compare_declared(input: &Input, config: &Config, scope: &Scope) -> Report {
    compare_with(input, config, scope, false)
}

fn compare_with(input: &Input, config: &Config, scope: &Scope, needed: bool) -> Report {
    let mut output = CheckState::new(config);
    let mut gaps = Vec::new();
    for (index, beside) in input.sets().enumerate() {
        let replay = || Cow::Owned(input.kept.catalog_of(beside.set, config.versions()));
        let mut found = drift::compare(beside, replay, config, scope, &mut output);
        // One gap for each schema.
        found.sort_by_key(|(declared, _)| *declared);
        gaps.extend(
            found
                .chunk_by(|(left, _), (right, _)| left == right)
                .map(|chunk| Gap {
                    set: index,
                    declared: chunk[0].0,
                    differences: chunk
                        .iter()
                        .map(|(_, difference)| difference.clone())
                        .collect(),
                }),
        );
        if needed {
            output.summary.ledger.extend(drift::nothing_beside(beside));
        }
        if beside.schemas.is_some() {
            output.summary.ledger.extend(drift::left_out(beside.set));
        }
    }
    drift::complain(config, scope, &mut output);
    Report {
        gaps,
        ..output.finish(&input.project, scope)
    }
}

impl<'a> CheckState<'a> {
    fn new(config: &'a Config) -> Self {
        Self {
            settings: Settings::new(config),
            diagnostics: Vec::new(),
            suppressions: BTreeMap::new(),
            compared: BTreeSet::new(),
            allowed: BTreeSet::new(),
            summary: Summary::default(),
        }
    }

    /// Findings of the baseline are not shown. What it knows and nobody reports any more is stale,
    /// as far as all that could report it was asked.
    fn leave_known_out(&mut self, reported: &BTreeSet<String>, scope: &Scope) {
        let Some(known) = &scope.known else { return };
        let fingerprints = known.fingerprints();
        let found = self.diagnostics.len();
        self.diagnostics
            .retain(|diagnostic| !fingerprints.contains(diagnostic.fingerprint.as_str()));
        self.summary.known = found - self.diagnostics.len();
        if scope.changes.is_some() {
            return;
        }
        for finding in &known.findings {
            let active = self.settings.of(&finding.file);
            let asked = scope.names(&finding.file) && active.ran(&finding.rule, false);
            if asked && !reported.contains(&finding.fingerprint) {
                self.summary.stale.push(finding.clone());
            }
        }
    }

    /// Reports the marks of an unresolved merge.
    fn unmerged(&mut self, source: &Source, span: Span) {
        let Some(setting) = self.settings.of(source.path()).get(UNMERGED) else {
            return;
        };
        let message = "git could not merge this file, and both versions are still in it".to_owned();
        self.diagnostics.push(Diagnostic {
            help: Some("resolve the conflict; nothing else is concluded from the file".to_owned()),
            ..Diagnostic::new(UNMERGED, setting.severity, source.clone(), span, message)
        });
    }

    fn finish(mut self, project: &Project, scope: &Scope) -> Report {
        let unsupported = project
            .unsupported
            .iter()
            .filter(|other| scope.reaches(&other.folder));
        self.summary
            .ledger
            .extend(unsupported.map(Unsupported::unjudged));
        let unmigrated = project
            .unmigrated
            .iter()
            .filter(|file| scope.covers(&file.path));
        self.summary.ledger.extend(unmigrated.cloned());
        // Several sets may share a file, and then find the same in it.
        let key = |diagnostic: &Diagnostic| {
            (
                diagnostic.source.path().to_owned(),
                diagnostic.span,
                diagnostic.rule,
                diagnostic.message.clone(),
            )
        };
        self.diagnostics.sort_by_cached_key(key);
        self.diagnostics.dedup_by(|a, b| key(a) == key(b));
        drop_explained(&mut self.diagnostics);
        let suppressions = &mut self.suppressions;
        let found = self.diagnostics.len();
        self.diagnostics.retain(|diagnostic| {
            !suppressions
                .get_mut(diagnostic.source.path())
                .is_some_and(|file| file.allow(diagnostic))
        });
        self.summary.suppressed += found - self.diagnostics.len();
        // Few rows are done with before anybody notices.
        self.diagnostics
            .retain(|diagnostic| diagnostic.rows.is_none_or(|rows| rows > SMALL));
        fingerprint::number(&mut self.diagnostics);
        let mut reported: BTreeSet<String> = fingerprints(&self.diagnostics);
        self.leave_merged_out(project, scope);
        let judged = self.suppressions.keys().cloned();
        self.summary.ledger.settle(judged, project, scope);
        for (path, file) in &self.suppressions {
            let settings = self.settings.of(path);
            let ran = |rule: &str| {
                let comparable =
                    !crate::drift::RULES.contains(&rule) || self.compared.contains(path);
                comparable && settings.ran(rule, scope.changes.is_some())
            };
            let Some(setting) = settings.get(suppress::RULE) else {
                continue;
            };
            file.complain(ran, |source: &Source, span, message, help, fix| {
                let (rule, severity) = (suppress::RULE, setting.severity);
                self.diagnostics.push(Diagnostic {
                    help: Some(help),
                    fixes: fix.into_iter().collect(),
                    ..Diagnostic::new(rule, severity, source.clone(), span, message)
                });
            });
        }
        self.diagnostics.sort_by_cached_key(key);
        self.diagnostics.dedup_by(|a, b| key(a) == key(b));
        fingerprint::number(&mut self.diagnostics);
        reported.extend(fingerprints(&self.diagnostics));
        self.leave_known_out(&reported, scope);
        Report {
            diagnostics: self.diagnostics,
            summary: self.summary,
            gaps: Vec::new(),
        }
    }
}

fn fingerprints(diagnostics: &[Diagnostic]) -> BTreeSet<String> {
    let all = diagnostics.iter();
    all.map(|diagnostic| diagnostic.fingerprint.clone())
        .collect()
}
