//! The help: commands in groups, and examples under each.

use clap::CommandFactory as _;

use super::Arguments;

/// The commands in the help, by what they are for.
pub(super) const GROUPS: &[(&str, &[&str])] = &[
    (
        "Check",
        &[
            "check",
            "drift",
            "schema",
            "locks",
            "report",
            #[cfg(feature = "server")]
            "verify",
            #[cfg(feature = "server")]
            "status",
            "explain",
            "rules",
        ],
    ),
    (
        "Write migrations",
        &[
            "new",
            "enum",
            "not-null",
            "add-column",
            "add-index",
            "add-unique",
            "add-fk",
            "change-type",
            "rename",
            "drop-column",
            "split",
            "rollback",
            "rebase",
            "snapshot",
            "guide",
        ],
    ),
    (
        "Set up",
        &[
            "init",
            "config",
            "baseline",
            "install-hook",
            "uninstall-hook",
            "test-rules",
            "lsp",
            "completions",
            "man",
            "help",
            "version",
        ],
    ),
];

/// Examples of each command, with what they do. Tests parse them.
pub(super) const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    (
        "check",
        &[
            ("driftlint check", "all that lies here"),
            ("driftlint check --staged", "what the next commit brings"),
            (
                "driftlint check --since origin/main --format github",
                "a pull request",
            ),
            (
                "driftlint check --output sarif=driftlint.sarif --output junit=driftlint.xml",
                "several reports at once",
            ),
            ("driftlint check --fix", "apply what keeps the meaning"),
        ],
    ),
    (
        "drift",
        &[
            (
                "driftlint drift",
                "what the schema and the migrations disagree about",
            ),
            (
                "driftlint drift --format sql",
                "the migration that closes the gap",
            ),
            (
                "driftlint drift --format mermaid",
                "a diagram of what disagrees",
            ),
            (
                "driftlint drift --write add_rating",
                "the same as a new migration",
            ),
        ],
    ),
    (
        "schema",
        &[
            ("driftlint schema", "what the migrations make"),
            (
                "driftlint schema --at 0007_orders --format sql",
                "after one of them, as DDL",
            ),
            (
                "driftlint schema --format mermaid",
                "a diagram for a README",
            ),
            (
                "driftlint schema --since origin/main --format mermaid",
                "what a branch changes, as a diagram",
            ),
            (
                "driftlint schema --format html",
                "a page with the schema at each migration",
            ),
        ],
    ),
    (
        "locks",
        &[(
            "driftlint locks migrations/0042_index.sql",
            "who waits while it runs",
        )],
    ),
    (
        "report",
        &[
            (
                "driftlint report --html driftlint.html",
                "schema, findings, drift and locks on one page",
            ),
            (
                "driftlint report --since origin/main --html review.html",
                "what a branch brings",
            ),
        ],
    ),
    #[cfg(feature = "server")]
    (
        "verify",
        &[
            (
                "driftlint verify",
                "on a server that lives as long as the run",
            ),
            (
                "driftlint verify --url postgres://postgres@localhost/app",
                "in a new database beside `app`",
            ),
            (
                "driftlint verify --since main --rows 1000",
                "new migrations on tables with rows",
            ),
        ],
    ),
    #[cfg(feature = "server")]
    (
        "status",
        &[
            (
                "driftlint status --url postgres://localhost/app",
                "what that database has, and what was changed by hand",
            ),
            (
                "driftlint status --allow-pending --format one-line",
                "before a deployment, on the database of DATABASE_URL",
            ),
            (
                "driftlint status --env-file .env --format sql",
                "what brings its schema back",
            ),
        ],
    ),
    (
        "explain",
        &[("driftlint explain drop-column", "the rule's page")],
    ),
    (
        "rules",
        &[("driftlint rules --format json", "all rules for a program")],
    ),
    (
        "new",
        &[("driftlint new", "asks, and leads to the command")],
    ),
    (
        "enum",
        &[(
            "driftlint enum status --to open,closed --map done=closed",
            "give an enum other labels",
        )],
    ),
    (
        "not-null",
        &[(
            "driftlint not-null users.email --dry-run",
            "show the steps, write nothing",
        )],
    ),
    (
        "add-column",
        &[("driftlint add-column users.bio text", "a nullable column")],
    ),
    (
        "add-index",
        &[("driftlint add-index users email", "while writes go on")],
    ),
    (
        "add-unique",
        &[("driftlint add-unique users email", "while writes go on")],
    ),
    (
        "add-fk",
        &[(
            "driftlint add-fk orders.user_id users.id",
            "validated in a second step",
        )],
    ),
    (
        "change-type",
        &[(
            "driftlint change-type orders.total numeric(12,2)",
            "another type in steps",
        )],
    ),
    (
        "rename",
        &[(
            "driftlint rename users.name full_name",
            "expand and contract",
        )],
    ),
    (
        "drop-column",
        &[(
            "driftlint drop-column users.legacy_id",
            "one that no schema declares",
        )],
    ),
    (
        "split",
        &[(
            "driftlint split 0042_orders --dry-run",
            "the steps in its place, nothing written",
        )],
    ),
    (
        "rollback",
        &[("driftlint rollback 0042_orders", "print what takes it back")],
    ),
    (
        "rebase",
        &[("driftlint rebase", "after a merge, or in the middle of one")],
    ),
    (
        "snapshot",
        &[(
            "driftlint snapshot",
            "the one that a hand-written migration lacks",
        )],
    ),
    ("guide", &[("driftlint guide enums", "one guide")]),
    (
        "init",
        &[("driftlint init", "configuration, hook and CI job")],
    ),
    (
        "config",
        &[
            ("driftlint config show", "what holds here"),
            ("driftlint config schema", "JSON Schema for editors"),
        ],
    ),
    (
        "baseline",
        &[("driftlint baseline", "report on later migrations only")],
    ),
    (
        "install-hook",
        &[("driftlint install-hook", "check before each commit")],
    ),
    ("uninstall-hook", &[("driftlint uninstall-hook", "no more")]),
    (
        "test-rules",
        &[("driftlint test-rules", "the project's own rules")],
    ),
    ("lsp", &[("driftlint lsp", "an editor starts it")]),
    (
        "completions",
        &[("driftlint completions zsh", "print what zsh reads")],
    ),
    ("man", &[("driftlint man check", "a page of the manual")]),
    (
        "help",
        &[(
            "driftlint help check",
            "the same as `driftlint check --help`",
        )],
    ),
    (
        "version",
        &[("driftlint version --format json", "for a program")],
    ),
];

