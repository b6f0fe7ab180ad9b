//! A command or option that the project's version of the tool no longer has.

use super::{Check, WorkflowContext};
use crate::workflow::{Run, Tool};

pub(super) const CHECK: Check = Check::Workflow(check);

fn check(context: &mut WorkflowContext) {
    let workflow = context.workflow;
    let placed = workflow.places.iter().flat_map(|place| &place.runs);
    for run in placed.chain(&workflow.alone) {
        let Some(version) = run.version else { continue };
        let found = match run.tool {
            Tool::Drizzle => drizzle(run, version),
            Tool::Prisma => prisma(run, version),
            Tool::Other => None,
        };
        let Some(Removed {
            what,
            consequence,
            help,
        }) = found
        else {
            continue;
        };
        let tool = if run.tool == Tool::Drizzle {
            "drizzle-kit"
        } else {
            "Prisma"
        };
        let message = format!(
            "{tool} {} has no {what}: `{}` {consequence}",
            version.text(run.tool == Tool::Drizzle),
            run.shown()
        );
        if let Some(step) = run.chain.last()
            && let Some(reported) = context.report_once(&step.source, run.place, message)
        {
            reported.help(help);
        }
    }
}

/// What is gone.
struct Removed {
    what: String,
    consequence: &'static str,
    help: String,
}

fn drizzle(run: &Run, version: crate::workflow::Version) -> Option<Removed> {
    let name = run
        .words
        .get(1)
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'))?;
    if version.at_least(0, 21)
        && let Some((plain, "pg" | "mysql" | "sqlite")) = name.split_once(':')
    {
        let bare = run.words.len() == 2;
        return Some(Removed {
            what: format!("`{name}`"),
            consequence: if bare {
                "prints a notice, does nothing and reports success"
            } else {
                "fails"
            },
            help: format!(
                "since 0.21 it is `drizzle-kit {plain}`, and the dialect stands in drizzle.config.ts"
            ),
        });
    }
    if version.at_least(1, 0) && name == "drop" {
        return Some(Removed {
            what: "`drop`".to_owned(),
            consequence: "prints a notice, does nothing and reports success",
            help: "delete the migration's folder".to_owned(),
        });
    }
    None
}

fn prisma(run: &Run, version: crate::workflow::Version) -> Option<Removed> {
    let option = |names: &[&str]| {
        let given = run
            .words
            .iter()
            .map(|word| word.split('=').next().unwrap_or_default());
        given
            .into_iter()
            .find(|word| names.contains(word))
            .map(str::to_owned)
    };
    let words: Vec<&str> = run.words[1..]
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let command = words.get(..2).unwrap_or(&words);
    let removed = |what: String, help: &str| Removed {
        what,
        consequence: "fails",
        help: help.to_owned(),
    };
    if command == ["db", "drop"] && version.at_least(3, 0) {
        return Some(removed(
            "`db drop`".to_owned(),
            "use `prisma migrate reset`, or drop the database with its own tools",
        ));
    }
    if !version.at_least(7, 0) {
        return None;
    }
    let given = |names: &[&str], help: &str| {
        option(names).map(|name| removed(format!("option `{name}` here"), help))
    };
    match command {
        ["migrate", "dev" | "reset"] => given(
            &["--skip-generate", "--skip-seed"],
            "leave it out: since 7 the command neither generates the client nor seeds",
        ),
        ["db", "push"] => given(&["--skip-generate"], "leave it out: since 7 the command does not generate the client"),
        ["migrate", "diff"] => given(
            &["--from-url", "--to-url", "--from-schema-datasource", "--to-schema-datasource"],
            "since 7 it is `--from-config-datasource` or `--to-config-datasource`, and the URL stands in prisma.config.ts",
        )
        .or_else(|| given(&["--from-schema-datamodel", "--to-schema-datamodel"], "since 7 it is `--from-schema` or `--to-schema`"))
        .or_else(|| given(&["--shadow-database-url"], "since 7 `shadowDatabaseUrl` stands in prisma.config.ts")),
        ["generate", ..] => given(&["--no-engine"], "leave it out"),
        ["introspect", ..] => Some(removed("`introspect`".to_owned(), "it is `prisma db pull`")),
        ["migrate", "save" | "up"] => Some(removed(format!("`{}`", command.join(" ")), "it is `prisma migrate dev`, or `migrate deploy` in a deployment")),
        _ => None,
    }
}
