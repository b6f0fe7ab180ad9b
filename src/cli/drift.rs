//! `driftlint drift`: do the declared schema, the snapshots and the migrations agree?

mod sql;

use clap::{Args, ValueEnum};

use super::workspace::Workspace;
use super::{Session, Status, note, print};
use crate::check::Report;
use crate::drift;
use crate::error::{Error, Result};
use crate::project::worktree::Worktree;
use crate::project::{LoadOptions, MigrationSet, Project};
use crate::report;
use crate::schema::Note;
use crate::sql::{Dialect, Versions, on_big_stack};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Migration folders, schema files, ORM configurations or projects; every set of the repository if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Read every migration as this dialect
    #[arg(long, value_name = "DIALECT", value_parser = super::schema::dialect)]
    dialect: Option<Dialect>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// The migration that closes the gap
    Sql,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    if arguments.format == Format::Sql {
        return sql::run(arguments, session);
    }
    let named: Vec<&str> = arguments.paths.iter().map(String::as_str).collect();
    let workspace = Workspace::open(session, &named)?;
    let options = workspace.load_options(arguments.dialect);
    let outcome = on_big_stack(|| compare(&workspace, &options));
    let Outcome { report, notes, coverage, compared } = outcome?;
    if compared == 0 {
        return Err(Error::Usage {
            message: "no set of migrations here has a declared schema to compare with".to_owned(),
            help: Some("name the folder of the migrations, or the schema file".to_owned()),
        });
    }
    let format = if arguments.format == Format::Json { report::Format::Json } else { report::Format::Text };
    print(&report::render(&report, format, session.stdout.look, session.global.quiet))?;
    if arguments.format == Format::Text && !session.global.quiet {
        for remark in &notes {
            session.remark(remark);
        }
        for line in &coverage {
            note(line);
        }
    }
    let failed = report.worst().is_some_and(|worst| worst >= crate::diagnostic::Severity::Error);
    Ok(if failed { Status::Failed } else { Status::Clean })
}

struct Outcome {
    report: Report,
    /// Remarks about declarations.
    notes: Vec<Note>,
    /// How much was compared, a line for each set.
    coverage: Vec<String>,
    /// How many sets had something to compare.
    compared: usize,
}

fn compare(workspace: &Workspace, options: &LoadOptions) -> Result<Outcome> {
    let tree = Worktree::new(&workspace.root);
    workspace.must_exist(&tree)?;
    let project = Project::load(&tree, options)?;
    let mut outcome = Outcome { report: Report::default(), notes: Vec::new(), coverage: Vec::new(), compared: 0 };
    for set in &project.sets {
        let sources = drift::sources(&tree, set, Versions::default())?;
        if sources.declared.is_none() && sources.snapshot.is_none() {
            continue;
        }
        outcome.compared += 1;
        outcome.notes.extend(sources.declared.iter().flat_map(|declared| declared.notes.iter().cloned()));
        outcome.coverage.extend(remarks(set, &sources));
        outcome.report.diagnostics.extend(drift::drift(set, &sources));
        outcome.report.summary.files += set.migrations.iter().map(|migration| migration.up.len()).sum::<usize>();
    }
    for folder in &project.unsupported {
        outcome.report.summary.unjudged.push((folder.folder.clone(), folder.reason.clone()));
    }
    Ok(outcome)
}

/// How much could be evaluated, and whether the history is complete.
fn remarks(set: &MigrationSet, sources: &drift::Sources) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(declared) = &sources.declared {
        let (known, all) = (declared.coverage.known, declared.coverage.columns);
        lines.push(format!("{}: {known} of {all} declared columns compared\n", declared.language.name()));
    }
    if let crate::catalog::Knowledge::Unknown(why) = &sources.migrated.knowledge {
        let folder = if set.folder.is_empty() { "." } else { &set.folder };
        lines.push(format!("note: the history in {folder} is incomplete ({why}): missing tables are not reported\n"));
    }
    lines
}
