//! [`check`]: the pipeline. Pure: no files, no clock, no environment.
//!
//! Every migration of a set that has anything to report on is replayed, one at a time; only those
//! in [`Scope`] report.

mod aftermath;
mod drift;
pub mod known;
mod ledger;
mod locks;
mod merged;
mod set;
mod settings;
mod workflow;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::sizes::SMALL;
use crate::compare::Difference;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity, fingerprint};
use crate::history::ChangeSet;
use crate::project::{FileStatus, MigrationSet, Project, Unsupported};
use crate::rules::Group;
use crate::schema::input::Input;
use crate::schema::{Language, Note};
use crate::source::{Source, Span};
use crate::suppress::Suppressions;
use settings::Settings;

pub use drift::is_same;
pub use ledger::Ledger;
pub use locks::{Locked, locks};
pub use workflow::{Workflows, is_wanted as wants_workflow};

/// The rules that the pipeline itself reports, beside what their own code does.
pub const PIPELINE_RULES: &[&str] = &[set::UNPARSED, crate::suppress::RULE, UNMERGED];

/// The rule under which the marks of an unresolved merge are reported.
const UNMERGED: &str = "unresolved-merge";

/// What may report. Everything is read and replayed all the same.
#[derive(Debug, Default)]
pub struct Scope {
    /// Only these files and what lies in these folders; everything if empty.
    pub paths: Vec<String>,
    /// Only what these changes touch.
    pub changes: Option<ChangeSet>,
    /// Also drift that was there before the changes.
    pub all_drift: bool,
    /// The files that the default branch has; `None` where that is not known, so that everything is
    /// new.
    pub merged: Option<BTreeSet<String>>,
    /// Findings that the project has decided to live with.
    pub known: Option<known::Known>,
    /// Whether what driftlint does not read leaves the question open, too.
    pub strict: bool,
    /// The workflow around migrations, where it is to be judged.
    pub workflows: Option<Workflows>,
}

impl Scope {
    /// Whether a file may report.
    pub fn covers(&self, path: &str) -> bool {
        let changed = |changes: &ChangeSet| {
            changes
                .status(path)
                .is_some_and(|status| *status != FileStatus::Deleted)
        };
        self.names(path) && self.changes.as_ref().is_none_or(changed)
    }

    /// Whether a file was named, or lies in a folder that was; all are if none was.
    fn names(&self, path: &str) -> bool {
        self.paths.is_empty()
            || self
                .paths
                .iter()
                .any(|folder| crate::project::tree::is_under(path, folder))
    }

    /// Whether a file or folder was named, or anything in it.
    fn reaches_or_names(&self, path: &str) -> bool {
        let is_under = crate::project::tree::is_under;
        self.names(path) || self.paths.iter().any(|named| is_under(named, path))
    }

    /// Whether anything that may report lies in a folder.
    fn reaches(&self, folder: &str) -> bool {
        let is_under = crate::project::tree::is_under;
        let changed = |changes: &ChangeSet| {
            changes
                .files
                .iter()
                .any(|file| is_under(&file.path, folder) && self.names(&file.path))
        };
        match &self.changes {
            Some(changes) => changed(changes),
            None => self.names(folder) || self.paths.iter().any(|path| is_under(path, folder)),
        }
    }

    /// Whether a whole set was named: its folder or one above it, or one of its schema files.
    fn names_set(&self, set: &MigrationSet) -> bool {
        self.names(&set.folder)
            || set
                .declared
                .iter()
                .any(|declared| self.names(&declared.path))
    }

    /// Whether anything of a set, or of what belongs to it, may report.
    fn touches(&self, set: &MigrationSet) -> bool {
        let Some(changes) = &self.changes else {
            return self.paths.is_empty() || self.paths.iter().any(|path| set.belongs(path));
        };
        changes.files.iter().any(|file| {
            set.belongs(&file.path)
                || matches!(&file.status, FileStatus::Renamed { from } if set.belongs(from))
        })
    }
}

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// By file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// How much was looked at.
    pub summary: Summary,
    /// Of [`compare`], what migrations can close.
    pub gaps: Vec<Gap>,
}

/// Differences between what a set's migrations make and what is declared, all of them reported.
#[derive(Debug)]
pub struct Gap {
    /// The set's index in the project.
    pub set: usize,
    /// The schema's index among those of the set.
    pub declared: usize,
    /// In the order of the objects' names.
    pub differences: Vec<Difference>,
}

impl Report {
    /// How many diagnostics are exactly this bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }

    /// The worst severity.
    pub fn worst(&self) -> Option<Severity> {
        self.diagnostics
            .iter()
            .map(|diagnostic| diagnostic.severity)
            .max()
    }
}

/// How much was looked at, and how much of it could not be judged.
#[derive(Debug, Default)]
pub struct Summary {
    /// Migrations of which something was judged, up or down.
    pub migrations: usize,
    /// Statements in them.
    pub statements: usize,
    /// Statements that nobody understood.
    pub opaque: usize,
    /// Diagnostics that comments allowed.
    pub suppressed: usize,
    /// What was judged, and what was not.
    pub ledger: Ledger,
    /// Sets whose migrations were compared with schemas.
    pub compared: Vec<Compared>,
    /// What could not be evaluated in these schemas, and other remarks about them.
    pub remarks: Vec<Note>,
    /// Differences that were there before the changes, and are not shown.
    pub drift_before: usize,
    /// Sets whose dialect nothing tells, so that they are read as the default.
    pub guessed: BTreeSet<String>,
    /// Findings in migrations that are merged, which nobody can edit any more.
    pub merged: MergedFindings,
    /// Findings that the baseline knows, which are not shown.
    pub known: usize,
    /// What the baseline knows and nothing reports any more.
    pub stale: Vec<known::KnownFinding>,
}

