//! Whether a command runs on a developer's machine, in a test or where the application is deployed.

use super::command::Action;
use super::run::{CommandRun, EnvAssignment};
use crate::project::tree::{file_name, parent};

/// Where a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Nothing says what it is for.
    Unknown,
    /// On a developer's machine.
    Development,
    /// Against a database that is thrown away.
    Test,
    /// Where the application is built for others or runs for them.
    Deploy,
}

const DEVELOPMENT: &[&str] = &[
    "dev",
    "develop",
    "development",
    "local",
    "localhost",
    "override",
    "devcontainer",
    "sandbox",
    "debug",
];
const TEST: &[&str] = &[
    "test",
    "tests",
    "testing",
    "e2e",
    "ci",
    "playwright",
    "cypress",
    "integration",
    "vitest",
    "jest",
    "smoke",
];
/// Folders whose content is no part of the application.
const ASIDE: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "e2e",
    "examples",
    "example",
    "templates",
    "template",
    "playground",
    "playgrounds",
    "fixtures",
    "__fixtures__",
    "docs",
    "node_modules",
    "cypress",
    "playwright",
    "samples",
    "benchmarks",
    "benchmark",
];
const PRODUCTION: &[&str] = &["prod", "production", "live"];

/// The words of a name: `docker-compose.dev.yml` has `docker`, `compose`, `dev` and `yml`.
pub(crate) fn words(name: &str) -> Vec<String> {
    parts(name).map(str::to_ascii_lowercase).collect()
}

fn parts(name: &str) -> impl Iterator<Item = &str> {
    let parts = name.split(|sign: char| !sign.is_ascii_alphanumeric());
    parts.filter(|part| !part.is_empty())
}

/// Whether one of a name's words is known; those known are in lower case.
fn has(name: &str, known: &[&str]) -> bool {
    parts(name).any(|part| known.iter().any(|word| word.eq_ignore_ascii_case(part)))
}

/// Whether a name says test.
pub(crate) fn says_test(name: &str) -> bool {
    has(name, TEST)
}

/// Whether a name says development.
pub(crate) fn says_development(name: &str) -> bool {
    has(name, DEVELOPMENT)
}

/// Whether a name says production.
pub(crate) fn says_production(name: &str) -> bool {
    has(name, PRODUCTION)
}

/// What a name says, by whole words: `latest` is no test.
pub(crate) fn of_name(name: &str) -> Option<Purpose> {
    if says_development(name) {
        Some(Purpose::Development)
    } else if says_test(name) {
        Some(Purpose::Test)
    } else {
        None
    }
}

/// What a file's folders and name say.
pub(crate) fn of_path(path: &str) -> Option<Purpose> {
    for folder in parent(path).split('/') {
        if folder == ".devcontainer"
            || folder.starts_with(".gitpod")
            || DEVELOPMENT.contains(&folder)
        {
            return Some(Purpose::Development);
        }
        if ASIDE.contains(&folder) {
            return Some(Purpose::Test);
        }
        if matches!(
            folder,
            ".claude" | ".cursor" | ".codex" | ".agents" | ".vscode"
        ) {
            return Some(Purpose::Development);
        }
    }
    let name = file_name(path);
    if name.starts_with(".gitpod") {
        return Some(Purpose::Development);
    }
    of_name(name)
}

/// A database that only a developer or a test can mean.
pub(crate) fn is_local_url(value: &str) -> bool {
    [
        "localhost",
        "127.0.0.1",
        "_test",
        "-test",
        "file:",
        ":memory:",
    ]
    .iter()
    .any(|part| value.contains(part))
}

/// What a run says itself: the conditions it stands under, its variables, configurations and the
/// names of scripts on its way.
pub(crate) fn of_run(run: &CommandRun, later: &[CommandRun]) -> Option<Purpose> {
    for guard in run.guards.iter() {
        if let Some(compared) = &guard.compared
            && compared.equal
            && let Some(context) = of_name(&compared.value)
        {
            return Some(context);
        }
    }
    for EnvAssignment { name, value } in run.env.assignments() {
        let of_database = name.ends_with("URL") || name.ends_with("URI") || name.ends_with("HOST");
        if name == "env-file" {
            if let Some(context) = of_name(value) {
                return Some(context);
            }
        } else if (name.ends_with("_ENV") && says_test(value))
            || (of_database && is_local_url(value))
        {
            return Some(Purpose::Test);
        }
    }
    for option in ["--config", "--schema", "--url"] {
        if let Some(value) = run.option(option)
            && let Some(context) =
                of_name(file_name(value)).or_else(|| is_local_url(value).then_some(Purpose::Test))
        {
            return Some(context);
        }
    }
    for step in &run.chain {
        if says_test(&step.name) {
            return Some(Purpose::Test);
        }
    }
    // What is started after it in the same place says what the place is for, unless that is one of
    // two branches: `if dev; then npm run dev; else npm start; fi` serves both.
    let mut servers = later
        .iter()
        .filter(|it| matches!(it.action, Action::Serve | Action::ServeDevelopment))
        .peekable();
    let first = servers.peek().copied();
    let serves = first
        .filter(|it| !it.guards.iter().any(|guard| !run.guards.contains(guard)))
        .or_else(|| servers.find(|it| it.action == Action::Serve))
        .or(first);
    match serves {
        Some(run) if run.action == Action::ServeDevelopment => Some(Purpose::Development),
        Some(run) if run.chain.iter().any(|step| says_development(&step.name)) => {
            Some(Purpose::Development)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_it_with_whole_words() {
        for (path, expected) in [
            ("docker-compose.yml", None),
            ("docker-compose.dev.yml", Some(Purpose::Development)),
            ("docker-compose.override.yml", Some(Purpose::Development)),
            ("dev/docker-compose.yml", Some(Purpose::Development)),
            ("compose.e2e.yaml", Some(Purpose::Test)),
            ("Dockerfile-dev", Some(Purpose::Development)),
            ("application.dev.Dockerfile", Some(Purpose::Development)),
            (".devcontainer/setup.sh", Some(Purpose::Development)),
            ("templates/app/Dockerfile", Some(Purpose::Test)),
            ("latest/Dockerfile", None),
            ("device.Dockerfile", None),
        ] {
            assert_eq!(of_path(path), expected, "{path}");
        }
    }
}
