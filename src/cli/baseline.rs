//! `driftlint baseline`: writes the newest migration of every set into `driftlint.toml`, so that a
//! project with a history begins with what comes next.

use clap::Args;

use super::server::ServerFlags;
use super::{Session, Status, print, workspace};
use crate::check::Scope;
use crate::check::known::{self, Known};
use crate::config::{Config, FILE_NAMES};
use crate::diagnostic::Confidence;
use crate::error::{Error, Result};
use crate::schema::input::Input;
use crate::workspace::{Selection, Workspace, io};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only the sets that these paths belong to; every set if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Write today's findings to driftlint-baseline.json instead, so that only new ones are
    /// reported
    #[arg(long)]
    findings: bool,
    #[command(flatten)]
    server: ServerFlags,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let mut workspace = workspace::open(session, &arguments.paths)?;
    arguments.server.overrule(&mut workspace);
    let options = workspace.load_options(arguments.server.dialect());
    let (input, scope) = workspace.read(&Selection::Everything, &options)?;
    if arguments.findings {
        return findings(&workspace, &input, scope);
    }
    let path = match &session.global.config {
        Some(path) => path.clone(),
        None => Config::find(&workspace.root.join(&workspace.here))?
            .unwrap_or_else(|| workspace.root.join(FILE_NAMES[0])),
    };
    let mut text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(io("read", &path, error)),
    };
    // Folders are relative to the file, which may lie below the root.
    let base = match (&session.global.config, path.parent()) {
        (None, Some(folder)) => folder.strip_prefix(&workspace.root).unwrap_or(folder),
        _ => std::path::Path::new(""),
    };
    let mut said = String::new();
    for set in &input.project.sets {
        let folder = std::path::Path::new(&set.folder).strip_prefix(base);
        let (Some(newest), Ok(folder)) = (set.migrations.last(), folder) else {
            continue;
        };
        let folder = folder.to_string_lossy().replace('\\', "/");
        let folder = if folder.is_empty() {
            ".".to_owned()
        } else {
            folder
        };
        text = with_baseline(&text, &folder, &newest.id);
        said.push_str(&format!("{folder}: {} is the baseline\n", newest.id));
    }
    if said.is_empty() {
        return Err(Error::Usage {
            message: "there are no migrations here that could be a baseline".to_owned(),
            help: Some("`driftlint check --show-files` shows what is found".to_owned()),
        });
    }
    std::fs::write(&path, text).map_err(|error| io("write", &path, error))?;
    print(&said)?;
    Ok(Status::Clean)
}

/// Writes the findings of today. Those of a baseline that is there already are among them.
fn findings(workspace: &Workspace, input: &Input, scope: Scope) -> Result<Status> {
    let scope = Scope {
        known: None,
        ..scope
    };
    let mut report = crate::check(input, &workspace.config, &scope);
    if let Some(open) = report.summary.ledger.unanswered().first() {
        return Err(Error::Usage {
            message: format!("{} cannot be judged: {}", open.path, open.reason),
            help: Some("a baseline of the rest would look like one of everything".to_owned()),
        });
    }
    report
        .diagnostics
        .retain(|diagnostic| diagnostic.confidence == Confidence::High);
    let known = Known::of(&report.diagnostics);
    let path = workspace.root.join(known::FILE);
    std::fs::write(&path, crate::report::to_json(&known))
        .map_err(|error| io("write", &path, error))?;
    let count = known.findings.len();
    let findings = if count == 1 {
        "finding is"
    } else {
        "findings are"
    };
    print(&format!(
        "{count} {findings} the baseline in {}\n",
        known::FILE
    ))?;
    Ok(Status::Clean)
}

/// The configuration with this baseline for the set in this folder. The text is edited, for people
/// keep comments and order there.
fn with_baseline(text: &str, folder: &str, newest: &str) -> String {
    let line = format!("baseline = {}", quoted(newest));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let value = |line: &str, key: &str| -> Option<String> {
        let (name, value) = line.split_once('=')?;
        let value = value.split('#').next().unwrap_or_default();
        (name.trim() == key).then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    };
    let mut at = 0;
    while let Some(start) = (at..lines.len()).find(|&at| lines[at].trim() == "[[migrations]]") {
        let end = (start + 1..lines.len())
            .find(|&at| lines[at].trim_start().starts_with('['))
            .unwrap_or(lines.len());
        at = end;
        let within = start + 1..end;
        let named = |line: &String| {
            value(line, "folder")
                .is_some_and(|known| known.trim_start_matches("./").trim_end_matches('/') == folder)
        };
        let Some(named) = within.clone().find(|&at| named(&lines[at])) else {
            continue;
        };
        match within
            .into_iter()
            .find(|&at| value(&lines[at], "baseline").is_some())
        {
            Some(known) => lines[known] = line,
            None => lines.insert(named + 1, line),
        }
        return lines.join("\n") + "\n";
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.extend([
        "[[migrations]]".to_owned(),
        format!("folder = {}", quoted(folder)),
        line,
    ]);
    lines.join("\n") + "\n"
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_is_written_where_it_belongs() {
        let fresh = with_baseline("", "db", "0002_b");
        assert_eq!(
            fresh,
            "[[migrations]]\nfolder = \"db\"\nbaseline = \"0002_b\"\n"
        );
        let next = with_baseline(&fresh, "db", "0003_c");
        assert_eq!(next, fresh.replace("0002_b", "0003_c"));
        let known =
            "# ours\n[[migrations]]\nfolder = \"db\" # here\nrunner = \"goose\"\n\n[rules]\n";
        let text = with_baseline(known, "db", "1_a");
        assert_eq!(
            text,
            known.replace("# here\n", "# here\nbaseline = \"1_a\"\n")
        );
        assert!(with_baseline(known, "other", "1_a").starts_with(known));
    }
}
