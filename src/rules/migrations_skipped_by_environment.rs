//! Start-up code that applies migrations only outside of production, and a default compose file
//! that says production.

use super::{Check, WorkflowContext};
use crate::workflow::compose::{Compose, Service, Variable};
use crate::workflow::run::{EnvironmentTest, Guard};
use crate::workflow::{Action, CommandRun, Launcher, purpose};

pub(super) const CHECK: Check = Check::Workflow(check);

fn check(context: &mut WorkflowContext) {
    let workflow = context.workflow;
    for compose in workflow.composes.iter().filter(|it| it.default) {
        for service in compose
            .services
            .iter()
            .filter(|it| it.source.path() == compose.source.path())
        {
            let place = workflow.places.iter().find(|place| {
                place.layer == crate::workflow::Layer::Compose
                    && place.path == service.source.path()
                    && place.name == service.name
            });
            if let Some(place) = place {
                judge(context, compose, service, place);
            }
        }
    }
}

fn judge(context: &mut WorkflowContext, compose: &Compose, service: &Service, place: &Launcher) {
    let applies: Vec<&CommandRun> = place
        .runs
        .iter()
        .filter(|run| run.action.brings_up() && !run.uncalled)
        .collect();
    let Some(first) = applies.first() else { return };
    let Some(guard) = gate(first).cloned() else {
        return;
    };
    // Every way to the schema has to be closed by the same variable.
    let closed = applies
        .iter()
        .all(|run| gate(run).is_some_and(|it| name(it) == name(&guard)));
    // What cannot be read may be another way.
    let unseen = place.runs.iter().any(|run| run.action == Action::Unseen);
    if unseen || !closed || others_apply(context, compose, service) {
        return;
    }
    let variable = name(&guard);
    let set = service
        .variable(variable)
        .filter(|it| skips(&guard, &it.value))
        .cloned();
    let Some(Variable {
        source,
        span,
        value,
        ..
    }) = set.or_else(|| of_image(service, place, variable, &guard))
    else {
        return;
    };
    let message = format!(
        "`{}` runs with {variable}={value}, under which it applies no migrations, and nothing else in this file does: a database \
         that is new here stays empty, one that is old stays old",
        service.name
    );
    let step = first.anchor().clone();
    if let Some(reported) = context.report_once(&source, span, message) {
        let named = step.source.clone();
        let reported = if guard.path == named.path() {
            reported.label(
                &named,
                guard.span,
                "migrations are applied only under this condition",
            )
        } else {
            reported.label(
                &named,
                step.span,
                "migrations are applied only outside of it",
            )
        };
        reported.help(format!(
            "this is the file that `docker compose up` takes by default: set {variable} to `development` here, and keep production \
             in a file of its own"
        ));
    }
}

/// The condition on the environment that a run stands under.
fn gate(run: &CommandRun) -> Option<&Guard> {
    run.guards.iter().find(|guard| {
        guard.compared.as_ref().is_some_and(|it| {
            names_environment(it)
                && (!it.equal && purpose::says_production(&it.value)
                    || it.equal && purpose::says_development(&it.value))
        })
    })
}

/// Whether what is asked for is the variable that says which environment this is.
fn names_environment(it: &EnvironmentTest) -> bool {
    it.name == "NODE_ENV" || it.name.ends_with("_ENV") || it.name == "ENVIRONMENT"
}

fn name(guard: &Guard) -> &str {
    guard.compared.as_ref().map_or("", |it| it.name.as_str())
}

/// Whether the migrations are skipped under this value.
fn skips(guard: &Guard, value: &str) -> bool {
    guard
        .compared
        .as_ref()
        .is_some_and(|it| (value == it.value) != it.equal && purpose::says_production(value))
}

/// What the image sets, where the service does not.
fn of_image(service: &Service, place: &Launcher, name: &str, guard: &Guard) -> Option<Variable> {
    if service.variable(name).is_some() {
        return None;
    }
    let set = place
        .env
        .iter()
        .find(|it| it.name == name && skips(guard, &it.value))?;
    Some(Variable {
        name: name.to_owned(),
        value: set.value.clone(),
        source: service.source.clone(),
        span: service.span,
    })
}

/// Whether another service of the file applies migrations.
fn others_apply(context: &WorkflowContext, compose: &Compose, service: &Service) -> bool {
    let mut others = compose.services.iter().filter(|it| it.name != service.name);
    others.any(|other| {
        context.workflow.places.iter().any(|place| {
            place.layer == crate::workflow::Layer::Compose
                && place.path == other.source.path()
                && place.name == other.name
                && place
                    .runs
                    .iter()
                    .any(|run| run.action.brings_up() && gate(run).is_none())
        })
    })
}
