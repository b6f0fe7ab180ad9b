//! What a command does to a database, judged by its words.

use super::version::Version;
use crate::diagnostic::Severity;
use crate::project::tree::file_name;
use crate::tool::Tool;

/// The program by which people and deployments use a tool.
pub(crate) struct CommandLine {
    /// The names by which it is started.
    pub(crate) programs: &'static [&'static str],
    /// Part of the path of its own file, by which it is started without its name.
    pub(crate) file: &'static str,
    /// The package of npm that it comes in, whose version is the tool's.
    pub(crate) package: &'static str,
    /// What code mentions that applies migrations through the tool's library.
    pub(crate) library: Option<&'static str>,
    /// Without this word a text runs none of it.
    pub(crate) word: &'static str,
    /// What code says that starts it.
    pub(crate) in_code: &'static [&'static str],
    /// What people call it.
    pub(crate) title: &'static str,
    /// Whether the second number of a version tells what commands there are.
    pub(crate) minor_counts: bool,
    /// What the words after its name do.
    pub(crate) action: fn(&[&str]) -> Action,
    /// What of a command a version no longer has; the first word is the program.
    pub(crate) removed: fn(&[String], Version) -> Option<Removed>,
    /// What is wrong with a command where the application is deployed.
    pub(crate) unfit: fn(Action) -> Option<Unfit>,
    /// The command that writes a migration on a developer's machine.
    pub(crate) write: &'static str,
    /// The command that applies what is committed.
    pub(crate) apply: &'static str,
    /// What a push without force does where nobody can answer it, if it does not fail.
    pub(crate) silent_push: Option<&'static str>,
    /// The file of a folder of migrations without which they are worth less, and what it is.
    pub(crate) record: (&'static str, &'static str),
    /// Whether a file's name says that it may name a folder for migrations.
    pub(crate) configures: fn(&str) -> bool,
    /// The folder for migrations that such a file, by its path and text, names.
    pub(crate) output: fn(&str, &str) -> Option<OutputFolder>,
}

/// The folder that a tool writes migrations into.
pub(crate) struct OutputFolder {
    pub(crate) folder: String,
    /// Who says so, for people.
    pub(crate) what: String,
    /// Whether it is what the tool takes when nothing is said.
    pub(crate) is_default: bool,
}

/// A command or option that is gone.
pub(crate) struct Removed {
    /// What, with its marks.
    pub(crate) what: String,
    /// What the command does instead.
    pub(crate) consequence: &'static str,
    /// What to write today.
    pub(crate) help: String,
}

/// What is wrong with a command in a deployment.
pub(crate) struct Unfit {
    /// What it does, to follow the command in a sentence.
    pub(crate) does: &'static str,
    /// What to run instead.
    pub(crate) help: &'static str,
    pub(crate) severity: Severity,
}

/// The command lines of all tools that have one.
pub(crate) fn command_lines() -> impl Iterator<Item = &'static CommandLine> {
    Tool::all().filter_map(Tool::command_line)
}

/// Whether a text may run a command of a tool.
pub(crate) fn names_program(text: &str) -> bool {
    command_lines().any(|it| it.programs.iter().any(|name| text.contains(name)))
}

/// Words of which a text has one if it applies or pushes anything itself.
pub(crate) fn telling_words() -> impl Iterator<Item = &'static str> {
    command_lines()
        .map(|it| it.word)
        .chain(std::iter::once("migrat"))
}

/// What code says that starts the program of a tool.
pub(crate) fn in_code() -> impl Iterator<Item = &'static str> {
    command_lines().flat_map(|it| it.in_code).copied()
}

/// The program whose own file a path is.
pub(crate) fn program_at(path: &str) -> Option<&'static str> {
    let found = command_lines().find(|it| path.contains(it.file))?;
    found.programs.first().copied()
}

