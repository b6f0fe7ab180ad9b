//! The commands of Prisma. What each version has and does was found by running it.

use crate::diagnostic::Severity;
use crate::project::tree::{join, parent};
use crate::workflow::command::{Action, CommandLine, OutputFolder, Removed, Unfit, plain};
use crate::workflow::version::Version;

pub(super) static COMMAND_LINE: CommandLine = CommandLine {
    programs: &["prisma", "prisma2"],
    file: "prisma/build/index",
    package: "prisma",
    library: None,
    word: "prisma",
    in_code: &["prisma db", "prisma migrate"],
    title: "Prisma",
    minor_counts: false,
    action,
    removed,
    unfit,
    write: "prisma migrate dev",
    apply: "prisma migrate deploy",
    silent_push: None,
    record: (
        super::config::LOCK,
        "the lock file, which names the database of the migrations",
    ),
    configures: |name| name == "schema.prisma",
    // The folder of the default layout; another one is known by the migrations in it.
    output: |path, _| {
        Some(OutputFolder {
            folder: join(parent(path), "migrations"),
            what: format!("the folder where Prisma writes the migrations of {path}"),
            is_default: true,
        })
    },
};

fn action(words: &[&str]) -> Action {
    let has = |option: &str| words.contains(&option);
    match plain(words, &["--schema", "--config", "--url", "--name", "-n"])[..] {
        ["db", "push", ..] => Action::Push {
            loses: has("--accept-data-loss") || has("--force-reset"),
        },
        ["migrate", "deploy", ..] => Action::Apply,
        ["migrate", "dev", ..] if has("--create-only") => Action::Harmless,
        ["migrate", "dev", ..] => Action::Develop,
        ["migrate", "reset", ..] => Action::Reset,
        _ => Action::Harmless,
    }
}

fn removed(words: &[String], version: Version) -> Option<Removed> {
    let given: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    let plain = plain(&given, &["--schema", "--config", "--url", "--name", "-n"]);
    let command = plain.get(..2).unwrap_or(&plain);
    let gone = |what: String, help: &str| Removed {
        what,
        consequence: "fails",
        help: help.to_owned(),
    };
    if command == ["db", "drop"] && version.at_least(3, 0) {
        return Some(gone(
            "`db drop`".to_owned(),
            "use `prisma migrate reset`, or drop the database with its own tools",
        ));
    }
    if !version.at_least(7, 0) {
        return None;
    }
    if let Some((option, help)) = removed_option(command, &given) {
        return Some(gone(format!("option `{option}` here"), help));
    }
    match command {
        ["introspect", ..] => Some(gone("`introspect`".to_owned(), "it is `prisma db pull`")),
        ["migrate", "save" | "up"] => Some(gone(
            format!("`{}`", command.join(" ")),
            "it is `prisma migrate dev`, or `migrate deploy` in a deployment",
        )),
        _ => None,
    }
}

/// Options that version 7 took away: of which command, and what to do instead.
const REMOVED: &[(&[&str], &[&str], &str)] = &[
    (
        &["migrate dev", "migrate reset"],
        &["--skip-generate", "--skip-seed"],
        "leave it out: since 7 the command neither generates the client nor seeds",
    ),
    (
        &["db push"],
        &["--skip-generate"],
        "leave it out: since 7 the command does not generate the client",
    ),
    (
        &["migrate diff"],
        &[
            "--from-url",
            "--to-url",
            "--from-schema-datasource",
            "--to-schema-datasource",
        ],
        "since 7 it is `--from-config-datasource` or `--to-config-datasource`, and the URL stands in prisma.config.ts",
    ),
    (
        &["migrate diff"],
        &["--from-schema-datamodel", "--to-schema-datamodel"],
        "since 7 it is `--from-schema` or `--to-schema`",
    ),
    (
        &["migrate diff"],
        &["--shadow-database-url"],
        "since 7 `shadowDatabaseUrl` stands in prisma.config.ts",
    ),
    (&["generate"], &["--no-engine"], "leave it out"),
];

fn removed_option(command: &[&str], given: &[&str]) -> Option<(&'static str, &'static str)> {
    let name = command.join(" ");
    REMOVED.iter().find_map(|(commands, options, help)| {
        let given = given.iter().filter_map(|word| word.split('=').next());
        let found = options
            .iter()
            .find(|option| given.clone().any(|it| it == **option));
        let found = found.filter(|_| {
            commands
                .iter()
                .any(|it| name == *it || name.starts_with(&format!("{it} ")))
        })?;
        Some((*found, *help))
    })
}

fn unfit(action: Action) -> Option<Unfit> {
    const DEPLOY: &str = "run `prisma migrate deploy`, which only applies what is committed";
    let does = match action {
        Action::Develop => {
            "is for development: it writes migrations that are missing, wants a second database to compare with, and asks to \
             empty this one when its history differs"
        }
        Action::Reset => "drops the database and everything in it",
        _ => return None,
    };
    Some(Unfit {
        does,
        help: DEPLOY,
        severity: Severity::Error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_stand_anywhere() {
        let action = |text: &str| super::action(&text.split(' ').collect::<Vec<_>>());
        let loses = Action::Push { loses: true };
        for text in [
            "db push --accept-data-loss",
            "--schema a/b.prisma db push --force-reset",
            "db --config=x push --url $URL --accept-data-loss",
        ] {
            assert_eq!(action(text), loses, "{text}");
        }
        assert_eq!(action("migrate dev --name init"), Action::Develop);
        assert_eq!(action("migrate dev --create-only"), Action::Harmless);
        assert_eq!(action("migrate deploy --schema=x"), Action::Apply);
    }
}
