//! Migrations that git or Docker leaves out.

use super::{Check, WorkflowContext};
use crate::diagnostic::Severity;

pub(super) const CHECK: Check = Check::Workflow(check);

fn check(context: &mut WorkflowContext) {
    let workflow = context.workflow;
    for excluded in &workflow.excluded {
        let (path, what) = (&excluded.path, &excluded.what);
        let (message, help) = match &excluded.image {
            None => (
                format!(
                    "git ignores `{path}`, {what}: it is never committed, so no other machine can apply it"
                ),
                "take the pattern away, or except the folder with `!`, and commit what is there",
            ),
            Some(image) => (
                format!(
                    "`{path}`, {what}, is left out of the build of {image}, which applies it when it starts"
                ),
                "take the pattern away, or except the folder with `!`",
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
