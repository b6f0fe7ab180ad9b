//! What a rule about the workflow around migrations is given.

use std::collections::BTreeSet;

use super::reported::{Reported, Reporter};
use crate::project::{MigrationSet, Project};
use crate::source::{Source, Span};
use crate::tool::Tool;
use crate::workflow::{CommandRun, Layer, Workflow};

/// The workflow of a project.
pub struct WorkflowContext<'a> {
    /// The project it belongs to.
    pub project: &'a Project,
    /// Every command that compose files, images, CI jobs and scripts run.
    pub workflow: &'a Workflow,
    pub(crate) reporter: Reporter<'a>,
    /// What the current rule has reported, by file and place.
    pub(crate) seen: BTreeSet<(String, Span)>,
}

impl WorkflowContext<'_> {
    /// Reports a problem.
    pub fn report(
        &mut self,
        source: &Source,
        span: Span,
        message: impl Into<String>,
    ) -> Reported<'_> {
        self.reporter.report(source.clone(), span, message.into())
    }

    /// Reports a problem, unless this rule has reported that place.
    pub fn report_once(
        &mut self,
        source: &Source,
        span: Span,
        message: impl Into<String>,
    ) -> Option<Reported<'_>> {
        let place = (source.path().to_owned(), span);
        self.seen
            .insert(place)
            .then(|| self.reporter.report(source.clone(), span, message.into()))
    }

    /// Reports a command where it is run, with the way to it and from it, unless this rule has
    /// reported that place.
    pub fn report_run(
        &mut self,
        run: &CommandRun,
        message: impl Into<String>,
    ) -> Option<Reported<'_>> {
        let anchor = run.anchor().clone();
        let at = run.chain.iter().position(|step| {
            step.source.path() == anchor.source.path() && step.span == anchor.span
        });
        let mut reported = self.report_once(&anchor.source, anchor.span, message)?;
        for (index, step) in run.chain.iter().enumerate() {
            if Some(index) == at
                || step.source.path() == anchor.source.path() && anchor.span.contains(step.span)
            {
                continue;
            }
            let message = match step.layer {
                Layer::Script => format!("the script `{}` runs it", step.name),
                Layer::Target => format!("the target `{}` runs it", step.name),
                _ if Some(index) < at => "which is started here".to_owned(),
                _ => "here".to_owned(),
            };
            reported = reported.label(&step.source, step.span, message);
        }
        Some(reported)
    }

    /// The first set of a tool's migrations, if the project has any.
    pub fn migrations(&self, tool: Tool) -> Option<&MigrationSet> {
        let mut sets = self.project.sets.iter();
        sets.find(|set| set.runner == tool && !set.migrations.is_empty())
    }
}