/// What a command does with a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Makes the database look like the schema, past the migrations.
    Push {
        /// Whether it is asked to drop what is in the way.
        loses: bool,
    },
    /// Applies the migrations that wait.
    Apply,
    /// Writes migrations as it applies them.
    Develop,
    /// Empties the database first.
    Reset,
    /// Writes or removes migration files.
    Write,
    /// Another command of these tools.
    Harmless,
    /// Starts a server that watches its sources.
    ServeDevelopment,
    /// Starts a server that answers requests.
    Serve,
    /// Waits until something else is ready.
    Wait,
    /// Ends, prints or prepares: nothing that runs on.
    Brief,
    /// Starts code that cannot be read: it may do anything.
    Unseen,
    /// Something that driftlint does not know.
    Unknown,
}

impl Action {
    /// Whether the database has today's schema after it.
    pub fn brings_up(self) -> bool {
        matches!(
            self,
            Self::Push { .. } | Self::Apply | Self::Develop | Self::Reset
        )
    }
}

/// What the words of a command mean; the first is the tool's own name. The tool is one whose
/// commands are known in full.
pub(crate) fn classify(words: &[&str]) -> (Option<Tool>, Action) {
    let Some((name, rest)) = words.split_first() else {
        return (None, Action::Unknown);
    };
    if rest
        .iter()
        .any(|word| matches!(*word, "--help" | "-h" | "--version"))
    {
        return (None, Action::Brief);
    }
    let found = Tool::all().find_map(|tool| {
        let line = tool.command_line()?;
        line.programs.contains(name).then_some((tool, line))
    });
    match found {
        Some((tool, line)) => (Some(tool), (line.action)(rest)),
        None => (None, other(name, rest)),
    }
}

/// The words that are no options, and no values of those that take one.
pub(crate) fn plain<'a>(words: &[&'a str], with_value: &[&str]) -> Vec<&'a str> {
    let mut plain = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if with_value.contains(word) {
            words.next();
        } else if !word.starts_with('-') {
            plain.push(*word);
        }
    }
    plain
}

/// Words that apply migrations: a program, and what is said to it.
pub(crate) struct ApplyWords {
    program: &'static str,
    said: &'static [&'static str],
}

