//! `driftlint drift`: do the declared schema, the snapshots and the migrations agree?

mod sql;

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};

use super::progress::{WaitMessage, checking};
use super::server::ServerFlags;
use super::write::WriteFlags;
use super::{Session, Status, note, print, workspace};
use crate::check::{Report, compare};
use crate::config::Selector;
use crate::diagnostic::Severity;
use crate::drift::{STALE_SNAPSHOT, speaks_for};
use crate::error::{Error, Result};
use crate::project::MigrationSet;
use crate::project::git::Hook;
use crate::report::{self, ReaderFolder, seen_from};
use crate::rules;
use crate::schema::Note;
use crate::schema::input::Input;
use crate::sql::on_big_stack;
use crate::suppress;
use crate::workspace::Selection;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Migration folders, schema files, ORM configurations or projects; every set of the repository
    /// if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// What is staged: read the index, show what it brings against HEAD
    #[arg(long, conflicts_with = "since")]
    staged: bool,
    /// What the changes since the merge base with this revision bring
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Also show differences that were there before the changes
    #[arg(long)]
    all_drift: bool,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Write the migration that closes the gap, under this name
    #[arg(long, value_name = "NAME", conflicts_with_all = ["format", "staged", "since"])]
    write: Option<String>,
    #[command(flatten)]
    flags: WriteFlags,
    #[command(flatten)]
    server: ServerFlags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// The migration that closes the gap
    Sql,
    /// A diagram of what disagrees, which GitHub and GitLab draw in Markdown
    Mermaid,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let mut workspace = workspace::open(session, &arguments.paths)?;
    arguments.server.overrule(&mut workspace);
    // Only these rules, as far as configuration has them on.
    let others = rules::all()
        .iter()
        .filter(|rule| !speaks_for(rule.meta.name) && rule.meta.name != suppress::RULE);
    workspace.config.ignore = others.map(|rule| Selector::Rule(rule.meta.name)).collect();
    // Without a path it is every set of the repository, wherever the user stands.
    workspace.here.clear();
    // Drift is reported of merged migrations too.
    workspace.all = true;
    let options = workspace.load_options(arguments.server.dialect());
    let range = match &arguments.since {
        Some(revision) => Selection::Since(revision),
        None if arguments.staged => Selection::Staged(Hook::default()),
        None => Selection::Everything,
    };
    let progress = WaitMessage::new(session, "reading migrations");
    let (input, mut scope) = workspace.read(&range, &options)?;
    // A path picks sets; of those, all is shown wherever it lies.
    scope.paths.clear();
    workspace.check_sets(&input.project)?;
    workspace::warn_of_idle_overrides(&workspace, session)?;
    scope.all_drift = arguments.all_drift;
    progress.say(checking(&input));
    let report = compare(&input, &workspace.config, &scope);
    drop(progress);
    if report.summary.compared.is_empty()
        && (scope.changes.is_none() || !report.summary.ledger.entries().is_empty())
    {
        return Err(nothing(&report));
    }
    if let Some(name) = &arguments.write {
        return sql::write(
            &report,
            &input,
            workspace,
            &options,
            (name, &arguments.flags),
            session,
        );
    }
    let quiet = session.global.quiet;
    let look = session.stdout.look;
    let seen = match &workspace.reader {
        ReaderFolder::Root => None,
        folder => Some(seen_from(folder, &report)),
    };
    let shown = seen.as_ref().unwrap_or(&report);
    match arguments.format {
        Format::Text => print(&report::render_drift(
            shown,
            report::Format::Text,
            look,
            quiet,
        ))?,
        Format::Json => print(&report::render_drift(
            &report,
            report::Format::Json,
            look,
            quiet,
        ))?,
        Format::Mermaid => print(&report::drift_diagram(&report))?,
        Format::Sql => {
            print(&on_big_stack(|| {
                sql::render(&report, &input, &workspace.config)
            }))?;
            if !quiet {
                let stale = report
                    .diagnostics
                    .iter()
                    .filter(|diagnostic| diagnostic.rule == STALE_SNAPSHOT)
                    .count();
                if stale > 0 {
                    note(&look.fill(&format!("no migration repairs the snapshot, which is out of date ({stale} reported): see `driftlint drift`"), "", "  "));
                }
                note(&report::drift_summary(shown, look));
            }
        }
    }
    if arguments.format != Format::Json {
        remarks(session, &shown.summary.remarks);
    }
    let failed = report.worst().is_some_and(|worst| worst >= Severity::Error);
    Ok(match failed {
        _ if !report.summary.ledger.unanswered().is_empty() => Status::Error,
        _ if !answered(&input, &report) => Status::Error,
        true => Status::Failed,
        false => Status::Clean,
    })
}

/// As many remarks about one file as are worth reading before the cause is put right.
const REMARKS: usize = 5;

/// What comparisons cannot say. A dump in an order of its own has a remark for nearly every
/// statement, of which the first ones say what is wrong.
fn remarks(session: &Session, remarks: &[Note]) {
    let mut said: BTreeMap<&str, usize> = BTreeMap::new();
    for remark in remarks {
        let count = said.entry(remark.place.source.path()).or_default();
        *count += 1;
        if *count <= REMARKS {
            session.remark(remark);
        }
    }
    for (path, count) in said.into_iter().filter(|&(_, count)| count > REMARKS) {
        session.more_remarks(path, count - REMARKS);
    }
}

/// Whether each set that has a schema was compared with it. A snapshot is no schema: where that is
/// all that could be compared, the question was not answered.
fn answered(input: &Input, report: &Report) -> bool {
    let compared = |set: &MigrationSet| {
        let all = &report.summary.compared;
        all.iter().any(|one| {
            (one.folder == set.folder || (set.folder.is_empty() && one.folder == "."))
                && one.with.iter().any(|language| !language.is_snapshot)
        })
    };
    let with_schemas = input.sets().filter(|beside| beside.schemas.is_some());
    let mut sets = with_schemas.map(|beside| beside.set);
    sets.all(|set| (set.declared.is_empty() && set.config.is_none()) || compared(set))
}

/// Nothing was compared: that must not look like agreement.
fn nothing(report: &Report) -> Error {
    let why: Vec<String> = report
        .summary
        .ledger
        .entries()
        .iter()
        .take(3)
        .map(|unjudged| format!("{}: {}", unjudged.path, unjudged.reason))
        .collect();
    let message = match why.as_slice() {
        [] => "there are no migrations here that could be compared with a schema".to_owned(),
        why => why.join("; "),
    };
    let help = "`driftlint check --show-files` shows which schema belongs to which migrations; `schema` under `[[migrations]]` \
                in driftlint.toml names another";
    Error::Usage {
        message,
        help: Some(help.to_owned()),
    }
}
