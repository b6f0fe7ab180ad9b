//! The commands of drizzle-kit. What each version has and does was found by running it.

use crate::diagnostic::Severity;
use crate::project::script;
use crate::project::tree::{ending, parent};
use crate::workflow::command::{Action, CommandLine, OutputFolder, Removed, Unfit, plain};
use crate::workflow::version::Version;

use super::config::DrizzleConfig;

pub(super) static COMMAND_LINE: CommandLine = CommandLine {
    programs: &["drizzle-kit"],
    file: "drizzle-kit/bin",
    package: "drizzle-kit",
    library: Some("drizzle"),
    word: "drizzle",
    in_code: &["drizzle-kit"],
    title: "drizzle-kit",
    minor_counts: true,
    action,
    removed,
    unfit,
    write: "drizzle-kit generate",
    apply: "drizzle-kit migrate",
    silent_push: Some(
        "; without a terminal it changes nothing where it needs an answer (a rename, a loss of data), and reports success",
    ),
    record: (
        "meta/_journal.json",
        "the journal, without which drizzle-kit applies nothing",
    ),
    configures,
    output,
};

fn action(words: &[&str]) -> Action {
    let plain = plain(
        words,
        &["--config", "--dialect", "--schema", "--out", "--url"],
    );
    // `push:pg` is the name before 0.21.
    let name = plain
        .first()
        .map_or("", |name| name.split(':').next().unwrap_or_default());
    match name {
        "push" => Action::Push {
            loses: words.contains(&"--force"),
        },
        "migrate" => Action::Apply,
        "generate" | "drop" | "up" => Action::Write,
        _ => Action::Harmless,
    }
}

fn removed(words: &[String], version: Version) -> Option<Removed> {
    let name = words.get(1).filter(|word| !word.starts_with('-'))?;
    if version.at_least(0, 21)
        && let Some((plain, "pg" | "mysql" | "sqlite")) = name.split_once(':')
    {
        let bare = words.len() == 2;
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
    (version.at_least(1, 0) && name == "drop").then(|| Removed {
        what: "`drop`".to_owned(),
        consequence: "prints a notice, does nothing and reports success",
        help: "delete the migration's folder".to_owned(),
    })
}

fn unfit(action: Action) -> Option<Unfit> {
    (action == Action::Write).then_some(Unfit {
        does: "changes migration files where the application is deployed: nobody reviews them, and they are gone with the machine",
        help: "write migrations on a developer's machine, commit them, and only run `drizzle-kit migrate` here",
        severity: Severity::Warning,
    })
}

fn configures(name: &str) -> bool {
    name.starts_with("drizzle")
        && name.contains("config")
        && matches!(ending(name), "ts" | "js" | "mjs" | "mts" | "json")
}

fn output(path: &str, text: &str) -> Option<OutputFolder> {
    let values = script::values(text);
    let says = ["schema", "dialect", "driver"];
    if values.is_computed("out") || !says.iter().any(|name| values.has(name)) {
        return None;
    }
    Some(OutputFolder {
        folder: DrizzleConfig::from_values(path, parent(path), &values).out,
        what: format!("the `out` folder of {path}, where drizzle-kit writes migrations"),
        is_default: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialect_may_follow_a_command() {
        let action = |text: &str| super::action(&text.split(' ').collect::<Vec<_>>());
        assert_eq!(action("push --force"), Action::Push { loses: true });
        assert_eq!(action("push:pg --force"), Action::Push { loses: true });
        assert_eq!(action("--config=x.ts migrate"), Action::Apply);
        assert_eq!(action("check"), Action::Harmless);
    }
}
