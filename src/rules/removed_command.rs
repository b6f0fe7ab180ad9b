//! A command or option that the project's version of the tool no longer has.

use super::{Check, WorkflowContext};

pub(super) const CHECK: Check = Check::Workflow(check);

fn check(context: &mut WorkflowContext) {
    let workflow = context.workflow;
    let placed = workflow.places.iter().flat_map(|place| &place.runs);
    for run in placed.chain(&workflow.alone) {
        let (Some(version), Some(tool)) = (run.version, run.command_line()) else {
            continue;
        };
        let Some(removed) = (tool.removed)(&run.words, version) else {
            continue;
        };
        let message = format!(
            "{} {} has no {}: `{}` {}",
            tool.title,
            version.text(tool.minor_counts),
            removed.what,
            run.shown(),
            removed.consequence
        );
        if let Some(step) = run.chain.last()
            && let Some(reported) = context.report_once(&step.source, run.place, message)
        {
            reported.help(removed.help);
        }
    }
}