impl ApplyWords {
    pub(crate) const fn new(program: &'static str, said: &'static [&'static str]) -> Self {
        Self { program, said }
    }
}

/// Applying migrations with tools that have no room.
const OTHERS_APPLY: &[ApplyWords] = &[
    ApplyWords::new("liquibase", &["update"]),
    ApplyWords::new("alembic", &["upgrade"]),
    ApplyWords::new("typeorm", &["migration:run"]),
    ApplyWords::new("typeorm-ts-node-commonjs", &["migration:run"]),
    ApplyWords::new("typeorm-ts-node-esm", &["migration:run"]),
    ApplyWords::new("sequelize", &["db:migrate"]),
    ApplyWords::new("sequelize-cli", &["db:migrate"]),
    ApplyWords::new("mikro-orm", &["migration:up"]),
    ApplyWords::new("kysely", &["migrate"]),
    ApplyWords::new("tern", &["migrate"]),
    ApplyWords::new("artisan", &["migrate"]),
    ApplyWords::new("manage.py", &["migrate"]),
    ApplyWords::new("django-admin", &["migrate"]),
    ApplyWords::new("flask", &["db", "upgrade"]),
    ApplyWords::new("wrangler", &["d1", "migrations", "apply"]),
    ApplyWords::new("dotnet", &["ef", "database", "update"]),
    ApplyWords::new("dotnet-ef", &["database", "update"]),
    ApplyWords::new("mix", &["ecto.migrate"]),
    ApplyWords::new("refinery", &["migrate"]),
    ApplyWords::new("sea-orm-cli", &["migrate"]),
];

/// What ends by itself and keeps nothing waiting.
const BRIEF: &[&str] = &[
    "echo", "printf", "true", "false", ":", "exit", "return", "set", "unset", "export", "test",
    "[", "[[", "chmod", "chown", "mkdir", "cp", "mv", "rm", "cat", "ls", "grep", "sed", "awk",
    "id", "date", "env", "printenv", "touch", "ln", "tee", "tr", "cut", "head", "tail", "source",
    ".", "trap", "shift", "read", "local", "declare", "break", "continue", "wget", "curl", "psql",
    "mysql", "createdb", "kill", "which", "command", "type", "whoami", "pwd", "ulimit", "umask",
];

/// Whether words apply migrations by a tool that has no command line of its own here.
fn applies(name: &str, words: &[&str]) -> bool {
    const WITH_VALUE: &[&str] = &[
        "-dir",
        "-path",
        "-database",
        "-source",
        "-d",
        "-c",
        "--config",
    ];
    const DOWN: &[&str] = &[
        "revert", "down", "rollback", "redo", "status", "generate", "add", "create", "info",
    ];
    let known = Tool::all_applies().chain(OTHERS_APPLY);
    let mut of_program = known.filter(|it| it.program == name).peekable();
    if of_program.peek().is_none() {
        return false;
    }
    let plain = plain(words, WITH_VALUE);
    of_program.any(|it| it.said.iter().all(|said| plain.contains(said)))
        && !plain.iter().any(|word| DOWN.contains(word))
}

fn other(name: &str, words: &[&str]) -> Action {
    if applies(name, words) {
        return Action::Apply;
    }
    let watches = ["--watch", "watch", "--hot", "-w"];
    let watches = watches.iter().any(|word| words.contains(word));
    match name {
        "nodemon" | "ts-node-dev" | "tsnd" | "air" => Action::ServeDevelopment,
        "next" | "nuxt" | "vite" | "astro" | "remix" | "wrangler" | "nuxi" | "react-router"
        | "svelte-kit" | "vinxi" | "expo" | "encore"
            if words.contains(&"dev") =>
        {
            Action::ServeDevelopment
        }
        "nest" if words.contains(&"start") && watches => Action::ServeDevelopment,
        "vite" if words.is_empty() => Action::ServeDevelopment,
        "sleep" if words == ["infinity"] => Action::ServeDevelopment,
        "tail" if words == ["-f", "/dev/null"] => Action::ServeDevelopment,
        "sleep" | "pg_isready" | "nc" | "wait-for-it" | "wait-for-it.sh" | "wait-for"
        | "dockerize" | "wait-on" | "wait" | "wait-for.sh" | "mysqladmin" | "wait-port" => {
            Action::Wait
        }
        "next" | "nuxt" | "nest" | "remix-serve" | "serve" | "uvicorn" | "gunicorn" | "nginx"
        | "react-router-serve" | "pm2" | "pm2-runtime" | "puma" | "caddy" | "http-server"
            if !words.contains(&"build") =>
        {
            Action::Serve
        }
        name if BRIEF.contains(&name) => Action::Brief,
        _ => Action::Unknown,
    }
}

/// Whether a script that is run applies migrations, judged by its name: `migrate.ts`,
/// `run-migrations.mjs`, `db/migrations/run.js`.
pub(crate) fn is_migrate_file(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let made = [
        "create", "generate", "new", "make", "check", "status", "lint", "rollback", "down",
        "revert", "test", "data",
    ];
    let words: Vec<&str> = name
        .split(|sign: char| !sign.is_ascii_alphanumeric())
        .collect();
    name.contains("migrat") && !words.iter().any(|word| made.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(text: &str) -> Action {
        let words: Vec<&str> = text.split(' ').collect();
        classify(&words).1
    }

    #[test]
    fn tools_apply_by_words_of_their_own() {
        for text in [
            "supabase db push",
            "goose -dir db up",
            "alembic upgrade head",
            "rake db:migrate",
        ] {
            assert_eq!(action(text), Action::Apply, "{text}");
        }
        assert_eq!(action("sqlx migrate add x"), Action::Unknown);
        assert_eq!(action("git push"), Action::Unknown);
        assert_eq!(action("goose up --help"), Action::Brief);
    }

    #[test]
    fn a_file_is_known_by_its_name() {
        assert!(is_migrate_file("src/db/migrate.ts") && is_migrate_file("run-migrations.mjs"));
        assert!(!is_migrate_file("create-migration.ts") && !is_migrate_file("migrations/seed.ts"));
    }
}