/// All commands as they are, none hidden.
pub(super) fn plain() -> clap::Command {
    with_examples(Arguments::command())
}

/// The command line; its help lists the commands in groups.
pub(super) fn command_line() -> clap::Command {
    let mut command = plain();
    let mut groups = String::new();
    for (heading, names) in GROUPS {
        groups += &format!("{heading}:\n");
        for name in *names {
            let about = command
                .find_subcommand(name)
                .and_then(clap::Command::get_about)
                .map(ToString::to_string);
            let indent = " ".repeat(NAME_COLUMNS);
            let about = filled(&about.unwrap_or_default(), COLUMNS - NAME_COLUMNS, &indent);
            groups += &format!("  {name:16}{about}\n");
        }
        groups.push('\n');
    }
    // What the groups list is not listed a second time.
    for name in GROUPS.iter().flat_map(|(_, names)| *names) {
        command = command.mut_subcommand(name, |one| one.hide(true));
    }
    let command = command.override_usage("driftlint <COMMAND> [OPTIONS]");
    command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}{{all-args}}"
    ))
}

/// How wide the list of commands is, and the names in it.
const COLUMNS: usize = 80;
const NAME_COLUMNS: usize = 18;

/// Words in lines of at most so many columns, later ones indented.
fn filled(text: &str, columns: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > columns {
            out += &format!("\n{indent}");
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out
}

fn with_examples(mut command: clap::Command) -> clap::Command {
    for (name, examples) in EXAMPLES {
        let mut text = String::from("Examples:\n");
        for (example, what) in *examples {
            text += &format!("  {example}\n      {what}\n");
        }
        command = command.mut_subcommand(name, |one| one.after_help(text.trim_end().to_owned()));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::parse;

    #[test]
    fn the_help_lists_every_command_once() {
        let command = Arguments::command();
        let mut known: Vec<&str> = command
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        let mut listed: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| names.iter().copied())
            .collect();
        known.sort_unstable();
        listed.sort_unstable();
        assert_eq!(known, listed);
        let mut shown: Vec<&str> = EXAMPLES.iter().map(|(name, _)| *name).collect();
        shown.sort_unstable();
        assert_eq!(known, shown, "each has an example");
    }

    #[test]
    fn the_list_of_commands_fits_a_terminal() {
        let help = command_line().render_help().to_string();
        let (list, _) = help.split_once("\nOptions:").expect("options after it");
        assert!(
            list.contains("Usage: driftlint <COMMAND> [OPTIONS]"),
            "{help}"
        );
        for line in list.lines() {
            assert!(line.chars().count() <= COLUMNS, "{line}");
        }
    }

    #[test]
    fn the_examples_are_command_lines() {
        for (name, examples) in EXAMPLES {
            for (example, _) in *examples {
                let words: Vec<&str> = example.split(' ').collect();
                assert_eq!(words[1], *name);
                if let Err(error) = parse(words.iter().map(Into::into)) {
                    panic!("{example}: {error}");
                }
            }
        }
    }
}
