//! The rules about the workflow around migrations: of the whole project, or what a change brings.

use std::collections::BTreeSet;

use super::{CheckState, Scope};
use crate::config::Config;
use crate::context::{Reporter, WorkflowContext};
use crate::diagnostic::Diagnostic;
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
    let before: BTreeSet<_> = match (&workflows.base, &scope.changes) {
        (Some(base), Some(changes)) if !found.is_empty() => {
            run(&changes.base.project, base, config)
                .iter()
                .map(|it| it.identity_at(name_now(it.source.path(), changes)))
                .collect()
        }
        _ => BTreeSet::new(),
    };
    for diagnostic in found {
        let path = diagnostic.source.path();
        let is_on = output.settings.of(path).get(diagnostic.rule).is_some();
        if !is_on || !scope.names(path) {
            continue;
        }
        let comments = Suppressions::by_line(&diagnostic.source, config.require_reason);
        output
            .suppressions
            .entry(path.to_owned())
            .or_insert(comments);
        let introduced = !before.contains(&diagnostic.identity());
        // Comments are asked at the end, where what allows nothing is found too.
        output.settle(diagnostic, introduced, scope, |_, _| false);
    }
    let named = workflows.now.unread.iter();
    let named = named.filter(|it| scope.names(&it.path));
    let unread = named.filter(|it| scope.changes.is_none() || scope.covers(&it.path));
    output.summary.ledger.extend(unread.map(|file| {
        let reason = &file.reason;
        Unjudged::foreign(
            &file.path,
            format!("what it runs is not judged, because it cannot be read: {reason}"),
        )
    }));
}

/// What a file of the base is called now.
fn name_now<'p>(path: &'p str, changes: &'p ChangeSet) -> &'p str {
    let mut files = changes.files.iter();
    let moved =
        files.find(|file| matches!(&file.status, FileStatus::Renamed { from } if from == path));
    moved.map_or(path, |file| &file.path)
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
