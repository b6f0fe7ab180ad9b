//! What a command does to a database, told by its words.

use crate::project::tree::file_name;

/// Who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// drizzle-kit.
    Drizzle,
    /// Prisma's command line.
    Prisma,
    /// Another tool, or a script of the project.
    Other,
}

/// What it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Makes the database look like the schema, past the migrations.
    Push {
        /// Whether it is told to drop what is in the way.
        loses: bool,
    },
    /// Applies migrations.
    Apply,
    /// `prisma migrate dev`, which writes migrations as it applies them.
    Develop,
    /// Empties the database first.
    Reset,
    /// Writes or removes migration files: `drizzle-kit generate`, `drop` and `up`.
    Write,
    /// Another command of these tools.
    Harmless,
    /// Starts a server that watches its sources.
    ServeDevelopment,
    /// Starts a server.
    Serve,
    /// Waits until something else is ready.
    Wait,
    /// Ends, prints or prepares: nothing that runs on.
    Brief,
    /// Anything else.
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

/// What the words of a command mean; the first is the tool's own name.
pub(crate) fn classify(words: &[&str]) -> (Tool, Action) {
    let Some((name, rest)) = words.split_first() else {
        return (Tool::Other, Action::Unknown);
    };
    if rest
        .iter()
        .any(|word| matches!(*word, "--help" | "-h" | "--version"))
    {
        return (Tool::Other, Action::Brief);
    }
    match *name {
        "prisma" | "prisma2" => (Tool::Prisma, prisma(rest)),
        "drizzle-kit" => (Tool::Drizzle, drizzle(rest)),
        name => (Tool::Other, other(name, rest)),
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

const PRISMA_VALUES: &[&str] = &["--schema", "--config", "--url", "--name", "-n"];

fn prisma(words: &[&str]) -> Action {
    let has = |option: &str| words.contains(&option);
    match plain(words, PRISMA_VALUES)[..] {
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

fn drizzle(words: &[&str]) -> Action {
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

/// Applying migrations, as other tools call it: the tool and the words that say so.
const APPLY: &[(&str, &[&str])] = &[
    ("goose", &["up"]),
    ("migrate", &["up"]),
    ("sqlx", &["migrate"]),
    ("diesel", &["migration"]),
    ("diesel", &["setup"]),
    ("flyway", &["migrate"]),
    ("liquibase", &["update"]),
    ("alembic", &["upgrade"]),
    ("typeorm", &["migration:run"]),
    ("typeorm-ts-node-commonjs", &["migration:run"]),
    ("typeorm-ts-node-esm", &["migration:run"]),
    ("knex", &["migrate:latest"]),
    ("knex", &["migrate:up"]),
    ("sequelize", &["db:migrate"]),
    ("sequelize-cli", &["db:migrate"]),
    ("mikro-orm", &["migration:up"]),
    ("node-pg-migrate", &["up"]),
    ("kysely", &["migrate"]),
    ("dbmate", &["up"]),
    ("dbmate", &["migrate"]),
    ("atlas", &["migrate", "apply"]),
    ("atlas", &["schema", "apply"]),
    ("tern", &["migrate"]),
    ("rails", &["db:migrate"]),
    ("rails", &["db:prepare"]),
    ("rake", &["db:migrate"]),
    ("artisan", &["migrate"]),
    ("manage.py", &["migrate"]),
    ("django-admin", &["migrate"]),
    ("flask", &["db", "upgrade"]),
    ("wrangler", &["d1", "migrations", "apply"]),
    ("supabase", &["db", "push"]),
    ("supabase", &["migration", "up"]),
    ("dotnet", &["ef", "database", "update"]),
    ("dotnet-ef", &["database", "update"]),
    ("mix", &["ecto.migrate"]),
    ("refinery", &["migrate"]),
    ("sea-orm-cli", &["migrate"]),
];

/// What ends by itself and keeps nothing waiting.
const BRIEF: &[&str] = &[
    "echo", "printf", "true", "false", ":", "exit", "return", "set", "unset", "export", "test",
    "[", "[[", "chmod", "chown", "mkdir", "cp", "mv", "rm", "cat", "ls", "grep", "sed", "awk",
    "id", "date", "env", "printenv", "touch", "ln", "tee", "tr", "cut", "head", "tail", "source",
    ".", "trap", "shift", "read", "local", "declare", "break", "continue", "wget", "curl", "psql",
    "mysql", "createdb", "kill", "which", "command", "type", "whoami", "pwd", "ulimit", "umask",
];

fn other(name: &str, words: &[&str]) -> Action {
    let plain = plain(
        words,
        &[
            "-dir",
            "-path",
            "-database",
            "-source",
            "-d",
            "-c",
            "--config",
        ],
    );
    let applies = APPLY.iter().any(|(tool, said)| {
        let inside = |said: &&str| plain.contains(said);
        *tool == name && said.iter().all(inside)
    });
    let down = [
        "revert", "down", "rollback", "redo", "status", "generate", "add", "create", "info",
    ];
    if applies && !plain.iter().any(|word| down.contains(word)) {
        return Action::Apply;
    }
    let watches = |word: &&str| matches!(*word, "--watch" | "watch" | "--hot" | "-w");
    match name {
        "nodemon" | "ts-node-dev" | "tsnd" | "air" => Action::ServeDevelopment,
        "next" | "nuxt" | "vite" | "astro" | "remix" | "wrangler" | "nuxi" | "react-router"
        | "svelte-kit" | "vinxi" | "expo" | "encore"
            if words.contains(&"dev") =>
        {
            Action::ServeDevelopment
        }
        "nest" if words.contains(&"start") && words.iter().any(|it| watches(it)) => {
            Action::ServeDevelopment
        }
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

/// Whether a script that is run applies migrations, told by its name: `migrate.ts`,
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
    fn options_stand_anywhere() {
        let loses = Action::Push { loses: true };
        for text in [
            "prisma db push --accept-data-loss",
            "prisma --schema a/b.prisma db push --force-reset",
            "prisma db --config=x push --url $URL --accept-data-loss",
            "drizzle-kit push --force",
            "drizzle-kit push:pg --force",
        ] {
            assert_eq!(action(text), loses, "{text}");
        }
        assert_eq!(action("prisma migrate dev --name init"), Action::Develop);
        assert_eq!(action("prisma migrate dev --create-only"), Action::Harmless);
        assert_eq!(action("prisma db push --help"), Action::Brief);
        assert_eq!(action("supabase db push"), Action::Apply);
        assert_eq!(action("drizzle-kit --config=x.ts migrate"), Action::Apply);
        assert_eq!(action("sqlx migrate add x"), Action::Unknown);
        assert_eq!(action("git push"), Action::Unknown);
    }

    #[test]
    fn a_file_is_known_by_its_name() {
        assert!(is_migrate_file("src/db/migrate.ts") && is_migrate_file("run-migrations.mjs"));
        assert!(!is_migrate_file("create-migration.ts") && !is_migrate_file("migrations/seed.ts"));
    }
}
