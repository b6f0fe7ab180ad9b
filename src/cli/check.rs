//! `driftlint check`: the main job.

mod files;
mod fix;
mod output;
mod watch;

use std::io::Read as _;
use std::path::Path;

use clap::{Args, ValueEnum};
use output::{CheckedProject, FormatName, OutputTarget};

use super::progress::{WaitMessage, checking};
use super::server::ServerFlags;
use super::{Session, Status, print, workspace};
use crate::check::{Report, Scope};
use crate::config::selectors;
use crate::diagnostic::{Confidence, Severity};
use crate::error::{Error, Result};
use crate::project::git::Hook;
use crate::project::{Project, Unjudged};
use crate::report;
use crate::schema::input::Input;
use crate::workspace::{Selection, Workspace, io};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Report on these files and folders only; `-` reads standard input
    #[arg(value_name = "PATH")]
    paths: Vec<String>,

    /// Check what is staged: read the index, report on what differs from HEAD
    #[arg(long, conflicts_with_all = ["since", "stdin_filename"], help_heading = "What to check")]
    staged: bool,
    /// Check what has changed since the merge base with this revision
    #[arg(
        long,
        value_name = "REV",
        conflicts_with = "stdin_filename",
        help_heading = "What to check"
    )]
    since: Option<String>,
    /// Let standard input stand in for this file, and report on it alone
    #[arg(long, value_name = "PATH", aliases = ["stdin-filepath", "stdin-file-path"], help_heading = "What to check")]
    stdin_filename: Option<String>,
    /// Run as a git hook: take the range from pre-commit's environment, say nothing when all is
    /// well
    #[arg(long, requires = "staged", help_heading = "What to check")]
    hook: bool,
    /// Also show what was wrong with schema, snapshots and journal before the changes
    #[arg(long, help_heading = "What to check")]
    all_drift: bool,
    /// Also show what was dangerous to run in migrations that are merged
    #[arg(long, help_heading = "What to check")]
    all: bool,
    /// Exit with 2 also where there is something that driftlint does not read: migrations in a
    /// programming language, SQL for another server, templates
    #[arg(long, help_heading = "What to check")]
    strict: bool,
    /// Show the migration sets that were found and how they are read, and stop
    #[arg(long, help_heading = "What to check")]
    show_files: bool,

    /// Turn on only these rules and groups
    #[arg(
        long,
        value_name = "RULE,…",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    select: Vec<String>,
    /// Turn off these rules and groups
    #[arg(
        long,
        value_name = "RULE,…",
        value_delimiter = ',',
        help_heading = "Rules"
    )]
    ignore: Vec<String>,
    #[command(flatten, next_help_heading = "Rules")]
    server: ServerFlags,

    /// Apply fixes: those that keep the meaning, or with `unsafe` all of them; never to migrations
    /// that are merged
    #[arg(
        long,
        value_name = "LEVEL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "safe",
        conflicts_with_all = ["hook", "stdin_filename"],
        help_heading = "Fixes"
    )]
    fix: Option<fix::FixLevel>,
    /// Show what fixes would change as a unified diff, and write nothing
    #[arg(long, conflicts_with_all = ["hook", "stdin_filename"], help_heading = "Fixes")]
    diff: bool,

    /// How to print diagnostics
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        env = "DRIFTLINT_FORMAT",
        hide_env_values = true,
        help_heading = "Output"
    )]
    format: FormatName,
    /// Also write a report of that format to a file; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", help_heading = "Output")]
    output: Vec<OutputTarget>,
    /// Write diagnostics to this file instead of standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    output_file: Option<String>,
    /// Check again whenever a file changes, until it is stopped
    #[arg(long, conflicts_with_all = ["hook", "stdin_filename", "fix", "diff"], help_heading = "What to check")]
    watch: bool,
    /// Print the JSON Schema of `--format json`, and stop
    #[arg(long, help_heading = "Output")]
    json_schema: bool,
    /// Count diagnostics by rule instead of printing them
    #[arg(long, help_heading = "Output")]
    statistics: bool,
    /// Also show what is less certain: `low` for guesses, which are hidden otherwise
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "high",
        help_heading = "Output"
    )]
    min_confidence: ConfidenceName,
    /// Exit with 0 whatever is found
    #[arg(long, help_heading = "Output")]
    exit_zero: bool,
    /// The least severity that makes the exit code 1
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "error",
        help_heading = "Output"
    )]
    fail_on: FailOn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ConfidenceName {
    Low,
    High,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Note,
    Warning,
    Error,
}

