//! A command for development in a deployment.

use super::{Check, WorkflowContext};
use crate::diagnostic::Severity;
use crate::workflow::{Action, Context, Run, Tool};

pub(super) const CHECK: Check = Check::Workflow(check);

fn check(context: &mut WorkflowContext) {
    let workflow = context.workflow;
    for place in &workflow.places {
        for (run, at) in place.called() {
            if at != Context::Deploy || run.tool == Tool::Other || is_guarded(run) {
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

/// Whether it stands behind a switch whose name says what it does.
fn is_guarded(run: &Run) -> bool {
    const SAYS: &[&str] = &["danger", "reset", "wipe", "destroy", "force", "recreate"];
    run.guards.iter().any(|guard| {
        let text = guard.text.to_ascii_lowercase();
        SAYS.iter().any(|word| text.contains(word))
    })
}

fn in_build(context: &mut WorkflowContext, run: &Run) {
    // A file in the image can be its database.
    let is_file = context
        .project
        .sets
        .iter()
        .any(|set| set.dialect.database_is_a_file())
        || run.env.iter().any(|(_, value)| value.contains("file:"));
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

fn in_deployment(context: &mut WorkflowContext, run: &Run) {
    let (does, help, severity) = match (run.tool, run.action) {
        (Tool::Prisma, Action::Develop) => (
            "is for development: it writes migrations that are missing, wants a second database to compare with, and asks to \
             empty this one when its history differs",
            "run `prisma migrate deploy`, which only applies what is committed",
            Severity::Error,
        ),
        (Tool::Prisma, Action::Reset) => (
            "drops the database and everything in it",
            "run `prisma migrate deploy`, which only applies what is committed",
            Severity::Error,
        ),
        (Tool::Drizzle, Action::Write) => (
            "changes migration files where the application is deployed: nobody reviews them, and they are gone with the machine",
            "write migrations on a developer's machine, commit them, and only run `drizzle-kit migrate` here",
            Severity::Warning,
        ),
        _ => return,
    };
    let message = format!("`{}` {does}", run.shown());
    if let Some(reported) = context.report_run(run, message) {
        reported.help(help).severity(severity);
    }
}
