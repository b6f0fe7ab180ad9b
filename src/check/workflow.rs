//! The rules about the workflow around migrations: of the whole project, or what a change brings.

use std::collections::BTreeSet;

use super::{CheckState, Scope};
use crate::config::Config;
use crate::context::{Reporter, WorkflowContext};
use crate::diagnostic::{Diagnostic, Severity};
use crate::history::ChangeSet;
use crate::project::{FileStatus, Project, Unjudged};
use crate::rules::{self, Check, Setting};
use crate::suppress::Suppressions;
use crate::workflow::Workflow;

/// What was read to be judged.
#[derive(Debug)]
pub struct Workflows {
    /// Of the tree that is checked.
    pub now: Workflow,
    /// Of the base, where changes are checked.
    pub base: Option<Workflow>,
}

/// Whether any rule about workflows runs.
pub fn is_wanted(config: &Config) -> bool {
    let mut wanted = rules::all().iter().filter(|rule| config.may_run(rule));
    wanted.any(|rule| matches!(rule.check, Check::Workflow(_)))
}

pub(super) fn check(project: &Project, config: &Config, scope: &Scope, output: &mut CheckState) {
    let Some(workflows) = &scope.workflows else {
        return;
    };
    let found = run(project, &workflows.now, config);
    let before = match (&workflows.base, &scope.changes) {
        (Some(base), Some(changes)) if !found.is_empty() => {
            run(&changes.base.project, base, config)
                .into_iter()
                .map(|it| identity(&it, Some(changes)))
                .collect()
        }
        _ => BTreeSet::new(),
    };
    for mut diagnostic in found {
        let path = diagnostic.source.path().to_owned();
        let Some(setting) = output
            .settings
            .of(&path)
            .get(diagnostic.rule)
            .filter(|_| scope.names(&path))
        else {
            continue;
        };
        if setting.configured {
            diagnostic.severity = setting.severity;
        }
        let comments = Suppressions::by_line(&diagnostic.source, config.require_reason);
        output.suppressions.entry(path).or_insert(comments);
        if !before.contains(&identity(&diagnostic, None)) {
            output.diagnostics.push(diagnostic);
        } else if scope.all_drift {
            diagnostic.severity = Severity::Note;
            output.diagnostics.push(diagnostic);
        } else {
            output.summary.drift_before += 1;
        }
    }
    let changed = |path: &str| scope.changes.is_none() || scope.covers(path);
    let unread = workflows
        .now
        .unread
        .iter()
        .filter(|(path, _)| scope.names(path) && changed(path));
    output.summary.ledger.extend(unread.map(|(path, reason)| {
        Unjudged::foreign(
            path,
            format!("what it runs is not judged, because it cannot be read: {reason}"),
        )
    }));
}

/// What stays the same while a file is edited around it; a file that was renamed since has its new
/// name.
fn identity(
    diagnostic: &Diagnostic,
    changes: Option<&ChangeSet>,
) -> (&'static str, String, String) {
    let path = diagnostic.source.path();
    let moved = changes
        .into_iter()
        .flat_map(|changes| &changes.files)
        .find(|file| matches!(&file.status, FileStatus::Renamed { from } if from == path));
    let path = moved.map_or(path, |file| file.path.as_str());
    (diagnostic.rule, path.to_owned(), diagnostic.message.clone())
}

fn run(project: &Project, workflow: &Workflow, config: &Config) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut context = WorkflowContext {
        project,
        workflow,
        reporter: Reporter::new(None, &mut found),
        seen: BTreeSet::new(),
    };
    for rule in rules::all().iter().filter(|rule| config.may_run(rule)) {
        let Check::Workflow(check) = rule.check else {
            continue;
        };
        let setting = Setting {
            severity: rule.meta.severity,
            configured: false,
        };
        context.reporter.speak_for(&rule.meta, setting);
        context.seen.clear();
        check(&mut context);
    }
    found
}
