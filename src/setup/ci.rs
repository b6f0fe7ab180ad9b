//! A CI job that applies the migrations to a fresh database, before the tests, and runs driftlint.

use super::hooks::appended;
use super::{Plan, PlannedFile, ProjectFacts};
use crate::error::Result;
use crate::project::MigrationSet;
use crate::project::tree::{ending, is_under};
use crate::sql::Dialect;

const GITHUB: &str = ".github/workflows/driftlint.yml";

pub(super) fn plan(facts: &ProjectFacts, plan: &mut Plan) -> Result<()> {
    let workflows: Vec<&String> = facts
        .files
        .iter()
        .filter(|it| is_under(it, ".github/workflows") && matches!(ending(it), "yml" | "yaml"))
        .collect();
    let mut known = false;
    let mut applied = false;
    for path in &workflows {
        let text = facts.text(path)?.unwrap_or_default();
        known |= text.contains("driftlint");
        applied |= text.contains("migrat");
    }
    if !workflows.is_empty() {
        if !applied
            && facts
                .project
                .sets
                .iter()
                .any(|set| !set.migrations.is_empty())
        {
            plan.found.push(
                "CI applies no migration that can be seen: the new job does, to a fresh database"
                    .to_owned(),
            );
        }
        if !known && !facts.has(GITHUB) {
            plan.changes.push(PlannedFile {
                path: GITHUB.to_owned(),
                before: None,
                after: github(facts),
            });
        }
    }
    if facts.has(".gitlab-ci.yml") {
        let before = facts.text(".gitlab-ci.yml")?.unwrap_or_default();
        if !before.contains("driftlint") {
            let after = appended(&before, &gitlab(facts, &before));
            plan.changes.push(PlannedFile {
                path: ".gitlab-ci.yml".to_owned(),
                before: Some(before),
                after,
            });
        }
    }
    Ok(())
}

/// How one set is applied.
struct AppliedSet {
    /// Where its tool runs.
    folder: String,
    /// Commands that put the tool there.
    install: Vec<String>,
    command: Option<String>,
    runner: &'static str,
    dialect: Dialect,
}

impl AppliedSet {
    /// What stands in place of a command that nobody knows.
    fn by_hand(&self) -> String {
        let runner = self.runner;
        format!("    # Apply every migration here, with {runner}, before the tests.\n")
    }
}

/// The program as an npm package brings it: in seconds, on machines of GitHub and in Node's images.
const DRIFTLINT: &str = concat!("npx --yes driftlint@", env!("CARGO_PKG_VERSION"));

const TESTS: &str = "    # The tests belong here: they then run on what the migrations make.\n";

fn apply(facts: &ProjectFacts, set: &MigrationSet) -> AppliedSet {
    let package = facts.package(&set.folder).unwrap_or_default();
    let (install, run) = manager(facts);
    // A tool of npm is installed with the project and runs in its package.
    let line = set.runner.command_line();
    let script = line.is_some();
    let command = match line {
        Some(line) => Some(format!("{run} {}", line.apply)),
        None => set.runner.apply_command(set),
    };
    AppliedSet {
        folder: if script {
            package.to_owned()
        } else {
            String::new()
        },
        install: if script { install } else { Vec::new() },
        command,
        runner: set.runner.name(),
        dialect: set.dialect,
    }
}

/// How the package manager of the project installs, and how it runs a tool.
fn manager(facts: &ProjectFacts) -> (Vec<String>, &'static str) {
    let lines = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
    if facts.has("pnpm-lock.yaml") {
        (
            lines(&["corepack enable", "pnpm install --frozen-lockfile"]),
            "pnpm exec",
        )
    } else if facts.has("yarn.lock") {
        (
            lines(&["corepack enable", "yarn install --immutable"]),
            "yarn",
        )
    } else if facts.has("bun.lock") || facts.has("bun.lockb") {
        (
            lines(&["npm install --global bun", "bun install --frozen-lockfile"]),
            "bunx",
        )
    } else {
        (lines(&["npm ci"]), "npx")
    }
}

struct FreshServer {
    image: &'static str,
    variables: &'static [(&'static str, &'static str)],
    port: &'static str,
    health: &'static str,
    url: &'static str,
}

fn server(dialect: Dialect) -> Option<FreshServer> {
    match dialect.name() {
        "postgres" => Some(FreshServer {
            image: "postgres:17",
            variables: &[("POSTGRES_PASSWORD", "postgres")],
            port: "5432",
            health: "pg_isready",
            url: "postgres://postgres:postgres@HOST:5432/postgres?sslmode=disable",
        }),
        "mysql" => Some(FreshServer {
            image: "mysql:8.4",
            variables: &[("MYSQL_ROOT_PASSWORD", "mysql"), ("MYSQL_DATABASE", "app")],
            port: "3306",
            health: "mysqladmin ping",
            url: "mysql://root:mysql@HOST:3306/app",
        }),
        _ => None,
    }
}

