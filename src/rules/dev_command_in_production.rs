//! A command for development in a deployment.

use super::{Check, WorkflowContext};
use crate::diagnostic::Severity;
use crate::workflow::{CommandRun, Purpose};

pub(super) const CHECK: Check = Check::Workflow(check);

fn check(context: &mut WorkflowContext) {
    let workflow = context.workflow;
    for place in &workflow.places {
        for (run, at) in place.called() {
            if at != Purpose::Deploy || run.tool.is_none() || is_guarded(run) {
                continue;
            }
            if place.build && run.action.brings_up() {
                in_build(context, run);
            } else {
                in_deployment(context, run);
            }
        }
    }
}

/// Whether it is guarded by a switch whose name says what it does.
fn is_guarded(run: &CommandRun) -> bool {
    const SAYS: &[&str] = &["danger", "reset", "wipe", "destroy", "force", "recreate"];
    run.guards.iter().any(|guard| {
        let text = guard.text.to_ascii_lowercase();
        SAYS.iter().any(|word| text.contains(word))
    })
}

fn in_build(context: &mut WorkflowContext, run: &CommandRun) {
    // A file in the image can be its database.
    let is_file = context
        .project
        .sets
        .iter()
        .any(|set| set.dialect.database_is_a_file())
        || run
            .env
            .assignments()
            .iter()
            .any(|it| it.value.contains("file:"));
    if is_file {
        return;
    }
    let message = format!(
        "`{}` needs a database while the image is built, and changes that one, not the one that the image will run with",
        run.shown()
    );
    if let Some(reported) = context.report_run(run, message) {
        reported
            .help("apply migrations when the application is deployed: before it starts, or in a step of its own")
            .severity(Severity::Warning);
    }
}

fn in_deployment(context: &mut WorkflowContext, run: &CommandRun) {
    let unfit = run.command_line().and_then(|tool| (tool.unfit)(run.action));
    let Some(unfit) = unfit else { return };
    let message = format!("`{}` {}", run.shown(), unfit.does);
    if let Some(reported) = context.report_run(run, message) {
        reported.help(unfit.help).severity(unfit.severity);
    }
}
