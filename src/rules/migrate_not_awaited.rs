//! A service that starts before the migrations it needs are applied, and migrations that start
//! before their database listens.

use super::{Check, WorkflowContext};
use crate::workflow::compose::{Compose, Dependency, Service};
use crate::workflow::{Action, Launcher, Layer, Purpose};

pub(super) const CHECK: Check = Check::Workflow(check);

const COMPLETED: &str = "service_completed_successfully";
const HEALTHY: &str = "service_healthy";

fn check(context: &mut WorkflowContext) {
    let workflow = context.workflow;
    for compose in &workflow.composes {
        let services = || {
            compose
                .services
                .iter()
                .filter(|it| it.source.path() == compose.source.path())
        };
        for migrate in services() {
            let Some(place) = place(&workflow.places, migrate).filter(|place| migrates(place))
            else {
                continue;
            };
            if ends(migrate, place) {
                let others = services().filter(|it| it.name != migrate.name);
                for service in others.filter(|it| runs_whenever(migrate, it)) {
                    waits(context, compose, service, migrate);
                }
            }
            starts_early(context, compose, migrate, place);
        }
    }
}

fn place<'p>(places: &'p [Launcher], service: &Service) -> Option<&'p Launcher> {
    places.iter().find(|place| {
        place.layer == Layer::Compose
            && place.path == service.source.path()
            && place.name == service.name
    })
}

/// Whether a service applies migrations where others depend on it.
fn migrates(place: &Launcher) -> bool {
    let mut called = place.called();
    place.context == Purpose::Deploy
        && called.any(|(run, at)| at == Purpose::Deploy && run.action.brings_up())
}

/// Whether it is done then: it starts nothing that runs on.
fn ends(service: &Service, place: &Launcher) -> bool {
    let last = place
        .runs
        .iter()
        .rposition(|run| run.action.brings_up())
        .unwrap_or(0);
    let after = &place.runs[last + 1..];
    let named = service.name.to_ascii_lowercase().contains("migrat");
    let serves = after
        .iter()
        .any(|run| matches!(run.action, Action::Serve | Action::ServeDevelopment));
    let unknown = after.iter().any(|run| run.action == Action::Unknown);
    !serves && (named || !unknown)
}

/// Whether a migrating service runs whenever another does: it has no profile, or all of the
/// other's. One with a profile of its own is run by hand, when somebody thinks of it.
fn runs_whenever(migrate: &Service, other: &Service) -> bool {
    let profiles = &migrate.profiles;
    profiles.is_empty()
        || (!other.profiles.is_empty() && other.profiles.iter().all(|it| profiles.contains(it)))
}

/// Whether it, or what it depends on, needs a database that another service migrates.
fn shares_database(compose: &Compose, service: &Service, migrate: &Service) -> bool {
    let databases = |of: &Service| -> Vec<String> {
        let names = compose.services.iter().filter(|it| it.is_database());
        names
            .filter(|it| uses(of, &it.name))
            .map(|it| it.name.clone())
            .collect()
    };
    let (ours, theirs) = (databases(service), databases(migrate));
    ours.iter().any(|it| theirs.contains(it))
}

/// Whether a service waits for another, or has its address in the environment.
fn uses(of: &Service, name: &str) -> bool {
    of.depends.iter().any(|it| it.service == name)
        || of.env.iter().any(|it| {
            it.value.contains(&format!("@{name}:")) || it.value.contains(&format!("@{name}/"))
        })
}

fn waits(context: &mut WorkflowContext, compose: &Compose, service: &Service, migrate: &Service) {
    let other = place(&context.workflow.places, service);
    let tests = other.is_some_and(|place| place.context != Purpose::Deploy);
    // Another service that applies migrations does not need this one's, nor does a seed of one.
    let applies = other.is_some_and(migrates);
    let direct = service.depends.iter().find(|it| it.service == migrate.name);
    let depends = direct.is_some()
        || (!service.depends.is_empty()
            && service
                .depends
                .iter()
                .any(|it| is_database(compose, &it.service)));
    if tests
        || applies
        || service.is_database()
        || !depends
        || reaches(compose, service, &migrate.name, 0)
    {
        return;
    }
    if direct.is_none() && (!shares_database(compose, service, migrate) || is_tool(service)) {
        return;
    }
    let name = &migrate.name;
    let (source, span, message) = match direct {
        Some(Dependency {
            source,
            span,
            condition,
            ..
        }) => (
            source,
            *span,
            format!(
                "`{}` waits until `{name}` has started, not until it is done ({condition}): it may run on the old schema",
                service.name
            ),
        ),
        None => (
            &service.source,
            service.span,
            format!(
                "`{}` uses the database that `{name}` migrates and does not wait for it: it may run on the old schema",
                service.name
            ),
        ),
    };
    if let Some(reported) = context.report_once(source, span, message) {
        reported
            .label(&migrate.source, migrate.span, "migrations are applied here")
            .help(format!(
                "depends_on: {{ {name}: {{ condition: {COMPLETED} }} }}"
            ));
    }
}

fn is_database(compose: &Compose, name: &str) -> bool {
    compose.service(name).is_some_and(Service::is_database)
}

/// Whether a service only looks at the database, whatever is in it.
fn is_tool(service: &Service) -> bool {
    const TOOLS: &[&str] = &[
        "pgadmin",
        "adminer",
        "exporter",
        "backup",
        "pgbouncer",
        "phpmyadmin",
        "metabase",
        "grafana",
        "pgweb",
        "studio",
        "pooler",
        "dbgate",
        "cloudbeaver",
        "postgrest",
    ];
    let image = service.image.as_deref().unwrap_or_default();
    let ours = service.build.is_some();
    !ours
        && (!image.is_empty())
        && (TOOLS
            .iter()
            .any(|it| image.contains(it) || service.name.contains(it))
            || image.split('/').count() < 2)
}

/// Whether a service starts only after another has ended well, through whatever it waits for.
fn reaches(compose: &Compose, service: &Service, wanted: &str, depth: usize) -> bool {
    depth < 20
        && service.depends.iter().any(|dependency| {
            if dependency.service == wanted && dependency.condition == COMPLETED {
                return true;
            }
            let waits = dependency.condition == COMPLETED
                || dependency.condition == HEALTHY
                || dependency.service != wanted;
            let next = compose.service(&dependency.service);
            waits
                && dependency.service != wanted
                && next.is_some_and(|next| reaches(compose, next, wanted, depth + 1))
        })
}

/// Migrations that are applied as soon as the database's container has started.
fn starts_early(
    context: &mut WorkflowContext,
    compose: &Compose,
    migrate: &Service,
    place: &Launcher,
) {
    let early = migrate
        .depends
        .iter()
        .find(|it| it.condition == "service_started" && is_database(compose, &it.service));
    let Some(early) = early else { return };
    let known = place
        .runs
        .iter()
        .any(|run| run.action.brings_up() && !run.retries);
    let waits = place
        .runs
        .iter()
        .any(|run| run.action == Action::Wait || run.retries);
    if migrate.restarts() || waits || !known {
        return;
    }
    let (name, database) = (&migrate.name, &early.service);
    let message = format!(
        "`{name}` applies migrations as soon as the container of `{database}` has started, which is before the server in it \
         listens: it fails, and nothing starts it again"
    );
    if let Some(reported) = context.report_once(&early.source, early.span, message) {
        reported.help(format!(
            "give `{database}` a `healthcheck`, and wait for it: depends_on: {{ {database}: {{ condition: {HEALTHY} }} }}"
        ));
    }
}
