//! A deployment that makes the database look like the schema instead of applying migrations.

use super::{Check, WorkflowContext};
use crate::diagnostic::Severity;
use crate::workflow::{Action, CommandRun, Layer, Purpose, purpose};

pub(super) const CHECK: Check = Check::Workflow(check);

fn check(context: &mut WorkflowContext) {
    let workflow = context.workflow;
    for place in &workflow.places {
        for (run, at) in place.called() {
            // While an image is built there is no database; another rule says so.
            if at == Purpose::Deploy && !place.build && pushes(run) && reaches(run, &place.runs) {
                report(context, run, place.layer);
            }
        }
    }
    for run in workflow.alone.iter().filter(|run| pushes(run)) {
        let step = &run.chain[0];
        let named = purpose::says_production(&step.name) || config_says_production(run);
        let aside = purpose::of_path(step.source.path()).is_some();
        if step.layer == Layer::Script && named && !aside {
            report(context, run, Layer::Script);
        }
    }
}

fn pushes(run: &CommandRun) -> bool {
    matches!(run.action, Action::Push { .. }) && run.tool.is_some()
}

/// Whether it may run in production: not where only everything else is meant, unless production
/// gets its schema another way beside it, and the two drift apart.
fn reaches(run: &CommandRun, beside: &[CommandRun]) -> bool {
    let spared = run
        .guards
        .iter()
        .filter_map(|guard| guard.compared.as_ref());
    let mut spared = spared.filter(|it| !it.equal && purpose::says_production(&it.value));
    spared.next().is_none() || beside.iter().any(|other| other.action == Action::Apply)
}

fn config_says_production(run: &CommandRun) -> bool {
    let file = run.option("--config").or_else(|| run.env("env-file"));
    file.is_some_and(purpose::says_production)
}

fn report(context: &mut WorkflowContext, run: &CommandRun, layer: Layer) {
    let (Some(tool), Some(line)) = (run.tool, run.command_line()) else {
        return;
    };
    let loses = run.action == Action::Push { loses: true };
    let shown = run.shown();
    let migrations = context.migrations(tool);
    let folder = migrations.map(|set| set.folder.clone());
    let whereabouts = match layer {
        Layer::Job => "a job of CI runs",
        Layer::Compose | Layer::Image => "the container runs",
        Layer::Script => "a script for production runs",
        _ => "the deployment runs",
    };
    let passed = match &folder {
        Some(folder) if folder.is_empty() => {
            "which passes by the migrations here and does not record them".to_owned()
        }
        Some(folder) => {
            format!("which passes by the migrations in {folder} and does not record them")
        }
        None => "and no migrations exist yet: nothing says what it changes, or how to go back"
            .to_owned(),
    };
    let is_silent = line.silent_push.is_some();
    let severity = if loses || is_silent && !matches!(layer, Layer::Job | Layer::Script) {
        Severity::Error
    } else {
        Severity::Warning
    };
    let end = if loses {
        "; it drops columns and tables that are in the way, with what they hold"
    } else {
        line.silent_push.unwrap_or_default()
    };
    let help = format!(
        "write a migration with `{}`, commit it, and run `{}` here",
        line.write, line.apply
    );
    let applies = applied_elsewhere(context, run);
    let Some(mut reported) =
        context.report_run(run, format!("{whereabouts} `{shown}`, {passed}{end}"))
    else {
        return;
    };
    reported = reported.help(help).severity(severity);
    if let Some(step) = applies {
        reported.label(
            &step.source,
            step.span,
            "migrations are applied here, so the two databases drift apart",
        );
    }
}

/// Where the same tool applies migrations.
fn applied_elsewhere(
    context: &WorkflowContext,
    run: &CommandRun,
) -> Option<crate::workflow::ChainLink> {
    let places = &context.workflow.places;
    let mut runs = places.iter().flat_map(|place| place.called());
    let found = runs.find(|(other, _)| other.action == Action::Apply && other.tool == run.tool)?;
    Some(found.0.anchor().clone())
}