/// Findings that are not shown, for what they are about has been run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergedFindings {
    /// How many.
    pub findings: usize,
    /// The files that they are in.
    pub files: BTreeSet<String>,
}

/// What was compared with the migrations of one set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The folder of the set.
    pub folder: String,
    /// What its migrations were compared with.
    pub with: Vec<Language>,
    /// How many migrations it has.
    pub migrations: usize,
    /// Columns that are declared.
    pub columns: usize,
    /// Those of them that could be evaluated.
    pub known: usize,
}

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
            let migrated = set::check(project, set, config, scope, &mut output);
            let broken = aftermath::failures(input, set, config, scope, &mut output.settings);
            output.diagnostics.extend(broken);
            drift::compare(beside, Some(&migrated), config, scope, &mut output);
        } else {
            drift::compare(beside, None, config, scope, &mut output);
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
                set::check(project, &gone, config, scope, &mut output);
            }
        }
    }
    workflow::check(project, config, scope, &mut output);
    drift::complain(config, scope, &mut output);
    output.finish(project, scope)
}

/// Only compares the schemas of a project with what its migrations make.
pub fn compare(input: &Input, config: &Config, scope: &Scope) -> Report {
    let mut output = CheckState::new(config);
    let mut gaps = Vec::new();
    for (index, beside) in input.sets().enumerate() {
        let mut found = drift::compare(beside, None, config, scope, &mut output);
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
        output.summary.ledger.extend(drift::nothing_beside(beside));
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
        self.diagnostics.push(Diagnostic {
            rule: UNMERGED,
            severity: setting.severity,
            confidence: crate::diagnostic::Confidence::High,
            message: "git could not merge this file, and both versions are still in it".to_owned(),
            help: Some("resolve the conflict; nothing else is concluded from the file".to_owned()),
            source: source.clone(),
            span,
            related: Vec::new(),
            fixes: Vec::new(),
            lock: None,
            rows: None,
            fingerprint: String::new(),
            object: None,
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
            let Some(setting) = settings.get(crate::suppress::RULE) else {
                continue;
            };
            file.complain(ran, |source: &Source, span, message, help, fix| {
                self.diagnostics.push(Diagnostic {
                    rule: crate::suppress::RULE,
                    severity: setting.severity,
                    confidence: crate::diagnostic::Confidence::High,
                    message,
                    help: Some(help),
                    source: source.clone(),
                    span,
                    related: Vec::new(),
                    fixes: fix.into_iter().collect(),
                    object: None,
                    lock: None,
                    rows: None,
                    fingerprint: String::new(),
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

/// Whether a rule's errors are about what the server refuses: rows that are lost, readers that wait
/// and schemas that disagree are another matter.
fn says_why(rule: &str) -> bool {
    crate::rules::find(rule).is_some_and(|rule| {
        matches!(
            rule.meta.group,
            Group::Correctness | Group::Transaction | Group::Compatibility
        )
    })
}

/// Leaves out what the server would say where a rule says why: one cause, one diagnostic.
fn drop_explained(diagnostics: &mut Vec<Diagnostic>) {
    let refusal = |diagnostic: &Diagnostic| {
        matches!(diagnostic.rule, "migration-will-fail" | "down-will-fail")
    };
    let reasons: Vec<(String, Span)> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error && !refusal(diagnostic))
        .filter(|diagnostic| says_why(diagnostic.rule))
        .map(|diagnostic| (diagnostic.source.path().to_owned(), diagnostic.span))
        .collect();
    let explained = |diagnostic: &Diagnostic| {
        reasons
            .iter()
            .any(|(path, span)| path == diagnostic.source.path() && span.contains(diagnostic.span))
    };
    // What a migration without a snapshot made is not in the last one.
    let without_snapshot: BTreeSet<String> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.rule == "migration-without-snapshot")
        .map(|diagnostic| diagnostic.source.path().to_owned())
        .collect();
    let missed = |diagnostic: &Diagnostic| {
        diagnostic.rule == crate::drift::STALE_SNAPSHOT
            && diagnostic
                .related
                .iter()
                .any(|label| without_snapshot.contains(label.source.path()))
    };
    let said: Vec<(&str, String, Span)> = diagnostics
        .iter()
        .map(|diagnostic| {
            let path = diagnostic.source.path().to_owned();
            (diagnostic.rule, path, diagnostic.span)
        })
        .collect();
    let said_already = |diagnostic: &Diagnostic| {
        let better = said_better_by(diagnostic.rule);
        said.iter().any(|(rule, path, span)| {
            better.contains(rule)
                && path == diagnostic.source.path()
                && diagnostic.span.contains(*span)
        })
    };
    diagnostics.retain(|diagnostic| {
        !(missed(diagnostic)
            || refusal(diagnostic) && explained(diagnostic)
            || said_already(diagnostic))
    });
}

/// The rules that, of the same statement, give the cause of what this one would say.
fn said_better_by(rule: &str) -> &'static [&'static str] {
    match rule {
        "column-type-changed" => &["lossy-type-change"],
        // Rows that hold a null stop the statement before anybody waits for it.
        "blocking-validation" => &["set-not-null-without-backfill"],
        "work-under-lock" | "repeated-scan" => &[
            "blocking-constraint",
            "blocking-index",
            "blocking-validation",
            "table-rewrite",
            "validate-in-same-transaction",
        ],
        _ => &[],
    }
}
