//! Git hooks: what manages them, and how a check is added to what is there.

use super::{Plan, PlannedFile, ProjectFacts};
use crate::error::Result;
use crate::project::tree::Tree;

/// What runs before a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manager {
    /// `.pre-commit-config.yaml`, which prek reads too.
    PreCommit(String),
    /// prek's own file, `prek.toml`.
    Prek,
    /// lefthook, and its file.
    Lefthook(String),
    /// husky, which keeps scripts in `.husky/`.
    Husky,
    /// `core.hooksPath` leads to another folder, where somebody else keeps hooks.
    Elsewhere(String),
    /// Nothing: git's own hooks.
    Plain,
    /// There is no repository.
    Nothing,
}

/// The line by which our own hook is known.
pub const MARK: &str =
    "# Installed by `driftlint install-hook`; `driftlint uninstall-hook` takes it away.";

/// The command that every manager runs. Not through lint-staged, and without a list of files: both
/// leave deletions out, and a deleted migration is exactly what must be seen.
pub const COMMAND: &str = "driftlint check --staged";

/// Git's hooks that check what is about to be recorded.
pub const HOOKS: [&str; 2] = ["pre-commit", "pre-merge-commit"];

/// A plain hook. One that was there before runs first.
pub fn script() -> String {
    format!(
        "#!/bin/sh\n{MARK}\n\
         if [ -x \"$0.legacy\" ]; then\n  \"$0.legacy\" \"$@\" || exit\nfi\n\
         if ! command -v driftlint >/dev/null 2>&1; then\n  \
         echo \"driftlint is not on the PATH, so the migrations were not checked; install it, or commit with --no-verify\" >&2\n  \
         exit 1\nfi\n\
         exec {COMMAND} --hook\n"
    )
}

impl Manager {
    /// Finds the manager by its files; `hooks_path` is git's `core.hooksPath`.
    pub fn find(tree: &dyn Tree, git: bool, hooks_path: Option<&str>) -> Result<Self> {
        let files = tree.files_in("")?;
        let first = |names: &[&str]| {
            files
                .iter()
                .find(|file| names.contains(&file.as_str()))
                .cloned()
        };
        if let Some(file) = first(&[".pre-commit-config.yaml", ".pre-commit-config.yml"]) {
            return Ok(Self::PreCommit(file));
        }
        if first(&["prek.toml"]).is_some() {
            return Ok(Self::Prek);
        }
        if let Some(file) = first(&[
            "lefthook.yml",
            "lefthook.yaml",
            ".lefthook.yml",
            ".lefthook.yaml",
        ]) {
            return Ok(Self::Lefthook(file));
        }
        if !tree.files_in(".husky")?.is_empty() {
            return Ok(Self::Husky);
        }
        Ok(match hooks_path {
            _ if !git => Self::Nothing,
            Some(path) => Self::Elsewhere(path.to_owned()),
            None => Self::Plain,
        })
    }

    /// What it is called in a sentence.
    pub fn name(&self) -> String {
        match self {
            Self::PreCommit(file) => format!("pre-commit or prek ({file})"),
            Self::Prek => "prek (prek.toml)".to_owned(),
            Self::Lefthook(file) => format!("lefthook ({file})"),
            Self::Husky => "husky (.husky)".to_owned(),
            Self::Elsewhere(path) => format!("core.hooksPath is {path}"),
            Self::Plain => "git's own".to_owned(),
            Self::Nothing => "none, for this is no git repository".to_owned(),
        }
    }

    /// What to add by hand.
    pub fn snippet(&self) -> String {
        match self {
            Self::PreCommit(_) => pre_commit(""),
            Self::Prek => PREK.to_owned(),
            Self::Lefthook(_) => {
                format!("pre-commit:\n  jobs:\n    - name: driftlint\n      run: {COMMAND}\n")
            }
            _ => format!("{COMMAND}\n"),
        }
    }
}

const PREK: &str = "[[repos]]\nrepo = \"https://github.com/driftlint/driftlint\"\nrev = \"v0.1.0\"\nhooks = [{ id = \"driftlint\" }]\n";

fn pre_commit(indent: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "{indent}- repo: https://github.com/driftlint/driftlint\n{indent}  rev: v{version}\n{indent}  hooks:\n{indent}  - id: driftlint\n"
    )
}