fn github(facts: &ProjectFacts) -> String {
    let applies: Vec<AppliedSet> = facts
        .project
        .sets
        .iter()
        .map(|set| apply(facts, set))
        .collect();
    let mut text = String::from(
        "name: Migrations\non:\n  pull_request:\n  push:\n    branches: [main]\n\njobs:\n  migrations:\n    runs-on: ubuntu-latest\n",
    );
    let found = applies.iter().find_map(|it| server(it.dialect));
    if let Some(server) = &found {
        text += &format!(
            "    services:\n      database:\n        image: {}\n        env:\n",
            server.image
        );
        for (name, value) in server.variables {
            text += &format!("          {name}: {value}\n");
        }
        text += &format!(
            "        ports: ['{0}:{0}']\n        options: --health-cmd \"{1}\" --health-interval 5s --health-retries 10\n    env:\n      DATABASE_URL: {2}\n",
            server.port,
            server.health,
            server.url.replace("HOST", "localhost")
        );
    } else if !applies.is_empty() {
        text += "    env:\n      DATABASE_URL: file:./ci.db\n";
    }
    text += "    steps:\n    - uses: actions/checkout@v5\n      with:\n        fetch-depth: 0\n";
    if applies.iter().any(|it| !it.install.is_empty()) {
        text += "    - uses: actions/setup-node@v5\n      with:\n        node-version: lts/*\n";
    }
    for line in installs(&applies) {
        text += &format!("    - run: {line}\n");
    }
    for one in &applies {
        match &one.command {
            Some(command) => {
                text += &format!(
                    "    - name: Apply every migration to a fresh database\n      run: {command}\n"
                );
                if !one.folder.is_empty() {
                    text += &format!("      working-directory: {}\n", one.folder);
                }
            }
            None => text += &one.by_hand(),
        }
    }
    text += TESTS;
    text += &format!(
        "    - name: Check the migrations of this change\n      if: github.event_name == 'pull_request'\n      run: {DRIFTLINT} check --since origin/${{{{ github.base_ref }}}} --format github\n"
    );
    text += &format!(
        "    - name: Check all of it\n      if: github.event_name == 'push'\n      run: {DRIFTLINT} check --format github\n"
    );
    text
}

fn installs(applies: &[AppliedSet]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in applies.iter().flat_map(|it| &it.install) {
        if !lines.contains(line) {
            lines.push(line.clone());
        }
    }
    lines
}

fn gitlab(facts: &ProjectFacts, before: &str) -> String {
    let applies: Vec<AppliedSet> = facts
        .project
        .sets
        .iter()
        .map(|set| apply(facts, set))
        .collect();
    let mut text = String::from("\nmigrations:\n");
    if let Some(stage) = stage(before) {
        text += &format!("  stage: {stage}\n");
    }
    text += "  image: node:lts\n";
    if let Some(server) = applies.iter().find_map(|it| server(it.dialect)) {
        text += &format!(
            "  services:\n    - name: {}\n      alias: database\n  variables:\n    GIT_DEPTH: 0\n",
            server.image
        );
        for (name, value) in server.variables {
            text += &format!("    {name}: {value}\n");
        }
        text += &format!(
            "    DATABASE_URL: {}\n",
            server.url.replace("HOST", "database")
        );
    } else {
        text += "  variables:\n    GIT_DEPTH: 0\n";
    }
    text += "  script:\n";
    for line in installs(&applies) {
        text += &format!("    - {line}\n");
    }
    for one in &applies {
        match &one.command {
            Some(command) if one.folder.is_empty() => text += &format!("    - {command}\n"),
            Some(command) => text += &format!("    - (cd {} && {command})\n", one.folder),
            None => text += &one.by_hand(),
        }
    }
    text += TESTS;
    text += &format!(
        "    - {DRIFTLINT} check --since \"origin/${{CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-$CI_DEFAULT_BRANCH}}\"\n"
    );
    text
}

/// The stage for the job, where the file names its stages and `test`, the default, is not one.
fn stage(text: &str) -> Option<String> {
    let rest = text
        .split("\nstages:")
        .nth(1)
        .or_else(|| text.strip_prefix("stages:"))?;
    let items = rest
        .lines()
        .skip(1)
        .map(str::trim)
        .take_while(|line| line.starts_with('-'));
    let items: Vec<&str> = items
        .map(|line| line.trim_start_matches('-').trim())
        .collect();
    if items.is_empty() || items.contains(&"test") {
        return None;
    }
    Some((*items.first()?).to_owned())
}