impl From<FailOn> for Severity {
    fn from(level: FailOn) -> Self {
        match level {
            FailOn::Note => Self::Note,
            FailOn::Warning => Self::Warning,
            FailOn::Error => Self::Error,
        }
    }
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    if arguments.json_schema {
        print(report::JSON_SCHEMA)?;
        Ok(Status::Clean)
    } else if arguments.watch {
        watch::run(arguments, session)
    } else {
        once(arguments, session)
    }
}

fn once(arguments: &Arguments, session: &Session) -> Result<Status> {
    let outcome = check(arguments, session);
    if let Err(error) = &outcome {
        output::fail(error, arguments)?;
    }
    outcome
}

fn check(arguments: &Arguments, session: &Session) -> Result<Status> {
    let stdin = stdin_name(arguments)?;
    let named: Vec<&str> = arguments
        .paths
        .iter()
        .map(String::as_str)
        .filter(|path| *path != "-")
        .chain(stdin)
        .collect();
    let mut workspace = workspace::open(session, &named)?;
    workspace.all = arguments.all;
    let config = &mut workspace.config;
    config.select = selectors("--select", &arguments.select, &config.custom)?;
    config.ignore = selectors("--ignore", &arguments.ignore, &config.custom)?;
    arguments.server.overrule(&mut workspace);

    let progress = WaitMessage::new(session, "reading migrations");
    let options = workspace.load_options(arguments.server.dialect());
    let (input, scope) = match stdin {
        Some(_) => workspace.read_buffer(stdin_text()?, &options)?,
        None => workspace.read(&arguments.range(), &options)?,
    };
    let project = &input.project;
    let scope = arguments.judging(scope);
    workspace.check_sets(project)?;
    workspace::warn_of_idle_overrides(&workspace, session)?;
    if arguments.show_files {
        drop(progress);
        // In CI the environment may ask for annotations; a program that asks for JSON parses it.
        if arguments.format == output::FormatName::Json {
            return Err(Error::Usage {
                message: "`--show-files` is for people, and has no JSON".to_owned(),
                help: None,
            });
        }
        let shown = files::show(project, &workspace.config);
        print(&report::harmless(&shown))?;
        return Ok(Status::Clean);
    }
    let speaks = scope.workflows.as_ref().is_some_and(|it| it.now.speaks());
    let asked_about_all = scope.changes.is_none() || !named.is_empty();
    if project.sets.is_empty() && project.pushed.is_empty() && !speaks && asked_about_all {
        return Err(nothing(project, &workspace, &named));
    }
    if arguments.fix.is_some() || arguments.diff {
        drop(progress);
        return fix::run(arguments, workspace, &options, session);
    }
    progress.say(checking(&input));
    let mut report = arguments.judge(&input, &workspace, &scope);
    drop(progress);
    if report.summary.ledger.files() == 0 && !named.is_empty() {
        judged_nothing(project, &scope)?;
    }
    if arguments.hook {
        report.summary.ledger.keep_changed(&scope);
    }
    let subject = CheckedProject {
        input: &input,
        config: &workspace.config,
        scope: &scope,
        reader: &workspace.reader,
    };
    output::write(&report, Some(&subject), arguments, session)?;
    Ok(arguments.status(&report))
}

impl Arguments {
    /// What may report, as the flags say.
    fn judging(&self, scope: Scope) -> Scope {
        Scope {
            all_drift: self.all_drift,
            strict: self.strict,
            ..scope
        }
    }

    /// Checks, and leaves out guesses, which are for those who ask for the rule.
    fn judge(&self, input: &Input, workspace: &Workspace, scope: &Scope) -> Report {
        let mut report = crate::check(input, &workspace.config, scope);
        let asked =
            !workspace.config.select.is_empty() || self.min_confidence == ConfidenceName::Low;
        report
            .diagnostics
            .retain(|diagnostic| asked || diagnostic.confidence == Confidence::High);
        leave_schemas_open(input, &mut report);
        report
    }

