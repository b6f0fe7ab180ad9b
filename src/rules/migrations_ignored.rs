//! Migrations that git or Docker leaves out.

use super::{Check, WorkflowContext};
use crate::diagnostic::Severity;
use crate::workflow::ExcludedBy;

pub(super) const CHECK: Check = Check::Workflow(check);

fn check(context: &mut WorkflowContext) {
    let workflow = context.workflow;
    for excluded in &workflow.excluded {
        let (path, what) = (&excluded.path, &excluded.what);
        let (message, help) = match &excluded.by {
            ExcludedBy::Git => (
                format!(
                    "git ignores `{path}`, {what}: it is never committed, so no other machine can apply it"
                ),
                "take the pattern away, or except the folder with `!`, and commit what is there",
            ),
            ExcludedBy::DockerIgnore(image) => (
                format!(
                    "`{path}`, {what}, is left out of the build of {image}, which applies it when it starts"
                ),
                "take the pattern away, or except the folder with `!`",
            ),
            ExcludedBy::Dockerfile(image) => (
                format!(
                    "{image} does not copy `{path}`, {what}, into the image that applies it when it starts: there are no migrations to apply"
                ),
                "copy the folder too, to its place beside what is copied already",
            ),
        };
        let severity = if excluded.applied {
            Severity::Error
        } else {
            Severity::Warning
        };
        if let Some(reported) = context.report_once(&excluded.source, excluded.span, message) {
            reported.help(help).severity(severity);
        }
    }
}
