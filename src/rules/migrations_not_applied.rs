//! A compose file that starts a database and the application, and never applies the migrations.

use super::{Check, WorkflowContext};
use crate::project::tree::is_under;
use crate::workflow::compose::{Compose, Service};
use crate::workflow::{Launcher, Layer, Purpose};

pub(super) const CHECK: Check = Check::Workflow(check);

fn check(context: &mut WorkflowContext) {
    let workflow = context.workflow;
    // A command elsewhere that works on a service, or brings the schema up before or beside it.
    let elsewhere = workflow.places.iter().any(|place| {
        !matches!(place.layer, Layer::Job | Layer::Image)
            && place.runs.iter().any(|run| run.action.brings_up())
    });
    let by_hand = workflow
        .alone
        .iter()
        .any(|run| run.action.brings_up() && run.chain[0].layer != Layer::Script);
    if elsewhere || by_hand || workflow.works_on_services {
        return;
    }
    for compose in &workflow.composes {
        compose_file(context, compose);
    }
}

fn compose_file(context: &mut WorkflowContext, compose: &Compose) {
    let Some(database) = compose.services.iter().find(|it| it.is_database()) else {
        return;
    };
    if compose.services.iter().any(starts_sql) {
        return;
    }
    for service in &compose.services {
        let Some(build) = service
            .build
            .as_ref()
            .filter(|_| service.source.path() == compose.source.path())
        else {
            continue;
        };
        let Some(place) = place(context, service).filter(|place| place.context == Purpose::Deploy)
        else {
            continue;
        };
        let sets = context.project.sets.iter();
        let mut sets = sets.filter(|set| !set.migrations.is_empty());
        let Some(set) = sets.find(|set| is_under(&set.folder, &build.context)) else {
            continue;
        };
        if !uses(service, &database.name)
            || is_development(place, service, &build.context)
            || context.workflow.may_apply(service)
        {
            continue;
        }
        let migrations = match set.folder.as_str() {
            "" => "the migrations".to_owned(),
            folder => format!("the migrations in {folder}"),
        };
        let message = format!(
            "`{}` starts with an empty `{}`: nothing applies {migrations}, neither a service nor the image nor the code that it \
             starts",
            service.name, database.name
        );
        if let Some(reported) = context.report_once(&service.source, service.span, message) {
            reported.label(&database.source, database.span, "the database").help(
                "add a service that applies migrations, and wait for it with `condition: service_completed_successfully`",
            );
            return;
        }
    }
}

/// Whether it is a database whose image runs files of SQL when it starts first.
fn starts_sql(service: &Service) -> bool {
    service
        .mounts
        .iter()
        .any(|it| it.target.contains("docker-entrypoint-initdb.d"))
}

fn place<'p>(context: &WorkflowContext<'p>, service: &Service) -> Option<&'p Launcher> {
    context.workflow.places.iter().find(|place| {
        place.layer == Layer::Compose
            && place.path == service.source.path()
            && place.name == service.name
    })
}

/// Whether a service talks to a database.
fn uses(service: &Service, database: &str) -> bool {
    let depends = service.depends.iter().any(|it| it.service == database);
    depends || service.env.iter().any(|it| names(&it.value, database))
}

/// Whether a value of the environment is the database's name, or an address with it.
fn names(value: &str, database: &str) -> bool {
    value.contains(&format!("@{database}:"))
        || value.contains(&format!("@{database}/"))
        || value == database
}

/// Whether the sources are mounted over the image, or a development server is started: migrations
/// are then applied by hand.
fn is_development(place: &Launcher, service: &Service, root: &str) -> bool {
    let mounted = service.mounts.iter().any(|it| it.source == root);
    let watched = place
        .runs
        .iter()
        .any(|run| run.action == crate::workflow::Action::ServeDevelopment);
    mounted
        || watched
        || (0..place.runs.len()).any(|at| place.context_of(at) == Purpose::Development)
}