    fn status(&self, report: &Report) -> Status {
        let failed = report
            .worst()
            .is_some_and(|worst| worst >= self.fail_on.into());
        if !report.summary.ledger.unanswered().is_empty() {
            Status::Error
        } else if failed && !self.exit_zero {
            Status::Failed
        } else {
            Status::Clean
        }
    }

    fn range(&self) -> Selection<'_> {
        match &self.since {
            Some(revision) => Selection::Since(revision),
            None if self.hook => Selection::Staged(Hook::from_env()),
            None if self.staged => Selection::Staged(Hook::default()),
            None => Selection::Everything,
        }
    }
}

/// The path that standard input stands in for, if it is to be read.
fn stdin_name(arguments: &Arguments) -> Result<Option<&str>> {
    let dash = arguments.paths.iter().any(|path| path == "-");
    match &arguments.stdin_filename {
        Some(_) if arguments.paths.iter().any(|path| path != "-") => Err(Error::Usage {
            message: "--stdin-filename reports on one file, and other paths are named".to_owned(),
            help: Some("write only `-` after it".to_owned()),
        }),
        Some(name) => Ok(Some(name)),
        None if dash => Ok(Some("stdin.sql")),
        None => Ok(None),
    }
}

fn stdin_text() -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut text);
    read.map_err(|source| io("read", Path::new("standard input"), source))?;
    Ok(text)
}

/// A configuration that says where migrations are, and there are none although the schema needs
/// some: that this is all there is to say is not certain.
fn leave_schemas_open(input: &Input, report: &mut Report) {
    for set in input.sets().map(|beside| beside.set) {
        let open = report.diagnostics.iter().any(|diagnostic| {
            let object = diagnostic.object.as_ref();
            object.is_some_and(|object| object.unmigrated.as_deref() == Some(set.folder.as_str()))
        });
        if let Some(config) = &set.config
            && set.migrations.is_empty()
            && config.names_out
            && open
        {
            let reason = format!("its `out` is `{}`, where no migration is", set.folder);
            report
                .summary
                .ledger
                .leave_open(Unjudged::broken(&config.path, reason));
        }
    }
}

/// That there is nothing to judge, and why.
pub(super) fn nothing(project: &Project, workspace: &Workspace, named: &[&str]) -> Error {
    let unsupported = project
        .unsupported
        .iter()
        .map(|other| format!("{}: {}", other.folder, other.reason));
    let unmigrated = project
        .unmigrated
        .iter()
        .map(|file| format!("{}: {}", file.path, file.reason));
    let why: Vec<String> = unsupported.chain(unmigrated).take(3).collect();
    if !why.is_empty() {
        return Error::Usage {
            message: format!("not judged: {}", why.join("; ")),
            help: Some(
                "name migrations elsewhere, or describe them with `[[migrations]]` in driftlint.toml".to_owned(),
            ),
        };
    }
    if let [first, more @ ..] = project.passed_over.as_slice() {
        let others = match more.len() {
            0 => String::new(),
            1 => " and another folder".to_owned(),
            many => format!(" and {many} other folders"),
        };
        return Error::Usage {
            message: format!("not judged: {first}{others}: migrations for tests"),
            help: Some("they are judged when they are named".to_owned()),
        };
    }
    let place = if named.is_empty() {
        workspace.root.display().to_string()
    } else {
        named.join(", ")
    };
    Error::Usage {
        message: format!("there are no migrations in {place}"),
        help: Some(
            "name a folder of migrations, or describe it with `[[migrations]]` in driftlint.toml"
                .to_owned(),
        ),
    }
}

/// Files that were named but that their runner never applies are an answer nobody expects, so it
/// must not look like a clean bill.
pub(super) fn judged_nothing(project: &Project, scope: &Scope) -> Result<()> {
    let mut skipped = project.sets.iter().flat_map(|set| &set.skipped);
    match skipped.find(|file| scope.covers(&file.path)) {
        None => Ok(()),
        Some(Unjudged { path, reason, .. }) => Err(Error::Usage {
            message: format!("{path} is not judged: {reason}"),
            help: Some(
                "`driftlint check --show-files` shows what is applied, and in which order"
                    .to_owned(),
            ),
        }),
    }
}