pub(super) fn plan(facts: &ProjectFacts, manager: &Manager, plan: &mut Plan) -> Result<()> {
    let path = match manager {
        Manager::PreCommit(file) | Manager::Lefthook(file) => file.as_str(),
        Manager::Prek => "prek.toml",
        Manager::Husky => ".husky/pre-commit",
        Manager::Plain => {
            plan.hook = true;
            return Ok(());
        }
        Manager::Elsewhere(path) => {
            plan.remarks.push(format!(
                "git looks for hooks in {path}: let its pre-commit run `{COMMAND}`"
            ));
            return Ok(());
        }
        Manager::Nothing => return Ok(()),
    };
    let before = facts.text(path)?;
    let text = before.as_deref().unwrap_or_default();
    if text.contains("driftlint") {
        return Ok(());
    }
    let after = match manager {
        Manager::PreCommit(_) => after_key(text, "repos:", pre_commit),
        Manager::Prek => Some(appended(text, &format!("\n{PREK}"))),
        Manager::Lefthook(_) => lefthook(text),
        _ => Some(appended(text, &format!("{COMMAND}\n"))),
    };
    match after {
        Some(after) => plan.changes.push(PlannedFile {
            path: path.to_owned(),
            before,
            after,
        }),
        None => plan.remarks.push(format!(
            "{path} is written in a way that is not changed for you; add\n\n{}",
            manager.snippet()
        )),
    }
    Ok(())
}

/// A text with more at its end.
pub(super) fn appended(text: &str, more: &str) -> String {
    let between = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let more = if text.is_empty() {
        more.trim_start()
    } else {
        more
    };
    format!("{text}{between}{more}")
}

/// Puts an item first in the list of a key that begins a line, indented as what is there.
fn after_key(text: &str, key: &str, item: impl Fn(&str) -> String) -> Option<String> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if line.trim_end() == key {
            let rest = text[end..]
                .lines()
                .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
            let indent = match rest {
                Some(next) if next.trim_start().starts_with("- ") => {
                    &next[..next.len() - next.trim_start().len()]
                }
                // The list is empty.
                _ => "  ",
            };
            let line_break = if line.ends_with('\n') { "" } else { "\n" };
            return Some(format!(
                "{}{line_break}{}{}",
                &text[..end],
                item(indent),
                &text[end..]
            ));
        }
        at = end;
    }
    None
}

fn lefthook(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some(hook) = lines
        .iter()
        .position(|line| line.trim_end() == "pre-commit:")
    else {
        let job = format!("\npre-commit:\n  jobs:\n    - name: driftlint\n      run: {COMMAND}\n");
        return Some(appended(text, &job));
    };
    let body = lines
        .iter()
        .enumerate()
        .skip(hook + 1)
        .take_while(|(_, line)| line.trim().is_empty() || line.starts_with([' ', '#']));
    for (at, line) in body {
        let key = line.trim();
        if key != "jobs:" && key != "commands:" {
            continue;
        }
        let next = lines.get(at + 1)?;
        let indent = &next[..next.len() - next.trim_start().len()];
        let own = &line[..line.len() - line.trim_start().len()];
        if indent.len() < own.len() || next.trim().is_empty() {
            return None;
        }
        let item = if key == "jobs:" {
            format!("{indent}- name: driftlint\n{indent}  run: {COMMAND}\n")
        } else {
            format!("{indent}driftlint:\n{indent}  run: {COMMAND}\n")
        };
        let (before, after) = lines.split_at(at + 1);
        return Some(format!("{}{item}{}", before.concat(), after.concat()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_added_as_the_others_are_written() {
        let text = "# ours\nrepos:\n  - repo: local\n    hooks: []\n";
        let after = after_key(text, "repos:", pre_commit).expect("a list");
        assert!(after.starts_with(
            "# ours\nrepos:\n  - repo: https://github.com/driftlint/driftlint\n    rev: v"
        ));
        assert!(after.ends_with("    - id: driftlint\n  - repo: local\n    hooks: []\n"));
        assert_eq!(after_key("repos: []\n", "repos:", pre_commit), None);
        let jobs = lefthook("pre-commit:\n  jobs:\n    - run: a\n").expect("a list");
        assert_eq!(
            jobs,
            format!(
                "pre-commit:\n  jobs:\n    - name: driftlint\n      run: {COMMAND}\n    - run: a\n"
            )
        );
        let commands =
            lefthook("pre-commit:\n  parallel: true\n  commands:\n    a:\n      run: a\n")
                .expect("a map");
        assert!(commands.contains(
            "  commands:\n    driftlint:\n      run: driftlint check --staged\n    a:\n"
        ));
        assert!(
            lefthook("pre-push:\n  jobs: []\n")
                .is_some_and(|it| it.contains("\npre-commit:\n  jobs:\n"))
        );
    }
}
