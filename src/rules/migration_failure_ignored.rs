//! A migration that fails while the application starts all the same.

use super::{Check, WorkflowContext};
use crate::workflow::{Action, Purpose};

pub(super) const CHECK: Check = Check::Workflow(check);

fn check(context: &mut WorkflowContext) {
    let workflow = context.workflow;
    for place in workflow.places.iter().filter(|place| !place.build) {
        for (run, at) in place.called() {
            let changes = matches!(run.action, Action::Apply | Action::Push { .. });
            let Some(ignored) = run
                .ignored
                .as_ref()
                .filter(|_| changes && at == Purpose::Deploy)
            else {
                continue;
            };
            // The command whose failure is lost stands where it is lost.
            let step = run
                .chain
                .iter()
                .find(|step| step.source.path() == ignored.source.path())
                .unwrap_or(run.anchor())
                .clone();
            let message = format!(
                "`{}` may fail and nothing notices: {} swallows it, and the application starts on the old schema",
                run.shown(),
                ignored.how
            );
            if let Some(mut reported) = context.report_once(&step.source, step.span, message) {
                reported = reported
                    .label(&ignored.source, ignored.span, "here")
                    .help("let it stop the start: a container that restarts tries again, and the old release keeps running");
                let rest = run
                    .chain
                    .iter()
                    .filter(|it| it.source.path() != step.source.path());
                for other in rest {
                    reported = reported.label(&other.source, other.span, "on the way to it");
                }
            }
        }
    }
}
