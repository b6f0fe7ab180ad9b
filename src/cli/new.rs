//! `driftlint new`: asks what shall change, and leads to the command that writes it.

use std::io::IsTerminal as _;

use clap::Args;
use dialoguer::{Input, Select};

use super::{Session, note};
use crate::error::{Error, Result};

/// Its flags: none, since each command has its own.
#[derive(Debug, Args)]
pub(super) struct Arguments {}

/// Something that people want.
struct MenuEntry {
    /// In their words.
    what: &'static str,
    command: &'static [&'static str],
    questions: &'static [Question],
}

/// What has to be known for it.
struct Question {
    ask: &'static str,
    /// The flag that carries the answer; a bare argument without.
    flag: Option<&'static str>,
    /// Whether nothing is an answer, too.
    optional: bool,
    /// Whether the answer is several words for one argument each.
    several: bool,
}

impl Question {
    const fn of(ask: &'static str) -> Self {
        Self {
            ask,
            flag: None,
            optional: false,
            several: false,
        }
    }

    const fn flag(ask: &'static str, flag: &'static str) -> Self {
        Self {
            flag: Some(flag),
            ..Self::of(ask)
        }
    }

    const fn optional(ask: &'static str, flag: &'static str) -> Self {
        Self {
            optional: true,
            ..Self::flag(ask, flag)
        }
    }
}

const COLUMN: Question = Question::of("Column, as table.column");

const TABLE_AND_COLUMNS: &[Question] = &[
    Question::of("Table"),
    Question {
        several: true,
        ..Question::of("Columns")
    },
];

const WISHES: &[MenuEntry] = &[
    MenuEntry {
        what: "Write the migration for what the schema declares",
        command: &["drift"],
        questions: &[Question::flag("Name of the migration", "--write")],
    },
    MenuEntry {
        what: "Add a column",
        command: &["add-column"],
        questions: &[
            Question::of("New column, as table.column"),
            Question::of("Type"),
            Question::optional(
                "Default, as an SQL expression (empty for none)",
                "--default",
            ),
        ],
    },
    MenuEntry {
        what: "Have a column take no nulls",
        command: &["not-null"],
        questions: &[
            COLUMN,
            Question::optional(
                "What rows get that have none (empty if there are none)",
                "--fill",
            ),
        ],
    },
    MenuEntry {
        what: "Rename a column",
        command: &["rename"],
        questions: &[COLUMN, Question::of("New name")],
    },
    MenuEntry {
        what: "Change the type of a column",
        command: &["change-type"],
        questions: &[COLUMN, Question::of("New type")],
    },
    MenuEntry {
        what: "Drop a column",
        command: &["drop-column"],
        questions: &[COLUMN],
    },
    MenuEntry {
        what: "Change the labels of an enum type",
        command: &["enum"],
        questions: &[
            Question::of("Type"),
            Question::flag(
                "All labels that it shall have, with commas between them",
                "--to",
            ),
            Question::optional(
                "What becomes of a label that goes, as old=new (empty for none)",
                "--map",
            ),
        ],
    },
    MenuEntry {
        what: "Add an index",
        command: &["add-index"],
        questions: TABLE_AND_COLUMNS,
    },
    MenuEntry {
        what: "Add a unique constraint",
        command: &["add-unique"],
        questions: TABLE_AND_COLUMNS,
    },
    MenuEntry {
        what: "Add a foreign key",
        command: &["add-fk"],
        questions: &[
            Question::of("Column that refers, as table.column"),
            Question::of("Column that it refers to, as table.column"),
        ],
    },
    MenuEntry {
        what: "Take the last migration back with another one",
        command: &["rollback"],
        questions: &[
            Question::of("Migration"),
            Question::flag("Name of the new migration", "--as-migration"),
        ],
    },
    MenuEntry {
        what: "Put my migrations after those of another branch",
        command: &["rebase"],
        questions: &[],
    },
];

/// The command line that the answers make, for the command to be run.
pub(super) fn asked(_: &Arguments, session: &Session) -> Result<Vec<String>> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(without_terminal());
    }
    let names: Vec<&str> = WISHES.iter().map(|wish| wish.what).collect();
    let chosen = Select::new()
        .with_prompt("What shall change?")
        .items(&names)
        .default(0)
        .interact()
        .map_err(interrupted)?;
    let wish = &WISHES[chosen];
    let mut words: Vec<String> = wish.command.iter().map(|word| (*word).to_owned()).collect();
    for question in wish.questions {
        let answer: String = Input::new()
            .with_prompt(question.ask)
            .allow_empty(question.optional)
            .interact_text()
            .map_err(interrupted)?;
        let answer = answer.trim();
        if answer.is_empty() {
            continue;
        }
        words.extend(question.flag.map(str::to_owned));
        if question.several {
            let several = answer.split([',', ' ']).filter(|word| !word.is_empty());
            words.extend(several.map(str::to_owned));
        } else {
            words.push(answer.to_owned());
        }
    }
    if !session.global.quiet {
        let quoted: Vec<String> = words.iter().map(|word| in_shell(word)).collect();
        note(&format!("$ driftlint {}\n", quoted.join(" ")));
    }
    Ok(words)
}

/// A word as a shell takes it.
fn in_shell(word: &str) -> String {
    let mut signs = word.chars();
    if signs.all(|c| c.is_alphanumeric() || "-_.,=/".contains(c)) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Which command does what, for those whom nobody can ask.
fn without_terminal() -> Error {
    let lines: Vec<String> = WISHES.iter().map(command_line).collect();
    Error::Usage {
        message: "there is no terminal to ask on".to_owned(),
        help: Some(format!(
            "name the command yourself, with `--dry-run` or `--yes`: {}",
            lines.join("; ")
        )),
    }
}

/// A wish as a line of a shell, with what it asks for.
fn command_line(wish: &MenuEntry) -> String {
    let asked = wish.questions.iter().map(|question| {
        let word = question.ask.split([',', ' ']).next().unwrap_or_default();
        let word = word.to_uppercase();
        match question.flag {
            Some(flag) if question.optional => format!(" [{flag} …]"),
            Some(flag) => format!(" {flag} {word}"),
            None => format!(" {word}"),
        }
    });
    let words: String = asked.collect();
    format!("driftlint {}{words}", wish.command.join(" "))
}

fn interrupted(error: dialoguer::Error) -> Error {
    let dialoguer::Error::IO(source) = error;
    crate::workspace::io("read", std::path::Path::new("the terminal"), source)
}
